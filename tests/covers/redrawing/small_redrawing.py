"""Covers that the small SDXL checkpoint drew, to be drawn anew in this process."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from accounts.person import Person
from albumsite.media.encoding import saved
from covers import tasks
from covers.drawing.version_pictures import picture_file
from covers.edits.diffusion_edit import DiffusionEdit
from covers.models import Cover, CoverVersion, VersionDrawing
from covers.services import redrawing
from covers.services.redrawing import DrawingWish
from tests.factories import make_briefed_request
from tests.working import worked

SIDE = 64
EDIT = DiffusionEdit("blue rain", "text", 0.8, 4, 5.0, "euler", seed=0)


def sdxl_request(owner: Person, model: Any, **changes: Any) -> Any:
    values = {
        "engine": "sdxl",
        "base_model": str(model),
        "count": 1,
        "num_inference_steps": 2,
        "width": SIDE,
        "height": SIDE,
    }
    return make_briefed_request(owner, **(values | changes))


def drawn(owner: Person, model: Any, **changes: Any) -> Cover:
    row = sdxl_request(owner, model, **changes)
    tasks.draw_covers(str(row.pk))
    return Cover.objects.select_related("request").get(request=row)


def brushed(box: tuple[int, int, int, int] | None = (16, 0, 48, 40), side: int = SIDE, colour: int = 255) -> bytes:
    image = Image.new("L", (side, side), 0)
    if box:
        image.paste(colour, box)
    return saved(image, "PNG")


def ask(
    cover: Cover, visitor: Person, part: str = "whole", mask: bytes = b"", parent: Any = None, **changes: Any
) -> CoverVersion:
    wish = DrawingWish(replace(EDIT, **changes), part, mask)
    return redrawing.draw_version(cover=cover, person=visitor, wish=wish, parent=parent, submission=uuid.uuid4())


def work(version: CoverVersion) -> CoverVersion:
    """Both workers do what there is to do."""
    tasks.draw_version(str(version.pk))
    worked(tasks.set_version, version)
    return version


def picture(cover: Cover, drawing: VersionDrawing | None) -> Any:
    return np.asarray(Image.open(io.BytesIO(picture_file(cover=cover, drawing=drawing))))
