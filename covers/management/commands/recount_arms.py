"""`manage.py recount_arms`: count the bandit's arms anew from the reviews, forget old ones, and show what was learnt."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from covers.bandit import arms


class Command(BaseCommand):
    help = "Count the arms of styles and phrasings anew from the reviews. Safe to run at any time, and to kill."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--show", action="store_true", help="only print what has been learnt; count nothing")

    def handle(self, *_args: Any, show: bool, **_options: Any) -> None:
        if not show:
            self.stdout.write(f"counted anew; {arms.recount()} arms had other counts")
        self.stdout.write(arms.report())
