"""Our own drawings of things, instruments, signs and ideas: each a path inside the box 0..100 by 0..100."""

from __future__ import annotations

import math
from collections.abc import Callable

import skia

from covers.engine.poster.geometry import circle as disc
from covers.engine.poster.geometry import (
    common,
    minus,
    moved,
    outline,
    oval,
    path_of,
    polygon,
    polyline,
    rect,
    ring_points,
    smooth,
    union,
)


def photo() -> skia.Path:
    """An instant photograph: a white frame with a wide foot and a view of a hill and a sun."""
    card = minus(rect(14, 6, 72, 88, 2), rect(21, 13, 58, 58))
    view = minus(
        rect(23, 15, 54, 54), disc(62, 30, 8), path_of("M23 58C34 44 44 44 52 54C60 46 70 46 77 56L77 69L23 69Z")
    )
    return moved(union(card, view), 4.2, -2.6, 1.0, 3)


def match() -> skia.Path:
    stick = outline(polyline([(36, 98), (52, 44)]), 5.5, False)
    flame = path_of("M54 46C42 42 40 28 50 18C54 14 56 8 56 2C66 10 76 22 74 34C72 44 64 48 54 46Z")
    core = path_of("M56 42C50 38 52 32 58 26C62 32 64 38 60 41Z")
    return union(stick, minus(flame, core))


def table() -> skia.Path:
    """A small round café table with a cup on it."""
    cup = union(
        path_of("M40 18L60 18L58 34L42 34Z"), minus(disc(62, 24, 6), disc(62, 24, 3.4)), rect(36, 35, 28, 3, 1.5)
    )
    return union(oval(50, 46, 46, 6), rect(47, 46, 6, 46), path_of("M24 98C28 90 40 88 50 88C60 88 72 90 76 98Z"), cup)


def soju() -> skia.Path:
    bottle = path_of(
        "M34 98C31 98 30 96 30 93L30 52C30 40 41 36 41 24L41 12L59 12L59 24C59 36 70 40 70 52L70 93C70 96 69 98 66 98Z"
    )
    label = minus(rect(30, 56, 40, 26), disc(50, 69, 8))
    neck = [rect(39, 22, 22, 2), rect(40, 2, 20, 8, 1)]
    glass = path_of("M78 70L98 70L95 98L81 98Z")
    return union(minus(bottle, outline(label, 1.4), neck[0]), neck[1], minus(glass, rect(80, 74, 16, 5)))


def rice_bowl() -> skia.Path:
    mound = path_of("M12 48C16 34 24 30 30 28C36 16 62 14 70 26C80 28 86 38 88 48Z")
    bowl = path_of("M4 52L96 52C96 72 82 84 66 88L66 94L34 94L34 88C18 84 4 72 4 52Z")
    grains = [
        moved(oval(0, 0, 3.6, 1.6), x, y, 1.0, turn)
        for x, y, turn in ((30, 40, 20), (44, 28, -30), (58, 36, 40), (70, 40, -15), (50, 42, 10), (62, 26, 5))
    ]
    return union(minus(mound, *grains), minus(bowl, rect(10, 60, 80, 3.4)))


def rope() -> skia.Path:
    """A rope tied in a loop knot; the strands cross with a gap where one goes under."""
    loop = [
        (50, 98),
        (50, 66),
        (60, 44),
        (82, 34),
        (80, 8),
        (50, 4),
        (20, 8),
        (18, 34),
        (40, 44),
        (62, 58),
        (58, 74),
        (40, 74),
        (36, 58),
        (50, 46),
    ]
    body = outline(smooth(loop), 9)
    twists = [
        outline(polyline([(x - 4, y + 3), (x + 4, y - 3)]), 1.4)
        for x, y in (
            (50, 92),
            (50, 84),
            (50, 76),
            (79, 20),
            (72, 9),
            (61, 5),
            (50, 5),
            (39, 5),
            (28, 9),
            (21, 20),
            (22, 30),
            (78, 30),
        )
    ]
    return minus(body, *twists)


def net() -> skia.Path:
    strings = []
    for index in range(-8, 16):
        strings.append(outline(smooth([(index * 10, 8), (index * 10 + 26, 50), (index * 10 + 34, 98)]), 1.8))
        strings.append(outline(smooth([(index * 10, 8), (index * 10 - 26, 50), (index * 10 - 34, 98)]), 1.8))
    bag = path_of("M4 10L96 10C98 50 76 92 50 96C24 92 2 50 4 10Z")
    return union(common(union(*strings), bag), rect(2, 6, 96, 5, 2.5), *(disc(x, 5, 4) for x in range(6, 100, 22)))


def cage() -> skia.Path:
    dome = path_of("M16 88L16 48C16 24 32 14 50 14C68 14 84 24 84 48L84 88Z")
    bars = [minus(dome, moved(dome, 3.6, 3.2, 0.928))]
    for bend in (-22, -11, 0, 11, 22):
        bars.append(outline(smooth([(50, 14), (50 + bend * 0.9, 30), (50 + bend, 50), (50 + bend, 88)]), 2.6))
    bird = path_of("M36 62C42 54 54 54 58 60L66 58L61 64C60 72 48 76 42 70L30 74Z")
    return union(*bars, rect(10, 86, 80, 7, 2), minus(disc(50, 8, 6), disc(50, 8, 3)), rect(16, 50, 68, 2.6), bird)


def cello() -> skia.Path:
    body = path_of(
        "M50 40C60 38 68 42 68 50C68 56 62 58 62 63C62 68 74 70 74 81C74 90 62 94 50 94C38 94 26 90 26 81"
        "C26 70 38 68 38 63C38 58 32 56 32 50C32 42 40 38 50 40Z"
    )
    neck = union(rect(47, 8, 6, 62), oval(50, 6, 4.5, 4.5), rect(42, 12, 16, 2), rect(42, 17, 16, 2))
    holes = [outline(smooth([(42, 60), (40, 66), (42, 72)]), 1.8), outline(smooth([(58, 60), (60, 66), (58, 72)]), 1.8)]
    bow = outline(polyline([(84, 20), (98, 92)]), 2.2)
    gap = minus(outline(rect(47, 38, 6, 34), 1.6), rect(0, 0, 100, 38))
    return union(minus(body, *holes, gap), neck, rect(48.6, 94, 2.8, 6), bow)


def harp() -> skia.Path:
    frame = path_of(
        "M18 96L14 18C14 8 24 4 32 10C44 20 62 24 90 14L94 22C74 34 72 60 40 94L36 98ZM24 82L72 32"
        "C56 34 42 28 30 18C26 15 22 16 22 22Z"
    )
    frame.setFillType(skia.PathFillType.kEvenOdd)
    strings = [
        outline(polyline([(24 + n * 7.5, 17 + n * 2.2), (24 + n * 7.5, 82 - n * 7.5)]), 1.1) for n in range(1, 7)
    ]
    return union(frame, *strings, rect(10, 94, 32, 5))


def vinyl() -> skia.Path:
    grooves = [minus(disc(50, 50, radius), disc(50, 50, radius - 0.9)) for radius in (43, 39, 35, 31, 27, 23)]
    glint = [
        polygon([(50, 50), *ring_points(50, 50, 60, 2, turn)[:1], *ring_points(50, 50, 60, 1, turn + 14)])
        for turn in (28, 208)
    ]
    disc_only = minus(disc(50, 50, 48), *grooves)
    shine = common(union(*glint), minus(disc(50, 50, 44), disc(50, 50, 22)))
    return union(minus(disc_only, shine, disc(50, 50, 18)), minus(disc(50, 50, 15), disc(50, 50, 3)))


def gayageum() -> skia.Path:
    """The Korean zither, laid on a diagonal: a long board, twelve strings shown by six, their movable bridges."""
    board = moved(
        minus(rect(-54, -13, 108, 26, 4), *(rect(-48, y, 98, 1.3) for y in (-9.5, -6, -2.5, 1, 4.5, 8))),
        50,
        50,
        1.0,
        -32,
    )
    bridges = [
        moved(
            polygon(
                [
                    (-30 + n * 11 - 2.4, -10 + n * 3.6 + 3),
                    (-30 + n * 11, -10 + n * 3.6 - 4),
                    (-30 + n * 11 + 2.4, -10 + n * 3.6 + 3),
                ]
            ),
            50,
            50,
            1.0,
            -32,
        )
        for n in range(6)
    ]
    tassels = [outline(smooth([(6, 80), (8, 88), (4, 98)]), 2), outline(smooth([(10, 78), (14, 88), (12, 98)]), 2)]
    return union(board, *bridges, *tassels)


def piano() -> skia.Path:
    """A grand piano from above: the curved case and its keys."""
    case = path_of("M8 60L8 22C8 10 18 6 30 6C50 6 52 26 66 30C84 34 94 42 94 60Z")
    keys = minus(rect(8, 64, 86, 28), *(rect(x, 64, 1.4, 28) for x in range(17, 92, 9)))
    blacks = [rect(x - 2.6, 64, 5.2, 17) for index, x in enumerate(range(17, 92, 9)) if index % 7 not in (2, 6)]
    return union(case, minus(keys, *blacks))


def infinity() -> skia.Path:
    points = []
    for step in range(72):
        angle = math.radians(step * 5)
        bend = 1 + math.sin(angle) ** 2
        points.append((50 + 44 * math.cos(angle) / bend, 50 + 52 * math.sin(angle) * math.cos(angle) / bend))
    return outline(smooth(points, closed=True), 10)


def circle() -> skia.Path:
    return disc(50, 50, 46)


def square() -> skia.Path:
    return rect(7, 7, 86, 86)


def triangle() -> skia.Path:
    return polygon([(50, 6), (98, 90), (2, 90)])


def cross() -> skia.Path:
    return union(rect(43, 2, 14, 96), rect(18, 26, 64, 14))


def target() -> skia.Path:
    return union(
        *(minus(disc(50, 50, outer), disc(50, 50, inner)) for outer, inner in ((47, 38), (29, 20))), disc(50, 50, 11)
    )


def maze() -> skia.Path:
    """Concentric walls with a door in each ring and one radial wall between neighbours."""
    rings = []
    for index, radius in enumerate((46, 37, 28, 19, 10)):
        ring = minus(disc(50, 50, radius), disc(50, 50, radius - 3.4))
        gap = polygon(
            [
                (50, 50),
                *ring_points(50, 50, 70, 1, index * 137),
                *ring_points(50, 50, 70, 1, index * 137 + 460 / radius),
            ]
        )
        rings.append(minus(ring, gap))
        wall_at = index * 137 + 60
        if index < 4:
            rings.append(
                outline(
                    polyline(
                        [*ring_points(50, 50, radius - 2, 1, wall_at), *ring_points(50, 50, radius - 10, 1, wall_at)]
                    ),
                    3.2,
                    False,
                )
            )
    return union(*rings)


def wall() -> skia.Path:
    bricks = []
    for row in range(7):
        shift = 0 if row % 2 else -13
        for column in range(5):
            left, right = max(2, 2 + shift + column * 26), min(98, 26 + shift + column * 26)
            if right - left > 2 and (row, column) not in {(0, 3), (0, 4), (1, 3), (0, 2)}:
                bricks.append(rect(left, 6 + row * 13, right - left, 10.6))
    return union(*bricks)


def signal() -> skia.Path:
    waves = []
    for radius in (18, 32, 46):
        for side in (0, 180):
            arc = skia.Path()
            arc.addArc(skia.Rect.MakeLTRB(50 - radius, 40 - radius, 50 + radius, 40 + radius), side - 38, 76)
            waves.append(outline(arc, 5.5))
    mast = [polygon([(48, 40), (52, 40), (68, 98), (61, 98), (50, 54), (39, 98), (32, 98)]), rect(40, 76, 20, 4)]
    return union(*waves, disc(50, 40, 7), *mast)


def bubble() -> skia.Path:
    bubbles = []
    for x, y, radius in ((40, 58, 36), (80, 24, 16), (84, 72, 10), (22, 14, 8)):
        shine = skia.Path()
        shine.addArc(
            skia.Rect.MakeLTRB(x - radius * 0.66, y - radius * 0.66, x + radius * 0.66, y + radius * 0.66), 190, 70
        )
        bubbles += [minus(disc(x, y, radius), disc(x, y, radius * 0.88)), outline(shine, radius * 0.13)]
    return union(*bubbles)


def knife() -> skia.Path:
    """A slender blade, its edge lit, and a handle with three rivets."""
    blade = path_of("M36 55L74 14C80 8 88 4 97 3C97 22 88 41 72 54L52 70Z")
    lit = outline(smooth([(56, 63), (72, 48), (84, 32), (91, 14)]), 2)
    handle = path_of("M33 58L49 74L22 96C14 102 1 92 7 83Z")
    rivets = [disc(x, y, 2.6) for x, y in ((35, 69), (26, 77.5), (17, 86))]
    return union(minus(blade, lit), minus(handle, *rivets))


FORMS: dict[str, Callable[[], skia.Path]] = {
    form.__name__: form
    for form in (
        photo, match, table, soju, rice_bowl, rope, net, cage, cello, harp, vinyl, gayageum, piano, infinity, circle, square,
        triangle, cross, target, maze, wall, signal, bubble, knife,
    )
}  # fmt: skip
