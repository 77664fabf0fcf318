"""Trees, leaves, grass, hills and snow, for every scene out of doors."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from covers.engine.poster.color import at_lightness, blend, lch_of
from covers.engine.poster.geometry import Point, polygon, smooth
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes.shot import Shot


def hills(
    shot: Shot, base: float, height: float, color: str, depth: float, *, rough: float = 0.5, pitch: float = 0.12, foot: float | None = None
) -> list[Point]:  # fmt: skip
    """A ridge from edge to edge whose crest is at most `height` over `base`; answers its crest. foot: where its colour has faded
    into the air."""
    rng, x, points = shot.rng, BLEED_MIN, []
    level, drift = rng.random(), rng.uniform(-0.1, 0.1)
    while x < BLEED_MAX + pitch:
        drift = max(-0.35, min(0.35, drift + rng.uniform(-rough, rough) * 0.5))
        level = level + drift
        if not 0.05 < level < 1:
            level, drift = min(1.0, max(0.05, level)), -drift * 0.5
        points.append((x, base - height * level + rng.uniform(-1, 1) * height * 0.03 * rough))
        x += pitch * rng.uniform(0.6, 1.3)
    path = smooth([*points, (BLEED_MAX + 1, base)])
    path.lineTo(BLEED_MAX + 1, BLEED_MAX)
    path.lineTo(BLEED_MIN, BLEED_MAX)
    path.close()
    top = shot.light.far(color, depth)
    bottom = shot.light.far(color, min(1.0, depth + 0.3)) if foot is not None else top
    shot.graded(
        path, (0, base - height), (0, foot if foot is not None else base + 0.1), [top, blend(top, bottom, 0.5), bottom]
    )
    return points


def trunk(
    shot: Shot, x: float, foot: float, height: float, *, lean: float = 0.0, spread: float = 0.5, levels: int = 5
) -> tuple[skia.Path, list[Point]]:
    """A bare tree's wood as one outline, and where its twigs end. spread: 0 a poplar to 1 an oak."""
    rng, wood, ends = shot.rng, skia.Path(), []

    def grow(x: float, y: float, angle: float, length: float, width: float, level: int) -> None:
        bend = rng.uniform(-0.18, 0.18)
        mx, my = x + math.sin(angle + bend) * length * 0.5, y - math.cos(angle + bend) * length * 0.5
        ex, ey = x + math.sin(angle) * length, y - math.cos(angle) * length
        thin = width * (0.62 if level else 0.7)
        nx, ny = math.cos(angle), math.sin(angle)
        limb = skia.Path()
        limb.moveTo(x - nx * width, y - ny * width)
        limb.quadTo(mx - nx * (width + thin) / 2, my - ny * (width + thin) / 2, ex - nx * thin, ey - ny * thin)
        limb.lineTo(ex + nx * thin, ey + ny * thin)
        limb.quadTo(mx + nx * (width + thin) / 2, my + ny * (width + thin) / 2, x + nx * width, y + ny * width)
        limb.close()
        wood.addPath(limb)
        if level >= levels:
            ends.append((ex, ey))
            return
        for turn in (
            rng.uniform(-0.75, -0.3),
            rng.uniform(0.3, 0.75),
            *((rng.uniform(-0.2, 0.2),) if rng.random() < 0.55 else ()),
        ):
            grow(
                ex,
                ey,
                angle * 0.85 + turn * (0.45 + spread * 0.75),
                length * rng.uniform(0.62, 0.82),
                thin * rng.uniform(0.6, 0.8),
                level + 1,
            )
        if level:
            ends.append((ex, ey))

    grow(x, foot, lean, height * 0.3, height * 0.026, 0)
    return wood, ends


def leaves(
    shot: Shot,
    centers: Sequence[Point],
    radius: float,
    color: str,
    *,
    depth: float = 0.0,
    count: int = 26,
    leaf: float = 0.16,
) -> skia.Path:
    """Clumps of leaves in three tones, lit from the light's side; answers their outline. radius: of a clump; leaf: of one leaf, in
    clump radii."""
    rng, light = shot.rng, shot.light
    toward = (math.copysign(0.5, light.side) if light.side else 0.5, -0.7)
    outline = skia.Path()
    tones = (
        (0.0, 0.0, light.lit(color, 0.05)),
        (0.22, 0.8, light.lit(color, 0.42)),
        (0.4, 0.55, light.lit(color, 0.95)),
    )
    chance, box = rng.random, skia.Rect.MakeLTRB  # ten thousand leaves: each look-up of a name counts
    for shift, share, tone in tones:
        path = skia.Path()
        add = path.addOval
        near = 1 if not shift else 0.86
        right, down = toward[0] * radius * shift, toward[1] * radius * shift
        number = round(count * (1 if not shift else share))
        for x, y in centers:
            for _ in range(number):
                angle, far = math.tau * chance(), radius * math.sqrt(chance()) * near
                lx, ly = x + math.cos(angle) * far + right, y + math.sin(angle) * far * 0.82 + down
                wide = radius * leaf * (0.6 + (1.4 - 0.6) * chance())
                tall = wide * 0.72
                add(box(lx - wide, ly - tall, lx + wide, ly + tall))
        shot.flat(path, tone, depth, 1.0 if not shift else 0.85)
        if not shift:
            outline = path
    return outline


def tree(
    shot: Shot, x: float, foot: float, height: float, *, color: str | None = None, depth: float = 0.0, spread: float = 0.5,
    is_bare: bool | None = None, lean: float = 0.0,
) -> None:  # fmt: skip
    """A tree with its season's leaves, or bare in winter."""
    light, rng = shot.light, shot.rng
    wood, ends = trunk(shot, x, foot, height, lean=lean, spread=spread)
    bark = blend(light.lit("#4a3b31", 0.22), light.dark, 0.4)
    shot.flat(wood, bark, depth)
    if is_bare if is_bare is not None else light.season == "winter":
        twigs = skia.Path()
        for ex, ey in ends:
            for _ in range(3):
                angle, long = rng.uniform(-1.3, 1.3), height * rng.uniform(0.03, 0.07)
                twigs.moveTo(ex, ey)
                twigs.lineTo(ex + math.sin(angle) * long, ey - math.cos(angle) * long)
        shot.page.line(twigs, light.far(bark, depth), max(0.0006, height * 0.0022))
        return
    leaf = min(0.2, 0.0042 / (height * 0.075))  # leaves of one size: those of a near tree are many, not large
    leaves(
        shot,
        ends,
        height * 0.075,
        color or light.foliage,
        depth=depth,
        count=round(14 * min(5.0, (0.2 / leaf) ** 1.4)),
        leaf=leaf,
    )


def shrubs(shot: Shot, base: float, height: float, depth: float = 0.0) -> None:
    """A dark row of bushes along the foot of a picture."""
    rng, centers, x = shot.rng, [], -0.3
    while x < 1.3:
        centers.append((x, base - height * rng.uniform(0.0, 0.6)))
        x += height * rng.uniform(0.35, 0.7)
    leaves(
        shot,
        centers,
        height * 0.62,
        blend(shot.light.foliage, shot.light.dark, 0.55),
        depth=depth,
        count=30,
        leaf=0.17,
    )


def grass(
    shot: Shot,
    base: float,
    height: float,
    color: str,
    *,
    count: int = 900,
    depth: float = 0.0,
    wind: float | None = None,
    bottom: float = 1.05,
) -> None:
    """Blades from `base` down to `bottom`, longer towards the lens, bent by one wind."""
    rng, visible = shot.rng, shot.page.visible
    wind = rng.uniform(-0.8, 0.8) if wind is None else wind
    light = shot.light
    tones = (blend(color, light.dark, 0.55), blend(color, light.dark, 0.2), blend(color, light.key, 0.35))
    for index, tone in enumerate(tones):
        path = skia.Path()
        for _ in range(count // 3):
            x, near = rng.uniform(visible.left() - 0.05, visible.right() + 0.05), rng.random() ** 0.7
            y = base + (bottom - base) * near
            long = height * (0.25 + 0.75 * near) * rng.uniform(0.5, 1.2)
            bend, wide = (wind + rng.uniform(-0.35, 0.35)) * long * 0.7, long * 0.03
            path.moveTo(x - wide, y)
            path.quadTo(x + bend * 0.2 - wide, y - long * 0.6, x + bend, y - long)
            path.quadTo(x + bend * 0.2 + wide, y - long * 0.6, x + wide, y)
            path.close()
        shot.flat(path, light.lit(tone, 0.3 + 0.3 * index), depth)


def petals(shot: Shot, color: str, count: int = 70, size: float = 0.006) -> None:
    """Falling petals or leaves; the nearest out of focus."""
    rng, visible = shot.rng, shot.page.visible
    for part, (share, scale, blur, alpha) in enumerate(
        ((0.6, 1.0, 0.0, 0.95), (0.32, 1.8, 0.0, 0.95), (0.08, 4.2, 0.5, 0.6))
    ):
        path = skia.Path()
        for _ in range(round(count * share)):
            x, y = rng.uniform(visible.left(), visible.right()), rng.uniform(visible.top(), visible.bottom())
            long, wide, turn = (
                size * scale * rng.uniform(0.7, 1.2),
                size * scale * rng.uniform(0.3, 0.6),
                rng.uniform(0, 180),
            )
            leaf, matrix = skia.Path(), skia.Matrix()
            leaf.moveTo(-long, 0)
            leaf.quadTo(0, -wide * 1.5, long, 0)
            leaf.quadTo(0, wide * 1.2, -long, 0)
            matrix.setRotate(turn)
            matrix.postTranslate(x, y)
            leaf.transform(matrix)
            path.addPath(leaf)
        tone = shot.light.lit(color, 0.55 + 0.2 * part)
        if blur:
            shot.page.blurred(path, tone, size * blur, alpha)
        else:
            shot.page.fill(path, tone, alpha)


def snow_ground(shot: Shot, edge: float, swell: float = 0.02) -> None:
    """Snow from `edge` down: blue in the shade, bright where the light falls, with its small waves."""
    light = shot.light
    crest, x = [], BLEED_MIN
    while x < BLEED_MAX:
        crest.append((x, edge + shot.number(-swell, swell)))
        x += shot.number(0.14, 0.3)
    path = smooth([*crest, (BLEED_MAX, edge)])
    path.lineTo(BLEED_MAX, BLEED_MAX)
    path.lineTo(BLEED_MIN, BLEED_MAX)
    path.close()
    bright = blend(
        at_lightness(light.horizon, min(0.93, lch_of(light.horizon)[0] + (0.2 if light.is_dark else 0.25)), 0.5),
        "#ffffff",
        0.15 if light.is_dark else 0.4,
    )
    shade = blend(at_lightness(light.middle, lch_of(bright)[0] * 0.72, 0.8), light.fill, 0.3)
    shot.wash(
        SNOW, {"edge": edge, "bright": bright, "shade": shade, "shift": (shot.rng.random(), shot.rng.random()), "side": light.side},
        within=path, side=1100,
    )  # fmt: skip


SNOW = """
uniform float edge; uniform float3 bright; uniform float3 shade; uniform float2 shift; uniform float side;
half4 main(float2 u) {
  float y = max(u.y - edge, 0.);
  float z = 1. / (y + .12);
  float2 p = float2((u.x - .5) * z * .12, z * .3) + shift;
  float d = swell(p * .5) - swell(p * .5 + float2(side * .03, .02));
  float t = clamp(.62 + d * 3.4 + (fine(u * float2(1.3, 2.6)) - .5) * .07 - y * .3, 0., 1.);
  return opaque(mix(shade, bright, t));
}"""


def mound(points: Sequence[Point], foot: float) -> skia.Path:
    """A closed shape under a crest."""
    path = smooth(list(points))
    path.lineTo(points[-1][0], foot)
    path.lineTo(points[0][0], foot)
    path.close()
    return path


def triangle_fir(shot: Shot, x: float, foot: float, height: float, depth: float = 0.0, snowy: bool = False) -> None:
    """A fir in tiers."""
    light, rng = shot.light, shot.rng
    tone = light.far(blend(light.lit("#2f4a3a", 0.25), light.dark, 0.4), depth)
    for tier in range(7):
        share = tier / 7
        y, wide = foot - height * (1 - share * 0.92), height * (0.05 + 0.2 * share)
        drop = height * 0.2
        shape = [(x, y), (x + wide, y + drop)]
        shape += [(x + wide * (1 - k / 4), y + drop - height * rng.uniform(0.0, 0.03)) for k in range(1, 8)]
        shape += [(x - wide, y + drop)]
        shot.page.fill(polygon(shape), blend(tone, light.dark, 0.25 * (1 - share)))
        if snowy:
            cap = polygon(
                [
                    (x, y),
                    (x + wide * 0.75, y + drop * 0.72),
                    (x + wide * 0.3, y + drop * 0.5),
                    (x - wide * 0.2, y + drop * 0.62),
                    (x - wide * 0.7, y + drop * 0.7),
                ]
            )
            shot.page.fill(cap, light.far(blend("#eef3fa", light.fill, 0.35), depth), 0.9)
