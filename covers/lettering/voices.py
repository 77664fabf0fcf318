"""The sixteen voices: which Latin and Hangul faces speak together, how tight, how tall, in which case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """latin, hangul: font files, first choice first. tracking, hangul_tracking: extra space after a letter, in em of the title.

    artist_tracking: the same for the artist's line. leading: line pitch over the height of a line's letters (cap
    height, or Hangul body). case: "as_typed", "upper" or "lower", Latin letters only. may_shout: whether capitals are
    readable in the Latin face. weight: 0 hairline to 1 black; a light voice needs a calmer ground and more contrast.
    """

    latin: tuple[str, ...]
    hangul: tuple[str, ...]
    tracking: float = 0.0
    hangul_tracking: float = -0.01
    artist_tracking: float = 0.03
    leading: float = 1.0
    case: str = "as_typed"
    may_shout: bool = True
    weight: float = 0.7


VOICE_TABLE: dict[str, Voice] = {
    "grotesk": Voice(
        latin=("space-grotesk-700-latin.ttf", "space-grotesk-700-latin-ext.ttf"),
        hangul=("Pretendard-Bold.otf",),
        tracking=-0.02,
    ),
    "poster_heavy": Voice(
        latin=("anton-400-latin.ttf", "anton-400-latin-ext.ttf"),
        hangul=("black-han-sans-400-korean.ttf",),
        leading=0.94,
        weight=1.0,
    ),
    "soft_serif": Voice(
        latin=("fraunces-600-latin.ttf", "fraunces-600-latin-ext.ttf"),
        hangul=("gowun-batang-700-korean.ttf",),
        tracking=-0.01,
    ),
}
"""Keys are contract.VOICES."""
