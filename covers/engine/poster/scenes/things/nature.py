"""What grows, burns, falls and melts."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.registry import thing

STEM = "#4f6a3f"


def leaf(pen: Pen, x: float, y: float, turn: float, long: float, color: str = STEM) -> None:
    with pen.moved(x, y, turn):
        path = loop(
            [
                (0, 0),
                (0, 0),
                (-long * 0.24, -long * 0.36),
                (-long * 0.16, -long * 0.74),
                (0, -long),
                (0, -long),
                (long * 0.16, -long * 0.74),
                (long * 0.24, -long * 0.36),
            ]
        )
        pen.form(path, color, 0.8)
        with pen.inside(path):
            pen.line([(0, 0), (0, -long)], tone(color, 0.1), long * 0.035)


@thing("rose", 0.6, "hand", wide=0.5)
def rose(pen: Pen) -> None:
    """One, cut."""
    color = pen.pick("#a3222c", "#8f1f3a", "#e6d3c4", "#d98a94")
    pen.line(wave("2,0 -2,-22 3,-44 0,-64"), STEM, 2.2)
    for x, y, turn, long in ((-1, -22, -62, 20), (1, -36, 58, 18), (0, -48, -50, 13)):
        leaf(pen, x, y, turn, long)
    for x, y, side in ((-1, -12, 1), (1, -30, -1), (2, -52, 1)):
        pen.flat([(x, y), (x + side * 3.4, y - 2.4), (x, y + 2.4)], tone(STEM, -0.08))
    for turn in (-70, -30, 30, 70):
        with pen.moved(0, -64, turn):
            pen.form(loop("-2.4,0 -2,-9 0,-14 2,-9 2.4,0"), tone(STEM, 0.02))
    petals = (
        ("-9,-93 -2,-100 7,-99 11,-92 7,-82 -7,-82", -0.14),
        ("-8,-92 -3,-97 3,-98 8,-93 7,-80 -6,-80", -0.05), ("-3,-95 2,-97 6,-93 4,-84 -3,-84", -0.13),
        ("0,-90 8,-95 15,-96 20,-89 " "17,-78 11,-67 1,-63 4,-76", -0.07),
        ("-2,-89 -9,-95 -16,-95 -21,-87 -18,-75 " "-10,-65 2,-62 5,-71 -3,-79", 0.0),
        ("-12,-80 -4,-86 6,-86 14,-81 13,-72 6,-64 -3,-62 -11,-69", 0.04),
    )  # fmt: skip
    for outline, shift in petals:
        path = loop(outline)
        pen.ball(path, tone(color, shift), 0.9)
        with pen.inside(path):
            pen.shade(oval(0, -60, 22, 11), 0.22, 4)
            pen.line(path, tone(color, shift + 0.1), 0.9, 0.9)
    with pen.detail():
        pen.line(wave("-18,-92 -11,-91 -4,-86"), tone(color, 0.12), 1.0, 0.8)
        pen.line(wave("18,-93 10,-91 4,-87"), tone(color, 0.08), 1.0, 0.8)


@thing("flower", 0.45, wide=0.62)
def flower(pen: Pen) -> None:
    """Wild ones, growing."""
    color, heart = pen.pick("#e9e4d8", "#d98aa0", "#8f9ad0", "#d9b24a"), pen.pick("#d9a441", "#8a5a2a")
    for x, lean, tall in (
        (-18.0, -9.0, 34.0),
        (-7.0, 4.0, 26.0),
        (6.0, -3.0, 30.0),
        (16.0, 9.0, 36.0),
        (0.0, 2.0, 22.0),
    ):
        pen.flat(
            blade([(x, 1), (x + lean * 0.3, -tall * 0.5), (x + lean, -tall)], 3, 0.3),
            tone(STEM, pen.number(-0.05, 0.05)),
        )
    for x, y, size, turn in ((-17.0, -64.0, 0.72, 20.0), (19.0, -58.0, 0.66, -14.0), (1.0, -84.0, 1.0, 6.0)):
        pen.line(wave([(x * 0.2, 0), (x * 0.4, y * 0.5), (x, y)]), STEM, 1.5)
        leaf(pen, x * 0.35, y * 0.42, 40 if x > 0 else -44, 16)
        with pen.moved(x, y, turn, size):
            for index in range(9):
                with pen.moved(0, 0, index * 40):
                    petal = loop("-1.6,-3 -4.4,-10 -3.4,-15 0,-16.4 3.4,-15 4.4,-10 1.6,-3")
                    pen.form(petal, tone(color, pen.number(-0.04, 0.04)), 0.6)
            pen.ball(oval(0, 0, 4.8, 4.4), heart)


@thing("sunflower", 1.8, wide=0.52)
def sunflower(pen: Pen) -> None:
    petal, heart = "#e0a42e", "#4a2f1c"
    pen.line(wave("0,0 -3,-30 2,-56 0,-76"), STEM, 3.2)
    for x, y, turn, long in ((-1, -26, -64, 24), (1, -40, 60, 22), (0, -14, 52, 18)):
        leaf(pen, x, y, turn, long, "#567a3f")
    for ring, count in ((1.0, 17), (0.84, 15)):
        for index in range(count):
            with pen.moved(0, -77, index * 360 / count + ring * 30):
                reach = -23.5 * ring
                path = loop([(-1.6, -8), (-3.4, reach * 0.7), (0, reach), (0, reach), (3.4, reach * 0.7), (1.6, -8)])
                pen.form(path, tone(petal, pen.number(-0.08, 0.05) - (1 - ring) * 0.2), 0.6)
    pen.ball(oval(0, -77, 11, 10.6), heart)
    with pen.detail():
        for index in range(60):
            radius, angle = 10 * math.sqrt(index / 60), index * 2.39996
            pen.flat(
                oval(radius * math.cos(angle), -77 + radius * math.sin(angle), 0.7, 0.6),
                tone(heart, 0.2 if index > 34 else 0.08),
                0.8,
            )


@thing("tree", 7.0, wide=0.86)
def tree(pen: Pen) -> None:
    """A broad one by itself; bare in winter, in blossom in spring."""
    season = pen.light.season if pen.light else ""
    bark = pen.pick("#4a3a2f", "#55473c")
    leaves = {"spring": "#e6b8c0", "autumn": "#b5652a", "summer": "#4a6f3f"}.get(season, "#55704a")
    trunk = loop("-9,1 -5,-6 -4,-24 -6,-40 0,-46 6,-40 4,-24 5,-6 10,1 3,0 0,-1 -3,0")
    branches = [
        ("0,-36 -8,-52 -22,-66 -30,-78", 4.0),
        ("0,-36 7,-54 20,-66 30,-76", 4.0),
        ("0,-38 -1,-58 -6,-78 -4,-92", 3.6),
        ("1,-40 9,-64 12,-84", 2.6),
        ("-6,-50 -20,-56 -34,-60", 2.4),
        ("6,-50 22,-54 36,-56", 2.4),
    ]
    pen.form(trunk, bark)
    for line, wide in branches:
        pen.flat(blade([(float(p.split(",")[0]), float(p.split(",")[1])) for p in line.split()], wide, 0.5), bark)
    if season == "winter":
        for _ in range(46):
            x, y = pen.number(-30, 30), pen.number(-86, -54)
            twig = [(x, y), (x + x * 0.14, y - 5), (x * 1.24 + pen.number(-3, 3), y - pen.number(7, 14))]
            pen.flat(blade(twig, 1.0, 0.15), bark)
    else:
        _crown(pen, leaves)


def _crown(pen: Pen, color: str) -> None:
    """Leaves in clumps, three layers of them from shade to light."""
    clumps = (
        (0, -76, 24), (-24, -64, 19), (25, -63, 19), (-14, -84, 17), (15, -84, 17), (-34, -55, 11), (35, -54, 11), (0, -58, 20),
    )  # fmt: skip
    leaf = ((-1, 0), (-0.5, -0.8), (0.4, -0.7), (1, -0.1), (0.5, 0.6), (-0.4, 0.7))
    for layer, shift in ((0, -0.12), (1, -0.02), (2, 0.08)):
        for cx, cy, radius in clumps:
            for _ in range(9 if layer else 12):
                angle, reach = pen.number(0, math.tau), radius * math.sqrt(pen.number(0, 1)) * (1.0 - 0.12 * layer)
                x = cx + reach * math.cos(angle) + pen.side * 2.2 * layer
                y = cy + reach * math.sin(angle) * 0.8 - 2.4 * layer
                if y - 3 > -99:
                    size = pen.number(2.6, 5.4) * (1.15 - 0.22 * layer)
                    outline = loop([(x + size * across, y + size * down) for across, down in leaf])
                    pen.flat(outline, tone(color, shift + pen.number(-0.03, 0.03)), 0.92)


@thing("petals", 1.6, "air", wide=1.2)
def petals(pen: Pen) -> None:
    """Blossom let go by the wind."""
    color = pen.pick("#f0c9cf", "#e6b0bc", "#f2e2dc")
    for index in range(26):
        x, y = pen.number(-56, 56), -98 + 96 * (index + pen.number(0, 1)) / 26
        with pen.moved(x, y, pen.number(0, 360), pen.number(0.5, 1.25)):
            squash = pen.number(0.4, 1.0)
            path = loop(
                [
                    (0, 3.4),
                    (-2.6 * squash, 0.8),
                    (-2.2 * squash, -2.4),
                    (-0.5, -3.2),
                    (0, -2.3),
                    (0.5, -3.2),
                    (2.2 * squash, -2.4),
                    (2.6 * squash, 0.8),
                ]
            )
            pen.form(path, tone(color, pen.number(-0.06, 0.04)), 0.8)


@thing("fire", 0.9, wide=0.95, glows=True)
def fire(pen: Pen) -> None:
    """A campfire."""
    for x, y, turn in ((-4.0, -7.0, 13.0), (5.0, -7.0, -15.0), (0.0, -4.0, 2.0)):
        with pen.moved(x, y, turn):
            log = loop("-40,-4 -40,-4 38,-5 38,-5 40,0 38,5 38,5 -40,5 -40,5 -42,0")
            pen.form(log, "#4a3426", down=1.2)
            pen.ball(oval(39, 0, 3, 5), "#a8845c")
            with pen.inside(log):
                pen.line("-38,-1 36,-2", "#2a1c14", 0.9)
    for x in (-42.0, -24.0, 26.0, 43.0):
        pen.ball(oval(x, -3, 8, 5), "#6a6662")
    tongues = []
    for index in range(17):
        share = (index + 0.5) / 17 * 2 - 1
        tall = (86 - 52 * abs(share) ** 1.3) * pen.number(0.72, 1.05)
        lean = share * -9 + pen.number(-6, 6)
        tongues.append((share * 27, min(92.0, tall), lean, pen.number(9, 14) * (1.15 - 0.4 * abs(share))))
    for part, color, strength, reach in (
        (1.0, "#e0541c", 0.5, 0.0),
        (0.72, "#ff9a2e", 0.6, 0.0),
        (0.44, "#ffe08a", 0.75, 0.0),
    ):
        for x, tall, lean, wide in tongues:
            if abs(x) > 27 * part + 3:
                continue
            y = -9.0
            line = [
                (x * 0.86, y),
                (x + lean * 0.1 + 2.5, y - tall * part * 0.3),
                (x + lean * 0.5 - 2.5, y - tall * part * 0.66),
                (x + lean, y - tall * part),
            ]
            pen.shine(blade(line, wide * (0.6 + 0.4 * part), 0.4), color, reach, strength)
    pen.shine(oval(0, -16, 17, 8), "#ffc25a", 74, 0.35)
    for _ in range(9):
        pen.shine(oval(pen.number(-28, 28), pen.number(-98, -60), 0.7, 0.7), "#ffb04a", 2, 0.9)


@thing("snowman", 1.5, wide=0.72)
def snowman(pen: Pen) -> None:
    """With a scarf, a little melted."""
    snow, scarf = "#e9eef2", pen.pick("#b3302c", "#35577a", "#4f7a5a")
    pen.form(loop("-36,2 -26,-5 0,-6 26,-5 37,2"), tone(snow, -0.02), down=0.6)
    pen.line(wave("-17,-50 -28,-56 -34,-66"), "#4a3626", 1.8)
    pen.line(wave("17,-50 29,-54 35,-62"), "#4a3626", 1.8)
    for line in ("-30,-60 -36,-61", "31,-57 37,-57"):
        pen.line(line, "#4a3626", 1.2)
    for y, rx, ry in ((-21, 26, 22), (-51, 18.6, 17), (-76, 13.6, 13)):
        pen.ball(
            loop(
                [
                    (rx * math.cos(math.tau * i / 14) * pen.number(0.97, 1.03), y + ry * math.sin(math.tau * i / 14))
                    for i in range(14)
                ]
            ),
            snow,
            0.85,
        )
    band = loop("-14,-66 -8,-63 0,-62 9,-63 14,-66 15,-61 8,-57 -2,-57 -12,-59")
    pen.form(band, scarf)
    pen.form(loop("6,-61 13,-61 16,-44 18,-36 11,-35 8,-46"), tone(scarf, -0.05))
    pen.form("-1,-77 13,-73 -1,-72", "#d9832e")
    with pen.detail():
        for x, y, r in (
            (-4.6, -80, 1.5),
            (5.4, -80, 1.5),
            (1, -50, 1.7),
            (1.6, -42, 1.7),
            (1, -32, 1.9),
            (0, -22, 1.9),
        ):
            pen.ball(oval(x, y, r, r), "#1d1d20")
    with pen.moved(0, -86, -7):
        pen.form(loop("-16,1 -14,-2 0,-3 14,-2 16,1 0,3"), "#2b2a2e")
        pen.form("-9,-1 -8,-13 8,-13 9,-1", "#2b2a2e")
        pen.flat("-9,-1.5 -8.6,-5 8.6,-5 9,-1.5", scarf)


@thing("footprint", 0.6, "air", wide=1.0)
def footprint(pen: Pen) -> None:
    """A trail that leads away, seen along the ground."""
    color = "#4a4038"
    for index in range(8):
        near = 1 - index / 8
        size, y = 0.3 + 0.9 * near**1.4, -97 * (1 - near**1.3)
        bend = 26 * (1 - near) * math.sin(1.2 + index * 0.42)
        x = (15 if index % 2 else -15) * size + bend
        with pen.moved(x, y, 6 if index % 2 else -6, size):
            sole = loop("-4.6,-8 -7,-13 -7.2,-19 -4,-23.6 1,-24.4 6,-21 7.2,-15 5.4,-9 4.6,-7.4 0,-7")
            heel = loop("-4.2,-4.6 -4.4,-1.6 -2,0 2,0 4.4,-1.6 4.2,-4.6 0,-5.2")
            for path in (sole, heel):
                pen.flat(path, color, 0.6)
                with pen.inside(path):
                    for line in range(-24, 0, 3):
                        pen.line([(-9, line), (9, line - 1)], "#1d1814", 0.8, 0.35)
                    pen.shade(oval(-pen.side * 5, -12, 5, 14), 0.28, 2)
            with pen.detail():
                pen.line(wave("5.4,-8.6 7.4,-15 6,-21 1,-24.6 -4,-23.8"), "#e6dfd2", 0.8, 0.35)


@thing("fireworks", 60.0, "sky", wide=1.1, glows=True)
def fireworks(pen: Pen) -> None:
    """Three bursts."""
    colors = ("#ffd27a", "#ff8a8a", "#9ad0ff", "#b8ffb0", "#ffb0e6")
    for cx, cy, radius, count in ((-8.0, -60.0, 38.0, 44), (32.0, -28.0, 20.0, 26), (-36.0, -24.0, 17.0, 24)):
        color = pen.pick(*colors)
        for index in range(count):
            angle, ring = math.tau * index / count + pen.number(-0.07, 0.07), pen.rng.choice((0.6, 0.86, 1.0))
            reach, drop = radius * ring * pen.number(0.9, 1.0), radius * 0.16 * ring
            along = [
                (cx + reach * part * math.cos(angle), cy + reach * part * math.sin(angle) + drop * part * part)
                for part in (1.0, 0.62, 0.24)
            ]
            pen.shine(blade([(x, min(-1.0, y)) for x, y in along], radius * 0.022, radius * 0.004), color, 0, 0.6)
            pen.shine(
                oval(along[0][0], min(-1.5, along[0][1]), radius * 0.024, radius * 0.024),
                tone(color, 0.08),
                radius * 0.07,
                0.9,
            )
        pen.shine(oval(cx, cy, radius * 0.05, radius * 0.05), "#fff6e0", radius * 1.2, 0.6)
