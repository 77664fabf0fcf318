"""Jobs whose record is a Postgres row. Redis only says that there is work; a lease decides who may work and finish.

A row is claimed by one `UPDATE … RETURNING` and worked on under a lease that a thread renews (`albumsite.jobs.leases`). Every
write of the worker is fenced by the claim's token (`albumsite.jobs.claims`), so a late or doubled worker changes nothing. A sweeper
(`albumsite.jobs.sweeper`) enqueues rows that wait in no queue, re-queues expired leases and fails rows at their last attempt. All
times are PostgreSQL's clock.
"""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone

from albumsite import disk
from albumsite.errors import EngineError
from albumsite.jobs.claims import Claim, LeaseLost
from albumsite.jobs.columns import JobColumns
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.queue import enqueue_on_commit
from albumsite.jobs.states import ACTIVE, State

logger = logging.getLogger(__name__)

JobT = TypeVar("JobT", bound="Job")
LEFT_AT_MOST = timedelta(days=1)


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

    def waiting_unqueued(self) -> Self:
        """Rows that wait for a while and may be in no queue, those that wait longest first."""
        since = Now() - timedelta(seconds=settings.SWEEP_EVERY_SECONDS)
        return self.filter(state=State.QUEUED, queued_at__lt=since).order_by("queued_at")

    def end_cancelled(self) -> int:
        """End these rows as cancelled; whoever works on one has lost its claim. Returns how many."""
        return self.update(
            state=State.CANCELLED, finished_at=Now(), cancel_requested=False, token=None, lease_until=None
        )

    def queue_again(self, **values: Any) -> int:
        """Let these rows, which nobody works on, begin anew at their stage. values: further columns. Returns how many."""
        fresh: dict[str, Any] = {"attempt": 0, "failure": "", "finished_at": None, "cancel_requested": False}
        return self.update(state=State.QUEUED, queued_at=Now(), **fresh, **values)

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
        claims = [Claim(row=row, token=row.token) for pk in pks if (row := rows.get(str(pk))) and row.token]
        return [claim for claim in claims if not _is_left(claim)]


def _is_left(claim: Claim[JobT]) -> bool:
    """Whether the row is given back for a worker of a newer release, as it says what this one cannot read. For a day: whoever goes back
    to an earlier release has no newer worker, and their rows must come to an end."""
    row = claim.row
    if row.created_at < timezone.now() - LEFT_AT_MOST or not (names := row.unread_fields()):
        return False
    logger.warning("row left for a newer worker row=%s fields=%s", row.pk, ",".join(sorted(names)))
    claim.hand_back(after_seconds=settings.SWEEP_EVERY_SECONDS)
    return True


class Job(JobColumns):
    """A row that is work. Subclasses list their stages in order with the queue and the task of each."""

    objects: ClassVar[JobQuerySet[Self]] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stage = self.stage or next(iter(self.STAGES))
        super().save(*args, **kwargs)

    def unread_fields(self) -> set[str]:
        """What the row says in fields that this code does not know: a newer release has written it, and a worker of that one must do it."""
        return set()

    def enqueue(self) -> None:
        """Ask a worker to look at this row once the transaction is committed."""
        enqueue_on_commit(self, self.stage)

    @transaction.atomic
    def cancel(self) -> bool:
        """Stop it: at once while it waits, within a step while it is worked on. False: it has ended, and stays as it is."""
        mine = self._mine()
        state = mine.select_for_update().values_list("state", flat=True).first()
        if state == State.RUNNING:
            return bool(mine.update(cancel_requested=True))
        return state == State.QUEUED and bool(mine.end_cancelled())

    def queue_again(
        self,
        *,
        unless: Collection[str] = (State.QUEUED, State.RUNNING, State.DONE),
        is_enqueued: bool = True,
        **values: Any,
    ) -> bool:
        """Let a row that stopped begin anew at the stage where it stopped, and enqueue it. False: its state is one of `unless`.

        is_enqueued: False where the caller works on it itself. values: further columns to write.
        """
        with transaction.atomic():
            if not self._mine().exclude(state__in=unless).queue_again(**values):
                return False
            self.refresh_from_db()
            if is_enqueued:
                self.enqueue()
        return True

    def _mine(self) -> JobQuerySet[Self]:
        return type(self).objects.filter(pk=self.pk)  # type: ignore[return-value]  # Self, says the manager
