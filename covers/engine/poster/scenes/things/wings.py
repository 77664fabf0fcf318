"""Birds and what flies besides them."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, union
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.beasts import eye, limb
from covers.engine.poster.scenes.things.registry import thing


def feathers(pen: Pen, start: tuple[float, float], tips: list[tuple[float, float]], color: str, wide: float) -> None:
    """Long feathers that fan out from one place, the last on top."""
    for index, (x, y) in enumerate(tips):
        sx, sy = start[0] + (x - start[0]) * 0.1, start[1] + (y - start[1]) * 0.1
        mid = ((sx + x) / 2, (sy + y) / 2)
        pen.form(blade([(sx, sy), mid, (x, y)], wide, wide * 0.3), tone(color, -0.03 + 0.05 * (index % 2)), 0.6)


@thing("crow", 0.42, wide=1.45)
def crow(pen: Pen) -> None:
    """Standing, a sheen on its back."""
    color = "#1e1f27"
    for x in (-4, 8):
        pen.line([(x, -24), (x + 2, -8), (x + 1, -1)], "#2a2726", 2.4)
        pen.line([(x - 6, -0.6), (x + 1, -2), (x + 9, -0.6)], "#2a2726", 2)
    feathers(pen, (-24, -40), [(-70, -16), (-72, -21), (-72, -26)], color, 9)
    body = union(
        loop("-40,-36 -30,-50 -10,-62 12,-72 24,-66 " "30,-52 24,-34 8,-22 -12,-20 -34,-28"),
        loop("14,-66 20,-84 34,-94 46,-92 " "52,-84 50,-76 40,-70 30,-56"),
        loop("48,-88 60,-87 72,-80 60,-79 48,-78"),
    )  # fmt: skip
    pen.form(body, color, 1.1)
    with pen.inside(body):
        pen.flat("46,-92 76,-82 76,-76 48,-76", "#2c2a2b")
        pen.line(wave("50,-82.4 60,-82 71,-80"), "#0c0c0f", 1)
        pen.gleam(loop("-20,-54 4,-66 20,-70 8,-60 -10,-50"), 0.24, 3, "#9aa8d8")
        pen.gleam(loop("24,-86 34,-92 42,-90 34,-86"), 0.24, 1.6, "#9aa8d8")
    feathers(pen, (10, -58), [(-44, -20), (-50, -25), (-54, -31), (-54, -37), (-46, -42)], color, 10)
    wing = loop("14,-64 -8,-60 -30,-46 -44,-34 -26,-32 0,-38 18,-48")
    pen.form(wing, tone(color, 0.04))
    eye(pen, 42, -85, 1.7, "#c9c9d0")


@thing("bird", 0.16, wide=1.3)
def bird(pen: Pen) -> None:
    """A small one, on whatever there is."""
    color, breast = pen.pick(("#5f7a94"), "#7a6650", "#8a6a5a"), pen.pick("#c9763c", "#d9c9a8", "#c9a24e")
    for x in (-2, 7):
        pen.line([(x, -16), (x + 2, -1)], "#5a4636", 2)
        pen.line([(x - 3, -0.6), (x + 8, -0.6)], "#5a4636", 1.8)
    feathers(pen, (-28, -36), [(-68, -20), (-70, -27)], tone(color, -0.05), 9)
    body = union(
        loop("-40,-34 -26,-54 -4,-68 16,-76 34,-64 40,-44 30,-22 8,-12 -14,-16 -32,-24"), oval(22, -78, 20, 19)
    )
    pen.form(body, color)
    with pen.inside(body):
        pen.ball(loop("46,-70 40,-30 22,-10 4,-12 12,-34 18,-58 34,-66"), breast, 0.6)
        pen.gleam(loop("10,-92 22,-98 34,-92 22,-92"), 0.22, 2)
    pen.form("39,-82 54,-75 39,-71", "#3a332c", down=0.6)
    wing = loop("8,-62 -16,-56 -38,-40 -58,-24 -34,-26 -8,-30 10,-42")
    pen.form(wing, tone(color, -0.07))
    with pen.inside(wing):
        for y in (-50, -42, -34):
            pen.flat(blade([(-56, y + 20), (-24, y + 4), (6, y)], 3, 0.5), tone(color, 0.05), 0.8)
    eye(pen, 29, -81, 2.6)


@thing("seagull", 0.55, "air", wide=2.3)
def seagull(pen: Pen) -> None:
    """On spread wings."""
    white, grey, dark = "#e9e8e4", "#9fa8b0", "#2b2d33"
    far = loop("6,-52 22,-66 44,-82 72,-92 110,-100 92,-84 66,-68 40,-52 18,-42")
    pen.form(far, tone(grey, -0.08), 0.6)
    with pen.inside(far):
        pen.flat("92,-100 118,-106 110,-80 88,-84", dark, 0.85)
    tail = loop("-52,-26 -66,-24 -80,-16 -70,-12 -50,-14")
    pen.form(tail, white)
    body = loop("-56,-22 -36,-38 -6,-48 22,-50 40,-52 52,-46 54,-38 42,-30 14,-20 -20,-12 -46,-14")
    pen.form(body, white, down=1.0)
    with pen.inside(body):
        pen.shade(loop("-60,-14 -20,-20 20,-26 54,-38 40,-10 -40,0"), 0.22, 3)
    pen.form("52,-46 66,-39 52,-37", "#d9a23c")
    near = loop("18,-46 0,-60 -26,-78 -56,-90 -112,-94 -92,-78 -64,-58 -38,-42 -14,-32 8,-34")
    pen.form(near, grey, 0.7)
    with pen.inside(near):
        pen.flat("-92,-100 -120,-100 -112,-84 -86,-78", dark, 0.9)
        for x, y in ((-84, -70), (-66, -58), (-48, -47), (-30, -38)):
            pen.line([(x, y), (x + 22, y - 14)], tone(grey, -0.1), 1.1)
        pen.gleam(loop("-88,-90 -50,-86 -10,-62 14,-46 -12,-56 -52,-80"), 0.35, 2)
    eye(pen, 46, -44, 1.7)
    with pen.detail():
        pen.line([(-110, 0), (-109, 0)], white, 0.3, 0.0)


@thing("swan", 1.0, "water", wide=1.25)
def swan(pen: Pen) -> None:
    """On still water."""
    white = "#ebe9e4"
    body = loop("-62,-28 -58,-40 -34,-48 -6,-46 20,-38 40,-28 48,-14 38,-2 10,1 -26,1 -48,-6")
    pen.form(body, white, 0.8, down=0.8)
    neck = union(
        limb("34,-18 44,-36 34,-56 26,-74 32,-90 42,-93", "22 13 9 8 9.6 11"),
        loop("38,-98 48,-98 56,-90 54,-85 44,-86"),
    )
    pen.form(neck, white, 0.9)
    with pen.inside(neck):
        pen.shade(blade("24,-28 40,-40 30,-58 22,-74 28,-90", 5, 2), 0.16, 1.2)
    beak = loop("52,-94 62,-86 64,-82 58,-82 51,-86")
    pen.form(beak, "#c8763a")
    pen.flat(loop("48,-96 54,-95 54,-88 50,-89"), "#1b1a1c")
    for outline, shade in (
        ("-70,-46 -48,-60 -16,-62 14,-50 26,-34 14,-20 -14,-16 -40,-22 -56,-32", 0.0),
        ("-64,-36 -40,-48 -12,-48 10,-38 16,-26 0,-16 -24,-14 -46,-20", -0.03),
    ):
        wing = loop(outline)
        pen.form(wing, tone(white, shade), 0.8, down=0.8)
        with pen.inside(wing):
            for step in range(6):
                x = -58 + step * 12
                pen.line(wave([(x - 6, -30 - step), (x + 6, -24), (x + 20, -22)]), tone(white, -0.13), 1.1, 0.7)
    eye(pen, 46, -93, 1.3)
    with pen.detail():
        pen.shade([(-46, -3), (40, -3), (36, 1), (-42, 1)], 0.24, 2)
        pen.line("-52,0.8 46,0.8", "#dfe8ee", 0.9, 0.4)


def insect_wing(pen: Pen, outline: str, color: str, edge: str, spots: str, flip: bool) -> None:
    with pen.moved(flip=flip):
        path = loop(outline)
        pen.form(path, color, 0.7)
        with pen.inside(path):
            box = path.getBounds()
            for step in range(7):
                angle = math.radians(-80 + step * 24)
                pen.line(
                    [(4, -54), (4 + 90 * math.cos(angle), -54 + 90 * math.sin(angle))], tone(color, -0.14), 0.9, 0.6
                )
            pen.line(path, edge, 7)
            for pair in spots.split():
                x, y, r = (float(part) for part in pair.split(","))
                pen.ball(oval(x, y, r, r * 0.9), tone(edge, 0.3), 0.5)
            pen.gleam(oval(box.left() + box.width() * 0.4, box.top() + 12, 14, 6), 0.16, 4)


@thing("butterfly", 0.07, "air", wide=1.3)
def butterfly(pen: Pen) -> None:
    color = pen.pick("#d98a3c", "#5f86b8", "#c9665a", "#d9c26a", "#8a6aa8")
    edge = "#241d20"
    with pen.moved(0, 0, 0):
        for flip in (False, True):
            insect_wing(
                pen,
                "3,-50 12,-44 34,-36 46,-20 40,-4 26,0 14,-10 6,-28",
                tone(color, -0.03),
                edge,
                "36,-14,2.4 30,-6,2",
                flip,
            )
            insect_wing(
                pen,
                "3,-58 14,-76 36,-94 58,-99 62,-86 56,-62 42,-46 22,-42 6,-46",
                color,
                edge,
                "54,-88,2.6 52,-78,2.2 48,-68,2",
                flip,
            )
    for side in (-1, 1):
        pen.line(wave([(side * 1, -76), (side * 5, -86), (side * 13, -96)]), edge, 1)
        pen.ball(oval(side * 13.4, -96.6, 1.5, 1.5), edge)
    pen.form(loop("0,-79 3,-74 3.6,-56 2.6,-34 0,-24 -2.6,-34 -3.6,-56 -3,-74"), "#2b2326")


@thing("moth", 0.06, "air", wide=1.55)
def moth(pen: Pen) -> None:
    """Furry and pale, with eyes on its wings."""
    color = pen.pick("#c9b79a", "#b3a48f", "#9a8f86")
    for flip in (False, True):
        with pen.moved(flip=flip):
            low = loop("4,-48 18,-44 40,-34 52,-16 44,-2 28,-2 14,-14 6,-30")
            high = loop("3,-66 20,-80 48,-95 74,-98 78,-90 70,-68 54,-48 34,-40 8,-44")
            for path, shift in ((low, 0.04), (high, 0.0)):
                pen.form(path, tone(color, shift), 0.8)
                with pen.inside(path):
                    pen.line(path, tone(color, -0.16), 4, 0.8)
            with pen.inside(high):
                for scale in (0.78, 0.62):
                    band = wave(
                        [
                            (76 * scale, -108 * scale),
                            (70 * scale, -70 * scale),
                            (46 * scale, -46 * scale),
                            (6, -36 * scale),
                        ]
                    )
                    pen.line(band, tone(color, -0.14), 2.6, 0.8)
                pen.ball(oval(46, -72, 6.4, 6), "#5a4434")
                pen.ball(oval(46, -72, 3.4, 3.2), "#d9b878")
                for _ in range(50):
                    pen.flat(
                        oval(pen.number(6, 72), pen.number(-96, -42), 0.8, 0.6),
                        tone(color, pen.number(-0.12, 0.1)),
                        0.7,
                    )
            with pen.inside(low):
                pen.ball(oval(32, -22, 4.6, 4.2), "#5a4434")
                pen.line(wave("44,-38 46,-22 30,-8"), tone(color, -0.12), 2)
            pen.line(wave("1.6,-78 8,-90 20,-97"), tone(color, -0.22), 1.4)
            for step in range(6):
                x, y = 4 + step * 3, -84 - step * 2.4
                pen.line([(x, y), (x + 1.4, y + 4.4)], tone(color, -0.2), 0.8)
    body = loop("0,-82 6,-76 7.4,-62 6,-44 3,-22 0,-14 -3,-22 -6,-44 -7.4,-62 -6,-76")
    pen.form(body, tone(color, 0.04))
    with pen.inside(body):
        for y in (-54, -46, -38, -30, -22):
            pen.line(wave([(-8, y), (0, y + 2), (8, y)]), tone(color, -0.14), 1.6)
        pen.gleam(oval(0, -70, 5, 6), 0.3, 2)


@thing("firefly", 1.2, "air", wide=1.1, glows=True)
def firefly(pen: Pen) -> None:
    """A cloud of them, near and far."""
    for _ in range(15):
        x, y = pen.number(-48, 48), pen.number(-96, -4)
        size = pen.number(0.5, 1.5) ** 1.4
        pen.shine(
            oval(x, y, size, size * 0.8), pen.pick("#e6ff8a", "#d9f56a", "#ffe98a"), size * 8, pen.number(0.6, 1.0)
        )
    pen.shine(oval(8, -52, 2.2, 1.8), "#e6ff8a", 18, 1.0)
    pen.flat(oval(5.4, -53.2, 2.4, 1.2), "#2a2620")
