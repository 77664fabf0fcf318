"""Letters that are holes: a place seen through paper, the same place at another hour, sheet behind sheet."""

from __future__ import annotations

import random

import skia

from covers.brief.brief_contract import Concept
from covers.brief.scenery import HOURS
from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import blend, lch_of, ramp
from covers.engine.poster.geometry import minus, outline, shifted
from covers.engine.poster.letters.block import LetterBlock, filled
from covers.engine.poster.letters.letter_art import LetterArt
from covers.engine.poster.letters.stems import taller
from covers.engine.poster.page import Page
from covers.engine.poster.scenes.light import DARK_HOURS
from covers.engine.poster.scenes.registry import PROGRAMS
from covers.engine.poster.scenes.shot import Shot

MOOD_VIEWS: dict[str, tuple[str, ...]] = {
    "longing": ("moon_sea", "fog_ridges", "ferry_harbour"), "quiet": ("fog_ridges", "pier", "tall_clouds"),
    "joy": ("tall_clouds", "lone_tree", "pier"),
    "dance": ("disco_floor", "festival", "wet_street"), "anger": ("storm_sea", "burning_bridge", "wet_street"),
    "dream": ("aurora_lake", "tall_clouds", "night_blossom"), "night": ("wet_street", "moon_sea", "dusk_motorway"),
    "swagger": ("wet_street", "desert_road", "sign_alley"), "nostalgia": ("lone_tree", "autumn_path", "pier"),
    "tenderness": ("night_blossom", "lone_tree", "tall_clouds"), "faith": ("tall_clouds", "fog_ridges", "temple_snow"),
    "awe": ("aurora_lake", "planet_rim", "tall_clouds"), "melancholy": ("wet_street", "fog_ridges", "storm_sea"),
    "heartbreak": ("storm_sea", "wet_street", "moon_sea"), "hope": ("tall_clouds", "pier", "fog_ridges"),
    "freedom": ("desert_road", "tall_clouds", "lone_tree"), "loneliness": ("moon_sea", "lone_tree", "snow_platform"),
    "romance": ("night_blossom", "moon_sea", "wet_street"), "rebellion": ("burning_bridge", "wet_street", "storm_sea"),
    "mystery": ("fog_ridges", "aurora_lake", "moon_sea"), "summer": ("tall_clouds", "pier", "lone_tree"),
    "winter": ("temple_snow", "snow_platform", "aurora_lake"), "comfort": ("autumn_path", "lone_tree", "pier"),
    "triumph": ("tall_clouds", "planet_rim", "festival"),
}  # fmt: skip
"""Mood → places that can be seen through letters, for a song that names none."""
OTHER_LIGHT = {"dawn": "night", "morning": "night", "noon": "night", "afternoon": "night", "dusk": "noon", "evening": "noon",
               "night": "dusk", "small_hours": "dusk"}  # fmt: skip


BY_DAY_AND_NIGHT = ("moon_sea", "fog_ridges", "pier", "tall_clouds", "lone_tree", "desert_road")


def has_both_lights(scene: str) -> bool:
    """Whether a place can be seen by day and by night."""
    hours = PROGRAMS[scene].hours
    return not hours or (any(hour in DARK_HOURS for hour in hours) and any(hour not in DARK_HOURS for hour in hours))


class Cutout(LetterArt):
    name = "type_cutout"
    voices = ("poster_heavy", "gala", "riso", "slab", "grotesk")
    has_capitals = must_fill = True
    compositions = ("window", "other_hour", "sheets", "shadowed")
    textures = (("grain", 0.08),)
    said_plainly = frozenset({"window", "shadowed"})

    def _view(self, page: Page, hour: str = "") -> Shot:
        """A place on a page: the song's own, or one that has its mood. Answers what it was played with."""
        told = self.idea.concept
        known = told.scene if told is not None and told.scene in PROGRAMS else ""
        chance = random.Random(f"{self.rng_key}:view")
        scene = chance.choice(MOOD_VIEWS.get(self.idea.mood, MOOD_VIEWS["quiet"]))
        if known and (self.idea.composition != "other_hour" or has_both_lights(known)):
            scene = known
        elif self.idea.composition == "other_hour" and not has_both_lights(scene):
            scene = chance.choice(BY_DAY_AND_NIGHT)
        program = PROGRAMS[scene]
        said = hour or (told.hour if told is not None else "")
        if program.hours and said not in program.hours:
            is_dark = said in DARK_HOURS
            said = chance.choice([one for one in program.hours if (one in DARK_HOURS) == is_dark] or program.hours)
        if told is not None and said in told.not_hours:
            said = chance.choice([one for one in program.hours or HOURS if one not in told.not_hours] or [said])
        weather = program.weathers[0] if program.weathers else ""
        concept = Concept(
            "scene", scene=scene, hour=said, weather=weather, season=told.season if told is not None else ""
        )
        shot = Shot(page, concept, self.colors, self.idea.mood, chance.getrandbits(32), 0.0, lambda: None)
        program.draw(shot)
        shot.weather()
        shot.finish()
        self.scene = Concept("matter", self.name, scene=scene, hour=shot.light.hour)
        return shot

    @property
    def rng_key(self) -> str:
        return f"{self.seed}:{self.idea.composition}"

    def _block(self, box: ArtBox) -> LetterBlock:
        return taller(filled(self.title, box, gap=0.035), box)

    def _picture(self, page: Page) -> skia.Image:
        return page.surface.makeImageSnapshot()

    def _paper(self, color: str, page: Page) -> None:
        page.ground(color)
        page.gradient(page.everything, (0, 0), (0.6, 1), [self.paler(color, 0.025), color, self.deeper(color, 0.035)])

    def _lay(self, image: skia.Image, within: skia.Path) -> None:
        """A whole page, seen within a path."""
        visible = self.page.visible
        with self.page.clipped(within):
            self.page.canvas.drawImageRect(
                image, skia.Rect.MakeWH(image.width(), image.height()), visible, skia.SamplingOptions()
            )

    def _edge(self, path: skia.Path, side: int, depth: float, wide: float = 0.014) -> None:
        """The shadow that the sheet throws into its holes, and its lit edge."""
        page = self.page
        around = minus(page.everything, path)
        with page.clipped(path):
            page.blurred(shifted(around, side * depth * 0.7, depth), self.dark, wide, 0.62)
            page.blurred(shifted(around, side * depth * 0.2, depth * 0.3), self.dark, wide * 0.25, 0.5)

    def window(self) -> None:
        """A sheet of paper with the letters cut out of it, and the place behind."""
        light = self._view(self.page).light
        image = self._picture(self.page)
        box = self.room(0.07)
        block = self._block(box)
        is_dim = light.is_dark or light.weather in ("storm", "rain")
        paper = self.colors.ink if self.colors.is_dark and not is_dim else self.colors.paper
        self._paper(paper, self.page)
        self.page.texture("paper", 0.2, self.rng)
        self.stage()
        self.show(block)
        self._lay(image, block.path)
        page_is_pale = lch_of(paper)[0] > 0.5
        self.page.fill(block.path, self.dark if page_is_pale else self.pale, 0.3)
        self._edge(block.path, self.rng.choice((-1, 1)), 0.012)
        self.page.line(block.path, self.paler(paper, 0.1), 0.0014, 0.8)

    def other_hour(self) -> None:
        """The whole page is a place; in the letters it is another time of day."""
        played = self._view(self.page)
        here = self.scene
        model = Page(self.page.width, self.page.height)
        self._view(model, OTHER_LIGHT[played.light.hour])
        self.scene = here
        image = self._picture(model)
        box = self.room(0.07, at_top=False)
        block = self._block(box)
        self.stage()
        self.show(block)
        is_night = played.light.is_dark
        self.page.fill(self.page.everything, self.dark if is_night else self.pale, 0.3)
        self.page.blurred(block.path, self.dark, 0.02, 0.35)
        self._lay(image, block.path)
        self.page.fill(block.path, self.pale if is_night else self.dark, 0.7)
        self.page.line(block.path, self.pale if played.light.is_dark else self.dark, 0.0012, 0.55)

    def sheets(self) -> None:
        """Sheet behind sheet, each with a smaller hole."""
        box = self.room(0.08)
        block = self._block(box)
        page, side = self.page, self.rng.choice((-1, 1))
        tones = ramp(self.ground, self.figure_color(self.ground, self.vivid, self.colors.figure), 5)
        self._paper(tones[0], page)
        page.texture("paper", 0.18, self.rng)
        self.stage()
        self.show(block)
        stroke = 0.0105
        for level, tone in enumerate(tones[1:]):
            hole = minus(block.path, outline(block.path, stroke * 2 * level)) if level else block.path
            if hole.isEmpty():
                break
            page.fill(hole, tone)
            self._edge(hole, side, 0.006, 0.006)

    def shadowed(self) -> None:
        """Letters cut out of the place and lifted off it: what is left is bare paper, and their shadow lies on it."""
        self._view(self.page)
        image = self._picture(self.page)
        box = self.room(0.08, at_top=False)
        block = self._block(box)
        page, side = self.page, self.rng.choice((-1, 1))
        paper = blend(self.colors.paper, self.ground, 0.25) if not self.colors.is_dark else self.colors.ground
        self._paper(paper, page)
        self.stage()
        lifted = block.moved(side * 0.012, -0.016)
        self.show(lifted, block.path)
        page.blurred(block.moved(-side * 0.022, 0.03).path, self.dark, 0.02, 0.5)
        page.blurred(block.moved(-side * 0.004, 0.006).path, self.dark, 0.005, 0.5)
        self._lay(image, lifted.path)
        page.fill(
            lifted.path, self.dark if lch_of(paper)[0] > 0.5 else self.pale, 0.46
        )  # a place alone has both dark and light
        page.line(lifted.path, self.pale, 0.0016, 0.7)
