"""Where type may stand: calm rectangles of the finished picture, and inks that can be read there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import skia

from covers.brief.brief_contract import title_width
from covers.engine.poster.color import at_lightness, contrast, luminance
from covers.engine.poster.page import Page
from covers.lettering.title_contract import Zone

GRID = 96
"""Side of the map that calmness is measured on."""
CALM = 0.065
"""Largest standard deviation (of 0..1 channel values) inside a zone that still counts as calm."""
EDGE = 9
"""Channel steps (of 255) between neighbouring cells that make an edge; gradients and grain stay below."""
MINIMUM_CONTRAST = 4.5


def title_weight(title: str) -> float:
    """Length of a title in full-width characters; that of a short word where there is none."""
    return title_width(title) or 4.0


def title_share(title: str) -> float:
    """Share of the picture's height that a title block with its artist needs: 0.2 for a word, 0.36 for a long line."""
    return 0.2 + 0.16 * min(1.0, max(0.0, title_weight(title) - 5) / 22)


def _edges(picture: np.ndarray) -> np.ndarray:
    """Cells that differ clearly from the next one to the right or below. picture: (rows, columns, 3)."""
    values = picture.astype(np.int16)
    edges = np.zeros(values.shape[:2], np.int64)
    edges[:, :-1] |= np.abs(np.diff(values, axis=1)).max(axis=2) > EDGE
    edges[:-1] |= np.abs(np.diff(values, axis=0)).max(axis=2) > EDGE
    return edges


def title_boost(title: str) -> float:
    """How much larger than usual a short title is set: 1.5 for one letter, 1 from seven full-width characters on."""
    return min(1.5, max(1.0, 1.6 - title_weight(title) / 11))


class CalmMap:
    """Summed-area tables of a small copy of the picture. picture: (GRID, GRID, 3) uint8 of its central square.

    figure: (GRID, GRID) bool, where the motif lies: no place is offered on it, however flat it is.
    """

    def __init__(self, picture: np.ndarray, figure: np.ndarray | None = None) -> None:
        values = picture.astype(np.float64) / 255
        self.picture = picture
        self.sums = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0), (0, 0)))
        self.edges = np.pad(_edges(picture).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        lies = np.zeros(picture.shape[:2], bool) if figure is None else figure
        self.figure = np.pad(lies.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        self.squares = np.pad((values**2).cumsum(0).cumsum(1), ((1, 0), (1, 0), (0, 0)))

    def _cells(self, zone: Zone) -> tuple[int, int, int, int]:
        left, top = int(np.floor(zone.x * GRID)), int(np.floor(zone.y * GRID))
        right, bottom = int(np.ceil((zone.x + zone.width) * GRID)), int(np.ceil((zone.y + zone.height) * GRID))
        left, top = min(max(left, 0), GRID - 1), min(max(top, 0), GRID - 1)
        return left, top, min(max(right, left + 1), GRID), min(max(bottom, top + 1), GRID)

    def unrest(self, zone: Zone) -> float:
        """The largest standard deviation of a channel inside the zone."""
        left, top, right, bottom = self._cells(zone)
        count = (right - left) * (bottom - top)

        def box(table: np.ndarray) -> np.ndarray:
            return (table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]) / count

        return float(np.sqrt(np.maximum(0, box(self.squares) - box(self.sums) ** 2)).max())

    def colors(self, zone: Zone) -> list[str]:
        """A dark, a middle and a light colour of the zone, by luminance (5th, 50th, 95th percentile)."""
        left, top, right, bottom = self._cells(zone)
        cells = self.picture[top:bottom, left:right].reshape(-1, 3)
        order = np.argsort(cells @ np.array([0.2126, 0.7152, 0.0722]))
        picks = (cells[order[int(share * (len(order) - 1))]] for share in (0.05, 0.5, 0.95))
        return ["#{:02x}{:02x}{:02x}".format(*(int(value) for value in pick)) for pick in picks]

    def is_calm(self, zone: Zone) -> bool:
        """Whether the zone is even, and no small thing stands in it either."""
        if self.unrest(zone) > CALM:
            return False
        left, top, right, bottom = self._cells(zone)
        count = (right - left) * (bottom - top)
        edges = self.edges[bottom, right] - self.edges[top, right] - self.edges[bottom, left] + self.edges[top, left]
        return edges <= 0.012 * count

    def is_free(self, zone: Zone) -> bool:
        """Whether (almost) none of the motif lies in the zone."""
        left, top, right, bottom = self._cells(zone)
        covered = (
            self.figure[bottom, right] - self.figure[top, right] - self.figure[bottom, left] + self.figure[top, left]
        )
        return covered <= 0.01 * (right - left) * (bottom - top)

    def reads(self, zone: Zone, ink: str) -> bool:
        return all(contrast(ink, color) >= MINIMUM_CONTRAST for color in self.colors(zone))


def central(page: Page) -> np.ndarray:
    """A GRID by GRID copy of the picture's central square, where all zones lie."""
    return page.central(GRID)


def settled(calm: CalmMap, zone: Zone) -> Zone | None:
    """The zone if it is calm, else the largest calm part of it left after trimming its sides; None under 60 %."""
    best: Zone | None = None
    for top in (0.0, 0.15, 0.3, 0.4):
        for bottom in (0.0, 0.15, 0.3, 0.4):
            for left in (0.0, 0.2, 0.4):
                for right in (0.0, 0.2, 0.4):
                    share = (1 - top - bottom) * (1 - left - right)
                    if share < 0.36 or (best and share * zone.width * zone.height <= best.width * best.height):
                        continue
                    trimmed = replace(
                        zone, x=zone.x + zone.width * left, y=zone.y + zone.height * top,
                        width=zone.width * (1 - left - right), height=zone.height * (1 - top - bottom),
                    )  # fmt: skip
                    if calm.is_calm(trimmed):
                        best = trimmed
    return best


SEARCH_SIZES = ((0.86, 0.3), (0.86, 0.22), (0.6, 0.3), (0.86, 0.15), (0.5, 0.22), (0.4, 0.3), (0.6, 0.14), (0.4, 0.14))


def searched(calm: CalmMap, taken: Sequence[Zone], sizes: Sequence[tuple[float, float]] = SEARCH_SIZES) -> list[Zone]:
    """Calm zones anywhere on the picture, largest first, at its margins before its middle; none overlaps another."""
    found: list[Zone] = []
    for width, height in sizes:
        for y in sorted((step / 24 for step in range(1, 24)), key=lambda y: min(y - 0.04, 0.97 - y - height)):
            for x in (0.07, 0.93 - width, 0.5 - width / 2):
                if not 0.055 <= y <= 0.945 - height:
                    continue
                align = "left" if x <= 0.07 else "right" if x > 0.5 - width / 2 else "center"
                zone = Zone(x, y, width, height, align, "top" if y + height / 2 < 0.5 else "bottom")
                if (
                    not any(overlap(zone, other) for other in (*found, *taken))
                    and calm.is_free(zone)
                    and calm.is_calm(zone)
                ):
                    found.append(zone)
    return found


def overlap(first: Zone, second: Zone) -> bool:
    return (
        first.x < second.x + second.width and second.x < first.x + first.width
        and first.y < second.y + second.height and second.y < first.y + first.height
    )  # fmt: skip


def readable_inks(calm: CalmMap, zone: Zone, wishes: Sequence[str]) -> list[str]:
    """The wished colours that can be read in the zone, in their order; if none, the first pushed until it can be."""
    inks = [ink for ink in dict.fromkeys(wishes) if calm.reads(zone, ink)]
    if inks:
        return inks
    is_dark = luminance(calm.colors(zone)[1]) < 0.18
    steps = [0.9, 0.94, 0.98, 1.0] if is_dark else [0.3, 0.22, 0.14, 0.06, 0.0]
    pushed = [at_lightness(wish, step) for step in steps for wish in wishes]
    return [ink for ink in pushed if calm.reads(zone, ink)][:1] or [pushed[-1]]


def where(figures: Sequence[skia.Path]) -> np.ndarray:
    """(GRID, GRID) bool: which cells of the unit square the figures cover."""
    surface = skia.Surface(GRID, GRID)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.scale(GRID, GRID)
    for figure in figures:
        canvas.drawPath(figure, skia.Paint(Color=0xFFFFFFFF))
    return surface.toarray()[..., 3] > 0
