"""Corners of the city after dark: a crossing, blocks of flats, a roof, a playground."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import circle, of_rect, oval, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, town
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.depth import far_is_drawn
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot
from covers.engine.poster.scenes.town import WALLS


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
    shot.keep_off(of_rect(pane))
    nature.shrubs(shot, 1.0, 0.09)
    cast(
        shot,
        [
            CastSpot(0.5, 0.985, 0.07, "people ground", 0.0),
            CastSpot(pane.centerX(), pane.bottom(), pane.height() / 1.6, "window"),
        ],
    )
    shot.calm(0.08, 0.06, 0.84, max(0.16, 0.9 - tall - 0.2))


def _row_of_houses(shot: Shot, depth: float, tall: float, wide: float) -> None:
    """Of the city below, with lit panes and here and there a mast, in its own haze. depth: 1 is the farthest."""
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
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


def _water_tank(shot: Shot, tank_x: float, edge: float, dark: str) -> None:
    """On legs, on the roof. edge: of the roof."""
    light = shot.light
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


def _aerial(shot: Shot, aerial: float, edge: float, dark: str) -> None:
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


@scene("rooftop", hours="night evening dusk small_hours dawn", weathers="clear cloudy fog snow wind")
def rooftop(shot: Shot) -> None:
    """The city from a roof."""
    shot.camera = Camera(0.6 + shot.number(-0.08, 0.03), 30)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    shot.glow(0.5, horizon, 0.7, blend(light.lamp, light.horizon, 0.5), 0.4)
    for depth, tall, wide in ((0.75, 0.12, 0.03), (0.55, 0.2, 0.05), (0.32, 0.2, 0.09)):
        _row_of_houses(shot, depth, tall, wide)
    shot.stage()
    far_is_drawn(shot)
    edge = 0.84
    dark = blend(light.dark, light.fill, 0.1)
    shot.floor(edge, [blend(dark, light.haze, 0.16), dark])
    shot.page.fill(shot.band(edge - 0.004, edge + 0.014), blend(dark, light.haze, 0.22))
    side = rng.choice((-1, 1))
    tank_x = 0.5 + side * shot.number(0.28, 0.36)
    _water_tank(shot, tank_x, edge, dark)
    aerial = 0.5 - side * shot.number(0.3, 0.4)
    _aerial(shot, aerial, edge, dark)
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


def _blocks_behind(shot: Shot) -> None:
    rng, horizon = shot.rng, shot.camera.horizon
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


def _swings(shot: Shot, side: int, left: float, right: float, ground: float, steel_and_lit: tuple[str, str]) -> None:
    """Two under one bar. steel_and_lit: their colour, and where the lamp shines on it."""
    light, top, (steel, lit) = shot.light, shot.camera.horizon - 0.1, steel_and_lit
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


def _slide(shot: Shot, side: int, steel_and_lit: tuple[str, str]) -> None:
    light, rng, horizon, (steel, lit) = shot.light, shot.rng, shot.camera.horizon, steel_and_lit
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


@scene("playground", hours="night evening dusk small_hours", weathers="clear fog snow rain cloudy")
def playground(shot: Shot) -> None:
    """Swings, a slide, nobody; one lamp."""
    shot.camera = Camera(0.62 + shot.number(-0.03, 0.04), 1.5)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    _blocks_behind(shot)
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
    left, right, ground = 0.5 - side * 0.16, 0.5 + side * 0.2, horizon + 0.17
    _swings(shot, side, left, right, ground, (steel, lit))
    _slide(shot, side, (steel, lit))
    shot.stage()
    spots = [
        CastSpot(left + (right - left) * 0.32, ground - 0.055, 0.095, "swing people", 0.0, side, ("sitting",)),
        CastSpot(lamp_x + side * 0.1, foot + 0.05, 0.095, "ground people"),
        CastSpot(0.5, 0.9, 0.12, "ground"),
    ]
    cast(shot, spots)
    shot.calm(0.08, 0.06, 0.84, 0.24)
    shot.calm(0.08, 0.84, 0.84, 0.12, "left", "bottom")
