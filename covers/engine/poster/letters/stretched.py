"""Letters with stems as long as the page: columns, a skyline, roots, arms."""

from __future__ import annotations

import skia

from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import argb, blend, ramp
from covers.engine.poster.geometry import rect
from covers.engine.poster.letters.block import Glyph, LetterBlock, set_in
from covers.engine.poster.letters.letter_art import LetterArt
from covers.engine.poster.letters.stems import cut_of, drawn_out, drawn_wide, taller
from covers.engine.poster.page import Blend


class Stretched(LetterArt):
    name = "type_stretched"
    voices = ("poster_heavy", "riso", "grotesk", "slab", "soft_serif", "geometric")
    has_capitals = True
    compositions = ("columns", "skyline", "roots", "arms")
    said_plainly = frozenset(compositions)

    def columns(self) -> None:
        """All letters from head to foot of the page."""
        box = self.room()
        block = self._rows(box, lambda glyph, top, bottom: drawn_out(glyph, top, bottom))
        self._printed(block)

    def skyline(self) -> None:
        """Letters that stand on one ground and are of differing height."""
        box = self.room(at_top=False)
        base = self._row(box)
        highs = self._heights(len(base.glyphs))
        least = max(base.box.height() * 1.25, 0.3 * box.height)
        block = LetterBlock(tuple(
            drawn_out(glyph, box.y + box.height - (least + (box.height - least) * high), box.y + box.height)
            for glyph, high in zip(base.glyphs, highs, strict=True)
        ))  # fmt: skip
        self._printed(block, ground_line=box.y + box.height)

    def roots(self) -> None:
        """Letters at the head of the page whose stems reach down, fading where they end."""
        box = self.room(at_top=False)
        base = self._row(box)
        highs = self._heights(len(base.glyphs))
        least = base.box.height() * 1.3
        block = LetterBlock(tuple(
            drawn_out(glyph, box.y, box.y + least + (box.height - least) * high)
            for glyph, high in zip(base.glyphs, highs, strict=True)
        ))  # fmt: skip
        self._faded(block, box)

    def arms(self) -> None:
        """In each row the letter that bears it best reaches for the edge of the page."""
        box = self.room()
        rows = set_in(self.title, ArtBox(box.x, box.y, box.width * 0.74, box.height), rows=self._split(), align=0.0)
        glyphs: list[Glyph] = []
        for row in rows.rows:
            spare = box.x + box.width - row.box.right()
            chosen = min(range(len(row.glyphs)), key=lambda index: cut_of(row.glyphs[index], across=True)[1])
            for index, glyph in enumerate(row.glyphs):
                if index < chosen:
                    glyphs.append(glyph)
                elif index == chosen:
                    glyphs.append(drawn_wide(glyph, glyph.box.left(), glyph.box.right() + spare))
                else:
                    glyphs.append(glyph.moved(spare, 0))
        block = LetterBlock(tuple(glyphs))
        # a bar that was drawn out is a surface to a second cut: Hangul, large as it is, stays
        self._printed(block if self.title.is_eastern else taller(block, box))

    # --- setting -----------------------------------------------------------------------------------------------------

    def _split(self) -> int:
        return 2 if self.weight > 3.2 and len(self.title.breakings()) > 1 else 1

    def _row(self, box: ArtBox) -> LetterBlock:
        """One row, as wide as the box, or narrower where that would leave no stem to draw out."""
        low = ArtBox(box.x, box.y, box.width, min(box.height * 0.5, box.height))
        return set_in(self.title, low, rows=1)

    def _rows(self, box: ArtBox, draw: object) -> LetterBlock:
        count = self._split()
        gap = 0.035
        tall = (box.height - gap * (count - 1)) / count
        base = set_in(self.title, ArtBox(box.x, box.y, box.width, box.height * 0.62), rows=count)
        glyphs: list[Glyph] = []
        for index, row in enumerate(base.rows):
            wide = row.box.width()
            share = min(box.width / wide, 0.58 * tall / row.box.height())
            row = row.moved(-row.box.left() * share, 0, share)
            row = row.moved(box.x + (box.width - row.box.width()) / 2, 0)
            top = box.y + index * (tall + gap)
            glyphs += [drawn_out(glyph, top, top + tall) for glyph in row.glyphs]
        return LetterBlock(tuple(glyphs))

    def _heights(self, count: int) -> list[float]:
        """One from 0 to 1 for each letter: a slope, a valley, a hill, or steps by chance; one of them is 1."""
        kind = self.rng.choice(("slope", "fall", "valley", "chance", "chance"))
        at = [index / max(1, count - 1) for index in range(count)]
        if kind == "chance" or count < 3:
            highs = [self.rng.uniform(0.3, 1.0) for _ in at]
            highs[self.rng.randrange(count)] = 1.0
            return highs
        if kind == "valley":
            return [0.25 + 0.75 * abs(2 * one - 1) ** 1.3 for one in at]
        return [0.25 + 0.75 * (one if kind == "slope" else 1 - one) for one in at]

    # --- printing ----------------------------------------------------------------------------------------------------

    def _printed(self, block: LetterBlock, ground_line: float | None = None) -> None:
        page, color = self.page, self.letter_color(self.ground)
        page.ground(self.ground)
        if ground_line is not None:
            page.fill(rect(-1.6, ground_line, 4.2, 3), blend(self.ground, color, 0.12))
        self.stage()
        self.show(block)
        if self.rng.random() < 0.5:  # a second ink that was printed a little beside
            slip = self.rng.choice((-1, 1)) * self.rng.uniform(0.008, 0.016)
            page.fill(
                block.moved(slip, slip * 0.6).path,
                self.other if not self.colors.is_dark else blend(self.ground, self.other, 0.75),
            )
            page.fill(block.path, color)
        else:
            chosen = self.rng.randrange(len(block.glyphs)) if len(block.glyphs) > 1 else -1
            for index, glyph in enumerate(block.glyphs):
                page.fill(glyph.path, self.figure_color(self.ground, self.colors.accent) if index == chosen else color)

    def _faded(self, block: LetterBlock, box: ArtBox) -> None:
        page, color = self.page, self.letter_color(self.ground)
        page.ground(self.ground)
        self.stage()
        self.show(block)
        colors = ramp(color, self.figure_color(self.ground, self.other), 5)
        for glyph in block.glyphs:
            ends = [skia.Point(0, box.y), skia.Point(0, glyph.box.bottom())]
            shades = [argb(colors[0]), argb(colors[1]), argb(colors[3]), argb(colors[4], 0.9), argb(colors[4], 0.3)]
            shader = skia.GradientShader.MakeLinear(ends, shades, [0.0, 0.35, 0.65, 0.85, 1.0])
            page.canvas.drawPath(
                glyph.path, skia.Paint(Shader=shader, AntiAlias=True, Dither=True, BlendMode=Blend.kSrcOver)
            )
