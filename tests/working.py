"""What a worker does with a row, in this process; the row then tells what became of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeVar

from PIL import Image

from albumsite.jobs.models import Job
from albumsite.media import storage
from covers import tasks
from covers.models import Cover
from covers.services.releases import prepare_release

JobT = TypeVar("JobT", bound=Job)


def worked(task: Callable[[str], None], row: JobT) -> JobT:
    """The row after the task: as far as it came, or why it failed."""
    task(str(row.pk))
    row.refresh_from_db()
    return row


def store_file(cover: Cover) -> Image.Image:
    """The picture that stores get of a cover, as its worker makes it."""
    release = worked(tasks.make_release, prepare_release(cover=cover))
    assert release.state == "done", release.failure
    return Image.open(io.BytesIO(storage.read(storage.private(), release.storage_key))).convert("RGB")
