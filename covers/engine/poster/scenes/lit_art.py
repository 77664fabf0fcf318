"""What styles with light in them have in common: type beside what they show, on a ground that is quietened where it must be."""

from __future__ import annotations

import random
from collections.abc import Callable

import skia

from covers.brief.brief_contract import Concept
from covers.engine.poster.art import Art, Idea
from covers.engine.poster.color import argb, luminance
from covers.engine.poster.page import Page
from covers.engine.poster.room import CalmMap, central
from covers.engine.poster.scenes.shot import Shot
from covers.lettering.title_contract import Zone

GENRE_VOICES: dict[str, tuple[str, ...]] = {
    "ballad": ("soft_serif", "thin_serif", "folk"),
    "dance": ("grotesk", "wide_tiny", "poster_heavy"),
    "hiphop": ("poster_heavy", "grotesk"),
    "rnb": ("soft_serif", "wide_tiny", "geometric"),
    "indie": ("grotesk", "soft_serif", "geometric"),
    "rock": ("poster_heavy", "slab", "grotesk"),
    "trot": ("folk", "slab", "soft_serif"),
    "folk": ("folk", "soft_serif"),
    "electronic": ("wide_tiny", "grotesk", "geometric"),
    "jazz": ("geometric", "slab", "soft_serif"),
    "classical": ("thin_serif", "soft_serif"),
    "children": ("rounded", "geometric"),
    "ccm": ("soft_serif", "folk"),
    "soundtrack": ("wide_tiny", "thin_serif"),
    "": ("grotesk", "soft_serif", "folk"),
}
"""Type over a picture with light in it: quiet faces; the first is the likeliest."""
VEIL, VEILS_MOST = 0.3, 6
CALM_ENOUGH = 0.07
"""Largest standard deviation (of 0..1 channel values) behind a title, with something to spare for other sizes."""


MATTER = Concept("matter")


class LitArt(Art):
    """Subclasses set `shade` and `haze`, the darkest and the palest tone of their own light, and `inks`."""

    texture = "film grain"
    shade: str
    haze: str
    title_scale = 0.085

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        super().__init__(page, idea, seed, stage)
        self.chance = random.Random(f"{seed}:{idea.style}:voice")
        voices = GENRE_VOICES.get(idea.genre, GENRE_VOICES[""])
        self.voice = self.chance.choice((voices[0], *voices))

    def new_shot(self, concept: Concept = MATTER) -> Shot:
        """Light and surfaces for this picture."""
        return Shot(
            self.page, concept, self.colors, self.idea.mood, self.rng.getrandbits(32), self.idea.room, self.stage,
        )  # fmt: skip

    def veil(self, zone: Zone) -> Callable[[Page], None] | None:
        """A soft shade, or on a bright picture a soft haze, behind a title that could not be read everywhere in its zone."""
        if self._bears(zone):
            return None
        calm = CalmMap(central(self.page))
        dark, middle, light = (luminance(color) for color in calm.colors(zone))
        is_dark = middle < 0.3 or dark + light < 0.9
        tone = self.shade if is_dark else self.haze
        times = 0
        while times < VEILS_MOST and not self._bears(zone):
            lay_veil(self.page, zone, tone)
            times += 1

        def lay(page: Page) -> None:
            for _ in range(times):
                lay_veil(page, zone, tone)

        return lay

    def _bears(self, zone: Zone) -> bool:
        """Whether a title can be read in the zone as the picture is."""
        calm = CalmMap(central(self.page))
        return calm.unrest(zone) < CALM_ENOUGH and any(calm.reads(zone, ink) for ink in self.inks)


def lay_veil(page: Page, zone: Zone, tone: str) -> None:
    """Shade from the near edge of the picture to beyond the zone, as a sky darkens: it shows no outline of its own."""
    visible, reach = page.visible, zone.height * 0.5 + 0.12
    if zone.y + zone.height / 2 < 0.5:
        start, end = zone.y + zone.height, zone.y + zone.height + reach
        far = visible.top() - 0.1
    else:
        start, end = zone.y, zone.y - reach
        far = visible.bottom() + 0.1
    stops = [argb(tone, VEIL * share) for share in (1.0, 1.0, 0.72, 0.28, 0.0)]
    run = end - far
    places = [0.0, (start - far) / run, *((start + (end - start) * share - far) / run for share in (0.35, 0.7)), 1.0]
    shader = skia.GradientShader.MakeLinear([skia.Point(0, far), skia.Point(0, end)], stops, places)
    top, bottom = min(far, end), max(far, end)
    area = skia.Rect.MakeLTRB(visible.left(), top, visible.right(), bottom)
    page.canvas.drawRect(area, skia.Paint(Shader=shader, Dither=True))
