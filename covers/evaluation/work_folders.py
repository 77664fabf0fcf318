"""The folders of this machine that comparisons work in."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from covers.models import Evaluation


def root() -> Path:
    folder = Path(settings.VAR_DIR) / "evaluations"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def delete_ended() -> int:
    """Folders whose comparison is over, or not known here. Returns how many."""
    there = list(root().iterdir())  # before the rows are asked: what is begun meanwhile is on neither list
    active = {str(pk) for pk in Evaluation.objects.active().values_list("pk", flat=True)}
    ended = [path for path in there if path.name[:36] not in active]
    for path in ended:
        shutil.rmtree(path, ignore_errors=True)
    return len(ended)
