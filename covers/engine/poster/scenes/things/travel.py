"""What carries people away: on wheels, on rails, through the air."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.home import BRASS, IRON
from covers.engine.poster.scenes.things.registry import thing

TYRE = "#1b1b1e"
PAINTS = ("#8a2f2a", "#35577a", "#d9cdb4", "#4f6a5a", "#c98a3c", "#2b2c33", "#a8b0b4")


def road_wheel(pen: Pen, x: float, radius: float) -> None:
    hub = "#9aa0a6"
    pen.flat(oval(x, -radius, radius, radius), TYRE)
    with pen.detail():
        pen.ball(oval(x, -radius, radius * 0.62, radius * 0.62), hub)
        pen.flat(oval(x, -radius, radius * 0.2, radius * 0.2), tone(hub, -0.3))
        for turn in range(5):
            angle = math.tau * turn / 5
            pen.flat(
                oval(
                    x + radius * 0.4 * math.cos(angle),
                    -radius + radius * 0.4 * math.sin(angle),
                    radius * 0.1,
                    radius * 0.1,
                ),
                tone(hub, -0.35),
            )


def pane(pen: Pen, outline: str, is_lit: bool = False) -> None:
    """A window: the sky in it, or a lamp behind it."""
    path = loop(outline) if outline.count(" ") > 5 else outline
    top, low = (pen.light.zenith, pen.light.horizon) if pen.light else ("#34445c", "#b9a8a0")
    if is_lit:
        pen.shine(path, pen.light.lamp if pen.light else "#ffc477", 8, 0.8)
        return
    pen.fade(path, (0, -100), (0, -30), [tone(top, 0.02), tone(low, -0.12)])
    with pen.inside(path):
        pen.gleam([(-200, -100), (-190, -100), (200, -20), (180, -20)], 0.0)


def passenger(pen: Pen, x: float) -> None:
    """Head and shoulders behind a pane, looking ahead."""
    y, lean = -60 + pen.number(-1.5, 1.5), pen.number(0.2, 2.2)
    outline = [
        (x - 7.5, -47), (x - 7.5, y + 7), (x - 4, y + 3.4), (x - 1.6 + lean, y + 2), (x - 3.4 + lean, y - 1), (x - 3.6 + lean, y - 6),
        (x + lean, y - 8), (x + 3.4 + lean, y - 6), (x + 4.2 + lean, y - 2.4),
        (x + 3.0 + lean, y + 0.8), (x + 1.2 + lean, y + 2), (x + 5, y + 4.4),
        (x + 7.5, y + 9), (x + 7.5, -47),
    ]  # fmt: skip
    pen.flat(loop(outline), pen.pick("#3a2a24", "#2f2a33", "#4a3428"), 0.92)


@thing("bicycle", 1.05, wide=1.68)
def bicycle(pen: Pen) -> None:
    color = pen.pick("#8a2f2a", "#35577a", "#4f6a5a", "#c9a24e", "#2b2c33")
    for x in (-50.0, 50.0):
        for index in range(14):
            angle = math.tau * index / 14
            pen.line([(x, -33), (x + 31 * math.cos(angle), -33 + 31 * math.sin(angle))], "#b9bcc0", 0.5, 0.8)
        pen.curve(
            [(x + 32.4 * math.cos(math.tau * i / 36), -33 + 32.4 * math.sin(math.tau * i / 36)) for i in range(36)],
            TYRE,
            3.2,
            is_closed=True,
        )
        pen.curve(
            [(x + 30 * math.cos(math.tau * i / 36), -33 + 30 * math.sin(math.tau * i / 36)) for i in range(36)],
            "#a8acb0",
            0.9,
            is_closed=True,
        )
        pen.ball(oval(x, -33, 3, 3), "#8a8f94")
    crank, seat, head = (-6.0, -31.0), (-20.0, -78.0), (34.0, -80.0)
    for line in (
        (crank, (-50, -33)),
        ((-18, -70), (-50, -33)),
        (crank, seat),
        ((-17.5, -68), (34.6, -76)),
        (crank, (36, -70)),
        (head, (38, -64), (50, -33)),
    ):
        pen.rod(line, color, 3.2)
    for x in (-50.0, 50.0):
        arc = [(x + 36 * math.cos(math.radians(a)), -33 + 36 * math.sin(math.radians(a))) for a in range(-168, -30, 12)]
        pen.curve(arc, tone(color, -0.05), 2.0)
    pen.curve(
        [(crank[0] + 8 * math.cos(math.tau * i / 16), crank[1] + 8 * math.sin(math.tau * i / 16)) for i in range(16)],
        "#6f7478",
        2.0,
        is_closed=True,
    )
    pen.line([(-6, -31), (-1, -15)], "#6f7478", 2.0)
    pen.line([(-5, -14.4), (4, -14.4)], "#26282c", 2.4)
    pen.line([(-6, -31), (-12, -46)], "#6f7478", 1.6)
    pen.line([(-50, -36), (-8, -38)], "#55585c", 0.7)
    pen.line([seat, (-21, -84)], "#8a8f94", 2.4)
    pen.form(loop("-36,-88 -34,-92 -22,-90 -8,-89 -4,-86 -16,-84 -26,-82"), "#4a2f22")
    pen.line([head, (33, -92)], "#8a8f94", 2.4)
    pen.line(wave("33,-92 36,-99 44,-98 48,-92 44,-86 36,-86"), "#8a8f94", 2.2)
    pen.line("46,-90 38,-85.6", "#4a2f22", 3.0)
    pen.form(rect(38, -82, 26, 17, 2), "#9a7a4e")
    with pen.detail():
        for x in range(40, 64, 4):
            pen.line([(x, -82), (x, -65)], "#6f5434", 0.7)
        for y in (-78, -73, -68):
            pen.line([(38, y), (64, y)], "#6f5434", 0.7)


@thing("motorcycle", 1.1, wide=1.95)
def motorcycle(pen: Pen) -> None:
    color = pen.pick("#8a2f2a", "#2b2c33", "#35577a", "#c98a3c")
    for x in (-62.0, 62.0):
        pen.flat(oval(x, -32, 32, 32), TYRE)
        with pen.detail():
            pen.flat(oval(x, -32, 24, 24), "#55585e")
            pen.flat(oval(x, -32, 22, 22), "#2b2b30")
        for index in range(10):
            angle = math.tau * index / 10 + 0.2
            with pen.detail():
                pen.line([(x, -32), (x + 22 * math.cos(angle), -32 + 22 * math.sin(angle))], "#a8acb2", 1.0)
        pen.ball(oval(x, -32, 7, 7), "#a8acb2")
    pen.rod([(62, -32), (44, -78), (38, -92)], "#b9bcc2", 4)
    pen.form(loop("-26,-58 -30,-40 -22,-24 -4,-19 18,-22 30,-34 30,-52 20,-62 -10,-62"), "#4a4c52")
    for y in (-54, -48, -42, -36, -30):
        with pen.detail():
            pen.line([(-8, y), (14, y)], "#9a9da4", 1.6)
    pen.line(wave("8,-30 -10,-22 -40,-20 -84,-24 -98,-27"), "#b9bcc2", 5)
    pen.line("-62,-32 -20,-40", "#3a3b40", 5)
    tank = loop("-10,-62 -4,-80 12,-88 32,-86 40,-76 34,-66 16,-62")
    pen.form(tank, color)
    with pen.inside(tank):
        pen.gleam(loop("0,-78 12,-84 28,-83 14,-79"), 0.45, 1)
    pen.form(loop("-74,-70 -70,-78 -52,-76 -34,-70 -10,-72 -6,-64 -20,-60 -44,-60 -66,-62"), "#2a2220")
    pen.form(loop("-96,-54 -92,-64 -78,-70 -58,-68 -44,-58 -56,-62 -72,-62 -86,-54"), color)
    pen.form(loop("36,-62 44,-66 60,-66 78,-60 90,-50 80,-56 62,-61 46,-60"), color)
    pen.line(wave("38,-92 34,-99 24,-98 18,-94"), "#b9bcc2", 3)
    pen.line("22,-96 16,-92.6", "#1d1d20", 4)
    pen.ball(oval(48, -82, 8.5, 8.5), "#55585e")
    pen.shine(loop("50,-90 56,-86 57,-79 51,-74 49,-82"), "#fff0cf", 12, 0.6)


def car_body(
    pen: Pen, color: str, outline: str, windows: tuple[str, ...], wheels: tuple[float, float], radius: float
) -> None:
    body = loop(outline)
    for x in wheels:
        pen.flat(oval(x, -radius * 0.95, radius * 1.08, radius * 0.95), "#141416")
    pen.form(body, color, 0.8, down=1.2)
    with pen.inside(body):
        for x in wheels:
            pen.flat(oval(x, -radius, radius * 1.24, radius * 1.24), "#141416")
        pen.shade(rect(-250, -14, 500, 16), 0.35, 3)
    for x in wheels:
        road_wheel(pen, x, radius)
    for window in windows:
        pane(pen, window)


@thing("car", 1.4, wide=2.75, glows=True)
def car(pen: Pen) -> None:
    """A saloon of the eighties, its lights on."""
    color = pen.pick(*PAINTS)
    car_body(
        pen, color,
        "-134,-22 -136,-44 -128,-58 -90,-64 -84,-66 -60,-92 -50,-98 18,-99 30,-95 56,-66 60,-64 116,-58 132,-48 136,-28 132,-18 -128,-16",
        (
            "-76,-66 -76,-66 -54,-90 -46,-93 -14,-94 -14,-94 -14,-66 -14,-66",
            "-8,-66 -8,-66 -8,-94 -8,-94 16,-94 24,-91 46,-66 46,-66",
        ),
        (-84, 84), 24,
    )  # fmt: skip
    with pen.detail():
        pen.line(wave("-134,-46 -60,-52 60,-52 132,-44"), tone(color, 0.14), 1.4)
        pen.line("-11,-64 -12,-24", tone(color, -0.18), 1.0)
        pen.line("-78,-64 -72,-24", tone(color, -0.18), 1.0)
        pen.line("50,-62 46,-24", tone(color, -0.18), 1.0)
        for x in (-24, 34):
            pen.form(rect(x - 14, -53, 12, 2.6, 1), "#d0d3d6")
    pen.form(rect(-141, -30, 20, 7, 2), "#b9bcc0")
    pen.form(rect(121, -30, 20, 7, 2), "#b9bcc0")
    pen.shine(loop("126,-50 134,-46 136,-38 126,-38 124,-44"), "#fff0cf", 26, 0.9)
    pen.shine(loop("-134,-50 -126,-50 -126,-40 -136,-40"), "#ff4a3a", 9, 0.7)


@thing("truck", 2.9, wide=2.2, glows=True)
def truck(pen: Pen) -> None:
    """A lorry with a tarpaulin."""
    color, load = pen.pick(*PAINTS), pen.pick("#7a6f5a", "#55665a", "#6a6f78")
    pen.plane("-106,-22 -106,-30 104,-30 104,-22", "#2b2c30")
    tarp = loop("-106,-28 -106,-28 -107,-84 -102,-96 -70,-99 -20,-98 24,-99 38,-95 40,-84 40,-28 40,-28")
    pen.form(tarp, load, 0.7, down=0.9)
    with pen.inside(tarp):
        for x in (-84, -60, -36, -12, 12):
            pen.line(wave([(x, -100), (x + 1, -60), (x, -28)]), tone(load, -0.1), 1.4)
            pen.gleam(blade([(x + 5, -96), (x + 6, -60), (x + 5, -30)], 4, 1), 0.12, 1.5)
        for x in range(-104, 40, 12):
            pen.line([(x, -36), (x + 6, -31)], tone(load, -0.16), 0.8)
    cab = loop("46,-24 46,-24 46,-80 50,-88 76,-90 84,-86 98,-58 106,-54 109,-30 108,-22 100,-20")
    pen.form(cab, color, 0.8, down=0.9)
    pane(pen, "60,-56 60,-56 60,-80 60,-80 76,-81 80,-79 90,-57 90,-57")
    with pen.detail():
        pen.line("56,-84 56,-24", tone(color, -0.16), 1)
        pen.form(rect(62, -50, 9, 2.4, 1), "#d0d3d6")
        pen.line("46,-40 108,-38", tone(color, 0.12), 1.2)
    for x in (-78, -54, 78):
        pen.flat(oval(x, -15, 17, 17), "#17171a")
        road_wheel(pen, x, 15)
    pen.form(rect(98, -24, 14, 6, 1.5), "#9a9da2")
    pen.shine(oval(106, -34, 3, 4), "#fff0cf", 14, 0.9)


@thing("bus", 3.0, wide=2.4, glows=True)
def bus(pen: Pen) -> None:
    """Windows lit, few people in it."""
    color, light = pen.pick("#a8352c", "#3a6a9a", "#4f7a5a", "#d9b24a"), pen.light.lamp if pen.light else "#ffc477"
    body = loop("-116,-14 -116,-14 -118,-80 -114,-94 -104,-98 100,-98 112,-94 118,-72 119,-30 117,-14 117,-14")
    pen.form(body, color, 0.6, down=0.9)
    with pen.inside(body):
        pen.flat(rect(-130, -99, 260, 12), tone(color, 0.16))
        pen.flat(rect(-130, -40, 260, 4), "#efe6d4")
        for x in (-74, 72):
            pen.flat(oval(x, -15, 18, 19), "#141416")
        pen.shade(rect(-130, -20, 260, 10), 0.3, 2)
    for x in (-74, 72):
        road_wheel(pen, x, 15)
    glass = rect(-110, -82, 196, 34, 2)
    pen.flat(glass, "#4a3a2a")
    pen.shine(glass, tone(light, -0.02), 26, 0.85)
    pane(pen, "92,-82 92,-82 110,-82 110,-82 116,-58 116,-46 116,-46 92,-46 92,-46")
    pen.shine(oval(113, -26, 3, 4), "#fff0cf", 16, 0.9)
    with pen.front():
        for x in (-78, -46, -14, 18, 50):
            pen.flat(rect(x, -82, 3, 34), tone(color, -0.1))
        for x in (-96, -30, -2, 66):
            if pen.rng.random() < 0.6:
                passenger(pen, x)
        for x in range(-106, 86, 16):
            pen.form(loop([(x, -48), (x, -57), (x + 4, -59), (x + 8, -57), (x + 8, -48)]), "#5a4a52")
        pen.gleam("-100,-82 -84,-82 -100,-48 -110,-48 -110,-62", 0.2)


@thing("train", 3.7, wide=2.9, glows=True)
def train(pen: Pen) -> None:
    """The last carriage and its lit windows."""
    color, light = pen.pick("#4f6a5a", "#35577a", "#8a3f34", "#b9b4a8"), pen.light.lamp if pen.light else "#ffc477"
    pen.flat(rect(-146, -18, 292, 9), "#1d1d20")
    for x in (-112, -86, 86, 112):
        pen.ball(oval(x, -8.6, 8.6, 8.6), "#55585c")
    body = loop("-144,-16 -144,-16 -145,-78 -138,-92 -120,-98 120,-98 138,-92 145,-78 144,-16 144,-16")
    pen.form(body, color, 0.6, down=0.9)
    with pen.inside(body):
        pen.flat(rect(-150, -99, 300, 11), tone(color, -0.12))
        pen.flat(rect(-150, -38, 300, 5), "#e6dcc4")
        for x in range(-140, 140, 7):
            pen.line([(x, -32), (x, -16)], tone(color, -0.05), 0.6)
        pen.shade(rect(-150, -22, 300, 8), 0.3, 2)
    for x in (-128, 128):
        pen.plane(rect(x - 11, -82, 22, 64, 2), tone(color, 0.05), 0.2)
        pane(pen, f"{x - 7},-76 {x + 7},-76 {x + 7},-50 {x - 7},-50")
    for index in range(7):
        x = -102 + index * 30
        window = rect(x, -80, 24, 32, 2)
        pen.flat(window, "#4a3a2a")
        pen.shine(window, tone(light, -0.02), 10, 0.85)
    with pen.front():
        for index in range(7):
            x = -102 + index * 30
            if pen.rng.random() < 0.45:
                passenger(pen, x + pen.number(8, 15))
            pen.flat(rect(x, -69, 24, 1.4), tone(color, -0.1))


@thing("wheel", 0.62)
def wheel(pen: Pen) -> None:
    """Of a cart, in wood and iron."""
    wood = pen.pick("#8a6242", "#6f5a44")
    for index in range(10):
        with pen.moved(0, -50, index * 36):
            pen.form("-2.6,-8 -1.9,-41 1.9,-41 2.6,-8", wood)
    pen.curve(
        [(41.5 * math.cos(math.tau * i / 40), -50 + 41.5 * math.sin(math.tau * i / 40)) for i in range(40)],
        wood,
        9,
        is_closed=True,
    )
    pen.curve(
        [(47.4 * math.cos(math.tau * i / 40), -50 + 47.4 * math.sin(math.tau * i / 40)) for i in range(40)],
        IRON,
        4.4,
        is_closed=True,
    )
    with pen.detail():
        pen.curve(
            [(38 * math.cos(math.tau * i / 40), -50 + 38 * math.sin(math.tau * i / 40)) for i in range(40)],
            tone(wood, -0.14),
            1.4,
            is_closed=True,
        )
    pen.ball(oval(0, -50, 11, 11), tone(wood, -0.04))
    pen.ball(oval(0, -50, 5, 5), IRON)


@thing("suitcase", 0.62, wide=1.2)
def suitcase(pen: Pen) -> None:
    """Of leather, with belts and a label."""
    color = pen.pick("#7a4a2c", "#5a3a34", "#4f5a48", "#6f5a44")
    pen.line(wave("-15,-84 -14,-97 14,-97 15,-84"), tone(color, -0.14), 6)
    body = loop("-58,-6 -60,-12 -60,-74 -56,-82 -48,-84 48,-84 56,-82 60,-74 60,-12 58,-4 50,0 -50,0")
    pen.form(body, color, down=0.5)
    with pen.inside(body):
        pen.line("-64,-44 64,-44", tone(color, -0.16), 1.6)
        for x in (-34, 34):
            pen.flat(rect(x - 4.5, -86, 9, 88), tone(color, -0.14))
            pen.gleam(rect(x - 4.5, -86, 1.4, 88), 0.16)
            pen.form(rect(x - 6, -52, 12, 11, 1.5), BRASS)
            pen.flat(rect(x - 3, -49, 6, 5, 1), tone(color, -0.2))
        for x in (-60, 46):
            for y in (-84, -14):
                pen.flat(oval(x + 7, y + 7, 15, 13), tone(color, -0.1))
        pen.gleam(rect(-56, -82, 112, 3), 0.28, 1)
        with pen.moved(-6, -66, -9):
            pen.plane(rect(-10, -7, 20, 14, 1), "#e6dcc0")
            pen.line("-6,-2 6,-2", "#8a4a3a", 1.6)
            pen.line("-6,2 4,2", "#5a6a7a", 1.2)
        with pen.moved(-52, -24, 14):
            pen.ball(oval(0, 0, 9, 9), "#4f7a8a", 0.4)
            pen.line("-6,0 6,0", "#efe6d0", 2)
