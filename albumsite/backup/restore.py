"""Bringing a copy back."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.storage import Storage
from django.db import connection

from albumsite.backup import postgres
from albumsite.backup.places import DATABASE, FILES, Backup, BackupError, StoredFile, fetch, files_of
from albumsite.errors import StorageError
from albumsite.media import storage

logger = logging.getLogger(__name__)


def restore_backup(
    place: Storage, backup: Backup, *, replace: bool = False, tell: Callable[[str], None] = logger.info
) -> None:
    """Fill the site's database and buckets from a copy. All of it is read and checked before anything is changed.

    replace: the database may hold a site already, which is lost. Raises BackupError, StorageError.
    """
    listing = storage.read(place, f"{backup.name}/{FILES}")
    if hashlib.sha256(listing).hexdigest() != backup.files_sha256:
        raise BackupError(f"{backup.name}/{FILES} is damaged: it is not what was written.")
    files = list(files_of(place, backup))
    with tempfile.TemporaryDirectory(prefix="aibum-restore-") as folder:
        dump, path = Path(folder) / DATABASE, Path(folder) / "file"
        if fetch(place, f"{backup.name}/{DATABASE}", dump) != backup.database_sha256:
            raise BackupError(f"{backup.name}/{DATABASE} is damaged: it is not what was written.")
        tell(f"checking {len(files)} files")
        for one in files:
            _fetch_whole(place, one, path)
        _make_room(replace)
        for one in files:
            _fetch_whole(place, one, path)
            storage.save_file(storage.private() if one.bucket == "private" else storage.public(), one.key, path)
        postgres.load(dump)  # last: rows come when their files are there
    tell(f"{len(files)} files and the database of {backup.name} are back")


def _fetch_whole(place: Storage, one: StoredFile, path: Path) -> None:
    try:
        sha256 = fetch(place, one.place, path)
    except StorageError as error:
        raise BackupError(f"{one.place} is missing from the copy or cannot be read.") from error
    if sha256 != one.sha256:
        raise BackupError(f"{one.place} is damaged: it is not what was copied.")


def _make_room(replace: bool) -> None:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if tables and not replace:
            raise BackupError("The database is not empty. To lose what is in it, say --replace; stop the site before.")
        if tables:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
