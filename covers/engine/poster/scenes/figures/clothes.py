"""Clothes on a posed body: how wide they are, how they hang and fold, collars and bags."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.geometry import Point, smooth
from covers.engine.poster.scenes.figures.skeleton import Body
from covers.engine.poster.scenes.figures.wardrobe import Look
from covers.engine.poster.scenes.modelling import Pen, blade, tone

HEM = {
    "coat": 30.0,
    "dress": 33.0,
    "jacket": 5.0,
    "hoodie": 4.0,
    "shirt": 4.0,
    "suit": 6.0,
    "sweater": 3.0,
    "hanbok": -14.0,
}
"""How far below the hips a garment reaches, along the legs."""
EASE = {
    "coat": 1.9,
    "dress": 0.5,
    "jacket": 1.5,
    "hoodie": 1.7,
    "shirt": 0.8,
    "suit": 1.2,
    "sweater": 1.2,
    "hanbok": 1.5,
}
SKIRT = {"skirt": 22.0, "long_skirt": 40.0}


class Clothed:
    """A body, who it is, and the pen that draws it; what all garments measure."""

    def __init__(self, pen: Pen, body: Body, look: Look) -> None:
        self.pen, self.body, self.look, self.build = pen, body, look, body.build
        self.has_detail = pen.size > 0.1
        self.has_folds = pen.size > 0.06

    def sections(self) -> list[tuple[Point, float]]:
        """From the neck's root to the hips: middle and half width on the picture."""
        body, build, ease = self.body, self.build, EASE[self.look.top]
        hips, waist, chest, shoulders, neck = body.spine
        fit = 1.0 if self.look.top in ("coat", "hoodie", "jacket") else 0.0
        bag = 0.6 if self.look.top == "hoodie" else 0.0
        rows = (
            (neck, 3.3, 3.2), ((shoulders[0], shoulders[1] + 1.4, shoulders[2]), build.shoulders * 0.72, 4.4),
            ((shoulders[0], shoulders[1] - 1.2, shoulders[2]), build.shoulders + 0.2 * ease, 5.4),
            (chest, build.chest + ease * 0.7, 6.2 + ease * 0.6), (waist, build.waist + ease + fit, 5.6 + ease * 0.8 + bag),
            (hips, build.hips + ease * 0.9 + bag, 6.6 + ease * 0.8),
        )  # fmt: skip
        return [(body.at(place), body.wide(across, deep)) for place, across, deep in rows]

    def skirt(self, reach: float, flare: float, ease: float) -> list[tuple[Point, float, Point]]:
        """Rows of a garment that hangs from the hips along both legs for `reach`: middle, half width, direction."""
        body, rows = self.body, []
        for step in range(1, 6):
            share = step / 5
            length = reach * share
            points = [self.along(index, length) for index in (0, 1)]
            (x0, y0), (x1, y1) = points
            middle = ((x0 + x1) / 2, max(y0, y1) if reach > 24 and not body.pose.is_seated else (y0 + y1) / 2)
            leg = body.wide(5.0, 5.2) - 1.0 * share
            half = math.hypot(abs(x0 - x1) / 2 + leg * (0.86 if abs(x0 - x1) > 3 else 1.0), 0.0) + ease + flare * share
            floor = body.wide(self.build.hips + ease * 0.9, 6.6 + ease * 0.8)
            rows.append((middle, max(half, floor * (1.0 - 0.10 * share) + flare * share), points[0]))
        return rows

    def along(self, index: int, length: float) -> Point:
        hip, knee, ankle = self.body.legs[index]
        if length <= 24.6:
            share = length / 24.6
            first, second = hip, knee
        else:
            share, first, second = min(1.0, (length - 24.6) / 23.4), knee, ankle
        return self.body.at(
            (
                first[0] + (second[0] - first[0]) * share,
                first[1] + (second[1] - first[1]) * share,
                first[2] + (second[2] - first[2]) * share,
            )
        )

    def outline(self, rows: list[tuple[Point, float]], sag: float = 0.0) -> skia.Path:
        """A closed outline through rows from top to bottom, its lower edge curved by `sag`."""
        left, right = [], []
        for index, ((x, y), half) in enumerate(rows):
            before, after = rows[max(0, index - 1)][0], rows[min(len(rows) - 1, index + 1)][0]
            dx, dy = after[0] - before[0], after[1] - before[1]
            length = math.hypot(dx, dy) or 1.0
            nx, ny = dy / length, -dx / length
            left.append((x - nx * half, y - ny * half))
            right.append((x + nx * half, y + ny * half))
        bottom = (rows[-1][0][0], rows[-1][0][1] + sag)
        path = smooth([right[0], *right[1:], right[-1]])
        path.quadTo(*bottom, *left[-1])
        path.addPath(smooth([*left[::-1]]), skia.Path.kExtend_AddPathMode)
        path.close()
        return path

    def pleats(self, path: skia.Path, rows: list[tuple[Point, float]], color: str, count: int) -> None:
        pen = self.pen
        with pen.inside(path):
            for index in range(count):
                share = (index + 0.5 + pen.number(-0.22, 0.22)) / count * 2 - 1
                start = pen.rng.choice((0, 0, 1)) if len(rows) > 3 else 0
                line = [
                    (middle[0] + half * share * (0.8 + 0.2 * row / len(rows)), middle[1])
                    for row, (middle, half) in enumerate(rows)
                ][start:]
                line[-1] = (line[-1][0], line[-1][1] + 3)
                if len(line) < 3:
                    continue
                pen.flat(
                    blade(line[::-1], pen.number(1.4, 2.4), 0.2),
                    tone(color, -0.11 if share * pen.side < 0.2 else -0.07),
                    0.6,
                )
                pen.flat(blade([(x + pen.side * 1.5, y) for x, y in line[::-1]], 0.9, 0.1), tone(color, 0.08), 0.55)

    def cloth(self, path: skia.Path, rows: list[tuple[Point, float]], sections: list[tuple[Point, float]]) -> None:
        """What makes cloth of a shape: folds from the shoulders and into the waist, seams, the collar."""
        look, pen, body = self.look, self.pen, self.body
        hem, (chest, _) = rows[-1][0], sections[3]
        if HEM[look.top] > 10:
            self.pleats(path, rows[4:], look.top_color, 5)
        with pen.inside(path):
            self._folds(sections)
            if look.top in ("coat", "suit") and body.cos < -0.4:
                self._back_seam([sections[1][0], chest, sections[4][0], hem])
            if look.top == "coat" and pen.rng.random() < 0.6:
                self._belt(*sections[4])
            if body.cos > 0.3 and look.top in ("coat", "jacket", "suit", "shirt"):
                self._front([sections[0][0], chest, sections[4][0], (hem[0], hem[1] + 2)])
            if look.top in ("hoodie", "sweater"):
                ribbed = [(hem[0] + x, hem[1] + y) for x, y in ((-14, -2.2), (14, -2.2), (14, 4), (-14, 4))]
                pen.flat(ribbed, tone(look.top_color, -0.06), 0.8)
        if look.top == "hanbok" and body.cos > -0.2:
            ribbon = [(chest[0], chest[1] - 1), (chest[0] + 2.4, chest[1] + 8), (chest[0] + 1.4, chest[1] + 20)]
            pen.form(blade(ribbon, 1.6, 1.6), look.accent)

    def _folds(self, sections: list[tuple[Point, float]]) -> None:
        """From under the arms towards the waist, and back out."""
        pen, dark = self.pen, tone(self.look.top_color, -0.12)
        (chest, width), (waist, half) = sections[3], sections[4]
        for side in (-1, 1):
            down = [
                (chest[0] + side * width, chest[1] - 3),
                (chest[0] + side * width * 0.72, chest[1] + 4),
                (waist[0] + side * half * 0.35, waist[1] + pen.number(0, 3)),
            ]
            pen.flat(blade(down, 1.2, 0.1), dark, 0.6)
            out = [
                (waist[0] + side * half, waist[1] + 1),
                (waist[0] + side * half * 0.5, waist[1] + 2.6),
                (waist[0] + side * half * 0.1, waist[1] + 2.0 + pen.number(-1, 1)),
            ]
            pen.flat(blade(out, 1.0, 0.1), dark, 0.55)

    def _back_seam(self, seam: list[Point]) -> None:
        """Down the back of a coat, with a vent at its end."""
        color, hem = self.look.top_color, seam[-1]
        self.pen.line(seam, tone(color, -0.12), 0.45, 0.7)
        vent = [(hem[0] - 0.4, hem[1] - 14), (hem[0] + 1.3, hem[1] + 3), (hem[0] - 1.6, hem[1] + 3)]
        self.pen.flat(vent, tone(color, -0.2), 0.8)

    def _belt(self, waist: Point, half: float) -> None:
        left, right = waist[0] - half * 1.1, waist[0] + half * 1.1
        color = self.look.top_color
        self.pen.line([(left, waist[1] + 1), (right, waist[1] + 1)], tone(color, -0.1), 2.0, 0.8)
        self.pen.line([(left, waist[1] + 0.1), (right, waist[1] + 0.1)], tone(color, 0.08), 0.4, 0.7)

    def _front(self, middle: list[Point]) -> None:
        """Where it closes, from the neck by chest and waist to the hem; under a suit shirt and tie."""
        look, pen, shift = self.look, self.pen, self.body.sin * 3.0
        pen.line([(x + shift, y) for x, y in middle], tone(look.top_color, -0.12), 0.5, 0.9)
        if look.top == "suit":
            neck, chest = middle[:2]
            shirt = [
                (neck[0] - 2.6 + shift, neck[1] - 1),
                (neck[0] + 2.6 + shift, neck[1] - 1),
                (chest[0] + shift, chest[1] + 1),
            ]
            pen.flat(shirt, "#e9e4da")
            tie = [
                (neck[0] - 0.7 + shift, neck[1]),
                (neck[0] + 0.7 + shift, neck[1]),
                (chest[0] + 0.9 + shift, chest[1] - 2),
                (chest[0] + shift, chest[1] + 1),
                (chest[0] - 0.9 + shift, chest[1] - 2),
            ]
            pen.flat(tie, look.accent)

    def collar(self, root: Point) -> None:
        look, pen, body = self.look, self.pen, self.body
        if look.top in ("coat", "jacket", "suit", "shirt"):
            tall = 3.6 if look.top == "coat" else 2.2
            half = body.wide(4.6, 4.2)
            x, y = root
            lean = math.sin(math.radians(body.pitch)) * body.sin * 2
            path = smooth(
                [
                    (x - half - 0.6, y + 2.4),
                    (x - half * 0.9, y - tall + 0.8),
                    (x + lean, y - tall + (0.0 if body.cos < 0 else 2.2)),
                    (x + half * 0.9, y - tall + 0.8),
                    (x + half + 0.6, y + 2.4),
                    (x, y + 3.4),
                ],
                True,
            )
            pen.form(path, tone(look.top_color, -0.04))
        elif look.top == "hanbok":
            half = body.wide(4.2, 4.0)
            pen.curve(
                [(root[0] - half, root[1] + 1.5), (root[0], root[1] - 0.6), (root[0] + half, root[1] + 1.5)],
                "#f4f0e6",
                1.5,
            )

    def bag(self) -> None:
        body, look, pen = self.body, self.look, self.pen
        chest, waist = body.spine[2], body.spine[1]
        if look.bag == "backpack":
            behind = (chest[0], (chest[1] + waist[1]) / 2 + 1.5, chest[2] - 7.5)
            x, y = body.at(behind)
            half = body.wide(7.2, 4.6)
            path = smooth(
                [
                    (x - half, y + 9),
                    (x - half, y - 6),
                    (x - half * 0.7, y - 10.5),
                    (x, y - 11.2),
                    (x + half * 0.7, y - 10.5),
                    (x + half, y - 6),
                    (x + half, y + 9),
                    (x, y + 10),
                ],
                True,
            )
            pen.form(path, look.accent)
            if self.has_detail:
                with pen.inside(path):
                    pen.plane(
                        [
                            (x - half * 0.72, y + 1),
                            (x + half * 0.72, y + 1),
                            (x + half * 0.66, y + 8.4),
                            (x - half * 0.66, y + 8.4),
                        ],
                        tone(look.accent, -0.06),
                    )
                    pen.line([(x - half, y - 1.2), (x + half, y - 1.2)], tone(look.accent, -0.16), 0.6)
            return
        far = body.at((-8.6, body.spine[3][1] - 2, chest[2]))
        hip = body.at((9.6, body.hips[1] + 2, body.hips[2] + 1))
        pen.line(
            [far, body.at((0, chest[1] - 2, chest[2] - (6 if body.cos < 0 else -6))), hip],
            tone(look.accent, -0.14),
            1.1,
        )
        half = body.wide(6.2, 4.0)
        left, right, top, low = hip[0] - half, hip[0] + half, hip[1] - 1.0, hip[1] + 10.5
        corners = [(left, top), (right, top), (right + 0.5, low), (left - 0.5, low)]
        pen.form(smooth([place for corner in corners for place in (corner, corner)], True), look.accent)
        if self.has_detail:
            with pen.detail():
                pen.line([(left, top + 4.2), (hip[0], top + 5.2), (right, top + 4.2)], tone(look.accent, -0.14), 0.6)
