"""What is written, given, kept and looked through."""

from __future__ import annotations

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, turned, wave
from covers.engine.poster.scenes.things.beasts import limb
from covers.engine.poster.scenes.things.home import BRASS, DARK_WOOD, IRON
from covers.engine.poster.scenes.things.registry import thing

PAPER = "#efe7d6"


@thing("letter", 0.11, "table", wide=1.75)
def letter(pen: Pen) -> None:
    """Opened, its page half out of the envelope, a seal on it."""
    paper = pen.pick(PAPER, "#e6d9bc", "#dfe2e4")
    pen.plane("-84,-54 0,-96 84,-54 84,-50 -84,-50", tone(paper, -0.14), -0.2)
    with pen.moved(2, -40, 2):
        sheet = "-66,0 -66,-58 66,-58 66,0"
        pen.plane(sheet, "#f6f1e6", 0.3)
        with pen.inside(sheet):
            for index in range(6):
                y = -49 + index * 8
                ends = [(-54 + step * 18, y + pen.number(-1.4, 1.4)) for step in range(6 if index else 3)]
                pen.line(wave(ends), "#3a4668", 1.5, 0.85)
    pen.plane("-86,-56 0,-16 86,-56 86,0 -86,0", paper, 0.1, 0.06)
    pen.plane("-86,0 -14,-32 0,-26 14,-32 86,0", tone(paper, 0.03), 0.2)
    with pen.detail():
        pen.line("-86,0 -12,-32", tone(paper, -0.16), 1.2)
        pen.line("86,0 12,-32", tone(paper, -0.16), 1.2)
        pen.shade("-86,-56 0,-16 86,-56 84,-58 0,-19 -84,-58", 0.2, 1)
        pen.ball(loop("-10,-28 -8,-36 0,-38 9,-36 11,-27 8,-19 0,-17 -9,-19"), "#a3262c")
        pen.line(oval(0.4, -27.6, 5.4, 5.4), "#7a161c", 1.4)


@thing("book", 0.06, "table", wide=3.1)
def book(pen: Pen) -> None:
    """Open, face up."""
    cover = pen.pick("#7a3a30", "#35577a", "#4f6a5a", "#8a6a3a")
    pen.form(loop("-150,-8 -152,-20 -148,-24 148,-24 152,-20 150,-8 146,-2 -146,-2"), cover, down=0.7)
    for side in (-1, 1):
        for lift, shade in ((0, -0.12), (4, -0.06), (9, 0.0)):
            up = -20 - lift
            page = (
                f"M0 {up} C{side * 20} {up - 42} {side * 84} {up - 52} {side * 140} {-46 - lift * 0.4} "
                f"L{side * 142} {-22 + lift * 0.1} C{side * 90} -40 {side * 30} -34 0 -10 Z"
            )
            pen.form(page, tone(PAPER, shade), 0.6)
        top = f"M0 -46 C{side * 22} -88 {side * 86} -96 {side * 136} -66 L{side * 141} -48 C{side * 86} -78 {side * 26} -70 0 -28 Z"
        pen.form(top, tone(PAPER, 0.02), 0.6)
        with pen.inside(top):
            for share in (0.25, 0.42, 0.6, 0.78):
                pen.line(
                    wave(
                        [
                            (side * 12, -42 + share * 12 - 8),
                            (side * 60, -84 + share * 14),
                            (side * 128, -66 + share * 16),
                        ]
                    ),
                    "#6a6258",
                    1.3,
                    0.55,
                )
            pen.shade([(0, -100), (side * 16, -100), (side * 10, 0), (0, 0)], 0.3, 5)
    pen.flat(blade("4,-40 12,-14 10,0", 5, 4), "#a3302a")
    pen.line("0,-99 0,-99.5", PAPER, 0.2, 0.0)


@thing("lantern", 0.55, "air", wide=0.62, glows=True)
def lantern(pen: Pen) -> None:
    """Of paper, hanging, its tassel moved by the air."""
    color = pen.pick("#ff9a4a", "#ff6a4a", "#ffc870", "#ff8a6a")
    pen.line("0,-90 0,-100", "#3a2a22", 1)
    pen.form(rect(-10, -91, 20, 5, 1), DARK_WOOD)
    body = loop("-11,-86 -24,-80 -30,-64 -30,-50 -24,-34 -11,-28 11,-28 24,-34 30,-50 30,-64 24,-80 11,-86")
    pen.flat(body, tone(color, -0.2))
    pen.shine(body, color, 62, 0.88)
    with pen.front(), pen.inside(body):
        for y in range(-82, -28, 6):
            bow = 2.2 if y > -57 else -2.2
            pen.line(wave([(-32, y), (0, y + bow), (32, y)]), "#8a3a1c", 0.7, 0.55)
        side = -pen.side
        pen.shade(
            loop([(side * 14, -88), (side * 34, -70), (side * 34, -44), (side * 14, -26), (side * 24, -56)]), 0.2, 4
        )
    pen.form(rect(-10, -29, 20, 5, 1), DARK_WOOD)
    pen.line("0,-24 0,-17", "#8f2b26", 1.2)
    pen.ball(oval(0, -16, 2.6, 2.6), "#a3302a")
    for x in (-2.4, -0.8, 0.8, 2.4):
        pen.line(wave([(x * 0.4, -15), (x + 1, -8), (x + 0.6, 0)]), "#a3302a", 1.0)


@thing("camera", 0.1, "table", wide=1.4)
def camera(pen: Pen) -> None:
    leather, metal = pen.pick("#26262a", "#5a3a2a", "#3f4a44"), "#b9bcc0"
    pen.form(loop("-68,-70 -68,-84 -60,-90 -26,-90 -20,-99 20,-99 26,-90 60,-90 68,-84 68,-70"), metal, down=0.7)
    for x, wide in ((-46, 18), (44, 14)):
        pen.form(rect(x - wide / 2, -96, wide, 8, 2), tone(metal, -0.06))
    pen.ball(oval(60, -93, 4, 3), "#8f2b26")
    body = loop("-70,-10 -70,-74 -70,-74 70,-74 70,-74 70,-10 66,-3 58,-1 -58,-1 -66,-3")
    pen.form(body, leather, 0.7)
    pen.plane("-70,-16 70,-16 68,-4 62,0 -62,0 -68,-4", metal, -0.1)
    pen.flat(rect(-14, -94, 28, 13, 2), "#2a3038")
    with pen.detail():
        pen.gleam("-12,-93 -2,-93 -8,-83 -13,-83", 0.35)
        pen.flat(rect(-60, -86, 13, 8, 1.5), "#1f242a")
    for radius, color in ((33, metal), (29, "#1d1d20"), (25, "#34343a"), (19, "#101114")):
        pen.ball(oval(0, -42, radius, radius), color, 0.8)
    with pen.detail():
        pen.ball(oval(0, -42, 14, 14), "#24324a")
        pen.gleam(oval(pen.side * 5, -48, 4.6, 3.4), 0.6, 1.2)
        pen.gleam(oval(-pen.side * 4, -36, 2.4, 1.8), 0.3, 0.8, "#b8a0ff")


@thing("gift", 0.25, "table", wide=1.05)
def gift(pen: Pen) -> None:
    paper, ribbon = pen.pick("#a3302a", "#35577a", "#d9c9a8", "#4f6a5a"), pen.pick("#e6c25a", "#f0e8d8")
    pen.plane("-44,-62 32,-62 32,0 -44,0", paper, 0.1, 0.08)
    pen.plane("32,-62 46,-68 46,-6 32,0", tone(paper, -0.13))
    pen.plane("-48,-74 34,-74 34,-60 -48,-60", tone(paper, 0.05), 0.2)
    pen.plane("34,-74 50,-81 50,-66 34,-60", tone(paper, -0.1))
    pen.plane("-48,-74 -32,-81 50,-81 34,-74", tone(paper, 0.1), 0.4)
    with pen.detail():
        pen.plane("-12,-74 0,-74 0,0 -12,0", ribbon, 0.1)
        pen.flat("-12,-74 2,-81 13,-81 0,-74", tone(ribbon, 0.04))
        pen.flat("38,-76 43,-78 43,-5 38,-3", tone(ribbon, -0.16))
        pen.flat("-40,-77.6 42,-77.6 39,-76 -42,-76", tone(ribbon, 0.02))
    for outline, shade in (
        ("0,-79 -10,-90 -26,-97 -32,-88 -20,-80", -0.02),
        ("2,-79 10,-92 26,-99 34,-90 20,-81", 0.03),
    ):
        path = loop(outline)
        pen.form(path, tone(ribbon, shade))
        with pen.inside(path):
            box = path.getBounds()
            pen.shade(oval(box.centerX(), box.centerY() + 1, 6, 3), 0.4, 1.4)
    pen.form(blade("2,-79 16,-72 30,-74", 6, 4), tone(ribbon, -0.04))
    pen.ball(oval(1, -80, 5.6, 5), ribbon)


@thing("telescope", 1.5, wide=0.95)
def telescope(pen: Pen) -> None:
    """Brass, on three legs, pointed up."""
    for line in ("-2,-58 -34,0", "2,-58 34,0", "0,-58 6,0"):
        pen.rod(line, DARK_WOOD, 3.2)
    pen.line("-18,-26 20,-26", BRASS, 1.4)
    pen.ball(oval(0, -59, 5, 5), BRASS)
    with pen.moved(0, -64, -34):
        pen.form(rect(-44, -3.2, 16, 6.4, 1), BRASS, down=1.2)
        pen.form(rect(-30, -4.6, 26, 9.2, 1), tone(BRASS, -0.05), down=1.2)
        pen.form(rect(-6, -6.2, 48, 12.4, 1), pen.pick("#e0d9c8", "#7a3a2c", "#2f4a63"), down=1.2)
        pen.form(rect(38, -7.6, 10, 15.2, 1.5), BRASS, down=1.2)
        pen.flat(oval(48, 0, 2, 7.4), "#24324a")
        for x in (-31, -7):
            pen.form(rect(x, -5.6, 3.4, 11.2, 1), BRASS, down=1.2)
        pen.form(rect(-24, -11, 18, 4, 1), tone(BRASS, -0.08), down=1.2)


@thing("trophy", 0.4, "table", wide=0.72)
def trophy(pen: Pen) -> None:
    gold = "#c99a3c"
    for side in (-1, 1):
        pen.line(
            wave([(side * 20, -88), (side * 35, -88), (side * 34, -68), (side * 22, -58), (side * 14, -54)]),
            tone(gold, -0.06),
            4,
        )
    pen.form(rect(-20, -15, 40, 15, 1.5), DARK_WOOD)
    pen.flat(rect(-10, -11, 20, 7, 1), BRASS)
    body = turned(
        [(25, -98), (25, -98), (24, -76), (17, -58), (6, -47), (3.4, -40), (4, -30), (12, -20), (15, -15), (15, -15)]
    )
    pen.form(body, gold, 1.3)
    pen.flat(oval(0, -98, 25, 3), tone(gold, -0.2))
    with pen.inside(body):
        pen.gleam(blade([(pen.side * 15, -94), (pen.side * 14, -74), (pen.side * 6, -54)], 4.6, 1), 0.6, 1)


@thing("satellite", 3.5, "sky", wide=2.3)
def satellite(pen: Pen) -> None:
    with pen.moved(0, -50, -14):
        for side in (-1, 1):
            pen.line([(side * 14, 0), (side * 34, 0)], "#8f9298", 2.4)
            panel = [(side * 34, -18), (side * 108, -18), (side * 108, 18), (side * 34, 18)]
            pen.plane(panel, "#2f4a7a", 0.4 if side * pen.side > 0 else -0.4, 0.08)
            with pen.inside(panel):
                for step in range(7):
                    x = side * (34 + step * 12.3)
                    pen.line([(x, -18), (x, 18)], "#b9c4d9", 0.8)
                for y in (-6, 6):
                    pen.line([(side * 34, y), (side * 108, y)], "#b9c4d9", 0.8)
                pen.gleam([(side * 60, -18), (side * 76, -18), (side * 60, 18), (side * 44, 18)], 0.18, 2)
        pen.form(rect(-15, -24, 30, 46, 2), "#c9a24e")
        with pen.detail():
            for y in (-14, -2, 10):
                pen.line([(-15, y), (15, y + pen.number(-2, 2))], "#8a6a2c", 0.9)
        pen.line("0,-24 0,-34", "#8f9298", 2)
        pen.form(loop("-20,-46 -18,-38 -8,-33 8,-33 18,-38 20,-46 0,-42"), "#dcdcd8", down=0.8)
        pen.line("0,-40 0,-50", "#8f9298", 1.2)
        pen.form(rect(-6, 22, 12, 8, 1), IRON)


@thing("spaceship", 8.0, "sky", wide=2.0, glows=True)
def spaceship(pen: Pen) -> None:
    """A saucer with a beam under it."""
    beam = "-26,-44 26,-44 62,0 -62,0"
    with pen.detail():
        pen.fade(beam, (0, -44), (0, 0), ["#d9f5c9", "#d9f5c9"], [0.55, 0.0])
    dome = loop("-34,-70 -30,-88 -14,-98 14,-98 30,-88 34,-70")
    pen.form(dome, "#7aa6b0", 0.9)
    with pen.inside(dome):
        pen.gleam(
            loop([(pen.side * 8, -94), (pen.side * 20, -90), (pen.side * 26, -76), (pen.side * 18, -80)]), 0.6, 1.6
        )
    body = loop("-98,-58 -70,-70 -36,-77 0,-79 36,-77 70,-70 98,-58 66,-46 30,-41 -30,-41 -66,-46")
    pen.form(body, "#8a9098", 1.2, down=1.0)
    with pen.inside(body):
        pen.line(wave("-98,-58 -40,-52 40,-52 98,-58"), "#5a6068", 2)
        pen.gleam(wave("-80,-66 -30,-75 30,-75 80,-66 30,-71 -30,-71"), 0.35, 1.4)
    for x, y in ((-68, -57.4), (-36, -54), (0, -53), (36, -54), (68, -57.4)):
        pen.shine(oval(x, y, 4.6, 3.4), "#ffe29a", 9, 0.95)
    pen.shine(oval(0, -43, 22, 3.4), "#e6ffd0", 22, 0.8)


@thing("astronaut", 1.9, "air", wide=0.75)
def astronaut(pen: Pen) -> None:
    """Adrift, from the front, the world in the visor."""
    suit = "#dcdad4"
    pen.form(rect(-17, -80, 34, 38, 5), "#9a9ea6")
    for line, widths in (
        ("-12,-66 -26,-58 -30,-42 -34,-34", "13 12 10 9"),
        ("-8,-36 -14,-20 -10,-4 -15,-2", "15 13 11 9"),
    ):
        pen.form(limb(line, widths), tone(suit, -0.05))
    for line, widths in (("12,-66 28,-72 31,-86 33,-94", "13 12 10 9"), ("8,-36 16,-24 26,-13 31,-9", "15 13 11 9")):
        pen.form(limb(line, widths), suit)
    body = loop("-16,-72 -10,-76 10,-76 16,-72 17,-54 14,-36 0,-33 -14,-36 -17,-54")
    pen.form(body, suit)
    with pen.detail():
        pen.form(rect(-8, -61, 16, 11, 2), "#b9bcc2")
        for x, color in ((-4, "#b3302c"), (0.4, "#3f7aa8"), (4.4, "#d9a441")):
            pen.flat(oval(x, -57, 1.4, 1.4), color)
        pen.line("-15,-42 15,-42", tone(suit, -0.18), 1.6)
        for x0, y0, x1, y1 in ((-33, -44, -25, -42), (28, -84, 36, -82), (-16, -14, -6, -13), (17, -15, 23, -22)):
            pen.line([(x0, y0), (x1, y1)], tone(suit, -0.18), 1.3)
        pen.line("-24,-60 -19,-55", "#b3302c", 2)
    pen.ball(oval(0, -85, 15, 14.4), suit)
    visor = loop("-11,-86 -9,-93 0,-95.6 9,-93 11,-86 9,-78 0,-75.4 -9,-78")
    light = pen.light
    pen.fade(
        visor,
        (0, -96),
        (0, -76),
        [tone(light.zenith if light else "#1f2a4a", 0.04), tone(light.horizon if light else "#c98a5a", -0.05)],
    )
    with pen.inside(visor):
        pen.flat(oval(3, -72, 13, 9), "#2a4a6a", 0.8)
        pen.gleam(oval(pen.side * 5, -90, 3.4, 2.4), 0.7, 1)
    pen.line(wave("-16,-50 -34,-60 -40,-80 -28,-96 -34,-101"), "#c9c4b8", 1.0)
