"""What people carry and play, drawn with them: it hangs on their hands."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.geometry import oval, polygon, smooth
from covers.engine.poster.scenes.figures import played
from covers.engine.poster.scenes.figures.skeleton import V3, Body
from covers.engine.poster.scenes.figures.wardrobe import Look
from covers.engine.poster.scenes.modelling import Pen, blade, tone


def draw_held(pen: Pen, body: Body, look: Look, *, is_behind: bool) -> None:
    """The part of it that is behind the person, or the part in front."""
    for kind in body.pose.holds.split():
        draw = DRAW.get(kind)
        if draw is not None:
            draw(pen, body, look, is_behind)


def _hand(body: Body, index: int) -> V3:
    return body.arms[index][2]


def _umbrella(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    x, y, z = _hand(body, 1)
    grip, tip = body.at((x, y - 5, z)), body.at((x - 4.5, 113.0, z - 8.0))
    if is_behind:
        pen.rod([grip, tip], "#4a4038", 1.0)
        return
    wide, top = 33.0, (tip[0], tip[1] + 2)
    low = top[1] + 18.0
    center = tip[0]
    color = look.accent
    count = 6
    edge = [
        (
            center - wide + 2 * wide * i / count,
            low - 2.2 * math.sin(math.pi * i / count) * (1 if body.cos < 0.3 else -1),
        )
        for i in range(count + 1)
    ]
    path = skia.Path()
    path.moveTo(*edge[0])
    path.cubicTo(center - wide * 0.92, top[1] + 6, center - wide * 0.5, top[1] - 0.5, *top)
    path.cubicTo(center + wide * 0.5, top[1] - 0.5, center + wide * 0.92, top[1] + 6, *edge[-1])
    for index in range(count, 0, -1):
        (x0, y0), (x1, y1) = edge[index], edge[index - 1]
        path.quadTo((x0 + x1) / 2, (y0 + y1) / 2 - 2.6, x1, y1)
    path.close()
    pen.form(path, color, down=0.35)
    with pen.inside(path):
        for index in range(1, count):
            side = edge[index]
            rib = smooth([top, ((top[0] + side[0]) / 2 + (side[0] - top[0]) * 0.16, top[1] + 4.5), side])
            pen.line(rib, tone(color, -0.12), 0.5, 0.8)
            if index % 2:
                far = edge[index + 1]
                pen.flat(
                    [
                        top,
                        (side[0] * 0.6 + top[0] * 0.4 + (side[0] - top[0]) * 0.14, top[1] + 6),
                        side,
                        far,
                        (far[0] * 0.6 + top[0] * 0.4 + (far[0] - top[0]) * 0.14, top[1] + 6),
                    ],
                    tone(color, -0.06 if (side[0] - center) * pen.side < 0 else 0.05),
                    0.5,
                )
    pen.line([top, (top[0], top[1] - 2.6)], "#4a4038", 0.9)


def _phone(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    x, y, z = _hand(body, 1)
    if is_behind:
        return
    is_call = y > 85
    at = body.at((x, y + 3.4, z + (0.5 if is_call else 2.0)))
    tilt = 20 if is_call else -24
    with pen.moved(at[0], at[1], tilt * (1 if body.sin > 0 else -1)):
        pen.flat(polygon([(-0.7, -4.0), (0.7, -4.0), (0.7, 4.0), (-0.7, 4.0)]), "#1b1c22")
        if not is_call:
            side = -1 if body.sin > 0 else 1
            pen.shine(
                polygon([(side * 0.75, -3.6), (side * 1.3, -3.4), (side * 1.3, 3.4), (side * 0.75, 3.6)]),
                "#cfe2ff",
                13,
                0.75,
            )


def _cup(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if not is_behind:
        x, y, z = _hand(body, 1)
        at = body.at((x, y + 2.6, z + 3.4))
        pen.form(
            [
                (at[0] - 2.2, at[1] - 3.4),
                (at[0] + 2.2, at[1] - 3.4),
                (at[0] + 1.7, at[1] + 3.2),
                (at[0] - 1.7, at[1] + 3.2),
            ],
            "#e9e2d4",
        )
        pen.form(
            [
                (at[0] - 2.4, at[1] - 4.2),
                (at[0] + 2.4, at[1] - 4.2),
                (at[0] + 2.3, at[1] - 3.2),
                (at[0] - 2.3, at[1] - 3.2),
            ],
            "#4a3a30",
        )


def _suitcase(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    x, y, z = _hand(body, 1)
    if is_behind != (body.near((x, y, z)) < -1):
        return
    at = body.at((x + 1.5, y - 8, z))
    half = body.wide(4.5, 19.0)
    color = tone(look.accent, -0.08)
    path = smooth(
        [
            (at[0] - half, at[1] + 2),
            (at[0] - half, at[1] + 1),
            (at[0] + half, at[1] + 1),
            (at[0] + half, at[1] + 2),
            (at[0] + half, at[1] + 27),
            (at[0] + half - 1, at[1] + 28),
            (at[0] - half + 1, at[1] + 28),
            (at[0] - half, at[1] + 27),
        ],
        True,
    )
    pen.form(path, color)
    with pen.inside(path):
        for share in (-0.62, 0.62):
            pen.line([(at[0] + half * share, at[1]), (at[0] + half * share, at[1] + 29)], tone(color, -0.14), 1.6)
        pen.gleam(
            [
                (at[0] - half, at[1] + 1),
                (at[0] + half, at[1] + 1),
                (at[0] + half, at[1] + 2.2),
                (at[0] - half, at[1] + 2.2),
            ],
            0.25,
        )
    pen.curve(
        [(at[0] - 3.4, at[1] + 2), (at[0] - 3.0, at[1] - 2.4), (at[0] + 3.0, at[1] - 2.4), (at[0] + 3.4, at[1] + 2)],
        tone(color, -0.2),
        1.2,
    )


def _trolley(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if is_behind:
        return
    x, y, z = _hand(body, 1)
    hand, top, low = body.at((x, y - 2, z)), body.at((x + 2, 33, z - 13)), body.at((x + 2, 3.5, z - 20))
    half = body.wide(9.5, 7.0)
    for share in (-0.5, 0.5):
        pen.line([(hand[0] + half * share * 0.7, hand[1]), (top[0] + half * share, top[1])], "#9a9aa0", 0.9)
    color = tone(look.accent, -0.04)
    path = smooth(
        [
            (top[0] - half, top[1] + 2),
            (top[0] - half * 0.8, top[1] - 0.6),
            (top[0] + half * 0.8, top[1] - 0.6),
            (top[0] + half, top[1] + 2),
            (low[0] + half, low[1] - 2),
            (low[0] + half * 0.8, low[1]),
            (low[0] - half * 0.8, low[1]),
            (low[0] - half, low[1] - 2),
        ],
        True,
    )
    pen.form(path, color)
    with pen.inside(path):
        for share in (-0.5, 0.0, 0.5):
            pen.line([(top[0] + half * share, top[1]), (low[0] + half * share, low[1])], tone(color, -0.1), 0.9)
    for share in (-0.75, 0.75):
        pen.flat(oval(low[0] + half * share, low[1] + 1.4, 1.7, 1.9), "#17171a")


def _stick(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    x, y, z = _hand(body, 1)
    if is_behind != (body.near((x, y, z)) < 0):
        return
    top, low = body.at((x + 0.6, y + 2.0, z + 2.0)), body.at((x + 1.2, 0.0, z + 4.5))
    pen.rod([top, low], "#5a3f2b", 1.5)
    pen.curve(
        [
            top,
            (top[0], top[1] - 2.2),
            (top[0] - 2.4 * (1 if body.sin > 0.3 else 0.4), top[1] - 2.4),
            (top[0] - 4.0 * (1 if body.sin > 0.3 else 0.4), top[1] - 0.4),
        ],
        "#5a3f2b",
        1.5,
    )


def _flowers(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if is_behind == (body.cos < 0):
        return
    x, y, z = _hand(body, 1)
    at = body.at((x - 2, y - 1, z - 2))
    pen.form(
        [(at[0] - 1.4, at[1] - 1), (at[0] + 1.4, at[1] - 1), (at[0] + 5.0, at[1] + 13), (at[0] - 4.0, at[1] + 14)],
        "#efe6d6",
    )
    for index in range(9):
        dx, dy = pen.number(-5.2, 5.6), pen.number(11, 18)
        pen.ball(oval(at[0] + dx, at[1] + dy, 2.1, 2.0), look.accent if index % 3 else "#f1d9c6")


def _balloon(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if is_behind:
        return
    x, y, z = _hand(body, 1)
    hand = body.at((x, y + 1, z))
    top = (hand[0] + 7, hand[1] - 62)
    pen.curve([hand, (hand[0] + 5, hand[1] - 20), (hand[0] + 4, hand[1] - 40), (top[0], top[1] + 12)], "#e9e2d6", 0.4)
    pen.ball(
        smooth(
            [
                (top[0] - 10, top[1] - 2),
                (top[0] - 7, top[1] - 11),
                (top[0], top[1] - 14),
                (top[0] + 7, top[1] - 11),
                (top[0] + 10, top[1] - 2),
                (top[0] + 5, top[1] + 8),
                (top[0], top[1] + 12.5),
                (top[0] - 5, top[1] + 8),
            ],
            True,
        ),
        look.accent,
    )
    with pen.detail():
        pen.gleam(oval(top[0] + pen.side * 4, top[1] - 6, 1.6, 2.8), 0.45, 0.6)


def _book(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if not is_behind:
        _, y, z = _hand(body, 1)
        at = body.at((0, y + 2, z + 3))
        pen.form(
            [
                (at[0] - 6, at[1] - 3.6),
                (at[0] + 0.6, at[1] - 1.6),
                (at[0] + 1.0, at[1] + 4.0),
                (at[0] - 5.2, at[1] + 1.6),
            ],
            "#efe8d8",
        )
        pen.flat(
            blade([(at[0] - 6, at[1] - 3.2), (at[0] + 0.8, at[1] - 1.0), (at[0] + 1.4, at[1] + 4.4)], 0.9, 0.6),
            look.accent,
        )


def _chair(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    """A plain wooden one, turned as who sits on it."""
    wood = ("#6a4630", "#8a6242", "#3f342c")[int(look.skin[1:], 16) % 3]
    half, front, back, seat = 11.6, 13.5, -9.5, 24.6

    def bar(start: V3, end: V3, wide: float) -> None:
        pen.rod([body.at(start), body.at(end)], tone(wood, -0.05 if is_behind else 0.02), wide)

    for x in (-half, half):
        for z in (front, back):
            if is_behind == (body.near((x, 0, z)) < 1.0):
                bar((x, seat, z), (x * 1.04, 0.0, z * 1.1), 2.2)
    if is_behind:
        corners = [body.at((x, seat, z)) for x, z in ((-half, front), (half, front), (half, back), (-half, back))]
        pen.plane(corners, wood, 0.3)
        pen.line([*corners, corners[0]], tone(wood, -0.08), 2.0)
    if is_behind == (body.near((0, 0, back - 2)) < 0):
        for x in (-half, half):
            bar((x, seat, back), (x, 55.0, back - 4.5), 2.2)
        for y in (53.0, 43.5, 34.0) if abs(body.cos) > 0.2 else ():
            lean = (y - seat) / 30 * 4.5
            bar((-half, y, back - lean), (half, y, back - lean), 4.4 if y > 50 else 3.2)


DRAW = {
    "umbrella": _umbrella, "phone": _phone, "cup": _cup, "suitcase": _suitcase, "trolley": _trolley, "stick": _stick,
    "mic_stand": played.mic_stand, "mic": played.mic, "sticks": played.sticks, "guitar_case": played.guitar_case, "flowers": _flowers,
    "balloon": _balloon, "book": _book, "chair": _chair,
    "guitar_electric": lambda pen, body, look, is_behind: played.guitar(pen, body, look, "electric", is_behind),
    "guitar_bass": lambda pen, body, look, is_behind: played.guitar(pen, body, look, "bass", is_behind),
    "guitar_acoustic": lambda pen, body, look, is_behind: played.guitar(pen, body, look, "acoustic", is_behind),
}  # fmt: skip
