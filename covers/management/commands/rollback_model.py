"""Draw new requests with what drew before."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from covers.management.approving import add_approval, approval_of, outcome_of
from covers.weekly import rollout


class Command(BaseCommand):
    help = (
        "Draw new requests with what drew before the last promotion. Run again it changes nothing; to go further back, "
        "name the model with --to. Safe to kill."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", metavar="KEY", help="a model that has drawn before, or: base")
        add_approval(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        approval = approval_of(options["by"], options["reason"])
        outcome = outcome_of(lambda: rollout.roll_back(approval=approval, to=options["to"]))
        now = rollout.name_of(rollout.active_adapter())
        if outcome.has_changed:
            self.stdout.write(f"{now} draws new requests; before: {rollout.name_of(outcome.change.before)}")
        else:
            self.stdout.write(f"nothing to do: {now} draws already, since the last change")
