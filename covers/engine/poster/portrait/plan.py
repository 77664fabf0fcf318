"""Plans the portraits of one request: which treatment, which photo, which colours."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from covers.brief.brief_contract import MOODS, Brief
from covers.brief.vocabulary import MOTIF_KEYS
from covers.engine.engine_contract import Portrait
from covers.engine.poster.art import Idea
from covers.engine.poster.plan import choose_leads, choose_palettes
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.portrait.collage import Collage
from covers.engine.poster.portrait.flats import ScreenPrint, Spot
from covers.engine.poster.portrait.screens import Engraving, Halftone
from covers.engine.poster.portrait.tones import Bands, Contact, DuotonePrint
from covers.engine.poster.room import title_share

TREATMENTS: dict[str, type[PortraitArt]] = {
    art.name: art for art in (DuotonePrint, Halftone, Engraving, Collage, Spot, ScreenPrint, Bands, Contact)
}

STYLE_TREATMENTS: dict[str, str] = {
    "swiss": "duotone bands halftone", "duotone": "duotone screenprint halftone", "sunset": "screenprint riso duotone",
    "riso": "riso halftone screenprint", "night_sky": "engraving duotone halftone", "photocopy": "halftone bands contact",
    "op_rings": "engraving halftone bands", "brush": "duotone screenprint collage", "paper_cut": "collage screenprint riso",
    "lines": "engraving bands duotone", "botanical": "engraving collage duotone", "bauhaus": "collage halftone screenprint",
    "glitch": "bands contact halftone", "gala": "collage screenprint contact", "folk": "collage riso engraving",
    "monolith": "duotone engraving screenprint", "waterside": "duotone bands engraving",
    "city_night": "bands duotone halftone", "indoors": "duotone engraving collage", "open_land": "riso duotone engraving",
    "great_skies": "screenprint riso duotone", "journeys": "halftone duotone bands", "stages": "screenprint halftone contact",
    "still_life": "duotone collage screenprint", "printed_place": "halftone screenprint riso",
    "chrome": "duotone halftone bands", "glow_orb": "riso screenprint duotone", "lens_glass": "bands duotone halftone",
    "marbled": "screenprint riso collage", "smoke_light": "duotone engraving bands", "ink_water": "duotone engraving screenprint",
    "folded_paper": "collage duotone riso", "draped_cloth": "duotone riso engraving", "foil": "halftone duotone screenprint",
    "thermal_flower": "screenprint duotone bands", "halftone_solid": "halftone screenprint riso",
    "pressed_clay": "collage screenprint riso", "type_stretched": "screenprint bands duotone", "type_melted": "riso screenprint duotone",
    "type_huge": "halftone screenprint duotone", "type_cutout": "collage riso duotone", "type_field": "contact halftone riso",
    "type_light": "duotone engraving screenprint", "type_carved": "engraving duotone halftone", "type_curve": "riso screenprint collage",
}  # fmt: skip
"""What a style of the posters becomes with a photo: the first leads the set, the others are likelier to follow."""

CALM, FIERCE, BRIGHT = (
    "duotone engraving collage riso duotone", "halftone bands screenprint contact duotone",
    "collage riso screenprint contact halftone",
)  # fmt: skip

MOOD_TREATMENTS: dict[str, str] = {
    **dict.fromkeys(
        ["longing", "quiet", "tenderness", "melancholy", "loneliness", "winter", "comfort", "faith", "awe"], CALM
    ),
    **dict.fromkeys(["anger", "rebellion", "swagger", "night", "mystery", "heartbreak"], FIERCE),
    **dict.fromkeys(["joy", "dance", "summer", "triumph", "freedom", "hope", "romance", "nostalgia", "dream"], BRIGHT),
}

FINE = frozenset({"duotone", "bands", "contact"})
"""Treatments that show the photo itself: not for one in which the face is small."""

SMALL_FACE = 110.0
"""Pixels; below them a continuous tone looks soft on a release file."""


@dataclass(frozen=True)
class Sitting:
    """One planned portrait. photo: index of its portrait among the request's. shown: those it may draw from, best first."""

    idea: Idea
    photo: int
    shown: tuple[int, ...]


def plan_portraits(
    brief: Brief, portraits: Sequence[Portrait], set_seed: int, count: int, title: str, with_lettering: bool
) -> list[Sitting]:
    """The plans of all `count` pictures, by position. The same arguments give the same plan."""
    rng = random.Random(f"portraits:{set_seed}")
    mood = brief.mood if brief.mood in MOODS else "quiet"
    photos = choose_photos(rng, portraits, count)
    treatments = choose_treatments(rng, brief.style, mood, [portraits[photo].width for photo in photos])
    palettes = choose_palettes(rng, brief, mood, treatments)
    leads = choose_leads([key for key in dict.fromkeys(brief.motifs) if key in MOTIF_KEYS] or ["circle"], count)
    room = title_share(title) if with_lettering else 0.0
    used: dict[str, int] = {}
    sittings = []
    for position, treatment in enumerate(treatments):
        compositions = TREATMENTS[treatment].compositions
        start = rng.randrange(len(compositions))
        turn = used.setdefault(treatment, start)
        used[treatment] += 1
        composition = compositions[turn % len(compositions)]
        idea = Idea(treatment, composition, leads[position], (), palettes[position], mood, room)
        others = tuple(index for index in range(len(portraits)) if index != photos[position])
        sittings.append(Sitting(idea, photos[position], (photos[position], *others)[:4]))
    return sittings


def choose_photos(rng: random.Random, portraits: Sequence[Portrait], count: int) -> list[int]:
    """A photo for each picture: all different if there are enough; those with a larger face sooner."""
    weights = [min(1.0, portrait.width / 300) + 0.15 for portrait in portraits]
    order = sorted(range(len(portraits)), key=lambda index: rng.random() ** (1 / weights[index]), reverse=True)
    return [order[position % len(order)] for position in range(count)]


def choose_treatments(rng: random.Random, style: str, mood: str, faces: Sequence[float]) -> list[str]:
    """A treatment for each picture, none twice before all were used. faces: width of each picture's face in its photo."""
    weights = dict.fromkeys(TREATMENTS, 0.3)
    for name in MOOD_TREATMENTS.get(mood, CALM).split():
        weights[name] += 0.6
    led = STYLE_TREATMENTS.get(style, "").split()
    for name in led:
        weights[name] += 1.2
    order = sorted(weights, key=lambda name: rng.random() ** (1 / weights[name]), reverse=True)
    if led:
        order = [led[0], *(name for name in order if name != led[0])]
    chosen: list[str] = []
    waiting = list(order)
    for face in faces:
        waiting = waiting or list(order)
        fit = [name for name in waiting if face >= SMALL_FACE or name not in FINE]
        chosen.append((fit or waiting)[0])
        waiting.remove(chosen[-1])
    return chosen
