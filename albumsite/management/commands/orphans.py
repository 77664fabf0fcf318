"""`manage.py orphans`: what lies in the buckets and nobody names."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from albumsite.media import orphans


class Command(BaseCommand):
    help = (
        "List the objects of both buckets that no row names and that are older than ORPHAN_DAYS; --delete deletes them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--delete", action="store_true", help="all of them, also where the sweeper finds it too many"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = size = 0
        for one in orphans.all_orphans(settings.ORPHAN_DAYS):
            self.stdout.write(f"{one.bucket} {one.key} {one.size}")
            count, size = count + 1, size + one.size
            if options["delete"]:
                orphans.delete([one])
        word = "deleted" if options["delete"] else "found; --delete deletes them"
        self.stdout.write(f"{count} objects that nobody names, {size / 1e6:.1f} MB, {word}")
