"""Plans the covers of one request that are made of a brought picture: which treatment, which layout, which colours."""

from __future__ import annotations

import random
from dataclasses import replace

from covers.brief.brief_contract import MOODS, Brief
from covers.engine.poster.art import Idea
from covers.engine.poster.own.art import BroughtArt
from covers.engine.poster.own.looks import Film, NightPush, Plain, Tinted
from covers.engine.poster.own.painting import Painted
from covers.engine.poster.own.paper import Framed, Torn
from covers.engine.poster.own.printed import (
    OwnBands,
    OwnCollage,
    OwnContact,
    OwnDuotone,
    OwnEngraving,
    OwnHalftone,
    OwnScreenPrint,
    OwnSpot,
)
from covers.engine.poster.own.seen import Seen
from covers.engine.poster.own.toner import Cyanotype, Xerox
from covers.engine.poster.palettes import Palette, own, readable_ground
from covers.engine.poster.plan import choose_palettes
from covers.engine.poster.portrait.plan import STYLE_TREATMENTS
from covers.engine.poster.room import title_share

PHOTOGRAPHIC = (Plain, Film, Tinted, NightPush, Painted)
PRINTED = (OwnDuotone, OwnHalftone, OwnEngraving, OwnScreenPrint, OwnSpot, OwnBands, OwnContact)
ARTS: dict[str, type[BroughtArt]] = {
    art.name: art for art in (*PHOTOGRAPHIC, Cyanotype, Xerox, Torn, Framed, OwnCollage, *PRINTED)
}

CALM = "plain film tinted cyanotype painted framed duotone engraving collage"
FIERCE = "xerox night_push halftone torn tinted screenprint bands contact film"
BRIGHT = "film painted riso torn screenprint framed collage plain contact halftone"
DARK = "night_push film tinted duotone painted cyanotype xerox bands engraving plain"

MOOD_TREATMENTS: dict[str, str] = {
    **dict.fromkeys(("longing", "quiet", "tenderness", "melancholy", "winter", "comfort", "faith", "nostalgia"), CALM),
    **dict.fromkeys(("anger", "rebellion", "swagger"), FIERCE),
    **dict.fromkeys(("joy", "dance", "summer", "triumph", "freedom", "hope", "romance"), BRIGHT),
    **dict.fromkeys(("night", "mystery", "heartbreak", "loneliness", "awe", "dream"), DARK),
}

KINDS: dict[str, str] = {
    "photograph": "plain film night_push framed", "tone": "tinted duotone cyanotype", "brush": "painted",
    "marks": "halftone engraving screenprint riso xerox", "pieces": "torn collage bands contact",
}  # fmt: skip
SMALL = 700
"""Pixels along the square: below them a photograph looks soft on a store file, and screens, strokes and toner do not."""
OWN_COLORS = frozenset(("plain", "film", "night_push", "painted", "framed", "torn"))
"""Their grounds are the picture's own colours, unless a person gave some."""
FULL = ("bleed", "detail", "washed", "askew", "enlarged", "corner")
"""Layouts in which the picture reaches all edges of the sheet."""


def plan_own(
    brief: Brief, seen: Seen, treatment: str, set_seed: int, count: int, title: str, with_lettering: bool
) -> list[Idea]:
    """The plans of all `count` pictures, by position. The same arguments give the same plan."""
    rng = random.Random(f"own:{set_seed}")
    mood = brief.mood if brief.mood in MOODS else "quiet"
    is_wished = treatment in ARTS
    chosen = [treatment] * count if is_wished else choose_treatments(rng, brief.style, mood, seen, count)
    palettes = choose_palettes(rng, brief, mood, chosen)
    if not brief.palette:
        palettes = [
            of_picture(seen, palette.key, position) if name in OWN_COLORS else palette
            for position, (name, palette) in enumerate(zip(chosen, palettes, strict=True))
        ]
    room = title_share(title) if with_lettering else 0.0
    layouts = choose_layouts(rng, seen, chosen)
    return [
        Idea(name, layouts[position], "circle", (), palettes[position], mood, room, brief.genre)
        for position, name in enumerate(chosen)
    ]


def of_picture(seen: Seen, key: str, turn: int) -> Palette:
    """The picture's own colours in their roles; a ground on which no type could be read is moved as far as needed."""
    palette = own(seen.colors, key, turn)
    return replace(palette, ground=readable_ground(palette.ground, palette.paper, palette.ink))


def choose_treatments(rng: random.Random, style: str, mood: str, seen: Seen, count: int) -> list[str]:
    """A treatment for each picture, none twice before all that suit the picture were used. The first is led by the style that was
    asked for; four in a row are of different kinds as far as they go round."""
    weights = weights_for(style, mood, seen)
    order = sorted(weights, key=lambda name: rng.random() ** (1 / weights[name]), reverse=True)
    led = [name for name in STYLE_TREATMENTS.get(style, "").split() if name in weights]
    order = [*led[:1], *(name for name in order if name not in led[:1])]
    chosen: list[str] = []
    waiting = list(order)
    while len(chosen) < count:
        waiting = waiting or list(order)
        since = [kind_of(name) for name in chosen[len(chosen) - len(chosen) % 4 :]]
        chosen.append(min(waiting, key=lambda name: since.count(kind_of(name))))  # of equals the first
        waiting.remove(chosen[-1])
    return chosen


def kind_of(name: str) -> str:
    return next(kind for kind, names in KINDS.items() if name in names.split())


def weights_for(style: str, mood: str, seen: Seen) -> dict[str, float]:
    """How well each treatment suits song and picture; what does not suit the picture at all is left out."""
    weights = dict.fromkeys(ARTS, 0.25)
    for place, name in enumerate(MOOD_TREATMENTS[mood].split()):
        weights[name] += 0.9 - 0.05 * place
    for name in STYLE_TREATMENTS.get(style, "").split():
        weights[name] += 1.0
    for name, factor in suited(seen).items():
        weights[name] *= factor
    return {name: weight for name, weight in weights.items() if weight > 0}


def suited(seen: Seen) -> dict[str, float]:
    """What the picture itself speaks for, over 1, or against, under 1; 0 for what would make nothing of it."""
    factors: dict[str, float] = {}

    def times(names: str, factor: float) -> None:
        for name in names.split():
            factors[name] = factors.get(name, 1.0) * factor

    if seen.is_graphic:  # nothing in it is a photograph
        times("film night_push tinted bands contact", 0.0)
        times("painted plain", 0.4)
        times("xerox riso cyanotype torn framed collage", 1.8)
    if seen.is_flat:
        times("plain film tinted night_push painted xerox collage contact bands engraving screenprint", 0.0)
    if seen.mean > 0.72:
        times("night_push", 0.15)
        times("cyanotype xerox engraving riso", 1.3)
    if seen.mean < 0.22:
        times("night_push film tinted", 1.6)
        times("xerox cyanotype riso screenprint", 0.5)
    if seen.span < 0.25 and not seen.is_flat:
        times("screenprint riso xerox", 0.35)
        times("duotone halftone", 1.3)
        times("painted", 0.5)  # mud
    if seen.chroma < 0.05:  # black and white already
        times("tinted duotone cyanotype halftone", 1.3)
        times("plain film", 0.7)
        times("painted", 0.4)
    if seen.unrest > 0.065:  # busy everywhere
        times("plain painted engraving screenprint riso", 0.45)
        times("framed halftone duotone", 1.5)
    if seen.square.size < SMALL:
        times("plain film night_push", 0.3)
        times("halftone engraving xerox painted screenprint riso cyanotype", 1.5)
    if seen.square.size < 200:
        times("plain film night_push framed torn tinted collage", 0.0)
    if seen.faces:
        times("collage bands contact duotone halftone film", 1.3)
        times("painted", 0.5)
        if min(face[2] for face in seen.faces) < 0.12:  # small ones drown in coarse marks
            times("halftone engraving xerox", 0.5)
    return factors


def choose_layouts(rng: random.Random, seen: Seen, chosen: list[str]) -> list[str]:
    """A layout for each picture: those of one treatment in turn, and of a set about half from edge to edge."""
    turns = {name: rng.randrange(8) for name in ARTS}
    layouts: list[str] = []
    for name in chosen:
        options = [layout for layout in ARTS[name].layouts if fits(layout, seen)]
        start = turns[name] % len(options)
        options = [*options[start:], *options[:start]]
        turns[name] += 1
        used = [layout.split("-")[-1] for layout in layouts]
        full = sum(shape in FULL for shape in used)
        wants_full = full <= len(used) / 2
        is_repeated = chosen.count(name) > 1
        best = min(options, key=lambda layout: (layout.split("-")[-1] in used, (layout in FULL) != wants_full))
        layouts.append(options[0] if is_repeated else best)
    return layouts


def fits(layout: str, seen: Seen) -> bool:
    """Whether a picture bears a layout: nothing to go closer to in a drawing, or where it is too small or nothing stands out, or
    where somebody has said what is to be seen."""
    if layout not in ("detail", "enlarged"):
        return True
    return not seen.is_chosen and seen.subject is not None and not seen.is_graphic and seen.square.size >= SMALL
