"""Where copies lie, and what one is made of."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import Storage

from albumsite.media import storage

FORMAT = 1
DATABASE, FILES, HEAD = "database.dump", "files.jsonl.gz", "backup.json"


class BackupError(Exception):
    """What is wrong, in a sentence for the operator."""


@dataclass(frozen=True)
class StoredFile:
    """One object of a copy. bucket: "private" or "public". changed_at: seconds since 1970, as its store says."""

    bucket: str
    key: str
    size: int
    changed_at: float
    sha256: str

    @property
    def place(self) -> str:
        return f"objects/{self.bucket}/{self.key}"


@dataclass(frozen=True)
class Backup:
    """One whole copy. name: when it was made, UTC. database_sha256, files_sha256: of its two files."""

    name: str
    format: int
    site: str
    postgres_major: int
    database_sha256: str
    files_sha256: str
    files: int
    bytes: int


def place_of(address: str) -> Storage:
    """The folder, or `s3://bucket/folder` in the site's own object store (AWS_…). Raises BackupError."""
    parts = urlsplit(address)
    if parts.scheme == "s3":
        own = [getattr(bucket, "bucket_name", None) for bucket in (storage.private(), storage.public())]
        if None in own:
            raise BackupError(
                "s3:// needs the site's AWS_… settings: the copies go to that store, into another bucket."
            )
        if parts.netloc in own:
            raise BackupError(f"{parts.netloc} is a bucket of the site itself; a copy of it must lie in another one.")
        from storages.backends.s3 import S3Storage

        options: dict[str, Any] = settings.STORAGES["default"]["OPTIONS"]  # type: ignore[assignment]
        return S3Storage(**(options | {"bucket_name": parts.netloc, "location": parts.path.strip("/")}))
    if parts.scheme:
        raise BackupError(f"{address} is neither a folder nor s3://bucket/folder.")
    folder = Path(address).expanduser().absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return storage.DiskFiles(folder, file_permissions_mode=0o600, directory_permissions_mode=0o700)


def backups_at(place: Storage) -> list[Backup]:
    """The whole copies that lie there, the newest last. Raises StorageError."""
    found = []
    for name in sorted(_folders(place)):
        if name[:1].isdigit() and storage.exists(place, f"{name}/{HEAD}"):
            head = json.loads(storage.read(place, f"{name}/{HEAD}"))
            if head.get("format") == FORMAT:
                found.append(Backup(**head))
    return found


def _folders(place: Storage) -> list[str]:
    try:
        return list(place.listdir("")[0])
    except FileNotFoundError:
        return []


def files_of(place: Storage, backup: Backup) -> Iterator[StoredFile]:
    """What belongs to a copy. Raises StorageError."""
    for line in gzip.decompress(storage.read(place, f"{backup.name}/{FILES}")).splitlines():
        yield StoredFile(**json.loads(line))


def fetch(source: Storage, key: str, path: Path) -> str:
    """An object of any size into a file, piece by piece. Returns its SHA-256. Raises ObjectMissing, StorageError."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in storage.chunks(source, key):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def packed(files: Iterable[StoredFile]) -> bytes:
    """What FILES holds."""
    return gzip.compress(b"".join(json.dumps(asdict(one)).encode() + b"\n" for one in files), mtime=0)
