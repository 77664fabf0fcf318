"""A job worked at in the foreground, for commands: to its end, whoever else may be at it meanwhile."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from types import FrameType

from django.db import connection
from django.db.models.functions import Now
from tqdm import tqdm

from albumsite.jobs.models import Job
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import ACTIVE

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS, SHOW_EVERY_SECONDS = 0.5, 1.0


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


class Follow:
    """Works at a job until it ends; while another process holds its lease, shows how far that one is.

    work: takes the primary key, and does nothing when it cannot have the lease.
    """

    def __init__(self, row: Job, work: Callable[[uuid.UUID], None]) -> None:
        self._row, self._work = row, work
        self._is_forgiven = False
        self._bar = tqdm(
            total=100, file=sys.stderr, bar_format="{desc:44.44} {bar} {elapsed}", disable=not sys.stderr.isatty()
        )

    def to_the_end(self) -> str:
        """The state in which it ended, or in which it was left when this process was told to stop."""
        has_ended = threading.Event()
        shower = threading.Thread(target=self._show_until, args=(has_ended,), daemon=True)
        shower.start()
        try:
            while not shutting_down.is_set():
                self._forgive_once()
                self._work(self._row.pk)
                self._row.refresh_from_db()
                if not self._row.is_active:
                    break
                time.sleep(LOOK_EVERY_SECONDS)
            return self._row.state
        finally:
            has_ended.set()
            shower.join()
            self._bar.close()

    def _forgive_once(self) -> None:
        """A person stands by: tries that ended with a process that was killed do not count. Our own do."""
        if self._is_forgiven:
            return
        rows = type(self._row)._default_manager.filter(pk=self._row.pk, state__in=ACTIVE)
        self._is_forgiven = bool(rows.exclude(lease_until__gt=Now()).update(attempt=0))

    def _show_until(self, has_ended: threading.Event) -> None:
        try:
            while not has_ended.wait(SHOW_EVERY_SECONDS):
                progress = getattr(type(self._row)._default_manager.get(pk=self._row.pk), "progress", {})
                total = progress.get("total") or 0
                self._bar.n = round(100 * progress.get("step", 0) / total) if total else 0
                self._bar.set_description_str(f"{progress.get('stage', 'waiting')} {progress.get('step', '')}/{total}")
        except Exception:  # the row itself says all; a bar is not worth a training
            logger.debug("no progress to show", exc_info=True)
        finally:
            connection.close()
