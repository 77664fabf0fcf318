"""RQ's cron for this site: one at a time, and with nothing on the queue that its workers cannot read."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.utils import Error
from django_rq.cron import DjangoCronScheduler
from rq.cron import CronJob
from rq.utils import now

from albumsite.jobs import queue, turns

EVERY_TEN_MINUTES = "*/10 * * * *"
TURN, TURN_SECONDS = "schedule", 12 * 60
"""Longer than from one look to the next: whoever looks keeps the turn, and one that is dead is followed after that time."""


class SchedulerTurn:
    """The right to be the scheduler."""

    def is_held(self) -> bool:
        """Whether it is ours, taken now if nobody has it. False also while the database is away."""
        try:
            return turns.take(TURN, seconds=TURN_SECONDS)
        except Error:
            connection.close()
            return False

    def give_back(self) -> None:
        """Another one may take over at once."""
        with contextlib.suppress(Error):
            turns.give_back(TURN)


class WeeklyScheduler(DjangoCronScheduler):
    """Enqueues `covers.tasks.look_at_the_week` every ten minutes, which asks for what is due."""

    def __init__(self, guard: SchedulerTurn, look: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._guard = guard
        self.register(look, "finish", cron=EVERY_TEN_MINUTES)
        self._is_fresh = True

    def enqueue_jobs(self) -> list[CronJob]:
        """Those that are due, and all of them at the start; none while the lock is not ours."""
        due = [job for job in self.get_jobs() if self._is_fresh or job.should_run()]
        if not due or not self._guard.is_held():
            return []
        self._is_fresh = False
        for job in due:
            queue.queue_of(job.queue_name).enqueue(job.func_name)  # ours: RQ's own would pickle
            job.set_enqueue_time(now())
        return due
