"""Furniture and what a room is lived in with."""

from __future__ import annotations

from covers.engine.poster.geometry import oval, rect, smooth
from covers.engine.poster.scenes.modelling import Pen, blade, loop, points, tone, turned, wave
from covers.engine.poster.scenes.things.registry import thing

WOOD = "#8a6242"
DARK_WOOD = "#5a3d2a"
BRASS = "#b8924e"
IRON = "#3b3d44"


def _far_side(pen: Pen, wood: str) -> None:
    for x, foot in ((-14, -6), (26, -8)):  # far legs and the back's posts
        pen.rod([(x - 2, -98), (x, -48), (x + 1, foot)], tone(wood, -0.05), 4.4)
    for y in (-94, -80, -66):
        pen.form(loop([(-17, y - 4), (5, y - 6.5), (25, y - 4), (25, y + 3), (5, y + 1), (-17, y + 3)]), wood, 0.7)


def _near_side(pen: Pen, wood: str) -> None:
    for x, foot in ((-27, 0), (17, -1)):
        pen.rod([(x, -46), (x - 1, foot)], wood, 4.8)
    pen.rod([(-27, -20), (17, -21)], tone(wood, -0.06), 2.6)
    pen.rod([(-25, -24), (-13, -28)], tone(wood, -0.08), 2.4)
    pen.plane("-31,-46 21,-47.5 29,-54 -17,-54", tone(wood, 0.08), 0.6)
    pen.plane("-31,-46 21,-47.5 21,-43.5 -31,-42", tone(wood, -0.06))
    pen.plane("21,-47.5 29,-54 29,-50 21,-43.5", tone(wood, -0.12))


@thing("chair", 0.9, wide=0.66)
def chair(pen: Pen) -> None:
    """A kitchen chair turned a little."""
    wood = pen.pick(WOOD, DARK_WOOD, "#a8845c", "#6f7a76")
    _far_side(pen, wood)
    _near_side(pen, wood)


@thing("coat_chair", 0.92, wide=0.72)
def coat_chair(pen: Pen) -> None:
    """A chair with a coat left over its back, one shoulder slipped."""
    wood, color = pen.pick(WOOD, DARK_WOOD), pen.pick("#7a3b34", "#3f4b5c", "#8a6f4c", "#4c5a48")
    _far_side(pen, wood)
    body = loop(
        "-20,-97 -11,-101 -3,-102 6,-98 14,-102 24,-100 31,-93 33,-70 35,-44 37,-20 24,-16 6,-20 -10,-17 -21,-22 -20,-50 -22,-80"
    )
    pen.form(body, color)
    with pen.inside(body):
        for start, end, bow in (
            ((-9, -96), (-12, -16), 3.0),
            ((3, -95), (2, -18), -2.0),
            ((16, -97), (20, -14), 3.0),
            ((26, -92), (31, -16), 1.0),
        ):
            middle = ((start[0] + end[0]) / 2 + bow, -60.0)
            pen.flat(blade([end, middle, start], 5, 0.6), tone(color, -0.12), 0.7)
            pen.flat(
                blade([(end[0] + 4 * pen.side, end[1]), (middle[0] + 3 * pen.side, middle[1]), start], 2.4, 0.3),
                tone(color, 0.08),
                0.6,
            )
    collar = loop("-12,-99 -7,-105 2,-104 9,-99 16,-105 22,-100 14,-92 7,-86 3,-92 -5,-93")
    pen.form(collar, tone(color, 0.03))
    with pen.inside(collar):
        pen.line(wave("-12,-98 2,-99 8,-92 14,-99 22,-99"), tone(color, -0.16), 1.6)
        pen.flat("0,-104 6,-104 5,-98 1,-98", "#d9cfb8")
    sleeve = loop("-20,-96 -27,-92 -33,-74 -37,-48 -40,-28 -33,-24 -26,-26 -23,-46 -18,-68")
    pen.form(sleeve, tone(color, -0.02))
    with pen.inside(sleeve):
        pen.flat(blade("-31,-26 -28,-60 -22,-90", 3, 0.4), tone(color, -0.13), 0.7)
        pen.flat("-42,-34 -24,-31 -24,-27 -42,-30", tone(color, -0.12), 0.8)
        for y in (-66, -60):
            pen.flat(blade([(-38, y), (-30, y + 4), (-22, y + 3)], 2, 0.3), tone(color, -0.11), 0.7)
    _near_side(pen, wood)


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


@thing("mirror", 1.5, wide=0.56)
def mirror(pen: Pen) -> None:
    """A standing mirror that shows the sky of somewhere else."""
    wood = pen.pick(DARK_WOOD, WOOD, BRASS)
    for x in (-22, 22):
        pen.rod([(x * 0.9, -88), (x * 1.15, 0)], tone(wood, -0.06), 3.4)
    pen.form(oval(0, -52, 26, 47), wood)
    glass = oval(0, -52, 22, 43)
    light = pen.light
    top, low = (light.zenith, light.horizon) if light else ("#4a5a78", "#c9b8b0")
    pen.fade(glass, (0, -95), (0, -9), [tone(top, 0.1), tone(low, 0.05), tone(low, -0.25)])
    with pen.inside(glass):
        pen.gleam([(-16, -98), (-4, -98), (-24, -10), (-36, -10)], 0.22, 1)
        pen.gleam([(4, -98), (8, -98), (-12, -10), (-16, -10)], 0.18, 0.6)


@thing("clock", 0.32, "wall")
def clock(pen: Pen) -> None:
    """Ten past ten is for shop windows: it shows some hour of the song's own."""
    case = pen.pick(DARK_WOOD, "#2f3a3f", BRASS, "#7a2f2a")
    pen.ball(oval(0, -50, 48, 48), case)
    pen.flat(oval(0, -50, 42, 42), tone(case, -0.14))
    pen.ball(oval(0, -50, 40, 40), "#f0e8d8", 0.4)
    with pen.detail():
        for hour in range(12):
            with pen.moved(0, -50, hour * 30):
                long = 8 if hour % 3 == 0 else 4.5
                pen.flat(rect(-1.3, -37, 2.6, long), "#2a2522")
        for turn, long, wide in ((pen.number(0, 360), 21, 3.6), (pen.number(0, 360), 32, 2.4)):
            with pen.moved(0, -50, turn):
                pen.flat([(-wide / 2, 5), (wide / 2, 5), (wide * 0.28, -long), (-wide * 0.28, -long)], "#221d1b")
        pen.flat(oval(0, -50, 2.8, 2.8), "#8a2f2a")
        pen.gleam(loop("-30,-72 -14,-86 10,-88 26,-78 6,-82 -14,-76"), 0.3, 2)


@thing("television", 0.62, wide=1.3, glows=True)
def television(pen: Pen) -> None:
    """An old set on its legs, a film on."""
    wood = pen.pick(WOOD, DARK_WOOD, "#8a4a34")
    for x in (-8, 8):
        pen.line([(0, -78), (x * 2.6, -99)], "#9a9a9e", 1.2)
    for x in (-46, 46):
        pen.rod([(x * 0.88, -18), (x, 0)], tone(wood, -0.08), 4)
    pen.form(rect(-60, -80, 120, 66, 7), wood, down=0.6)
    pen.plane(rect(-54, -75, 82, 55, 9), "#2a2624")
    screen = loop("-50,-70 -50,-70 -12,-73 24,-70 24,-70 26,-48 24,-25 24,-25 -12,-22 -50,-25 -50,-25 -52,-48")
    pen.flat(screen, "#4a6a78")
    pen.shine(screen, "#a9d0e0", 44, 0.85)
    pen.plane(rect(33, -75, 22, 55, 3), tone(wood, -0.1))
    for y in (-66, -52):
        pen.ball(oval(44, y, 6, 6), "#c9c2b4")
    with pen.detail():
        for y in (-40, -36, -32, -28):
            pen.line([(37, y), (51, y)], "#1f1a18", 1.2)
    with pen.front(), pen.inside(screen):
        pen.flat("-54,-34 -30,-46 -8,-38 10,-52 30,-42 30,-20 -54,-20", "#2f4450", 0.55)
        for y in range(-72, -22, 3):
            pen.shade(rect(-54, y, 84, 1), 0.12)
        pen.gleam(loop("-48,-66 -34,-71 -20,-71 -40,-56 -48,-50"), 0.3, 1.4)


@thing("photo", 0.24, "table", wide=0.84)
def photo(pen: Pen) -> None:
    """Two people by the sea, in a frame."""
    frame = pen.pick(BRASS, DARK_WOOD, "#d9d2c4")
    pen.plane([(28, -6), (38, 0), (30, -60)], tone(frame, -0.2))
    with pen.moved(0, 0, -3):
        pen.plane(rect(-38, -97, 76, 96, 1.5), frame, 0.3)
        pen.plane(rect(-33, -92, 66, 86), "#f0eadd")
        picture = rect(-26, -84, 52, 68)
        pen.fade(picture, (0, -84), (0, -16), ["#c9a98a", "#e2cba6", "#8a7a6c"])
        with pen.inside(picture):
            pen.flat(rect(-30, -46, 60, 14), "#7f8a88")
            for x, tall in ((-7, 38), (8, 34)):
                pen.flat(
                    loop(
                        [
                            (x - 7, -14),
                            (x - 8, -14 - tall * 0.55),
                            (x - 4, -14 - tall * 0.74),
                            (x + 4, -14 - tall * 0.74),
                            (x + 8, -14 - tall * 0.55),
                            (x + 7, -14),
                        ]
                    ),
                    "#4a3a34",
                )
                pen.flat(oval(x, -14 - tall * 0.9, 4.4, 5.4), "#3a2c28")
            pen.gleam([(-30, -88), (-6, -88), (-30, -30)], 0.2)


@thing("door", 2.15, "ground", wide=0.52, glows=True)
def door(pen: Pen) -> None:
    """Ajar, with light behind it."""
    frame, wood = "#5b5149", pen.pick("#6a3f30", "#3f5658", "#7a6a4a", "#35435c")
    light = pen.light.lamp if pen.light else "#ffc477"
    pen.plane("-26,0 -26,-100 26,-100 26,0", frame)
    pen.flat("-22,0 -22,-96 22,-96 22,0", "#2a1c12")
    pen.shine("12,0 12,-96 22,-96 22,0", light, 30, 0.9)
    leaf = "-22,0 -22,-96 12,-91 12,1.5"
    pen.plane(leaf, wood, 0.1, 0.08)
    with pen.inside(leaf):
        for x0, x1, y0, y1 in ((-17, -7, -86, -52), (-3, 7, -86, -53), (-17, -7, -44, -8), (-3, 7, -44, -6)):
            pen.flat([(x0, y0), (x1, y0 + 0.8), (x1, y1), (x0, y1)], tone(wood, -0.08))
            pen.line([(x0, y1), (x0, y0), (x1, y0 + 0.8)], tone(wood, -0.15), 0.9)
            pen.line([(x0, y1), (x1, y1), (x1, y0 + 0.8)], tone(wood, 0.09), 0.8)
    pen.ball(oval(8.4, -47, 1.9, 1.9), BRASS)


@thing("vase", 0.5, "table", wide=0.8)
def vase(pen: Pen) -> None:
    """Cut flowers in a vase; some hang their heads."""
    color = pen.pick("#4f6f80", "#c9bfae", "#8a4f3c", "#6a7a5c")
    bloom = pen.pick("#d98a7a", "#e6d3a0", "#c95a5a", "#b79ac9", "#f0e6dc")
    stems = ((-30, -82, 9.5), (-13, -92, 11), (8, -88, 10.5), (27, -78, 9.5), (-4, -76, 9), (36, -60, 8))
    for x, y, _ in stems:
        pen.line(wave([(x * 0.1, -40), (x * 0.35, -58), (x * 0.8, y + 12), (x, y)]), "#4f6a42", 1.5)
    for x, y, turn in ((-24, -56, -50), (18, -60, 40), (-8, -62, -12), (26, -52, 66)):
        with pen.moved(x * 0.5, y + 8, turn):
            pen.form(loop("0,4 -4,-6 0,-22 4,-6"), "#57754a")
    for x, y, r in stems:
        for index in range(7):
            with pen.moved(x, y, index * 51.4 + x):
                pen.ball(oval(0, -r * 0.5, r * 0.42, r * 0.55), tone(bloom, pen.number(-0.05, 0.05)), 0.6)
        pen.ball(oval(x, y, r * 0.34, r * 0.32), "#c9963a")
    body = turned(points("9,-44 9,-44 7,-38 8,-33 18,-24 20,-14 15,-3 12,0 12,0"))
    pen.form(body, color)
    with pen.inside(body):
        side = pen.side
        pen.gleam(blade([(side * 5, -38), (side * 11, -22), (side * 11, -10)], 3.4, 1), 0.4, 1)


@thing("potted_plant", 0.7, wide=0.9)
def potted_plant(pen: Pen) -> None:
    leaf = pen.pick("#4f7a4a", "#3f6a55", "#6a8a4a")
    for x, y, wide in (
        (-34, -62, 15),
        (33, -66, 15),
        (-20, -88, 15),
        (20, -92, 15),
        (0, -97, 14),
        (-40, -42, 13),
        (40, -44, 13),
        (6, -66, 13),
    ):
        pen.line(wave([(0, -34), (x * 0.3, -48), (x * 0.7, y + 14)]), tone(leaf, -0.08), 1.6)
        base, tip = (x * 0.25, -46 + (y + 60) * 0.2), (x, y)
        dx, dy = tip[0] - base[0], tip[1] - base[1]
        length = (dx * dx + dy * dy) ** 0.5
        nx, ny = -dy / length * wide * 0.5, dx / length * wide * 0.5
        mid = (base[0] + dx * 0.6, base[1] + dy * 0.6)
        shade = tone(leaf, pen.number(-0.06, 0.06))
        blade_path = loop(
            [
                base,
                base,
                (mid[0] + nx, mid[1] + ny),
                (tip[0] - dx * 0.08 + nx * 0.4, tip[1] - dy * 0.08 + ny * 0.4),
                tip,
                tip,
                (tip[0] - dx * 0.08 - nx * 0.4, tip[1] - dy * 0.08 - ny * 0.4),
                (mid[0] - nx, mid[1] - ny),
            ]
        )
        pen.form(blade_path, shade)
        with pen.inside(blade_path):
            pen.line([base, tip], tone(shade, 0.12), 0.9, 0.8)
    pen.form(turned(points("21,-30 21,-30 18,-6 16,0 16,0"), is_smooth=False), "#a85f40")
    pen.form(rect(-23, -36, 46, 9, 1.5), "#b56a48")
    with pen.detail():
        pen.flat(oval(0, -35, 20, 2), "#3a2a20")


@thing("sewing_machine", 0.32, "table", wide=1.4)
def sewing_machine(pen: Pen) -> None:
    """Black iron with a gold line, on its wooden foot."""
    iron, gold = "#26262b", "#c9a24e"
    pen.form(rect(-66, -10, 134, 10, 2), WOOD, down=0.8)
    pen.form(rect(-60, -18, 124, 9, 2), iron, down=0.8)
    body = loop(
        "-62,-66 -60,-84 -48,-92 -10,-88 26,-90 48,-84 56,-70 56,-18 56,-18 26,-18 "
        "26,-18 30,-44 22,-60 -2,-64 -32,-62 -38,-52 -40,-34 -56,-34 -58,-52"
    )
    pen.form(body, iron)
    with pen.inside(body):
        pen.line(wave("-56,-80 -40,-85 0,-80 34,-80 46,-70 48,-30"), gold, 1.3)
        pen.line(wave("-30,-68 0,-70 26,-66 36,-50 34,-26"), gold, 0.9)
        pen.gleam(wave("-60,-80 -46,-89 -8,-85 26,-87 46,-81 26,-83 -8,-81 -44,-84"), 0.35, 1.2)
    pen.line([(-48, -34), (-48, -20)], "#b9bcc2", 2)
    pen.flat("-53,-20 -43,-20 -43,-18 -53,-18", "#b9bcc2")
    pen.form(oval(63, -66, 8, 19), "#3a3a42")
    pen.ball(oval(65, -66, 4.5, 12), gold, 0.7)
    pen.form(rect(-6, -99, 8, 10, 1), pen.pick("#b3413a", "#3f6a8a", "#d9c27a"))
    pen.line(wave("-2,-94 -26,-92 -46,-84 -48,-60"), "#e6dfd2", 0.7)
    cloth = loop("-70,-20 -64,-23 -30,-21 -14,-19 -18,-12 -36,-4 -58,-2 -74,-6 -78,-14")
    pen.form(cloth, pen.pick("#b9c4cf", "#c98a7a", "#d9cfae"))
