"""The row is the job: who may work, who may finish, and what happens when anything dies."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django_rq import get_queue

from albumsite.errors import EngineError
from albumsite.jobs.claims import Claim, LeaseLost
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.queue import enqueue_many
from albumsite.jobs.states import State
from albumsite.jobs.sweeper import do_chores, sweep
from albumsite.jobs.turns import Turn, take, turn
from covers.models import CoverRequest, ReleaseFile, Stage
from covers.services.requests import cancel_request
from tests.factories import make_briefed_request, make_finished_request, make_request
from tests.waiting import LONG_SECONDS, at_once, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def claimed(row: CoverRequest) -> Any:
    return CoverRequest.objects.claimed(row.pk, stage=Stage.WRITE)


def age(row: CoverRequest, **fields: timedelta) -> None:
    """Move times of the row into the past."""
    CoverRequest.objects.filter(pk=row.pk).update(**{name: Now() - delta for name, delta in fields.items()})


def queued_pks(queue: str = "write") -> list[str]:
    return [job.args[0] for job in get_queue(queue).jobs]


def test_only_one_of_two_workers_gets_a_row():
    row = make_request()
    with claimed(row) as first, claimed(row) as second:
        assert first is not None
        assert second is None


def test_ten_workers_at_once_and_one_gets_the_row():
    row = make_request()
    claims = at_once(*[lambda: CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)] * 10)
    assert sum(claim is not None for claim in claims) == 1


def test_a_row_of_another_stage_is_not_claimed():
    with CoverRequest.objects.claimed(make_request().pk, stage=Stage.DRAW) as claim:
        assert claim is None


def test_a_row_that_is_gone_is_no_work():
    with CoverRequest.objects.claimed(uuid.uuid4(), stage=Stage.WRITE) as claim:
        assert claim is None


def test_a_late_finisher_changes_nothing():
    row = make_request()
    late = CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)
    age(row, lease_until=timedelta(seconds=1))
    new = CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)
    assert late is not None
    assert new is not None
    for write in (lambda: late.update(album="late"), late.finish, lambda: late.advance(Stage.DRAW), late.lock):
        with pytest.raises(LeaseLost), transaction.atomic():
            write()
    late.fail("engine:failed")
    row.refresh_from_db()
    assert (row.state, row.album, row.failure) == (State.RUNNING, "", "")
    new.update(album="new")
    row.refresh_from_db()
    assert row.album == "new"


def test_a_long_job_keeps_its_lease(settings):
    settings.LEASE_SECONDS = 2
    row = make_request()

    def lease() -> datetime:
        return CoverRequest.objects.values_list("lease_until", flat=True).get(pk=row.pk)

    with claimed(row) as claim:
        assert claim is not None
        first = lease()
        wait_until(lambda: lease() > first)
        assert CoverRequest.objects.claim(row.pk, stage=Stage.WRITE) is None
        claim.update(album="still mine")


def test_an_engine_error_is_shown_on_the_row_and_not_raised():
    row = make_request()
    with claimed(row):
        raise EngineError("engine:model-missing", "no such folder")
    row.refresh_from_db()
    assert (row.state, row.failure) == (State.FAILED, "engine:model-missing")
    assert row.finished_at is not None


@pytest.mark.parametrize(
    ("reason", "is_enqueued"), [("engine:died", True), ("engine:hung", True), ("site:storage", False)]
)
def test_what_another_try_may_mend_is_tried_again_and_then_says_why(reason, is_enqueued):
    row = make_request()
    for attempt in range(1, settings.JOB_ATTEMPTS_MAX + 1):
        with claimed(row) as claim:
            assert claim is not None
            raise EngineError(reason)
        row.refresh_from_db()
        assert row.attempt == attempt
    assert (row.state, row.failure) == (State.FAILED, reason)
    assert (
        str(row.pk) in queued_pks()
    ) == is_enqueued  # in no queue, it waits for the sweeper: the server may need a moment


def test_an_unexpected_error_is_raised_and_the_row_tried_again_until_its_last_attempt():
    row = make_request()
    for attempt in range(1, settings.JOB_ATTEMPTS_MAX + 1):
        with pytest.raises(ZeroDivisionError), claimed(row):
            raise ZeroDivisionError
        row.refresh_from_db()
        assert row.attempt == attempt
        if attempt < settings.JOB_ATTEMPTS_MAX:
            assert row.state == State.QUEUED
            assert str(row.pk) in queued_pks()
    assert (row.state, row.failure) == (State.FAILED, "site:unexpected")
    with claimed(row) as claim:
        assert claim is None


def test_a_worker_that_must_stop_gives_the_try_back():
    row = make_request()
    with claimed(row) as claim:
        claim.hand_back()
    row.refresh_from_db()
    assert (row.state, row.attempt) == (State.QUEUED, 0)
    assert queued_pks() == [str(row.pk)]


def test_rows_taken_together_have_leases_of_their_own():
    rows = [make_request() for _ in range(3)]
    CoverRequest.objects.claim(rows[1].pk, stage=Stage.WRITE)
    claims = CoverRequest.objects.claim_all([row.pk for row in reversed(rows)], stage=Stage.WRITE)
    assert [claim.row.pk for claim in claims] == [rows[2].pk, rows[0].pk]
    assert len({claim.token for claim in claims}) == 2
    claims[0].fail("engine:failed")
    claims[1].update(album="still mine")


def test_a_wish_to_cancel_outlives_the_worker_that_did_not_see_it():
    row = make_request()
    with claimed(row) as claim:
        cancel_request(request=row)
        claim.release()
    row.refresh_from_db()
    assert row.state == State.CANCELLED


def test_a_song_cancelled_while_its_brief_is_written_is_not_drawn():
    row = make_request()
    with claimed(row) as claim:
        cancel_request(request=row)
        claim.advance(Stage.DRAW, brief={})
    row.refresh_from_db()
    assert (row.state, row.stage) == (State.CANCELLED, Stage.WRITE)


def test_a_first_retry_keeps_its_place_and_a_second_queues_anew():
    row = make_request()
    age(row, queued_at=timedelta(hours=1))
    waited = []
    for _ in range(2):
        with claimed(row):
            raise EngineError("engine:died")
        row.refresh_from_db()
        waited.append((timezone.now() - row.queued_at).total_seconds() > 1800)
    assert waited == [True, False]


def test_a_lease_that_cannot_be_renewed_is_known_to_run_out(settings):
    settings.LEASE_SECONDS = 2
    lost, kept = (CoverRequest.objects.claim(make_request().pk, stage=Stage.WRITE) for _ in range(2))

    def wait_for_renewal(claim: Claim[CoverRequest]) -> None:
        before = claim.held_until
        wait_until(lambda: claim.held_until > before)

    with LeaseKeeper() as keeper:
        keeper.keep(lost)
        keeper.keep(kept)
        wait_for_renewal(lost)
        CoverRequest.objects.filter(pk=lost.row.pk).update(token=uuid.uuid4())
        wait_for_renewal(kept)
        lost.held_until = time.monotonic()  # as if its time had passed: nobody makes it longer again
        wait_for_renewal(kept)
        assert not lost.may_be_held


def test_the_sweeper_requeues_what_a_dead_worker_held_and_enqueues_it():
    row = make_request()
    CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)
    age(row, lease_until=timedelta(seconds=1), queued_at=timedelta(minutes=2))
    swept = sweep()
    row.refresh_from_db()
    assert (row.state, row.attempt) == (State.QUEUED, 1)
    assert queued_pks() == [str(row.pk)]
    assert (swept.requeued, swept.enqueued) == (1, 1)


def test_the_sweeper_leaves_a_living_worker_alone():
    row = make_request()
    CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)
    age(row, queued_at=timedelta(minutes=2))
    sweep()
    row.refresh_from_db()
    assert row.state == State.RUNNING
    assert queued_pks() == []


def test_the_sweeper_enqueues_a_row_that_redis_forgot_but_only_once():
    row = make_request()
    age(row, queued_at=timedelta(minutes=2))
    for _ in range(3):
        sweep()
    assert queued_pks() == [str(row.pk)]


def test_the_sweeper_gives_up_after_the_last_attempt():
    row = make_request(attempt=settings.JOB_ATTEMPTS_MAX - 1)
    CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)
    age(row, lease_until=timedelta(seconds=1))
    sweep()
    row.refresh_from_db()
    assert (row.state, row.failure) == (State.FAILED, "site:gave-up")
    assert queued_pks() == []


def test_the_sweeper_ends_a_cancelled_row_whose_worker_died():
    row = make_request()
    CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)
    CoverRequest.objects.filter(pk=row.pk).update(cancel_requested=True)
    age(row, lease_until=timedelta(seconds=1))
    sweep()
    row.refresh_from_db()
    assert row.state == State.CANCELLED


def test_two_sweepers_do_not_sweep_at_once():
    seen = []

    def other() -> None:
        seen.append(sweep())
        connection.close()

    with turn("sweep", seconds=60) as is_ours:
        assert is_ours
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert seen == [None]
    assert sweep() is not None


def test_a_sweeper_that_died_is_followed_when_its_turn_has_ended():
    assert take("sweep", seconds=60, holder=uuid.uuid4())
    assert sweep() is None
    Turn.objects.filter(name="sweep").update(until=Now() - timedelta(seconds=1))
    assert sweep() is not None


def test_without_redis_every_kind_of_row_is_looked_after_and_chores_are_done(redis_away, settings):
    waiting, dead = make_request(), make_finished_request().covers.get()
    age(waiting, queued_at=timedelta(minutes=2))
    held = ReleaseFile.objects.create(cover=dead, stage="render")
    ReleaseFile.objects.claim(held.pk, stage="render")
    ReleaseFile.objects.filter(pk=held.pk).update(
        lease_until=Now() - timedelta(seconds=1), queued_at=Now() - timedelta(minutes=2)
    )
    cache.set("chores", 0)
    settings.CHORES = ("tests.test_jobs.broken_chore", "tests.test_jobs.counted_chore")
    with redis_away():
        swept = sweep()
        do_chores()
    held.refresh_from_db()
    assert held.state == State.QUEUED
    assert (swept.requeued, swept.enqueued) == (1, 0)
    assert cache.get("chores") == 1
    assert sweep().enqueued == 2


def broken_chore() -> None:
    raise ValueError


def counted_chore() -> None:
    cache.incr("chores")


def test_a_sweep_does_not_wait_for_a_chore(settings):
    settings.CHORES = ("tests.test_jobs.slow_chore",)
    _chore_may_end.clear()
    thread = threading.Thread(target=lambda: (do_chores(), connection.close()))
    thread.start()
    try:
        assert _chore_began.wait(LONG_SECONDS)
        assert sweep() is not None
    finally:
        _chore_may_end.set()
        thread.join()


_chore_began, _chore_may_end = threading.Event(), threading.Event()


def slow_chore() -> None:
    _chore_began.set()
    assert _chore_may_end.wait(LONG_SECONDS)


def test_a_lost_job_is_not_an_error(redis_away):
    """Redis away at commit: the row is there, and the sweeper enqueues it when it is back."""
    with redis_away(), transaction.atomic():
        row = make_request()
        row.enqueue()
    age(row, queued_at=timedelta(minutes=2))
    assert queued_pks() == []
    sweep()
    assert queued_pks() == [str(row.pk)]


def test_a_rolled_back_request_is_not_enqueued():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_request().enqueue()
        raise ZeroDivisionError
    assert queued_pks() == []


def test_ringing_for_many_reaches_each_queue_and_row_once():
    rows = [make_request() for _ in range(3)] + [make_briefed_request() for _ in range(2)]
    assert enqueue_many(CoverRequest, [(row.pk, row.stage) for row in rows]) == 5
    assert sorted(queued_pks("write") + queued_pks("draw")) == sorted(str(row.pk) for row in rows)
    sweep()
    assert len(queued_pks("write") + queued_pks("draw")) == 5


def test_drawing_has_no_time_limit_and_writing_has():
    enqueue_many(CoverRequest, [(make_request().pk, Stage.WRITE), (make_briefed_request().pk, Stage.DRAW)])
    assert get_queue("write").jobs[0].timeout == settings.RQ_QUEUES["write"]["DEFAULT_TIMEOUT"]
    assert get_queue("draw").jobs[0].timeout == -1


def test_jobs_whose_task_broke_are_forgotten_after_a_week():
    make_request().enqueue()
    enqueue_many(CoverRequest, [(make_briefed_request().pk, Stage.DRAW)])
    kept = {queue: get_queue(queue).jobs[0].failure_ttl for queue in ("write", "draw")}
    assert kept == {"write": 7 * 24 * 3600, "draw": 7 * 24 * 3600}


def test_redis_holds_nothing_but_the_primary_key_as_json():
    row = make_request()
    with transaction.atomic():
        row.enqueue()
    (job,) = get_queue("write").jobs
    raw = get_queue("write").connection.hgetall(f"rq:job:{job.id}")
    assert list(job.args) == [str(row.pk)]
    assert not any(b"Fighting" in value for value in raw.values())


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "sleeping"},
        {"stage": "dreaming"},
        {"state": State.RUNNING},
        {"state": State.DONE},
        {"state": State.FAILED, "finished_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"failure": "engine:failed"},
        {"token": uuid.UUID(int=7)},
        {"stage": Stage.DRAW},
        {"count": 0},
        {"count": 9},
        {"title": ""},
        {"genre": "polka"},
        {"seed": -1},
        {"visitor": None},
    ],
    ids=str,
)
def test_the_database_refuses_what_makes_no_sense(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_request(**broken)
