"""Where a letter can be drawn out: the place that its stems, or its bars, cross with nothing beginning or ending there."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import skia

from covers.engine.poster.art import ArtBox
from covers.engine.poster.letters.block import Glyph, LetterBlock
from covers.lettering.shaping import is_eastern

ROWS = 160
ENDS = 0.14
"""Share of the height at each end that stays as it is."""
MOST, MOST_EASTERN = 1.6, 1.3
"""How many times their own height rows are drawn out to fill a page, at most. What stands over a syllable's bar stays as short as it
was: beside long stems a ㅂ is taken for a ㅁ."""
WINDOW = 5
"""Rows around a cut that should look alike."""


@lru_cache(maxsize=512)
def _cut_of(data: bytes, is_across: bool) -> tuple[float, float]:
    """Place of the cut (share of the extent) and how much changes there (0: stems only)."""
    path = skia.Path()
    path.readFromMemory(data)
    box = path.computeTightBounds()
    cells = np.zeros((ROWS, ROWS, 4), np.uint8)
    canvas = skia.Surface(cells).getCanvas()
    canvas.scale(ROWS / max(box.width(), 1e-6), ROWS / max(box.height(), 1e-6))
    canvas.translate(-box.left(), -box.top())
    canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=skia.ColorWHITE))
    ink = cells[..., 3].astype(np.float32) / 255
    if is_across:
        ink = ink.T
    change = np.abs(np.diff(ink, axis=0)).sum(axis=1)
    around = np.convolve(change, np.ones(WINDOW) / WINDOW, mode="same")
    filled = ink[:-1].mean(axis=1)
    # a row that is nearly all ink is a bar, which would become a block; one without ink draws nothing out
    cost = around + 40.0 * (filled < 0.03) + 60.0 * np.clip(filled - 0.62, 0, 1)
    first, last = int(ENDS * ROWS), int((1 - ENDS) * ROWS)
    middle = np.abs(np.arange(first, last) / ROWS - 0.52)
    best = first + int(np.argmin(cost[first:last] + 1.6 * middle))
    return (best + 0.5) / ROWS, float(cost[best])


def cut_of(glyph: Glyph, *, across: bool = False) -> tuple[float, float]:
    data = skia.Path(glyph.path)
    box = data.computeTightBounds()
    data.transform(skia.Matrix.Translate(-box.left(), -box.top()))
    return _cut_of(bytes(data.serialize()), across)


def drawn_out(glyph: Glyph, top: float, bottom: float) -> Glyph:
    """The letter from top to bottom of the page, its ends as they were and its stems as long as it takes."""
    return _drawn(glyph, top, bottom, across=False)


def drawn_wide(glyph: Glyph, left: float, right: float) -> Glyph:
    """The letter from left to right, its bars as long as it takes."""
    return _drawn(glyph, left, right, across=True)


def _drawn(glyph: Glyph, start: float, end: float, *, across: bool) -> Glyph:
    box, (share, _) = glyph.box, cut_of(glyph, across=across)
    begin, size = (box.left(), box.width()) if across else (box.top(), box.height())
    cut, zone, over, axis = begin + share * size, 0.012 * size, (end - start) - size, 0 if across else 1

    def bend(points: np.ndarray) -> np.ndarray:
        moved = points.copy()
        moved[:, axis] += start - begin + over * np.clip((points[:, axis] - cut + zone) / (2 * zone), 0, 1)
        return moved

    return glyph.bent(bend, 0.006 * size + 0.0008)


def taller(block: LetterBlock, box: ArtBox) -> LetterBlock:
    """Rows that would leave half of the box empty, with their stems drawn out by half at most; in the middle of the box."""
    most = MOST_EASTERN if any(is_eastern(letter) for letter in block.text) else MOST
    share = min(most, box.height / block.box.height())
    if share < 1.08:
        return block
    top, glyphs = block.box.top(), []
    for glyph in block.glyphs:
        ink = glyph.box
        start = top + (ink.top() - top) * share
        glyphs.append(drawn_out(glyph, start, start + ink.height() * share))
    result = LetterBlock(tuple(glyphs))
    return result.moved(0, box.y + box.height / 2 - result.box.centerY())
