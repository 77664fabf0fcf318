"""The sweeper: enqueues again, re-queues what died, fails what cannot be done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from albumsite.jobs.sweeper import do_chores, sweep
from albumsite.processes.endings import pause

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Look once over all jobs and put right what died; --forever does so every SWEEP_EVERY_SECONDS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true")

    def handle(self, *args: Any, forever: bool, **options: Any) -> None:
        if not forever:
            self.stdout.write(str(sweep() or "another sweeper is at it"))
            do_chores()
            return
        import_string(settings.HEARTBEAT)("sweeper").start()
        threading.Thread(target=self._for_ever, args=("chores", do_chores), daemon=True, name="chores").start()
        self._for_ever("sweep", sweep)

    def _for_ever(self, name: str, do: Callable[[], object]) -> None:
        while True:
            close_old_connections()
            try:
                done = do()
                if done is not None and any(vars(done).values()):
                    logger.info("swept %s", done)
            except Exception:  # a database that is away comes back; the sweeper must be there then
                logger.exception("%s failed", name)
                connection.close()
            pause(settings.SWEEP_EVERY_SECONDS)
