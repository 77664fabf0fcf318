"""Instruments and what plays music."""

from __future__ import annotations

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.home import BRASS, DARK_WOOD, IRON
from covers.engine.poster.scenes.things.registry import thing

GOLD = "#c99a3c"
BLACK = "#1f1f24"


def strings(pen: Pen, x: float, half: float, top: float, low: float, count: int) -> None:
    with pen.detail():
        for index in range(count):
            share = index / (count - 1) * 2 - 1
            pen.line([(x + half * share * 0.8, top), (x + half * share, low)], "#e9e2d0", 0.35, 0.85)


def pegs(pen: Pen, places: str, size: float = 1.3) -> None:
    for pair in places.split():
        x, y = (float(part) for part in pair.split(","))
        pen.ball(oval(x, y, size, size), "#d9d4c8")


@thing("guitar", 1.02, wide=0.4)
def guitar(pen: Pen) -> None:
    """Leaning, strings towards us."""
    wood = pen.pick("#c08a4a", "#a8683a", "#d9b27a")
    pen.form(loop("-4,-99 4,-99 3.4,-92 3,-84 -3,-84 -3.4,-92"), DARK_WOOD)
    pegs(pen, "-5,-97 -5,-93 -5,-89 5,-97 5,-93 5,-89", 1.1)
    pen.form("-2.2,-86 2.2,-86 2.8,-44 -2.8,-44", "#3f2a1e")
    with pen.detail():
        for index in range(11):
            y = -84 + index * 3.7 * (1 - index * 0.012)
            pen.line([(-2.6, y), (2.6, y)], "#b9b2a0", 0.4)
    body = loop(
        "0,-49 -9,-49 -14,-44 -13,-37 -10,-31 -13,-25 -19,-16 -18,-5 -9,0 9,0 18,-5 19,-16 13,-25 10,-31 13,-37 14,-44 9,-49"
    )
    pen.form(body, tone(wood, -0.14))
    face = loop(
        "0,-47.6 -8.4,-47.6 -12.6,-43 -11.6,-37 -8.8,-31 -11.8,-24 -17.2,-15.6 -16.4,-6 -8.4,-1.6 "
        "8.4,-1.6 16.4,-6 17.2,-15.6 11.8,-24 8.8,-31 11.6,-37 12.6,-43 8.4,-47.6"
    )
    pen.form(face, wood, 0.8)
    with pen.inside(face):
        for x in range(-16, 18, 3):
            pen.line([(x, -50), (x + pen.number(-0.4, 0.4), 0)], tone(wood, pen.number(-0.05, 0.03)), 0.7, 0.7)
        pen.gleam(loop("-10,-44 -4,-46 -8,-34 -11,-38"), 0.25, 1)
    with pen.detail():
        pen.flat(oval(0, -31, 5.4, 5.4), tone(wood, -0.25))
        pen.flat(oval(0, -31, 4.4, 4.4), "#20150f")
        pen.flat(loop("4,-30 9,-27 11,-19 5,-22"), "#3a241a", 0.9)
        pen.form(rect(-7, -14.6, 14, 2.6, 1), DARK_WOOD)
        pen.flat("-2.8,-50 2.8,-50 2.8,-43 -2.8,-43", "#3f2a1e")
    strings(pen, 0, 2.2, -90, -13, 6)


@thing("electric_guitar", 1.0, wide=0.36)
def electric_guitar(pen: Pen) -> None:
    color = pen.pick("#a8352c", "#2f4a63", "#d9cdb4", "#1f1f24", "#c98a3c")
    pen.form(loop("-2,-86 -4,-92 -4,-98 2,-100 4,-96 3,-86"), "#d9b27a")
    pegs(pen, "-4.6,-97 -4.6,-94.6 -4.6,-92.2 -4.4,-89.8", 0.9)
    pen.form("-1.9,-88 1.9,-88 2.4,-38 -2.4,-38", "#8a5a34")
    with pen.detail():
        for index in range(15):
            pen.line([(-2.2, -86 + index * 3.1), (2.2, -86 + index * 3.1)], "#d0cabb", 0.35)
    body = loop(
        "-3,-40 -7,-48 -14,-50 -15,-42 -11,-34 -12,-26 -17,-18 -17,-7 -9,0 8,0 17,-6 17,-18 11,-27 11,-34 15,-40 15,-46 9,-46 4,-40"
    )
    pen.form(body, color)
    with pen.inside(body):
        pen.gleam(blade("-12,-44 -9,-32 -14,-16", 3, 0.6), 0.3, 1)
        pen.flat(loop("-4,-40 3,-41 9,-32 8,-22 12,-12 6,-6 -2,-12 -8,-22 -7,-34"), "#ece6d8", 0.95)
        for y in (-31, -24, -17):
            pen.form(rect(-5, y, 10, 2.8, 1.2), BLACK)
        pen.form(rect(-5, -12, 10, 3.6, 0.6), "#b9bcc2")
        for x, y in ((8, -12), (11, -8)):
            pen.ball(oval(x, y, 1.4, 1.4), "#efe9da")
    strings(pen, 0, 1.8, -90, -10, 6)


def fiddle(pen: Pen, color: str, *, is_cello: bool) -> None:
    if is_cello:
        pen.line("0,-8 0,0", "#b9bcc2", 1)
    low = -7.0 if is_cello else -1.0
    with pen.moved(0, low, 0, 0.93 if is_cello else 0.98):
        pen.line(wave("-2,-95 -3.6,-98 -1,-101 2,-99 2,-95"), DARK_WOOD, 2.2)
        pen.form("-2,-96 2,-96 2.6,-58 -2.6,-58", "#241a16")
        for y, side in ((-92, -1), (-89, 1), (-86, -1), (-83, 1)):
            pen.line([(0, y), (side * 6, y - 0.6)], "#241a16", 1.5)
        body = loop(
            "0,-61 -9,-61 -14,-56 -14,-48 -10,-43 -10,-43 -8,-38 -9,-33 -11,-29 -11,-29 -17,-22 -18,-10 "
            "-11,-1 0,0 11,-1 18,-10 17,-22 11,-29 11,-29 9,-33 8,-38 10,-43 10,-43 14,-48 14,-56 9,-61"
        )
        pen.form(body, color)
        with pen.inside(body):
            pen.line(body, tone(color, -0.16), 1.6)
            for x in range(-15, 18, 4):
                pen.line([(x, -62), (x, 0)], tone(color, pen.number(-0.04, 0.05)), 1.2, 0.6)
            pen.gleam(blade("-9,-56 -8,-44 -6,-36 -11,-16", 3, 0.8), 0.28, 1.2)
        with pen.detail():
            for side in (-1, 1):
                hole = wave(
                    [(side * 5.4, -43), (side * 4.4, -40), (side * 7, -35), (side * 8.6, -30), (side * 7.4, -27)]
                )
                pen.line(hole, "#1d120c", 1.0)
            pen.flat("-2.6,-64 2.6,-64 3.2,-40 -3.2,-40", "#241a16")
            pen.flat("-4.4,-33 4.4,-33 3.6,-31 -3.6,-31", "#d9b27a")
            pen.flat("-2.4,-22 2.4,-22 1.4,-5 -1.4,-5", "#241a16")
        strings(pen, 0, 2, -92, -20, 4)


@thing("violin", 0.6, "table", wide=0.5)
def violin(pen: Pen) -> None:
    """With its bow."""
    fiddle(pen, pen.pick("#a85a2c", "#8f4a28", "#b5703a"), is_cello=False)
    pen.line("16,0 24,-94", "#4a2f1e", 1.3)
    pen.line("18.4,-3 25.4,-91", "#e9e4d6", 0.6)
    pen.form("16,-2 19,-3 18.4,-9 15.6,-8", BLACK)


@thing("cello", 1.28, wide=0.4)
def cello(pen: Pen) -> None:
    fiddle(pen, pen.pick("#8f4a28", "#7a3a22", "#a8602f"), is_cello=True)


@thing("piano", 1.25, wide=1.3)
def piano(pen: Pen) -> None:
    """An upright with its lid open and music on it."""
    color = pen.pick(BLACK, "#4a2f22", "#5f3a28", "#e0dbd0")
    pen.plane(rect(-60, -99, 120, 99, 1), tone(color, -0.04), 0.1, 0.06)
    pen.plane("-62,-100 62,-100 62,-96 -62,-96", tone(color, 0.07), 0.4)
    pen.plane(rect(-54, -90, 108, 32, 1), tone(color, 0.04), 0.2)
    pen.plane(rect(-54, -34, 108, 28, 1), tone(color, 0.03), -0.2)
    with pen.detail():
        pen.gleam("-50,-88 -20,-88 -44,-60 -54,-60", 0.1, 2)
        pen.shade(rect(-60, -40, 120, 9), 0.35, 3)
    pen.plane("-58,-58 58,-58 64,-45 -64,-45", tone(color, 0.02))
    keys = [(-54.0, -55.0), (54.0, -55.0), (59.0, -47.5), (-59.0, -47.5)]
    pen.plane(keys, "#ece6d8", 0.4)
    with pen.inside(keys):
        for index in range(29):
            share = index / 28 * 2 - 1
            pen.line([(54 * share, -55), (59 * share, -47)], "#8a8478", 0.45)
        for index in range(28):
            if index % 7 not in (2, 6):
                share = (index + 1) / 28 * 2 - 1
                pen.flat(
                    [
                        (54 * share - 1.1, -55.4),
                        (54 * share + 1.1, -55.4),
                        (57 * share + 1.2, -50.4),
                        (57 * share - 1.2, -50.4),
                    ],
                    "#17161a",
                )
    pen.plane("-65,-45 65,-45 65,-39 -65,-39", color, 0.3)
    for x in (-59, 53):
        pen.plane(rect(x, -39, 6, 39), tone(color, 0.03), 0.2)
    pen.plane("-22,-60 -20,-83 -1,-82 -1,-60", "#f0eadc", 0.3)
    pen.plane("1,-60 1,-82 20,-83 22,-60", "#e6dfce", 0.1)
    with pen.detail():
        for y in (-78, -73, -68, -64):
            pen.line([(-17, y), (-4, y + 0.4)], "#5a544c", 0.6)
            pen.line([(4, y + 0.4), (17, y)], "#5a544c", 0.6)
        for x in (-7, 0, 7):
            pen.form(rect(x - 2.2, -7, 4.4, 3, 1), BRASS)


@thing("microphone", 1.6, wide=0.34)
def microphone(pen: Pen) -> None:
    """An old one on its stand."""
    pen.form(loop("-16.4,0 -14,-3.6 0,-6 14,-3.6 16.4,0"), IRON)
    pen.rod("0,-4 0,-62", "#8f9298", 2.6)
    pen.form(rect(-2.8, -34, 5.6, 5, 1.4), IRON)
    pen.form("-4.6,-66 4.6,-66 3.2,-58 -3.2,-58", "#8f9298")
    body = loop("-12.6,-67 -15,-74 -15,-88.6 -10,-97.8 0,-100 10,-97.8 15,-88.6 15,-74 12.6,-67 0,-64.4")
    pen.form(body, "#b9bcc2", 1.2)
    with pen.inside(body):
        for x in (-10.6, -5.3, 0, 5.3, 10.6):
            pen.line(wave([(x * 0.7, -100), (x * 1.1, -84), (x * 0.8, -64)]), "#3f4248", 1.7)
        pen.form(rect(-17, -85.4, 34, 5.4), "#d0d3d8")
        pen.gleam(blade([(pen.side * 7, -95), (pen.side * 10, -81), (pen.side * 7, -69)], 3.2, 0.6), 0.5, 0.5)


def drum_of(pen: Pen, color: str, x: float, top: float, rx: float, tall: float, tilt: float = 0.0) -> None:
    with pen.moved(x, top, tilt):
        shell = loop(
            [
                (-rx, 0),
                (-rx, 0),
                (-rx, tall),
                (-rx, tall),
                (-rx * 0.6, tall + rx * 0.16),
                (0, tall + rx * 0.2),
                (rx * 0.6, tall + rx * 0.16),
                (rx, tall),
                (rx, tall),
                (rx, 0),
                (rx, 0),
            ]
        )
        pen.form(shell, color)
        with pen.inside(shell):
            for share in (-0.7, -0.25, 0.25, 0.7):
                pen.line([(rx * share, 0), (rx * share, tall + rx * 0.2)], "#c9ccd0", rx * 0.05)
            pen.line(wave([(-rx, tall - 1), (0, tall + rx * 0.18), (rx, tall - 1)]), "#c9ccd0", rx * 0.07)
        pen.flat(oval(0, 0, rx * 1.02, rx * 0.22), "#b9bcc2")
        pen.ball(oval(0, 0, rx * 0.95, rx * 0.19), "#ece6da", 0.4)


@thing("drum", 0.4, wide=1.2)
def drum(pen: Pen) -> None:
    """A snare with its sticks."""
    drum_of(pen, pen.pick("#a8352c", "#35577a", "#c99a3c", "#5f3a28"), 0, -66, 52, 54)
    for line in ("-40,-72 34,-92", "-8,-68 52,-98"):
        pen.line(line, "#d8bf94", 3)
        end = line.split()[1].split(",")
        pen.ball(oval(float(end[0]), float(end[1]), 3, 2.2), "#e6d3ac")


@thing("drum_kit", 1.25, wide=1.45)
def drum_kit(pen: Pen) -> None:
    color = pen.pick("#8a2430", "#23304a", "#d8cfbd", "#2a2a2e", "#3f6a6a")
    for x, high, tilt, lean in ((-56, 92, -9, 8), (54, 97, 10, -8), (66, 62, 4, -2)):
        pen.line([(x + lean, 0), (x, -high)], "#8b8d94", 1.2)
        pen.line([(x + lean - 8, 0), (x + lean, -16)], "#8b8d94", 1)
        pen.line([(x + lean + 8, 0), (x + lean, -16)], "#8b8d94", 1)
        with pen.moved(x, -high, tilt):
            pen.form(oval(0, 0, 18, 2.4), "#c9a24e", 1.3)
            pen.ball(oval(0, -1.6, 3.4, 1.8), "#c9a24e")
    drum_of(pen, tone(color, -0.02), -40, -46, 17, 14)
    for x in (-48, -40, -32):
        pen.line([(x, -28), (x + (x + 40) * 0.8, 0)], "#8b8d94", 1)
    drum_of(pen, tone(color, -0.03), 40, -46, 18, 30)
    for x in (26, 54):
        pen.line([(x, -16), (x, 0)], "#8b8d94", 1)
    drum_of(pen, color, -15, -73, 13, 16, 8)
    drum_of(pen, color, 15, -73, 13, 16, -8)
    pen.form(oval(0, -28, 28, 28), tone(color, -0.1))
    pen.form(oval(0, -28, 26.4, 26.4), "#b9bcc2")
    pen.ball(oval(0, -28, 24.6, 24.6), "#e0dace", 0.7)
    with pen.detail():
        pen.flat(oval(8, -21, 5, 5), "#17171a")
    pen.line("-24,-12 -32,0", "#8b8d94", 1.6)
    pen.line("24,-12 32,0", "#8b8d94", 1.6)


@thing("trumpet", 0.3, "table", wide=2.1)
def trumpet(pen: Pen) -> None:
    """Lying on its side."""
    with pen.moved(0, 15):
        pen.line("-96,-62 60,-62", tone(GOLD, -0.05), 6)
        pen.curve("-40,-62 -62,-58 -66,-42 -58,-27 -40,-24 24,-24 42,-28 46,-44 40,-59 20,-62", tone(GOLD, -0.1), 5.4)
        for x in (-22, -6, 10):
            pen.form(rect(x - 6, -78, 12, 62, 2), GOLD, 1.2)
            pen.rod([(x, -78), (x, -92)], "#d9d4c8", 3)
            pen.form(rect(x - 5, -97, 10, 5, 2), "#e6e1d4")
        bell = loop("40,-66 58,-67 76,-74 92,-88 102,-99 106,-62 102,-26 92,-38 76,-51 58,-58 40,-59")
        pen.form(bell, GOLD, 1.2, down=0.7)
        pen.form(oval(103, -62, 4.4, 37), tone(GOLD, -0.16))
        with pen.inside(bell):
            pen.gleam(wave("40,-64 70,-68 100,-88 84,-74 60,-63"), 0.55, 1.4)
        pen.form(loop("-108,-68 -108,-68 -98,-65 -92,-64 -92,-60 -98,-59 -108,-56 -108,-56"), "#d0ccc0")


@thing("saxophone", 0.75, "table", wide=0.8)
def saxophone(pen: Pen) -> None:
    pen.line(wave("-34,-86 -29,-88"), BLACK, 4.6)
    pen.line(wave("-31,-87 -20,-93 -12,-99 -6,-97 -4,-88"), tone(GOLD, -0.04), 3.6)
    tube = loop(
        "-7,-90 -1,-90 3,-64 7,-36 10,-18 16,-10 22,-14 24,-26 24,-42 20,-54 14,-62 "
        "40,-62 37,-50 37,-30 34,-12 26,-1 14,1 3,-5 -2,-18 -5,-44 -7,-70"
    )
    pen.form(tube, GOLD, 1.2)
    with pen.inside(tube):
        pen.gleam(wave("-4,-88 -2,-60 2,-34 6,-16 1,-34 -3,-60"), 0.5, 0.9)
        pen.gleam(wave("34,-58 33,-34 30,-14 30,-36"), 0.4, 0.9)
    pen.form(oval(27, -62, 14, 3.6), tone(GOLD, -0.2))
    with pen.detail():
        for step in range(6):
            y = -78 + step * 11
            x = -1 + (y + 90) * 0.1
            pen.ball(oval(x + 2.6, y, 2.9, 2.7), "#e6d39a")
            pen.flat(oval(x + 2.6, y, 1.3, 1.2), tone(GOLD, -0.2))
        pen.line("6,-76 12,-34 15,-20", tone(GOLD, -0.18), 0.9)
        for x, y in ((28, -40), (29, -26), (18, -4)):
            pen.ball(oval(x, y, 3.4, 3.2), "#d9b866")
            pen.line(oval(x, y, 3.4, 3.2), tone(GOLD, -0.2), 0.7)
