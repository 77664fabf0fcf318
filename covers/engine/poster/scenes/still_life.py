"""Still lifes: the one thing that tells the song, alone and large, in a light that is set for it, as a studio photographs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import skia

from covers.brief.brief_contract import Concept
from covers.brief.scenery import NEVER_ALONE, STILL_LIFE
from covers.engine.poster.art import MARGIN, Idea
from covers.engine.poster.color import at_lightness, blend, distance, lch_of, oklch
from covers.engine.poster.geometry import circle, oval, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend, Page
from covers.engine.poster.scenes import rooms, studio
from covers.engine.poster.scenes.alone import MOOD_THINGS, THIN, composition_of, tone_of
from covers.engine.poster.scenes.light import Light
from covers.engine.poster.scenes.lit_art import LitArt
from covers.engine.poster.scenes.modelling import Drawing
from covers.engine.poster.scenes.placing import pen_of, place
from covers.engine.poster.scenes.things import THINGS, Thing

PALE_PAPER, DARK_PAPER = 0.9, 0.32
"""Lightness of grounds that a thing is set off from."""


@dataclass(frozen=True)
class StillSetting:
    """Where the thing stands. x, foot: the middle of its lower edge; height: of it; all in page units."""

    x: float
    foot: float
    height: float


class StillLifeArt(LitArt):
    """Compositions: how it stands, and in which light."""

    name = STILL_LIFE
    voice = "grotesk"
    compositions = ("sweep", "sunlit", "spotlight", "two_tones", "plinth", "glossy", "in_rows", "aloft")

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        super().__init__(page, idea, seed, stage)
        concept = idea.concept or Concept("symbol")
        named = next((key for key in concept.things if key in THINGS and key not in NEVER_ALONE), "")
        self.thing: Thing = THINGS[named or self.chance.choice(MOOD_THINGS.get(idea.mood, ("chair",)))]
        self.scene = Concept("symbol", self.name, things=(self.thing.key,))
        self.is_above = self.chance.random() < 0.6  # the type
        if idea.family is not None and idea.family.place:
            self.is_above = not idea.family.place.startswith("bottom")
        self.telling = []

    def paint(self) -> None:
        self.shot = self.new_shot(Concept("symbol", things=(self.thing.key,)))
        self.shot.go_inside()
        getattr(self, composition_of(self.thing, self.idea.composition))()
        self.stage()
        self.shot.finish()
        light = self.shot.light
        self.shade, self.haze = at_lightness(light.dark, 0.12, 0.7), at_lightness(self.colors.paper, 0.95, 0.6)
        self.titles, self.figures = self.shot.titles, self.shot.figures
        self.inks = [self.haze, self.shade, self.colors.paper, self.colors.ink, "#ffffff", "#0d0d10"]

    # --- the eight ------------------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        """On a roll of coloured paper without a corner, in one soft lamp from the side."""
        tone = self._ground()
        self._light(tone, key="#fff2dc", contrast=0.75)
        self._backdrop(tone, 0.72)
        at = self._setting(0.86)
        self.shot.stage()
        self._throw(at, length=0.42, lean=0.9, alpha=0.42, blur=0.012)
        self._set(at)

    def sunlit(self) -> None:
        """On a table, in a window's light that lies across the wall behind it."""
        tone = self._ground()
        self._light(tone, key="#ffe6b4", contrast=0.7)
        at = self._setting(0.86)
        hangs = self.thing.stands == "wall"
        edge = at.foot + 0.1 if hangs else at.foot - self.shot.number(0.07, 0.11)
        side = -1 if self.shot.light.side < 0 else 1
        rooms.wall(self.shot, tone, (0.5 + side * 0.3, 0.2), 0.9, edge + 0.02, shade=0.25)
        studio.table(self.shot, edge, blend(tone, self._apart_from(tone), 0.55))
        drawing = self._drawn(at)
        self._throw(at, alpha=0.34, blur=0.016, offset=(-side * (0.03 if hangs else 0.07), 0.025), drawing=drawing)
        x = 0.5 - side * 0.1
        rooms.beam(
            self.shot, (x - 0.34, 0.04 + self.shot.number(0, 0.08)), (0.62, 0.05 * side), (-side * 0.2, 0.74),
            panes=self.rng.choice((2, 3)), rows=self.rng.choice((2, 3)), power=0.34, leafy=self.rng.choice((0.0, 0.5, 0.85)), soften=0.02,
        )  # fmt: skip
        self.shot.stage()
        if not hangs:
            self._throw(at, length=0.2, lean=0.8, alpha=0.4, blur=0.006, drawing=drawing)
        self._set(at, drawing)

    def spotlight(self) -> None:
        """In the dark, under one lamp whose light can be seen in the air."""
        hue = self._hue()
        tone = oklch(0.17, 0.045, hue)
        self._light(tone, key="#ffe9c4", contrast=0.9, is_dark=True)
        self.page.ground(oklch(0.12, 0.035, hue))
        at = self._setting(0.84, most=0.5)
        if self.thing.stands not in ("air", "sky"):
            floor = self.shot.band(at.foot - 0.05, BLEED_MAX)
            self.shot.graded(
                floor, (0, at.foot - 0.06), (0, at.foot + 0.12), [oklch(0.12, 0.035, hue), oklch(0.2, 0.05, hue)]
            )
        self._lit_from_behind(at, hue)
        x = at.x
        beam = 0.62 * at.height * max(0.7, self.thing.wide)
        self.shot.wash(studio.CONE, {
            "at": (x - self.shot.light.side * 0.2, -0.25), "foot": (x, at.foot), "wide": max(0.24, beam),
            "color": blend(self.shot.light.key, oklch(0.8, 0.1, hue), 0.25), "shift": (self.rng.random(), self.rng.random()),
        }, side=1100, blend=Blend.kScreen)  # fmt: skip
        self.shot.lamps.append(
            (x - self.shot.light.side * 0.2, at.foot - at.height - 0.25, 1.1, self.shot.light.key, 0.7)
        )
        self.shot.stage()
        if self.thing.stands not in ("air", "sky"):
            self._throw(at, length=0.16, lean=0.3, alpha=0.62, blur=0.01)
        self._set(at, rim=0.95)

    def two_tones(self) -> None:
        """Before a wall of one colour on a floor of another, with a long hard shadow: a poster of the thing."""
        tone = self._ground()
        floor = self._apart_from(tone)
        at = self._setting(self.shot.number(0.82, 0.86))
        deep = self.shot.number(0.13, 0.18)
        edge = at.foot - deep
        self._light(tone, key="#fff6e2", contrast=0.85)
        self.page.ground(tone)
        self.page.fill(self.shot.band(edge, BLEED_MAX), floor)
        if self.rng.random() < 0.6 and not self.idea.emphasis:  # a sun of paper behind it
            disc = self._apart_from(tone, floor)
            self.page.fill(circle(0.5 + self.shot.number(-0.16, 0.16), edge - 0.16, 0.26), disc)
            self.page.fill(self.shot.band(edge, BLEED_MAX), floor)
        self.shot.stage()
        length = min(0.75, 1.9 * deep / at.height)
        self._throw(
            at,
            length=length,
            lean=1.0 / length,
            alpha=0.5,
            blur=0.0012,
            tone=at_lightness(floor, 0.55 * lch_of(floor)[0]),
        )
        self._set(at)
        self.shot.vignette = 0.08

    def plinth(self) -> None:
        """On a round pedestal before an arch, as a jeweller shows a ring."""
        tone = self._ground()
        arch = blend(tone, self._apart_from(tone), 0.15 if self.idea.emphasis else 0.5)
        self._light(tone, key="#fff0d8", contrast=0.7)
        at = self._setting(0.72, most=0.44)
        top, edge = at.foot, at.foot + 0.1
        self._backdrop(tone, edge)
        half = min(0.34, max(0.13, 0.56 * at.height * self.thing.wide + 0.03))
        high = self.shot.number(0.16, 0.22)
        alcove = skia.Path()
        alcove.addRoundRect(
            skia.Rect.MakeLTRB(at.x - half - 0.1, top - at.height - 0.1, at.x + half + 0.1, edge + 0.05),
            [half + 0.1] * 4 + [0.0] * 4,
        )
        light = self.shot.light
        side = -1 if light.side < 0 else 1
        if top - at.height - 0.1 > 0.02:
            self.shot.graded(
                alcove, (at.x - half * side, 0), (at.x + half * side, 0), [light.lit(arch, 0.25), light.lit(arch, 0.9)]
            )
            with self.page.clipped(alcove):
                shade = skia.Path(alcove)
                shade.offset(side * -0.05, 0.03)
                frame = rect(BLEED_MIN, BLEED_MIN, BLEED_MAX - BLEED_MIN, BLEED_MAX - BLEED_MIN)
                frame.addPath(shade)
                frame.setFillType(skia.PathFillType.kEvenOdd)
                self.page.blurred(frame, light.dark, 0.02, 0.38)
        floor = self.shot.band(edge + 0.05, BLEED_MAX)
        self.shot.graded(floor, (0, edge), (0, 1.05), [light.lit(tone, 0.62), light.lit(tone, 0.85)])
        studio.pedestal(self.shot, at.x, top, half, high, self._apart_from(tone, arch))
        self.shot.stage()
        with self.page.clipped(oval(at.x, top, half, half * 0.22)):
            self._throw(at, length=0.14, lean=0.8, alpha=0.42, blur=0.006)
        self._set(at)

    def glossy(self) -> None:
        """On black glass, with a glow on the horizon behind it."""
        hue = self._hue()
        deep, glow = oklch(0.13, 0.04, hue), oklch(0.5, 0.12, hue)
        self._light(oklch(0.24, 0.06, hue), key="#fff1dc", contrast=0.8, is_dark=True)
        at = self._setting(0.752, most=0.5)
        edge = at.foot - 0.012
        self.page.ground(deep)
        self.shot.graded(
            self.shot.band(BLEED_MIN, edge),
            (0, -0.1),
            (0, edge),
            [deep, blend(deep, glow, 0.18), blend(deep, glow, 0.8)],
        )
        self.page.glow(0.5, edge, 0.7, oklch(0.7, 0.13, hue), 0.4)
        self._lit_from_behind(at, hue)
        drawing = self._drawn(at)
        self.shot.lamps.append(
            (at.x + 0.5 * (1 if self.shot.light.side > 0 else -1), at.foot - at.height, 0.9, self.shot.light.key, 0.6)
        )
        self.shot.stage()
        self._set(at, drawing, rim=0.9)
        is_afloat = self.thing.stands in ("water", "sea")
        self.shot.mirror(at.foot, ripple=0.3 if is_afloat else 0.03, deep=deep, depth=0.62, sheen=0.3 * is_afloat)
        self.shot.vignette = 0.2

    def in_rows(self) -> None:
        """The same thing again and again, and one that is not like the others."""
        tone = self._ground()
        self._light(tone, key="#fff4e0", contrast=0.6)
        self.page.ground(tone)
        columns, rows = self.rng.choice(
            ((3, 3), (4, 3), (3, 2), (4, 4)) if not self.idea.emphasis else ((3, 2), (2, 2))
        )
        room = self.idea.room + 0.06 if self.idea.room else 0.04
        top, bottom = (0.04 + room, 0.97) if self.is_above else (0.04, 0.96 - room)
        self._keep_room()
        wide, tall = 0.92 / columns, (bottom - top) / rows
        height = min(0.78 * tall, 0.8 * wide / max(0.3, self.thing.wide))
        odd = self.rng.randrange(columns * rows)
        keep = self.rng.choice(("colour", "turned")) if not self.idea.emphasis else "turned"
        for index in range(columns * rows):
            row, column = divmod(index, columns)
            at = StillSetting(0.04 + wide * (column + 0.5), top + tall * (row + 0.5) + height / 2, height)
            is_odd = index == odd
            if self.thing.stands not in ("air", "sky"):
                self._throw(at, length=0.16, lean=0.5, alpha=0.3, blur=0.004)
            turn = 24.0 if is_odd and keep == "turned" else 0.0
            if is_odd or keep == "turned":
                self._set(at, turn=turn, keep_off=is_odd)
            else:
                with studio.muted(self.page, tone):
                    self._set(at, keep_off=False)
            self.shot.keep_off(rect(at.x - wide * 0.4, at.foot - height, wide * 0.8, height))
        self.shot.stage()

    def aloft(self) -> None:
        """Held up by nothing, over its own soft shadow."""
        tone = self._ground()
        self._light(tone, key="#fff3dd", contrast=0.7)
        self._backdrop(tone, 0.86, disc=self.rng.random() < 0.55 and not self.idea.emphasis)
        at = self._setting(0.74, most=0.5)
        self.shot.stage()
        half = 0.4 * at.height * min(1.6, max(0.4, self.thing.wide))
        self.page.blurred(
            oval(at.x, 0.9 if self.is_above else at.foot + 0.1, half, half * 0.13), self.shot.light.dark, 0.02, 0.4
        )
        self._set(at, turn=self.shot.number(-9, 9))

    # --- parts ----------------------------------------------------------------------------------------------------------

    def _setting(self, foot: float, most: float = 0.56) -> StillSetting:
        """As large as the room beside the type allows; where type stands below, everything stands higher."""
        room = self.idea.room + 0.05 if self.idea.room else 0.0
        self._keep_room()
        if self.is_above:
            low, high = foot, 0.06 + room
        else:
            low, high = min(foot, 0.9 - room), 0.07
        most = most * (1.2 if self.thing.key in THIN else 1.0) * (1.15 if self.idea.emphasis else 1.0)
        height = max(0.12, min(most, low - high, 0.8 / max(0.3, self.thing.wide)))
        x = 0.5 + self.shot.number(-1, 1) * max(0.0, min(0.08, 0.44 - height * self.thing.wide / 2))
        if low - high > height + 0.1 and self.thing.stands in ("air", "sky", "wall"):
            low -= (low - high - height) * 0.5
        return StillSetting(x, low, height)

    def _keep_room(self) -> None:
        room = self.idea.room
        if not room:
            return
        first, second = (0.07, 0.93 - room) if self.is_above else (0.93 - room, 0.07)
        align = self.chance.choice(("left", "left", "center"))
        for y in (first, second):
            self.shot.calm(MARGIN, y, 1 - 2 * MARGIN, room, align, "top" if y < 0.5 else "bottom")

    def _drawn(self, at: StillSetting) -> Drawing:
        pen = pen_of(self.shot, at.height)
        self.thing.draw(pen)
        return pen.done()

    def _set(
        self,
        at: StillSetting,
        drawing: Drawing | None = None,
        *,
        rim: float = 0.5,
        turn: float = 0.0,
        keep_off: bool = True,
    ) -> None:
        drawing = drawing or self._drawn(at)
        self.telling.append(place(self.shot, drawing, at.x, at.foot, at.height, rim=rim, turn=turn, keep_off=keep_off))

    def _throw(
        self, at: StillSetting, *, alpha: float, blur: float, length: float = 0.0, lean: float = 0.0,
        offset: tuple[float, float] = (0.0, 0.0), tone: str = "", drawing: Drawing | None = None,
    ) -> None:  # fmt: skip
        """Its shadow. length: of the thing's height, along the ground away from the lamp; 0 with an offset: on the wall behind."""
        drawing = drawing or self._drawn(at)
        unit, side = at.height / 100, -1 if self.shot.light.side < 0 else 1
        tone = tone or self.shot.light.dark
        matrix = skia.Matrix()
        if length:
            matrix.setAll(unit, side * lean * unit * length, at.x, 0, unit * length * 0.5, at.foot, 0, 0, 1)
            self.shot.shadow(at.x, at.foot, max(0.01, 0.34 * at.height * self.thing.wide), 0.008, 0.4)
        else:
            matrix.setAll(unit, 0, at.x + offset[0], 0, unit, at.foot + offset[1], 0, 0, 1)
        self.page.blurred(drawing.outline(matrix), tone, blur, alpha)

    def _backdrop(self, tone: str, edge: float, *, disc: bool = False) -> None:
        light = self.shot.light
        self.shot.wash(studio.SWEEP, {
            "bright": light.lit(tone, 1.0), "shade": light.lit(tone, 0.32), "edge": edge, "lamp": (0.5 + light.side * 1.6, 0.1),
            "shift": (self.rng.random(), self.rng.random()),
        })  # fmt: skip
        if disc:
            self.page.fill(circle(0.5, 0.48, 0.3), light.lit(self._apart_from(tone), 0.8))

    # --- colours --------------------------------------------------------------------------------------------------------

    def _ground(self) -> str:
        """The palette's ground, kept from black and from white: a studio's paper takes light and shade. With emphasis as far
        from the thing's own tone as it goes."""
        color = self.colors.ground
        lightness, chroma, hue = lch_of(color)
        if self.idea.emphasis:
            return oklch(self._far_tone(), min(chroma, 0.11), hue)
        if lightness < 0.34:
            return oklch(0.34, max(chroma, 0.05), hue)
        return oklch(min(lightness, 0.9), chroma, hue)

    def _far_tone(self) -> float:
        """A ground's lightness that the thing stands off: with emphasis 1 the far one, with 2 the other."""
        return DARK_PAPER if (tone_of(self.thing, self.shot.light) > 0.56) == (self.idea.emphasis == 1) else PALE_PAPER

    def _lit_from_behind(self, at: StillSetting, hue: float) -> None:
        """With emphasis: a lamp on what is behind the thing, so that its outline stands before light."""
        if self.idea.emphasis:
            reach = 0.75 * at.height * max(0.8, min(1.3, self.thing.wide))
            strength = 0.55 if self.idea.emphasis == 1 else 0.9
            self.page.glow(at.x, at.foot - 0.5 * at.height, reach, oklch(0.74, 0.1, hue), strength)

    def _apart_from(self, *taken: str) -> str:
        """The palette's colour that can best be told from those taken."""
        options = [self.colors.figure, self.colors.second, self.colors.accent, self.colors.paper]
        return max(options[: 2 + len(taken)], key=lambda color: min(distance(color, other) for other in taken))

    def _hue(self) -> float:
        colors: Sequence[str] = (self.colors.ground, self.colors.figure, self.colors.second)
        hue = lch_of(max(colors, key=lambda color: lch_of(color)[1]))[2]
        return 60.0 if 60 < hue < 125 else hue  # a dark yellow is mud

    def _light(self, tone: str, *, key: str, contrast: float, is_dark: bool = False) -> None:
        """One lamp, and what the coloured paper gives back."""
        lightness, chroma, hue = lch_of(tone)
        light: Light = self.shot.light
        self.shot.light = replace(
            light, zenith=tone, middle=tone, horizon=tone, haze=tone, key=key, fill=oklch(min(0.8, lightness + 0.1), chroma * 0.7, hue),
            hour="dusk" if is_dark else "afternoon", weather="", is_dark=False, contrast=contrast, sun_height=None if is_dark else 0.4,
            dark=oklch(max(0.06, 0.34 * lightness), chroma * 0.8, hue), falls=False,
        )  # fmt: skip
