"""Styles of shapes and celebration: bauhaus, trot gala."""

from __future__ import annotations

import skia

from covers.engine.poster.art import MARGIN, Art, ArtBox
from covers.engine.poster.color import at_lightness, distance, lch_of, mix, oklch, ramp
from covers.engine.poster.geometry import circle, common, minus, moved, polygon, rect, ring_points
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.treatments import long_shadow, sunburst
from covers.lettering.title_contract import Zone

WIDE = BLEED_MAX - BLEED_MIN


class Bauhaus(Art):
    """Circles, quarter arcs and bars on a strict grid; the motif breaks one cell."""

    name, voice, title_scale = "bauhaus", "geometric", 0.08
    compositions = ("tiles", "construct", "totem")
    textures = (("paper", 0.18), ("grain", 0.12))

    def _shades(self) -> list[str]:
        colors = self.colors
        wishes = dict.fromkeys((colors.figure, colors.second, colors.accent))
        return [color for color in wishes if distance(color, colors.ground) > 0.2] or [colors.figure]

    def tiles(self) -> None:
        """A grid of quarter discs; the motif holds a block of two by two."""
        rng = self.begun()[2]
        columns = 4
        cell = 1 / columns
        rows = 3 if self.idea.room else 4
        block = (rng.choice((0, 2)) if rows == 4 else rng.choice((0, 1)), rng.choice((0, 1, 2)))
        shades = self._shades()
        for row in range(rows):
            for column in range(columns):
                if block[0] <= row < block[0] + 2 and block[1] <= column < block[1] + 2:
                    continue
                self._tile(column * cell, row * cell, cell, shades)
        self._block(block[1] * cell, block[0] * cell, cell * 2)
        if self.idea.room:
            self.titles = [Zone(MARGIN * 0.6, 0.79, 1 - 1.2 * MARGIN, 0.16, "left", "middle")]

    def _tile(self, x: float, y: float, cell: float, shades: list[str]) -> None:
        page, rng = self.page, self.rng
        frame = rect(x, y, cell, cell)
        color, other = rng.sample(shades, 2) if len(shades) > 1 else (shades[0], shades[0])
        kind = rng.choice(("quarter", "quarter", "half", "disc", "triangle", "rings", "empty"))
        corner = rng.choice(((x, y), (x + cell, y), (x, y + cell), (x + cell, y + cell)))
        with page.clipped(frame):
            if kind in ("quarter", "rings"):
                page.fill(circle(*corner, cell), color)
            if kind == "rings":
                page.fill(circle(*corner, cell * 0.66), self.colors.ground)
                page.fill(circle(*corner, cell * 0.33), other)
            if kind == "half":
                page.fill(circle(x + cell / 2, corner[1], cell / 2), color)
            if kind == "disc":
                page.fill(circle(x + cell / 2, y + cell / 2, cell * 0.42), color)
                page.fill(circle(x + cell / 2, y + cell / 2, cell * 0.16), self.colors.ground)
            if kind == "triangle":
                page.fill(
                    polygon([corner, (2 * x + cell - corner[0], corner[1]), (corner[0], 2 * y + cell - corner[1])]),
                    color,
                )

    def _block(self, x: float, y: float, side: float) -> None:
        page, colors = self.page, self.colors
        ground = self.colors.ink if not colors.is_dark else colors.paper
        page.fill(rect(x, y, side, side), ground)
        shape, detail = self.both(x + side / 2, y + side / 2, side * 0.8 / max(self.motif.width, self.motif.height))
        figure = self.figure_color(ground, colors.accent, colors.ground)
        page.fill(shape, figure)
        page.fill(detail, ground)

    def construct(self) -> None:
        """A great disc, a bar through it and a quarter arc, all on one diagonal; the motif on the disc."""
        page, colors, rng = self.grounded()
        side = rng.choice((-1, 1))
        y = 0.42 if self.idea.room else 0.5
        disc = circle(0.5 + side * 0.1, y, 0.31)
        bar = moved(rect(-1.4, -0.035, 2.8, 0.07), 0.5, y, 1.0, -38 * side)
        arc = minus(circle(0.5 - side * 0.42, y + 0.34, 0.34), circle(0.5 - side * 0.42, y + 0.34, 0.24))
        self.stage()
        shades = self._shades()
        page.fill(arc, shades[-1])
        page.fill(bar, shades[1 % len(shades)])
        page.fill(disc, colors.figure)
        with page.clipped(disc):
            page.fill(bar, mix(colors.figure, shades[1 % len(shades)], 0.3))
        shape, detail = self.both(0.5 + side * 0.1, y, 0.44 / max(self.motif.width, self.motif.height), -8 * side)
        page.fill(shape, self.figure_color(colors.figure, colors.ground))
        page.fill(detail, colors.figure)
        for index in range(3):
            page.fill(circle(0.5 - side * (0.36 - index * 0.07), 0.12, 0.02), colors.figure)
        if self.idea.room:
            self.titles = [Zone(MARGIN, 0.79, 1 - 2 * MARGIN, 0.16, "left" if side < 0 else "right", "bottom")]

    def totem(self) -> None:
        """Forms stacked on one axis, the motif as the head; stripes run off to one side."""
        page, colors, rng = self.grounded()
        side = rng.choice((-1, 1))
        x = 0.5 + side * 0.17
        shades = self._shades()
        for index in range(5):
            page.fill(
                rect(x if side > 0 else BLEED_MIN, 0.52 + index * 0.036, WIDE if side > 0 else x - BLEED_MIN, 0.018),
                shades[index % len(shades)],
            )
        self.stage()
        page.fill(rect(x - 0.15, 0.62, 0.3, 2.0), colors.figure)
        half = common(circle(x, 0.62, 0.15), rect(-1, 0.4, 3, 0.22))
        page.fill(half, shades[1 % len(shades)])
        page.fill(circle(x, 0.79, 0.09), shades[-1])
        shape, detail = self.both(x, 0.28, 0.42 / max(self.motif.width, self.motif.height))
        page.fill(shape, colors.figure)
        page.fill(detail, colors.ground)
        start = MARGIN if side > 0 else 0.5
        align = "left" if side > 0 else "right"
        self.titles = [Zone(start, 0.74, 0.42, 0.2, align, "bottom"), Zone(start, 0.07, 0.4, 0.24, align)]
        self.artists = [Zone(start, 0.07, 0.36, 0.06, align)]


class Gala(Art):
    """Sunburst, gold, bulbs and ribbons: a show, joyful and not ironic."""

    name, voice, finish, title_scale = "gala", "gala", "shadow", 0.15
    texture = "paper and grain"
    textures = (("paper", 0.14), ("grain", 0.16))
    compositions = ("medallion", "stage_lights", "fan", "stars")

    def _burst(self, x: float, y: float) -> tuple[str, str]:
        """The rays, two strong neighbours in colour; answers them."""
        page, colors = self.page, self.colors
        ground = colors.ground
        lightness = lch_of(ground)[0]
        other = self.deeper(ground, 0.09) if lightness > 0.3 else self.paler(ground, 0.1)
        if lightness > 0.8:
            other = mix(ground, colors.accent, 0.34)
        page.ground(ground)
        page.fill(sunburst(x, y, 22, self.rng.uniform(0, 16)), other)
        self._quiet_top(ground)
        return ground, other

    def _quiet_top(self, color: str) -> None:
        """Lets rays fade out where the title goes."""
        room = self.idea.room
        if room:
            self.page.fade(
                rect(BLEED_MIN, BLEED_MIN, WIDE, room + 0.1 - BLEED_MIN), (0, room * 0.8), (0, room + 0.1), color
            )

    @property
    def gold(self) -> str:
        """The show's metal: a gold of the family, or gold; of a person's own colours the lightest one that is left."""
        if self.colors.name == "own":
            free = [color for color in self.colors.colors() if distance(color, self.colors.ground) > 0.2]
            return max(free, key=lambda color: lch_of(color)[0])
        for color in (self.colors.accent, self.colors.second):
            lightness, chroma, hue = lch_of(color)
            if 55 < hue < 110 and lightness > 0.7 and chroma > 0.08:
                return color
        return oklch(0.84, 0.15, 86)

    def _rim(self, x: float, y: float, radius: float, bulbs: int) -> None:
        page = self.page
        dark = self.deeper(self.gold, 0.34)
        page.blurred(circle(x + 0.008, y + 0.014, radius * 1.12), "#000000", 0.014, 0.4)
        page.gradient(
            circle(x, y, radius * 1.12),
            (x, y - radius),
            (x, y + radius),
            ramp(self.paler(self.gold, 0.1), self.deeper(self.gold, 0.16), 5),
        )
        page.line(circle(x, y, radius * 1.12), dark, 0.004)
        for px, py in ring_points(x, y, radius * 1.06, bulbs):
            page.glow(px, py, radius * 0.09, "#fff3c4", 0.7)
            page.fill(circle(px, py, radius * 0.03), "#fffbe6")

    def _type(self) -> None:
        room = self.idea.room
        self.titles = [Zone(MARGIN * 0.5, 0.055, 1 - MARGIN, max(room - 0.03, 0.12), "center", "middle")]
        self.artists = [Zone(0.15, 0.905, 0.7, 0.055, "center", "bottom")]
        self.inks = [self.gold, self.colors.paper, self.colors.ink]

    def _hero(self, x: float, y: float, size: float, color: str, turn: float = 0.0) -> None:
        """The motif with a hard shadow, a dark edge and its detail."""
        page = self.page
        shape, detail = self.both(x, y, size, turn)
        shadow = self.colors.ink
        for step in long_shadow(shape, 0.02, 0.024, 10):
            page.fill(step, shadow)
        page.line(shape, shadow, 0.012)
        page.gradient(shape, (x, y - 0.3), (x, y + 0.3), ramp(self.paler(color, 0.06), self.deeper(color, 0.07), 4))
        page.fill(detail, shadow)

    def medallion(self) -> None:
        """The motif on a disc with a golden rim of bulbs, rays behind."""
        page, colors = self.page, self.colors
        y = 0.56 if self.idea.room else 0.5
        _ground, _ = self._burst(0.5, y)
        self.stage()
        radius = 0.29 if self.idea.room else 0.37
        self._rim(0.5, y, radius, 32)
        field = self.figure_color(self.gold, colors.ink, colors.figure)
        page.fill(circle(0.5, y, radius), field)
        page.line(circle(0.5, y, radius * 0.93), self.gold, 0.003)
        self._hero(
            0.5,
            y,
            radius * 1.5 / max(self.motif.width, self.motif.height),
            self.figure_color(field, self.gold, colors.paper),
            self.rng.choice((-10, 0, 10)),
        )
        self._type()

    def stage_lights(self) -> None:
        """Curtains left and right, beams of light, the motif on a stage."""
        page, colors = self.page, self.colors
        deep = colors.ink
        page.ground(deep)
        glow = self.paler(self.gold, 0.06)
        for x, lean in ((0.12, 0.3), (0.34, 0.1), (0.66, -0.1), (0.88, -0.3)):
            beam = polygon([(x - 0.012, -0.05), (x + 0.012, -0.05), (x + lean + 0.13, 0.86), (x + lean - 0.13, 0.86)])
            page.gradient(beam, (0, 0), (0, 0.9), [mix(glow, deep, 0.35), deep], 0.55)
        page.gradient(
            rect(BLEED_MIN, 0.84, WIDE, 3),
            (0, 0.84),
            (0, 1.0),
            ramp(self.deeper(self.gold, 0.12), mix(self.gold, deep, 0.75), 4),
        )
        self._quiet_top(deep)
        self.stage()
        lightness, chroma, _ = lch_of(colors.ground)
        is_cloth = chroma > 0.07 and 0.3 < lightness < 0.75
        self._curtain(colors.ground if is_cloth else colors.accent if colors.name == "own" else oklch(0.46, 0.18, 25))
        size = self.fitted(ArtBox(0, 0, 0.54, 0.5), 1.0)
        page.glow(0.5, 0.6, 0.42, glow, 0.45)
        self._hero(0.5, 0.86 - size * self.motif.height / 2, size, self.gold)
        self._type()
        self.titles = [Zone(0.17, 0.06, 0.66, 0.22, "center", "middle")]

    def _curtain(self, color: str) -> None:
        """Two drawn curtains: the cloth first, then its folds, light and dark in turn."""
        page, folds = self.page, 8
        for side in (-1, 1):
            page.fill(_fold(side, 0.5 + side * 0.36, 0.05), color)
            for fold in range(folds):
                shade = mix(color, "#000000", 0.42) if fold % 2 else mix(color, "#ffffff", 0.16)
                page.line(_fold(side, 0.5 + side * (0.36 + fold * 0.021), 0.05 - fold * 0.006), shade, 0.009, 0.85)

    def fan(self) -> None:
        """Rays rise from the foot of the sheet, the motif before a half disc of gold."""
        page, colors = self.page, self.colors
        base = 0.84 if self.idea.room else 0.94
        self._burst(0.5, base)
        self.stage()
        for radius, color in (
            (0.47, self.deeper(self.gold, 0.2)),
            (0.455, self.gold),
            (0.4, self.figure_color(self.gold, colors.ink)),
            (0.385, colors.ink),
        ):
            page.fill(common(circle(0.5, base, radius), rect(-1, -1, 3, base + 1)), color)
        page.fill(rect(BLEED_MIN, base, WIDE, 3), colors.ink)
        page.fill(rect(BLEED_MIN, base, WIDE, 0.012), self.gold)
        size = self.fitted(ArtBox(0, 0, 0.54, 0.5 if self.idea.room else 0.62), 1.0)
        self._hero(0.5, base - 0.02 - size * self.motif.height / 2, size, self.paler(self.gold, 0.02))
        self._type()

    def stars(self) -> None:
        """Bold diagonal ribbons and stars around a motif without a frame."""
        page, colors, rng = self.page, self.colors, self.rng
        self._burst(rng.choice((0.2, 0.8)), 1.1)
        lean = rng.choice((-1, 1))
        for index, color in enumerate((colors.ink, self.gold, colors.figure)):
            ribbon = moved(rect(-2, -0.055, 4, 0.11), 0.5, 0.62 + (index - 1) * 0.115, 1.0, -14 * lean)
            page.fill(ribbon, color)
        self.stage()
        y = 0.58 if self.idea.room else 0.5
        bright = self.gold if distance(self.gold, colors.ground) > 0.16 else colors.paper  # its edge is dark already
        self._hero(0.5, y, self.fitted(ArtBox(0, 0, 0.62, 0.54), 1.0), bright, 6 * lean)
        for _ in range(9):
            x, at, size = rng.random(), rng.uniform(0.3, 0.88), rng.choice((0.012, 0.02, 0.03))
            if abs(x - 0.5) > 0.34:
                inner, outer = ring_points(x, at, size * 0.42, 5, 36), ring_points(x, at, size, 5)
                page.fill(
                    polygon([point for pair in zip(outer, inner, strict=True) for point in pair]),
                    at_lightness(self.gold, 0.92),
                )
        self._type()


def _fold(side: int, x: float, sway: float) -> skia.Path:
    """Cloth from an upright, slightly drawn-back edge at x to beyond the sheet. side: -1 left, 1 right."""
    cloth = skia.Path()
    cloth.moveTo(x + side * 2, -1)
    cloth.lineTo(x, -1)
    cloth.cubicTo(x, 0.3, x + side * sway * 1.6, 0.62, x - side * 0.01, 1.05)
    cloth.lineTo(x + side * 2, 1.05)
    cloth.close()
    return cloth
