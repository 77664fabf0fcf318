"""What flies by itself or on a string, and a tent under the sky."""

from __future__ import annotations

from covers.engine.poster.geometry import oval
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, turned, wave
from covers.engine.poster.scenes.things.registry import thing


@thing("airplane", 5.5, "sky", wide=3.3, glows=True)
def airplane(pen: Pen) -> None:
    """Climbing, from the side."""
    white = "#d9dce0"
    with pen.moved(0, -42, -9):
        pen.form("34,6 -6,44 -22,44 2,4", tone(white, -0.1))
        body = loop("-158,-8 -120,-12 -60,-15 60,-16 118,-14 146,-7 158,3 152,11 120,16 40,18 -60,16 -120,6 -156,-3")
        tail = loop("-150,-8 -150,-8 -166,-54 -148,-54 -112,-14 -112,-14")
        pen.form(tail, pen.pick("#b3413a", "#35577a", "#d9a441", "#3f7a6a"))
        pen.form(body, white, down=1.4)
        with pen.inside(body):
            for x in range(-96, 112, 11):
                pen.flat(oval(x, -4, 2.2, 2.8), "#39455a")
            pen.flat("136,-10 150,-6 152,-2 140,-2", "#2b3444")
            pen.shade(wave("-160,2 -60,9 60,10 158,6 150,24 -120,24"), 0.25, 2)
        pen.form("-118,-4 -152,-18 -164,-18 -148,-2", tone(white, -0.06))
        pen.form("46,8 -34,52 -54,52 -8,8", tone(white, -0.03))
        pen.form(loop("10,20 14,15 34,15 38,20 34,26 14,26"), tone(white, -0.14))
        pen.shine(oval(-50, 51, 2.6, 2.6), "#ff5a4a", 12, 0.9)
        pen.shine(oval(-157, -53, 2.2, 2.2), "#ffffff", 10, 0.8)


@thing("paper_plane", 0.2, "air", wide=1.9)
def paper_plane(pen: Pen) -> None:
    paper = pen.pick("#efeae0", "#e6d9b8", "#cfdbe2")
    pen.plane("94,-92 -94,-62 -34,-42", tone(paper, -0.02), 0.4)
    pen.plane("94,-92 -34,-42 -30,-4", tone(paper, -0.22), -0.4)
    pen.plane("94,-92 -30,-4 -8,-30", tone(paper, -0.1), -0.2)
    pen.plane("94,-92 -8,-30 44,-4", paper, 0.5, 0.12)
    with pen.detail():
        pen.line("94,-92 -34,-42", tone(paper, 0.08), 0.9)
        pen.line("94,-92 -8,-30", tone(paper, -0.2), 0.9)


@thing("balloon", 0.85, "air", wide=0.46)
def balloon(pen: Pen) -> None:
    color = pen.pick("#b3302c", "#c2483a", "#d9a441", "#4f7fa8", "#d98a9a")
    pen.line(wave("0,-44 4,-32 -4,-18 2,-6 0,0"), "#d9d4c8", 0.8)
    body = loop("0,-99 -14,-97 -22,-86 -22,-70 -14,-55 -3,-47 3,-47 14,-55 22,-70 22,-86 14,-97")
    pen.ball(body, color)
    pen.flat("-2.6,-43.4 0,-48 2.6,-43.4", tone(color, -0.08))
    with pen.inside(body):
        pen.gleam(oval(pen.side * 9, -85, 3.4, 7), 0.55, 1.2)


@thing("kite", 0.95, "air", wide=0.9)
def kite(pen: Pen) -> None:
    """With its tail and a little of its string."""
    first, second = pen.pick("#b3413a", "#35577a", "#c98a3c"), pen.pick("#efe2c6", "#d9b24a")
    pen.line(wave("6,-64 20,-40 40,-20 44,-1"), "#d9d4c8", 0.6)
    with pen.moved(-4, -62, 14):
        for outline, color, turn in (
            ("0,-36 -26,-6 0,-6", first, 0.5),
            ("0,-36 26,-6 0,-6", second, -0.2),
            ("-26,-6 0,38 0,-6", second, 0.2),
            ("26,-6 0,38 0,-6", first, -0.6),
        ):
            pen.plane(outline, color, turn * -pen.side, 0.06)
        with pen.detail():
            pen.line("0,-36 0,38", "#4a3a2a", 1.0)
            pen.line("-26,-6 26,-6", "#4a3a2a", 1.0)
    pen.line(wave("-13,-25 -22,-18 -14,-11 -26,-4 -34,-1"), first, 1.0)
    for x, y, turn in ((-19, -19, 20), (-17, -11.5, -30), (-28, -3.6, 20)):
        with pen.moved(x, y, turn):
            pen.flat("0,0 -5,-2.6 -5,2.6", second)
            pen.flat("0,0 5,-2.6 5,2.6", first)


@thing("rocket", 12.0, wide=0.48, glows=True)
def rocket(pen: Pen) -> None:
    """On its flame."""
    white, red = "#dcdcd8", pen.pick("#b3413a", "#35577a", "#c98a3c")
    pen.shine(loop("-7,-20 -9,-12 -4,-6 0,0 4,-6 9,-12 7,-20"), "#ffb04a", 26, 1.0)
    for side in (-1, 1):
        pen.form([(side * 9, -42), (side * 22, -24), (side * 21, -12), (side * 8, -20)], red)
    body = turned([(0, -100), (7, -88), (12.5, -68), (13, -44), (9, -20), (9, -20)])
    pen.form(body, white)
    with pen.inside(body):
        pen.flat("-20,-101 20,-101 20,-82 -20,-82", red)
        pen.flat("-20,-30 20,-30 20,-26 -20,-26", red)
        pen.gleam(blade([(pen.side * 5, -90), (pen.side * 8, -64), (pen.side * 7, -24)], 2.6, 0.6), 0.4, 0.8)
    pen.ball(oval(0, -64, 5.6, 5.6), "#8a8f96")
    pen.ball(oval(0, -64, 4.2, 4.2), "#34506e")
    pen.form("-2,-44 2,-44 1.6,-14 -1.6,-14", red)
    pen.form("-7,-20 7,-20 9,-17 -9,-17", "#55585e")


@thing("tent", 1.35, wide=1.75, glows=True)
def tent(pen: Pen) -> None:
    """Lit from inside, its door half open."""
    color, light = pen.pick("#c98a3c", "#8a4a34", "#4f7a78", "#6a7a4a"), pen.light.lamp if pen.light else "#ffc477"
    for line in ("-66,-24 -88,-1", "66,-24 88,-1"):
        pen.line(line, "#c9c2b2", 0.7)
    left = "M-78 0 Q-34 -34 -6 -99 L6 -99 Q36 -34 78 0 Z"
    pen.form(left, color, 0.6)
    glow = "M-62 -3 Q-26 -34 -2 -90 L3 -90 Q28 -34 62 -3 Z"
    pen.shine(glow, tone(light, -0.02), 54, 0.55)
    with pen.front():
        with pen.inside(left):
            pen.shade(blade("-70,0 -30,-40 0,-99", 3.4, 2), 0.3)
            pen.shade(blade("70,0 30,-40 2,-99", 3.4, 2), 0.3)
        pen.flat("M-2 -76 Q-14 -30 -24 0 L16 0 Q6 -34 -2 -76 Z", tone(light, 0.1))
        pen.form("M-2 -78 Q-16 -32 -34 0 L-24 0 Q-10 -34 -2 -78 Z", tone(color, 0.02))
        pen.form("M-2 -78 Q8 -30 30 0 L13 0 Q2 -40 -2 -78 Z", tone(color, -0.06))
    pen.flat("M-78 0 L78 0 L74 -3 L-74 -3 Z", tone(color, -0.2))
