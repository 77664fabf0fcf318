"""Toys and games."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, rect, union
from covers.engine.poster.scenes.modelling import Pen, blade, loop, shape, tone, turned, wave
from covers.engine.poster.scenes.things.beasts import beast, limb
from covers.engine.poster.scenes.things.home import BRASS, WOOD
from covers.engine.poster.scenes.things.registry import thing


@thing("teddy", 0.35, "table", wide=0.85)
def teddy(pen: Pen) -> None:
    """Worn, sitting, one ear mended."""
    color = pen.pick("#a87a4c", "#8a6242", "#c9a878")
    pale = tone(color, 0.13)
    for x in (-17.0, 17.0):
        pen.ball(oval(x, -91, 9, 8.6), tone(color, -0.03))
        pen.ball(oval(x, -90.4, 5, 4.8), pale, 0.5)
    pen.ball(loop("-24,-8 -27,-26 -20,-46 -8,-52 8,-52 20,-46 27,-26 24,-8 10,-2 -10,-2"), color)
    pen.ball(oval(0, -24, 15, 17), pale, 0.5)
    for side in (-1, 1):
        pen.form(limb(f"{side * 18},-45 {side * 31},-36 {side * 34},-22", "13 13 11"), tone(color, 0.01))
        pen.form(limb(f"{side * 14},-10 {side * 26},-8 {side * 33},-9", "17 16 15"), color)
        pen.ball(oval(side * 34, -10, 8.6, 9.4), pale, 0.6)
    pen.ball(oval(0, -72, 24, 21), color)
    pen.ball(oval(0, -65, 12, 9.4), pale, 0.5)
    with pen.detail():
        for x in (-8.6, 8.6):
            pen.ball(oval(x, -75, 2.5, 2.6), "#1d1612")
        pen.ball(oval(0, -69.4, 3.6, 2.6), "#2a1d16")
        pen.line(wave("0,-67 0,-63 -4,-61"), "#2a1d16", 1)
        pen.line(wave("0,-63 4,-61.6"), "#2a1d16", 1)
        pen.line("0,-50 0,-4", tone(color, -0.12), 0.7)
        for y in (-94.0, -90.0, -86.0):
            pen.line([(14, y), (20, y + 1)], "#5a3a2a", 0.9)
        for _ in range(70):
            x, y = pen.number(-22, 22), pen.number(-90, -6)
            pen.flat(
                blade([(x, y), (x + 1, y + 1.6), (x + 1.6, y + 3)], 0.6, 0.1), tone(color, pen.number(-0.08, 0.06)), 0.5
            )
    pen.form(loop("-2,-52 -12,-58 -15,-49 -12,-45"), "#a3302a")
    pen.form(loop("2,-52 12,-58 15,-49 12,-45"), "#a3302a")
    pen.ball(oval(0, -51, 3.4, 3.2), "#8f2b26")


@thing("doll", 0.42, "table", wide=0.62)
def doll(pen: Pen) -> None:
    """A rag doll, sitting, its arms hanging."""
    cloth, skin, yarn = pen.pick("#a3302a", "#5f7a94", "#c98a3c"), "#e6cfb4", pen.pick("#8a4a24", "#3a2a20", "#c98a3c")
    for side in (-1, 1):
        pen.form(limb(f"{side * 7},-18 {side * 15},-10 {side * 19},-6", "9 8 7"), "#d9d4c8")
        pen.ball(oval(side * 21, -7, 6, 7), "#2a2422")
        pen.form(limb(f"{side * 9},-52 {side * 20},-40 {side * 22},-26", "8.6 8 6.6"), skin)
    pen.ball(loop("-22,-78 -25,-62 -22,-52 -14,-50 14,-50 22,-52 25,-62 22,-80 12,-97 0,-100 -12,-97"), yarn)
    skirt = loop("-10,-54 -13,-40 -25,-16 -14,-10 0,-12 14,-10 25,-16 13,-40 10,-54 0,-58")
    pen.form(skirt, cloth)
    with pen.inside(skirt):
        for x in (-16.0, -9.0, -2.0, 6.0, 13.0):
            pen.flat(blade([(x * 1.3, -10), (x, -30), (x * 0.5, -52)], 2.6, 0.4), tone(cloth, -0.1), 0.7)
        for _ in range(26):
            pen.flat(oval(pen.number(-22, 22), pen.number(-50, -12), 1, 1), "#efe6d4", 0.8)
    pen.form(loop("-8,-34 -7,-48 7,-48 8,-34 11,-20 -11,-20"), "#efe8dc")
    pen.ball(oval(0, -74, 18, 18.6), skin, 0.7)
    with pen.detail():
        pen.form(loop("-19,-78 -14,-92 0,-96 14,-92 19,-78 10,-86 2,-88 -6,-85 -13,-82"), yarn)
        for x in range(-14, 16, 4):
            pen.line(wave([(x * 0.6, -95), (x, -88), (x * 1.2, -82)]), tone(yarn, -0.1), 0.8)
        for x in (-6.6, 6.6):
            pen.ball(oval(x, -74, 2.2, 2.4), "#1d1a1c")
            pen.flat(oval(x * 1.5, -67.6, 3.4, 2.4), "#d98a80", 0.6)
        pen.line(wave("-4,-65.6 0,-63.8 4,-65.6"), "#8f2b26", 1.2)
        for x in (-19, 19):
            pen.line([(x - 3, -56), (x + 3, -54)], "#a3302a", 2.6)


@thing("rocking_horse", 0.85, wide=1.15)
def rocking_horse(pen: Pen) -> None:
    wood = pen.pick("#c9a878", "#8a6242", "#d9d0bc")
    red = "#a3302a"
    pen.line(wave("-56,-10 -30,-3 0,-1.6 30,-3 56,-10"), tone(red, -0.06), 5)
    far = (limb("-22,-42 -32,-22 -40,-8", "12 8 6"), limb("20,-42 32,-24 40,-8", "12 8 6"))
    parts = (
        limb("-30,-50 -12,-50 10,-50 26,-54", "23 27 26 24"), limb("20,-58 30,-76 36,-88", "24 16 14"),
        limb("34,-88 44,-81 51,-74", "15 11 8"), limb("-24,-44 -27,-22 -31,-6", "14 9 7"), limb("22,-44 26,-24 31,-6", "14 9 7"),
    )  # fmt: skip
    body = beast(pen, wood, parts, far)
    with pen.inside(body):
        pen.gleam(loop("-34,-60 -10,-63 20,-64 0,-59"), 0.25, 2)
    pen.form(blade("-40,-56 -52,-46 -54,-24", 11, 2), "#4a3326")
    crest = loop("40,-96 34,-98 26,-90 18,-74 14,-62 20,-60 28,-70 36,-84")
    pen.form(crest, "#4a3326")
    pen.form("36,-96 39,-100 42,-93", wood)
    saddle = loop("-14,-64 -8,-69 8,-66 14,-63 13,-48 4,-44 -8,-45 -15,-50")
    pen.form(saddle, red)
    with pen.inside(saddle):
        pen.line(saddle, BRASS, 2)
    pen.line(wave("33,-84 42,-78 50,-80"), red, 1.8)
    pen.line(wave("46,-78 30,-70 12,-64"), red, 1.2)
    pen.rod("28,-82 42,-92", BRASS, 2.2)
    with pen.detail():
        pen.flat(oval(41.6, -86.6, 1.5, 1.5), "#1d1612")
    pen.line(wave("-58,-7 -32,1 0,2 32,1 58,-7"), red, 5)


@thing("toy", 0.2, "table", wide=1.35)
def toy(pen: Pen) -> None:
    """A wooden engine on a string."""
    red, blue, yellow = "#b3413a", "#35577a", "#d9a441"
    pen.line(wave("62,-26 74,-16 66,-4 84,-2"), "#e6dfd2", 1.4)
    pen.form(rect(-62, -32, 122, 10, 2), WOOD, down=0.8)
    pen.form(rect(-60, -84, 42, 54, 2), blue, down=0.4)
    pen.plane("-66,-92 -12,-92 -14,-83 -64,-83", red, 0.4)
    pen.flat(rect(-50, -74, 22, 20, 2), "#e6dcc4")
    pen.form(rect(-18, -64, 66, 34, 12), red, down=1.0)
    pen.form(oval(47, -47, 7, 17), tone(red, -0.12))
    pen.form("18,-62 15,-84 33,-84 30,-62", yellow)
    pen.form(rect(12, -90, 24, 7, 2), tone(yellow, -0.08))
    pen.ball(oval(-4, -66, 6, 6), yellow)
    pen.form("58,-22 74,-6 58,-6", yellow)
    for x, radius in ((-42.0, 17.0), (4.0, 13.0), (36.0, 13.0)):
        pen.ball(oval(x, -radius, radius, radius), yellow)
        with pen.detail():
            pen.line(oval(x, -radius, radius * 0.78, radius * 0.78), tone(yellow, -0.18), 1.4)
            pen.ball(oval(x, -radius, radius * 0.28, radius * 0.28), red)
    for x, y, radius in ((28.0, -96.0, 4.0),):
        with pen.detail():
            pen.gleam(oval(x, y, radius, radius), 0.2, 2)


@thing("ball", 0.24)
def ball(pen: Pen) -> None:
    """A football, kicked grey."""
    circle = oval(0, -50, 49, 49)
    pen.ball(circle, "#e6e2d8", 1.1)
    with pen.inside(circle):
        black = "#2a2a2e"

        def patch(
            x: float, y: float, radius: float, turn: float, squash: float = 1.0, lean: float = 0.0
        ) -> list[tuple[float, float]]:
            points = []
            for index in range(5):
                angle = math.radians(turn + 72 * index)
                px, py = radius * math.cos(angle), radius * math.sin(angle) * squash
                points.append(
                    (x + px * math.cos(lean) - py * math.sin(lean), y + px * math.sin(lean) + py * math.cos(lean))
                )
            return points

        center = patch(-3, -52, 15, -90)
        for index, (x, y) in enumerate(center):
            angle = math.radians(-90 + 72 * index)
            far = (-3 + 33 * math.cos(angle), -52 + 33 * math.sin(angle))
            pen.line([(x, y), far], "#8a867e", 1.3)
            outer = (-3 + 45 * math.cos(angle), -52 + 45 * math.sin(angle))
            cell = patch(outer[0], outer[1], 14, 0, 0.6, angle + math.pi / 2)
            pen.flat(cell, black)
            turn = angle + math.radians(36)
            mid = (-3 + 36 * math.cos(turn), -52 + 36 * math.sin(turn))
            pen.line([far, mid], "#8a867e", 1.3)
            following = math.radians(-90 + 72 * (index + 1))
            pen.line([mid, (-3 + 33 * math.cos(following), -52 + 33 * math.sin(following))], "#8a867e", 1.3)
        pen.flat(center, black)
        pen.shade(
            loop(
                [
                    (-pen.side * 60, -110),
                    (-pen.side * 20, -100),
                    (-pen.side * 26, -50),
                    (pen.side * 10, -6),
                    (pen.side * 20, 10),
                    (-pen.side * 60, 10),
                ]
            ),
            0.26,
            9,
        )
        pen.gleam(oval(pen.side * 20, -76, 14, 9), 0.4, 5)


@thing("dice", 0.03, "table", wide=1.9)
def dice(pen: Pen) -> None:
    """Two, thrown."""
    ivory = pen.pick("#ece4d2", "#a3302a", "#26262b")
    dot = "#26221f" if ivory == "#ece4d2" else "#efe9dc"
    for x, y, size, turn in ((-42.0, 0.0, 1.0, -8.0), (46.0, 2.0, 0.92, 14.0)):
        with pen.moved(x, y, turn, size):
            pen.plane(
                loop("-44,-62 -40,-66 0,-78 -4,-10 -1,0 -6,0 -40,-14 -44,-20"),
                ivory,
                -0.2 if pen.side > 0 else 0.3,
                0.1,
            )
            pen.plane(
                loop("44,-62 40,-66 0,-78 4,-10 1,0 6,0 40,-14 44,-20"), ivory, 0.3 if pen.side > 0 else -0.9, 0.1
            )
            pen.plane(
                loop("-43,-66 -36,-72 -6,-94 0,-96 6,-94 36,-72 43,-66 38,-58 4,-46 -4,-46 -38,-58"),
                tone(ivory, 0.05),
                0.6,
            )
            with pen.detail():
                for px, py in ((-16, -70), (0, -70), (16, -70), (0, -84), (0, -57)):
                    pen.flat(oval(px, py, 4.4, 2.8), dot)
                for px, py in ((-32, -50), (-12, -22), (-22, -36)):
                    pen.flat(oval(px, py, 3.2, 4.6), dot)
                for px, py in ((32, -50), (12, -42), (32, -28), (12, -18)):
                    pen.flat(oval(px, py, 3.2, 4.6), dot)


@thing("card", 0.09, "table", wide=1.3)
def card(pen: Pen) -> None:
    """Four aces, fanned."""
    red, black, paper = "#a3262c", "#1f1f24", "#f0ebe0"
    heart = shape("M0 9 C-16 -3 -13 -13 -6 -13 C-2 -13 0 -10 0 -8 C0 -10 2 -13 6 -13 C13 -13 16 -3 0 9 Z")
    spade = shape(
        "M0 -12 C-2 -6 -12 -2 -12 4 C-12 10 -3 10 -1 5 L-4 12 L4 12 L1 5 C3 10 12 10 12 4 C12 -2 2 -6 0 -12 Z"
    )
    club = union(
        oval(0, -6, 5.4, 5.4), oval(-6, 2.6, 5.4, 5.4), oval(6, 2.6, 5.4, 5.4), shape("-3.4,12 -0.8,0 0.8,0 3.4,12")
    )
    marks = ((heart, red), (club, black), (shape("0,-12 9,0 0,12 -9,0"), red), (spade, black))
    for index, turn in enumerate((-30, -10, 10, 30)):
        mark, color = marks[index]
        with pen.moved(0, 6, turn):
            path = loop("-27,-22 -27,-98 -24,-101 24,-101 27,-98 27,-22 24,-19 -24,-19")
            pen.plane(path, paper, 0.1 * (index - 1), 0.05)
            with pen.inside(path):
                pen.line(path, "#b9b2a4", 1.0)
                pen.shade([(-27, -104), (-24, -104), (-24, -16), (-27, -16)], 0.25, 1.5)
            with pen.detail():
                with pen.moved(2, -58, 0, 1.25):
                    pen.flat(mark, color)
                with pen.moved(-19, -90, 0, 0.42):
                    pen.flat(mark, color)


@thing("chess", 0.1, "table", wide=1.05)
def chess(pen: Pen) -> None:
    """A king and a knight on their squares."""
    light, dark = "#e0d3b4", "#3a2a20"
    board = "-52,-12 52,-12 58,0 -58,0"
    pen.plane(board, dark)
    with pen.inside(board):
        for row in range(2):
            for column in range(6):
                if (row + column) % 2:
                    x, y = -58 + column * 19.4, -12 + row * 6
                    pen.flat([(x, y), (x + 19.4, y), (x + 20, y + 6), (x + 0.6, y + 6)], light)
    with pen.moved(-18, -5, 0, 0.95):
        king = turned(
            [
                (4, -80),
                (10, -78),
                (12, -72),
                (6, -66),
                (7, -62),
                (5, -54),
                (6, -34),
                (11, -18),
                (9, -14),
                (16, -8),
                (16, 0),
                (16, 0),
            ]
        )
        pen.form(king, light)
        pen.form("-2,-82 -2,-88 -7,-88 -7,-93 -2,-93 -2,-99 2,-99 2,-93 7,-93 7,-88 2,-88 2,-82", light)
        with pen.inside(king):
            for y in (-66, -56, -16, -8):
                pen.line([(-20, y), (20, y)], tone(light, -0.16), 1.2)
    with pen.moved(24, -4, 0, 0.8):
        pen.form(turned([(11, -20), (11, -20), (10, -14), (17, -8), (17, 0), (17, 0)]), dark)
        knight = loop(
            "-12,-18 -10,-34 -4,-46 2,-52 -6,-50 -14,-44 -20,-46 -20,-54 -12,-66 -6,-76 -2,-86 2,-78 12,-70 18,-54 17,-36 12,-18"
        )
        pen.form(knight, dark)
        with pen.inside(knight):
            pen.line(wave("4,-76 12,-62 13,-40 9,-20"), tone(dark, 0.14), 1.6)
            pen.flat(oval(-5, -67, 1.8, 1.5), tone(dark, 0.3))
            pen.gleam(blade("-2,-78 -10,-66 -17,-52", 3, 0.8), 0.2, 1)


@thing("robot", 0.3, "table", wide=0.68, glows=True)
def robot(pen: Pen) -> None:
    """Of tin, with a key in its back."""
    tin, red = pen.pick("#8f9aa0", "#7a8a8f", "#a8a298"), "#b3413a"
    for x in (-12.0, 12.0):
        pen.form(rect(x - 6, -26, 12, 20, 1), tone(tin, -0.08))
        pen.form(loop([(x - 9, -1), (x - 9, -7), (x - 4, -10), (x + 5, -10), (x + 10, -6), (x + 10, 0), (x, 0)]), red)
    for side in (-1, 1):
        pen.form(limb(f"{side * 24},-54 {side * 31},-44 {side * 31},-32", "8 8 8"), tone(tin, -0.06))
        pen.line(wave([(side * 27, -30), (side * 27, -22), (side * 31, -20)]), red, 3)
        pen.line(wave([(side * 35, -30), (side * 35, -22), (side * 32, -20)]), red, 3)
        pen.ball(oval(side * 24, -55, 5, 5), red)
    pen.form(rect(-23, -63, 46, 38, 3), tin)
    pen.form(rect(-6, -68, 12, 6, 1), tone(tin, -0.12))
    pen.form(rect(-19, -92, 38, 25, 4), tin)
    pen.line("0,-92 0,-97", "#6a6f74", 1.6)
    pen.shine(oval(0, -98, 2.2, 2.2), "#ff6a4a", 5, 0.8)
    for x in (-8.4, 8.4):
        pen.flat(oval(x, -82, 5, 5), "#2a2c30")
        pen.shine(oval(x, -82, 3.4, 3.4), "#ffe08a", 6, 0.9)
    with pen.detail():
        for step in range(-9, 12, 3):
            pen.line([(step, -74), (step, -70.6)], "#2a2c30", 1.2)
        pen.form(rect(-14, -57, 28, 17, 2), "#e6dcc4")
        pen.line(wave("-10,-49 -5,-54 0,-46 5,-52 10,-48"), red, 1.4)
        for x, color in ((-9, red), (0, "#d9a441"), (9, "#3f7aa8")):
            pen.ball(oval(x, -33, 2.6, 2.6), color)
        for x in (-20.6, 20.6):
            for y in (-60, -28):
                pen.flat(oval(x, y, 1.1, 1.1), tone(tin, -0.2))
        pen.gleam([(pen.side * 16, -90), (pen.side * 12, -90), (pen.side * 12, -68), (pen.side * 16, -68)], 0.25, 1)
