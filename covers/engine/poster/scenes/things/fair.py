"""Where music and lights turn: a fair."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, loop, tone
from covers.engine.poster.scenes.things.registry import thing


@thing("carousel", 6.5, wide=1.12, glows=True)
def carousel(pen: Pen) -> None:
    """Horses under a striped roof hung with bulbs."""
    red, cream, gold = pen.pick("#a8433a", "#35577a", "#7a3f6a"), "#efe2c6", "#c9a24e"
    pen.form(rect(-52, -6, 104, 6, 1), tone(red, -0.1))
    pen.form(rect(-50, -9, 100, 3.4, 1), gold)
    pen.flat(rect(-46, -62, 92, 54), "#3a2a34")
    pen.shine(rect(-14, -62, 28, 54), "#ffdba0", 50, 0.7)
    with pen.front():
        pen.form("-7,-9 -7,-64 7,-64 7,-9", cream)
        for y in (-54.0, -40.0, -26.0, -14.0):
            pen.ball(oval(0, y, 3.4, 4.6), gold)
        for x, y in ((-36.0, -30.0), (-15.0, -24.0), (16.0, -31.0), (38.0, -25.0)):
            pen.line([(x, -62), (x, -9)], gold, 0.9)
            horse = loop(
                [
                    (x - 9, y - 3),
                    (x - 5, y - 6),
                    (x + 3, y - 5),
                    (x + 6, y - 12),
                    (x + 9, y - 14),
                    (x + 13, y - 9),
                    (x + 9, y - 8),
                    (x + 8, y - 1),
                    (x + 12, y + 5),
                    (x + 10, y + 6),
                    (x + 5, y + 2),
                    (x - 3, y + 3),
                    (x - 8, y + 9),
                    (x - 10, y + 8),
                    (x - 7, y + 1),
                    (x - 12, y + 6),
                    (x - 12, y),
                ]
            )
            pen.form(horse, cream)
            pen.flat(rect(x - 2.6, y - 6, 5, 4.4, 1), red)
    count, low = 8, -64.0
    for index in range(count):
        x0, x1 = -56 + 112 * index / count, -56 + 112 * (index + 1) / count
        color = red if index % 2 else cream
        lift = tone(color, 0.04 if (x0 + x1) * pen.side > 0 else -0.07)
        pen.plane(f"M0 -95 L{x0:.1f} {low} L{x1:.1f} {low} Z", lift, 0.2)
        pen.flat(
            loop([(x0, low - 0.5), (x0, low - 0.5), (x1, low - 0.5), (x1, low - 0.5), ((x0 + x1) / 2, low + 9)]),
            tone(color, -0.04),
        )
    pen.form("-1,-94 -0.6,-100 0.6,-100 1,-94", gold)
    for index in range(count + 1):
        pen.shine(oval(-56 + 112 * index / count, low, 1.2, 1.2), "#ffe2a8", 3.4, 0.9)


@thing("ferris_wheel", 45.0, wide=0.96, glows=True)
def ferris_wheel(pen: Pen) -> None:
    """Its cabins lit."""
    steel = pen.pick("#8a8f9a", "#b0a8a0")
    cx, cy, radius = 0.0, -54.0, 42.0
    for x in (-24.0, 24.0):
        pen.line([(cx, cy), (x, 0)], tone(steel, -0.08), 2.0)
    pen.line("-13,-24 13,-24", tone(steel, -0.08), 1.1)
    count = 16
    hub = [
        (cx + radius * math.cos(math.tau * i / count), cy + radius * math.sin(math.tau * i / count))
        for i in range(count)
    ]
    for index, (x, y) in enumerate(hub):
        pen.line([(cx, cy), (x, y)], steel, 0.4, 0.8)
        inner = (cx + (hub[(index + 1) % count][0] - cx) * 0.86, cy + (hub[(index + 1) % count][1] - cy) * 0.86)
        pen.line([(x, y), inner], steel, 0.35, 0.8)
    for r, wide in ((radius, 1.1), (radius * 0.86, 0.7), (radius * 0.28, 0.5)):
        pen.curve(
            [
                (cx + r * 1.012 * math.cos(math.tau * i / 40), cy + r * 1.012 * math.sin(math.tau * i / 40))
                for i in range(40)
            ],
            steel,
            wide,
            is_closed=True,
        )
    pen.ball(oval(cx, cy, 3.0, 3.0), steel)
    colors = ("#c2483a", "#3f7aa8", "#d9a441", "#5f8a66")
    for index, (x, y) in enumerate(hub):
        pen.form(rect(x - 2.7, y, 5.4, 5.4, 1.6), colors[index % 4])
        pen.shine(rect(x - 2, y + 1.2, 4, 2), "#ffdf9e", 3.0, 0.8)
    for index in range(count * 2):
        angle = math.tau * (index + 0.5) / (count * 2)
        pen.shine(oval(cx + radius * math.cos(angle), cy + radius * math.sin(angle), 0.55, 0.55), "#ffd0e0", 1.6, 0.8)
