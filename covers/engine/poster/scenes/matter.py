"""Materials: the song's motif as a body of chrome, clay, glass or foil, or a surface that has its colours and its temper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import skia

from covers.brief.brief_contract import Concept
from covers.engine.poster.art import MARGIN, Idea
from covers.engine.poster.color import at_lightness, blend, lch_of
from covers.engine.poster.geometry import moved
from covers.engine.poster.motifs import motif
from covers.engine.poster.page import Page
from covers.engine.poster.scenes.lit_art import LitArt
from covers.engine.poster.scenes.noise import half_image
from covers.engine.poster.scenes.shot import FINE_SIDE
from covers.lettering.title_contract import Zone

LEAST_SIDE = 640
FIELD_SIDE, FIELD_MARGIN = 640, 0.2
"""Texels of the height field, and how much of it is free around the motif's box on each side, in boxes."""


@cache
def relief(key: str) -> skia.Image:
    """The motif as a body that swells towards its middle: red is its height, green how surely a point lies on it."""
    surface = skia.Surface(FIELD_SIDE, FIELD_SIDE)
    canvas = surface.getCanvas()
    canvas.clear(0xFF000000)
    scale = FIELD_SIDE / (1 + 2 * FIELD_MARGIN)
    canvas.translate(FIELD_SIDE / 2, FIELD_SIDE / 2)
    canvas.scale(scale, scale)
    canvas.drawPath(motif(key).shape, skia.Paint(Color=0xFFFFFFFF, AntiAlias=True))
    mask = surface.toarray()[..., 0].astype(np.float32) / 255
    canvas.clear(0xFF000000)
    canvas.drawPath(motif(key).detail, skia.Paint(Color=0xFFFFFFFF, AntiAlias=True))
    carved = surface.toarray()[..., 0].astype(np.float32) / 255
    rows, columns = np.fft.fftfreq(FIELD_SIDE)[:, None], np.fft.rfftfreq(FIELD_SIDE)[None, :]
    radius, spectrum = rows**2 + columns**2, np.fft.rfft2(mask)
    height = np.zeros_like(mask)
    for sigma, share in ((3, 0.16), (7, 0.22), (15, 0.28), (30, 0.34)):
        soft = np.fft.irfft2(spectrum * np.exp(-2 * (np.pi * sigma) ** 2 * radius), s=mask.shape)
        height += share * np.clip(2 * soft - 0.94, 0, 1)
    carving = np.fft.irfft2(np.fft.rfft2(carved) * np.exp(-2 * (np.pi * 2.4) ** 2 * radius), s=mask.shape)
    height = np.sqrt(np.clip(height, 0, 1)) - 0.13 * carving
    edge = np.fft.irfft2(spectrum * np.exp(-2 * (np.pi * 1.2) ** 2 * radius), s=mask.shape)
    smooth = np.fft.irfft2(np.fft.rfft2(height) * np.exp(-2 * (np.pi * 2.6) ** 2 * radius), s=mask.shape)
    smooth, edge = smooth.clip(0, 1), edge.clip(0, 1)
    return half_image([smooth, edge, smooth, np.ones_like(mask)])


@cache
def swelling(key: str) -> skia.Shader:
    """The relief, in its own texels."""
    clamp = skia.TileMode.kClamp
    return relief(key).makeShader(clamp, clamp, skia.SamplingOptions(skia.FilterMode.kLinear))


BODY = """
uniform shader H; uniform float2 at; uniform float size; uniform float reach;
uniform float2 shift; uniform float3 ground; uniform float3 deep; uniform float3 main_;
uniform float3 second; uniform float3 accent; uniform float3 pale; uniform float3 ink; uniform float2 sun;
float2 inside(float2 u) { float2 q = (u - at) / size + .5 + .2; return q * 640. / 1.4; }
float height(float2 u) { return float(H.eval(inside(u)).r); }
float cover(float2 u) { return float(H.eval(inside(u)).g); }
float2 slope(float2 u, float e) {
  return float2(height(u + float2(e, 0.)) - height(u - float2(e, 0.)), height(u + float2(0., e)) - height(u - float2(0., e))) / (2.
    * e) * size;
}
float3 normal(float2 u, float bulge) { float2 s = slope(u, .0035); return normalize(float3(-s * bulge, 1.)); }
float under(float2 u, float2 away, float soften) {
  float a = 0.;
  for (int i = 0; i < 5; i++) { float k = (float(i) + .5) / 5.;
    a += smoothstep(.05, .05 + soften, height(u - away * k) + cover(u - away * k) * .2); }
  return a / 5.;
}
float3 backdrop(float2 u) {
  float d = length((u - float2(.5 - sun.x * .3, .42)) * float2(1., .9));
  return mix(ground, deep, smoothstep(.1, 1.05, d + (swell(u * .5 + shift) - .5) * .22));
}
"""

MATERIALS: Mapping[str, str] = {
    "chrome": """
float3 room(float3 r) {
  float b = r.y * .5 + .5 + (swell(r.xy * .13 + shift) - .5) * .55;
  float3 c = mix(pale, main_, smoothstep(.12, .42, b));
  c = mix(c, ink, smoothstep(.42, .50, b));
  c = mix(c, second, smoothstep(.50, .66, b) * (1. - smoothstep(.70, .86, b)));
  c = mix(c, pale, smoothstep(.74, .95, b));
  return c + smoothstep(.93, .99, dot(r, normalize(float3(sun, .9)))) * .9;
}
half4 main(float2 u) {
  float3 c = backdrop(u);
  c *= 1. - .42 * under(u, float2(.03, .07), .3);
  float m = smoothstep(.42, .58, cover(u));
  float3 n = normal(u, .62);
  n = normalize(n + float3((float2(swell(u * .9 + shift), swell(u * .9 + shift + .5)) - .5) * .35, 0.));
  float3 r = reflect(float3(0., 0., -1.), n);
  float3 k = room(r) * (.82 + .18 * n.z);
  return opaque(mix(c, k, m));
}""",
    "pressed_clay": """
half4 main(float2 u) {
  float3 c = backdrop(u);
  float g = fine(u * 1.1) - .5;
  c *= 1. - .34 * under(u, float2(.025, .05), .5) + g * .05;
  float m = smoothstep(.42, .58, cover(u));
  float3 n = normal(u, .42);
  float2 p = swirl(u * 2.4 + shift, .5);
  n = normalize(n + float3((float2(soft(p), soft(p + .5)) - .5) * .34 + g * .10, 0.));
  float l = clamp(dot(n, normalize(float3(sun, 1.1))), 0., 1.);
  float wrap = smoothstep(.05, 1., l * .75 + .25);
  float print = sin((length(fract(u * 5. + swell(u + shift)) - .5) + swell(u * 2.) * .3) * 60.) * smoothstep(.62, .8, swell(u * 1.7
    + shift.yx)) * .05;
  float3 k = mix(main_ * .42 + deep * .12, main_ * 1.08, wrap + print);
  k += pale * pow(l, 18.) * .12;
  return opaque(mix(c, k, m));
}""",
    "lens_glass": """
float3 stripes(float2 u) {
  float a = (u.x * .8 + u.y * .6) * 9. + swell(u * .4 + shift) * 1.5;
  float f = smoothstep(.44, .50, abs(fract(a) - .5)) ;
  float3 c = mix(backdrop(u), main_, smoothstep(.20, .26, abs(fract(a) - .5)));
  return mix(c, second, f);
}
half4 main(float2 u) {
  float3 c = stripes(u);
  float m = smoothstep(.42, .58, cover(u));
  float3 n = normal(u, .5);
  float s = under(u, float2(.03, .06), .4);
  c *= 1. - .30 * s;
  c += pale * pow(s, 3.) * .10;
  float2 d = n.xy * (.16 * size);
  float3 k = float3(stripes(u - d * 1.08).r, stripes(u - d).g, stripes(u - d * .92).b);
  float rim = pow(1. - n.z, 2.2);
  k = k * (1.04 - .28 * rim) + pale * rim * .35;
  float3 h = normalize(normalize(float3(sun, .8)) + float3(0., 0., 1.));
  k += pow(clamp(dot(n, h), 0., 1.), 90.) * 1.1 + pow(clamp(dot(n, normalize(float3(-sun, 1.6))), 0., 1.), 24.) * .10;
  return opaque(mix(c, k, m));
}""",
    "foil": """
half4 main(float2 u) {
  float m = smoothstep(.40, .60, cover(u));
  float2 p = swirl(u * .42 + shift, .10);
  float2 e = float2(.004, 0.);
  float h = crease(p) * .5 + crease(p * 1.9 + .4) * .4 + ridged(p * 2.6 + .3) * .05;
  float hx = crease(p + e) * .5 + crease((p + e) * 1.9 + .4) * .4 + ridged((p + e) * 2.6 + .3) * .05;
  float hy = crease(p + e.yx) * .5 + crease((p + e.yx) * 1.9 + .4) * .4 + ridged((p + e.yx) * 2.6 + .3) * .05;
  float2 s = (float2(hx, hy) - h) / .004 * .075 - slope(u, .0035) * -.42;
  float3 n = normalize(float3(-s, 1.));
  float b = n.x * sun.x * .9 + n.y * sun.y * .9 + .5;
  float3 c = mix(ink, main_, smoothstep(.05, .48, b));
  c = mix(c, second, smoothstep(.46, .66, b) * .75);
  c = mix(c, pale, smoothstep(.66, .98, b));
  float3 body = mix(accent * .25, accent * 1.15, smoothstep(.1, .75, b)) + pale * smoothstep(.72, 1., b) * .8;
  return opaque(mix(c, body, m));
}""",
    "thermal_flower": """
float3 heat(float t) {
  float3 c = mix(deep, main_, smoothstep(0., .28, t));
  c = mix(c, accent, smoothstep(.28, .52, t));
  c = mix(c, second, smoothstep(.50, .76, t));
  return mix(c, pale, smoothstep(.76, 1., t));
}
half4 main(float2 u) {
  float2 w = (float2(swell(u * 1.3 + shift), swell(u * 1.3 + shift + .5)) - .5) * .03;
  float h = height(u + w);
  float halo = height(u + w * 3.) * .3 + under(u, float2(0., .05), .9) * .10 + under(u, float2(0., -.09), .9) * .10;
  float t = pow(h, 2.2) * .74 * smoothstep(.3, .6, cover(u + w)) + halo + (swell(u * .8 + shift) - .5) * .22 + .08
    + (soft(u * 1.4) - .5) * .10;
  return opaque(heat(clamp(t, 0., 1.)));
}""",
    "halftone_solid": """
half4 main(float2 u) {
  float m = smoothstep(.46, .54, cover(u));
  float3 n = normal(u, .5);
  float l = clamp(dot(n, normalize(float3(sun, .8))), 0., 1.);
  float tone = mix(.06 + .30 * under(u, float2(.03, .06), .5), 1.02 - l * 1.05, m);
  float2 q = float2(u.x * .707 - u.y * .707, u.x * .707 + u.y * .707) * 74.;
  float2 f = fract(q) - .5;
  float r = sqrt(clamp(tone, 0., 1.)) * .68;
  float dot_ = smoothstep(r, r - .10, length(f));
  float3 paper = mix(pale, ground, .35);
  float3 c = mix(paper, ink, dot_ * (1. - m));
  float3 k = mix(main_, ink, dot_);
  return opaque(mix(c, k, m));
}""",
    "glow_orb": """
half4 main(float2 u) {
  float2 q = (u - at) / (reach * .5);
  q += (float2(swell(u * .55 + shift), swell(u * .55 + shift + .5)) - .5) * .5;
  float d = length(q);
  float3 c = mix(ground, deep, smoothstep(.0, 1.3, u.y + (swell(u * .4 + shift) - .5) * .4));
  float t = smoothstep(1.25, .72, d);
  float a = q.y * .5 + .5 + (swell(u * .7 + shift.yx) - .5) * .7;
  float3 k = mix(accent, main_, smoothstep(.05, .55, a));
  k = mix(k, second, smoothstep(.5, 1.05, a));
  k = mix(k, pale, smoothstep(.7, .0, d) * .4);
  c = mix(c, k, t);
  c += k * exp(-max(d - .8, 0.) * 2.6) * .22 * (1. - t);
  c = mix(c, c * (1. + .45 * height(u)) + pale * height(u) * .12, smoothstep(.3, .6, cover(u)));
  return opaque(c + (fine(u * 3.3) - .5) * .16);
}""",
    "marbled": """
half4 main(float2 u) {
  float2 p = u * .20 + shift;
  float2 a = float2(swell(p), swell(p + .5)) - .5;
  float2 b = float2(swell(p + a * .34 + .2), swell(p + a * .34 + .7)) - .5;
  float h = height(u + b * .05);
  float t = swell(p + b * .36) * 1.9 + swell(p * 2.2 + b * .5) * .35 + h * .55;
  float f = fract(t * 2.6);
  float3 c = mix(ground, main_, smoothstep(.02, .16, f));
  c = mix(c, second, smoothstep(.34, .42, f));
  c = mix(c, ink, smoothstep(.56, .60, f) * (1. - smoothstep(.64, .68, f)));
  c = mix(c, accent, smoothstep(.66, .70, f));
  c = mix(c, ground, smoothstep(.88, .98, f));
  float2 e = float2(.006, .004);
  float sheen = swell(p + b * .36 + e * .4) - swell(p + b * .36 - e * .4);
  return opaque(c * (1. + sheen * 2.0) + smoothstep(.03, .08, sheen) * .10);
}""",
    "smoke_light": """
half4 main(float2 u) {
  float2 p = u * float2(.55, .42) + shift;
  float2 w = float2(swell(p), swell(p + .5)) - .5;
  float d = crease(p + w * .7) * .6 + crease(p * 1.9 + w * .9 + .3) * .3 + swell(p * 2.8 + w) * .2;
  float e = crease(p + w * .7 + float2(.014, -.018)) * .6 + crease(p * 1.9 + w * .9 + .3 + float2(.02, -.025)) * .3 + swell(p * 2.8
    + w) * .2;
  float shape = exp(-pow((u.x - at.x + (swell(float2(u.y * .5, shift.x)) - .5) * .5) / .34, 2.));
  shape = max(shape * .85, smoothstep(.1, .5, height(u + w * .06)) * 1.1);
  float a = smoothstep(.34, .86, d) * shape;
  float l = clamp(.5 + (d - e) * 4., 0., 1.);
  float3 c = mix(deep, ink, smoothstep(0., 1., u.y)) * (.55 + .45 * exp(-length(u - at) * 1.5));
  float3 k = mix(main_, pale, l);
  k = mix(k, accent, smoothstep(.55, 1., 1. - l) * .5);
  return opaque(c + k * a * 1.15);
}""",
    "ink_water": """
half4 main(float2 u) {
  float2 p = u * float2(.24, .2) + shift;
  float2 w = float2(swell(p + float2(0., u.y * .1)), swell(p + .5)) - .5;
  float2 v = float2(swell(p * 1.6 + w * .4), swell(p * 1.6 + w * .4 + .5)) - .5;
  float s = 1. - u.y;
  float drop = exp(-pow((u.x - at.x + w.x * .6) / (.10 + .34 * (1. - s)), 2.)) * smoothstep(1.02, .82, s) * smoothstep(.06, .38, s);
  float body = smoothstep(.12, .5, height(u + v * .05));
  float d = crease(p * 1.3 + v * .32) * .7 + swell(p * 2.6 + v * .4) * .45;
  float a = clamp(max(drop, body) * smoothstep(.28, .82, d) * 1.6, 0., 1.);
  float3 c = mix(pale, mix(pale, ground, .55), smoothstep(.1, 1., u.y));
  float3 k = mix(main_, ink, smoothstep(.25, .95, a));
  k = mix(k, accent, smoothstep(.6, .2, a) * .45);
  return opaque(mix(c, k, a * .95));
}""",
    "folded_paper": """
float fold(float2 u, float turn, float place) { float c = cos(turn); float s = sin(turn);
    return abs(fract((u.x * c + u.y * s) * 1.35 + place) - .5) * 2.; }
half4 main(float2 u) {
  float3 n = float3(0., 0., 1.);
  for (int i = 0; i < 4; i++) {
    float k = float(i); float turn = shift.x * 6.28 + k * .83; float place = shift.y + k * .37;
    float e = .002;
    float f = fold(u, turn, place) ;
    float gx = fold(u + float2(e, 0.), turn, place) - f; float gy = fold(u + float2(0., e), turn, place) - f;
    n.xy -= float2(gx, gy) / e * .085;
  }
  n.xy -= slope(u, .004) * .24;
  n.xy += (float2(fine(u * 1.2), fine(u * 1.2 + .5)) - .5) * .05;
  n = normalize(n);
  float l = clamp(dot(n, normalize(float3(sun, 1.25))), 0., 1.);
  float3 paper = mix(main_, ground, .35);
  float3 c = mix(paper * .42 + deep * .1, paper * 1.08, smoothstep(.25, .98, l));
  c = mix(c, accent * (.45 + .65 * l), smoothstep(.42, .58, cover(u)) * .9);
  return opaque(c);
}""",
    "draped_cloth": """
half4 main(float2 u) {
  float2 p = swirl(float2(u.x * .36, u.y * .5) + shift, .10);
  float2 e = float2(.007, 0.);
  float h = crease(p) * .62 + crease(p * 2.2 + .3) * .22 + height(u) * .55;
  float hx = crease(p + e * .36) * .62 + crease((p + e * .36) * 2.2 + .3) * .22 + height(u + e) * .55;
  float hy = crease(p + e.yx * .5) * .62 + crease((p + e.yx * .5) * 2.2 + .3) * .22 + height(u + e.yx) * .55;
  float3 n = normalize(float3(-(float2(hx, hy) - h) / .007 * .16, 1.));
  float l = clamp(dot(n, normalize(float3(sun, .95))), 0., 1.);
  float sheen = pow(1. - n.z, 1.6);
  float weave = (sin(u.x * 900.) * sin(u.y * 900.)) * .02;
  float3 c = mix(main_ * .20 + deep * .15, main_ * 1.05, smoothstep(.15, 1., l)) + (pale * .5 + main_ * .5) * sheen * .35 + weave;
  return opaque(c);
}""",
}
"""The end of each shader, after BODY: from a point of the page to its colour."""

NEEDS_BODY = frozenset({"chrome", "pressed_clay", "lens_glass", "foil", "thermal_flower", "halftone_solid"})
"""What is nothing without a motif; the others take one where the song has one."""


class MatterArt(LitArt):
    """A material. Compositions: how large its body is, and where."""

    compositions = ("whole", "close", "low")

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        super().__init__(page, idea, seed, stage)
        concept = idea.concept or Concept("matter")
        self.has_body = self.name in NEEDS_BODY or bool(concept.motif) or idea.concept is None
        self.scene = Concept("matter", self.name, motif=idea.motif if self.has_body else "")

    def paint(self) -> None:
        shot = self.new_shot()
        x, y, size = getattr(self, self.idea.composition)()
        colors, rng = self.colors, self.rng
        vivid = max((colors.figure, colors.second, colors.accent, colors.ground), key=lambda color: lch_of(color)[1])
        second = colors.second if colors.second != vivid else colors.accent
        dark = at_lightness(colors.ink, 0.13)
        grounds = (
            (at_lightness(colors.ground, 0.2), dark)
            if colors.is_dark
            else (colors.ground, blend(colors.ground, vivid, 0.35))
        )
        side = rng.choice((-1, 1))
        shot.wash(BODY + MATERIALS[self.name], {
            "at": (x, y), "size": size if self.has_body else 0.0001, "reach": max(0.5, size), "shift": (rng.random(), rng.random()),
            "ground": grounds[0], "deep": grounds[1], "main_": vivid, "second": second, "accent": colors.accent, "pale": colors.paper,
            "ink": dark,
            "sun": (side * 0.55, -0.7),
        }, {"H": swelling(self.idea.motif)}, side=FINE_SIDE, least=LEAST_SIDE)  # fmt: skip
        self.stage()
        if self.has_body:
            self.figures.append(moved(motif(self.idea.motif).shape, x, y, size))
        shot.vignette, shot.grain = 0.16, 0.1
        self.stage()
        self.page.texture("grain", shot.grain, rng)
        self.shade, self.haze = dark, at_lightness(colors.paper, 0.95)
        self.inks = [self.haze, dark, colors.paper, colors.ink, "#ffffff", "#0d0d10"]

    def whole(self) -> tuple[float, float, float]:
        box = self.room_above() if self.rng.random() < 0.5 else self.room_below()
        x, y = box.center
        return x, y, min(0.78, self.fitted(box, 1.02))

    def close(self) -> tuple[float, float, float]:
        side = self.rng.choice((-1, 1))
        room = self.idea.room or 0.2
        self.titles += [
            Zone(MARGIN, 0.07, 1 - 2 * MARGIN, room),
            Zone(MARGIN, 0.93 - room, 1 - 2 * MARGIN, room, "left", "bottom"),
        ]
        return 0.5 + side * self.rng.uniform(0.04, 0.16), 0.52, self.rng.uniform(0.9, 1.15)

    def low(self) -> tuple[float, float, float]:
        room = self.idea.room or 0.2
        self.titles.append(Zone(MARGIN, 0.07, 1 - 2 * MARGIN, room))
        return 0.5 + self.rng.uniform(-0.14, 0.14), 0.66, 0.5


def _style(name: str) -> type[MatterArt]:
    return type(f"{name.title().replace('_', '')}Matter", (MatterArt,), {"name": name, "voice": "grotesk"})


MATTER_STYLES: tuple[type[MatterArt], ...] = tuple(_style(name) for name in MATERIALS)
