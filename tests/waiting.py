"""Waiting for what threads and processes do beside a test: as short as it lasts, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

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
