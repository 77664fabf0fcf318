"""Opening a frozen set: what may still be learnt from, with files that are what the manifest says.

A set stays as it was made; the permission is asked for again each time. What was deleted, hidden or withdrawn since is
left out and counted, so a training repeated later may see less, and says how much.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db.models import F, QuerySet

from albumsite.media import storage
from covers.datasets.dataset_pictures import extension_of, in_order, read_key
from covers.datasets.selection import CHUNK_ROWS, learnable_covers, picture_key
from covers.models import Album, Dataset, DatasetItem
from covers.training.training_contract import CaptionedImage, PreferencePair

FETCHED = re.compile(r"[0-9a-f]{64}\.(png|jpg|webp|[0-9a-f]{32}\.part)")


@dataclass(frozen=True)
class OpenedDataset:
    """A set on this machine. left_out: reason → how many pictures of it are not: "deleted", "withdrawn", "missing", "changed".

    A pair of which one picture is left out is left out whole.
    """

    images: tuple[CaptionedImage, ...]
    held_out: tuple[CaptionedImage, ...]
    pairs: tuple[PreferencePair, ...]
    held_out_pairs: tuple[PreferencePair, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


class FetchedItem(NamedTuple):
    item: DatasetItem
    path: Path


class PermittedItem(NamedTuple):
    """A row of the set that may be learnt from now, and the key of its file; or why not."""

    item: DatasetItem
    key: str
    reason: str = ""


def open_dataset(dataset: Dataset, folder: Path) -> OpenedDataset:
    """Fetch the set's pictures into `folder`, one file for each content. Goes on where a killed run stopped.

    Pictures of the folder that do not belong to the set any more are deleted from it. Raises StorageError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    left_out: Counter[str] = Counter()
    here: dict[str, Path] = {}
    whole: list[FetchedItem] = []
    for one, path in in_order(lambda one: (one, _fetched(one, folder)), permitted(dataset)):
        if isinstance(path, Path):
            here[path.name] = path
            whole.append(FetchedItem(one.item, path))
        else:
            left_out[path] += 1
    for path in folder.iterdir():
        if FETCHED.fullmatch(path.name) and path.name not in here:
            path.unlink()
    return _opened(whole, dict(left_out), float(dataset.query["half_stars_min"]))


def permitted(dataset: Dataset) -> Iterator[PermittedItem]:
    """Every row of the set in its own order, a few at a time, each looked at as things are now."""
    rows = ordered(dataset).iterator(chunk_size=CHUNK_ROWS)
    while batch := list(islice(rows, CHUNK_ROWS)):
        yield from _looked_at(batch)


def ordered(dataset: Dataset) -> QuerySet[DatasetItem]:
    """Pictures by their primary key, then pairs by their number, the preferred one first."""
    by_number = F("pair").asc(nulls_first=True)
    return DatasetItem.objects.filter(dataset=dataset).order_by(by_number, "role", "source_pk")


def _looked_at(batch: list[DatasetItem]) -> Iterator[PermittedItem]:
    covers = learnable_covers().in_bulk({item.cover_id for item in batch if item.cover_id})
    albums = Album.objects.to_learn_from().in_bulk({item.album_id for item in batch if item.album_id})
    for item in batch:
        cover, album = covers.get(item.cover_id), albums.get(item.album_id)
        if cover is not None:
            yield PermittedItem(item, picture_key(cover))
        elif album is not None:
            yield PermittedItem(item, album.storage_key)
        else:
            is_gone = item.cover_id is None and item.album_id is None
            yield PermittedItem(item, "", "deleted" if is_gone else "withdrawn")


def content_of(one: PermittedItem) -> bytes | str:
    """The picture's bytes, or why it is left out. Raises StorageError when the store does not answer."""
    if one.reason:
        return one.reason
    try:
        content = read_key(one.key)
    except storage.ObjectMissing:
        return "missing"
    return content if hashlib.sha256(content).hexdigest() == one.item.sha256 else "changed"


def _fetched(one: PermittedItem, folder: Path) -> Path | str:
    """The file in the folder, or why there is none. Written beside and moved into place, so a file there is a whole one."""
    if one.reason:
        return one.reason
    for extension in ("png", "jpg", "webp"):
        path = folder / f"{one.item.sha256}.{extension}"
        if path.is_file() and storage.sha256_of(path) == one.item.sha256:
            return path
    content = content_of(one)
    if isinstance(content, str):
        return content
    path = folder / f"{one.item.sha256}.{extension_of(content)}"
    beside = path.with_suffix(f".{one.item.pk.hex}.part")  # two rows of one content may be fetched at once
    beside.write_bytes(content)
    beside.replace(path)
    return path


def _opened(whole: list[FetchedItem], left_out: dict[str, int], half_stars_min: float) -> OpenedDataset:
    alone = [one for one in whole if one.item.pair is None]
    chosen = [one for one in whole if one.item.role == DatasetItem.Role.CHOSEN]
    rejected = {one.item.pair: one for one in whole if one.item.role == DatasetItem.Role.REJECTED}
    pairs = [(one, rejected[one.item.pair]) for one in chosen if one.item.pair in rejected]
    return OpenedDataset(
        images=tuple(_image(one, half_stars_min) for one in alone if not one.item.is_held_out),
        held_out=tuple(_image(one, half_stars_min) for one in alone if one.item.is_held_out),
        pairs=tuple(_pair(*pair) for pair in pairs if not pair[0].item.is_held_out),
        held_out_pairs=tuple(_pair(*pair) for pair in pairs if pair[0].item.is_held_out),
        left_out=left_out,
    )


def _image(one: FetchedItem, half_stars_min: float) -> CaptionedImage:
    """Seen once for the least rating, and once more for each half star above it; an album's picture, which nobody rated, once."""
    rating = one.item.half_stars
    weight = 1.0 if rating is None else max(1.0, rating - half_stars_min + 1)
    return CaptionedImage(path=one.path, caption=one.item.caption, sha256=one.item.sha256, weight=weight)


def _pair(chosen: FetchedItem, rejected: FetchedItem) -> PreferencePair:
    """The caption is the preferred picture's: covers of one request are drawn from one brief in different words."""
    return PreferencePair(chosen.item.caption, chosen.path, rejected.path, chosen.item.sha256, rejected.item.sha256)
