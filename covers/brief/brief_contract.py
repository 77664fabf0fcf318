"""What a brief writer takes and gives. Plain values only: a writer knows no database and no request."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from covers.brief.family_contract import Family
from covers.brief.scenery import (
    HOURS,
    LETTERING_WIDTHS,
    LETTERINGS,
    MATERIALS,
    NOBODY,
    NOTHING,
    PEOPLE,
    PLACES,
    PRESSES,
    PRINTED_PLACE,
    QUIET_MATERIALS,
    SCENES,
    SEASONS,
    STILL_LIFE,
    THINGS,
    WEATHERS,
)
from covers.brief.vocabulary import MOTIF_KEYS
from covers.stored_fields import known_fields, unread_fields, unread_keys

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

PRINTS: tuple[str, ...] = (
    "swiss", "duotone", "sunset", "riso", "night_sky", "photocopy", "op_rings", "brush",
    "paper_cut", "lines", "botanical", "bauhaus", "glitch", "gala", "folk", "monolith",
)  # fmt: skip
"""Style families made of a motif, as numbered in docs/poster.md."""

STYLES: tuple[str, ...] = (*PRINTS, *PLACES, STILL_LIFE, PRINTED_PLACE, *MATERIALS, *LETTERINGS)
"""Prints, lit scenes by the kind of place they show, one thing alone, a place as a print, materials, pictures of the title's letters."""


@dataclass(frozen=True)
class Song:
    """What a person typed, cleaned. `genre` is one of GENRES or empty; the rest is free text in any language."""

    title: str
    artist: str
    album: str = ""
    genre: str = ""
    lyrics: str = ""


def title_width(title: str) -> float:
    """Length of a title in full-width characters: a Latin letter counts for 0.55 of a Hangul syllable."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.55 for char in title.strip())


def letters_bear(style: str, title: str) -> bool:
    """Whether a title is there, and short enough to be the whole picture in one of LETTERINGS."""
    return 0 < title_width(title) <= LETTERING_WIDTHS[style]


CONCEPT_KINDS: tuple[str, ...] = ("scene", "moment", "symbol", "matter")
"""A lit scene; another view or moment of it; the one thing alone, or a print; letters or a material."""


@dataclass(frozen=True)
class Concept:
    """The idea of one picture, and why.

    kind: one of CONCEPT_KINDS. style: one of STYLES, or empty: the engine chooses one of that kind. scene, hour, season, weather,
    people, things: keys of `covers.brief.scenery`, each may be empty; the thing that tells it comes first. motif: for a symbol or a
    material, a key of `covers.brief.vocabulary`. source: what is the reason: "title", "lyrics", "album", "genre" or "mood". line: the
    words of the song that say so, as they stand there, at most 120 characters; empty for genre and mood. Beside those, source may be
    "again": another hour of the first picture's place, and "near": a place near it, which the song does not name. not_hours: hours
    that were switched off, for pictures that take whatever hour comes. press: of a place in print, as an engine names it; empty: the
    engine chooses.
    """

    kind: str
    style: str = ""
    scene: str = ""
    hour: str = ""
    season: str = ""
    weather: str = ""
    people: str = ""
    things: tuple[str, ...] = ()
    motif: str = ""
    source: str = "title"
    line: str = ""
    not_hours: tuple[str, ...] = ()
    press: str = ""

    @staticmethod
    def unread(stored: Mapping[str, Any]) -> set[str]:
        """What of it a newer release has written."""
        return unread_fields(Concept, stored, ("composition",)) | unread_keys(Concept, stored, CONCEPT_KEYS)

    @property
    def own_style(self) -> str:
        """The one of STYLES that its scene or its material leaves no choice of; empty for what any print can show."""
        if self.style in (STILL_LIFE, PRINTED_PLACE) or self.style in MATERIALS or self.style in LETTERINGS:
            return self.style
        return self.quiet_style or next((name for name, scenes in PLACES.items() if self.scene in scenes), "")

    @property
    def quiet_style(self) -> str:
        """The material of a picture of letters that cannot be drawn, as a title is too long for it; empty for what is no matter."""
        return QUIET_MATERIALS[len(self.style + self.line) % len(QUIET_MATERIALS)] if self.kind == "matter" else ""


CONCEPT_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kind": CONCEPT_KINDS, "style": STYLES, "scene": SCENES, "hour": HOURS, "season": SEASONS, "weather": WEATHERS,
        "people": (*PEOPLE, NOBODY), "things": (*THINGS, NOTHING, *MOTIF_KEYS), "motif": MOTIF_KEYS, "press": PRESSES,
    }
)  # fmt: skip
"""What a picture can be asked to show, by field."""


@dataclass(frozen=True)
class Brief:
    """What to draw, in a form that every engine can read.

    subject: the one idea, a few English words. motifs: keys of `covers.brief.vocabulary.MOTIFS`, best first, 1 to 8.
    mood: one of MOODS. palette: 0 to 5 colours as "#rrggbb"; empty means that the engine chooses by mood.
    style: one of STYLES, or empty: the engine gives each picture of a request another one. scene: one or two English
    sentences, the prompt of a diffusion engine. avoid: English words for the negative prompt.
    written_by: "rules" or "openai". genre: the song's, one of GENRES or empty; an engine may choose its styles by it.
    styles: of STYLES, one for each picture of the request, where `style` is empty; none: the engine chooses.
    concepts: the ideas of the first four pictures, all of one subject; none in briefs of former releases. happens: what the song
    tells, one short English clause. valence, energy: how it feels, -1 (sad; still) to 1 (glad; wild).
    family: the look that its pictures share with a cover that is there, of this song or another.
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
    concepts: tuple[Concept, ...] = ()
    happens: str = ""
    valence: float = 0.0
    energy: float = 0.0
    family: Family | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Brief:
        """What a row or a file keeps of a brief; it may be older or newer than this code."""
        concepts = tuple(Concept(**known_fields(Concept, one)) for one in stored.get("concepts", ()))
        family = Family.from_json(_formerly_kept(stored) | (stored.get("family") or {}))
        return cls(**known_fields(cls, stored) | {"concepts": concepts, "family": family})

    @staticmethod
    def unread(stored: Mapping[str, Any]) -> set[str]:
        """What of it a newer release has written: fields, and what this one cannot draw."""
        found = unread_fields(Brief, stored, ("roles", "type_at", "type_cap"))
        found |= unread_keys(Brief, stored, {"style": STYLES, "styles": STYLES, "mood": MOODS, "motifs": MOTIF_KEYS})
        return found.union(
            Family.unread(stored.get("family"), STYLES), *map(Concept.unread, stored.get("concepts", ()))
        )

    def style_of(self, position: int) -> str:
        """The style of one picture, empty where the engine chooses."""
        return self.style or (self.styles[position % len(self.styles)] if self.styles else "")


def _formerly_kept(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a brief of the release before has in common with an earlier cover: it said so in fields of its own."""
    composition = next(filter(None, (one.get("composition", "") for one in stored.get("concepts", ()))), "")
    roles = stored.get("roles", ())
    return {
        "composition": composition, "is_in_all": bool(composition), "colours": stored["palette"] if roles else (), "roles": roles,
        "type_at": stored.get("type_at", ()), "title_scale": stored.get("type_cap", 0.0),
    }  # fmt: skip


@dataclass(frozen=True)
class Usage:
    """What one question to a language model took, as its service counted it. None: it did not say, or nothing that can be true."""

    model: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


OnUsage = Callable[[Usage], None]


class BriefWriter(Protocol):
    """Turns a song into a brief. Raises `albumsite.errors.WriterError` when it cannot; never returns nonsense.

    on_usage: told what each answer of a service took, also of one that was of no use.
    """

    def write(self, song: Song, on_usage: OnUsage | None = None) -> Brief: ...
