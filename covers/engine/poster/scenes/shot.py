"""One view of a scene being drawn: its light, its camera, and what every scene needs: sky, water, weather, lamps, grain."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import skia

from covers.brief.brief_contract import Concept
from covers.engine.poster.color import argb, blend, lch_of, oklch
from covers.engine.poster.geometry import circle, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend, Page
from covers.engine.poster.palettes import Palette
from covers.engine.poster.scenes import falling, shaders, shot_shaders
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.depth import lens_of
from covers.engine.poster.scenes.light import MOON_COLOR, light_of
from covers.lettering.title_contract import Zone

HALO = 1.7
"""Radii of a sun or moon that type keeps off: beside its very edge a letter seems to touch it."""
LEAST_ROOM = 0.06
"""Height of a place for a title, in pages; a flatter one is none."""
SMOOTH_SIDE, FINE_SIDE = 720, 1536
"""Pixels along the page that a wash is computed at, at most: what is smooth loses nothing by being enlarged, and the grain that
comes last is fresh at every size."""
FILE_SIDE = 3000
"""Pixels of a store file, the largest picture of all that a page shows."""


def _computed(shader: skia.Shader, visible: skia.Rect, side: int) -> skia.Image:
    surface = skia.Surface(math.ceil(visible.width() * side), math.ceil(visible.height() * side))
    canvas = surface.getCanvas()
    canvas.scale(surface.width() / visible.width(), surface.height() / visible.height())
    canvas.translate(-visible.left(), -visible.top())
    canvas.drawPaint(skia.Paint(Shader=shader))
    return surface.makeImageSnapshot()


@lru_cache(maxsize=1)
def _fine(
    source: str,
    uniforms: tuple[tuple[str, shaders.Uniform], ...],
    children: tuple[tuple[str, skia.Shader], ...],
    visible: tuple[float, float, float, float],
    side: int,
) -> skia.Image:
    """Kept until the next one: a small page, and the one on which its type is planned, want the same."""
    return _computed(shaders.shader(source, dict(uniforms), dict(children)), skia.Rect.MakeLTRB(*visible), side)


class Shot:
    """What a scene draws with. Everything is in page units; `rng` is the only source of chance.

    A scene reads `concept` (which may leave hour, season, weather, people and things empty) and `room` (the share of the height that
    the type needs, 0 without), sets `camera`, draws from back to front, and notes in `titles` where it is calm, best first.
    `lens`: what is sharp (`depth.py`).
    `figures`: outlines that no type may touch. `lamps`: (x, y, reach, colour, strength) of the lights drawn so far, for what
    stands near them. `company`: 0 to 1 by chance: the less, the rather somebody is there. `has_people`,
    `placed`: who and what of the concept stands in the picture already. `who`: one of PEOPLE, once they are there; `carried`: what they
    hold. `told`: outlines of the telling things. `emphasis`: how hard they are set off from what is behind them: 0 as they stand there,
    1 nearer and lit, 2 nearer still, before a light.
    """

    def __init__(
        self, page: Page, concept: Concept, palette: Palette, mood: str, seed: int, room: float, stage: Callable[[], None]
    ) -> None:  # fmt: skip
        self.page, self.concept, self.palette, self.mood, self.room, self.stage = (
            page, concept, palette, mood, room, stage,
        )  # fmt: skip
        self.rng = random.Random(f"{seed}:{concept.scene}")
        self.lens = lens_of(concept.scene, seed)
        self.light = light_of(concept.hour, concept.season, concept.weather, self.rng)
        self.camera = Camera(0.56 + self.rng.uniform(-0.05, 0.05), 1.6)
        self.titles: list[Zone] = []
        self.figures: list[skia.Path] = []
        self.told: list[skia.Path] = []
        self.emphasis = 0
        self.lamps: list[tuple[float, float, float, str, float]] = []
        self.company, self.has_people, self.placed = self.rng.random(), False, set[str]()
        self.who, self.carried = "", set[str]()
        self.grain, self.vignette = 0.11, 0.34
        self._has_lane = False  # of sun or moon, on water

    def set_light(self, hour: str, season: str = "", weather: str = "") -> None:
        """For a scene that can only be at some hours: take this one instead of what the concept left empty."""
        self.light = light_of(hour, season or self.concept.season, weather or self.concept.weather, self.rng)

    def go_inside(self) -> None:
        """Nothing falls in front of the lens any more."""
        self.light = self.light.dry()
        self._has_lane = False

    def number(self, low: float, high: float) -> float:
        return self.rng.uniform(low, high)

    # --- surfaces ------------------------------------------------------------------------------------------------------

    def wash(
        self,
        source: str,
        uniforms: Mapping[str, shaders.Uniform] | None = None,
        children: Mapping[str, skia.Shader] | None = None,
        *,
        side: int = SMOOTH_SIDE,
        least: int = 0,
        within: skia.Path | None = None,
        blend: skia.BlendMode = Blend.kSrcOver,
        alpha: float = 1.0,
    ) -> None:
        """A shader over the page, or within a path whose edge stays sharp. side: pixels that it is computed at, at most;
        least: at least, for a pattern as fine as the pixels of a small page."""
        shader = shaders.shader(source, uniforms or {}, children or {})
        side = self._as_fine(side)
        if self.page.scale > side:
            shader = self._picture(_computed(shader, self.page.on_surface, side))
        elif self.page.scale < least:
            sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
            told = tuple((uniforms or {}).items()), tuple((children or {}).items())
            fine = _fine(source, *told, tuple(self.page.on_surface), least)
            shader = self._picture(fine.resize(self.page.width, self.page.height, sampling))
        # given at once: `setShader` of this binding copies every picture that the shader holds, seconds of it
        paint = skia.Paint(Shader=shader, BlendMode=blend, Alphaf=alpha, AntiAlias=True, Dither=True)
        self.page.canvas.drawPath(within or self.page.everything, paint)

    def _as_fine(self, side: int) -> int:
        """The pixels of a wash on this page: more where a page is larger than a file, for a part of it is what is seen then."""
        return round(side * max(1.0, self.page.width / FILE_SIDE))

    def _picture(self, image: skia.Image, mode: skia.TileMode = skia.TileMode.kClamp) -> skia.Shader:
        """An image of everything visible as a shader in page units."""
        visible = self.page.on_surface
        matrix = skia.Matrix().setScale(visible.width() / image.width(), visible.height() / image.height())
        matrix.postTranslate(visible.left(), visible.top())
        sampling = skia.SamplingOptions(skia.CubicResampler.Mitchell())
        return image.makeShader(mode, mode, sampling, matrix)

    def so_far(self, side: int = FINE_SIDE) -> skia.Shader:
        """Everything drawn up to now, as a child for a shader: `S.eval(u)` for mirrors, wet ground, glass."""
        image = self.page.surface.makeImageSnapshot()
        side = self._as_fine(side)
        if self.page.scale > side:
            share = side / self.page.scale
            size = round(image.width() * share), round(image.height() * share)
            image = image.resize(*size, skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear))
        return self._picture(image)

    def flat(self, path: skia.Path, color: str, depth: float = 0.0, alpha: float = 1.0) -> None:
        """A shape of one colour, seen through `depth` of air."""
        self.page.fill(path, self.light.far(color, depth), alpha)

    def graded(
        self,
        path: skia.Path,
        start: tuple[float, float],
        end: tuple[float, float],
        colors: Sequence[str],
        alpha: float = 1.0,
    ) -> None:
        self.page.gradient(path, start, end, colors, alpha)

    def floor(self, top: float, colors: Sequence[str], foot: float = 1.0) -> None:
        """Everything below a height, graded down to another."""
        self.graded(self.band(top, BLEED_MAX), (0, top), (0, foot), colors)

    def band(self, top: float, bottom: float) -> skia.Path:
        """From edge to edge between two heights."""
        return rect(BLEED_MIN, top, BLEED_MAX - BLEED_MIN, bottom - top)

    # --- sky -----------------------------------------------------------------------------------------------------------

    def sky(self, cover: float | None = None, *, stars: bool | None = None, has_sun: bool = True) -> None:
        """The sky down to the horizon, with clouds, stars and sun or moon as the light has it. cover: of clouds, 0 to 1; None:
        by the weather."""
        light, horizon = self.light, self.camera.horizon
        if cover is None:
            base = {
                "clear": 0.28,
                "": 0.34,
                "cloudy": 0.6,
                "wind": 0.5,
                "rain": 0.8,
                "storm": 0.85,
                "snow": 0.75,
                "fog": 0.3,
            }
            cover = base.get(light.weather, 0.34) + self.number(-0.06, 0.08)
        sun = (0.5 + light.side, max(0.13, horizon - (light.sun_height or 0.1)))
        bright = blend(light.horizon, "#ffffff", 0.08 if light.is_dark else 0.45)
        shade = blend(light.middle, light.zenith, 0.35)
        self.wash(shot_shaders.SKY, {
            "c0": light.zenith, "c1": light.middle, "c2": light.horizon, "horizon": horizon, "cover": cover * 0.62,
            "shift": (self.rng.random(), self.rng.random()), "bright": bright, "shade": shade,
            "streak": self.rng.random(), "sun": sun, "key": light.key,
            "burn": 0.0 if light.sun_height is None else (0.35 if light.is_dark else 0.9),
        })  # fmt: skip
        if stars if stars is not None else (light.is_dark and light.hour != "evening" and cover < 0.55):
            self.stars(1 - cover)
        self._has_lane = has_sun and light.sun_height is not None and cover < 0.75
        if self._has_lane:
            self.moon(*sun) if light.is_dark else self.sun(*sun)

    def stars(self, share: float = 1.0, bottom: float | None = None) -> None:
        """Points of differing brightness and colour, fewer towards the horizon."""
        bottom = self.camera.horizon if bottom is None else bottom
        visible = self.page.visible
        for _ in range(round(260 * share)):
            x, y = self.number(visible.left(), visible.right()), self.number(visible.top(), bottom)
            faint = self.rng.random() ** 3
            size = 0.0006 + 0.0016 * faint
            tint = self.rng.choice(("#ffffff", "#dfe8ff", "#fff1d8"))
            fade = 1 - max(0.0, (y - visible.top()) / (bottom - visible.top())) ** 2
            self.page.fill(circle(x, y, size), tint, (0.25 + 0.65 * faint) * fade)
            if faint > 0.75:
                self.page.glow(x, y, size * 6, tint, 0.35 * fade)

    def sun(self, x: float, y: float, radius: float = 0.045) -> None:
        color = self.light.key
        self.keep_off(circle(x, y, radius * HALO))
        self.page.glow(x, y, radius * 9, color, 0.45)
        self.page.glow(x, y, radius * 3.2, color, 0.7)
        self.page.blurred(circle(x, y, radius), blend(color, "#ffffff", 0.6), radius * 0.04)

    def moon(self, x: float, y: float, radius: float = 0.042) -> None:
        """Full, with its seas, in its own glow."""
        self.page.glow(x, y, radius * 8, self.light.key, 0.34)
        self.page.glow(x, y, radius * 2.6, MOON_COLOR, 0.35)
        disc = circle(x, y, radius)
        self.keep_off(circle(x, y, radius * HALO))
        self.page.fill(disc, MOON_COLOR)
        self.wash(
            shot_shaders.SEAS,
            {"shift": (self.rng.random(), self.rng.random())},
            within=disc,
            side=FINE_SIDE,
        )

    # --- water, wet ground ---------------------------------------------------------------------------------------------

    def mirror(
        self, edge: float, *, ripple: float = 0.5, deep: str | None = None, depth: float = 0.5, stretch: float = 1.0,
        dry: float = 0.0, sheen: float = 0.0, within: skia.Path | None = None, vee: tuple[float, float] = (0.5, 0.0), alpha: float = 1.0,
    ) -> None:  # fmt: skip
        """Reflect all that is drawn above `edge` below it.

        ripple: 0 a mirror, 1 a choppy sea. deep: the water's own colour, shown by `depth` near the lens. dry: 0 for water; for wet
        ground what share of it is no puddle, about 0.4. sheen: light on the crests. vee: where
        between two walls the ground ends far away, and by
        how much its edges come down towards the lens, per page to the side.
        """
        light = self.light
        self.wash(
            shot_shaders.MIRROR,
            {
                "edge": edge,
                "ripple": ripple * 0.22,
                "shift": (self.rng.random(), self.rng.random()),
                "deep": deep or blend(light.zenith, light.fill, 0.4),
                "depth": depth,
                "stretch": stretch,
                "dry": dry,
                "sheen": sheen,
                "glint": light.key,
                "vee": vee,
                "sun": (0.5 + light.side, 0.9 if self._has_lane and not dry else 0.0),
            },
            {"S": self.so_far()},
            side=1100,
            within=within or self.band(edge, BLEED_MAX),
            alpha=alpha,
        )

    # --- light ---------------------------------------------------------------------------------------------------------

    def glow(self, x: float, y: float, radius: float, color: str | None = None, alpha: float = 0.6) -> None:
        self.page.glow(x, y, radius, color or self.light.lamp, alpha)
        self.lamps.append((x, y, radius, color or self.light.lamp, alpha))

    def lamp(self, x: float, y: float, size: float, color: str | None = None, reach: float = 14.0) -> None:
        """A bulb with its glare. size: its radius."""
        color = color or self.light.lamp
        self.lamps.append((x, y, size * reach * 1.6, color, 0.8))
        self.page.glow(x, y, size * reach, color, 0.42)
        self.page.glow(x, y, size * 4.5, color, 0.75)
        self.page.blurred(circle(x, y, size), blend(color, "#ffffff", 0.7), size * 0.25)

    def pool(self, x: float, y: float, rx: float, ry: float, color: str | None = None, alpha: float = 0.5) -> None:
        """Light that falls on the ground."""
        self.lamps.append((x, y, rx, color or self.light.lamp, min(1.0, alpha * 1.3)))
        self.page.canvas.save()
        self.page.canvas.translate(x, y)
        self.page.canvas.scale(1, ry / rx)
        self.page.glow(0, 0, rx, color or self.light.lamp, alpha)
        self.page.canvas.restore()

    def shadow(self, x: float, y: float, rx: float, ry: float, alpha: float = 0.45) -> None:
        """Where something stands on the ground: darkest below it."""
        for share, part in ((1.0, 0.45), (0.55, 0.75)):
            path = skia.Path()
            path.addOval(skia.Rect.MakeLTRB(x - rx * share, y - ry * share, x + rx * share, y + ry * share))
            self.page.blurred(path, self.light.dark, ry * share * 0.6, alpha * part)

    # --- weather -------------------------------------------------------------------------------------------------------

    def fog(self, top: float, bottom: float, thick: float = 0.6, color: str | None = None) -> None:
        """A bank of mist that fades at both edges."""
        self.wash(shot_shaders.FOG, {
            "top": top, "bottom": bottom, "color": color or self.light.haze, "thick": thick,
            "shift": (self.rng.random(), self.rng.random()),
        })  # fmt: skip

    def weather(self) -> None:
        """What falls in front of everything, as the light has it; a scene under a roof goes inside."""
        if not self.light.falls:
            return
        if self.light.weather in ("rain", "storm"):
            falling.rain(self, 0.8 if self.light.weather == "storm" else 0.5)
        elif self.light.weather == "snow":
            falling.snow(self, 0.5)
        elif self.light.weather == "fog":
            self.fog(self.camera.horizon - 0.25, 1.15, 0.45)

    def bokeh(self, area: skia.Rect, colors: Sequence[str], count: int, radius: float) -> None:
        """Lights out of focus: discs with a brighter edge, larger and fainter the nearer."""
        for _ in range(count):
            x, y = self.number(area.left(), area.right()), self.number(area.top(), area.bottom())
            r, color = radius * self.number(0.45, 1.25), self.rng.choice(colors)
            alpha = self.number(0.22, 0.62)
            self.page.canvas.drawCircle(x, y, r, skia.Paint(
                Color=argb(color, alpha), AntiAlias=True, BlendMode=Blend.kScreen,
                MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, r * 0.08)))  # fmt: skip
            self.page.canvas.drawCircle(x, y, r * 0.94, skia.Paint(
                Color=argb(blend(color, "#ffffff", 0.4), alpha * 0.6), AntiAlias=True, BlendMode=Blend.kScreen,
                Style=skia.Paint.kStroke_Style, StrokeWidth=r * 0.1,
                MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, r * 0.06)))  # fmt: skip

    # --- room for type -------------------------------------------------------------------------------------------------

    def calm(self, x: float, y: float, width: float, height: float, align: str = "left", valign: str = "top") -> None:
        """A place where the title may stand, best first."""
        height = min(height, 0.97 - y)
        if height >= LEAST_ROOM:
            self.titles.append(Zone(x, y, width, height, align, valign))

    def keep_off(self, path: skia.Path) -> None:
        """No type on this: a face, a lamp, what tells the scene."""
        self.figures.append(path)

    # --- the print -----------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Grade towards the palette, darken the corners, and lay grain over it all at the picture's own size."""
        low, mid, high, share = self._mood_tones()
        if self.palette.asked:  # the whole picture is graded towards them: `own_colours.py`
            share = 0.0
        image = self.page.surface.makeImageSnapshot()
        child = self._picture(image)
        paint = skia.Paint(Shader=shaders.shader(shot_shaders.GRADE, {
            "low": low, "mid": mid, "high": high, "share": share, "vignette": self.vignette,
            "half_size": (self.page.visible.width() / 2, self.page.visible.height() / 2),
        }, {"S": child}))  # fmt: skip
        self.page.canvas.drawRect(self.page.visible, paint)
        self.page.texture("grain", self.grain, self.rng)

    def _mood_tones(self) -> tuple[str, str, str, float]:
        """A film's cast: a hue of the palette in the shadows, its answer in the lights."""
        hue = (
            lch_of(self.palette.ground)[2] if lch_of(self.palette.ground)[1] > 0.03 else lch_of(self.palette.figure)[2]
        )
        warm = lch_of(self.palette.accent)[2]
        return oklch(0.14, 0.05, hue), oklch(0.55, 0.07, hue), oklch(0.96, 0.03, warm), 0.14
