"""What is worn and carried."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.home import BRASS, DARK_WOOD
from covers.engine.poster.scenes.things.registry import thing

GOLD = "#c99a3c"


@thing("umbrella", 0.95, "ground", wide=1.15)
def umbrella(pen: Pen) -> None:
    """Open, left on the ground on its side."""
    color = pen.pick("#a3302a", "#2f4a63", "#d9a441", "#26262b", "#4f6a5a")
    pen.rod("-10,-40 46,-12", "#4a3a2e", 2.2)
    pen.line(wave("46,-12 53,-8 54,-1 47,-0.8 43,-4"), "#6a4a30", 4)
    inner = loop(
        "-6,-99 -6,-99 4,-92 14,-84 20,-70 22,-54 22,-54 26,-40 24,-26 14,-10 6,-3 6,-3 -12,-20 -20,-44 -16,-74"
    )
    pen.form(inner, tone(color, -0.2))
    outer = loop(
        "-6,-100 -6,-100 -30,-92 -48,-74 -56,-50 -50,-28 -32,-10 -10,-1 6,-2 "
        "6,-2 -2,-14 -2,-28 -2,-28 -10,-40 -8,-56 -8,-56 -14,-70 -12,-84"
    )
    pen.form(outer, color, down=0.1)
    with pen.inside(outer):
        for line in ("-58,-48 -40,-66 -10,-84", "-58,-48 -36,-52 -6,-56", "-58,-48 -34,-36 0,-28"):
            pen.line(wave(line), tone(color, -0.13), 1.4)
        pen.flat("-58,-48 -36,-52 -6,-56 0,-28 -34,-36", tone(color, 0.06), 0.6)
        pen.flat("-58,-48 -48,-80 -6,-102 -12,-84 -40,-66", tone(color, 0.04), 0.5)
    for line in ("-6,-98 -4,-60", "22,-54 0,-46", "6,-3 -4,-30"):
        pen.line(line, "#8f9298", 0.8, 0.8)
    pen.line("-57,-49 -62,-52", "#4a3a2e", 2.2)


@thing("hat", 0.16, "table", wide=2.0)
def hat(pen: Pen) -> None:
    """A felt hat with a ribbon."""
    color = pen.pick("#5a4a3c", "#2f2f34", "#8a7a62", "#6a3f34")
    pen.form(loop("-96,-14 -88,-26 -50,-28 0,-26 50,-28 90,-28 98,-16 70,-3 20,1 -30,0 -76,-4"), color, down=0.8)
    crown = loop("-54,-18 -52,-60 -46,-86 -28,-99 -8,-92 8,-90 26,-99 44,-90 52,-64 54,-18 30,-12 -30,-12")
    pen.form(crown, color)
    with pen.inside(crown):
        pen.flat(loop("-58,-40 -30,-33 0,-31 30,-33 58,-40 58,-18 30,-11 0,-9 -30,-11 -58,-18"), tone(color, -0.2))
        pen.shade(blade("-8,-92 2,-78 10,-70", 14, 3), 0.3, 4)
        pen.gleam(blade([(pen.side * 30, -90), (pen.side * 40, -60), (pen.side * 42, -42)], 9, 2), 0.2, 4)


@thing("scarf", 0.9, "wall", wide=0.75)
def scarf(pen: Pen) -> None:
    """Knitted, hung on a hook."""
    color, stripe = pen.pick("#a3302a", "#35577a", "#4f6a5a", "#c98a3c"), "#e6dcc8"
    pen.ball(oval(0, -97, 3, 3), BRASS)
    back = loop("-4,-95 8,-92 18,-72 22,-44 24,-12 24,-12 6,-10 6,-10 4,-44 0,-74")
    front = loop("4,-96 -8,-93 -19,-74 -24,-40 -27,-6 -27,-6 -8,-4 -8,-4 -5,-40 0,-72 8,-88")
    for path, end, shift in ((back, -12, -0.06), (front, -6, 0.0)):
        pen.form(path, tone(color, shift))
        box = path.getBounds()
        with pen.inside(path):
            for y in (end - 8, end - 15):
                pen.line([(box.left() - 4, y), (box.right() + 4, y + 1)], stripe, 3.4)
            for x in range(-30, 30, 2):
                pen.line(wave([(x, -100), (x * 1.05 - 1, -50), (x * 1.12, 0)]), tone(color, -0.09), 0.5, 0.7)
    for x0, x1, hem in ((6.0, 24.0, -11.5), (-27.0, -8.0, -5.0)):
        for index in range(8):
            knot = x0 + (x1 - x0) * (index + 0.5) / 8
            pen.line([(knot, hem), (knot + pen.number(-0.8, 0.8), hem + 5)], color, 1.1)


@thing("shopping_bag", 0.42, wide=0.8)
def shopping_bag(pen: Pen) -> None:
    """Paper, with leek and bread looking out."""
    paper = pen.pick("#b5946a", "#d9d0bc", "#8fa08a")
    with pen.moved(-10, -60, -8):
        pen.form(loop("-7,0 -8,-24 -5,-38 0,-40 5,-38 8,-24 7,0"), "#b5763a")
        with pen.detail():
            for y in (-30, -20, -10):
                pen.line([(-5, y + 3), (5, y - 3)], "#e2bd82", 1.8)
    with pen.moved(10, -58, 9):
        pen.form("-4,0 -3,-22 3,-22 4,0", "#dfe6c9")
        for turn in (-18, -4, 12, 26):
            with pen.moved(0, -20, turn):
                pen.flat(blade("0,0 0,-10 1,-22", 5, 1), tone("#5a7a3f", pen.number(-0.05, 0.05)))
    pen.ball(oval(24, -64, 8, 8), "#b3302c")
    front = "-34,-1 -36,-68 30,-66 32,0"
    pen.plane("30,-66 40,-62 41,-4 32,0", tone(paper, -0.14))
    pen.plane(front, paper, 0.2, 0.08)
    with pen.inside(front):
        for line in ("-36,-60 -10,-56 30,-61", "-20,-2 -14,-34 -22,-66"):
            pen.line(wave(line), tone(paper, -0.08), 1.0)
        pen.shade("-36,-68 30,-66 30,-63 -36,-65", 0.14, 1)


def laces(pen: Pen, x0: float, y0: float, x1: float, y1: float, color: str, count: int = 5) -> None:
    with pen.detail():
        for index in range(count):
            share = index / (count - 1)
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            pen.line([(x - 5, y - 2), (x + 4, y + 4)], color, 2.0)


@thing("shoe", 0.13, wide=2.35)
def shoe(pen: Pen) -> None:
    """A leather shoe, much walked in; its pair behind it."""
    color = pen.pick("#5a3626", "#26221f", "#7a4a2a")
    for dx, dy, shift in ((22.0, -6.0, -0.1), (0.0, 0.0, 0.0)):
        with pen.moved(dx, dy, 0, 0.93):
            pen.flat("-104,-16 -104,0 -70,0 -66,-14", tone(color, -0.2))
            pen.form(
                loop("-106,-22 -104,-10 -60,-11 -40,-6 60,-2 100,-4 108,-14 104,-24 0,-24"),
                tone(color, -0.16 + shift),
                down=0.6,
            )
            upper = loop(
                "-104,-20 -106,-60 -98,-92 -98,-92 -74,-97 -48,-88 -48,-88 -36,-76 -16,-62 20,-54 66,-46 94,-36 104,-20 60,-14 -40,-15"
            )
            pen.form(upper, tone(color, shift), down=0.8)
            with pen.inside(upper):
                pen.flat("-110,-100 -70,-100 -74,-60 -80,-18 -110,-16", tone(color, shift - 0.05))
                pen.line(wave("-74,-98 -72,-60 -82,-18"), tone(color, shift - 0.14), 1.4)
                pen.line(wave("62,-50 52,-34 66,-14"), tone(color, shift - 0.14), 1.6)
                pen.gleam(loop("70,-42 92,-34 98,-26 80,-34"), 0.4, 2.5)
                for x in (26, 34):
                    pen.line(wave([(x, -54), (x + 4, -44), (x + 1, -36)]), tone(color, shift - 0.12), 1.4)
            pen.flat(oval(-73, -94, 25, 4.6), "#16110e")
            laces(pen, -38, -76, 6, -55, "#1a1512")


@thing("sneaker", 0.13, wide=2.3)
def sneaker(pen: Pen) -> None:
    color, white = pen.pick("#a3302a", "#26262b", "#35577a", "#d9b24a"), "#ece8de"
    pen.form(loop("-106,-24 -106,-4 -98,0 96,0 106,-6 104,-22 60,-22 0,-24"), white, down=0.7)
    upper = loop(
        "-104,-22 -104,-60 -96,-96 -96,-96 -66,-99 -38,-94 -38,-94 -26,-78 0,-62 36,-54 72,-48 96,-36 102,-20 0,-20"
    )
    pen.form(upper, color, down=0.8)
    with pen.inside(upper):
        pen.flat(loop("62,-54 104,-46 112,-16 60,-16 56,-34"), white)
        pen.flat(loop("-46,-100 -20,-76 10,-60 34,-54 24,-46 -10,-54 -40,-76 -56,-96"), white)
        pen.line(wave("-96,-34 -80,-56 -84,-92"), white, 3)
        pen.line(wave("-88,-32 -72,-54 -74,-94"), white, 3)
        pen.line(wave("-50,-96 -44,-60 -52,-20"), tone(color, -0.12), 1.2)
        pen.shade(rect(-120, -30, 240, 12), 0.2, 3)
    with pen.detail():
        pen.line("-106,-13 106,-12", color, 2.4)
        pen.flat(oval(-68, -96, 27, 4), "#17130f")
    laces(pen, -34, -82, 22, -54, white, 6)
    pen.line(wave("-34,-84 -52,-80 -58,-64 -48,-58"), white, 2)


@thing("high_heel", 0.15, wide=1.45)
def high_heel(pen: Pen) -> None:
    color = pen.pick("#a3202c", "#1f1f24", "#c98a9a", "#c9a24e")
    pen.form("-60,-58 -46,-60 -50,-30 -54,0 -59,0 -59,-30", tone(color, -0.14))
    pen.flat(loop("-66,-88 -50,-92 -30,-82 -6,-52 20,-22 20,-12 -16,-30 -40,-60 -62,-66"), "#2a1c18")
    upper = loop(
        "-66,-92 -66,-92 -70,-74 -64,-58 -46,-58 -28,-48 -4,-22 18,-6 44,0 70,-1 "
        "76,-8 66,-20 44,-30 30,-36 20,-30 8,-28 -10,-44 -30,-70 -48,-84"
    )
    pen.form(upper, color, 1.1, down=0.7)
    with pen.inside(upper):
        pen.gleam(loop("40,-28 62,-18 68,-10 48,-20"), 0.5, 2)
        pen.gleam(blade("-62,-86 -60,-74 -56,-64", 4, 1), 0.35, 1.4)
        pen.line(wave("-66,-58 -46,-56 -28,-45 -4,-19 18,-4 46,1 74,0"), tone(color, -0.2), 2.4)
    with pen.detail():
        pen.line("-66,-92 -68,-99", color, 0.2, 0.0)


@thing("dress", 1.3, "wall", wide=0.62)
def dress(pen: Pen) -> None:
    """On its hanger."""
    color = pen.pick("#a3302a", "#e6d9c8", "#2f4a63", "#c98a9a", "#4f6a5a")
    pen.line(wave("0,-92 0,-96 4,-98 4,-101 -2,-101"), "#b9bcc2", 1.2)
    pen.line(wave("-13,-86 0,-92 13,-86"), DARK_WOOD, 2)
    skirt = loop("-9.5,-58 -14,-46 -22,-24 -29,-3 -18,0 -6,-2 8,1 20,-1 29,-4 22,-24 14,-46 9.5,-58")
    pen.form(skirt, color)
    with pen.inside(skirt):
        for index in range(8):
            share = (index + 0.5) / 8 * 2 - 1
            pen.flat(blade([(share * 30, 0), (share * 19, -30), (share * 8, -58)], 3.4, 0.5), tone(color, -0.11), 0.7)
            pen.flat(
                blade(
                    [(share * 30 + 2.4 * pen.side, 0), (share * 19 + 1.6 * pen.side, -30), (share * 8, -56)], 1.6, 0.3
                ),
                tone(color, 0.08),
                0.7,
            )
    top = loop("-12,-87 -12,-87 -8,-78 0,-76 8,-78 12,-87 12,-87 15,-84 13,-72 9.6,-57 -9.6,-57 -13,-72 -15,-84")
    pen.form(top, color)
    with pen.inside(top):
        pen.flat(blade("-10,-72 -4,-66 -2,-58", 2, 0.4), tone(color, -0.11), 0.7)
        pen.flat(blade("10,-72 4,-66 2,-58", 2, 0.4), tone(color, -0.11), 0.7)
    pen.line("-10,-58 10,-58", tone(color, -0.16), 2.4)


@thing("glasses", 0.05, "table", wide=2.9)
def glasses(pen: Pen) -> None:
    """Folded open on the table."""
    color = pen.pick("#2a2422", "#6a4426", "#8a6a3a", "#3f4a58")
    for side in (-1, 1):
        pen.line(
            wave([(side * 116, -62), (side * 128, -84), (side * 100, -97), (side * 84, -99)]), tone(color, 0.04), 6
        )
        lens = loop(
            [
                (side * 22, -58),
                (side * 30, -80),
                (side * 66, -86),
                (side * 104, -80),
                (side * 112, -56),
                (side * 102, -22),
                (side * 70, -6),
                (side * 36, -16),
            ]
        )
        pen.flat(lens, "#b9c9d0", 0.55)
        with pen.inside(lens):
            pen.gleam([(side * 66 - 24, -90), (side * 66 - 2, -90), (side * 66 - 40, 0), (side * 66 - 62, 0)], 0.4, 2)
        pen.line(lens, color, 9)
        with pen.detail():
            pen.line(lens, tone(color, 0.18), 2, 0.6)
    pen.line(wave("-24,-58 -12,-70 12,-70 24,-58"), color, 8)


@thing("crown", 0.16, "table", wide=1.4)
def crown(pen: Pen) -> None:
    jewel = pen.pick("#a3202c", "#2f5a8a", "#3f7a5a")
    pen.flat(oval(0, -27, 58, 9), "#6a4a1c")
    body = "M-60 -8 L-70 -84 L-40 -44 L-24 -96 L0 -46 L24 -96 L40 -44 L70 -84 L60 -8 Q0 8 -60 -8 Z"
    pen.form(body, GOLD, 1.3)
    with pen.inside(body):
        pen.line(wave("-62,-26 0,-12 62,-26"), tone(GOLD, -0.16), 2)
        pen.line(wave("-60,-9 0,6 60,-9"), tone(GOLD, 0.1), 5)
        pen.gleam(blade([(pen.side * 30, -70), (pen.side * 36, -30), (pen.side * 34, -4)], 8, 2), 0.4, 2)
        for x, y in ((-36, -16), (0, -11), (36, -16)):
            pen.ball(oval(x, y, 6, 5.4), jewel)
            pen.gleam(oval(x + pen.side * 2, y - 2, 1.4, 1.2), 0.8)
    for x, y in ((-70, -86), (-24, -96), (24, -96), (70, -86)):
        pen.ball(oval(x, y, 4.6, 4), "#efe6d0")


@thing("ring", 0.03, "table", wide=0.95)
def ring(pen: Pen) -> None:
    """With a stone."""
    metal = pen.pick(GOLD, "#b9bcc6")
    pen.line(oval(0, -34, 32, 31), tone(metal, -0.12), 7)
    with pen.detail():
        pen.line(oval(0, -34, 32, 31), tone(metal, 0.1), 3)
        pen.gleam(oval(pen.side * 24, -54, 3, 6), 0.7, 1.2)
    pen.form("-11,-66 11,-66 15,-74 -15,-74", tone(metal, -0.04))
    stone = "-13,-99 13,-99 24,-87 0,-63 -24,-87"
    pen.flat(stone, "#b9d4e2")
    facets = (
        ("-24,-87 -10,-87 0,-63", -0.12), ("-10,-87 10,-87 0,-63", 0.02), ("10,-87 24,-87 0,-63", -0.2), ("-24,-87 -13,-99 -10,-87", 0.05),
        ("-13,-99 0,-99 -10,-87", 0.1), ("0,-99 13,-99 10,-87 -10,-87", 0.14), ("13,-99 24,-87 10,-87", -0.06),
    )  # fmt: skip
    for outline, shade in facets:
        with pen.detail():
            pen.flat(outline, tone("#a9cbdc", shade))
    with pen.detail():
        pen.gleam(oval(-6, -94, 2.4, 1.8), 0.9, 0.6)


@thing("key", 0.075, "table", wide=0.42)
def key(pen: Pen) -> None:
    """An old one, on a bit of string."""
    metal = pen.pick("#8a7a58", "#6f6a64", GOLD)
    pen.line(wave("0,-94 -10,-99 -17,-90 -14,-78 -18,-66"), "#b39a6a", 1.8)
    pen.form("-3,-62 3,-62 3,-2 -3,-2", metal)
    pen.form(rect(-4.6, -64, 9.2, 5, 2), metal)
    for y, wide in ((-22, 15), (-12, 11), (-5, 15)):
        pen.form(rect(2, y, wide, 6, 0.6), tone(metal, -0.03))
    pen.flat("5,-20 9,-20 9,-16 5,-16", tone(metal, -0.2))
    for angle in range(3):
        cx, cy = 11 * math.cos(math.radians(angle * 120 - 90)), -78 + 10 * math.sin(math.radians(angle * 120 - 90))
        pen.line(oval(cx, cy, 7.4, 7), tone(metal, -0.06), 4.4)
        with pen.detail():
            pen.line(oval(cx, cy, 7.4, 7), tone(metal, 0.1), 1.6)
