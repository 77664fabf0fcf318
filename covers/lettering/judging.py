"""Whether type can be read where it would stand: contrast under its letters, calm around them."""

from __future__ import annotations

import numpy as np
import skia

from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.inks import worst_decile
from covers.lettering.picture import Floats, PictureGrid

LARGE_TITLE_CAP = 0.035
"""From this cap height on (1 cm on a 30 cm sleeve, 10 px on a thumbnail) WCAG's limit for large text applies."""

SMALL_CONTRAST, LARGE_CONTRAST = 4.5, 3.0
MARGIN_OF_SAFETY = 1.015
"""A pass is asked to be a clear one. More would leave mid-tones, where the best ink reaches 4.58, without any."""

HAIRLINE = 0.35
"""Voices lighter than this get the stricter limit even when large."""


def raster(path: skia.Path, rows: int, columns: int, scale: float, left: float = 0.0, top: float = 0.0) -> Floats:
    """Coverage 0 to 1 of a path on a (rows, columns) grid; `scale` cells a unit, whose corner is (left, top) units."""
    cells = np.zeros((rows, columns, 4), np.uint8)
    canvas = skia.Surface(cells).getCanvas()
    canvas.scale(scale, scale)
    canvas.translate(-left, -top)
    canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=skia.ColorWHITE))
    return cells[:, :, 3].astype(np.float32) / 255


def ground_under(picture: PictureGrid, block: Block) -> Floats:
    """Relative luminances of the pixels below the letters of a block."""
    rows = picture.luminance.shape[0]
    top, left, luminance = _cells(picture, block.box, picture.luminance)
    height, width = luminance.shape
    cover = raster(block.path, height, width, rows, left / rows, top / rows)
    under = luminance[cover > 0.3]
    if under.size < 24:
        under = luminance.ravel()
    return under


def busyness(picture: PictureGrid, block: Block) -> float:
    """How restless the picture is in and just around the block's lines, the worst of them: 0 calm to 1."""
    return float(max(_cells(picture, box.grown(0.012), picture.busy)[2].mean() for box in block.line_boxes))


def _cells(picture: PictureGrid, box: Box, grid: Floats) -> tuple[int, int, Floats]:
    """The part of a grid under a box, at least one cell, and the row and column it starts at."""
    rows, columns = picture.luminance.shape
    top, left = min(max(int(box.top * rows), 0), rows - 1), min(max(int(box.left * rows), 0), columns - 1)
    bottom, right = int(np.ceil(box.bottom * rows)), int(np.ceil(box.right * rows))
    return top, left, grid[top : max(bottom, top + 1), left : max(right, left + 1)]


def needed_contrast(block: Block, weight: float, *, is_title: bool) -> float:
    """WCAG 2.2 (1.4.3): 3 for large type, 4.5 otherwise. weight: of the voice, 0 hairline to 1 black."""
    is_large = is_title and block.cap >= LARGE_TITLE_CAP and weight >= HAIRLINE
    return (LARGE_CONTRAST if is_large else SMALL_CONTRAST) * MARGIN_OF_SAFETY


def reaches(ink: str, ground: Floats, needed: float) -> bool:
    return worst_decile(ink, ground) >= needed
