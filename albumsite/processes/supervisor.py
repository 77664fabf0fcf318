"""Starting, watching and ending child processes: the site's own small supervisor."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from albumsite.processes import endings
from albumsite.processes.slots import SLOT
from albumsite.processes.waiting import telling, until

logger = logging.getLogger(__name__)

STOP_TIMEOUT_SECONDS = 10
RESTART_AFTER_SECONDS = (0.5, 1, 2, 5, 10, 30)


def start(name: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child in its own session (Ctrl-C reaches only us, and we end it in order) that dies with us. Call it in a thread
    that lasts: the kernel takes that for the parent."""
    parent = os.getpid()
    return subprocess.Popen(
        list(arguments),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {endings.MARK: str(endings.Mark.of_this_process(name, settings.VAR_DIR))},
        preexec_fn=lambda: endings.die_with(parent, signal.SIGTERM),
    )


def end_orphans() -> None:
    """End what a supervisor of this folder that was killed has left: it holds ports, memory and old settings."""
    with telling("Ending what a killed run has left …"):
        endings.end(lambda: endings.orphans(settings.VAR_DIR), STOP_TIMEOUT_SECONDS)


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, os.path.abspath(sys.argv[0]), *arguments]


def rqworker(queue: str) -> list[str]:
    """A worker of one queue. The serializer must be named: a worker does not take it from its queue."""
    options = ("--serializer", "rq.serializers.JSONSerializer", "-v", "0", "--worker-class", settings.WORKERS[queue])
    return manage("rqworker", *options, queue)


def worker_commands() -> dict[str, list[str]]:
    """One process per queue, never two queues in one: RQ loses jobs otherwise (docs/architecture.md). And the sweeper:
    without it a job whose worker died, or that waits for another try, waits for ever."""
    return {
        "write": rqworker("write"),
        **draw_commands(rqworker("draw")),
        "finish": rqworker("finish"),
        "mail": rqworker("mail"),
        "train": rqworker("train"),
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
                self.running[name] = start(name, command)
                self.started_at[name] = now

    def _note_death(self, name: str, code: int, now: float) -> None:
        process = self.running.pop(name)
        endings.kill(
            lambda: endings.family(settings.VAR_DIR, name, [process.pid])
        )  # its own children know nothing of it
        young = now - self.started_at[name] < 60
        self.deaths[name] = self.deaths.get(name, 0) + 1 if young else 1
        wait = RESTART_AFTER_SECONDS[min(self.deaths[name], len(RESTART_AFTER_SECONDS)) - 1]
        self.start_at[name] = now + wait
        logger.warning("process ended name=%s code=%s starting_again_seconds=%.1f", name, code, wait)

    def kill(self, name: str) -> None:
        """End one that hangs; `tend` notices and starts it again. May be called from any thread."""
        if (process := self.running.get(name)) is not None:
            process.kill()

    def stop(self) -> None:
        """SIGTERM to all, then SIGKILL to whoever is left of them and of what they started. A second Ctrl-C skips the wait."""
        with endings.undisturbed(), telling(f"Stopping {', '.join(self.running)} …"):
            children = list(self.running.values())
            for process in children:
                process.send_signal(signal.SIGTERM)

            def have_ended() -> bool:
                return not _unended(children)

            until(lambda: endings.hurry.is_set() or have_ended(), STOP_TIMEOUT_SECONDS)
            pids = [process.pid for process in children]
            endings.kill(lambda: [*endings.family(settings.VAR_DIR, sessions=pids), *_unended(children)])
            self.running.clear()


def _unended(children: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Those whose end we have not seen; asking reaps them."""
    return [process.pid for process in children if process.poll() is None]
