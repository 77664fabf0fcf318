"""A job followed from a terminal to its end, with a bar: worked at in this process, or left to workers."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from tqdm import tqdm

from albumsite.jobs.models import Job
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import ACTIVE, State
from albumsite.processes.workforce import PATIENCE_SECONDS, Workforce

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS, SHOW_EVERY_SECONDS = 0.5, 1.0
DIED_TOO_OFTEN = "our workers keep ending at once; see the lines above"


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """Inside, SIGINT and SIGTERM ask this process to hand its row back after the step that runs."""

    def stop(_signum: int, _frame: FrameType | None) -> None:
        shutting_down.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def progress_of(row: Any) -> tuple[float, str]:
    """How far a job is, in percent, and in words: the stage, step and total of its `progress`."""
    progress = getattr(row, "progress", {})
    total = progress.get("total") or 0
    percent = round(100 * progress.get("step", 0) / total) if total else 0
    return percent, f"{progress.get('stage', 'waiting')} {progress.get('step', '')}/{total}"


class JobFollower:
    """Follows one row, whoever works at it.

    units: of the whole bar, of which `progress` tells how many are done; width: of the words before it. has_bar: None is where
    stderr is a terminal.
    """

    def __init__(
        self,
        row: Job,
        *,
        progress: Callable[[Any], tuple[float, str]] = progress_of,
        units: int = 100,
        width: int = 44,
        has_bar: bool | None = None,
    ) -> None:
        self.row, self._progress = row, progress
        self._is_forgiven = False
        self._bar = tqdm(
            total=units,
            file=sys.stderr,
            bar_format=f"{{desc:{width}.{width}}} {{bar}} {{elapsed}}",
            disable=not (sys.stderr.isatty() if has_bar is None else has_bar),
        )

    # --- worked at here ------------------------------------------------------------------------------------------------

    def work_here(self, work: Callable[[uuid.UUID], object]) -> str:
        """Work at it until it ends; while another process holds its lease, show how far that one is.

        work: takes the primary key, and does nothing when it cannot have the lease. Returns the state in which the row ended,
        or in which it was left when this process was told to stop.
        """
        has_ended = threading.Event()
        shower = threading.Thread(target=self._show_until, args=(has_ended,), daemon=True)
        shower.start()
        try:
            while not shutting_down.is_set():
                self._forgive_once()
                work(self.row.pk)
                self.row.refresh_from_db()
                if not self.row.is_active:
                    break
                time.sleep(LOOK_EVERY_SECONDS)
            return self.row.state
        finally:
            has_ended.set()
            shower.join()
            self._bar.close()

    def _forgive_once(self) -> None:
        """A person stands by: tries that ended with a process that was killed do not count. Our own do."""
        if self._is_forgiven:
            return
        rows = type(self.row)._default_manager.filter(pk=self.row.pk, state__in=ACTIVE)
        self._is_forgiven = bool(rows.exclude(lease_until__gt=Now()).update(attempt=0))

    def _show_until(self, has_ended: threading.Event) -> None:
        try:
            while not has_ended.wait(SHOW_EVERY_SECONDS):
                self.show(type(self.row)._default_manager.get(pk=self.row.pk))
        except Exception:  # the row itself says all; a bar is not worth a training
            logger.debug("no progress to show", exc_info=True)
        finally:
            connection.close()

    # --- left to workers -----------------------------------------------------------------------------------------------

    def leave_to_workers(self, *queues: str) -> bool:
        """Wait for the workers of the site, or where there are none for our own. False: ours keep ending at once."""
        try:
            return Workforce(queues).follow(self.is_over, self._lies_unclaimed)
        finally:
            self._bar.close()

    def is_over(self) -> bool:
        """One look at the row, shown on the bar."""
        self.row.refresh_from_db()
        if self.row.is_active:
            self.show(self.row)
        return not self.row.is_active

    def waited_for(self) -> list[QuerySet[Any]]:
        """Rows of which none may lie unclaimed."""
        return [type(self.row)._default_manager.filter(pk=self.row.pk)]

    def _lies_unclaimed(self) -> bool:
        long_ago = Now() - timedelta(seconds=PATIENCE_SECONDS)
        return any(rows.filter(state=State.QUEUED, queued_at__lt=long_ago).exists() for rows in self.waited_for())

    # --- on the bar ----------------------------------------------------------------------------------------------------

    def show(self, row: Any) -> None:
        self._bar.n, text = self._progress(row)
        self._bar.set_description_str(text)

    def close(self) -> None:
        self._bar.close()
