"""Our own drawings of sky, land, water and plants: each a path inside the box 0..100 by 0..100."""

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
    ring_points,
    smooth,
    union,
)


def sun() -> skia.Path:
    rays = [polygon([*_wedge(50, 50, 31, 49, turn, 7)]) for turn in range(0, 360, 30)]
    return union(circle(50, 50, 25), *rays)


def _wedge(x: float, y: float, inner: float, outer: float, turn: float, half: float) -> list[tuple[float, float]]:
    """A ray: wide at the inner radius, pointed at the outer."""
    base = [ring_points(x, y, inner, 1, turn - half)[0], ring_points(x, y, inner, 1, turn + half)[0]]
    return [base[0], ring_points(x, y, outer, 1, turn)[0], base[1]]


def moon() -> skia.Path:
    craters = [oval(36, 38, 9, 8), oval(63, 30, 5, 4.5), oval(60, 60, 13, 11), oval(34, 68, 5, 5), oval(78, 48, 4, 5)]
    return minus(circle(50, 50, 46), *craters)


def crescent() -> skia.Path:
    return minus(circle(50, 50, 46), circle(68, 40, 40))


def constellation() -> skia.Path:
    stars = [(8, 30), (30, 22), (47, 40), (62, 52), (58, 78), (88, 86), (94, 58)]
    lines = outline(polyline([*stars, stars[3]]), 1.6)
    return union(lines, *(_spark(x, y, size) for (x, y), size in zip(stars, (9, 7, 8, 6, 9, 7, 8), strict=True)))


def _spark(x: float, y: float, size: float) -> skia.Path:
    inner, outer = ring_points(x, y, size * 0.22, 4, 45), ring_points(x, y, size, 4)
    return polygon([point for pair in zip(outer, inner, strict=True) for point in pair])


def rain() -> skia.Path:
    drops = [(12, 4), (38, 0), (64, 6), (88, 0), (24, 36), (50, 30), (76, 38), (10, 68), (36, 64), (62, 70), (86, 64)]
    drop = path_of("M0 0C-1 10 -7 15 -7 21C-7 26 -4 29 0 29C4 29 7 26 7 21C7 15 1 10 0 0Z")
    return union(*(moved(drop, x, y, 1.0, 14) for x, y in drops))


def snowflake() -> skia.Path:
    arm = polyline([(0, 0), (0, -46)])
    twigs = [polyline([(-9, -45), (0, -35), (9, -45)]), polyline([(-13, -32), (0, -20), (13, -32)])]
    branch = union(*(outline(part, 5.5, False) for part in (arm, *twigs)))
    return union(*(moved(branch, 50, 50, 1.0, turn) for turn in range(0, 360, 60)))


def rainbow() -> skia.Path:
    bands = [outline(_arc(50, 74, radius), 6, False) for radius in (46, 36, 26, 16)]
    return union(*bands)


def _arc(x: float, y: float, radius: float) -> skia.Path:
    path = skia.Path()
    path.addArc(skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius), 180, 180)
    return path


def fog() -> skia.Path:
    bars = [(22, 18, 60), (6, 32, 70), (30, 46, 66), (0, 60, 58), (20, 74, 74), (38, 88, 40)]
    extra = [(68, 60, 26), (86, 18, 12), (4, 46, 16), (82, 32, 16)]
    return union(*(rect(x, y - 3.5, width, 7, 3.5) for x, y, width in (*bars, *extra)))


def aurora() -> skia.Path:
    """Hanging curtains: narrow vertical strips whose feet follow two folded waves."""
    strips = []
    for index in range(25):
        x = 2 + index * 4
        foot = 66 + 14 * math.sin(index * 0.55) + 6 * math.sin(index * 1.3)
        top = foot - 38 - 16 * math.sin(index * 0.35 + 1) ** 2
        strips.append(rect(x - 1.3, top, 2.6, foot - top, 1.3))
    return union(*strips)


def mountain() -> skia.Path:
    peak = polygon([(0, 92), (30, 38), (40, 52), (58, 10), (76, 46), (82, 40), (100, 92)])
    snow = polygon([(58, 10), (49, 31), (54, 36), (58, 30), (63, 40), (67, 30)])
    return minus(peak, moved(snow, 0, 3))


def hill() -> skia.Path:
    near = path_of("M0 92C16 60 34 54 52 66C66 76 84 74 100 58L100 92Z")
    far = path_of("M0 66C18 34 44 20 66 36C80 46 90 50 100 46L100 54C84 68 68 70 54 60C36 48 16 54 0 80Z")
    return union(near, far)


def desert() -> skia.Path:
    dune = path_of("M0 90L0 66C20 62 36 40 58 34C52 44 58 52 70 58C80 62 90 62 100 60L100 90Z")
    shade = path_of("M58 34C54 46 60 56 76 62C64 70 44 66 24 76C40 62 48 50 58 34Z")
    return union(minus(dune, shade), circle(80, 22, 11))


def wave() -> skia.Path:
    body = path_of(
        "M0 88C10 60 22 22 54 16C76 12 92 24 94 42C86 34 76 34 70 42C80 42 86 48 86 58C78 50 66 52 62 60"
        "C58 70 66 80 80 82L100 84L100 94L0 94Z"
    )
    foam = [
        path_of("M20 78C28 52 40 34 60 28C46 40 38 56 38 80Z"),
        path_of("M46 80C46 68 50 58 56 52C54 62 56 72 62 80Z"),
    ]
    return minus(body, *foam)


def sea() -> skia.Path:
    rows = []
    for row in range(6):
        points = [(x, 18 + row * 13 + (4 if index % 2 else -4)) for index, x in enumerate(range(-8, 117, 12))]
        rows.append(common(outline(smooth(points), 3 + row * 0.9), rect(0, 0, 100, 100)))
    return union(*rows)


def island() -> skia.Path:
    land = path_of("M8 74C20 58 34 62 44 56C62 46 84 60 94 74Z")
    trunk = outline(smooth([(54, 60), (56, 46), (64, 34), (66, 24)]), 4)
    fronds = [path_of("M0 0C10 -12 24 -10 30 4C20 -2 10 0 0 0Z") for _ in range(5)]
    crown = [
        moved(frond, 66, 24, 0.9, turn, flip)
        for frond, (turn, flip) in zip(
            fronds, ((20, False), (-25, False), (-20, True), (25, True), (-70, False)), strict=True
        )
    ]
    water = [rect(0, 80, 70, 4, 2), rect(78, 80, 22, 4, 2), rect(22, 89, 60, 4, 2)]
    return union(land, trunk, *crown, *water)


def river() -> skia.Path:
    """It comes down from mountains in bends, wider the nearer, between its banks."""
    land = path_of("M0 50L16 32L27 42L50 10L70 38L80 28L100 50C97 64 97 80 100 96L0 96C3 82 3 66 0 50Z")
    bed = path_of(
        "M50 44C44 48 44 51 52 53C62 56 62 60 48 64C28 69 22 74 30 80C37 85 34 92 24 99L80 99C84 90 76 84 66 79"
        "C57 75 60 70 70 66C82 61 80 55 66 51C58 49 55 47 56 44Z"
    )
    glints = [rect(x, y, wide, 1.8, 0.9) for x, y, wide in ((42, 91, 18), (46, 84, 12))]
    return union(minus(land, bed), *glints)


def comet() -> skia.Path:
    """A bright head, and the tail that streams away from it, parting."""
    tail = path_of("M14 66C34 46 66 22 98 4C84 34 60 64 38 88Z")
    partings = [
        outline(smooth([(34, 66), (54, 46), (76, 26), (100, 2)]), 2.6),
        outline(smooth([(40, 74), (58, 56), (76, 36), (92, 14)]), 2.2),
    ]
    sparks = [
        outline(polyline(points), 3) for points in ([(56, 12), (78, 2)], [(76, 66), (90, 46)], [(34, 26), (48, 16)])
    ]
    return union(minus(tail, *partings, circle(24, 76, 21)), circle(24, 76, 17), *sparks)


def waterfall() -> skia.Path:
    cliff_left, cliff_right = (
        polygon([(0, 14), (26, 14), (32, 24), (28, 92), (0, 92)]),
        polygon([(100, 14), (72, 14), (68, 26), (74, 92), (100, 92)]),
    )
    falls = [
        rect(x, top, 5, bottom - top, 2.5)
        for x, top, bottom in ((37, 16, 80), (45, 14, 88), (53, 15, 82), (60, 18, 76))
    ]
    return union(cliff_left, cliff_right, *falls, oval(50, 92, 20, 4))


def lake() -> skia.Path:
    ridge = polygon([(0, 48), (22, 22), (36, 38), (56, 10), (78, 36), (86, 28), (100, 48)])
    mirror = [rect(50 - half, y, 2 * half, 4, 2) for y, half in ((54, 50), (62, 42), (70, 34), (78, 24), (86, 13))]
    return union(ridge, *mirror)


def shore() -> skia.Path:
    sand = path_of("M0 96L0 62C30 64 34 84 62 84C80 84 90 76 100 78L100 96Z")
    surf = [
        outline(
            path_of(
                f""
                f"M0 {52 - n * 13}C30 {54 - n * 13} 36 {74 - n * 13} 62 {73 - n * 13}C80 {72 - n * 13} 90 {64 - n * 13} 100 {67 - n * 13}"
            ),
            5 - n,
        )
        for n in range(3)
    ]
    return union(sand, *(common(line, rect(0, 0, 100, 100)) for line in surf))


def cliff() -> skia.Path:
    rock = polygon([(0, 96), (0, 20), (44, 16), (62, 22), (56, 34), (60, 46), (50, 58), (54, 74), (44, 84), (46, 96)])
    water = [rect(56, 86, 44, 4, 2), rect(52, 94, 48, 4, 2)]
    return union(rock, _standing(40, 16, 16), *water)


def _standing(x: float, y: float, height: float) -> skia.Path:
    """A tiny standing person whose feet are at (x, y)."""
    unit = height / 16
    body = polygon(
        [
            (x - 2.6 * unit, y),
            (x - 3 * unit, y - 9 * unit),
            (x, y - 11.5 * unit),
            (x + 3 * unit, y - 9 * unit),
            (x + 2.6 * unit, y),
        ]
    )
    return union(body, circle(x, y - 13.6 * unit, 2.4 * unit))


def cave() -> skia.Path:
    mound = path_of("M0 92C2 50 16 14 50 12C82 10 98 48 100 92Z")
    mouth = path_of("M28 92C26 62 36 42 52 42C70 42 76 64 74 92Z")
    teeth = [polygon([(40, 40), (47, 40), (44, 56)]), polygon([(52, 40), (60, 40), (57, 62)])]
    return union(minus(mound, mouth), *teeth, _standing(52, 92, 18))


def _fir(x: float, foot: float, height: float) -> skia.Path:
    tiers = [
        polygon([(x - height * w, foot - height * b), (x, foot - height * t), (x + height * w, foot - height * b)])
        for w, b, t in ((0.24, 0.12, 0.55), (0.19, 0.38, 0.78), (0.13, 0.62, 1.0))
    ]
    return union(rect(x - height * 0.035, foot - height * 0.14, height * 0.07, height * 0.14), *tiers)


def forest() -> skia.Path:
    firs = [(12, 92, 62), (32, 92, 84), (50, 92, 56), (68, 92, 78), (88, 92, 66)]
    return union(*(_fir(x, foot, height) for x, foot, height in firs), rect(0, 90, 100, 4))


def pine() -> skia.Path:
    tiers = [((50, 2), 20, 34), ((50, 18), 29, 58), ((50, 38), 38, 84)]
    boughs = [
        path_of(
            f"M50 {top[1]}C{50 + half * 0.4} {foot - 12} {50 + half * 0.7} {foot - 5} {50 + half} {foot}"
            f"C{50 + half * 0.5} {foot - 4} {50 - half * 0.5} {foot - 4} {50 - half} {foot}"
            f"C{50 - half * 0.7} {foot - 5} {50 - half * 0.4} {foot - 12} 50 {top[1]}Z"
        )
        for top, half, foot in tiers
    ]
    return union(rect(46, 80, 8, 18), *boughs)


def field() -> skia.Path:
    furrows = []
    for index in range(-6, 7):
        near = 50 + index * 18
        furrows.append(
            polygon([(50 + index * 3 - 0.6, 40), (50 + index * 3 + 0.6, 40), (near + 5, 96), (near - 5, 96)])
        )
    return union(common(union(*furrows), rect(0, 0, 100, 100)), rect(0, 36, 100, 2.5), circle(70, 26, 9))


def horizon() -> skia.Path:
    half_disc = common(circle(50, 58, 30), rect(0, 0, 100, 58))
    lines = [
        rect(x, y, width, 3, 1.5)
        for x, y, width in ((0, 60, 100), (12, 68, 76), (22, 76, 56), (32, 84, 36), (42, 92, 16))
    ]
    return union(half_disc, *lines)


def bare_tree() -> skia.Path:
    limbs: list[skia.Path] = []
    _limb(limbs, 50, 98, -90, 30, 8.5, 6, 0.7)
    return union(*limbs, path_of("M40 98L60 98L54 88L46 88Z"))


def _limb(
    limbs: list[skia.Path], x: float, y: float, angle: float, length: float, width: float, depth: int, phase: float
) -> None:
    """A branch that forks into two or three thinner ones; `phase` keeps the tree from being symmetrical."""
    tip = (x + length * math.cos(math.radians(angle)), y + length * math.sin(math.radians(angle)))
    across = math.radians(angle + 90)
    dx, dy, thin = math.cos(across) * width / 2, math.sin(across) * width / 2, 0.66
    limbs.append(
        polygon(
            [
                (x + dx, y + dy),
                (tip[0] + dx * thin, tip[1] + dy * thin),
                (tip[0] - dx * thin, tip[1] - dy * thin),
                (x - dx, y - dy),
            ]
        )
    )
    if depth == 0:
        return
    for side, lean in ((-1, 26), (1, 30)):
        wobble = 12 * math.sin(phase * 7 + depth * side)
        _limb(
            limbs,
            *tip,
            angle + side * lean + wobble,
            length * (0.76 + 0.08 * math.sin(phase * 5 + side)),
            width * 0.66,
            depth - 1,
            phase + side * 0.37 + 0.2,
        )


def dandelion() -> skia.Path:
    stem = outline(smooth([(50, 36), (48, 60), (54, 80), (50, 100)]), 2.4)
    parts = [circle(50, 36, 5)]
    for index in range(20):
        x, y = ring_points(50, 36, 26, 20, 9)[index]
        parts += [outline(polyline([(50, 36), (x, y)]), 0.9)]
        parts += [
            outline(polyline([(x, y), ring_points(x, y, 8, 1, 9 + index * 18 + turn)[0]]), 0.9)
            for turn in (-50, -20, 20, 50)
        ]
    flying = [(86, 20), (94, 40), (90, 6)]
    parts += [union(_spark(x, y, 6), outline(polyline([(x, y), (x - 4, y + 8)]), 0.9)) for x, y in flying]
    return union(stem, *parts)


def grass() -> skia.Path:
    blades = []
    for index in range(17):
        x, lean, height = 4 + index * 5.8, 14 * math.sin(index * 2.1), 44 + 34 * math.sin(index * 1.7) ** 2
        tip, foot = (x + lean, 98 - height), 98
        blade = skia.Path()
        blade.moveTo(x - 3, foot)
        blade.cubicTo(x - 2, foot - height * 0.5, x + lean * 0.3, foot - height * 0.8, *tip)
        blade.cubicTo(x + lean * 0.6, foot - height * 0.7, x + 3, foot - height * 0.4, x + 3, foot)
        blade.close()
        blades.append(blade)
    return union(*blades)


def persimmon() -> skia.Path:
    fruit = path_of("M50 30C78 24 96 40 94 60C92 82 72 94 50 94C28 94 8 82 6 60C4 40 22 24 50 30Z")
    calyx = path_of(
        "M50 34C40 46 26 46 18 38C30 34 34 28 34 20C42 24 46 24 48 22L47 8L53 8L52 22C54 24 58 24 66 20"
        "C66 28 70 34 82 38C74 46 60 46 50 34Z"
    )
    gap = outline(calyx, 3.5)
    return union(minus(fruit, gap), calyx)


def stone() -> skia.Path:
    cairn = [oval(50, 84, 36, 12), oval(48, 62, 26, 10), oval(53, 43, 19, 9), oval(49, 27, 12, 7), oval(52, 14, 7, 5)]
    return union(*cairn)


def eclipse() -> skia.Path:
    corona = [polygon(_wedge(50, 50, 33, 49 - (index % 3) * 4, index * 15, 4)) for index in range(24)]
    return minus(union(circle(50, 50, 34), *corona), circle(50, 50, 30))


def smoke() -> skia.Path:
    plume = path_of(
        "M46 98C30 80 66 72 54 56C44 42 20 46 26 26C30 12 46 8 56 14C48 14 40 20 42 28C46 40 72 38 74 58"
        "C76 76 54 78 56 98Z"
    )
    puff = path_of("M66 34C60 24 66 12 78 12C72 16 72 22 76 26C82 32 78 40 72 42C74 38 70 38 66 34Z")
    return union(plume, puff)


FORMS: dict[str, Callable[[], skia.Path]] = {
    form.__name__: form
    for form in (
        sun, moon, crescent, constellation, rain, snowflake, rainbow, fog, aurora, mountain, hill, desert, wave, sea, island,
        river, comet, waterfall, lake, shore, cliff, cave, forest, pine, field, horizon, bare_tree, dandelion, grass, persimmon, stone,
        eclipse, smoke,
    )
}  # fmt: skip
