"""Treatments that turn tone into marks: a dot screen, engraved lines. All marks are vectors, crisp at any size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
import skia

from covers.engine.poster.color import distance, lch_of
from covers.engine.poster.geometry import moved, rect
from covers.engine.poster.motifs import covered
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.portrait.filters import Floats
from covers.engine.poster.portrait.sitter import SitterPlace
from covers.engine.poster.portrait.tone import s_curve

Amount = Callable[[np.ndarray, np.ndarray], Floats]
"""How much ink at points of the page, 0 to 1."""


def screen_points(area: skia.Rect, pitch: float, turn: float) -> tuple[np.ndarray, np.ndarray]:
    """Centres of a dot screen turned by degrees, over the area and a dot beyond."""
    reach = math.hypot(area.width(), area.height()) / 2 + pitch
    count = int(reach / pitch) + 1
    row, column = np.mgrid[-count : count + 1, -count : count + 1]
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    x = area.centerX() + pitch * (column * cosine - row * sine)
    y = area.centerY() + pitch * (column * sine + row * cosine)
    is_near = (np.abs(x - area.centerX()) < area.width() / 2 + pitch) & (
        np.abs(y - area.centerY()) < area.height() / 2 + pitch
    )
    return x[is_near], y[is_near]


def dot_screen(area: skia.Rect, pitch: float, turn: float, amount: Amount, mark: skia.Path | None = None) -> skia.Path:
    """Dots whose area follows the amount; with a mark (a path of the unit box) that is drawn instead of each dot."""
    x, y = screen_points(area, pitch, turn)
    ink = np.clip(amount(x, y), 0, 1)
    radius = pitch * (0.56 * np.sqrt(ink) + 0.17 * ink**4)  # by area, until dots meet and only the gaps are left
    path = skia.Path()
    for place_x, place_y, size in zip(x.tolist(), y.tolist(), radius.tolist(), strict=True):
        if size < pitch * 0.09:
            continue
        if mark is None:
            path.addCircle(place_x, place_y, size)
        else:
            path.addPath(moved(mark, place_x, place_y, 2 * size))
    return path


def ribbon(x: np.ndarray, y: np.ndarray, half: np.ndarray) -> skia.Path:
    """A line through the points, `half` thick to either side; it ends where it would be too thin to print."""
    along = np.hypot(np.gradient(x), np.gradient(y)) + 1e-9
    across_x, across_y = -np.gradient(y) / along * half, np.gradient(x) / along * half
    path = skia.Path()
    is_drawn = half > 1e-5
    edges = np.flatnonzero(np.diff(np.pad(is_drawn, 1).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if end - start < 3:
            continue
        part = slice(start, end)
        left = np.stack([x[part] + across_x[part], y[part] + across_y[part]], axis=-1)
        right = np.stack([x[part] - across_x[part], y[part] - across_y[part]], axis=-1)[::-1]
        points = [skia.Point(*point) for point in np.concatenate([left, right]).tolist()]
        path.addPoly(points, True)
    return path


class Halftone(PortraitArt):
    """A coarse dot screen: the person in dots on flat colour."""

    name, voices, finish = "halftone", ("grotesk", "poster_heavy"), "clean"
    texture = "dot screen"
    textures = (("paper", 0.16), ("grain", 0.1))
    compositions = ("disc", "blowup", "marks")

    def _person(
        self, place: SitterPlace, body: skia.Path, dark: str, light: str, pitch: float, mark: skia.Path | None = None
    ) -> None:
        turn = self.rng.choice((45.0, 30.0, 22.5))
        is_light = (
            distance(dark, self.colors.ground) < 0.1
        )  # dark dots would leave a rim of light against a dark ground
        base, printed = (dark, light) if is_light else (light, dark)
        self.page.fill(body, base)

        def ink(x: np.ndarray, y: np.ndarray) -> Floats:
            return np.clip(1.06 * s_curve(self.amount(place, x, y, pitch, is_light), 0.5) + 0.01, 0, 1)

        with self.page.clipped(body):
            screen = dot_screen(body.getBounds(), pitch, turn if mark is None else 0.0, ink, mark)
            self.page.fill(screen, printed)

    def disc(self) -> None:
        """The person before a disc or a burst."""
        page, rng = self.page, self.rng
        ground = self.colors.ground
        dark, light = self.inks_for(ground)
        top, bottom = self.laid(ground, 0.6)
        place = self.stood(top, bottom if bottom < 1 else 1.0, rng.choice((0.4, 0.5, 0.6)))
        body = self.body(place)
        with page.clipped(rect(BLEED_MIN, BLEED_MIN, 9, (bottom if bottom < 1 else BLEED_MAX) - BLEED_MIN)):
            self.backdrop(place, self.second_to(ground, light, dark), "disc")
            self._person(place, body, dark, light, 0.0112)

    def blowup(self) -> None:
        """A close crop in large dots."""
        page, rng = self.page, self.rng
        colors = self.colors
        ground = self.second_to(colors.paper, colors.ink) if colors.key == "mid" else colors.ground
        dark, light = self.inks_for(ground)
        top, bottom = self.laid(ground, 0.4)
        place = self.stood(top, bottom if bottom < 1 else 1.0, rng.choice((0.44, 0.56)), 1.5)
        body = self.body(place)
        with page.clipped(rect(BLEED_MIN, BLEED_MIN, 9, (bottom if bottom < 1 else BLEED_MAX) - BLEED_MIN)):
            self._person(place, body, dark, light, 0.0122)

    def marks(self) -> None:
        """The dots are the song's motif, over and over."""
        page, ground = self.page, self.colors.ground
        dark, light = self.inks_for(ground)
        top, bottom = self.laid(ground, 0.5)
        place = self.stood(top, bottom if bottom < 1 else 1.0, 0.5, 1.15)
        body = self.body(place)
        with page.clipped(rect(BLEED_MIN, BLEED_MIN, 9, (bottom if bottom < 1 else BLEED_MAX) - BLEED_MIN)):
            self._person(place, body, dark, light, 0.0125, self._mark())

    def _mark(self) -> skia.Path:
        """The motif with the area of a dot, so that tones come out right."""
        share = max(0.2, covered(self.motif.shape) / 64**2)
        return moved(self.motif.shape, 0, 0, math.sqrt(0.25 * math.pi / share))


Setting = tuple[SitterPlace, skia.Path, str, str]
"""Where the sitter stands, the outline on the page, the ground's colour, the lines' colour."""


class Engraving(PortraitArt):
    """Lines that swell and thin with the tone: rings, slanting lines, lines that bend over the face's relief."""

    name, voices, sizes = "engraving", ("small_caps", "geometric"), (0.085, 0.1)
    texture = "engraved line"
    textures = (("paper", 0.2), ("grain", 0.1))
    compositions = ("relief", "rings", "slant")

    def _setting(self) -> Setting:
        page, rng = self.page, self.rng
        ground = self.colors.ground
        page.ground(ground)
        top, bottom = self.room_for_type(rng.random() < 0.5)
        self.limit = bottom if bottom < 1 else BLEED_MAX
        self.stage()
        place = self.stood(top, bottom if bottom < 1 else 1.0, rng.choice((0.45, 0.5, 0.55)), 1.1)
        line = self.figure_color(ground, self.colors.figure)
        if abs(lch_of(line)[0] - lch_of(ground)[0]) < 0.55:
            line = self.colors.ink if lch_of(ground)[0] > 0.55 else self.colors.paper
        return place, self.body(place), ground, line

    def _engrave(self, setting: Setting, lines: Iterable[tuple[np.ndarray, np.ndarray]], pitch: float) -> None:
        """Lays the person down in lines; `lines` are points along each, over the whole sheet."""
        place, body, ground, line = setting
        is_light = lch_of(line)[0] > lch_of(ground)[0]
        bounds = body.getBounds().makeOutset(2 * pitch, 2 * pitch)
        with self.page.clipped(rect(BLEED_MIN, BLEED_MIN, 9, self.limit - BLEED_MIN)):
            self.page.fill(body, ground)
            with self.page.clipped(body):
                for x, y in lines:
                    is_near = (x > bounds.left()) & (x < bounds.right()) & (y > bounds.top()) & (y < bounds.bottom())
                    if not is_near.any():
                        continue
                    ink = s_curve(self.amount(place, x, y, pitch, is_light), 0.4) ** (1.2 if is_light else 1.0)
                    half = pitch * 0.5 * np.clip(1.04 * ink, 0, 0.93)
                    self.page.fill(ribbon(x, y, np.where(is_near & (half > pitch * 0.035), half, 0)), line)

    def _sun(self, place: SitterPlace) -> None:
        with self.page.clipped(rect(BLEED_MIN, BLEED_MIN, 9, self.limit - BLEED_MIN)):
            self.backdrop(place, self.second_to(self.colors.ground, self.colors.paper), "disc")

    def relief(self) -> None:
        """Level lines that rise over the light of the face."""
        setting = self._setting()
        place = setting[0]
        pitch, seen = 0.0092, self.page.visible
        x = np.linspace(seen.left() - 0.02, seen.right() + 0.02, 420)
        lines = []
        for y in np.arange(seen.top() - 0.08, seen.bottom() + 0.12, pitch):
            level = np.full_like(x, y)
            hill = place.sampled(x, level, 0.07)
            lines.append((x, level - 0.05 * hill + 0.006 * np.sin(x * 9)))
        self._sun(place)
        self._engrave(setting, lines, pitch)

    def rings(self) -> None:
        """Rings around a point beside the face."""
        setting = self._setting()
        place = setting[0]
        face, rng = place.face, self.rng
        pitch, seen = 0.0092, self.page.visible
        middle_x = face.center[0] + rng.choice((-1, 1)) * face.width * 0.5
        middle_y = face.y + face.height * rng.choice((-0.3, 0.5, 1.1))
        reach = math.hypot(seen.width(), seen.height())
        lines = []
        for radius in np.arange(pitch * 0.7, reach, pitch):
            angle = np.linspace(0, math.tau, int(24 + 460 * min(1.0, radius * 1.5)))
            lines.append((middle_x + radius * np.cos(angle), middle_y + radius * np.sin(angle)))
        self._engrave(setting, lines, pitch)

    def slant(self) -> None:
        """Straight lines at an angle, as a burin cuts them."""
        setting = self._setting()
        place = setting[0]
        pitch, turn = 0.0088, math.radians(self.rng.choice((-38, 24, 52)))
        along = np.linspace(-1.2, 1.2, 520)
        lines = []
        for across in np.arange(-1.2, 1.2, pitch):
            lines.append((
                0.5 + along * math.cos(turn) - across * math.sin(turn), 0.5 + along * math.sin(turn) + across * math.cos(turn)
            ))  # fmt: skip
        self._sun(place)
        self._engrave(setting, lines, pitch)
