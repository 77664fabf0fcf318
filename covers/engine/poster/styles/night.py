"""Night sky: deep gradients, stars, a constellation made of the motif's outline."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.art import MARGIN, Art, ArtBox
from covers.engine.poster.color import at_lightness, lch_of, mix, oklch, ramp
from covers.engine.poster.geometry import Point, circle, contours, outline, points_along, polyline, ring_points
from covers.engine.poster.motifs import motif
from covers.engine.poster.page import Blend
from covers.engine.poster.treatments import below, hatching, ridge
from covers.lettering.title_contract import Zone


def corners(path: skia.Path, count: int) -> list[Point]:
    """About `count` points of the longest contour: where it bends most, then evenly in between."""
    longest = max(contours(path), key=lambda part: skia.PathMeasure(part, True).getLength())
    length = skia.PathMeasure(longest, True).getLength()
    points = points_along(longest, length / 240)
    bends = [_bend(points, index) for index in range(len(points))]
    chosen: list[int] = []
    gap = len(points) // (count * 2)
    for index in sorted(range(len(points)), key=lambda index: -bends[index]):
        if all(min(abs(index - other), len(points) - abs(index - other)) > gap for other in chosen):
            chosen.append(index)
        if len(chosen) >= count:
            break
    return [points[index] for index in sorted(chosen)]


def _bend(points: list[Point], index: int, reach: int = 5) -> float:
    before, here, after = points[index - reach], points[index], points[(index + reach) % len(points)]
    one = math.atan2(here[1] - before[1], here[0] - before[0])
    two = math.atan2(after[1] - here[1], after[0] - here[0])
    return abs((two - one + math.pi) % math.tau - math.pi)


class NightSky(Art):
    """Deep gradient, fine stars, thin lines."""

    name, voice, finish, title_scale = "night_sky", "thin_serif", "glow", 0.075
    texture = "film grain"
    compositions = ("constellation", "moonrise", "horizon", "chart")
    massive = frozenset({"constellation"})
    standing = frozenset({"horizon"})
    keys = ("dark", "mid", "light", "tint")

    def _sky(self) -> tuple[str, str]:
        """A deep gradient; in a light key the hour before sunrise. Answers the colours of top and horizon."""
        colors, page = self.colors, self.page
        if lch_of(colors.ground)[0] < 0.62:
            top = colors.ground
            low = mix(top, at_lightness(colors.second, 0.55), 0.62)
        else:
            top = colors.ground
            low = at_lightness(mix(colors.accent, colors.paper, 0.45), 0.86)
        page.ground(top)
        page.gradient(page.everything, (0.1, -0.1), (0, 1.08), [top, *ramp(top, low, 7)])
        return top, low

    @property
    def light(self) -> str:
        """The colour of stars: near white at night, deep ink before a pale sky."""
        if lch_of(self.colors.ground)[0] < 0.62:
            return oklch(0.96, 0.025, lch_of(self.colors.accent)[2])
        return at_lightness(self.colors.ink, 0.3, 1.5)

    def _stars(self, count: int, free: skia.Path | None = None) -> None:
        page, rng = self.page, self.rng
        fine = skia.Path()
        for _ in range(count):
            x, y = rng.uniform(-0.5, 1.5), rng.uniform(-0.5, 1.5)
            if free is None or not free.contains(x, y):
                fine.addCircle(x, y, 0.0006 + 0.0016 * rng.random() ** 4)
        page.fill(fine, self.light, 0.75)

    def _star(self, x: float, y: float, size: float) -> None:
        page = self.page
        page.glow(x, y, size * 7, self.light, 0.32, Blend.kSrcOver)
        page.fill(circle(x, y, size), self.light)
        for turn, reach in ((0, 4.2), (90, 4.2), (45, 2.0), (135, 2.0)):
            dx, dy = math.cos(math.radians(turn)) * size * reach, math.sin(math.radians(turn)) * size * reach
            page.line(polyline([(x - dx, y - dy), (x + dx, y + dy)]), self.light, size * 0.28, 0.8)

    def _type(self, top: bool = False) -> None:
        title = Zone(MARGIN, 0.8, 1 - 2 * MARGIN, 0.12, "center", "bottom")
        above = Zone(MARGIN, 0.07, 1 - 2 * MARGIN, 0.14, "center")
        self.titles = [above, title] if top else [title, above]
        self.artists = [Zone(0.2, 0.91, 0.6, 0.045, "center", "bottom"), Zone(0.2, 0.07, 0.6, 0.05, "center")]
        self.inks = [self.light, self.colors.paper, self.colors.ink]

    def constellation(self) -> None:
        """Stars on the bends of the motif's outline, joined; the form itself a breath lighter, so that it is read."""
        page, rng = self.page, self.rng
        self._sky()
        self._stars(700)
        self.stage()
        y = 0.43 if self.idea.room else 0.5
        box = ArtBox(0.1, 0.1, 0.8, 0.62 if self.idea.room else 0.8)
        shape, detail = self.both(0.5 + rng.choice((-0.04, 0.04)), y, self.fitted(box, 0.96), rng.choice((-10, 0, 10)))
        apart = abs(lch_of(self.light)[0] - lch_of(self.colors.ground)[0])
        page.fill(shape, self.light, min(0.5, max(0.16, 0.17 / max(0.1, apart))))  # the paler the night, the more of it
        page.blurred(shape, self.light, 0.03, 0.08)
        page.line(shape, self.light, 0.0013, 0.5)
        page.line(detail, self.light, 0.0013, 0.45)
        points = corners(shape, 22)
        page.line(polyline([*points, points[0]]), self.light, 0.0024, 0.75)
        for x, at in points:
            self._star(x, at, rng.choice((0.0035, 0.005, 0.0075)))
        for part in contours(detail)[:6]:
            for x, at in points_along(part, 0.09)[:7]:
                page.fill(circle(x, at, 0.0025), self.light)
        self._type()

    def moonrise(self) -> None:
        """A huge moon, faint rings around it, the motif dark before it."""
        page, rng, colors = self.page, self.rng, self.colors
        top, _low = self._sky()
        x, y, radius = rng.choice((0.42, 0.58)), 0.5, 0.27
        self._stars(420, circle(x, y, radius * 1.1))
        for ring in range(1, 6):
            page.line(circle(x, y, radius + ring * 0.055), self.light, 0.0014, 0.34 - ring * 0.05)
        self.stage()
        is_night = lch_of(colors.ground)[0] < 0.62
        moon = at_lightness(colors.accent, 0.9, 0.7) if is_night else self.colors.accent
        page.glow(x, y, radius * 2.2, moon, 0.4 if is_night else 0.0)
        page.gradient(
            circle(x, y, radius),
            (x - radius, y - radius),
            (x + radius, y + radius),
            ramp(self.paler(moon, 0.06), self.deeper(moon, 0.08), 4),
        )
        with page.clipped(circle(x, y, radius)):
            page.specks(self.deeper(moon, 0.12), "cloud", 0.6, rng, 0.45, 0.6)
        size = self.fitted(ArtBox(0, 0, 0.5, 0.42), 1.0)
        shape, detail = self.both(x + rng.choice((-0.06, 0.06)), y + 0.03, size)
        dark = at_lightness(top, 0.17) if is_night else at_lightness(colors.ink, 0.25, 1.3)
        page.fill(shape, dark)
        page.fill(detail, moon)
        self._type()

    def horizon(self) -> None:
        """A small figure on a dark hill under a river of stars."""
        page, rng = self.page, self.rng
        top, low = self._sky()
        tilt = rng.choice((-1, 1))
        band = polyline([(0.5 - tilt * 1.2, -0.5), (0.5 + tilt * 0.9, 1.2)])
        page.blurred(outline(band, 0.26), self.light, 0.09, 0.16)
        milky = skia.Path()
        for _ in range(1500):
            along, across = rng.uniform(0, 1), rng.gauss(0, 0.085)
            milky.addCircle(
                0.5 - tilt * 1.2 + tilt * 2.1 * along + across, -0.5 + 1.7 * along, 0.0006 + 0.0016 * rng.random() ** 3
            )
        page.fill(milky, self.light, 0.8)
        self._stars(380)
        self.stage()
        hill = at_lightness(top, 0.13, 0.8) if lch_of(top)[0] < 0.62 else at_lightness(self.colors.ink, 0.3, 1.2)
        page.fill(below(ridge(rng, 0.78, 0.06, 2)), mix(hill, low, 0.35))
        x = 0.32 if tilt > 0 else 0.68
        size = min(0.27 / max(self.motif.height, 0.4), 0.34)
        shape, detail = self.both(x, 0.825 - size * self.motif.height / 2, size)
        page.fill(shape, hill)
        page.fill(detail, at_lightness(self.colors.accent, 0.82))
        page.fill(below(ridge(rng, 0.84, 0.03, 2)), hill)
        self._type(top=True)

    def chart(self) -> None:
        """An old star chart: circles and rays of fine lines, the motif in the middle of them, drawn in stars."""
        page, rng = self.page, self.rng
        page.ground(self.colors.ground)
        x, y = 0.5, 0.44 if self.idea.room else 0.5
        radius = 0.36 if self.idea.room else 0.42
        self.stage()
        for share in (1.0, 0.975, 0.72, 0.46):
            page.line(circle(x, y, radius * share), self.light, 0.0018 if share != 0.975 else 0.0036, 0.8)
        for index in range(24):
            (inner,), (outer,) = (
                ring_points(x, y, radius * 0.46, 1, index * 15),
                ring_points(x, y, radius, 1, index * 15),
            )
            page.line(polyline([inner, outer]), self.light, 0.0008, 0.5)
        for index in range(120):
            (inner,), (outer,) = (
                ring_points(x, y, radius * 0.975, 1, index * 3),
                ring_points(x, y, radius * 1.02, 1, index * 3),
            )
            page.line(polyline([inner, outer]), self.light, 0.0012, 0.7)
        with page.clipped(circle(x, y, radius)):
            self._stars(500)
        size = 0.58 / max(self.motif.width, self.motif.height) * (radius / 0.4)
        shape, detail = self.both(x, y, size)
        page.fill(shape, self.colors.ground)
        with page.clipped(shape):
            page.fill(
                hatching(shape.getBounds(), 0.0075, 35, lambda px, py: 0.55 + 0.4 * (py - y) / radius), self.light
            )
        page.fill(detail, self.colors.ground)
        page.line(shape, self.light, 0.003)
        page.line(detail, self.light, 0.0018)
        for at_x, at_y in corners(shape, 12):
            self._star(at_x, at_y, 0.004)
        if self.idea.support:
            other = motif(self.idea.support[0])
            (spot,) = ring_points(x, y, radius * 0.86, 1, rng.uniform(20, 70))
            page.fill(circle(*spot, 0.06), self.colors.ground)
            page.line(circle(*spot, 0.06), self.light, 0.0018)
            page.fill(self.placed(other.ink, *spot, 0.075 / max(other.width, other.height)), self.colors.accent)
        self._type()

    def surface(self) -> None:
        self.page.texture("grain", 0.2, self.rng)
        if self.idea.composition == "chart":
            self.page.texture("paper", 0.16, self.rng)
