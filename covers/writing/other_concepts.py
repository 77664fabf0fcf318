"""What is drawn in the place of what a person has switched off: the next best of the same song, and never what is off.

A scene is followed by the next scene that the song speaks for, a symbol by the next thing that it names, a material by the next of
its mood. Where nothing of that kind is left: a quiet material, or the letters of the title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from covers.brief.avoided import ALL, HOUR, PEOPLE, THING, WEATHER
from covers.brief.brief_contract import Brief, Concept, Song, letters_bear
from covers.brief.scenery import CROWDED, HOURS, LETTERINGS, MATERIALS, NOBODY, NOTHING, QUIET_MATERIALS
from covers.writing.concepts import (
    LETTERS_OF,
    MATERIALS_OF,
    ReasonGiven,
    alone,
    at_its_hour,
    other_hours,
    own_scenes,
    present,
    reason_for,
    things_in,
)
from covers.writing.ideas import COMMONPLACE, idea_of
from covers.writing.learnt import learnt
from covers.writing.meaning import Meaning, shared
from covers.writing.mentions import REASON_MOST, TITLE
from covers.writing.notions import Notion, scene_facts
from covers.writing.understanding import Understanding, understand
from covers.writing.witnesses import NAMED

SCENES_TRIED = 12
FURTHER_SCENES = 0.225
"""What a scene must have of the points of the first to take another's place; below that the song does not speak of it."""


@dataclass(frozen=True)
class Search:
    """A song as it is understood, and what must not come: "scene:pier", "motif:dog", "style:chrome", "thing:dog", "people",
    "hour:night", "weather:rain"."""

    read: Understanding
    mood: str
    off: frozenset[str]

    def forbids(self, kind: str, key: str) -> bool:
        return forbids(self.off, kind, key)


def forbids(off: frozenset[str], kind: str, key: str) -> bool:
    """Things and motifs of one idea go together: who wants no dog wants none as a print either."""
    if kind in (THING, "motif"):
        ideas = {idea_of(one.partition(":")[2]) for one in off if one.startswith(("thing:", "motif:"))}
        return idea_of(key) in ideas
    return f"{kind}:{key}" in off


def other_concepts(
    brief: Brief,
    song: Song,
    off: frozenset[str],
    parts: Mapping[int, frozenset[str]],
    meaning: Meaning | Literal["shared"] | None = "shared",
) -> tuple[Concept, ...]:
    """The brief's concepts with others where something is switched off. parts: place → what, of ALL and the others.

    off: all that must not come, these parts included. meaning: as `RulesWriter`.
    """
    search = Search(understand(song, shared() if meaning == "shared" else meaning, learnt()), brief.mood, off)
    concepts = list(brief.concepts)
    for place in sorted(parts):
        others = [one for at, one in enumerate(concepts) if at != place]
        mended = None if ALL in parts[place] else _without(search, concepts[place])
        concepts[place] = mended or _next(search, concepts[place], others)
    return tuple(concepts)


def _without(search: Search, concept: Concept) -> Concept | None:
    """The same picture without what is off; None where it cannot be had without."""
    things = tuple(thing for thing in concept.things if not search.forbids(THING, thing))
    people = NOBODY if PEOPLE in search.off else concept.people
    if people == NOBODY and concept.scene in CROWDED:
        return None
    fact = scene_facts()[concept.scene]
    hour, weather = concept.hour, concept.weather
    if search.forbids(HOUR, hour):
        hour = next((other for other in other_hours(concept) if not search.forbids(HOUR, other)), "")
    if search.forbids(WEATHER, weather):
        weather = next(
            (other for other in sorted(fact.weathers, key="clear".__ne__) if not search.forbids(WEATHER, other)), ""
        )
    if (concept.hour and not hour) or (concept.weather and not weather):
        return None
    not_hours = tuple(other for other in HOURS if search.forbids(HOUR, other))
    things = things or ((NOTHING,) if concept.things else ())
    return replace(concept, people=people, things=things, hour=hour, weather=weather, not_hours=not_hours)


def _next(search: Search, concept: Concept, others: Sequence[Concept]) -> Concept:
    kinds = {"scene": _scenes, "moment": _scenes, "symbol": _symbols}
    if concept.kind in kinds:
        found = next(kinds[concept.kind](search, others), None)
        if found is not None:
            return replace(found, kind=concept.kind)
    return _matter(search, concept, others)


def _scenes(search: Search, others: Sequence[Concept]) -> Iterator[Concept]:
    read, shown = search.read, {one.scene for one in others}
    if not read.is_pictured:
        return
    told = (*_spoken_of(read), *_where_it_stands(read))
    for name in dict.fromkeys((*told, *_near(read))):
        if name in shown or search.forbids("scene", name):
            continue
        reason = reason_for(read, name) if name in told else ReasonGiven(source="near", line="")
        concept = Concept("scene", scene=name, people=read.people, things=things_in(read, name), **reason)
        if allowed := _without(search, at_its_hour(concept, read.hour, read.season, read.weather, search.mood)):
            yield allowed


def _spoken_of(read: Understanding) -> list[str]:
    """Scenes that the song speaks for, best first."""
    own, most = own_scenes(read), read.scenes[0][1]
    told = read.scenes[:SCENES_TRIED]
    return [name for name, points in told if name in own and points > 0 and points >= FURTHER_SCENES * most]


def _where_it_stands(read: Understanding) -> list[str]:
    """Scenes that have room for the subject's thing, the likeliest first."""
    things = {*read.subject.notion.things} if read.subject is not None else set()
    return [name for name, _ in read.scenes if things & {*scene_facts()[name].things} and _bears_out(read, name)]


def _near(read: Understanding) -> list[str]:
    """Neighbours of its best scene: a pier for a ferry's harbour."""
    return [name for name in scene_facts()[read.scenes[0][0]].near if _bears_out(read, name)]


def _bears_out(read: Understanding, name: str) -> bool:
    """Whether a scene can have the season and the weather that the song says."""
    fact = scene_facts()[name]
    return (not read.season or not fact.seasons or read.season in fact.seasons) and (
        not read.weather or read.weather in fact.weathers
    )


def _symbols(search: Search, others: Sequence[Concept]) -> Iterator[Concept]:
    """What the song names, the loudest first. What is in every song is no symbol of this one, unless its title says it."""
    mentions = [one for one in present(search.read.mentions) if one.notion.motifs]
    for one in sorted(mentions, key=lambda one: (one.source != TITLE, -one.weight)):
        is_named = one.source == TITLE and one.notion.weight >= NAMED
        for motif in one.notion.motifs[: 2 if is_named else 1]:
            is_told = is_named or (COMMONPLACE.get(motif, 1.0) > 0.3 and one.notion.weight >= 2)
            if is_told and not search.forbids("motif", motif):
                yield alone(_thing_of(one.notion, motif), motif, one.source, one.line[:REASON_MOST])
    for other in others:
        motif = scene_facts()[other.scene].motif if other.scene else ""
        if motif and not search.forbids("motif", motif):
            yield alone(motif, motif, other.source, other.line)


def _thing_of(notion: Notion, motif: str) -> str:
    """What pictures the motif as a thing: itself, or what its notion has for it."""
    return next((thing for thing in notion.things if idea_of(thing) == idea_of(motif)), motif)


def _matter(search: Search, concept: Concept, others: Sequence[Concept]) -> Concept:
    """The next material of the mood, with the motif that it had unless that is off; then letters, then quiet ones."""
    title, mood = search.read.text.title, search.mood
    shown = {one.own_style for one in others}
    letters = [style for style in (*LETTERS_OF[mood], *LETTERINGS) if letters_bear(style, title)]
    wished = dict.fromkeys((*MATERIALS_OF[mood], *letters[:2], *QUIET_MATERIALS, *MATERIALS, *letters))
    free = [style for style in wished if style not in shown and not search.forbids("style", style)]
    style = free[0] if free else QUIET_MATERIALS[0]
    motifs = [one.motif for one in (concept, *others) if one.kind in ("symbol", "matter") and one.motif]
    motif = next((one for one in motifs if not search.forbids("motif", one)), "")
    if style in LETTERINGS:
        return Concept("matter", style=style, motif=motif, source="title", line=title[:REASON_MOST])
    if motif and concept.kind == "matter" and concept.style not in LETTERINGS:
        return replace(concept, style=style, motif=motif)
    return Concept("matter", style=style, motif=motif, source="mood")
