"""A brief as the person wishes its pictures: in their colours, with people or without, and without what they want left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from covers.brief.avoided import ALL, HOUR, PEOPLE, THING, WEATHER
from covers.brief.brief_contract import Brief, Concept, Song
from covers.brief.scenery import (
    CROWDED,
    HOURS,
    LETTERINGS,
    NEVER_ALONE,
    NOBODY,
    NOTHING,
    PLACES,
    PRINTED_PLACE,
    QUIET_MATERIALS,
    STILL_LIFE,
)
from covers.brief.vocabulary import english_name
from covers.brief.wishes import SOMEBODY, Wishes
from covers.writing import scene
from covers.writing.avoidable import PEOPLE_TOKENS, off_of_wishes, read_avoid
from covers.writing.names import HOUR_NAMES, SCENE_NAMES, STYLE_NAMES, WEATHER_NAMES, thing_name
from covers.writing.notions import scene_facts
from covers.writing.other_concepts import forbids, other_concepts

STAND_INS = ("circle", "spiral", "square", "triangle", "arrow", "infinity")
"""Motifs for a song all of whose own are left out."""
THINGS_ALONE = ("chair", "book", "door", "key", "mirror", "bell", "ball", "hat")
"""Things for a still life of a song all of whose own are left out."""
NEVER_NEGATED = frozenset({"dress", "shoe", "hat", "glove"})
"""What people wear: a model that is told to draw none of it may undress them."""
TRIES = 3


def wished(brief: Brief, song: Song, wishes: Wishes, *, style: str = "") -> Brief:
    """The brief as it is wished; the same one again where nothing is. style: the one that the person fixed for all pictures.

    What is done twice is done once: a brief that is as wished stays as it is.
    """
    if wishes.painted:
        brief = _painted(brief, wishes.painted)
    off = off_of_wishes(wishes)
    if off:
        brief = _without(brief, song, off, style)
        words = _negative_words(wishes)
        rest = brief.avoid or scene.avoid(brief.mood)
        brief = replace(brief, avoid=tuple(dict.fromkeys((*words, *rest))))
    if wishes.people == SOMEBODY:
        brief = _with_somebody(brief, off)
    return brief


def _painted(brief: Brief, colours: tuple[str, ...]) -> Brief:
    """The sentence for a diffusion engine names the colours that the rules had found."""
    if brief.palette:
        before, after = (f"{scene.colour_words(palette)} palette" for palette in (brief.palette, colours))
        brief = replace(brief, scene=brief.scene.replace(before, after))
    return replace(brief, palette=colours)


def _without(brief: Brief, song: Song, off: frozenset[str], style: str) -> Brief:
    kept = tuple(key for key in brief.motifs if not forbids(off, "motif", key))
    motifs = kept or tuple(key for key in STAND_INS if not forbids(off, "motif", key))[:1] or STAND_INS[:1]
    own_style = "" if brief.style != style and f"style:{brief.style}" in off else brief.style
    changed = replace(brief, motifs=motifs, style=own_style, concepts=_allowed(brief, song, off, style))
    if (changed.motifs, changed.concepts) == (brief.motifs, brief.concepts):
        return changed
    sentence = scene.sentence(motifs, brief.mood, (), brief.genre, brief.palette)
    return replace(changed, scene=sentence, subject=scene.subject(motifs, ()), happens="")


def _allowed(brief: Brief, song: Song, off: frozenset[str], style: str) -> tuple[Concept, ...]:
    """The concepts of a brief with others, or other parts of them, where they show something that is off."""
    concepts = brief.concepts
    for _try in range(TRIES):
        parts = {place: found for place, one in enumerate(concepts) if (found := _parts_off(one, off))}
        if not parts:
            break
        concepts = other_concepts(replace(brief, concepts=concepts), song, off, parts)
    concepts = tuple(_matter(off) if _parts_off(one, off) else _finished(one, off) for one in concepts)
    if style in PLACES:
        return _places_of(style, concepts, off)
    if style == PRINTED_PLACE and not any(one.scene for one in concepts):
        return (_place_of_mood(brief.mood, off), *concepts[1:])
    if style == STILL_LIFE and not any(one.style == STILL_LIFE and one.things for one in concepts):
        told = (thing for one in brief.concepts for thing in one.things)
        free = (thing for thing in (*told, *THINGS_ALONE) if thing not in (NOTHING, *NEVER_ALONE))
        thing = next((thing for thing in free if not forbids(off, THING, thing)), THINGS_ALONE[0])
        return (Concept("symbol", style=STILL_LIFE, things=(thing,), source="mood"), *concepts[1:])
    return concepts


def _parts_off(concept: Concept, off: frozenset[str]) -> frozenset[str]:
    """What of a concept must go: all of it, or parts."""
    if concept.scene:
        if f"scene:{concept.scene}" in off:
            return frozenset({ALL})
        parts = {f"{THING}:{thing}" for thing in concept.things if forbids(off, THING, thing)}
        parts |= {PEOPLE} if PEOPLE in off and concept.people not in ("", NOBODY) else set()
        parts |= {HOUR} if f"{HOUR}:{concept.hour}" in off else set()
        parts |= {WEATHER} if f"{WEATHER}:{concept.weather}" in off else set()
        return frozenset(parts)
    shows = concept.kind != "matter" and concept.style not in LETTERINGS
    is_of_it = shows and bool(concept.motif) and forbids(off, "motif", concept.motif)
    is_thing = any(forbids(off, THING, thing) for thing in concept.things)
    is_style = {f"style:{concept.style}", f"style:{concept.own_style}"} & off
    return frozenset({ALL}) if is_of_it or is_thing or is_style else frozenset()


def _finished(concept: Concept, off: frozenset[str]) -> Concept:
    """What the concept leaves to the engine is said where the engine might choose what is off."""
    if not concept.scene:
        return replace(concept, motif="") if concept.motif and forbids(off, "motif", concept.motif) else concept
    fact = scene_facts()[concept.scene]
    weathers = sorted((one for one in fact.weathers if f"{WEATHER}:{one}" not in off), key="clear".__ne__)
    names_things = any(token.startswith((f"{THING}:", "motif:")) for token in off - PEOPLE_TOKENS)
    says_weather = any(token.startswith(f"{WEATHER}:") for token in off) and not concept.weather and weathers
    return replace(
        concept,
        people=NOBODY if PEOPLE in off else concept.people,
        things=concept.things or ((NOTHING,) if names_things else ()),
        weather=weathers[0] if says_weather else concept.weather,
        season="" if f"season:{concept.season}" in off else concept.season,
        not_hours=tuple(hour for hour in HOURS if f"{HOUR}:{hour}" in off),
    )  # fmt: skip


def _matter(off: frozenset[str]) -> Concept:
    """A quiet picture of nothing."""
    free = [style for style in QUIET_MATERIALS if f"style:{style}" not in off]
    return Concept("matter", style=(free or QUIET_MATERIALS)[0], source="mood")


def _places_of(style: str, concepts: Sequence[Concept], off: frozenset[str]) -> tuple[Concept, ...]:
    """Where one kind of place was asked for, the engine takes any of them that a concept does not name."""
    free = [name for name in PLACES[style] if f"scene:{name}" not in off] or list(PLACES[style])
    said = [one.scene for one in concepts if one.scene in free]
    others = [name for name in free if name not in said] or free
    found, turn = [], 0
    for one in concepts or (Concept("scene"),):
        if one.scene not in free or one.style == PRINTED_PLACE:  # its print would show the first place again
            one = _finished(Concept("scene", scene=others[turn % len(others)], source="mood"), off)
            turn += 1
        found.append(one)
    return tuple(found)


def _place_of_mood(mood: str, off: frozenset[str]) -> Concept:
    """For a song that tells of none."""
    free = [name for name in scene_facts() if f"scene:{name}" not in off] or list(scene_facts())
    fits = [name for name in free if mood in scene_facts()[name].moods] or free
    return _finished(Concept("scene", scene=fits[0], source="mood"), off)


def _with_somebody(brief: Brief, off: frozenset[str]) -> Brief:
    """In every picture of a place; where a song has none, its first picture is one."""
    if brief.concepts and not any(one.scene for one in brief.concepts):
        brief = replace(brief, concepts=(_place_of_mood(brief.mood, off), *brief.concepts[1:]))
    concepts = tuple(
        replace(one, people="one")
        if one.scene and one.scene not in CROWDED and one.people in ("", NOBODY)
        else one
        for one in brief.concepts
    )  # fmt: skip
    return replace(brief, concepts=concepts)


def _negative_words(wishes: Wishes) -> list[str]:
    """In English, for the negative prompt: what was named, and nothing that follows from it."""
    named = sorted(read_avoid(wishes.avoid).off | ({PEOPLE} if wishes.people == NOBODY else set()))
    words = ["people", "person", "figure"] if PEOPLE in named else []
    for token in named:
        kind, _, key = token.partition(":")
        if not key or key in NEVER_NEGATED:
            continue
        if kind == "motif":
            words.append(english_name(key))
        elif kind == THING:
            words.append(thing_name(key)[0])
        elif kind == WEATHER:
            words.append(WEATHER_NAMES[key][0])
        elif kind == HOUR:
            words.append(HOUR_NAMES[key][0].removeprefix("at ").removeprefix("in the "))
        elif kind == "season":
            words.append(key)
        elif kind == "scene":
            words.append(SCENE_NAMES[key][0])
        elif kind == "style":
            words.append(STYLE_NAMES[key][0].lower())
    return list(dict.fromkeys(words))
