"""The key of one of our lists that somebody else's words mean: as it stands, or by what the words name. Empty when it is none."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from covers.brief.brief_contract import Song
from covers.brief.scenery import HOURS, PEOPLE, SCENES, SEASONS, THINGS, WEATHERS
from covers.brief.vocabulary import MOTIFS
from covers.writing.lexicon import MOTIF
from covers.writing.reading import read
from covers.writing.understanding import Understanding, understand

WORD_MOST = 60
"""Characters of a word that are looked at: the longest key has 17."""

CUES = {"hour": HOURS, "season": SEASONS, "weather": WEATHERS, "people": PEOPLE}


def key_in(value: object, keys: Collection[str]) -> str:
    """As it stands, but for case, spaces, hyphens and marks of a list: "Paper-Boat*" is paper_boat."""
    return key if (key := re.sub(r"[\s_-]+", "_", _word(value).strip(" *`'\"."))) in keys else ""


def motif_of(value: object) -> str:
    """Of MOTIF_KEYS: "umbrellas", "편지"."""
    if key := key_in(value, MOTIFS):
        return key
    word = _word(value).replace("_", " ")
    return next((key for (kind, key, _), _count in read(word).items() if kind == MOTIF), "")


def thing_of(value: object) -> str:
    """Of THINGS: "an old bicycle"."""
    if key := key_in(value, THINGS):
        return key
    meant = _read(value)
    named = meant.subject.notion.things if meant and meant.subject else ()
    return named[0] if named else key_in(motif_of(value), THINGS)


def scene_of(value: object) -> str:
    """Of SCENES: "a wet street at night"."""
    if key := key_in(value, SCENES):
        return key
    meant = _read(value)
    return meant.scenes[0][0] if meant and meant.is_pictured else ""


def cue_of(value: object, cue: Literal["hour", "season", "weather", "people"]) -> str:
    """Of the hours, seasons, weathers or people: "midnight", "drizzle", "an old man"."""
    if key := key_in(value, CUES[cue]):
        return key
    meant = _read(value)
    return str(getattr(meant, cue)) if meant else ""


def _word(value: object) -> str:
    return value.strip().lower()[:WORD_MOST] if isinstance(value, str) else ""


def _read(value: object) -> Understanding | None:
    """By words alone: a few words have too little meaning to be near to anything."""
    word = _word(value).replace("_", " ")
    return understand(Song(word, ""), None) if word else None
