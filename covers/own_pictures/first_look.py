"""What the form shows of a picture that somebody has just brought: the square that the engine would choose, and whether there is nearly
nothing in it. In the child that decodes it: no Django or database here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from covers.engine.poster.own import saliency
from covers.engine.poster.own.photos import small_copy
from covers.engine.poster.portrait.filters import LUMA

Box = tuple[float, float, float, float]
DARK, PALE, EMPTY = "dark", "pale", "empty"
ALMOST = 0.97
"""Share of a picture that is black, or white, or one colour, from which on it is said."""
BLACK, WHITE, ONE_TONE = 0.055, 0.93, 0.03
"""Lightness up to which a place is black and from which on it is white; how far from the middle one it is another tone."""


def square_of(image: Image.Image, faces: Sequence[Box]) -> tuple[float, float]:
    """The middle of the largest square that keeps what matters, in shares; by the same look as the engine's (`seen.py`). 0.1 s."""
    found = saliency.saliency(small_copy(image), tuple(faces))
    x, y = saliency.best_square(found, image.width, image.height, tuple(faces))
    return round(min(1.0, max(0.0, x)), 5), round(min(1.0, max(0.0, y)), 5)


def emptiness_of(image: Image.Image) -> str:
    """DARK, PALE or EMPTY where a cover made of the picture would show nearly nothing, else ""."""
    rgb = small_copy(image)
    light = rgb @ LUMA
    if (light < BLACK).mean() > ALMOST:
        return DARK
    if (light > WHITE).mean() > ALMOST:
        return PALE
    away = np.abs(rgb - np.median(rgb.reshape(-1, 3), axis=0)).max(-1)
    return EMPTY if (away < ONE_TONE).mean() > ALMOST else ""
