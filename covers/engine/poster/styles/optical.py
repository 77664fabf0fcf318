"""Styles made of lines and signals: op rings, field of lines, glitch."""

from __future__ import annotations

import math

import numpy as np
import skia

from covers.engine.poster.art import MARGIN, Art, ArtBox
from covers.engine.poster.color import lch_of, mix, ramp
from covers.engine.poster.geometry import circle, common, minus, moved, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend
from covers.engine.poster.treatments import height_field, slices
from covers.lettering.title_contract import Zone

WIDE = BLEED_MAX - BLEED_MIN
FIELD = 160
"""Side of the height fields that bend lines."""


class OpRings(Art):
    """Concentric or parallel bands that the motif's form disturbs."""

    name, voice, title_scale = "op_rings", "poster_heavy", 0.09
    texture = "screen print"
    textures = (("grain", 0.12), ("paper", 0.1))
    uppercase = True
    compositions = ("inverted", "ripples", "warped")
    massive = frozenset({"inverted", "warped"})

    def _plate(self) -> float:
        """Reserves a calm plate for type at the foot and draws it; answers its upper edge (1 without lettering)."""
        room = self.idea.room * 0.82
        top = 1 - room if room else 1.0
        if room:
            plate = self.colors.ink if not self.colors.is_dark else self.colors.paper
            self.page.fill(rect(BLEED_MIN, top, WIDE, 3), plate)
            self.titles = [Zone(MARGIN * 0.7, top + 0.03, 1 - 1.4 * MARGIN, room - 0.06, "left", "middle")]
            self.inks = [self.colors.paper, self.colors.ink, self.colors.accent]
        return top

    def _rings(self, x: float, y: float, pitch: float) -> skia.Path:
        path = skia.Path()
        path.setFillType(skia.PathFillType.kEvenOdd)
        for index in range(1, int(2.6 / pitch)):
            path.addCircle(x, y, index * pitch)
        return path

    def inverted(self) -> None:
        """Rings over the whole sheet; inside the motif light and dark change places."""
        page, colors, rng = self.grounded()
        y = 0.5 - self.idea.room * 0.4
        center = (rng.choice((0.32, 0.5, 0.68)), y + rng.choice((-0.12, 0.0, 0.12)))
        pitch = rng.choice((0.019, 0.022, 0.026))
        rings = self._rings(*center, pitch)
        page.fill(rings, colors.figure)
        self.stage()
        shape, detail = self.both(0.5, y, self.fitted(ArtBox(0, 0, 0.84, 0.86 - self.idea.room), 1.0))
        inner = self.figure_color(colors.ground, colors.accent, colors.ink if not colors.is_dark else colors.paper)
        page.line(shape, colors.ground, 0.03)
        with page.clipped(shape):
            page.fill(shape, inner)
            for index in range(1, int(2.6 / pitch)):
                page.line(circle(*center, (index + 0.5) * pitch), colors.ground, pitch * 0.22)
        with page.clipped(common(detail, shape)):
            page.fill(shape, colors.ground)
            page.fill(rings, colors.figure, 0.55)
        page.fill(circle(*center, pitch), colors.accent)
        self._plate()

    def ripples(self) -> None:
        """Outlines of the motif, one around the other, to the edges of the sheet."""
        page, colors, rng = self.grounded()
        y = 0.48 - self.idea.room * 0.4
        shape, detail = self.both(
            rng.choice((0.4, 0.5, 0.6)), y, 0.5 / max(self.motif.width, self.motif.height), rng.choice((-10, 0, 10))
        )
        bands = 21
        shades = [colors.ground, colors.figure]
        for index in range(bands, 0, -1):
            page.line(shape, shades[index % 2], index * 0.074)
        self.stage()
        page.fill(shape, self.figure_color(colors.figure, colors.accent, colors.ground))
        page.fill(detail, colors.figure)
        self._plate()

    def warped(self) -> None:
        """Stripes that run over the motif as over a swelling."""
        page, colors, rng = self.begun()
        y = 0.5 - self.idea.room * 0.4
        shape, _ = self.both(0.5, y, self.fitted(ArtBox(0, 0, 0.8, 0.84 - self.idea.room), 1.0))
        beside = (lch_of(colors.ground)[0] + lch_of(colors.figure)[0]) / 2  # what stripes look like from afar
        inks = [colors.accent, colors.figure, colors.second, colors.ink, colors.paper]
        inner = next(
            (ink for ink in inks if abs(lch_of(ink)[0] - beside) > 0.26), colors.paper if beside < 0.5 else colors.ink
        )
        hill = height_field(shape, FIELD, 0.018)
        flat = height_field(shape, FIELD, 0.0015)
        pitch = rng.choice((0.021, 0.025))
        stripes = skia.Path()
        columns = np.linspace(-0.3, 1.3, 330)
        for row in range(-8, int(1.4 / pitch)):
            base = row * pitch
            waves = np.array([math.sin(x * 7 + row * 0.2) for x in columns])
            middle = base - 0.085 * _samples(hill, columns, base) + 0.006 * waves
            half = pitch * (0.25 + 0.2 * _samples(flat, columns, base))
            upper = zip(columns, middle - half, strict=True)
            lower = zip(columns[::-1], (middle + half)[::-1], strict=True)
            stripes.addPath(polyline([*upper, *lower]))
        with page.clipped(shape, is_outside=True):
            page.fill(stripes, colors.figure)
        with page.clipped(shape):
            page.fill(stripes, inner)
        self._plate()


def _sample(field: np.ndarray, x: float, y: float) -> float:
    """The field at a unit place, bilinear, 0 outside."""
    side = field.shape[0]
    column, row = x * side - 0.5, y * side - 0.5
    left, top = math.floor(column), math.floor(row)
    if not (0 <= left < side - 1 and 0 <= top < side - 1):
        return 0.0
    dx, dy = column - left, row - top
    upper = field[top, left] * (1 - dx) + field[top, left + 1] * dx
    lower = field[top + 1, left] * (1 - dx) + field[top + 1, left + 1] * dx
    return float(upper * (1 - dy) + lower * dy)


def _samples(field: np.ndarray, columns: np.ndarray, y: float) -> np.ndarray:
    """As `_sample`, at many places along a row."""
    side = field.shape[0]
    column, row = columns * side - 0.5, y * side - 0.5
    left, top = np.floor(column).astype(int), math.floor(row)
    if not 0 <= top < side - 1:
        return np.zeros(len(columns))
    is_inside = (left >= 0) & (left < side - 1)
    left = np.where(is_inside, left, 0)
    dx, dy = column - left, row - top
    upper = field[top, left] * (1 - dx) + field[top, left + 1] * dx
    lower = field[top + 1, left] * (1 - dx) + field[top + 1, left + 1] * dx
    return np.where(is_inside, upper * (1 - dy) + lower * dy, 0.0)


class Lines(Art):
    """A field of fine lines; the motif is read only from how they bend."""

    name, voice, title_scale = "lines", "mono_small", 0.05
    texture = "film grain"
    textures = (("grain", 0.16),)
    compositions = ("relief", "streams", "strings")
    massive = frozenset({"relief", "streams"})

    def _hill(self, size: float, blur: float, y: float) -> tuple[np.ndarray, skia.Path]:
        shape, detail = self.both(0.5, y, size, self.rng.choice((-8, 0, 8)))
        figure = minus(shape, detail)
        return height_field(figure, FIELD, blur), figure

    def _type(self) -> None:
        self.titles = [Zone(MARGIN, 0.86, 0.62, 0.09, "left", "bottom"), Zone(MARGIN, 0.05, 0.62, 0.09)]
        self.artists = [
            Zone(0.6, 0.88, 0.4 - MARGIN, 0.06, "right", "bottom"),
            Zone(0.6, 0.05, 0.4 - MARGIN, 0.06, "right"),
        ]

    def relief(self) -> None:
        """Diagonal lines across the sheet, lifted where the motif lies; their colour turns along the way."""
        page, colors, rng = self.begun()
        room = self.idea.room
        height = 0.98 - (0.17 if room else 0.06)
        hill, figure = self._hill(self.fitted(ArtBox(0, 0, 0.76, height - 0.16), 1.0), 0.012, height / 2 + 0.015)
        bright = self.figure_color(colors.ground, colors.accent, colors.second, colors.figure)
        shades = ramp(mix(colors.ground, colors.figure, 0.62), mix(colors.ground, bright, 0.62), 58)
        slant = rng.choice((-0.16, 0.0, 0.16))
        risen = moved(figure, 0, -0.03)  # where the lines are that run over it
        with page.clipped(rect(0.06, 0.06, 0.88, height - 0.06)):
            page.fill(risen, bright)
            for row, shade in enumerate(shades):
                base = 0.02 + (row + 1) * (height + 0.14) / 58 - 0.05
                points = []
                for step in range(181):
                    x = -0.02 + step * 1.04 / 180
                    y = base + slant * (x - 0.5)
                    points.append((x, y - 0.052 * _sample(hill, x, y) + 0.003 * math.sin(9 * x + row * 0.4)))
                with page.clipped(risen, is_outside=True):
                    page.line(polyline(points), shade, 0.0042 if row % 6 else 0.008)
                with page.clipped(risen):
                    page.line(polyline(points), colors.ground, 0.0042 if row % 6 else 0.008)
        self._type()

    def streams(self) -> None:
        """Streamlines of a slow current; inside the motif they run across it, closer and in another colour."""
        page, colors, rng = self.begun()
        room = self.idea.room
        hill, figure = self._hill(
            self.fitted(ArtBox(0, 0, 0.8, 0.68 if room else 0.84), 1.0), 0.003, 0.45 if room else 0.5
        )
        current = rng.uniform(0, 6.28), rng.uniform(0.8, 1.5)
        floor = 0.84 if room else 1.0
        bright = self.figure_color(colors.ground, colors.accent, colors.second)
        faint = mix(colors.ground, colors.figure, 0.55)
        page.fill(figure, bright, 0.2)
        for is_inside, cells, tries, shade in ((False, 64, 900, faint), (True, 112, 1500, bright)):
            taken = np.zeros((cells, cells), bool)
            for _ in range(tries):
                points = self._stream(rng.random(), rng.random() * floor, hill, current, taken, is_inside, floor)
                if len(points) > (4 if is_inside else 12):
                    page.line(polyline(points), shade, 0.0056 if is_inside else 0.0034)
        self._type()

    def _stream(
        self,
        x: float,
        y: float,
        hill: np.ndarray,
        current: tuple[float, float],
        taken: np.ndarray,
        is_inside: bool,
        floor: float,
    ) -> list[tuple[float, float]]:
        """One line followed until it leaves the sheet, crosses the motif's edge or meets another line's cell."""
        points: list[tuple[float, float]] = []
        own: set[tuple[int, int]] = set()
        (phase, turn), cells = current, len(taken)
        for _ in range(160):
            if not (0 <= x < 1 and 0 <= y < floor) or (_sample(hill, x, y) > 0.5) != is_inside:
                break
            cell = (int(y * cells), int(x * cells))
            if taken[cell] and cell not in own:
                break
            own.add(cell)
            points.append((x, y))
            angle = 0.6 * math.sin(turn * 3.1 * x + phase) + 0.55 * math.cos(turn * 4.3 * y + phase * 1.7)
            angle += 1.25 if is_inside else 0.0
            x, y = x + 0.0065 * math.cos(angle), y + 0.0065 * math.sin(angle)
        for cell in own if len(points) > 4 else ():
            taken[cell] = True
        return points

    def strings(self) -> None:
        """Upright lines, thick inside the motif and thin outside, as if it were seen through strings."""
        page, colors, rng = self.begun()
        room = self.idea.room
        box = ArtBox(0.08, 0.08, 0.84, 0.72 if room else 0.84)
        hill, _ = self._hill(self.fitted(box, 1.0), 0.006, box.center[1])
        count = 66
        fat = skia.Path()
        for column in range(count + 1):
            x = box.x + column * box.width / count
            left, right = [], []
            for step in range(150):
                y = box.y - 0.0 + step * box.height / 149
                half = 0.0009 + 0.0047 * _sample(hill, x, y)
                drift = 0.002 * math.sin(y * 11 + column * 0.5)
                left.append((x - half + drift, y))
                right.append((x + half + drift, y))
            fat.addPath(polyline([*left, *reversed(right)]))
        top, foot = (
            colors.figure,
            self.figure_color(colors.ground, mix(colors.figure, colors.accent, 0.5), colors.figure),
        )
        page.gradient(fat, (0, box.y), (0, box.y + box.height), ramp(top, foot, 6))
        at = box.x + box.width * rng.choice((0.25, 0.75))
        page.fill(rect(at, 0.0, 0.006, 1.0 if not room else box.y + box.height), colors.accent)
        self._type()


class Glitch(Art):
    """Scan lines, displaced slices, channels out of step, dot matrix."""

    name, voice, finish, title_scale = "glitch", "dot", "misregister", 0.08
    texture = "scan lines"
    compositions = ("channels", "matrix", "smear")
    massive = frozenset({"channels"})
    keys = ("dark", "mid", "light", "tint")

    def _split_inks(self) -> tuple[str, str, skia.BlendMode]:
        """Two channel colours and how they meet: light added on a dark sheet, ink multiplied on a pale one."""
        colors = self.colors
        first, second = colors.accent, colors.second
        return first, second, Blend.kScreen if colors.is_dark else Blend.kMultiply

    def channels(self) -> None:
        """The figure in slices, each channel sliced a little otherwise."""
        page, colors, rng = self.begun()
        box = self.room_below()
        shape, detail = self.both(*box.center, self.fitted(box, 0.95))
        figure = minus(shape, detail)
        first, second, blend = self._split_inks()
        pieces = slices(figure, rng, 19, 0.06)
        for shift, color in ((-0.014, first), (0.016, second)):
            with page.layer(blend):
                for piece in pieces:
                    page.fill(moved(piece, shift * rng.uniform(0.4, 1.8)), color)
        for piece in pieces:
            page.fill(piece, colors.figure)
        for _ in range(6):
            y = rng.uniform(box.y, box.y + box.height)
            page.fill(
                rect(rng.uniform(-0.1, 0.7), y, rng.uniform(0.1, 0.5), rng.choice((0.004, 0.008, 0.016))),
                rng.choice((first, second, colors.figure)),
            )

    def matrix(self) -> None:
        """A board of square lamps; the lit ones make the figure, a few rows slipped."""
        page, colors, rng = self.begun()
        box = self.room_below()
        shape, detail = self.both(*box.center, self.fitted(box, 0.98))
        field = height_field(minus(shape, detail), 220, 0.004)
        count = 44
        pitch = (1 - 2 * MARGIN) / count
        off, lit, hot = skia.Path(), skia.Path(), skia.Path()
        slip = {row: rng.choice((-3, -2, 2, 4)) for row in rng.sample(range(count), 6)}
        for row in range(int(box.height / pitch)):
            for column in range(count):
                x, y = MARGIN + (column + 0.5) * pitch, box.y + (row + 0.5) * pitch
                level = _sample(field, x + slip.get(row, 0) * pitch, y)
                target = off if level < 0.3 else hot if row in slip else lit
                half = pitch * (0.16 if target is off else 0.25 + 0.19 * level)
                target.addRect(skia.Rect.MakeLTRB(x - half, y - half, x + half, y + half))
        page.fill(off, colors.figure, 0.28)
        page.fill(lit, colors.figure)
        page.fill(hot, self.figure_color(colors.ground, colors.accent, colors.second))

    def smear(self) -> None:
        """The figure dragged sideways: its rows repeated until they run off the sheet."""
        page, colors, rng = self.begun()
        box = self.room_above() if rng.random() < 0.5 else self.room_below()
        side = rng.choice((-1, 1))
        size = self.fitted(ArtBox(0, 0, box.width * 0.7, box.height), 1.0)
        shape, detail = self.both(0.5 + side * 0.14, box.center[1], size)
        figure = minus(shape, detail)
        first, second, blend = self._split_inks()
        bounds = shape.getBounds()
        rows = 34
        for row in range(rows):
            top = bounds.top() + bounds.height() * row / rows
            strip = common(figure, rect(-2, top, 5, bounds.height() / rows * 0.72))
            inner = strip.getBounds()
            if inner.isEmpty():
                continue
            edge = inner.left() if side > 0 else inner.right()
            reach = rng.uniform(0.05, 0.55)
            tail = rect(edge - reach if side > 0 else edge, top, reach, bounds.height() / rows * 0.72)
            ends = [(edge, 0.0), (edge - side * reach, 0.0)]
            color = first if row % 3 else second
            page.gradient(tail, ends[0], ends[1], [color, mix(color, colors.ground, 0.92)])
        with page.layer(blend):
            page.fill(moved(figure, -side * 0.012), first)
        page.fill(figure, colors.figure)

    def surface(self) -> None:
        page = self.page
        scan = skia.Path()
        for row in range(-60, 300):
            scan.addRect(skia.Rect.MakeXYWH(BLEED_MIN, row / 150, WIDE, 0.0022))
        page.fill(scan, "#000000" if lch_of(self.colors.ground)[0] < 0.5 else self.colors.ink, 0.13)
        page.texture("grain", 0.18, self.rng)
