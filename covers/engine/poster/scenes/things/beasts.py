"""Animals that stand: bodies built from tapered limbs over their bones, in coats."""

from __future__ import annotations

import skia

from covers.engine.poster.geometry import oval, union
from covers.engine.poster.scenes.figures.limbs import tapered
from covers.engine.poster.scenes.modelling import Pen, blade, loop, points, tone, wave
from covers.engine.poster.scenes.things.registry import thing


def limb(line: str, widths: str) -> skia.Path:
    """A limb along "x,y …", as thick at each point as "w w …" says."""
    joints, thick = points(line), [float(width) for width in widths.split()]
    return union(tapered(joints, thick), oval(*joints[0], thick[0] / 2, thick[0] / 2))


def fur(pen: Pen, body: skia.Path, color: str, strokes: str, *, lean: float = -6.0, long: float = 7.0) -> None:
    """Short hairs inside a body, where "x,y …" says; each a spot of about six."""
    if pen.size < 0.12:
        return
    with pen.inside(body):
        for x, y in points(strokes):
            for _ in range(6):
                px, py = x + pen.number(-7, 7), y + pen.number(-5, 5)
                pen.flat(
                    blade([(px, py), (px + lean * 0.5, py + long * 0.4), (px + lean, py + long)], 1.1, 0.2),
                    tone(color, pen.number(-0.08, 0.07)),
                    0.6,
                )


def eye(pen: Pen, x: float, y: float, size: float = 1.6, iris: str = "#15110f") -> None:
    with pen.detail():
        pen.flat(oval(x, y, size * 0.95, size * 0.72), iris)
        pen.gleam(oval(x + size * 0.3, y - size * 0.3, size * 0.24, size * 0.24), 0.6)


def beast(pen: Pen, color: str, body: tuple[skia.Path, ...], far: tuple[skia.Path, ...], belly: str = "") -> skia.Path:
    """Far legs in shade, then one body of all its near parts. Returns that body."""
    for path in far:
        pen.form(path, tone(color, -0.1), 0.6)
    whole = union(*body)
    pen.form(whole, color, 0.9, down=0.5)
    with pen.inside(whole):
        pen.shade(loop(belly), 0.24, 4) if belly else None
    return whole


@thing("dog", 0.75, wide=1.15)
def dog(pen: Pen) -> None:
    """A dog of no breed, sitting and waiting."""
    color = pen.pick("#a87a4c", "#3a3330", "#d9c29a", "#7a5a42")
    far = (limb("18,-40 24,-22 22,-3 27,-1.6", "12 8 6 5"),)
    parts = (
        limb("-24,-8 -38,-5 -50,-10 -56,-20", "9 8 6 3"),
        limb("-14,-18 -9,-34 2,-52 11,-64", "36 37 32 25"), limb("10,-60 16,-72 21,-83", "24 18 20"),
        limb("8,-44 13,-24 12,-3 18,-1.8", "15 9.5 7 5.5"), limb("-22,-16 -8,-17 4,-6", "24 22 8"), limb("-16,-4 0,-2.6 9,-2.2", "8 6 5"),
        limb("21,-85 31,-83.5 42,-80", "21 14 8.5"),
    )  # fmt: skip
    body = beast(pen, color, parts, far, "-40,2 -30,-16 -4,-18 4,-30 14,-28 30,2")
    fur(pen, body, color, "-20,-24 -12,-40 0,-52 8,-64 -8,-22 6,-38 14,-70", lean=-3)
    with pen.inside(body):
        pen.shade(blade("-16,-26 4,-24 8,-8", 3, 0.5), 0.2, 1)
        pen.flat(loop("8,-60 20,-64 22,-44 14,-34 8,-44"), tone(color, 0.1), 0.6)
    pen.form(loop("16,-94 10,-92 6,-80 8,-68 13,-66 19,-76 22,-88"), tone(color, -0.1))
    pen.form(loop("20,-95 27,-98 29,-90 24,-86"), tone(color, -0.04))
    pen.ball(oval(44, -81, 2.9, 2.4), "#15120f")
    with pen.detail():
        pen.line(wave("44,-78 38,-75.4 31,-75"), tone(color, -0.2), 1.1)
    eye(pen, 31.4, -87, 1.9)
    pen.line(wave("10,-70 17,-65 27,-70"), pen.pick("#b3302c", "#35577a"), 3.2)
    with pen.detail():
        pen.line("14,-2 14,-4", tone(color, -0.2), 0.8)
        pen.line("18,-2 18,-4", tone(color, -0.2), 0.8)


@thing("cat", 0.42, wide=1.15)
def cat(pen: Pen) -> None:
    """Sitting with its back to us, looking at what we look at."""
    color = pen.pick("#2b2a2e", "#c98a4c", "#8f8a86", "#e6ded0")
    tail = limb("-12,-8 -32,-3 -50,-6 -56,-18 -48,-24", "13 10 9 7.5 4.5")
    pen.form(tail, tone(color, -0.04), down=0.6)
    body = union(
        loop("-24,-2 -30,-14 -27,-32 -16,-48 -10,-62 -6,-72 8,-76 15,-70 17,-60 22,-44 29,-28 31,-12 26,-1 14,1 -8,1"),
        loop("-7,-72 -12,-80 -11,-89 -13,-100 -13,-100 -4,-95 6,-95 16,-101 16,-101 16,-89 17,-80 12,-72 3,-68"),
    )  # fmt: skip
    pen.form(body, color)
    with pen.inside(body):
        pen.shade(loop("-34,4 -26,-18 -10,-24 -2,-8 0,4"), 0.2, 2.5)
        pen.shade(loop("-12,-66 2,-61 18,-68 12,-54 -4,-54"), 0.28, 2)
        pen.shade(blade("14,-44 18,-24 13,0", 3, 1), 0.25, 1)
        pen.shade(blade("3,-38 5,-20 4,0", 2, 1), 0.18, 1)
        if color in ("#c98a4c", "#8f8a86"):
            for y in (-60, -52, -44, -35, -26):
                pen.flat(blade([(-32, y + 5), (-16, y), (-4, y + 3)], 3, 0.3), tone(color, -0.13), 0.8)
            for x in (-3, 2, 7):
                pen.flat(blade([(x, -95), (x, -90), (x, -86)], 1.8, 0.4), tone(color, -0.13), 0.8)
        pen.line(wave("2,-70 3,-50 2,-24 3,-6"), tone(color, 0.07), 2.2, 0.5)
    fur(pen, body, color, "-18,-20 -16,-40 -6,-56 10,-58 18,-40 22,-20", lean=-1.5, long=5)
    with pen.detail():
        for dy in (0.0, 2.0):
            pen.line([(15, -78 + dy), (23, -80 + dy * 2.0)], "#e6e2da", 0.35, 0.6)


@thing("horse", 2.1, wide=1.25)
def horse(pen: Pen) -> None:
    """Walking."""
    color = pen.pick("#6a4630", "#3a302c", "#b9aea0", "#8f6a4a")
    mane = tone(color, -0.16) if color != "#b9aea0" else "#8a8278"
    tail = limb("-46,-62 -58,-52 -62,-32 -58,-12", "6 11 11 2")
    pen.form(tail, mane)
    far = (
        limb("-30,-46 -22,-32 -30,-18 -26,-4 -21,-1.6", "18 10 5.4 4.4 4.6"), limb("20,-42 30,-28 33,-15 28,-4 33,-2", "13 8 5 4 4.4"),
    )  # fmt: skip
    parts = (
        limb("-44,-56 -32,-56 0,-50 24,-55 34,-58", "22 32 28 32 22"),
        limb("26,-62 40,-76 50,-89", "29 19 13"), limb("48,-90 58,-82 66,-72", "14.5 11 7"),
        limb("-38,-50 -32,-34 -43,-20 -42,-5 -37,-2", "24 13 6.4 4.8 5"), limb("22,-48 19,-26 17,-14 12,-3 17,-1.8", "17 8.6 5.6 4.4 5"),
    )  # fmt: skip
    body = beast(pen, color, parts, far, "-50,-44 -20,-44 10,-38 36,-46 30,-30 -40,-26")
    with pen.inside(body):
        pen.gleam(loop("-48,-66 -30,-71 0,-63 24,-69 0,-59 -30,-64"), 0.2, 2)
        pen.shade(blade("24,-68 30,-56 24,-42", 4, 1), 0.2, 1.5)
        pen.shade(blade("-26,-66 -30,-52 -26,-40", 4, 1), 0.18, 1.5)
        pen.shade(loop("62,-76 70,-74 68,-67 62,-68"), 0.35, 1)
    pen.form("44,-95 46,-101 50,-94", tone(color, -0.05))
    pen.form("48,-95 52,-100.6 53,-93", color)
    crest = loop("48,-98 42,-97 34,-88 26,-76 18,-68 22,-62 30,-68 38,-78 46,-88 51,-93")
    pen.form(crest, mane)
    with pen.inside(crest):
        for x, y in ((46, -94), (40, -86), (33, -78), (26, -70)):
            pen.flat(blade([(x, y - 3), (x - 2, y + 4), (x + 2, y + 9)], 2, 0.3), tone(mane, 0.08), 0.8)
    eye(pen, 55.4, -87, 1.3)
    for x in (-37, 17):
        pen.flat([(x - 3.4, -3.2), (x + 3.2, -3.2), (x + 4, 0), (x - 3.6, 0)], "#1f1a17")


@thing("deer", 1.75, wide=0.86)
def deer(pen: Pen) -> None:
    """A stag that has heard something."""
    color, pale = pen.pick("#8f6644", "#7a5a42", "#9a7250"), "#e0d0b4"
    far = (
        limb("-22,-36 -17,-24 -23,-13 -20,-3 -17,-1", "11 6 3.2 2.6 3"),
        limb("16,-34 20,-20 18,-10 19,-2 22,-1", "8 4.6 3 2.4 2.8"),
    )
    antler = "#6f5a42"
    for line, width in (
        ("22,-77 16,-86 10,-92 10,-100", 1.9), ("15,-87 7,-88 2,-93", 1.3), ("11,-92 18,-98", 1.3), ("26,-77 31,-86 38,-91 38,-100", 1.9),
        ("32,-87 40,-86 46,-90", 1.3), ("37,-92 31,-98", 1.3), ("22,-80 28,-84", 1.0),
    ):  # fmt: skip
        pen.line(wave(line), antler, width)
    parts = (
        limb("-31,-42 -20,-42 0,-38 16,-42 22,-45", "14 21 19 21 15"),
        limb("16,-46 22,-58 25,-70", "20 12 8.4"), limb("23,-73 31,-71 37,-67", "10.4 8 4.4"),
        limb("-26,-38 -23,-26 -31,-14 -30,-3 -27,-1", "15 8 4 3 3.2"), limb("14,-38 12,-20 11,-10 11,-2 14,-1", "11 5.6 3.4 2.8 3"),
    )  # fmt: skip
    body = beast(pen, color, parts, far, "-34,-34 -10,-33 10,-30 24,-36 18,-24 -30,-22")
    with pen.inside(body):
        pen.flat(loop("-40,-47 -32,-46 -30,-38 -34,-34 -40,-38"), pale, 0.9)
        pen.flat(loop("16,-56 24,-58 24,-40 16,-34"), tone(color, 0.08), 0.6)
        pen.flat(loop("32,-69 40,-68 38,-64 32,-66"), pale, 0.7)
        for _ in range(14):
            pen.flat(oval(pen.number(-26, 8), pen.number(-50, -42), 0.9, 0.7), pale, 0.5)
    pen.form(loop("-32,-48 -37,-46 -37,-39 -33,-40"), pale)
    pen.form(loop("20,-76 12,-79 8,-78 14,-73"), tone(color, -0.05))
    pen.form(loop("26,-77 33,-81 36,-80 31,-75"), color)
    pen.ball(oval(38.4, -68.4, 1.7, 1.5), "#171311")
    eye(pen, 29, -73.4, 1.2)
    for x in (-28.6, 12.4):
        pen.flat([(x - 1.6, -2.4), (x + 1.8, -2.4), (x + 2.6, 0), (x - 1.8, 0)], "#1f1a17")


def canine(pen: Pen, color: str, pale: str, tail: str, widths: str, *, is_howling: bool = False) -> None:
    """A wolf or a fox from the side, standing."""
    brush = limb(tail, widths)
    pen.form(brush, tone(color, -0.03), down=0.6)
    far = (
        limb("-34,-46 -24,-32 -34,-18 -30,-4 -24,-2", "17 9.5 6 5 5.4"),
        limb("24,-44 30,-24 28,-4 34,-2", "12 7.4 6 5.6"),
    )
    head = (
        (
            limb("28,-64 38,-76 42,-83", "28 22 15"),
            limb("42,-82 51,-89 59,-96", "16 10 4.6"),
            limb("45,-80 52,-84 56,-88", "8 4.4 2.6"),
        )
        if is_howling
        else (limb("28,-62 40,-72 48,-78", "25 20 19"), limb("46,-77 58,-74 68,-70", "18 12 5"))
    )
    parts = (
        limb("-44,-56 -30,-56 0,-54 26,-58", "20 25 25 28"), limb("-40,-50 -32,-34 -44,-19 -42,-4 -36,-2", "22 12 7 5.6 6"),
        limb("26,-50 22,-26 20,-4 27,-2", "18 9 6.6 6"), *head,
    )  # fmt: skip
    body = beast(pen, color, parts, far, "-46,-44 -10,-42 20,-40 40,-46 30,-32 -40,-30")
    with pen.inside(body):
        pen.flat(loop("22,-44 34,-48 42,-62 50,-66 36,-66 24,-60"), pale, 0.65)
        pen.flat(loop("56,-72 70,-69 66,-65 54,-68" if not is_howling else "44,-80 54,-87 56,-84 48,-74"), pale, 0.7)
    with pen.inside(brush):
        end = points(tail)[-1]
        pen.flat(oval(*end, 10, 9), pale if color == "#b5622e" else tone(color, -0.14), 0.9)
    fur(pen, body, color, "-36,-58 -20,-58 -4,-56 12,-58 26,-60 32,-68", lean=-8, long=5)
    if is_howling:
        pen.form(loop("38,-85 28,-90 22,-90 30,-82 36,-78"), tone(color, -0.07))
        pen.form(loop("42,-88 35,-95 30,-97 34,-87 39,-82"), color)
        pen.ball(oval(60, -97.4, 2.2, 2), "#15120f")
        with pen.detail():
            pen.line("45,-88 48,-90", "#15120f", 1.1)
            pen.line("50,-84.5 58,-92", tone(color, -0.24), 1.0)
        return
    pen.form("40,-84 38,-99 49,-87", tone(color, -0.07))
    pen.form("46,-86 50,-99.6 55,-85", color)
    pen.ball(oval(69, -71, 2.6, 2.2), "#15120f")
    eye(pen, 56, -78, 1.5, "#2a1c10")


@thing("wolf", 0.95, wide=1.3)
def wolf(pen: Pen) -> None:
    """Howling."""
    canine(
        pen,
        pen.pick("#6f7076", "#5a5a60", "#7a7268"),
        "#c9c4ba",
        "-46,-58 -58,-44 -60,-26 -54,-14",
        "9 15 14 3",
        is_howling=True,
    )


@thing("fox", 0.6, wide=1.6)
def fox(pen: Pen) -> None:
    canine(pen, "#b5622e", "#efe4d2", "-46,-54 -64,-46 -82,-38 -96,-34", "9 20 22 6")


@thing("rabbit", 0.36, wide=0.9)
def rabbit(pen: Pen) -> None:
    color = pen.pick("#b9a48a", "#8f8a86", "#e9e4da", "#7a6452")
    pen.ball(oval(-40, -18, 9, 8.5), tone(color, 0.12))
    pen.form(loop("18,-62 10,-78 6,-94 10,-99 18,-92 24,-76 26,-62"), tone(color, -0.07))
    parts = (
        loop("-38,-6 -42,-26 -32,-46 -12,-54 10,-50 " "24,-40 28,-22 22,-4 0,1 -24,1"),
        loop("10,-40 12,-56 22,-66 36,-65 " "45,-54 44,-46 34,-40 22,-36"),
        limb("22,-24 25,-10 27,-3 32,-2.4", "15 9 7 5"), limb("-22,-4 -6,-3 6,-2.8", "10 8 6"),
    )  # fmt: skip
    body = beast(pen, color, parts, (), "-40,2 -26,-12 6,-12 26,2")
    with pen.inside(body):
        pen.shade(blade("-12,-38 2,-22 -6,-4", 4, 1), 0.18, 2)
        pen.flat(oval(43, -46, 6, 5), tone(color, 0.1), 0.7)
    fur(pen, body, color, "-30,-30 -18,-42 0,-42 12,-34 -20,-18 0,-22 20,-52", lean=-4, long=4)
    ear = loop("24,-62 20,-80 22,-96 28,-100 33,-92 34,-76 32,-62")
    pen.form(ear, color)
    with pen.inside(ear):
        pen.flat(blade("27,-64 26,-80 28,-95", 5.5, 2), "#c9988a", 0.6)
    eye(pen, 34, -55, 2.1)
    with pen.detail():
        pen.flat(oval(44.6, -50, 1.3, 1.1), "#8a5a52")
        for dy in (0, 2):
            pen.line([(40, -47 + dy), (54, -48 + dy * 2)], "#efece6", 0.4, 0.6)


@thing("elephant", 3.0, wide=1.35)
def elephant(pen: Pen) -> None:
    color = pen.pick("#76747a", "#6a6a72", "#80786f")
    far = (limb("-34,-44 -28,-22 -26,-3", "24 17 15"), limb("18,-40 26,-20 26,-3", "20 16 14.5"))
    pen.line(wave("-56,-62 -62,-48 -60,-34 -62,-26"), tone(color, -0.1), 2.6)
    pen.flat(blade("-60,-36 -63,-28 -62,-20", 3.4, 1), "#2b2828")
    parts = (
        loop("-58,-50 -56,-72 -40,-86 -16,-90 10,-86 30,-84 " "40,-70 38,-46 24,-32 -4,-28 -36,-30 -54,-36"),
        loop("24,-72 30,-90 44,-99 58,-94 " "66,-80 66,-64 54,-54 36,-54"),
        limb("-44,-46 -42,-22 -42,-3", "28 19 17"), limb("14,-44 10,-22 9,-3", "24 18 16.5"),
        limb("58,-72 67,-56 69,-34 67,-14 74,-8", "22 16 11.5 9 6.5"),
    )  # fmt: skip
    body = beast(pen, color, parts, far, "-60,-40 -30,-36 10,-34 36,-44 30,-24 -50,-24")
    with pen.inside(body):
        for y in range(-58, -10, 5):
            pen.line(wave([(56, y + 20), (66, y + 22), (78, y + 19)]), tone(color, -0.09), 0.8)
        for x in (-44, 9):
            for y in (-14, -19, -25):
                pen.line(wave([(x - 9, y), (x, y + 1.6), (x + 9, y)]), tone(color, -0.08), 0.8)
        for x in (-50, -45, -39, 4, 9, 14):
            pen.flat(oval(x, -1, 2.2, 1.8), "#c9bfae", 0.7)
        pen.gleam(loop("-50,-74 -30,-86 -4,-88 24,-84 0,-82 -30,-78"), 0.22, 3)
    ear = loop("32,-86 22,-90 10,-84 6,-68 10,-52 20,-42 28,-48 36,-60 40,-74")
    pen.form(ear, tone(color, -0.03))
    with pen.inside(ear):
        for line in ("34,-78 22,-70 12,-56", "34,-74 24,-62 18,-48"):
            pen.line(wave(line), tone(color, -0.1), 1.2)
        pen.shade(wave("40,-88 42,-62 28,-44 44,-44"), 0.25, 2)
    pen.form(blade("60,-58 70,-50 84,-52", 4.4, 0.8), "#e6dcc6")
    eye(pen, 52, -80, 1.6)


@thing("tiger", 1.05, wide=1.65)
def tiger(pen: Pen) -> None:
    color, pale = "#c97a34", "#efe0c4"
    tail = limb("-66,-58 -84,-50 -92,-34 -86,-22 -94,-14", "7 7 6.4 6 5")
    pen.form(tail, color, down=0.6)
    far = (limb("-46,-44 -38,-28 -44,-14 -38,-3 -32,-2", "22 14 9 8 8"), limb("30,-44 38,-24 36,-3 43,-2", "18 12 9 8"))
    parts = (
        limb("-56,-56 -40,-57 -4,-54 34,-60", "28 32 28 36"),
        limb("36,-64 50,-71 62,-75", "34 29 27"), limb("60,-74 74,-69 82,-66", "25 17 11"),
        limb("-54,-48 -46,-30 -56,-16 -52,-3 -45,-2", "30 17 10 9 9"), limb("32,-48 28,-24 26,-3 34,-2", "24 14 10.5 9.5"),
    )  # fmt: skip
    body = beast(pen, color, parts, far, "-64,-40 -20,-38 20,-38 44,-44 36,-28 -54,-26")
    with pen.inside(body):
        pen.flat(loop("-44,-38 0,-33 34,-36 44,-46 30,-28 -40,-28"), pale, 0.75)
        pen.flat(loop("62,-68 84,-66 82,-58 64,-60"), pale, 0.85)
        pen.flat(oval(68, -80, 5, 3), pale, 0.6)
        for x in range(-66, 44, 12):
            y = -72 - max(0, x) * 0.14
            pen.flat(blade([(x, y - 6), (x + 3, -60), (x - 1, -44)], 4.6, 0.3), "#241a14", 0.92)
            pen.flat(blade([(x + 6, -36), (x + 7, -48), (x + 4, -58)], 2.8, 0.3), "#241a14", 0.85)
        for x, y in ((-52, -24), (-53, -16), (26, -24), (26, -15)):
            pen.flat(blade([(x - 8, y), (x, y + 1.4), (x + 8, y)], 2.2, 0.6), "#241a14", 0.85)
        for line in ("56,-90 57,-82 56,-76", "62,-92 63,-85 62,-80", "46,-84 52,-76 50,-66", "50,-62 58,-64 62,-60"):
            pen.flat(blade(line, 2.8, 0.3), "#241a14", 0.9)
    with pen.inside(tail):
        for x, y in ((-76, -55), (-86, -46), (-92, -36), (-89, -26), (-93, -14)):
            pen.flat(oval(x, y, 2.2, 5), "#241a14", 0.9)
    pen.ball(oval(52, -88, 4.6, 5.4), color)
    with pen.detail():
        pen.flat(oval(52, -88, 2.2, 3), "#241a14")
    pen.ball(oval(63, -88.4, 3.6, 4.4), tone(color, -0.05))
    pen.flat(loop("78,-70 84,-68 82,-64 77,-66"), "#8a4a42")
    eye(pen, 71, -76, 1.7, "#1f1508")
    with pen.detail():
        pen.line(wave("82,-64 76,-59 68,-60"), "#3a2018", 1.1)


@thing("bear", 1.35, wide=1.5)
def bear(pen: Pen) -> None:
    color = pen.pick("#4f3a2c", "#2f2926", "#6f5038", "#d9d4c8")
    far = (limb("-36,-40 -30,-20 -30,-4 -22,-3", "24 17 13 11"), limb("28,-38 36,-20 35,-4 43,-3", "22 16 13 11"))
    parts = (
        loop("-60,-36 -62,-60 -50,-80 -26,-88 0,-86 20,-92 40,-86 50,-70 48,-48 34,-34 0,-28 -40,-26"),
        loop("36,-70 42,-86 54,-92 66,-88 74,-78 " "86,-70 88,-62 80,-57 62,-54 46,-54"),
        limb("-48,-40 -44,-20 -46,-4 -37,-3", "32 20 15 13"),
        limb("26,-42 22,-20 21,-4 30,-3", "28 19 15 13"),
    )  # fmt: skip
    body = beast(pen, color, parts, far, "-62,-36 -20,-32 20,-32 46,-42 40,-22 -54,-20")
    fur(
        pen,
        body,
        color,
        "-50,-56 -44,-72 -28,-80 -8,-80 12,-84 28,-80 40,-68 -34,-56 -10,-60 14,-62 -40,-34 30,-50 -46,-18 24,-20",
        lean=-7,
        long=8,
    )
    with pen.inside(body):
        pen.flat(loop("72,-76 90,-70 90,-58 76,-56"), tone(color, 0.12), 0.6)
    for x, y in ((44, -91), (58, -94)):
        pen.ball(oval(x, y, 6, 6), tone(color, -0.03))
    pen.ball(oval(86.6, -69, 3.4, 2.8), "#141110")
    eye(pen, 69.6, -79.6, 1.6)
    with pen.detail():
        for x in (-37, -34, 30, 33):
            pen.line([(x + 3, -2.4), (x + 5, 0)], "#e0d8c8", 1.1)
