"""Treatments that keep the photograph a photograph: as it is, on film, in one tint, pushed in the night."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import skia

from covers.engine.poster.color import at_lightness, lch_of, oklch
from covers.engine.poster.geometry import of_rect, smooth
from covers.engine.poster.own.art import Lying, OwnArt

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


FILM = """
uniform shader S; uniform shader B; uniform float gamma; uniform float colour; uniform float contrast; uniform float3 halo;
uniform float3 lift; uniform float3 gain; uniform float3 cool; uniform float3 warm; uniform float4 frame;
uniform float vignette; uniform float speckle; uniform float2 shift;
half4 main(float2 u) {
  float3 c = pow(float3(S.eval(u).rgb), float3(gamma));
  float l = dot(c, float3(.2126, .7152, .0722));
  c = clamp(mix(float3(l), c, colour), 0., 1.);
  c = mix(c, c * c * (3. - 2. * c), contrast);
  c = 1. - (1. - c) * (1. - halo * float3(B.eval(u).rgb));
  l = dot(c, float3(.2126, .7152, .0722));
  c += mix(cool, warm, l) * (1. - abs(2. * l - 1.) * .5);
  if (speckle > 0.) {
    float2 p = u * 2.6 + shift;
    c += (float3(fine(p), fine(p.yx + .37), fine(p + .61)) - .5) * speckle * (1. - .55 * l);
  }
  c = lift + (gain - lift) * clamp(c, 0., 1.);
  float2 v = (u - frame.xy) / frame.zw;
  c *= 1. - vignette * pow(length(v) * .78, 2.6);
  return opaque(c);
}"""
"""Exposure, colour and contrast; light that spreads around what is bright; a cast in shadows and lights; noise in colour; blacks
that are not quite black; darker corners."""


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


@dataclass(frozen=True)
class Stock:
    """How a film sees. lift, gain: its black and white; cool, warm: what it adds to shadows and lights; halo: the colour of the light
    that spreads in it."""

    gamma: float
    colour: float
    contrast: float
    lift: tuple[float, float, float]
    gain: tuple[float, float, float]
    cool: tuple[float, float, float]
    warm: tuple[float, float, float]
    halo: tuple[float, float, float]


STOCKS = (
    Stock(0.94, 0.82, 0.2, (0.075, 0.07, 0.085), (0.985, 0.96, 0.9), (-0.01, 0.005, 0.03), (0.035, 0.01, -0.035), (0.5, 0.2, 0.08)),
    Stock(1.0, 0.7, 0.12, (0.1, 0.085, 0.075), (0.97, 0.945, 0.86), (0.02, 0.01, -0.01), (0.03, 0.015, -0.03), (0.45, 0.22, 0.1)),
    Stock(0.9, 0.9, 0.32, (0.05, 0.06, 0.075), (1.0, 0.985, 0.95), (-0.03, 0.012, 0.02), (0.02, 0.012, -0.02), (0.55, 0.16, 0.1)),
    Stock(0.97, 0.74, 0.16, (0.085, 0.075, 0.1), (0.98, 0.93, 0.92), (0.012, -0.012, 0.03), (0.03, -0.004, -0.01), (0.5, 0.2, 0.2)),
)  # fmt: skip
"""Negative film with cool shadows; an old warm print; slide film; film beyond its date."""

NIGHTS = (
    Stock(1.0, 0.8, 0.34, (0.03, 0.06, 0.065), (0.96, 1.0, 0.93), (-0.04, 0.012, 0.02), (0.03, 0.02, -0.05), (0.75, 0.55, 0.3)),
    Stock(1.0, 0.75, 0.34, (0.045, 0.035, 0.085), (1.0, 0.93, 0.96), (-0.01, -0.03, 0.06), (0.05, -0.01, -0.01), (0.8, 0.4, 0.5)),
    Stock(1.0, 0.85, 0.34, (0.04, 0.05, 0.09), (0.95, 0.97, 1.0), (-0.05, -0.01, 0.05), (0.04, 0.02, -0.03), (0.5, 0.6, 0.85)),
)  # fmt: skip
"""Fluorescent green, violet, blue."""


class Film(OwnArt):
    """A frame of film: its colours, light that spreads at bright edges, dust, now and then a light leak."""

    name = "film"
    grain = 0.17
    layouts = ("bleed", "inset", "detail", "band")

    def lay(self, place: Lying) -> None:
        self.note(place)
        develop(self, place, self.rng.choice(STOCKS), self.blurred(place, 0.02, 0.72), 0.3, 0.0)
        with self.page.clipped(of_rect(place.frame)):
            if self.rng.random() < 0.55:
                self.leak(place.frame)
            self.dust(place.frame)

    def leak(self, frame: skia.Rect) -> None:
        """Light that fell into the camera from one side, away from the subject."""
        rng, page = self.rng, self.page
        side = 1 if self.seen.focus[0] < 0.5 else -1
        x = frame.right() if side > 0 else frame.left()
        for color, reach, alpha in (("#ff3d14", 0.62, 0.5), ("#ff8a2a", 0.4, 0.5), ("#ffe2a0", 0.18, 0.5)):
            y = frame.top() + frame.height() * rng.uniform(0.2, 0.75)
            page.canvas.save()
            page.canvas.translate(x + side * 0.08 * reach, y)
            page.canvas.scale(0.62, rng.uniform(1.1, 1.8))
            page.glow(0, 0, reach * frame.width(), color, alpha)
            page.canvas.restore()

    def dust(self, frame: skia.Rect) -> None:
        """Specks and a hair or two, as scanners find them."""
        rng, page = self.rng, self.page
        specks = skia.Path()
        for _ in range(rng.randrange(16, 34)):
            x, y = rng.uniform(frame.left(), frame.right()), rng.uniform(frame.top(), frame.bottom())
            specks.addCircle(x, y, 0.0016 * rng.random() ** 3 + 0.0004)
        page.fill(specks, "#fff8ea", 0.7)
        for _ in range(rng.randrange(0, 3)):
            x, y, turn = (
                rng.uniform(frame.left(), frame.right()),
                rng.uniform(frame.top(), frame.bottom()),
                rng.uniform(0, 6.3),
            )
            points = []
            for step in range(9):
                turn += rng.uniform(-0.5, 0.5)
                points.append((x + 0.006 * step * math.cos(turn), y + 0.006 * step * math.sin(turn)))
            page.line(smooth(points), "#fff8ea", 0.0009, 0.55)


class NightPush(OwnArt):
    """Film pushed three stops in the dark: deep shadows that are not black, lamps that bloom, noise in every colour."""

    name = "night_push"
    texture = "pushed film"
    grain = 0.2
    layouts = ("bleed", "detail", "band", "inset")

    def lay(self, place: Lying) -> None:
        self.note(place)
        middle = min(max(float(np.median(self.seen.light)), 0.03), 0.97)
        gamma = min(max(math.log(0.2) / math.log(middle), 0.62), 3.4)
        stock = replace(self.rng.choice(NIGHTS), gamma=gamma)
        bright = min(0.9, max(0.5, float(np.quantile(self.seen.light, 0.93))))
        develop(self, place, stock, self.blurred(place, 0.035, bright), 0.5, 0.5 if self.seen.unrest < 0.06 else 0.25)
        self.inks = [self.seen.tint(0.96, 0.03), "#f4efe2", "#ffd9a0", "#ffffff"]
        self.shade = oklch(0.1, 0.04, lch_of("#{:02x}{:02x}{:02x}".format(*(round(255 * v) for v in stock.lift)))[2])


def develop(art: OwnArt, place: Lying, stock: Stock, glow: skia.Shader, vignette: float, speckle: float) -> None:
    frame = place.frame
    art.shade_in(of_rect(frame), FILM, {
        "gamma": stock.gamma, "colour": stock.colour, "contrast": stock.contrast, "halo": stock.halo, "lift": stock.lift,
        "gain": stock.gain, "cool": stock.cool, "warm": stock.warm, "vignette": vignette, "speckle": speckle,
        "frame": (frame.centerX(), frame.centerY(), frame.width() / 2, frame.height() / 2),
        "shift": (art.rng.random(), art.rng.random()),
    }, {"S": art.picture(place), "B": glow})  # fmt: skip


def exposing(middle: float) -> float:
    """The exponent that brings a middle tone to where a print has it, by half and never by much."""
    wished = min(max(middle, 0.36), 0.6)
    return min(max(math.log(wished) / math.log(middle), 0.6), 1.7)
