"""Puts right what died: re-queues rows whose worker is gone, fails what cannot be done, rings where nobody rang."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from albumsite import bells
from albumsite.jobs import Job, State

logger = logging.getLogger(__name__)

SWEEP_LOCK = 0x41_69_62_75_6D  # "Aibum", a key no other advisory lock here uses
RINGS_A_SWEEP_MAX = 1000


@dataclass
class Swept:
    """What one sweep did, in rows."""

    requeued: int = 0
    failed: int = 0
    cancelled: int = 0
    rung: int = 0


def job_models() -> list[type[Job]]:
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Job)]


def sweep() -> Swept | None:
    """One pass over all jobs. None when another sweeper is at it."""
    swept = Swept()
    with single_flight() as alone:
        if not alone:
            return None
        for model in job_models():
            _end_expired(model, swept)
            _ring_unheard(model, swept)
        do_chores()
    return swept


def do_chores() -> None:
    """What else has to be done while nobody asks, by the dotted names in CHORES; one that fails keeps no other from its work."""
    for name in settings.CHORES:
        try:
            import_string(name)()
        except Exception:
            logger.exception("chore failed name=%s", name)


@contextlib.contextmanager
def single_flight() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SWEEP_LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])


def _end_expired(model: type[Job], swept: Swept) -> None:
    rows = model.objects.expired()
    free: dict[str, Any] = {"token": None, "lease_until": None}
    swept.cancelled += rows.filter(cancel_requested=True).update(
        state=State.CANCELLED, finished_at=Now(), cancel_requested=False, **free
    )
    swept.failed += rows.filter(attempt__gte=settings.JOB_ATTEMPTS_MAX).update(
        state=State.FAILED, failure="site:gave-up", finished_at=Now(), **free
    )
    # queued_at stays old on purpose: the row counts as unheard at once and is rung for in this same pass
    swept.requeued += rows.update(state=State.QUEUED, **free)
    swept.failed += model.objects.filter(state=State.QUEUED, attempt__gte=settings.JOB_ATTEMPTS_MAX).update(
        state=State.FAILED, failure="site:gave-up", finished_at=Now()
    )


def _ring_unheard(model: type[Job], swept: Swept) -> None:
    """Ring only for rows that are not in a queue now: blind re-rings fill it with no-ops and starve real work."""
    waiting = list(model.objects.unheard().values_list("pk", "stage")[:RINGS_A_SWEEP_MAX])
    if not waiting:
        return
    rung: set[str] = set()
    for name in {model.STAGES[stage][0] for _pk, stage in waiting}:
        rung |= bells.pks_rung(name)
    unrung = [(pk, stage) for pk, stage in waiting if bells.name_in_queue(model, pk) not in rung]
    swept.rung += bells.ring_many(model, unrung)
