"""Starting, watching and ending child processes: the site's own small supervisor."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings

from covers.engine.slots import SLOT

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
STOP_TIMEOUT_SECONDS = 10
RESTART_AFTER_SECONDS = (0.5, 1, 2, 5, 10, 30)


def end_in_order() -> None:
    """SIGINT, SIGTERM and SIGHUP end this process through its `finally` blocks.

    SIGINT is set anew because a shell starts background commands with it ignored, and Python keeps that.
    """

    def leave(signum: int, _frame: FrameType | None) -> None:
        sys.exit(128 + signum)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child in its own process group (Ctrl-C reaches only us, and we end it in order) that dies with us."""
    return subprocess.Popen(
        list(arguments), stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent
    )


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, os.path.abspath(sys.argv[0]), *arguments]


def rqworker(queue: str, worker_class: str = "covers.engine.worker.ResidentWorker") -> list[str]:
    """A worker of one queue. The serializer must be named: a worker does not take it from its queue."""
    options = ("--serializer", "rq.serializers.JSONSerializer", "-v", "0", "--worker-class", worker_class)
    return manage("rqworker", *options, queue)


def worker_commands() -> dict[str, list[str]]:
    """One process per queue, never two queues in one: RQ loses jobs otherwise (docs/architecture.md). And the sweeper:
    without it a job whose worker died, or that waits for another try, waits for ever."""
    return {
        "write": rqworker("write"),
        **draw_commands(rqworker("draw", "covers.engine.worker.DrawWorker")),
        "finish": rqworker("finish"),
        "train": rqworker("train", "personalize.worker.TrainWorker"),
        "sweeper": manage("sweep", "--forever"),
    }


def loop_commands() -> dict[str, list[str]]:
    """What learns and reports every week: nobody waits for it, so a command that needs workers for itself goes without."""
    return {"learn": rqworker("learn"), "schedule": manage("run_schedule")}


def draw_commands(command: list[str]) -> dict[str, list[str]]:
    """AIBUM_DRAW_WORKERS of them, each told which one it is: it takes its card and its part of the cores by that."""
    number = settings.DRAW_WORKERS
    if number == 1:
        return {"draw": command}
    return {f"draw-{k}": ["env", f"{SLOT}={k}/{number}", *command] for k in range(1, number + 1)}


@dataclass
class Supervisor:
    """Keeps named commands running: what dies is started again, more slowly each time it dies young."""

    commands: dict[str, list[str]]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)
    start_at: dict[str, float] = field(default_factory=dict)
    started_at: dict[str, float] = field(default_factory=dict)

    def tend(self) -> None:
        """Start what should run and does not. Call it often."""
        now = time.monotonic()
        for name, command in self.commands.items():
            process = self.running.get(name)
            if process is not None and process.poll() is not None:
                self._note_death(name, process.returncode, now)
            if name not in self.running and now >= self.start_at.get(name, 0):
                self.running[name] = start(command)
                self.started_at[name] = now

    def _note_death(self, name: str, code: int, now: float) -> None:
        del self.running[name]
        young = now - self.started_at[name] < 60
        self.deaths[name] = self.deaths.get(name, 0) + 1 if young else 1
        wait = RESTART_AFTER_SECONDS[min(self.deaths[name], len(RESTART_AFTER_SECONDS)) - 1]
        self.start_at[name] = now + wait
        logger.warning("process ended name=%s code=%s starting_again_seconds=%.1f", name, code, wait)

    def stop(self) -> None:
        """SIGTERM to all, then SIGKILL to the group of whoever is left."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()
