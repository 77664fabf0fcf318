"""The colours that a picture brings along. It is looked at once and never kept. Loads no decoder itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from albumsite.processes.picture_answers import HEADER, unpacked
from albumsite.processes.sandbox import Bounded, ChildDied, ChildTooSlow
from covers.lettering.type_document import is_colour
from covers.own_pictures.judging import PictureProblem, PictureRefused
from covers.safety.brought_files import answer_of

CHILDREN = Bounded("covers.own_pictures.colour_decoding")


def colours_in(content: bytes) -> tuple[str, ...]:
    """One to five colours of an uploaded file as "#rrggbb", the most of it first. Raises PictureRefused, PicturesBusy."""
    max_bytes = settings.OWN_PICTURE_MEGABYTES_MAX << 20
    if len(content) > max_bytes:
        raise PictureRefused(PictureProblem.TOO_LARGE)
    try:
        return unpacked(answer_of(CHILDREN, HEADER.pack(max_bytes) + content), _read)
    except ChildTooSlow:
        raise PictureRefused(PictureProblem.TOO_SLOW) from None
    except ChildDied:
        raise PictureRefused(PictureProblem.DAMAGED) from None


def _read(found: Mapping[str, Any], _picture: bytes) -> tuple[str, ...]:
    if found.get("problem"):
        raise PictureRefused(PictureProblem(found["problem"]))
    colours = tuple(found["colours"])
    if not 1 <= len(colours) <= 5 or not all(map(is_colour, colours)):
        raise ValueError("no colours")
    return colours
