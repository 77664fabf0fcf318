"""Waiting for what threads and processes do beside a test: as short as it lasts, and not for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

LONG_SECONDS = 240.0
"""Only a failing test waits for so long."""

Found = TypeVar("Found")


def wait_until(is_true: Callable[[], Found], said: Callable[[], object] | None = None, every: float = 0.02) -> Found:
    """What `is_true` gives, once that is true. Fails after LONG_SECONDS with what `said` gives. every: seconds between two looks."""
    deadline = time.monotonic() + LONG_SECONDS
    while not (found := is_true()):
        assert time.monotonic() < deadline, said() if said else "it did not come about"
        time.sleep(every)
    return found


def at_once(*works: Callable[[], Found]) -> list[Found]:
    """What each gives. They begin together, each in a thread with a connection of its own. Raises what the first of them raises."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Found]) -> Found:
        gate.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
