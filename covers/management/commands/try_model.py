"""Draw for a share of people with a candidate, and see what they say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from covers.management.approving import add_approval, approval_of, outcome_of, version_of
from covers.weekly import rollout


class Command(BaseCommand):
    help = (
        "Draw the new requests of a share of people with this candidate; a person stays on their side. The sweeper ends "
        "the trial when people find it worse; a better one is promoted by people only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key")
        parser.add_argument("--percent", type=int, help=f"of people, 1 to 99; {settings.TRIAL_PERCENT} unless given")
        parser.add_argument("--end", action="store_true", help="end its trial; it is a candidate again")
        add_approval(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        version, approval = version_of(options["key"]), approval_of(options["by"], options["reason"])
        if options["end"]:
            outcome = outcome_of(lambda: rollout.end_trial(version=version, approval=approval))
            said = "ended" if outcome.has_changed else "had ended already"
            self.stdout.write(f"the trial of {version.key} {said}")
            return
        percent = settings.TRIAL_PERCENT if options["percent"] is None else options["percent"]
        outcome = outcome_of(lambda: rollout.begin_trial(version=version, percent=percent, approval=approval))
        version.refresh_from_db()
        said = "is on trial" if outcome.has_changed else "is on trial already"
        self.stdout.write(f"{version.key} {said}, for {version.trial_percent} % of people")
