"""Which colours fit which mood, and which role each plays at which value key."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from covers.engine.poster.color import Lch, are_apart, at_lightness, contrast, lch_of, oklch

KEYS: tuple[str, ...] = ("light", "dark", "mid", "tint")
"""Value keys: paper ground, near-black ground, the family's main colour as the ground, a pale tint of it."""


@dataclass(frozen=True)
class Palette:
    """Three colours and two neutrals as "#rrggbb". ground fills; figure is at least 0.35 lighter or darker (or
    complementary); second supports the figure; accent is for less than 12 % of the surface; paper and ink are the
    lightest and the darkest of the family. key: one of KEYS. name: of the family, or "own" for a person's colours, which are `asked`."""

    name: str
    key: str
    ground: str
    figure: str
    second: str
    accent: str
    paper: str
    ink: str
    asked: tuple[str, ...] = ()

    def colors(self) -> list[str]:
        return [self.ground, self.figure, self.second, self.accent, self.paper, self.ink]

    @property
    def is_dark(self) -> bool:
        return lch_of(self.ground)[0] < 0.5


NEVER_PINK = frozenset({"blood", "rust", "gala_red", "poster_red", "wine_night"})
"""Families whose main red would turn sweet as a pale tint; their second colour is tinted instead."""

READABLE = 5.8
"""Contrast of type on a coloured ground: WCAG's 4.5 with something to spare for grain."""

Family = tuple[Lch, Lch, Lch, Lch, Lch]
"""main, second, accent, paper, ink, each as OKLCH."""

FAMILIES: dict[str, Family] = {
    # quiet, faded
    "dusk": ((0.42, 0.09, 272), (0.72, 0.09, 40), (0.70, 0.16, 52), (0.94, 0.025, 75), (0.21, 0.05, 275)),
    "clay": ((0.55, 0.11, 42), (0.42, 0.06, 250), (0.78, 0.13, 80), (0.94, 0.03, 80), (0.22, 0.04, 30)),
    "winter_sea": ((0.48, 0.07, 232), (0.80, 0.04, 220), (0.64, 0.19, 32), (0.95, 0.012, 210), (0.20, 0.035, 240)),
    "sage": ((0.56, 0.07, 150), (0.80, 0.06, 95), (0.62, 0.15, 40), (0.95, 0.025, 100), (0.24, 0.035, 160)),
    "ash_rose": ((0.58, 0.08, 10), (0.80, 0.05, 30), (0.48, 0.14, 15), (0.95, 0.018, 50), (0.23, 0.03, 350)),
    "mist": ((0.66, 0.04, 230), (0.50, 0.05, 250), (0.72, 0.13, 65), (0.96, 0.01, 220), (0.28, 0.03, 250)),
    "moss": ((0.44, 0.07, 135), (0.74, 0.09, 100), (0.72, 0.15, 65), (0.94, 0.03, 95), (0.22, 0.035, 140)),
    "wine_night": ((0.36, 0.12, 12), (0.70, 0.09, 30), (0.74, 0.13, 75), (0.93, 0.025, 60), (0.18, 0.045, 5)),
    "ink_seal": ((0.36, 0.02, 260), (0.62, 0.02, 80), (0.56, 0.20, 28), (0.95, 0.02, 88), (0.20, 0.012, 260)),
    "sepia": ((0.52, 0.08, 60), (0.74, 0.08, 75), (0.52, 0.15, 30), (0.92, 0.04, 82), (0.25, 0.04, 50)),
    # bright
    "poster_red": ((0.60, 0.22, 28), (0.40, 0.12, 262), (0.86, 0.17, 92), (0.96, 0.02, 90), (0.20, 0.04, 265)),
    "cobalt": ((0.50, 0.22, 262), (0.70, 0.18, 45), (0.88, 0.17, 98), (0.96, 0.015, 90), (0.19, 0.06, 268)),
    "citrus": ((0.82, 0.17, 82), (0.62, 0.20, 35), (0.58, 0.16, 155), (0.97, 0.03, 95), (0.26, 0.06, 30)),
    "candy": ((0.70, 0.18, 355), (0.82, 0.13, 185), (0.88, 0.16, 100), (0.97, 0.015, 340), (0.27, 0.10, 310)),
    "pool": ((0.72, 0.12, 205), (0.70, 0.18, 30), (0.90, 0.15, 100), (0.97, 0.015, 200), (0.26, 0.07, 245)),
    "tangerine": ((0.70, 0.18, 48), (0.40, 0.11, 300), (0.88, 0.12, 190), (0.96, 0.025, 80), (0.22, 0.06, 300)),
    "lime_violet": ((0.48, 0.20, 295), (0.86, 0.19, 122), (0.72, 0.20, 350), (0.96, 0.02, 120), (0.20, 0.08, 295)),
    "meadow": ((0.68, 0.16, 145), (0.86, 0.15, 95), (0.64, 0.20, 25), (0.97, 0.025, 110), (0.26, 0.06, 155)),
    "coral_sky": ((0.72, 0.15, 28), (0.74, 0.10, 225), (0.90, 0.12, 95), (0.97, 0.015, 70), (0.28, 0.07, 255)),
    # loud, hard
    "blood": ((0.52, 0.21, 27), (0.55, 0.01, 60), (0.52, 0.21, 27), (0.93, 0.015, 90), (0.15, 0.008, 40)),
    "acid": ((0.88, 0.20, 118), (0.50, 0.01, 120), (0.62, 0.23, 20), (0.95, 0.015, 110), (0.15, 0.012, 130)),
    "rust": ((0.50, 0.14, 38), (0.66, 0.03, 80), (0.76, 0.15, 70), (0.92, 0.025, 85), (0.17, 0.02, 40)),
    "gold_black": ((0.76, 0.14, 85), (0.46, 0.10, 160), (0.58, 0.20, 28), (0.95, 0.03, 90), (0.16, 0.015, 90)),
    "emerald": ((0.48, 0.12, 160), (0.82, 0.13, 88), (0.66, 0.19, 35), (0.95, 0.025, 95), (0.19, 0.045, 165)),
    "royal": ((0.38, 0.16, 285), (0.80, 0.14, 86), (0.64, 0.21, 15), (0.95, 0.02, 80), (0.18, 0.07, 285)),
    "gala_red": ((0.52, 0.20, 27), (0.84, 0.15, 88), (0.36, 0.11, 265), (0.97, 0.03, 92), (0.22, 0.08, 265)),
    # night, dream
    "violet_teal": ((0.42, 0.16, 296), (0.76, 0.12, 190), (0.80, 0.14, 350), (0.95, 0.02, 290), (0.17, 0.07, 285)),
    "midnight": ((0.34, 0.11, 262), (0.80, 0.09, 225), (0.86, 0.13, 90), (0.95, 0.015, 240), (0.15, 0.05, 268)),
    "neon_rain": ((0.34, 0.13, 300), (0.70, 0.23, 350), (0.82, 0.14, 205), (0.95, 0.02, 320), (0.15, 0.05, 290)),
    "aurora": ((0.40, 0.09, 205), (0.82, 0.15, 160), (0.72, 0.17, 320), (0.95, 0.02, 180), (0.17, 0.05, 225)),
    "lilac": ((0.64, 0.12, 300), (0.84, 0.08, 340), (0.86, 0.12, 95), (0.97, 0.015, 310), (0.27, 0.09, 295)),
    "city_pop": ((0.54, 0.20, 340), (0.78, 0.15, 55), (0.80, 0.11, 215), (0.96, 0.025, 60), (0.22, 0.10, 300)),
    # gentle
    "blush": ((0.78, 0.10, 15), (0.86, 0.07, 75), (0.62, 0.17, 22), (0.97, 0.015, 60), (0.34, 0.08, 5)),
    "peach": ((0.80, 0.11, 55), (0.72, 0.09, 20), (0.60, 0.12, 170), (0.97, 0.025, 75), (0.33, 0.07, 30)),
    "spring": ((0.80, 0.10, 130), (0.84, 0.09, 0), (0.68, 0.17, 5), (0.97, 0.02, 110), (0.32, 0.06, 150)),
    "baby_blue": ((0.78, 0.08, 240), (0.88, 0.08, 90), (0.68, 0.16, 35), (0.97, 0.012, 230), (0.32, 0.08, 260)),
    "milk_tea": ((0.70, 0.07, 65), (0.84, 0.05, 80), (0.54, 0.13, 35), (0.96, 0.022, 80), (0.31, 0.05, 45)),
    # high
    "cathedral": ((0.38, 0.14, 264), (0.84, 0.13, 88), (0.90, 0.10, 95), (0.96, 0.02, 92), (0.17, 0.06, 268)),
    "dawn": ((0.62, 0.13, 30), (0.84, 0.11, 80), (0.45, 0.12, 280), (0.97, 0.022, 80), (0.24, 0.08, 285)),
    "glacier": ((0.62, 0.10, 222), (0.90, 0.04, 205), (0.72, 0.17, 45), (0.97, 0.012, 215), (0.22, 0.06, 245)),
    "harvest": ((0.68, 0.14, 72), (0.46, 0.10, 35), (0.44, 0.09, 150), (0.95, 0.035, 88), (0.25, 0.05, 45)),
    "teal_brick": ((0.46, 0.09, 195), (0.62, 0.15, 38), (0.86, 0.12, 88), (0.95, 0.025, 85), (0.20, 0.04, 215)),
}

MOOD_FAMILIES: dict[str, tuple[str, ...]] = {
    "longing": ("dusk", "clay", "winter_sea", "wine_night", "sepia"),
    "quiet": ("mist", "sage", "winter_sea", "ink_seal", "milk_tea"),
    "joy": ("citrus", "poster_red", "pool", "candy", "meadow", "coral_sky"),
    "dance": ("lime_violet", "candy", "tangerine", "cobalt", "city_pop", "neon_rain"),
    "anger": ("blood", "acid", "rust", "ink_seal"),
    "dream": ("violet_teal", "lilac", "aurora", "midnight", "blush"),
    "night": ("midnight", "neon_rain", "violet_teal", "city_pop", "dusk"),
    "swagger": ("gold_black", "emerald", "royal", "poster_red", "acid"),
    "nostalgia": ("sepia", "harvest", "teal_brick", "clay", "city_pop"),
    "tenderness": ("blush", "peach", "baby_blue", "spring", "milk_tea"),
    "faith": ("cathedral", "dawn", "royal", "ink_seal", "glacier"),
    "awe": ("cathedral", "aurora", "glacier", "midnight", "dawn"),
    "melancholy": ("winter_sea", "ash_rose", "dusk", "mist", "moss"),
    "heartbreak": ("wine_night", "ash_rose", "blood", "winter_sea", "dusk"),
    "hope": ("dawn", "coral_sky", "spring", "citrus", "pool"),
    "freedom": ("coral_sky", "pool", "cobalt", "tangerine", "meadow"),
    "loneliness": ("winter_sea", "mist", "midnight", "ink_seal", "dusk"),
    "romance": ("blush", "wine_night", "coral_sky", "lilac", "ash_rose"),
    "rebellion": ("acid", "blood", "cobalt", "poster_red", "lime_violet"),
    "mystery": ("violet_teal", "emerald", "midnight", "wine_night", "moss"),
    "summer": ("pool", "citrus", "coral_sky", "meadow", "tangerine"),
    "winter": ("glacier", "winter_sea", "midnight", "mist", "ink_seal"),
    "comfort": ("milk_tea", "peach", "sage", "harvest", "baby_blue"),
    "triumph": ("royal", "gold_black", "poster_red", "gala_red", "cathedral"),
}


def _legible(ground: str, *wishes: str) -> str:
    """The first wish that may stand on the ground, else the first one pushed away from it in lightness."""
    for wish in wishes:
        if are_apart(ground, wish):
            return wish
    lightness = lch_of(ground)[0]
    return at_lightness(wishes[0], lightness - 0.42 if lightness > 0.55 else lightness + 0.45)


def readable_ground(ground: str, paper: str, ink: str) -> str:
    """The ground moved away from middle lightness, where neither paper nor ink can be read on it, as far as needed."""
    lightness = lch_of(ground)[0]
    step = -0.02 if lightness < 0.64 else 0.02
    while max(contrast(ground, paper), contrast(ground, ink)) < READABLE:
        lightness += step
        ground = at_lightness(ground, lightness)
    return ground


@functools.cache
def keyed(name: str, key: str) -> Palette:
    """A family in its roles for one value key. Raises KeyError for an unknown family."""
    main, second, accent, paper, ink = (oklch(*lch) for lch in FAMILIES[name])
    if key == "mid":
        main = readable_ground(main, paper, ink)
    return _assign(name, key, main, second, accent, paper, ink)


def _assign(name: str, key: str, main: str, second: str, accent: str, paper: str, ink: str) -> Palette:
    if key == "light":
        ground, figure = paper, _legible(paper, main, second, ink)
    elif key == "dark":
        ground, figure = ink, _legible(ink, second, main, paper)
    elif key == "mid":
        ground, figure = main, _legible(main, second, paper, ink)
    else:
        ground = at_lightness(second if name in NEVER_PINK else main, 0.87, 0.62)
        figure = _legible(ground, main, ink)
    others = [color for color in (second, main, accent) if color not in (ground, figure)]
    return Palette(name, key, ground, figure, others[0] if others else figure, accent, paper, ink)


def own(colors: tuple[str, ...], key: str, turn: int) -> Palette:
    """A person's one to five colours in their roles, each kept exact; neutrals are derived where theirs are missing.

    turn: which of their middle colours leads, so that the pictures of a set use them differently.
    """
    by_light = sorted(dict.fromkeys(color.lower() for color in colors), key=lambda color: lch_of(color)[0])
    vivid = sorted(by_light, key=lambda color: -lch_of(color)[1])
    main = vivid[turn % len(vivid)]
    hue = lch_of(main)[2]
    paper = by_light[-1] if lch_of(by_light[-1])[0] > 0.86 else oklch(0.96, 0.015, hue)
    ink = by_light[0] if lch_of(by_light[0])[0] < 0.32 else oklch(0.2, 0.03, hue)
    rest = [color for color in vivid if color not in (main, paper, ink)] or [main]
    return replace(_assign("own", key, main, rest[0], rest[-1], paper, ink), asked=tuple(by_light))
