"""Models of the private bucket, on this machine: fetched once, checked by SHA-256, the least used given up for room."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import shutil
import stat
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from filelock import FileLock

from albumsite.errors import EngineError, StorageError
from albumsite.media import storage
from albumsite.processes.waiting import telling
from covers.registry.manifests import (
    FileEntry,
    hash_file,
    is_as_listed,
    kept_names,
    manifest_of,
    manifest_sha256,
    total_bytes,
)

logger = logging.getLogger(__name__)

IN_USE_SECONDS = 15 * 60
"""An entry used this lately stays: a worker may be reading it."""
PERSONAL = "personal"
"""Folder of adapters of people's faces."""
FORGOTTEN_SECONDS = 24 * 3600
"""A part-file this old belongs to a worker that died."""
SPARE_BYTES = 256 * 1024**2
"""What a fetch leaves free on the disk: the database and the queue may live there too."""


@dataclass(frozen=True)
class StoredModel:
    """A model in the private bucket. key: of its one file, or of the folder that `files` lie in.

    sha256: of the file, or of the manifest (`manifests.manifest_sha256`); it is also its name in the cache, so the same
    file under two keys is kept once.
    """

    key: str
    sha256: str
    files: tuple[FileEntry, ...]

    @property
    def is_single_file(self) -> bool:
        return len(self.files) == 1 and not self.files[0].name

    @property
    def is_personal(self) -> bool:
        """Whether it is of somebody's face: kept apart, and gone when the face is."""
        return self.key.startswith("faces/")

    @classmethod
    def single_file(cls, key: str, sha256: str, size_bytes: int) -> StoredModel:
        """One file, such as an adapter."""
        return cls(key, sha256, (FileEntry("", size_bytes, sha256),))


def local_copy(model: StoredModel) -> Path:
    """The file or folder on this machine, fetched if it is not here yet. Two processes may ask at once: one fetches.

    Raises EngineError: "site:storage" when the store does not answer (a later try may work), "engine:model-missing" when
    the object is not there, "engine:model-broken" when it is not what its SHA-256 says, "engine:no-disk".
    """
    place = _place_of(model)
    if not is_as_listed(place, model.files):
        with _alone(model.sha256):
            if not is_as_listed(place, model.files):  # the other process may have brought it meanwhile
                _fetch(model, place)
    with contextlib.suppress(OSError):
        os.utime(place)  # its time of use: what `make_room` goes by
    return place


def download(key: str, place: Path) -> FileEntry:
    """One object to one file; a nameless entry with what arrived. Raises StorageError, OSError."""
    digest, size = hashlib.sha256(), 0
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        for chunk in storage.chunks(storage.private(), key):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return FileEntry("", size, digest.hexdigest())


def adopt(key: str) -> tuple[Path, tuple[FileEntry, ...]]:
    """A model of the private bucket whose fingerprint nobody knows yet: its path on this machine, and its manifest.

    Files that no checkpoint is made of are left in the bucket. Raises BadModel and what `local_copy` raises.
    """
    with _alone(hashlib.sha256(key.encode()).hexdigest()), _told(key):
        is_file = storage.exists(storage.private(), key)
        names = [""] if is_file else kept_names(storage.names_below(storage.private(), key))
        if not names:
            raise EngineError("engine:model-missing", f"{key}: nothing there in the private bucket")
        part = _root() / "parts" / f"new-{uuid.uuid4().hex}"
        make_room()
        try:
            for name in names:
                download(f"{key}/{name}" if name else key, part / name if name else part)
            entries = manifest_of(part)
            place = _place_of(StoredModel(key, manifest_sha256(entries), entries))
            _delete(place)
            os.replace(part, place)
        finally:
            _delete(part)
    return place, entries


def make_room(for_bytes: int = 0) -> None:
    """Delete the least lately used models until the cache with `for_bytes` more keeps to MODEL_CACHE_GIB and the disk."""
    with _alone("room"):
        _make_room(for_bytes)


def _make_room(for_bytes: int) -> None:
    """Entries may go meanwhile all the same: a model that is not whole is deleted before it is fetched again."""
    delete_forgotten_parts()
    used_at = {path: at for path in _models_folder().iterdir() if (at := _used_at(path)) is not None}
    limit = settings.MODEL_CACHE_GIB * 1024**3
    total = sum(map(_size_of, used_at)) + for_bytes
    for path in sorted(used_at, key=used_at.__getitem__):
        has_disk = shutil.disk_usage(_root()).free >= for_bytes + SPARE_BYTES
        if (total <= limit and has_disk) or time.time() - (_used_at(path) or 0) < IN_USE_SECONDS:
            return
        total -= _size_of(path)
        _delete(path)
        logger.info("model left the cache name=%s", path.name)


def _fetch(model: StoredModel, place: Path) -> None:
    size = total_bytes(model.files)
    with _told(model.key):
        make_room(size)
        if shutil.disk_usage(_root()).free < size + SPARE_BYTES:
            raise OSError(errno.ENOSPC, f"{size} bytes are needed, and {SPARE_BYTES} must stay free")
        part = _root() / "parts" / (f"{PERSONAL}-{model.sha256}" if model.is_personal else model.sha256)
        for entry in model.files:
            _fetch_file(model, entry, part)
        _delete(place)  # there, but not whole
        os.replace(part, place)
    logger.info("model fetched key=%s bytes=%d", model.key, size)


@contextlib.contextmanager
def _told(key: str) -> Iterator[None]:
    """What the store and the disk raise, as errors that a request can carry."""
    try:
        yield
    except storage.ObjectMissing as error:
        raise EngineError("engine:model-missing", f"{key}: not in the private bucket") from error
    except StorageError as error:
        raise EngineError("site:storage", f"{key}: {error}") from error
    except OSError as error:
        message_id = "engine:no-disk" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "engine:model-missing"
        raise EngineError(message_id, f"{key}: {error}") from error


def _fetch_file(model: StoredModel, entry: FileEntry, part: Path) -> None:
    """One file into the part folder; those that a worker fetched before it died are not fetched again."""
    file = part / entry.name if entry.name else part
    if is_as_listed(file, [FileEntry("", entry.size_bytes, "")]) and hash_file(file) == entry.sha256:
        return
    key = f"{model.key}/{entry.name}" if entry.name else model.key
    got = download(key, file)
    if got.sha256 != entry.sha256:
        _delete(part)
        raise EngineError(
            "engine:model-broken",
            f"{key}: {got.size_bytes} bytes with SHA-256 {got.sha256}, not {entry.sha256}",
        )
    with file.open("rb") as stream:
        os.fsync(stream.fileno())  # a whole name over half a file, after the power went, would look like a model


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process of this machine at a time; freed by the system when its holder dies."""
    folder = _root() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / name)
    with telling("Waiting for another process of this machine that fetches or looks through models …"):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _root() -> Path:
    root = Path(settings.MODEL_CACHE_DIR)
    for name in ("models", "parts", PERSONAL):
        (root / name).mkdir(parents=True, exist_ok=True)
    return root


def _models_folder() -> Path:
    return _root() / "models"


def drop_personal(but: Callable[[], Collection[str]] = frozenset) -> int:
    """Delete the adapters of faces from this machine, all but those with the SHA-256 that `but` names. Returns how many.

    It is asked after the folder was looked at: an adapter is recorded before it can be fetched, so one that came meanwhile is
    on neither list. One that is just being read by an engine stays in its memory for the picture that it draws, and no longer.
    """
    files = [*_personal_folder().iterdir(), *(_root() / "parts").glob(f"{PERSONAL}-*")]
    kept = but()
    doomed = [path for path in files if path.name.removeprefix(f"{PERSONAL}-").partition(".")[0] not in kept]
    for path in doomed:
        _delete(path)
    return len(doomed)


def _personal_folder() -> Path:
    return _root() / PERSONAL


def _place_of(model: StoredModel) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", model.sha256) or not model.files:
        raise EngineError("engine:model-broken", f"{model.key}: its SHA-256 is not known; it must be verified first")
    folder = _personal_folder() if model.is_personal else _models_folder()
    return folder / (f"{model.sha256}.safetensors" if model.is_single_file else model.sha256)


def _used_at(path: Path) -> float | None:
    """Seconds since 1970; None when it is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _size_of(path: Path) -> int:
    """Bytes; what is gone by now has none."""
    size = 0
    for file in [path] if path.is_file() else path.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            found = file.stat()
            size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return size


def _delete(path: Path) -> None:
    """Out of sight in one move, then gone: nobody finds half a folder."""
    doomed = _root() / "parts" / f"doomed-{uuid.uuid4().hex}"
    try:
        os.replace(path, doomed)
    except FileNotFoundError:  # it was not there, or another process was quicker
        return
    if doomed.is_dir():
        shutil.rmtree(doomed, ignore_errors=True)
    else:
        doomed.unlink(missing_ok=True)


def delete_forgotten_parts() -> int:
    """Half a model that a dead worker was fetching. Returns how many."""
    count = 0
    for path in (_root() / "parts").iterdir():
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > FORGOTTEN_SECONDS:
                _delete(path)
                count += 1
    return count
