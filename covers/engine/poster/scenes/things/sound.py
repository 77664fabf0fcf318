"""Machines that speak and play: telephones, radios, records."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.home import BRASS, DARK_WOOD, WOOD
from covers.engine.poster.scenes.things.registry import thing

BLACK = "#1f1f24"


def disc(pen: Pen, x: float, y: float, rx: float, ry: float, label: str) -> None:
    """A record, seen at a slant: grooves, two reflexes, its label."""
    pen.flat(oval(x, y, rx, ry), "#17171b")
    with pen.inside(oval(x, y, rx, ry)):
        for share in (0.94, 0.84, 0.74, 0.64, 0.54):
            pen.line(oval(x, y, rx * share, ry * share), "#34343c", rx * 0.008)
        for turn in (0.5, 0.5 + math.pi):
            ends = [(x + rx * math.cos(turn + part), y + ry * math.sin(turn + part)) for part in (-0.16, 0.16)]
            pen.gleam([(x, y), *ends], 0.2, rx * 0.02)
        pen.ball(oval(x, y, rx * 0.34, ry * 0.34), label, 0.4)
        pen.line(oval(x, y, rx * 0.25, ry * 0.25), tone(label, -0.16), rx * 0.01)
        pen.flat(oval(x, y, rx * 0.035, ry * 0.05), "#d9d4c8")


@thing("vinyl", 0.31, "wall", wide=1.35)
def vinyl(pen: Pen) -> None:
    """A record half out of its sleeve."""
    label = pen.pick("#b3413a", "#d9a441", "#3f7a8a", "#c9bfae")
    disc(pen, 34, -50, 47, 47, label)
    sleeve = rect(-66, -99, 98, 98, 1)
    color = pen.pick("#d9cdb4", "#3f5a6a", "#a85a4a", "#6a7a5c")
    pen.form(sleeve, color, 0.5)
    with pen.inside(sleeve):
        pen.flat(oval(-17, -56, 26, 26), tone(color, 0.14))
        pen.flat("-66,-40 -30,-58 4,-34 34,-52 34,0 -66,0", tone(color, -0.14))
        pen.shade(rect(28, -99, 6, 98), 0.25, 2)
        pen.gleam("-60,-97 -40,-97 -64,-50", 0.16)


@thing("record_player", 0.22, "table", wide=2.0)
def record_player(pen: Pen) -> None:
    """Its lid up, a record turning."""
    wood = pen.pick(WOOD, DARK_WOOD, "#8a4a34")
    lid = "-86,-38 -80,-99 82,-99 88,-38"
    pen.plane(lid, "#6f7a80", 0.1)
    with pen.inside(lid):
        pen.gleam("-70,-99 -40,-99 -66,-38 -86,-38", 0.22, 2)
        pen.gleam("-20,-99 -8,-99 -34,-38 -46,-38", 0.16, 2)
    pen.line("-86,-38 -80,-99 82,-99 88,-38", "#aab4b8", 1.4)
    pen.plane("-88,-38 88,-38 98,-14 -98,-14", tone(wood, 0.07), 0.3)
    disc(pen, -18, -26.5, 60, 10.4, pen.pick("#b3413a", "#d9a441", "#3f7a8a"))
    pen.form(rect(-98, -15, 196, 13, 2), wood, down=0.8)
    for x in (-84, 84):
        pen.form(rect(x - 7, -3, 14, 3, 1), BLACK)
    pen.ball(oval(70, -33, 9, 4), "#b9bcc2")
    pen.rod("70,-35 66,-28 34,-24 26,-22", "#d0d3d8", 2.4)
    pen.flat("28,-24 20,-21 22,-18 30,-21", BLACK)
    for x in (70, 80):
        pen.ball(oval(x, -20, 4, 2.2), BRASS)


@thing("cassette", 0.064, "table", wide=1.6)
def cassette(pen: Pen) -> None:
    color, label = pen.pick("#2b2c30", "#d9d4c8", "#5a4a52"), pen.pick("#e0a43a", "#c9665a", "#7a9aa8", "#e6dcc4")
    shell = loop("-78,-4 -80,-12 -80,-90 -76,-99 76,-99 80,-90 80,-12 78,-4 70,0 -70,0")
    pen.form(shell, color, 0.7, down=0.6)
    pen.plane(rect(-68, -91, 136, 62, 4), label, 0.2)
    with pen.detail():
        pen.flat(rect(-68, -42, 136, 6), tone(label, -0.2))
        for y in (-84, -77):
            pen.line([(-58, y), (58, y)], tone(label, -0.3), 1.0)
        pen.line(wave("-54,-86 -44,-88 -36,-85 -22,-88 -8,-85 6,-88"), "#2b3a5a", 1.7)
        window = rect(-42, -70, 84, 25, 11)
        pen.flat(window, tone(color, -0.06))
        for x in (-25, 25):
            pen.flat(oval(x, -57.5, 9.4, 9.4), "#efeae0")
            for turn in range(6):
                angle = math.tau * turn / 6
                pen.flat(oval(x + 7 * math.cos(angle), -57.5 + 7 * math.sin(angle), 1.7, 1.7), tone(color, -0.06))
        pen.flat(rect(-12, -65, 24, 15), "#4a3022")
        pen.plane("-46,0 -40,-24 40,-24 46,0", tone(color, 0.06))
        for x in (-28, 28):
            pen.flat(oval(x, -9, 3.4, 3.4), "#101012")
        for x, y in ((-72, -92), (72, -92), (-72, -8), (72, -8)):
            pen.ball(oval(x, y, 2.4, 2.4), "#8f9298")
    with pen.inside(shell):
        pen.gleam("-60,-99 -40,-99 -70,-20 -84,-20", 0.12, 2)


@thing("radio", 0.26, "table", wide=1.5, glows=True)
def radio(pen: Pen) -> None:
    """Old, of wood, its scale lit."""
    wood = pen.pick(WOOD, DARK_WOOD, "#7a3f2c")
    pen.line("50,-86 68,-100", "#b9bcc2", 1.6)
    body = loop("-72,-6 -74,-14 -74,-74 -66,-86 -50,-90 50,-90 66,-86 74,-74 74,-14 72,-6 64,-3 -64,-3")
    pen.form(body, wood, 0.8, down=0.7)
    for x in (-56, 56):
        pen.form(rect(x - 7, -4, 14, 4, 1), tone(wood, -0.18))
    cloth = loop("-64,-16 -66,-24 -66,-70 -60,-78 -10,-78 -6,-74 -6,-20 -10,-14 -58,-14")
    pen.form(cloth, "#c9b48a", 0.6)
    with pen.inside(cloth):
        for x in range(-66, -4, 4):
            pen.line([(x, -80), (x, -12)], "#8f7a54", 0.8, 0.8)
        for y in range(-78, -12, 4):
            pen.line([(-68, y), (-4, y)], "#a8926a", 0.6, 0.8)
    pen.plane(rect(2, -76, 62, 27, 3), "#2a2018")
    pen.shine(rect(5, -73, 56, 21, 2), "#ffd28a", 16, 0.85)
    with pen.front():
        for index in range(14):
            at = 8 + index * 3.9
            pen.line([(at, -70), (at, -64 if index % 3 else -60)], "#5a3a1a", 0.8)
        pen.line("30,-73 30,-52", "#b3302c", 1.4)
    for x in (18, 48):
        pen.ball(oval(x, -29, 11, 11), "#e6dcc4")
        with pen.detail():
            pen.ball(oval(x, -29, 6.4, 6.4), tone(wood, -0.06))


@thing("telephone", 0.24, "table", wide=1.15)
def telephone(pen: Pen) -> None:
    """With a dial, its receiver on the cradle."""
    color = pen.pick("#26262b", "#8f2b26", "#d9cdb4", "#3f5f56")
    pen.curve(
        [(50 + 5 * math.sin(i * 1.4), -18 + i * 0.9 + 3 * math.cos(i * 1.4)) for i in range(18)],
        tone(color, -0.06),
        2.4,
    )
    body = loop("-50,-2 -54,-10 -44,-30 -30,-54 -24,-66 24,-66 30,-54 44,-30 54,-10 50,-2 40,0 -40,0")
    pen.form(body, color, down=0.6)
    with pen.inside(body):
        pen.gleam(blade([(pen.side * 24, -62), (pen.side * 32, -40), (pen.side * 46, -12)], 5, 1), 0.25, 1.6)
    for x in (-22, 22):
        pen.form(rect(x - 5, -78, 10, 14, 2), tone(color, 0.02))
    handle = loop(
        "-58,-70 -60,-84 -52,-96 -36,-99 36,-99 52,-96 60,-84 58,-70 48,-66 36,-68 32,-80 24,-86 -24,-86 -32,-80 -36,-68 -48,-66"
    )
    pen.form(handle, color, 1.1, down=0.8)
    with pen.inside(handle):
        pen.gleam(wave("-48,-94 -30,-97 30,-97 48,-94 30,-93 -30,-93"), 0.4, 1)
    with pen.detail():
        pen.ball(oval(0, -32, 25, 23), tone(color, 0.08) if color != "#d9cdb4" else "#bfae8e", 0.8)
        for index in range(10):
            angle = math.radians(-62 - index * 30)
            pen.flat(oval(17.4 * math.cos(angle), -32 - 16 * math.sin(angle) * -1, 3.6, 3.4), "#efe9da")
        pen.ball(oval(0, -32, 8.5, 8), "#efe9da", 0.6)


@thing("headphones", 0.2, "table", wide=1.0)
def headphones(pen: Pen) -> None:
    color, pad = pen.pick("#2b2c30", "#b3413a", "#d9d4c8", "#3f5a7a"), "#1a1a1d"
    band = wave("-42,-34 -45,-64 -30,-92 0,-97 30,-92 45,-64 42,-34")
    pen.line(band, tone(color, -0.08), 7)
    with pen.detail():
        pen.line(wave("-34,-84 -18,-94 0,-96.6 18,-94 34,-84"), tone(color, 0.06), 5)
        pen.line(wave("-28,-84 -14,-90 0,-91.6 14,-90 28,-84"), pad, 2.4)
    for side in (-1, 1):
        pen.form(rect(side * 33 - 7, -42, 14, 40, 7), pad)
        pen.form(
            loop(
                [
                    (side * 38, -46),
                    (side * 52, -40),
                    (side * 55, -21),
                    (side * 52, -3),
                    (side * 38, 1),
                    (side * 36, -22),
                ]
            ),
            color,
        )
        with pen.detail():
            pen.gleam(oval(side * 48, -28, 1.8, 10), 0.3 if side * pen.side > 0 else 0.08, 1)
    pen.line(wave("-42,-1 -40,3 -20,2 0,-2 22,1"), pad, 1.8)


@thing("speaker", 1.1, wide=0.6)
def speaker(pen: Pen) -> None:
    color = pen.pick("#26262a", "#4a3326", "#3a3d44")
    pen.plane("-28,0 -28,-100 28,-100 28,0", color, 0.1, 0.08)
    for y, radius in ((-31, 22), (-76, 13)):
        pen.flat(oval(0, y, radius * 1.12, radius * 1.12), tone(color, -0.08))
        with pen.detail():
            pen.line(oval(0, y, radius * 1.1, radius * 1.1), "#8f9298", 1.6)
            pen.ball(oval(0, y, radius, radius), "#34343a", 0.7)
            pen.line(oval(0, y, radius * 0.84, radius * 0.84), "#141417", radius * 0.1)
            for share in (0.66, 0.54):
                pen.line(oval(0, y, radius * share, radius * share), "#4a4a52", 0.8)
            pen.ball(oval(0, y, radius * 0.36, radius * 0.36), "#5a5a62")
            for turn in range(4):
                angle = math.tau * (turn + 0.5) / 4
                pen.flat(
                    oval(radius * 1.08 * math.cos(angle), y + radius * 1.08 * math.sin(angle), 1.2, 1.2), "#b9bcc2"
                )
    with pen.detail():
        pen.flat(oval(0, -55, 6, 2.6), "#101012")
        pen.shade(rect(-30, -4, 60, 6), 0.3, 1)


@thing("disco_ball", 0.6, "air", wide=0.92, glows=True)
def disco_ball(pen: Pen) -> None:
    """Hung from above, each mirror with its own light."""
    pen.line("0,-88 0,-100", "#8f9298", 1.4)
    pen.form(rect(-5, -91, 10, 5, 1), "#8f9298")
    cx, cy, radius = 0.0, -44.0, 43.0
    pen.ball(oval(cx, cy, radius, radius), "#5a6070")
    light = pen.light
    tints = (
        (light.key, light.lamp, light.horizon, light.middle) if light else ("#ffffff", "#ffc477", "#b9a8c9", "#5a6a9a")
    )
    rows = 13
    with pen.inside(oval(cx, cy, radius, radius)):
        for row in range(rows):
            top, low = -math.pi / 2 + math.pi * row / rows, -math.pi / 2 + math.pi * (row + 1) / rows
            y0, y1 = cy + radius * math.sin(top), cy + radius * math.sin(low)
            ring = math.cos((top + low) / 2)
            count = max(4, round(14 * ring))
            for column in range(count):
                a0, a1 = -math.pi / 2 + math.pi * column / count, -math.pi / 2 + math.pi * (column + 1) / count
                x0, x1 = cx + radius * ring * math.sin(a0), cx + radius * ring * math.sin(a1)
                facing = math.cos((a0 + a1) / 2 - pen.side * 0.6) * math.cos((top + low) / 2 + 0.5)
                share = max(0.0, facing) ** 2 * 0.7 + pen.number(-0.25, 0.3)
                color = pen.pick(*tints)
                pen.flat(
                    [(x0 + 0.3, y0 + 0.3), (x1 - 0.3, y0 + 0.3), (x1 - 0.3, y1 - 0.3), (x0 + 0.3, y1 - 0.3)],
                    tone(color, max(-0.4, min(0.3, share - 0.35)), 0.7),
                )
    for _ in range(6):
        angle, reach = pen.number(0, math.tau), radius * pen.number(0.2, 0.8)
        x, y = cx + reach * math.cos(angle), cy + reach * math.sin(angle)
        pen.shine(oval(x, y, 1.5, 1.5), "#ffffff", 9, 0.9)
