"""Treatments in which the picture is a sheet of paper: torn and pasted, or a print that lies on a ground."""

from __future__ import annotations

import math
import random

import skia

from covers.engine.poster.art import MARGIN
from covers.engine.poster.color import at_lightness, lch_of, mix
from covers.engine.poster.geometry import Point, moved, of_rect, polygon, rect
from covers.engine.poster.own.art import Lying, OwnArt, lying
from covers.engine.poster.own.looks import TINT
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN


def torn_between(rng: random.Random, corners: list[Point], roughness: float) -> skia.Path:
    """A piece of paper torn along the lines between corners: every edge wanders, and is frayed as finely as a store file shows."""
    points: list[Point] = []
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        length = math.hypot(x2 - x1, y2 - y1)
        count = max(12, round(length / 0.0022))
        nx, ny = -(y2 - y1) / length, (x2 - x1) / length
        broad, narrow = (
            [rng.uniform(-1, 1) for _ in range(number + 2)] for number in (12, max(13, round(length / 0.011)))
        )
        for index in range(count):
            share = index / count
            off = wandering(broad, share) + 0.3 * wandering(narrow, share) + rng.uniform(-0.05, 0.05)
            off *= roughness * min(1.0, 6 * share, 6 * (1 - share) + 0.2)
            points.append((x1 + (x2 - x1) * share + nx * off, y1 + (y2 - y1) * share + ny * off))
    return polygon(points)


def wandering(knots: list[float], share: float) -> float:
    """Between the knots, softly."""
    place = share * (len(knots) - 2)
    low = int(place)
    ease = (place - low) ** 2 * (3 - 2 * (place - low))
    return knots[low] + (knots[low + 1] - knots[low]) * ease


class Torn(OwnArt):
    """The picture torn to pieces and pasted down a little wrong, on coloured paper."""

    name, texture = "torn", "torn paper"
    grain = 0.12
    layouts = ("halves", "strips", "corner", "slip")

    def ground(self) -> None:
        self.page.ground(self.colors.ground)
        self.stage()

    def core(self) -> str:
        """The white that shows where printed paper is torn."""
        return mix(self.colors.paper, "#ffffff", 0.6)

    def piece(
        self, corners: list[Point], place: Lying, *, shift: Point = (0.0, 0.0), turn: float = 0.0, is_toned: bool = False
    ) -> None:  # fmt: skip
        """One piece of the picture with its shadow and its torn white edge."""
        rng, canvas = self.rng, self.page.canvas
        middle = sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
        print_ = torn_between(rng, corners, 0.012)
        grown = [(x + 0.016 * _sign(x - middle[0]), y + 0.016 * _sign(y - middle[1])) for x, y in corners]
        edge = torn_between(rng, grown, 0.014)
        canvas.save()
        canvas.translate(middle[0] + shift[0], middle[1] + shift[1])
        canvas.rotate(turn)
        canvas.translate(-middle[0], -middle[1])
        self.page.blurred(moved(edge, 0.006, 0.009), "#000000", 0.013, 0.42)
        self.page.fill(edge, self.core())
        with self.page.clipped(edge):
            if is_toned:
                low, high = self.brought.levels
                dark, pale = self.two_tints()
                vivid = max(
                    (self.colors.figure, self.colors.second, self.colors.accent), key=lambda color: lch_of(color)[1]
                )
                self.shade_in(print_, TINT, {
                    "low": low, "high": high, "gamma": 0.9, "dark": dark, "mid": at_lightness(vivid, min(0.7, max(0.5, lch_of(vivid)[0]))),
                    "pale": pale, "frame": (0.5, 0.5, 9, 9), "vignette": 0.0,
                }, {"S": self.picture(place)})  # fmt: skip
            else:
                self.page.canvas.drawPath(print_, skia.Paint(Shader=self.picture(place), AntiAlias=True, Dither=True))
        canvas.restore()

    def sheet(self) -> tuple[skia.Rect, bool]:
        """Where the pieces lie, and whether the type stands above them."""
        seen, room = self.page.visible, self.idea.room
        is_top = self.rng.random() < 0.4
        gap = room + 0.05 if room else 0.07
        top = max(seen.top(), 0.0) + (gap if is_top else 0.065)
        bottom = min(seen.bottom(), 1.0) - (0.065 if is_top else gap)
        if room:
            self.keep_band(is_top, MARGIN, "left")
        return skia.Rect.MakeLTRB(MARGIN * 0.8, top, 1 - MARGIN * 0.8, bottom), is_top

    def halves(self) -> None:
        """Torn once, the halves slipped along the tear; one of them printed in other ink."""
        self.ground()
        rng = self.rng
        frame, _ = self.sheet()
        place = lying(frame, self.seen.focus)
        self.note(place)
        lean = rng.uniform(0.05, 0.16) * rng.choice((-1, 1))
        left, top, right, bottom = frame.left(), frame.top(), frame.right(), frame.bottom()
        toned = rng.randrange(2)
        if rng.random() < 0.5:  # beside the subject, not through it
            x = left + frame.width() * (0.66 if self.seen.focus[0] < 0.5 else 0.34)
            tear = [(x + lean, top), (x - lean, bottom)]
            parts = [[(left, top), tear[0], tear[1], (left, bottom)], [tear[0], (right, top), (right, bottom), tear[1]]]
            shifts = ((-0.012, -0.014), (0.012, 0.02))
        else:
            y = top + frame.height() * (0.68 if self.seen.focus[1] < 0.55 else 0.3)
            tear = [(left, y + lean), (right, y - lean)]
            parts = [[(left, top), (right, top), tear[1], tear[0]], [tear[0], tear[1], (right, bottom), (left, bottom)]]
            shifts = ((-0.014, -0.01), (0.022, 0.012))
        for index, (corners, shift) in enumerate(zip(parts, shifts, strict=True)):
            self.piece(corners, place, shift=shift, turn=rng.uniform(-1.3, 1.3), is_toned=index == toned)

    def strips(self) -> None:
        """Three strips across, each pushed sideways."""
        self.ground()
        rng = self.rng
        frame, _ = self.sheet()
        place = lying(frame, self.seen.focus)
        self.note(place)
        cuts = [0.0, rng.uniform(0.26, 0.36), rng.uniform(0.6, 0.72), 1.0]
        leans = [0.0, rng.uniform(-0.025, 0.025), rng.uniform(-0.025, 0.025), 0.0]
        toned = 0 if self.seen.focus[1] > 0.5 else 2
        push = rng.choice((-1, 1))
        for index in range(3):
            upper, lower = (frame.top() + frame.height() * cut for cut in cuts[index : index + 2])
            corners = [
                (frame.left(), upper + leans[index]), (frame.right(), upper - leans[index]),
                (frame.right(), lower - leans[index + 1]), (frame.left(), lower + leans[index + 1]),
            ]  # fmt: skip
            shift = push * (0.03, -0.028, 0.02)[index], (index - 1) * 0.008
            self.piece(corners, place, shift=shift, turn=rng.uniform(-0.8, 0.8), is_toned=index == toned)

    def corner(self) -> None:
        """The whole picture with a corner torn away, where the paper below shows and the type stands."""
        seen, rng, room = self.page.visible, self.rng, self.idea.room or 0.2
        self.ground()
        left, right = seen.left() - 0.05, seen.right() + 0.05
        place = lying(seen, self.seen.focus)
        self.note(place)
        is_top = self.seen.focus[1] > 0.55
        slope = rng.choice((-1, 1)) * rng.uniform(0.05, 0.09)
        if is_top:
            y = room + 0.09
            corners = [(left, y + slope), (right, y - slope), (right, seen.bottom() + 0.1), (left, seen.bottom() + 0.1)]
        else:
            y = 0.91 - room
            corners = [(left, seen.top() - 0.1), (right, seen.top() - 0.1), (right, y - slope), (left, y + slope)]
        self.piece(corners, place)
        self.keep_band(is_top, MARGIN, "left")

    def slip(self) -> None:
        """One large piece and a smaller one of the same place, closer, pasted over its corner."""
        self.ground()
        rng = self.rng
        frame, _ = self.sheet()
        wide = frame.width() * 0.8
        side = rng.choice((-1, 1))
        big = skia.Rect.MakeXYWH(frame.left() if side > 0 else frame.right() - wide, frame.top(), wide, frame.height())
        place = lying(big, self.seen.focus)
        self.note(place)
        self.piece(_corners(big), place, turn=rng.uniform(-1.5, 1.5), is_toned=True)
        size = min(0.36, 0.55 * frame.height())
        x = frame.right() - size if side > 0 else frame.left()
        y = frame.bottom() - size * 1.04 if self.seen.focus[1] < 0.6 else frame.top() + 0.02
        small = skia.Rect.MakeXYWH(x, y, size, size)
        self.piece(
            _corners(small),
            lying(small, self.seen.focus, max(1.0, min(2.0, self.closer() * 1.2))),
            turn=side * rng.uniform(2, 5),
        )

    def surface(self) -> None:
        self.page.texture("paper", 0.22, self.rng)
        self.page.texture("grain", max(self.grain, self.least_grain), self.rng)


class Framed(OwnArt):
    """A print that lies on a coloured ground: in a mount, as an instant picture, as a frame of film, taped down."""

    name, texture = "framed", "photographic print"
    grain = 0.07
    layouts = ("mount", "instant", "negative", "taped")

    def lay(self, place: Lying) -> None:
        self.note(place)
        area = of_rect(place.frame)
        self.page.canvas.drawPath(area, skia.Paint(Shader=self.picture(place), AntiAlias=True, Dither=True))

    def ground(self) -> str:
        ground = self.colors.ground
        self.page.ground(ground)
        self.stage()
        return ground

    def paper(self) -> str:
        return mix(self.colors.paper, "#ffffff", 0.45)

    def fall(self, shape: skia.Path, depth: float = 1.0) -> None:
        """Its shadow on the ground: a tight one and a wide one."""
        self.page.blurred(moved(shape, 0.004 * depth, 0.012 * depth), "#000000", 0.02 * depth, 0.34)
        self.page.blurred(moved(shape, 0.001, 0.003), "#000000", 0.004, 0.3)

    def space(self, side_most: float) -> tuple[float, float, float, bool]:
        """Top, height of what the type leaves free, the most width, whether type stands above."""
        seen, room = self.page.visible, self.idea.room
        is_top = self.rng.random() < 0.3
        gap = room + 0.055 if room else 0.085
        top, bottom = max(0.0, seen.top()), min(1.0, seen.bottom())
        top, bottom = top + (gap if is_top else 0.085), bottom - (0.085 if is_top else gap)
        return top, bottom - top, min(side_most, 1 - 1.6 * MARGIN), is_top

    def mount(self) -> None:
        """A bevelled mount with the print in its window."""
        ground = self.ground()
        top, tall, most, is_top = self.space(0.84)
        wide = min(most, tall * self.rng.choice((1.0, 1.22)))
        left = (1 - wide) / 2
        sheet = rect(left, top, wide, tall)
        self.fall(sheet)
        paper = self.paper() if lch_of(ground)[0] < 0.9 else at_lightness(self.colors.ink, 0.24)
        self.page.fill(sheet, paper)
        inset = 0.062 * min(wide, tall) + 0.012
        window = skia.Rect.MakeLTRB(left + inset, top + inset, left + wide - inset, top + tall - inset * 1.25)
        is_pale = lch_of(paper)[0] > 0.5
        for grow, color in (
            (0.0055, mix(paper, "#000000", 0.22)),
            (0.0035, mix(paper, "#ffffff", 0.7 if is_pale else 0.25)),
        ):
            self.page.fill(
                rect(window.left() - grow, window.top() - grow, window.width() + 2 * grow, window.height() + 2 * grow),
                color,
            )
        self.lay(lying(window, self.seen.focus))
        with self.page.clipped(of_rect(window)):  # the mount's edge throws a thin shade on the print
            edge = rect(window.left() - 0.03, window.top() - 0.03, window.width() + 0.06, 0.034)
            self.page.blurred(edge, "#000000", 0.006, 0.35)
        self.keep_band(is_top, MARGIN, "center")

    def instant(self) -> None:
        """An instant picture, lying a little askew."""
        self.ground()
        top, tall, most, is_top = self.space(0.8)
        tall = min(tall * 0.97, most * 1.2)
        wide = tall / 1.19
        x, y = 0.5 + self.rng.uniform(-0.05, 0.05), top + tall / 2
        turn = self.rng.choice((-1, 1)) * self.rng.uniform(1.5, 4.0)
        canvas = self.page.canvas
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(turn)
        canvas.translate(-x, -y)
        left, upper = x - wide / 2, y - tall / 2
        card = rect(left, upper, wide, tall, 0.007)
        self.fall(card, 1.2)
        self.page.fill(card, "#f6f3ea")
        rim = 0.06 * wide
        window = skia.Rect.MakeXYWH(left + rim, upper + rim * 1.15, wide - 2 * rim, wide - 2 * rim)
        self.lay(lying(window, self.seen.focus))
        self.page.line(of_rect(window), "#1a1712", 0.0014, 0.35, is_round=False)
        canvas.restore()
        self.keep_band(is_top, MARGIN, "left")

    def negative(self) -> None:
        """A frame of film with its black rebate and the holes that the camera turns it by."""
        self.ground()
        top, tall, _, is_top = self.space(1.0)
        seen = self.page.visible
        black = "#15130f"
        strip = rect(BLEED_MIN, top, BLEED_MAX - BLEED_MIN, tall)
        self.fall(strip)
        self.page.fill(strip, black)
        edge, pitch = 0.095 * tall, 0.062
        holes = skia.Path()
        for index in range(int((seen.width() + 0.4) / pitch)):
            x = seen.left() - 0.1 + index * pitch
            for y in (top + edge * 0.26, top + tall - edge * 0.74):
                holes.addPath(rect(x, y, 0.034, edge * 0.48, 0.006))
        self.page.fill(holes, self.colors.ground)
        high = tall - 2 * edge
        wide = min(high * 1.5, 0.9)
        start = 0.5 - wide / 2
        gap = 0.016
        for step in (-1, 0, 1):  # its neighbours on the roll run out of the sheet
            frame = skia.Rect.MakeXYWH(start + step * (wide + gap), top + edge, wide, high)
            self.lay(
                lying(frame, self.seen.focus, 1.0 if step == 0 else 1.18, (0.5, 0.5) if step == 0 else (0.4, 0.55))
            )
        marks = skia.Path()
        for index in range(6):
            x = start + wide * (0.08 + 0.17 * index)
            marks.addPath(rect(x, top + edge * 0.08, 0.003 + 0.01 * (index % 3), edge * 0.1))
            marks.addPath(
                polygon(
                    [
                        (x, top + tall - edge * 0.17),
                        (x + 0.012, top + tall - edge * 0.115),
                        (x, top + tall - edge * 0.06),
                    ]
                )
            )
        self.page.fill(marks, "#e8962e", 0.9)
        self.keep_band(is_top, MARGIN, "left")

    def taped(self) -> None:
        """A print with a white border, held by two strips of tape."""
        self.ground()
        top, tall, most, is_top = self.space(0.86)
        wide = min(most, tall * self.rng.choice((1.0, 1.3)))
        left = self.rng.choice(((1 - wide) / 2, MARGIN, 1 - MARGIN - wide))
        x, y = left + wide / 2, top + tall / 2
        canvas, rng = self.page.canvas, self.rng
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(rng.choice((-1, 1)) * rng.uniform(0.6, 2.0))
        canvas.translate(-x, -y)
        sheet = rect(left, top, wide, tall)
        self.fall(sheet)
        self.page.fill(sheet, self.paper())
        rim = 0.022
        self.lay(lying(skia.Rect.MakeXYWH(left + rim, top + rim, wide - 2 * rim, tall - 2 * rim), self.seen.focus))
        for corner_x, corner_y, turn in ((left, top, -42.0), (left + wide, top, 42.0)):
            tape = moved(rect(-0.075, -0.021, 0.15, 0.042), corner_x, corner_y, 1.0, turn + rng.uniform(-6, 6))
            self.page.blurred(moved(tape, 0.001, 0.003), "#000000", 0.004, 0.25)
            self.page.fill(tape, mix(self.colors.paper, "#e9dcae", 0.6), 0.72)
        canvas.restore()
        self.keep_band(is_top, MARGIN, "left")

    def surface(self) -> None:
        self.page.texture("paper", 0.13, self.rng)
        self.page.texture("grain", max(self.grain, self.least_grain), self.rng)


def _sign(value: float) -> float:
    return math.copysign(1.0, value)


def _corners(area: skia.Rect) -> list[Point]:
    return [
        (area.left(), area.top()), (area.right(), area.top()), (area.right(), area.bottom()), (area.left(), area.bottom())
    ]  # fmt: skip
