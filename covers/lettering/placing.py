"""Where type may stand on a picture that comes without a plan: calm places, a voice, inks, a size."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
from numpy.typing import NDArray

from albumsite.letters import clusters
from covers.lettering.inks import tinted_extremes
from covers.lettering.picture import Floats, PictureGrid
from covers.lettering.title_contract import TypePlan, Zone

NEUTRAL_VOICES = (
    "grotesk", "slab", "thin_serif", "poster_heavy", "soft_serif", "small_caps", "geometric", "folk", "wide_tiny",
)  # fmt: skip
"""Voices that suit a picture of which nothing is known; the loud ones are left to engines that know the song."""

CALM_VOICES = ("thin_serif", "small_caps", "wide_tiny")
"""Too light for a restless picture."""

EDGE = 0.06


def own_plan(picture: PictureGrid, title: str, seed: int) -> TypePlan:
    """A plan for a picture without one: a voice by the seed, a size by the length of the title."""
    chance = random.Random(seed)
    is_restless = float(picture.busy.mean()) > 0.3
    voice = chance.choice([name for name in NEUTRAL_VOICES if not (is_restless and name in CALM_VOICES)])
    scale = _scale_for(title) * {"wide_tiny": 0.6, "mono_small": 0.6, "thin_serif": 0.9}.get(voice, 1.0)
    inks = tinted_extremes(picture)
    return TypePlan(voice=voice, title_zones=(), inks=inks, panel=chance.choice(inks), title_scale=scale)


def _scale_for(title: str) -> float:
    length = len(clusters(title))
    return next(scale for most, scale in ((1, 0.24), (3, 0.13), (8, 0.1), (16, 0.085), (10**9, 0.07)) if length <= most)


def calm_zones(picture: PictureGrid, seed: int) -> tuple[Zone, ...]:
    """Rectangles at the edges and thirds of the picture, calmest and emptiest first; the seed breaks near ties."""
    chance = random.Random(seed)
    scores = _totals(picture.busy + 0.6 * picture.figure)
    zones = [*_bands(chance.choice(("left", "left", "center"))), *_corners(), *_columns()]
    ranked = sorted(zones, key=lambda zone: _mean(scores, zone) + chance.uniform(0.0, 0.015) - _bonus(zone))
    return tuple(ranked)


def _bands(align: str) -> list[Zone]:
    width = 1 - 2 * EDGE
    zones = [Zone(EDGE, EDGE, width, height, align, "top") for height in (0.2, 0.3, 0.42, 0.6)]
    zones += [Zone(EDGE, 1 - EDGE - height, width, height, align, "bottom") for height in (0.2, 0.3, 0.42, 0.6)]
    zones += [Zone(EDGE, y, width, 0.24, align, "middle") for y in (0.3, 0.38, 0.46)]
    return zones


def _corners() -> list[Zone]:
    zones = []
    for (x, align), (y, valign) in product(((0, "left"), (1, "right")), ((0, "top"), (1, "bottom"))):
        for width, height in ((0.42, 0.34), (0.55, 0.26), (0.6, 0.42)):
            left = EDGE if x == 0 else 1 - EDGE - width
            top = EDGE if y == 0 else 1 - EDGE - height
            zones.append(Zone(left, top, width, height, align, valign))
    return zones


def _columns() -> list[Zone]:
    tall = 1 - 2 * EDGE
    return [
        Zone(left, EDGE, width, tall, align, valign)
        for width in (0.3, 0.4)
        for left, align in ((EDGE, "left"), (1 - EDGE - width, "right"))
        for valign in ("top", "bottom")
    ]


def _bonus(zone: Zone) -> float:
    """Larger places and the picture's ends are worth a little restlessness; its middle is the figure's."""
    at_end = zone.y <= EDGE or zone.y + zone.height >= 1 - EDGE - 1e-9
    return 0.05 * zone.width * zone.height + (0.03 if at_end else 0.0)


def _totals(values: Floats) -> NDArray[np.float64]:
    """Summed-area table, one row and column larger than the values."""
    return np.pad(values.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))


def _mean(totals: NDArray[np.float64], zone: Zone) -> float:
    rows, columns = totals.shape[0] - 1, totals.shape[1] - 1
    top, bottom = round(zone.y * rows), round((zone.y + zone.height) * rows)
    left, right = round(zone.x * columns), round((zone.x + zone.width) * columns)
    inside = totals[bottom, right] - totals[top, right] - totals[bottom, left] + totals[top, left]
    return float(inside) / max(1, (bottom - top) * (right - left))
