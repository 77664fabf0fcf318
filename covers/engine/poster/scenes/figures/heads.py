"""A head from any side: skull, face as far as it is seen, hair, hats. Own units, y up, x towards where the face looks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from covers.engine.poster.geometry import Point, oval, smooth
from covers.engine.poster.scenes.figures.skeleton import Body
from covers.engine.poster.scenes.figures.wardrobe import Look
from covers.engine.poster.scenes.modelling import Pen, blade, tone

# fmt: off
# the same fourteen places around the head, seen from the side (looking right) and from the front
SIDE_SKULL: tuple[Point, ...] = (
    (4.7, 3.4), (5.1, 1.3), (4.9, 0.3), (6.3, -1.5), (5.1, -2.3), (5.2, -3.6), (4.9, -5.6), (3.0, -6.7),
    (0.0, -5.2), (-2.6, -5.0), (-5.4, -2.4), (-6.2, 1.6), (-3.6, 5.9), (1.6, 6.7),
)  # fmt: skip
FRONT_SKULL: tuple[Point, ...] = (
    (4.3, 3.6), (4.9, 1.3), (4.9, 0.0), (4.7, -1.6), (4.3, -3.2), (3.4, -4.9), (2.0, -6.4), (0.0, -6.8),
    (-2.0, -6.4), (-3.9, -4.4), (-4.8, -1.4), (-4.9, 1.6), (-3.6, 5.4), (0.0, 6.7),
)  # fmt: skip

# hair: (side, back, front), twelve places each
HAIR: dict[str, tuple[Sequence[Point], Sequence[Point], Sequence[Point]]] = {
    "short": (
        ((5.2, 3.4), (4.0, 6.9), (0.0, 8.0), (-4.4, 6.8), (-7.0, 2.8), (-6.9, -1.4), (-5.4, -4.3), (-3.2, -5.2), (-2.2, -1.8),
            (0.2, -0.6), (1.3, -2.2), (2.9, 2.0)),
        ((4.6, 4.6), (2.8, 7.3), (0.0, 8.0), (-2.9, 7.2), (-5.2, 3.8), (-5.4, -0.6), (-4.5, -3.4), (-2.6, -5.2), (0.2, -5.9),
            (2.8, -5.2), (4.6, -3.2), (5.4, 0.2)),
        ((4.4, 4.6), (2.8, 7.3), (0.0, 8.0), (-2.9, 7.2), (-5.2, 3.8), (-5.3, 0.4), (-4.7, -1.8), (-4.2, 1.6), (-2.0, 3.2), (1.4, 2.6),
            (4.2, 1.2), (5.2, -1.2)),
    ),
    "crop": (
        ((4.8, 3.6), (3.4, 6.5), (0.0, 7.2), (-4.0, 6.2), (-6.4, 2.4), (-6.3, -1.4), (-5.0, -3.6), (-3.4, -4.2), (-2.2, -1.2),
            (0.2, -0.2), (1.0, -1.2), (2.6, 2.4)),
        ((4.4, 4.2), (2.6, 6.7), (0.0, 7.2), (-2.6, 6.7), (-4.9, 3.6), (-5.0, -0.4), (-4.3, -2.8), (-2.4, -4.2), (0.0, -4.6),
            (2.4, -4.2), (4.3, -2.8), (5.0, 0.0)),
        ((4.3, 4.2), (2.6, 6.7), (0.0, 7.2), (-2.6, 6.7), (-4.9, 3.6), (-5.0, 1.0), (-4.6, 0.0), (-4.0, 2.6), (-2.0, 4.0), (1.4, 4.0),
            (4.0, 2.6), (4.9, 0.4)),
    ),
    "bob": (
        ((5.3, 2.6), (4.2, 7.0), (0.0, 8.2), (-4.6, 7.2), (-7.4, 3.0), (-7.9, -2.0), (-7.4, -6.8), (-3.4, -7.8), (1.2, -7.0),
            (2.2, -3.2), (2.6, 0.0), (3.4, 2.2)),
        ((5.2, 4.2), (3.0, 7.6), (0.0, 8.2), (-3.2, 7.5), (-5.9, 3.6), (-6.6, -1.6), (-6.9, -6.2), (-3.6, -7.8), (0.0, -8.1),
            (3.8, -7.7), (6.9, -6.0), (6.5, -1.4)),
        ((5.2, 4.2), (3.0, 7.6), (0.0, 8.2), (-3.2, 7.5), (-5.9, 3.6), (-6.6, -2.0), (-6.2, -6.8), (-4.2, -4.2), (-3.8, 1.6),
            (0.6, 3.2), (4.2, 0.8), (6.3, -5.6)),
    ),
    "long": (
        ((5.2, 2.8), (4.2, 7.0), (0.0, 8.1), (-4.6, 7.1), (-7.4, 2.8), (-8.0, -4.4), (-8.4, -14.0), (-5.4, -20.4), (-1.8, -17.6),
            (0.8, -8.6), (1.8, -1.4), (3.2, 2.2)),
        ((5.1, 4.2), (3.0, 7.5), (0.0, 8.1), (-3.2, 7.4), (-5.8, 3.4), (-6.5, -4.4), (-7.4, -13.0), (-4.6, -20.6), (0.4, -21.4),
            (5.6, -19.8), (7.2, -12.6), (6.3, -4.0)),
        ((5.1, 4.2), (3.0, 7.5), (0.0, 8.1), (-3.2, 7.4), (-5.8, 3.4), (-6.6, -5.0), (-7.6, -14.6), (-4.6, -12.0), (-3.9, 1.4),
            (1.0, 3.4), (4.4, -0.6), (7.4, -14.0)),
    ),
}  # fmt: skip
HOOD: tuple[Sequence[Point], Sequence[Point], Sequence[Point]] = (
    ((4.0, 3.4), (3.4, 7.6), (-0.6, 9.0), (-5.4, 7.8), (-8.2, 3.0), (-8.4, -3.0), (-7.6, -9.0), (-2.0, -10.6), (2.8, -8.8),
        (2.2, -5.0), (1.6, -1.0), (2.6, 2.0)),
    ((5.6, 4.6), (3.6, 8.2), (0.0, 9.1), (-3.6, 8.2), (-6.3, 4.0), (-7.0, -2.0), (-7.6, -8.0), (-4.0, -10.6), (0.0, -11.2),
        (4.0, -10.6), (7.6, -8.0), (7.0, -2.0)),
    ((5.6, 4.6), (3.6, 8.2), (0.0, 9.1), (-3.6, 8.2), (-6.3, 4.0), (-7.0, -2.0), (-7.2, -8.4), (-4.2, -7.4), (-4.4, 1.0),
        (-1.0, 5.0), (3.6, 3.0), (7.0, -8.0)),
)  # fmt: skip
# fmt: on
HAIR["bun"] = HAIR["tail"] = HAIR["crop"]

LENGTHS = {"short": -5.0, "crop": -4.4, "bob": -7.8, "long": -21.0, "bun": -4.4, "tail": -4.4}


def _between(first: Sequence[Point], second: Sequence[Point], share: float) -> list[Point]:
    return [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in zip(first, second, strict=True)]


def draw_head(pen: Pen, body: Body, look: Look) -> None:
    """Neck not included. In front of whatever the body has drawn."""
    pose, size = body.pose, body.build.head
    neck = body.spine[4]
    pitch = math.radians(body.pitch * 0.75 + pose.head[0])
    # the neck leads the head a little forward of itself
    center = (
        neck[0],
        neck[1] + (2.2 + 6.6 * size) * math.cos(pitch) - 0.8,
        neck[2] + 1.2 + (3.0 + 5.0 * size) * math.sin(pitch),
    )
    x, y = body.at(center)
    view = math.radians(body.view - pose.head[1])
    across, toward = math.sin(view), math.cos(view)
    facing = 1 if across >= 0 else -1
    share = abs(across) ** 1.2
    # pitch turns the head in the picture only as far as it is seen from the side; seen along it, it shortens
    turn = math.degrees(pitch) * abs(across) + pose.head[2] * (-toward) * facing
    with pen.moved(x, y, turn * facing, size, flip=facing < 0):
        _head(pen, look, share, toward, math.degrees(pitch))


def _up(points: Sequence[Point]) -> list[Point]:
    return [(x, -y) for x, y in points]


def _head(pen: Pen, look: Look, share: float, toward: float, pitch: float) -> None:
    """share: 0 seen along the nose, 1 from the side; toward: 1 the face towards us, -1 away."""
    nod = max(-2.4, min(2.4, pitch * 0.055)) * abs(toward) * (1 if toward > 0 else -1)
    skull = smooth(_up(_between(FRONT_SKULL, SIDE_SKULL, share)), True)
    pen.form(skull, look.skin, 0.8)
    if toward > 0.35:
        _face(pen, look, share, nod)
    _ear(pen, look, share, toward)
    if look.hair == "hood":
        _hood(pen, look, share, toward)
        return
    _hair(pen, look, share, toward, nod)
    if look.hair in ("cap", "beanie", "hat"):
        _hat(pen, look, share, toward)


def _face(pen: Pen, look: Look, share: float, nod: float) -> None:
    """No portrait: what light leaves of a face at a distance: sockets, the nose's side, the mouth's shadow."""
    dark = tone(look.skin, -0.22)
    shift = 2.4 * share
    with pen.detail():
        for eye in (-2.0, 2.0):
            x = eye * (1 - 0.35 * share) + shift
            pen.shade(oval(x, -0.4 - nod, 1.35, 0.85), 0.34, 0.45)
        side = -pen.side
        pen.flat([(shift, -0.2 - nod), (shift + 1.0 * side, 2.0 - nod), (shift - 0.2, 2.2 - nod)], dark, 0.4)
        pen.shade(oval(shift, 3.9 - nod, 1.25, 0.4), 0.3, 0.25)
        pen.shade(oval(shift + 2.6 * side, 2.6 - nod, 2.2, 4.0), 0.16, 1.0)
        pen.shade(oval(shift * 0.5, 6.4, 3.4, 1.3), 0.3, 0.7)


def _ear(pen: Pen, look: Look, share: float, toward: float) -> None:
    if look.hair in ("bob", "long", "hood"):
        return
    if share > 0.35:
        pen.form(oval(-0.4 - 1.6 * (1 - share), 0.9, 1.0, 1.7), tone(look.skin, -0.05), 0.6)
    else:
        for side in (-1, 1):
            pen.flat(oval(side * 5.0, 0.7, 0.8, 1.6), tone(look.skin, -0.06))


def _hair_path(style: str, share: float, toward: float) -> list[Point]:
    side, back, front = HAIR[style]
    # seen exactly from the side nothing of back or front shows; blend by how far it is turned
    return _between(back if toward <= 0 else front, side, min(1.0, share * 1.05))


def _hair(pen: Pen, look: Look, share: float, toward: float, nod: float) -> None:
    style = look.hair if look.hair in HAIR else "short"
    points = _up(_hair_path(style, share, toward))
    path = smooth(points, True)
    color = look.hair_color
    if style == "tail":
        end = -4.4 * share if toward < 0.3 else -5.5
        swing = pen.number(-1.4, 1.4)
        tail = blade(
            [
                (-5.6 * share, -3.0),
                (-7.6 * share + swing * 0.4, 2.0),
                (-7.4 * share + swing, 9.0),
                (end + swing * 1.6 - 2.0, 15.5),
            ],
            4.6,
            0.8,
        )
        if toward < 0.5:
            pen.form(tail, color, 0.9)
    if style == "bun":
        pen.ball(
            oval(-5.6 * share, -4.0 * (0.6 + 0.4 * share) - (2.6 if toward < 0 else 5.2) * (1 - share), 3.3, 3.0),
            color,
            0.8,
        )
    pen.form(path, color, 0.9)
    if pen.size > 0.1:
        _strands(pen, path, style, share, toward, color)
    if nod and toward < 0 and style in ("short", "crop") and pen.size > 0.3:
        with pen.inside(path):
            pen.shade(oval(0, 5.0, 5, 2.2), 0.3, 1.0)


def _strands(pen: Pen, path: skia.Path, style: str, share: float, toward: float, color: str) -> None:
    """Locks that fall from the crown; finer the larger the picture."""
    count = 9 if pen.size < 0.3 else 20
    low = -LENGTHS[style]
    crown = (-1.6 * share, -6.4 if toward < 0 else -7.2)
    with pen.inside(path):
        for index in range(count):
            spread = (index + pen.number(-0.3, 0.3)) / (count - 1) * 2 - 1
            x = spread * 6.4 - 1.2 * share
            tip = x * (1.02 if low > 12 else 0.78) - (0.8 * share if low > 12 else 0)
            strand = [
                crown,
                (crown[0] + (x - crown[0]) * 0.75, -4.0),
                (x, 0.5),
                ((x + tip) / 2 + pen.number(-0.4, 0.4), low * 0.6),
                (tip + pen.number(-0.7, 0.7), low + pen.number(-1, 1.5)),
            ]
            lighter = 0.07 if spread * pen.side > -0.1 and index % 2 else -0.06
            pen.flat(blade(strand, pen.number(0.5, 1.2), 0.15), tone(color, lighter), 0.65)
        sheen = smooth(
            [(-6.4, -1.6), (-3.2, -3.8), (0, -4.4), (3.2, -3.8), (6.4, -1.6), (3.0, -2.6), (0, -3.0), (-3.0, -2.6)],
            True,
        )
        pen.gleam(sheen, 0.13, 0.6)


def _hat(pen: Pen, look: Look, share: float, toward: float) -> None:
    if look.hair == "beanie":
        _beanie(pen, look.accent)
    elif look.hair == "cap":
        _cap(pen, look, share, toward)
    else:
        _brimmed_hat(pen, look.accent)


def _beanie(pen: Pen, color: str) -> None:
    dome = smooth([(-6.2, -1.6), (-6.4, -6.4), (-3.0, -9.4), (2.0, -9.2), (5.6, -6.0), (5.7, -2.2), (0.0, -2.8)], True)
    pen.form(dome, color)
    rim = smooth([(-6.6, -0.6), (-6.7, -3.0), (0, -4.4), (6.0, -3.6), (6.1, -1.4), (0, -1.6)], True)
    pen.form(rim, tone(color, -0.05))
    if pen.size > 0.15:
        with pen.inside(dome):
            for x in (-4.5, -2.6, -0.6, 1.5, 3.6):
                pen.curve([(x * 0.6, -9.4), (x, -6.0), (x * 1.1, -3.6)], tone(color, -0.09), 0.35, 0.7)


def _cap(pen: Pen, look: Look, share: float, toward: float) -> None:
    color, brim = look.accent, 4.6 * share
    if toward > -0.4 or share > 0.4:
        peak = [
            (1.0, -3.2),
            (4.0 + brim * 0.3, -4.4),
            (5.6 + brim, -2.6),
            (5.2 + brim, -1.7),
            (1.0, -1.8),
            (-3.6 * (1 - share), -1.9),
            (-4.8 * (1 - share), -3.0),
        ]
        pen.form(smooth(peak, True), tone(color, -0.09))
    dome = smooth([(-5.9, -1.4), (-6.6, -4.8), (-3.6, -8.2), (1.2, -8.4), (5.2, -5.8), (5.6, -2.4), (0.0, -2.6)], True)
    pen.form(dome, color)
    if toward < -0.4 and share < 0.6 and pen.size > 0.12:
        with pen.inside(dome):
            pen.flat(oval(0, -1.4, 2.2, 1.6), look.hair_color)


def _brimmed_hat(pen: Pen, color: str) -> None:
    crown = smooth([(-5.6, -2.0), (-5.6, -7.4), (-3.0, -9.3), (0.4, -8.6), (3.6, -9.2), (5.4, -7.0), (5.6, -2.2)], True)
    brim = [(-9.8, -0.6), (-8.6, -2.6), (-4.0, -3.0), (4.0, -3.2), (8.8, -2.6), (10.2, -1.0), (5.0, -0.6), (-4.0, -0.2)]
    pen.form(smooth(brim, True), tone(color, -0.03))
    pen.form(crown, color)
    with pen.inside(crown):
        pen.flat([(-7, -4.2), (7, -4.6), (7, -2.4), (-7, -2.0)], tone(color, -0.22))


def _hood(pen: Pen, look: Look, share: float, toward: float) -> None:
    side, back, front = HOOD
    path = smooth(_up(_between(back if toward <= 0 else front, side, min(1.0, share * 1.05))), True)
    pen.form(path, look.top_color)
    with pen.inside(path):
        pen.curve(
            [(0.0, -9.0), (-2.0 * share, -3.0), (-1.4, 5.0), (0.5, 11.0)]
            if toward <= 0
            else [(-1, -9.0), (0.5, -8.0), (2.0, -9.0)],
            tone(look.top_color, -0.1),
            0.5,
            0.8,
        )
        pen.shade(smooth([(-7, 8), (-3, 5.6), (2, 6.2), (6, 8.6), (3, 12), (-4, 12)], True), 0.25, 0.8)
