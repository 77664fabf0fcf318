"""The sixteen voices: which Latin and Hangul faces speak together, how tight, how tall, in which case."""

from __future__ import annotations

from dataclasses import dataclass

from covers.lettering.coverage import STAND_INS


@dataclass(frozen=True)
class Voice:
    """latin, hangul: font files, first choice first. tracking, hangul_tracking: extra space after a letter, in Latin em.

    artist_tracking: the same for the artist's line. leading: factor on the usual line pitch. may_shout: whether a row of
    capitals can be read in the Latin face. weight: 0 hairline to 1 black; below 0.35 even a large title is asked for the
    contrast of small type. companion: the voice of the artist's line where this one's letters do not bear a small size;
    empty: the same. hangul_companion: the same for a name with Hangul in it. has_serifs: of the Latin face.
    """

    latin: tuple[str, ...]
    hangul: tuple[str, ...]
    tracking: float = 0.0
    hangul_tracking: float = -0.01
    artist_tracking: float = 0.03
    leading: float = 1.0
    may_shout: bool = True
    weight: float = 0.7
    companion: str = ""
    hangul_companion: str = ""
    has_serifs: bool = False

    @property
    def stand_in(self) -> str:
        """The face nearest to this voice that has all of Latin, Greek and Cyrillic."""
        return STAND_INS[self.has_serifs, self.weight >= 0.45]


def _latin(stem: str, *, vietnamese: bool = False) -> tuple[str, ...]:
    names = f"{stem}-latin.ttf", f"{stem}-latin-ext.ttf"
    return (*names, f"{stem}-vietnamese.ttf") if vietnamese else names


MYEONGJO = "aibum-myeongjo-400-korean.ttf"
"""Second choice of the serif voices: it holds all 11,172 syllables."""

VOICE_TABLE: dict[str, Voice] = {
    "grotesk": Voice(_latin("space-grotesk-700", vietnamese=True), ("ibm-plex-sans-kr-700-korean.ttf",), tracking=-0.02),
    "slab": Voice(_latin("zilla-slab-700"), ("hahmlet-800-korean.ttf",), tracking=-0.01, hangul_tracking=-0.02, has_serifs=True),
    "rounded": Voice(_latin("righteous-400"), ("jua-400-korean.ttf",), hangul_tracking=0.0),
    "riso": Voice(_latin("bricolage-grotesque-800", vietnamese=True), ("do-hyeon-400-korean.ttf",), tracking=-0.02, weight=0.8),
    "thin_serif": Voice(
        _latin("cormorant-garamond-400", vietnamese=True), ("noto-serif-kr-200-korean.ttf", MYEONGJO),
        tracking=0.04, hangul_tracking=0.08, artist_tracking=0.1, leading=1.08, weight=0.2, has_serifs=True,
    ),
    "photocopy": Voice(
        _latin("pirata-one-400"), ("east-sea-dokdo-400-korean.ttf",), may_shout=False, weight=0.7, companion="mono_small",
    ),
    "poster_heavy": Voice(_latin("anton-400", vietnamese=True), ("black-han-sans-400-korean.ttf",), leading=0.94, weight=1.0),
    "brush": Voice(_latin("caveat-brush-400"), ("aibum-brush-400-korean.ttf", MYEONGJO), may_shout=False, weight=0.5, companion="folk"),
    "soft_serif": Voice(
        _latin("fraunces-600", vietnamese=True), ("gowun-batang-700-korean.ttf", MYEONGJO),
        tracking=-0.01, weight=0.5, has_serifs=True,
    ),
    "mono_small": Voice(
        _latin("space-mono-400", vietnamese=True), ("aibum-mono-400-korean.ttf",), tracking=-0.02, hangul_tracking=0.0,
        artist_tracking=0.0, weight=0.4,
    ),
    "small_caps": Voice(
        ("im-fell-english-sc-400-latin.ttf",), (MYEONGJO,), tracking=0.05, hangul_tracking=0.04, artist_tracking=0.1,
        may_shout=False, weight=0.35, has_serifs=True,
    ),
    "geometric": Voice(
        _latin("jost-600"), ("gugi-400-korean.ttf",), tracking=-0.01, hangul_tracking=0.0, hangul_companion="grotesk",
    ),
    "dot": Voice(
        ("aibum-dot-700.ttf",), ("aibum-dot-700.ttf",), hangul_tracking=0.0, artist_tracking=0.0, weight=0.8,
    ),
    "gala": Voice(
        ("bagel-fat-one-400-latin.ttf",), ("bagel-fat-one-400-korean.ttf",), hangul_tracking=0.0, leading=0.98, weight=1.0,
    ),
    "folk": Voice(_latin("young-serif-400"), ("song-myung-400-korean.ttf", MYEONGJO), hangul_tracking=0.01, weight=0.6, has_serifs=True),
    "wide_tiny": Voice(
        _latin("krona-one-400"), ("aibum-sans-500.otf",), tracking=0.12, hangul_tracking=0.3, artist_tracking=0.16,
        leading=1.15, weight=0.4,
    ),
}  # fmt: skip
"""Keys are contract.VOICES."""


def companion_of(voice: str, text: str) -> str:
    """The voice of an artist's line beside a title in a voice."""
    beside = VOICE_TABLE[voice]
    has_hangul = any("가" <= letter <= "힣" for letter in text)
    return (beside.hangul_companion if has_hangul else "") or beside.companion or voice
