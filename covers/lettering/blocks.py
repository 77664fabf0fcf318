"""Blocks of set text: lines chosen, sized to a rectangle, aligned by their ink. Unit: the picture's height = 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import skia

from covers.lettering.breaking import MAX_LINES, balanced_lines, shorten, split_long, words
from covers.lettering.shaping import Line, Setting, clusters, is_eastern, shape
from covers.lettering.typefaces import HANGUL_TO_CAP, load_face

SMALLEST_TITLE_CAP = 0.016
"""Below this a title is cut with an ellipsis instead (about 5 px on a 300 px thumbnail)."""


@dataclass(frozen=True)
class Box:
    """left, top, right, bottom in height units, y down."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def inside(self, other: Box) -> bool:
        slack = 1e-6
        return (
            self.left >= other.left - slack and self.top >= other.top - slack
            and self.right <= other.right + slack and self.bottom <= other.bottom + slack
        )  # fmt: skip

    def meets(self, other: Box) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def union(self, other: Box) -> Box:
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))

    def clipped(self, other: Box) -> Box:
        return Box(max(self.left, other.left), max(self.top, other.top), min(self.right, other.right), min(self.bottom, other.bottom))


@dataclass(frozen=True)
class Block:
    """Text placed on the picture. path: outlines in height units. box: its ink. cap: height of its capitals.

    line_boxes: ink of each line (or column), for the busy test and for labels.
    """

    path: skia.Path
    box: Box
    cap: float
    lines: tuple[str, ...]
    line_boxes: tuple[Box, ...]
    faces: tuple[str, ...]
    is_vertical: bool = False


@dataclass(frozen=True)
class Draft:
    """A block before it has a place: lines in em, with the offset of each baseline, and the size that fits."""

    lines: tuple[Line, ...]
    baselines: tuple[float, ...]
    size: float
    cap_em: float

    @property
    def width(self) -> float:
        return max(line.right - line.left for line in self.lines) * self.size

    @property
    def top(self) -> float:
        return min(line.top + base for line, base in zip(self.lines, self.baselines, strict=True)) * self.size

    @property
    def bottom(self) -> float:
        return max(line.bottom + base for line, base in zip(self.lines, self.baselines, strict=True)) * self.size

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def cap(self) -> float:
        return self.size * self.cap_em

    def scaled(self, by: float) -> Draft:
        return Draft(self.lines, self.baselines, self.size * by, self.cap_em)


def cap_of(setting: Setting) -> float:
    """Cap height of a voice's Latin face, in em."""
    return load_face(setting.voice.latin[0]).cap_height


@lru_cache(maxsize=64)
def broken(text: str, setting: Setting, longest: int) -> tuple[tuple[Line, ...], ...]:
    """The text in 1, 2, … lines. longest: words of more clusters may be cut (0: no word is cut)."""
    tokens = words(text)
    if longest:
        tokens = split_long(tokens, longest)

    def width_of(part: str) -> float:
        return shape(part, setting).width

    counts = range(1, min(MAX_LINES, len(tokens)) + 1)
    breaks = (balanced_lines(tokens, count, width_of) for count in counts)
    return tuple(tuple(shape(line, setting) for line in lines) for lines in breaks if lines)


def _baselines(lines: Sequence[Line], setting: Setting) -> tuple[float, ...]:
    """Offsets of the baselines in em: an even pitch, opened where tall marks would touch."""
    cap = cap_of(setting)
    text = "".join(line.text for line in lines)
    if any(is_eastern(letter) for letter in text):
        pitch = 1.36 * HANGUL_TO_CAP * cap
    elif text.upper() == text:
        pitch = 1.34 * cap
    else:
        pitch = 1.58 * cap
    pitch *= setting.voice.leading
    for above, below in zip(lines, lines[1:], strict=False):
        pitch = max(pitch, above.bottom - below.top + 0.1 * cap)
    return tuple(index * pitch for index in range(len(lines)))


def draft(lines: tuple[Line, ...], setting: Setting, *, width: float, height: float, wished_cap: float) -> Draft:
    """Size given lines to a rectangle, at most at the wished cap height."""
    cap_em = cap_of(setting)
    at_one = Draft(lines, _baselines(lines, setting), 1.0, cap_em)
    size = min(wished_cap / cap_em, width / max(at_one.width, 1e-6), height / max(at_one.height, 1e-6))
    return at_one.scaled(size)


def fit(
    text: str, setting: Setting, *, width: float, height: float, wished_cap: float, max_lines: int = MAX_LINES
) -> Draft | None:
    """The line breaks that let the text stand largest in a rectangle; fewer lines win a near tie. None without room.

    Words are cut only when one long word would make everything tiny; the text only when it stays unreadable.
    """
    if width <= 0 or height <= 0 or not text:
        return None
    room = {"width": width, "height": height, "wished_cap": wished_cap}
    best = _largest(text, setting, 0, max_lines, room)
    longest_word = max(len(clusters(word)) for word in text.split(" "))
    for longest in (12, 8, 6, 4):
        if best is not None and best.cap >= 0.45 * wished_cap or longest_word <= longest:
            break
        cut = _largest(text, setting, longest, max_lines, room)
        if cut is not None and (best is None or cut.cap > best.cap * 1.5):
            best = cut
    return best


def _largest(text: str, setting: Setting, longest: int, max_lines: int, room: dict[str, float]) -> Draft | None:
    best: Draft | None = None
    for lines in broken(text, setting, longest)[:max_lines]:
        if all(line.path.isEmpty() for line in lines):
            continue
        candidate = draft(lines, setting, **room)
        if best is None or candidate.cap > best.cap * 1.06:
            best = candidate
    return best


def fit_or_shorten(text: str, setting: Setting, *, width: float, height: float, wished_cap: float, smallest_cap: float) -> Draft | None:
    """As `fit`; when letters would fall below `smallest_cap`, the longest beginning that does not."""
    room = {"width": width, "height": height, "wished_cap": wished_cap}
    whole = fit(text, setting, **room)
    if whole is None or whole.cap >= min(smallest_cap, wished_cap):
        return whole
    low, high = 1, len(clusters(text))
    best = whole
    while high - low > 1:
        middle = (low + high) // 2
        trial = fit(shorten(text, middle), setting, **room)
        if trial is not None and trial.cap >= min(smallest_cap, wished_cap):
            low, best = middle, trial
        else:
            high = middle
    return best


def place(one: Draft, room: Box, *, align: str, valign: str) -> Block:
    """Put a draft into a rectangle, flush by ink."""
    spare = room.height - one.height
    top = room.top + {"top": 0.0, "middle": spare / 2, "bottom": spare}[valign]
    path, boxes = skia.Path(), []
    for line, base in zip(one.lines, one.baselines, strict=True):
        ink = (line.right - line.left) * one.size
        slack = room.width - ink
        x = room.left + {"left": 0.0, "center": slack / 2, "right": slack}[align] - line.left * one.size
        y = top - one.top + base * one.size
        path.addPath(line.path, skia.Matrix.Scale(one.size, one.size).postTranslate(x, y))
        boxes.append(
            Box(x + line.left * one.size, y + line.top * one.size, x + line.right * one.size, y + line.bottom * one.size)
        )
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    faces = tuple(dict.fromkeys(name for line in one.lines for name in line.faces))
    return Block(path, box, one.cap, tuple(line.text for line in one.lines), tuple(boxes), faces)
