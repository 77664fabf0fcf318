"""The sweeper: rings again, re-queues what died, fails what cannot be done."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from albumsite.sweeper import sweep

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Look once over all jobs and put right what died; --forever does so every SWEEP_EVERY_SECONDS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true")

    def handle(self, *args: Any, forever: bool, **options: Any) -> None:
        if not forever:
            self.stdout.write(str(sweep() or "another sweeper is at it"))
            return
        while True:
            close_old_connections()
            try:
                swept = sweep()
                if swept and any(vars(swept).values()):
                    logger.info("swept %s", swept)
            except Exception:  # a database or Redis that is away comes back; the sweeper must be there then
                logger.exception("sweep failed")
            time.sleep(settings.SWEEP_EVERY_SECONDS)
