"""What the built-in PostgreSQL and Valkey have in common: a process that is known by its name and folder, looked at and
ended under deadlines. Used before settings are read, so it must not import Django.
"""

from __future__ import annotations

import contextlib
import enum
import importlib.util
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from albumsite.processes import endings, log_files
from albumsite.processes.waiting import LocalError, until

LOOK_SECONDS = 5
"""How long one look may take. A server that keeps silent for longer did not answer."""
START_SECONDS = 60
RECOVERY_SECONDS = 600
"""After a crash a server reads its log again before it answers. Ending it meanwhile would make it begin anew."""
SILENT_SECONDS = 20
"""Longer than this without a word hangs: a server that is only busy still answers `SELECT 1` or `PING`."""


leaving = threading.Event()
"""Set while this process stops its servers: what is still being started is given up."""


class Health(enum.Enum):
    """What a look at a server found."""

    ANSWERS = "answers"
    STARTING = "starting"
    STOPPING = "stopping"
    SILENT = "silent"
    GONE = "gone"


def package_folder(name: str) -> Path:
    """Where a package lies, without importing it: the import of these two makes folders, warns and pulls in clients."""
    package = importlib.util.find_spec(name)
    if package is None or package.origin is None:
        raise LocalError(f"the package {name} is not installed; `make setup` installs it")
    return Path(package.origin).resolve().parent


def find(pid: int, name: str, folder: Path) -> psutil.Process | None:
    """The process if it lives, has this name and works in this folder: pids are used again."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if process.name() == name and process.status() != psutil.STATUS_ZOMBIE and _works_in(process, folder):
            return process
    return None


def find_all(name: str, folder: Path) -> list[int]:
    """The pids of all living processes with this name that work in this folder."""
    return [process.pid for process in psutil.process_iter(["name"])
            if process.info["name"] == name and find(process.pid, name, folder)]  # fmt: skip


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder.resolve()
    except psutil.AccessDenied:  # root in a container may not look there
        return str(folder) in process.cmdline() or str(folder.resolve()) in process.cmdline()


def bring_up(
    name: str,
    health: Callable[[], Health],
    launch: Callable[[], subprocess.Popen[bytes]],
    stop: Callable[[], None],
    log: Path,
) -> None:
    """Start a server unless it runs, and wait until it answers. One that is stopping or hangs is ended first.

    Raises LocalError with the end of its log when it does not come up.
    """
    log_files.bound(log)
    process: subprocess.Popen[bytes] | None = None
    began = looked_at = spoke_at = time.monotonic()
    recovered_seconds = 0.0
    while (state := health()) is not Health.ANSWERS:
        now = time.monotonic()
        if leaving.is_set():
            raise LocalError(f"{name} is not wanted any more")
        if state is Health.STARTING:
            recovered_seconds += now - looked_at
            spoke_at = now
        elif state is Health.GONE:
            if process is not None and process.poll() is not None:
                raise LocalError(f"{name} does not start; its log ends with: {last_line(log)}")
            process = process or launch()
        elif state is Health.STOPPING or now - spoke_at > SILENT_SECONDS:
            stop()
            process, spoke_at = None, time.monotonic()
        if now - began - recovered_seconds > START_SECONDS or recovered_seconds > RECOVERY_SECONDS:
            stop()
            raise LocalError(f"{name} did not answer in {now - began:.0f} s; its log ends with: {last_line(log)}")
        looked_at = now
        time.sleep(0.05)


def stop_by(
    signals: Sequence[tuple[int, float]], main: Callable[[], psutil.Process | None], all_of_it: Callable[[], list[int]]
) -> None:
    """Send the main process each signal and wait for so many seconds, then SIGKILL all that is left.

    A second Ctrl-C takes the next step at once.
    """
    for signum, seconds in signals:
        if (process := main()) is None:
            break
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signum)
        until(lambda: endings.hurry.is_set() or main() is None, seconds)
        if endings.hurry.is_set():
            until(lambda: main() is None, 1)
    endings.kill(all_of_it)


def last_line(log: Path) -> str:
    with contextlib.suppress(OSError, IndexError):
        return log.read_text(errors="replace").strip().splitlines()[-1]
    return "nothing"
