"""Lit scenes as styles of the poster engine: a style is a kind of place, its compositions are the scenes there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

from covers.brief.brief_contract import Concept
from covers.brief.scenery import ALWAYS_THERE, CROWDED, HOURS, NOBODY, PLACES
from covers.engine.poster.art import Idea
from covers.engine.poster.color import at_lightness, blend
from covers.engine.poster.page import Page
from covers.engine.poster.scenes.depth import Lens
from covers.engine.poster.scenes.lit_art import LitArt
from covers.engine.poster.scenes.nearer import View, view_on
from covers.engine.poster.scenes.registry import PROGRAMS
from covers.engine.poster.scenes.shot import Shot

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
TRIAL_SIDE = 96


class SceneArt(LitArt):
    """A place at an hour. What the concept leaves open is chosen by mood and seed among what the scene can be."""

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        super().__init__(page, idea, seed, stage)
        program = PROGRAMS[idea.composition]
        concept = idea.concept or Concept("scene")
        moment = self.chance.choice(MOMENT_HOURS.get(idea.mood, ("dusk",)))
        allowed = [hour for hour in program.hours or HOURS if hour not in concept.not_hours] or [moment]
        hours = [hour for hour in (concept.hour, moment) if hour in allowed]
        self.lens = Lens()
        self.scene = self.played = Concept(
            "scene", idea.style, idea.composition,
            hour=(hours or allowed)[0],
            season=concept.season,
            weather=concept.weather if not program.weathers or concept.weather in program.weathers else program.weathers[0],
            people=concept.people, things=concept.things,
        )  # fmt: skip

    def played_with(self) -> dict[str, object]:
        return {"focus": self.lens.focus, "blur": self.lens.blur}

    def paint(self) -> None:
        seed = self.rng.getrandbits(32)
        view = self._other_side(seed)
        with self.page.from_the_other_side(view.x, view.y, view.side) if view else nullcontext():
            shot = self._shot(self.page, seed, self.stage)
            self.stage()
        shot.finish()
        self.lens, light = shot.lens, shot.light
        self.scene = replace(
            self.played, hour=light.hour, season=light.season, weather=light.weather,
            people=self._who(shot), things=self._shown(shot),
        )  # fmt: skip
        self.shade, self.haze = at_lightness(light.zenith, 0.12, 0.7), at_lightness(light.horizon, 0.95, 0.4)
        self.titles, self.figures, self.telling = shot.titles, shot.figures, shot.told
        if view:
            self.titles, self.figures, self.telling = (
                view.zones(shot.titles), view.paths(shot.figures), view.paths(shot.told),
            )  # fmt: skip
        self.inks = [
            blend(at_lightness(light.horizon, 0.96, 0.4), "#ffffff", 0.3), at_lightness(light.lamp, 0.92, 0.6),
            at_lightness(light.zenith, 0.16, 0.6), "#ffffff", "#0d0d10",
        ]  # fmt: skip

    def _shot(self, page: Page, seed: int, stage: Callable[[], None]) -> Shot:
        shot = Shot(page, self.played, self.colors, self.idea.mood, seed, self.idea.room, stage)
        shot.emphasis = self.idea.emphasis
        PROGRAMS[self.idea.composition].draw(shot)
        shot.weather()
        return shot

    def _other_side(self, seed: int) -> View | None:
        """Where a request's first picture shows this place already. Looked for at one size, so that every size has the same."""
        if self.idea.concept is None or self.idea.concept.source != "again":
            return None
        trial = self._shot(Page(TRIAL_SIDE, TRIAL_SIDE), seed, lambda: None)
        return view_on(trial.told, trial.figures, trial.titles)

    def _who(self, shot: Shot) -> str:
        """Who is really there: a place may have had no room for them, and somebody may be there whom nobody asked for."""
        crowd = (self.played.people or "crowd") if self.idea.composition in CROWDED else NOBODY
        return shot.who or crowd

    def _shown(self, shot: Shot) -> tuple[str, ...]:
        """Which of the things that it was asked for stand in it."""
        there = {*shot.placed, *shot.carried, *ALWAYS_THERE.get(self.idea.composition, ())}
        return tuple(thing for thing in self.played.things if thing in there)


def _style(name: str) -> type[SceneArt]:
    attributes = {
        "name": name,
        "compositions": tuple(key for key in PLACES[name] if key in PROGRAMS),
        "voice": "grotesk",
    }
    return type(f"{name.title().replace('_', '')}Scenes", (SceneArt,), attributes)


SCENE_STYLES: tuple[type[SceneArt], ...] = tuple(style for name in PLACES if (style := _style(name)).compositions)
