"""Making a copy, and letting old ones go."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage

from albumsite.backup import postgres
from albumsite.backup.places import (
    DATABASE,
    FILES,
    FORMAT,
    HEAD,
    Backup,
    StoredFile,
    backups_at,
    fetch,
    files_of,
    packed,
)
from albumsite.media import storage

logger = logging.getLogger(__name__)

Tell = Callable[[str], None]


def make_backup(place: Storage, *, keep: int = 0, tell: Tell = logger.info) -> Backup:
    """Copy the database and both buckets; what an earlier copy has already is not copied again.

    keep: how many whole copies stay there, this one among them; 0: all. Raises BackupError, StorageError: then what was
    there before is untouched, and the next try goes on with the files that this one left.
    """
    name = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%fZ")
    earlier = backups_at(place)
    known = {(one.bucket, one.key): one for one in files_of(place, earlier[-1])} if earlier else {}
    with tempfile.TemporaryDirectory(prefix="aibum-backup-") as folder:
        path = Path(folder) / DATABASE
        postgres.dump(path)
        tell(f"database: {path.stat().st_size / 1e6:.1f} MB")
        storage.save_file(place, f"{name}/{DATABASE}", path)
        database_sha256 = storage.sha256_of(path)
    files = list(_copied(place, known, tell))
    listing = packed(files)
    storage.save_all(place, {f"{name}/{FILES}": listing})
    backup = Backup(
        name, FORMAT, settings.SITE_NAME, postgres.server_major(), database_sha256,
        hashlib.sha256(listing).hexdigest(), len(files), sum(one.size for one in files),
    )  # fmt: skip
    storage.save_all(place, {f"{name}/{HEAD}": json.dumps(asdict(backup), indent=1).encode()})
    if keep:
        _let_go(place, backups_at(place), keep)
    return backup


def _copied(place: Storage, known: dict[tuple[str, str], StoredFile], tell: Tell) -> Iterator[StoredFile]:
    """Every file of both buckets, copied where it was not. One that is deleted meanwhile belongs to no copy."""
    with tempfile.TemporaryDirectory(prefix="aibum-backup-") as folder:
        for bucket, source in (("private", storage.private()), ("public", storage.public())):
            count = copied = 0
            for one in storage.listed(source):
                old = known.get((bucket, one.key))
                if old and (old.size, old.changed_at) == (one.size, one.changed_at):
                    yield old
                else:
                    path = Path(folder) / "file"
                    try:
                        sha256 = fetch(source, one.key, path)
                    except storage.ObjectMissing:
                        continue
                    new = StoredFile(bucket, one.key, path.stat().st_size, one.changed_at, sha256)
                    storage.save_file(place, new.place, path)
                    copied += 1
                    yield new
                count += 1
            tell(f"{bucket}: {count} files, {copied} of them new")


def _let_go(place: Storage, backups: list[Backup], keep: int) -> None:
    """Delete the oldest copies, and the files that only they had: what people had deleted goes with them."""
    gone, stay = backups[:-keep], backups[-keep:]
    kept = {one.place for backup in stay for one in files_of(place, backup)}
    for backup in gone:
        lost = {one.place for one in files_of(place, backup)} - kept
        storage.delete_all(place, [f"{backup.name}/{HEAD}"])  # first: from now on it counts for nothing
        storage.delete_all(place, [*lost, f"{backup.name}/{FILES}", f"{backup.name}/{DATABASE}", backup.name])
