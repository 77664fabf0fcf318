"""A picture that came with a row: decoded in a bounded child, compared with those that are there, stored by its content."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from albumsite.media import storage
from albumsite.media.decoding import MAX_UPLOAD_BYTES
from albumsite.processes.picture_answers import is_jpeg, unpacked
from albumsite.processes.sandbox import Bounded, ChildBusy, ChildDied, ChildTooSlow, StemFailed
from covers.albums.album_contract import RowProblem, RowRefused
from covers.models import Album
from covers.models.albums import ALBUM_NEAR_BITS
from covers.object_keys import album_key

logger = logging.getLogger(__name__)

AT_ONCE = os.cpu_count() or 1
CHILDREN = Bounded("covers.albums.picture_decoding", at_once=AT_ONCE, wait_seconds=120)
MASK = 2**64 - 1


class PicturesUnavailable(Exception):
    """No child can be made to look at pictures; nothing is wrong with the picture."""


@dataclass(frozen=True)
class KeptPicture:
    """A picture that can be kept. content: a JPEG; sha256: its hash; original_sha256: of the file as it came."""

    content: bytes
    sha256: str
    original_sha256: str
    fingerprint: int
    width: int
    height: int

    @property
    def storage_key(self) -> str:
        return album_key(self.sha256)


def look(content: bytes) -> KeptPicture:
    """Decode a file. Thread-safe. Raises RowRefused, PicturesUnavailable."""
    if len(content) > MAX_UPLOAD_BYTES:
        raise RowRefused(RowProblem.TOO_LARGE)
    try:
        return unpacked(CHILDREN.run(content), lambda found, picture: _kept(found, picture, content))
    except ChildTooSlow as error:
        raise RowRefused(RowProblem.TOO_SLOW) from error
    except ChildDied as error:
        raise RowRefused(RowProblem.DAMAGED) from error
    except (ChildBusy, StemFailed) as error:
        raise PicturesUnavailable from error


def _kept(found: Mapping[str, Any], picture: bytes, original: bytes) -> KeptPicture:
    """Raises RowRefused, and what `unpacked` takes for no answer."""
    if problem := found.get("problem"):
        raise RowRefused(RowProblem(problem))
    width, height, fingerprint = int(found["width"]), int(found["height"]), int(found["fingerprint"])
    if not is_jpeg(picture) or not -(2**63) <= fingerprint < 2**63 or min(width, height) < 1:
        raise ValueError("incomplete answer")
    sha256, original_sha256 = (hashlib.sha256(content).hexdigest() for content in (picture, original))
    return KeptPicture(picture, sha256, original_sha256, fingerprint, width, height)


@dataclass
class DuplicateIndex:
    """What is there already: the stored pictures, and those of a batch that is not committed yet."""

    _waiting: dict[str, tuple[int, str]] = field(default_factory=dict)
    """sha256 → fingerprint and name"""

    def take(self, looked: KeptPicture, name: str) -> None:
        """Store a new picture's file: it comes before its row. Raises RowRefused for one that is there, StorageError."""
        self._compare_with_waiting(looked)
        if there := Album.objects.filter(sha256=looked.sha256).first():
            raise RowRefused(RowProblem.DUPLICATE_PICTURE, f"{there} ({there.pk})")
        if there := next(iter(Album.objects.near(looked.fingerprint)), None):
            raise RowRefused(RowProblem.NEAR_DUPLICATE, f"{there} ({there.pk})")
        storage.save_all(storage.private(), {looked.storage_key: looked.content})
        self._waiting[looked.sha256] = looked.fingerprint, name

    def _compare_with_waiting(self, looked: KeptPicture) -> None:
        if looked.sha256 in self._waiting:
            raise RowRefused(RowProblem.DUPLICATE_PICTURE, self._waiting[looked.sha256][1])
        for fingerprint, name in self._waiting.values():
            if ((fingerprint ^ looked.fingerprint) & MASK).bit_count() <= ALBUM_NEAR_BITS:
                raise RowRefused(RowProblem.NEAR_DUPLICATE, name)
