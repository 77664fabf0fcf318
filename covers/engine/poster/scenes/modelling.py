"""Drawing one thing with form: a pen that records. `placing` sets what it drew into a scene.

A thing is drawn in its own units and its own colours: (0, 0) is where it stands, (0, -100) its top, x to the right. What comes
out is a recording that is played several times: as itself, as its shadow, as the edge that the light catches.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeAlias

import skia

from covers.engine.poster.color import argb, lch_of, mix, oklch
from covers.engine.poster.geometry import Point, path_of, polygon, polyline, smooth, union
from covers.engine.poster.page import Blend
from covers.engine.poster.scenes.light import Light

Shape: TypeAlias = "skia.Path | str | Sequence[Point]"
"""A path, path data in M, L, Q, C, Z, or the corners of a polygon; these as numbers, too: "0,-10 4,0 -4,0"."""

REACH = skia.Rect.MakeLTRB(-600, -420, 600, 240)
"""What a recording may cover, in its own units."""


@cache
def tone(color: str, lighter: float, chroma: float = 1.0) -> str:
    """The colour with its OKLCH lightness raised by `lighter` (lowered below 0)."""
    lightness, own, hue = lch_of(color)
    return oklch(min(0.98, max(0.03, lightness + lighter)), own * chroma, hue)


@cache
def blend(first: str, second: str, share: float) -> str:
    return mix(first, second, share)


def shape(data: Shape) -> skia.Path:
    if isinstance(data, skia.Path):
        return data
    if isinstance(data, str):
        return path_of(data) if data.startswith("M") else polygon(points(data))
    return polygon(data)


def points(data: str) -> list[Point]:
    """From "x,y x,y …"."""
    numbers = [pair.split(",") for pair in data.split()]
    return [(float(x), float(y)) for x, y in numbers]


def loop(data: str | Sequence[Point]) -> skia.Path:
    """A soft closed outline near the points; a point that stands twice is a corner."""
    return smooth(points(data) if isinstance(data, str) else data, True)


def wave(data: str | Sequence[Point]) -> skia.Path:
    """A soft open line from the first point to the last."""
    return smooth(points(data) if isinstance(data, str) else data)


def turned(profile: Sequence[tuple[float, float]], *, is_smooth: bool = True) -> skia.Path:
    """What a lathe makes: a profile of (radius, y) from the top down, mirrored. Two equal points in a row make a corner."""
    right = [(radius, y) for radius, y in profile]
    if not is_smooth:
        return polygon([*right, *((-radius, y) for radius, y in reversed(right))])
    path = smooth(right)
    path.lineTo(-right[-1][0], right[-1][1])
    left = smooth([(-radius, y) for radius, y in reversed(right)])
    path.addPath(left, skia.Path.kExtend_AddPathMode)
    path.close()
    return path


def between(left: Sequence[Point], right: Sequence[Point]) -> skia.Path:
    """What lies between two soft lines that run side by side."""
    path = smooth(left)
    path.lineTo(*right[-1])
    path.addPath(smooth(right[::-1]), skia.Path.kExtend_AddPathMode)
    path.close()
    return path


def blade(line: Sequence[Point] | str, width: float, end: float = 0.0) -> skia.Path:
    """A stroke along a line that is `width` wide in its first third and `end` at its last point."""
    along = points(line) if isinstance(line, str) else line
    count, left, right = len(along), [], []
    for index, (x, y) in enumerate(along):
        before, after = along[max(0, index - 1)], along[min(count - 1, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        share = index / (count - 1)
        half = (width + (end - width) * max(0.0, (share - 0.3) / 0.7)) / 2
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    return between(left, right)


@dataclass(frozen=True)
class Shine:
    """A part that gives light: its path and colour, how far it reaches (own units), how strong."""

    path: skia.Path
    color: str
    reach: float
    strength: float


@dataclass(frozen=True)
class Drawing:
    """One thing, recorded: `picture` in its colours, `mask` as one flat shape, `front` what stands before its own lights, `parts` the
    paths of the shape."""

    picture: skia.Picture
    mask: skia.Picture
    front: skia.Picture | None
    parts: tuple[skia.Path, ...]
    shines: tuple[Shine, ...]
    box: skia.Rect

    @cached_property
    def base(self) -> tuple[float, float]:
        """From where to where it touches the ground, by the parts that reach down to it."""
        low = [part.getBounds() for part in self.parts if part.getBounds().bottom() > -5]
        bounds = [(box.left(), box.right()) for box in low] or [(self.box.left(), self.box.right())]
        return min(left for left, _ in bounds), max(right for _, right in bounds)

    @cached_property
    def silhouette(self) -> skia.Path:
        """Made of its sixteen largest parts."""
        sized = sorted(self.parts, key=lambda part: -part.getBounds().width() * part.getBounds().height())
        return union(*sized[:16]) if sized else skia.Path()

    def outline(self, matrix: skia.Matrix) -> skia.Path:
        """The silhouette, moved by the matrix."""
        result = skia.Path()
        self.silhouette.transform(matrix, result)
        return result


@dataclass
class Pen:
    """Records one thing. side: where the light comes from, -1 left to 1 right, already turned to the thing's own left and right.
    size: its height on the page, for how much detail is worth drawing. glow: 0..1, how lit its lamps look at this hour. scene: the
    key of the place."""

    rng: random.Random
    side: float = -1.0
    size: float = 0.2
    glow: float = 1.0
    light: Light | None = None
    scene: str = ""
    _parts: list[skia.Path] = field(default_factory=list)
    _shines: list[Shine] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._recorder, self._masker = skia.PictureRecorder(), skia.PictureRecorder()
        self.canvas, self._mask = self._recorder.beginRecording(REACH), self._masker.beginRecording(REACH)
        self._inside = 0
        self._front: skia.PictureRecorder | None = None

    def number(self, low: float, high: float) -> float:
        return self.rng.uniform(low, high)

    def pick(self, *colors: str) -> str:
        return self.rng.choice(colors)

    # --- areas -----------------------------------------------------------------------------------------------------------

    def _paint(self, path: skia.Path, paint: skia.Paint) -> None:
        self.canvas.drawPath(path, paint)
        if not self._inside and paint.getAlphaf() > 0.5:
            self._mask.drawPath(path, skia.Paint(AntiAlias=True))
            self._parts.append(path)

    def flat(self, data: Shape, color: str, alpha: float = 1.0) -> None:
        self._paint(shape(data), skia.Paint(Color=argb(color, alpha), AntiAlias=True))

    def form(self, data: Shape, color: str, depth: float = 1.0, *, down: float = 0.25) -> None:
        """A round body: lit on the light's side, its own colour, shade, and a little light from behind. depth: how strong.
        down: how far the light comes from above."""
        path = shape(data)
        box = path.getBounds()
        near, far = (box.left(), box.right()) if self.side < 0 else (box.right(), box.left())
        drop = box.height() * down
        colors = [argb(tone(color, step * depth)) for step in (0.05, 0.10, 0.0, -0.13, -0.19, -0.14)]
        self._shaded(
            path, (near, box.centerY() - drop), (far, box.centerY() + drop), colors, [0.0, 0.18, 0.45, 0.75, 0.92, 1.0]
        )

    def plane(self, data: Shape, color: str, turn: float = 0.0, fall: float = 0.05) -> None:
        """A flat side. turn: -1 away from the light to 1 towards it; fall: how much darker its lower end is."""
        path = shape(data)
        box = path.getBounds()
        base = tone(color, 0.09 * turn)
        colors = [argb(tone(base, fall * 0.5)), argb(tone(base, -fall))]
        self._shaded(path, (box.centerX(), box.top()), (box.centerX(), box.bottom()), colors, None)

    def ball(self, data: Shape, color: str, depth: float = 1.0) -> None:
        """Lit from the light's side and above, as a sphere is."""
        path = shape(data)
        box = path.getBounds()
        reach = max(box.width(), box.height())
        center = skia.Point(box.centerX() + self.side * box.width() * 0.22, box.top() + box.height() * 0.28)
        colors = [argb(tone(color, step * depth)) for step in (0.13, 0.05, -0.08, -0.2)]
        shader = skia.GradientShader.MakeRadial(center, reach * 0.82, colors, [0.0, 0.35, 0.72, 1.0])
        self._paint(path, skia.Paint(Shader=shader, AntiAlias=True, Dither=True))

    def fade(
        self, data: Shape, start: Point, end: Point, colors: Sequence[str], alphas: Sequence[float] | None = None
    ) -> None:
        stops = [argb(color, 1.0 if alphas is None else alphas[index]) for index, color in enumerate(colors)]
        self._shaded(shape(data), start, end, stops, None)

    def _shaded(self, path: skia.Path, start: Point, end: Point, colors: list[int], places: list[float] | None) -> None:
        ends = [skia.Point(*start), skia.Point(*end)]
        shader = skia.GradientShader.MakeLinear(ends, colors, places or [])
        self._paint(path, skia.Paint(Shader=shader, AntiAlias=True, Dither=True))

    # --- lines and marks -------------------------------------------------------------------------------------------------

    def line(self, data: Shape, color: str, width: float, alpha: float = 1.0, *, is_round: bool = True) -> None:
        if isinstance(data, str):
            data = path_of(data) if data.startswith("M") else points(data)
        path = data if isinstance(data, skia.Path) else polyline(data)
        paint = skia.Paint(
            Color=argb(color, alpha), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width,
            StrokeCap=skia.Paint.kRound_Cap if is_round else skia.Paint.kButt_Cap, StrokeJoin=skia.Paint.kRound_Join,
        )  # fmt: skip
        self.canvas.drawPath(path, paint)
        if not self._inside and alpha > 0.5:
            area = skia.Path()
            paint.getFillPath(path, area)
            self._mask.drawPath(area, skia.Paint(AntiAlias=True))
            self._parts.append(area)

    def curve(
        self, line: Sequence[Point] | str, color: str, width: float, alpha: float = 1.0, *, is_closed: bool = False
    ) -> None:
        self.line(loop(line) if is_closed else wave(line), color, width, alpha)

    def rod(self, line: Sequence[Point] | str, color: str, width: float) -> None:
        """A round bar: a line with a lit edge and a shaded one."""
        along = points(line) if isinstance(line, str) else line
        self.line(along, tone(color, -0.1), width)
        shift = self.side * width * 0.16
        with self.detail():
            self.line([(x + shift, y - width * 0.08) for x, y in along], tone(color, 0.06), width * 0.5)

    @contextmanager
    def detail(self) -> Iterator[None]:
        """What is drawn inside lies on what is drawn already: it does not change the silhouette."""
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    @contextmanager
    def inside(self, data: Shape) -> Iterator[None]:
        """What is drawn inside is cut at the path and does not change the silhouette."""
        self.canvas.save()
        self.canvas.clipPath(shape(data), skia.ClipOp.kIntersect, True)
        try:
            with self.detail():
                yield
        finally:
            self.canvas.restore()

    @contextmanager
    def moved(
        self, dx: float = 0.0, dy: float = 0.0, turn: float = 0.0, scale: float = 1.0, flip: bool = False
    ) -> Iterator[None]:
        """Draw inside in shifted, turned (degrees, clockwise), scaled units; for parts with marks of their own."""
        matrix = skia.Matrix()
        matrix.setScale(-scale if flip else scale, scale)
        matrix.postRotate(turn)
        matrix.postTranslate(dx, dy)
        parts, shines, side = self._parts, self._shines, self.side
        self._parts, self._shines = [], []
        self.side = -side if flip else side
        for canvas in (self.canvas, self._mask):
            canvas.save()
            canvas.concat(matrix)
        try:
            yield
        finally:
            for canvas in (self.canvas, self._mask):
                canvas.restore()
            for part in self._parts:
                part_moved = skia.Path()
                part.transform(matrix, part_moved)
                parts.append(part_moved)
            for shine in self._shines:
                shine_moved = skia.Path()
                shine.path.transform(matrix, shine_moved)
                shines.append(Shine(shine_moved, shine.color, shine.reach * scale, shine.strength))
            self._parts, self._shines, self.side = parts, shines, side

    def shade(self, data: Shape, alpha: float = 0.25, blur: float = 0.0) -> None:
        """Less light here. Call it inside `inside`."""
        self._veil(data, "#0b0d1c", alpha, blur, Blend.kSrcOver)

    def gleam(self, data: Shape, alpha: float = 0.4, blur: float = 0.0, color: str = "#fff6e6") -> None:
        """More light here: a reflex on glass, metal, lacquer."""
        self._veil(data, color, alpha, blur, Blend.kSrcOver)

    def _veil(self, data: Shape, color: str, alpha: float, blur: float, mode: skia.BlendMode) -> None:
        paint = skia.Paint(Color=argb(color, alpha), AntiAlias=True, BlendMode=mode)
        if blur:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        self.canvas.drawPath(shape(data), paint)

    def shine(self, data: Shape, color: str, reach: float = 40.0, strength: float = 1.0) -> None:
        """A part that gives light of its own, and lights the air `reach` around it."""
        path = shape(data)
        self._paint(path, skia.Paint(Color=argb(color), AntiAlias=True))
        self._shines.append(Shine(path, color, reach, strength * self.glow))

    @contextmanager
    def front(self) -> Iterator[None]:
        """What is drawn inside stands before the thing's own lights: bars of a window, goods behind glass. Not within `moved`; once."""
        self._front = skia.PictureRecorder()
        back, self.canvas = self.canvas, self._front.beginRecording(REACH)
        try:
            yield
        finally:
            self.canvas = back

    def done(self) -> Drawing:
        box = skia.Rect.MakeEmpty()
        for part in self._parts:
            box.join(part.getBounds())
        for shine in self._shines:
            box.join(shine.path.getBounds())
        return Drawing(
            self._recorder.finishRecordingAsPicture(), self._masker.finishRecordingAsPicture(),
            self._front.finishRecordingAsPicture() if self._front else None,
            tuple(self._parts), tuple(self._shines), box,
        )  # fmt: skip
