"""The four concepts in a model's answer: keys of our lists only, a reason that quotes the song only, and one subject.

What is missing or must not be used comes from the rules writer's brief of the same song.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from covers.brief.brief_contract import CONCEPT_KINDS, PRINTS, Brief, Concept, Song, letters_bear
from covers.brief.scenery import LETTERINGS, MATERIALS
from covers.writing.concepts import MATERIALS_OF, THINGS_MOST, at_its_hour, once_more, symbol_of
from covers.writing.mentions import REASON_MOST, TITLE, Text, text_of
from covers.writing.near_keys import cue_of, key_in, motif_of, scene_of, thing_of
from covers.writing.notions import scene_facts
from covers.writing.true_lines import true_line

LOOKED_AT = 8
"""Concepts of an answer that are looked at, and things of one."""


@dataclass(frozen=True)
class Told:
    """An answer's concepts by kind, and what they are held against. own: the rules writer's, where it knows a scene."""

    concepts: Mapping[str, Mapping[str, object]]
    text: Text
    genre: str
    mood: str
    own: Mapping[str, Concept]


def told_concepts(value: object, song: Song, mood: str, motifs: Sequence[str], rules: Brief) -> tuple[Concept, ...]:
    """Four of the kinds in order; the rules writer's own where neither knows a scene.

    value: as the model gave it. motifs: of the answer, never empty, each of the vocabulary.
    """
    own = {one.kind: one for one in rules.concepts} if {one.kind for one in rules.concepts} == {*CONCEPT_KINDS} else {}
    told = Told(_by_kind(value), text_of(song), song.genre, mood, own)
    first = _scene(told, "scene") or _scene(told, "moment", kind="scene") or own.get("scene")
    if first is None or not told.concepts:
        return rules.concepts
    symbol = _symbol(told, first, motifs)
    return first, _moment(told, first), symbol, _matter(told, first, symbol, rules)


def _by_kind(value: object) -> dict[str, Mapping[str, object]]:
    """The first of each kind; one that says no kind has that of its place."""
    found: dict[str, Mapping[str, object]] = {}
    for place, one in enumerate(value[:LOOKED_AT] if isinstance(value, list) else []):
        if isinstance(one, dict):
            by_place = CONCEPT_KINDS[place] if place < len(CONCEPT_KINDS) else ""
            if kind := key_in(one.get("kind"), CONCEPT_KINDS) or by_place:
                found.setdefault(kind, one)
    return found


def _scene(told: Told, name: str, kind: str = "") -> Concept | None:
    """What is told as this kind, where it names a scene that there is."""
    one = told.concepts.get(name, {})
    scene = scene_of(one.get("scene"))
    if not scene:
        return None
    source, line = _reason(told, one, told.own.get(name))
    people, things = cue_of(one.get("people"), "people"), _things(told, one.get("things"), scene)
    concept = Concept(kind or name, scene=scene, people=people, things=things, source=source, line=line)
    hour, season = cue_of(one.get("hour"), "hour"), cue_of(one.get("season"), "season")
    return at_its_hour(concept, hour, season, cue_of(one.get("weather"), "weather"), told.mood)


def _things(told: Told, value: object, scene: str) -> tuple[str, ...]:
    """Those that can stand in this scene: no other is promised."""
    named = [thing_of(one) for one in value[:LOOKED_AT]] if isinstance(value, list) else []
    kept = [thing for thing in named if thing and thing in scene_facts()[scene].things]
    return tuple(dict.fromkeys(kept))[:THINGS_MOST]


def _moment(told: Told, first: Concept) -> Concept:
    """Another scene, else what the rules writer has beside the same first one, else the first at another hour."""
    moment = _scene(told, "moment")
    if moment is None and first == told.own.get("scene"):
        return told.own["moment"]
    if moment is None or (moment.scene, moment.hour) == (first.scene, first.hour):
        return once_more(first)
    return moment


def _symbol(told: Told, first: Concept, motifs: Sequence[str]) -> Concept:
    one = told.concepts.get("symbol", {})
    if motif := motif_of(one.get("motif")):
        source, line = _reason(told, one, told.own.get("symbol"))
        if style := key_in(one.get("style"), PRINTS):
            return Concept("symbol", style=style, motif=motif, source=source, line=line)
        return symbol_of(first, motif, source, line)
    if first == told.own.get("scene"):
        return told.own["symbol"]
    return symbol_of(first, motifs[0], first.source, first.line)


def _matter(told: Told, first: Concept, symbol: Concept, rules: Brief) -> Concept:
    """The symbol's motif in a material, or the title's letters where they are few."""
    one, title = told.concepts.get("matter", {}), told.text.title
    style = key_in(one.get("style"), (*MATERIALS, *LETTERINGS)) or rules.concepts[-1].style
    if style in LETTERINGS and not letters_bear(style, title):
        style = MATERIALS_OF[told.mood][0]
    if style in LETTERINGS:
        return Concept("matter", style=style, motif=symbol.motif, source=TITLE, line=title[:REASON_MOST])
    source, line = _reason(told, one, None) if one else (first.source, first.line)
    return Concept("matter", style=style, motif=symbol.motif, source=source, line=line)


def _reason(told: Told, one: Mapping[str, object], own: Concept | None) -> tuple[str, str]:
    """source and line: words of the song, wherever the model says they stand; else the rules writer's reason, else the title."""
    source = str(one.get("source", ""))[:20]
    if found := true_line(one.get("line"), told.text, source):
        return found
    if source == "mood" or (source == "genre" and told.genre):
        return source, ""
    if own is not None and own.scene == scene_of(one.get("scene")):
        return own.source, own.line
    return TITLE, told.text.title[:REASON_MOST]
