"""What is on the water, at it, and under it."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.home import IRON
from covers.engine.poster.scenes.things.registry import thing


def waterline(pen: Pen, half: float, width: float = 3.0) -> None:
    """A dark hull in its own reflection, and light along it; part of no silhouette."""
    with pen.detail():
        pen.shade([(-half, -width), (half, -width), (half * 0.94, 1), (-half * 0.94, 1)], 0.3, width * 0.4)
        pen.line([(-half * 0.9, 0.6), (half * 0.9, 0.6)], "#dfe8ee", 0.8, 0.4)


@thing("boat_leaving", 4.2, "water", wide=1.5, glows=True)
def boat_leaving(pen: Pen) -> None:
    """A small ferry from behind and aside, its stern lamp lit, its wake behind it."""
    hull_color, white = pen.pick("#2f4a63", "#7a2f2a", "#2f5a50", "#3a3f48"), "#dcdad2"
    with pen.detail():
        for side, alpha in ((-1, 0.4), (1, 0.28)):
            pen.gleam(blade([(-40, -1), (-64, 2.4 + side), (-96, 6 + side * 4)], 3.4, 0.6), alpha, 1.0)
    hull = loop("-70,-30 -70,-30 -66,-6 -60,0 -60,0 52,0 52,0 66,-14 78,-35 78,-35 30,-30 -30,-29")
    pen.form(hull, hull_color, down=0.9)
    with pen.inside(hull):
        pen.line(wave("-72,-24 0,-23 76,-30"), white, 2.2)
        pen.flat(rect(-90, -6, 180, 8), "#6a2a26")
    pen.form(loop("-56,-29 -56,-29 -55,-52 -55,-52 40,-52 40,-52 46,-29 46,-29"), white, down=0.7)
    pen.form(loop("-34,-52 -34,-52 -33,-72 -33,-72 22,-72 22,-72 30,-52 30,-52"), tone(white, -0.03), down=0.7)
    pen.plane("-40,-75 30,-75 30,-71.6 -40,-71.6", tone(white, -0.12))
    pen.form("-22,-75 -21,-94 -8,-94 -7,-75", hull_color)
    pen.flat("-21.4,-90 -7.6,-90 -7.5,-85 -21.6,-85", "#e6d8b0")
    pen.line("12,-75 12,-100", "#8a8f94", 1.3)
    pen.line("12,-98 -14,-80", "#8a8f94", 0.5)
    for x in range(-48, 36, 12):
        pen.shine(rect(x, -46, 7.5, 8, 1), pen.light.lamp if pen.light else "#ffc477", 5, 0.85)
    for x in (-26, -12, 2):
        pen.shine(rect(x, -67, 9.5, 8, 1), pen.light.lamp if pen.light else "#ffc477", 5, 0.85)
    pen.flat("14,-67 25,-67 27,-59 14,-59", "#3a4a5a")
    for x in range(-64, -52, 6):
        pen.line([(x, -30), (x, -40)], "#b9bcc0", 0.9)
    pen.line("-70,-40 -56,-40", "#b9bcc0", 0.9)
    pen.shine(oval(-66, -46, 2.2, 2.2), "#fff2cf", 22, 1.0)
    waterline(pen, 62)


@thing("ship", 30.0, "water", wide=2.8, glows=True)
def ship(pen: Pen) -> None:
    """A liner with rows of windows."""
    dark, white = pen.pick("#23282f", "#2f3f55", "#5a2a28"), "#dedbd2"
    hull = loop("-134,-34 -134,-34 -128,-10 -118,0 -118,0 112,0 112,0 128,-22 142,-43 142,-43 60,-38 -60,-36")
    pen.form(hull, dark, down=0.9)
    with pen.inside(hull):
        pen.flat(rect(-150, -7, 300, 9), "#7a2f2a")
        pen.line(wave("-140,-30 0,-32 142,-38"), white, 1.6)
    for outline in (
        "-116,-35 -114,-50 104,-50 112,-38",
        "-104,-50 -102,-62 84,-62 92,-50",
        "-86,-62 -84,-72 60,-72 66,-62",
    ):
        pen.plane(outline, white, 0.1, 0.06)
    pen.plane("40,-72 40,-80 66,-80 68,-72", tone(white, -0.02))
    for x in (-52, -16, 18):
        funnel = [(x - 8, -72), (x - 9.5, -99), (x + 4.5, -99), (x + 8, -72)]
        pen.form(funnel, "#a8412f")
        with pen.inside(funnel):
            pen.flat(rect(x - 14, -100, 30, 8), "#1d1d20")
    pen.line("78,-50 80,-94", "#8a8f94", 1.2)
    pen.line("-100,-50 -101,-88", "#8a8f94", 1.2)
    lamp = pen.light.lamp if pen.light else "#ffc477"
    for y, x0, x1 in ((-43, -108, 100), (-56.5, -96, 80), (-67, -78, 56)):
        with pen.detail():
            for x in range(x0, x1, 7):
                pen.shine(rect(x, y - 1.5, 3.4, 3, 0.6), lamp, 0, 0.8)
    waterline(pen, 122)


@thing("sailboat", 9.0, "water", wide=0.78)
def sailboat(pen: Pen) -> None:
    hull_color, sail = pen.pick("#d9d6cc", "#35577a", "#7a3f30"), pen.pick("#efe8d8", "#e6d9b8", "#c9665a")
    pen.rod("2,-8 2,-100", "#8a6a4a", 1.5)
    main = "M-1 -96 Q-20 -50 -33 -18 L-1 -16 Z"
    pen.form(main, sail, 0.8)
    with pen.inside(main):
        for y in (-72, -50, -32):
            pen.line(wave([(-40, y + 4), (-16, y), (2, y + 1)]), tone(sail, -0.1), 0.7)
        pen.shade(blade("-2,-92 -8,-50 -4,-16", 5, 3), 0.15, 2)
    jib = "M5 -90 Q22 -48 36 -16 Q18 -20 5 -18 Z"
    pen.form(jib, tone(sail, -0.03), 0.8)
    pen.rod("-34,-16 3,-14", "#8a6a4a", 1.4)
    hull = loop("-38,-12 -38,-12 -32,-2 -26,0 -26,0 24,0 24,0 34,-6 42,-13 42,-13 0,-10")
    pen.form(hull, hull_color, down=0.8)
    with pen.inside(hull):
        pen.line(wave("-38,-9 0,-7.4 42,-10"), tone(hull_color, -0.2), 1)
    waterline(pen, 28, 2)


@thing("paper_boat", 0.12, "water", wide=1.9)
def paper_boat(pen: Pen) -> None:
    """Folded from a page with writing on it."""
    paper = pen.pick("#f1ece0", "#e6d9b8", "#d6e0e6")
    pen.plane("-2,-98 -38,-30 34,-30", tone(paper, 0.0), 0.3, 0.1)
    pen.plane("-2,-98 6,-30 34,-30", tone(paper, -0.12), -0.2, 0.06)
    back = "-94,-58 -40,-30 34,-30 94,-58 44,-14 -46,-14"
    pen.plane(back, tone(paper, -0.18), -0.4)
    front = "-94,-58 -46,0 46,0 94,-58 36,-27 -38,-27"
    pen.plane(front, paper, 0.2, 0.12)
    with pen.inside(front):
        pen.plane("4,-30 94,-58 46,0 8,0", tone(paper, -0.07))
        for y in (-22, -16, -10, -5):
            pen.line([(-60, y), (-6 + y * 0.3, y)], "#6a7a9a", 0.9, 0.5)
        pen.line("-38,-27 -46,0", tone(paper, -0.1), 0.8)
    waterline(pen, 46, 3)


@thing("lighthouse", 22.0, wide=0.75, glows=True)
def lighthouse(pen: Pen) -> None:
    """On its rock, its lamp lit."""
    red, white = pen.pick("#a8352c", "#2f4a63", "#2b2c30"), "#e6e2d8"
    rock = loop("-36,2 -34,-6 -24,-10 -14,-14 4,-15 18,-11 28,-8 37,2")
    pen.form(rock, "#55504a", 1.2, down=0.8)
    with pen.inside(rock):
        for x in (-24.0, -8.0, 10.0, 24.0):
            pen.flat(blade([(x, 2), (x + 3, -6), (x - 1, -14)], 3, 0.4), "#3a3632", 0.7)
    tower = "-10.5,-13 -6.6,-80 6.6,-80 10.5,-13"
    pen.form(tower, white)
    with pen.inside(tower):
        for top in (-66, -40):
            pen.fade(
                rect(-14, top, 28, 13),
                (-10 * -pen.side, 0),
                (10 * -pen.side, 0),
                [tone(red, 0.06), red, tone(red, -0.14)],
            )
        for y in (-56, -30):
            pen.flat(rect(-1.4, y, 2.8, 5, 1.4), "#2b2c30")
        pen.flat(rect(-2.4, -20, 4.8, 8, 2), "#4a3a30")
    pen.form(rect(-9, -82.4, 18, 2.8, 0.6), "#2b2c30")
    pen.flat("-5,-82 -5,-92 5,-92 5,-82", "#c9b88a")
    pen.shine("-4.4,-82.6 -4.4,-91.6 4.4,-91.6 4.4,-82.6", "#ffeeb8", 48, 1.0)
    pen.form(loop("-6.6,-91.4 -6.6,-91.4 -3,-96 0,-97.4 3,-96 6.6,-91.4 6.6,-91.4"), red)
    pen.line("0,-97 0,-100", "#2b2c30", 0.9)
    with pen.front():
        for x in (-2.2, 2.2):
            pen.line([(x, -82.6), (x, -91.6)], "#2b2c30", 0.6)
        for x in (-8.4, -5.0, 5.0, 8.4):
            pen.line([(x, -82.4), (x, -86.4)], "#2b2c30", 0.5)
        pen.line("-8.6,-86.2 8.6,-86.2", "#2b2c30", 0.5)
    pen.form(rect(14, -22, 14, 11), white)
    pen.form("12,-22 21,-28 30,-22", red)


@thing("lifebuoy", 0.75, "wall")
def lifebuoy(pen: Pen) -> None:
    """Red and white, its rope around it."""
    white, red = "#e9e4d8", "#b3382c"
    ring = [(38 * math.cos(math.tau * i / 40), -50 + 38 * math.sin(math.tau * i / 40)) for i in range(40)]
    pen.curve(ring, white, 21, is_closed=True)
    with pen.detail():
        for turn in range(4):
            arc = [
                (38 * math.cos(math.radians(turn * 90 + 22 + a)), -50 + 38 * math.sin(math.radians(turn * 90 + 22 + a)))
                for a in range(0, 50, 6)
            ]
            pen.line(wave(arc), red, 21, is_round=False)
        pen.curve([(x * 1.17, -50 + (y + 50) * 1.17) for x, y in ring], "#1d1d20", 4, 0.16, is_closed=True)
        pen.curve([(x * 0.84, -50 + (y + 50) * 0.84) for x, y in ring], "#1d1d20", 5, 0.22, is_closed=True)
        pen.curve([(x + pen.side * 1.4, y - 2) for x, y in ring], "#ffffff", 4, 0.22, is_closed=True)
    for turn in range(4):
        angle = math.radians(turn * 90 + 47)
        far = math.radians(turn * 90 + 137)
        sag = (46 * math.cos((angle + far) / 2) * 1.06, -50 + 46 * math.sin((angle + far) / 2) * 1.06)
        pen.line(
            wave(
                [
                    (48 * math.cos(angle), -50 + 48 * math.sin(angle)),
                    sag,
                    (48 * math.cos(far), -50 + 48 * math.sin(far)),
                ]
            ),
            "#cdbb8e",
            1.8,
        )


@thing("anchor", 1.4, wide=0.82)
def anchor(pen: Pen) -> None:
    iron = pen.pick(IRON, "#4a4640", "#3a4448")
    pen.curve(
        [(7 * math.cos(math.tau * i / 16), -91 + 7 * math.sin(math.tau * i / 16)) for i in range(16)],
        iron,
        3.6,
        is_closed=True,
    )
    pen.form("-4.6,-84 4.6,-84 5.4,-6 -5.4,-6", iron)
    pen.form(rect(-22, -76, 44, 7, 3.5), iron, down=1.2)
    arms = loop("-40,-36 -34,-18 -18,-5 0,0 18,-5 34,-18 40,-36 31,-24 16,-14 0,-11 -16,-14 -31,-24")
    pen.form(arms, iron)
    for side in (-1, 1):
        pen.form([(side * 40, -46), (side * 26, -27), (side * 42, -26)], iron)
    pen.line(wave("-6,-92 -22,-86 -24,-60 -12,-40 10,-30 22,-12 40,-2"), "#b39a6a", 3)


@thing("rope", 0.35, wide=1.6)
def rope(pen: Pen) -> None:
    """A coil of it, one end loose."""
    color = pen.pick("#b39a6a", "#a89478", "#8f8a7a")
    pen.line(wave("30,-8 60,-4 84,-14 98,-6"), color, 8)
    for index in range(5):
        y, wide = -17 - index * 15.6, 66 - index * 2.5
        pen.line(
            loop(
                [
                    (-wide, y),
                    (-wide * 0.6, y + 9),
                    (0, y + 10),
                    (wide * 0.6, y + 9),
                    (wide, y),
                    (wide * 0.6, y - 9),
                    (0, y - 10),
                    (-wide * 0.6, y - 9),
                ]
            ),
            tone(color, -0.14),
            16,
        )
        path = loop(
            [
                (-wide, y),
                (-wide * 0.6, y + 8),
                (0, y + 9),
                (wide * 0.6, y + 8),
                (wide, y),
                (wide * 0.6, y - 7),
                (0, y - 8),
                (-wide * 0.6, y - 7),
            ]
        )
        pen.line(path, color, 12)
        with pen.detail():
            for step in range(-7, 8):
                x = step / 8 * wide
                drop = 9 * math.sqrt(max(0.0, 1 - (step / 8) ** 2))
                pen.line([(x - 3, y + drop - 5), (x + 3, y + drop + 5)], tone(color, -0.18), 1.6)
                pen.line([(x, y + drop - 5), (x + 5, y + drop + 4)], tone(color, 0.09), 1.2)
    with pen.detail():
        pen.shade(oval(0, -81, 42, 6), 0.6, 2)


@thing("surfboard", 2.1, wide=0.36)
def surfboard(pen: Pen) -> None:
    """Stuck upright in the sand."""
    first, second = pen.pick("#e6dcc4", "#d9b24a", "#4f8a94"), pen.pick("#b3413a", "#2f4a63", "#e9e4d8")
    with pen.moved(0, 0, 5):
        board = loop("0,-100 -6,-94 -13,-70 -15,-42 -12,-14 -6,2 6,2 12,-14 15,-42 13,-70 6,-94")
        pen.form(board, first)
        with pen.inside(board):
            pen.flat("-4,-110 4,-110 4,4 -4,4", second)
            pen.line("0,-100 0,2", tone(first, -0.2), 0.7)
            pen.gleam(blade([(pen.side * 8, -84), (pen.side * 10, -46), (pen.side * 7, -14)], 3, 0.6), 0.4, 0.8)
    pen.form(loop("-18,2 -12,-3 -4,-5 8,-4 16,-1 20,2"), "#cdb68e")


@thing("fishing_rod", 2.2, wide=1.2)
def fishing_rod(pen: Pen) -> None:
    """Propped at the water, its line out, a bucket beside it."""
    pen.form("-42,-25 -40,0 -18,0 -16,-25", "#6f8a94")
    pen.flat(oval(-29, -25, 13, 2.6), "#3a4a52")
    pen.line(wave("-42,-25 -40,-38 -18,-38 -16,-25"), "#8a8f94", 1.0)
    pen.line("4,0 -1,-26", "#5a4632", 1.6)
    pen.line("4,0 8,-26", "#5a4632", 1.6)
    pen.line("-14,-6 30,-62", "#4a3626", 2.0)
    pen.line("30,-62 58,-99", "#4a3626", 1.1)
    pen.line("-16,-3 -4,-19", "#b39a6a", 3.2)
    pen.ball(oval(3, -23, 4, 4), IRON)
    pen.line(wave("58,-99 60,-60 57,-9"), "#e6e6e6", 0.5)
    pen.ball(oval(57, -7, 2.2, 3.2), "#c23a30")
    pen.flat(rect(55, -6.6, 4, 2.6, 1), "#efe9dc")


@thing("whale", 6.0, "sea", wide=2.6)
def whale(pen: Pen) -> None:
    """Under water the whole of it; at sea its back, its tail and its breath."""
    color, pale = pen.pick("#35424f", "#3f4a54", "#2f3f4c"), "#b9bdbb"
    if pen.scene == "under_water":
        swimming_whale(pen, color, pale)
        return
    with pen.detail():
        for x, lean, tall in ((62, -18, 52), (66, 14, 50), (64, -4, 60)):
            line = [(x, -50), (x + lean * 0.4, -50 - tall * 0.5), (x + lean, -50 - tall * 0.8)]
            pen.gleam(blade(line[::-1], 10, 2.5), 0.3, 2.6)
    body = loop("-70,3 -58,-16 -34,-38 -2,-50 34,-53 70,-50 100,-39 120,-20 127,3")
    pen.form(body, color, 1.2, down=1.2)
    with pen.inside(body):
        for index in range(8):
            y = -2 - index * 2.8
            pen.line(wave([(130, y + 4), (100, y - 3), (66 + index * 2, y + 3)]), tone(color, 0.14), 1.2, 0.8)
        pen.flat(oval(88, -19, 2.6, 2.0), "#0e1216")
        pen.gleam(loop("-44,-30 -4,-46 34,-49 72,-46 34,-46 -4,-42"), 0.4, 1.6)
        pen.shade([(-80, -8), (140, -8), (140, 6), (-80, 6)], 0.3, 3)
    pen.form(loop("-24,-40 -32,-54 -22,-57 -6,-46"), color)
    stock = loop("-112,3 -114,-26 -110,-50 -104,-66 -94,-66 -90,-46 -84,-22 -78,3")
    pen.form(stock, color)
    fluke = loop(
        "-99,-62 -112,-76 -126,-84 -136,-99 -114,-100 -104,-93 -99,-82 -93,-93 -82,-100 -62,-99 -72,-84 -86,-75"
    )
    pen.form(fluke, color, down=0.8)
    with pen.inside(fluke):
        pen.gleam(loop("-128,-95 -112,-95 -100,-82 -116,-88"), 0.3, 1)
    waterline(pen, 118, 4)


def swimming_whale(pen: Pen, color: str, pale: str) -> None:
    pen.form(loop("-96,-50 -112,-66 -130,-84 -126,-62 -120,-50 -130,-34 -128,-16 -112,-32"), tone(color, -0.04))
    body = loop("-104,-50 -70,-62 -30,-80 20,-92 70,-90 104,-76 124,-56 122,-40 100,-26 60,-20 10,-22 -40,-34 -80,-44")
    pen.form(body, color, 0.9, down=1.3)
    with pen.inside(body):
        pen.fade(loop("124,-48 96,-46 50,-42 0,-34 -40,-36 0,-14 60,-10 126,-22"), (0, -46), (0, -22), [color, pale])
        for index in range(9):
            y = -40 + index * 2.6
            pen.line(wave([(122, y - 2), (86, y + 3), (44 - index * 5, y + 1)]), tone(color, -0.06), 1.0, 0.7)
        pen.line(wave("124,-50 104,-46 84,-48"), tone(color, -0.16), 1.6)
        pen.flat(oval(86, -54, 2.6, 2.0), "#0b0e12")
        pen.gleam(loop("-30,-74 20,-87 70,-85 100,-74 60,-82 10,-80"), 0.25, 3)
    pen.form(loop("-30,-78 -40,-90 -28,-91 -12,-84"), tone(color, -0.02))
    fin = loop("56,-34 46,-22 28,-6 8,0 12,-10 24,-26 40,-38")
    pen.form(fin, tone(color, -0.05))
    with pen.inside(fin):
        pen.gleam(loop("50,-32 34,-16 14,-3 30,-20"), 0.18, 1.5)


@thing("fish", 0.22, "air", wide=1.9)
def fish(pen: Pen) -> None:
    """A carp, swimming."""
    color, belly = pen.pick("#c8552f", "#8a949a", "#d9953c", "#4f7a8a"), "#efe6d4"
    tail = loop("-50,-50 -62,-62 -88,-88 -96,-92 -88,-66 -80,-50 -90,-30 -97,-8 -84,-14 -62,-36")
    pen.form(tail, tone(color, -0.04), down=0.6)
    with pen.inside(tail):
        for y in (-86, -68, -50, -34, -16):
            pen.line([(-50, -50), (-98, y)], tone(color, -0.14), 0.8)
    pen.form(loop("-26,-78 -16,-98 6,-100 24,-92 32,-80 0,-80"), tone(color, -0.06))
    pen.form(loop("-10,-24 -20,-2 -8,-4 6,-22"), tone(color, -0.06))
    body = loop("-58,-50 -40,-64 -10,-82 28,-84 62,-74 86,-56 94,-46 86,-36 62,-24 26,-17 -12,-22 -42,-38")
    pen.form(body, color, 0.8, down=1.0)
    with pen.inside(body):
        pen.fade(rect(-70, -44, 180, 40), (0, -40), (0, -18), [color, belly], [0.0, 0.9])
        for row in range(7):
            for column in range(12):
                x, y = -46 + column * 8.6 + (row % 2) * 4.3, -80 + row * 9
                if x < 48:
                    pen.line(wave([(x + 2, y - 4), (x + 6.4, y), (x + 2, y + 4)]), tone(color, -0.1), 0.9, 0.7)
        pen.line(wave("52,-76 44,-52 54,-26"), tone(color, -0.16), 1.8)
        pen.gleam(loop("-30,-70 0,-79 40,-78 10,-74"), 0.35, 2)
    pen.form(loop("42,-44 30,-36 18,-22 28,-20 42,-30"), tone(color, -0.08))
    with pen.detail():
        pen.ball(oval(71, -54, 3.8, 3.6), "#d9c89a")
        pen.flat(oval(71.5, -54, 2.2, 2.2), "#15171a")
        pen.line(wave("95,-45 88,-41 82,-40"), tone(color, -0.2), 1.2)
