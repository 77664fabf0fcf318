"""The right to work on a row, for as long as its lease: every write of a worker is fenced by the claim's token."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now

from albumsite.jobs.columns import JobColumns
from albumsite.jobs.queue import enqueue_on_commit
from albumsite.jobs.retries import persist
from albumsite.jobs.states import State

logger = logging.getLogger(__name__)

RETRIED_AT_ONCE = frozenset({"engine:died", "engine:hung", "engine:failed", "engine:out-of-memory"})
"""Engine errors that a fresh engine process, or a call without the neighbours of this one, may not repeat."""

RETRIED_LATER = frozenset({"site:storage"})
"""Errors of a server that may come back: the row waits in no queue, longer each time, until the sweeper comes by."""


class LeaseLost(Exception):
    """Another worker owns this row now, or its person cancelled it. Stop and write nothing."""


RowT = TypeVar("RowT", bound=JobColumns)


@dataclass
class Claim(Generic[RowT]):
    """The right to work on one row until the lease runs out. Every method is fenced by the token."""

    row: RowT
    token: uuid.UUID
    held_until: float = field(default_factory=lambda: time.monotonic() + settings.LEASE_SECONDS)
    """When the lease ends unless it is renewed, by this process's clock: what counts while the database is away."""

    @property
    def may_be_held(self) -> bool:
        return time.monotonic() < self.held_until

    def _mine(self) -> models.QuerySet[RowT]:
        return type(self.row)._default_manager.filter(pk=self.row.pk, token=self.token, state=State.RUNNING)

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

    def hand_back(self, *, after_seconds: float = 0) -> None:
        """This worker must stop, or cannot do it: queue the row again where it was, and do not count the try. Raises LeaseLost.

        after_seconds: how long it should rest; it is enqueued by the sweeper then.
        """
        if not self.cancel():
            self._queue_anew(after_seconds, attempt=F("attempt") - 1)

    def advance(self, stage: str, **values: Any) -> None:
        """This stage is done: queue the row for the next one and ring. Raises LeaseLost, also when its person cancelled."""
        if self.cancel():
            raise LeaseLost
        with transaction.atomic():
            self.update(
                state=State.QUEUED, stage=stage, attempt=0, token=None, lease_until=None, queued_at=Now(), **values
            )
            enqueue_on_commit(self.row, stage)

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
        after_seconds: how long it should rest; it is enqueued by the sweeper then.
        """
        if self.row.attempt >= settings.JOB_ATTEMPTS_MAX:
            self._give_back(partial(self.fail, message_id))
        else:
            self._give_back(partial(self._queue_again, after_seconds))

    def _queue_again(self, after_seconds: float) -> None:
        if self.cancel():
            return
        keeps_place = self.row.attempt <= 1 and not after_seconds
        self._queue_anew(after_seconds, **({} if keeps_place else {"queued_at": Now()}))

    def _queue_anew(self, after_seconds: float, **values: Any) -> None:
        if after_seconds:
            values["queued_at"] = Now() + timedelta(seconds=after_seconds)
        with transaction.atomic():
            self.update(state=State.QUEUED, token=None, lease_until=None, **values)
            if not after_seconds:
                enqueue_on_commit(self.row, self.row.stage)

    def _give_back(self, how: Callable[[], None]) -> None:
        try:
            persist(how)
        except LeaseLost:
            logger.info("lease lost row=%s attempt=%d", self.row.pk, self.row.attempt)
        except Exception:  # the database may be what broke; the sweeper will find the expired lease
            logger.exception("row could not be released row=%s", self.row.pk)
