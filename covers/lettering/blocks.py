"""Blocks of set text: lines chosen, sized to a rectangle, aligned by their ink. Unit: the picture's height = 1."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import skia

from albumsite.letters import clusters
from covers.lettering.boxes import Box, around
from covers.lettering.breaking import MAX_LINES, Token, balanced_lines, shorten, split_long, words
from covers.lettering.shaping import Line, Setting, cap_of, is_eastern, runs_down, shape, shape_columns
from covers.lettering.typefaces import HANGUL_TO_CAP


@dataclass(frozen=True)
class Block:
    """Text placed on the picture. path: outlines in height units. box: its ink. cap: height of its capitals.

    lines: as set; columns from the right when vertical. line_boxes: ink of each line, or of the whole when vertical. align: the side
    on which lines of different lengths meet.
    """

    path: skia.Path
    box: Box
    cap: float
    lines: tuple[str, ...]
    line_boxes: tuple[Box, ...]
    faces: tuple[str, ...]
    is_vertical: bool = False
    align: str = "left"


@dataclass(frozen=True)
class Draft:
    """A block before it has a place: lines in em, the offset of each baseline, and the size that fits (one em)."""

    lines: tuple[Line, ...]
    baselines: tuple[float, ...]
    size: float
    cap_em: float
    is_vertical: bool = False

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
        return Draft(self.lines, self.baselines, self.size * by, self.cap_em, self.is_vertical)


@dataclass(frozen=True)
class Room:
    """What a draft must fit: width and height, and the cap height that is wished at most. is_vertical: columns."""

    width: float
    height: float
    wished_cap: float
    is_vertical: bool = False


@lru_cache(maxsize=256)
def _tokens(text: str, longest: int) -> tuple[Token, ...]:
    """The pieces of a text. longest: words of more clusters are cut; 0: none."""
    tokens = words(text)
    return tuple(split_long(tokens, longest) if longest else tokens)


@lru_cache(maxsize=1024)
def _broken(text: str, setting: Setting, longest: int, is_vertical: bool, count: int) -> tuple[Line, ...] | None:
    """The text in so many lines (or columns, which come as one line); None when it has too few pieces."""

    def width_of(part: str) -> float:
        return float(len(clusters(part))) if is_vertical else shape(part, setting).width

    lines = balanced_lines(_tokens(text, longest), count, width_of)
    if lines is None:
        return None
    return (shape_columns(lines, setting),) if is_vertical else tuple(shape(line, setting) for line in lines)


def baselines(lines: Sequence[Line], setting: Setting) -> tuple[float, ...]:
    """Offsets of the baselines in em: an even pitch, opened where tall marks would touch."""
    cap = cap_of(setting.voice)
    text = "".join(line.text for line in lines)
    if any(is_eastern(letter) for letter in text):
        pitch = 1.36 * HANGUL_TO_CAP * cap
    elif text.upper() == text:
        pitch = 1.34 * cap
    else:
        pitch = 1.58 * cap
    pitch *= setting.voice.leading
    for above, below in itertools.pairwise(lines):
        pitch = max(pitch, above.bottom - below.top + 0.1 * cap)
    return tuple(index * pitch for index in range(len(lines)))


def _draft(lines: tuple[Line, ...], setting: Setting, room: Room) -> Draft:
    cap_em = cap_of(setting.voice)
    at_one = Draft(lines, baselines(lines, setting), 1.0, cap_em, room.is_vertical)
    return at_one.scaled(min(room.wished_cap / cap_em, room.width / at_one.width, room.height / at_one.height))


def fit(text: str, setting: Setting, room: Room) -> Draft | None:
    """The line breaks that let the text stand largest in a room; fewer lines win a near tie. None without room.

    A word is cut only when it alone would make everything tiny. A vertical room takes columns when the text runs down.
    """
    if room.width <= 0 or room.height <= 0 or not text:
        return None
    if room.is_vertical and not runs_down(text):
        room = Room(room.width, room.height, room.wished_cap)
    best = _largest(text, setting, room, 0)
    longest_word = max(len(clusters(word)) for word in text.split(" "))
    for longest in (12, 8, 6, 4):
        if longest_word <= longest or (best is not None and best.cap >= 0.45 * room.wished_cap):
            break
        cut = _largest(text, setting, room, longest)
        if cut is not None and (best is None or cut.cap > best.cap * 1.5):
            best = cut
    return best


def _largest(text: str, setting: Setting, room: Room, longest: int) -> Draft | None:
    """Line counts are tried in the order of the size that they could reach, and no longer than one could still win."""
    best, merit = None, 0.0
    for bound, count in sorted(_bounds(text, setting, room, longest), key=lambda pair: (-pair[0], pair[1])):
        if bound <= merit:
            break
        lines = _broken(text, setting, longest, room.is_vertical, count)
        if lines is None or any(line.path.isEmpty() for line in lines):
            continue
        candidate = _draft(lines, setting, room)
        has_lone_letter = count > 1 and any(len(part) == 1 for line in lines for part in line.text.split("\n"))
        worth = candidate.cap * (0.65 if has_lone_letter else 1.0)
        is_shorter = best is not None and len(lines) < len(best.lines)
        if worth > merit * (0.95 if is_shorter else 1.06):
            best, merit = candidate, worth
    return best


def _bounds(text: str, setting: Setting, room: Room, longest: int) -> list[tuple[float, int]]:
    """For each line count, a cap height that it cannot exceed."""
    tokens, cap = _tokens(text, longest), cap_of(setting.voice)
    counts = range(1, min(MAX_LINES, len(tokens)) + 1)
    if room.is_vertical:
        return [(room.wished_cap, count) for count in counts]
    widths = [shape(token.text, setting).width for token in tokens]
    total, widest = 0.97 * sum(widths), 0.9 * max(widths)
    return [
        (
            min(room.wished_cap, cap * room.width / max(total / count, widest), room.height / (1 + 1.2 * (count - 1))),
            count,
        )
        for count in counts
    ]


def fit_or_shorten(text: str, setting: Setting, room: Room, smallest_cap: float) -> Draft | None:
    """As `fit`; when letters would fall below `smallest_cap`, the longest beginning that does not."""
    best = fit(text, setting, room)
    limit = min(smallest_cap, room.wished_cap)
    if best is None or best.cap >= limit:
        return best
    low, high = 1, len(clusters(text))
    while high - low > 1:
        middle = (low + high) // 2
        trial = fit(shorten(text, middle), setting, room)
        if trial is not None and trial.cap >= limit:
            low, best = middle, trial
        else:
            high = middle
    return best


def place(one: Draft, room: Box, align: str, valign: str) -> Block:
    """Put a draft into a rectangle, flush by ink. align: left, center, right. valign: top, middle, bottom."""
    top = room.top + {"top": 0.0, "middle": 0.5, "bottom": 1.0}[valign] * (room.height - one.height)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    path, boxes = skia.Path(), []
    for line, base in zip(one.lines, one.baselines, strict=True):
        slack = room.width - (line.right - line.left) * one.size
        x = room.left + share * slack - line.left * one.size
        y = top - one.top + base * one.size
        path.addPath(line.path, skia.Matrix.Scale(one.size, one.size).postTranslate(x, y))
        ink = (line.left, line.top, line.right, line.bottom)
        boxes.append(Box(*(value * one.size for value in ink)).moved(x, y))
    faces = tuple(dict.fromkeys(name for line in one.lines for name in line.faces))
    texts = tuple(text for line in one.lines for text in line.text.split("\n"))
    return Block(path, around(boxes), one.cap, texts, tuple(boxes), faces, one.is_vertical, align)
