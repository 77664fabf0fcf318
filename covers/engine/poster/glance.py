"""What is left of a shape at a glance: on a cover as small as a list of songs shows it, 64 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import skia

from covers.engine.poster.page import Page

SIDE = 64
"""Pixels of the smallest cover that people choose by."""
REHEARSED_SIDE = 128
"""Pixels that a picture is drawn at to be looked at like this: textures are as fine as they will be, and it costs little."""
NEAR = 3
"""How far inside and outside of its edge a shape is compared, pixels."""
COLOR_WEIGHT = 0.5
"""What a difference in hue or chroma counts beside the same one in lightness: small shapes are seen by their lightness."""
STANDS_OFF = 7.0
"""Difference, in units of L*, from which on a piece of outline is seen."""
LEAST_SHARE, LEAST_EXTENT = 0.018, 0.185
LEAST_OUTLINE, LEAST_CONTRAST = 0.64, 9.5
"""Set by eye on sheets of 2,000 pictures at 64 pixels: what is just above each can be named, what is just below cannot."""
PART = 0.5
"""How much of that share and extent is enough for a thing that tells a scene: the place says the rest."""


@dataclass(frozen=True)
class Glance:
    """share: of the square that the shapes cover. extent: the longer side of the largest, in pages. outline: share of the edge that stands
    off what is beside it. contrast: middle difference across that edge, L* (0 to 100), colour counting half."""

    share: float
    extent: float
    outline: float
    contrast: float

    def score(self, *, is_part: bool = False) -> float:
        """1 where everything is just enough; the weakest of the four decides. is_part: the shape tells a scene, and is not the picture."""
        size = min(self.share / LEAST_SHARE, self.extent / LEAST_EXTENT) / (PART if is_part else 1.0)
        return min(1.6, size, self.outline / LEAST_OUTLINE, self.contrast / LEAST_CONTRAST)


def glance(page: Page, shapes: Sequence[skia.Path]) -> Glance:
    """How well the shapes are seen on the finished page when its central square is SIDE pixels."""
    return seen(page.central(SIDE), covered(shapes), extent_of(shapes))


def extent_of(shapes: Sequence[skia.Path]) -> float:
    """The longer side of the largest shape, as far as it lies on the page."""
    boxes = [shape.computeTightBounds() for shape in shapes]
    return max(
        (max(min(1, box.right()) - max(0, box.left()), min(1, box.bottom()) - max(0, box.top())) for box in boxes),
        default=0.0,
    )


def covered(shapes: Sequence[skia.Path]) -> np.ndarray:
    """(SIDE, SIDE) float: how much of each pixel the shapes cover, 0 to 1."""
    surface = skia.Surface(SIDE, SIDE)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.scale(SIDE, SIDE)
    for shape in shapes:
        canvas.drawPath(shape, skia.Paint(Color=0xFFFFFFFF, AntiAlias=True))
    return surface.toarray()[..., 3].astype(np.float64) / 255


def seen(picture: np.ndarray, cover: np.ndarray, extent: float) -> Glance:
    """picture: (SIDE, SIDE, 3) uint8. cover: (SIDE, SIDE), 0 to 1."""
    if cover.max() < 0.5:
        return Glance(float(cover.mean()), extent, 0.0, 0.0)
    lab = lab_of(picture)
    inside, outside = np.where(cover > 0.5, cover, 0.0), np.where(cover < 0.25, 1.0 - cover, 0.0)
    within, beside = _around(lab * inside[..., None]), _around(lab * outside[..., None])
    here, there = _around(inside[..., None]), _around(outside[..., None])
    edge = (here[..., 0] > 1) & (there[..., 0] > 1) & (cover > 0.02) & (cover < 0.98)
    edge |= (cover > 0.5) & (_around(outside[..., None], 1)[..., 0] > 0)
    edge &= (here[..., 0] > 0) & (there[..., 0] > 0)
    if not edge.any():
        return Glance(float(cover.mean()), extent, 0.0, 0.0)
    away = within[edge] / here[edge] - beside[edge] / there[edge]
    apart = np.sqrt(away[:, 0] ** 2 + COLOR_WEIGHT**2 * (away[:, 1] ** 2 + away[:, 2] ** 2))
    return Glance(float(cover.mean()), extent, float((apart >= STANDS_OFF).mean()), float(np.median(apart)))


def _around(values: np.ndarray, reach: int = NEAR) -> np.ndarray:
    """The sum of (rows, columns, channels) over the square of pixels around each, `reach` to every side."""
    size = 2 * reach + 1
    sums = np.pad(values, ((reach + 1, reach), (reach + 1, reach), (0, 0))).cumsum(0).cumsum(1)
    return sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]


def lab_of(picture: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65 of sRGB bytes. Source: CIE 15:2004; sRGB matrix of IEC 61966-2-1."""
    values = picture.astype(np.float64) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    ratio = xyz / np.array([0.9505, 1.0, 1.089])
    cube = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.stack(
        [116 * cube[..., 1] - 16, 500 * (cube[..., 0] - cube[..., 1]), 200 * (cube[..., 1] - cube[..., 2])], axis=-1
    )
