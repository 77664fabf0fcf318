"""Styles of flat fields: swiss, duotone block, monolith."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.art import MARGIN, Art, ArtBox
from covers.engine.poster.color import at_lightness, lch_of, mix, ramp
from covers.engine.poster.geometry import circle, common, moved, oval, points_along, polygon, rect
from covers.engine.poster.motifs import motif
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend
from covers.engine.poster.treatments import halftone, hatching
from covers.lettering.title_contract import Zone


class Swiss(Art):
    """Flat ground, one cropped form, hard geometry, lots of air."""

    name, voice, title_scale = "swiss", "grotesk", 0.1
    compositions = ("cropped", "disc_and_form", "steps", "diagonal")
    massive = frozenset({"cropped", "diagonal"})

    def cropped(self) -> None:
        """The motif far larger than the sheet, running off one side; type in the calm corner opposite."""
        page, colors, rng = self.begun()
        side = rng.choice((-1, 1))
        size = rng.uniform(0.92, 1.04) / max(self.motif.width, self.motif.height)
        y = 0.66 if self.idea.room else 0.52
        turn = 0 if self.motif.width > 1.2 * self.motif.height else rng.choice((-24, -12, 12, 24))
        shape, detail = self.both(
            0.5 + side * 0.24, y, size, turn, flip=side < 0
        )  # most drawings face left: keep the head
        page.fill(shape, colors.figure)
        page.fill(detail, colors.ground)
        bar = rect(0 if side > 0 else 1 - MARGIN * 0.5, BLEED_MIN, MARGIN * 0.5, BLEED_MAX - BLEED_MIN)
        page.fill(bar, colors.accent)
        self._corner_type(side)

    def _corner_type(self, side: int) -> None:
        align = "left" if side > 0 else "right"
        x = MARGIN if side > 0 else 0.14
        self.titles = [
            Zone(x, 0.07, 0.78, 0.2, align),
            Zone(x, 0.07, 0.5, 0.3, align),
            Zone(x, 0.74, 0.6, 0.2, align, "bottom"),
        ]
        self.artists = [
            Zone(MARGIN if side > 0 else 0.5, 0.9, 0.42, 0.05, align, "bottom"),
            Zone(x, 0.28, 0.5, 0.05, align),
        ]

    def disc_and_form(self) -> None:
        """A disc off centre with the motif cut out of it, half inside, half outside, the colours changing places."""
        page, colors, rng = self.begun()
        box = self.room_below() if rng.random() < 0.6 else self.room_above()
        radius = min(box.height, 0.74) * 0.5
        x = rng.choice((0.36, 0.64))
        y = box.center[1]
        disc = circle(x, y, radius)
        size = self.fitted(ArtBox(0, 0, radius * 1.9, radius * 1.55))
        offset = radius * (0.55 if x < 0.5 else -0.55)
        shape, detail = self.both(x + offset, y, size)
        page.fill(disc, colors.accent if lch_of(colors.accent)[1] > 0.05 else colors.second)
        page.fill(shape, colors.figure)
        with page.clipped(disc):
            page.fill(shape, colors.ground)
        page.fill(detail, colors.ground)
        with page.clipped(disc):
            page.fill(detail, colors.figure)

    def steps(self) -> None:
        """The motif repeated on a strict grid, growing from one corner, the last one in the accent."""
        page, colors, rng = self.begun()
        box = self.room_above() if rng.random() < 0.5 else self.room_below()
        x, baseline = MARGIN, box.y + box.height
        sizes = [0.09, 0.14, 0.22, 0.37]
        for index, size in enumerate(sizes):
            scale = size / max(self.motif.width, 0.45)
            shape, detail = self.both(x + size / 2, baseline - scale * self.motif.height / 2, scale)
            is_last = index == len(sizes) - 1
            page.fill(shape, colors.accent if is_last else colors.figure)
            page.fill(detail, colors.ground)
            x += size + 0.005
        page.fill(rect(MARGIN, baseline + 0.012, 1 - 2 * MARGIN, 0.008), colors.figure)

    def diagonal(self) -> None:
        """Two fields along a steep diagonal; the motif rides on the edge and swaps colours there."""
        page, colors, rng = self.grounded()
        lean = rng.choice((-1, 1))
        slope = lean * rng.uniform(0.35, 0.5)
        edge = [(BLEED_MIN, 0.62 + slope * (BLEED_MIN - 0.5)), (BLEED_MAX, 0.62 + slope * (BLEED_MAX - 0.5))]
        field = polygon([*edge, (BLEED_MAX, 4), (BLEED_MIN, 4)])
        page.fill(field, colors.figure)
        self.stage()
        x = 0.5 + lean * 0.16
        size = 0.6 / max(self.motif.width, self.motif.height)
        shape, detail = self.both(x, 0.62 + slope * (x - 0.5) - 0.02, size, math.degrees(math.atan(slope)) * 0.5)
        page.fill(shape, self.figure_color(colors.figure, colors.ground))
        with page.clipped(field, is_outside=True):
            page.fill(shape, colors.figure)
            page.fill(detail, colors.ground)
        with page.clipped(field):
            page.fill(detail, colors.figure)
        self._diagonal_type(lean)

    def _diagonal_type(self, lean: int) -> None:
        align = "right" if lean > 0 else "left"
        wide = Zone(MARGIN, 0.07, 1 - 2 * MARGIN, 0.17, "left")
        corner = (
            Zone(MARGIN, 0.76, 0.6, 0.18, "left", "bottom")
            if lean < 0
            else Zone(0.4 - MARGIN, 0.78, 0.6, 0.16, "right", "bottom")
        )
        self.titles = [wide, corner]
        self.artists = [
            Zone(MARGIN if align == "left" else 0.5 - MARGIN, 0.9, 0.5, 0.05, align, "bottom"),
            Zone(MARGIN, 0.26, 0.4, 0.05),
        ]


class Duotone(Art):
    """A silhouette over two fields that swaps colours where they meet; halftone in one of them."""

    name, voice, finish, title_scale = "duotone", "slab", "ink", 0.11
    texture = "halftone"
    uppercase = True
    compositions = ("split", "band", "portrait")

    def _swap(self, field: skia.Path, shape: skia.Path, detail: skia.Path, first: str, second: str) -> None:
        """The figure in `second` on the ground `first`, and the other way round inside the field."""
        page = self.page
        page.fill(shape, second)
        page.fill(detail, first)
        with page.clipped(field):
            page.fill(shape, first)
            page.fill(detail, second)

    def split(self) -> None:
        """Two upright fields; the figure across the seam."""
        page, colors, rng = self.grounded()
        seam = rng.choice((5 / 12, 7 / 12))
        field = rect(seam, BLEED_MIN, BLEED_MAX, BLEED_MAX * 2)
        page.fill(field, colors.figure)
        self.stage()
        room = self.idea.room
        box = ArtBox(0.08, 0.05, 0.84, 0.9 - room)
        turn = rng.choice((-14, 0, 10, 16))
        shape, detail = self.both(0.5, box.center[1], self.fitted(box, 0.98), turn)
        self._swap(field, shape, detail, colors.ground, colors.figure)
        self._base_band(room)

    def _base_band(self, room: float) -> None:
        """A calm block for the type across the foot of the sheet, in the ink of the family."""
        if not room:
            return
        page, colors = self.page, self.colors
        band = colors.ink if not colors.is_dark else colors.paper
        top = 1 - room - 0.005
        page.fill(rect(BLEED_MIN, top, BLEED_MAX * 2, BLEED_MAX), band)
        self.titles = [Zone(MARGIN, top + 0.03, 1 - 2 * MARGIN, room - 0.085, "left", "middle")]
        self.inks = [colors.paper, colors.accent, colors.ink]

    def band(self) -> None:
        """A wide horizontal field at a third; the figure stands through it."""
        page, colors, rng = self.grounded()
        room = self.idea.room
        top = room + 0.06 + (0.94 - room) * 0.42
        field = rect(BLEED_MIN, top, BLEED_MAX * 2, BLEED_MAX)
        page.fill(field, colors.figure)
        self.stage()
        box = ArtBox(0.06, room + 0.05, 0.88, 0.84 - room)
        shape, detail = self.both(rng.choice((0.4, 0.6)), box.center[1], self.fitted(box, 0.96))
        self._swap(field, shape, detail, colors.ground, colors.figure)
        if room:
            self.titles = [Zone(MARGIN, 0.06, 1 - 2 * MARGIN, room - 0.05, "left")]
            self.artists = [
                Zone(MARGIN, 0.9, 0.5, 0.05, "left", "bottom"),
                Zone(0.5 - MARGIN, 0.9, 0.5, 0.05, "right", "bottom"),
            ]

    def portrait(self) -> None:
        """A colour column beside a huge halftoned figure, as on old jazz sleeves."""
        page, colors, rng = self.grounded()
        is_left = rng.random() < 0.5
        column = rect(BLEED_MIN, BLEED_MIN, 0.36 - BLEED_MIN, 6) if is_left else rect(0.64, BLEED_MIN, 3, 6)
        is_pale = lch_of(colors.ground)[0] > 0.55
        figure, hue = (colors.ink if is_pale else colors.paper), colors.accent
        page.fill(column, at_lightness(colors.second, 0.74 if is_pale else 0.42, 1.1))
        self.stage()
        room = self.idea.room
        box = ArtBox(0.0, 0.05, 0.84, 0.9 - room)
        shape, detail = self.both(
            0.6 if is_left else 0.4, box.center[1], self.fitted(box, 1.04), rng.choice((-8, 0, 8))
        )
        page.fill(shape, figure)
        page.fill(detail, at_lightness(hue, 0.62))
        side = 1 if is_left else -1
        tone = halftone(shape.getBounds(), 0.0165, 45, lambda x, y: 0.16 + side * (x - 0.5) * 1.1 - 0.25 * (y - 0.5))
        with page.clipped(shape):
            page.fill(tone, at_lightness(hue, 0.62), 0.9)
        if room:
            self._base_band(room * 0.9)

    def surface(self) -> None:
        area = self.page.visible
        area.fTop = 0.4
        dots = halftone(area, 0.0135, 45, lambda _, y: max(0.0, (y - 0.45) * 0.3))
        self.page.fill(dots, self.colors.ink, 0.12, Blend.kMultiply)
        self.page.texture("grain", 0.16, self.rng)
        self.page.specks(self.colors.paper, "speckle", 2.7, self.rng, 0.5)


class Monolith(Art):
    """One huge simple form or one tiny figure in a lot of space."""

    name, voice, title_scale = "monolith", "wide_tiny", 0.035
    texture = "film grain"
    textures = (("grain", 0.2),)
    compositions = ("giant", "alone", "slit", "hung")
    massive = frozenset({"giant", "alone"})
    standing = frozenset({"alone"})

    def giant(self) -> None:
        """The silhouette so large that it becomes a landscape; only an edge of it is read."""
        page, colors, rng = self.begun()
        size = rng.uniform(1.12, 1.26) / max(self.motif.width, self.motif.height)
        x, y = rng.choice((0.36, 0.64)), 0.82
        shape, detail = self.both(x, y, size)
        page.gradient(shape, (0, 0.2), (0, 1.1), [colors.figure, self.deeper(colors.figure, 0.08)])
        page.fill(detail, colors.ground)
        self.titles = [Zone(MARGIN, 0.07, 0.6, 0.1), Zone(0.5 - MARGIN, 0.07, 0.5, 0.1, "right")]
        self.artists = [Zone(MARGIN, 0.18, 0.5, 0.05)]

    def alone(self) -> None:
        """The motif as a monument, a tiny person before it, its long shadow on the ground."""
        page, colors, rng = self.grounded()
        left = rng.random() < 0.5
        line = 0.78
        floor = self.deeper(colors.ground, 0.07) if not colors.is_dark else self.paler(colors.ground, 0.06)
        page.fill(rect(BLEED_MIN, line, BLEED_MAX - BLEED_MIN, 3), floor)
        size = self.fitted(ArtBox(0, 0, 0.62, 0.62), 1.0)
        x = 0.62 if left else 0.38
        shape, detail = self.both(x, line - size * self.motif.height / 2 + 0.004, size)
        self.stage()
        page.gradient(shape, (0, 0.1), (0, line), ramp(colors.figure, mix(colors.figure, colors.ground, 0.3), 5))
        page.fill(detail, colors.ground)
        person = motif("figure")
        at = 0.22 if left else 0.78
        page.fill(moved(person.shape, at, line + 0.012 - 0.065, 0.13), colors.accent)
        shade = polygon(
            [(at - 0.02, line + 0.01), (at + 0.02, line + 0.01), (at + 0.2, line + 0.09), (at + 0.14, line + 0.09)]
        )
        page.fill(shade, self.deeper(floor, 0.08))
        self.titles = [Zone(MARGIN, 0.88, 0.5, 0.07, "left", "bottom"), Zone(MARGIN, 0.06, 0.5, 0.08)]
        self.artists = [
            Zone(0.5, 0.88, 0.5 - MARGIN, 0.07, "right", "bottom"),
            Zone(0.5, 0.06, 0.5 - MARGIN, 0.06, "right"),
        ]

    def slit(self) -> None:
        """A tall slab with the motif seen through it, the rest of the sheet empty."""
        page, colors, rng = self.begun()
        x = rng.choice((0.5, 7 / 12, 0.25))
        slab = rect(x, 0.1, 4 / 12, 0.8)
        page.fill(slab, colors.figure)
        size = self.fitted(ArtBox(0, 0, 0.44, 0.72), 1.0)
        shape, detail = self.both(x + 2 / 12 + rng.choice((-0.045, 0.045)), 0.52, size)
        with page.clipped(slab):
            page.fill(shape, colors.ground)
            page.fill(detail, colors.figure)
            lines = hatching(shape.getBounds(), 0.012, 90, lambda _, y: 0.12 + 0.5 * y)
            page.fill(common(shape, slab), colors.ground)
            with page.clipped(shape):
                page.fill(lines, colors.figure, 0.5)
            page.fill(detail, colors.figure)
        aside = Zone(MARGIN, 0.1, x - MARGIN - 0.04, 0.3) if x > 0.4 else Zone(x + 4 / 12 + 0.04, 0.1, 0.3, 0.3)
        self.titles = [aside, Zone(aside.x, 0.6, aside.width, 0.3, aside.align, "bottom")]
        self.artists = [Zone(aside.x, 0.84, aside.width, 0.06, "left", "bottom")]

    def hung(self) -> None:
        """The motif hangs on a thread in an empty room, its shadow far below."""
        page, colors, rng = self.grounded()
        x = rng.choice((1 / 3, 2 / 3))
        floor = self.deeper(colors.ground, 0.05) if not colors.is_dark else self.paler(colors.ground, 0.05)
        page.fill(rect(BLEED_MIN, 0.8, BLEED_MAX - BLEED_MIN, 3), floor)
        self.stage()
        size = self.fitted(ArtBox(0, 0, 0.46, 0.4), 1.0)
        shape, detail = self.both(x, 0.42, size)
        top = min((y for px, y in points_along(shape, 0.004) if abs(px - x) < 0.006), default=0.42)
        page.fill(rect(x - 0.0012, BLEED_MIN, 0.0024, top - BLEED_MIN + 0.004), colors.figure)
        page.fill(shape, colors.figure)
        page.fill(detail, colors.accent)
        page.blurred(oval(x, 0.875, size * self.motif.width * 0.36, 0.013), self.deeper(floor, 0.16), 0.006)
        side = "right" if x < 0.5 else "left"
        start = 0.56 if x < 0.5 else MARGIN
        self.titles = [Zone(start, 0.08, 0.36, 0.2, side), Zone(MARGIN, 0.9, 0.834, 0.06, "left", "bottom")]
        self.artists = [Zone(start, 0.68, 0.36, 0.08, side, "bottom"), Zone(start, 0.9, 0.36, 0.05, side, "bottom")]
