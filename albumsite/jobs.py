"""Jobs whose record is a Postgres row. Redis only rings the doorbell; a lease decides who may work and finish.

A row is claimed by one `UPDATE … RETURNING` and worked on under a lease that a thread renews. Every write of the worker
is fenced by the claim's token, so a late or doubled worker changes nothing. A sweeper rings again for rows that nobody
rang for, re-queues expired leases and fails rows at their last attempt. All times are PostgreSQL's clock.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry
from uuid_utils.compat import uuid7

from albumsite.errors import EngineError

logger = logging.getLogger(__name__)


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Working")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (State.QUEUED, State.RUNNING)

shutting_down = threading.Event()
"""Set in a worker process that was told to stop: long jobs look at it at each step and hand their row back."""


RETRIED_AT_ONCE = frozenset({"engine:died", "engine:hung"})
"""Engine errors that a fresh engine process may not repeat."""

RETRIED_LATER = frozenset({"site:storage"})
"""Errors of a server that may come back: the row waits in its queue, unrung, until the sweeper comes by."""


class LeaseLost(Exception):
    """Another worker owns this row now, or its person cancelled it. Stop and write nothing."""


JobT = TypeVar("JobT", bound="Job")


class JobQuerySet(models.QuerySet[JobT]):
    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)

    def expired(self) -> Self:
        """Running rows whose worker has not renewed its lease: dead, hung or cut off."""
        return self.filter(state=State.RUNNING, lease_until__lt=Now())

    def unheard(self) -> Self:
        """Rows queued for a while that may never have been rung for."""
        since = Now() - timedelta(seconds=settings.SWEEP_EVERY_SECONDS)
        return self.filter(state=State.QUEUED, queued_at__lt=since)

    @contextlib.contextmanager
    def claimed(self, pk: str | uuid.UUID, *, stage: str) -> Iterator[Claim[JobT] | None]:
        """Work on one row under a renewed lease, or get None when there is nothing to do.

        An `EngineError` fails the row with its message id, at once or, if another try may help, at the last attempt.
        Anything else puts the row back in its queue, or fails it as "site:unexpected" at its last attempt, and is raised
        again for the worker's log.
        """
        claim = self.claim(pk, stage=stage)
        if claim is None:
            yield None
            return
        keeper = _LeaseKeeper(claim)
        keeper.start()
        try:
            yield claim
        except LeaseLost:
            logger.info("lease lost row=%s stage=%s attempt=%d", pk, stage, claim.row.attempt)
        except EngineError as error:
            logger.warning("job failed row=%s stage=%s reason=%s", pk, stage, error)
            if error.message_id in RETRIED_AT_ONCE | RETRIED_LATER:
                claim.release(error.message_id, ring=error.message_id in RETRIED_AT_ONCE)
            else:
                claim.fail(error.message_id)
        except BaseException:
            claim.release()
            raise
        finally:
            keeper.stop()

    def claim(self, pk: str | uuid.UUID, *, stage: str) -> Claim[JobT] | None:
        """Take one row for a lease's length, if it waits or its worker is dead. Most callers want `claimed`."""
        token = uuid.uuid4()
        won = (
            self.filter(pk=pk, stage=stage, attempt__lt=settings.JOB_ATTEMPTS_MAX)
            .filter(Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=Now()))
            .update(
                state=State.RUNNING,
                attempt=F("attempt") + 1,
                token=token,
                lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
                started_at=Now(),
                cancel_requested=False,
            )
        )
        return Claim(row=self.get(pk=pk), token=token) if won else None


class Job(models.Model):
    """A row that is work. Subclasses list their stages in order with the queue and the task of each."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {}
    """stage → (queue, dotted name of the task that takes the primary key as its one argument)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stage = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_requested = models.BooleanField(default=False)
    failure = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    queued_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[JobQuerySet[Self]] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    @staticmethod
    def job_constraints(name: str, stages: tuple[str, ...]) -> list[models.BaseConstraint]:
        """What the database itself refuses, for a subclass's Meta."""
        running, failed = Q(state=State.RUNNING), Q(state=State.FAILED)
        ended = Q(state__in=(State.DONE, State.FAILED, State.CANCELLED))
        return [
            models.CheckConstraint(condition=Q(state__in=State.values), name=f"{name}_state_legal"),
            models.CheckConstraint(condition=Q(stage__in=stages), name=f"{name}_stage_legal"),
            models.CheckConstraint(
                condition=(running & Q(token__isnull=False, lease_until__isnull=False))
                | (~running & Q(token__isnull=True, lease_until__isnull=True)),
                name=f"{name}_lease_while_running",
            ),
            models.CheckConstraint(
                condition=(ended & Q(finished_at__isnull=False)) | (~ended & Q(finished_at__isnull=True)),
                name=f"{name}_finished_when_ended",
            ),
            models.CheckConstraint(
                condition=(failed & ~Q(failure="")) | (~failed & Q(failure="")), name=f"{name}_failure_has_reason"
            ),
        ]

    @staticmethod
    def job_indexes(name: str) -> list[models.Index]:
        return [
            models.Index(fields=["stage", "id"], condition=Q(state=State.QUEUED), name=f"{name}_queued"),
            models.Index(fields=["lease_until"], condition=Q(state=State.RUNNING), name=f"{name}_running"),
        ]

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    def ring(self) -> None:
        """Ask a worker to look at this row once the transaction is committed."""
        ring_on_commit(self, self.stage)


@dataclass
class Claim(Generic[JobT]):
    """The right to work on one row until the lease runs out. Every method is fenced by the token."""

    row: JobT
    token: uuid.UUID

    def _mine(self) -> JobQuerySet[JobT]:
        return type(self.row)._default_manager.filter(pk=self.row.pk, token=self.token, state=State.RUNNING)  # type: ignore[return-value]

    def update(self, **values: Any) -> None:
        """Write to the row. Raises LeaseLost when it is no longer ours."""
        if not self._mine().update(**values):
            raise LeaseLost

    def lock(self) -> None:
        """Hold the row to the end of the transaction, so that outputs and the claim commit together. Raises LeaseLost."""
        if not self._mine().select_for_update().exists():
            raise LeaseLost

    def report(self, **values: Any) -> bool:
        """Write progress. False: the lease is lost, or its person asked to cancel, so stop."""
        return bool(self._mine().filter(cancel_requested=False).update(**values))

    def cancel(self) -> bool:
        """End as cancelled if its person asked for it. False when nobody did."""
        asked = self._mine().filter(cancel_requested=True)
        return bool(
            asked.update(state=State.CANCELLED, token=None, lease_until=None, finished_at=Now(), cancel_requested=False)
        )

    def hand_back(self) -> None:
        """This worker must stop: queue the row again, and do not count the try."""
        with transaction.atomic():
            self.update(state=State.QUEUED, attempt=F("attempt") - 1, token=None, lease_until=None, queued_at=Now())
            ring_on_commit(self.row, self.row.stage)

    def advance(self, stage: str, **values: Any) -> None:
        """This stage is done: queue the row for the next one and ring. Raises LeaseLost."""
        with transaction.atomic():
            self.update(
                state=State.QUEUED, stage=stage, attempt=0, token=None, lease_until=None, queued_at=Now(), **values
            )
            ring_on_commit(self.row, stage)

    def finish(self, **values: Any) -> None:
        """All done. Raises LeaseLost."""
        self.update(state=State.DONE, token=None, lease_until=None, finished_at=Now(), **values)

    def fail(self, message_id: str) -> None:
        """End with a reason that a person can act on; a lost lease is nobody's business any more."""
        self._mine().update(state=State.FAILED, failure=message_id, token=None, lease_until=None, finished_at=Now())

    def release(self, message_id: str = "site:unexpected", *, ring: bool = True) -> None:
        """This try broke: give the row back for another, or fail it with the reason at its last. Never raises."""
        try:
            if self.row.attempt >= settings.JOB_ATTEMPTS_MAX:
                self.fail(message_id)
                return
            with transaction.atomic():
                self.update(state=State.QUEUED, token=None, lease_until=None, queued_at=Now())
                if ring:
                    ring_on_commit(self.row, self.row.stage)
        except Exception:  # the database may be what broke; the sweeper will find the expired lease
            logger.exception("row could not be released row=%s", self.row.pk)


class _LeaseKeeper(threading.Thread):
    """Renews a claim's lease on a connection of its own; when it is lost, `lost` is set and the worker may look."""

    def __init__(self, claim: Claim[Any]) -> None:
        super().__init__(daemon=True, name=f"lease-{claim.row.pk}")
        self._claim, self._stop_asked = claim, threading.Event()

    def run(self) -> None:
        try:
            while not self._stop_asked.wait(settings.LEASE_SECONDS / 4):
                try:
                    self._claim._mine().update(lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS))
                except Exception:  # an unreachable database: keep trying, the lease itself is the time limit
                    logger.exception("lease could not be renewed row=%s", self._claim.row.pk)
                    connection.close()
        finally:
            connection.close()

    def stop(self) -> None:
        self._stop_asked.set()
        self.join()


def ring_on_commit(row: Job, stage: str) -> None:
    """Enqueue the task of the row's stage after commit. Redis being away only delays it: the sweeper rings again."""

    def ring() -> None:
        ring_now(type(row), row.pk, stage)

    transaction.on_commit(ring, robust=True)


def ring_now(model: type[Job], pk: uuid.UUID, stage: str) -> None:
    """Put the row's primary key on its queue. Raises redis.RedisError when Redis does not answer in time."""
    name, task = model.STAGES[stage]
    _queue(name).enqueue(task, str(pk), job_id=f"{model._meta.model_name}-{pk}-{uuid.uuid4().hex[:8]}")


def _queue(name: str) -> Any:
    """An RQ queue whose connection does not try again: a page must not wait for a Redis that hangs."""
    from django_rq.settings import QUEUES  # reads settings on import

    return _queue_at(name, QUEUES[name]["URL"])


@lru_cache(maxsize=16)
def _queue_at(name: str, url: str) -> Any:
    """Kept, with its connections: opening one for each ring costs more than the ring."""
    from django_rq import get_queue

    queue = get_queue(name)
    queue.connection.set_retry(Retry(NoBackoff(), 0))
    return queue


SWEEP_LOCK = 0x41_69_62_75_6D  # "Aibum", a key no other advisory lock here uses


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
    """Put right what died: one pass over all jobs. None when another sweeper is at it."""
    swept = Swept()
    with _single_flight() as alone:
        if not alone:
            return None
        for model in job_models():
            _end_expired(model, swept)
            _ring_unheard(model, swept)
    return swept


@contextlib.contextmanager
def _single_flight() -> Iterator[bool]:
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
    waiting = list(model.objects.unheard().order_by("id").values_list("pk", "stage")[:1000])
    if not waiting:
        return
    in_queue: set[str] = set()
    for name in {model.STAGES[stage][0] for _pk, stage in waiting}:
        in_queue.update(_queue(name).get_job_ids())
    known = {job_id.rsplit("-", 1)[0] for job_id in in_queue}
    for pk, stage in waiting:
        if f"{model._meta.model_name}-{pk}" not in known:
            ring_now(model, pk, stage)
            swept.rung += 1
