"""From a waiting row to covers: the jobs, delivered twice, cancelled, broken, and started again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db.models.functions import Now
from django_rq import get_queue
from PIL import Image

from albumsite.errors import EngineError
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.media import storage
from albumsite.media.encoding import DERIVATIVES
from covers import tasks
from covers.drawing.recording import record_cover
from covers.drawing.specs import spec_of
from covers.engine.engine_contract import Drawn, DrawSpec, Step, StepCallback
from covers.engine_pool import _engines
from covers.models import Cover, CoverRequest, ReleaseFile, Stage
from covers.object_keys import master_key
from covers.services.releases import prepare_release
from covers.services.requests import cancel_request, retry_request
from tests.factories import make_briefed_request, make_finished_request, make_request
from tests.waiting import at_once, wait_until
from tests.working import store_file, worked

pytestmark = pytest.mark.django_db(transaction=True)


class FlatEngine:
    """The smallest engine that keeps the contract: one colour by seed, two steps a picture."""

    name = "flat"

    def __init__(self, before_each: Any = lambda position: None) -> None:
        self.before_each = before_each
        self.drawn: list[int] = []

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        stopped: set[str] = set()
        for spec in specs:
            self.before_each(spec.position)
            for step in (1, 2):
                if not on_step(Step(spec.position, step, 2, request_id=spec.request_id)):
                    stopped.add(spec.request_id)
            if spec.request_id in stopped:
                continue
            self.drawn.append(spec.position)
            rgb = bytes((spec.seed % 256, spec.position * 40 % 256, 90)) * (spec.width * spec.height)
            yield Drawn(spec.position, rgb, spec.width, spec.height, request_id=spec.request_id)


@pytest.fixture
def engine(monkeypatch) -> FlatEngine:
    flat = FlatEngine()
    monkeypatch.setitem(_engines, "flat", flat)
    monkeypatch.setattr("covers.drawing.progress.WRITE_EVERY_SECONDS", 0)
    monkeypatch.setattr("covers.drawing.batch.DrawBatch.LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr("albumsite.jobs.retries.AGAIN_AFTER_SECONDS", (0.01,))
    return flat


def flat_request(**changes: Any) -> CoverRequest:
    return make_briefed_request(engine="flat", with_lettering=False, **changes)


def test_a_song_gets_its_brief_and_is_queued_for_drawing():
    row = worked(tasks.write_brief, make_request(title="비 오는 날의 편지", lyrics="창밖에 비가 내려 너의 편지를 읽어"))
    assert (row.stage, row.state, row.written_by, row.attempt) == (Stage.DRAW, State.QUEUED, "rules", 0)
    assert row.parsed_brief().motifs
    assert [job.args[0] for job in get_queue("draw").jobs] == [str(row.pk)]


def test_the_chosen_style_and_the_genre_reach_the_brief_and_the_pictures():
    row = worked(tasks.write_brief, make_request(style="riso", genre="trot", count=2))
    assert (row.parsed_brief().style, row.parsed_brief().genre) == ("riso", "trot")
    tasks.draw_covers(str(row.pk))
    assert {cover.parameters["style"] for cover in row.covers.all()} == {"riso"}


def test_the_built_in_engine_draws_four_covers_with_all_their_files():
    row = worked(tasks.draw_covers, make_briefed_request(width=256, height=256))
    assert (row.state, row.failure) == (State.DONE, "")
    covers = list(row.covers.order_by("position"))
    assert [cover.position for cover in covers] == [0, 1, 2, 3]
    assert len({cover.sha256 for cover in covers}) == 4
    for cover in covers:
        master = storage.read(storage.private(), master_key(cover.storage_prefix))
        assert hashlib.sha256(master).hexdigest() == cover.sha256
        assert Image.open(io.BytesIO(master)).size == (256, 256)
        for name in DERIVATIVES:
            Image.open(io.BytesIO(storage.read(storage.private(), f"{cover.storage_prefix}/{name}"))).verify()
        assert cover.alt_text
        assert cover.alt_text_ko != cover.alt_text
        assert cover.placeholder.startswith("data:image/webp;base64,")


def test_the_same_seed_gives_the_same_covers_and_another_seed_others():
    rows = [make_briefed_request(width=128, height=128, seed=seed, count=2) for seed in (5, 5, 6)]
    for row in rows:
        tasks.draw_covers(str(row.pk))
    first, again, other = ([cover.sha256 for cover in row.covers.order_by("position")] for row in rows)
    assert first == again
    assert not set(first) & set(other)


def test_it_draws_once_when_the_job_arrives_twice(engine):
    row = flat_request()
    tasks.draw_covers(str(row.pk))
    tasks.draw_covers(str(row.pk))
    assert row.covers.count() == row.count
    assert engine.drawn == [0, 1, 2, 3]


def test_it_draws_once_when_the_job_arrives_at_two_workers_at_once(engine):
    row = flat_request()
    at_once(*[lambda: tasks.draw_covers(str(row.pk))] * 3)
    assert sorted(engine.drawn) == [0, 1, 2, 3]
    assert row.covers.count() == 4


def test_a_second_try_draws_only_what_is_missing(engine):
    def break_at_two(position: int) -> None:
        if position == 2:
            raise EngineError("engine:failed", "cannot")

    row = flat_request()
    engine.before_each = break_at_two
    worked(tasks.draw_covers, row)
    assert (row.state, row.failure, row.covers.count()) == (State.FAILED, "engine:failed", 2)
    kept = list(row.covers.values_list("pk", flat=True))

    engine.before_each = lambda position: None
    retry_request(request=row)
    worked(tasks.draw_covers, row)
    assert row.state == State.DONE
    assert engine.drawn == [0, 1, 2, 3]
    assert set(kept) < set(row.covers.values_list("pk", flat=True))


def test_cancel_stops_within_a_step_and_keeps_what_is_done(engine):
    row = flat_request()

    def cancel_at_one(position: int) -> None:
        if position == 1:
            cancel_request(request=row)

    engine.before_each = cancel_at_one
    worked(tasks.draw_covers, row)
    assert row.state == State.CANCELLED
    assert engine.drawn == [0]
    assert row.covers.count() == 1


def test_a_worker_that_is_told_to_stop_hands_the_request_back(engine):
    row = flat_request()
    engine.before_each = lambda position: shutting_down.set() if position == 1 else None
    try:
        tasks.draw_covers(str(row.pk))
    finally:
        shutting_down.clear()
    row.refresh_from_db()
    assert (row.state, row.attempt, row.covers.count()) == (State.QUEUED, 0, 1)
    engine.before_each = lambda position: None
    tasks.draw_covers(str(row.pk))
    assert row.covers.count() == 4


def test_a_worker_that_lost_its_lease_records_nothing_more_and_leaves_no_file(engine):
    row = flat_request()

    def lose_it(position: int) -> None:
        if position == 1:
            wait_until(lambda: row.covers.count() == 1)
            CoverRequest.objects.filter(pk=row.pk).update(token="12345678-1234-5678-1234-567812345678")

    engine.before_each = lose_it
    worked(tasks.draw_covers, row)
    assert row.state == State.RUNNING
    assert row.covers.count() == 1
    folders, _files = storage.private().listdir(f"covers/{row.pk}")
    with_files = [name for name in folders if storage.private().listdir(f"covers/{row.pk}/{name}")[1]]
    assert with_files == [row.covers.get().storage_prefix.rpartition("/")[2]]


def test_an_engine_that_leaves_a_picture_out_fails_the_request(engine, monkeypatch):
    monkeypatch.setattr(engine, "draw", lambda specs, on_step: iter(()))
    row = worked(tasks.draw_covers, flat_request())
    assert (row.state, row.failure) == (State.FAILED, "engine:failed")


def test_an_unknown_engine_is_said_to_the_person(client):
    row = worked(tasks.draw_covers, make_briefed_request(engine="dall-e-9"))
    assert row.failure == "engine:unknown"
    assert "not available any more" in client.get(row.get_secret_url()).content.decode()


def test_a_stopped_object_store_fails_with_a_reason_and_a_retry_finishes(engine, settings, tmp_path):
    row = flat_request()
    private = settings.STORAGES["default"]["OPTIONS"]["location"]
    private.parent.mkdir(parents=True, exist_ok=True)
    private.write_text("a file where the folder should be")
    worked(tasks.draw_covers, row)
    assert (row.state, row.attempt) == (State.QUEUED, 1)  # it may be back in a moment
    worked(tasks.draw_covers, row)
    assert row.attempt == 1  # somebody else's job does not use up its tries meanwhile
    for _ in range(settings.JOB_ATTEMPTS_MAX):
        CoverRequest.objects.filter(pk=row.pk).update(queued_at=Now())
        tasks.draw_covers(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.failure, row.covers.count()) == (State.FAILED, "site:storage", 0)

    private.unlink()
    retry_request(request=row)
    worked(tasks.draw_covers, row)
    assert row.state == State.DONE


def progress_of(row: CoverRequest) -> list[dict[str, Any]]:
    """The parts that are on the row, in the order of their positions."""
    return [part for _position, part in sorted(CoverRequest.objects.get(pk=row.pk).progress.items())]


def test_progress_is_on_the_row_while_it_is_drawn(engine):
    row, seen = flat_request(), []

    def look(position: int) -> None:
        wait_until(lambda: row.covers.count() == position)
        wait_until(lambda: [part["phase"] for part in progress_of(row)[:position]] == ["done"] * position)
        seen.append(progress_of(row))

    engine.before_each = look
    tasks.draw_covers(str(row.pk))
    assert [(part["phase"], part["step"], part["total"]) for part in seen[2]] == [("done", 1, 1), ("done", 1, 1)]
    assert progress_of(row) == []


def test_the_lettering_switch_leaves_the_title_off():
    pixels = []
    for with_lettering in (True, False):
        row = make_briefed_request(width=256, height=256, count=1, with_lettering=with_lettering)
        tasks.draw_covers(str(row.pk))
        cover = row.covers.get()
        assert (cover.layout is not None) == with_lettering
        pixels.append(cover.sha256)
    assert pixels[0] != pixels[1]


def test_the_release_file_is_what_stores_take():
    row = make_briefed_request(width=128, height=128, count=1)
    tasks.draw_covers(str(row.pk))
    release = worked(tasks.make_release, prepare_release(cover=row.covers.get()))
    assert release.state == State.DONE
    content = storage.read(storage.private(), release.storage_key)
    assert hashlib.sha256(content).hexdigest() == release.sha256
    assert len(content) == release.size_bytes < 10_000_000
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (3000, 3000), "RGB")
    assert picture.info["icc_profile"]
    assert not picture.getexif()
    assert not picture.info.get("progressive")


def test_a_release_that_lost_its_lease_leaves_no_file(settings, monkeypatch):
    settings.RELEASE_SIZE_PIXELS = 64
    row = make_briefed_request(width=64, height=64, count=1)
    tasks.draw_covers(str(row.pk))
    release = prepare_release(cover=row.covers.get())

    def encode(_image: Image.Image) -> bytes:
        ReleaseFile.objects.filter(pk=release.pk).update(token="12345678-1234-5678-1234-567812345678")
        return b"jpeg"

    monkeypatch.setattr("albumsite.media.encoding.encode_release_jpeg", encode)
    worked(tasks.make_release, release)
    assert (release.state, release.storage_key) == (State.RUNNING, "")
    _folders, files = storage.private().listdir(row.covers.get().storage_prefix)
    assert not any(name.startswith("release") for name in files)


def test_the_release_file_is_made_once_however_often_it_is_asked_for():
    cover = make_finished_request().covers.get()
    first, second = prepare_release(cover=cover), prepare_release(cover=cover)
    assert first == second
    assert ReleaseFile.objects.count() == 1
    assert len(get_queue("finish").jobs) == 1


def test_covers_of_an_engine_with_one_size_are_enlarged_with_their_type_set_anew(engine, settings):
    settings.RELEASE_SIZE_PIXELS = 512
    row = make_briefed_request(engine="flat", count=1, width=128, height=128)
    tasks.draw_covers(str(row.pk))
    cover = row.covers.get()
    assert isinstance(cover, Cover)
    picture = store_file(cover)
    assert picture.size == (512, 512)
    assert len(picture.getcolors(512 * 512) or []) > 1  # the flat ground and the type on it


def test_the_prompt_that_was_spoken_is_kept_once_for_it_may_name_a_face():
    """What forgets a face takes its name out of the prompt; a second copy would keep it."""
    row = make_briefed_request(width=64, height=64)
    with CoverRequest.objects.claimed(row.pk, stage=Stage.DRAW) as claim:
        assert claim is not None
        spoken = Drawn(0, bytes(64 * 64 * 3), 64, 64, parameters={"prompt": "a photo of sks woman", "dtype": "float32"})
        cover = record_cover(claim=claim, spec=spec_of(claim.row, 0), drawn=spoken)
    assert cover.prompt == "a photo of sks woman"
    assert cover.parameters == {"dtype": "float32"}
