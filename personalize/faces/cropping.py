"""A square around a face. Pure numbers."""

from __future__ import annotations

from typing import Protocol

HEAD_AND_SHOULDERS = 2.2
"""Side of the square in widths of the face's box."""

HAIR = 0.1
"""The square's middle lies so many box heights above the face's: hair is taller than a neck is needed."""


class Box(Protocol):
    """A face, or anything else with a box in pixels."""

    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


def crop_square(width: int, height: int, face: Box, margin: float = HEAD_AND_SHOULDERS) -> tuple[int, int, int]:
    """(left, top, side) of a square inside a picture of `width` x `height`, `margin` times as wide as the face.

    It is moved, and where that is not enough made smaller, to stay inside.
    """
    side = max(1, min(round(margin * max(face.width, face.height)), width, height))
    left = round(face.left + face.width / 2 - side / 2)
    top = round(face.top + face.height / 2 - HAIR * face.height - side / 2)
    return min(max(left, 0), width - side), min(max(top, 0), height - side), side
