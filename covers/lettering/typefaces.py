"""The typefaces on disk: loading, and the measures by which two scripts are matched to each other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import skia
import uharfbuzz as hb

from covers.lettering.coverage import CJK, CJK_REST, CJK_VARIANTS, FONT_FOLDER, JAMO, letters_of, sets, shaper

FONTCONFIG_ROOT = "FONTCONFIG_SYSROOT"

PATH_SIZE = 1000.0
"""Glyph outlines are taken at this size, unhinted, and scaled: the same layout at every output size."""

HANGUL_TO_CAP = 1.12
"""Height of Hangul ink over the Latin cap height. Hangul at 93 % of the Latin size, in faces of ordinary proportions."""

SAME_HAND = {CJK_REST: CJK, CJK_VARIANTS: CJK, JAMO: CJK}
"""Faces with nothing to measure, drawn to the measures of another."""


@dataclass(frozen=True)
class Typeface:
    """One font file. cap_height, ink_low, ink_high: shares of the em; the ink is that of ordinary full-height letters."""

    name: str
    typeface: skia.Typeface
    shaper: hb.Font
    units_per_em: int
    cap_height: float
    ink_low: float
    ink_high: float

    def covers(self, cluster: str) -> bool:
        """Whether it sets a cluster whole."""
        return sets(self.name, cluster)


@contextlib.contextmanager
def _own_fontconfig() -> Iterator[None]:
    """Skia's first typeface starts its Fontconfig, which reads the machine's configuration and warns of what is newer than
    itself there, or that there is none. A root of our own has nothing to warn of. It goes from the environment again:
    browsers that this process starts want the machine's fonts."""
    before = os.environ.get(FONTCONFIG_ROOT)
    os.environ[FONTCONFIG_ROOT] = str(Path(__file__).parent / "fontconfig")
    try:
        yield
    finally:
        del os.environ[FONTCONFIG_ROOT]
        if before is not None:
            os.environ[FONTCONFIG_ROOT] = before


@cache
def load_face(name: str) -> Typeface:
    """Read one font file from the fonts folder. Raises OSError when it is missing or not a font."""
    path = FONT_FOLDER / name
    with _own_fontconfig():
        typeface = skia.Typeface.MakeFromFile(str(path))
    if typeface is None:
        raise OSError(f"not a font: {path.name}")
    if name in SAME_HAND:
        return replace(load_face(SAME_HAND[name]), name=name, typeface=typeface, shaper=shaper(name))
    cap = _ink(typeface, _present("HEN", name))
    body = _ink(typeface, _present("한글밤", name) or _present("国東語", name) or _present("HEN", name))
    low, high = body or (0.0, 0.7)
    return Typeface(
        name=name, typeface=typeface, shaper=shaper(name), units_per_em=shaper(name).face.upem,
        cap_height=cap[1] if cap else 0.7, ink_low=low, ink_high=high,
    )  # fmt: skip


def _present(letters: str, name: str) -> str:
    return "".join(letter for letter in letters if ord(letter) in letters_of(name))


def _ink(typeface: skia.Typeface, letters: str) -> tuple[float, float] | None:
    """Lowest and highest ink above the baseline, in em; None without letters."""
    if not letters:
        return None
    font = outline_font(typeface)
    boxes = [font.getPath(glyph).computeTightBounds() for glyph in font.textToGlyphs(letters)]
    lows, highs = [-box.fBottom for box in boxes], [-box.fTop for box in boxes]
    return sum(lows) / len(lows) / PATH_SIZE, sum(highs) / len(highs) / PATH_SIZE


def outline_font(typeface: skia.Typeface) -> skia.Font:
    """A font for taking outlines: no hinting, so that outlines do not depend on a size."""
    font = skia.Font(typeface, PATH_SIZE)
    font.setHinting(skia.FontHinting.kNone)
    font.setLinearMetrics(True)
    font.setSubpixel(True)
    return font
