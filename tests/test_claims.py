"""What a claim is worth, from its first moment to the end of the transaction that records what was made."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from albumsite.errors import EngineError
from albumsite.jobs.batch import ClaimBatch, ClaimedJob
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.states import State
from albumsite.jobs.turns import Turn, give_back, take
from covers.models import CoverRequest, Stage
from tests.factories import make_request
from tests.test_jobs import age
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def claimed_elsewhere(row: CoverRequest) -> bool:
    """Whether another worker gets the row now."""

    def claim() -> bool:
        try:
            return CoverRequest.objects.claim(row.pk, stage=Stage.WRITE) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(claim).result()


def test_who_records_what_was_made_is_not_overtaken_though_the_lease_runs_out_meanwhile() -> None:
    row = make_request()
    claim = CoverRequest.objects.claim(row.pk, stage=Stage.WRITE)
    assert claim is not None
    age(row, lease_until=timedelta(seconds=1))
    with transaction.atomic():
        claim.lock()
        assert not claimed_elsewhere(row)
        claim.finish()
    assert not claimed_elsewhere(row)


def test_a_claim_holds_from_its_first_moment() -> None:
    """The database may blink before the lease was ever renewed: nothing is given up for that."""
    claim = CoverRequest.objects.claim(make_request().pk, stage=Stage.WRITE)
    assert claim is not None
    assert claim.may_be_held


def test_a_worker_renews_what_it_holds_and_no_dead_workers_lease(settings: Any) -> None:
    settings.LEASE_SECONDS = 2
    mine, dead = (CoverRequest.objects.claim(make_request().pk, stage=Stage.WRITE) for _ in range(2))
    assert mine is not None
    assert dead is not None

    def lease(claim: Any) -> Any:
        return CoverRequest.objects.values_list("lease_until", flat=True).get(pk=claim.row.pk)

    begun, left = lease(mine), lease(dead)
    with LeaseKeeper() as keeper:
        keeper.keep(mine)
        wait_until(lambda: lease(mine) > begun)
    assert lease(dead) == left


def test_each_rest_while_the_store_is_away_is_longer(settings: Any) -> None:
    settings.SWEEP_EVERY_SECONDS = 60
    row, rests = make_request(), []
    for _ in range(2):
        with CoverRequest.objects.claimed(row.pk, stage=Stage.WRITE):
            raise EngineError("site:storage")
        began, rested_until = CoverRequest.objects.values_list("started_at", "queued_at").get(pk=row.pk)
        rests.append((rested_until - began).total_seconds())
    assert rests[1] > rests[0] + 50


def test_a_turn_is_given_back_by_who_has_it_and_by_itself() -> None:
    first, second, third = (uuid.uuid4() for _ in range(3))
    assert take("sweep", seconds=60, holder=first)
    assert take("chore", seconds=60, holder=first)
    give_back("chore", holder=first)
    assert not take("sweep", seconds=60, holder=second)  # still the first one's
    Turn.objects.filter(name="sweep").update(until=Now() - timedelta(seconds=1))
    assert take("sweep", seconds=60, holder=second)
    give_back("sweep", holder=first)  # who was so slow that it is another's turn by now
    assert not take("sweep", seconds=60, holder=third)


def test_where_one_lease_is_lost_the_other_rows_of_the_call_come_to_their_own_end() -> None:
    """Else their leases would be renewed for ever, and nobody could work on them."""
    lost, cancelled = (CoverRequest.objects.claim(make_request().pk, stage=Stage.WRITE) for _ in range(2))
    assert lost is not None
    assert cancelled is not None
    CoverRequest.objects.filter(pk=lost.row.pk).update(token=uuid.uuid4())
    cancelled.row.cancel()
    ended: list[Any] = []
    with ClaimBatch([ClaimedJob(claim, ended.append) for claim in (lost, cancelled)]).working():
        lost.update(progress={})
    assert ended == [lost, cancelled]
    states = CoverRequest.objects.in_bulk([lost.row.pk, cancelled.row.pk])
    assert (states[lost.row.pk].state, states[cancelled.row.pk].state) == (State.RUNNING, State.CANCELLED)
