"""Rows that are worked on together, each as safe as if it were alone.

A row's end is decided once, and whatever happens each row has one. A row that is cancelled or lost leaves the others at work. A call that
breaks gives each of its rows back, to be tried alone. What was made is stored again while a server blinks.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import ClassVar, Generic, TypeVar

from django.db import DatabaseError, InterfaceError, connection

from albumsite.errors import EngineError, StorageError
from albumsite.jobs.claims import RETRIED_LATER, Claim, LeaseLost
from albumsite.jobs.models import JobT
from albumsite.jobs.retries import persist
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 1.0
"""How soon the rows are asked again when the database did not answer."""

EVERYBODYS_ERRORS = frozenset(
    {"engine:unknown", "engine:not-installed", "engine:no-device", "engine:no-disk", "engine:model-missing",
     "engine:model-broken"}
)  # fmt: skip
"""What is wrong with the engine or its model, and not with one of the rows in the call."""


def nothing() -> None:
    """The end of a row that is nobody's business here any more."""


class ClaimedJob(Generic[JobT]):
    """One row at work: its claim, and how it ends.

    Its end is decided once, by the first of: its result, a cancel, a lost lease, an error, the worker's own end. It is carried
    out when what was made before it is stored, for that is kept whatever the end. Only a result that cannot be stored
    changes an end that is decided already.
    """

    def __init__(self, claim: Claim[JobT], on_end: Callable[[Claim[JobT]], None]) -> None:
        """on_end: called once, after the end was carried out."""
        self.claim = claim
        self.id = str(claim.row.pk)
        self.is_spoilt = False
        self._on_end = on_end
        self._unstored = 0
        self._end: Callable[[], object] | None = None
        self._lock = threading.Lock()

    @property
    def row(self) -> JobT:
        return self.claim.row

    @property
    def has_ended(self) -> bool:
        """Whether no more of it needs to be done."""
        return self._end is not None

    def end(self, how: Callable[[], object]) -> None:
        """No more of it will be done; do `how` when what was made is stored. A later end changes nothing. Never raises: the next
        row is somebody else's."""
        with self._lock:
            if self._end is not None:
                return
            self._end = how
            is_settled = not self._unstored
        if is_settled:
            self._carry_out()

    def cancel(self) -> None:
        """End it as cancelled if its person asked for it; nothing happens to a row that is another worker's now."""
        self.end(partial(persist, self.claim.cancel))

    def hand_back(self) -> None:
        """End it here: this worker must stop."""
        self.end(partial(persist, self.claim.hand_back))

    def spoil(self, error: Exception) -> None:
        """Something of it could not be stored: that is its end now, whatever was decided before."""
        with self._lock:
            self.is_spoilt = True
            self._end = self._end_after(error)

    def put_away(self) -> None:
        """One thing that was made is stored, or never will be."""
        with self._lock:
            self._unstored -= 1
            is_settled = not self._unstored and self._end is not None
        if is_settled:
            self._carry_out()

    def write(self, do: Callable[[], object]) -> None:
        """Write something on the way. A lost lease, or a wish to cancel, ends the row; a server that is away is only said, as long
        as the lease may hold. Never raises."""
        try:
            do()
        except LeaseLost:
            self.cancel()
        except StorageError:
            logger.warning("not stored, work goes on row=%s", self.id, exc_info=True)
        except (DatabaseError, InterfaceError):
            logger.warning("not written, work goes on row=%s", self.id, exc_info=True)
            connection.close()
            if not self.claim.may_be_held:
                self.end(nothing)

    def report(self, **values: object) -> None:
        """Write progress, as `write` does."""

        def do() -> None:
            if not self.claim.report(**values):
                raise LeaseLost

        self.write(do)

    def _carry_out(self) -> None:
        assert self._end is not None
        try:
            self._end()
        except Exception as error:
            self._end_after(error)()
        finally:
            self._on_end(self.claim)

    def _end_after(self, error: Exception) -> Callable[[], object]:
        """What becomes of the row when its results, or its end, could not be written. What it gives never raises."""
        match error:
            case LeaseLost():
                logger.info("lease lost row=%s attempt=%d", self.id, self.row.attempt)
                return nothing
            case StorageError():
                logger.exception("result not stored row=%s", self.id, exc_info=error)
                return partial(self.claim.end_failed, "site:storage")
            case EngineError():
                logger.warning("result not recorded row=%s reason=%s", self.id, error)
                return partial(self.claim.end_failed, error.message_id)
        logger.exception("result not recorded row=%s", self.id, exc_info=error)
        connection.close()
        return self.claim.release


WorkT = TypeVar("WorkT", bound=ClaimedJob)  # type: ignore[type-arg]  # of any row


class ClaimBatch(Generic[WorkT]):
    """The rows of one call of an engine, a trainer or a judge."""

    LOOK_EVERY_SECONDS: ClassVar[float] = 0.5
    """How often the rows are asked for cancels and lost leases."""

    def __init__(self, jobs: Sequence[WorkT]) -> None:
        self.jobs = list(jobs)
        self.by_id = {job.id: job for job in self.jobs}
        self.set_aside: list[WorkT] = []
        """Rows that need no end yet: they go on in a later call."""
        self._look_at = 0.0

    @property
    def at_work(self) -> list[WorkT]:
        return [job for job in self.jobs if not job.has_ended]

    def may_go_on(self, job: WorkT) -> bool:
        """Asked at each step."""
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + (self.LOOK_EVERY_SECONDS if self.look() else LOOK_AGAIN_SECONDS)
        return not (job.has_ended or shutting_down.is_set())

    def look(self) -> bool:
        """One statement for all rows: who is still ours, and wanted? False: the database did not answer. It may be back before the
        leases run out, so they go on as long."""
        at_work = self.at_work
        if not at_work:
            return True
        tokens = [job.claim.token for job in at_work]
        try:
            rows = type(at_work[0].row).objects.filter(token__in=tokens, state=State.RUNNING, cancel_requested=False)
            wanted = set(rows.values_list("token", flat=True))
        except (DatabaseError, InterfaceError):
            logger.warning("rows could not be asked rows=%d", len(at_work), exc_info=True)
            connection.close()
            for job in at_work:
                if not job.claim.may_be_held:
                    job.end(nothing)
            return False
        for job in at_work:
            if job.claim.token not in wanted:
                job.cancel()
        return True

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """The call itself: whatever happens in the block, each row is given its own end, but for those set aside.

        An EngineError or a StorageError ends rows with its
        reason, a LeaseLost without one; anything else gives them back and is raised again for the worker's log.
        """
        try:
            yield
            if shutting_down.is_set():
                for job in self.at_work:
                    job.hand_back()
            elif left_out := [job for job in self.at_work if job not in self.set_aside]:
                raise EngineError("engine:failed", f"{len(left_out)} were left out")
        except LeaseLost:
            for job in self.at_work:
                job.cancel()
        except EngineError as error:
            self._end_broken(error)
        except StorageError as error:
            logger.warning("the object store is away", exc_info=True)
            self._end_broken(EngineError("site:storage", str(error)))
        except BaseException as error:
            if isinstance(error, (DatabaseError, InterfaceError)):
                connection.close()
            for job in self.at_work:
                job.end(job.claim.release)
            raise

    def fail(self, job: WorkT, message_id: str) -> None:
        """The end of a row that an error is about. Never raises."""
        job.claim.end_failed(message_id)

    def note_broken(self, error: EngineError) -> None:
        """For whoever wants to know."""

    def _end_broken(self, error: EngineError) -> None:
        """Alone, or where it is everybody's, a row bears the reason; in company, who knows whose fault it was: each is tried again
        alone. Not so when this worker was told to stop, and its engine perhaps with it."""
        at_work = self.at_work
        logger.warning("call broke rows=%d reason=%s", len(at_work), error)
        self.note_broken(error)
        is_shared = len(at_work) > 1 and error.message_id not in EVERYBODYS_ERRORS | RETRIED_LATER
        for job in at_work:
            if shutting_down.is_set():
                job.hand_back()
            elif is_shared:
                job.end(partial(job.claim.release, error.message_id))
            else:
                job.end(partial(self.fail, job, error.message_id))
