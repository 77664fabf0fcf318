"""`manage.py run_schedule`: RQ's cron, as the one scheduler of the site."""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from albumsite.processes.endings import end_in_order, pause
from covers import registry, tasks
from covers.weekly import due_work
from covers.weekly.cron_scheduler import SchedulerTurn, WeeklyScheduler

STAND_BY_SECONDS = 5.0
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Ask for the weekly training and the weekly report when they are due (RETRAIN_CRON, REPORT_CRON). Only one such "
        "process works at a time; others stand by and take over when it ends. --once looks once and ends, for cron."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            self.stdout.write("asked for: " + (", ".join(due_work.look()) or "nothing; nothing is due"))
            return
        end_in_order()
        registry.Heartbeat("schedule").start()
        guard = SchedulerTurn()
        while not guard.is_held():
            logger.info("another scheduler is at work; standing by")
            pause(STAND_BY_SECONDS)
        try:
            WeeklyScheduler(guard, tasks.look_at_the_week).start()
        finally:
            guard.give_back()
