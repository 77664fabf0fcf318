"""The weekly training as its operator meets it: by its command and its rows."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import registry
from covers.models import DatasetItem, Evaluation, ModelState, ModelVersion, Retraining, TrainingConsent
from covers.weekly import retraining
from covers.weeks import this_week
from tests.covers.datasets.dataset_factories import rated_pair
from tests.covers.learning_factories import make_liked_cover, make_weekly_model, make_willing_member
from tests.databases import database_url
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
TUNERS = "tests.covers.weekly.small_tuners"


@pytest.fixture(autouse=True)
def _small(settings: Any, tmp_path: Any) -> None:
    settings.FINE_TUNER = f"{TUNERS}.CountingTuner"
    settings.LEARN_IMAGES_MIN = 4
    settings.VAR_DIR = tmp_path / "var"


def liked_covers(count: int = 10, **changes: Any) -> list[Any]:
    return [make_liked_cover(**changes) for _ in range(count)]


def retrain(**options: Any) -> str:
    out = StringIO()
    call_command("retrain", week=this_week(), no_evaluate=True, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_a_week_of_liked_covers_becomes_a_candidate_with_its_lineage():
    covers = liked_covers()
    said = retrain(seed=5)
    row, version = Retraining.objects.get(), ModelVersion.objects.get()
    assert version.key in said
    assert (row.state, row.outcome, row.version) == (State.DONE, "candidate", version)
    assert (version.state, version.base_key, version.week) == (ModelState.CANDIDATE, "pocket", this_week())
    assert (version.dataset, version.parent) == (row.dataset, None)
    assert set(row.parameters["captions"]) <= {cover.prompt for cover in covers}
    assert row.parameters["options"]["seed"] == 5
    assert storage.exists(storage.private(), version.source)
    assert registry.local_path(version).read_bytes() == storage.read(storage.private(), version.source)
    assert Evaluation.objects.get().version == version


@pytest.mark.django_db
def test_pairs_are_trained_on_where_the_operator_wants_it_and_there_are_some(settings: Any):
    settings.LEARN_PREFERENCE_STEPS = 7
    liked_covers()
    retrain()
    rated_pair(engine="pocket")
    retrain(again=True)
    retrain(again=True, preference_steps=3)
    steps = [row.parameters["options"]["max_preference_steps"] for row in Retraining.objects.order_by("number")]
    assert steps == [0, 7, 3]


@pytest.mark.django_db
def test_it_promotes_nothing():
    liked_covers()
    retrain()
    assert not ModelVersion.objects.active_adapter().exists()


@pytest.mark.django_db
def test_a_quiet_week_says_so_and_trains_nothing():
    assert "too little" in retrain()
    assert Retraining.objects.get().outcome == "too-little"
    assert not ModelVersion.objects.exists()


@pytest.mark.django_db
def test_asked_again_it_shows_what_there_is_and_makes_no_second():
    liked_covers()
    first = retrain()
    assert retrain() == first
    assert ModelVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_week_that_has_its_result_is_shown_while_another_one_is_trained():
    liked_covers()
    first = retrain()
    retraining.request_retraining(week="2026-W30")
    assert retrain() == first


@pytest.mark.django_db
def test_another_try_has_a_name_of_its_own():
    liked_covers()
    retrain()
    retrain(again=True, seed=9)
    assert [version.key[-2:] for version in ModelVersion.objects.order_by("id")][-1] == "-2"


@pytest.mark.django_db
def test_a_job_that_comes_twice_trains_once():
    liked_covers()
    row = retraining.request_retraining(week=this_week())
    for _again in range(2):
        retraining.work(row.pk)
    assert Retraining.objects.get().state == State.DONE
    assert ModelVersion.objects.count() == 1


@pytest.mark.django_db
def test_it_goes_on_from_the_model_in_use():
    liked_covers()
    retrain()
    active = ModelVersion.objects.get()
    ModelVersion.objects.filter(pk=active.pk).update(state=ModelState.ACTIVE)
    retrain(again=True)
    newest = ModelVersion.objects.order_by("-id")[0]
    assert newest.parent == active
    assert newest.retraining.parameters["start_adapter"] is True


@pytest.mark.django_db
def test_a_mistyped_model_is_named_and_nothing_else_is_trained():
    with pytest.raises(CommandError, match="'poket'; known: sdxl, pocket"):
        retrain(model="poket")
    assert not Retraining.objects.exists()


@pytest.mark.django_db
def test_an_adapter_of_somebody_elses_is_not_replaced_by_surprise():
    make_weekly_model("style", engine="sdxl", base_key="", state="active", facts={"cross_attention_width": 2048})
    with pytest.raises(CommandError, match="Deactivate it first"):
        retrain(model="sdxl")


@pytest.mark.django_db
def test_a_consent_that_was_withdrawn_meanwhile_keeps_the_pictures_out():
    member = make_willing_member()
    theirs = {cover.pk for cover in liked_covers(4, member=member)}
    liked_covers(8)
    row = retraining.request_retraining(week=this_week())
    with Retraining.objects.claimed(row.pk, stage="collect") as claim:
        assert claim is not None
        retraining._collect(claim)
    items = DatasetItem.objects.filter(cover__in=theirs)
    hidden = set(items.values_list("sha256", flat=True))
    assert hidden
    TrainingConsent.objects.filter(owner=member).update(withdrawn_at="2026-11-01T00:00:00Z")
    retraining.work(row.pk)
    row.refresh_from_db()
    assert row.state == State.DONE
    assert not hidden & set(row.parameters["images"])


@pytest.mark.django_db
def test_what_fails_says_why_and_goes_on_from_its_checkpoint(settings: Any):
    liked_covers()
    settings.FINE_TUNER = f"{TUNERS}.NarrowTuner"
    with pytest.raises(CommandError, match="too little memory"):
        retrain()
    assert Retraining.objects.get().failure == "engine:out-of-memory"
    settings.FINE_TUNER = f"{TUNERS}.CountingTuner"
    retrain()
    row = Retraining.objects.get()
    assert row.parameters["began_at"] == 3
    assert row.checkpoint_key
    assert not storage.exists(storage.private(), row.checkpoint_key)  # it has served


@pytest.mark.django_db
def test_a_checkpoint_comes_along_to_another_machine(settings: Any, tmp_path: Any):
    liked_covers()
    settings.FINE_TUNER = f"{TUNERS}.NarrowTuner"
    with pytest.raises(CommandError):
        retrain()
    settings.VAR_DIR = tmp_path / "elsewhere"
    settings.FINE_TUNER = f"{TUNERS}.CountingTuner"
    retrain()
    assert Retraining.objects.get().parameters["began_at"] == 3


@pytest.mark.django_db
def test_pictures_and_folders_do_not_stay_on_the_machine(settings: Any):
    liked_covers()
    settings.FINE_TUNER = f"{TUNERS}.NarrowTuner"
    with pytest.raises(CommandError):
        retrain()
    assert not [path for path in settings.VAR_DIR.rglob("*") if path.parent.name == "pictures"]
    settings.FINE_TUNER = f"{TUNERS}.CountingTuner"
    retrain()
    assert not list((settings.VAR_DIR / "learning").iterdir())


@pytest.mark.django_db
def test_a_worker_that_must_stop_hands_it_back(settings: Any, monkeypatch: pytest.MonkeyPatch):
    liked_covers()
    row = retraining.request_retraining(week=this_week())
    real = retraining.RetrainingJob.hear

    def stop_after_four(self: Any, progress: Any) -> None:
        if progress.step == 4:
            shutting_down.set()
        real(self, progress)

    monkeypatch.setattr(retraining.RetrainingJob, "hear", stop_after_four)
    try:
        retraining.work(row.pk)
    finally:
        shutting_down.clear()
    row.refresh_from_db()
    assert (row.state, row.attempt) == (State.QUEUED, 0)


@pytest.mark.django_db
def test_one_that_waits_is_cancelled_at_once_and_can_be_asked_for_again():
    row = retraining.request_retraining(week=this_week())
    retraining.cancel_retraining(row=row)
    row.refresh_from_db()
    assert row.state == State.CANCELLED
    assert retraining.request_retraining(week=this_week()).state == State.QUEUED


@pytest.mark.django_db
def test_a_wrong_week_or_model_is_refused_in_words():
    with pytest.raises(CommandError, match="2026-W48"):
        call_command("retrain", week="last week")
    for _again in range(2):
        retraining.request_retraining(week="2026-W30")
    with pytest.raises(CommandError, match="2026-W30"):
        retrain()
    assert Retraining.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_on_the_way_and_called_again_it_ends_with_one_candidate(tmp_path: Path):
    """The real command in a process of its own, killed without warning while it trains."""
    liked_covers()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "AIBUM_VAR_DIR": str(tmp_path),
        "FINE_TUNER": f"{TUNERS}.SlowTuner",
        "LEARN_IMAGES_MIN": "4",
        "LEASE_SECONDS": "2",
        "SWEEP_EVERY_SECONDS": "2",
    }
    command = [sys.executable, "manage.py", "retrain", "--week", this_week(), "--no-evaluate"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    wait_until(Retraining.objects.exclude(checkpoint_key="").exists)
    process.kill()
    process.wait()
    assert Retraining.objects.get().state == State.RUNNING
    environment["FINE_TUNER"] = f"{TUNERS}.CountingTuner"
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    row = Retraining.objects.get()
    assert (row.state, ModelVersion.objects.count(), Evaluation.objects.count()) == (State.DONE, 1, 1)
    assert row.parameters["began_at"] >= 3
