"""Jobs whose record is a Postgres row. Redis only rings the doorbell; a lease decides who may work and finish.

A row is claimed by one `UPDATE … RETURNING` and worked on under a lease that a thread renews. Every write of the worker
is fenced by the claim's token, so a late or doubled worker changes nothing. A sweeper (`albumsite.jobs.sweeper`) rings again
for rows that nobody rang for, re-queues expired leases and fails rows at their last attempt. All times are PostgreSQL's
clock. The doorbell is in `albumsite.jobs.queue`.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from albumsite import disk
from albumsite.errors import EngineError
from albumsite.jobs.queue import ring_on_commit

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


RETRIED_AT_ONCE = frozenset({"engine:died", "engine:hung", "engine:failed", "engine:out-of-memory"})
"""Engine errors that a fresh engine process, or a call without the neighbours of this one, may not repeat."""

RETRIED_LATER = frozenset({"site:storage"})
"""Errors of a server that may come back: the row waits unrung, longer each time, until the sweeper comes by."""


class LeaseLost(Exception):
    """Another worker owns this row now, or its person cancelled it. Stop and write nothing."""


JobT = TypeVar("JobT", bound="Job")


class JobQuerySet(models.QuerySet[JobT]):
    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)

    def expired(self) -> Self:
        """Running rows whose worker has not renewed its lease: dead, hung or cut off."""
        return self.filter(state=State.RUNNING, lease_until__lt=Now())

    def claimable(self, stage: str) -> Self:
        """Rows that wait for a worker of that stage, or whose worker is dead."""
        free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=Now())
        return self.filter(free, stage=stage, attempt__lt=settings.JOB_ATTEMPTS_MAX)

    def unheard(self) -> Self:
        """Rows queued for a while that may never have been rung for, those that wait longest first."""
        since = Now() - timedelta(seconds=settings.SWEEP_EVERY_SECONDS)
        return self.filter(state=State.QUEUED, queued_at__lt=since).order_by("queued_at")

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
        with LeaseKeeper() as keeper:
            keeper.keep(claim)
            try:
                yield claim
            except LeaseLost:
                logger.info("lease lost row=%s stage=%s attempt=%d", pk, stage, claim.row.attempt)
            except EngineError as error:
                logger.warning("job failed row=%s stage=%s reason=%s", pk, stage, error)
                claim.end_failed(error.message_id)
            except BaseException:
                claim.release()
                raise

    def claim(self, pk: str | uuid.UUID, *, stage: str) -> Claim[JobT] | None:
        """Take one row for a lease's length, if it waits or its worker is dead. Most callers want `claimed`."""
        return next(iter(self.claim_all([pk], stage=stage)), None)

    @transaction.atomic
    def claim_all(self, pks: Collection[str | uuid.UUID], *, stage: str, **values: Any) -> list[Claim[JobT]]:
        """Take those of the rows that are free, each under a token of its own; what another worker is just taking is left. None
        while the disk is full.

        In the order of the primary keys given. values: further columns to write. A row whose person asked to cancel while
        it was drawn keeps the wish: whoever works on it looks.
        """
        if self.model.NEEDS_ROOM and not (disk.has_room_to_work() or self.model.DELETES):  # what deletes makes room
            return []
        free = self.claimable(stage).filter(pk__in=pks).select_for_update(skip_locked=True)
        won = self.filter(pk__in=list(free.values_list("pk", flat=True)))
        won.update(
            state=State.RUNNING,
            attempt=F("attempt") + 1,
            token=Func(function="gen_random_uuid", output_field=models.UUIDField()),
            lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
            started_at=Now(),
            **values,
        )
        rows = {str(row.pk): row for row in won}
        return [Claim(row=row, token=row.token) for pk in pks if (row := rows.get(str(pk))) and row.token]


class Job(models.Model):
    """A row that is work. Subclasses list their stages in order with the queue and the task of each."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {}
    """stage → (queue, dotted name of the task that takes the primary key as its one argument)."""
    DELETES: ClassVar[bool] = False
    """Something was promised to go: it is never given up, not even on a full disk, and said aloud when it takes more than a day."""
    NEEDS_ROOM: ClassVar[bool] = True
    """Its work leaves something on a disk: none is begun while that is full."""

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
            models.Index(fields=["queued_at"], condition=Q(state=State.QUEUED), name=f"{name}_waiting"),
            models.Index(fields=["attempt"], condition=Q(state=State.QUEUED), name=f"{name}_tries"),
            models.Index(fields=["state", "-id"], condition=~Q(state=State.DONE), name=f"{name}_not_done"),
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
    held_until: float = field(default_factory=lambda: time.monotonic() + settings.LEASE_SECONDS)
    """When the lease ends unless it is renewed, by this process's clock: what counts while the database is away."""

    @property
    def may_be_held(self) -> bool:
        return time.monotonic() < self.held_until

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
        """This worker must stop: queue the row again where it was, and do not count the try. Raises LeaseLost."""
        if self.cancel():
            return
        with transaction.atomic():
            self.update(state=State.QUEUED, attempt=F("attempt") - 1, token=None, lease_until=None)
            ring_on_commit(self.row, self.row.stage)

    def advance(self, stage: str, **values: Any) -> None:
        """This stage is done: queue the row for the next one and ring. Raises LeaseLost, also when its person cancelled."""
        if self.cancel():
            raise LeaseLost
        with transaction.atomic():
            self.update(
                state=State.QUEUED, stage=stage, attempt=0, token=None, lease_until=None, queued_at=Now(), **values
            )
            ring_on_commit(self.row, stage)

    def rest_until(self, stage: str, *, after_seconds: float, **values: Any) -> None:
        """This stage is done, and the next one is due later: the sweeper rings then. Raises LeaseLost."""
        due_at = Now() + timedelta(seconds=after_seconds)
        self.update(
            state=State.QUEUED, stage=stage, attempt=0, token=None, lease_until=None, queued_at=due_at, **values
        )

    def finish(self, **values: Any) -> None:
        """All done. Raises LeaseLost."""
        self.update(state=State.DONE, token=None, lease_until=None, finished_at=Now(), **values)

    def finish_without_trace(self) -> None:
        """All done, and the row goes: what is in it is nobody's business any more. Raises LeaseLost."""
        if not self._mine().delete()[0]:
            raise LeaseLost

    def fail(self, message_id: str) -> None:
        """End with a reason that a person can act on; a lost lease is nobody's business any more."""
        self._mine().update(state=State.FAILED, failure=message_id, token=None, lease_until=None, finished_at=Now())

    def end_failed(self, message_id: str) -> None:
        """An engine or a server failed: another try where one may help, else an end with the reason. Never raises."""
        if message_id in RETRIED_AT_ONCE:
            self.release(message_id)
        elif message_id in RETRIED_LATER:
            self.release(message_id, after_seconds=settings.SWEEP_EVERY_SECONDS * self.row.attempt)
        else:
            self._give_back(partial(self.fail, message_id))

    def release(self, message_id: str = "site:unexpected", *, after_seconds: float = 0) -> None:
        """This try broke: give the row back for another, or fail it with the reason at its last. Never raises.

        The first time it keeps its place in the queue, for it may have been a neighbour's fault; after that it queues anew.
        after_seconds: how long it should rest; it is not rung for then, the sweeper does.
        """
        if self.row.attempt >= settings.JOB_ATTEMPTS_MAX:
            self._give_back(partial(self.fail, message_id))
        else:
            self._give_back(partial(self._queue_again, after_seconds))

    def _queue_again(self, after_seconds: float) -> None:
        if self.cancel():
            return
        keeps_place = self.row.attempt <= 1 and not after_seconds
        queued_at = {} if keeps_place else {"queued_at": Now() + timedelta(seconds=after_seconds)}
        with transaction.atomic():
            self.update(state=State.QUEUED, token=None, lease_until=None, **queued_at)
            if not after_seconds:
                ring_on_commit(self.row, self.row.stage)

    def _give_back(self, how: Callable[[], None]) -> None:
        try:
            how()
        except LeaseLost:
            logger.info("lease lost row=%s attempt=%d", self.row.pk, self.row.attempt)
        except Exception:  # the database may be what broke; the sweeper will find the expired lease
            logger.exception("row could not be released row=%s", self.row.pk)


class LeaseKeeper(threading.Thread):
    """Renews the leases of any number of claims, all in one statement, on a database connection of its own.

    A lease that cannot be renewed runs out by itself: the claim's `may_be_held` says so here, the row to everybody else.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True, name="lease-keeper")
        self._claims: dict[uuid.UUID, Claim[Any]] = {}
        self._lock, self._stop_asked = threading.Lock(), threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop_asked.set()
        self.join()

    def keep(self, claim: Claim[Any]) -> None:
        with self._lock:
            self._claims[claim.token] = claim

    def drop(self, claim: Claim[Any]) -> None:
        with self._lock:
            self._claims.pop(claim.token, None)

    def run(self) -> None:
        try:
            while not self._stop_asked.wait(settings.LEASE_SECONDS / 4):
                try:
                    self._renew()
                except Exception:  # an unreachable database: keep trying, the lease itself is the time limit
                    logger.exception("leases could not be renewed")
                    connection.close()
        finally:
            connection.close()

    def _renew(self) -> None:
        with self._lock:
            claims = dict(self._claims)
        now = time.monotonic()
        for model in {type(claim.row) for claim in claims.values()}:
            mine = model._default_manager.filter(token__in=list(claims), state=State.RUNNING)
            mine.update(lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS))
            for token in mine.values_list("token", flat=True):
                claims[token].held_until = now + settings.LEASE_SECONDS
