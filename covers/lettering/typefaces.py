"""The typefaces on disk: loading, coverage, and the measures by which two scripts are matched to each other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import skia
import uharfbuzz as hb

FONT_FOLDER = Path(__file__).parent / "fonts"
FONTCONFIG_ROOT = "FONTCONFIG_SYSROOT"

PATH_SIZE = 1000.0
"""Glyph outlines are taken at this size, unhinted, and scaled: the same layout at every output size."""

HANGUL_TO_CAP = 1.12
"""Height of Hangul ink over the Latin cap height. Hangul at 93 % of the Latin size, in faces of ordinary proportions."""

CJK = "aibum-cjk-700.otf"
"""Han and kana: the characters of GB 2312, Big5 level 1, JIS X 0208 and KS X 1001."""

FALLBACK: tuple[str, ...] = (
    "Pretendard-Bold.otf", CJK, "noto-sans-700-latin-ext.ttf", "noto-sans-700-cyrillic.ttf", "noto-sans-700-greek.ttf",
    "noto-sans-700-vietnamese.ttf", "noto-sans-700-devanagari.ttf", "noto-sans-arabic-700-arabic.ttf",
    "noto-sans-hebrew-700-hebrew.ttf", "noto-sans-thai-700-thai.ttf", "noto-emoji-700-emoji.ttf",
)  # fmt: skip
"""Asked in this order for what a voice's own faces lack. Pretendard holds all 11,172 modern syllables."""


@dataclass(frozen=True)
class Face:
    """One font file. cap_height, ink_low, ink_high: shares of the em; the ink is that of ordinary full-height letters."""

    name: str
    typeface: skia.Typeface
    shaper: hb.Font
    coverage: frozenset[int]
    units_per_em: int
    cap_height: float
    ink_low: float
    ink_high: float

    def covers(self, cluster: str) -> bool:
        return all(ord(letter) in self.coverage for letter in cluster if not is_invisible(letter))


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


def is_invisible(letter: str) -> bool:
    """Joiners and variation selectors: part of a cluster, but no glyph has to exist for them."""
    return letter in "\u200c\u200d\ufe0e\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


@cache
def load_face(name: str) -> Face:
    """Read one font file from the fonts folder. Raises OSError when it is missing or not a font."""
    path = FONT_FOLDER / name
    with _own_fontconfig():
        typeface = skia.Typeface.MakeFromFile(str(path))
    if typeface is None:
        raise OSError(f"not a font: {path.name}")
    hb_face = hb.Face(hb.Blob.from_file_path(str(path)))
    coverage = frozenset(hb_face.unicodes)
    cap = _ink(typeface, _present("HEN", coverage))
    body = _ink(typeface, _present("한글밤", coverage) or _present("国東語", coverage) or _present("HEN", coverage))
    low, high = body or (0.0, 0.7)
    return Face(
        name=name, typeface=typeface, shaper=hb.Font(hb_face), coverage=coverage, units_per_em=hb_face.upem,
        cap_height=cap[1] if cap else 0.7, ink_low=low, ink_high=high,
    )  # fmt: skip


def _present(letters: str, coverage: frozenset[int]) -> str:
    return "".join(letter for letter in letters if ord(letter) in coverage)


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
