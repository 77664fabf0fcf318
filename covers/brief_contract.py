"""What a brief writer takes and gives. Plain values only: a writer knows no database and no request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

GENRES: tuple[str, ...] = (
    "ballad", "dance", "hiphop", "rnb", "indie", "rock", "trot", "folk",
    "electronic", "jazz", "classical", "children", "ccm", "soundtrack",
)  # fmt: skip
"""The eight of the original first, then what its users would have missed."""

MOODS: tuple[str, ...] = (
    "longing", "quiet", "joy", "dance", "anger", "dream", "night", "swagger",
    "nostalgia", "tenderness", "faith", "awe", "melancholy", "heartbreak", "hope", "freedom",
    "loneliness", "romance", "rebellion", "mystery", "summer", "winter", "comfort", "triumph",
)  # fmt: skip
"""Each has palettes in the poster engine and words in the rules writer."""

STYLES: tuple[str, ...] = (
    "swiss", "duotone", "sunset", "riso", "night_sky", "photocopy", "op_rings", "brush",
    "paper_cut", "lines", "botanical", "bauhaus", "glitch", "gala", "folk", "monolith",
)  # fmt: skip
"""Style families, as numbered in docs/poster.md."""


@dataclass(frozen=True)
class Song:
    """What a person typed, cleaned. `genre` is one of GENRES or empty; the rest is free text in any language."""

    title: str
    artist: str
    album: str = ""
    genre: str = ""
    lyrics: str = ""


@dataclass(frozen=True)
class Brief:
    """What to draw, in a form that every engine can read.

    subject: the one idea, a few English words. motifs: keys of `covers.vocabulary.MOTIFS`, best first, 1 to 8.
    mood: one of MOODS. palette: 0 to 5 colours as "#rrggbb"; empty means that the engine chooses by mood.
    style: one of STYLES, or empty: the engine gives each picture of a request another one. scene: one or two English
    sentences, the prompt of a diffusion engine. avoid: English words for the negative prompt.
    written_by: "rules" or "openai". genre: the song's, one of GENRES or empty; an engine may choose its styles by it.
    styles: of STYLES, one for each picture of the request, where `style` is empty; none: the engine chooses.
    """

    subject: str
    motifs: tuple[str, ...]
    mood: str
    palette: tuple[str, ...]
    style: str
    scene: str
    avoid: tuple[str, ...]
    written_by: str
    genre: str = ""
    styles: tuple[str, ...] = ()

    def style_of(self, position: int) -> str:
        """The style of one picture, empty where the engine chooses."""
        return self.style or (self.styles[position % len(self.styles)] if self.styles else "")


class BriefWriter(Protocol):
    """Turns a song into a brief. Raises `albumsite.errors.WriterError` when it cannot; never returns nonsense."""

    def write(self, song: Song) -> Brief: ...
