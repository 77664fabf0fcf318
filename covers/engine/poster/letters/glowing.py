"""Letters made of light: tubes on a wall, a sign over water, beams in haze, the sun through cut shutters."""

from __future__ import annotations

import numpy as np
import skia

from covers.brief.brief_contract import Concept
from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import at_lightness, blend, lch_of, oklch
from covers.engine.poster.geometry import rect
from covers.engine.poster.letters import fields
from covers.engine.poster.letters.block import bent, set_in
from covers.engine.poster.letters.letter_art import LetterArt
from covers.engine.poster.page import Blend
from covers.lettering.title_contract import Zone

FACE = 0.8
"""How brightly the faces of neon letters shine between their tubes."""


class Glowing(LetterArt):
    name = "type_light"
    voices = ("rounded", "geometric", "grotesk", "riso", "soft_serif", "slab")
    compositions = ("tubes", "horizon", "beams", "sunlight")
    by_day = frozenset({"tenderness", "comfort", "hope", "nostalgia", "faith", "quiet", "longing", "winter", "joy"})
    """Moods that have no neon sign; the others have no morning sun through a shutter."""

    @classmethod
    def speaks_against(cls, composition: str, mood: str, place: str) -> bool:
        return composition == ("tubes" if mood in cls.by_day else "sunlight")

    def _lamp(self) -> str:
        """A colour that shines: of the palette, as bright as light is."""
        lightness, chroma, hue = lch_of(self.vivid if lch_of(self.vivid)[1] > 0.05 else self.colors.accent)
        return oklch(max(0.74, lightness), max(chroma, 0.09 if self.colors.name != "own" else chroma), hue)

    # --- tubes on a wall ---------------------------------------------------------------------------------------------

    WALL = """
    uniform shader H; uniform float3 wall; uniform float3 lamp; uniform float2 shift; uniform float brick; uniform float power;
    half4 main(float2 u) {
      float2 p = u * float2(6.5, 16.);
      float row = floor(p.y);
      p.x += .5 * mod(row, 2.) + (hash(float2(row, 3.)) - .5) * .04;
      float2 f = fract(p); float2 id = floor(p);
      float joint = min(smoothstep(0., .05, f.x) * smoothstep(0., .05, 1. - f.x), smoothstep(0., .11, f.y) * smoothstep(0., .11, 1. - f.y));
      float tint = hash(id + .5) * .3 + .8;
      float rough = (fine(u * 1.6 + shift) - .5) * .5 + (soft(u * 2. + shift) - .5) * .5;
      float plaster = 1. + rough * .55;
      float relief_ = mix(plaster, (tint + rough * .5) * mix(.42, 1., joint), brick);
      float4 g = float4(H.eval(u));
      float l = g.r * .55 + g.g * .75 + g.b * .5;
      float3 c = wall * relief_ * (.42 + .2 * (1. - u.y)) + lamp * l * relief_ * .95 * power + lamp * lamp * g.r * .25 * power;
      return opaque(c);
    }"""

    def tubes(self) -> None:
        """Neon on a brick wall or on plaster: tubes with a white heart, their light on what is behind them."""
        box = self.room(0.1, at_top=False)
        block = set_in(self.title, ArtBox(box.x, box.y + 0.02, box.width, box.height - 0.08), gap=0.22)
        lamp, wall = self._lamp(), at_lightness(self.colors.ground, 0.34, 0.8)
        glow = fields.soft(fields.mask_of(block.path), 0.012, 0.045, 0.14)
        self.show(block)
        shot = self.new_shot()
        shot.wash(self.WALL, {
            "wall": wall, "lamp": lamp, "shift": (self.rng.random(), self.rng.random()), "brick": float(self.rng.random() < 0.65),
            "power": 1.0,
        }, {"H": fields.shader_of([one * gain for one, gain in zip(glow, (0.9, 1.25, 1.9), strict=True)])}, side=1100)  # fmt: skip
        self.stage()
        tube = min(0.0085, 0.03 * block.box.height() / len(block.rows) + 0.003)
        page = self.page
        page.fill(block.moved(0.004, 0.009).path, self.dark, 0.35)
        # a lit face: between two bare tubes a letter is taken for two
        page.fill(block.path, blend(lamp, self.dark, 0.15), FACE)
        with page.layer(Blend.kScreen):
            page.blurred(block.path, lamp, tube * 1.6, 0.55)
        self._tube(block.path, blend(lamp, self.dark, 0.15), tube * 1.5)
        self._tube(block.path, lamp, tube)
        self._tube(block.path, blend(lamp, "#ffffff", 0.8), tube * 0.42)

    def _tube(self, path: skia.Path, color: str, width: float) -> None:
        self.page.line(path, color, width)

    # --- a sign over water -------------------------------------------------------------------------------------------

    def horizon(self) -> None:
        """Letters that stand on the horizon by night and light the water."""
        hour = self.rng.choice(("evening", "night", "night"))
        shot = self.new_shot(Concept("scene", scene="moon_sea", hour=hour))
        shot.camera = type(shot.camera)(self.rng.uniform(0.56, 0.64), 1.6)
        edge = shot.camera.horizon
        lamp = self._lamp()
        shot.sky(self.rng.uniform(0.2, 0.5), has_sun=False)
        block = set_in(self.title, ArtBox(0.09, 0.09, 0.82, edge - 0.1), gap=0.14, valign=1.0)
        lift = edge - block.box.bottom() + 0.004
        block = block.moved(0, lift)
        self.artists.append(self._foot())
        self.show(block)
        self.stage()
        page = self.page
        page.glow(block.box.centerX(), edge, 0.62, lamp, 0.5)
        page.blurred(block.path, lamp, 0.05, 0.7, Blend.kScreen)
        page.blurred(block.path, lamp, 0.014, 0.9, Blend.kScreen)
        page.fill(block.path, blend(lamp, "#ffffff", 0.62))
        shot.mirror(edge, ripple=self.rng.uniform(0.3, 0.6), depth=0.3, sheen=0.1)
        shot.fog(edge - 0.06, edge + 0.1, 0.22, blend(lamp, shot.light.haze, 0.5))
        shot.weather()
        shot.grain, shot.vignette = 0.1, 0.3
        shot.finish()

    def _foot(self) -> Zone:
        return Zone(0.06, 0.9, 0.88, 0.055, self.rng.choice(("left", "center", "right")), "bottom")

    # --- beams in haze -----------------------------------------------------------------------------------------------

    BEAMS = """
    uniform shader H; uniform float2 source; uniform float3 deep; uniform float3 lamp; uniform float3 pale; uniform float2 shift;
    half4 main(float2 u) {
      float2 away = (source - u) * .62;
      float sum = 0.; float share = 1.;
      for (int i = 0; i < 40; i++) {
        float k = (float(i) + hash(u * 917.)) / 40.;
        sum += float(H.eval(u + away * k).r) * share;
        share *= .962;
      }
      sum /= 19.;
      float haze = .55 + .9 * (soft(u * float2(.7, .9) + shift) - .35) + .3 * (swell(u * 1.3 + shift.yx) - .5);
      float near = exp(-length(u - source) * 1.9);
      float3 c = deep * (.75 + .5 * near) + lamp * near * .16;
      c += mix(lamp, pale, clamp(sum * .7, 0., 1.)) * sum * haze * 1.25;
      return opaque(c);
    }"""

    def beams(self) -> None:
        """A light stands behind the letters: each throws its beam into the haze."""
        box = self.room(0.11, at_top=False)
        low = self.rng.random() < 0.4
        block = set_in(self.title, ArtBox(box.x, box.y + 0.03, box.width, box.height - 0.1), gap=0.2)
        lamp, deep = self._lamp(), at_lightness(self.colors.ink, 0.14)
        source = (
            block.box.centerX() + self.rng.uniform(-0.12, 0.12),
            block.box.top() + block.box.height() * (0.8 if low else 0.2),
        )
        mask = fields.mask_of(block.path)
        self.show(block)
        self.new_shot().wash(self.BEAMS, {
            "source": source, "deep": deep, "lamp": lamp, "pale": blend(lamp, "#ffffff", 0.7),
            "shift": (self.rng.random(), self.rng.random()),
        }, {"H": fields.shader_of([mask])}, side=620)  # fmt: skip
        self.stage()
        page = self.page
        page.blurred(block.path, lamp, 0.012, 0.8, Blend.kScreen)
        page.fill(block.path, blend(lamp, "#ffffff", 0.82))

    # --- the sun through a shutter -----------------------------------------------------------------------------------

    CAST = """
    uniform shader H; uniform float3 wall; uniform float3 shade; uniform float3 sun; uniform float2 shift; uniform float leaf;
    half4 main(float2 u) {
      float rough = (fine(u * 1.9 + shift) - .5) * .13 + (soft(u * 1.1 + shift) - .5) * .12 + (ridged(u * .8 + shift) - .5) * .05;
      float4 g = float4(H.eval(u));
      float2 q = u * .9 + shift;
      float leaves = smoothstep(.40, .60, swell(q * .9) * .55 + swell(q * 2.1 + .3) * .45 + .14);
      float open = g.g * mix(1., .5 + .5 * leaves, leaf);
      float l = open * (1. - .9 * g.r) + g.b * .10;
      float3 dark = wall * shade * (1. + rough) + shade * .04;
      float3 lit = mix(wall, sun, .55) * (1.1 + rough);
      return opaque(mix(dark, lit, clamp(l, 0., 1.)));
    }"""

    def sunlight(self) -> None:
        """The sun through a window that bears the title: its shadow in the patch of light on the wall, leaves before it."""
        box = self.room(0.13, at_top=False)
        block = set_in(self.title, ArtBox(box.x + 0.02, box.y + 0.06, box.width - 0.04, box.height - 0.16), gap=0.16)
        lean, drop = self.rng.choice((-1, 1)) * self.rng.uniform(0.1, 0.22), self.rng.uniform(-0.08, 0.08)
        center = np.array([block.box.centerX(), block.box.centerY()])

        def cast(points: np.ndarray) -> np.ndarray:
            x, y = (points - center).T
            return np.stack([x - lean * y, y + drop * x * np.sign(lean)], axis=1) * (0.96 - 0.1 * abs(lean)) + center

        window = self._window(block.box)
        letters = fields.soft(fields.mask_of(block.bent(cast).path), 0.0014)[0]
        patch, wide = fields.soft(fields.mask_of(bent(window, cast)), 0.0034, 0.09)
        lightness, chroma, hue = lch_of(self.colors.ground)
        is_own = self.colors.name == "own"
        wall = oklch(min(0.9, max(0.74, lightness)), chroma if is_own else min(chroma, 0.09), hue)
        warm = self.colors.paper if is_own else oklch(0.97, 0.05, 85)
        shade = oklch(0.44, 0.05, lch_of(self.colors.ink)[2])
        self.show(block.bent(cast))
        self.new_shot().wash(self.CAST, {
            "wall": wall, "shade": shade, "sun": warm, "shift": (self.rng.random(), self.rng.random()),
            "leaf": self.rng.choice((0.0, 0.6, 0.8)),
        }, {"H": fields.shader_of([letters, patch, wide])}, side=1100)  # fmt: skip
        self.stage()

    def _window(self, around: skia.Rect) -> skia.Path:
        """Panes with bars between them that no letter needs: above and below the title, and at both sides."""
        left, right = around.left() - 0.05, around.right() + 0.05
        tall = max(0.07, min(0.16, (0.8 - around.height()) / 2))
        rows = [
            around.top() - 0.035 - tall,
            around.top() - 0.05,
            around.bottom() + 0.05,
            around.bottom() + 0.035 + tall,
        ]
        window = rect(left, rows[1] + 0.016, right - left, rows[2] - rows[1] - 0.032)
        count = self.rng.choice((2, 3))
        wide = (right - left + 0.016) / count
        for top, low in ((rows[0], rows[1]), (rows[2], rows[3])):
            for pane in range(count if low - top > 0.03 else 0):
                window.addPath(rect(left + pane * wide, top, wide - 0.016, low - top))
        return window

    def surface(self) -> None:
        if self.idea.composition != "horizon":
            self.page.texture("grain", 0.1, self.rng)
