"""Letters larger than the page: cropped at its edges by no more than can be read past."""

from __future__ import annotations

from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import blend, contrast
from covers.engine.poster.letters import fields
from covers.engine.poster.letters.block import LetterBlock, filled
from covers.engine.poster.letters.letter_art import LetterArt
from covers.engine.poster.letters.stems import taller
from covers.engine.poster.page import Blend

CROPPED = 0.1
"""Share of the outermost letters that may lie beyond an edge."""

DEPTH = 3.2
"""Contrast between the letters and their depth."""
PARTED = 6
"""Syllables of an only word that is broken into rows: in one it would leave most of the page."""
LOW = 0.42
"""Height of a single row up to which it is said again until the page is full."""
FAINT = (0.8, 0.87, 0.92, 0.95)
"""How near to the ground such a row is, from the first on."""


class Huge(LetterArt):
    name = "type_huge"
    voices = ("poster_heavy", "gala", "riso", "grotesk", "slab", "soft_serif")
    has_capitals = must_fill = True
    compositions = ("bleed", "slanted", "overprint", "lit")
    said_plainly = frozenset({"bleed", "overprint", "lit"})

    def _large(self, *, gap: float = 0.03) -> LetterBlock:
        """As wide as the page and a little more, over the artist's strip."""
        box = self.room(0.03)
        probe = filled(self.title, ArtBox(0.0, box.y, 1.0, box.height), gap=gap, parted=PARTED)
        first = min(glyph.box.width() for row in probe.rows for glyph in (row.glyphs[0], row.glyphs[-1]))
        over = CROPPED * first * (0.7 if self.title.is_eastern else 1.0)
        block = taller(filled(self.title, ArtBox(-over, box.y, 1 + 2 * over, box.height), gap=gap, parted=PARTED), box)
        side = self.rng.uniform(-0.4, 0.4) * over
        reach = self.artists[-1]
        # towards the far edge: the strip stays free, the other end of the page is left
        # a syllable of Hangul ends in a consonant at its foot: it is cut at its head only
        if reach.y > 0.5:
            return block.moved(side, -block.box.top() - 0.045 * block.rows[0].box.height())
        under = -0.025 if self.title.is_eastern else 0.05 * block.rows[-1].box.height()
        return block.moved(side, 1 - block.box.bottom() + under)

    def echo(self, block: LetterBlock, ground: str, color: str) -> None:
        """A low single row again and again, fainter and fainter, towards the artist's strip."""
        height = block.box.height()
        if len(block.rows) > 1 or height > LOW:
            return
        strip = self.artists[-1]
        is_down = strip.y > 0.5
        for turn, share in enumerate(FAINT, 1):
            again = block.moved(0.0, turn * 1.06 * height * (1 if is_down else -1))
            is_free = (
                again.box.bottom() < strip.y - 0.02 if is_down else again.box.top() > strip.y + strip.height + 0.02
            )
            if not is_free:
                return
            self.page.fill(again.path, blend(color, ground, share))

    def bleed(self) -> None:
        """Flat letters, edge to edge; the inside of one row in another ink."""
        block = self._large()
        page, color = self.page, self.letter_color(self.ground)
        page.ground(self.ground)
        self.stage()
        self.show(block)
        self.echo(block, self.ground, color)
        for index, row in enumerate(block.rows):
            page.fill(row.path, color if index % 2 == 0 else self.figure_color(self.ground, self.other, color))

    def slanted(self) -> None:
        """The same on a slope, with its shadow drawn out behind it."""
        box = self.room(0.02, at_top=False)
        turn = self.rng.choice((-1, 1)) * self.rng.uniform(7, 12)
        inner = ArtBox(-0.01, box.y + 0.05, 1.02, box.height - 0.12)
        block = taller(filled(self.title, inner, parted=PARTED), inner)
        block = block.moved(0, inner.y + inner.height / 2 - block.box.centerY()).turned(
            turn, 0.5, box.y + box.height / 2
        )
        page, color = self.page, self.letter_color(self.ground)
        page.ground(self.ground)
        self.stage()
        self.show(block)
        side, steps = self.rng.choice((-1, 1)), 26
        wished = self.deeper(self.other, 0.12) if not self.colors.is_dark else blend(self.ground, self.other, 0.55)
        # between two strokes one looks at the depth: as dark as they are, it joins them to another letter
        nearer = (blend(self.ground, color, share) for share in (0.42, 0.34, 0.26, 0.18))
        deep = next(
            (one for one in (wished, *nearer) if contrast(one, color) >= DEPTH), blend(self.ground, color, 0.14)
        )
        for step in range(steps, 0, -1):
            page.fill(block.moved(side * 0.0026 * step, 0.0026 * step).path, deep)
        page.fill(block.path, color)

    def overprint(self) -> None:
        """Rows that overlap, each in its own ink; where they meet the inks multiply."""
        block = self._large(gap=-0.035)
        page = self.page
        is_light = not self.colors.is_dark
        page.ground(self.colors.paper if is_light else self.ground)
        self.stage()
        self.show(block)
        ground = self.colors.paper if is_light else self.ground
        self.echo(block, ground, self.figure_color(ground, self.vivid))
        inks = [self.vivid, self.other, self.colors.accent, self.colors.figure]
        for index, row in enumerate(
            block.rows if len(block.rows) > 1 else [LetterBlock((one,)) for one in block.glyphs]
        ):
            ink = self.figure_color(self.colors.paper if is_light else self.ground, inks[index % len(inks)])
            page.fill(row.path, ink, 0.96, Blend.kMultiply if is_light else Blend.kScreen)

    LIT = """
    uniform shader H; uniform float2 sun; uniform float3 deep; uniform float3 main_; uniform float3 pale; uniform float3 second;
    uniform float2 shift;
    float h(float2 u) { return float(H.eval(u).r); }
    half4 main(float2 u) {
      float e = .003;
      float2 s = float2(h(u + float2(e, 0.)) - h(u - float2(e, 0.)), h(u + float2(0., e)) - h(u - float2(0., e))) / (2. * e);
      float g = fine(u * 1.3) - .5;
      float3 n = normalize(float3(-s * .058 + float2(soft(u * 2.1 + shift) - .5, soft(u * 2.1 + shift + .5) - .5) * .25 + g * .06, 1.));
      float l = clamp(dot(n, normalize(float3(sun, .75))), 0., 1.);
      float3 c = mix(deep, main_, smoothstep(.05, .75, l));
      c = mix(c, pale, smoothstep(.8, 1., l) * .55);
      c += second * pow(clamp(dot(n, normalize(float3(-sun.x, .5, .35))), 0., 1.), 3.) * .35;
      return opaque(c);
    }"""

    def lit(self) -> None:
        """Bodies that fill the page, lit from one side."""
        block = self._large()
        page = self.page
        page.ground(self.ground)
        page.gradient(
            page.everything, (0, 0), (0, 1), [self.paler(self.ground, 0.04), self.ground, self.deeper(self.ground, 0.1)]
        )
        self.stage()
        self.show(block)
        side, shot = self.rng.choice((-1, 1)), self.new_shot()
        self.echo(
            block,
            self.ground,
            self.deeper(self.ground, 0.3) if not self.colors.is_dark else self.paler(self.ground, 0.3),
        )
        page.blurred(block.moved(-side * 0.03, 0.045).path, self.dark, 0.022, 0.5)
        page.blurred(block.moved(-side * 0.008, 0.012).path, self.dark, 0.006, 0.45)
        color = self.letter_color(self.ground)
        shot.wash(self.LIT, {
            "sun": (side * 0.62, -0.6), "deep": self.deeper(color, 0.34), "main_": color, "pale": self.colors.paper, "second": self.other,
            "shift": (self.rng.random(), self.rng.random()),
        }, {"H": fields.shader_of([fields.swelling(fields.mask_of(block.path))])}, within=block.path, side=1536)  # fmt: skip

    def surface(self) -> None:
        if self.idea.composition == "lit":
            self.page.texture("grain", 0.1, self.rng)
        else:
            super().surface()
