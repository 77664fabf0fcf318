"""Waiting that is neither silent nor endless: what lasts says what it is for, and every wait has a deadline.

Used before settings are read, so it must not import Django.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

SAY_AFTER_SECONDS = 2.0
LOOK_EVERY_SECONDS = 0.05

Found = TypeVar("Found")


class LocalError(RuntimeError):
    """What this machine could not do for a command, in a sentence for whoever typed it."""


def say(text: str) -> None:
    """One line on stderr, at once; a terminal that was closed must not stop what is being tidied up."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


@contextlib.contextmanager
def telling(text: str) -> Iterator[None]:
    """Say `text` if the block lasts longer than SAY_AFTER_SECONDS."""
    timer = threading.Timer(SAY_AFTER_SECONDS, say, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def until(condition: Callable[[], Found], timeout_seconds: float) -> Found:
    """Call `condition` until it gives something true, or the time is over. Returns what it gave last."""
    deadline = time.monotonic() + timeout_seconds
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_SECONDS)
    return found


class FileLock:
    """An flock on a file that stays where it is. The kernel frees it with its process, however that ends.

    What the holder writes into the file is for those who are refused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+")
        path.chmod(0o600)

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def _try(self, how: int) -> bool:
        try:
            fcntl.flock(self._file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def write(self, text: str) -> None:
        """Tell the others who holds it. Only the exclusive holder may."""
        self._file.truncate(0)
        self._file.write(text)
        self._file.flush()

    def read(self) -> str:
        return self.path.read_text()

    def close(self) -> None:
        """Free it."""
        self._file.close()


@contextlib.contextmanager
def turn(path: Path, doing: str, timeout_seconds: float) -> Iterator[None]:
    """Hold the lock at `path` for the block: one process at a time does this.

    doing: what the block does, for those who wait meanwhile. Raises LocalError when the holder does not end in time.
    """
    lock = FileLock(path)
    deadline, say_at = time.monotonic() + timeout_seconds, time.monotonic() + SAY_AFTER_SECONDS
    try:
        while not lock.try_exclusive():
            now = time.monotonic()
            if now >= deadline:
                raise LocalError(
                    f"gave up after {timeout_seconds:.0f} s: {lock.read() or 'another process'} does not end."
                )
            if now >= say_at:
                say(f"Waiting: {lock.read() or 'another process is at work here'}.")
                say_at = deadline
            time.sleep(LOOK_EVERY_SECONDS)
        lock.write(f"process {os.getpid()} ({command_name()}) {doing}")
        yield
    finally:
        lock.close()


def command_name() -> str:
    """What this process was called as, short: `manage.py serve`."""
    return " ".join([Path(sys.argv[0]).name or "python", *sys.argv[1:2]])
