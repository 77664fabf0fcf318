"""Puts right what died: re-queues rows whose worker is gone, fails what cannot be done, enqueues what waits in no queue."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

from albumsite.ids import first_id_since
from albumsite.jobs import queue
from albumsite.jobs.models import Job
from albumsite.jobs.states import ACTIVE, State
from albumsite.jobs.turns import turn

logger = logging.getLogger(__name__)

ENQUEUED_A_SWEEP_MAX = 1000
DELETE_AGAIN_AFTER = timedelta(minutes=10)
OVERDUE_AFTER = timedelta(days=1)
"""What was promised to be deleted should be gone by then, whatever was away meanwhile."""
SWEEP_SECONDS_MAX = 60
"""After which another sweeper takes one for dead."""
CHORE_SECONDS_MAX = 900
TELL_EVERY_SECONDS = 600.0

_told_at = float("-inf")


@dataclass
class Swept:
    """What one sweep did, in rows."""

    requeued: int = 0
    failed: int = 0
    cancelled: int = 0
    enqueued: int = 0


def job_models() -> list[type[Job]]:
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Job)]


def sweep() -> Swept | None:
    """One pass over all jobs. None when another sweeper is at it.

    What is away stops only what needs it: each kind of job is looked after by itself, and without Redis rows are still
    re-queued and ended; they are enqueued when it is back.
    """
    swept = Swept()
    with turn("sweep", seconds=SWEEP_SECONDS_MAX) as is_ours:
        if not is_ours:
            return None
        for model in job_models():
            apart(f"expired {model._meta.model_name}", partial(_end_expired, model, swept))
            apart(f"waiting {model._meta.model_name}", partial(_enqueue_waiting, model, swept))
    return swept


def do_chores() -> None:
    """What else has to be done while nobody asks, by the dotted names in CHORES: each apart from the others, one process at a
    time. They may take minutes, so no sweep waits for them."""
    for name in settings.CHORES:
        with turn(f"chore {name}"[:100], seconds=CHORE_SECONDS_MAX) as is_ours:
            if is_ours:
                apart(name, import_string(name))


def overdue_deletions() -> dict[str, int]:
    """How many deletions of each kind were asked for more than a day ago and are not done, by the kind's name; none: nothing."""
    before = first_id_since((timezone.now() - OVERDUE_AFTER).timestamp())
    waiting = (*ACTIVE, State.FAILED)
    counts = {
        str(model._meta.model_name): model._default_manager.filter(state__in=waiting, pk__lt=before).count()
        for model in job_models()
        if model.DELETES
    }
    return {name: count for name, count in counts.items() if count}


def tell_overdue() -> None:
    """Say aloud, every ten minutes, what was promised to go and is still there after a day."""
    global _told_at
    if time.monotonic() - _told_at < TELL_EVERY_SECONDS:
        return
    _told_at = time.monotonic()
    for name, count in overdue_deletions().items():
        logger.error("deletions not done after a day, the object store must be looked at kind=%s count=%d", name, count)


def apart(name: str, do: Callable[[], object]) -> None:
    """Do one of several things; what breaks is said, and the next one goes on."""
    try:
        do()
    except RedisError as error:
        logger.warning("left for the next sweep: Redis is away name=%s cause=%s", name, type(error).__name__)
    except (InterfaceError, OperationalError) as error:
        logger.warning("left for the next sweep: the database is away name=%s cause=%s", name, type(error).__name__)
        connection.close()
    except Exception:
        logger.exception("failed, the next one goes on name=%s", name)


def _end_expired(model: type[Job], swept: Swept) -> None:
    rows = model.objects.expired()
    free: dict[str, Any] = {"token": None, "lease_until": None}
    swept.cancelled += rows.filter(cancel_requested=True).end_cancelled()
    if model.DELETES:
        _never_give_up(model)
    swept.failed += rows.filter(attempt__gte=settings.JOB_ATTEMPTS_MAX).update(
        state=State.FAILED, failure="site:gave-up", finished_at=Now(), **free
    )
    # queued_at stays old on purpose: the row counts as waiting at once and is enqueued in this same pass
    swept.requeued += rows.update(state=State.QUEUED, **free)
    swept.failed += model.objects.filter(state=State.QUEUED, attempt__gte=settings.JOB_ATTEMPTS_MAX).update(
        state=State.FAILED, failure="site:gave-up", finished_at=Now()
    )


def _never_give_up(model: type[Job]) -> None:
    """What was promised to be deleted is tried again after a rest, whatever became of it."""
    ended = model.objects.filter(state=State.FAILED, finished_at__lt=Now() - DELETE_AGAIN_AFTER)
    if ended.queue_again():
        logger.warning("deletions that had failed are tried again kind=%s", model._meta.model_name)


def _enqueue_waiting(model: type[Job], swept: Swept) -> None:
    """Only rows that are not in a queue now: blind repeats fill it with no-ops and starve real work."""
    waiting = list(model.objects.waiting_unqueued().values_list("pk", "stage")[:ENQUEUED_A_SWEEP_MAX])
    if not waiting:
        return
    enqueued: set[str] = set()
    for name in {model.STAGES[stage][0] for _pk, stage in waiting}:
        enqueued |= queue.enqueued_pks(name)
    missing = [(pk, stage) for pk, stage in waiting if queue.name_in_queue(model, pk) not in enqueued]
    swept.enqueued += queue.enqueue_many(model, missing)
