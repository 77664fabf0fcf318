"""How processes end: in order at the first signal, quickly at the second, and whole families at a time.

A family is what one supervisor started, with all that those started. Its members are known by a mark in their
environment or by their session, so that none is missed because its own parent is gone. Linux only (/proc).
Used before settings are read, so it must not import Django.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from albumsite.processes.waiting import until

MARK = "AIBUM_SUPERVISOR"
PR_SET_PDEATHSIG = 1
KILL_SECONDS = 5
"""How long the kernel may take to remove what was killed."""
LOST_AFTER_SECONDS = 5
"""A first signal whose exception was swallowed somewhere has shown no effect by then; the next one is raised again."""

_libc = ctypes.CDLL(None)  # loaded before any fork


@dataclass
class _Asked:
    """What signals have asked of this process so far."""

    first_at: float | None = None
    deferred: int | None = None
    unheard: int | None = None
    shields: int = 0


_asked = _Asked()
hurry = threading.Event()
"""Set by the second signal: what still ends in order is ended at once."""


def end_in_order() -> None:
    """SIGINT, SIGTERM and SIGHUP end this process through its `finally` blocks; a second one makes haste and tears nothing.

    SIGINT is set anew because a shell starts background commands with it ignored, and Python keeps that.
    """

    def asked(signum: int, _frame: FrameType | None) -> None:
        is_first, now = _asked.first_at is None, time.monotonic()
        if not is_first:
            hurry.set()
        if _asked.shields:
            if is_first:
                _asked.first_at, _asked.deferred = now, signum
        elif _asked.first_at is None or now - _asked.first_at > LOST_AFTER_SECONDS:
            _asked.first_at = now
            _leave(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, asked)


def _leave(signum: int) -> None:
    _asked.unheard = signum
    if signum == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + signum)


def pause(seconds: float) -> None:
    """Sleep, in a loop that a signal of `end_in_order` should end: one whose exception was lost on its way is raised again.

    Python raises it wherever the main thread happens to be, and drops it in a finalizer or in a callback of a library.
    """
    time.sleep(seconds)
    if (signum := _asked.unheard) is not None:
        _leave(signum)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """No signal of `end_in_order` interrupts the block; a first one that came meanwhile is raised at its end."""
    _asked.shields += 1
    try:
        yield
    finally:
        _asked.shields -= 1
        if not _asked.shields and (signum := _asked.deferred) is not None:
            _asked.deferred = None
            _leave(signum)


def die_with(parent: int, signum: int) -> None:
    """Have the kernel send us the signal when the thread that started us ends. Call it in the child."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:  # it was quicker
        os._exit(128 + signum)


def identity(pid: int | None = None) -> str:
    """Of a process of this machine, ours unless told otherwise: pids are used again, so with the time that it began at."""
    pid = os.getpid() if pid is None else pid
    return f"{pid}-{_born(pid)}"


def lives(who: str) -> bool:
    """Whether the process with this identity does."""
    pid, _, born = who.partition("-")
    return pid.isdigit() and born != "" and _born(int(pid)) == born


def end_now(process: subprocess.Popen[bytes], grace_seconds: float = 0) -> int:
    """SIGKILL to a child that has not ended by itself after the grace, and its exit status.

    One that hangs inside the kernel, on a broken card for instance, ends when that lets go of it: it is not waited for, and
    counts as killed.
    """
    for seconds in (grace_seconds, KILL_SECONDS):
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(seconds)
        process.kill()
    return -signal.SIGKILL


@dataclass(frozen=True)
class Mark:
    """What a supervisor writes into the environment of each process that it starts."""

    pid: int
    born: str
    name: str
    folder: str

    @classmethod
    def of_this_process(cls, name: str, folder: Path) -> Mark:
        return cls(os.getpid(), _born(os.getpid()), name, str(folder))

    @classmethod
    def read(cls, pid: int) -> Mark | None:
        """That of a process; None where it has none, is gone, or belongs to somebody else."""
        with contextlib.suppress(OSError, ValueError):
            for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                name, _, value = entry.decode(errors="replace").partition("=")
                if name == MARK:
                    supervisor, born, part, folder = value.split(":", 3)
                    return cls(int(supervisor), born, part, folder)
        return None

    def __str__(self) -> str:
        return f"{self.pid}:{self.born}:{self.name}:{self.folder}"

    @property
    def is_orphaned(self) -> bool:
        return _born(self.pid) != self.born


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third (the state) on; none of a process that is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _born(pid: int) -> str:
    """When it started, in clock ticks since the machine did: with its pid, nobody else's."""
    fields = _stat(pid)
    return fields[19] if fields and fields[0] != "Z" else ""


def living(wanted: Callable[[int], bool]) -> list[int]:
    """The processes of this machine, but for us and the dead that nobody has waited for, for which `wanted` is true."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if pid != os.getpid() and wanted(pid) and _born(pid)]


def family(folder: Path, name: str | None = None, sessions: Iterable[int] = ()) -> list[int]:
    """All living members of our own family, or of its part `name`: by their mark, or by their session."""
    ours, session_ids = Mark.of_this_process(name or "", folder), {str(pid) for pid in sessions}

    def is_member(pid: int) -> bool:
        if session_ids and (fields := _stat(pid)) and fields[3] in session_ids:
            return True
        mark = Mark.read(pid)
        return mark is not None and (mark.pid, mark.born) == (ours.pid, ours.born) and name in (None, mark.name)

    return living(is_member)


def orphans(folder: Path) -> list[int]:
    """Processes of supervisors of this folder that are gone."""
    return living(lambda pid: (mark := Mark.read(pid)) is not None and mark.folder == str(folder) and mark.is_orphaned)


def send(pids: Iterable[int], signum: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)


def end(find: Callable[[], list[int]], grace_seconds: float) -> None:
    """SIGTERM to what `find` finds, and SIGKILL to what is left after the grace; a second signal to us cuts it short."""
    send(find(), signal.SIGTERM)
    if not until(lambda: hurry.is_set() or not find(), grace_seconds) or hurry.is_set():
        kill(find)


def kill(find: Callable[[], list[int]]) -> None:
    """SIGKILL until nothing is found: who is killed may have started another just before."""

    def is_over() -> bool:
        left = find()
        send(left, signal.SIGKILL)
        return not left

    until(is_over, KILL_SECONDS)
