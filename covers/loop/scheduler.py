"""RQ's cron for this site: one at a time, and with nothing on the queue that its workers cannot read."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.utils import Error
from django_rq.cron import DjangoCronScheduler
from rq.cron import CronJob
from rq.utils import now

from albumsite import bells
from covers import tasks

SCHEDULE_LOCK = 0x63_6C_6F_63_6B  # "clock", a key no other advisory lock here uses
EVERY_TEN_MINUTES = "*/10 * * * *"


class Guard:
    """The right to be the scheduler: a lock of this process's database connection, gone with either of them."""

    def is_held(self) -> bool:
        """Whether it is ours, taken now if nobody has it. A lost connection loses it, and is opened again."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                    " AND (classid::bigint << 32 | objid::bigint) = %s)"
                    " OR pg_try_advisory_lock(%s)",
                    [SCHEDULE_LOCK, SCHEDULE_LOCK],
                )
                return bool(cursor.fetchone()[0])
        except Error:
            connection.close()
            return False


class LoopScheduler(DjangoCronScheduler):
    """Rings `covers.tasks.look_at_the_week` every ten minutes, which asks for what is due."""

    def __init__(self, guard: Guard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._guard = guard
        self.register(tasks.look_at_the_week, "finish", cron=EVERY_TEN_MINUTES)
        self._is_fresh = True

    def enqueue_jobs(self) -> list[CronJob]:
        """Those that are due, and all of them at the start; none while the lock is not ours."""
        due = [job for job in self.get_jobs() if self._is_fresh or job.should_run()]
        if not due or not self._guard.is_held():
            return []
        self._is_fresh = False
        for job in due:
            bells.queue_of(job.queue_name).enqueue(job.func_name)  # ours: RQ's own would pickle
            job.set_enqueue_time(now())
        return due
