"""The ideas of a request's four pictures: one subject in four kinds, each with the line of the song that is its reason."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from covers.brief.brief_contract import Concept, letters_bear
from covers.brief.scenery import HOURS, LETTERINGS, MATERIALS, NEVER_ALONE, PRINTED_PLACE, STILL_LIFE, THINGS, UNPRINTED
from covers.brief.vocabulary import MOTIFS
from covers.writing.ideas import COMMONPLACE, idea_of
from covers.writing.mentions import LYRICS, REASON_MOST, TITLE, Mention
from covers.writing.notions import scene_facts
from covers.writing.understanding import Understanding, plainly_named, said_missing

THINGS_MOST = 2
"""A scene has room for no more that is told of it."""
SHORT_TITLE = 9.0
"""Widths of a Hangul syllable up to which a title is short enough to be a picture of letters; a Latin letter is half as wide."""
SECOND_SCENE = 0.75
"""What a second scene must have of the points of the first; below that the first is seen at another hour."""

SECOND_LIKELY = 0.8
"""How likely a second scene must be accepted, where that is known: else the first is seen once more."""
SECOND_HOME = 0.8
"""The same of another place where the thing of the first stands, of the first's likelihood."""
ALONE_LIKELY = 0.7
"""How likely what stands for a song must be accepted to be on a material, where that is known: else its letters are drawn."""
ALONE_LEAST, ALONE_AHEAD, SIGN_AHEAD = 0.5, 0.15, 0.1
"""The same for the third picture: at all, by how much more than the first place once more, and by how much more a sign than a thing."""
MOTIF_LIKELY = 0.3
"""How likely a motif must be accepted to stand for the song whatever its subject is."""
THING_LIKELY, THING_SURE = 0.15, 0.25
"""The same for what stands in a scene by the way; and for what no word names, but songs like it have."""

PEOPLE_MOTIFS = frozenset({"figure", "couple", "child", "mother", "dancer", "runner", "face", "hands_joined"})
"""Motifs that a print shows as a sign shows people."""
PLACE_MOTIFS = frozenset({
    "wave",
    "sea", "shore", "river", "waterfall", "lake", "horizon", "field", "fog", "aurora", "rain", "snowflake", "wind", "grass", "desert",
    "road", "wall", "smoke", "hill", "mountain", "cave", "cliff", "shadow", "island", "forest", "city", "house", "window", "bridge",
    "tower", "church", "temple", "castle", "neon", "crossroads", "subway", "mountain_cabin", "constellation", "comet", "cloud",
    "rainbow", "planet", "table", "phone", "signal", "envelope", "calendar", "computer", "battery", "map", "hand", "hair", "ear",
})  # fmt: skip
"""Motifs that a place shows better than a sign does, and those that look like the sign of an app."""
OTHER_HOUR = {
    "dawn": "night", "morning": "dusk", "noon": "dusk", "afternoon": "dusk", "dusk": "night", "evening": "small_hours", "night": "dawn",
    "small_hours": "dawn",
}  # fmt: skip
LIGHT_OF = {
    "hope": "dawn",
    "joy": "morning",
    "summer": "afternoon",
    "night": "night",
    "loneliness": "night",
    "nostalgia": "dusk",
}
MATERIALS_OF = {
    "longing": ("folded_paper", "smoke_light"), "quiet": ("ink_water", "folded_paper"), "joy": ("pressed_clay", "halftone_solid"),
    "dance": ("chrome", "glow_orb"), "anger": ("smoke_light", "halftone_solid"), "dream": ("glow_orb", "marbled"),
    "night": ("lens_glass", "chrome"), "swagger": ("chrome", "foil"), "nostalgia": ("folded_paper", "draped_cloth"),
    "tenderness": ("draped_cloth", "folded_paper"), "faith": ("glow_orb", "draped_cloth"), "awe": ("marbled", "glow_orb"),
    "melancholy": ("ink_water", "smoke_light"), "heartbreak": ("thermal_flower", "ink_water"), "hope": ("glow_orb", "folded_paper"),
    "freedom": ("draped_cloth", "marbled"), "loneliness": ("lens_glass", "ink_water"), "romance": ("thermal_flower", "draped_cloth"),
    "rebellion": ("halftone_solid", "smoke_light"), "mystery": ("lens_glass", "smoke_light"), "summer": ("lens_glass", "foil"),
    "winter": ("lens_glass", "folded_paper"), "comfort": ("pressed_clay", "draped_cloth"), "triumph": ("foil", "chrome"),
}  # fmt: skip
"""Mood → materials that have its temper, best first."""
LETTERS_OF = {
    "longing": ("type_light", "type_stretched"), "quiet": ("type_carved", "type_light"), "joy": ("type_curve", "type_huge"),
    "dance": ("type_field", "type_melted"), "anger": ("type_huge", "type_stretched"), "dream": ("type_melted", "type_light"),
    "night": ("type_light", "type_field"), "swagger": ("type_huge", "type_carved"), "nostalgia": ("type_curve", "type_field"),
    "tenderness": ("type_curve", "type_light"), "faith": ("type_light", "type_carved"), "awe": ("type_carved", "type_stretched"),
    "melancholy": ("type_melted", "type_cutout"), "heartbreak": ("type_cutout", "type_melted"), "hope": ("type_light", "type_curve"),
    "freedom": ("type_stretched", "type_curve"), "loneliness": ("type_light", "type_cutout"), "romance": ("type_curve", "type_melted"),
    "rebellion": ("type_huge", "type_field"), "mystery": ("type_carved", "type_cutout"), "summer": ("type_melted", "type_curve"),
    "winter": ("type_carved", "type_light"), "comfort": ("type_curve", "type_carved"), "triumph": ("type_huge", "type_stretched"),
}  # fmt: skip
"""Mood → covers whose title is the picture."""


class ReasonGiven(TypedDict):
    """Why a picture shows what it shows, as `Concept` keeps it."""

    source: str
    line: str


def concepts_of(read: Understanding, mood: str, genre: str, named: Sequence[str] = ()) -> tuple[Concept, ...]:
    """Four of them. Where nothing true can be pictured: letters and materials that have the mood, and no motif by chance.

    named: motifs that the title's own words name, for a subject that more than one motif pictures.
    """
    if not read.is_pictured:
        return _without_subject(read, mood, genre)
    scene = _scene(read, mood)
    motif = _motif(read, named)
    moment = _moment(read, scene, mood)
    matter = _matter(read, scene, mood, motif)
    if read.likely:
        return scene, moment, _likeliest(read, (scene, moment), motif, mood), matter
    return scene, moment, _symbol(read, (scene, moment), motif, mood, named), matter


def subject_motif(concepts: Sequence[Concept]) -> str:
    """The motif that stands for the subject, or empty: what the older styles draw first."""
    return next((one.motif for one in concepts if one.kind == "symbol"), "")


def is_short(title: str) -> bool:
    """Whether the letters of a title can be a whole picture."""
    return 0 < sum(0.5 if char.isascii() else 1.0 for char in title if not char.isspace()) <= SHORT_TITLE


# --- the four -----------------------------------------------------------------------------------------------------------


def _scene(read: Understanding, mood: str) -> Concept:
    name = read.scenes[0][0]
    concept = Concept("scene", scene=name, people=read.people, things=things_in(read, name), **reason_for(read, name))
    return at_its_hour(concept, read.hour, read.season, read.weather, mood)


def _moment(read: Understanding, first: Concept, mood: str) -> Concept:
    """Another scene that the song speaks for, else the first at another hour."""
    _, most = read.scenes[0]
    least = SECOND_LIKELY if read.likely else SECOND_SCENE * most
    own = own_scenes(read)
    second = [name for name, points in read.scenes[1:6] if name in own and 0 < points >= least]
    things = {*first.things[:1], *own_things(read)}
    enough = 1.0
    if read.likely:  # where a thing that is sure to be right stands, it is right in another place as well
        enough, things = SECOND_HOME * most, {*plainly_named(read.subject)} & {*first.things[:1]}
    elsewhere = [name for name, points in read.scenes[1:] if points > enough and things & {*scene_facts()[name].things}]
    telling = [name for name in (*second, *elsewhere) if things & {*scene_facts()[name].things}]
    for name in (*telling, *second):  # rather where the thing stands than where it has no room
        held = things_in(read, name)
        if name in second or things & {*held[:1]}:
            other = Concept("moment", scene=name, people=read.people, things=held, **reason_for(read, name))
            return at_its_hour(other, read.hour, read.season, read.weather, mood)
    return once_more(first)


def _likeliest(read: Understanding, scenes: Sequence[Concept], motif: str, mood: str) -> Concept:
    """The thing or motif that is likeliest accepted, with the words that name it; the place in print where that is likelier."""
    key, likelihood = next((key, share) for key, share in read.likely if key in THINGS and key not in NEVER_ALONE)
    sign, as_sign = next(
        ((key, share) for key, share in read.likely if key not in THINGS and key not in PLACE_MOTIFS), ("", 0.0)
    )
    if as_sign > likelihood + SIGN_AHEAD:
        key, likelihood = sign, as_sign
    is_named = key in plainly_named(read.subject) and _is_itself(key, read.subject)
    if likelihood < max(ALONE_LEAST, 0.0 if is_named else read.scenes[0][1] + ALONE_AHEAD):
        return _printed(scenes, motif, mood, read.text.title)
    naming = [one for one in present(read.mentions) if key in (*one.notion.things, *one.notion.motifs)]
    loudest = max(naming, key=lambda one: one.weight, default=None)
    source, line = (loudest.source, loudest.line) if loudest is not None else (scenes[0].source, scenes[0].line)
    is_alike = key not in MOTIFS or idea_of(key) == idea_of(motif)  # a watch is told by a clock
    return alone(key, motif if is_alike else key, source, line[:REASON_MOST])


def _is_itself(thing: str, subject: Mention | None) -> bool:
    """Whether the thing is what is named, and not what comes with it: a coat is the coat on a chair, a playground is no swing."""
    return subject is not None and not {*thing.split("_")}.isdisjoint(subject.notion.key.split("_"))


def _symbol(read: Understanding, scenes: Sequence[Concept], motif: str, mood: str, named: Sequence[str]) -> Concept:
    """The subject's thing alone; a print of its motif where the title names that and it is no place; else another thing that tells the
    scenes, with the words that name it. The place itself as a print where only a pictogram of people, a stand-in or something by the way
    would be left."""
    own = own_things(read)
    has_motif = read.subject is not None and motif in read.subject.notion.motifs
    is_told_badly = bool(own and own[0] in NEVER_ALONE) or (not own and motif in PEOPLE_MOTIFS)
    if is_told_badly or _is_by_the_way(read, motif, named):
        return _printed(scenes, motif, mood, read.text.title)
    told = [] if has_motif else [thing for concept in scenes for thing in concept.things]
    thing = next((key for key in (*own, *told) if key not in NEVER_ALONE), "")
    if not thing:
        is_sign = has_motif and motif in named and motif not in PLACE_MOTIFS
        return (
            Concept("symbol", motif=motif, **_reason_of(scenes[0]))
            if is_sign
            else _printed(scenes, motif, mood, read.text.title)
        )
    naming = [one for one in present(read.mentions) if thing in one.notion.things]
    if naming and thing not in own:
        loudest = max(naming, key=lambda one: one.weight)
        reason: ReasonGiven = {"source": loudest.source, "line": loudest.line[:REASON_MOST]}
    else:
        reason = _reason_of(scenes[0])
    return Concept("symbol", style=STILL_LIFE, things=(thing,), motif=motif, **reason)


def _printed(scenes: Sequence[Concept], motif: str, mood: str, title: str) -> Concept:
    """The first of the places that can be recognised in print; where none can, letters that the fourth picture never has, or a sign."""
    if place := next((one for one in scenes if one.scene not in UNPRINTED), None):
        return printed(place, motif)
    others = (style for style in LETTERINGS if style not in LETTERS_OF[mood] and letters_bear(style, title))
    if style := next(others, ""):
        return Concept("symbol", style=style, motif=motif, source="title", line=title[:REASON_MOST])
    return Concept("symbol", motif=motif, **_reason_of(scenes[0]))


def printed(scene: Concept, motif: str) -> Concept:
    """A place once more, as a print. motif: what stands for it in engines that draw no places."""
    return replace(scene, kind="symbol", style=PRINTED_PLACE, motif=motif)


def _reason_of(concept: Concept) -> ReasonGiven:
    return {"source": concept.source, "line": concept.line}


def _is_by_the_way(read: Understanding, motif: str, named: Sequence[str]) -> bool:
    """Whether what stands for the subject tells another song as well: a window for a Sunday, or a thing that one line only names."""
    if read.subject is None:
        return True
    notion = read.subject.notion
    if read.subject.source == TITLE:
        return notion.weight < 2 and not {motif, *notion.things[:1]} & set(named)
    return len(_lines_of_subject(read)) < 2


def _lines_of_subject(read: Understanding) -> set[str]:
    """Those that speak of it, whatever the title does."""
    key = read.subject.notion.key if read.subject is not None else ""
    return {one.line for one in present(read.mentions) if one.notion.key == key and one.source == LYRICS}


def _matter(read: Understanding, first: Concept, mood: str, motif: str) -> Concept:
    bearing = [one for one in LETTERS_OF[mood] if letters_bear(one, read.text.title)]
    style = bearing[zlib.crc32(read.text.title.encode("utf-8", "replace")) % len(bearing)] if bearing else ""
    if style and (is_short(read.text.title) or 0 < _likelihood(read, motif) < ALONE_LIKELY):
        return Concept("matter", style=style, motif=motif, source="title", line=read.text.title[:REASON_MOST])
    return Concept("matter", style=MATERIALS_OF[mood][0], motif=motif, source=first.source, line=first.line)


def _likelihood(read: Understanding, motif: str) -> float:
    """0 where words alone were read."""
    return dict(read.likely).get(motif, 0.0)


def _without_subject(read: Understanding, mood: str, genre: str) -> tuple[Concept, ...]:
    materials = MATERIALS_OF[mood]
    wished = dict.fromkeys((*LETTERS_OF[mood], *LETTERINGS))
    letters = tuple(one for one in wished if letters_bear(one, read.text.title))
    styles: tuple[str, ...] = (*materials, *MATERIALS[:2])
    if len(letters) > 1:
        last = letters[2] if len(letters) > 2 and read.likely else materials[1]
        styles = (
            (letters[0], letters[1], materials[0], last)
            if read.likely
            else (letters[0], materials[0], letters[1], last)
        )
    motif = next((key for key, share in read.likely if key in MOTIFS and share >= MOTIF_LIKELY), "")
    title, other = read.text.title[:REASON_MOST], "genre" if genre and not read.mentions else "mood"
    return tuple(
        Concept("matter", style=style, source="title", line=title)
        if style in LETTERINGS
        else Concept("matter", style=style, motif=motif, source=other)
        for style in styles
    )


# --- what they are made of --------------------------------------------------------------------------------------------


def reason_for(read: Understanding, scene: str) -> ReasonGiven:
    """source and line: the words that speak loudest for the scene; else the line of the lyrics that is nearest in meaning."""
    told = read.reasons.get(scene)
    named = read.subject
    if named is not None and named.source == TITLE and (told is None or told.source != TITLE):
        told = named
    if told is not None:
        return {"source": told.source, "line": told.line[:REASON_MOST]}
    if line := read.near.lines.get(scene, ""):
        return {"source": "lyrics", "line": line[:REASON_MOST]}
    return {"source": "title", "line": read.text.title[:REASON_MOST]}


def own_scenes(read: Understanding) -> set[str]:
    """Scenes of the subject, and those in which its thing can stand."""
    if read.subject is None:
        return {scene for one in read.mentions for scene in one.notion.scenes}
    notion = read.subject.notion
    at_home = {scene for scene, fact in scene_facts().items() if notion.things and notion.things[0] in fact.things}
    return {*notion.scenes, *(at_home if notion.motifs else ())}


def own_things(read: Understanding) -> tuple[str, ...]:
    """Things that tell the subject, first those that other words of the song name: who delivers on a bicycle rides no motorcycle."""
    if read.subject is None:
        return ()
    notion = read.subject.notion
    others = [one.notion for one in present(read.mentions) if one.notion.key != notion.key]
    named = [thing for thing in notion.things if any(thing in (*other.motifs, *other.things[:1]) for other in others)]
    return tuple(named) or notion.things


def things_in(read: Understanding, scene: str) -> tuple[str, ...]:
    """The subject's own thing first, then others of the song; only what can stand in this scene, so that nothing is promised in vain,
    and nothing that the song says is not there."""
    missing = said_missing(read.mentions)
    fitting = tuple(thing for thing in scene_facts()[scene].things if thing not in missing)
    found: dict[str, None] = {}
    own = own_things(read)
    if fits := next((thing for thing in own if thing in fitting), ""):
        found[fits] = None
    for one in sorted(
        present(read.mentions), key=lambda one: (one.notion.weight >= 3, -one.weight)
    ):  # a place only hints at its thing
        thing = one.notion.things[0] if one.notion.things else ""
        is_own = read.subject is not None and one.notion.key == read.subject.notion.key
        if thing in fitting and not is_own and (one.notion.weight >= 2 or one.source == TITLE):
            found[thing] = None
    if likely := dict(read.likely):
        found |= dict.fromkeys(key for key in fitting if likely[key] >= THING_SURE)
        # what lines come back to is there, whatever songs like it have
        sung_of = {fits} if len(_lines_of_subject(read)) > 1 else set()
        sure = sorted(
            (key for key in found if likely[key] >= THING_LIKELY or key in sung_of),
            key=lambda key: (key not in sung_of, -likely[key]),
        )
        return tuple(sure)[:THINGS_MOST]
    return tuple(found)[:THINGS_MOST]


def _motif(read: Understanding, named: Sequence[str]) -> str:
    """What the title's own word names; what is likely accepted, where that is known; a thing that the subject is, else what stands for
    its scene."""
    subject = read.subject
    if subject is not None and subject.source == TITLE:
        ideas = {idea_of(motif) for motif in subject.notion.motifs}
        if own := next((motif for motif in named if idea_of(motif) in ideas), ""):
            return own
    best, likelihood = next(((key, share) for key, share in read.likely if key in MOTIFS), ("", 0.0))
    if likelihood >= MOTIF_LIKELY:
        return best
    if subject is not None:
        ruled_out = {*subject.notion.things} - {*own_things(read)}
        for motif in sorted(subject.notion.motifs, key=lambda motif: motif in ruled_out):
            if COMMONPLACE.get(motif, 1.0) > 0.3 or subject.source == TITLE:
                return motif
    return scene_facts()[read.scenes[0][0]].motif


def symbol_of(first: Concept, motif: str, source: str, line: str) -> Concept:
    """What stands for a song whose first picture is a place: as a thing or a sign, or that place in print where it is better shown so."""
    is_place = first.scene and motif not in THINGS and motif in PLACE_MOTIFS
    return printed(first, motif) if is_place else alone(motif, motif, source, line)


def alone(thing: str, motif: str, source: str, line: str) -> Concept:
    """A symbol: a thing in its own light, or a print of the motif where that is no thing that can stand alone."""
    if thing not in THINGS or thing in NEVER_ALONE:
        return Concept("symbol", motif=motif, source=source, line=line)
    return Concept("symbol", style=STILL_LIFE, things=(thing,), motif=motif, source=source, line=line)


def present(mentions: Sequence[Mention]) -> list[Mention]:
    return [one for one in mentions if not one.is_denied]


def at_its_hour(concept: Concept, hour: str, season: str, weather: str, mood: str) -> Concept:
    """Hour, season and weather as the song says where the scene can have them; what the scene always has, and else none."""
    fact = scene_facts()[concept.scene]
    if season and fact.seasons and season not in fact.seasons:
        season = ""
    if weather not in fact.weathers:
        weather = ""
    return replace(
        concept,
        hour=hour if hour in fact.hours else _hour_for(fact.hours, hour, mood),
        season=season or (fact.seasons[0] if len(fact.seasons) == 1 else ""),
        weather=weather or (fact.weathers[0] if len(fact.weathers) == 1 else ""),
    )


def _hour_for(hours: tuple[str, ...], said: str, mood: str) -> str:
    """The nearest that the scene has to what is said; where nothing is said, one that has the mood's light."""
    if said:
        return min(hours, key=lambda hour: _apart(hour, said))
    light = LIGHT_OF.get(mood, "")
    return light if light in hours else hours[0]


def _apart(one: str, other: str) -> int:
    """Steps around the clock."""
    steps = abs(HOURS.index(one) - HOURS.index(other))
    return min(steps, len(HOURS) - steps)


def another_hour(concept: Concept) -> str:
    """One that its scene has as well."""
    return next(iter(other_hours(concept)), OTHER_HOUR.get(concept.hour, "dusk"))


def once_more(first: Concept) -> Concept:
    """The first picture's place at another hour, and that said for its reason."""
    return replace(first, kind="moment", hour=another_hour(first), source="again", line="")


def other_hours(concept: Concept) -> list[str]:
    """All that its scene has as well, the likeliest first."""
    return [hour for hour in scene_facts()[concept.scene].hours if hour != concept.hour]
