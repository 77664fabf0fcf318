"""What the sweeper leaves alone, and what it never gives up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from albumsite.jobs.states import State
from albumsite.jobs.sweeper import overdue_deletions, sweep
from covers.models import CoverRequest, Stage, Withdrawal
from tests.ages import days_ago
from tests.factories import make_finished_request, make_request
from tests.test_jobs import queued_pks

pytestmark = pytest.mark.django_db(transaction=True)


def failed(ago: timedelta) -> dict[str, Any]:
    return {"state": State.FAILED, "failure": "site:gave-up", "finished_at": timezone.now() - ago}


def test_what_failed_stays_failed_but_what_must_go_is_tried_again_after_a_rest() -> None:
    request = make_request(**failed(timedelta(days=1)))
    cover = make_finished_request().covers.get()
    long_ago, just_now = (
        Withdrawal.objects.create(storage_prefix=cover.storage_prefix, stage="delete", **failed(ago))
        for ago in (timedelta(minutes=11), timedelta(minutes=9))
    )
    sweep()
    for row, state in ((request, State.FAILED), (long_ago, State.QUEUED), (just_now, State.FAILED)):
        row.refresh_from_db()
        assert row.state == state


def test_what_rests_is_in_no_queue_before_its_time(settings: Any) -> None:
    settings.SWEEP_EVERY_SECONDS = 60
    rests, waits = make_request(), make_request()
    for row, moved in ((rests, timedelta(seconds=30)), (waits, timedelta(seconds=-90))):
        type(row).objects.filter(pk=row.pk).update(queued_at=timezone.now() + moved)
    sweep()
    assert queued_pks() == [str(waits.pk)]


def test_what_was_done_at_its_last_try_stays_done(settings: Any) -> None:
    done = make_finished_request(attempt=settings.JOB_ATTEMPTS_MAX)
    sweep()
    done.refresh_from_db()
    assert (done.state, done.failure) == (State.DONE, "")


def test_a_row_without_a_try_left_is_given_to_no_worker_and_ends(settings: Any) -> None:
    spent = make_request(attempt=settings.JOB_ATTEMPTS_MAX)
    assert CoverRequest.objects.claim(spent.pk, stage=Stage.WRITE) is None
    sweep()
    spent.refresh_from_db()
    assert (spent.state, spent.failure) == (State.FAILED, "site:gave-up")


def test_only_deletions_that_are_not_done_after_a_day_are_overdue() -> None:
    prefix = make_finished_request().covers.get().storage_prefix
    Withdrawal.objects.create(storage_prefix=prefix, stage="delete")
    with days_ago(2):
        Withdrawal.objects.create(
            storage_prefix=prefix, stage="purge", state=State.DONE, finished_at=timezone.now() - timedelta(days=2)
        )
        assert overdue_deletions() == {}
        Withdrawal.objects.create(storage_prefix=prefix, stage="delete")
        Withdrawal.objects.create(storage_prefix=prefix, stage="delete", **failed(timedelta(days=1)))
    assert overdue_deletions() == {"withdrawal": 2}
