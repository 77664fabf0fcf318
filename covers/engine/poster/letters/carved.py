"""Letters cut into stone, wood, ice, sand, lit from one side: the light finds one wall of each cut and leaves the other dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import at_lightness, blend, lch_of, oklch
from covers.engine.poster.letters import fields
from covers.engine.poster.letters.block import set_in
from covers.engine.poster.letters.letter_art import LetterArt

CUT = """
uniform shader H; uniform float3 base; uniform float3 deep; uniform float3 pale; uniform float3 second; uniform float3 sun;
uniform float2 shift; uniform float depth_; uniform float flat_; uniform float strip;
float height(float2 u) { float d = float(H.eval(u).r); return -depth_ * (d - flat_ * max(d - .42, 0.)); }
float2 slope(float2 u) {
  float e = .0017;
  return float2(height(u + float2(e, 0.)) - height(u - float2(e, 0.)), height(u + float2(0., e)) - height(u - float2(0., e))) / (2. * e);
}
float shadowed(float2 u) { return float(H.eval(u).b); }
float quiet(float2 u) { return smoothstep(.02, .20, abs(u.y - strip)); }
float near_cut(float2 u) { return float(H.eval(u).g); }
"""

MATTER: Mapping[str, str] = {
    "stone": """
half4 main(float2 u) {
  float2 q = swirl(u * .7 + shift, .12);
  float vein = smoothstep(.60, .74, crease(q)) * .5 + smoothstep(.66, .72, crease(q * 2.1 + .4)) * .35;
  float speck = (fine(u * 2.3 + shift) - .5) * mix(.4, 1., quiet(u));
  float cloud = (soft(u * 1.1 + shift) - .5) * mix(.4, 1., quiet(u));
  float2 e = float2(.0025, 0.);
  float2 rough = float2(ridged(u * 2.2 + e) - ridged(u * 2.2 - e), ridged(u * 2.2 + e.yx) - ridged(u * 2.2 - e.yx)) / .005 * .006 *
    quiet(u);
  float3 n = normalize(float3(-slope(u) - rough - float2(speck) * .12, 1.));
  float l = clamp(dot(n, normalize(sun)), 0., 1.) / normalize(sun).z;
  float s = shadowed(u);
  float3 c = base * (1. + speck * .22 + cloud * .34);
  c = mix(c, mix(base, second, .5) * .8, vein * .45);
  c *= (.34 + .66 * l * (1. - .82 * s));
  c = mix(c, c * .58 + deep * .14, smoothstep(.05, .6, float(H.eval(u).r)) * .85);
  c += pale * smoothstep(1.15, 1.9, l) * .16;
  return opaque(c * (1.06 - .30 * length(u - float2(.5 - sun.x * .35, .4))));
}""",
    "wood": """
half4 main(float2 u) {
  float2 q = float2(u.x, u.y * .10) + (float2(swell(u * float2(.30, .10) + shift), swell(u * float2(.3, .1) + shift + .5)) - .5) * .26;
  float ring = q.x * 15. + swell(float2(u.x * .5, u.y * .05) + shift.yx) * 5.;
  float r = fract(ring);
  float grain = smoothstep(.0, .75, r) * (1. - smoothstep(.86, 1., r));
  float pore = smoothstep(.60, .80, fine(float2(u.x * 3.1, u.y * .16) + shift));
  float2 e = float2(.002, 0.);
  float3 n = normalize(float3(-slope(u) + float2((fine(float2(u.x * 3.1 + e.x, u.y * .16) + shift) - fine(float2(u.x * 3.1, u.y *
    .16) + shift)) * .7 * quiet(u), 0.), 1.));
  float l = clamp(dot(n, normalize(sun)), 0., 1.) / normalize(sun).z;
  float s = shadowed(u);
  float3 c = mix(base * 1.10, mix(base, deep, .42), grain * .6 * mix(.35, 1., quiet(u)));
  c = mix(c, deep, pore * .2 * quiet(u));
  float board = smoothstep(.004, .0, abs(fract(u.x * 3. + shift.x) - .5) / 3. - .0);
  c *= 1. - .55 * board;
  c *= (.32 + .68 * l * (1. - .82 * s));
  c = mix(c, c * .5 + deep * .08, smoothstep(.03, .45, float(H.eval(u).r)) * .8);
  c += pale * smoothstep(1.2, 1.9, l) * .14;
  return opaque(c * (1.05 - .28 * length(u - float2(.5 - sun.x * .35, .4))));
}""",
    "ice": """
half4 main(float2 u) {
  float2 w = (float2(swell(u * .9 + shift), swell(u * .9 + shift + .5)) - .5);
  float crack = smoothstep(.74, .80, ridged(u * .34 + w * .12 + shift)) * .8 + smoothstep(.78, .82, ridged(u * .9 + shift.yx)) * .35;
  float bubble = smoothstep(.72, .82, fine(u * 1.2 + shift)) * smoothstep(.45, .7, soft(u * .8 + shift));
  float2 e = float2(.006, 0.);
  float2 wave = float2(swell(u * 2.2 + e) - swell(u * 2.2 - e), swell(u * 2.2 + e.yx) - swell(u * 2.2 - e.yx)) / .012 * .012 * quiet(u);
  float3 n = normalize(float3(-slope(u) * 1.1 - wave, 1.));
  float l = clamp(dot(n, normalize(sun)), 0., 1.) / normalize(sun).z;
  float d = float(H.eval(u).r);
  float inside = swell(u * .5 + n.xy * .10 + shift) * .75 + soft(u * .9 + n.xy * .2) * .25;
  float3 c = mix(mix(base, second, .25), pale, smoothstep(.34, .80, inside) * .8);
  c = mix(c, pale, crack * .5 + bubble * .35);
  c = mix(c, mix(deep, base, .35), smoothstep(.0, .6, d) * .8);
  c *= .62 + .38 * l;
  c += pale * pow(clamp(dot(reflect(float3(0., 0., -1.), n), normalize(sun)), 0., 1.), 16.) * .75;
  c += pale * near_cut(u) * (1. - smoothstep(0., .1, d)) * .16;
  return opaque(c * (1.08 - .24 * length(u - float2(.5 - sun.x * .3, .35))));
}""",
    "sand": """
half4 main(float2 u) {
  float2 q = swirl(u * float2(.5, .9) + shift, .10);
  float dune = sin((q.y * 30. + swell(u * .6 + shift) * 16.)) * .5 + .5;
  float rim = near_cut(u) * (1. - smoothstep(0., .06, float(H.eval(u).r)));
  float2 e = float2(.003, 0.);
  float2 g = float2(swell(q + e) - swell(q - e), (sin(((q.y + .003) * 30. + swell(u * .6 + shift) * 16.)) - sin(((q.y - .003) * 30.
    + swell(u * .6 + shift) * 16.))) * .06) / .006 * .02 * quiet(u) * (1. - rim) * (1. - smoothstep(0., .2, float(H.eval(u).r)));
  float2 r = float2(near_cut(u + e) - near_cut(u - e), near_cut(u + e.yx) - near_cut(u - e.yx)) / .006 * .030 * (1. -
    smoothstep(0., .12, float(H.eval(u).r)));
  float grain = fine(u * 3.4 + shift) - .5;
  float3 n = normalize(float3(-slope(u) * .85 - g - r - float2(grain, fine(u * 3.4 + .5) - .5) * .22, 1.));
  float l = clamp(dot(n, normalize(sun)), 0., 1.) / normalize(sun).z;
  float s = shadowed(u);
  float3 c = base * (1. + grain * .16 + (soft(u * .9 + shift) - .5) * .18);
  c *= (.30 + .70 * l * (1. - .8 * s));
  c = mix(c, c * .5 + deep * .14, smoothstep(.05, .5, float(H.eval(u).r)) * .85);
  c += pale * step(.86, hash(floor(u * 900.) + .3)) * smoothstep(1., 1.5, l) * .25;
  return opaque(c * (1.07 - .26 * length(u - float2(.5 - sun.x * .4, .4))));
}""",
}
"""The end of each shader, after CUT."""


class Carved(LetterArt):
    name = "type_carved"
    voices = ("slab", "soft_serif", "folk", "poster_heavy", "riso", "geometric")
    compositions = ("stone", "wood", "ice", "sand")
    said_plainly = frozenset({"stone", "sand"})
    against: ClassVar[Mapping[str, frozenset[str]]] = {
        "wood": frozenset(
            {"dance", "anger", "swagger", "night", "awe", "mystery", "dream", "rebellion", "triumph", "winter"}
        ),
        "ice": frozenset({"joy", "summer", "comfort", "tenderness", "nostalgia", "hope", "romance"}),
        "sand": frozenset({"night", "winter", "anger", "rebellion", "swagger", "faith"}),
        "stone": frozenset({"joy", "dance", "summer", "romance"}),
    }
    """What a song of these moods is not cut into."""

    @classmethod
    def speaks_against(cls, composition: str, mood: str, place: str) -> bool:
        return mood in cls.against[composition]

    def paint(self) -> None:
        box = self.room(0.1)
        block = set_in(self.title, ArtBox(box.x, box.y + 0.02, box.width, box.height - 0.06), gap=0.18)
        mask = fields.mask_of(block.path)
        # thin strokes are cut as dark as broad ones: the reach is theirs
        reach = float(np.clip(np.quantile(fields.depth(mask, 0.034)[mask > 0.5], 0.93) * 0.034, 0.009, 0.034))
        deep = fields.soft(fields.depth(mask, reach), 0.0012)[0]
        rim = fields.soft(mask, 0.012)[0]
        matter = self.idea.composition
        depth, flat = {"stone": (0.034, 0.0), "wood": (0.03, 0.55), "ice": (0.03, 0.3), "sand": (0.022, 0.9)}[matter]
        depth *= (reach / 0.034) ** 0.6
        self.show(block)
        self.page.ground(self.ground)
        self.stage()
        sun = np.array(
            [
                self.rng.choice((-1, 1)) * self.rng.uniform(0.55, 0.8),
                -self.rng.uniform(0.5, 0.75),
                self.rng.uniform(0.5, 0.72),
            ]
        )
        across, down = sun[:2] / np.hypot(*sun[:2])
        height = -depth * (deep - flat * np.maximum(deep - 0.42, 0))
        dark = fields.soft(fields.shadow(height, across, down, float(sun[2] / np.hypot(*sun[:2])), 0.05), 0.0016)[0]
        self.new_shot().wash(CUT + MATTER[matter], self._tones(matter) | {
            "sun": [float(one) for one in sun], "shift": (self.rng.random(), self.rng.random()), "depth_": depth, "flat_": flat,
            "strip": self.artists[-1].y + self.artists[-1].height / 2,
        }, {"H": fields.shader_of([deep, rim, dark])}, side=1100)  # fmt: skip
        self.stage()
        self.page.texture("grain", 0.08, self.rng)

    def _tones(self, matter: str) -> dict[str, str]:
        """The matter in the colours of the palette: a person's own as they are, a family's calmed to what the matter can be."""
        colors = self.colors
        lightness, chroma, hue = lch_of(
            colors.ground if not colors.is_dark or matter in ("stone", "wood") else self.vivid
        )
        if colors.name != "own":
            least, most = {"stone": (0.52, 0.8), "wood": (0.52, 0.7), "ice": (0.66, 0.84), "sand": (0.6, 0.82)}[matter]
            lightness = min(most, max(least, lightness))
            chroma = min(chroma, {"stone": 0.05, "wood": 0.1, "ice": 0.08, "sand": 0.1}[matter])
        base = oklch(lightness, chroma, hue)
        if matter == "wood" and colors.name != "own":
            base = blend(base, oklch(lightness, 0.09, 58), 0.6)
        return {
            "base": base,
            "deep": at_lightness(base, lightness * 0.36, 1.1),
            "pale": at_lightness(base, 0.96, 0.4),
            "second": self.other,
        }
