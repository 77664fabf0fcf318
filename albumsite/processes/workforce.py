"""Workers for a command in a terminal: those that are there already, or its own for the queues where there are none.

A second set would load a second model. So the site's own workers are waited for while it runs, and of two commands one
runs workers for both.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf

import psutil
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django_rq import get_connection
from redis import RedisError
from rq import Worker
from rq.worker import BaseWorker, WorkerStatus

from albumsite.processes import local_servers
from albumsite.processes.endings import pause
from albumsite.processes.supervisor import Supervisor, end_orphans, worker_commands
from albumsite.processes.waiting import FileLock, say

DEATHS_MAX = 3
PATIENCE_SECONDS = 15
"""How long a job may lie unclaimed before an idle worker that only Redis remembers is trusted no more."""
LOOK_EVERY_SECONDS = 0.2
COUNT_EVERY_SECONDS = 1.0
DATABASE_AWAY_SECONDS = 120
AGAIN_SECONDS = 10
"""Errors closer to each other than this belong to one outage."""
REMOTE_SILENCE = timedelta(minutes=8)
"""An idle RQ worker is heard of every seven minutes."""


class Workforce:
    """Sees to it that somebody works on the queues while a command follows its work."""

    def __init__(self, queues: tuple[str, ...]) -> None:
        self._queues = queues
        self._own: set[str] = set()
        self._supervisor = Supervisor({})
        self._turn = FileLock(settings.VAR_DIR / "workers.lock")
        self._count_at = 0.0
        self._away_at, self._away_since = -inf, 0.0

    def follow(self, is_over: Callable[[], bool], lies_unclaimed: Callable[[], bool]) -> bool:
        """See to the workers until `is_over` says so, also over an outage of the database. False: our own workers keep
        ending at once. lies_unclaimed: whether the work has waited for PATIENCE_SECONDS."""
        try:
            while True:
                try:
                    if is_over():
                        return True
                    self._tend(lies_unclaimed())
                except (OperationalError, InterfaceError) as error:
                    self._bear(error)
                if max(self._supervisor.deaths.values(), default=0) > DEATHS_MAX:
                    return False
                pause(LOOK_EVERY_SECONDS)
        finally:
            self._supervisor.stop()
            self._turn.close()

    def _tend(self, lies_unclaimed: bool) -> None:
        """Start what is missing and keep it running."""
        if time.monotonic() >= self._count_at:
            self._count_at = time.monotonic() + COUNT_EVERY_SECONDS
            if not site_is_up() and self._turn.try_exclusive():
                local_servers.revive()
                self._start(self._missing(lies_unclaimed))
        self._supervisor.tend()

    def _bear(self, error: Exception) -> None:
        """Wait for the database, and where no site does, start it again. Raises the error when it stays away."""
        now = time.monotonic()
        if now - self._away_at > AGAIN_SECONDS:
            self._away_since = now
            say("Waiting: the database does not answer.")
        if now - self._away_since > DATABASE_AWAY_SECONDS:
            raise error
        connection.close()
        if not site_is_up():
            local_servers.revive()
        self._away_at = time.monotonic()

    def _missing(self, lies_unclaimed: bool) -> set[str]:
        served = queues_with_workers(lies_unclaimed=lies_unclaimed)
        return {queue for queue in self._queues if queue not in served | self._own}

    def _start(self, queues: set[str]) -> None:
        if not queues:
            return
        end_orphans()
        self._own |= queues
        self._supervisor.commands |= commands_for(queues)


def site_is_up() -> bool:
    """Whether a site of this folder runs: its supervisor starts what it has not started yet."""
    site = local_servers.running_site()
    try:
        return site is not None and psutil.Process(site.pid).status() != psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:
        return False


def commands_for(queues: set[str]) -> dict[str, list[str]]:
    """The workers of these queues, and the sweeper: two are fine, one sleeps."""
    return {name: command for name, command in worker_commands().items()
            if name == "sweeper" or name.partition("-")[0] in queues}  # fmt: skip


def queues_with_workers(*, lies_unclaimed: bool) -> set[str]:
    """The queues that a living worker listens on. One that was killed stays in Redis for minutes, so here its process
    counts; one of another machine that is idle while work lies unclaimed counts for nothing."""
    try:
        workers = Worker.all(connection=get_connection("write"))
        alive = [worker for worker in workers if _lives(worker, lies_unclaimed)]
    except RedisError:
        return set()
    return {queue for worker in alive for queue in worker.queue_names()}


def _lives(worker: BaseWorker, lies_unclaimed: bool) -> bool:
    if worker.hostname != socket.gethostname():
        heard = worker.last_heartbeat
        is_heard = heard is not None and datetime.now(UTC) - heard.replace(tzinfo=UTC) < REMOTE_SILENCE
        return is_heard and not (lies_unclaimed and worker.get_state() == WorkerStatus.IDLE)
    try:
        process = psutil.Process(worker.pid or 0)
        return "rqworker" in process.cmdline() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED)
    except psutil.Error:
        return False
