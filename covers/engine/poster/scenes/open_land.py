"""Scenes in the country: ridges, fields, paths, roads, gardens, roofs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import polygon, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, town
from covers.engine.poster.scenes.camera import Camera, Way
from covers.engine.poster.scenes.cast import CastSpot, cast, standing
from covers.engine.poster.scenes.depth import before_the_lens, far_is_drawn
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot


@scene("fog_ridges", hours="dawn morning dusk evening afternoon", weathers="fog clear cloudy snow")
def fog_ridges(shot: Shot) -> None:
    """Ridge behind ridge, each paler than the one before it."""
    shot.camera = Camera(shot.number(0.36, 0.52), 900)
    light, horizon = shot.light, shot.camera.horizon
    shot.sky(shot.number(0.1, 0.4))
    count = shot.rng.randrange(5, 8)
    color = blend(light.dark, light.foliage, 0.25)
    for index in range(count):
        share = index / (count - 1)
        base = horizon + 0.03 + (1.0 - horizon) * share**1.25 * 0.92
        nature.hills(
            shot,
            base,
            0.09 + 0.10 * share * shot.number(0.6, 1.1),
            color,
            0.86 * (1 - share) ** 0.9,
            rough=0.55,
            pitch=0.07 + 0.05 * share,
            foot=base + 0.16,
        )
        if 0 < index < count - 1:
            shot.fog(base - 0.02, base + 0.16, 0.5)
    shot.stage()
    if shot.rng.random() < 0.7:  # firs on the nearest crest
        x = BLEED_MIN
        while x < BLEED_MAX:
            nature.triangle_fir(shot, x, 1.04, shot.number(0.06, 0.15), 0.02)
            x += shot.number(0.03, 0.11)
    cast(
        shot,
        [CastSpot(shot.number(0.3, 0.7), 0.93, 0.05, "people ground"), CastSpot(0.62, horizon - 0.08, 0.02, "air sky")],
    )
    shot.calm(0.08, 0.06, 0.84, horizon - 0.12)


@scene("lone_tree", hours="dusk dawn morning afternoon night evening noon", weathers="clear cloudy fog wind snow rain")
def lone_tree(shot: Shot) -> None:
    """One tree on a rise, and the whole sky."""
    shot.camera = Camera(0.72 + shot.number(-0.03, 0.06), 1.6)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    nature.hills(
        shot, horizon + 0.02, 0.05, blend(light.foliage, light.fill, 0.4), 0.55, pitch=0.2, foot=horizon + 0.05
    )
    shot.stage()
    far_is_drawn(shot)
    x, top = rng.choice((0.3, 0.36, 0.62, 0.7)) + shot.number(-0.03, 0.03), horizon - 0.01
    crest = [
        (BLEED_MIN, horizon + 0.1),
        (x - 0.7, horizon + 0.06),
        (x - 0.25, top + 0.025),
        (x, top),
        (x + 0.3, top + 0.03),
        (x + 0.8, horizon + 0.08),
        (BLEED_MAX, horizon + 0.1),
    ]
    snowy = light.season == "winter" or light.weather == "snow"
    if snowy:
        nature.snow_ground(shot, horizon + 0.02, 0.012)
    else:
        ground = nature.mound(crest, BLEED_MAX)
        color = blend(
            {"autumn": "#a8894a", "summer": "#6f8a3f", "spring": "#7fa356"}.get(light.season, "#7d8648"),
            light.fill,
            0.15,
        )
        shot.graded(
            ground, (0, horizon), (0, 1), [light.lit(color, 0.75), light.lit(color, 0.4), light.lit(color, 0.12)]
        )
        nature.grass(shot, horizon + 0.06, 0.075, color, count=1500)
    height = shot.number(0.36, 0.5)
    shot.shadow(x + light.side * -0.25, top + 0.035, 0.16, 0.014, 0.35)
    nature.tree(
        shot, x, top + 0.03, height, spread=shot.number(0.5, 0.9), lean=shot.number(-0.08, 0.08), is_bare=snowy or None
    )
    shot.keep_off(rect(x - height * 0.32, top - height * 0.95, height * 0.64, height))
    near = x + rng.choice((-0.13, 0.12))
    cast(
        shot,
        [
            CastSpot(near, top + 0.04, 0.052, "people ground"),
            CastSpot(x + 0.2, top + 0.05, 0.052, "ground"),
            CastSpot(1 - x, 0.25, 0.02, "air sky"),
        ],
    )
    left = 0.08 if x > 0.5 else 0.46
    shot.calm(left, 0.07, 0.46, 0.4)
    shot.calm(0.08, 0.07, 0.84, 0.18)


@scene("autumn_path", hours="afternoon morning dusk", weathers="clear fog cloudy rain wind", seasons="autumn")
def autumn_path(shot: Shot) -> None:
    """A way between trees that lose their leaves."""
    shot.set_light(shot.light.hour, "autumn", shot.light.weather)
    shot.camera = Camera(0.5 + shot.number(-0.04, 0.05), 1.5, 1.0)
    camera, light, rng = shot.camera, shot.light, shot.rng
    center = shot.number(0.4, 0.6)
    shot.sky(0.3, has_sun=False)
    glow = blend(light.key, "#ffd98a", 0.5)
    shot.pool(center, camera.horizon - 0.05, 0.42, 0.5, glow, 0.75)
    earth = light.lit("#8a5a34", 0.4)
    shot.floor(camera.horizon, [blend(earth, light.haze, 0.55), earth, blend(earth, light.dark, 0.55)])
    way = polygon(
        [
            (center - 0.004, camera.horizon),
            (center + 0.004, camera.horizon),
            (camera.x(1.9, 1.6, center), 1.6),
            (camera.x(-1.9, 1.6, center), 1.6),
        ]
    )
    shot.graded(
        way,
        (0, camera.horizon),
        (0, 1),
        [blend(light.haze, glow, 0.4), light.lit("#b08a62", 0.5), light.lit("#6e4d35", 0.2)],
    )
    tones = ("#c9702a", "#d99a2e", "#a8432a", "#c7892f", "#8f3d24")
    for distance in (42, 30, 22, 16, 11.5, 8.0, 5.6):
        air = min(0.8, distance / 46)
        if distance == 8.0:  # those that follow stand as near as whoever walks there
            far_is_drawn(shot, camera.foot(9.0))
        for side in (-1, 1):
            x = camera.x(side * shot.number(3.0, 4.6), distance, center)
            foot, height = camera.foot(distance) + 0.004, camera.size(shot.number(8, 11), distance)
            nature.tree(shot, x, foot, height, color=rng.choice(tones), depth=air, spread=0.75)
    shot.stage()
    _fallen_leaves(shot, tones)
    distance = shot.number(7, 12)
    cast(
        shot,
        [
            standing(camera, shot.number(-0.8, 0.8), distance, depth=0.1, center=center),
            standing(camera, 2.1, 6, "ground", center=center),
        ],
        people="walking",
    )
    with before_the_lens(shot):
        nature.petals(shot, rng.choice(tones), 46, 0.007)
    shot.calm(0.08, 0.74, 0.84, 0.2, "left", "bottom")
    shot.calm(0.2, 0.06, 0.6, 0.2, "center")


def _fallen_leaves(shot: Shot, tones: Sequence[str]) -> None:
    """More of them far away, larger ones near."""
    horizon = shot.camera.horizon
    for tone, (count, low) in zip(tones, ((420, 0.02), (240, 0.12), (90, 0.28)), strict=False):
        path = skia.Path()
        for _ in range(count):
            y = horizon + low + shot.number(0, 0.3)
            size, x = (y - horizon) * 0.016, shot.number(-0.1, 1.1)
            path.addOval(skia.Rect.MakeLTRB(x - size, y - size * 0.4, x + size, y + size * 0.4))
        shot.page.fill(path, shot.light.lit(tone, 0.6), 0.9)


def _poles(shot: Shot, center: float) -> None:
    """Along the road, and their wires."""
    camera, light = shot.camera, shot.light
    distance = 6.0
    while distance < 120:
        x, foot = camera.x(6.4, distance, center), camera.foot(distance)
        tall = camera.size(7, distance)
        shot.flat(
            rect(x - camera.size(0.09, distance), foot - tall, camera.size(0.18, distance), tall),
            light.dark,
            min(0.6, distance / 130),
        )
        arm = camera.size(1.0, distance)
        shot.flat(
            rect(x - arm, foot - tall * 0.93, arm * 2, camera.size(0.1, distance)), light.dark, min(0.6, distance / 130)
        )
        if distance > 8:
            before = distance / 1.55
            for off in (-0.9, 0.9):
                town.wires(
                    shot,
                    (camera.x(6.4 + off, before, center), camera.foot(before) - camera.size(6.5, before)),
                    (camera.x(6.4 + off, distance, center), camera.foot(distance) - camera.size(6.5, distance)),
                    1,
                    camera.size(0.7, distance),
                )
        distance *= 1.55


def _road(shot: Shot, strip: Callable[..., skia.Path]) -> None:
    """Tar, a line at each side and dashes between. strip: gives a level piece of the way."""
    light, near = shot.light, 1.2
    tar = blend(light.lit("#4a4648", 0.35), light.dark, 0.25)
    shot.graded(
        strip(-3.4, 3.4, near, 600),
        (0, shot.camera.horizon),
        (0, 1),
        [blend(tar, light.haze, 0.6), tar, blend(tar, light.dark, 0.4)],
    )
    shot.stage()
    paint = light.lit("#e6dcc0", 0.75)
    for side in (-3.1, 3.1):
        shot.page.fill(strip(side - 0.07, side + 0.07, near, 300), paint, 0.75)
    distance = 1.6
    while distance < 160:
        faded = blend(paint, light.haze, min(0.7, distance / 120))
        shot.page.fill(strip(-0.08, 0.08, distance, distance + 3.2), faded, 0.85)
        distance += 9.5


@scene("desert_road", hours="dusk noon afternoon dawn night", weathers="clear wind cloudy")
def desert_road(shot: Shot) -> None:
    """A straight road to where the sky begins."""
    shot.camera = Camera(0.55 + shot.number(-0.12, 0.08), 1.5, 1.0)
    camera, light = shot.camera, shot.light
    center = shot.number(0.42, 0.58)
    shot.sky(shot.number(0.05, 0.3))
    nature.hills(
        shot,
        camera.horizon + 0.004,
        0.07,
        blend(light.dark, "#7a4a3a", 0.5),
        0.5,
        rough=0.9,
        pitch=0.06,
        foot=camera.horizon + 0.02,
    )
    sand = light.lit("#c08a58", 0.62)
    shot.floor(camera.horizon, [blend(sand, light.haze, 0.5), sand, blend(sand, light.dark, 0.4)])
    shot.wash(
        town.GRAVEL,
        {"edge": camera.horizon, "tint": blend(light.key, sand, 0.5)},
        within=shot.band(camera.horizon, BLEED_MAX),
    )
    _road(shot, Way(camera, center).strip)
    _poles(shot, center)
    away = shot.number(9, 18)
    cast(
        shot,
        [
            standing(camera, shot.number(-2.4, -1.0), away, center=center),
            standing(camera, 2.0, 20, "ground vehicle", center=center),
            CastSpot(0.3, 0.2, 0.02, "air sky"),
        ],
    )
    shot.calm(0.08, 0.07, 0.84, camera.horizon - 0.2)


@scene("night_blossom", hours="night evening dusk", weathers="clear wind rain fog", seasons="spring")
def night_blossom(shot: Shot) -> None:
    """Cherry trees in flower above a lamp."""
    shot.camera = Camera(0.74 + shot.number(-0.03, 0.04), 1.6, 1.0)
    camera, light, rng = shot.camera, shot.light, shot.rng
    shot.sky(0.12, stars=False)
    nature.hills(shot, camera.horizon + 0.01, 0.06, light.dark, 0.5, foot=camera.horizon + 0.02)
    pink = rng.choice(("#f3c3d2", "#f7d9de", "#eaa9c2"))
    ground = blend(light.lit("#5d6148", 0.2), light.dark, 0.4)
    shot.floor(camera.horizon, [blend(ground, light.haze, 0.4), ground, light.dark])
    for distance in (24, 15):
        for side in (-1, 1):
            nature.tree(
                shot,
                camera.x(side * shot.number(4, 6), distance),
                camera.foot(distance),
                camera.size(7, distance),
                color=pink,
                depth=distance / 44,
                spread=0.95,
                is_bare=False,
            )
    shot.stage()
    side = rng.choice((-1, 1))
    foot = camera.foot(6.5)
    far_is_drawn(shot, foot)
    x, y = town.lamp_post(shot, 0.5 - side * 0.16, foot, camera.size(0.72, 6.5), side)
    shot.glow(x, y, 0.42, blend(light.lamp, pink, 0.4), 0.5)
    shot.pool(x, foot + 0.01, 0.26, 0.045, blend(light.lamp, pink, 0.3), 0.5)
    tree_x = 0.5 + side * 0.3
    wood, ends = nature.trunk(shot, tree_x, foot + 0.09, 0.95, lean=-side * 0.24, spread=1.0)
    shot.flat(wood, blend(light.lit("#41342f", 0.2), light.dark, 0.5))
    light_pink = blend(pink, "#ffffff", 0.25)
    nature.leaves(shot, ends, 0.062, light_pink, count=20, leaf=0.13)
    cast(
        shot,
        [
            CastSpot(0.5 - side * 0.08, foot + 0.015, camera.size(1, 6.5), "people ground"),
            CastSpot(0.5 - side * 0.3, foot + 0.04, camera.size(1, 6.0), "ground"),
        ],
    )
    with before_the_lens(shot):
        nature.petals(shot, light_pink, 90, 0.0055)
    shot.calm(0.08 if side > 0 else 0.4, 0.07, 0.52, 0.3)
    shot.calm(0.08, 0.86, 0.84, 0.1, "left", "bottom")
