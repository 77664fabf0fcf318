"""Which face sets which letters, and what of a text no face sets. HarfBuzz only, so that a web page may ask as well.

The table beside the fonts says which file could have a letter, so that no font is opened for those that it has not; the last
word is HarfBuzz's: a cluster is set when all its glyphs are there and leave ink.
"""

from __future__ import annotations

import json
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import uharfbuzz as hb

from albumsite.letters import clusters, compose, has_ink, is_hidden, is_invisible, without_stray_tags

FONT_FOLDER = Path(__file__).parent / "fonts"

WORLD = "world"
"""Folder of the faces that are asked last (built by `bench/world_fonts.py`)."""

TABLE = FONT_FOLDER / WORLD / "coverage.json"

CJK = "aibum-cjk-700.otf"
"""Han and kana: the characters of GB 2312, Big5 level 1, JIS X 0208 and KS X 1001."""

CJK_REST = f"{WORLD}/aibum-cjk-rest-700.otf"
"""The same hand: all other Han of Noto Sans CJK, with those of JIS X 0213 and HKSCS."""

CJK_VARIANTS = f"{WORLD}/aibum-cjk-variants-700.otf"
"""The same hand: the other forms of Han that a variation selector asks for, as names of people and places are written."""

JAMO = f"{WORLD}/aibum-jamo-700.otf"
"""Old Hangul, composed of its parts."""

SCRIPTS = (
    "adlam-700", "armenian-700", "balinese-700", "bamum-700", "bassa-vah-400", "batak-400", "bengali-700", "buginese-400",
    "buhid-400", "canadian-aboriginal-700", "chakma-400", "cham-700", "cherokee-700", "coptic-400", "deseret-400", "devanagari-700",
    "ethiopic-700", "georgian-700", "glagolitic-400", "gothic-400", "gujarati-700", "gunjala-gondi-400", "gurmukhi-700",
    "hanifi-rohingya-700", "hanunoo-400", "javanese-700", "kannada-700", "kayah-li-700", "khmer-700", "lao-700", "lepcha-400",
    "limbu-400", "lisu-700", "malayalam-700", "mandaic-400", "masaram-gondi-400", "medefaidrin-700", "meetei-mayek-700",
    "mende-kikakui-400", "miao-400", "mongolian-400", "mro-400", "myanmar-700", "nko-400", "new-tai-lue-400", "newa-400",
    "nushu-400", "ogham-400", "ol-chiki-700", "old-hungarian-400", "old-italic-400", "old-turkic-400", "oriya-700", "osage-400",
    "osmanya-400", "pahawh-hmong-400", "pau-cin-hau-400", "phags-pa-400", "phoenician-400", "rejang-400", "runic-400",
    "samaritan-400", "saurashtra-400", "shavian-400", "sinhala-700", "sora-sompeng-700", "sundanese-700", "syloti-nagri-400",
    "syriac-400", "tagalog-400", "tagbanwa-400", "tai-le-400", "tai-tham-700", "tai-viet-400", "takri-400", "tamil-700",
    "telugu-700", "thaana-700", "tifinagh-400", "vai-400", "wancho-400", "warang-citi-400", "yi-400",
)  # fmt: skip
"""The living scripts of Noto Sans, and the dead ones that titles like to dress up in."""

SERIF_SCRIPTS = ("ahom-400", "dogra-400", "nyiakeng-puachue-hmong-700", "tibetan-700", "yezidi-700")
"""Those that Noto has with serifs only."""

SIGNS = (
    "sans-symbols-700",
    "sans-symbols2-400",
    "sans-math-400",
    "music-400",
    "sans-egyptian-hieroglyphs-400",
    "sans-cuneiform-400",
)

STAND_INS = {
    (False, False): f"{WORLD}/noto-sans-400.ttf", (False, True): f"{WORLD}/noto-sans-700.ttf",
    (True, False): f"{WORLD}/noto-serif-400.ttf", (True, True): f"{WORLD}/noto-serif-700.ttf",
}  # fmt: skip
"""(with serifs, heavy) → a face with all of Latin, Greek and Cyrillic: for words that a voice's own face has in part only."""

FALLBACK: tuple[str, ...] = (
    "Pretendard-Bold.otf", CJK, "noto-sans-700-latin-ext.ttf", "noto-sans-700-cyrillic.ttf", "noto-sans-700-greek.ttf",
    "noto-sans-700-vietnamese.ttf", "noto-sans-700-devanagari.ttf", "noto-sans-arabic-700-arabic.ttf",
    "noto-sans-hebrew-700-hebrew.ttf", "noto-sans-thai-700-thai.ttf", "noto-emoji-700-emoji.ttf",
    CJK_REST, CJK_VARIANTS, JAMO, f"{WORLD}/noto-sans-700.ttf", *(f"{WORLD}/noto-sans-{name}.ttf" for name in SCRIPTS),
    *(f"{WORLD}/noto-serif-{name}.ttf" for name in SERIF_SCRIPTS), *(f"{WORLD}/noto-{name}.ttf" for name in SIGNS),
)  # fmt: skip
"""Asked in this order for what a voice's own faces lack. Pretendard holds all 11,172 modern syllables."""


@cache
def shaper(name: str) -> hb.Font:
    """HarfBuzz's half of one font file, mapped and not read. Raises OSError when it is missing."""
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(FONT_FOLDER / name))))


@dataclass(frozen=True)
class Letters:
    """The code points of a face as ranges: first and last ones, sorted."""

    firsts: array[int]
    lasts: array[int]

    def __contains__(self, code: int) -> bool:
        place = bisect_right(self.firsts, code) - 1
        return place >= 0 and code <= self.lasts[place]


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def _parsed(ranges: str) -> Letters:
    pairs = [one.partition("-") for one in ranges.split()]
    firsts, lasts = ((int(first, 16) for first, _, _ in pairs), (int(last or first, 16) for first, _, last in pairs))
    return Letters(array("I", firsts), array("I", lasts))


@cache
def letters_of(name: str) -> Letters | frozenset[int]:
    """What a face has letters for; one that is in the table is not opened for that."""
    ranges = _table().get(name)
    return frozenset(shaper(name).face.unicodes) if ranges is None else _parsed(ranges)


@lru_cache(maxsize=8192)
def sets(name: str, cluster: str) -> bool:
    """Whether a face sets a cluster whole: no glyph of it is missing, and something of it can be seen."""
    letters = letters_of(name)
    if cluster == " ":
        return 0x20 in letters
    if name == CJK_VARIANTS and not is_variant(cluster):
        return False
    if not all(_may_have(letters, letter) for letter in cluster if not is_invisible(letter)):
        return False
    buffer = hb.Buffer()
    buffer.add_str(spelled_for(name, cluster))
    buffer.guess_segment_properties()
    font = shaper(name)
    hb.shape(font, buffer)
    glyphs = [info.codepoint for info in buffer.glyph_infos]
    if 0 in glyphs or not any(_is_inked(font, glyph) for glyph in glyphs):
        return False
    return not _has_accents(cluster) or _stand_on_each_other(font, glyphs, buffer.glyph_positions)


def is_european(cluster: str) -> bool:
    """Of Latin, Greek, Cyrillic or Armenian."""
    base = cluster[0]
    return base.isalpha() and ("A" <= base <= "\u058f" or "\u1e00" <= base <= "\u1fff")


def _has_accents(cluster: str) -> bool:
    """Whether a European letter has marks, which must stand on it: some faces have them as signs that stand beside it."""
    return (
        is_european(cluster) and len(unicodedata.normalize("NFD", cluster)) > 1 and not any(map(is_invisible, cluster))
    )


def _stand_on_each_other(font: hb.Font, glyphs: Sequence[int], places: Sequence[hb.GlyphPosition]) -> bool:
    """Whether a letter is one glyph wide, with the middles of its marks above or below it."""
    width = places[0].x_advance
    for glyph, place in zip(glyphs[1:], places[1:], strict=True):
        extents = font.get_glyph_extents(glyph)
        if (
            extents is None
            or place.x_advance
            or not 0 <= width + place.x_offset + extents.x_bearing + extents.width / 2 <= width
        ):
            return False
    return True


def is_variant(cluster: str) -> bool:
    """Whether a cluster asks for a form of its letter that is there."""
    selector = ord(cluster[-1])
    is_selector = 0xFE00 <= selector <= 0xFE0F or 0xE0100 <= selector <= 0xE01EF
    return (
        is_selector and len(cluster) == 2 and bool(shaper(CJK_VARIANTS).get_variation_glyph(ord(cluster[0]), selector))
    )


def spelled_for(name: str, text: str) -> str:
    """The text as a face takes it: that of Old Hangul has the parts of syllables only, and composes them itself."""
    return unicodedata.normalize("NFD", text) if name == JAMO else text


def _may_have(letters: Letters | frozenset[int], letter: str) -> bool:
    return ord(letter) in letters or (
        (parts := unicodedata.normalize("NFD", letter)) != letter and all(ord(part) in letters for part in parts)
    )


def _is_inked(font: hb.Font, glyph: int) -> bool:
    extents = font.get_glyph_extents(glyph)
    return extents is not None and bool(extents.width and extents.height)


@lru_cache(maxsize=8192)
def has_a_face(cluster: str) -> bool:
    """Whether any of the faces that every voice falls back to sets a cluster."""
    return any(sets(name, cluster) for name in FALLBACK)


def clean(text: str) -> str:
    """One line of text to set: composed, without control characters and empty letters, runs of space made one."""
    kept = "".join(" " if letter.isspace() or letter in "\u2800\u3164\uffa0" else letter for letter in compose(text))
    return " ".join(without_stray_tags("".join(letter for letter in kept if not is_hidden(letter))).split())


@dataclass(frozen=True)
class Settable:
    """What of a text is set, and the clusters that are not, each once, as they stand in it."""

    text: str
    missing: tuple[str, ...]


def settable(text: str, is_set: Callable[[str], bool] = has_a_face) -> Settable:
    """A cleaned text as it can be set. is_set: whether the faces at hand have a cluster; by default, those of every voice.

    A letter of compatibility that no face has is set as what it stands for (Unicode's NFKC); a letter whose mark no face
    can put on it is set without, and counts as missing.
    """
    kept, missing = [], []
    for cluster in clusters(text):
        if cluster == " " or is_set(cluster):
            kept.append(cluster)
        elif has_ink(cluster):
            plain = unicodedata.normalize("NFKC", cluster)
            if plain != cluster and all(part == " " or is_set(part) for part in clusters(plain)):
                kept.append(plain)
                continue
            missing.append(cluster)
            kept.append(cluster[0] if is_set(cluster[0]) else "")
    return Settable(" ".join("".join(kept).split()), tuple(dict.fromkeys(missing)))


def missing_from(text: str) -> tuple[str, ...]:
    """The letters of a person's text that no sleeve can show."""
    return settable(clean(text)).missing
