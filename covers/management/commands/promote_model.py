"""Draw new requests with a weekly model."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from covers.management.approving import add_approval, approval_of, outcome_of, version_of
from covers.weekly import rollout


class Command(BaseCommand):
    help = (
        "Draw new requests with this weekly model, if it was found better than what draws now. Requests that wait or run "
        "keep theirs. Safe to kill and to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key")
        add_approval(parser)
        parser.add_argument("--force", action="store_true", help="also when it was not found better; needs --reason")

    def handle(self, *args: Any, **options: Any) -> None:
        version, force = version_of(options["key"]), options["force"]
        approval = approval_of(options["by"], options["reason"])
        outcome = outcome_of(lambda: rollout.promote(version=version, approval=approval, force=force))
        before = rollout.name_of(outcome.change.before)
        if outcome.has_changed:
            self.stdout.write(f"{version.key} draws new requests; before: {before}")
        else:
            self.stdout.write(f"{version.key} draws already, since {outcome.change.created_at:%Y-%m-%d %H:%M} UTC")
