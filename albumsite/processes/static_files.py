"""Collecting the static files once: packing them takes seconds, and most starts of a site find them as the last one left them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

MANIFEST, NOTE = "staticfiles.json", ".collected-from"
"""Django's list of what was collected; what it was collected from, beside it."""
PACKAGES = ("django", "whitenoise", "brotli")
"""They decide what is made of a file."""


def are_collected(root: Path) -> bool:
    """Whether all is in this folder, and was made of the sources as they are now."""
    try:
        names = json.loads((root / MANIFEST).read_text())["paths"].values()
        is_of_these = (root / NOTE).read_text() == _note(root, fingerprint())
    except (OSError, ValueError):
        return False
    return is_of_these and all((root / name).exists() for name in names)


def note_sources(root: Path, sources: str) -> None:
    """After collecting. sources: `fingerprint()` of before, so that what changed meanwhile is collected the next time."""
    (root / NOTE).write_text(_note(root, sources))


def fingerprint() -> str:
    """Tells one state of all sources, and of all that makes files of them, from another."""
    told = hashlib.sha256(repr((settings.STORAGES["staticfiles"], settings.STATIC_URL)).encode())
    told.update(repr([importlib.metadata.version(package) for package in PACKAGES]).encode())
    for line in sorted(_sources()):
        told.update(f"{line}\n".encode())
    return told.hexdigest()


def _note(root: Path, sources: str) -> str:
    """With the list itself: somebody may have collected by hand since, from anything."""
    return f"{sources} {hashlib.sha256((root / MANIFEST).read_bytes()).hexdigest()}"


def _sources() -> list[str]:
    """Name, bytes and time of change of each."""
    found = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            found.append(f"{getattr(storage, 'prefix', '') or ''}/{name} {about.st_size} {about.st_mtime_ns}")
    return found
