"""Whether type can be read where it would stand: contrast under its letters, calm around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia

from covers.lettering.blocks import Block, Box
from covers.lettering.inks import worst_decile
from covers.lettering.picture import Floats, Picture

LARGE_TITLE_CAP = 0.035
"""From this cap height on (18 pt on a 30 cm sleeve is far less) WCAG's limit for large text applies."""

SMALL_CONTRAST, LARGE_CONTRAST = 4.5, 3.0
MARGIN_OF_SAFETY = 1.08
"""Edges are softened by antialiasing and finishes, so a pass is asked to be a clear one."""


@dataclass(frozen=True)
class Ground:
    """What lies under and around a block. under: luminances of the pixels below the letters. busy: 0 calm to 1."""

    under: Floats
    busy: float


def raster(path: skia.Path, rows: int, columns: int, scale: float, left: float = 0.0, top: float = 0.0) -> Floats:
    """Coverage 0 to 1 of a path on a (rows, columns) grid; `scale` grid cells a unit, origin at (left, top) units."""
    cells = np.zeros((rows, columns, 4), np.uint8)
    canvas = skia.Surface(cells).getCanvas()
    canvas.scale(scale, scale)
    canvas.translate(-left, -top)
    canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=skia.ColorWHITE))
    return cells[:, :, 3].astype(np.float32) / 255


def ground_of(picture: Picture, block: Block) -> Ground:
    """Reads the picture below a block."""
    rows, columns = picture.shape
    cover = raster(block.path, rows, columns, rows)
    under = picture.luminance[cover > 0.3]
    if under.size < 24:
        under = _cells(picture, block.box, picture.luminance).ravel()
    busy = [_busyness(picture, box) for box in block.line_boxes]
    return Ground(under, max(busy))


def _cells(picture: Picture, box: Box, grid: Floats) -> Floats:
    rows, columns = picture.shape
    top, bottom = int(box.top * rows), int(np.ceil(box.bottom * rows))
    left, right = int(box.left * rows), int(np.ceil(box.right * rows))
    top, left = min(max(top, 0), rows - 1), min(max(left, 0), columns - 1)
    return grid[top : max(bottom, top + 1), left : max(right, left + 1)]


def _busyness(picture: Picture, box: Box) -> float:
    """Mean busyness of a line's box and a little around it."""
    return float(_cells(picture, box.grown(0.012), picture.busy).mean())


def needed_contrast(block: Block, *, is_title: bool, weight: float = 1.0) -> float:
    """WCAG 2.2 (1.4.3): 3 for large type, 4.5 otherwise; hairline faces get the stricter limit."""
    is_large = is_title and block.cap >= LARGE_TITLE_CAP and weight >= 0.35
    return (LARGE_CONTRAST if is_large else SMALL_CONTRAST) * MARGIN_OF_SAFETY


def reaches(ink: str, ground: Ground, needed: float) -> bool:
    return worst_decile(ink, ground.under) >= needed
