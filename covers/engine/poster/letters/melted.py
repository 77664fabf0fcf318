"""Letters that are no longer hard: they drip, swim, shake in the heat, sink into their own reflection."""

from __future__ import annotations

import math

import numpy as np
import skia

from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import blend, ramp
from covers.engine.poster.geometry import outline, shifted
from covers.engine.poster.letters import fields
from covers.engine.poster.letters.block import LetterBlock, set_in
from covers.engine.poster.letters.letter_art import LetterArt


class Melted(LetterArt):
    name = "type_melted"
    voices = ("gala", "poster_heavy", "rounded", "riso", "slab")
    compositions = ("liquid", "rings", "heat", "sinking")
    said_plainly = frozenset({"liquid", "sinking"})

    def _block(self, share: float = 1.0, *, at_top: bool | None = None) -> tuple[LetterBlock, ArtBox]:
        box = self.room(0.09, at_top=at_top)
        tall = box.height * share
        inner = ArtBox(box.x, box.y + (box.height - tall) / 2, box.width, tall)
        return set_in(self.title, inner, gap=0.12), box

    # --- liquid metal ------------------------------------------------------------------------------------------------

    CHROME = """
    uniform shader H; uniform float3 pale; uniform float3 main_; uniform float3 ink; uniform float3 second; uniform float2 sun;
    uniform float2 shift; uniform float3 body;
    float h(float2 u) { return float(H.eval(u).r); }
    float3 room(float3 r) {
      float b = r.y * .5 + .5 + (swell(r.xy * .13 + shift) - .5) * .5;
      float3 c = mix(pale, main_, smoothstep(.10, .40, b));
      c = mix(c, ink, smoothstep(.43, .50, b));
      c = mix(c, second, smoothstep(.50, .64, b) * (1. - smoothstep(.68, .84, b)));
      c = mix(c, pale, smoothstep(.74, .95, b));
      return c + smoothstep(.92, .99, dot(r, normalize(float3(sun, .9)))) * .9;
    }
    half4 main(float2 u) {
      float e = .0032;
      float2 s = float2(h(u + float2(e, 0.)) - h(u - float2(e, 0.)), h(u + float2(0., e)) - h(u - float2(0., e))) / (2. * e);
      float3 n = normalize(float3(-s * .085, 1.));
      n = normalize(n + float3((float2(swell(u * .8 + shift), swell(u * .8 + shift + .5)) - .5) * .26, 0.));
      float rim = smoothstep(0., .34, h(u));
      float3 c = room(reflect(float3(0., 0., -1.), n)) * (.8 + .2 * n.z);
      c = mix(c, body, .46);
      return opaque(mix(ink, c, .35 + .65 * rim));
    }"""

    def liquid(self) -> None:
        """Metal that runs off the letters and hangs in drops."""
        block, box = self._block(0.82, at_top=False)
        block = block.moved(0, -0.05)
        page, shot = self.page, self.new_shot()
        soft, whole = self._dripping(block, box.y + box.height + 0.01)
        deep = self.deeper(self.ground, 0.12)
        page.gradient(page.everything, (0, 0), (0.2, 1), [self.paler(self.ground, 0.03), self.ground, deep])
        self.stage()
        self.show(soft, whole)
        side = self.rng.choice((-1, 1))
        page.blurred(shifted(whole, -side * 0.02, 0.035), self.dark, 0.02, 0.42)
        shot.wash(self.CHROME, {
            "body": self.letter_color(deep),
            "pale": self.colors.paper, "main_": self.vivid, "ink": self.dark, "second": self.other, "sun": (side * 0.55, -0.7),
            "shift": (self.rng.random(), self.rng.random()),
        }, {"H": fields.shader_of([fields.swelling(fields.mask_of(whole))])}, within=whole, side=1536)  # fmt: skip

    def _dripping(self, block: LetterBlock, end: float) -> tuple[LetterBlock, skia.Path]:
        """Letters that sag a little, with runs from their lower edges, with the same as one outline."""
        phase, wave = self.rng.uniform(0, 6.28), self.rng.uniform(9, 14)
        tall = block.box.height()

        def sag(points: np.ndarray) -> np.ndarray:
            moved = points.copy()
            low = np.clip((points[:, 1] - block.box.top()) / tall, 0, 1)
            moved[:, 0] += 0.003 * np.sin(points[:, 1] * 21 + phase) * low
            moved[:, 1] += 0.007 * low * (1 + np.sin(points[:, 0] * wave + phase))
            return moved

        soft = block.bent(sag)
        path = skia.Path(soft.path)
        for x, y, wide in self._feet(soft):
            floor = min((row.box.top() for row in soft.rows if row.box.top() > y - 0.01), default=end)
            long = min(floor - y - 0.012, self.rng.uniform(0.25, 1.0) ** 2 * 20 * wide + 0.02)
            if long > 0.02:
                path.addPath(self._run(x, y - wide * 0.9, wide, long))
        return soft, path

    def _feet(self, block: LetterBlock) -> list[tuple[float, float, float]]:
        """Where drops gather: x, y and half a width, on the lower edges of the letters."""
        mask = fields.mask_of(block.path) > 0.5
        last = np.where(mask.any(0), mask.shape[0] - 1 - mask[::-1].argmax(0), -1)
        found: list[tuple[float, float, float]] = []
        for glyph in block.glyphs:
            size = min(1.0, glyph.box.height() / 0.24)  # small letters bear small drops, and fewer
            for _ in range(round((1 + glyph.box.width() * 6) * size)):  # a letter between many runs is none
                x = self.rng.uniform(glyph.box.left() + 0.02, glyph.box.right() - 0.02)
                wide = self.rng.uniform(0.006, 0.012) * size
                columns = slice(
                    int((x - wide + fields.MARGIN) * fields.PAGE), int((x + wide + fields.MARGIN) * fields.PAGE) + 1
                )
                feet = last[columns]
                if len(feet) and feet.min() > 0 and feet.max() - feet.min() < 0.02 * fields.PAGE:
                    found.append((x, float(feet.min()) / fields.PAGE - fields.MARGIN, wide))
        return found

    def _run(self, x: float, y: float, wide: float, long: float) -> skia.Path:
        """A run: broad where it leaves the letter, thin, and round at its end."""
        neck, drop = wide * 0.55, wide * self.rng.uniform(0.8, 1.05)
        path = skia.Path()
        path.moveTo(x - wide * 2.1, y)
        path.cubicTo(x - wide * 1.1, y + wide, x - neck, y + wide * 1.6, x - neck, y + long * 0.45)
        path.cubicTo(x - neck, y + long * 0.8, x - drop, y + long * 0.85, x - drop, y + long)
        path.arcTo(drop, drop, 0, skia.Path.kLarge_ArcSize, skia.PathDirection.kCCW, x + drop, y + long)
        path.cubicTo(x + drop, y + long * 0.85, x + neck, y + long * 0.8, x + neck, y + long * 0.45)
        path.cubicTo(x + neck, y + wide * 1.6, x + wide * 1.1, y + wide, x + wide * 2.1, y)
        path.close()
        return path

    # --- a swimming print --------------------------------------------------------------------------------------------

    def rings(self) -> None:
        """Letters that swim, with the rings that they leave in the colour around them."""
        block, box = self._block(0.72)
        phase, turn = self.rng.uniform(0, 6.28), self.rng.choice((-1, 1))

        def swim(points: np.ndarray) -> np.ndarray:
            x, y = points[:, 0], points[:, 1]
            return np.stack([
                x + 0.012 * np.sin(y * 9.5 + phase) + 0.003 * np.sin(y * 23 + x * 7),
                y + turn * 0.015 * np.sin(x * 8.2 + phase * 1.3) + 0.003 * np.sin(x * 21 - y * 6),
            ], axis=1)  # fmt: skip

        block = block.bent(swim)
        page = self.page
        page.ground(self.ground)
        self.stage()
        self.show(block)
        bands = [self.other, self.vivid, self.colors.accent, self.ground]
        bands = list(dict.fromkeys(bands))
        # as many rings as end before the strip of the artist's name: none is cut
        spare = min(block.box.top() - box.y + 0.05, box.y + box.height - block.box.bottom()) - 0.01
        for ring in range(max(2, min(9, int(spare / 0.018))), 0, -1):
            tone = bands[ring % len(bands)]
            page.fill(outline(block.path, 0.036 * ring), tone)
            page.fill(block.path, tone)
        page.fill(outline(block.path, 0.02), self.dark if not self.colors.is_dark else self.pale)
        page.fill(block.path, self.pale if not self.colors.is_dark else self.dark)

    # --- heat --------------------------------------------------------------------------------------------------------

    def heat(self) -> None:
        """The letters shake in slices, as over a hot road."""
        block, _ = self._block(0.86)
        page, color = self.page, self.letter_color(self.ground)
        phase, swing = self.rng.uniform(0, 6.28), self.rng.uniform(0.009, 0.014)
        top, tall = block.box.top(), block.box.height()

        def shake(points: np.ndarray) -> np.ndarray:
            moved = points.copy()
            y = points[:, 1]
            grows = 0.15 + 0.85 * np.clip((y - top) / tall, 0, 1) ** 1.4
            moved[:, 0] += swing * grows * (np.sin(y * 38 + phase) + 0.5 * np.sin(y * 71 + phase * 2))
            return moved

        page.gradient(page.everything, (0, 0), (0, 1), ramp(self.ground, self.between(0.14), 4))
        self.stage()
        block = block.bent(shake, 0.002)
        self.show(block)
        for step in range(7 if len(block.rows) == 1 else 3, 0, -1):  # the air above keeps a trace of it
            trace = block.moved(0.0, -0.012 * step)
            page.fill(trace.path, blend(self.ground, self.other, 0.62 - 0.075 * step))
        page.fill(block.path, color)

    # --- water -------------------------------------------------------------------------------------------------------

    def sinking(self) -> None:
        """The letters stand to a third in water, which shows them again, broken."""
        box = self.room(0.08, at_top=False)
        block = set_in(self.title, ArtBox(box.x, box.y + 0.02, box.width, 0.5), gap=0.1, valign=1.0)
        edge = block.box.bottom() - 0.035 * block.rows[-1].box.height()
        page, color = self.page, self.letter_color(self.ground)
        page.gradient(
            page.everything, (0, 0), (0, edge), ramp(self.deeper(self.ground, 0.05), self.paler(self.ground, 0.05), 5)
        )
        sun = block.box.centerX() + self.rng.uniform(-0.2, 0.2)
        page.glow(sun, edge, 0.6, self.other, 0.35)
        self.stage()
        self.show(block)
        page.fill(block.path, color)
        self.new_shot().mirror(
            edge, ripple=0.34, deep=self.deeper(self.ground, 0.06), depth=0.6, sheen=0.12, stretch=1.0
        )
        for step in range(5):
            wide = 0.1 + 0.09 * step
            page.line(
                self._ripple(0.5, edge + 0.004 + 0.012 * step * math.sqrt(step + 1), wide),
                self.pale,
                0.0012,
                0.3 - 0.05 * step,
            )

    def _ripple(self, x: float, y: float, wide: float) -> skia.Path:
        path = skia.Path()
        path.addOval(skia.Rect.MakeLTRB(x - wide * 1.3, y - 0.002, x + wide * 1.3, y + 0.002 + wide * 0.02))
        return path

    def surface(self) -> None:
        if self.idea.composition in ("liquid", "sinking"):
            self.page.texture("grain", 0.1, self.rng)
        else:
            super().surface()
