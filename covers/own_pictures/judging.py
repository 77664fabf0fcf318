"""Whether a picture that somebody brings can be taken, and the file to keep of it. Loads no decoder itself."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError
from albumsite.processes.picture_answers import HEADER, is_jpeg, unpacked
from albumsite.processes.sandbox import Bounded, ChildDied, ChildTooSlow
from covers.safety.brought_files import answer_of, is_fit

Box = tuple[float, float, float, float]

CHILDREN = Bounded(settings.OWN_PICTURE_READER)
"""Of this process: two pictures at once, more of them wait for five seconds."""
EMPTINESSES = ("", "dark", "pale", "empty")
"""Of `first_look.py`, which decodes and so is not loaded here."""
KEPT_SIDE_MAX = 4096
"""Pixels that an engine takes (`covers.engine.engine_contract.OwnPicture`)."""


class PictureProblem(enum.StrEnum):
    NOT_A_PICTURE = "not-a-picture"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_SMALL = "too-small"
    DAMAGED = "damaged"
    TOO_SLOW = "too-slow"
    UNFIT = "unfit"


PROBLEM_TEXTS: dict[PictureProblem, str | Promise] = {
    PictureProblem.NOT_A_PICTURE: _("This file is not a picture that we can read. Choose a JPEG, PNG, WebP, HEIC or AVIF file."),
    PictureProblem.TOO_LARGE: _("This file is larger than %(megabytes)d MB. Choose a smaller one."),
    PictureProblem.TOO_MANY_PIXELS: _("This picture has more than 64 megapixels. Choose a smaller one."),
    PictureProblem.TOO_SMALL: _("This picture is too small. Choose one that is at least 64 pixels wide and high."),
    PictureProblem.DAMAGED: _("This file is damaged or incomplete. Save the picture again, or choose another one."),
    PictureProblem.TOO_SLOW: _("This picture took too long to read. Save it as a JPEG and try again, or choose another one."),
    PictureProblem.UNFIT: _(
        "Our automatic check takes this picture for one that does not belong on this site. It may be wrong: choose another one."
    ),
}  # fmt: skip
"""What is wrong and what to do, for the person who chose the file."""


def problem_text(problem: PictureProblem) -> str:
    return str(PROBLEM_TEXTS[problem]) % {"megabytes": settings.OWN_PICTURE_MEGABYTES_MAX}


class PictureRefused(UserFacingError):
    """A file that is not taken; nothing of it is kept."""

    message_id = "covers:picture-refused"
    text = _("This file is not a picture that we can read. Choose a JPEG, PNG, WebP, HEIC or AVIF file.")
    status_code = 422

    def __init__(self, problem: PictureProblem) -> None:
        super().__init__()
        self.problem = problem

    def __str__(self) -> str:
        return problem_text(self.problem)


@dataclass(frozen=True)
class TakenPicture:
    """picture: the JPEG to keep: upright, sRGB, without metadata. width, height: its pixels. faces: boxes of the faces in it, as
    `covers.engine.engine_contract.OwnPicture` has them. square, emptiness: as `first_look.py` says; None and "" where it was not told."""

    picture: bytes
    width: int
    height: int
    faces: tuple[Box, ...] = ()
    square: tuple[float, float] | None = None
    emptiness: str = ""


def judge(content: bytes) -> TakenPicture | PictureProblem:
    """Decode an uploaded file and have it looked at: some tenths of a second.

    Never raises because of the file. Raises PicturesBusy, PictureLookAway when it cannot be looked at now.
    """
    taken = _decoded(content)
    return taken if isinstance(taken, PictureProblem) or is_fit(taken.picture) else PictureProblem.UNFIT


def _decoded(content: bytes) -> TakenPicture | PictureProblem:
    max_bytes = settings.OWN_PICTURE_MEGABYTES_MAX * 1024 * 1024
    if len(content) > max_bytes:
        return PictureProblem.TOO_LARGE
    try:
        return unpacked(answer_of(CHILDREN, HEADER.pack(max_bytes) + content), _taken)
    except ChildTooSlow:
        return PictureProblem.TOO_SLOW
    except ChildDied:
        return PictureProblem.DAMAGED


def _taken(found: Mapping[str, Any], picture: bytes) -> TakenPicture | PictureProblem:
    if found.get("problem"):
        return PictureProblem(found["problem"])
    boxes = tuple(_box(box) for box in found.get("faces", ()))
    square, emptiness = found.get("square"), str(found.get("emptiness", ""))
    middle = _box([*square, 0.0, 0.0])[:2] if square is not None else None
    if emptiness not in EMPTINESSES:
        raise ValueError("an emptiness that nobody knows")
    taken = TakenPicture(picture, int(found["width"]), int(found["height"]), boxes, middle, emptiness)
    if not is_jpeg(picture) or min(taken.width, taken.height) < 1 or max(taken.width, taken.height) > KEPT_SIDE_MAX:
        raise ValueError("incomplete answer")
    return taken


def _box(numbers: list[float]) -> Box:
    """Raises ValueError, TypeError."""
    left, top, width, height = (float(number) for number in numbers)
    if not all(0 <= share <= 1 for share in (left, top, width, height)):
        raise ValueError("no box in the picture")
    return left, top, width, height
