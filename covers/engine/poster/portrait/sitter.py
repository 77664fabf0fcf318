"""The person of a cover: tones, what of them is the person, and where it stands on the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import skia

from covers.engine.poster.art import ArtBox
from covers.engine.poster.geometry import moved, oval, smooth
from covers.engine.poster.portrait.filters import Floats, box, resized, soft
from covers.engine.poster.portrait.layers import Developed
from covers.engine.poster.portrait.separation import Separation
from covers.engine.poster.portrait.tone import simplified

SOUND = 0.5
EYES, CHIN = 0.42, 1.1
"""Where they lie in a detector's box, in its heights from its top; the box ends at the mouth or just under it."""


class Sitter:
    """What a treatment asks of a photo, worked out when it is first asked for. Coordinates are the photo's pixels."""

    def __init__(self, photo: Developed) -> None:
        self.photo = photo
        self.columns, self.rows = photo.size
        self._blurred: tuple[float, Floats] | None = None

    @property
    def tone(self) -> Floats:
        return self.photo.tone

    @cached_property
    def simple(self) -> Floats:
        return simplified(self.tone, self.photo.width)

    def blurred(self, radius: float) -> Floats:
        """The tones averaged over a square, on a copy no larger than that needs. The last one is kept: a screen asks for
        it line by line."""
        if self._blurred is None or self._blurred[0] != radius:
            share = min(1.0, 1.6 / max(radius, 0.1))
            rows, columns = (max(2, round(side * share)) for side in self.tone.shape)
            self._blurred = radius, box(resized(self.tone, columns, rows), radius * share)
        return self._blurred[1]

    @property
    def separation(self) -> Separation:
        return self.photo.separation

    @property
    def is_sound(self) -> bool:
        """Whether the person can be cut out."""
        return self.separation.quality >= SOUND

    @property
    def middle(self) -> float:
        return self.photo.left + self.photo.width / 2

    @property
    def eyes(self) -> float:
        return self.photo.top + EYES * self.photo.height

    @property
    def chin(self) -> float:
        return self.photo.top + CHIN * self.photo.height

    @cached_property
    def crown(self) -> float:
        """The highest point of hair or hat above the face; a usual head's where the cut is not sound."""
        photo = self.photo
        usual = photo.top - 0.4 * photo.height
        if not self.is_sound:
            return max(0.0, usual)
        left, right = int(max(0, photo.left)), int(photo.left + photo.width) + 1
        rows = np.flatnonzero((self.separation.alpha[:, left:right] > 0.5).mean(1) > 0.04)
        return float(np.clip(rows[0] if len(rows) else usual, photo.top - 0.95 * photo.height, photo.top))

    @property
    def is_cropped(self) -> bool:
        """Whether the photo's upper edge cuts hair or hat."""
        return self.crown <= 0.02 * self.photo.height

    @cached_property
    def touches(self) -> tuple[bool, bool]:
        """Whether the photo's left and right edge cut the person."""
        alpha = self.separation.alpha
        least = 0.25 * self.photo.height
        return bool((alpha[:, 1] > 0.5).sum() > least), bool((alpha[:, -2] > 0.5).sum() > least)

    @cached_property
    def outline(self) -> skia.Path:
        """The person's contour, as scissors would follow it; it runs on a little past the photo's edges."""
        small = self.separation.small
        pad = 8
        inner = soft(small, 1.2) > 0.62  # a little within the edge: no rim of background on flat colour
        mask = np.pad(inner, ((0, pad), (pad, pad)), mode="edge")
        path = contour(mask)
        share = self.columns / small.shape[1]
        return moved(moved(path, -pad, 0), 0, 0, share)


def contour(mask: np.ndarray) -> skia.Path:
    """Smooth curves around the True cells of a mask, in its pixels."""
    region = skia.Region()
    for row in range(mask.shape[0]):
        edges = np.flatnonzero(np.diff(np.pad(mask[row], 1).astype(np.int8)))
        for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            region.op(skia.IRect.MakeLTRB(left, row, right, row + 1), skia.Region.kUnion_Op)
    steps = skia.Path()
    region.getBoundaryPath(steps)
    path = skia.Path()
    measure = skia.PathMeasure(steps, True)
    while True:
        length = measure.getLength()
        if length > 24:
            count = int(length)
            points = np.array(
                [tuple(measure.getPosTan(length * index / count)[0]) for index in range(count)], np.float32
            )
            path.addPath(smooth([(float(x), float(y)) for x, y in rounded(points, 2.2)[::2]], closed=True))
        if not measure.nextContour():
            return path


def rounded(points: Floats, sigma: float) -> Floats:
    """A closed line of points with its steps smoothed away."""
    reach = int(3 * sigma) + 1
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    weights /= weights.sum()
    return sum(weight * np.roll(points, offset, axis=0) for offset, weight in zip(offsets, weights, strict=True))


@dataclass(frozen=True)
class SitterPlace:
    """A sitter on the page: page = pixel * scale + (dx, dy)."""

    sitter: Sitter
    scale: float
    dx: float
    dy: float

    @property
    def matrix(self) -> skia.Matrix:
        matrix = skia.Matrix().setScale(self.scale, self.scale)
        matrix.postTranslate(self.dx, self.dy)
        return matrix

    def path(self, path: skia.Path) -> skia.Path:
        return moved(path, self.dx, self.dy, self.scale)

    @property
    def edges(self) -> skia.Rect:
        """Where the photo lies on the page."""
        sitter = self.sitter
        return skia.Rect.MakeXYWH(self.dx, self.dy, sitter.columns * self.scale, sitter.rows * self.scale)

    @property
    def face(self) -> ArtBox:
        photo, scale = self.sitter.photo, self.scale
        return ArtBox(
            photo.left * scale + self.dx, photo.top * scale + self.dy, photo.width * scale, photo.height * scale
        )

    def y(self, row: float) -> float:
        return row * self.scale + self.dy

    @property
    def head(self) -> skia.Path:
        """An oval around face and hair: no type may lie on it."""
        face, crown, chin = self.face, self.y(self.sitter.crown), self.y(self.sitter.chin)
        return oval(face.center[0], (crown + chin) / 2, face.width * 0.68, (chin - crown) / 2)

    def sampled(self, x: np.ndarray, y: np.ndarray, blur: float, outside: float = 0.0) -> np.ndarray:
        """Tones at points of the page, averaged over about `blur` (page units); `outside` beyond it."""
        small = self.sitter.blurred(round(blur / self.scale / 2, 3))
        rows, columns = small.shape
        u = (x - self.dx) / self.scale * columns / self.sitter.columns - 0.5
        v = (y - self.dy) / self.scale * rows / self.sitter.rows - 0.5
        left, top = np.clip(np.floor(u), 0, columns - 2).astype(int), np.clip(np.floor(v), 0, rows - 2).astype(int)
        right, down = np.clip(u - left, 0, 1), np.clip(v - top, 0, 1)
        upper = small[top, left] * (1 - right) + small[top, left + 1] * right
        lower = small[top + 1, left] * (1 - right) + small[top + 1, left + 1] * right
        is_inside = (u > -1) & (u < columns) & (v > -1) & (v < rows)
        return np.where(is_inside, upper * (1 - down) + lower * down, outside)


def standing(
    sitter: Sitter, top: float, bottom: float, x: float, left: float, right: float, size: float = 1.0
) -> SitterPlace:
    """Head and shoulders between two heights of the page, the crown near the top, cut by the bottom.

    x: where the face should be. left, right: edges of the page (or frame): a person whom the photo's edge cuts is moved
    there, so that no straight cut shows. size: more than 1 for a closer crop.
    """
    photo = sitter.photo
    person = sitter.chin - sitter.crown + 1.25 * photo.height
    scale = min(size * (bottom - top) / person, 0.5 / photo.width)
    below = sitter.rows - sitter.crown
    scale = max(scale, min((bottom - top) / below, 1.4 * scale))
    cut_left, cut_right = sitter.touches if sitter.is_sound else (True, True)
    if cut_left and cut_right:
        scale = max(scale, min((right - left) / sitter.columns, 1.4 * scale))
    dx, width = x - sitter.middle * scale, sitter.columns * scale
    if cut_left and cut_right and width < right - left:
        dx = min(max(dx, left), right - width)
    elif cut_left and dx > left:
        dx = left
    elif cut_right and dx + width < right:
        dx = right - width
    dy = top - sitter.crown * scale
    return SitterPlace(sitter, scale, dx, max(dy, bottom - sitter.rows * scale))


def covering(sitter: Sitter, frame: skia.Rect, share: float, x: float, eyes: float) -> SitterPlace:
    """The whole photo over a frame, as tightly as needed to fill it.

    share: wished width of the face, in widths of the frame. x, eyes: where the face's middle and the eyes should lie, in
    shares of the frame.
    """
    photo = sitter.photo
    scale = share * min(frame.width(), frame.height()) / photo.width
    scale = max(scale, frame.width() / sitter.columns, frame.height() / sitter.rows)
    dx = frame.left() + x * frame.width() - sitter.middle * scale
    dy = frame.top() + eyes * frame.height() - sitter.eyes * scale
    if frame.top() > sitter.crown * scale + dy and scale * (sitter.chin - sitter.crown) < frame.height():
        dy = frame.top() - sitter.crown * scale + 0.02 * frame.height()
    dx = min(frame.left(), max(dx, frame.right() - sitter.columns * scale))
    dy = min(frame.top(), max(dy, frame.bottom() - sitter.rows * scale))
    return SitterPlace(sitter, scale, dx, dy)
