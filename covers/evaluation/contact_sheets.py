"""What staff see: each model's pictures on one sheet, and the pairs that differ most, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from albumsite.media.encoding import saved
from covers.training.metrics.metric_contract import DrawnPicture

COLUMNS, CELL_SIDE = 10, 128
PAIR_SIDE = 320
PAIRS_MOST = 12


@dataclass(frozen=True)
class ShownPair:
    """before, after: WebP, of the current model and the candidate."""

    name: str
    prompt: str
    before: bytes
    after: bytes


def contact_sheet(pictures: Sequence[DrawnPicture]) -> bytes:
    """WebP: all pictures in the order given, COLUMNS a row."""
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * CELL_SIDE, max(1, rows) * CELL_SIDE), "white")
    for index, picture in enumerate(pictures):
        cell = _fitted(picture.rgb, CELL_SIDE)
        sheet.paste(cell, (index % COLUMNS * CELL_SIDE, index // COLUMNS * CELL_SIDE))
    return _webp(sheet)


def pairs(candidate: Sequence[DrawnPicture], current: Sequence[DrawnPicture]) -> list[ShownPair]:
    """The same picture by both, where they differ most first: where nothing changed there is nothing to see."""
    both = sorted(zip(candidate, current, strict=True), key=lambda pair: -_difference(*pair))
    return [
        ShownPair(f"{after.key}-{after.position}", after.prompt, _webp(_fitted(before.rgb)), _webp(_fitted(after.rgb)))
        for after, before in both[:PAIRS_MOST]
    ]


def _difference(one: DrawnPicture, other: DrawnPicture) -> float:
    small = (np.asarray(_fitted(picture.rgb, 32), np.float64) for picture in (one, other))
    return float(np.abs(np.subtract(*small)).mean())


def _fitted(rgb: np.ndarray, side: int = PAIR_SIDE) -> Image.Image:
    """A square; every engine draws those here."""
    return Image.fromarray(rgb).resize((side, side), Image.Resampling.LANCZOS)


def _webp(image: Image.Image) -> bytes:
    return saved(image, "WEBP", quality=82, method=2)
