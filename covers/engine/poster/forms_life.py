"""Our own drawings of people, animals, the city and travel: each a path inside the box 0..100 by 0..100."""

from __future__ import annotations

import math
from collections.abc import Callable

import skia

from covers.engine.poster.geometry import (
    circle,
    common,
    minus,
    moved,
    outline,
    oval,
    path_of,
    polygon,
    polyline,
    rect,
    smooth,
    union,
)


def swallow() -> skia.Path:
    return path_of(
        "M6 30C18 26 30 30 40 38C52 22 70 8 98 4C86 18 76 32 66 46C72 58 82 72 98 94C84 88 74 82 66 74"
        "C72 82 74 90 74 98C66 90 60 80 54 68C44 62 36 52 32 44C24 42 14 38 6 30Z"
    )


def crane() -> skia.Path:
    body = path_of(
        "M2 20L20 14C26 10 32 12 34 18C38 28 32 38 36 46C44 40 62 38 76 46C86 52 94 60 98 70"
        "C88 66 80 66 72 68C60 72 46 72 38 62C28 52 32 36 27 24L20 20Z"
    )
    legs = [
        outline(polyline([(52, 68), (50, 84), (46, 98), (38, 98)]), 2.4),
        outline(polyline([(58, 68), (62, 80), (58, 98), (50, 98)]), 2.4),
    ]
    feather = outline(smooth([(48, 52), (62, 50), (78, 58), (88, 64)]), 1.8)
    return union(minus(body, feather), *legs)


def whale() -> skia.Path:
    body = path_of(
        "M2 58C4 40 22 30 42 32C60 34 70 46 78 52C83 47 82 40 75 30C84 29 90 33 92 39C93 33 96 29 100 27"
        "C101 41 97 52 88 59C84 74 66 88 42 88C20 88 2 76 2 58Z"
    )
    jaw = outline(smooth([(3, 62), (14, 68), (28, 68), (40, 62)]), 2)
    pleats = [
        outline(smooth([(10 + n * 8, 74 + n * 1.5), (24 + n * 8, 77 + n), (40 + n * 8, 74 - n)]), 1.5) for n in range(3)
    ]
    fin = outline(smooth([(46, 64), (50, 78), (62, 80), (58, 66)]), 1.8)
    spray = [path_of("M34 26C32 18 26 14 20 16C24 8 34 10 36 18C38 10 48 8 52 16C46 14 40 18 38 26Z")]
    return union(minus(body, jaw, *pleats, fin, circle(26, 58, 2.4)), *spray)


def moth() -> skia.Path:
    wing = path_of("M52 36C62 16 84 6 98 12C98 34 88 50 66 54C80 58 84 74 76 90C64 88 54 74 52 58Z")
    marks = [circle(80, 28, 6), circle(70, 70, 4.5), outline(smooth([(58, 48), (70, 44), (84, 42), (92, 34)]), 1.8)]
    half = minus(wing, *marks)
    feeler = outline(smooth([(51, 30), (56, 18), (64, 10), (70, 4)]), 2)
    sides = [moved(part, 100, 0, 1.0, 0, True) for part in (half, feeler)]
    return union(half, feeler, *sides, oval(50, 52, 5, 24))


def eye() -> skia.Path:
    almond = path_of("M2 52C20 26 36 18 52 18C70 18 86 30 98 52C84 72 70 80 50 80C32 80 16 70 2 52Z")
    white = path_of("M12 52C26 34 38 27 51 27C66 27 78 36 89 52C78 66 66 72 50 72C36 72 24 66 12 52Z")
    iris = minus(circle(50, 49, 20), circle(57, 42, 6))
    pupil_ring = minus(circle(50, 49, 15), circle(50, 49, 12.5))
    return union(minus(almond, white), minus(iris, minus(pupil_ring, circle(57, 42, 9))))


def figure() -> skia.Path:
    """A person in a long coat, seen from behind, hands in the pockets."""
    coat = path_of(
        "M50 24C60 24 66 30 68 40L74 62C75 66 71 68 69 65L66 58L70 84L58 84L58 98L52 98L51 84L49 84L48 98"
        "L42 98L42 84L30 84L34 58L31 65C29 68 25 66 26 62L32 40C34 30 40 24 50 24Z"
    )
    return union(coat, circle(50, 13, 9.5))


def couple() -> skia.Path:
    """Two people side by side whose heads lean together."""
    left = path_of("M34 24C43 24 48 30 49 40L50 66L48 98L38 98L36 70L34 70L31 98L21 98L19 64L17 42C17 30 24 24 34 24Z")
    right = path_of(
        "M66 28C75 28 81 33 83 42L90 78L78 78L76 98L70 98L69 78L65 78L64 98L58 98L56 78L52 78L51 42C52 33 57 28 66 28Z"
    )
    heads = [
        circle(38, 13, 9),
        circle(61, 17, 8.4),
        path_of("M53 14C53 4 72 4 71 18C71 26 74 30 76 34C68 34 56 30 53 14Z"),
    ]
    return union(left, right, *heads)


def mother() -> skia.Path:
    """A mother who bends her head over the child in her arms."""
    body = path_of("M14 98C12 76 20 56 38 47C44 44 50 42 56 42C76 43 90 62 92 98Z")
    head = path_of("M36 30C34 16 46 4 58 5C72 6 78 18 75 29C73 38 66 45 57 46C46 46 38 40 36 30Z")
    bun = circle(77, 13, 8)
    child = circle(38, 60, 12)
    arm = outline(smooth([(20, 90), (34, 94), (56, 90), (76, 74)]), 3)
    sleeve = outline(smooth([(50, 66), (56, 76), (54, 90)]), 2.6)
    nape = outline(smooth([(44, 47), (54, 51), (66, 47)]), 2.6)
    return union(minus(body, outline(child, 4.4), arm, sleeve, nape), head, bun, child)


def hair() -> skia.Path:
    """A profile with long hair blown back by the wind."""
    face = path_of("M30 30C28 38 26 42 20 50C18 53 24 54 24 56C22 60 26 60 25 64C23 68 28 78 40 74L44 92L60 92L60 40Z")
    strands = [
        path_of(
            "M30 32C28 12 52 0 66 14C82 28 80 34 98 30C90 44 78 44 70 42C80 54 90 54 98 50C92 64 78 66 68 58"
            "C74 70 84 76 94 74C84 86 68 82 58 70C56 58 50 50 46 40C42 36 36 34 30 32Z"
        )
    ]
    parting = [
        outline(smooth([(40, 26), (56, 24), (64, 38), (82, 40)]), 1.6),
        outline(smooth([(44, 32), (56, 36), (62, 50), (78, 60)]), 1.6),
    ]
    return minus(union(face, *strands), *parting)


def child() -> skia.Path:
    """A child with a balloon on a string."""
    body = path_of(
        "M38 44C45 44 49 48 50 54L60 40L64 43L53 64L56 82L48 82L47 98L41 98L40 82L36 82L35 98L29 98L28 82"
        "L20 82L26 58C26 50 30 44 38 44Z"
    )
    balloon = union(oval(74, 16, 12, 14), polygon([(74, 28), (71, 33), (77, 33)]))
    string = outline(smooth([(74, 33), (70, 36), (66, 38), (62, 42)]), 1.4)
    return union(body, circle(38, 34, 10), balloon, string)


def city() -> skia.Path:
    blocks = [
        (0, 58, 14),
        (14, 40, 12),
        (26, 66, 8),
        (34, 22, 14),
        (48, 50, 10),
        (58, 34, 16),
        (74, 62, 8),
        (82, 46, 18),
    ]
    towers = union(
        *(rect(x, top, width, 96 - top) for x, top, width in blocks),
        rect(40, 6, 2, 18),
        polygon([(58, 34), (74, 34), (74, 26)]),
    )
    panes = []
    for block, (x, top, width) in enumerate(blocks):
        for row, y in enumerate(range(top + 6, 90, 8)):
            panes += [
                rect(x + 2.5 + column * 4, y, 2.2, 3.6)
                for column in range(int((width - 3) // 4))
                if (block * 7 + row * 3 + column * 5) % 4
            ]
    return minus(towers, *[union(*panes)])


def window() -> skia.Path:
    frame = minus(rect(12, 4, 76, 84), rect(19, 11, 62, 70))
    bars = [rect(47.5, 11, 5, 70), rect(19, 42, 62, 5)]
    curtain = path_of("M19 11L44 11C42 30 36 46 22 60L19 62Z")
    return union(frame, *bars, curtain, moved(curtain, 100, 0, 1.0, 0, True), rect(4, 88, 92, 8))


def door() -> skia.Path:
    """A door ajar, its light on the floor."""
    frame = minus(rect(22, 4, 50, 80), rect(28, 10, 38, 74))
    leaf = minus(polygon([(28, 10), (50, 18), (50, 92), (28, 84)]), circle(45, 54, 2.4))
    light = polygon([(50, 84), (66, 84), (96, 98), (58, 98)])
    return union(frame, leaf, light)


def stairs() -> skia.Path:
    points = [(2, 96), (2, 84)]
    for step in range(7):
        points += [(2 + step * 14, 84 - step * 12), (16 + step * 14, 84 - step * 12)]
    return polygon([*points, (100, 96)])


def bridge() -> skia.Path:
    deck = rect(0, 66, 100, 5)
    pylons = [rect(24, 14, 6, 78), rect(70, 14, 6, 78)]
    cables = [
        outline(smooth([(27, 16), (38, 50), (50, 62), (62, 50), (73, 16)]), 2.2),
        outline(smooth([(0, 56), (14, 44), (27, 16)]), 2.2),
        outline(smooth([(73, 16), (86, 44), (100, 56)]), 2.2),
    ]
    hangers = [
        rect(x, 64 - drop, 1.2, drop)
        for x, drop in (
            (34, 26),
            (39, 15),
            (44, 7),
            (55, 7),
            (60, 15),
            (65, 26),
            (17, 22),
            (11, 14),
            (5, 10),
            (82, 22),
            (88, 14),
            (94, 10),
        )
    ]
    water = [rect(x, 94, width, 3, 1.5) for x, width in ((4, 16), (36, 30), (80, 16))]
    return union(deck, *pylons, *cables, *hangers, *water)


def streetlight() -> skia.Path:
    post = union(outline(smooth([(34, 98), (34, 50), (34, 18), (44, 6), (60, 6), (66, 10)]), 4.5), rect(26, 92, 16, 6))
    lamp = path_of("M54 14C56 8 76 8 78 14L80 18L52 18Z")
    glow = polygon([(54, 22), (78, 22), (98, 98), (48, 98)])
    return union(post, lamp, minus(glow, *(rect(40, y, 60, 2.2) for y in range(32, 98, 10))))


def neon() -> skia.Path:
    tube = minus(rect(4, 12, 92, 76, 18), rect(9, 17, 82, 66, 13))
    bolt = polygon([(56, 22), (30, 54), (46, 54), (40, 78), (70, 44), (53, 44)])
    inner = moved(bolt, 14.7, 14.5, 0.7)
    return union(tube, minus(bolt, inner))


def road() -> skia.Path:
    tarmac = polygon([(46, 12), (54, 12), (98, 96), (2, 96)])
    dashes = [
        polygon([(50 - w, y), (50 + w, y), (50 + w * 1.5, y + h), (50 - w * 1.5, y + h)])
        for y, w, h in ((16, 0.6, 6), (27, 1, 9), (43, 1.7, 13), (66, 2.8, 22))
    ]
    return minus(tarmac, *dashes)


def crossroads() -> skia.Path:
    """A signpost with arms that point three ways."""
    arms = [
        path_of("M50 16L86 16L96 25L86 34L50 34Z"),
        path_of("M50 40L14 40L4 49L14 58L50 58Z"),
        path_of("M50 64L78 64L87 72L78 80L50 80Z"),
    ]
    post = rect(45, 4, 8, 94)
    cuts = [rect(40, y, 20, 2.4) for y in (35.5, 59.5)]
    return minus(union(post, *arms), *cuts)


def paper_boat() -> skia.Path:
    hull = polygon([(2, 56), (32, 62), (50, 56), (68, 62), (98, 56), (78, 86), (22, 86)])
    sail_left, sail_right = (
        polygon([(49, 14), (49, 53), (33, 58), (24, 56)]),
        polygon([(52, 14), (52, 53), (68, 58), (77, 56)]),
    )
    fold = outline(polyline([(32, 62), (50, 86), (68, 62)]), 1.6, False)
    return union(minus(hull, fold), sail_left, sail_right)


def halo() -> skia.Path:
    ring = minus(oval(50, 22, 34, 12), oval(50, 22, 26, 6.5))
    return union(
        ring,
        minus(circle(50, 62, 25), common(circle(50, 62, 17), rect(0, 62, 100, 40))),
        path_of("M10 98C14 84 30 86 50 90C70 86 86 84 90 98Z"),
    )


def shadow() -> skia.Path:
    """A standing person and the long shadow on the ground."""
    person = moved(figure(), 2, 1, 0.62)
    leaning = skia.Path()
    lean = skia.Matrix()
    lean.setAll(0.42, -0.62, 69.8, -0.2, -0.34, 105.3, 0, 0, 1)
    figure().transform(lean, leaning)
    return union(person, minus(leaning, outline(person, 3)))


def face() -> skia.Path:
    """A profile with a closed eye."""
    profile = path_of(
        "M32 98L36 80C24 70 18 54 20 38C22 16 40 4 58 6C74 8 82 20 82 32C82 38 86 44 92 54C94 58 90 60 86 61"
        "C88 65 87 67 84 69C86 72 85 74 82 75C83 82 80 86 72 86C68 86 64 85 62 86L64 98Z"
    )
    lid = outline(smooth([(62, 43), (67, 48), (73, 48), (78, 45)]), 2.6)
    brow = outline(smooth([(61, 34), (68, 31), (77, 33)]), 2.2)
    ear = outline(smooth([(42, 42), (36, 44), (37, 54), (43, 56)]), 2.6)
    return minus(profile, lid, brow, ear)


def swing() -> skia.Path:
    frame = [
        outline(polyline([(16, 96), (28, 8), (40, 96)]), 4),
        outline(polyline([(60, 96), (72, 8), (84, 96)]), 4),
        rect(24, 5, 52, 5),
    ]
    ropes = [outline(polyline([(42, 8), (54, 66)]), 1.8), outline(polyline([(56, 8), (68, 62)]), 1.8)]
    return union(*frame, *ropes, moved(rect(-10, -2.5, 20, 5), 61, 65, 1.0, -16))


def spiral() -> skia.Path:
    outer = [
        (50 + r * math.cos(math.radians(a)), 50 + r * math.sin(math.radians(a)))
        for a in range(0, 1260, 8)
        for r in (a * 0.0345,)
    ]
    return outline(smooth(outer), 6)


FORMS: dict[str, Callable[[], skia.Path]] = {
    form.__name__: form
    for form in (
        swallow, crane, whale, moth, eye, figure, couple, mother, hair, child, city, window, door, stairs, bridge, streetlight, neon,
        road, crossroads, paper_boat, halo, shadow, face, swing, spiral,
    )
}  # fmt: skip
