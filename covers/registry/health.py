"""What a worker says about itself, so that an operator sees at a glance which worker draws what, and how fast."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from covers.models import WorkerHealth
from covers.models.workers import SILENT_AFTER

logger = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 5.0
BEAT_EVERY_SECONDS = 15.0
RATE_WINDOW_SECONDS = 300.0
"""Pictures per minute and the wait in the queue are those of the last five minutes."""
FORGET_AFTER = timedelta(days=1)
TEXT_MAX = 500
UNKNOWN: dict[str, Any] = {
    "queue": "", "engine": "", "model": "", "device": "", "is_warm": False, "batch_limit": None, "pictures": 0,
    "last_error": "", "last_error_at": None,
}  # fmt: skip
"""What a new process starts from: in a container, it may have the number of the one before it."""


@dataclass
class _Worker:
    """What this process knows of itself between two writes."""

    pid: int
    started_at: datetime
    values: dict[str, Any] = field(default_factory=dict)
    drawn: deque[tuple[float, int]] = field(default_factory=deque)
    waits: deque[tuple[float, float]] = field(default_factory=deque)
    written_at: float = float("-inf")
    is_registered: bool = False


_lock = threading.Lock()  # held for moments only, never over the database
_writing = threading.Lock()
_worker: _Worker | None = None


def report_health(
    *,
    queue: str = "",
    engine: str = "",
    model: str = "",
    device: str = "",
    batch_limit: int | None = None,
    is_warm: bool | None = None,
    pictures: int = 0,
    waited_seconds: float | None = None,
    error: str = "",
    now: bool = False,
) -> None:
    """Note what changed, and write the row of this process at most every few seconds. Never raises: drawing goes on.

    Call it as often as you like; what is left empty stays as it was. pictures: drawn since the last call.
    waited_seconds: how long the request just begun had lain in the queue. error: one line for the operator, no prompt and
    no personal data. model: checkpoint and revision, as loaded; said together with engine. now: write at once (a start, an error).
    """
    given = {"queue": queue, "engine": engine, "model": model, "device": device}
    known: dict[str, Any] = {name: value for name, value in given.items() if value}
    known |= {"model": model} if engine else {}  # another engine may have none
    known |= {"batch_limit": batch_limit} if batch_limit is not None else {}
    known |= {"is_warm": is_warm} if is_warm is not None else {}
    if error:
        known |= {"last_error": error[:TEXT_MAX], "last_error_at": timezone.now()}
    try:
        with _lock:
            worker = _this_worker()
            worker.values |= known
            _count(worker, pictures, waited_seconds)
            is_due = now or bool(error) or time.monotonic() - worker.written_at >= WRITE_EVERY_SECONDS
            values = dict(worker.values)
        if is_due and _writing.acquire(blocking=False):  # another thread that waits for the database is enough
            try:
                _write(worker, values)
            finally:
                _writing.release()
    except Exception:  # an unreachable database must not stop a picture
        logger.warning("worker health not written", exc_info=True)


def end_health() -> None:
    """This worker ends in order: its row goes. One that is killed leaves its row, and the page says so."""
    global _worker
    with _lock:
        _worker = None
    with contextlib.suppress(Exception):
        WorkerHealth.objects.filter(host=_host(), pid=os.getpid()).delete()


NEEDED = ("write", "draw", "finish", "sweeper")
"""Kinds of process without which what people ask for waits for ever."""


def missing_workers() -> list[str]:
    """Those of NEEDED that nothing was heard of lately. Raises DatabaseError."""
    alive = WorkerHealth.objects.filter(seen_at__gte=timezone.now() - SILENT_AFTER)
    return sorted(set(NEEDED) - set(alive.values_list("queue", flat=True)))


class Heartbeat(threading.Thread):
    """Says that this worker lives while it waits for work or loads a model. Start it once; it ends with the process."""

    def __init__(self, queue: str) -> None:
        super().__init__(daemon=True, name="worker-health")
        self._queue, self._stop_asked = queue, threading.Event()

    def run(self) -> None:
        try:
            report_health(queue=self._queue, now=True)
            while not self._stop_asked.wait(BEAT_EVERY_SECONDS):
                report_health(queue=self._queue)
                connection.close()  # a thread's own connection would lie open between two beats
        finally:
            connection.close()

    def stop(self) -> None:
        """End the thread and take the worker's row away."""
        self._stop_asked.set()
        self.join(timeout=5)
        end_health()


def _host() -> str:
    return socket.gethostname()[:100]


def _this_worker() -> _Worker:
    global _worker
    if _worker is None or _worker.pid != os.getpid():  # a forked child is another worker
        _worker = _Worker(pid=os.getpid(), started_at=timezone.now())
    return _worker


def _count(worker: _Worker, pictures: int, waited_seconds: float | None) -> None:
    at = time.monotonic()
    if pictures:
        worker.drawn.append((at, pictures))
        worker.values["pictures"] = worker.values.get("pictures", 0) + pictures
    if waited_seconds is not None:
        worker.waits.append((at, max(0.0, waited_seconds)))
    for kept in (worker.drawn, worker.waits):
        while kept and kept[0][0] < at - RATE_WINDOW_SECONDS:
            kept.popleft()
    # over the whole window, not since the first picture in it: one picture a second ago is not sixty a minute
    lived = min(RATE_WINDOW_SECONDS, max(60.0, (timezone.now() - worker.started_at).total_seconds()))
    worker.values["images_per_minute"] = sum(count for _at, count in worker.drawn) * 60 / lived
    waits = [wait for _at, wait in worker.waits]
    worker.values["queue_wait_seconds"] = sum(waits) / len(waits) if waits else None


def _write(worker: _Worker, values: dict[str, Any]) -> None:
    worker.written_at = time.monotonic()  # also when it fails: a database that is away is not asked at each step
    if connection.in_atomic_block:
        with transaction.atomic():  # a savepoint: what fails here must not spoil the caller's transaction
            _upsert(worker, values)
    else:
        _upsert(worker, values)


def _upsert(worker: _Worker, values: dict[str, Any]) -> None:
    values = {**values, "seen_at": timezone.now(), "started_at": worker.started_at}
    rows = WorkerHealth.objects.filter(host=_host(), pid=worker.pid)
    if worker.is_registered and rows.update(**values):
        return
    WorkerHealth.objects.update_or_create(host=_host(), pid=worker.pid, defaults={**UNKNOWN, **values})
    worker.is_registered = True
    WorkerHealth.objects.filter(seen_at__lt=timezone.now() - FORGET_AFTER).delete()
