"""A square around a face, and whether the picture holds all of it. Pure numbers."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from personalize.faces.finding import FoundFace

HEAD_AND_SHOULDERS = 2.2
"""Side of the square in widths of the face's box."""

HAIR = 0.1
"""The square's middle lies so many box heights above the face's: hair is taller than a neck is needed."""

MIN_PART_INSIDE = 0.85
"""Of a face's box, which comes in steps of a fifth and so lies a little outside for whole faces, too."""

CHEEK, BROW, CHIN = 0.15, 0.6, 1.9
"""A cheek lies so many widths of the eyes outside of their corners; the brows lie so many heights of the nose above the eyes,
the chin so many below. A usual face has them so when seen from the front; a little less is asked for, as whole is meant."""


class HasBox(Protocol):
    """A face, or anything else with a box in pixels."""

    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


def crop_square(width: int, height: int, face: HasBox, margin: float = HEAD_AND_SHOULDERS) -> tuple[int, int, int]:
    """(left, top, side) of a square inside a picture of `width` x `height`, `margin` times as wide as the face.

    It is moved, and where that is not enough made smaller, to stay inside.
    """
    side = max(1, min(round(margin * max(face.width, face.height)), width, height))
    left = round(face.left + face.width / 2 - side / 2)
    top = round(face.top + face.height / 2 - HAIR * face.height - side / 2)
    return min(max(left, 0), width - side), min(max(top, 0), height - side), side


def is_cut(width: int, height: int, face: FoundFace) -> bool:
    """Whether the edge of a picture of `width` x `height` goes through the face: by its box, and by where its eyes and nose are.

    Measured on NASA's portrait moved across each edge: with a tenth of the face gone it is cut, and whole with a margin of
    nothing; in turned and tilted heads the points go along.
    """
    points = np.asarray(face.points)
    right, left, nose = points[0], points[2], points[4]
    across, down = right - left, nose - (left + right) / 2
    cheeks = np.stack((right + CHEEK * across, left - CHEEK * across))
    rim = np.concatenate((cheeks, cheeks - BROW * down, [(left + right) / 2 + CHIN * down]))
    is_outside = (rim < 0).any() or (rim > (width, height)).any()
    return bool(is_outside) or face.part_inside < MIN_PART_INSIDE
