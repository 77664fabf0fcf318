"""What a claim is worth, from its first moment to the end of the transaction that records what was made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from covers.models import CoverRequest, Stage
from tests.factories import make_request
from tests.test_jobs import age

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
