"""Putting a layout's ink on the pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray

from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.finishes import Sheet, printed, spread_of
from covers.lettering.inks import parse
from covers.lettering.layout import Layout
from covers.lettering.panels import Panel

Pixels = NDArray[np.uint8]

PAPER_GRAIN = 5.0
"""Depth of a panel's grain, in 255ths: flat colour beside a textured picture looks pasted on."""


@dataclass(frozen=True)
class Press:
    """One picture on the press. pixels: (height, width, 3) sRGB, printed in place. finish: of all type. second_of: the other colour of
    a finish of two colours, beside an ink. seed: of all chance."""

    pixels: Pixels
    finish: str
    second_of: Callable[[str], str]
    seed: int

    def draw(self, layout: Layout) -> None:
        """Print panel, title and artist."""
        if layout.panel is not None:
            self.lay_panel(layout.panel, layout.title_ink)
        for block, ink in ((layout.title, layout.title_ink), (layout.artist, layout.artist_ink)):
            if block is not None:
                self.print_type(block, ink)

    def print_type(self, block: Block, ink: str) -> None:
        """Print one block in an ink."""
        rows, columns = self._window(block.box.grown(spread_of(self.finish)))
        sheet = self._sheet(rows, columns, block.path, block.cap, ink, self.second_of(ink))
        self.pixels[rows, columns] = printed(sheet, self.finish)

    def lay_panel(self, panel: Panel, ink: str) -> None:
        """Lay a block of colour, its rules in an ink."""
        rows, columns = self._window(panel.box)
        sheet = self._sheet(rows, columns, panel.shape, 1.0, panel.colour, ink)
        grain = PAPER_GRAIN * (sheet.noise(640, 21) + sheet.noise(320, 22) - 1.0)
        paper = np.array(parse(panel.colour), np.float32) + grain[..., None]
        on_paper = sheet.below + (paper - sheet.below) * sheet.cover()[..., None]
        self.pixels[rows, columns] = np.clip(np.round(on_paper), 0, 255).astype(np.uint8)
        if not panel.rules.isEmpty():
            self.pixels[rows, columns] = printed(self._sheet(rows, columns, panel.rules, 1.0, ink, ink), "clean")

    def _sheet(self, rows: slice, columns: slice, path: skia.Path, cap: float, ink: str, other: str) -> Sheet:
        below = self.pixels[rows, columns].astype(np.float32)
        return Sheet(below, rows.start, columns.start, self.pixels.shape[0], path, cap, ink, other, self.seed)

    def _window(self, box: Box) -> tuple[slice, slice]:
        height, width = self.pixels.shape[:2]
        top, left = max(0, int(box.top * height) - 1), max(0, int(box.left * height) - 1)
        bottom, right = int(np.ceil(box.bottom * height)) + 1, int(np.ceil(box.right * height)) + 1
        return slice(top, min(bottom, height)), slice(left, min(right, width))
