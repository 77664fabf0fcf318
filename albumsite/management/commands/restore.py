"""`manage.py restore`: a copy that `manage.py backup` made, back into this site's database and buckets."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from albumsite.backup import Backup, BackupError, backups_at, place_of, restore_backup
from albumsite.errors import StorageError
from albumsite.processes import local_servers


class Command(BaseCommand):
    help = "Bring a copy back: the newest, or the one that --name says. The site must not run. All is checked before it is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", required=True, dest="source", help="what backup's --to said")
        parser.add_argument("--name", default="", help="of one copy; without it the newest")
        parser.add_argument("--list", action="store_true", help="say which copies there are, and change nothing")
        parser.add_argument("--replace", action="store_true", help="lose what the database holds now")

    def handle(self, *args: Any, source: str, name: str, replace: bool, **options: Any) -> None:
        try:
            place = place_of(source)
            found = backups_at(place)
            if options["list"]:
                for one in found:
                    self.stdout.write(f"{one.name}  {one.files} files  {one.bytes / 1e6:.1f} MB")
                return
            with local_servers.servers():
                restore_backup(place, _chosen(found, name), replace=replace, tell=self.stdout.write)
                call_command("migrate", verbosity=0)  # a copy of an older version of the site
        except (BackupError, StorageError, OSError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error


def _chosen(found: list[Backup], name: str) -> Backup:
    wanted = [one for one in found if name in ("", one.name)]
    if not wanted:
        raise BackupError(f"There is no whole copy{f' called {name}' if name else ''} there.")
    return wanted[-1]
