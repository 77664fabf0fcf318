"""Scenes in the country: ridges, fields, paths, roads, gardens, roofs."""

from __future__ import annotations

import skia

from covers.engine.poster.color import at_lightness, blend
from covers.engine.poster.geometry import polygon, rect, smooth, union
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, town
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
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
    shot.graded(
        shot.band(camera.horizon, BLEED_MAX),
        (0, camera.horizon),
        (0, 1),
        [blend(earth, light.haze, 0.55), earth, blend(earth, light.dark, 0.55)],
    )
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
        for side in (-1, 1):
            x = camera.x(side * shot.number(3.0, 4.6), distance, center)
            nature.tree(
                shot,
                x,
                camera.foot(distance) + 0.004,
                camera.size(shot.number(8, 11), distance),
                color=rng.choice(tones),
                depth=air,
                spread=0.75,
            )
    shot.stage()
    for part, (count, low) in enumerate(((420, 0.02), (240, 0.12), (90, 0.28))):
        path = skia.Path()
        for _ in range(count):
            y = camera.horizon + low + shot.number(0, 0.3)
            size, x = (y - camera.horizon) * 0.016, shot.number(-0.1, 1.1)
            path.addOval(skia.Rect.MakeLTRB(x - size, y - size * 0.4, x + size, y + size * 0.4))
        shot.page.fill(path, light.lit(tones[part], 0.6), 0.9)
    distance = shot.number(7, 12)
    cast(
        shot,
        [
            CastSpot(
                camera.x(shot.number(-0.8, 0.8), distance, center),
                camera.foot(distance),
                camera.size(1, distance),
                "people ground",
                0.1,
            ),
            CastSpot(camera.x(2.1, 6, center), camera.foot(6), camera.size(1, 6), "ground"),
        ],
        people="walking",
    )
    nature.petals(shot, rng.choice(tones), 46, 0.007)
    shot.calm(0.08, 0.74, 0.84, 0.2, "left", "bottom")
    shot.calm(0.2, 0.06, 0.6, 0.2, "center")


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
    shot.graded(
        shot.band(camera.horizon, BLEED_MAX),
        (0, camera.horizon),
        (0, 1),
        [blend(sand, light.haze, 0.5), sand, blend(sand, light.dark, 0.4)],
    )
    shot.wash(
        town.GRAVEL,
        {"edge": camera.horizon, "tint": blend(light.key, sand, 0.5)},
        within=shot.band(camera.horizon, BLEED_MAX),
    )
    near = 1.2

    def strip(left: float, right: float, begin: float, end: float) -> skia.Path:
        return polygon(
            [
                (camera.x(left, end, center), camera.foot(end)),
                (camera.x(right, end, center), camera.foot(end)),
                (camera.x(right, begin, center), camera.foot(begin)),
                (camera.x(left, begin, center), camera.foot(begin)),
            ]
        )

    tar = blend(light.lit("#4a4648", 0.35), light.dark, 0.25)
    shot.graded(
        strip(-3.4, 3.4, near, 600),
        (0, camera.horizon),
        (0, 1),
        [blend(tar, light.haze, 0.6), tar, blend(tar, light.dark, 0.4)],
    )
    shot.stage()
    paint = light.lit("#e6dcc0", 0.75)
    for side in (-3.1, 3.1):
        shot.page.fill(strip(side - 0.07, side + 0.07, near, 300), paint, 0.75)
    distance = 1.6
    while distance < 160:
        shot.page.fill(
            strip(-0.08, 0.08, distance, distance + 3.2), blend(paint, light.haze, min(0.7, distance / 120)), 0.85
        )
        distance += 9.5
    distance = 6.0
    while distance < 120:  # poles and their wires
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
    away = shot.number(9, 18)
    cast(
        shot,
        [
            CastSpot(
                camera.x(shot.number(-2.4, -1.0), away, center),
                camera.foot(away),
                camera.size(1, away),
                "people ground",
            ),
            CastSpot(camera.x(2.0, 20, center), camera.foot(20), camera.size(1, 20), "ground vehicle"),
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
    shot.graded(
        shot.band(camera.horizon, BLEED_MAX),
        (0, camera.horizon),
        (0, 1),
        [blend(ground, light.haze, 0.4), ground, light.dark],
    )
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
    nature.petals(shot, light_pink, 90, 0.0055)
    shot.calm(0.08 if side > 0 else 0.4, 0.07, 0.52, 0.3)
    shot.calm(0.08, 0.86, 0.84, 0.1, "left", "bottom")


def hanok(
    shot: Shot,
    x: float,
    base: float,
    width: float,
    *,
    lit: tuple[int, ...] = (1, 2),
    snowy: bool = False,
    depth: float = 0.0,
) -> None:
    """A tiled house from the front: raised floor, papered doors, a roof whose eaves lift at the ends."""
    light, page = shot.light, shot.page
    height = width * 0.30
    wall = rect(x - width * 0.36, base - height, width * 0.72, height)
    shot.graded(
        wall,
        (0, base - height),
        (0, base),
        [light.far(light.lit("#8d7a63", 0.25), depth), light.far(light.lit("#6a5745", 0.4), depth)],
    )
    bays = 5
    bay = width * 0.72 / bays
    for index in range(bays):
        left = x - width * 0.36 + bay * index
        door = rect(left + bay * 0.1, base - height * 0.84, bay * 0.8, height * 0.76)
        shines = index in lit
        paper = "#ffcf86" if shines else light.lit("#c9b794", 0.15)
        page.gradient(
            door,
            (0, base - height * 0.84),
            (0, base),
            [at_lightness(paper, 0.9 if shines else 0.42), blend(paper, light.dark, 0.12 if shines else 0.4)],
        )
        lattice = skia.Path()
        for k in range(1, 5):
            lattice.addRect(
                skia.Rect.MakeXYWH(
                    left + bay * (0.1 + 0.16 * k) - bay * 0.012, base - height * 0.84, bay * 0.024, height * 0.76
                )
            )
        for k in range(1, 6):
            lattice.addRect(
                skia.Rect.MakeXYWH(left + bay * 0.1, base - height * (0.84 - 0.127 * k), bay * 0.8, bay * 0.022)
            )
        shot.flat(lattice, "#3a2a1e", depth, 0.85)
        if shines:
            shot.glow(left + bay / 2, base - height * 0.45, bay * 1.7, "#ffb95e", 0.4)
        shot.flat(rect(left - bay * 0.05, base - height, bay * 0.1, height), light.lit("#4a3324", 0.2), depth)
    shot.flat(
        rect(x - width * 0.4, base - height * 0.07, width * 0.8, height * 0.13), light.lit("#4f3d2e", 0.25), depth
    )
    shot.flat(rect(x - width * 0.4, base + height * 0.06, width * 0.8, height * 0.16), light.lit("#77736c", 0.2), depth)
    eave, ridge_y, lift = base - height * 0.96, base - height * 2.0, height * 0.26
    roof = skia.Path()
    roof.moveTo(x - width * 0.56, eave - lift)
    roof.quadTo(x - width * 0.38, eave + lift * 0.1, x, eave + lift * 0.12)
    roof.quadTo(x + width * 0.38, eave + lift * 0.1, x + width * 0.56, eave - lift)
    roof.quadTo(x + width * 0.36, eave - lift * 1.2, x + width * 0.3, ridge_y)
    roof.quadTo(x, ridge_y + lift * 0.2, x - width * 0.3, ridge_y)
    roof.quadTo(x - width * 0.36, eave - lift * 1.2, x - width * 0.56, eave - lift)
    roof.close()
    tile = blend(light.lit("#3c4146", 0.3), light.dark, 0.35)
    shot.graded(
        roof,
        (0, ridge_y),
        (0, eave),
        [light.far(blend(tile, light.haze, 0.15), depth), light.far(tile, depth), light.far(light.dark, depth)],
    )
    with page.clipped(roof):
        rows = skia.Path()
        for k in range(-22, 23):
            rows.moveTo(x + width * 0.0128 * k, ridge_y)
            rows.quadTo(x + width * 0.0165 * k, (ridge_y + eave) / 2, x + width * 0.0255 * k, eave + lift * 0.3)
        page.line(rows, light.far(blend(tile, light.haze, 0.35), depth), width * 0.004, 0.6)
        if snowy:
            cap = skia.Path(roof)
            cap.offset(0, -height * 0.2)
            page.fill(cap, blend("#eef2f8", light.fill, 0.3), 0.95)
    under = skia.Path()
    under.moveTo(x - width * 0.5, eave - lift * 0.62)
    under.quadTo(x, eave + lift * 0.55, x + width * 0.5, eave - lift * 0.62)
    under.quadTo(x, eave + lift * 0.2, x - width * 0.5, eave - lift * 0.62)
    shot.flat(under, light.dark, depth)
    ridge = smooth(
        [
            (x - width * 0.33, ridge_y - height * 0.1),
            (x - width * 0.2, ridge_y + height * 0.02),
            (x, ridge_y + height * 0.04),
            (x + width * 0.2, ridge_y + height * 0.02),
            (x + width * 0.33, ridge_y - height * 0.1),
        ]
    )
    page.line(ridge, light.far(blend("#eef2f8", light.fill, 0.3) if snowy else light.dark, depth), height * 0.11)
    shot.keep_off(union(rect(x - width * 0.36, base - height, width * 0.72, height), roof))


@scene("hanok_rain", hours="evening night dusk morning", weathers="rain cloudy fog storm")
def hanok_rain(shot: Shot) -> None:
    """A tiled house in the rain, one door lit."""
    shot.camera = Camera(0.7, 1.6)
    light, rng = shot.light, shot.rng
    shot.sky(0.75)
    nature.hills(shot, 0.72, 0.2, blend(light.dark, light.foliage, 0.3), 0.55, pitch=0.16, foot=0.75)
    nature.hills(shot, 0.76, 0.1, blend(light.dark, light.foliage, 0.3), 0.35, pitch=0.1, foot=0.8)
    shot.fog(0.55, 0.82, 0.5)
    x = rng.choice((0.42, 0.5, 0.6))
    nature.tree(shot, x + rng.choice((-0.36, 0.36)), 0.83, 0.42, depth=0.15)
    town.asphalt(shot, 0.82, wet=0.0)
    hanok(shot, x, 0.81, 0.74, lit=(rng.randrange(1, 4),))
    shot.stage()
    shot.mirror(0.835, ripple=0.18, depth=0.25, dry=0.34, deep=light.dark)
    cast(
        shot,
        [
            CastSpot(x - 0.12, 0.855, 0.083, "people ground"),
            CastSpot(x + 0.24, 0.86, 0.083, "ground"),
            CastSpot(x, 0.815, 0.083, "ledge"),
        ],
    )
    shot.calm(0.08, 0.07, 0.84, 0.24)


@scene("temple_snow", hours="morning dusk evening night dawn", weathers="snow cloudy clear fog", seasons="winter")
def temple_snow(shot: Shot) -> None:
    """A court under snow, one door lit, footprints that lead there."""
    shot.set_light(shot.light.hour, "winter", shot.light.weather)
    shot.camera = Camera(0.62, 1.7)
    light, rng = shot.light, shot.rng
    shot.sky()
    nature.hills(shot, 0.64, 0.24, blend(light.dark, "#5d6a78", 0.4), 0.6, pitch=0.15, foot=0.68)
    x = -0.3
    while x < 1.3:
        nature.triangle_fir(shot, x, 0.67, shot.number(0.1, 0.2), 0.4, snowy=True)
        x += shot.number(0.05, 0.13)
    shot.fog(0.5, 0.72, 0.4)
    nature.snow_ground(shot, 0.68, 0.008)
    x = rng.choice((0.4, 0.5, 0.58))
    hanok(shot, x, 0.7, 0.66, lit=(2,), snowy=True)
    shot.stage()
    steps = skia.Path()
    for index in range(16):
        share = index / 16
        y = 0.75 + 0.3 * share**1.4
        size, left = (
            0.004 + 0.011 * share,
            x + 0.02 + 0.16 * share**1.5 + (0.012 + 0.02 * share) * (1 if index % 2 else -1),
        )
        steps.addOval(skia.Rect.MakeLTRB(left - size * 0.6, y - size * 0.5, left + size * 0.6, y + size * 0.5))
    shot.page.blurred(steps, blend(light.fill, light.dark, 0.45), 0.0012, 0.75)
    cast(shot, [CastSpot(x + 0.1, 0.815, 0.09, "people ground"), CastSpot(x - 0.3, 0.8, 0.09, "ground")])
    shot.calm(0.08, 0.06, 0.84, 0.22)


@scene("burning_bridge", hours="night evening dusk", weathers="clear cloudy storm wind")
def burning_bridge(shot: Shot) -> None:
    """A bridge on fire over a river, seen from the bank."""
    shot.camera = Camera(0.6, 4)
    light, rng = shot.light, shot.rng
    fire = "#ff9a3c"
    shot.sky(0.7, stars=False, has_sun=False)
    burns = shot.number(0.4, 0.62)
    shot.glow(burns, 0.46, 0.75, fire, 0.5)
    nature.hills(shot, 0.6, 0.09, light.dark, 0.3, foot=0.62)
    deck = 0.5
    bridge = skia.Path()
    bridge.addRect(skia.Rect.MakeXYWH(-0.6, deck, 2.2, 0.02))
    for k in range(-4, 12):
        left = -0.2 + k * 0.14
        bridge.addPath(
            polygon([(left, deck), (left + 0.012, deck), (left + 0.078, deck - 0.1), (left + 0.066, deck - 0.1)])
        )
        bridge.addPath(
            polygon([(left + 0.14, deck), (left + 0.128, deck), (left + 0.062, deck - 0.1), (left + 0.074, deck - 0.1)])
        )
    bridge.addRect(skia.Rect.MakeXYWH(-0.6, deck - 0.106, 2.2, 0.012))
    for x in (-0.12, 0.2, 0.52, 0.84, 1.16):
        bridge.addPath(polygon([(x, deck + 0.02), (x + 0.035, deck + 0.02), (x + 0.05, 0.66), (x - 0.015, 0.66)]))
    shot.page.fill(bridge, blend(light.dark, "#2a1208", 0.4))
    shot.wash(
        FLAMES,
        {"center": burns, "deck": deck, "shift": (rng.random(), rng.random()), "reach": shot.number(0.2, 0.3)},
        side=1100,
        blend=skia.BlendMode.kScreen,
    )
    shot.stage()
    shot.mirror(0.62, ripple=0.5, depth=0.3, deep=light.dark, sheen=0.0)
    sparks = skia.Path()
    for _ in range(120):
        high = rng.random() ** 1.6
        sparks.addCircle(burns + rng.gauss(0, 0.1 + high * 0.16), deck - high * 0.42, rng.uniform(0.0008, 0.0024))
    shot.page.fill(sparks, "#ffc46b", 0.9)
    bank = nature.mound(
        [(BLEED_MIN, 0.9), (0.0, 0.86), (0.25, 0.9), (0.6, 0.95), (1.0, 0.93), (BLEED_MAX, 0.97)], BLEED_MAX
    )
    shot.flat(bank, light.dark)
    nature.grass(shot, 0.9, 0.08, blend(light.dark, "#5a3a20", 0.35), count=500, bottom=1.08)
    cast(
        shot,
        [CastSpot(shot.number(0.12, 0.3), 0.9, 0.1, "people ground"), CastSpot(0.75, 0.95, 0.1, "ground")],
        people="one",
    )
    shot.calm(0.08, 0.06, 0.84, 0.2)
    shot.calm(0.08, 0.66, 0.84, 0.2)


FLAMES = """
uniform float center; uniform float deck; uniform float2 shift; uniform float reach;
half4 main(float2 u) {
  float h = (deck + .015 - u.y) / reach;
  float wide = (.20 - .11 * clamp(h, 0., 1.));
  float m = exp(-pow((u.x - center) / wide, 2.)) * step(0., h);
  float2 p = float2(u.x * 1.9, u.y * .9 + shift.y) + shift;
  float d = ridged(swirl(p, .16)) * .65 + soft(p * 2.7) * .35;
  float f = clamp(m * 1.25 + d * .75 - .62 - h * .68, 0., 1.);
  float a = smoothstep(.02, .5, f) * step(0., h);
  float3 c = mix(float3(.85, .12, .02), float3(1., .55, .12), smoothstep(.05, .4, f));
  c = mix(c, float3(1., .93, .66), smoothstep(.34, .75, f));
  return light(c, a);
}"""
