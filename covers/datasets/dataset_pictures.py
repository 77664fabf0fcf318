"""Reading the files of a set: what each one really is, a few at a time, never all in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from PIL import Image

from albumsite.media import storage
from covers.datasets.selection import PictureCandidate

READERS = 4
"""Threads that read files: an object store answers many at once. They touch no database."""

FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
MAGIC = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"RIFF", "webp"))

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class DatasetPicture:
    """A candidate whose file was read and is whole. extension: what its bytes are, whatever its key says."""

    candidate: PictureCandidate
    sha256: str
    size_bytes: int
    width: int
    height: int
    extension: str


@dataclass(frozen=True)
class FaultyPicture:
    """A candidate that is left out. reason: "missing" or "corrupt"."""

    candidate: PictureCandidate
    reason: str


def read_key(key: str) -> bytes:
    """The whole file. Raises ObjectMissing, StorageError."""
    return b"".join(storage.chunks(storage.private(), key))


def examine(candidate: PictureCandidate) -> DatasetPicture | FaultyPicture:
    """Read and judge one file. Raises StorageError when the store does not answer: that is no fault of the picture."""
    try:
        content = read_key(candidate.key)
    except storage.ObjectMissing:
        return FaultyPicture(candidate, "missing")
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
            (width, height), extension = image.size, FORMATS[str(image.format)]
            image.verify()  # of a PNG each checksum; a JPEG is known by its row's hash
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return FaultyPicture(candidate, "corrupt")
    if candidate.sha256 not in ("", sha256):
        return FaultyPicture(candidate, "corrupt")
    return DatasetPicture(candidate, sha256, len(content), width, height, extension)


def extension_of(content: bytes) -> str:
    """By its first bytes; of what `examine` has let in."""
    return next(name for magic, name in MAGIC if content.startswith(magic))


def in_order(work: Callable[[ItemT], ResultT], items: Iterable[ItemT]) -> Iterator[ResultT]:
    """The results in the order of the items, worked out by a few threads, a few at a time."""
    rest = iter(items)
    with ThreadPoolExecutor(READERS, thread_name_prefix="pictures") as pool:
        while batch := list(islice(rest, 4 * READERS)):
            yield from pool.map(work, batch)
