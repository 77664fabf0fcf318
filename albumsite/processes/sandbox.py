"""Work on untrusted pictures, each in a child process that may run wild, run out of memory, hang or die.

`Bounded("package.module").run(content)` is `package.module.answer(content)` of such a child. Bytes in, bytes out:

- The first call starts a *stem*: `python -m albumsite.processes.sandbox FD MODULE` with an empty environment, which imports
  the module, calls its `prepare()` (that loads networks for a second) and then forks one child for each picture. It
  sees no picture itself, and leaves after IDLE_SECONDS without work.
- A child gets limits on memory and time before it reads its first byte, may write no file, and sees one picture.
- All of them end with the process that started them: its end of the control socket closes, the stem kills its
  children (and Linux does, should the stem be killed).

The stem is started from a thread, so it cannot ask Linux to be killed with its parent: that would come with the thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import logging
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from albumsite.processes.endings import die_with, end_now

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]

MEMORY_BYTES = 2 * 1024**3
"""Address space of a child, its networks included: 64 million pixels and the CNN need half of it."""

TIME_LIMIT_SECONDS = 15
"""Of one picture, by the clock and by the CPU."""

IDLE_SECONDS = 600
STEM_START_SECONDS = 30
MAX_ANSWER_BYTES = 16_000_000
LENGTH = struct.Struct("!Q")
STARTED = b"\x01"

PR_SET_NO_NEW_PRIVS = 38


class ChildBusy(Exception):
    """All children that may run at once have been running for as long as one was willing to wait."""


class ChildTooSlow(Exception):
    """The child did not answer within the time limit."""


class ChildDied(Exception):
    """The child ended without an answer: a crash in a decoder, or too little memory."""


class StemFailed(Exception):
    """No child can be made: a network is missing, or there is too little memory for one. The log says why."""


@dataclass
class Bounded:
    """Runs a module's `answer` in bounded children, at most `at_once` of them; thread-safe.

    wait_seconds: how long a call waits for one of those places. A module-level instance is enough for a process; it
    notices when it was forked.
    """

    module: str
    at_once: int = 2
    wait_seconds: float = 5
    time_limit_seconds: float = TIME_LIMIT_SECONDS
    memory_bytes: int = MEMORY_BYTES
    _places: threading.BoundedSemaphore = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _stem: subprocess.Popen[bytes] | None = field(init=False, default=None)
    _control: socket.socket | None = field(init=False, default=None)
    _owner: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.at_once)

    def run(self, content: bytes) -> bytes:
        """The child's answer to `content`. Raises ChildBusy, ChildTooSlow, ChildDied or StemFailed."""
        if not self._places.acquire(timeout=self.wait_seconds):
            raise ChildBusy
        try:
            with contextlib.suppress(StemFailed):
                return self._ask(content)
            return self._ask(content)  # the stem had left for want of work, or was killed: a new one
        finally:
            self._places.release()

    def close(self) -> None:
        """End the stem and its children. The next call starts a new one."""
        with self._lock:
            self._hang_up()

    def _ask(self, content: bytes) -> bytes:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                control = self._hand_over(theirs)
            try:
                _received(ours, len(STARTED), time.monotonic() + STEM_START_SECONDS)
            except (OSError, EOFError) as error:
                self._forget(control)
                raise StemFailed from error
            started = time.monotonic()
            deadline = started + self.time_limit_seconds + 1  # the child's own alarm comes first
            try:
                return _exchanged(ours, content, deadline)
            except (OSError, EOFError) as error:
                seconds = time.monotonic() - started
                logger.warning("picture child ended module=%s seconds=%.1f cause=%r", self.module, seconds, error)
                raise ChildTooSlow if seconds >= 0.95 * self.time_limit_seconds else ChildDied from error

    def _hand_over(self, theirs: socket.socket) -> socket.socket:
        """Give the stem one end of a picture's socket. Returns the socket to that stem."""
        with self._lock:
            if self._control is None or self._owner != os.getpid():
                self._control = self._start()
            try:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            except OSError as error:
                self._hang_up()
                raise StemFailed from error
            return self._control

    def _forget(self, control: socket.socket) -> None:
        """That stem forks no children: it has just left, cannot start, or hangs."""
        with self._lock:
            if self._control is control:
                self._hang_up()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        limits = (str(self.time_limit_seconds), str(self.memory_bytes))
        with theirs:
            number = theirs.fileno()
            self._stem = subprocess.Popen(
                [sys.executable, "-m", "albumsite.processes.sandbox", str(number), self.module, *limits],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"},
                pass_fds=[number],
                start_new_session=True,
            )
        self._owner = os.getpid()
        ours.settimeout(STEM_START_SECONDS)
        return ours

    def _hang_up(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._stem is not None and self._owner == os.getpid():
            end_now(self._stem, grace_seconds=2)
        self._control = self._stem = None


def _exchanged(line: socket.socket, content: bytes, deadline: float) -> bytes:
    line.settimeout(max(0.1, deadline - time.monotonic()))
    line.sendall(LENGTH.pack(len(content)) + content)
    (length,) = LENGTH.unpack(_received(line, LENGTH.size, deadline))
    if length > MAX_ANSWER_BYTES:
        raise EOFError("answer too long")
    return _received(line, length, deadline)


def _received(line: socket.socket, length: int, deadline: float) -> bytes:
    """`length` bytes. Raises EOFError if the other side hangs up first, TimeoutError at the deadline."""
    parts: list[bytes] = []
    while length > 0:
        line.settimeout(max(0.01, deadline - time.monotonic()))
        part = line.recv(min(length, 1 << 20))
        if not part:
            raise EOFError("hung up")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


# What follows runs in the stem and its children.


@dataclass
class _Stem:
    control: socket.socket
    answer: Callable[[bytes], bytes]
    time_limit_seconds: float
    memory_bytes: int
    deadlines: dict[int, float] = field(default_factory=dict)
    """Of the children that run, by pid."""

    def run(self) -> None:
        """Fork a child for each socket that comes, until the site hangs up or nothing has come for long."""
        try:
            while self._wait():
                _, numbers, _, _ = socket.recv_fds(self.control, 1, 1)
                if not numbers:
                    break
                self._fork(numbers[0])
        finally:
            for pid in self.deadlines:
                os.kill(pid, signal.SIGKILL)  # not yet waited for, so the number is still its own

    def _wait(self) -> bool:
        """Until something has come. Looks after the children meanwhile."""
        idle_at = time.monotonic() + IDLE_SECONDS
        while time.monotonic() < idle_at:
            if select.select([self.control], [], [], 0.5 if self.deadlines else IDLE_SECONDS)[0]:
                return True
            self._tend()
        return False

    def _tend(self) -> None:
        for pid, deadline in list(self.deadlines.items()):
            if time.monotonic() > deadline:  # its own alarm should have ended it
                os.kill(pid, signal.SIGKILL)
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                del self.deadlines[pid]

    def _fork(self, number: int) -> None:
        self._tend()
        stem_pid, pid = os.getpid(), os.fork()
        if pid:
            os.close(number)
            self.deadlines[pid] = time.monotonic() + self.time_limit_seconds + 2
            return
        try:
            self.control.close()
            _confine(stem_pid, self.time_limit_seconds, self.memory_bytes)
            _serve(socket.socket(fileno=number), self.answer)
        finally:
            os._exit(0)


def _confine(stem_pid: int, time_limit_seconds: float, memory_bytes: int) -> None:
    """Limits for a child: no longer, no larger, no files, and not without the stem."""
    signal.setitimer(signal.ITIMER_REAL, time_limit_seconds)  # SIGALRM has no handler: it kills, also inside C
    die_with(stem_pid, signal.SIGKILL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    seconds = int(time_limit_seconds) + 1
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)  # decoders complain about the file, which is nobody's business


def _serve(line: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    never = time.monotonic() + 3600  # the alarm is the limit
    line.sendall(STARTED)
    (length,) = LENGTH.unpack(_received(line, LENGTH.size, never))
    result = answer(_received(line, length, never))
    line.sendall(LENGTH.pack(len(result)) + result)


def main(number: str, module_name: str, time_limit_seconds: str, memory_bytes: str) -> None:
    module = importlib.import_module(module_name)
    module.prepare()
    gc.collect()
    gc.freeze()  # children then share these pages for good
    with socket.socket(fileno=int(number)) as control, contextlib.suppress(KeyboardInterrupt):
        _Stem(control, module.answer, float(time_limit_seconds), int(memory_bytes)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
