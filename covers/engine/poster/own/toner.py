"""Treatments in one ink that is no ink: a sheet exposed to the sun, a copy of a copy."""

from __future__ import annotations

import numpy as np
import skia

from covers.engine.poster.art import MARGIN
from covers.engine.poster.color import at_lightness, lch_of, mix
from covers.engine.poster.geometry import of_rect, rect
from covers.engine.poster.own.art import Lying, OwnArt, image_shader, lying
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.portrait.filters import Floats, smooth_base, soft
from covers.lettering.title_contract import Zone

BLUE = """
uniform shader S; uniform float4 coat; uniform float4 image; uniform float rough; uniform float2 shift;
uniform float3 deep; uniform float3 blue; uniform float3 sky; uniform float3 paper;
half4 main(float2 u) {
  float side = (soft(float2(u.x * .5, u.y * 4.) + shift) - .5) * 1.4 + (fine(float2(u.x * .2, u.y * 1.1) + shift) - .5) * .45;
  float ends = (soft(float2(u.x * 4., u.y * .5) + shift.yx) - .5) * 1.1 + (fine(float2(u.x * 1.1, u.y * .2) + shift.yx) - .5) * .35;
  float d = min(min(u.x - coat.x, coat.z - u.x) + side * rough, min(u.y - coat.y, coat.w - u.y) + ends * rough * .8);
  float sheet = smoothstep(0., .004 + rough * .25, d);
  float streak = 1. - .16 * smoothstep(.5, .9, soft(float2(u.x * .35, u.y * 3.) + shift)) - .1 * (soft(u * 1.3 + shift) - .5);
  float t = float(S.eval(u).r);
  float inside = step(image.x, u.x) * step(u.x, image.z) * step(image.y, u.y) * step(u.y, image.w);
  t = mix(.02, t, inside);
  t = clamp(1. - (1. - t) * streak, 0., 1.);
  float3 c = t < .42 ? mix(deep, blue, t / .42) : (t < .78 ? mix(blue, sky, (t - .42) / .36) : mix(sky, paper, (t - .78) / .22));
  float wash = smoothstep(-.03 - rough, 0., d) * .10;
  return opaque(mix(mix(paper, sky, wash), c, sheet));
}"""

TONER = """
uniform shader S; uniform float limit; uniform float soften; uniform float grit; uniform float2 shift; uniform float3 ink;
uniform float3 paper; uniform float gaps;
half4 main(float2 u) {
  float t = float(S.eval(u).r);
  float2 p = u * 1.9 + shift;
  float n = fine(p) - .5;
  float cloud = soft(u * 1.4 + shift) - .5;
  float v = t + n * grit + cloud * .10;
  float k = 1. - smoothstep(limit - soften, limit + soften, v);
  float starved = smoothstep(.60, .78, soft(u * float2(1.1, .8) + shift.yx)) * gaps;
  k *= 1. - starved * smoothstep(.44, .56, fine(u * 3.3 + shift));
  k = max(k, smoothstep(.93, .97, fine(u * 2.7 + shift.yx)) * .8);
  return opaque(mix(paper, ink, k * .96));
}"""


PALE = 0.7
"""Mean light of a picture that is quietened with bare paper; on any other that would look like a fault of the print."""


def tone_shader(tones: Floats, place: Lying, drawn: float) -> skia.Shader:
    """(n, n) 0..1 as a shader whose red is the tone."""
    grey = np.rint(np.clip(tones, 0, 1) * 255).astype(np.uint8)
    rgba = np.dstack([grey, grey, grey, np.full_like(grey, 255)])
    image = skia.Image.fromarray(rgba, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kOpaque_AlphaType)
    return image_shader(image, place.matrix(grey.shape[0]), drawn)


class Cyanotype(OwnArt):
    """A sheet brushed with iron salts and laid in the sun: Prussian blue, a brushed edge, watercolour paper."""

    name, texture = "cyanotype", "cyanotype on watercolour paper"
    layouts = ("sheet", "deep", "washed", "lower")
    title_scale = 0.08

    def expose(self, coat: skia.Rect, image: skia.Rect, rough: float) -> None:
        """coat: where the brush went; image: where the negative lay; what is coated beyond it went all blue."""
        place = lying(image, self.seen.focus)
        self.note(place)
        self.note_enlargement(0, place)
        deep, blue, sky, paper = "#0b1d3e", "#1d4a8c", "#9dbdd6", "#f1ecdd"
        tone = self.brought.tone(min(2200, place.size * self.page.scale))
        self.page.ground(paper)
        self.stage()
        self.shade_in(self.page.everything, BLUE, {
            "coat": (coat.left(), coat.top(), coat.right(), coat.bottom()), "deep": deep, "blue": blue, "sky": sky, "paper": paper,
            "image": (image.left(), image.top(), image.right(), image.bottom()), "rough": rough,
            "shift": (self.rng.random(), self.rng.random()),
        }, {"S": tone_shader(tone, place, place.size * self.page.scale)})  # fmt: skip
        self.inks = [paper, deep, "#ffffff"]
        self.veiled = of_rect(coat.makeInset(0.4 * rough, 0.35 * rough))
        self.shade, self.haze = deep, paper if self.seen.mean > PALE else deep

    def sheet(self) -> None:
        """The print on a sheet with a wide margin; the type on the bare paper below, in the same blue."""
        room, seen = self.idea.room, self.page.visible
        bottom = seen.bottom() - (room + 0.07 if room else 0.1)
        coat = skia.Rect.MakeLTRB(seen.left() + 0.085, seen.top() + 0.08, seen.right() - 0.085, bottom)
        self.expose(coat, coat.makeOutset(0.04, 0.04), 0.022)
        self.keep(0.962 - room, room, "left")

    def deep(self) -> None:
        """The negative smaller than the coating: a field of full blue around it, the type in bare paper on that."""
        room, seen = self.idea.room, self.page.visible
        coat = skia.Rect.MakeLTRB(seen.left() + 0.035, seen.top() + 0.035, seen.right() - 0.035, seen.bottom() - 0.035)
        image = skia.Rect.MakeLTRB(
            seen.left() + 0.13, seen.top() + 0.12, seen.right() - 0.13, seen.bottom() - (room + 0.11 if room else 0.13)
        )
        self.expose(coat, image, 0.02)
        self.keep(0.925 - room, room, "left", 0.13)

    def washed(self) -> None:
        """From edge to edge, only the brush's last strokes at the sides."""
        seen = self.page.visible
        coat = skia.Rect.MakeLTRB(seen.left() + 0.012, seen.top() + 0.014, seen.right() - 0.012, seen.bottom() - 0.014)
        self.expose(coat, seen, 0.03)

    def lower(self) -> None:
        """A broad print, low on the sheet, the type above it."""
        room, seen = self.idea.room, self.page.visible
        top = seen.top() + (room + 0.08 if room else 0.1)
        coat = skia.Rect.MakeLTRB(seen.left() + 0.06, top, seen.right() - 0.06, seen.bottom() - 0.07)
        self.expose(coat, coat.makeOutset(0.045, 0.045), 0.028)
        self.keep(0.055, room, "left")

    def keep(self, y: float, room: float, align: str, margin: float = MARGIN) -> None:
        if room:
            self.titles.append(Zone(margin, y, 1 - 2 * margin, room - 0.014, align, "top" if y < 0.3 else "bottom"))

    def surface(self) -> None:
        self.page.texture("paper", 0.26, self.rng)
        self.page.texture("grain", 0.1, self.rng)


class Xerox(OwnArt):
    """A copy of a copy: toner or none, starved where it should be black, streaks of the drum, a sheet that lay askew."""

    name, texture, finish = "xerox", "photocopy", "photocopy"
    layouts = ("askew", "margin", "twice", "enlarged")
    title_scale = 0.1
    LOUD_PAPERS = ("anger", "rebellion", "dance", "swagger", "joy", "summer", "triumph")

    def sheet_and_toner(self) -> tuple[str, str]:
        """Paper and toner: the palette's, where a person gave one or the song is loud; else office white and black."""
        colors = self.colors
        toner = at_lightness(colors.ink, 0.17, 0.5)
        if colors.name == "own" or self.idea.mood in self.LOUD_PAPERS:
            options = [
                color
                for color in (colors.ground, colors.second, colors.accent, colors.figure)
                if lch_of(color)[0] > 0.7
            ]
            if options:
                return options[0], toner
        return mix(colors.paper, "#f4f2ec", 0.6), toner

    def tones(self, side: float) -> Floats:
        """What the machine sees: edges overdone, as each copy overdoes those of the last."""
        tone = self.brought.tone(min(1400, max(360.0, side)))
        size = tone.shape[0]
        base = smooth_base(tone, size * 0.012, 0.002)
        near, wide = soft(base, size * 0.004), soft(base, size * 0.03)
        return np.clip(0.5 + 0.62 * (wide - 0.5) + 1.25 * (near - wide) + 0.5 * (base - near), 0, 1)

    def copied(self, place: Lying, area: skia.Path, is_negative: bool = False) -> None:
        paper, toner = self.sheet_and_toner()
        tones = self.tones(place.size * self.page.scale)
        limit = min(0.56, max(0.4, float(np.quantile(tones[::4, ::4], 0.42))))
        if self.seen.is_graphic:
            limit = 0.62
        if is_negative:
            tones, limit = 1 - tones, 1 - limit
        self.shade_in(area, TONER, {
            "limit": limit, "soften": 0.09, "grit": 0.34 if self.seen.unrest < 0.07 else 0.2, "ink": toner, "paper": paper,
            "gaps": 0.5, "shift": (self.rng.random(), self.rng.random()),
        }, {"S": tone_shader(tones, place, place.size * self.page.scale)})  # fmt: skip

    def start(self) -> None:
        paper, toner = self.sheet_and_toner()
        self.voice = "photocopy"
        self.page.ground(paper)
        self.stage()
        self.inks = [toner, paper, "#0b0b0d", "#ffffff"]
        self.shade, self.haze = toner, paper if self.seen.mean > PALE else toner

    def askew(self) -> None:
        """From edge to edge, turned a little, so that the lid's dark shows in a corner."""
        self.start()
        seen, canvas = self.page.visible, self.page.canvas
        canvas.save()
        canvas.translate(0.5, 0.5)
        canvas.rotate(self.rng.choice((-1, 1)) * self.rng.uniform(0.9, 1.8))
        canvas.translate(-0.5, -0.5)
        frame = skia.Rect.MakeLTRB(seen.left() - 0.012, seen.top() + 0.018, seen.right() + 0.01, seen.bottom() + 0.02)
        place = lying(frame, self.seen.focus)
        self.note(place)
        self.page.fill(self.page.everything, self.sheet_and_toner()[1])
        self.copied(place, of_rect(frame))
        canvas.restore()
        self.streaks(self.page.everything)

    def margin(self) -> None:
        """A copy on a larger sheet, with room for the type on the bare paper."""
        self.start()
        seen, room = self.page.visible, self.idea.room
        is_top = self.rng.random() < 0.4
        gap = room + 0.05 if room else 0.07
        frame = skia.Rect.MakeLTRB(
            seen.left() + 0.05,
            seen.top() + (gap if is_top else 0.055),
            seen.right() - 0.05,
            seen.bottom() - (0.055 if is_top else gap),
        )
        place = lying(frame, self.seen.focus)
        self.note(place)
        self.copied(place, of_rect(frame))
        self.band_of_type(is_top)
        self.streaks(of_rect(frame))

    def twice(self) -> None:
        """Copied, and beside it its negative."""
        self.start()
        seen, room = self.page.visible, self.idea.room
        bottom = seen.bottom() - (room + 0.03 if room else 0.0)
        x = seen.centerX() + self.rng.choice((-0.12, 0.12))
        first = skia.Rect.MakeLTRB(seen.left(), seen.top(), x, bottom)
        second = skia.Rect.MakeLTRB(x, seen.top(), seen.right(), bottom)
        for frame, is_negative in ((first, False), (second, True)):
            place = lying(frame, self.seen.focus)
            self.note(place)
            self.copied(place, of_rect(frame), is_negative)
        self.band_of_type(False)
        self.streaks(rect(seen.left(), seen.top(), seen.width(), bottom - seen.top()))

    def enlarged(self) -> None:
        """Enlarged on the glass until it is mostly black and white."""
        self.start()
        seen = self.page.visible
        place = lying(seen, self.seen.focus, max(1.0, min(1.6, self.closer())))
        self.note(place)
        self.copied(place, self.page.everything)
        self.streaks(self.page.everything)

    def band_of_type(self, is_top: bool) -> None:
        room = self.idea.room
        if room:
            y = 0.052 if is_top else 0.965 - room
            self.titles.append(Zone(0.06, y, 0.88, room - 0.012, "left", "top" if is_top else "bottom"))

    def streaks(self, area: skia.Path) -> None:
        """What a scratched drum leaves: fine lines down the sheet, and a soft dark band."""
        rng, page, (_, toner) = self.rng, self.page, self.sheet_and_toner()
        with page.clipped(area):
            for _ in range(rng.randrange(3, 7)):
                x, width = (
                    rng.uniform(page.visible.left(), page.visible.right()),
                    rng.choice((0.0012, 0.002, 0.0035)),
                )
                page.fill(rect(x, BLEED_MIN, width, BLEED_MAX - BLEED_MIN), toner, rng.uniform(0.12, 0.4))
            x = rng.uniform(0, 1)
            page.blurred(rect(x, BLEED_MIN, 0.05, BLEED_MAX - BLEED_MIN), toner, 0.02, 0.1)

    def surface(self) -> None:
        self.page.texture("paper", 0.1, self.rng)
        self.page.texture("grain", 0.12, self.rng)
