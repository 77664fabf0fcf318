"""Furniture and what a room is lived in with."""

from __future__ import annotations

from covers.engine.poster.geometry import oval, rect, smooth
from covers.engine.scenes.modelling import Pen, blade, tone, turned
from covers.engine.scenes.things.registry import thing

WOOD = "#8a6242"
DARK_WOOD = "#5a3d2a"
BRASS = "#b8924e"
IRON = "#3b3d44"


def chair_back(pen: Pen, wood: str) -> None:
    """A kitchen chair turned a little, seen from the front left; 100 high, seat at 48."""
    for x, foot in ((-14, -6), (26, -8)):  # far legs and the back's posts
        pen.rod([(x - 2, -98), (x, -48), (x + 1, foot)], tone(wood, -0.05), 4.4)
    for y in (-94, -80, -66):
        pen.form(
            smooth([(-17, y - 4), (5, y - 6.5), (25, y - 4), (25, y + 3), (5, y + 1), (-17, y + 3)], True), wood, 0.7
        )
    for x, foot in ((-27, 0), (17, -1)):
        pen.rod([(x, -46), (x - 1, foot)], wood, 4.8)
    pen.rod([(-27, -20), (17, -21)], tone(wood, -0.06), 2.6)
    pen.rod([(-25, -24), (-13, -28)], tone(wood, -0.08), 2.4)
    pen.plane([(-31, -46), (21, -47.5), (29, -54), (-17, -54)], tone(wood, 0.08), 0.6)
    pen.plane([(-31, -46), (21, -47.5), (21, -43.5), (-31, -42)], tone(wood, -0.06))
    pen.plane([(21, -47.5), (29, -54), (29, -50), (21, -43.5)], tone(wood, -0.12))


@thing("chair", 0.9, wide=0.66)
def chair(pen: Pen) -> None:
    chair_back(pen, pen.pick(WOOD, DARK_WOOD, "#a8845c", "#6f7a76"))


@thing("coat_chair", 0.92, wide=0.72)
def coat_chair(pen: Pen) -> None:
    """A chair with a coat left over its back."""
    chair_back(pen, pen.pick(WOOD, DARK_WOOD))
    color = pen.pick("#7a3b34", "#3f4b5c", "#8a6f4c", "#4c5a48")
    left = smooth(
        [(-21, -99), (-28, -92), (-33, -66), (-35, -34), (-33, -26), (-25, -24), (-20, -32), (-17, -60)], True
    )
    body = smooth(
        [
            (-20, -99),
            (-6, -103),
            (6, -101),
            (20, -103),
            (29, -98),
            (32, -80),
            (33, -52),
            (35, -26),
            (22, -20),
            (4, -23),
            (-14, -20),
            (-22, -26),
            (-20, -54),
            (-23, -82),
        ],
        True,
    )
    pen.form(body, color)
    with pen.inside(body):
        for start, end in (((-10, -96), (-13, -22)), ((4, -95), (3, -21)), ((17, -96), (21, -20))):
            middle = ((start[0] + end[0]) / 2 + pen.number(-2, 2), -60.0)
            pen.flat(blade([end, middle, start], 5, 0.6), tone(color, -0.12), 0.7)
            pen.flat(
                blade([(end[0] + 4 * pen.side, end[1]), (middle[0] + 3 * pen.side, middle[1]), start], 2.4, 0.3),
                tone(color, 0.08),
                0.6,
            )
        pen.flat([(-24, -27), (36, -25), (36, -10), (-24, -12)], tone(color, -0.08), 0.7)
    pen.form(left, tone(color, -0.03))
    with pen.inside(left):
        pen.flat(blade([(-30, -26), (-28, -60), (-22, -92)], 3, 0.4), tone(color, -0.12), 0.7)
        pen.flat([(-37, -31), (-20, -29), (-20, -24), (-37, -25)], tone(color, -0.1), 0.8)
    pen.form(
        smooth([(-16, -98), (-8, -106), (2, -103), (13, -106), (22, -99), (12, -92), (2, -96), (-8, -92)], True),
        tone(color, 0.02),
    )


@thing("bed", 0.95, wide=2.2)
def bed(pen: Pen) -> None:
    """From the side of its foot: headboard, pillows, a blanket that is not made."""
    wood, sheet = pen.pick(DARK_WOOD, WOOD), pen.pick("#d9d6cf", "#c9d2da", "#dccfc2")
    blanket = pen.pick("#5c6f86", "#8a5a50", "#66785f", "#7c6a8a")
    pen.form(smooth([(-108, 0), (-108, -94), (-104, -100), (-96, -100), (-94, -94), (-94, 0)], True), wood)
    pen.plane([(-98, -34), (104, -30), (104, -8), (-98, -8)], wood, -0.3)
    for x in (96,):
        pen.form(rect(x, -44, 10, 44, 2), wood)
    mattress = smooth([(-97, -50), (-90, -54), (60, -52), (98, -48), (100, -34), (98, -26), (-97, -28)], True)
    pen.form(mattress, sheet, 0.7, down=0.6)
    for dx, dy, turn in ((0, 0, -7), (13, 7, 4)):
        with pen.moved(-70 + dx, -58 + dy, turn):
            pillow = smooth([(-24, 6), (-26, -5), (-15, -13), (0, -11), (17, -13), (26, -5), (25, 7), (0, 9)], True)
            pen.ball(pillow, tone(sheet, 0.05), 0.55)
            with pen.inside(pillow):
                pen.flat(blade([(-20, -6), (-6, -3), (4, -5)], 1.8, 0.2), tone(sheet, -0.12), 0.6)
    quilt = smooth(
        [
            (-40, -52),
            (-24, -63),
            (0, -59),
            (28, -65),
            (60, -58),
            (96, -57),
            (103, -46),
            (104, -18),
            (86, -12),
            (60, -17),
            (32, -10),
            (4, -16),
            (-18, -12),
            (-34, -22),
            (-42, -36),
        ],
        True,
    )
    pen.form(quilt, blanket, 0.8, down=0.7)
    with pen.inside(quilt):
        for x, lean in ((-22, 8), (2, -6), (24, 9), (48, -4), (74, 7)):
            pen.flat(blade([(x, -8), (x + lean * 0.4, -32), (x + lean, -58)], 6, 0.6), tone(blanket, -0.12), 0.6)
            pen.flat(
                blade([(x + 6 * pen.side, -10), (x + lean * 0.4 + 4 * pen.side, -34), (x + lean + 2, -58)], 3, 0.4),
                tone(blanket, 0.08),
                0.55,
            )
        pen.gleam(
            smooth(
                [(-40, -52), (-24, -64), (0, -60), (28, -66), (96, -58), (96, -52), (28, -58), (0, -53), (-24, -56)],
                True,
            ),
            0.16,
            1.5,
        )
    pen.form(
        smooth([(-44, -50), (-30, -60), (-16, -59), (-24, -44), (-36, -24), (-44, -28)], True), tone(sheet, 0.02), 0.6
    )


@thing("lit_window", 1.5, "wall", wide=0.78, glows=True)
def lit_window(pen: Pen) -> None:
    """Four panes, curtains, a plant on the sill."""
    frame, light = "#3a3430", pen.light.lamp if pen.light else "#ffc477"
    pen.plane(rect(-37, -100, 74, 97, 1), frame)
    pen.flat(rect(-33, -96, 66, 87), "#6b4a2c")
    pen.shine(rect(-33, -96, 66, 87), tone(light, -0.04), 46, 0.95)
    with pen.front():
        pen.flat(rect(-33, -96, 66, 87), "#6b3a12", 0.0)
        for side in (-1, 1):
            drape = smooth(
                [
                    (side * 33, -96),
                    (side * 12, -96),
                    (side * 14, -80),
                    (side * 20, -52),
                    (side * 30, -46),
                    (side * 28, -30),
                    (side * 25, -9),
                    (side * 33, -9),
                    (side * 33, -40),
                ],
                True,
            )
            pen.flat(drape, "#c98a4a", 0.55)
            with pen.inside(drape):
                for x in (16, 22, 28):
                    pen.flat(
                        blade([(side * (x + 4), -10), (side * (x + 3), -50), (side * x, -96)], 2.4, 0.6),
                        "#6b3a12",
                        0.45,
                    )
        pen.flat(rect(-1.6, -96, 3.2, 87), frame)
        pen.flat(rect(-33, -58, 66, 3), frame)
        pen.flat(smooth([(8, -9), (7, -19), (19, -19), (18, -9)], False), "#3a2418")
        for x, y, lean in ((13, -40, 0), (6, -34, -5), (20, -36, 6), (9, -45, -3), (18, -46, 3)):
            pen.flat(blade([(13, -18), (13 + lean * 0.4, -28), (x, y)], 2.6, 0.3), "#22301c")
    pen.plane([(-41, -5), (41, -5), (43, 0), (-43, 0)], "#7a716a", 0.5)


@thing("candle", 0.22, "table", wide=0.62, glows=True)
def candle(pen: Pen) -> None:
    wax = "#ece2cc"
    pen.form(oval(0, -4.5, 30, 4.5), BRASS)
    pen.form(turned([(14, -12), (14, -5), (20, -3)], is_smooth=False), tone(BRASS, -0.06))
    body = smooth([(-9.5, -6), (-9.5, -60), (-9, -64), (-4, -62), (3, -65), (9, -63), (9.5, -56), (9.5, -6)], True)
    pen.form(body, wax)
    pen.form(smooth([(-9.6, -62), (-6, -62), (-6.4, -44), (-8, -40), (-10, -44)], True), tone(wax, 0.03))
    pen.form(smooth([(5, -62), (9.4, -60), (9.8, -34), (8, -30), (6.6, -36)], True), tone(wax, -0.04))
    pen.line([(0, -62), (0.6, -70)], "#2a2018", 1.3)
    pen.shine(
        smooth([(0, -100), (-4, -86), (-6.6, -76), (-4, -68.5), (0, -67), (4, -68.5), (6.6, -76), (3.4, -87)], True),
        "#ffb648",
        70,
        1.0,
    )
