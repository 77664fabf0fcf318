"""A brief as one of a family: pictures of this song in the look of others. And the look of a family that has no picture yet."""

from __future__ import annotations

import random
from dataclasses import replace

from covers.brief.avoided import ALL
from covers.brief.brief_contract import MOODS, PRINTS, Brief, Concept, Song, letters_bear
from covers.brief.family_contract import SCENES, Family
from covers.brief.scenery import LETTERINGS, NEVER_ALONE, NOTHING, PRINTED_PLACE, QUIET_MATERIALS, STILL_LIFE
from covers.writing.notions import scene_facts
from covers.writing.other_concepts import other_concepts
from covers.writing.understanding import understand

PLACE, TITLE_SCALE = "top left", 0.08
"""Where and how large the type of a family is that has no picture yet."""


def in_family(brief: Brief, song: Song, family: Family) -> Brief:
    """The brief with the family in it; what is done twice is done once."""
    brief = replace(brief, family=family)
    if family.style and set(brief.styles) == {family.style}:
        return brief  # of the same song: each picture has it already
    if family.style == SCENES:
        return replace(brief, style="", styles=(), concepts=_scenes(brief, song, family))
    if family.style in LETTERINGS and not letters_bear(family.style, song.title):
        return replace(brief, style=QUIET_MATERIALS[0], styles=())  # the same for all such titles
    if family.style == STILL_LIFE:
        brief = replace(brief, concepts=_with_a_thing(brief.concepts))
    return replace(brief, style=family.style, styles=()) if family.style else brief


def _scenes(brief: Brief, song: Song, family: Family) -> tuple[Concept, ...]:
    """Four places of the song, at the family's hour where the song names none; where it tells of no place, of its mood."""
    concepts = brief.concepts or (Concept("scene", source="mood"),) * 4
    others = {
        place: frozenset({ALL}) for place, one in enumerate(concepts) if not one.scene or one.style == PRINTED_PLACE
    }
    if others and brief.concepts:
        asked = [replace(one, kind="moment") if place in others else one for place, one in enumerate(concepts)]
        concepts = other_concepts(replace(brief, concepts=tuple(asked)), song, frozenset(), others)
    told = [one for one in concepts if one.scene] or _of_mood(brief.mood)
    turns = [one if one.scene else replace(told[place % len(told)], hour="") for place, one in enumerate(concepts)]
    is_said = bool(understand(song, None).hour)
    return tuple(one if is_said or one.source == "again" else _at(one, family.hour) for one in turns)


def _at(concept: Concept, hour: str) -> Concept:
    return replace(concept, hour=hour) if hour in scene_facts()[concept.scene].hours else concept


def _of_mood(mood: str) -> list[Concept]:
    fit = [name for name, fact in scene_facts().items() if mood in fact.moods]
    return [Concept("scene", scene=name, source="mood") for name in (fit or ["tall_clouds"])[:4]]


def _with_a_thing(concepts: tuple[Concept, ...]) -> tuple[Concept, ...]:
    """A still life shows the thing of a place where no concept is of one thing alone."""
    if any(one.style == STILL_LIFE and one.things for one in concepts):
        return concepts
    things = (thing for one in concepts for thing in one.things if thing not in (NOTHING, *NEVER_ALONE))
    if (thing := next(things, None)) is None:
        return concepts
    return (
        Concept("symbol", style=STILL_LIFE, things=(thing,), source=concepts[0].source, line=concepts[0].line),
        *concepts[1:],
    )


def planned_family(brief: Brief, seed: int) -> Family:
    """The look of a family whose first song this is: the kind of its first picture, colours of its mood, a voice of its genre."""
    from covers.engine.poster.color import oklch
    from covers.engine.poster.palettes import (  # the drawing library, as in `bandit.choosing`
        FAMILIES,
        MOOD_FAMILIES,
        keyed,
    )
    from covers.engine.poster.plan import style_weights
    from covers.engine.poster.scenes.lit_art import GENRE_VOICES

    chance = random.Random(f"family:{seed}")
    mood = brief.mood if brief.mood in MOODS else "quiet"
    weights = style_weights(mood, brief.genre)
    first = brief.concepts[0] if brief.concepts else None
    if first is None:
        style = brief.style or max(weights, key=lambda name: weights[name])
    elif first.scene:
        style = SCENES
    else:
        style = (
            first.quiet_style
            if first.style in LETTERINGS
            else first.own_style or max(weights, key=lambda name: weights[name])
        )
    name = chance.choice(MOOD_FAMILIES[mood][:3])
    voice = GENRE_VOICES.get(brief.genre, GENRE_VOICES[""])[0]
    if style == SCENES:
        colours = brief.palette or tuple(oklch(*lch) for lch in FAMILIES[name])
        return Family(
            style,
            colours=tuple(colours),
            hour=first.hour if first else "",
            voice=voice,
            place=PLACE,
            title_scale=TITLE_SCALE,
        )
    palette = keyed(name, chance.choice(("light", "dark", "mid")))
    return Family(
        style, palette=tuple(palette.colors()), value_key=palette.key, colours=tuple(brief.palette),
        voice="" if style in PRINTS else voice, place=PLACE, title_scale=TITLE_SCALE,
    )  # fmt: skip
