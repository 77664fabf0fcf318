"""Styles of cheap printing: riso collage, hardcore photocopy."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.art import MARGIN, Art, ArtBox
from covers.engine.poster.color import at_lightness, lch_of, oklch
from covers.engine.poster.geometry import circle, common, minus, moved, polygon, rect
from covers.engine.poster.motifs import motif
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend
from covers.engine.poster.treatments import halftone, torn_edge
from covers.lettering.title_contract import Zone

WIDE = BLEED_MAX - BLEED_MIN


class Riso(Art):
    """Two or three spot inks laid over each other on paper, a little out of register."""

    name, voice, finish, title_scale = "riso", "riso", "misregister", 0.1
    texture = "spot ink on paper"
    textures = (("paper", 0.2), ("grain", 0.14))
    compositions = ("overprint", "echo", "torn", "window")
    massive = frozenset({"echo"})

    def _inks(self) -> tuple[str, str, str]:
        """Paper and two inks that multiply into a third colour. On a strong ground the inks need a pale block below."""
        colors = self.colors
        lightness, chroma, _ = lch_of(colors.ground)
        paper = colors.ground if lightness > 0.8 and chroma < 0.075 else colors.paper
        first, second = colors.second, colors.figure
        if lch_of(first)[0] > 0.78:
            first = colors.accent
        if lch_of(second)[0] > 0.7 or second == first:
            second = at_lightness(colors.ink, 0.42, 1.6)
        return paper, first, second

    def _sheet(self) -> tuple[str, str, str, ArtBox]:
        """The ground and the box to print in: the whole sheet when pale, an inset sheet of paper when dark."""
        page, colors = self.page, self.colors
        paper, first, second = self._inks()
        room = self.idea.room
        page.ground(colors.ground)
        if paper == colors.ground:
            is_top = self.rng.random() < 0.5
            box = self.room_above() if is_top else self.room_below()
        else:
            height = 0.9 - room
            page.fill(rect(MARGIN * 0.6, MARGIN * 0.6, 1 - 1.2 * MARGIN, height), paper)
            box = ArtBox(MARGIN, MARGIN, 1 - 2 * MARGIN, height - MARGIN * 0.8)
            self.titles = [Zone(MARGIN * 0.6, height + 0.08, 1 - 1.2 * MARGIN, room - 0.07, "left", "bottom")]
            self.inks = [colors.paper, colors.accent]
        self.stage()
        return paper, first, second, box

    def _print(self, path: skia.Path, color: str, slip: tuple[float, float] = (0.0, 0.0)) -> None:
        """One ink: multiplied on what is there, with specks where it did not take."""
        with self.page.layer(Blend.kMultiply, around=path):
            self.page.fill(moved(path, *slip), color)
            self.page.wear("speckle", 2.0, self.rng)

    def _screen(self, shape: skia.Path, color: str, turn: float, slip: tuple[float, float], fade: float) -> None:
        """The shape as a halftone that grows denser downwards."""
        box = shape.getBounds()
        tone = halftone(
            box, 0.0165, turn, lambda _, y: 0.2 + fade * (y - box.top()) / max(0.01, box.height())
        )  # fmt: skip
        with self.page.layer(Blend.kMultiply, around=shape):
            with self.page.clipped(moved(shape, *slip)):
                self.page.fill(moved(tone, *slip), color)
            self.page.wear("speckle", 2.2, self.rng)

    def _slip(self) -> tuple[float, float]:
        return self.rng.choice((-1, 1)) * self.rng.uniform(0.003, 0.006), self.rng.uniform(-0.004, 0.004)

    def overprint(self) -> None:
        """Two motifs, one screened and one flat, where they cross a third colour appears."""
        _paper, first, second, box = self._sheet()
        rng = self.rng
        other = motif(self.idea.support[0]) if self.idea.support else self.motif
        left = rng.random() < 0.5
        x, y = box.center
        shape, detail = self.both(
            x + (-0.12 if left else 0.12), y - 0.02, self.fitted(box, 0.92), rng.choice((-12, 0, 12))
        )
        scale = 0.62 * min(box.width / other.width, box.height / other.height)
        place = (x + (0.17 if left else -0.17), box.y + box.height - scale * other.height / 2)
        front = moved(other.shape, *place, scale, rng.choice((-8, 0, 8)))
        self._screen(shape, first, 75, (0, 0), 0.9)
        self._print(detail, first)
        self._print(minus(front, moved(other.detail, *place, scale)), second, self._slip())

    def echo(self) -> None:
        """The motif three times, each print moved on, from pale to full."""
        _, first, second, box = self._sheet()
        rng = self.rng
        step = rng.choice((-1, 1)) * 0.13
        x, y = box.center
        size = self.fitted(ArtBox(0, 0, box.width - 2 * abs(step), box.height), 1.0)
        turn = rng.choice((-10, 0, 10))
        shape, detail = self.both(x - step, y, size, turn)
        self._screen(shape, first, 15, (0, 0), 0.35)
        self._print(
            moved(minus(shape, detail), step), self.figure_color("#ffffff", self.colors.accent, first), (0, 0.004)
        )
        self._print(moved(minus(shape, detail), 2 * step), second, self._slip())

    def torn(self) -> None:
        """A torn strip of colour, a disc, and the motif over both."""
        _, first, second, box = self._sheet()
        rng = self.rng
        y = box.y + box.height * 0.52
        upper = torn_edge(rng, (BLEED_MIN, y - 0.16), (BLEED_MAX, y - 0.1), 0.02, (0, 0.9))
        lower = torn_edge(rng, (BLEED_MIN, y + 0.2), (BLEED_MAX, y + 0.15), 0.02, (0, 0.9))
        strip = common(minus(upper, lower), rect(box.x - MARGIN * 0.4, 0, box.width + MARGIN * 0.8, 1))
        self._print(strip, first)
        disc = circle(box.x + box.width * rng.choice((0.3, 0.7)), y - box.height * 0.2, box.height * 0.2)
        self._screen(disc, self.colors.accent, 45, self._slip(), 0.6)
        shape, detail = self.both(
            box.x + box.width * 0.5, box.center[1], self.fitted(box, 0.95), rng.choice((-7, 0, 7))
        )
        self._print(minus(shape, detail), second, self._slip())

    def window(self) -> None:
        """A block of ink with the motif left out of it and printed beside itself."""
        _paper, first, second, box = self._sheet()
        rng = self.rng
        side = rng.choice((-1, 1))
        block = rect(box.x + (0.0 if side < 0 else box.width * 0.36), box.y, box.width * 0.64, box.height)
        x = box.center[0] - side * 0.02
        shape, detail = self.both(x, box.center[1], self.fitted(ArtBox(0, 0, box.width * 0.9, box.height * 0.86), 1.0))
        self._print(minus(block, shape), first)
        self._screen(shape, second, 75, self._slip(), 0.75)
        self._print(common(detail, shape), second, self._slip())
        self._print(minus(shape, block), second)


class Photocopy(Art):
    """Black on paper, copied too often: specks, banding, tape."""

    name, voice, finish, title_scale = "photocopy", "photocopy", "photocopy", 0.14
    texture = "photocopy"
    uppercase = True
    compositions = ("blowup", "shards", "contact", "blackout")
    massive = frozenset({"shards"})

    def _paper(self) -> tuple[str, str]:
        """The sheet, which stands then, and the toner: near black on a pale or bright sheet, near white on a dark one."""
        colors = self.colors
        ground = colors.ground
        if 0.32 < lch_of(ground)[0] < 0.62 and colors.key == "mid":
            ground = colors.accent if lch_of(colors.accent)[1] > 0.1 else ground
        toner = oklch(0.15, 0.008, 60) if lch_of(ground)[0] > 0.5 else oklch(0.95, 0.01, 90)
        self.page.ground(ground)
        self.stage()
        return ground, toner

    def _copy(self, path: skia.Path, toner: str, threshold: float = 1.6) -> None:
        """Toner that broke up: coarse wear, fine specks."""
        with self.page.layer(around=path):
            self.page.fill(path, toner)
            self.page.wear("speckle", threshold, self.rng, 1.3)

    def _band(self, toner: str, ground: str) -> None:
        """The type's place: a block of toner across the foot, its upper edge torn."""
        room = self.idea.room
        if not room:
            return
        top = 0.99 - room
        self._copy(
            torn_edge(self.rng, (BLEED_MIN, top), (BLEED_MAX, top + self.rng.uniform(-0.02, 0.02)), 0.012, (0, 3)),
            toner,
            3.3,
        )
        self.titles = [Zone(MARGIN * 0.7, top + 0.035, 1 - 1.4 * MARGIN, room - 0.06, "left", "middle")]
        self.inks = [ground, self.colors.accent, self.colors.paper]

    def blowup(self) -> None:
        """One huge cropped figure, toner noise growing towards its foot, an accent bar."""
        page, rng = self.page, self.rng
        ground, toner = self._paper()
        room = self.idea.room
        size = 0.98 / max(self.motif.width, self.motif.height)
        y = max(0.52 - room * 0.45, size * self.motif.height / 2 + 0.035)  # a head is never cut off, feet may be
        shape, detail = self.both(rng.choice((0.44, 0.56)), y, size, rng.choice((-9, 6, 9)))
        self._copy(minus(shape, detail), toner)
        page.specks(toner, "speckle", 1.9, rng, 0.9)
        self._band(toner, ground)
        if not room:
            page.fill(
                polygon([(0.04, 0.86), (0.9, 0.84), (0.92, 0.9), (0.05, 0.925)]),
                self.colors.accent,
                1.0,
                Blend.kMultiply,
            )

    def shards(self) -> None:
        """The figure cut along slanting lines, the pieces pulled apart."""
        page, rng = self.page, self.rng
        ground, toner = self._paper()
        room = self.idea.room
        center = (0.5, 0.5 - room * 0.45)
        shape, detail = self.both(*center, (0.94 - room * 0.7) / max(self.motif.width, self.motif.height))
        figure = minus(shape, detail)
        slope, count = rng.choice((-0.4, 0.4, 0.7)), 5
        for index in range(-count, count):
            low, high = center[1] + index * 0.11, center[1] + (index + 1) * 0.11
            cut = polygon(
                [(-2, low - 2.5 * slope), (3, low + 2.5 * slope), (3, high + 2.5 * slope), (-2, high - 2.5 * slope)]
            )
            push = rng.uniform(-0.045, 0.045)
            piece = moved(common(figure, cut), push, push * slope)
            if index == count // 2 - 1:
                page.fill(piece, self.colors.accent)
            self._copy(piece, self.colors.accent if index == 1 else toner)
        self._band(toner, ground)

    def contact(self) -> None:
        """The same copy four times in a grid, each generation worse, one inverted."""
        page, rng = self.page, self.rng
        ground, toner = self._paper()
        room = self.idea.room
        height = (0.94 - room) / 2
        odd = rng.randrange(4)
        for index in range(4):
            column, row = index % 2, index // 2
            frame = rect(0.03 + column * 0.475, 0.03 + row * height, 0.465, height - 0.012)
            box = frame.getBounds()
            size = 1.08 * min(box.width() / self.motif.width, box.height() / self.motif.height)
            shape, detail = self.both(box.centerX() + rng.uniform(-0.03, 0.03), box.centerY(), size, rng.uniform(-8, 8))
            with page.clipped(frame):
                figure = minus(shape, detail)
                if index == odd:
                    page.fill(frame, self.colors.accent)
                self._copy(figure if index in (odd, 3 - odd) else minus(frame, figure), toner, 2.2 - 0.4 * index)
        self._band(toner, ground)

    def blackout(self) -> None:
        """Toner over the whole sheet; the figure left out, with strips of tape across it."""
        page, rng = self.page, self.rng
        ground, toner = self._paper()
        room = self.idea.room
        box = ArtBox(0.07, 0.07, 0.86, 0.86 - room)
        shape, detail = self.both(
            rng.choice((0.44, 0.56)), box.center[1], self.fitted(box, 1.0), rng.choice((-14, 0, 14))
        )
        frame = rect(0.035, 0.035, 0.93, 0.93)
        self._copy(minus(frame, minus(shape, detail)), toner, 2.0)
        turn = rng.choice((-18, 14))
        strip = moved(rect(-0.62, -0.035, 1.24, 0.07), 0.5, 0.46 - room * 0.3, 1.0, turn)
        page.fill(strip, self.colors.accent, 0.92)
        if room:
            self.titles = [Zone(MARGIN, 0.95 - room, 1 - 2 * MARGIN, room - 0.02, "left", "bottom")]
            self.inks = [ground, self.colors.accent]

    def surface(self) -> None:
        page, rng = self.page, self.rng
        page.specks("#000000", "speckle", 2.9, rng, 0.55)
        for _ in range(3):
            y = rng.random()
            page.fill(rect(BLEED_MIN, y, WIDE, rng.uniform(0.001, 0.004)), self.colors.ink, 0.1)
        page.gradient(page.everything, (0, 0), (1, math.tan(0.1)), ["#000000", "#ffffff", "#777777", "#ffffff"], 0.05)
        page.texture("grain", 0.22, rng)
