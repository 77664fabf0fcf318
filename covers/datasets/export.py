"""A set as files that other tools read: webdataset shards and a manifest. The same set gives the same bytes.

webdataset: tar archives in which the files of one sample share a name up to the first dot. Written to a folder beside the
wished one and moved into place when all is there, so what has the wished name is always whole.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import shutil
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from albumsite.media import storage
from covers.datasets.dataset_pictures import extension_of, in_order
from covers.datasets.frozen_files import PermittedItem, content_of, permitted
from covers.datasets.manifest import canonical
from covers.models import Dataset, DatasetItem

SHARD_SAMPLES = 1000
MANIFEST = "manifest.json"


class ExportRefused(Exception):
    """One clear line for whoever asked."""


@dataclass
class ShardSample:
    """One name in a shard, and its files by what follows the name's dot."""

    name: str
    files: dict[str, bytes]


@dataclass
class ExportedDataset:
    """shards: name, hash, bytes and samples of each file, in order."""

    shards: list[dict[str, Any]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def export_dataset(dataset: Dataset, folder: Path, on_sample: Callable[[], None] = lambda: None) -> ExportedDataset:
    """Write the set to `folder`; an earlier export of the same set there is replaced.

    Pictures that may not be learnt from any more are left out and counted. Raises ExportRefused, StorageError.
    """
    folder = folder.absolute()
    _refuse_other(dataset, folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.part")
    with _alone(part):
        exported = _written(dataset, part, on_sample)
        _move(part, folder)
    return exported


def _refuse_other(dataset: Dataset, folder: Path) -> None:
    if not folder.exists():
        return
    try:
        there = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["manifest_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ExportRefused(f"{folder} is there and is not an exported set; choose another name") from None
    if there != dataset.manifest_sha256:
        raise ExportRefused(f"{folder} holds another set; choose another name")


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Hold the folder that is written to, emptied of what a killed run left. Raises ExportRefused."""
    part.mkdir(exist_ok=True)
    held = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(held).st_ino != part.stat().st_ino:
            raise FileNotFoundError(part)  # the other one has just moved it into place: this is its finished set
        for path in part.iterdir():
            path.unlink()
        yield
    except (BlockingIOError, FileNotFoundError):
        raise ExportRefused("another export to this folder is running; try again") from None
    finally:
        os.close(held)


def _move(part: Path, folder: Path) -> None:
    """A folder cannot be replaced in one step: killed between the two, the next run begins again."""
    before = folder.with_name(f".{folder.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        os.replace(folder, before)
    os.replace(part, folder)
    shutil.rmtree(before, ignore_errors=True)


def _written(dataset: Dataset, folder: Path, on_sample: Callable[[], None]) -> ExportedDataset:
    exported = ExportedDataset()
    groups: dict[str, Callable[[PermittedItem], bool]] = {
        "train": lambda one: one.item.pair is None and not one.item.is_held_out,
        "held-out": lambda one: one.item.pair is None and one.item.is_held_out,
        "pairs": lambda one: one.item.pair is not None and not one.item.is_held_out,
        "held-out-pairs": lambda one: one.item.pair is not None and one.item.is_held_out,
    }
    for name, belongs in groups.items():
        rows = (one for one in permitted(dataset) if belongs(one))
        read = in_order(lambda one: (one.item, content_of(one)), rows)
        samples = (_pairs if name.endswith("pairs") else _images)(read, exported.left_out)
        _write_shards(name, samples, folder, exported, on_sample)
    (folder / MANIFEST).write_bytes(canonical(_manifest(dataset, exported)))
    return exported


def _images(read: Iterator[tuple[DatasetItem, bytes | str]], left_out: Counter[str]) -> Iterator[ShardSample]:
    for item, content in read:
        if isinstance(content, str):
            left_out[content] += 1
            continue
        files = {extension_of(content): content, "txt": item.caption.encode(), "json": canonical(_about(item))}
        yield ShardSample(item.sha256, files)


def _pairs(read: Iterator[tuple[DatasetItem, bytes | str]], left_out: Counter[str]) -> Iterator[ShardSample]:
    """The preferred one comes first; one that is left out takes the other with it."""
    for _number, rows in groupby(read, lambda row: row[0].pair):
        (first, chosen), (second, rejected) = rows
        left_out.update(reason for reason in (chosen, rejected) if isinstance(reason, str))
        if isinstance(chosen, str) or isinstance(rejected, str):
            continue
        about = {"chosen": _about(first), "rejected": _about(second)}
        files = {
            f"chosen.{extension_of(chosen)}": chosen,
            f"rejected.{extension_of(rejected)}": rejected,
            "txt": first.caption.encode(),
            "json": canonical(about),
        }
        yield ShardSample(f"{first.pair:08d}", files)


def _about(item: DatasetItem) -> dict[str, Any]:
    return {
        "source": "album" if item.album_id else "cover",
        "source_pk": str(item.source_pk),
        "sha256": item.sha256,
        "role": item.role,
        "caption": item.caption,
        "half_stars": item.half_stars,
        "is_held_out": item.is_held_out,
    }


def _write_shards(
    name: str, samples: Iterator[ShardSample], folder: Path, exported: ExportedDataset, on_sample: Callable[[], None]
) -> None:
    number, count = 0, SHARD_SAMPLES
    while count == SHARD_SAMPLES:
        path, count = folder / f"{name}-{number:06d}.tar", 0
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as shard:
            for sample in islice(samples, SHARD_SAMPLES):
                _add(shard, sample)
                count += 1
                on_sample()
        if not count:
            path.unlink()
            return
        exported.shards.append(
            {"name": path.name, "sha256": storage.sha256_of(path), "size_bytes": path.stat().st_size, "samples": count}
        )
        number += 1


def _add(shard: tarfile.TarFile, sample: ShardSample) -> None:
    """Without owner and time: they would make two exports of one set differ."""
    for extension, content in sample.files.items():
        entry = tarfile.TarInfo(f"{sample.name}.{extension}")
        entry.size, entry.mode, entry.mtime = len(content), 0o644, 0
        shard.addfile(entry, io.BytesIO(content))


def _manifest(dataset: Dataset, exported: ExportedDataset) -> dict[str, Any]:
    return {
        "dataset": str(dataset.pk),
        "week": dataset.week,
        "base_key": dataset.base_key,
        "manifest_sha256": dataset.manifest_sha256,
        "query": dataset.query,
        "counts": dataset.counts,
        "left_out": dict(exported.left_out),
        "shards": exported.shards,
    }
