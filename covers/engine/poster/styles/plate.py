"""The botanical plate: thin lines, hatching, mirrored order."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.art import Art, ArtBox
from covers.engine.poster.color import at_lightness, lch_of, mix
from covers.engine.poster.geometry import (
    moved,
    outline,
    rect,
)
from covers.engine.poster.motifs import motif
from covers.engine.poster.treatments import hatching
from covers.lettering.title_contract import Zone


class Botanical(Art):
    """An old plate: thin lines, hatching, mirrored order, a cream ground."""

    name, voice, finish, title_scale = "botanical", "small_caps", "ink", 0.06
    texture = "old paper"
    compositions = ("plate", "mirrored", "specimens")

    def _line_color(self) -> str:
        if self.colors.is_dark:
            return at_lightness(self.colors.figure, max(0.82, lch_of(self.colors.figure)[0]), 0.8)
        return self.figure_color(self.colors.ground, self.colors.figure, self.colors.ink)

    def _engrave(
        self, shape: skia.Path, detail: skia.Path, color: str, tint: str | None = None, weight: float = 1.0
    ) -> None:
        """Outline, tint a little off, and two sets of hatching that model the form from one side."""
        page = self.page
        box = shape.getBounds()
        if tint:
            page.fill(moved(shape, 0.006, 0.004), tint)
        left, span = box.left(), max(0.05, box.width())
        pitch = 0.0085 * weight

        def lit(x: float, y: float) -> float:
            across = min(1.0, max(0.0, (x - left) / span))
            return max(0.0, 0.14 + 0.62 * across**1.3 + 0.16 * math.sin(y * 17))

        def deep(x: float, y: float) -> float:
            return max(0.0, 1.15 * ((x - left) / span) - 0.62 + 0.1 * math.sin(y * 21))

        with page.clipped(shape):
            page.fill(hatching(box, pitch, 38, lit, 0.5), color)
            page.fill(hatching(box, pitch, -40, deep, 0.4), color)
        page.line(shape, color, 0.0042 * weight)
        with page.clipped(shape):
            page.fill(detail, self.colors.ground if not tint else mix(self.colors.ground, tint, 0.35))
            page.fill(
                hatching(detail.getBounds(), pitch * 1.2, 80, lambda x, y: 0.25), color, 0.6
            ) if not detail.isEmpty() else None
        page.line(detail, color, 0.0026 * weight)

    def _sheet(self) -> str:
        """Paper with a double frame; the colour of its lines."""
        page, color = self.page, self._line_color()
        page.ground(self.colors.ground)
        page.line(rect(0.045, 0.045, 0.91, 0.91), color, 0.0026)
        page.line(rect(0.056, 0.056, 0.888, 0.888), color, 0.0011)
        self.stage()
        return color

    def _type(self) -> None:
        self.titles = [Zone(0.12, 0.8, 0.76, 0.085, "center", "middle"), Zone(0.12, 0.09, 0.76, 0.09, "center")]
        self.artists = [Zone(0.2, 0.888, 0.6, 0.042, "center", "middle")]

    def plate(self) -> None:
        """One large engraved specimen inside a double frame, small studies beside it."""
        color, colors, rng = self._sheet(), self.colors, self.rng
        room = 0.13 if self.idea.room else 0.0
        box = ArtBox(0.13, 0.11, 0.74, 0.78 - room)
        tint = mix(colors.ground, colors.accent, 0.55)
        shape, detail = self.both(*box.center, self.fitted(box, 0.92), rng.choice((-12, 0, 12)))
        self._engrave(shape, detail, color, tint)
        if self.idea.support:
            self._study(box, color)
        self._type()

    def _study(self, box: ArtBox, color: str) -> None:
        """A small second motif in a corner of the plate that the large one leaves free."""
        other = motif(self.idea.support[0])
        size = 0.11 / max(other.width, other.height)
        grown = outline(self.placed(self.motif.shape, *box.center, self.fitted(box, 0.92)), 0.12)
        for x, y in ((0.17, 0.17), (0.83, 0.17), (0.17, box.y + box.height - 0.06), (0.83, box.y + box.height - 0.06)):
            if not grown.contains(x, y) and not self.placed(
                self.motif.shape, *box.center, self.fitted(box, 0.98)
            ).contains(x, y):
                self._engrave(moved(other.shape, x, y, size), moved(other.detail, x, y, size), color, None, 0.6)
                return

    def mirrored(self) -> None:
        """The motif and its mirror image, leaning to each other over a third."""
        color, colors, rng = self._sheet(), self.colors, self.rng
        y = 0.42 if self.idea.room else 0.5
        size = self.fitted(ArtBox(0, 0, 0.385, 0.5), 1.0)
        tint = mix(colors.ground, colors.accent, 0.5)
        lean = rng.choice((-16, 14))
        for flip in (False, True):
            shape, detail = self.both(0.29 if not flip else 0.71, y, size, lean if not flip else -lean, flip)
            self._engrave(shape, detail, color, tint, 0.85)
        other = motif(self.idea.support[0]) if self.idea.support else motif("leaf")
        for at, scale in ((y - 0.25, 0.11), (y + 0.25, 0.14)):
            part = scale / max(other.width, other.height)
            self._engrave(
                moved(other.shape, 0.5, at, part),
                moved(other.detail, 0.5, at, part),
                color,
                mix(colors.ground, colors.second, 0.5),
                0.7,
            )
        self._type()

    def specimens(self) -> None:
        """Rows of the motif like pinned specimens, each turned a little, one in full colour."""
        color, colors, rng = self._sheet(), self.colors, self.rng
        columns, rows = (3, 3)
        top, bottom = 0.1, 0.8 if self.idea.room else 0.9
        chosen = (rng.randrange(rows), rng.randrange(columns))
        wide, tall = 0.8 / columns, (bottom - top) / rows
        for row in range(rows):
            for column in range(columns):
                spot = ArtBox(0.1 + column * wide, top + row * tall, wide, tall)
                shape, detail = self.both(
                    *spot.center, self.fitted(spot, 0.76), rng.uniform(-9, 9) + 12 * (column - 1), rng.random() < 0.5
                )
                tint = colors.accent if (row, column) == chosen else mix(colors.ground, colors.second, 0.34)
                self._engrave(shape, detail, color, tint, 0.6)
        self._type()

    def surface(self) -> None:
        self.page.texture("paper", 0.26, self.rng)
        self.page.texture("cloud", 0.12, self.rng)
        self.page.specks(at_lightness(self.colors.ink, 0.45), "speckle", 3.1, self.rng, 0.3)
