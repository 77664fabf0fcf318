"""What stands in streets, parks and yards."""

from __future__ import annotations

import math

from covers.engine.poster.geometry import oval, rect
from covers.engine.poster.scenes.modelling import Pen, blade, loop, tone, wave
from covers.engine.poster.scenes.things.home import DARK_WOOD, IRON, WOOD
from covers.engine.poster.scenes.things.registry import thing

RED = "#a3302a"


def lamp_color(pen: Pen) -> str:
    return pen.light.lamp if pen.light else "#ffc477"


@thing("streetlight", 4.6, wide=0.4, glows=True)
def streetlight(pen: Pen) -> None:
    """A lantern on an iron post, bent over the road."""
    color = pen.pick(IRON, "#2f3a38", "#45413e")
    pen.form("-5.4,0 -4,-9 4,-9 5.4,0", color)
    pen.form("-2.7,-8 -1.7,-84 1.7,-84 2.7,-8", color)
    for y in (-11, -32, -82):
        pen.form(rect(-3.5, y, 7, 2.2, 1.1), color)
    pen.line(wave("0,-82 0,-94 6,-98 14,-98.2 20,-94"), color, 2.9)
    pen.line(wave("0,-74 3,-81 8,-89 6,-95"), color, 1.2)
    pen.form("11.4,-88.6 14.6,-95.4 25.4,-95.4 28.6,-88.6", color)
    pen.shine(loop("12.4,-88.6 12.4,-88.6 27.6,-88.6 27.6,-88.6 26.4,-82 20,-79.4 13.6,-82"), lamp_color(pen), 26, 1.0)


@thing("phone_box", 2.4, wide=0.42, glows=True)
def phone_box(pen: Pen) -> None:
    """A red box, lit inside, the telephone on its wall."""
    color, light = pen.pick(RED, "#8f2b26", "#2f5a4a"), lamp_color(pen)
    pen.plane("-20,0 -20,-90 20,-90 20,0", color, 0.0, 0.1)
    roof = loop("-20,-90 -20,-90 -20,-94 -14,-98 0,-100 14,-98 20,-94 20,-90 20,-90 0,-89")
    pen.form(roof, color, down=0.3)
    pen.plane(rect(-15, -91, 30, 4.4, 0.6), "#e9e2d0")
    glass = rect(-15, -83, 30, 72)
    pen.flat(glass, "#5a4a38")
    pen.shine(glass, tone(light, -0.03), 34, 0.85)
    pen.form("-21.5,0 -21.5,-4 21.5,-4 21.5,0", tone(color, -0.12))
    with pen.front():
        with pen.inside(glass):
            pen.form(rect(-5, -62, 12, 22, 1.2), "#23211f")
            pen.line(wave("-5,-58 -9,-50 -8,-38 -3,-34 -2,-46"), "#171615", 1.0)
            pen.form(rect(-7.6, -64, 3, 14, 1.4), "#171615")
            pen.gleam([(-16, -84), (-6, -84), (-16, -46)], 0.25, 1)
        for x in (-15.6, -5.6, 4.6, 14.4):
            pen.flat(rect(x, -83, 1.2, 72), color)
        for step in range(8):
            pen.flat(rect(-15, -83.5 + step * 10.3, 30, 1.2), color)


@thing("street_bench", 0.85, wide=2.1)
def street_bench(pen: Pen) -> None:
    """Slats on iron feet."""
    wood = pen.pick(WOOD, DARK_WOOD, "#6f7f78", "#8a7a62")
    for x in (-82, 82):
        pen.line(wave([(x, -98), (x * 0.99, -70), (x * 0.96, -48), (x * 1.02, -44)]), IRON, 5)
        pen.line(wave([(x * 0.98, -50), (x * 1.0, -26), (x * 1.05, 0)]), IRON, 5)
        pen.line(wave([(x * 0.98, -46), (x * 1.08, -30), (x * 1.14, 0)]), IRON, 5)
        pen.line(wave([(x * 1.0, -68), (x * 1.12, -70), (x * 1.16, -60), (x * 1.12, -48)]), IRON, 4)
    for y in (-100, -85, -70):
        pen.plane([(-98, y), (98, y), (98, y + 11), (-98, y + 11)], wood, 0.3, 0.06)
    for index, y in enumerate((-54, -48, -42)):
        reach = 98 + index * 4
        pen.plane([(-reach, y), (reach, y), (reach + 2, y + 5), (-reach - 2, y + 5)], tone(wood, 0.06), 0.5)
    pen.plane([(-108, -37), (108, -37), (108, -31), (-108, -31)], wood, -0.8)


@thing("traffic_light", 3.2, wide=0.3, glows=True)
def traffic_light(pen: Pen) -> None:
    """One of its three is on."""
    pen.form("-1.7,0 -1.4,-66 1.4,-66 1.7,0", IRON)
    pen.form(rect(-4, -3, 8, 3, 1), IRON)
    pen.form(rect(-8.6, -100, 17.2, 38, 3), "#26282c")
    burning = pen.rng.randrange(3)
    for index, (y, color) in enumerate(((-93.4, "#ff4a3a"), (-81, "#ffb52e"), (-68.6, "#4ae08a"))):
        if index == burning:
            pen.shine(oval(0, y, 4.7, 4.7), color, 18, 1.0)
        else:
            pen.ball(oval(0, y, 4.7, 4.7), tone(color, -0.42, 0.5), 0.6)
        with pen.front() if index == 2 else pen.detail():
            pen.flat(
                loop(
                    [
                        (-5.6, y - 1),
                        (-5.2, y - 5.2),
                        (0, y - 6.8),
                        (5.2, y - 5.2),
                        (5.6, y - 1),
                        (4.4, y - 4),
                        (0, y - 5.4),
                        (-4.4, y - 4),
                    ]
                ),
                "#141518",
            )


@thing("signpost", 2.6, wide=0.62)
def signpost(pen: Pen) -> None:
    """Three arms that point where nobody says."""
    wood = pen.pick(WOOD, "#7a7468", "#6f5a44")
    pen.form("-2.6,0 -2.2,-100 2.2,-100 2.6,0", tone(wood, -0.08))
    for y, flip, long, turn in ((-92, False, 30, -4), (-76, True, 28, 3), (-60, False, 24, 5)):
        with pen.moved(0, y, turn, flip=flip):
            arm = [(-8, -6.4), (long - 6, -6.4), (long, 0), (long - 6, 6.4), (-8, 6.4)]
            pen.plane(arm, tone(wood, 0.05), 0.3)
            with pen.inside(arm):
                for line in (-3, 0.6, 4):
                    pen.line([(-8, line), (long, line + 0.6)], tone(wood, -0.06), 0.5)
                pen.flat(oval(-3, 0, 0.9, 0.9), "#26221f")
    for x, lean, tall in ((-7, -2, 10), (-4, 1, 7), (6, 2, 9)):
        pen.flat(blade([(x, 0.5), (x + lean * 0.3, -tall * 0.5), (x + lean, -tall)], 1.2, 0.2), "#5a6a42")


@thing("mailbox", 1.25, wide=0.72)
def mailbox(pen: Pen) -> None:
    """A postbox on its post, the flag up."""
    color = pen.pick(RED, "#35577a", "#7a8a8a")
    pen.form("-5,0 -4.4,-58 4.4,-58 5,0", DARK_WOOD)
    pen.line([(25, -70), (25, -92)], "#8f2b26", 2.4)
    pen.flat("25,-98 34,-98 34,-88 25,-88", "#c23a30")
    side = loop("-14,-58 -14,-58 30,-58 30,-58 32,-78 28,-92 18,-97 -6,-97")
    pen.form(side, color, down=0.9)
    front = loop("-30,-58 -30,-58 -6,-58 -6,-58 -4,-80 -8,-93 -18,-98 -28,-93 -32,-80")
    pen.form(front, tone(color, 0.03))
    with pen.inside(front):
        pen.flat(rect(-26, -84, 16, 3, 1), tone(color, -0.25))
        pen.line(wave("-27,-60 -29,-80 -25,-91 -18,-95 -11,-91 -8,-80 -9,-60"), tone(color, -0.12), 1.0)
    pen.plane("-22,-92 -6,-96 -4,-84 -20,-80", "#f0e9da", 0.2)


@thing("vending_machine", 1.85, wide=0.56, glows=True)
def vending_machine(pen: Pen) -> None:
    """Rows of drinks behind lit glass."""
    color = pen.pick("#b3413a", "#3a6a9a", "#d9d5cc", "#3f7a6a")
    pen.plane("-26,0 -26,-99 26,-99 26,0", color, 0.1, 0.1)
    pen.plane("26,0 26,-99 28,-97 28,0", tone(color, -0.16))
    pen.plane(rect(-21, -96, 42, 8, 1), tone(color, 0.14))
    window = rect(-21, -85, 30, 54, 1)
    pen.flat(window, "#dfeaf2")
    pen.shine(window, "#dcecff", 40, 0.9)
    pen.plane(rect(12, -70, 10, 26, 1), "#2b2c30")
    pen.flat(rect(13.6, -67, 6.8, 5), "#7ae0a0")
    pen.plane(rect(-18, -22, 34, 13, 1.2), "#1b1b1e")
    with pen.front():
        for row in range(4):
            y = -75 + row * 13.4
            for column in range(6):
                x = -19.4 + column * 4.75
                drink = pen.pick("#c23a30", "#2f6aa8", "#3f8a5a", "#e0a43a", "#d9d5cc", "#5a3a2a", "#7a4a9a")
                pen.form(rect(x, y - 7.4, 3.5, 8.2, 1), tone(drink, 0.12))
            pen.flat(rect(-21, y + 1, 30, 1.2), "#8a949c")
            pen.flat(rect(-21, y + 2.2, 30, 1.4), "#f2f7fb")


@thing("laundry_line", 2.0, wide=2.1)
def laundry_line(pen: Pen) -> None:
    """Between two poles: a sheet, a shirt, trousers, moved by the air."""
    for x in (-100, 100):
        pen.form([(x - 1.6, 0), (x - 1.2, -100), (x + 1.2, -100), (x + 1.6, 0)], "#8a8076")
        pen.line([(x - 9, -93), (x + 9, -93)], "#8a8076", 1.6)
    pen.line(wave("-100,-93 -40,-88 0,-86.6 40,-88 100,-93"), "#d9d4ca", 0.7)
    cloth = (
        (
            "-84,-90 -84,-90 -44,-88 -44,-88 -41,-62 -47,-38 -58,-42 -70,-36 -84,-41 -80,-66",
            pen.pick("#eeece4", "#c9d6de"),
        ),
        (
            "-30,-87 -30,-87 -18,-86.6 -4,-87 -4,-87 4,-78 8,-64 2,-61 -5,-70 -4,-46 -16,-43 -28,-46 -27,-70 -34,-62 -41,-66 -36,-78",
            pen.pick("#6f8aa0", "#b3564a"),
        ),
        (
            "20,-87 20,-87 40,-88 40,-88 43,-64 46,-38 37,-37 31,-64 27,-36 17,-37 18,-62",
            pen.pick("#3f4a5c", "#5a5048"),
        ),
        ("58,-89 58,-89 84,-91 84,-91 88,-72 86,-56 74,-54 58,-57 55,-72", pen.pick("#d9a441", "#c98a8a", "#8aa07a")),
    )
    for outline, color in cloth:
        path = loop(outline)
        pen.form(path, color, 0.7)
        box = path.getBounds()
        with pen.inside(path):
            for share in (0.2, 0.42, 0.64, 0.84):
                x = box.left() + box.width() * share
                pen.flat(
                    blade([(x + 3, box.bottom()), (x + 1.5, box.centerY()), (x - 1, box.top())], 3, 0.4),
                    tone(color, -0.09),
                    0.6,
                )
        for x in (box.left() + 3, box.right() - 4):
            pen.flat(rect(x, box.top() - 1.4, 1.3, 4.2), "#c9a56a")


@thing("swing", 2.5, wide=1.05)
def swing(pen: Pen) -> None:
    """Two seats on chains; one still moves."""
    frame = pen.pick("#4a6a7a", "#8f3a32", "#6a7a5a")
    for x in (-44.0, 44.0):
        for lean in (-8.0, 8.0):
            pen.rod([(x, -97), (x + lean, 0)], frame, 2.4)
        pen.line([(x - 5, -38), (x + 5, -38)], frame, 1.6)
    pen.rod([(-47, -98), (47, -98)], frame, 3.0)
    for x, lean in ((-20.0, 0.0), (18.0, 9.0)):
        for dx in (-5.5, 5.5):
            pen.line([(x + dx, -97), (x + dx + lean, -24 + abs(lean) * 0.25)], "#b9b9bd", 0.6)
        y = -24 + abs(lean) * 0.25
        pen.plane(
            [
                (x - 7.5 + lean, y - 1),
                (x + 7.5 + lean, y - 1.4 - lean * 0.1),
                (x + 7.5 + lean, y + 1.8),
                (x - 7.5 + lean, y + 2),
            ],
            WOOD,
            0.4,
        )


@thing("ladder", 2.8, wide=0.34)
def ladder(pen: Pen) -> None:
    """Leans against what is not drawn."""
    wood = pen.pick(WOOD, "#a8845c", "#8a8078")
    for step in range(9):
        y = -8 - step * 10.4
        shift = 1.0 - step * 0.04
        pen.rod([(-11.5 * shift + 3 - y * 0.02, y), (11.5 * shift + 3 - y * 0.02, y)], tone(wood, 0.03), 2.2)
    for side in (-1, 1):
        pen.rod([(side * 13 + 1, 0), (side * 8.6 + 5.4, -100)], wood, 2.8)


@thing("stairs", 2.2, wide=1.2)
def stairs(pen: Pen) -> None:
    """Stone steps seen from their side, with a rail."""
    stone, count, step, rise = pen.pick("#8f8a84", "#a09484", "#7a8084"), 8, 14.0, 9.2
    left = -count * step / 2
    for index in range(count):
        x, top = left + index * step, -rise * (index + 1)
        pen.plane(
            [(x, 0), (left + count * step, 0), (left + count * step, top), (x, top)], tone(stone, -0.06), -0.4, 0.03
        )
    for index in range(count):
        x, top = left + index * step, -rise * (index + 1)
        pen.plane(
            [(x - 1.2, top), (x + step + 5, top), (x + step + 9, top - 3.4), (x + 3, top - 3.4)], tone(stone, 0.1), 0.5
        )
        with pen.detail():
            pen.shade([(x, top + 1), (x + 2.2, top + 1), (x + 2.2, top + rise), (x, top + rise)], 0.25)
            pen.flat(
                [(x, top), (x + step + 1, top), (x + step + 1, top + 1.2), (x, top + 1.2)], tone(stone, -0.16), 0.7
            )
    for index in range(0, count + 1, 2):
        x, top = left + index * step + 4, -rise * min(count, index + 1) - 2
        pen.line([(x, top), (x, top - 24)], IRON, 1.6)
    pen.line(
        [
            (left, -rise - 24),
            (left + count * step - 6, -rise * count - 23),
            (left + count * step + 8, -rise * count - 23),
        ],
        IRON,
        2.6,
    )


@thing("flag", 6.0, wide=0.55)
def flag(pen: Pen) -> None:
    """Cloth in the wind, of no country."""
    color = pen.pick(RED, "#35577a", "#c98a3c", "#4f7a5a", "#e6e0d2")
    pen.form("-22,0 -21.6,-99 -20.4,-99 -20,0", "#6f675e")
    pen.ball(oval(-21, -99, 1.6, 1.2), "#c9a24e")
    cloth = loop(
        "-20,-97 -20,-97 -8,-99 4,-94 16,-93 30,-97 30,-97 28,-86 31,-74 31,-74 18,-71 6,-72 -6,-77 -20,-74 -20,-74"
    )
    pen.form(cloth, color, 0.7)
    with pen.inside(cloth):
        for x in (-12, 2, 22):
            pen.shade(blade([(x + 3, -70), (x, -84), (x - 2, -100)], 5, 2), 0.22, 1.2)
        for x in (-4, 12):
            pen.gleam(blade([(x + 3, -70), (x, -84), (x - 2, -100)], 4, 2), 0.16, 1.2)


@thing("cross", 2.4, wide=0.62)
def cross(pen: Pen) -> None:
    """Of weathered wood, on a little mound."""
    wood = pen.pick(DARK_WOOD, "#6f665c")
    pen.form(loop("-30,1 -22,-5 -8,-9 8,-9 22,-5 30,1"), "#5a5a44", down=0.8)
    upright = "-4.4,-6 -4,-100 4,-100 4.4,-6"
    pen.form(upright, wood)
    with pen.inside(upright):
        for x in (-2, 0.6, 2.6):
            pen.line(wave([(x, -100), (x + 0.8, -60), (x - 0.4, -4)]), tone(wood, -0.08), 0.6)
    beam = "-27,-76 27,-77 27,-69 -27,-68"
    pen.form(beam, tone(wood, 0.02), down=1.0)
    with pen.inside(beam):
        pen.line("-27,-73 27,-74", tone(wood, -0.08), 0.6)
        pen.shade(rect(-28, -70, 56, 3), 0.3, 0.6)


@thing("bell", 0.9, "air", wide=0.95)
def bell(pen: Pen) -> None:
    bronze = pen.pick("#8a6a34", "#5f6a58", "#9a7a3c")
    pen.line(wave("-6,-92 -5,-99 5,-99 6,-92"), tone(bronze, -0.1), 3.4)
    pen.ball(oval(3, -5, 7, 6), tone(bronze, -0.16))
    body = loop("-12,-92 0,-94 12,-92 22,-82 26,-60 31,-32 44,-14 46,-9 0,-3 -46,-9 -44,-14 -31,-32 -26,-60 -22,-82")
    pen.form(body, bronze, 1.1)
    with pen.inside(body):
        for y, bow in ((-76, 3), (-70, 3), (-26, 5), (-20, 5)):
            pen.line(wave([(-40, y - bow * 0.4), (0, y + bow), (40, y - bow * 0.4)]), tone(bronze, -0.14), 1.4)
        pen.gleam(blade([(pen.side * 13, -88), (pen.side * 17, -52), (pen.side * 30, -14)], 6, 2), 0.35, 2)


@thing("parasol", 2.3, wide=1.1)
def parasol(pen: Pen) -> None:
    """On the beach, stuck a little askew."""
    first, second = pen.pick("#c2483a", "#3f6f9a", "#d99a3c"), "#efe6d4"
    with pen.moved(0, 0, 7):
        pen.rod([(0, 0), (0, -96)], "#d9d0c0", 2.0)
        count, wide, low = 6, 54.0, -66.0
        edges = [
            (-wide + 2 * wide * i / count, low + 5 * math.cos(math.pi * (i / count - 0.5)) - 4)
            for i in range(count + 1)
        ]
        for index in range(count):
            (x0, y0), (x1, y1) = edges[index], edges[index + 1]
            color = first if index % 2 else second
            lift = tone(color, 0.05 if (x0 + x1) * pen.side > 0 else -0.09)
            panel = (
                f"M0 -98 Q{x0 * 0.72:.2f} -92 {x0:.2f} {y0:.2f} Q{(x0 + x1) / 2:.2f} {(y0 + y1) / 2 - 3:.2f} {x1:.2f} {y1:.2f} "
                f"Q{x1 * 0.72:.2f} -92 0 -98 Z"
            )
            pen.plane(panel, lift, 0.2)
        pen.ball(oval(0, -98, 1.8, 2.2), "#d9d0c0")
    pen.form(loop("-14,2 -8,-2 0,-4 8,-2 14,2"), "#cdb68e")
