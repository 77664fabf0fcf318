"""`manage.py renew_public_copies`: after an upgrade, no cache keeps what hangs on the wall for longer than today's covers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from albumsite.errors import StorageError
from albumsite.media import store_trial
from covers.services import public_copies

AWAY_AFTER = 10
"""So many covers that failed one after the other, and the store or the CDN is away: the rest would fail as well."""
TOLD_EVERY = 1000


class Command(BaseCommand):
    help = (
        "Write public copies of covers anew that caches may keep for longer than today's, and purge their addresses at CDN_PURGE_URL. "
        "May be stopped at any time and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after", default="", metavar="PLACE", help="go on at a place that an earlier run has named"
        )

    def handle(self, *args: Any, after: str, **options: Any) -> None:
        if not public_copies.has_headers():
            self.stdout.write(f"Nothing to do: {public_copies.WITHOUT_HEADERS}.")
            return
        self.seen = self.covers = self.objects = 0
        self.left: Counter[str] = Counter()
        try:
            failed = self._go_through(after)
        except StorageError as error:
            raise CommandError(
                f"The public bucket cannot be listed: {store_trial.said(error)}. Run it again."
            ) from error
        finally:
            self._sum_up()
        if failed:
            raise CommandError(f"{failed} covers are left. Run it again: what is done is only looked at.")

    def _go_through(self, after: str) -> int:
        """Returns how many covers another run may help. Raises CommandError when nothing goes any more, StorageError."""
        failed = in_a_row = 0
        for one in public_copies.renew_all(after=after):
            self.seen, self.covers, self.objects = (
                self.seen + 1,
                self.covers + bool(one.changed),
                self.objects + one.changed,
            )
            if one.left:
                self.left[one.left] += 1
                self.stderr.write(f"{one.prefix}: {one.left}")
            failed, in_a_row = (failed + 1, in_a_row + 1) if one.may_help else (failed, 0)
            if in_a_row == AWAY_AFTER:
                raise CommandError(f"Stopped: the last {AWAY_AFTER} covers failed. Run it again once that is mended.")
            if self.seen % TOLD_EVERY == 0:
                self.stdout.write(
                    f"{self.seen} covers looked at, {self.objects} objects written anew; on from here: --after {one.prefix}"
                )
        return failed

    def _sum_up(self) -> None:
        self.stdout.write(f"{self.seen} covers looked at; {self.objects} objects of {self.covers} covers written anew")
        for why, count in self.left.most_common():
            self.stdout.write(f"{count} covers not: {why}")
