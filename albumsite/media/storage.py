"""The two buckets: writing, reading, listing and deleting of objects. Who stores something names it, beside its rows."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import posixpath
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from albumsite.errors import StorageError

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 20
CONTENT_TYPES = {
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "jpg": "image/jpeg",
    "json": "application/json",
}


class ObjectMissing(StorageError):
    """The store answered: there is no such object. Trying again will not help."""


@contextlib.contextmanager
def _store_errors() -> Iterator[None]:
    """boto, the disk and django-storages each fail in their own way; callers need one."""
    from botocore.exceptions import BotoCoreError, ClientError

    from albumsite.media.emptying import StillThere

    try:
        yield
    except StillThere as error:
        raise StorageError(str(error)) from error
    except (OSError, BotoCoreError, ClientError, SuspiciousFileOperation) as error:
        raise StorageError(type(error).__name__) from error


class DiskFiles(FileSystemStorage):
    """A bucket on a disk. As in a bucket, a second save replaces the first, and nobody ever reads half of one or none."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[bytes]) -> str:
        folder, _, last = name.rpartition("/")
        part = posixpath.join(folder, f".{uuid.uuid4().hex}-{last}")
        for tries_left in (2, 1, 0):
            try:
                super()._save(part, content)  # type: ignore[misc]  # Django's, which its stubs leave out
                os.replace(self.path(part), self.path(name))
                return name
            except (FileNotFoundError, FileExistsError):  # the folder was deleted between its making and the file's
                if not tries_left:
                    raise
            finally:
                Path(self.path(part)).unlink(missing_ok=True)
        raise AssertionError("unreachable")


class PrivateFiles(DiskFiles):
    """The private bucket on a laptop: files without an address. Pages reach them through a view that asks who looks."""

    directory_permissions_mode = 0o700  # nobody else on this machine

    def _save(self, name: str, content: File[bytes]) -> str:
        if settings.PRIVATE_FILES_BY == "x-accel":
            # The folder of all of them keeps others out and a proxy's group comes in (docs/machines.md). Those below inherit the
            # group and its bit only where no mode is set: chmod by whoever is not of the group would take the bit away.
            self.directory_permissions_mode = None  # type: ignore[assignment]
            Path(self.location).mkdir(mode=0o750, parents=True, exist_ok=True)
        return super()._save(name, content)

    def url(self, name: str | None) -> str:
        raise ValueError("private files have no public address")


def private() -> Storage:
    """Photos, adapters, covers: no address at all; pages read them through views that ask who looks."""
    return storages["default"]


def public() -> Storage:
    """Published copies only."""
    return storages["public"]


def save_all(storage: Storage, files: Mapping[str, bytes]) -> None:
    """Write files under their exact keys, replacing what a dead try left there. Raises StorageError."""
    with _store_errors():
        for key, content in files.items():
            storage.save(key, ContentFile(content))


def delete_all(storage: Storage, keys: Iterable[str]) -> None:
    """Best effort: what cannot be deleted is logged, and nothing depends on it."""
    for key in keys:
        try:
            storage.delete(key)
        except Exception:
            logger.exception("object not deleted key=%s", key)


def delete_below(storage: Storage, prefix: str) -> int:
    """Delete everything whose key begins with a folder's name: every version, half an upload too. Returns how many.

    Done again and again until nothing is listed, also on stores that know no versions. Raises StorageError, after which some
    may be left.
    """
    from albumsite.media.emptying import empty_folder

    if not prefix.endswith("/"):
        raise ValueError(f"{prefix}: a folder's name ends with a slash")
    bucket = getattr(storage, "bucket", None)
    if bucket is None:
        return _delete_folder(cast(FileSystemStorage, storage), prefix)
    with _store_errors():
        return empty_folder(bucket, prefix)


def _delete_folder(storage: FileSystemStorage, prefix: str) -> int:
    """While others write into it or delete it as well. What comes after the last look is theirs to take back."""
    count = 0
    with _store_errors():
        for here, _folders, names in os.walk(storage.path(prefix), topdown=False):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(here, name))
                    count += 1
            try:
                os.rmdir(here)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.ENOENT):
                    raise
    return count


def ensure_buckets() -> None:
    """Make the buckets that are missing, where the store lets us. Raises StorageError when one cannot be reached or made."""
    from botocore.exceptions import ClientError

    for storage in (private(), public()):
        bucket = getattr(storage, "bucket_name", None)
        if bucket is None:
            continue  # folders are made with the first file
        client = storage.connection.meta.client  # type: ignore[attr-defined]
        with _store_errors():
            try:
                client.head_bucket(Bucket=bucket)
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
                    raise
                client.create_bucket(Bucket=bucket)
                logger.info("bucket made bucket=%s", bucket)


@contextlib.contextmanager
def _errors_of(key: str) -> Iterator[None]:
    """As `_store_errors`, and ObjectMissing where the answer is that there is no such object."""
    from botocore.exceptions import ClientError

    with _store_errors():
        try:
            yield
        except FileNotFoundError as error:
            raise ObjectMissing(key) from error
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NoSuchBucket"):
                raise ObjectMissing(key) from error
            raise


def read(storage: Storage, key: str) -> bytes:
    """The whole file, in one call of the store. Raises ObjectMissing, StorageError."""
    return b"".join(chunks(storage, key))


def chunks(storage: Storage, key: str) -> Iterator[bytes]:
    """A file of any size, piece by piece, never whole in memory. Raises ObjectMissing, StorageError."""
    with _errors_of(key):
        yield from _pieces(storage, key)


def cache_control(storage: Storage, key: str) -> str:
    """What caches are told of an object in a bucket, "" if nothing. Raises ObjectMissing, StorageError."""
    bucket = storage.bucket  # type: ignore[attr-defined]
    with _errors_of(key):
        return bucket.Object(posixpath.join(storage.location, key)).cache_control or ""  # type: ignore[attr-defined]


def public_telling(cache_control: str) -> Storage:
    """The public bucket, to write objects of which caches are told this."""
    own = settings.STORAGES["public"]
    options = cast(dict[str, Any], own["OPTIONS"])
    told = {**options.get("object_parameters", {}), "CacheControl": cache_control}
    return storages.create_storage({**own, "OPTIONS": {**options, "object_parameters": told}})


def _pieces(storage: Storage, key: str) -> Iterator[bytes]:
    bucket = getattr(storage, "bucket", None)
    if bucket is None:
        with storage.open(key) as file:
            yield from file.chunks(CHUNK_BYTES)
    else:  # its own file object would read all into memory first
        whole_key = posixpath.join(storage.location, key)  # type: ignore[attr-defined]
        body = bucket.Object(whole_key).get()["Body"]
        with contextlib.closing(body):
            yield from body.iter_chunks(CHUNK_BYTES)


def names_below(storage: Storage, prefix: str) -> list[str]:
    """All files below a folder, relative to it, in order. Raises StorageError."""
    with _store_errors():
        try:
            folders, files = storage.listdir(prefix)
        except (FileNotFoundError, NotADirectoryError):
            return []
    below = [f"{folder}/{name}" for folder in folders for name in names_below(storage, f"{prefix}/{folder}")]
    return sorted([*(name for name in files if name), *below])


@dataclass(frozen=True)
class Listed:
    """One object as its store lists it. changed_at: seconds since 1970."""

    key: str
    size: int
    changed_at: float


def listed(storage: Storage, prefix: str = "", *, after: str = "") -> Iterator[Listed]:
    """Every object below a folder, page by page, never all at once, in an order that stays. Raises StorageError.

    after: a key that was listed before: what came up to it is left out.
    """
    bucket = getattr(storage, "bucket", None)
    with _store_errors():
        if bucket is None:
            yield from _listed_files(cast(FileSystemStorage, storage), prefix, after)
            return
        pages = bucket.meta.client.get_paginator(
            "list_objects_v2"
        )  # the first version's pages begin anew on some stores
        for page in pages.paginate(Bucket=bucket.name, Prefix=prefix, **({"StartAfter": after} if after else {})):
            for one in page.get("Contents", ()):
                yield Listed(one["Key"], one["Size"], one["LastModified"].timestamp())


def _listed_files(storage: FileSystemStorage, prefix: str, after: str) -> Iterator[Listed]:
    """Folder by folder, each one's own files first; folders that were done before `after` are not looked into."""
    root = Path(storage.path("")).absolute()
    done = Path(after).parts if after else ()
    for folder, folders, names in os.walk(root / prefix):
        here = Path(folder).relative_to(root).parts
        is_on_the_way = bool(done) and done[: len(here)] == here and len(done) > len(here)
        last = done[len(here)] if is_on_the_way else ""
        is_in_a_folder = is_on_the_way and len(done) > len(here) + 1
        folders[:] = sorted(name for name in folders if not is_in_a_folder or name >= last)
        for name in sorted(names):
            if is_in_a_folder or (last and name <= last):
                continue
            path = Path(folder) / name
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                found = path.stat()
                yield Listed(str(path.relative_to(root)), found.st_size, found.st_mtime)


def exists(storage: Storage, key: str) -> bool:
    """Whether there is an object under exactly this key; a folder is none. Raises StorageError."""
    with _store_errors():
        folder, _, name = key.rpartition("/")
        return name in storage.listdir(folder)[1] if storage.exists(key) else False


def save_file(storage: Storage, key: str, path: Path) -> None:
    """Upload a file of any size under its exact key, replacing what was there. Raises StorageError."""
    with _store_errors(), path.open("rb") as file:
        storage.save(key, File(file))


def attachment(filename: str) -> str:
    """A Content-Disposition header that saves under this name, in any script (RFC 6266)."""
    from django.utils.http import content_disposition_header

    return content_disposition_header(as_attachment=True, filename=filename) or ""


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
