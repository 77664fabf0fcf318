"""Scenes in the city after dark."""

from __future__ import annotations

import math
from itertools import pairwise

import skia

from covers.engine.poster.color import at_lightness, blend
from covers.engine.poster.geometry import circle, polygon, rect
from covers.engine.poster.scenes import town
from covers.engine.poster.scenes.camera import Camera, Way
from covers.engine.poster.scenes.cast import CastSpot, cast, standing
from covers.engine.poster.scenes.depth import far_is_drawn
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot
from covers.engine.poster.scenes.town import WALLS


@scene("wet_street", hours="night evening small_hours dusk", weathers="rain storm cloudy fog clear")
def wet_street(shot: Shot) -> None:
    """A street between houses after the rain, and its lights in the ground."""
    shot.camera = Camera(0.5 + shot.number(-0.05, 0.06), 1.55, shot.number(0.85, 1.15))
    camera, light, rng = shot.camera, shot.light, shot.rng
    center, width = shot.number(0.36, 0.64), shot.number(4.5, 6.5)
    shot.sky(stars=False, has_sun=False)
    shot.pool(center, camera.horizon, 0.34, 0.22, blend(light.lamp, light.horizon, 0.4), 0.5)
    for side in (-1, 1):
        town.street_wall(
            shot, side, width, near=2.6, far=70, center=center, heights=(7, shot.number(12, 22)), lit=0.22, colors=WALLS
        )
    shot.stage()
    for distance in (48, 33, 22, 14.5):
        for side in (-1, 1):
            if rng.random() < 0.8:
                town.lamp_post(
                    shot, camera.x(side * (width - 1.2), distance, center), camera.foot(distance), camera.size(1, distance),
                    -side, 0.5 * distance / 60,
                )  # fmt: skip
    for _ in range(rng.randrange(1, 4)):  # tail lights far down
        distance, lane = shot.number(16, 44), shot.number(-0.45, 0.45) * width
        for off in (-0.6, 0.6):
            x = camera.x(lane + off, distance, center)
            shot.lamp(
                x,
                camera.foot(distance) - camera.size(0.7, distance),
                camera.size(0.09, distance),
                "#ff4a3a" if lane > 0 else "#fff1d0",
            )
    town.asphalt(shot, camera.horizon + 0.004, wet=0.75, vee=(center, camera.eye / width))
    town.wires(shot, (-0.05, camera.horizon - shot.number(0.2, 0.34)), (1.05, camera.horizon - shot.number(0.22, 0.36)))
    near = shot.number(5.5, 9.0)
    far_is_drawn(shot, camera.foot(near))
    cast(shot, [
        standing(camera, shot.number(-1.4, 1.4), near, center=center),
        standing(camera, -width * 0.6, near * 0.8, "ground", center=center),
    ], people="one")  # fmt: skip
    shot.calm(0.08, 0.06, 0.84, 0.26)
    shot.calm(0.08, 0.72, 0.84, 0.22, "left", "bottom")


@scene("sign_alley", hours="night evening small_hours", weathers="rain clear fog snow cloudy")
def sign_alley(shot: Shot) -> None:
    """A lane so narrow that one sign lights it."""
    shot.camera = Camera(0.54 + shot.number(-0.03, 0.05), 1.5, 1.05)
    camera, light, rng = shot.camera, shot.light, shot.rng
    center = shot.number(0.42, 0.58)
    shot.sky(stars=False, has_sun=False)
    shot.pool(center, camera.horizon, 0.26, 0.36, light.lamp, 0.6)
    for side in (-1, 1):
        town.street_wall(
            shot,
            side,
            1.7,
            near=1.5,
            far=34,
            center=center,
            heights=(7, 12),
            lit=0.3,
            colors=WALLS,
            ground_floor=False,
        )
    shot.stage()
    town.asphalt(shot, camera.horizon + 0.006, wet=0.6, vee=(center, camera.eye / 1.7))
    side = rng.choice((-1, 1))
    distance, tint = shot.number(5.0, 7.0), town.sign_colors(rng)[0]
    x, y = camera.x(side * 1.35, distance, center), camera.horizon - camera.size(1.5, distance)
    _upright_sign(shot, x, y, camera.size(0.75, distance), camera.size(2.3, distance), tint)
    shot.glow(x, y, camera.size(6.0, distance), tint, 0.3)
    shot.pool(x, camera.foot(distance), camera.size(3.0, distance), camera.size(0.8, distance), tint, 0.55)
    town.wires(shot, (center - 0.5, 0.1), (center + 0.5, 0.22), 4, 0.05)
    town.wires(shot, (center - 0.4, 0.3), (center + 0.35, 0.24), 2, 0.03)
    near = shot.number(7.5, 11)
    far_is_drawn(shot, camera.foot(near))
    cast(
        shot,
        [
            standing(camera, -side * 0.4, near, center=center),
            standing(camera, -side * 0.9, 4.2, "ground", center=center),
        ],
        people="walking",
    )
    shot.calm(0.08, 0.05, 0.84, 0.2)
    shot.calm(0.08, 0.78, 0.84, 0.18, "left", "bottom")


def _upright_sign(shot: Shot, x: float, y: float, wide: float, tall: float, tint: str) -> None:
    """Lit from inside, with four letters that no language has."""
    board = rect(x - wide / 2, y - tall / 2, wide, tall, wide * 0.1)
    shot.glow(x, y, tall * 2.6, tint, 0.5)
    shot.graded(board, (0, y - tall / 2), (0, y + tall / 2), [at_lightness(tint, 0.93, 0.5), at_lightness(tint, 0.8)])
    shot.page.line(board, at_lightness(tint, 0.5), wide * 0.06)
    letters, corner = skia.Path(), wide * 0.04
    for row in range(4):
        top = y - tall / 2 + tall * (0.09 + row * 0.22)
        foot = skia.Rect.MakeXYWH(x - wide * 0.22 + wide * 0.1 * (row % 2), top + wide * 0.18, wide * 0.14, wide * 0.22)
        letters.addRoundRect(skia.Rect.MakeXYWH(x - wide * 0.25, top, wide * 0.5, wide * 0.12), corner, corner)
        letters.addRoundRect(foot, corner, corner)
        letters.addRoundRect(
            skia.Rect.MakeXYWH(x + wide * 0.02, top + wide * 0.2, wide * 0.22, wide * 0.12), corner, corner
        )
    shot.page.fill(letters, at_lightness(tint, 0.35), 0.9)
    shot.keep_off(board)


def _walls_and_floor(shot: Shot, way: Way, near: float, end: float, tile: str, lamp: str) -> None:
    """In sections, each as bright as the strip lights over it make it."""
    light, at = shot.light, way.at
    sections = [near]
    while sections[-1] < end:
        sections.append(min(end, sections[-1] * 1.16 + 0.12))
    for begin, stop in reversed(list(pairwise(sections))):
        lit = 0.5 + 0.5 * math.cos((begin + stop) / 2 * 2 * math.pi / 4.0)
        air = begin / end
        for side in (-1, 1):
            wall = polygon(
                [at(side * 2, begin, 0), at(side * 2, begin, 2.7), at(side * 2, stop, 2.7), at(side * 2, stop, 0)]
            )
            high = blend(blend(tile, light.dark, 0.62 - 0.42 * lit), light.horizon, air * 0.35)
            shot.graded(
                wall,
                at(side * 2, begin, 2.7),
                at(side * 2, begin, 0),
                [blend(high, lamp, 0.25 * lit), high, blend(high, light.dark, 0.45)],
            )
        roof = polygon([at(-2, begin, 2.7), at(2, begin, 2.7), at(2, stop, 2.7), at(-2, stop, 2.7)])
        shot.page.fill(roof, blend(blend("#6d6f70", light.dark, 0.7 - 0.3 * lit), light.horizon, air * 0.3))
        ground = polygon([at(-2, begin, 0), at(2, begin, 0), at(2, stop, 0), at(-2, stop, 0)])
        shot.page.fill(ground, blend(blend("#6e6a66", light.dark, 0.68 - 0.28 * lit), light.horizon, air * 0.3))


def _seams_and_stripe(shot: Shot, way: Way, near: float, end: float) -> None:
    """Between the tiles, and a painted band along both walls."""
    light, rng, at = shot.light, shot.rng, way.at
    seams = skia.Path()
    for side in (-1, 1):
        for up in (0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4):
            seams.moveTo(*at(side * 2, near, up))
            seams.lineTo(*at(side * 2, end, up))
        distance = near
        while distance < end:
            seams.moveTo(*at(side * 2, distance, 0))
            seams.lineTo(*at(side * 2, distance, 2.7))
            distance += 0.6 if distance < 9 else 1.8
    shot.page.line(seams, light.dark, 0.0011, 0.28)
    stripe = town.sign_colors(rng, 1)[0]
    for side in (-1, 1):
        shot.page.fill(
            polygon(
                [
                    at(side * 1.99, near, 1.2),
                    at(side * 1.99, near, 1.38),
                    at(side * 1.99, end, 1.38),
                    at(side * 1.99, end, 1.2),
                ]
            ),
            blend(stripe, light.dark, 0.35),
            0.75,
        )


def _strip_lights(shot: Shot, way: Way, end: float, lamp: str) -> None:
    camera, at = way.camera, way.at
    distance = 2.0
    while distance < end:
        tube = polygon(
            [
                at(-0.16, distance, 2.68),
                at(0.16, distance, 2.68),
                at(0.16, distance + 1.3, 2.68),
                at(-0.16, distance + 1.3, 2.68),
            ]
        )
        shot.page.fill(tube, blend(lamp, "#ffffff", 0.5))
        x, y = at(0, distance + 0.6, 2.6)
        shot.glow(x, y, camera.size(2.2, distance + 0.6), lamp, 0.42)
        distance += 4.0


@scene("underpass", hours="night evening small_hours", weathers="rain clear fog cloudy snow")
def underpass(shot: Shot) -> None:
    """A tiled way below the street, strip lights, the far end open."""
    shot.go_inside()
    shot.camera = Camera(0.5 + shot.number(-0.02, 0.05), 1.5, 1.0)
    camera, light, rng = shot.camera, shot.light, shot.rng
    center = 0.5 + shot.number(-0.05, 0.05)
    lamp = rng.choice(("#e6f3ea", "#ffe6b4", "#d8ecf4", "#ffd9a0"))
    tile = rng.choice(("#b9c4b8", "#c9bfa8", "#a8b6bf", "#c2b2aa"))
    way = Way(camera, center)
    at = way.at
    end, near = 26.0, 1.0
    shot.graded(shot.page.everything, (0, 0), (0, 1), [light.dark, light.dark])
    far = polygon([at(-2, end, 0), at(-2, end, 2.7), at(2, end, 2.7), at(2, end, 0)])
    shot.graded(
        far, at(0, end, 2.7), at(0, end, 0), [light.middle, light.horizon, blend(light.horizon, light.dark, 0.4)]
    )
    _walls_and_floor(shot, way, near, end, tile, lamp)
    _seams_and_stripe(shot, way, near, end)
    _strip_lights(shot, way, end, lamp)
    shot.stage()
    shot.mirror(
        camera.horizon + camera.size(camera.eye, end),
        ripple=0.1,
        depth=0.25,
        dry=0.36 if light.weather in ("rain", "snow") else 0.52,
        deep=light.dark,
        vee=(center, camera.eye / 2),
        within=polygon([at(-2, end, 0), at(2, end, 0), at(2, 0.6, 0), at(-2, 0.6, 0)]),
    )
    distance = shot.number(9, 14)
    cast(
        shot,
        [
            CastSpot(*at(shot.number(-0.5, 0.5), distance, 0), camera.size(1, distance), "people ground", 0.05),
            CastSpot(*at(-1.3, 4.4, 0), camera.size(1, 4.4), "ground"),
        ],
        people="one",
    )
    shot.calm(0.3, 0.05, 0.4, 0.14, "center")
    shot.calm(0.08, 0.05, 0.84, 0.12, "center")
    shot.calm(0.08, 0.84, 0.84, 0.12, "left", "bottom")


def _goods(shot: Shot, way: Way, side: int, distance: float, stop: float) -> None:
    """Heaped on a stall, of one kind."""
    camera, light, rng, at = way.camera, shot.light, shot.rng, way.at
    air, bright = min(0.7, distance / 44), 0.75
    goods = rng.choice(("#c9492f", "#d98a2a", "#7a9a3a", "#c9b03a", "#8a3a4a", "#d8cfae"))
    for _ in range(26):
        across, place = shot.number(2.5, 3.9), shot.number(distance, stop)
        x, y = at(side * across, place, 0.85)
        size = camera.size(0.1, place)
        shot.page.fill(
            circle(x, y - size * 0.6, size),
            light.far(light.lit(blend(goods, "#e8c27a", rng.random() * 0.4), bright), air),
        )
        shot.page.fill(
            circle(x - size * 0.25, y - size * 0.95, size * 0.35),
            light.far(blend(goods, "#fff2d0", 0.6), air),
            0.7,
        )


def _stall(shot: Shot, way: Way, side: int, distance: float, tone: str) -> None:
    """Under an awning with a bulb in it. tone: of the awning."""
    camera, light, at = way.camera, shot.light, way.at
    air = min(0.7, distance / 44)
    stop = distance * 1.34
    board = polygon(
        [
            at(side * 4.0, distance, 0.0),
            at(side * 2.5, distance, 0.0),
            at(side * 2.5, distance, 0.85),
            at(side * 4.0, distance, 0.85),
        ]
    )
    front = polygon(
        [
            at(side * 2.5, distance, 0.0),
            at(side * 2.5, distance, 0.85),
            at(side * 2.5, stop, 0.85),
            at(side * 2.5, stop, 0.0),
        ]
    )
    shot.page.fill(front, light.far(blend(light.lit("#6d5240", 0.35), light.dark, 0.3), air))
    shot.page.fill(board, light.far(blend(light.lit("#6d5240", 0.2), light.dark, 0.45), air))
    _goods(shot, way, side, distance, stop)
    roof = polygon(
        [
            at(side * 4.3, distance, 2.9),
            at(side * 2.1, distance, 2.35),
            at(side * 2.1, stop, 2.35),
            at(side * 4.3, stop, 2.9),
        ]
    )
    shot.page.fill(roof, light.far(light.lit(tone, 0.5), air))
    for k in range(6):
        z0, z1 = distance + (stop - distance) * k / 6, distance + (stop - distance) * (k + 0.5) / 6
        stripe = polygon(
            [
                at(side * 4.3, z0, 2.9),
                at(side * 2.1, z0, 2.35),
                at(side * 2.1, z1, 2.35),
                at(side * 4.3, z1, 2.9),
            ]
        )
        shot.page.fill(stripe, light.far(light.lit("#efe6d2", 0.55), air), 0.8)
        flap = polygon([at(side * 2.1, z0, 2.35), at(side * 2.1, z1, 2.35), at(side * 2.1, (z0 + z1) / 2, 2.14)])
        shot.page.fill(flap, light.far(light.lit("#efe6d2", 0.4), air))
    x, y = at(side * 2.6, distance * 1.15, 2.1)
    shot.lamp(x, y, camera.size(0.07, distance * 1.15), light.lamp, 16)
    x, y = at(side * 3.0, distance * 1.1, 1.0)
    shot.glow(x, y, camera.size(1.6, distance * 1.1), light.lamp, 0.3)


def _bulbs_across(shot: Shot, way: Way) -> None:
    """On wires over the street."""
    camera, light, at = way.camera, shot.light, way.at
    for distance in (24, 13, 7.5, 4.6):
        a, b = at(-2.6, distance, 3.5), at(2.6, distance, 3.5)
        sag = camera.size(0.7, distance)
        town.wires(shot, a, b, 1, sag)
        for k in range(1, 10):
            t = k / 10
            x, y = a[0] + (b[0] - a[0]) * t, a[1] + 2 * t * (1 - t) * sag
            shot.lamp(x, y + camera.size(0.06, distance), camera.size(0.05, distance), light.lamp, 11)


@scene("market_street", hours="evening night dusk afternoon morning", weathers="clear rain cloudy snow")
def market_street(shot: Shot) -> None:
    """Stalls under awnings with bulbs over them."""
    shot.camera = Camera(0.5 + shot.number(-0.03, 0.05), 1.6, 1.0)
    camera, light, rng = shot.camera, shot.light, shot.rng
    center = 0.5 + shot.number(-0.08, 0.08)
    shot.sky(has_sun=False)
    shot.pool(center, camera.horizon, 0.26, 0.24, light.lamp, 0.45)
    for side in (-1, 1):
        town.street_wall(
            shot, side, 4.6, near=2.4, far=46, center=center, heights=(6, 10), lit=0.2, colors=WALLS, ground_floor=False
        )
    town.asphalt(
        shot,
        camera.horizon + 0.004,
        wet=0.5 if light.weather in ("rain", "snow") else 0.12,
        vee=(center, camera.eye / 4.6),
    )
    way = Way(camera, center)
    at = way.at
    distances = (30, 21, 15, 11, 8.2, 6.1, 4.5, 3.3)
    awnings = ("#b5453a", "#3f7a5a", "#d0a03a", "#3a6a94", "#c9c2b0", "#8a4a6a")
    for distance in distances:
        for side in (-1, 1):
            _stall(shot, way, side, distance, rng.choice(awnings))
    shot.stage()
    _bulbs_across(shot, way)
    distance = shot.number(6.5, 10)
    far_is_drawn(shot, at(0, distance, 0)[1])
    cast(
        shot,
        [
            CastSpot(*at(shot.number(-0.9, 0.9), distance, 0), camera.size(1, distance), "people ground", 0.08),
            CastSpot(*at(-1.7, 4.4, 0), camera.size(1, 4.4), "ground"),
            CastSpot(*at(1.6, 13, 0), camera.size(1, 13), "people", 0.25),
        ],
        people="walking",
    )
    shot.calm(0.08, 0.05, 0.84, 0.2, "center")
    shot.calm(0.08, 0.82, 0.84, 0.14, "left", "bottom")
