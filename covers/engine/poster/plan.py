"""Plans the pictures of one request so that they differ in idea, style, composition, value key and ground colour."""

from __future__ import annotations

import random
from dataclasses import replace

from covers.brief.brief_contract import MOODS, Brief, Concept
from covers.brief.family_contract import ROLES_OF_PALETTE, Family
from covers.brief.scenery import LETTERINGS, PLACES, PRINTED_PLACE, QUIET_MATERIALS, STILL_LIFE
from covers.brief.vocabulary import MOTIF_KEYS
from covers.engine.poster.art import Art, Idea
from covers.engine.poster.color import distance
from covers.engine.poster.letters.letter_art import bears
from covers.engine.poster.palettes import FAMILIES, KEYS, MOOD_FAMILIES, Palette, keyed, own
from covers.engine.poster.room import title_share
from covers.engine.poster.styles import PRINTS, STYLES
from covers.engine.poster.traits import AFLOAT, LINEAR, SCENERY, STANDING

PRINT_NAMES: tuple[str, ...] = tuple(style.name for style in PRINTS)
MOOD_STYLES: dict[str, str] = {
    "longing": "night_sky brush folk sunset monolith riso",
    "quiet": "monolith lines brush paper_cut botanical swiss",
    "joy": "gala bauhaus riso paper_cut folk op_rings",
    "dance": "op_rings glitch bauhaus sunset riso duotone",
    "anger": "photocopy duotone glitch op_rings swiss",
    "dream": "night_sky paper_cut lines sunset glitch",
    "night": "sunset night_sky glitch monolith duotone",
    "swagger": "duotone gala photocopy swiss bauhaus",
    "nostalgia": "sunset folk riso duotone botanical",
    "tenderness": "paper_cut botanical folk riso brush",
    "faith": "monolith night_sky paper_cut swiss botanical lines",
    "awe": "monolith night_sky lines op_rings paper_cut",
    "melancholy": "monolith lines duotone brush swiss night_sky",
    "heartbreak": "photocopy riso duotone brush monolith glitch",
    "hope": "sunset paper_cut swiss riso bauhaus folk",
    "freedom": "swiss sunset riso paper_cut folk lines",
    "loneliness": "monolith night_sky lines brush swiss sunset",
    "romance": "riso sunset botanical paper_cut duotone folk",
    "rebellion": "photocopy duotone riso glitch op_rings",
    "mystery": "night_sky op_rings lines glitch monolith",
    "summer": "sunset riso bauhaus swiss paper_cut gala",
    "winter": "paper_cut brush monolith lines night_sky botanical",
    "comfort": "folk botanical paper_cut riso brush",
    "triumph": "gala duotone monolith bauhaus swiss",
}
"""Styles that suit a mood, best first; every other style may still come, much less often."""

GENRE_STYLES: dict[str, str] = {
    "ballad": "brush night_sky paper_cut monolith botanical",
    "dance": "glitch op_rings bauhaus riso sunset",
    "hiphop": "duotone photocopy glitch monolith swiss",
    "rnb": "sunset duotone night_sky lines",
    "indie": "riso swiss paper_cut lines folk",
    "rock": "photocopy duotone riso glitch",
    "trot": "gala gala gala sunset bauhaus",
    "folk": "folk brush botanical paper_cut riso",
    "electronic": "lines op_rings glitch swiss monolith",
    "jazz": "duotone swiss bauhaus riso lines",
    "classical": "botanical monolith lines swiss brush",
    "children": "paper_cut bauhaus folk riso gala",
    "ccm": "monolith paper_cut night_sky swiss",
    "soundtrack": "monolith night_sky sunset lines",
}

UNSUITED: dict[str, str] = {
    "anger": "gala botanical folk paper_cut sunset", "melancholy": "gala", "loneliness": "gala",
    "quiet": "gala photocopy glitch", "tenderness": "photocopy glitch op_rings", "faith": "photocopy glitch gala",
    "longing": "photocopy gala", "joy": "photocopy monolith", "comfort": "photocopy glitch op_rings", "winter": "gala",
    "dream": "photocopy gala", "awe": "photocopy", "heartbreak": "gala bauhaus", "dance": "botanical", "swagger": "botanical",
    "mystery": "gala", "rebellion": "botanical", "night": "gala",
}  # fmt: skip
"""Styles that speak against a mood: not chosen for it unless the person asks, the genre calls for them, or the pictures
outnumber the rest."""

GROUND_DISTANCE = 0.07
"""How far apart the grounds of one request are at least, in OKLab."""


def plan_set(brief: Brief, set_seed: int, count: int, title: str = "", with_lettering: bool = True) -> list[Idea]:
    """The ideas of all `count` pictures, by position. The same arguments give the same plan."""
    rng = random.Random(f"set:{set_seed}")
    letters = frozenset(name for name in LETTERINGS if with_lettering and bears(name, title))
    if brief.style in LETTERINGS and brief.style not in letters:
        brief = replace(brief, style="")  # such a title has no picture of that kind: the engine chooses
    mood = brief.mood if brief.mood in MOODS else "quiet"
    leads = choose_leads([key for key in dict.fromkeys(brief.motifs) if key in MOTIF_KEYS] or ["circle"], count)
    styles = choose_styles(rng, brief.style, mood, brief.genre, count)
    styles = named_styles(brief, count) or styles  # drawn in any case, so that what follows is drawn alike
    concepts = concepts_of(brief, count)
    if brief.style == STILL_LIFE:  # of the song's own thing, in all of them
        told = next((one for one in brief.concepts if one.style == STILL_LIFE and one.things), None)
        concepts = [told or concept for concept in concepts]
    if brief.style == PRINTED_PLACE:  # of a place in all of them, where the song tells one
        place = place_of(brief)
        concepts = [concept if concept is None or concept.scene else place for concept in concepts]
    leads = [concept.motif if concept and concept.motif in MOTIF_KEYS else lead
             for concept, lead in zip(concepts, leads, strict=True)]  # fmt: skip
    styles = [
        style_for(concept, style, brief.style, bool(brief.styles), letters)
        for concept, style in zip(concepts, styles, strict=True)
    ]
    places = [concept.scene if concept else "" for concept in concepts]
    compositions = choose_compositions(rng, styles, leads, mood, places)
    compositions = [_told_composition(concept, style) or composition
                    for concept, style, composition in zip(concepts, styles, compositions, strict=True)]  # fmt: skip
    if brief.family is not None:
        compositions = led_by(brief.family, styles, compositions, leads)
    palettes = choose_palettes(rng, brief, mood, styles)
    room = title_share(title) if with_lettering else 0.0
    ideas = []
    for position, lead in enumerate(leads):
        others = (
            () if concepts[position] else dict.fromkeys(leads)
        )  # a concept is of one thing, and a side word is none
        support = tuple(key for key in others if key != lead)
        look = styles[position], compositions[position]
        idea = Idea(
            *look, lead, support, palettes[position], mood, room, brief.genre, concepts[position], family=brief.family
        )
        ideas.append(replace(idea, title=title, concept=place_of(brief)) if idea.style in LETTERINGS else idea)
    return ideas


def _told_composition(concept: Concept | None, style: str) -> str:
    """The one that a concept leaves no choice of: its scene, or the press that was chosen for it."""
    told = (concept.scene, concept.press) if concept is not None else ()
    return next((name for name in told if name in STYLES[style].compositions), "")


def led_by(family: Family, styles: list[str], compositions: list[str], leads: list[str]) -> list[str]:
    """The first picture has the family's composition, where its motif can play it; who had that has another one. Or all have it."""
    name = family.composition
    if family.is_in_all:
        able = [family.style in ("", style) and name in STYLES[style].compositions for style in styles]
        return [name if is_able else other for is_able, other in zip(able, compositions, strict=True)]
    if styles[0] != family.style or name not in STYLES[styles[0]].compositions or name == compositions[0]:
        return compositions
    if unsuited(STYLES[styles[0]], name, leads[0]) >= 9:
        return compositions
    others = [compositions[0] if other == name else other for other in compositions[1:]]
    return [name, *others]


def palette_of(family: Family) -> Palette | None:
    """The palette of all its pictures; None where each has its own."""
    if len(family.palette) == len(ROLES_OF_PALETTE):
        ground, figure, second, accent, paper, ink = family.palette
        return Palette(
            "family", family.value_key or "mid", ground, figure, second, accent, paper, ink, asked=family.colours
        )
    if family.colours and family.roles:
        return _in_roles(family.colours, family.roles)
    return own(family.colours, family.value_key or "mid", 0) if family.colours else None


def place_of(brief: Brief) -> Concept:
    """The first place that the song tells, for letters through which one sees it."""
    return next((concept for concept in brief.concepts if concept.scene), Concept("matter"))


def concepts_of(brief: Brief, count: int) -> list[Concept | None]:
    """One for each picture; from the fifth on the same ones at whatever hour comes, so that no two are twins."""
    if not brief.concepts:
        return [None] * count
    turns = [divmod(position, len(brief.concepts)) for position in range(count)]
    return [_in_turn(brief.concepts[index], turn) for turn, index in turns]


def _in_turn(concept: Concept, turn: int) -> Concept:
    return replace(concept, hour="", press="") if turn else concept


def style_for(
    concept: Concept | None, style: str, fixed: str, is_chosen: bool, letters: frozenset[str] = frozenset(LETTERINGS)
) -> str:
    """The style of one picture: what the person fixed, else what its concept can be drawn in. style: as planned without one, or
    as chosen by what was rated well (is_chosen). letters: the styles that can make a picture of this title."""
    if concept is None or fixed in STYLES:
        return style if style not in LETTERINGS or style in letters else QUIET_MATERIALS[0]
    own = concept.own_style
    if own in LETTERINGS and own not in letters:
        return concept.quiet_style or style
    if own in STYLES and (own not in PLACES or concept.scene in STYLES[own].compositions):
        return own
    return concept.style if concept.style in STYLES and not is_chosen else style


def choose_leads(motifs: list[str], count: int) -> list[str]:
    """The motif of each picture: the best one leads the first, the next ones follow, then it comes again otherwise.

    Every third picture returns to the best motif, seen in another style; scenery is taken last, being weak alone.
    """
    subjects = sorted(motifs, key=lambda key: key in SCENERY)
    others = [key for key in subjects if key != motifs[0]] or motifs
    leads = [motifs[0]]
    for index in range(1, count):
        leads.append(subjects[0] if index % 3 == 0 else others[(index - 1 - index // 3) % len(others)])
    return leads


def named_styles(brief: Brief, count: int) -> list[str]:
    """The styles that the brief names for the pictures; none if it leaves them open, or fixes one for all."""
    if brief.style in STYLES or not brief.styles or not set(brief.styles) <= set(STYLES):
        return []
    return [brief.style_of(position) for position in range(count)]


def style_weights(mood: str, genre: str) -> dict[str, float]:
    """How well each style suits a song, over 0. Left out are those that speak against the mood."""
    unfit = set(UNSUITED.get(mood, "").split()) - set(GENRE_STYLES.get(genre, "").split())
    weights = {name: 0.14 for name in PRINT_NAMES if name not in unfit}
    for liked, worth in ((MOOD_STYLES[mood], 1.0), (GENRE_STYLES.get(genre, ""), 1.2)):
        for name in liked.split():
            if name in weights:
                weights[name] += worth
    return weights


def choose_styles(rng: random.Random, fixed: str, mood: str, genre: str, count: int) -> list[str]:
    """One style a picture; all different unless the person fixed one or there are more pictures than styles."""
    if fixed in STYLES:
        return [fixed] * count
    weights = style_weights(mood, genre)
    order = sorted(weights, key=lambda name: rng.random() ** (1 / weights[name]), reverse=True)
    order += rng.sample([name for name in PRINT_NAMES if name not in weights], len(PRINT_NAMES) - len(weights))
    return [order[position % len(order)] for position in range(count)]


def choose_compositions(
    rng: random.Random, styles: list[str], leads: list[str], mood: str, places: list[str]
) -> list[str]:
    """A composition of each picture's style that its motif can play, no one twice before all such were used."""
    used: dict[str, list[tuple[str, str]]] = {}
    chosen = []
    for style, lead, place in zip(styles, leads, places, strict=True):
        names = rng.sample(STYLES[style].compositions, len(STYLES[style].compositions))
        before = used.setdefault(style, [])
        against = {name for name in names if STYLES[style].speaks_against(name, mood, place)}
        costs = {name: unsuited(STYLES[style], name, lead) + _seen(before, name, lead) for name in names}
        name = min(names, key=lambda name: costs[name] + (name in against))
        before.append((name, lead))
        chosen.append(name)
    return chosen


def _seen(before: list[tuple[str, str]], name: str, lead: str) -> int:
    """How often a composition was used in this set; twice as bad if with the same motif."""
    return sum(1 + (other == lead) for used, other in before if used == name)


def unsuited(style: type[Art], composition: str, lead: str) -> int:
    """0 if the motif can play the composition, 1 if it is not made for it, 9 if it does not belong there at all."""
    if composition in style.afloat and lead not in AFLOAT:
        return 9
    if composition in style.standing and lead not in STANDING:
        return 9
    is_odd = composition in style.floating and lead in STANDING
    return int(is_odd or (composition in style.massive and lead in LINEAR))


def choose_palettes(rng: random.Random, brief: Brief, mood: str, styles: list[str]) -> list[Palette]:
    """A palette for each picture: value keys in turn (so one is light, one dark), no two grounds alike; or the family's for all."""
    colors = brief.palette
    keys = rng.sample(["light", "dark"], 2) + rng.sample(["mid", "tint"], 2)
    order = rng.sample(range(min(4, len(styles))), min(4, len(styles)))
    families = list(MOOD_FAMILIES[mood])
    first = families.pop(0) if rng.random() < 0.5 else families.pop(rng.randrange(len(families)))
    families = [first, *rng.sample(families, len(families))]
    families += [name for name in rng.sample(list(FAMILIES), len(FAMILIES)) if name not in families]
    chosen: list[Palette] = []
    for position in range(len(styles)):
        key = keys[order[position % len(order)] if position < 4 else rng.randrange(4)]
        options = [own(colors, key, turn) for turn in range(position, position + 5)] if colors else []
        options += [] if colors else [keyed(name, key) for name in families[position:] + families[:position]]
        chosen.append(_furthest(options, chosen))
    shared = palette_of(brief.family) if brief.family is not None else None
    return [shared] * len(chosen) if shared else chosen


def _in_roles(colors: tuple[str, ...], roles: tuple[str, ...]) -> Palette:
    """A person's colours, each in the role that is nearest to the one that it had."""
    options = [own(colors, key, turn) for key in KEYS for turn in range(len(colors))]
    return min(options, key=lambda one: sum(map(distance, roles, (one.ground, one.figure))))


def _furthest(options: list[Palette], taken: list[Palette]) -> Palette:
    """The first palette whose ground is far enough from those taken; if none is, the one that is furthest."""

    def gap(palette: Palette) -> float:
        return min((distance(palette.ground, other.ground) for other in taken), default=1.0)

    far = next((palette for palette in options if gap(palette) >= GROUND_DISTANCE), None)
    return far or max(options, key=gap)
