"""The outlines of a title, letter by letter: for a picture that is made of them. Unit: the title's Latin em, baseline at y = 0."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import skia

from albumsite.letters import clusters
from covers.lettering.breaking import Token, balanced_lines, words
from covers.lettering.copy import prepare
from covers.lettering.directions import is_right_to_left
from covers.lettering.shaping import CURSIVE, Setting, is_eastern, shape
from covers.lettering.title_contract import TypePlan

ROWS_MOST = 4
"""Rows that a title is broken into, at most: with more of them it is a text and no picture."""
PARTED_MOST = 4
"""Letters up to which one word of square-bodied letters may stand one below the other."""


@dataclass(frozen=True)
class LetterOutline:
    """A letter with its marks, in its place in its row; a whole row where letters join. path: never empty."""

    text: str
    path: skia.Path

    @property
    def box(self) -> skia.Rect:
        return self.path.computeTightBounds()


@dataclass(frozen=True)
class Row:
    """One row of a title. top, bottom: ink of the script, so that rows of one title have the same pitch."""

    text: str
    letters: tuple[LetterOutline, ...]

    @property
    def box(self) -> skia.Rect:
        box = skia.Rect.MakeEmpty()
        for letter in self.letters:
            box.join(letter.box)
        return box


@dataclass(frozen=True)
class Title:
    """A title in a voice, as it will be drawn. text: cleaned; in capitals where they are wished and cost no letter."""

    text: str
    setting: Setting

    @property
    def is_eastern(self) -> bool:
        return any(is_eastern(letter) for letter in self.text)

    def breakings(self, parted: int = PARTED_MOST) -> list[tuple[str, ...]]:
        """The ways to break it into rows, from one row on. parted: syllables of an only word that may stand in several rows, at most."""
        return list(_breakings(self.text, self.setting, parted))

    def row(self, text: str) -> Row:
        return _row(text, self.setting)


def title_in(title: str, voice: str, *, in_capitals: bool = False) -> Title | None:
    """The title in a voice; None where a letter is missing from all typefaces, or nothing is left of it."""
    copy = prepare(title, "", TypePlan(voice, (), ("#000000",), uppercase=in_capitals), 1.0)
    if not copy.title or copy.missing[0] or copy.is_cut[0] or shape(copy.title, copy.title_setting).path.isEmpty():
        return None
    return Title(copy.title, copy.title_setting)


@lru_cache(maxsize=256)
def _breakings(text: str, setting: Setting, parted: int) -> tuple[tuple[str, ...], ...]:
    tokens = words(text)
    letters = clusters(text)
    if len(tokens) == 1 and 1 < len(letters) <= parted and all(is_eastern(letter[0]) for letter in letters):
        tokens = [Token(letter, False) for letter in letters]
    found = [
        rows
        for count in range(1, min(ROWS_MOST, len(tokens)) + 1)
        if (rows := balanced_lines(tokens, count, lambda part: shape(part, setting).width))
    ]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def _row(text: str, setting: Setting) -> Row:
    if is_right_to_left(text) or joins(text):
        return Row(text, (LetterOutline(text, simplified(shape(text, setting).path)),))
    letters, so_far = [], ""
    for cluster in clusters(text):
        so_far += cluster
        alone = shape(cluster, setting)
        if alone.path.isEmpty():
            continue
        # kerning is in the width of what stands before; a letter's own width is the same alone
        x = shape(so_far, setting).width - alone.width
        path = simplified(alone.path)
        path.transform(skia.Matrix.Translate(x, 0))
        letters.append(LetterOutline(cluster, path))
    return Row(text, tuple(letters))


def simplified(path: skia.Path) -> skia.Path:
    """Without the seams of strokes that overlap; as it is where skia's solver gives up. Filled by winding, as letters side by
    side must be: by even and odd, what they share would be a hole."""
    try:
        return skia.AsWinding(skia.Simplify(path))
    except RuntimeError:
        return skia.Path(path)


def joins(text: str) -> bool:
    """Whether letters of it join: such a row has one outline."""
    return any(unicodedata.name(letter, "").startswith(CURSIVE) for letter in text)
