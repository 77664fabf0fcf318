"""Rows that change themselves: cancelled, and begun anew."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from albumsite.jobs.states import State
from tests.factories import make_request
from tests.test_jobs import queued_pks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("before", "after", "is_asked"),
    [
        (State.QUEUED, State.CANCELLED, True),
        (State.RUNNING, State.RUNNING, True),
        (State.DONE, State.DONE, False),
        (State.FAILED, State.FAILED, False),
        (State.CANCELLED, State.CANCELLED, False),
    ],
)
def test_what_waits_is_cancelled_at_once_what_is_worked_on_is_asked_to_and_what_has_ended_stays(
    before, after, is_asked
):
    row = make_request(**columns_of(before))
    assert row.cancel() is is_asked
    row.refresh_from_db()
    assert (row.state, row.cancel_requested) == (after, before == State.RUNNING)


@pytest.mark.parametrize("state", State)
def test_only_what_stopped_begins_anew_at_its_stage_and_is_enqueued(state):
    row = make_request(**columns_of(state), attempt=3)
    stopped = state in (State.FAILED, State.CANCELLED)
    assert row.queue_again() is stopped
    assert (row.state, row.attempt, row.failure) == ((State.QUEUED, 0, "") if stopped else (state, 3, row.failure))
    assert (str(row.pk) in queued_pks()) is stopped


def columns_of(state: str) -> dict[str, Any]:
    """A row that is in it, as the constraints want it."""
    now = timezone.now()
    more: dict[str, dict[str, Any]] = {
        State.QUEUED: {},
        State.RUNNING: {"token": uuid.uuid4(), "lease_until": now + timedelta(minutes=1)},
        State.FAILED: {"failure": "site:gave-up", "finished_at": now},
    }
    return {"state": state, **more.get(state, {"finished_at": now})}
