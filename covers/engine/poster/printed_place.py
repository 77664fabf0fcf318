"""A song's place once more, as a print: the lit scene is drawn without type and then goes through a press as a brought picture does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from covers.brief.scenery import PRESSES, PRINTED_PLACE
from covers.engine.poster.art import Art, Idea
from covers.engine.poster.own.art import BroughtArt
from covers.engine.poster.own.brought import MOST_SIDE, Brought
from covers.engine.poster.own.printed import OwnDuotone, OwnEngraving, OwnHalftone, OwnScreenPrint, OwnSpot
from covers.engine.poster.own.seen import seen_of
from covers.engine.poster.own.toner import Cyanotype, Xerox
from covers.engine.poster.page import Page
from covers.engine.poster.scenes.registry import PROGRAMS
from covers.engine.poster.scenes.styles import SCENE_STYLES

ARTS: dict[str, type[BroughtArt]] = {
    art.name: art for art in (OwnDuotone, OwnHalftone, OwnEngraving, OwnScreenPrint, OwnSpot, Cyanotype, Xerox)
}
"""By the names in PRESSES."""
SEEN_SIDE = 176
"""Pixels of the place that it is judged on, whatever the cover's size: where the eye goes, how dark it is."""
NOWHERE = ("lone_tree", "moon_sea", "fog_ridges", "desert_road", "flats_evening")
"""Places for a song that tells none."""
LAYOUTS_TOO_NEAR = ("detail", "enlarged")
HARSH_MOODS = frozenset({"anger", "rebellion", "swagger", "night", "mystery", "heartbreak"})
"""Moods that bear a photocopy's grit."""
BRIGHT_MOODS = frozenset({"joy", "dance", "triumph", "summer", "anger", "swagger"})
"""Moods that a blueprint's one cold ink takes the life from."""
FLAT_INKS = frozenset({"screenprint", "riso", "xerox"})
SOFT_PLACES = frozenset({
    "sign_alley", "wet_street", "window_room", "noon_bed", "rain_window", "fog_ridges", "tall_clouds", "disco_floor", "rooftop",
    "kitchen", "playground",
})  # fmt: skip
"""Places of mist, glow and wash: three flat inks leave blots of them."""


class PrintedPlace(Art):
    """A composition is a press. `treated`: the picture that it makes of the place."""

    name = PRINTED_PLACE
    compositions = PRESSES
    voice = "grotesk"
    texture = "print"

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        super().__init__(page, idea, seed, stage)
        place = place_of(idea, seed)
        shown: list[Art] = []
        small = drawn(place, seed, SEEN_SIDE, shown)
        seen = seen_of(small.astype(np.float32) / 255, SEEN_SIDE, SEEN_SIDE)
        self.scene = shown[0].scene
        press = ARTS[idea.composition]
        layouts = [name for name in press.layouts if name not in LAYOUTS_TOO_NEAR]
        inner = replace(idea, style=press.name, composition=self.rng.choice(layouts), motif="circle", support=())
        self.treated = press(page, inner, seed, stage, Brought(seen, MOST_SIDE, partial(drawn, place, seed)))

    @classmethod
    def speaks_against(cls, composition: str, mood: str, place: str) -> bool:
        if composition == "xerox" and mood not in HARSH_MOODS:
            return True
        if composition == "cyanotype" and mood in BRIGHT_MOODS:
            return True
        return composition in FLAT_INKS and place in SOFT_PLACES

    def paint(self) -> None:
        self.treated.paint()


def presses_for(mood: str, place: str) -> tuple[str, ...]:
    """Those that fit songs of a mood, and a scene."""
    return tuple(name for name in PRESSES if not PrintedPlace.speaks_against(name, mood, place))


def place_of(idea: Idea, seed: int) -> Idea:
    """The scene that is printed, as a picture of its own: seen whole, with what tells the song set off."""
    concept = idea.concept
    name = concept.scene if concept is not None and concept.scene in PROGRAMS else NOWHERE[seed % len(NOWHERE)]
    style = next(art for art in SCENE_STYLES if name in art.compositions)
    told = replace(concept, scene=name, style="", press="") if concept is not None else None
    emphasis = 1 if told is not None and told.things else 0
    return replace(
        idea, style=style.name, composition=name, concept=told, room=0.0, emphasis=emphasis, family=None, turn=0,
    )  # fmt: skip


def drawn(place: Idea, seed: int, side: float, shown: list[Art] | None = None) -> np.ndarray:
    """The place in (n, n, 3) uint8, n being `side` rounded up. shown: takes the picture's art, once it is painted."""
    page = Page(math.ceil(side), math.ceil(side))
    style = next(art for art in SCENE_STYLES if art.name == place.style)
    art = style(page, place, seed, lambda: None)
    art.paint()
    if shown is not None:
        shown.append(art)
    return page.pixels(page.width, page.height)
