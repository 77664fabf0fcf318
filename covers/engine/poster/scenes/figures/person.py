"""One person: body, clothes, what is carried; and setting it into the scene."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import skia

from covers.engine.poster.geometry import Point, oval, smooth, union
from covers.engine.poster.scenes.figures.clothes import EASE, HEM, SKIRT, Clothed
from covers.engine.poster.scenes.figures.heads import draw_head
from covers.engine.poster.scenes.figures.held import draw_held
from covers.engine.poster.scenes.figures.limbs import creases, shoe, tapered
from covers.engine.poster.scenes.figures.poses import POSES
from covers.engine.poster.scenes.figures.skeleton import BUILDS, Body, Pose
from covers.engine.poster.scenes.figures.wardrobe import Look, look_of
from covers.engine.poster.scenes.modelling import Drawing, Pen, blade, tone
from covers.engine.poster.scenes.placing import cast_shadow, pen_of, place
from covers.engine.poster.scenes.shot import Shot


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
    if pose.is_wide and (HEM[look.top] > 10 or look.bottom in SKIRT or look.top == "hanbok"):
        top = {"coat": "jacket", "dress": "shirt", "hanbok": "shirt"}.get(look.top, look.top)
        look = replace(
            look, top=top, bottom="trousers", bottom_color=look.bottom_color if look.top != "hanbok" else "#d9d2c6"
        )
    build = BUILDS[look.build]
    with pen.moved(scale=build.scale):
        _Person(pen, Body(pose, build, turn), look).draw()
    return pen.done()


class _Person(Clothed):
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
        # hair falls over the shoulders of who turns their back
        parts.append((30.0 if body.cos < -0.25 else 0.3, self.neck_and_head))
        if self.look.bag:
            parts.append((1.6 * -body.cos + 0.01, self.bag))
        if body.pose.is_seated and body.cos > 0.2:
            parts = [(depth + (40 if depth < -0.4 else 0), draw) for depth, draw in parts]
        draw_held(self.pen, body, self.look, is_behind=True)
        for _, draw in sorted(parts, key=lambda part: part[0]):
            draw()
        draw_held(self.pen, body, self.look, is_behind=False)

    def leg(self, index: int) -> None:
        body, look, pen = self.body, self.look, self.pen
        hip, knee, ankle = (body.at(joint) for joint in body.legs[index])
        heel, ball, toe = (body.at(part) for part in body.foot(index))
        is_bare = look.bottom in (*SKIRT, "shorts") or look.top == "dress"
        is_far = body.near(body.legs[index][1]) < -1.5
        pitch = body.pose.heels[index]
        if is_bare:
            skin = tone("#e9e3d8" if look.top == "hanbok" else look.skin, -0.07 if is_far else -0.01)
            calf = ((knee[0] * 0.62 + ankle[0] * 0.38), (knee[1] * 0.62 + ankle[1] * 0.38))
            pen.form(tapered([hip, knee, calf, ankle], [10.2, 6.0, 6.9, 3.2]), skin)
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

    def torso(self) -> None:
        look, pen = self.look, self.pen
        color, sections = look.top_color, self.sections()
        below = look.bottom in SKIRT and look.top != "dress"
        if below or look.top == "hanbok":
            self._skirt_below(sections)
        reach = HEM[look.top]
        if look.top == "hanbok":
            rows = sections[:5]
            rows[4] = (rows[4][0], rows[4][1] * 1.06)
        elif reach > 10:
            flare = 4.6 if look.top == "dress" else 2.4
            rows = [*sections, *((middle, half) for middle, half, _ in self.skirt(reach, flare, EASE[look.top]))]
        else:
            x, y = sections[-1][0]
            (wx, wy) = sections[-2][0]
            length = math.hypot(x - wx, y - wy) or 1.0
            end = (x + (x - wx) / length * reach * 0.5, y + (y - wy) / length * reach * 0.5)
            rows = [*sections, (end, sections[-1][1] * (0.96 if look.top in ("hoodie", "sweater") else 1.0))]
        path = self.outline(rows, 1.2)
        pen.form(path, color)
        if self.has_folds:
            self.cloth(path, rows, sections)

    def seat(self) -> None:
        """Trousers from the waist to where the legs part."""
        look, sections, body = self.look, self.sections(), self.body
        crotch = [self.along(index, 7.0) for index in (0, 1)]
        middle = ((crotch[0][0] + crotch[1][0]) / 2, (crotch[0][1] + crotch[1][1]) / 2)
        seat = body.at(body.hips)
        wide = body.wide(self.build.hips + 0.4, 6.6)
        rows = [
            (sections[4][0], sections[4][1] * 0.9),
            (seat, wide),
            (middle, wide * (0.86 if not body.pose.is_seated else 0.7)),
        ]
        path = union(self.outline(rows, 0.8), oval(seat[0], seat[1] + 0.6, wide * 0.98, 6.2))
        self.pen.form(path, look.bottom_color, 0.8)

    def _skirt_below(self, sections: list[tuple[Point, float]]) -> None:
        look, pen = self.look, self.pen
        if look.top == "hanbok":
            hang = [(middle, half) for middle, half, _ in self.skirt(43.0, 10.0, 2.6)]
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
                *((m, h) for m, h, _ in self.skirt(SKIRT[look.bottom], 3.6 if look.bottom == "skirt" else 4.4, 0.4)),
            ]
        path = self.outline(rows, 1.6)
        pen.form(path, look.bottom_color)
        if self.has_folds:
            self.pleats(path, rows, look.bottom_color, 7 if look.top == "hanbok" else 5)

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
