"""Styles made by hand: ink and brush, folk paper cut."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.art import MARGIN, Art, ArtBox
from covers.engine.poster.brushwork import curve, roughened, stroke
from covers.engine.poster.color import lch_of, mix, oklch, ramp
from covers.engine.poster.geometry import (
    circle,
    common,
    minus,
    moved,
    path_of,
    rect,
    ring_points,
)
from covers.engine.poster.motifs import motif
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend
from covers.engine.poster.treatments import below, ridge
from covers.lettering.title_contract import Zone

WIDE = BLEED_MAX - BLEED_MIN


class Brush(Art):
    """Ink on paper, one red accent; much is left empty."""

    name, voice, finish, title_scale = "brush", "brush", "ink", 0.11
    texture = "ink on hanji"
    textures = (("paper", 0.3), ("cloud", 0.1))
    compositions = ("enso", "mountains", "sweep", "scroll")
    standing = frozenset({"mountains"})

    def _paper(self) -> tuple[str, str]:
        """Ground and ink. Hanji in a pale key; in a dark one pale ink on a night sheet."""
        colors = self.colors
        ink = oklch(0.2, 0.012, 260) if lch_of(colors.ground)[0] > 0.5 else oklch(0.94, 0.015, 85)
        self.page.ground(colors.ground)
        self.page.specks(mix(colors.ground, ink, 0.14), "fibre", 1.4, self.rng, 0.5, 1.4)
        return colors.ground, ink

    @property
    def seal(self) -> str:
        """The one warm accent: the family's if it is a red, else cinnabar."""
        if self.colors.name == "own":
            return self.colors.accent
        lightness, chroma, hue = lch_of(self.colors.accent)
        return (
            self.colors.accent
            if chroma > 0.12 and (hue < 60 or hue > 340) and lightness < 0.7
            else oklch(0.56, 0.2, 29)
        )

    def _inked(self, path: skia.Path, ink: str) -> None:
        """A silhouette as wet ink: a bleeding edge, a darker rim, dry streaks inside."""
        page, rng = self.page, self.rng
        soft = roughened(path, rng, 0.0022, 0.006)
        page.blurred(soft, ink, 0.006, 0.35)
        with page.layer(around=path):
            page.fill(soft, ink)
            page.wear("brush", 1.5, rng, 0.9)
        page.line(soft, ink, 0.003, 0.6)

    def _seal(self, x: float, y: float, side: float = 0.055) -> None:
        """A cinnabar seal without letters: a rough square with the motif's own form left out."""
        page = self.page
        block = roughened(rect(x - side / 2, y - side / 2, side, side, side * 0.12), self.rng, side * 0.02, side * 0.12)
        mark = self.placed(self.motif.shape, x, y, side * 0.66 / max(self.motif.width, self.motif.height))
        with page.layer(around=block):
            page.fill(minus(block, mark), self.seal)
            page.wear("speckle", 1.8, self.rng)

    def _vertical_type(self, left: bool) -> None:
        x = 0.07 if left else 0.74
        self.titles = [
            Zone(x, 0.08, 0.19, 0.66, "left" if left else "right", "top", vertical=True),
            Zone(0.07 if left else 0.43, 0.08, 0.5, 0.16, "left" if left else "right"),
            Zone(MARGIN, 0.8, 0.6, 0.14, "left", "bottom"),
        ]
        self.artists = [
            Zone(0.07 if left else 0.6, 0.9, 0.33, 0.05, "left" if left else "right", "bottom"),
            Zone(0.3, 0.9, 0.4, 0.05, "center", "bottom"),
        ]

    def enso(self) -> None:
        """One round stroke that does not close, the motif within it."""
        page, rng = self.page, self.rng
        _, ink = self._paper()
        self.stage()
        left = rng.random() < 0.5
        x, y, radius = (0.6 if left else 0.4) if self.idea.room else 0.5, 0.52, 0.29 if self.idea.room else 0.36
        start = rng.uniform(0, 360)
        ring = [
            ring_points(x, y, radius + 0.012 * math.sin(step * 0.05), 1, start + step * 3.3)[0] for step in range(104)
        ]
        stroke(page, ring, 0.085, ink, rng, 0.75, 0.9)
        size = radius * 1.12 / max(self.motif.width, self.motif.height)
        shape, detail = self.both(x, y, size)
        self._inked(minus(shape, detail), ink)
        self._seal(x + radius * 0.98 * (1 if left else -1) * 0.72, y + radius * 1.04)
        self._vertical_type(left)

    def mountains(self) -> None:
        """Washes of mountains in mist, a red sun, the motif small and black in front."""
        page, rng = self.page, self.rng
        ground, ink = self._paper()
        left = rng.random() < 0.5
        page.fill(roughened(circle(0.66 if left else 0.34, 0.28, 0.075), rng, 0.002, 0.01), self.seal)
        self.stage()
        for index, top in enumerate((0.46, 0.56, 0.68)):
            shade = mix(ground, ink, 0.3 + 0.2 * index)
            hill = below(ridge(rng, top, 0.13 - 0.03 * index, 4))
            page.gradient(hill, (0, top - 0.12), (0, top + 0.16), ramp(shade, ground, 6))
            with page.layer(alpha=0.3):
                page.fill(hill, shade)
                page.wear("brush", 0.2, rng, 1.2)
                page.fade(rect(BLEED_MIN, top, WIDE, 3), (0, top + 0.16), (0, top), ground)
        size = min(0.24 / max(self.motif.height, 0.5), 0.3)
        shape, detail = self.both(0.36 if left else 0.64, 0.83 - size * self.motif.height / 2, size)
        self._inked(minus(shape, detail), ink)
        water = curve([(0.1, 0.87), (0.4, 0.85), (0.7, 0.88), (0.95, 0.86)])
        stroke(page, water, 0.02, mix(ground, ink, 0.7), rng, 0.9, 0.6)
        self._vertical_type(left)
        self._seal(0.93 if left else 0.07, 0.9, 0.05)

    def sweep(self) -> None:
        """One broad stroke across the sheet, the motif left out of it."""
        page, rng = self.page, self.rng
        ground, ink = self._paper()
        self.stage()
        lean = rng.choice((-1, 1))
        y = 0.58 if self.idea.room else 0.5
        points = curve(
            [(-0.08, y + lean * 0.16), (0.25, y + 0.02), (0.6, y - lean * 0.05), (1.08, y - lean * 0.15)], 160
        )
        stroke(page, points, 0.46, ink, rng, 0.55)
        size = 0.56 / max(self.motif.width, self.motif.height)
        shape, detail = self.both(0.42, y, size)
        cut = roughened(shape, rng, 0.0018, 0.007)
        page.fill(cut, ground)
        page.fill(detail, ink)
        self._seal(0.88, 0.88 if lean > 0 else 0.87)
        self.titles = [Zone(MARGIN, 0.07, 0.8, 0.17), Zone(MARGIN, 0.84, 0.64, 0.11, "left", "bottom")]
        self.artists = [Zone(MARGIN, 0.89, 0.5, 0.05, "left", "bottom")]

    def scroll(self) -> None:
        """The motif large in wet ink, cropped at one side, as on a hanging scroll."""
        page, rng = self.page, self.rng
        ground, ink = self._paper()
        left = rng.random() < 0.5
        page.glow(0.68 if left else 0.32, 0.5, 0.6, mix(ground, ink, 0.35), 0.5, Blend.kSrcOver)
        self.stage()
        size = 0.86 / max(self.motif.width, self.motif.height)
        shape, detail = self.both(0.66 if left else 0.34, 0.52, size, rng.choice((-8, 0, 8)), flip=left)
        self._inked(minus(shape, detail), ink)
        flecks = skia.Path()
        for _ in range(40):
            reach = abs(rng.gauss(0, 0.2))
            (spot,) = ring_points(0.66 if left else 0.34, 0.52, 0.3 + reach, 1, rng.uniform(0, 360))
            flecks.addCircle(*spot, 0.0012 + 0.005 * rng.random() ** 3)
        page.fill(flecks, ink, 0.85)
        self._vertical_type(left)
        self._seal(0.12 if left else 0.88, 0.83)


class Folk(Art):
    """Hand-cut shapes in earth colours, as on 1970s folk sleeves."""

    name, voice, finish, title_scale = "folk", "folk", "ink", 0.09
    texture = "worn paper"
    compositions = ("cutouts", "patchwork", "arch", "garland")

    def _cut(self, path: skia.Path, color: str, amount: float = 0.0045) -> None:
        """One piece of hand-cut coloured paper with worn ink."""
        with self.page.layer(around=path):
            self.page.fill(roughened(path, self.rng, amount, 0.024), color)
            self.page.wear("speckle", 2.1, self.rng)

    def _leaf(self, x: float, y: float, length: float, turn: float) -> skia.Path:
        return moved(path_of("M0 0C0.22 -0.2 0.26 -0.6 0 -1C-0.26 -0.6 -0.22 -0.2 0 0Z"), x, y, length, turn)

    def cutouts(self) -> None:
        """The motif between cut leaves on a field of another colour."""
        _, colors, rng = self.grounded()
        box = self.room_below() if rng.random() < 0.5 else self.room_above()
        field = rect(0.06, box.y, 0.88, box.height)
        tone = mix(colors.ground, colors.figure, 0.16)
        self._cut(field, tone, 0.006)
        self.stage()
        shades = [
            color
            for color in (colors.second, colors.accent, colors.figure)
            if lch_of(color)[1] > 0.02 and color != tone
        ]
        x, y = box.center
        for index in range(10):
            side = -1 if index % 2 else 1
            spot = (x + side * rng.uniform(0.24, 0.37), box.y + box.height * (0.14 + 0.8 * (index // 2) / 5 + 0.1))
            self._cut(
                self._leaf(*spot, rng.uniform(0.1, 0.17), side * rng.uniform(10, 80)),
                shades[index % len(shades)],
                0.003,
            )
        shape, detail = self.both(x, y, self.fitted(ArtBox(0, 0, 0.58, box.height * 0.88), 1.0))
        figure = self.figure_color(tone, colors.figure, colors.ink)
        self._cut(shape, figure)
        self._cut(detail, tone, 0.002)

    def patchwork(self) -> None:
        """Pieces of cloth sewn together as in a jogakbo; the motif on the largest."""
        page, colors, rng = self.begun()
        room = self.idea.room
        height = 1 - room if room else 1.0
        base = [colors.figure, colors.second, colors.accent, colors.paper, colors.ground]
        shades = [mix(color, colors.paper, share) for color in base for share in (0.0, 0.35)]
        xs, ys = [0, 0.17, 0.71, 0.86, 1.0], [0, 0.16, 0.82, 1.0] if rng.random() < 0.5 else [0, 0.2, 0.86, 1.0]
        if rng.random() < 0.5:
            xs = [1 - x for x in reversed(xs)]
        widest = max(range(4), key=lambda index: xs[index + 1] - xs[index])
        for column in range(4):
            for row in range(3):
                x, y = xs[column], ys[row] * height
                wide, tall = xs[column + 1] - x, ys[row + 1] * height - y
                hero = column == widest and row == 1
                shade = colors.paper if hero else rng.choice(shades)
                page.fill(rect(x, y, wide, tall), shade)
                if not hero and rng.random() < 0.5:
                    cut = rng.uniform(0.3, 0.7)
                    page.fill(
                        rect(x, y, wide * cut, tall) if wide > tall else rect(x, y, wide, tall * cut),
                        rng.choice(shades),
                    )
                page.line(rect(x, y, wide, tall), self.deeper(shade, 0.14), 0.0028, 0.5)
                if hero:
                    spot = ArtBox(x, y, wide, tall)
        shape, detail = self.both(*spot.center, self.fitted(spot, 0.8))
        figure = self.figure_color(colors.paper, colors.figure, colors.ink)
        self._cut(shape, figure)
        self._cut(detail, colors.paper, 0.002)
        if room:
            self.titles = [Zone(MARGIN, height + 0.03, 1 - 2 * MARGIN, room - 0.07, "left", "bottom")]

    def arch(self) -> None:
        """Stripes bent into an arch over the motif, sun colours, wide margins."""
        page, colors = self.page, self.colors
        page.ground(colors.ground)
        room = self.idea.room
        base = 0.97 - room if room else 0.92
        shades = [colors.figure, colors.second, colors.accent, mix(colors.accent, colors.paper, 0.5)]
        radius = min(0.4, base - 0.08 - 0.36 + 0.3)
        self.stage()
        for index, shade in enumerate(shades):
            reach = radius - index * 0.052
            arch = skia.Path()
            arch.addRoundRect(
                skia.Rect.MakeLTRB(0.5 - reach, base - radius * 2 + index * 0.052 + 0.02, 0.5 + reach, base + 1.0),
                reach,
                reach,
            )
            self._cut(common(arch, rect(-1, -1, 3, base + 1)), shade, 0.003)
        inside = radius - len(shades) * 0.052
        door = skia.Path()
        door.addRoundRect(
            skia.Rect.MakeLTRB(0.5 - inside, base - radius * 2 + 0.23, 0.5 + inside, base + 1), inside, inside
        )
        field = colors.paper if not colors.is_dark else colors.ink
        self._cut(common(door, rect(-1, -1, 3, base + 1)), field, 0.003)
        size = self.fitted(ArtBox(0, 0, inside * 2.4, radius * 2 - 0.36), 1.0)
        shape, detail = self.both(0.5, base - size * self.motif.height / 2 - 0.015, size)
        figure = self.figure_color(field, colors.figure, colors.ink)
        self._cut(shape, figure)
        self._cut(detail, field, 0.002)
        if room:
            self.titles = [Zone(MARGIN, base + 0.03, 1 - 2 * MARGIN, room - 0.06, "center", "middle")]
        page.fill(rect(MARGIN, base, 1 - 2 * MARGIN, 0.004), colors.figure)

    def garland(self) -> None:
        """The motif in a ring of small ones and leaves, as painted on a chest."""
        _, colors, rng = self.begun()
        y = 0.45 if self.idea.room else 0.5
        radius = 0.33 if self.idea.room else 0.38
        leaf_color = self.figure_color(colors.ground, colors.second, colors.figure)
        self._cut(minus(circle(0.5, y, radius + 0.004), circle(0.5, y, radius - 0.004)), leaf_color, 0.002)
        for index in range(28):
            (spot,) = ring_points(0.5, y, radius, 1, index * 360 / 28)
            lean = index * 360 / 28 + (58 if index % 2 else 122)
            self._cut(self._leaf(*spot, 0.075, lean), leaf_color, 0.002)
        other = motif(self.idea.support[0]) if self.idea.support else motif("flower")
        for index in range(4):
            (spot,) = ring_points(0.5, y, radius, 1, 45 + index * 90)
            self._cut(circle(*spot, 0.075), colors.ground, 0.002)
            self._cut(
                moved(minus(other.shape, other.detail), *spot, 0.11 / max(other.width, other.height)),
                colors.accent,
                0.0015,
            )
        size = radius * 1.22 / max(self.motif.width, self.motif.height)
        shape, detail = self.both(0.5, y, size, rng.choice((-6, 0, 6)))
        self._cut(shape, colors.figure)
        self._cut(detail, colors.ground, 0.002)
        self.titles = [Zone(MARGIN, 0.84, 1 - 2 * MARGIN, 0.11, "center", "bottom")]

    def surface(self) -> None:
        self.page.texture("paper", 0.28, self.rng)
        self.page.specks(self.colors.ink, "speckle", 3.0, self.rng, 0.25)
