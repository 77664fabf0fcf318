"""Treatments that keep the photograph a photograph: as it is, on film, in one tint, pushed in the night."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.color import at_lightness, lch_of, oklch
from covers.engine.poster.own.art import Lying, OwnArt, of_rect

TINT = """
uniform shader S; uniform float low; uniform float high; uniform float gamma; uniform float3 dark; uniform float3 mid; uniform float3 pale;
uniform float4 frame; uniform float vignette;
half4 main(float2 u) {
  float l = dot(float3(S.eval(u).rgb), float3(.2126, .7152, .0722));
  l = pow(clamp((l - low) / (high - low), 0., 1.), gamma);
  l = mix(l, l * l * (3. - 2. * l), .45);
  float3 c = l < .5 ? mix(dark, mid, l * 2.) : mix(mid, pale, l * 2. - 1.);
  float2 v = (u - frame.xy) / frame.zw;
  c *= 1. - vignette * pow(length(v) * .82, 3.);
  return opaque(c);
}"""


class Plain(OwnArt):
    """The picture as it is. No colour of it is changed; only a picture too small for a store file gets grain."""

    name = "plain"
    texture = "photograph"
    grain = 0.045
    layouts = ("bleed", "detail", "inset", "band")

    def lay(self, place: Lying) -> None:
        self.note(place)
        self.page.canvas.drawPath(
            of_rect(place.frame), skia.Paint(Shader=self.picture(place), AntiAlias=True, Dither=True)
        )


class Tinted(OwnArt):
    """Black and white, printed in one warm or cool tint from deep shadow to paper."""

    name = "tinted"
    texture = "toned print"
    grain = 0.17
    layouts = ("bleed", "inset", "detail", "band")

    def lay(self, place: Lying) -> None:
        self.note(place)
        low, high = self.brought.levels
        dark, mid, light = self.tones()
        self.inks = [light, at_lightness(mid, 0.9), dark, *self.inks[3:]]
        self.shade, self.haze = dark, light
        middle = float(sorted(self.seen.light.ravel())[self.seen.light.size // 2])
        level = min(max((middle - low) / (high - low), 0.05), 0.95)
        frame = place.frame
        self.shade_in(of_rect(frame), TINT, {
            "low": low, "high": high, "gamma": exposing(level), "dark": dark, "mid": mid, "pale": light,
            "frame": (frame.centerX(), frame.centerY(), frame.width() / 2, frame.height() / 2), "vignette": 0.16,
        }, {"S": self.picture(place)})  # fmt: skip

    def tones(self) -> tuple[str, str, str]:
        """Shadow, middle and paper of one hue: the palette's liveliest colour, taken back."""
        colors = self.colors
        vivid = max((colors.figure, colors.second, colors.accent), key=lambda color: lch_of(color)[1])
        _, chroma, hue = lch_of(vivid)
        chroma = min(chroma, 0.11)
        return oklch(0.15, 0.35 * chroma, hue), oklch(0.56, chroma, hue), oklch(0.95, 0.22 * chroma, hue)


def exposing(middle: float) -> float:
    """The exponent that brings a middle tone to where a print has it, by half and never by much."""
    wished = min(max(middle, 0.36), 0.6)
    return min(max(math.log(wished) / math.log(middle), 0.6), 1.7)
