"""What people play and sing with, drawn with them."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import Point, oval, smooth
from covers.engine.poster.scenes.figures.skeleton import V3, Body
from covers.engine.poster.scenes.figures.wardrobe import Look
from covers.engine.poster.scenes.modelling import Pen, tone


def _hand(body: Body, index: int) -> V3:
    return body.arms[index][2]


def mic_stand(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if is_behind:
        return
    x, y, z = _hand(body, 1)
    top, low = body.at((x - 1.5, y + 4.0, z + 1.0)), body.at((x - 1.0, 0.4, z + 6.0))
    pen.rod([top, low], "#3a3b42", 1.0)
    pen.curve([(low[0] - 8, low[1] + 0.6), (low[0], low[1] - 2.4), (low[0] + 8, low[1] + 0.6)], "#3a3b42", 1.1)
    _microphone(pen, top, (top[0] - 3.2, top[1] - 3.4))


def _microphone(pen: Pen, grip: Point, head: Point) -> None:
    pen.line([grip, head], "#2a2b31", 1.5)
    pen.ball(oval(head[0], head[1], 1.9, 1.9), "#9aa0a8")


def mic(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if not is_behind:
        x, y, z = _hand(body, 1)
        _microphone(pen, body.at((x, y - 1.5, z + 2)), body.at((x, y + 3.4, z - 1.0)))


def sticks(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if not is_behind:
        for index, drop in ((0, 5.0), (1, -9.0)):
            x, y, z = _hand(body, index)
            start = body.at((x, y, z + 2))
            end = body.at((x * 0.5, y - drop, z + 16))
            pen.line([start, (end[0], end[1])], "#d8bf94", 0.9)


ACOUSTIC = [
    (9, -5.4), (5, -6.4), (1.5, -4.8), (-4, -8.0), (-11, -8.4), (-15, -4), (-15.4, 2), (-12, 7.8), (-5, 8.2), (1.5, 4.8),
    (5, 6.4), (9.4, 5.2), (10.4, 0),
]  # fmt: skip
ELECTRIC = [
    (10, -7.6), (6.4, -4.2), (0, -4.6), (-6, -7.6), (-12, -6.4), (-14, 0), (-12, 6.6), (-6, 7.0), (0, 4.4), (6, 4.4),
    (9.0, 7.0), (8, 2.6), (7, 0), (8.6, -3.4),
]  # fmt: skip
"""Outlines of guitars' bodies, the neck to the right."""


def guitar(pen: Pen, body: Body, look: Look, kind: str, is_behind: bool) -> None:
    if is_behind == (body.cos > -0.2):
        return
    (lx, ly, lz), (rx, ry, rz) = _hand(body, 0), _hand(body, 1)
    neck_at, body_at = body.at((lx, ly - 0.5, lz + 1)), body.at((rx - 1, ry - 2.0, rz + 1.5))
    dx, dy = neck_at[0] - body_at[0], neck_at[1] - body_at[1]
    length = math.hypot(dx, dy) or 1.0
    turn = math.degrees(math.atan2(dy, dx))
    with pen.moved(body_at[0], body_at[1], turn):
        reach = length + (13 if kind == "bass" else 8)
        pen.line([(0, 0), (reach, 0)], "#6a4a30", 2.0, is_round=False)
        pen.flat([(reach - 1, -1.2), (reach + 6, -2.2), (reach + 6.4, 1.4), (reach - 1, 1.2)], "#3a2a1e")
        if kind == "acoustic":
            pen.form(smooth(ACOUSTIC, True), "#c48a4c")
            pen.flat(oval(1.2, 0, 2.6, 2.6), "#2a1c12")
            with pen.detail():
                pen.line([(-8, -2), (-8, 2)], "#3a2617", 1.0)
                pen.line([(-8, 0), (reach, 0)], "#efe6d2", 0.25, 0.7)
            return
        color = look.accent if kind == "electric" else tone(look.accent, -0.1)
        path = smooth(ELECTRIC, True)
        pen.form(path, color)
        with pen.inside(path):
            pen.flat(smooth([(5, -3.0), (-4, -4.4), (-8, 1), (-4, 4.6), (5, 3)], True), "#efe9dc", 0.9)
            for at in (3.0, -1.6):
                pen.line([(at, -2.2), (at, 2.2)], "#1d1d20", 1.2)
            pen.gleam(oval(-8, -4 * pen.side, 5, 1.4), 0.3, 0.7)


def guitar_case(pen: Pen, body: Body, look: Look, is_behind: bool) -> None:
    if is_behind == (body.cos < 0):
        return
    chest = body.spine[2]
    x, y = body.at((chest[0], chest[1], chest[2] - 8))
    half = max(0.55, abs(body.cos))
    with pen.moved(x, y, -9):
        path = smooth(
            [
                (-2.6 * half, -33),
                (2.6 * half, -33),
                (3.2 * half, -14),
                (3.4 * half, -8),
                (8.6 * half, -4),
                (8.4 * half, 4),
                (6.6 * half, 8.6),
                (10.6 * half, 15),
                (10.4 * half, 23),
                (5 * half, 28.4),
                (-5 * half, 28.4),
                (-10.4 * half, 23),
                (-10.6 * half, 15),
                (-6.6 * half, 8.6),
                (-8.4 * half, 4),
                (-8.6 * half, -4),
                (-3.4 * half, -8),
                (-3.2 * half, -14),
            ],
            True,
        )
        pen.form(path, "#26242a")
        with pen.inside(path):
            pen.curve([(-6 * half, -2), (-4.6 * half, 8), (-8 * half, 18), (-2, 26)], "#4a474e", 0.6)
            pen.line([(-9 * half, 12), (9 * half, 12)], "#3a383e", 0.7)
