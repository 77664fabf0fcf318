"""Lit scenes as styles of the poster engine: a style is a kind of place, its compositions are the scenes there."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import skia

from covers.brief_contract import Concept
from covers.engine.poster.art import Art, Idea
from covers.engine.poster.color import argb, at_lightness, blend, luminance
from covers.engine.poster.page import Page
from covers.engine.poster.room import CalmMap, central
from covers.engine.scenes.registry import PROGRAMS
from covers.engine.scenes.shot import Shot
from covers.lettering.title_contract import Zone
from covers.scenery import PLACES

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
MOMENT_HOURS: dict[str, tuple[str, ...]] = {
    "longing": ("dusk", "evening", "night"), "quiet": ("dawn", "morning", "dusk"), "joy": ("morning", "afternoon", "noon"),
    "dance": ("night", "evening"), "anger": ("night", "dusk"), "dream": ("night", "dawn", "dusk"), "night": ("night",),
    "swagger": ("night", "evening"), "nostalgia": ("afternoon", "dusk"), "tenderness": ("morning", "afternoon"),
    "faith": ("dawn", "morning"), "awe": ("night", "dawn"), "melancholy": ("evening", "dusk", "night"),
    "heartbreak": ("night", "evening"), "hope": ("dawn", "morning"), "freedom": ("morning", "afternoon", "dusk"),
    "loneliness": ("night", "small_hours", "evening"), "romance": ("dusk", "night", "evening"),
    "rebellion": ("night", "dusk"), "mystery": ("small_hours", "night"), "summer": ("noon", "afternoon", "dusk"),
    "winter": ("morning", "night", "dusk"), "comfort": ("afternoon", "morning", "evening"), "triumph": ("dawn", "afternoon"),
}  # fmt: skip


class SceneArt(Art):
    """A place at an hour. What the concept leaves open is chosen by mood and seed among what the scene can be."""

    texture = "film grain"
    keys = ("dark", "mid", "light", "tint")
    massive: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        super().__init__(page, idea, seed, stage)
        rng = random.Random(f"{seed}:{idea.style}:voice")
        voices = GENRE_VOICES.get(idea.genre, GENRE_VOICES[""])
        self.voice = rng.choice((voices[0], *voices))
        self.title_scale = 0.085
        program = PROGRAMS[idea.composition]
        concept = idea.concept or Concept("scene")
        moment = rng.choice(MOMENT_HOURS.get(idea.mood, ("dusk",)))
        hours = [hour for hour in (concept.hour, moment) if hour and (not program.hours or hour in program.hours)]
        self.scene = self.played = Concept(
            "scene", idea.style, idea.composition,
            hour=(hours or [*program.hours[:2], moment])[0],
            season=concept.season,
            weather=concept.weather if not program.weathers or concept.weather in program.weathers else program.weathers[0],
            people=concept.people, things=concept.things,
        )  # fmt: skip

    def paint(self) -> None:
        shot = Shot(
            self.page, self.played, self.colors, self.idea.mood, self.rng.getrandbits(32), self.idea.room, self.stage
        )
        PROGRAMS[self.idea.composition].draw(shot)
        shot.weather()
        self.stage()
        shot.finish()
        light = self.light = shot.light
        self.scene = replace(self.played, hour=light.hour, season=light.season, weather=light.weather)
        self.titles, self.artists, self.figures = shot.titles, shot.artists, shot.figures
        self.inks = [
            blend(at_lightness(light.horizon, 0.96, 0.4), "#ffffff", 0.3), at_lightness(light.lamp, 0.92, 0.6),
            at_lightness(light.zenith, 0.16, 0.6), "#ffffff", "#0d0d10",
        ]  # fmt: skip

    def veil(self, zone: Zone) -> Callable[[Page], None] | None:
        """A soft shade, or on a bright picture a soft haze, behind a title that could not be read everywhere in its zone."""
        if self._bears(zone):
            return None
        calm = CalmMap(central(self.page))
        dark, middle, light = (luminance(color) for color in calm.colors(zone))
        is_dark = middle < 0.3 or dark + light < 0.9
        tone = at_lightness(self.light.zenith, 0.12, 0.7) if is_dark else at_lightness(self.light.horizon, 0.95, 0.4)
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
        return calm.unrest(zone) < 0.085 and any(calm.reads(zone, ink) for ink in self.inks)


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


def _style(name: str) -> type[SceneArt]:
    attributes = {
        "name": name,
        "compositions": tuple(key for key in PLACES[name] if key in PROGRAMS),
        "voice": "grotesk",
    }
    return type(f"{name.title().replace('_', '')}Scenes", (SceneArt,), attributes)


SCENE_STYLES: tuple[type[SceneArt], ...] = tuple(style for name in PLACES if (style := _style(name)).compositions)
