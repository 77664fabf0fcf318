"""Plans the pictures of one request so that they differ in idea, style, composition, value key and ground colour."""

from __future__ import annotations

import random

from covers.engine.poster.art import Idea
from covers.engine.poster.color import distance
from covers.engine.poster.palettes import FAMILIES, MOOD_FAMILIES, Palette, keyed, own
from covers.engine.poster.room import title_share, title_weight
from covers.engine.poster.styles import STYLES
from covers.writing.contract import MOODS, Brief
from covers.writing.vocabulary import MOTIF_KEYS

MOOD_STYLES: dict[str, tuple[str, ...]] = {}
"""Styles that suit a mood, best first; every other style may still come, less often."""

GROUND_DISTANCE = 0.07
"""How far apart the grounds of one request are at least, in OKLab."""


def plan_set(brief: Brief, set_seed: int, count: int, title: str = "", with_lettering: bool = True) -> list[Idea]:
    """The ideas of all `count` pictures, by position. The same arguments give the same plan."""
    rng = random.Random(f"set:{set_seed}")
    mood = brief.mood if brief.mood in MOODS else "quiet"
    motifs = [key for key in brief.motifs if key in MOTIF_KEYS] or ["circle"]
    styles = choose_styles(rng, brief.style, mood, count)
    palettes = choose_palettes(rng, brief.palette, mood, styles)
    compositions = choose_compositions(rng, styles)
    room = title_share(title) if with_lettering else 0.0
    ideas = []
    for position in range(count):
        lead = motifs[position % len(motifs)]
        support = tuple(key for key in motifs if key != lead)
        ideas.append(
            Idea(
                styles[position],
                compositions[position],
                lead,
                support,
                palettes[position],
                mood,
                room,
                title_weight(title),
            )
        )
    return ideas


def choose_styles(rng: random.Random, fixed: str, mood: str, count: int) -> list[str]:
    """One style a picture; all different unless the person fixed one or there are more pictures than styles."""
    if fixed in STYLES:
        return [fixed] * count
    liked = [name for name in MOOD_STYLES.get(mood, ()) if name in STYLES]
    order = sorted(STYLES, key=lambda name: rng.random() * (0.45 if name in liked else 1.0))
    return [order[position % len(order)] for position in range(count)]


def choose_compositions(rng: random.Random, styles: list[str]) -> list[str]:
    """A composition of each picture's style, no one twice before all were used."""
    left: dict[str, list[str]] = {}
    chosen = []
    for style in styles:
        if not left.get(style):
            names = list(STYLES[style].compositions)
            left[style] = rng.sample(names, len(names))
        chosen.append(left[style].pop())
    return chosen


def choose_palettes(rng: random.Random, colors: tuple[str, ...], mood: str, styles: list[str]) -> list[Palette]:
    """A palette for each picture: value keys in turn (so one is light, one dark), no two grounds alike."""
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
    return chosen


def _furthest(options: list[Palette], taken: list[Palette]) -> Palette:
    """The first palette whose ground is far enough from those taken; if none is, the one that is furthest."""

    def gap(palette: Palette) -> float:
        return min((distance(palette.ground, other.ground) for other in taken), default=1.0)

    return next((palette for palette in options if gap(palette) >= GROUND_DISTANCE), max(options, key=gap))
