"""Several people's requests in one call of the engine: each as safe as if it were drawn alone."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from django_rq import get_queue

from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import tasks
from covers.engine.host import EngineHost
from covers.engine_pool import close_engines, engine_for
from covers.models import Cover, CoverRequest
from covers.object_keys import master_key
from covers.services.requests import cancel_request
from tests.factories import make_briefed_request
from tests.lossy_postgres import another_connection, drop_connections
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ENGINE = "tests.covers.engine.small_engines.Together"
LONG_SECONDS = 90.0


class Log:
    """What the engine noted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self, first_word: str) -> list[list[str]]:
        text = self.path.read_text() if self.path.exists() else ""
        return [line.split()[1:] for line in text.splitlines() if line.split()[0] == first_word]

    def calls(self) -> list[set[str]]:
        return [set(pks) for pks in self.lines("call")]

    def steps_of(self, row: CoverRequest) -> int:
        return sum(1 for pk, _step in self.lines("step") if pk == str(row.pk))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Iterator[Log]:
    """A fresh engine process for the test, which notes what it does."""
    monkeypatch.setenv("TOGETHER_LOG", str(tmp_path / "engine.log"))
    monkeypatch.setattr("albumsite.jobs.retries.AGAIN_AFTER_SECONDS", (0.01,))
    settings.DRAW_GATHER_MILLISECONDS = 1
    yield Log(tmp_path / "engine.log")
    close_engines()


def ask(title: str = "Fighting", **changes: Any) -> CoverRequest:
    """Somebody's request for one small picture without lettering."""
    values = {"engine": ENGINE, "count": 1, "with_lettering": False, "num_inference_steps": 2, "title": title}
    return make_briefed_request(**(values | changes))


def take_a_job() -> None:
    tasks.draw_covers(str(uuid.uuid4()))


def state_of(row: CoverRequest) -> tuple[str, str, int]:
    row.refresh_from_db()
    return row.state, row.failure, row.attempt


class InTheBackground:
    """Draws in a thread, so that the test can do something meanwhile."""

    def __enter__(self) -> InTheBackground:
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.thread.join(LONG_SECONDS)
        assert not self.thread.is_alive()

    def _run(self) -> None:
        try:
            take_a_job()
        finally:
            connection.close()


# --- company ------------------------------------------------------------------------------------------------------


def test_one_job_draws_four_people_in_one_call_each_with_their_own_pictures(log):
    rows = [ask(seed=seed, count=2) for seed in (10, 20, 30, 40)]
    take_a_job()
    assert [state_of(row)[0] for row in rows] == [State.DONE] * 4
    assert log.calls() == [{str(row.pk) for row in rows}]
    for row in rows:
        assert list(row.covers.order_by("position").values_list("seed", flat=True)) == [row.seed, row.seed + 1]


def test_requests_that_are_drawn_differently_share_no_call(log):
    others: list[dict[str, Any]] = [
        {"width": 128}, {"num_inference_steps": 3}, {"scheduler": "ddim"}, {"guidance_scale": 2.0},
        {"guidance_end": 0.5}, {"guidance_rescale": 0.7}, {"feature_reuse": "fast"}, {"clip_skip": 2},
        {"base_model": "other/model"}, {"base_model_revision": "other"},
    ]  # fmt: skip
    rows = [ask(), *(ask(**other) for other in others)]
    take_a_job()
    assert log.calls() == [{str(row.pk)} for row in rows]


def test_prompts_and_lettering_may_differ_in_one_call(log):
    rows = [ask("One"), ask("Two", with_lettering=True, seed=99)]
    take_a_job()
    assert len(log.calls()) == 1
    assert [row.covers.get().layout is None for row in rows] == [True, False]


def test_no_more_pictures_come_together_than_the_engine_draws_at_once(log):
    rows = [ask(count=3) for _ in range(4)]
    take_a_job()
    assert [len(call) for call in log.calls()] == [2, 2]
    assert all(state_of(row)[0] == State.DONE for row in rows)


def test_an_operator_may_want_smaller_calls(log, settings):
    settings.DRAW_TOGETHER_MAX = 2
    for _ in range(4):
        ask()
    take_a_job()
    assert [len(call) for call in log.calls()] == [2, 2]


def test_who_comes_within_the_gathering_time_is_taken_along(log, settings):
    settings.DRAW_GATHER_MILLISECONDS = 1000
    engine_for(ENGINE).start()
    first = ask()
    with InTheBackground():
        wait_until(lambda: state_of(first)[0] == State.RUNNING)
        second = ask()
    assert log.calls() == [{str(first.pk), str(second.pk)}]


def test_a_job_that_finds_nothing_does_nothing(log):
    done = ask(state=State.CANCELLED, finished_at=Now())
    take_a_job()
    assert log.calls() == []
    assert state_of(done)[0] == State.CANCELLED


def test_what_comes_while_others_are_drawn_needs_no_job(log, monkeypatch):
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.1")
    first = ask()
    with InTheBackground():
        wait_until(lambda: log.calls())
        second = ask()
    assert [state_of(row)[0] for row in (first, second)] == [State.DONE] * 2


def test_when_its_turn_is_over_the_worker_enqueues_who_still_waits(log, monkeypatch):
    monkeypatch.setattr("covers.drawing.turn.TURN_SECONDS", 0)
    ask()
    take_a_job()
    assert log.calls() == []
    assert len(get_queue("draw").jobs) == 1


def test_one_request_can_be_drawn_alone_though_others_wait_longer(log):
    earlier, row = ask(), ask()
    tasks.draw_request(str(row.pk))
    assert [state_of(one)[0] for one in (earlier, row)] == [State.QUEUED, State.DONE]


# --- what breaks a call -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("be killed", "engine:died"),
        ("fall over", "engine:failed"),
        ("run out of memory", "engine:out-of-memory"),
        ("hang", "engine:hung"),
    ],
)
def test_a_poisonous_request_is_tried_alone_and_fails_with_a_reason_and_its_neighbours_finish(
    log, settings, title, reason
):
    settings.ENGINE_STEP_TIMEOUT_SECONDS = 1.5 if title == "hang" else LONG_SECONDS
    poison, healthy = ask(title), [ask(seed=seed) for seed in range(3)]
    take_a_job()
    assert state_of(poison) == (State.FAILED, reason, 3)
    assert poison.covers.count() == 0
    assert [state_of(row) for row in healthy] == [(State.DONE, "", 2)] * 3
    assert [row.covers.count() for row in healthy] == [1, 1, 1]
    shared, *later = log.calls()
    assert shared == {str(row.pk) for row in (poison, *healthy)}
    assert all(len(call) == 1 for call in later)
    assert later.count({str(poison.pk)}) == 2


def test_an_adapter_that_is_broken_fails_its_own_request_and_no_neighbour(log):
    """The engine says so of the whole call, and whose it is shows alone."""
    poison, healthy = ask("wear a broken adapter"), [ask(seed=seed) for seed in range(2)]
    take_a_job()
    assert state_of(poison) == (State.FAILED, "engine:adapter-broken", 2)
    assert [state_of(row) for row in healthy] == [(State.DONE, "", 2)] * 2


def test_an_engine_killed_in_the_middle_of_four_peoples_pictures_loses_nobody(log, monkeypatch):
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.1")
    rows = [ask(count=2, seed=seed, num_inference_steps=5) for seed in range(4)]
    with InTheBackground():
        wait_until(lambda: log.lines("step"))
        monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0")
        host = engine_for(ENGINE)
        assert isinstance(host, EngineHost)
        os.kill(host.pid or 0, 9)
    assert [state_of(row) for row in rows] == [(State.DONE, "", 2)] * 4
    assert Cover.objects.count() == 8


def test_a_model_that_is_missing_is_everybodys_trouble_and_said_at_once(log):
    rows = [ask(engine="tests.covers.engine.small_engines.Unbuildable") for _ in range(2)]
    take_a_job()
    assert [state_of(row) for row in rows] == [(State.FAILED, "engine:model-missing", 1)] * 2


def test_a_store_that_fails_for_one_request_does_not_fail_its_neighbours(log):
    folder = Path(django_settings.STORAGES["default"]["OPTIONS"]["location"]) / "covers"
    unlucky, lucky = ask(), ask()
    folder.mkdir(parents=True)
    (folder / str(unlucky.pk)).write_text("a file where its folder should be")
    take_a_job()
    assert state_of(unlucky)[:2] == (State.QUEUED, "")
    assert state_of(lucky)[:2] == (State.DONE, "")


def test_a_store_that_is_away_in_the_middle_makes_everybody_wait_and_loses_nobody(log, settings):
    settings.SWEEP_EVERY_SECONDS = 600  # how long they rest: a busy machine must not come round to them again
    private = Path(django_settings.STORAGES["default"]["OPTIONS"]["location"])
    private.parent.mkdir(parents=True, exist_ok=True)
    private.write_text("a file where the folder should be")
    rows = [ask(count=2) for _ in range(3)]
    take_a_job()
    assert [state_of(row) for row in rows] == [(State.QUEUED, "", 1)] * 3
    private.unlink()
    CoverRequest.objects.update(queued_at=Now())
    take_a_job()
    assert [state_of(row)[0] for row in rows] == [State.DONE] * 3
    for cover in Cover.objects.all():
        storage.read(storage.private(), master_key(cover.storage_prefix))


def test_a_title_that_cannot_be_set_fails_its_own_request_only(log, monkeypatch):
    def render(*_args: Any, title: str, **_more: Any) -> None:
        raise ValueError(title)

    monkeypatch.setattr("covers.lettering.render", render)
    bad, good = ask(with_lettering=True), ask()
    take_a_job()
    assert state_of(bad) == (State.FAILED, "site:unexpected", django_settings.JOB_ATTEMPTS_MAX)
    assert state_of(good)[0] == State.DONE


def test_a_database_that_drops_its_connections_in_the_middle_is_asked_again(log, monkeypatch):
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.2")
    monkeypatch.setattr("albumsite.jobs.batch.LOOK_AGAIN_SECONDS", 0.05)
    rows = [ask(count=2, num_inference_steps=5) for _ in range(2)]
    with InTheBackground():
        wait_until(lambda: log.lines("step"))
        drop_connections()
        connection.close()
    assert [state_of(row) for row in rows] == [(State.DONE, "", 1)] * 2


def test_a_row_that_something_else_holds_locked_holds_up_nobody(log):
    locked, free = ask(), ask()
    with another_connection() as other:
        other.execute("BEGIN")
        other.execute("SELECT 1 FROM covers_coverrequest WHERE id = %s FOR UPDATE", [locked.pk])
        take_a_job()
        assert [state_of(row)[0] for row in (locked, free)] == [State.QUEUED, State.DONE]
    take_a_job()
    assert state_of(locked)[0] == State.DONE


# --- who stops a call ---------------------------------------------------------------------------------------------


def test_one_cancelled_in_a_shared_call_stops_and_the_others_go_on(log, monkeypatch):
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.05")
    tired, other = ask(num_inference_steps=20), ask(num_inference_steps=20)
    with InTheBackground():
        wait_until(lambda: log.lines("step"))
        cancel_request(request=tired)
    assert [state_of(row)[0] for row in (tired, other)] == [State.CANCELLED, State.DONE]
    assert (tired.covers.count(), other.covers.count()) == (0, 1)
    assert log.steps_of(tired) < log.steps_of(other) == 20


def test_one_whose_lease_is_lost_is_left_to_its_new_worker_and_the_others_go_on(log, monkeypatch):
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.05")
    lost, other = ask(num_inference_steps=10), ask(num_inference_steps=10)
    with InTheBackground():
        wait_until(lambda: log.lines("step"))
        CoverRequest.objects.filter(pk=lost.pk).update(token=uuid.uuid4())
    assert [state_of(row)[0] for row in (lost, other)] == [State.RUNNING, State.DONE]
    assert lost.covers.count() == 0


def test_a_worker_that_must_stop_hands_every_request_of_the_call_back_unharmed(log, monkeypatch):
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.05")
    rows = [ask(num_inference_steps=50) for _ in range(3)]
    try:
        with InTheBackground():
            wait_until(lambda: log.lines("step"))
            shutting_down.set()
    finally:
        shutting_down.clear()
    assert [state_of(row) for row in rows] == [(State.QUEUED, "", 0)] * 3
    assert len(get_queue("draw").jobs) == 3


def test_a_cancel_that_comes_as_the_worker_must_stop_is_not_forgotten(log, monkeypatch):
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.05")
    monkeypatch.setattr("covers.drawing.batch.DrawBatch.LOOK_EVERY_SECONDS", 600)
    row = ask(num_inference_steps=50)
    try:
        with InTheBackground():
            wait_until(lambda: log.lines("step"))
            cancel_request(request=row)
            shutting_down.set()
    finally:
        shutting_down.clear()
    assert state_of(row)[0] == State.CANCELLED


def test_long_drawing_keeps_every_lease_of_the_call(log, monkeypatch, settings):
    settings.LEASE_SECONDS = 2
    monkeypatch.setenv("TOGETHER_STEP_SECONDS", "0.4")
    rows = [ask(num_inference_steps=6) for _ in range(3)]
    with InTheBackground():
        wait_until(lambda: log.lines("step"))
        moment = timezone.now() + timedelta(seconds=2)  # when all would be free, were no lease renewed
        wait_until(lambda: not CoverRequest.objects.filter(lease_until__lte=moment).exists())
        assert CoverRequest.objects.claim_all([row.pk for row in rows], stage="draw") == []
    assert [state_of(row) for row in rows] == [(State.DONE, "", 1)] * 3
