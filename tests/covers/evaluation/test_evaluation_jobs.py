"""A comparison from its wish to its verdict: what the row, the bucket, the folder and an operator's terminal show."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_rq import get_queue
from PIL import Image

from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.brief.brief_contract import GENRES, MOODS
from covers.engine_pool import engines_inline
from covers.evaluation import eval_prompts, evaluation_jobs, work_folders
from covers.evaluation.decision_rule import RULE
from covers.evaluation.reviewed_covers import reviewed_covers
from covers.models import Cover, Evaluation, ModelVersion, TrainingConsent
from covers.object_keys import master_key
from tests.covers.evaluation.comparing import make_reviewed, make_weekly, write_adapter
from tests.factories import make_briefed_request, make_finished_request, make_member, make_model_version

pytestmark = pytest.mark.django_db(transaction=True)
PROMPTS = 9
"""Five that ask for colours and four that do not: as many as a verdict needs."""
FEW = {"prompts": 2}


@pytest.fixture(autouse=True)
def _quick(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path / "var"
    settings.SDXL_NUM_INFERENCE_STEPS = 2
    settings.EVALUATION_FACE_DETECTOR = ""
    with engines_inline():
        yield


@pytest.fixture(scope="session")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After it nothing is drawn as asked."""
    return write_adapter(tmp_path_factory.mktemp("adapters") / "noise.safetensors", size=1.0)


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Changes nothing."""
    return write_adapter(tmp_path_factory.mktemp("adapters") / "nothing.safetensors", size=0.0)


def asked(version: ModelVersion, **changes: Any) -> Evaluation:
    return evaluation_jobs.request_evaluation(version=version, **({"seed": 1, "options": FEW} | changes))


def done(row: Evaluation) -> Evaluation:
    evaluation_jobs.work(row.pk)
    row.refresh_from_db()
    return row


def folders(settings: Any) -> list[str]:
    root = settings.VAR_DIR / "evaluations"
    return sorted(path.name for path in root.iterdir()) if root.is_dir() else []


# --- the prompts ----------------------------------------------------------------------------------------------------


def test_the_frozen_sets_have_not_changed() -> None:
    """A changed file is a new name: otherwise old verdicts would speak of prompts that nobody can draw again."""
    assert eval_prompts.set_for("pocket").name.startswith("pocket-1@04d0392034ec")
    assert eval_prompts.set_for("sdxl").name.startswith("songs-1@a5871676b0d8")


def test_the_sets_cover_what_the_site_draws() -> None:
    songs, pocket = eval_prompts.set_for("sdxl"), eval_prompts.set_for("pocket")
    assert {one.brief.genre for one in songs.prompts} == set(GENRES)
    assert {one.brief.mood for one in songs.prompts} == set(MOODS)
    assert sum(one.count == 4 for one in songs.prompts) == 4 * 7
    first_of_each = [one for one in pocket.prompts if one.position == 0]
    colours = [one.asked.colour for one in first_of_each if one.asked and one.count == 1]
    assert (sum(bool(colour) for colour in colours), colours.count("")) == (40, 32)
    assert len({one.name for one in pocket.prompts}) == len(pocket.prompts) == 104


def test_both_sides_get_one_seed_and_every_picture_its_own() -> None:
    prompts = eval_prompts.set_for("pocket").prompts
    seeds = [eval_prompts.seed_of(7, one) for one in prompts]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert seeds != [eval_prompts.seed_of(8, one) for one in prompts]


# --- asking -----------------------------------------------------------------------------------------------------------


def test_a_comparison_is_asked_for_once_and_enqueued(nothing: Path) -> None:
    version = make_weekly(nothing)
    first = asked(version)
    assert asked(version).pk == first.pk
    assert [job.args for job in get_queue("learn").jobs] == [[str(first.pk)]]
    assert (first.against, first.base_key, first.state) == (None, "pocket", State.QUEUED)


def test_it_is_compared_with_the_weekly_model_in_use(nothing: Path) -> None:
    active = make_weekly(nothing, "pocket-2026-w46", state="active")
    assert asked(make_weekly(nothing)).against == active
    assert asked(active).against is None  # itself: with what it was trained from
    other = make_weekly(nothing, "pocket-2026-w45")
    assert asked(other, against=None).against is None


def test_what_was_not_trained_here_is_refused(nothing: Path) -> None:
    with pytest.raises(evaluation_jobs.NotComparable):
        asked(make_model_version())
    elsewhere = make_weekly(nothing, "other-2026-w46", base_key="other")
    with pytest.raises(evaluation_jobs.NotComparable):
        asked(make_weekly(nothing), against=elsewhere)
    assert not Evaluation.objects.exists()


# --- working ----------------------------------------------------------------------------------------------------------


def test_a_model_of_noise_is_worse_and_the_terminal_the_row_and_the_bucket_show_why(
    noise: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_weekly(noise)
    call_command("evaluate_model", "pocket-2026-w47", "--against", "base", "--seed", "3", "--prompts", str(PROMPTS))
    said = capsys.readouterr().out
    assert "pocket-2026-w47 against the base model alone" in said
    assert "motif" in said
    assert "clip         absent: Its weights are not here; EVALUATION_CLIP says where they lie." in said
    assert f"Worse (rule {RULE})" in said
    row = Evaluation.objects.get()
    assert (row.seed, row.state, row.verdict, row.rule) == (3, State.DONE, "worse", RULE)
    metrics = {metric["key"]: metric for metric in row.metrics}
    assert set(metrics) == {"agreement", "colours", "motif", "failures", "seconds"}
    assert metrics["motif"]["count"] == PROMPTS
    assert metrics["motif"]["candidate"][0] < metrics["motif"]["current"][0]
    assert metrics["motif"]["licence"] == "project's own"
    assert "worse" in {reason["id"] for reason in row.reasons}
    assert {one["key"]: one["reason"] for one in row.absent}["preference"] == "too-few"
    assert [sheet["name"] for sheet in row.sheets] == ["candidate", "current"]
    keys = [
        *(sheet["key"] for sheet in row.sheets),
        *(pair[side] for pair in row.pairs for side in ("before", "after")),
    ]
    assert all(key.startswith(row.prefix) for key in keys)
    pictures = [Image.open(io.BytesIO(storage.read(storage.private(), key))) for key in keys]
    assert {picture.format for picture in pictures} == {"WEBP"}
    assert pictures[0].size == (1280, 128)
    assert folders(settings) == []


def test_a_model_that_changes_nothing_is_equal_to_the_base_alone(nothing: Path) -> None:
    row = done(asked(make_weekly(nothing)))
    assert row.verdict == "equal"
    for metric in row.metrics:
        if metric["key"] != "seconds":
            assert metric["difference"] == [0, 0, 0]
    finished_at = row.finished_at
    assert done(row).finished_at == finished_at  # it may arrive twice


def test_what_a_killed_try_drew_is_not_drawn_again(nothing: Path, settings: Any) -> None:
    row = asked(make_weekly(nothing))
    shutting_down.set()
    try:
        evaluation_jobs.work(row.pk)
    finally:
        shutting_down.clear()
    row.refresh_from_db()
    assert (row.state, row.attempt) == (State.QUEUED, 0)
    folder = settings.VAR_DIR / "evaluations" / folders(settings)[0]
    drawn_before = folder / "candidate" / "asked-crown-0.png"
    flat = Image.new("RGB", (128, 128), "lime")  # so that it can be told from a picture that was drawn anew
    flat.save(drawn_before)
    for name in ("txt", "png"):
        for path in eval_prompts.set_for("pocket", FEW["prompts"]).prompts:
            target = folder / "candidate" / f"{path.name}.{name}"
            if not target.exists():
                flat.save(target) if name == "png" else target.write_text("")
    (folder / "000-candidate.json").write_text('{"seconds": 1.0, "failed": []}')
    row = done(row)
    assert row.state == State.DONE
    shown = {pair["name"]: pair for pair in row.pairs}
    after = Image.open(io.BytesIO(storage.read(storage.private(), shown["asked-crown-0"]["after"]))).convert("RGB")
    assert after.getpixel((160, 160))[1] > 200


def test_a_comparison_that_staff_cancel_stops_and_leaves_nothing(nothing: Path) -> None:
    row = asked(make_weekly(nothing))
    Evaluation.objects.filter(pk=row.pk).update(cancel_requested=True)
    row = done(row)
    assert (row.state, row.verdict, row.sheets) == (State.CANCELLED, "", [])
    assert storage.names_below(storage.private(), row.prefix) == []


def test_an_adapter_that_is_gone_fails_with_its_reason(nothing: Path, tmp_path: Path) -> None:
    copy = tmp_path / "gone.safetensors"
    copy.write_bytes(nothing.read_bytes())
    row = asked(make_weekly(copy))
    copy.unlink()
    row = done(row)
    assert (row.state, row.failure) == (State.FAILED, "engine:model-missing")


def test_folders_of_ended_comparisons_go_and_those_of_others_stay(nothing: Path, settings: Any) -> None:
    row = asked(make_weekly(nothing))
    root = settings.VAR_DIR / "evaluations"
    for name in (f"{uuid.uuid4()}-12345678", f"{row.pk}-12345678"):
        (root / name).mkdir(parents=True)
    assert work_folders.delete_ended() == 1
    assert folders(settings) == [f"{row.pk}-12345678"]


# --- reviews ----------------------------------------------------------------------------------------------------------


def test_reviews_are_split_for_ever_and_only_what_was_agreed_to_is_read() -> None:
    member, other = make_member(), make_member()
    learnt, held_out = make_reviewed(member, (200, 30, 30), 9), make_reviewed(member, (30, 30, 200), 3, held_out=True)
    make_reviewed(other, (0, 0, 0), 9)
    TrainingConsent.objects.filter(owner=other).delete()
    make_finished_request(count=1, engine="pocket")
    found = reviewed_covers("pocket")
    assert ([one.half_stars for one in found.learnt], [one.half_stars for one in found.held_out]) == ([9], [3])
    assert found.liked == []
    assert found.learnt[0].rgb.shape == (32, 32, 3)
    Cover.objects.filter(pk=held_out.pk).update(visibility="hidden")
    storage.delete_all(storage.private(), [master_key(learnt.storage_prefix)])
    assert reviewed_covers("pocket").learnt == reviewed_covers("pocket").held_out == []


def test_with_reviews_what_people_would_like_is_measured_and_how_far_it_can_be_trusted(nothing: Path) -> None:
    member = make_member()
    for number in range(44):
        is_red = number % 2 == 0
        make_reviewed(member, (200, 30, 30) if is_red else (30, 30, 200), 9 if is_red else 3, held_out=number >= 40)
    row = done(asked(make_weekly(nothing)))
    metrics = {metric["key"]: metric for metric in row.metrics}
    assert metrics["preference"]["evidence"]["held_out"] == 4
    assert metrics["preference"]["evidence"]["agreement"] == 1.0
    assert row.verdict == "equal"


# --- real requests ------------------------------------------------------------------------------------------------------


def test_replayed_requests_are_drawn_and_none_of_their_words_is_kept(nothing: Path, noise: Path) -> None:
    brief_words = "A red clock hangs over a dark sea"
    wanted = make_briefed_request(
        title="Very private title",
        lyrics="secret words",
        engine="pocket",
        state="done",
        finished_at="2026-11-01T00:00Z",
    )
    make_briefed_request(engine="poster", state="done", finished_at="2026-11-01T00:00Z")
    make_briefed_request(engine="pocket", state="done", finished_at="2026-11-01T00:00Z", shows_face=True)
    row = asked(make_weekly(noise), replay=5, options={"prompts": 1})
    assert row.options["replays"] == [str(wanted.pk)]
    row = done(row)
    shown = {pair["name"]: pair for pair in row.pairs}
    assert set(shown) == {"asked-crown-0", "replay-1-0"}
    assert shown["replay-1-0"]["prompt"] == ""
    assert storage.read(storage.private(), shown["replay-1-0"]["after"])
    said = str([row.metrics, row.absent, row.reasons, row.sheets, row.pairs, row.options])
    assert not any(words in said for words in ("Very private", "secret", brief_words, "red clock"))


# --- the command --------------------------------------------------------------------------------------------------------


def test_the_command_goes_on_with_what_waits(nothing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = asked(make_weekly(nothing), seed=11, options={"prompts": 2})
    call_command("evaluate_model", "pocket-2026-w47")
    assert Evaluation.objects.get() == row
    assert "No clear difference" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nobody"], ["pocket-2026-w47", "--against", "nobody"], ["foreign"]])
def test_the_command_refuses_in_one_line(nothing: Path, arguments: list[str]) -> None:
    make_weekly(nothing)
    make_model_version("foreign")
    with pytest.raises(CommandError, match=r"no model nobody|cannot be compared"):
        call_command("evaluate_model", *arguments)
