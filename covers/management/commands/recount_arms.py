"""`manage.py recount_arms`: count the bandit's arms anew from the reviews, forget old ones, and show what was learnt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from covers.bandit.arm_summary import ArmRow, all_arms
from covers.bandit.learning import recount


class Command(BaseCommand):
    help = "Count the arms of styles and phrasings anew from the reviews. Safe to run at any time, and to kill."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--show", action="store_true", help="only print what has been learnt; count nothing")

    def handle(self, *_args: Any, show: bool, **_options: Any) -> None:
        if not show:
            self.stdout.write(f"counted anew; {recount()} arms had other counts")
        self.stdout.write(table(all_arms()))


def table(rows: Iterable[ArmRow]) -> str:
    """Arms as lines of text, under a line of heads."""
    lines = [
        f"{'engine':8} {'genre':12} {'kind':9} {'arm':12} {'reviews':>7} {'stars':>5} {'95 %':>11} {'pictures':>8}"
    ]
    for row in rows:
        stars = "    –" if row.mean is None else f"{row.mean:5.2f}"
        span = "–" if row.low is None or row.high is None else f"{row.low:.2f}–{row.high:.2f}"
        place = f"{row.engine:8} {row.genre or '–':12} {row.kind:9} {row.arm:12}"
        lines.append(f"{place} {row.reviews:7} {stars} {span:>11} {row.share:8.1%}")
    return "\n".join(lines)
