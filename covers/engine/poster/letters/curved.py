"""Letters that follow a line: an arch, a wave, a ring, a spiral, a ball."""

from __future__ import annotations

import math

import numpy as np

from covers.engine.poster.art import ArtBox
from covers.engine.poster.color import blend, ramp
from covers.engine.poster.geometry import circle, outline, rect, smooth
from covers.engine.poster.letters.block import Bend, LetterBlock, set_in
from covers.engine.poster.letters.letter_art import LetterArt


class Curved(LetterArt):
    name = "type_curve"
    voices = ("gala", "rounded", "riso", "poster_heavy", "slab", "folk", "soft_serif")
    compositions = ("arch", "wave", "ring", "spiral", "ball")
    said_plainly = frozenset({"arch"})

    def _line(self, tall: float) -> LetterBlock:
        """The title in one row of this height on the baseline y = 0, from x = 0."""
        block = set_in(self.title, ArtBox(0, 0, 50, tall), rows=1, align=0.0, valign=0.0)
        return block.moved(-block.box.left(), -block.box.bottom())

    def _stripes(self) -> list[str]:
        """Inks of a band under the letters, from them outwards."""
        wished = [self.vivid, self.other, self.colors.accent, self.colors.figure]
        return [one for one in dict.fromkeys(wished) if one != self.ground][:4]

    # --- an arch -----------------------------------------------------------------------------------------------------

    def arch(self) -> None:
        """Over a rising sun, with the bands of a rainbow between."""
        box = self.room(0.07, at_top=False)
        page, color = self.page, self.letter_color(self.ground)
        x, foot, sweep = 0.5, box.y + box.height, math.pi * 0.66
        wide = self._line(1.0).box.width()
        # letters are bent no harder than 1 to 1.6; many of them reach from ground to ground
        tall = min(0.3, 0.8 / wide) if wide < 2.4 else 0.46 * sweep / (wide + 0.68 * sweep)
        line = self._line(tall)
        radius = max(1.6 * tall, line.box.width() / sweep - 0.3 * tall)
        top = box.y + (0.06 if radius + tall < box.height else 0.02)
        y = max(top + tall + radius, min(foot, top + tall + radius + 0.06))
        block = line.bent(_around(x, y, radius, line.box.width(), radius + tall * 0.32))
        block = block.moved(0.5 - block.box.centerX(), 0)
        page.ground(self.ground)
        self.stage()
        self.show(block)
        inks = self._stripes()
        wide = min(0.075, (foot - (y - radius) - 0.03) / (len(inks) + 1.2))
        for index, ink in enumerate(inks):
            far = radius - 0.03 - wide * index
            if far > wide:
                page.fill(circle(x, y, far), ink)
                page.fill(circle(x, y, max(0.0, far - wide * 0.72)), self.ground)
        core = radius - 0.03 - wide * len(inks)
        if core > 0.02:
            page.fill(circle(x, y, core * 0.94), self.colors.accent)
        page.fill(rect(-1.6, foot, 4.2, 3), self.ground)
        page.fill(block.path, color)

    # --- a wave ------------------------------------------------------------------------------------------------------

    def wave(self) -> None:
        """On a swell, with bands that run along below."""
        box = self.room(0.05, at_top=self.rng.random() < 0.5)
        page, color = self.page, self.letter_color(self.ground)
        rows = 2 if self.weight > 5 and len(self.title.breakings()) > 1 else 1
        base = set_in(
            self.title,
            ArtBox(box.x + 0.02, box.y, box.width - 0.04, box.height * (0.42 if rows == 1 else 0.5)),
            gap=0.18,
            rows=rows,
        )
        swing = 0.05 if base.box.height() < 0.3 else 0.04
        phase, length = self.rng.uniform(0, 6.28), self.rng.uniform(5.2, 7.6)
        up = self.rng.random() < 0.6
        line_y = box.y + swing + 0.01 if up else box.y + box.height - base.box.height() - swing - 0.01
        base = base.moved(0, line_y - base.box.top())

        def swell(points: np.ndarray) -> np.ndarray:
            x, y = points[:, 0], points[:, 1]
            lean = 0.22 * swing * length * np.cos(x * length + phase)
            return np.stack([x - lean * (y - base.box.centerY()), y + swing * np.sin(x * length + phase)], axis=1)

        block = base.bent(swell)
        page.ground(self.ground)
        self.stage()
        edge = base.box.bottom() if up else base.box.top()
        step = (box.y + box.height - edge - swing if up else edge - box.y - swing) / 5.2
        strip = self.artists[-1]
        stripes = [*self._stripes(), self._stripes()[0]]
        with page.clipped(rect(-1.6, strip.y - 0.02, 4.2, strip.height + 0.04), is_outside=True):
            for index, ink in enumerate(stripes[:5]):
                y = edge + (1 if up else -1) * (0.035 + max(0.02, step) * (index + 0.5))
                run = [
                    (x, y + swing * (1 - 0.12 * index) * math.sin(x * length + phase))
                    for x in np.linspace(-1.6, 2.6, 150)
                ]
                page.line(smooth(run), ink, max(0.014, step * 0.74), is_round=False)
        self.show(block)
        page.fill(outline(block.path, 0.012), self.ground)
        page.fill(block.path, color)

    # --- a ring ------------------------------------------------------------------------------------------------------

    def ring(self) -> None:
        """Around a disc, once or as often as it goes round."""
        box = self.room(0.05, at_top=False)
        page, color = self.page, self.letter_color(self.ground)
        x, y = 0.5, box.y + box.height / 2
        outer = box.height / 2 - 0.005
        tall = min(0.2, max(0.12, 1.6 / max(2.5, self.weight + 1.5) * 0.45))
        radius = outer - tall
        line = self._line(tall)
        gap = tall * 0.5
        round_ = 2 * math.pi * (radius + tall * 0.3)
        times = max(1, int(round_ / (line.box.width() + gap)))
        share = round_ / (times * (line.box.width() + gap))
        line = line.moved(0, 0, min(1.0, share)) if share < 1 else line
        page.ground(self.ground)
        self.stage()
        turn = self.rng.uniform(-0.5, 0.5) if times > 1 else 0.0
        inks = ramp(self.vivid, self.other, 3)
        for index, ink in enumerate(inks):
            page.fill(circle(x, y, (radius - 0.03) * (1 - 0.08 * index)), ink)
        calm = self._said_in(x, y, (radius - 0.03) * 0.84, inks[-1])
        for index in range(times):
            around = _around(x, y, radius, line.box.width(), radius + tall * 0.3, turn + 2 * math.pi * index / times)
            block = line.bent(around)
            self.figures.append(block.path)
            page.fill(block.path, blend(self.ground, color, 0.62))
        self.show(calm)

    def _said_in(self, x: float, y: float, radius: float, ground: str) -> LetterBlock:
        """The title once level and whole, in a disc of this colour: what goes round is ornament, and need not be read."""
        half = 0.8 * radius
        block = set_in(self.title, ArtBox(x - half, y - 0.6 * radius, 2 * half, 1.2 * radius), gap=0.14, parted=1)
        corner = max(math.hypot(abs(px - x), abs(py - y)) for px in (block.box.left(), block.box.right())
                     for py in (block.box.top(), block.box.bottom()))  # fmt: skip
        if corner > 0.9 * radius:
            share = 0.9 * radius / corner
            block = block.moved(x * (1 - share), y * (1 - share), share)
        self.page.fill(block.path, self.figure_color(ground, self.pale, self.dark))
        return block

    # --- a spiral ----------------------------------------------------------------------------------------------------

    def spiral(self) -> None:
        """Said again and again, towards the middle."""
        box = self.room(0.03, at_top=False)
        page, color = self.page, self.letter_color(self.ground)
        x, y, outer = 0.5, box.y + box.height / 2, box.height / 2
        page.ground(self.ground)
        self.stage()
        angle, radius, first = self.rng.uniform(-2.6, -2.0), outer, True
        index, shrink = 0, 0.66
        disc = 0.42 * outer
        while radius > disc and index < 40:
            tall = radius * (1 - shrink) * 0.8
            line = self._line(tall)
            wide = line.box.width() + tall * 0.45
            per_turn = shrink
            middle = radius - tall * 0.7
            sweep = wide / middle
            bend = _inward(x, y, radius - tall, angle, middle, per_turn)
            ends = (radius - tall) * per_turn ** (sweep / (2 * math.pi))
            if not first and ends < 1.06 * disc:  # it would run under the disc
                break
            block = line.bent(bend)
            self.figures.append(block.path)
            ink = self.figure_color(self.ground, self.other, color)
            page.fill(block.path, color if first else blend(self.ground, ink, max(0.35, 0.9 - 0.12 * index)))
            angle += sweep
            radius *= per_turn ** (sweep / (2 * math.pi))
            first, index = False, index + 1
        tone = self.vivid if self.vivid != self.ground else self.other
        page.fill(circle(x, y, 0.98 * disc), self.ground)
        page.fill(circle(x, y, 0.93 * disc), tone)
        self.show(self._said_in(x, y, 0.93 * disc, tone))

    # --- a ball ------------------------------------------------------------------------------------------------------

    def ball(self) -> None:
        """On a ball, as print on a balloon."""
        box = self.room(0.06, at_top=False)
        page = self.page
        x, y, radius = 0.5, box.y + box.height / 2, box.height / 2
        base = set_in(self.title, ArtBox(x - radius * 0.8, y - radius * 0.62, radius * 1.6, radius * 1.24), gap=0.1)

        def bulge(points: np.ndarray) -> np.ndarray:
            away = (points - (x, y)) / radius
            far = np.hypot(away[:, 0], away[:, 1])[:, None] + 1e-9
            return np.array([[x, y]]) + away / far * np.sin(np.clip(far, 0, 1.25) * math.pi / 2 / 1.12) * radius * 0.985

        block = base.bent(bulge)
        skin = self.vivid if self.vivid != self.ground else self.other
        page.ground(self.ground)
        page.blurred(circle(x + 0.02, y + 0.05, radius * 0.96), self.dark, 0.05, 0.3)
        self.stage()
        page.fill(circle(x, y, radius), skin)
        self.show(block, circle(x, y, radius))
        ink = self.figure_color(skin, self.pale, self.dark)
        page.fill(block.path, ink)
        with page.clipped(circle(x, y, radius)):
            side = self.rng.choice((-1, 1))
            page.blurred(outline(circle(x - side * 0.06, y - 0.07, radius * 1.1), 0.1), self.dark, 0.07, 0.42)
            page.glow(x - side * radius * 0.42, y - radius * 0.5, radius * 0.75, "#ffffff", 0.42)


def _around(x: float, y: float, radius: float, width: float, middle: float, turn: float = 0.0) -> Bend:
    """A line bent around a centre, its baseline on the radius and its middle at the top. middle: the radius that keeps widths."""

    def bend(points: np.ndarray) -> np.ndarray:
        angle = (points[:, 0] - width / 2) / middle + turn
        far = radius - points[:, 1]
        return np.stack([x + far * np.sin(angle), y - far * np.cos(angle)], axis=1)

    return bend


def _inward(x: float, y: float, radius: float, start: float, middle: float, per_turn: float) -> Bend:
    """A line bent into a spiral that is `per_turn` of its size after one turn. start: where it begins, radians from the top."""

    def bend(points: np.ndarray) -> np.ndarray:
        run = points[:, 0] / middle
        angle = start + run
        share = per_turn ** (run / (2 * math.pi))
        far = (radius - points[:, 1]) * share
        return np.stack([x + far * np.sin(angle), y - far * np.cos(angle)], axis=1)

    return bend
