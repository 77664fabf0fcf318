"""What stands on a table: to eat, to drink, to smoke."""

from __future__ import annotations

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, Shape, blade, loop, points, tone, turned, wave
from covers.engine.poster.scenes.things.registry import thing

CHINA = "#e6dfd2"
STEEL = "#a9adb3"
GLASS = "#cfd9da"


def steam(pen: Pen, x: float, y: float, tall: float) -> None:
    """Two wisps over something hot; part of no silhouette."""
    with pen.detail():
        for dx, lean in ((-4.0, 1.0), (5.0, -1.0)):
            line = [
                (x + dx, y),
                (x + dx + 5 * lean, y - tall * 0.35),
                (x + dx - 4 * lean, y - tall * 0.7),
                (x + dx + 3 * lean, y - tall),
            ]
            pen.gleam(blade(line, tall * 0.16, 0.5), 0.2, tall * 0.045)


def cup(pen: Pen, x: float, color: str, drink: str, size: float = 1.0, handle: int = 1) -> None:
    """A mug on its saucer, about 60 wide."""
    with pen.moved(x, 0, 0, size):
        pen.form(oval(0, -4, 42, 5.5), tone(color, -0.03))
        with pen.detail():
            pen.shade(oval(0, -5.5, 24, 2.6), 0.35, 1.2)
        pen.line(
            wave([(handle * 24, -46), (handle * 43, -48), (handle * 43, -24), (handle * 20, -17)]),
            tone(color, -0.08),
            7,
        )
        body = turned([(27, -56), (27, -56), (26.5, -36), (23, -16), (15, -7), (15, -7)])
        pen.form(body, color)
        pen.flat(oval(0, -56, 27, 5.6), tone(color, -0.1))
        with pen.inside(oval(0, -56, 25.4, 4.6)):
            pen.flat(oval(0, -54, 24, 4.4), drink)
            pen.gleam(oval(pen.side * 10, -54, 7, 1.2), 0.5, 0.6)
        with pen.inside(body):
            pen.gleam(blade([(pen.side * 18, -52), (pen.side * 17.5, -34), (pen.side * 13, -14)], 4, 1), 0.35, 1.2)


@thing("coffee", 0.13, "table", wide=1.2)
def coffee(pen: Pen) -> None:
    cup(pen, 0, pen.pick(CHINA, "#b9603f", "#4f6b78"), "#3a2114", 1.25)
    steam(pen, 0, -72, 30)
    with pen.moved():
        pen.line("-8,-99.5 -7.5,-100", "#ffffff", 0.2, 0.0)


@thing("two_cups", 0.12, "table", wide=1.9)
def two_cups(pen: Pen) -> None:
    """Two cups that face each other, one of them nearly empty."""
    first, second = pen.pick((CHINA), "#c9785a", "#d9c9a8"), pen.pick("#6f8794", "#8a5a4c", "#56624f")
    cup(pen, -48, first, "#3a2114", 1.06, -1)
    cup(pen, 48, second, tone(second, -0.16), 1.06, 1)
    steam(pen, -48, -64, 36)


@thing("rice_bowl", 0.14, "table", wide=1.35)
def rice_bowl(pen: Pen) -> None:
    """A bowl of rice with a spoon and chopsticks laid across its edge."""
    color = pen.pick("#e6e0d4", "#49606e", "#8a9a8c")
    rice = loop("-52,-62 -46,-76 -30,-88 -12,-95 6,-97 24,-91 40,-80 50,-66 54,-58 -54,-58")
    pen.ball(rice, "#f3efe6", 0.55)
    with pen.inside(rice):
        for _ in range(46):
            x, y = pen.number(-46, 46), pen.number(-96, -58)
            with pen.moved(x, y, pen.number(-60, 60)):
                pen.flat(oval(0, 0, 2.6, 1.1), tone("#f3efe6", pen.number(-0.09, 0.04)), 0.8)
    body = turned([(60, -62), (60, -62), (57, -40), (44, -18), (26, -8), (24, 0), (24, 0)])
    pen.form(body, color)
    with pen.inside(body):
        pen.line(wave([(-60, -55), (0, -46), (60, -55)]), tone(color, -0.16), 2)
        pen.gleam(blade([(pen.side * 46, -54), (pen.side * 42, -38), (pen.side * 30, -20)], 6, 1), 0.3, 2)
    pen.line(wave([(-60, -62), (-30, -57), (0, -55.5), (30, -57), (60, -62)]), tone(color, 0.07), 3)
    for drop in (0, 6):
        pen.line([(-6, -62 + drop), (66, -84 + drop * 0.4)], "#6b4128", 2.6)


@thing("kettle", 0.24, "table", wide=1.25)
def kettle(pen: Pen) -> None:
    color = pen.pick(STEEL, "#a8402f", "#c79a3e", "#50705f")
    pen.line(wave("-34,-58 -40,-92 -14,-99 14,-99 40,-92 34,-58"), "#2b2522", 5.5)
    spout = loop("34,-34 50,-44 58,-60 66,-66 70,-60 66,-48 58,-28 38,-16")
    pen.form(spout, tone(color, -0.04))
    body = turned([(8, -72), (8, -72), (26, -68), (42, -54), (47, -34), (46, -14), (40, -2), (36, 0), (36, 0)])
    pen.form(body, color)
    pen.form(oval(0, -69, 17, 4.5), tone(color, -0.06))
    pen.ball(oval(0, -75, 5, 4.5), "#2b2522")
    with pen.inside(body):
        pen.gleam(blade([(pen.side * 26, -64), (pen.side * 36, -42), (pen.side * 33, -12)], 8, 2), 0.4, 2.5)
        pen.shade(rect(-60, -8, 120, 10), 0.3, 2)
    steam(pen, 68, -68, 28)


@thing("pot", 0.22, "table", wide=1.7)
def pot(pen: Pen) -> None:
    """A stew pot with its lid ajar, in enamel."""
    color = pen.pick("#8a2f2a", "#2f4a58", "#c9a552", "#3c3c40")
    for side in (-1, 1):
        pen.line(wave([(side * 58, -52), (side * 76, -54), (side * 77, -42), (side * 58, -40)]), tone(color, -0.1), 6)
    body = turned([(62, -64), (62, -64), (62, -30), (58, -8), (50, 0), (50, 0)])
    pen.form(body, color)
    with pen.inside(body):
        pen.gleam(blade([(pen.side * 44, -62), (pen.side * 45, -34), (pen.side * 38, -6)], 9, 3), 0.32, 3)
    with pen.moved(4, -66, -4):
        lid = loop("-66,2 -66,-4 -50,-14 -26,-22 0,-25 26,-22 50,-14 66,-4 66,2 0,5")
        pen.form(lid, color, down=0.5)
        pen.line(wave("-66,1 0,5 66,1"), tone(color, 0.1), 2.4)
        pen.ball(oval(0, -29, 8, 6), "#2a2524")
    steam(pen, -48, -74, 26)


def bottle_of(pen: Pen, profile: str, color: str, label: str = "", cap: str = "", filled: float = 0.0) -> None:
    """Glass from a lathe profile; `filled`: the height of what is in it, as a negative y."""
    body = turned(points(profile))
    pen.form(body, color, 0.9)
    with pen.inside(body):
        if filled:
            pen.shade([(-60, filled), (60, filled), (60, 4), (-60, 4)], 0.28)
        pen.gleam([(pen.side * 9, -90), (pen.side * 12, -90), (pen.side * 13, -4), (pen.side * 8, -4)], 0.35, 0.8)
        pen.shade([(-pen.side * 11, -66), (-pen.side * 18, -66), (-pen.side * 18, 0), (-pen.side * 11, 0)], 0.3, 1.4)
        if label:
            pen.form([(-30, -46), (30, -46), (30, -16), (-30, -16)], label)
            pen.line([(-30, -42), (30, -42)], tone(label, -0.3), 1.0)
            pen.line([(-30, -20), (30, -20)], tone(label, -0.3), 1.0)
    if cap:
        pen.form(rect(-5, -100, 10, 9, 1), cap)


@thing("bottle", 0.3, "table", wide=0.32)
def bottle(pen: Pen) -> None:
    color = pen.pick("#33513a", "#5a3a22", "#2f4a58")
    bottle_of(pen, "4.6,-99 4.6,-99 5,-80 6,-70 13,-61 14.6,-54 14.6,-8 13.6,0 13.6,0", color, "#e2d6bc", "#7a3030")


@thing("soju", 0.215, "table", wide=0.95)
def soju(pen: Pen) -> None:
    """The green bottle, and two small glasses."""
    with pen.moved(-12, 0):
        bottle_of(pen, "6,-99 6,-99 6,-82 8,-72 15,-60 16,-52 16,-8 15,0 15,0", "#2f8a54", "#eef2ea", "#3f9a5c", -60)
        with pen.inside(rect(-16, -46, 32, 30)):
            pen.flat(oval(0, -31, 9, 9), "#cf4634", 0.9)
    for x, near in ((17.0, 0.0), (38.0, 1.0)):
        with pen.moved(x, near):
            glass = turned([(10, -30), (10, -30), (8.6, -6), (8, 0), (8, 0)], is_smooth=False)
            pen.form(glass, GLASS, 0.8)
            with pen.inside(glass):
                pen.shade([(-12, -22), (12, -22), (12, 4), (-12, 4)], 0.14)
                pen.gleam(
                    [(pen.side * 4, -29), (pen.side * 6.4, -29), (pen.side * 5.4, -4), (pen.side * 3.6, -4)], 0.6, 0.5
                )
            pen.line(wave([(-10, -30), (0, -28), (10, -30)]), "#f4fbfa", 1.0)


@thing("milk_bottle", 0.24, "table", wide=0.46)
def milk_bottle(pen: Pen) -> None:
    body = turned(points("11,-96 11,-96 10,-84 11,-76 19,-62 22,-52 22,-8 20,0 20,0"))
    pen.form(body, "#f1efe8", 0.75)
    pen.form(rect(-12.5, -100, 25, 8, 2), "#5f86a8")
    with pen.inside(body):
        pen.flat(rect(-30, -93, 60, 11), GLASS, 0.9)
        pen.gleam([(pen.side * 13, -64), (pen.side * 17, -60), (pen.side * 17, -6), (pen.side * 13, -4)], 0.6, 1.0)


@thing("wine", 0.22, "table", wide=0.6)
def wine(pen: Pen) -> None:
    """A glass of red."""
    pen.form(oval(0, -2.6, 24, 3.2), GLASS, 0.7)
    pen.rod([(0, -44), (0, -3)], GLASS, 3.4)
    bowl = turned([(21, -99), (21, -99), (27, -80), (27, -66), (18, -50), (3, -43), (2, -42), (2, -42)])
    pen.form(bowl, "#b9c4c6", 0.5)
    with pen.inside(bowl):
        pen.fade([(-30, -74), (30, -74), (30, -38), (-30, -38)], (-26, 0), (26, 0), ["#8a1f2c", "#5a1019", "#3a0a12"])
        pen.flat(oval(0, -74, 27, 3.6), "#a3303c")
        side = pen.side * 17
        pen.gleam(blade([(side, -94), (side * 1.25, -76), (side * 0.95, -58)], 3.4, 0.6), 0.75, 0.7)
    pen.line(wave([(-21, -99), (0, -97), (21, -99)]), "#eef4f4", 1.0, 0.8)


@thing("bread", 0.13, "table", wide=2.3)
def bread(pen: Pen) -> None:
    """A loaf with its first slice cut."""
    crust, crumb = "#b5763a", "#ecd7a8"
    loaf = loop("-100,-4 -106,-40 -96,-80 -66,-97 -20,-100 30,-98 52,-90 62,-70 60,-36 58,-2 0,0")
    pen.form(loaf, crust, down=0.7)
    with pen.inside(loaf):
        for x in (-72, -38, -4, 30):
            pen.flat(blade([(x, -99), (x + 12, -84), (x + 16, -66)], 9, 1), "#e2bd82", 0.8)
        pen.shade(rect(-120, -16, 240, 20), 0.25, 5)
    face = loop("44,-2 40,-40 38,-70 48,-92 66,-96 82,-90 90,-70 88,-38 84,0")
    pen.form(face, crust)
    pen.ball(loop("50,-6 46,-40 45,-68 52,-86 66,-89 78,-84 84,-68 82,-38 79,-5"), crumb, 0.5)
    with pen.moved(104, 0, 4):
        pen.form(loop("-4,0 -14,-34 -16,-64 -6,-84 8,-88 18,-80 20,-60 16,-30 16,0"), crust)
        pen.ball(loop("-1,-4 -9,-34 -10,-62 -3,-78 7,-81 14,-75 15,-58 11,-30 12,-4"), crumb, 0.5)


@thing("cake", 0.2, "table", wide=1.2, glows=True)
def cake(pen: Pen) -> None:
    """A birthday cake with burning candles."""
    cream, base = "#f0e4d6", pen.pick("#8a4a3c", "#d9a0a0", "#c9b08a")
    pen.form(oval(0, -3, 58, 5), CHINA)
    body = turned([(47, -58), (47, -58), (47, -4), (47, -4)], is_smooth=False)
    pen.form(body, base)
    with pen.inside(body):
        pen.line([(-50, -30), (50, -30)], cream, 5)
    top = loop(
        "-48,-54 -47,-62 -24,-66 0,-67 24,-66 47,-62 48,-54 42,-46 36,-53 "
        "29,-43 21,-52 12,-42 3,-51 -7,-41 -16,-52 -25,-44 -33,-53 -41,-46"
    )
    pen.form(top, cream)
    for x in (-26.0, -9.0, 9.0, 26.0):
        pen.form(rect(x - 1.6, -86, 3.2, 23), pen.pick("#d98a8a", "#8fb0c9", "#e6c56a"))
        pen.shine(
            loop([(x, -100), (x - 2.8, -93), (x - 2.4, -88.5), (x, -87), (x + 2.4, -88.5), (x + 2.8, -93)]),
            "#ffc25a",
            20,
            0.9,
        )
    for x in (-38, -19, 0, 19, 38):
        pen.ball(oval(x, -63 + abs(x) * 0.03, 4.6, 4.6), "#b3262c")


@thing("apple", 0.085, "table", wide=0.95)
def apple(pen: Pen) -> None:
    color = pen.pick("#b32a2a", "#c8452f", "#9aa83a")
    body = loop(
        "0,-74 -10,-81 -26,-80 -41,-68 -45,-46 -38,-20 -24,-3 -9,1 0,-3 9,1 24,-3 38,-20 45,-46 41,-68 26,-80 10,-81"
    )
    pen.ball(body, color)
    with pen.inside(body):
        pen.shade(oval(1, -76, 14, 6), 0.35, 2.5)
        for x in (-30, -18, -4, 12, 24):
            pen.flat(blade([(x * 0.4, -76), (x, -48), (x * 0.7, -12)], 2.2, 0.4), tone(color, 0.08), 0.35)
        pen.gleam(oval(pen.side * 20, -56, 7, 11), 0.4, 3)
    pen.line(wave("0,-72 1,-84 6,-95"), "#4a3320", 3.6)
    leaf = loop("5,-86 14,-98 30,-101 40,-93 28,-84 14,-82")
    pen.form(leaf, "#5f7a3a")
    with pen.inside(leaf):
        pen.line(wave("6,-86 20,-92 38,-94"), "#8fa65a", 1.1)


@thing("lemon", 0.075, "table", wide=1.7)
def lemon(pen: Pen) -> None:
    """One lemon and a half beside it."""
    skin = "#e6c02f"
    body = loop(
        "-76,-46 -70,-56 -58,-64 -44,-84 -20,-97 8,-97 28,-82 40,-62 46,-54 42,-40 34,-32 20,-10 -4,1 -30,0 -50,-16 -60,-36 -72,-38"
    )
    pen.ball(body, skin)
    with pen.inside(body):
        for _ in range(40):
            pen.flat(oval(pen.number(-60, 36), pen.number(-94, -2), 1.3, 1.0), tone(skin, -0.07), 0.6)
        pen.gleam(oval(pen.side * 18 - 14, -70, 14, 9), 0.4, 4)
    pen.ball(loop("6,-34 16,-60 40,-70 66,-62 80,-36 74,-10 52,2 24,0 8,-14"), skin)
    pen.ball(oval(43, -33, 32, 30), "#f4edc8", 0.3)
    for index in range(8):
        with pen.moved(43, -33, index * 45 + 10):
            pen.flat("M0 -3 L-8.5 -22 Q0 -28 8.5 -22 Z", "#ecd25a")
    with pen.detail():
        pen.gleam(oval(43 + pen.side * 10, -46, 7, 4), 0.5, 2)


@thing("cigarette", 0.09, "table", wide=1.45, glows=True)
def cigarette(pen: Pen) -> None:
    """In an ashtray of glass, its smoke rising."""
    with pen.detail():
        for lean in (1.0, -0.7):
            line: Shape = [
                (49, -46),
                (49 + 6 * lean, -60),
                (49 - 5 * lean, -74),
                (49 + 7 * lean, -88),
                (49 + 2 * lean, -100),
            ]
            pen.gleam(blade(line, 5, 1.2), 0.3, 1.6)
    pen.line("47,-98 47.4,-99.8", "#c9ccd2", 1.4, 0.6)
    tray = turned([(62, -26), (62, -26), (58, -8), (48, 0), (48, 0)], is_smooth=False)
    pen.form(tray, "#6f8a8c")
    pen.flat(oval(0, -26, 62, 9), "#8fa8a8")
    pen.flat(oval(0, -24, 52, 6.4), "#3f4c4e")
    for x, y in ((-20, -23), (-8, -21), (4, -24)):
        pen.flat(oval(x, y, 6, 2), "#9a9890")
    with pen.moved(8, -31, -16):
        pen.form(rect(-46, -4.6, 34, 9.2, 1), "#c98a4c", down=1.0)
        pen.form(rect(-13, -4.6, 48, 9.2, 0.5), "#f0ece2", down=1.0)
        pen.form(rect(34, -4.2, 6, 8.4, 1), "#8a8a88", down=1.0)
        pen.shine(oval(36.6, 0, 3.4, 4.2), "#ff7a2a", 12, 0.9)


@thing("mushroom", 0.14, wide=1.3)
def mushroom(pen: Pen) -> None:
    """Two of them, one taller."""
    for x, size, turn in ((34.0, 0.6, 7.0), (-14.0, 1.0, -3.0)):
        with pen.moved(x, 0, turn, size):
            stem = turned([(10, -60), (9, -40), (10, -16), (15, -2), (13, 0), (13, 0)])
            pen.form(stem, "#e6dcc6")
            gills = loop("-44,-56 -20,-50 0,-49 20,-50 44,-56 20,-66 -20,-66")
            pen.form(gills, "#cdbb9a")
            cap = loop("-50,-55 -48,-70 -36,-88 -16,-98 6,-99 28,-92 44,-74 50,-55 26,-60 0,-62 -26,-60")
            pen.ball(cap, "#a8382c")
            with pen.inside(cap):
                for dx, dy, r in (
                    (-28, -74, 6),
                    (-8, -88, 5),
                    (14, -76, 7),
                    (32, -66, 4.4),
                    (-42, -61, 3.4),
                    (-4, -67, 4),
                ):
                    pen.ball(oval(dx, dy, r, r * 0.8), "#efe6d4", 0.6)
    with pen.detail():
        pen.line("-30,0 -34,-12", "#55663a", 1.6)
