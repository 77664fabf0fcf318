"""The brief of pictures that have something in common with a cover that was drawn: its style, its colours, its subject, its layout."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any

from covers.brief.avoided import HOUR, PEOPLE, THING
from covers.brief.brief_contract import PRINTS, STYLES, Brief, Concept, letters_bear
from covers.brief.family_contract import Family
from covers.brief.scenery import (
    LETTERINGS,
    MATERIALS,
    NEVER_ALONE,
    NOBODY,
    NOTHING,
    PLACES,
    PRINTED_PLACE,
    SCENES,
    STILL_LIFE,
    THINGS,
)
from covers.brief.vocabulary import MOTIFS
from covers.writing import scene
from covers.writing.concepts import ReasonGiven, other_hours
from covers.writing.ideas import idea_of
from covers.writing.notions import scene_facts
from covers.writing.other_concepts import forbids


@dataclass(frozen=True)
class Likeness:
    """What a cover shows, as others can show it; how it looks is a `Family`.

    style: one of STYLES, or empty where an engine has none. concept: what it shows. motif: what stands for that, of MOTIFS, or empty:
    then it shows the letters of its title, or nothing.
    """

    style: str
    concept: Concept
    motif: str = ""

    @property
    def is_of_letters(self) -> bool:
        return self.style in LETTERINGS

    @property
    def thing(self) -> str:
        """What can stand in a place for it, or empty."""
        told = next((key for key in self.concept.things if key != NOTHING), self.motif)
        return told if told in THINGS else ""


@dataclass(frozen=True)
class Wanted:
    """family: the look that all pictures have; its style may be another one than the cover's. colours: up to five, for engines that know
    no family; none where the palette is not kept. off: what must not be drawn, as `avoidable` says it. prints: those that suit the
    song, with their weights. title: of the song."""

    family: Family
    keeps_subject: bool
    count: int
    title: str
    prints: Mapping[str, float]
    colours: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()
    seed: int = 0


def shown_concept(brief: Brief, position: int, style: str, drawn: Mapping[str, Any]) -> Concept:
    """What one picture really shows. drawn: its parameters, of which diffusion engines say nothing of this."""
    told = brief.concepts[position % len(brief.concepts)] if brief.concepts else None
    first = brief.concepts[0] if told is not None and told.source in ("again", "near") else told
    reason = _reason(first)
    motif = str(drawn.get("motif", ""))
    things = tuple(key for key in drawn.get("things", ()) if key in THINGS)
    if drawn.get("scene") in SCENES:
        hour, season, weather, people = (str(drawn.get(name) or "") for name in ("hour", "season", "weather", "people"))
        kind, shown_as = ("symbol", PRINTED_PLACE) if style == PRINTED_PLACE else ("scene", "")
        return Concept(
            kind, shown_as, scene=str(drawn["scene"]), hour=hour, season=season, weather=weather, people=people, things=things,
            not_hours=told.not_hours if told else (), **reason,
        )  # fmt: skip
    if style == STILL_LIFE and things:
        return Concept("symbol", style=STILL_LIFE, things=things, motif=told.motif if told else motif, **reason)
    if style in MATERIALS or style in LETTERINGS:
        return Concept("matter", style=style, motif=told.motif if told else motif, **reason)
    if motif:
        return Concept("symbol", motif=motif, **reason)
    return told or Concept("symbol", motif=brief.motifs[position % len(brief.motifs)] if brief.motifs else "", **reason)


def _reason(concept: Concept | None) -> ReasonGiven:
    return {"source": concept.source, "line": concept.line} if concept else {"source": "mood", "line": ""}


def motif_of(concept: Concept, drawn: str = "") -> str:
    """What stands for a concept as a sign, or empty. drawn: what the engine has shown, where it says so."""
    if concept.style in LETTERINGS:
        return ""
    told = [key for key in concept.things if key in MOTIFS][:1]
    place = scene_facts()[concept.scene].motif if concept.scene in SCENES else ""
    return next((key for key in (*told, concept.motif, place, drawn) if key in MOTIFS), "")


def concepts_in(style: str, like: Likeness, off: frozenset[str] = frozenset()) -> list[Concept]:
    """How a style can show what a cover shows: several ways where it has several places for it, none where it cannot."""
    reason = _reason(like.concept)
    if style in LETTERINGS:
        return [replace(like.concept, style=style)] if like.is_of_letters else []
    if style == STILL_LIFE:
        is_thing = like.thing and like.thing not in NEVER_ALONE
        return [Concept("symbol", style=style, things=(like.thing,), motif=like.motif, **reason)] if is_thing else []
    if style == PRINTED_PLACE:
        return [replace(like.concept, kind="symbol", style=style, motif=like.motif)] if like.concept.scene else []
    if style in PLACES:
        if like.concept.scene in PLACES[style]:
            return [replace(like.concept, kind="scene", style="")]
        people = NOBODY if PEOPLE in off else ""
        return [
            Concept("scene", scene=name, things=(like.thing,), people=people, **reason)
            for name in PLACES[style]
            if like.thing in scene_facts()[name].things and f"scene:{name}" not in off
        ]
    if not like.motif:
        return []
    if style in MATERIALS:
        return [Concept("matter", style=style, motif=like.motif, **reason)]
    return [Concept("symbol", motif=like.motif, **reason)] if style in PRINTS else []


def styles_showing(like: Likeness, title: str, off: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Other styles in which the same can be shown."""
    found = [style for style in STYLES if style != like.style and f"style:{style}" not in off]
    bear = [style for style in found if style not in LETTERINGS or letters_bear(style, title)]
    return tuple(style for style in bear if concepts_in(style, like, off))


def brief_like(brief: Brief, like: Likeness, wanted: Wanted) -> Brief:
    """What to draw: as many pictures as are wanted, with what is kept in all of them, and the rest another in each as far as there is
    more. The same arguments give the same brief."""
    rng = random.Random(f"like:{wanted.seed}")
    keeps_subject, style = wanted.keeps_subject or like.is_of_letters, wanted.family.style
    ideas = _of_subject(like, style, wanted, rng) if keeps_subject else _of_song(brief, like, style, wanted, rng)
    concepts = tuple(one for one, _style in ideas)
    styles = tuple(name for _concept, name in ideas)
    place = next((one for one in brief.concepts if one.scene), None) if like.is_of_letters else None
    motifs = tuple(dict.fromkeys(filter(None, (motif_of(one) for one in concepts)))) or brief.motifs
    return replace(
        brief,
        concepts=(*concepts, place) if place else concepts,  # a further one is of no picture: it is seen through the letters
        styles=styles if all(styles) else (),
        style="",
        motifs=motifs,
        scene=scene.sentence(motifs, brief.mood, (), brief.genre, wanted.colours),
        palette=wanted.colours,
        family=wanted.family if wanted.family != Family() else None,
    )  # fmt: skip


Idea = tuple[Concept, str]


def _of_subject(like: Likeness, style: str, wanted: Wanted, rng: random.Random) -> list[Idea]:
    """The same thing or place in each."""
    if style == like.style:  # none at all, for an engine without styles
        concept = like.concept
        hours = _hours(concept, wanted) if concept.scene and not wanted.family.is_painted else [concept.hour]
        return [(replace(concept, hour=hour), style) for hour in islice(cycle(hours), wanted.count)]
    if style:
        return [(one, style) for one in islice(cycle(concepts_in(style, like, wanted.off)), wanted.count)]
    return [(concepts_in(name, like, wanted.off)[0], name) for name in _other_styles(like, wanted, rng)]


def _hours(concept: Concept, wanted: Wanted) -> list[str]:
    """Other hours of its place first: light makes the colours, and those are not kept."""
    return [hour for hour in (*other_hours(concept), concept.hour) if f"{HOUR}:{hour}" not in wanted.off] or [""]


def _other_styles(like: Likeness, wanted: Wanted, rng: random.Random) -> list[str]:
    """One for each picture: prints that suit the song, beside them the thing alone and a place that has room for it."""
    able = styles_showing(like, wanted.title, wanted.off)
    prints = [name for name in _shuffled(wanted.prints, rng) if name in able]
    places = [name for name in able if name in PLACES]
    others = [STILL_LIFE] if STILL_LIFE in able else []
    others += [rng.choice(places)] if places else []
    rest = [name for name in able if name not in (*prints, *others, *places)]
    rng.shuffle(rest)
    order = [name for pair in _zipped(prints[:2], others) for name in pair] + prints[2:] + rest
    return list(islice(cycle(order or [like.style]), wanted.count))


def _zipped(prints: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for at in range(max(len(prints), len(others))):
        yield (*prints[at : at + 1], *others[at : at + 1])


def _shuffled(weights: Mapping[str, float], rng: random.Random) -> list[str]:
    return sorted(weights, key=lambda name: rng.random() ** (1 / weights[name]), reverse=True)


def _of_song(brief: Brief, like: Likeness, style: str, wanted: Wanted, rng: random.Random) -> list[Idea]:
    """What else the song tells, in the style that is kept; where none is, each in one of its own."""
    if style in PLACES:
        concepts = _other_places(brief, like, style, wanted)
    elif style:
        others = [
            replace(like, concept=one, motif=motif_of(one), style="") for one in _other_ideas(brief, like, wanted)
        ]
        concepts = [one for other in others for one in concepts_in(style, other, wanted.off)[:1]]
    else:
        told = [one for one in brief.concepts if one != like.concept] if like.style else []
        concepts = told or _other_ideas(brief, like, wanted)  # an engine without styles shows signs
    found = concepts or [like.concept]
    prints = cycle([name for name in _shuffled(wanted.prints, rng) if name != like.style] or [like.style])
    return [(one, style or one.own_style or next(prints)) for one in islice(cycle(found), wanted.count)]


def _other_ideas(brief: Brief, like: Likeness, wanted: Wanted) -> list[Concept]:
    """Each thing that the song names besides, once, as a sign."""
    told = [(motif_of(one), one) for one in brief.concepts]
    told += [(key, one) for one in brief.concepts for key in one.things if key in MOTIFS]
    told += [(key, Concept("symbol", source="mood")) for key in brief.motifs if key in MOTIFS]
    found: dict[str, Concept] = {}
    for motif, one in told:
        idea = idea_of(motif) if motif else ""
        if idea and idea != idea_of(like.motif or "circle") and not forbids(wanted.off, "motif", motif):
            told_by = brief.concepts[0] if one.source in ("again", "near") else one
            found.setdefault(idea, Concept("symbol", motif=motif, **_reason(told_by)))
    return list(found.values())


def _other_places(brief: Brief, like: Likeness, style: str, wanted: Wanted) -> list[Concept]:
    """Places of the same kind: those that the song speaks of first, then those that have its mood."""
    told = {one.scene: one for one in brief.concepts if one.scene in PLACES[style]}
    facts = scene_facts()
    order = sorted(PLACES[style], key=lambda name: (name not in told, brief.mood not in facts[name].moods))
    things = [key for one in brief.concepts for key in one.things if not forbids(wanted.off, THING, key)]
    return [
        told.get(name)
        or Concept(
            "scene",
            scene=name,
            things=tuple(key for key in dict.fromkeys(things) if key in facts[name].things)[:1],
            people=NOBODY if PEOPLE in wanted.off else "",
            source="near" if like.concept.scene else "mood",
        )
        for name in order
        if name != like.concept.scene and f"scene:{name}" not in wanted.off
    ]
