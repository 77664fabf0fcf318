"""One person: body, clothes, what is carried; and setting it into the scene."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import skia

from covers.engine.poster.geometry import Point, oval, smooth, union
from covers.engine.scenes.figures.heads import draw_head
from covers.engine.scenes.figures.held import draw_held
from covers.engine.scenes.figures.limbs import creases, shoe, tapered
from covers.engine.scenes.figures.poses import POSES
from covers.engine.scenes.figures.skeleton import BUILDS, Body, Pose
from covers.engine.scenes.figures.wardrobe import Look, look_of
from covers.engine.scenes.modelling import Drawing, Pen, blade, tone
from covers.engine.scenes.placing import cast_shadow, pen_of, place
from covers.engine.scenes.shot import Shot

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


def draw_person(
    shot: Shot, pose: str | Pose, x: float, foot: float, height: float, *, facing: int = 1, depth: float = 0.0,
    rim: float = 0.6, look: Look | None = None, turn: float = 0.0, shadow: bool = True,
) -> skia.Path:  # fmt: skip
    """A person in the scene; returns the outline, which no type may touch.

    x, foot: where they stand (or the edge they sit on, for poses with `on="seat"`); height: of a standing adult there, in pages.
    facing: -1 mirrors. depth: of air. turn: degrees that they are turned further than the pose says, to the right.
    """
    pose = POSES[pose] if isinstance(pose, str) else pose
    pen = pen_of(shot, height, facing)
    look = look or look_of(pen.rng, shot.light)
    drawing = record(pen, pose, look, turn)
    if shadow and pose.on == "ground":
        cast_shadow(shot, drawing, x, foot, height, facing=facing, depth=depth)
    return place(shot, drawing, x, foot, height, facing=facing, depth=depth, rim=rim)


def record(pen: Pen, pose: Pose, look: Look, turn: float = 0.0) -> Drawing:
    """A person as a drawing, feet at (0, 0), a standing adult 100 high."""
    build = BUILDS[look.build]
    with pen.moved(scale=build.scale):
        _Person(pen, Body(pose, build, turn), look).draw()
    return pen.done()


class _Person:
    def __init__(self, pen: Pen, body: Body, look: Look) -> None:
        self.pen, self.body, self.look, self.build = pen, body, look, body.build
        self.has_detail = pen.size > 0.1
        self.has_folds = pen.size > 0.06

    def draw(self) -> None:
        """From back to front."""
        body = self.body
        parts: list[tuple[float, Callable[[], None]]] = [(0.0, self.torso)]
        if HEM[self.look.top] < 10 and self.look.bottom not in SKIRT:
            parts.append((-60.0, self.seat))
        for index in (0, 1):
            leg, arm = body.legs[index], body.arms[index]
            parts.append((min(-0.5, -20 + body.near(leg[1]) * 0.5 + body.near(leg[2]) * 0.2), partial(self.leg, index)))
            near = body.near(arm[1]) * 0.5 + body.near(arm[2]) * 0.5
            # an arm that hangs at the side is in front of the coat from behind as well as from the front
            parts.append((near if abs(near) > 2.5 else 0.4 + near * 0.1, partial(self.arm, index)))
        head = body.near((body.spine[4][0], 0, body.spine[4][2]))
        parts.append((0.2 if body.cos < 0.2 else 0.3, self.neck_and_head))
        if self.look.bag:
            parts.append((1.6 * -body.cos + 0.01, self.bag))
        if body.pose.is_seated and body.cos > 0.2:
            parts = [(depth + (40 if depth < -0.4 else 0), draw) for depth, draw in parts]
        del head
        draw_held(self.pen, body, self.look, is_behind=True)
        for _, draw in sorted(parts, key=lambda part: part[0]):
            draw()
        draw_held(self.pen, body, self.look, is_behind=False)

    # --- legs ------------------------------------------------------------------------------------------------------------

    def leg(self, index: int) -> None:
        body, look, pen = self.body, self.look, self.pen
        hip, knee, ankle = (body.at(joint) for joint in body.legs[index])
        heel, ball, toe = (body.at(part) for part in body.foot(index))
        is_bare = look.bottom in ("skirt", "shorts") or look.top == "dress"
        is_far = body.near(body.legs[index][1]) < -1.5
        pitch = body.pose.heels[index]
        if is_bare:
            skin = tone(look.skin, -0.07 if is_far else -0.01)
            calf = ((knee[0] * 0.62 + ankle[0] * 0.38), (knee[1] * 0.62 + ankle[1] * 0.38))
            pen.form(tapered([hip, knee, calf, ankle], [10.2, 6.2, 6.5, 3.3]), skin)
            shoe(pen, ankle, heel, ball, toe, look.shoes)
            if look.bottom == "shorts" and look.top != "dress":
                half = ((hip[0] * 0.25 + knee[0] * 0.75), (hip[1] * 0.25 + knee[1] * 0.75))
                pen.form(
                    tapered([hip, half], [12.0, 9.6], is_round=False), tone(look.bottom_color, -0.06 if is_far else 0.0)
                )
            return
        shoe(pen, ankle, heel, ball, toe, look.shoes)
        color = tone(look.bottom_color, -0.06 if is_far else 0.0)
        slack = 1.3 if look.top == "hanbok" else 1.0
        end = (ankle[0] * 0.98 + knee[0] * 0.02, ankle[1] - (0.4 if pitch < 25 else 1.2))
        thigh = (hip[0] * 0.62 + knee[0] * 0.38, hip[1] * 0.62 + knee[1] * 0.38)
        path = tapered([hip, thigh, knee, end], [9.0 * slack, 9.9 * slack, 7.9 * slack, 6.6 * slack], is_round=False)
        pen.form(path, color, 0.8)
        if self.has_folds:
            bend = (hip[0] + ankle[0]) / 2 - knee[0], (hip[1] + ankle[1]) / 2 - knee[1]
            is_bent = math.hypot(*bend) > 2.5
            inner = (knee[0] + bend[0], knee[1] + bend[1]) if is_bent else (knee[0] - pen.side * 4, knee[1] + 1.0)
            creases(pen, path, knee, inner, 3.4, color, 3 if is_bent else 2)
            low = (end[0] + (knee[0] - end[0]) * 0.12, end[1] + (knee[1] - end[1]) * 0.12)
            creases(pen, path, low, (low[0] + pen.side * 3, low[1] + 0.6), 2.6, color, 2)
            with pen.inside(path):
                pen.flat(
                    blade([hip, ((hip[0] + knee[0]) / 2 - pen.side * 1.2, (hip[1] + knee[1]) / 2), knee], 1.3, 0.2),
                    tone(color, -0.05),
                    0.5,
                )

    # --- trunk -----------------------------------------------------------------------------------------------------------

    def _sections(self) -> list[tuple[Point, float]]:
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

    def _skirt(self, reach: float, flare: float, ease: float) -> list[tuple[Point, float, Point]]:
        """Rows of a garment that hangs from the hips along both legs for `reach`: middle, half width, direction."""
        body, rows = self.body, []
        for step in range(1, 6):
            share = step / 5
            length = reach * share
            points = [self._along(index, length) for index in (0, 1)]
            (x0, y0), (x1, y1) = points
            middle = ((x0 + x1) / 2, max(y0, y1) if reach > 24 and not body.pose.is_seated else (y0 + y1) / 2)
            leg = body.wide(5.0, 5.2) - 1.0 * share
            half = math.hypot(abs(x0 - x1) / 2 + leg * (0.86 if abs(x0 - x1) > 3 else 1.0), 0.0) + ease + flare * share
            floor = body.wide(self.build.hips + ease * 0.9, 6.6 + ease * 0.8)
            rows.append((middle, max(half, floor * (1.0 - 0.10 * share) + flare * share), points[0]))
        return rows

    def _along(self, index: int, length: float) -> Point:
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

    def _outline(self, rows: list[tuple[Point, float]], sag: float = 0.0) -> skia.Path:
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

    def torso(self) -> None:
        look, pen = self.look, self.pen
        color, sections = look.top_color, self._sections()
        below = look.bottom in SKIRT and look.top != "dress"
        if below or look.top == "hanbok":
            self._skirt_below(sections)
        reach = HEM[look.top]
        if look.top == "hanbok":
            rows = sections[:5]
            rows[4] = (rows[4][0], rows[4][1] * 1.06)
        elif reach > 10:
            flare = 4.6 if look.top == "dress" else 2.4
            rows = [*sections, *((middle, half) for middle, half, _ in self._skirt(reach, flare, EASE[look.top]))]
        else:
            x, y = sections[-1][0]
            (wx, wy) = sections[-2][0]
            length = math.hypot(x - wx, y - wy) or 1.0
            end = (x + (x - wx) / length * reach * 0.5, y + (y - wy) / length * reach * 0.5)
            rows = [*sections, (end, sections[-1][1] * (0.96 if look.top in ("hoodie", "sweater") else 1.0))]
        path = self._outline(rows, 1.2)
        pen.form(path, color)
        if self.has_folds:
            self._cloth(path, rows, sections)

    def seat(self) -> None:
        """Trousers from the waist to where the legs part."""
        look, sections, body = self.look, self._sections(), self.body
        crotch = [self._along(index, 7.0) for index in (0, 1)]
        middle = ((crotch[0][0] + crotch[1][0]) / 2, (crotch[0][1] + crotch[1][1]) / 2)
        seat = body.at(body.hips)
        wide = body.wide(self.build.hips + 0.4, 6.6)
        rows = [
            (sections[4][0], sections[4][1] * 0.9),
            (seat, wide),
            (middle, wide * (0.86 if not body.pose.is_seated else 0.7)),
        ]
        path = union(self._outline(rows, 0.8), oval(seat[0], seat[1] + 0.6, wide * 0.98, 6.2))
        self.pen.form(path, look.bottom_color, 0.8)

    def _skirt_below(self, sections: list[tuple[Point, float]]) -> None:
        look, pen = self.look, self.pen
        if look.top == "hanbok":
            hang = [(middle, half) for middle, half, _ in self._skirt(43.0, 10.0, 2.6)]
            rows = [
                (sections[3][0], sections[3][1] * 0.9),
                (sections[4][0], sections[4][1] * 1.3),
                (sections[5][0], sections[5][1] * 1.45),
                *hang,
            ]
        else:
            rows = [
                sections[4],
                *[(m, h) for m, h in [sections[5]]],
                *((m, h) for m, h, _ in self._skirt(SKIRT[look.bottom], 3.6 if look.bottom == "skirt" else 4.4, 0.4)),
            ]
        path = self._outline(rows, 1.6)
        pen.form(path, look.bottom_color)
        if self.has_folds:
            self._pleats(path, rows, look.bottom_color, 7 if look.top == "hanbok" else 5)

    def _pleats(self, path: skia.Path, rows: list[tuple[Point, float]], color: str, count: int) -> None:
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

    def _cloth(self, path: skia.Path, rows: list[tuple[Point, float]], sections: list[tuple[Point, float]]) -> None:
        """What makes cloth of a shape: folds from the shoulders and into the waist, seams, the collar."""
        look, pen, body = self.look, self.pen, self.body
        color = look.top_color
        dark = tone(color, -0.12)
        waist, half = sections[4]
        if HEM[look.top] > 10:
            self._pleats(path, rows[4:], color, 5)
        with pen.inside(path):
            chest, width = sections[3]
            for side in (-1, 1):
                # from under the arm towards the waist, and back out
                pen.flat(
                    blade(
                        [
                            (chest[0] + side * width, chest[1] - 3),
                            (chest[0] + side * width * 0.72, chest[1] + 4),
                            (waist[0] + side * half * 0.35, waist[1] + pen.number(0, 3)),
                        ],
                        1.2,
                        0.1,
                    ),
                    dark,
                    0.6,
                )
                pen.flat(
                    blade(
                        [
                            (waist[0] + side * half, waist[1] + 1),
                            (waist[0] + side * half * 0.5, waist[1] + 2.6),
                            (waist[0] + side * half * 0.1, waist[1] + 2.0 + pen.number(-1, 1)),
                        ],
                        1.0,
                        0.1,
                    ),
                    dark,
                    0.55,
                )
            if look.top == "coat" or look.top == "suit":
                if body.cos < -0.4:  # a seam down the back, a vent
                    hem = rows[-1][0]
                    pen.line([sections[1][0], chest, waist, hem], dark, 0.45, 0.7)
                    pen.flat(
                        [(hem[0] - 0.4, hem[1] - 14), (hem[0] + 1.3, hem[1] + 3), (hem[0] - 1.6, hem[1] + 3)],
                        tone(color, -0.2),
                        0.8,
                    )
                if look.top == "coat" and pen.rng.random() < 0.6:
                    pen.line(
                        [(waist[0] - half * 1.1, waist[1] + 1), (waist[0] + half * 1.1, waist[1] + 1)],
                        tone(color, -0.1),
                        2.0,
                        0.8,
                    )
                    pen.line(
                        [(waist[0] - half * 1.1, waist[1] + 0.1), (waist[0] + half * 1.1, waist[1] + 0.1)],
                        tone(color, 0.08),
                        0.4,
                        0.7,
                    )
            if body.cos > 0.3 and look.top in ("coat", "jacket", "suit", "shirt"):
                shift = body.sin * 3.0
                pen.line(
                    [
                        (sections[0][0][0] + shift, sections[0][0][1]),
                        (chest[0] + shift, chest[1]),
                        (waist[0] + shift, waist[1]),
                        (rows[-1][0][0] + shift, rows[-1][0][1] + 2),
                    ],
                    dark,
                    0.5,
                    0.9,
                )
                if look.top == "suit":
                    neck = sections[0][0]
                    pen.flat(
                        [
                            (neck[0] - 2.6 + shift, neck[1] - 1),
                            (neck[0] + 2.6 + shift, neck[1] - 1),
                            (chest[0] + shift, chest[1] + 1),
                        ],
                        "#e9e4da",
                    )
                    pen.flat(
                        [
                            (neck[0] - 0.7 + shift, neck[1]),
                            (neck[0] + 0.7 + shift, neck[1]),
                            (chest[0] + 0.9 + shift, chest[1] - 2),
                            (chest[0] + shift, chest[1] + 1),
                            (chest[0] - 0.9 + shift, chest[1] - 2),
                        ],
                        look.accent,
                    )
            if look.top in ("hoodie", "sweater"):
                hem = rows[-1][0]
                pen.flat(
                    [
                        (hem[0] - 14, hem[1] - 2.2),
                        (hem[0] + 14, hem[1] - 2.2),
                        (hem[0] + 14, hem[1] + 4),
                        (hem[0] - 14, hem[1] + 4),
                    ],
                    tone(color, -0.06),
                    0.8,
                )
        if look.top == "hanbok" and body.cos > -0.2:
            chest = sections[3][0]
            pen.form(
                blade(
                    [(chest[0], chest[1] - 1), (chest[0] + 2.4, chest[1] + 8), (chest[0] + 1.4, chest[1] + 20)],
                    1.6,
                    1.6,
                ),
                look.accent,
            )

    def neck_and_head(self) -> None:
        body, look, pen = self.body, self.look, self.pen
        neck = body.spine[4]
        pitch = math.radians(body.pitch * 0.75 + body.pose.head[0] * 0.6)
        top = body.at((neck[0], neck[1] + 4.6, neck[2] + 1.4 + 5 * math.sin(pitch)))
        root = body.at((neck[0], neck[1] - 1.6, neck[2] - 0.2))
        pen.form(tapered([root, top], [6.8, 5.6]), tone(look.skin, -0.08))
        self.collar(root)
        draw_head(pen, body, look)
        if look.top == "hoodie" and look.hair != "hood" and body.cos < 0.4:
            # the hood lies on the back
            x, y = body.at((neck[0], neck[1] - 0.6, neck[2] - 2.0))
            path = smooth(
                [
                    (x - 5.6, y + 1.6),
                    (x - 4.6, y - 1.6),
                    (x, y - 2.4),
                    (x + 4.6, y - 1.6),
                    (x + 5.6, y + 1.6),
                    (x + 2.6, y + 6.4),
                    (x, y + 7.6),
                    (x - 2.6, y + 6.4),
                ],
                True,
            )
            pen.form(path, look.top_color)
            with pen.inside(path):
                pen.curve([(x - 5, y + 1), (x, y + 3.4), (x + 5, y + 1)], tone(look.top_color, -0.14), 0.9, 0.8)

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

    # --- arms ------------------------------------------------------------------------------------------------------------

    def arm(self, index: int) -> None:
        body, look, pen = self.body, self.look, self.pen
        shoulder, elbow, wrist = (body.at(joint) for joint in body.arms[index])
        is_far = body.near(body.arms[index][1]) < -3.0
        dark = -0.05 if is_far else 0.0
        is_bare = look.top == "dress" or (look.top == "shirt" and look.build != "man")
        wide = EASE[look.top] * 0.62
        reach = math.hypot(wrist[0] - elbow[0], wrist[1] - elbow[1]) or 1.0
        ux, uy = (wrist[0] - elbow[0]) / reach, (wrist[1] - elbow[1]) / reach
        if "pockets" not in body.pose.holds:
            self.hand(wrist, (ux, uy), dark, min(1.0, 0.35 + reach / 14))
        if is_bare:
            pen.form(tapered([shoulder, elbow, wrist], [6.0, 4.7, 3.0]), tone(look.skin, dark), 0.8)
            sleeve = (shoulder[0] + (elbow[0] - shoulder[0]) * 0.36, shoulder[1] + (elbow[1] - shoulder[1]) * 0.36)
            pen.form(
                union(tapered([shoulder, sleeve], [6.6, 6.9], is_round=False), oval(*shoulder, 3.4, 3.5)),
                tone(look.top_color, dark),
                0.75,
            )
            return
        color = tone(look.top_color, dark)
        widths = [7.2 + wide, 6.0 + wide, (5.0 if look.top != "hanbok" else 8.5) + wide]
        cap = oval(*shoulder, widths[0] * 0.5, widths[0] * 0.5)
        path = union(tapered([shoulder, elbow, wrist], widths, is_round=False), cap)
        pen.form(path, color, 0.75)
        if self.has_folds:
            bend = (shoulder[0] + wrist[0]) / 2 - elbow[0], (shoulder[1] + wrist[1]) / 2 - elbow[1]
            is_bent = math.hypot(*bend) > 1.6
            inner = (elbow[0] + bend[0], elbow[1] + bend[1]) if is_bent else (elbow[0] + pen.side * 3, elbow[1] + 1)
            creases(pen, path, elbow, inner, 2.6, color, 3 if is_bent else 2)
            with pen.inside(path):
                end = [
                    (wrist[0] - uy * 4 - ux * 1.4, wrist[1] + ux * 4 - uy * 1.4),
                    (wrist[0] + uy * 4 - ux * 1.4, wrist[1] - ux * 4 - uy * 1.4),
                ]
                pen.line(end, tone(color, -0.12), 0.5, 0.8)

    def hand(self, wrist: Point, along: Point, dark: float, share: float) -> None:
        pen, (ux, uy) = self.pen, along
        length = 5.6 * share
        tip = (wrist[0] + ux * length, wrist[1] + uy * length)
        middle = (wrist[0] + ux * length * 0.45, wrist[1] + uy * length * 0.45)
        color = tone(self.look.skin, dark - 0.02)
        pen.form(tapered([wrist, middle, tip], [2.6, 3.5, 1.7]), color, 0.8)
        thumb = (middle[0] - uy * 1.7 + ux * 1.4, middle[1] + ux * 1.7 + uy * 1.4)
        pen.line([wrist, thumb], color, 1.2)
        if pen.size > 0.35:
            with pen.detail():
                pen.line([middle, (tip[0] - ux, tip[1] - uy)], tone(color, -0.12), 0.3, 0.7)

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
        pen.form(
            smooth(
                [
                    (hip[0] - 6, hip[1] - 1),
                    (hip[0] + 5.6, hip[1] - 1.4),
                    (hip[0] + 6.4, hip[1] + 8),
                    (hip[0], hip[1] + 9.4),
                    (hip[0] - 6.4, hip[1] + 8.2),
                ],
                True,
            ),
            look.accent,
        )
