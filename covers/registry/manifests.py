"""Fingerprints: SHA-256 of a file, and of a folder by the list of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from covers.registry.hub import INDEX_FILE, PARTS
from covers.registry.sources import BadModel

CHUNK_BYTES = 1 << 20
KEPT_SUFFIXES = frozenset({".safetensors", ".json", ".txt"})
"""What the folders of a checkpoint are made of: weights, configuration, vocabularies."""
REFUSED_SUFFIXES = frozenset({".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle", ".py"})
"""Formats that run code when they are read."""


@dataclass(frozen=True)
class FileEntry:
    """One file of a model. name: with slashes, relative to the model's folder; empty when the model is this one file."""

    name: str
    size_bytes: int
    sha256: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def entries_of(stored: Iterable[dict[str, Any]]) -> tuple[FileEntry, ...]:
    return tuple(FileEntry(**entry) for entry in stored)


def hash_file(path: Path) -> str:
    """SHA-256 in hex. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def kept_names(names: Iterable[str]) -> list[str]:
    """Of a folder's files, with slashes, those that are drawn with. Raises BadModel on some that could run code.

    Read-me files, pictures and copies of the whole in one file beside the folders of its parts do not count.
    """
    seen = sorted(name for name in names if all(part and not part.startswith(".") for part in name.split("/")))
    suffixes = {name: PurePosixPath(name).suffix.lower() for name in seen}
    if refused := [name for name in seen if suffixes[name] in REFUSED_SUFFIXES]:
        raise BadModel(
            _(
                "Only safetensors are taken, and these files could run code: %(files)s. Remove them, or convert them first."
            )
            % {"files": ", ".join(refused[:5])}
        )
    return [
        name
        for name in seen
        if name == INDEX_FILE or (name.partition("/")[0] in PARTS and suffixes[name] in KEPT_SUFFIXES)
    ]


def folder_files(folder: Path) -> list[Path]:
    """The files that make up a checkpoint, in order of their names. Raises BadModel on some that could run code."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [folder / name for name in kept_names(found)]


def manifest_of(path: Path) -> tuple[FileEntry, ...]:
    """Every file of a model with its hash; one nameless entry for a single file. Reads all of it. Raises BadModel, OSError."""
    if path.is_file():
        return (FileEntry("", path.stat().st_size, hash_file(path)),)
    return tuple(
        FileEntry(file.relative_to(path).as_posix(), file.stat().st_size, hash_file(file))
        for file in folder_files(path)
    )


def manifest_sha256(entries: Sequence[FileEntry]) -> str:
    """Of one file its own hash; of several, the hash of the lines that `sha256sum` prints for them, sorted by name."""
    if len(entries) == 1 and not entries[0].name:
        return entries[0].sha256
    lines = sorted((entry.name, entry.sha256) for entry in entries)
    return hashlib.sha256("".join(f"{sha256}  {name}\n" for name, sha256 in lines).encode()).hexdigest()


def total_bytes(entries: Iterable[FileEntry]) -> int:
    return sum(entry.size_bytes for entry in entries)


def is_as_listed(path: Path, entries: Sequence[FileEntry]) -> bool:
    """Whether every file is there at its size: what can be asked at each use, where hashing 7 GB cannot."""
    try:
        return all((path / entry.name if entry.name else path).stat().st_size == entry.size_bytes for entry in entries)
    except OSError:
        return False
