"""A folder of pictures, each with a .json file of the same name beside it that says what it is."""

from __future__ import annotations

import hashlib
import os
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

from covers.albums.album_contract import RowProblem, RowRefused, SourceError, SourceRow
from covers.albums.json_source import values_of
from covers.albums.safe_files import read_below
from covers.albums.source_files import decoded

PICTURE_SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif"))
MAX_SIDECAR_BYTES = 1 << 20


class FolderSource:
    """A Source. Positions count pictures, in the order of their names; links are not followed."""

    unit = " pictures"

    def __init__(self, path: Path) -> None:
        self.folder, self.name = path, path.resolve().name
        digest, self.total = hashlib.sha256(), 0
        for name in pictures_below(path):
            for one in (name, *sidecars_of(name)):
                digest.update(_state(path, one).encode("utf-8", "surrogateescape"))
            self.total += 1
        if not self.total:
            raise SourceError(f"{path}: there are no pictures in this folder, and no metadata.csv or metadata.jsonl")
        self.sha256 = digest.hexdigest()

    def records(self, position: int, number: int) -> Iterator[SourceRow]:
        for place, name in enumerate(pictures_below(self.folder), 1):
            if place <= position:
                continue
            number += 1
            try:
                values = {**self._sidecar(name), "image": name}
            except RowRefused as problem:
                yield SourceRow(number, place, {}, problem)
            else:
                yield SourceRow(number, place, values)

    def _sidecar(self, name: str) -> dict[str, str]:
        for sidecar in sidecars_of(name):
            try:
                content = read_below(self.folder, sidecar, MAX_SIDECAR_BYTES)
            except RowRefused as refused:
                if refused.reason is not RowProblem.NO_FILE:
                    raise
            else:
                text, is_whole = decoded(content.removeprefix(BOM_UTF8), "utf-8")
                return values_of(text, is_whole=is_whole)
        raise RowRefused(RowProblem.NO_SIDECAR, name)


def sidecars_of(name: str) -> tuple[str, str]:
    """cover.json and cover.jpg.json for cover.jpg."""
    return f"{name.rpartition('.')[0]}.json", f"{name}.json"


def _state(folder: Path, name: str) -> str:
    """What tells whether a file is still the same, without reading it."""
    try:
        found = (folder / name).lstat()
    except FileNotFoundError:
        return f"{name}\n"
    return f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n"


def pictures_below(folder: Path, below: str = "") -> Iterator[str]:
    """Paths relative to the folder, always in the same order; in memory are the names of one folder at a time."""
    with os.scandir(folder / below) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries if not entry.is_symlink())
    for name, is_folder in found:
        if is_folder:
            yield from pictures_below(folder, f"{below}{name}/")
        elif Path(name).suffix.lower() in PICTURE_SUFFIXES:
            yield f"{below}{name}"
