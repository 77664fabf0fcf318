"""`manage.py check_store`: whether this machine may do with the two buckets what the site will do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from albumsite.media import store_trial


class Command(BaseCommand):
    help = "Write, list, read and delete a small object in both buckets, and name the bucket and the right that is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        if faults := store_trial.faults():
            raise CommandError("\n".join(faults))
        self.stdout.write("Both buckets take, list, give and delete objects.")
