"""`manage.py backup`: the database and both buckets, to a folder or a bucket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from filelock import FileLock, Timeout

from albumsite.backup import BackupError, make_backup, place_of
from albumsite.errors import StorageError
from albumsite.processes import local_servers


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Letting old copies go beside another run could take files that it counts on. Raises BackupError."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.VAR_DIR / "backup.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise BackupError("Another copy is being made on this machine.") from error
    try:
        yield
    finally:
        lock.release()


class Command(BaseCommand):
    help = "Copy the database and both buckets. Files that an earlier copy has are not copied again. The site may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, help="a folder, or s3://bucket/folder in the site's object store")
        parser.add_argument("--keep", type=int, default=0, help="whole copies that stay there, this one too; 0: all")

    def handle(self, *args: Any, to: str, keep: int, **options: Any) -> None:
        try:
            with only_one(), local_servers.servers():
                backup = make_backup(place_of(to), keep=max(0, keep), tell=self.stdout.write)
        except (BackupError, StorageError, OSError) as error:
            raise CommandError(f"No copy was made. {error}") from error
        self.stdout.write(f"{backup.name}: {backup.files} files, {backup.bytes / 1e6:.1f} MB, and the database")
        self.stdout.write("Not in it, keep them elsewhere: SECRET_KEY (or var/secret_key) and the other settings.")
