"""The folder of this machine that a training works in. It outlives a killed process, so that the next one goes on from it."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from django.conf import settings

from covers.models import Retraining


def _root() -> Path:
    root = Path(settings.VAR_DIR) / "learning"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


class TrainingFolder:
    """Of one training, whoever works at it. Making one clears away those of trainings that have ended."""

    def __init__(self, retraining_pk: uuid.UUID) -> None:
        delete_ended()
        self.path = _root() / str(retraining_pk)
        self.path.mkdir(mode=0o700, exist_ok=True)

    @property
    def pictures(self) -> Path:
        """People's covers: here only while somebody learns from them."""
        return self.path / "pictures"

    def checkpoints(self) -> list[Path]:
        return sorted(self.path.glob("checkpoint*"))

    def delete_pictures(self) -> None:
        shutil.rmtree(self.pictures, ignore_errors=True)

    def delete(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def delete_ended() -> int:
    """Folders whose training is over, or not known here. Returns how many."""
    there = list(_root().iterdir())  # before the rows are asked: a training that is begun meanwhile is on neither list
    active = {str(pk) for pk in Retraining.objects.active().values_list("pk", flat=True)}
    ended = [path for path in there if path.name not in active]
    for path in ended:
        shutil.rmtree(path, ignore_errors=True)
    return len(ended)
