"""Plans the covers of one request that are made of a brought picture: which treatment, which composition, which colours."""

from __future__ import annotations

import random

from covers.brief_contract import MOODS, Brief
from covers.engine.poster.art import Idea
from covers.engine.poster.own.art import BroughtArt
from covers.engine.poster.own.looks import Plain, Tinted
from covers.engine.poster.own.printed import OwnDuotone
from covers.engine.poster.own.seen import Seen
from covers.engine.poster.plan import choose_palettes
from covers.engine.poster.room import title_share

ARTS: dict[str, type[BroughtArt]] = {art.name: art for art in (Plain, Tinted, OwnDuotone)}


def plan_own(
    brief: Brief, seen: Seen, treatment: str, set_seed: int, count: int, title: str, with_lettering: bool
) -> list[Idea]:
    """The plans of all `count` pictures, by position. The same arguments give the same plan."""
    rng = random.Random(f"own:{set_seed}")
    mood = brief.mood if brief.mood in MOODS else "quiet"
    names = list(ARTS)
    chosen = [treatment if treatment in ARTS else names[position % len(names)] for position in range(count)]
    palettes = choose_palettes(rng, brief.palette, mood, chosen)
    room = title_share(title) if with_lettering else 0.0
    ideas: list[Idea] = []
    used: dict[str, int] = {}
    for position, name in enumerate(chosen):
        compositions = ARTS[name].layouts
        turn = used.setdefault(name, rng.randrange(len(compositions)))
        used[name] += 1
        composition = compositions[turn % len(compositions)]
        ideas.append(Idea(name, composition, "circle", (), palettes[position], mood, room, brief.genre))
    return ideas
