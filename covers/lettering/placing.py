"""Where type may stand on a picture that comes without a plan: calm places, a voice, inks."""

from __future__ import annotations

import random

from covers.lettering.contract import TypePlan, Zone
from covers.lettering.inks import tinted_extremes
from covers.lettering.layout import mean_busy
from covers.lettering.picture import Picture
from covers.lettering.voices import VOICE_TABLE

NEUTRAL_VOICES = ("grotesk", "poster_heavy", "soft_serif")
"""Voices that suit a picture of which nothing is known."""


def own_plan(picture: Picture, seed: int) -> TypePlan:
    chance = random.Random(seed)
    voice = chance.choice([name for name in NEUTRAL_VOICES if name in VOICE_TABLE])
    return TypePlan(voice=voice, title_zones=(), inks=tinted_extremes(picture), title_scale=chance.choice((0.07, 0.085, 0.1)))


def calm_zones(picture: Picture, chance: random.Random) -> list[Zone]:
    """Candidate rectangles, calmest first; the seed breaks near ties."""
    align = chance.choice(("left", "left", "center"))
    zones = [
        Zone(0.06, 0.06, 0.88, 0.3, align, "top"), Zone(0.06, 0.64, 0.88, 0.3, align, "bottom"),
        Zone(0.06, 0.06, 0.5, 0.4, "left", "top"), Zone(0.44, 0.06, 0.5, 0.4, "right", "top"),
        Zone(0.06, 0.54, 0.5, 0.4, "left", "bottom"), Zone(0.44, 0.54, 0.5, 0.4, "right", "bottom"),
        Zone(0.06, 0.36, 0.88, 0.28, align, "middle"),
    ]  # fmt: skip
    return sorted(zones, key=lambda zone: mean_busy(picture, zone) + chance.uniform(0, 0.02))
