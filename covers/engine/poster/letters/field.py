"""A title repeated until it is a surface, with one that is not like the others."""

from __future__ import annotations

import math

import numpy as np
import skia

from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import blend, contrast, ramp
from covers.engine.poster.geometry import circle, rect
from covers.engine.poster.letters.block import LetterBlock, set_in
from covers.engine.poster.letters.letter_art import LetterArt
from covers.engine.poster.page import Blend

FAR = 1.15
"""How fast the rows of a floor grow smaller."""


class LetterField(LetterArt):
    name = "type_field"
    voices = ("poster_heavy", "riso", "grotesk", "gala", "geometric", "slab")
    has_capitals = True
    compositions = ("wall", "echo", "windows", "waves", "floor")
    said_plainly = frozenset({"windows", "floor"})

    def _line(self, tall: float) -> LetterBlock:
        """The title in one row of this height, its ink from (0, 0)."""
        block = set_in(self.title, ArtBox(0, 0, 50, tall), rows=1, align=0.0, valign=0.0)
        return block.moved(-block.box.left(), -block.box.top())

    def _tall(self) -> float:
        """Height of one row: so that the title stands about two and a half times in the page's width."""
        probe = self._line(0.1).box
        return min(0.16, max(0.05, 0.1 * 0.52 / probe.width()))

    def _strip(self, ground: str) -> None:
        """What lies under the artist's name is plain."""
        zone = self.artists[-1]
        top, low = (zone.y - 0.024, 2.6) if zone.y > 0.5 else (-1.6, zone.y + zone.height + 0.02)
        self.page.fill(rect(-1.6, top, 4.2, low - top), ground)

    def _clear(self, y: float, tall: float) -> bool:
        """Whether a row keeps off the artist's strip: it would be cut through there."""
        zone = self.artists[-1]
        return y + tall < zone.y - 0.02 if zone.y > 0.5 else y > zone.y + zone.height + 0.02

    def _places(self, block: LetterBlock, pitch: float, gap: float, shift: float) -> list[tuple[float, float, int]]:
        """x, y and row of every repetition that touches the page."""
        visible = self.page.visible
        wide = block.box.width() + gap
        rows = range(math.floor((visible.top() - 0.05) / pitch), math.ceil((visible.bottom() + 0.05) / pitch))
        rows_kept = [row for row in rows if self._clear(row * pitch + 0.02, block.box.height())]
        return [
            (x * wide + (row * shift) % 1.0 * wide, row * pitch + 0.02, row)
            for row in rows_kept
            for x in range(math.floor((visible.left() - wide) / wide) - 1, math.ceil(visible.right() / wide) + 1)
        ]

    def _nearest(
        self, places: list[tuple[float, float, int]], block: LetterBlock, x: float, y: float
    ) -> tuple[float, float, int]:
        whole = [
            one for one in places
            if one[0] > 0.04 and one[0] + block.box.width() < 0.96 and 0.1 < one[1] < 0.8
        ]  # fmt: skip
        return min(whole or places, key=lambda one: math.hypot(one[0] + block.box.width() / 2 - x, one[1] - y))

    def wall(self) -> None:
        """Rows like bricks; one of them is lit."""
        self.room()
        tall = self._tall()
        block = self._line(tall)
        places = self._places(block, block.box.height() + tall * 0.26, tall * 0.42, self.rng.choice((0.5, 0.34, 0.62)))
        chosen = self._nearest(places, block, self.rng.uniform(0.3, 0.7), self.rng.uniform(0.3, 0.62))
        page, quiet = self.page, self.between(0.26)
        page.ground(self.ground)
        self.stage()
        for x, y, row in places:
            if (x, y, row) != chosen:
                page.fill(block.moved(x, y).path, quiet)
        one = block.moved(*chosen[:2])
        self.show(one)
        page.fill(one.path, self.loudest())
        self._strip(self.ground)

    def loudest(self) -> str:
        """What stands out most among rows in a quiet tone of the ground."""
        wished = [self.colors.accent, self.vivid, self.colors.ink, self.colors.paper]
        far = [one for one in wished if contrast(self.ground, one) >= 4.5]
        return far[0] if far else max(wished, key=lambda one: contrast(self.ground, one))

    def echo(self) -> None:
        """One solid, then its outlines, each a step further down."""
        box = self.room(0.07, at_top=False)
        slip = self.rng.choice((-1, 1)) * 0.17
        inner = ArtBox(box.x, 0, box.width - abs(slip), box.height * 0.5)
        base = set_in(self.title, inner, rows=1 if self.weight < 6 else 0, valign=0.0)
        page, color = self.page, self.letter_color(self.ground)
        page.ground(self.ground)
        self.stage()
        tall = base.box.height()
        count = max(4, min(9, round((box.height - tall) / (0.2 * tall))))
        step, across = (box.height - tall) / count, slip / count
        left = box.x - base.box.left() + (box.width - abs(slip) - base.box.width()) / 2 + max(0.0, -slip)
        outlines = blend(self.ground, self.figure_color(self.ground, self.other), 0.9)
        from_top = self.rng.random() < 0.5
        for index in range(count, -1, -1) if from_top else range(count + 1):
            block = base.moved(left + across * index, box.y - base.box.top() + index * step)
            if index == (0 if from_top else count):
                self.show(block)
                page.fill(block.path, color)
                page.line(block.path, color, 0.0034, is_round=False)
            else:
                page.fill(block.path, self.ground)
                page.line(block.path, outlines, 0.0034, is_round=False)

    def windows(self) -> None:
        """A façade by night: everywhere the same dark sign, and one that somebody has switched on."""
        self.room(at_top=False)
        tall = self._tall()
        block = self._line(tall)
        page = self.page
        night = blend(self.dark, self.colors.ink, 0.5)
        places = self._places(block, block.box.height() + tall * 0.5, tall * 0.55, 0.0)
        x0 = self.rng.uniform(0, 1) * block.box.width()
        places = [(x - x0, y, row) for x, y, row in places]
        chosen = self._nearest(places, block, self.rng.uniform(0.3, 0.7), self.rng.uniform(0.3, 0.6))
        page.ground(night)
        self.stage()
        for x, y, row in places:
            if (x, y, row) != chosen:
                glow = self.rng.random() ** 3
                page.fill(block.moved(x, y).path, blend(night, self.vivid, 0.24 + 0.2 * glow))
        one = block.moved(*chosen[:2])
        self.show(one)
        lamp = self.figure_color(night, self.colors.accent, self.colors.paper)
        center = one.box.centerX(), one.box.centerY()
        page.glow(*center, one.box.width() * 1.5 + 0.1, lamp, 0.4)
        page.blurred(one.path, lamp, 0.014, 0.9, Blend.kScreen)
        page.fill(one.path, blend(lamp, "#ffffff", 0.45))
        self._strip(night)
        self.inks = [self.pale, *self.inks]

    def waves(self) -> None:
        """Rows that rise and fall as one surface; a single row keeps still."""
        self.room()
        tall = self._tall() * 0.9
        block = self._line(tall)
        places = self._places(block, block.box.height() + tall * 0.34, tall * 0.4, 0.37)
        swing, length, phase = self.rng.uniform(0.03, 0.05), self.rng.uniform(6.0, 9.5), self.rng.uniform(0, 6.28)
        rows = sorted({row for _, y, row in places if 0.25 < y < 0.65})
        still = self.rng.choice(rows)
        calm = next(y for _, y, row in places if row == still) + tall / 2

        def swell(points: np.ndarray) -> np.ndarray:
            x, y = points[:, 0], points[:, 1]
            near = np.clip(np.abs(y - calm) / 0.3, 0, 1) ** 0.8
            return np.stack([x, y + near * swing * np.sin(x * length + phase + y * 2.4)], axis=1)

        page, color = self.page, self.letter_color(self.ground)
        page.ground(self.ground)
        self.stage()
        for x, y, row in places:
            moved = block.moved(x, y)
            if row == still:
                self.figures.append(moved.path)
                if moved.box.left() > 0 and moved.box.right() < 1:
                    self.show(moved)
                page.fill(moved.path, self.figure_color(self.ground, self.colors.accent, color))
            else:
                page.fill(moved.bent(swell, 0.006).path, blend(self.ground, color, 0.36))
        self._strip(self.ground)

    def floor(self) -> None:
        """Rows that lie on the ground and run to the horizon, where a sun stands; the nearest is lit."""
        self.room(at_top=False)
        page, color = self.page, self.letter_color(self.ground)
        horizon = self.rng.uniform(0.3, 0.4)
        block = self._line(0.1)
        gap = 0.05
        wide = block.box.width() + gap
        page.gradient(
            page.everything,
            (0, 0),
            (0, horizon),
            ramp(self.deeper(self.ground, 0.04), self.paler(self.ground, 0.05), 4),
        )
        page.fill(
            circle(0.5 + self.rng.uniform(-0.2, 0.2), horizon, self.rng.uniform(0.12, 0.2)),
            self.figure_color(self.ground, self.vivid),
        )
        page.fill(rect(-1.6, horizon, 4.2, 3), self.ground)
        self.stage()
        scale, near = 0.84 / block.box.width(), self.artists[-1].y - 0.04  # what stands lower is under the strip
        # y < 0 lies behind the page: x and y are divided by 1 - FAR * y
        matrix = skia.Matrix.MakeAll(1, -0.5 * FAR, 0, 0, -horizon * FAR, near, 0, -FAR, 1)
        tall = block.box.height() * scale * 1.35
        for row in range(13, 0, -1):
            low = -row * tall * 1.34
            quiet = blend(self.ground, color, max(0.1, 0.42 - 0.025 * row))
            shift = (row * 0.37) % 1.0 * wide * scale
            reach = math.ceil((1 - FAR * low) / (wide * scale)) + 1
            line = skia.Path()
            for x in range(-reach, reach):
                left = 0.5 - block.box.width() * scale / 2 + x * wide * scale - shift
                line.addPath(block.path, skia.Matrix.MakeAll(scale, 0, left, 0, scale * 1.35, low - tall, 0, 0, 1))
            line.transform(matrix)
            page.fill(line, quiet)
        flat = skia.Matrix.MakeAll(scale, 0, 0.5 - block.box.width() * scale / 2, 0, scale * 1.35, -tall, 0, 0, 1)
        one = block.by(flat).by(matrix)
        self.show(one)
        page.fill(one.path, self.loudest())
        self._strip(self.ground)
