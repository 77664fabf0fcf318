"""Letters as readers count them, and which of them leave no ink.

What Python's Unicode does not know yet is kept: new emoji and letters are older than the next Python, and a face may have them.
"""

from __future__ import annotations

import re
import unicodedata

import regex

JOINERS = "\u200c\u200d"
"""They join and part letters of many scripts, and emoji."""

TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
"""Spell the flags of regions, after a black flag."""

STRAY_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)|[\U000e0020-\U000e007f]+")

LETTERS_OF_FORMAT = frozenset(
    map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, 0x180E))
)
"""Signs that count as control characters and are written all the same, as Arabic's sign before a year."""

BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by name, empty by sight: the fillers of Hangul, and Braille without a dot."""

IGNORABLE = frozenset(
    map(chr, (0x34F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Change how another letter looks, or nothing: no glyph has to exist for them."""

GRAPHEME = regex.compile(r"\X")

COMPATIBILITY_HAN = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
"""Han of names that normalising would trade for the common form (U+FA19 for U+795E); they are kept as they were typed."""

CONJOINS_NOT = "\u0bcd\u0e3a\u0dca"
"""Signs of combining class 9 after which the next letter stands for itself."""


def compose(text: str) -> str:
    """NFC, with the Han of names as they were typed."""
    if text.isascii():
        return text
    parts = COMPATIBILITY_HAN.split(text)
    return "".join(part if index % 2 else unicodedata.normalize("NFC", part) for index, part in enumerate(parts))


def without_stray_tags(text: str) -> str:
    """Tags spell the flags of regions; anywhere else they are a hidden message."""
    return STRAY_TAGS.sub(r"\1", text)


def is_hidden(letter: str) -> bool:
    """Control characters, marks of direction, halves of pairs and what will never be a character: they show nothing anywhere."""
    kind = unicodedata.category(letter)
    if kind == "Cn":
        return ord(letter) & 0xFFFE == 0xFFFE or "\ufdd0" <= letter <= "\ufdef"
    if kind == "Cf":
        return letter not in JOINERS and letter not in LETTERS_OF_FORMAT and letter not in TAGS
    return kind in ("Cc", "Cs", "Zl", "Zp")


def is_invisible(letter: str) -> bool:
    """Joiners, tags and variation selectors: part of a cluster, but no glyph has to exist for them."""
    return letter in JOINERS or letter in IGNORABLE or letter in TAGS


def has_ink(text: str) -> bool:
    """Whether anything of a text can be seen."""
    return not all(letter.isspace() or letter in BLANKS or is_invisible(letter) or is_hidden(letter) for letter in text)


def clusters(text: str) -> list[str]:
    """Letters with their marks, by the Unicode rules for grapheme clusters (UAX #29); and kept whole beyond them what a typeface draws
    as one sign: conjuncts of all scripts, and letters that a joiner joins."""
    if text.isascii():
        return list(text)
    out: list[str] = []
    for piece in GRAPHEME.findall(text):
        if out and _goes_on(out[-1][-1], piece):
            out[-1] += piece
        else:
            out.append(piece)
    return out


def _goes_on(last: str, piece: str) -> bool:
    """Whether a cluster belongs to the one before it, which ends with `last`."""
    if last == "\u200d":
        return not piece.isspace()
    kind = unicodedata.category(piece[0])
    return kind == "Mc" or (kind == "Lo" and unicodedata.combining(last) == 9 and last not in CONJOINS_NOT)
