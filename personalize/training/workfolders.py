"""Folders of this machine that a training works in. They hold photos of people, so they never outlive their process for long."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from django.conf import settings

from albumsite.processes import endings


def _root() -> Path:
    root = Path(settings.VAR_DIR) / "training"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def class_folder() -> Path:
    """Pictures of nobody, drawn by the base model: shared by all trainings of this machine, and kept."""
    folder = Path(settings.VAR_DIR) / "class-images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class WorkFolder:
    """The folder of one run in this process. Its name tells whose it is, see `delete_orphans`."""

    def __init__(self, run_pk: uuid.UUID) -> None:
        self.path = _root() / f"{run_pk}.{endings.identity()}"
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(mode=0o700)

    def write(self, name: str, content: bytes) -> Path:
        path = self.path / name
        path.write_bytes(content)
        return path

    def delete(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def delete_orphans() -> int:
    """Folders whose process is gone: it was killed before it could clean up. Returns how many."""
    orphans = [path for path in _root().iterdir() if not endings.lives(path.suffix[1:])]
    for path in orphans:
        shutil.rmtree(path, ignore_errors=True)
    return len(orphans)
