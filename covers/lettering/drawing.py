"""Putting a layout's ink on the pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from covers.lettering.blocks import Block, Box
from covers.lettering.contract import TypePlan
from covers.lettering.inks import parse
from covers.lettering.judging import raster
from covers.lettering.layout import Layout

Pixels = NDArray[np.uint8]


def draw(pixels: Pixels, layout: Layout, plan: TypePlan, seed: int) -> None:
    """Draw panel, title and artist into (height, width, 3) sRGB pixels, in place."""
    if layout.panel is not None:
        rows, columns = _window(pixels, layout.panel.box)
        pixels[rows, columns] = parse(layout.panel.colour)
    if layout.title is not None:
        _ink(pixels, layout.title, layout.title_ink)
    if layout.artist is not None:
        _ink(pixels, layout.artist, layout.artist_ink)


def _window(pixels: Pixels, box: Box) -> tuple[slice, slice]:
    height, width = pixels.shape[:2]
    top, bottom = int(max(0.0, box.top) * height), int(np.ceil(box.bottom * height))
    left, right = int(max(0.0, box.left) * height), int(np.ceil(box.right * height))
    return slice(top, min(bottom, height)), slice(left, min(right, width))


def _ink(pixels: Pixels, block: Block, colour: str) -> None:
    height = pixels.shape[0]
    rows, columns = _window(pixels, block.box)
    shape = rows.stop - rows.start, columns.stop - columns.start
    cover = raster(block.path, *shape, height, columns.start / height, rows.start / height)[..., None]
    below = pixels[rows, columns].astype(np.float32)
    pixels[rows, columns] = np.round(below + (np.array(parse(colour), np.float32) - below) * cover).astype(np.uint8)
