"""What songs are about, and what pictures each: the table notions.tsv, its ambiguous words in senses.tsv, scenes in scene_facts.tsv."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from covers.brief.scenery import HOURS, PEOPLE, SCENES, SEASONS, THINGS, WEATHERS
from covers.brief.vocabulary import MOTIF_KEYS
from covers.writing.lexicon import cells, notion_key, table

NOTHING = "-"
"""The sense of a word that names nothing to draw."""


@dataclass(frozen=True)
class Notion:
    """One thing that a song can be about.

    weight: 3 a place or an event that is a picture by itself, 2 a thing, 1.6 what many songs name (night, street, home) and a title
    names beside something that tells more, 1 an idea that a song has and a picture has not. scenes, things, motifs: best first, each
    may be empty. hour, season, weather, people: what it says by itself, or empty. moods: what it hints at. words: its first ones,
    for its meaning.
    """

    key: str
    weight: float
    scenes: tuple[str, ...]
    things: tuple[str, ...]
    motifs: tuple[str, ...]
    hour: str
    season: str
    weather: str
    people: str
    moods: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class SceneFacts:
    """What a scene is in words, at which hours and in which weathers it is at home, and what can stand in it."""

    where: str
    hours: tuple[str, ...]
    seasons: tuple[str, ...]
    weathers: tuple[str, ...]
    motif: str
    near: tuple[str, ...]
    things: tuple[str, ...]
    moods: tuple[str, ...]


@cache
def notions() -> Mapping[str, Notion]:
    found = {}
    for row in table("notions.tsv"):
        notion = _notion(row)
        found[notion.key] = notion
    return MappingProxyType(found)


def _notion(row: list[str]) -> Notion:
    weight, english, korean, pictures, *rest = row
    tokens = pictures.split()
    cues = dict(token.split(":") for token in tokens if ":" in token)
    motif_of = [word.strip("@*^") for word in cells(english) if word.startswith("@")]
    plain = [*(token for token in tokens if ":" not in token), *(key for key in motif_of if key not in tokens)]
    return Notion(
        key=notion_key(row),
        weight=float(weight),
        scenes=tuple(token for token in plain if token in SCENES),
        things=tuple(token for token in plain if token in THINGS and not (token in SCENES and token not in motif_of)),
        motifs=tuple(token for token in plain if token in MOTIF_KEYS),
        hour=cues.get("h", ""),
        season=cues.get("s", ""),
        weather=cues.get("w", ""),
        people=cues.get("p", ""),
        moods=tuple(rest[0].split()) if rest else (),
        words=", ".join(word.strip("@*^~+-") for word in (*cells(english)[:6], *cells(korean)[:6])),
    )


@cache
def scene_facts() -> Mapping[str, SceneFacts]:
    found = {}
    for name, where, hours, seasons, weathers, motif, near, things, moods in table("scene_facts.tsv"):
        lists = [tuple(cell.split()) for cell in (hours, seasons, weathers, near, things, moods)]
        found[name] = SceneFacts(where, lists[0], lists[1], lists[2], motif, lists[3], lists[4], lists[5])
    return MappingProxyType(found)


@cache
def by_motif() -> Mapping[str, str]:
    """Motif → the notion that it is the first picture of, for emoji and for the motifs that the older tables choose."""
    found: dict[str, str] = {}
    for notion in sorted(notions().values(), key=lambda one: -one.weight):
        for motif in notion.motifs[:1]:
            found.setdefault(motif, notion.key)
    for row in table("notions.tsv"):
        for word in cells(row[1]):
            if word.startswith("@"):
                found[word.strip("@*^")] = notion_key(row)
    return MappingProxyType(found)


@dataclass(frozen=True)
class Sense:
    """One meaning of a word of many. near: what stands in its line then; None: what it means where nothing does."""

    notion: str
    near: re.Pattern[str] | None


@cache
def senses() -> Mapping[str, tuple[Sense, ...]]:
    found: dict[str, tuple[Sense, ...]] = {}
    for word, notion, near in table("senses.tsv"):
        sense = Sense(notion, None if near == "*" else re.compile(near))
        found[word] = (*found.get(word, ()), sense)
    return MappingProxyType(found)


def problems() -> list[str]:
    """What in the tables names nothing that there is; empty when all is well."""
    from covers.brief.brief_contract import MOODS

    known = {*SCENES, *THINGS, *MOTIF_KEYS}
    cues = {"h": HOURS, "s": SEASONS, "w": WEATHERS, "p": PEOPLE}
    found = []
    keys: set[str] = set()
    for row in table("notions.tsv"):
        key = notion_key(row)
        if key in keys:
            found.append(f"{key} stands twice")
        keys.add(key)
        for token in row[3].split():
            cue, _, value = token.partition(":")
            if (value and value not in cues.get(cue, ())) or (not value and token not in known):
                found.append(f"{key}: {token}")
        found += [f"{key}: mood {mood}" for mood in (row[4].split() if len(row) > 4 else []) if mood not in MOODS]
    found += [
        f"sense {word}: {one.notion}"
        for word, of in senses().items()
        for one in of
        if one.notion not in {*keys, NOTHING}
    ]
    facts = scene_facts()
    found += [f"no facts of {scene}" for scene in SCENES if scene not in facts]
    for scene, fact in facts.items():
        checks = (
            (fact.hours, HOURS),
            (fact.seasons, SEASONS),
            (fact.weathers, WEATHERS),
            (fact.near, SCENES),
            (fact.things, THINGS),
        )
        found += [f"{scene}: {value}" for values, allowed in checks for value in values if value not in allowed]
        found += [f"{scene}: {value}" for value in fact.moods if value not in MOODS]
    return found
