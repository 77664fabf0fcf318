"""A title's letters on the page: set into a box, and bent point by point. Unit: the page's central square."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import skia

from covers.engine.poster.art import ArtBox
from covers.lettering.outlines import PARTED_MOST, Row, Title

STEP = 0.0035
"""Length of the pieces that a bent outline is cut into: about 10 pixels of a store file."""
Bend = Callable[[np.ndarray], np.ndarray]
"""From points (count, 2) to points (count, 2)."""


@dataclass(frozen=True)
class Glyph:
    """One letter on the page. row: counted from the top."""

    text: str
    path: skia.Path
    row: int

    @cached_property
    def box(self) -> skia.Rect:
        return self.path.computeTightBounds()

    def moved(self, dx: float, dy: float, scale: float = 1.0) -> Glyph:
        return self.by(skia.Matrix.Scale(scale, scale).postTranslate(dx, dy))

    def by(self, matrix: skia.Matrix) -> Glyph:
        path = skia.Path(self.path)
        path.transform(matrix)
        return Glyph(self.text, path, self.row)

    def bent(self, bend: Bend, step: float = STEP) -> Glyph:
        return Glyph(self.text, bent(self.path, bend, step), self.row)


@dataclass(frozen=True)
class LetterBlock:
    """Letters in reading order."""

    glyphs: tuple[Glyph, ...]

    @cached_property
    def path(self) -> skia.Path:
        return together(glyph.path for glyph in self.glyphs)

    @cached_property
    def box(self) -> skia.Rect:
        return self.path.computeTightBounds()

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    def row(self, index: int) -> LetterBlock:
        return LetterBlock(tuple(glyph for glyph in self.glyphs if glyph.row == index))

    @property
    def rows(self) -> list[LetterBlock]:
        return [self.row(index) for index in dict.fromkeys(glyph.row for glyph in self.glyphs)]

    def moved(self, dx: float, dy: float, scale: float = 1.0) -> LetterBlock:
        return LetterBlock(tuple(glyph.moved(dx, dy, scale) for glyph in self.glyphs))

    def by(self, matrix: skia.Matrix) -> LetterBlock:
        return LetterBlock(tuple(glyph.by(matrix) for glyph in self.glyphs))

    def turned(self, degrees: float, x: float, y: float) -> LetterBlock:
        matrix = skia.Matrix()
        matrix.setRotate(degrees, x, y)
        return self.by(matrix)

    def bent(self, bend: Bend, step: float = STEP) -> LetterBlock:
        return LetterBlock(tuple(glyph.bent(bend, step) for glyph in self.glyphs))


def together(paths: Iterable[skia.Path]) -> skia.Path:
    whole = skia.Path()
    for path in paths:
        whole.addPath(path)
    return whole


def bent(path: skia.Path, bend: Bend, step: float = STEP) -> skia.Path:
    """The path with every point of it displaced; corners stay corners."""
    result = skia.Path()
    for contour in polylines(path, step):
        result.addPoly([skia.Point(float(x), float(y)) for x, y in bend(contour)], True)
    return result


def polylines(path: skia.Path, step: float) -> list[np.ndarray]:
    """Each contour as points (count, 2) that are at most a step apart."""
    contours: list[np.ndarray] = []
    pieces: list[np.ndarray] = []
    for verb, points in path:
        corners = np.array([(point.x(), point.y()) for point in points], np.float64)
        if verb == skia.Path.kMove_Verb:
            _close(contours, pieces)
        elif verb in (skia.Path.kLine_Verb, skia.Path.kQuad_Verb, skia.Path.kCubic_Verb):
            pieces.append(_cut(corners, step))
    _close(contours, pieces)
    return contours


def _close(contours: list[np.ndarray], pieces: list[np.ndarray]) -> None:
    if pieces:
        contours.append(np.concatenate(pieces))
        pieces.clear()


def _cut(corners: np.ndarray, step: float) -> np.ndarray:
    """Points of a line or a Bézier curve, without its last one. corners: (2 to 4, 2)."""
    length = float(sum(np.hypot(*(after - before)) for before, after in pairwise(corners)))
    t = np.linspace(0.0, 1.0, max(1, int(np.ceil(length / step))) + 1)[:-1, None]
    while len(corners) > 2:  # de Casteljau, all t at once
        if corners.ndim == 2:
            corners = np.repeat(corners[:, None, :], len(t), axis=1)
        corners = corners[:-1] * (1 - t) + corners[1:] * t
    if corners.ndim == 2:
        return corners[0] * (1 - t) + corners[1] * t
    return corners[0] * (1 - t) + corners[1] * t


def set_in(
    title: Title,
    box: ArtBox,
    *,
    gap: float = 0.16,
    align: float = 0.5,
    valign: float = 0.5,
    rows: int = 0,
    parted: int = PARTED_MOST,
) -> LetterBlock:
    """All rows at one size, as large as the box allows. gap: between rows, over their height. align, valign: 0 left or top to 1.
    rows: so many where the title has them; 0: whatever is largest. parted: as of `Title.breakings`."""
    best = max((_measured(title, lines, box, gap) for lines in _wished(title, rows, parted)), key=lambda one: one[0])
    size, made, pitch, high, low = best
    tall = size * (high + low + pitch * (len(made) - 1))
    top = box.y + valign * (box.height - tall)
    glyphs: list[Glyph] = []
    for index, row in enumerate(made):
        ink = row.box
        left = box.x + align * (box.width - ink.width() * size) - ink.left() * size
        base = top + (high + pitch * index) * size
        glyphs += [Glyph(one.text, one.path, index).moved(left, base, size) for one in row.letters]
    return LetterBlock(tuple(glyphs))


def filled(title: Title, box: ArtBox, *, gap: float = 0.06, rows: int = 0, parted: int = PARTED_MOST) -> LetterBlock:
    """Every row as wide as the box, one on the other; narrower, centred, where they would be too tall. parted: as of
    `Title.breakings`."""

    def tall(lines: tuple[str, ...]) -> float:
        heights = [ink.height() * box.width / ink.width() for ink in (title.row(line).box for line in lines)]
        return sum(heights) + gap * box.width * (len(lines) - 1)

    def covered(lines: tuple[str, ...]) -> float:
        share = min(1.0, box.height / tall(lines))
        return share * share * tall(lines)

    lines = max(_wished(title, rows, parted), key=covered)
    share = min(1.0, box.height / tall(lines))
    width, top = box.width * share, box.y + (box.height - tall(lines) * share) / 2
    glyphs: list[Glyph] = []
    for index, line in enumerate(lines):
        row = title.row(line)
        ink = row.box
        size = width / ink.width()
        left = box.x + (box.width - width) / 2 - ink.left() * size
        glyphs += [Glyph(one.text, one.path, index).moved(left, top - ink.top() * size, size) for one in row.letters]
        top += ink.height() * size + gap * box.width * share
    return LetterBlock(tuple(glyphs))


def _wished(title: Title, rows: int, parted: int = PARTED_MOST) -> list[tuple[str, ...]]:
    ways = title.breakings(parted)
    return [lines for lines in ways if len(lines) == rows] or ways


def _measured(
    title: Title, lines: Sequence[str], box: ArtBox, gap: float
) -> tuple[float, list[Row], float, float, float]:
    """Size that fits, rows, pitch, ink over and under the baseline, in em."""
    made = [title.row(line) for line in lines]
    boxes = [row.box for row in made]
    high, low = max(-ink.top() for ink in boxes), max(ink.bottom() for ink in boxes)
    pitch = (high + low) * (1 + gap)
    width, height = max(ink.width() for ink in boxes), high + low + pitch * (len(made) - 1)
    return min(box.width / width, box.height / height), made, pitch, high, low
