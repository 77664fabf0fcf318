"""Scenes in the city after dark."""

from __future__ import annotations

import math
from itertools import pairwise

import skia

from covers.engine.poster.color import at_lightness, blend, oklch
from covers.engine.poster.geometry import circle, oval, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, town
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot

WALLS = ("#5c4a44", "#4b5560", "#6a6258", "#3f4a4f", "#70574a", "#514a5e")


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
    cast(shot, [
        CastSpot(camera.x(shot.number(-1.4, 1.4), near, center), camera.foot(near), camera.size(1, near), "people ground"),
        CastSpot(camera.x(-width * 0.6, near * 0.8, center), camera.foot(near * 0.8), camera.size(1, near * 0.8), "ground"),
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
    shot.pool(center, camera.horizon, 0.2, 0.28, light.lamp, 0.4)
    for side in (-1, 1):
        town.street_wall(
            shot,
            side,
            1.7,
            near=1.5,
            far=34,
            center=center,
            heights=(7, 12),
            lit=0.12,
            colors=WALLS,
            ground_floor=False,
        )
    shot.stage()
    town.asphalt(shot, camera.horizon + 0.006, wet=0.6, vee=(center, camera.eye / 1.7))
    side = rng.choice((-1, 1))
    distance, tint = shot.number(5.0, 7.0), town.sign_colors(rng)[0]
    x, y = camera.x(side * 1.35, distance, center), camera.horizon - camera.size(1.5, distance)
    wide, tall = camera.size(0.75, distance), camera.size(2.3, distance)
    board = rect(x - wide / 2, y - tall / 2, wide, tall, wide * 0.1)
    shot.glow(x, y, tall * 2.6, tint, 0.5)
    shot.graded(board, (0, y - tall / 2), (0, y + tall / 2), [at_lightness(tint, 0.93, 0.5), at_lightness(tint, 0.8)])
    shot.page.line(board, at_lightness(tint, 0.5), wide * 0.06)
    letters = skia.Path()
    for row in range(4):
        top = y - tall / 2 + tall * (0.09 + row * 0.22)
        letters.addRoundRect(
            skia.Rect.MakeXYWH(x - wide * 0.25, top, wide * 0.5, wide * 0.12), wide * 0.04, wide * 0.04
        )
        letters.addRoundRect(
            skia.Rect.MakeXYWH(x - wide * 0.22 + wide * 0.1 * (row % 2), top + wide * 0.18, wide * 0.14, wide * 0.22),
            wide * 0.04,
            wide * 0.04,
        )
        letters.addRoundRect(
            skia.Rect.MakeXYWH(x + wide * 0.02, top + wide * 0.2, wide * 0.22, wide * 0.12), wide * 0.04, wide * 0.04
        )
    shot.page.fill(letters, at_lightness(tint, 0.35), 0.9)
    shot.keep_off(board)
    shot.pool(x, camera.foot(distance), camera.size(3.0, distance), camera.size(0.8, distance), tint, 0.55)
    town.wires(shot, (center - 0.5, 0.1), (center + 0.5, 0.22), 4, 0.05)
    town.wires(shot, (center - 0.4, 0.3), (center + 0.35, 0.24), 2, 0.03)
    near = shot.number(7.5, 11)
    cast(
        shot,
        [
            CastSpot(camera.x(-side * 0.4, near, center), camera.foot(near), camera.size(1, near), "people ground"),
            CastSpot(camera.x(-side * 0.9, 4.2, center), camera.foot(4.2), camera.size(1, 4.2), "ground"),
        ],
        people="walking",
    )
    shot.calm(0.08, 0.05, 0.84, 0.2)
    shot.calm(0.08, 0.78, 0.84, 0.18, "left", "bottom")


@scene("flats_evening", hours="evening night dusk small_hours", weathers="clear cloudy snow rain fog")
def flats_evening(shot: Shot) -> None:
    """Apartment blocks, most of them dark; somebody is at home."""
    shot.camera = Camera(0.86, 1.6)
    _light, rng = shot.light, shot.rng
    shot.sky()
    for depth, base in ((0.62, 0.84), (0.34, 0.9)):
        x = shot.number(-0.5, -0.3)
        while x < 1.5:
            wide, tall = shot.number(0.12, 0.22), shot.number(0.18, 0.42) * (1.1 - depth * 0.5)
            town.front(shot, skia.Rect.MakeXYWH(x, base - tall, wide, tall + 0.2), rng.choice(WALLS), lit=0.16,
                       columns=max(3, int(wide * 46)), floors=max(5, int(tall * 34)), depth=depth)  # fmt: skip
            x += wide + shot.number(0.01, 0.08)
    shot.stage()
    wide, tall = shot.number(0.34, 0.46), shot.number(0.5, 0.62)
    left = rng.choice((shot.number(0.05, 0.12), shot.number(0.5, 0.56)))
    block = skia.Rect.MakeXYWH(left, 1.02 - tall, wide, tall + 0.7)
    columns, floors = 6, 13
    town.front(
        shot, block, rng.choice(WALLS), lit=0.1, columns=columns, floors=int(floors * (tall + 0.7) / tall), depth=0.04
    )
    pane = skia.Rect.MakeXYWH(
        left + wide / columns * (rng.randrange(1, 5) + 0.24),
        1.02 - tall + tall / floors * (rng.randrange(3, 8) + 0.26),
        wide / columns * 0.52,
        tall / floors * 0.5,
    )
    town.window(shot, pane, "#ffd08a", 1.0)
    shot.glow(pane.centerX(), pane.centerY(), 0.09, "#ffc46e", 0.5)
    shot.keep_off(rect(pane.left(), pane.top(), pane.width(), pane.height()))
    nature.shrubs(shot, 1.0, 0.09)
    cast(
        shot,
        [
            CastSpot(0.5, 0.985, 0.07, "people ground", 0.0),
            CastSpot(pane.centerX(), pane.bottom(), pane.height() / 1.6, "window"),
        ],
    )
    shot.calm(0.08, 0.06, 0.84, max(0.16, 0.9 - tall - 0.2))


@scene("rooftop", hours="night evening dusk small_hours dawn", weathers="clear cloudy fog snow wind")
def rooftop(shot: Shot) -> None:
    """The city from a roof."""
    shot.camera = Camera(0.6 + shot.number(-0.08, 0.03), 30)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    shot.glow(0.5, horizon, 0.7, blend(light.lamp, light.horizon, 0.5), 0.4)
    for depth, tall, wide in ((0.75, 0.12, 0.03), (0.55, 0.2, 0.05), (0.32, 0.2, 0.09)):
        base = horizon + 0.05 + (0.75 - depth) * 0.35
        x = shot.page.visible.left() - 0.1
        while x < shot.page.visible.right():
            width, height = wide * shot.number(0.6, 1.6), tall * shot.number(0.25, 1.0) + 0.03
            area = skia.Rect.MakeXYWH(x, base - height, width, height + 0.5)
            shot.flat(rect(*area), blend(light.dark, light.fill, 0.25), depth)
            panes, step = skia.Path(), 0.006 + 0.008 * (0.75 - depth) * 2
            for row in range(int(height / step / 1.4)):
                for column in range(max(2, int(width / step))):
                    if rng.random() < 0.16:
                        panes.addRect(
                            skia.Rect.MakeXYWH(
                                x + (column + 0.25) * width / max(2, int(width / step)),
                                base - height + (row + 0.4) * step * 1.4,
                                step * 0.45,
                                step * 0.55,
                            )
                        )
            shot.page.fill(panes, blend(rng.choice(town.WINDOW_LIGHTS), light.haze, depth * 0.5), 0.9)
            if height > tall * 0.8 and rng.random() < 0.5:
                shot.page.line(
                    polyline([(x + width / 2, base - height), (x + width / 2, base - height - 0.04)]),
                    light.far(light.dark, depth),
                    0.0014,
                )
                shot.lamp(x + width / 2, base - height - 0.04, 0.0018, "#ff4a3a", 10)
            x += width * shot.number(1.0, 1.25)
        shot.fog(base - 0.14, base + 0.2, 0.45, blend(light.haze, light.lamp, 0.12))
    shot.stage()
    edge = 0.84
    dark = blend(light.dark, light.fill, 0.1)
    shot.graded(shot.band(edge, BLEED_MAX), (0, edge), (0, 1), [blend(dark, light.haze, 0.16), dark])
    shot.page.fill(shot.band(edge - 0.004, edge + 0.014), blend(dark, light.haze, 0.22))
    side = rng.choice((-1, 1))
    tank_x = 0.5 + side * shot.number(0.28, 0.36)
    tank = rect(tank_x - 0.08, edge - 0.22, 0.16, 0.13, 0.008)
    shot.graded(tank, (tank_x - 0.08, 0), (tank_x + 0.08, 0), [dark, blend(dark, light.haze, 0.3), dark])
    shot.page.fill(
        polygon([(tank_x - 0.088, edge - 0.215), (tank_x, edge - 0.275), (tank_x + 0.088, edge - 0.215)]), dark
    )
    legs = skia.Path()
    for off in (-0.07, -0.005, 0.06):
        legs.addRect(skia.Rect.MakeXYWH(tank_x + off, edge - 0.1, 0.01, 0.1))
    legs.addPath(
        polygon(
            [
                (tank_x - 0.07, edge - 0.09),
                (tank_x - 0.064, edge - 0.09),
                (tank_x + 0.066, edge - 0.004),
                (tank_x + 0.06, edge - 0.004),
            ]
        )
    )
    shot.page.fill(legs, dark)
    aerial = 0.5 - side * shot.number(0.3, 0.4)
    shot.page.line(polyline([(aerial, edge), (aerial, edge - 0.2)]), dark, 0.004)
    for k in range(4):
        shot.page.line(
            polyline(
                [
                    (aerial - 0.045 + k * 0.008, edge - 0.19 + k * 0.022),
                    (aerial + 0.045 - k * 0.008, edge - 0.19 + k * 0.022),
                ]
            ),
            dark,
            0.0026,
        )
    rail = skia.Path()
    for k in range(-6, 18):
        rail.addRect(skia.Rect.MakeXYWH(k * 0.083, edge - 0.075, 0.0035, 0.08))
    rail.addRect(skia.Rect.MakeXYWH(BLEED_MIN, edge - 0.078, 5, 0.006))
    rail.addRect(skia.Rect.MakeXYWH(BLEED_MIN, edge - 0.04, 5, 0.003))
    shot.page.fill(rail, dark)
    shot.wash(
        town.GRAVEL,
        {"edge": edge, "tint": blend(light.haze, light.key, 0.5)},
        within=shot.band(edge + 0.014, BLEED_MAX),
    )
    x = 0.5 - side * shot.number(0.04, 0.14)
    cast(
        shot,
        [
            CastSpot(x, edge + 0.075, 0.135, "people ground"),
            CastSpot(x - side * 0.14, edge + 0.09, 0.135, "ground"),
            CastSpot(0.5 + side * 0.1, 0.25, 0.03, "air sky"),
        ],
        people="one",
    )
    shot.calm(0.08, 0.06, 0.84, horizon - 0.28)
    shot.calm(0.08, 0.9, 0.84, 0.08, "left", "middle")


@scene("crossing", hours="night evening dusk afternoon", weathers="rain clear cloudy snow")
def crossing(shot: Shot) -> None:
    """A wide crossing from above, its white bars and who walks on them."""
    light, rng = shot.light, shot.rng
    shot.camera = Camera(-1.2, 14)
    tar = blend(light.lit("#50545a", 0.35), light.dark, 0.3)
    shot.graded(shot.page.everything, (0, 0), (1, 1), [blend(tar, light.haze, 0.16), tar, blend(tar, light.dark, 0.45)])
    shot.wash(
        "uniform float3 c; half4 main(float2 u) { return light(c, max(0., fine(u * 2.2) - .46) * .5 + max(0., soft(u * .8) - .5) * .5); }",
        {"c": blend(light.haze, light.key, 0.4)},
        side=1300,
    )
    canvas, turn = shot.page.canvas, shot.number(-24, 24)
    paint = blend(light.lit("#ece8dc", 0.8), light.haze, 0.1)
    canvas.save()
    canvas.translate(0.5, 0.52)
    canvas.rotate(turn)
    bars, gap, wide, long = skia.Path(), 0.098, 0.052, shot.number(0.42, 0.52)
    for k in range(-12, 13):
        bars.addRect(skia.Rect.MakeXYWH(k * gap - wide / 2, -long / 2, wide, long))
    shot.page.fill(bars, paint, 0.9)
    for y in (-long / 2 - 0.09, long / 2 + 0.06):
        shot.page.fill(rect(-2, y, 4, 0.014), paint, 0.8)
    worn = skia.Path()
    for _ in range(900):
        worn.addCircle(shot.number(-0.9, 0.9), shot.number(-long / 2, long / 2), shot.number(0.0006, 0.0024))
    shot.page.fill(worn, tar, 0.55)
    shot.stage()
    if light.weather in ("rain", "storm"):
        for _ in range(9):
            x, y = shot.number(-0.6, 0.6), shot.number(-0.6, 0.6)
            tint = rng.choice((*town.sign_colors(rng, 3), light.lamp))
            shot.pool(x, y, shot.number(0.08, 0.22), shot.number(0.04, 0.1), tint, 0.28)
    people = [(shot.number(-0.04, 0.08), shot.number(-0.06, 0.06), True)]
    people += [
        (shot.number(-0.62, 0.62), shot.number(-long / 2, long / 2), False)
        for _ in range(rng.randrange(0, 4) if shot.concept.people in ("", "one", "walking") else 8)
    ]
    for x, y, leads in people:
        walker(shot, x, y, 0.052, leads, light.weather in ("rain", "snow", "storm"))
    canvas.restore()
    shot.vignette = 0.5
    shot.calm(0.08, 0.05, 0.84, 0.16)
    shot.calm(0.08, 0.8, 0.84, 0.15, "left", "bottom")


def walker(shot: Shot, x: float, y: float, size: float, leads: bool, has_umbrella: bool) -> None:
    """Somebody from straight above: an umbrella, or head and shoulders in mid-step; and the long shadow."""
    light, page, rng = shot.light, shot.page, shot.rng
    angle = shot.number(-0.4, 0.4) + (0 if rng.random() < 0.5 else math.pi)
    canvas = page.canvas
    length = size * (3.0 if light.hour in ("dusk", "afternoon", "dawn") else 1.7)
    shade = polygon(
        [
            (x - size * 0.3, y),
            (x + size * 0.3, y),
            (x + size * 0.2 + length * 0.6, y + length),
            (x - size * 0.2 + length * 0.6, y + length),
        ]
    )
    page.blurred(shade, light.dark, size * 0.12, 0.45)
    coat = rng.choice(("#2f3742", "#6a5648", "#7a2f2f", "#8a8474", "#3f5148")) if not leads else shot.palette.accent
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(math.degrees(angle))
    if has_umbrella:
        page.blurred(circle(0, size * 0.05, size), light.dark, size * 0.14, 0.5)
        for k in range(8):
            a0, a1 = 2 * math.pi * k / 8, 2 * math.pi * (k + 1) / 8
            wedge = skia.Path()
            wedge.moveTo(0, 0)
            wedge.lineTo(math.cos(a0) * size, math.sin(a0) * size)
            wedge.quadTo(
                math.cos((a0 + a1) / 2) * size * 0.9,
                math.sin((a0 + a1) / 2) * size * 0.9,
                math.cos(a1) * size,
                math.sin(a1) * size,
            )
            near = 0.5 + 0.45 * math.cos((a0 + a1) / 2 + angle - 2.4)
            page.fill(wedge, light.lit(coat, near))
        page.fill(circle(0, 0, size * 0.05), light.lit("#d8d2c4", 0.8))
    else:
        for side in (-1, 1):
            page.fill(oval(side * size * 0.2, side * size * 0.34, size * 0.12, size * 0.24), light.lit("#23252b", 0.3))
            page.fill(oval(side * size * 0.52, -side * size * 0.16, size * 0.13, size * 0.26), light.lit(coat, 0.35))
        page.fill(oval(0, 0, size * 0.56, size * 0.3), light.lit(coat, 0.6))
        page.fill(oval(-size * 0.1, -size * 0.05, size * 0.4, size * 0.17), light.lit(coat, 0.85), 0.7)
        page.fill(
            oval(0, -size * 0.03, size * 0.21, size * 0.24),
            light.lit(rng.choice(("#1d1a1a", "#3a2a20", "#2a2320")), 0.5),
        )
        page.fill(oval(-size * 0.06, -size * 0.09, size * 0.1, size * 0.1), light.lit("#5a4a40", 0.6), 0.6)
    canvas.restore()
    where = skia.Path()
    canvas_matrix = page.canvas.getTotalMatrix()
    spot = canvas_matrix.mapXY(x, y)
    r = size * 1.1
    left, top = page.width / 2 - page.scale / 2, page.height / 2 - page.scale / 2
    where.addCircle((spot.x() - left) / page.scale, (spot.y() - top) / page.scale, r)
    shot.keep_off(where)


@scene("underpass", hours="night evening small_hours", weathers="rain clear fog cloudy snow")
def underpass(shot: Shot) -> None:
    """A tiled way below the street, strip lights, the far end open."""
    shot.go_inside()
    shot.camera = Camera(0.5 + shot.number(-0.02, 0.05), 1.5, 1.0)
    camera, light, rng = shot.camera, shot.light, shot.rng
    center = 0.5 + shot.number(-0.05, 0.05)
    lamp = rng.choice(("#e6f3ea", "#ffe6b4", "#d8ecf4", "#ffd9a0"))
    tile = rng.choice(("#b9c4b8", "#c9bfa8", "#a8b6bf", "#c2b2aa"))

    def at(across: float, distance: float, up: float) -> tuple[float, float]:
        return camera.x(across, distance, center), camera.horizon + camera.size(camera.eye - up, distance)

    end, near = 26.0, 1.0
    shot.graded(shot.page.everything, (0, 0), (0, 1), [light.dark, light.dark])
    far = polygon([at(-2, end, 0), at(-2, end, 2.7), at(2, end, 2.7), at(2, end, 0)])
    shot.graded(
        far, at(0, end, 2.7), at(0, end, 0), [light.middle, light.horizon, blend(light.horizon, light.dark, 0.4)]
    )
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


def canopy_pool(shot: Shot, x: float, y: float, rx: float, ry: float, color: str) -> None:
    shot.pool(x, y, rx, ry, color, 0.6)
    shot.glow(x, y - ry, rx * 0.9, color, 0.28)


@scene("petrol_station", hours="night evening dusk small_hours", weathers="clear rain fog snow cloudy")
def petrol_station(shot: Shot) -> None:
    """A lit canopy in the dark by the road."""
    shot.camera = Camera(0.66 + shot.number(-0.04, 0.04), 1.6)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    nature.hills(shot, horizon + 0.004, 0.1, blend(light.dark, light.fill, 0.2), 0.35, pitch=0.16)
    side = rng.choice((-1, 1))
    x, half = 0.5 + side * shot.number(0.04, 0.12), shot.number(0.3, 0.36)
    top, foot = horizon - shot.number(0.2, 0.25), horizon + 0.035
    lamp = rng.choice(("#eaf6f2", "#fff0cc", "#e2f0ff"))
    brand = town.sign_colors(rng, 1)[0]
    shot.glow(x, (top + foot) / 2, half * 1.7, lamp, 0.42)
    shop = skia.Rect.MakeLTRB(x - half * 0.55, horizon - 0.1, x + half * 0.62, foot - 0.008)
    shot.graded(
        rect(shop.left(), shop.top(), shop.width(), shop.height()),
        (0, shop.top()),
        (0, shop.bottom()),
        [blend(lamp, "#ffffff", 0.4), blend(lamp, "#c9a56a", 0.3)],
    )
    for k in range(22):
        left = shop.left() + 0.012 + k * (shop.width() - 0.03) / 22
        for row in range(3):
            shot.page.fill(
                rect(left, shop.top() + 0.026 + row * 0.026, 0.009, 0.017),
                blend(oklch(0.6, 0.12, rng.uniform(0, 360)), lamp, 0.4),
                0.8,
            )
    frames = skia.Path()
    for k in range(7):
        frames.addRect(skia.Rect.MakeXYWH(shop.left() + k * shop.width() / 6 - 0.002, shop.top(), 0.004, shop.height()))
    frames.addRect(skia.Rect.MakeXYWH(shop.left() - 0.004, shop.top() - 0.016, shop.width() + 0.008, 0.02))
    shot.page.fill(frames, blend(light.dark, lamp, 0.12))
    for pillar in (-0.62, 0.62):
        shot.graded(
            rect(x + pillar * half - 0.012, top, 0.024, foot - top),
            (x + pillar * half - 0.012, 0),
            (x + pillar * half + 0.012, 0),
            [blend(lamp, light.dark, 0.25), lamp, blend(lamp, light.dark, 0.5)],
        )
    under = polygon([(x - half, top), (x + half, top), (x + half * 0.86, top + 0.026), (x - half * 0.86, top + 0.026)])
    shot.page.fill(under, blend(lamp, "#ffffff", 0.6))
    shot.page.blurred(under, lamp, 0.02, 0.5, skia.BlendMode.kScreen)
    roof = rect(x - half - 0.01, top - 0.05, half * 2 + 0.02, 0.05)
    shot.graded(roof, (0, top - 0.05), (0, top), [blend("#f4f4f0", light.fill, 0.2), blend("#d8d8d2", light.fill, 0.3)])
    shot.page.fill(rect(x - half - 0.01, top - 0.036, half * 2 + 0.02, 0.02), brand)
    for pump in (-0.36, 0.34):
        px = x + pump * half
        body = rect(px - 0.016, foot - 0.075, 0.032, 0.075, 0.004)
        shot.graded(
            body,
            (px - 0.016, 0),
            (px + 0.016, 0),
            [blend(brand, light.dark, 0.2), brand, blend(brand, light.dark, 0.5)],
        )
        shot.page.fill(rect(px - 0.011, foot - 0.068, 0.022, 0.016), "#eef6ff")
        hose = skia.Path()
        hose.moveTo(px + 0.016, foot - 0.05)
        hose.cubicTo(px + 0.034, foot - 0.06, px + 0.03, foot - 0.004, px + 0.018, foot - 0.016)
        shot.page.line(hose, light.dark, 0.003)
    pole = x - side * (half + shot.number(0.1, 0.16))
    shot.page.fill(rect(pole - 0.006, horizon - 0.36, 0.012, 0.4), light.dark)
    sign = rect(pole - 0.05, horizon - 0.43, 0.1, 0.13, 0.012)
    shot.glow(pole, horizon - 0.37, 0.2, brand, 0.45)
    shot.graded(sign, (0, horizon - 0.43), (0, horizon - 0.3), [blend(brand, "#ffffff", 0.55), brand])
    for row in range(3):
        shot.page.fill(
            rect(pole - 0.036, horizon - 0.412 + row * 0.035, 0.03 + 0.04 * rng.random(), 0.014, 0.003), "#fffdf4", 0.9
        )
    shot.keep_off(sign)
    shot.stage()
    town.asphalt(shot, foot - 0.004, wet=0.7 if light.weather in ("rain", "snow", "storm") else 0.34)
    canopy_pool(shot, x, foot + 0.03, half * 1.15, 0.06, lamp)
    cast(
        shot,
        [
            CastSpot(x + half * 0.05, foot + 0.035, 0.075, "people ground vehicle"),
            CastSpot(x - half * 0.5, foot + 0.04, 0.075, "vehicle ground"),
            CastSpot(x + half * 0.62, foot + 0.05, 0.08, "ground"),
        ],
        people="one",
        things=("car",),
    )
    shot.calm(0.08, 0.06, 0.84, max(0.14, horizon - 0.5))
    shot.calm(0.08, 0.82, 0.84, 0.14, "left", "bottom")


@scene("night_store", hours="small_hours night evening", weathers="rain clear snow cloudy")
def night_store(shot: Shot) -> None:
    """A shop that is open when nothing else is."""
    shot.camera = Camera(0.6, 1.5)
    light, rng = shot.light, shot.rng
    shot.sky(0.3, has_sun=False)
    foot, top = shot.number(0.74, 0.78), shot.number(0.36, 0.42)
    left, right = 0.5 - shot.number(0.34, 0.42), 0.5 + shot.number(0.34, 0.42)
    lamp, brand = rng.choice(("#f2fbf2", "#eaf7ff", "#fff4d8")), town.sign_colors(rng, 3)
    wall = blend(light.lit("#5a5e66", 0.3), light.dark, 0.35)
    shot.graded(rect(-2, 0.14, 5, foot - 0.14), (0, 0.14), (0, foot), [blend(wall, light.dark, 0.35), wall])
    bricks = skia.Path()
    for row in range(40):
        y = 0.14 + row * 0.0165
        bricks.moveTo(-0.5, y)
        bricks.lineTo(1.5, y)
    shot.page.line(bricks, light.dark, 0.0008, 0.35)
    for k in range(5):  # windows upstairs
        x = -0.04 + k * 0.24
        pane = skia.Rect.MakeXYWH(x, 0.17, 0.11, 0.1)
        if rng.random() < 0.16:
            town.window(shot, pane, rng.choice(town.WINDOW_LIGHTS), 0.8)
        else:
            shot.page.fill(
                rect(pane.left(), pane.top(), pane.width(), pane.height()), blend(light.dark, light.middle, 0.12)
            )
            shot.page.line(rect(pane.left(), pane.top(), pane.width(), pane.height()), light.dark, 0.004)
    glass = skia.Rect.MakeLTRB(left, top, right, foot)
    box = rect(glass.left(), glass.top(), glass.width(), glass.height())
    with shot.page.clipped(box):
        shot.graded(box, (0, top), (0, foot), [blend(lamp, "#ffffff", 0.7), lamp, blend(lamp, "#b9ac90", 0.5)])
        for k in range(5):
            tube = left + (k + 0.5) * glass.width() / 5
            shot.page.blurred(rect(tube - 0.05, top + 0.008, 0.1, 0.008), "#ffffff", 0.003)
        rows = 4
        for row in range(rows):
            base = top + 0.09 + (foot - top - 0.13) * row / (rows - 1)
            x = left
            while x < right:
                wide, tall = shot.number(0.007, 0.016), shot.number(0.022, 0.044)
                tone = oklch(
                    rng.uniform(0.45, 0.85),
                    rng.uniform(0.04, 0.16),
                    rng.choice((20, 40, 75, 95, 140, 200, 250, 340)) + rng.uniform(-12, 12),
                )
                shot.page.fill(rect(x, base - tall, wide, tall, 0.002), blend(tone, lamp, 0.3))
                x += wide + 0.0012
            shot.graded(
                rect(left, base, glass.width(), 0.007),
                (0, base),
                (0, base + 0.007),
                [blend(lamp, "#ffffff", 0.6), blend(lamp, "#6d6a60", 0.5)],
            )
            shot.page.fill(rect(left, base + 0.007, glass.width(), 0.014), blend(lamp, "#54524c", 0.6), 0.5)
        door = left + glass.width() * rng.choice((0.3, 0.62))
        shot.graded(
            rect(door, top, 0.17, foot - top),
            (0, top),
            (0, foot),
            [blend(lamp, "#ffffff", 0.8), blend(lamp, "#d8ceb4", 0.3)],
        )
        counter = rect(door + 0.2, foot - 0.12, 0.3, 0.12)
        shot.graded(counter, (0, foot - 0.12), (0, foot), [blend(lamp, "#a8927a", 0.5), blend(lamp, "#6d5a48", 0.6)])
    bars = skia.Path()
    for x in (left, left + glass.width() * 0.25, door, door + 0.085, door + 0.17, right):
        bars.addRect(skia.Rect.MakeXYWH(x - 0.003, top, 0.006, foot - top))
    bars.addRect(skia.Rect.MakeXYWH(left, foot - 0.012, glass.width(), 0.012))
    shot.page.fill(bars, blend(light.dark, lamp, 0.16))
    board = rect(left - 0.02, top - 0.072, glass.width() + 0.04, 0.072, 0.004)
    shot.graded(board, (0, top - 0.072), (0, top), [blend(lamp, "#ffffff", 0.6), blend(lamp, "#dfe6e2", 0.4)])
    for k, tone in enumerate(brand[:3]):
        shot.page.fill(
            rect(left - 0.02, top - 0.058 + k * 0.016, glass.width() + 0.04, 0.0135), blend(tone, lamp, 0.12)
        )
    shot.glow(0.5, (top + foot) / 2, 0.6, lamp, 0.36)
    shot.page.fill(shot.band(foot, foot + 0.012), blend(light.lit("#8a8a86", 0.4), light.dark, 0.3))
    shot.stage()
    town.asphalt(shot, foot + 0.012, wet=0.8 if light.weather in ("rain", "storm", "snow") else 0.25)
    canopy_pool(shot, 0.5, foot + 0.07, 0.5, 0.08, lamp)
    cast(
        shot,
        [
            CastSpot(left + glass.width() * shot.number(0.12, 0.3), foot + 0.055, 0.165, "people ground"),
            CastSpot(right - 0.07, foot + 0.035, 0.165, "ground"),
            CastSpot(left + 0.02, foot + 0.03, 0.165, "ground"),
        ],
        people="one",
    )
    shot.calm(0.08, 0.05, 0.84, top - 0.16)
    shot.calm(0.08, 0.88, 0.84, 0.1, "left", "bottom")


@scene("playground", hours="night evening dusk small_hours", weathers="clear fog snow rain cloudy")
def playground(shot: Shot) -> None:
    """Swings, a slide, nobody; one lamp."""
    shot.camera = Camera(0.62 + shot.number(-0.03, 0.04), 1.5)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    x = -0.3
    while x < 1.3:
        wide, tall = shot.number(0.14, 0.26), shot.number(0.16, 0.34)
        town.front(
            shot,
            skia.Rect.MakeXYWH(x, horizon - tall, wide, tall + 0.02),
            rng.choice(WALLS),
            lit=0.1,
            columns=max(3, int(wide * 34)),
            floors=max(4, int(tall * 30)),
            depth=0.4,
        )
        x += wide + shot.number(0.03, 0.16)
    shot.fog(horizon - 0.14, horizon + 0.06, 0.5)
    nature.shrubs(shot, horizon + 0.02, 0.06, depth=0.2)
    snowy = light.weather == "snow" or light.season == "winter"
    if snowy:
        nature.snow_ground(shot, horizon + 0.015, 0.003)
    else:
        sand = light.lit("#b09a74", 0.4)
        shot.graded(
            shot.band(horizon + 0.015, BLEED_MAX),
            (0, horizon),
            (0, 1),
            [blend(sand, light.haze, 0.3), blend(sand, light.dark, 0.3), light.dark],
        )
        shot.wash(town.GRAVEL, {"edge": horizon, "tint": light.key}, within=shot.band(horizon + 0.015, BLEED_MAX))
    side = rng.choice((-1, 1))
    lamp_x, foot = 0.5 - side * shot.number(0.3, 0.36), horizon + 0.13
    bulb = town.lamp_post(shot, lamp_x, foot, 0.085, side)
    shot.pool(bulb[0] + side * 0.04, foot + 0.03, 0.36, 0.07, light.lamp, 0.6)
    shot.glow(bulb[0], bulb[1], 0.35, light.lamp, 0.35)
    steel = blend(light.lit("#8d9aa0", 0.35), light.dark, 0.45)
    lit = blend(light.lamp, steel, 0.4)
    left, right, top, ground = 0.5 - side * 0.16, 0.5 + side * 0.2, horizon - 0.1, horizon + 0.17
    shot.shadow((left + right) / 2 + side * 0.06, ground + 0.015, 0.24, 0.016, 0.4)
    frame = [
        [(left, top), (left - side * 0.06, ground)],
        [(left, top), (left + side * 0.02, ground - 0.04)],
        [(right, top), (right - side * 0.02, ground - 0.04)],
        [(right, top), (right + side * 0.06, ground)],
        [(left, top), (right, top)],
    ]
    for bar in frame:
        shot.page.line(polyline(bar), steel, 0.009)
        shot.page.line(polyline([(px - side * 0.0022, py) for px, py in bar]), lit, 0.002, 0.8)
    for share, lean in ((0.32, 0.0), (0.7, side * shot.number(0.015, 0.05))):
        sx = left + (right - left) * share
        seat_y = ground - 0.055 - abs(lean) * 0.5
        for off in (-0.018, 0.018):
            shot.page.line(
                polyline([(sx + off, top), (sx + off + lean, seat_y)]), blend(steel, light.lamp, 0.2), 0.0018
            )
        shot.page.fill(rect(sx + lean - 0.024, seat_y, 0.048, 0.007, 0.002), blend(light.dark, "#5a3422", 0.5))
        shot.shadow(sx + lean, ground - 0.008, 0.03, 0.005, 0.5)
    slide_x = 0.5 + side * 0.36
    slide = skia.Path()
    slide.moveTo(slide_x, horizon - 0.055)
    slide.cubicTo(
        slide_x + side * 0.06,
        horizon - 0.02,
        slide_x + side * 0.07,
        horizon + 0.11,
        slide_x + side * 0.17,
        horizon + 0.13,
    )
    shot.page.line(slide, blend(rng.choice(("#b8453a", "#3a7d9a", "#c99a3a")), light.dark, 0.45), 0.026)
    shot.page.line(slide, lit, 0.003, 0.5)
    for off in (0.0, -0.03):
        shot.page.line(
            polyline([(slide_x - side * off, horizon - 0.055), (slide_x + side * (off - 0.03), horizon + 0.12)]),
            steel,
            0.006,
        )
    shot.stage()
    spots = [
        CastSpot(left + (right - left) * 0.32, ground - 0.055, 0.095, "swing people", 0.0, side, ("sitting",)),
        CastSpot(lamp_x + side * 0.1, foot + 0.05, 0.095, "ground people"),
        CastSpot(0.5, 0.9, 0.12, "ground"),
    ]
    cast(shot, spots)
    shot.calm(0.08, 0.06, 0.84, 0.24)
    shot.calm(0.08, 0.84, 0.84, 0.12, "left", "bottom")


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

    def at(across: float, distance: float, up: float) -> tuple[float, float]:
        return camera.x(across, distance, center), camera.horizon + camera.size(camera.eye - up, distance)

    distances = (30, 21, 15, 11, 8.2, 6.1, 4.5, 3.3)
    awnings = ("#b5453a", "#3f7a5a", "#d0a03a", "#3a6a94", "#c9c2b0", "#8a4a6a")
    for distance in distances:
        air, bright = min(0.7, distance / 44), 0.75
        for side in (-1, 1):
            stop = distance * 1.34
            tone = rng.choice(awnings)
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
                flap = polygon(
                    [at(side * 2.1, z0, 2.35), at(side * 2.1, z1, 2.35), at(side * 2.1, (z0 + z1) / 2, 2.14)]
                )
                shot.page.fill(flap, light.far(light.lit("#efe6d2", 0.4), air))
            x, y = at(side * 2.6, distance * 1.15, 2.1)
            shot.lamp(x, y, camera.size(0.07, distance * 1.15), light.lamp, 16)
            x, y = at(side * 3.0, distance * 1.1, 1.0)
            shot.glow(x, y, camera.size(1.6, distance * 1.1), light.lamp, 0.3)
    shot.stage()
    for distance in (24, 13, 7.5, 4.6):  # bulbs across the street
        a, b = at(-2.6, distance, 3.5), at(2.6, distance, 3.5)
        sag = camera.size(0.7, distance)
        town.wires(shot, a, b, 1, sag)
        for k in range(1, 10):
            t = k / 10
            x, y = a[0] + (b[0] - a[0]) * t, a[1] + 2 * t * (1 - t) * sag
            shot.lamp(x, y + camera.size(0.06, distance), camera.size(0.05, distance), light.lamp, 11)
    distance = shot.number(6.5, 10)
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
