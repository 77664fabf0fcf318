"""Styles of sky and depth: city sunset, paper cut."""

from __future__ import annotations

import math
import random

import skia

from covers.engine.poster.art import MARGIN, Art, ArtBox
from covers.engine.poster.color import at_lightness, lch_of, mix, ramp
from covers.engine.poster.geometry import circle, common, minus, moved, polygon, rect, smooth, union
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.treatments import below, ridge
from covers.lettering.title_contract import Zone

WIDE = BLEED_MAX - BLEED_MIN


def skyline(rng: random.Random, base: float, height: float) -> skia.Path:
    """City blocks with setbacks and antennas from edge to edge, standing on y = base."""
    city, x = skia.Path(), BLEED_MIN
    while x < BLEED_MAX:
        width, tall = rng.choice((0.035, 0.05, 0.07, 0.09)), height * rng.choice((0.25, 0.4, 0.5, 0.7, 1.0))
        city.addPath(rect(x, base - tall, width + 0.001, tall + 0.01))
        if tall > height * 0.6 and rng.random() < 0.6:
            city.addPath(rect(x + width * 0.25, base - tall * 1.16, width * 0.5, tall * 0.2))
            city.addPath(rect(x + width * 0.47, base - tall * 1.42, width * 0.06, tall * 0.3))
        x += width + rng.choice((0, 0, 0.012))
    return city


class Sunset(Art):
    """A banded sun over a horizon, and what stands before it."""

    name, voice, title_scale = "sunset", "rounded", 0.11
    texture = "film grain"
    textures = (("grain", 0.2),)
    compositions = ("banded", "over_city", "over_sea", "over_road")
    massive = frozenset({"banded"})
    standing = frozenset({"over_city", "over_road"})
    afloat = frozenset({"over_sea"})
    keys = ("dark", "mid", "light", "tint")

    def _sky(self) -> tuple[str, str]:
        """Draws the sky; answers its top and its horizon colour. A light key is a morning, a dark one a night."""
        colors = self.colors
        top = colors.ground
        hue = lch_of(top)[2]
        near = min((colors.second, colors.accent), key=lambda color: abs((lch_of(color)[2] - hue + 180) % 360 - 180))
        low = near if colors.is_dark else mix(near, colors.paper, 0.55)  # the nearer hue: no way through mud
        if colors.is_dark:
            low = at_lightness(low, max(0.55, lch_of(low)[0]))
        stops = [top, *ramp(top, low, 6)[1:]]
        self.page.ground(top)
        self.page.gradient(self.page.everything, (0, 0.12), (0, 0.66), stops)
        return top, low

    def _sun(self, x: float, y: float, radius: float, foot: float) -> None:
        """A disc cut by bands that widen towards its foot."""
        page, colors = self.page, self.colors
        bright = at_lightness(colors.accent, 0.9, 0.9) if colors.is_dark else colors.accent
        disc = circle(x, y, radius)
        page.glow(x, y, radius * 2.1, bright, 0.35 if colors.is_dark else 0.15)
        bands = skia.Path()
        at, gap = y + radius * 0.02, 0.006
        while at < y + radius:
            bands.addRect(skia.Rect.MakeXYWH(x - radius - 0.1, at, radius * 2 + 0.2, gap))
            at += gap + 0.026
            gap *= 1.28
        with page.clipped(rect(BLEED_MIN, BLEED_MIN, WIDE, foot - BLEED_MIN)), page.clipped(bands, is_outside=True):
            page.gradient(
                disc,
                (0, y - radius),
                (0, y + radius),
                ramp(self.paler(bright, 0.05), mix(bright, colors.second, 0.6), 5),
            )

    def _water(self, horizon: float, x: float, low: str) -> None:
        page, colors, rng = self.page, self.colors, self.rng
        deep = (
            self.colors.ink
            if colors.is_dark
            else at_lightness(colors.ground, max(0.4, lch_of(colors.ground)[0] - 0.35), 1.4)
        )
        page.gradient(rect(BLEED_MIN, horizon, WIDE, 3), (0, horizon), (0, 1.05), ramp(mix(low, deep, 0.55), deep, 5))
        y, half = horizon + 0.015, 0.24
        while y < 1.2:
            thick = 0.004 + (y - horizon) * 0.022
            reach = half * rng.uniform(0.55, 1.0)
            drift = rng.uniform(-0.02, 0.02)
            page.fill(rect(x - reach + drift, y, 2 * reach, thick, thick / 2), self.paler(low, 0.12), 0.85)
            y += thick * 2.6 + 0.006
            half = max(0.05, half * 0.93)

    def _type_above(self) -> None:
        self.titles = [
            Zone(MARGIN, 0.07, 1 - 2 * MARGIN, 0.17, "center"),
            Zone(MARGIN, 0.07, 1 - 2 * MARGIN, 0.11, "center"),
        ]
        self.artists = [
            Zone(0.2, 0.92, 0.6, 0.045, "center", "bottom"),
            Zone(MARGIN, 0.92, 0.4, 0.045, "left", "bottom"),
        ]
        self.inks = [self.colors.paper, self.colors.ink]

    @property
    def night(self) -> str:
        """The colour of what stands against the light."""
        return self.colors.ink if self.colors.is_dark else at_lightness(self.colors.ink, 0.32, 1.3)

    def banded(self) -> None:
        """The motif itself goes down like a sun: cut by bands, glowing, over the sea."""
        rng = self.rng
        _, low = self._sky()
        horizon = 0.77
        self.stage()
        box = ArtBox(0.1, 0.27 if self.idea.room else 0.08, 0.8, 0.56 if self.idea.room else 0.74)
        size = self.fitted(box, 0.96)
        foot = horizon + 0.08 * size * self.motif.height
        shape, detail = self.both(rng.choice((0.46, 0.54)), foot - size * self.motif.height / 2, size)
        self.telling = [common(shape, rect(BLEED_MIN, BLEED_MIN, WIDE, horizon - BLEED_MIN))]  # the rest has gone down
        self._banded_fill(minus(shape, detail), horizon)
        self._water(horizon, 0.5, low)
        self._type_above()

    def _banded_fill(self, figure: skia.Path, horizon: float) -> None:
        page, colors = self.page, self.colors
        bright = (
            at_lightness(colors.accent, 0.9, 0.9) if colors.is_dark else self.figure_color(colors.ground, colors.figure)
        )
        box = figure.getBounds()
        page.blurred(figure, bright, 0.04, 0.35 if colors.is_dark else 0.12)
        bands = skia.Path()
        at, gap = box.top() + box.height() * 0.42, 0.005
        while at < horizon:
            bands.addRect(skia.Rect.MakeXYWH(-1, at, 3, gap))
            at += gap + 0.024
            gap *= 1.22
        sky = rect(BLEED_MIN, BLEED_MIN, WIDE, horizon - BLEED_MIN)
        glow = ramp(self.paler(bright, 0.05), mix(bright, colors.second, 0.75), 6)
        with page.clipped(sky), page.clipped(bands, is_outside=True):
            page.gradient(figure, (0, box.top()), (0, horizon), glow)

    def over_city(self) -> None:
        """Sun, skyline and water; the motif dark in front, on the quay."""
        page, colors, rng = self.page, self.colors, self.rng
        _, low = self._sky()
        x, horizon = rng.choice((0.38, 0.62)), 0.72
        self._sun(x, 0.52, 0.25, horizon)
        self.stage()
        self._water(horizon, x, low)
        page.fill(skyline(rng, horizon, 0.13), mix(self.night, low, 0.3))
        quay = 0.9
        page.fill(rect(BLEED_MIN, quay, WIDE, 3), self.night)
        size = self.fitted(ArtBox(0, 0, 0.5, 0.4), 1.0)
        shape, detail = self.both(1 - x, quay + 0.01 - size * self.motif.height / 2, size)
        page.fill(shape, self.night)
        page.fill(detail, colors.accent)
        self._type_above()

    def over_sea(self) -> None:
        """The motif on the line of the sea, before the sun."""
        page, colors, rng = self.page, self.colors, self.rng
        _, low = self._sky()
        x, horizon = rng.choice((5 / 12, 7 / 12)), 0.73
        self._sun(x, 0.52, 0.28, horizon)
        self.stage()
        self._water(horizon, x, low)
        size = self.fitted(ArtBox(0, 0, 0.5, 0.36), 1.0)
        shape, detail = self.both(x + rng.choice((-0.1, 0.1)), horizon - size * self.motif.height / 2 + 0.012, size)
        page.fill(shape, self.night)
        page.fill(detail, at_lightness(colors.accent, 0.8))
        self._type_above()

    def over_road(self) -> None:
        """A road to the sun; the motif waits at its side, larger than life."""
        page, colors, rng = self.page, self.colors, self.rng
        _, low = self._sky()
        horizon, side = 0.7, rng.choice((-1, 1))
        self._sun(0.5 - side * 0.1, 0.54, 0.22, horizon)
        self.stage()
        page.fill(below(ridge(rng, horizon - 0.02, 0.07)), mix(self.night, low, 0.3))
        page.fill(rect(BLEED_MIN, horizon, WIDE, 3), self.night)
        end = 0.5 - side * 0.1
        road = polygon([(end - 0.008, horizon), (end + 0.008, horizon), (end + 0.42, 1.2), (end - 0.42, 1.2)])
        page.gradient(road, (0, horizon), (0, 1.0), ramp(low, mix(low, self.night, 0.5), 4))
        for y, thick in ((0.735, 0.018), (0.79, 0.03), (0.87, 0.05)):
            page.fill(rect(end - thick * 0.09, y, thick * 0.18, thick), colors.paper)
        size = self.fitted(ArtBox(0, 0, 0.4, 0.44), 1.0)
        # on the last rise, so that it stands before the light and not before the dark of the road
        shape, detail = self.both(0.5 + side * 0.24, horizon + 0.025 - size * self.motif.height / 2, size)
        page.line(shape, colors.accent, 0.006)
        page.fill(shape, self.night)
        page.fill(detail, colors.accent)
        self._type_above()


class PaperCut(Art):
    """Layers of coloured paper with soft shadows."""

    name, voice, title_scale = "paper_cut", "soft_serif", 0.1
    compositions = ("hills", "aloft", "porthole", "frames")
    textures = (("paper", 0.22),)
    massive = frozenset({"frames"})
    floating = frozenset({"aloft"})
    standing = frozenset({"hills"})

    def _sheet(self, path: skia.Path, color: str, depth: float = 0.012) -> None:
        """One sheet of paper: its shadow on what lies below, itself, and a thin lit edge."""
        page = self.page
        page.blurred(moved(path, depth * 0.5, depth), "#000000", depth * 0.9, 0.34)
        page.fill(path, color)
        with page.clipped(path):
            page.line(moved(path, 0.0012, 0.0016), "#ffffff", 0.0022, 0.28)

    def hills(self) -> None:
        """A sun, receding hills, the motif standing on one of them."""
        _, colors, rng = self.grounded()
        side = rng.choice((0.3, 0.7))
        disc = colors.accent if colors.is_dark else self.figure_color(colors.figure, colors.paper, colors.accent)
        self._sheet(circle(side, 0.4, 0.15), disc, 0.008)
        self.stage()
        self._hills((0.5, 0.6, 0.71, 0.83), 2, 1 - side)
        self.titles = [Zone(MARGIN, 0.06, 0.834, 0.17, "left"), Zone(MARGIN, 0.84, 0.834, 0.11, "left", "bottom")]
        self.artists = [Zone(MARGIN, 0.9, 0.6, 0.05, "left", "bottom"), Zone(MARGIN, 0.24, 0.4, 0.05)]

    def _hills(self, tops: tuple[float, ...], stands_before: int | None, x: float) -> None:
        shades = ramp(mix(self.colors.ground, self.colors.figure, 0.22), self.colors.figure, len(tops))
        for index, (shade, top) in enumerate(zip(shades, tops, strict=True)):
            if index == stands_before:
                self._stander(x, top + 0.02)
            self._sheet(below(ridge(self.rng, top, 0.07 - index * 0.008)), shade)

    def aloft(self) -> None:
        """The motif hangs in the sky like a moon, large, low hills and clouds of paper under it."""
        page, colors, rng = self.begun()
        room = self.idea.room
        top = 0.78 if room else 0.84
        y = (0.06 + room + top) / 2 if room else 0.44
        side = rng.choice((-1, 1))
        size = self.fitted(ArtBox(0, 0, 0.66, top - 0.1 - room), 1.0)
        shape, detail = self.both(0.5 + side * 0.08, y - 0.02, size, rng.choice((-8, 0, 8)))
        color = self.figure_color(colors.ground, colors.accent, colors.second)
        self._sheet(shape, color, 0.014)
        page.fill(detail, self.deeper(color, 0.16))
        self._cloud(0.5 - side * 0.3, y + 0.13, 0.2, mix(colors.ground, colors.paper, 0.55))
        self._hills((top, top + 0.08), None, 0.5)
        self.titles = [
            Zone(MARGIN, 0.06, 0.834, max(room - 0.02, 0.1), "left"),
            Zone(MARGIN, 0.87, 0.8, 0.08, "left", "bottom"),
        ]
        self.artists = [Zone(MARGIN, 0.9, 0.6, 0.05, "left", "bottom")]

    def _cloud(self, x: float, y: float, half: float, color: str) -> None:
        puffs = [
            circle(x + dx * half, y - lift * half, radius * half)
            for dx, lift, radius in ((-0.5, 0.1, 0.3), (-0.1, 0.25, 0.42), (0.38, 0.12, 0.34))
        ]
        base = rect(x - half, y, 2 * half, half * 0.28, half * 0.14)
        self._sheet(union(base, *puffs), color, 0.008)

    def _stander(self, x: float, foot: float) -> None:
        size = min(0.36 / max(self.motif.height, 0.45), 0.46)
        shape, detail = self.both(x, foot - size * self.motif.height / 2, size)
        color = self.figure_color(self.colors.ground, self.colors.accent, self.colors.second)
        self._sheet(shape, color, 0.01)
        self.page.fill(detail, self.deeper(color, 0.16))

    def porthole(self) -> None:
        """Rings of paper, one inside the other, going down to the motif at the bottom of the well."""
        page, colors, rng = self.grounded()
        x, y = 0.5 + rng.choice((-0.06, 0.06)), 0.44 if self.idea.room else 0.5
        deep = colors.figure
        shades = ramp(mix(colors.ground, deep, 0.2), deep, 5)
        self.stage()
        for index, shade in enumerate(shades):
            radius = 0.42 - index * 0.052
            wobble = [
                (x + (radius + rng.uniform(-0.02, 0.02)) * c, y + (radius + rng.uniform(-0.02, 0.02)) * s)
                for c, s in _compass(18)
            ]
            self._hole(wobble, shade)
        size = self.fitted_square(0.34)
        shape, detail = self.both(x, y, size)
        color = self.figure_color(deep, colors.accent, colors.paper)
        self._sheet(shape, color, 0.012)
        page.fill(detail, deep)
        self.titles = [Zone(MARGIN, 0.86, 1 - 2 * MARGIN, 0.09, "center", "bottom"), Zone(MARGIN, 0.06, 0.3, 0.1)]

    def fitted_square(self, side: float) -> float:
        return side / max(self.motif.width, self.motif.height)

    def _hole(self, points: list[tuple[float, float]], color: str) -> None:
        """A hole in the sheet above: the colour below, darkened by the shadow of the rim."""
        page, hole = self.page, smooth(points, closed=True)
        page.fill(hole, color)
        self._rim(hole)

    def _rim(self, hole: skia.Path) -> None:
        with self.page.clipped(hole):
            self.page.blurred(minus(rect(-1, -1, 3, 3), moved(hole, 0.008, 0.014)), "#000000", 0.014, 0.4)

    def frames(self) -> None:
        """The motif's own outline cut through several sheets, each opening a little smaller: a stage of itself."""
        page, colors, rng = self.begun()
        y = 0.42 if self.idea.room else 0.5
        shades = ramp(colors.ground, colors.figure, 6)[1:]
        turn = rng.choice((-10, 0, 10))
        for index, shade in enumerate(shades):
            size = self.fitted_square(0.86 - index * 0.15)
            hole = self.placed(self.motif.shape, 0.5, y, size, turn)
            if index == 2:  # of the holes in one another the middle one is what is recognised
                self.telling = [hole]
            page.fill(hole, shade)
            self._rim(hole)
        self.titles = [Zone(MARGIN, 0.84, 1 - 2 * MARGIN, 0.11, "left", "bottom")]


def _compass(count: int) -> list[tuple[float, float]]:
    return [(math.cos(math.tau * index / count), math.sin(math.tau * index / count)) for index in range(count)]
