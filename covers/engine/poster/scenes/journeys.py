"""Scenes on the way: platform, motorway, bus, subway, airport."""

from __future__ import annotations

import skia

from covers.engine.poster.color import at_lightness, blend
from covers.engine.poster.geometry import circle, oval, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, town
from covers.engine.poster.scenes.camera import Camera, Way
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.depth import far_is_drawn
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot


def _tracks(shot: Shot, way: Way) -> None:
    """Two, with sleepers under the snow."""
    camera, light, strip = way.camera, shot.light, way.strip
    bed = blend(light.lit("#5a5652", 0.25), light.dark, 0.35)
    for middle in (-1.2, -4.6):
        shot.graded(
            strip(middle - 1.4, middle + 1.4, 1.2, 120, -0.7), (0, camera.horizon), (0, 1), [light.far(bed, 0.7), bed]
        )
        distance = 1.6
        while distance < 50:
            shot.page.fill(
                strip(middle - 1.2, middle + 1.2, distance, distance + 0.24, -0.66),
                blend(light.lit("#d6dde6", 0.5), light.haze, min(0.8, distance / 50)),
                0.8,
            )
            distance += 0.72 if distance < 16 else 1.5
        for rail in (-0.72, 0.72):
            shot.page.fill(
                strip(middle + rail - 0.05, middle + rail + 0.05, 1.2, 160, -0.55),
                blend(light.lit("#7a7f86", 0.3), light.dark, 0.3),
            )
            shot.page.fill(
                strip(middle + rail - 0.02, middle + rail + 0.02, 1.2, 160, -0.53),
                blend(light.lamp, light.haze, 0.4),
                0.8,
            )


def _bench(shot: Shot, bx: float, bfoot: float, metre: float, snow: str) -> None:
    light = shot.light
    bench = skia.Path()
    bench.addRect(skia.Rect.MakeXYWH(bx - metre * 0.8, bfoot - metre * 0.45, metre * 1.6, metre * 0.07))
    bench.addRect(skia.Rect.MakeXYWH(bx - metre * 0.8, bfoot - metre * 0.85, metre * 1.6, metre * 0.18))
    for leg in (-0.7, 0.64):
        bench.addRect(skia.Rect.MakeXYWH(bx + metre * leg, bfoot - metre * 0.9, metre * 0.07, metre * 0.9))
    shot.page.fill(bench, blend(light.dark, light.fill, 0.1))
    shot.page.fill(rect(bx - metre * 0.8, bfoot - metre * 0.48, metre * 1.6, metre * 0.04), snow)


@scene("snow_platform", hours="night evening dusk dawn morning", weathers="snow cloudy fog clear", seasons="winter")
def snow_platform(shot: Shot) -> None:
    """A railway platform in the snow, lamps going away."""
    shot.set_light(shot.light.hour, "winter", shot.light.weather or "snow")
    shot.camera = Camera(0.5 + shot.number(-0.05, 0.05), 1.6, 1.0)
    camera, light, rng = shot.camera, shot.light, shot.rng
    side = rng.choice((-1, 1))
    center = 0.5 + side * shot.number(0.06, 0.16)
    shot.sky(0.7)
    nature.hills(shot, camera.horizon + 0.006, 0.07, blend(light.dark, light.fill, 0.3), 0.6, pitch=0.12)
    nature.snow_ground(shot, camera.horizon + 0.002, 0.001)
    shot.fog(camera.horizon - 0.1, camera.horizon + 0.1, 0.6)
    way = Way(camera, center, side)
    at, strip = way.at, way.strip
    _tracks(shot, way)
    face = polygon([at(0.6, 120, 0.35), at(0.6, 1.0, 0.35), at(0.6, 1.0, -0.75), at(0.6, 120, -0.75)])
    shot.graded(
        face,
        (0, camera.horizon),
        (0, 1),
        [light.far(blend(light.dark, light.fill, 0.3), 0.6), blend(light.dark, light.fill, 0.2)],
    )
    top = strip(0.6, 9.0, 1.0, 120, 0.35)
    snow = blend(at_lightness(light.horizon, 0.86 if not light.is_dark else 0.6, 0.4), light.fill, 0.2)
    shot.graded(top, (0, camera.horizon), (0, 1.0), [light.far(snow, 0.5), snow, blend(snow, light.dark, 0.3)])
    shot.page.fill(strip(0.62, 0.8, 1.0, 90, 0.36), blend("#e9c46a", light.fill, 0.35), 0.85)
    shot.stage()
    lit = light.is_dark or light.hour in ("dusk", "dawn")
    for distance in (40, 26, 17, 11, 7.2, 4.8):
        if distance == 7.2:
            far_is_drawn(shot, at(0.0, 7.2, 0.35)[1])
        x, foot = at(2.5, distance, 0.35)
        metre = camera.size(1, distance)
        if lit:
            shot.pool(x - side * metre, foot, metre * 2.4, metre * 0.5, light.lamp, 0.5)
        town.lamp_post(shot, x, foot, metre * 0.72, -side, min(0.7, distance / 55))
    distance = shot.number(7.5, 11)
    if rng.random() < 0.35:  # a train's lamps far down the line
        for off in (-1.8, -0.6):
            shot.lamp(*at(off, 34, 1.4), camera.size(0.16, 34), "#fff3d8", 18)
        shot.page.fill(
            polygon([at(-2.4, 34, -0.4), at(0.0, 34, -0.4), at(0.0, 34, 3.0), at(-2.4, 34, 3.0)]), light.dark, 0.5
        )
    bx, bfoot = at(4.2, 6.0, 0.35)
    metre = camera.size(1, 6.0)
    _bench(shot, bx, bfoot, metre, snow)
    x, foot = at(1.5, distance, 0.35)
    cast(
        shot,
        [
            CastSpot(x, foot, camera.size(1, distance), "people ground", 0.1),
            CastSpot(*at(1.7, 5.0, 0.35), camera.size(1, 5.0), "ground"),
            CastSpot(bx, bfoot - metre * 0.45, metre, "seat"),
        ],
        people="one",
    )
    shot.calm(0.08, 0.06, 0.84, camera.horizon - 0.2)
    shot.calm(0.06 if side > 0 else 0.44, 0.78, 0.5, 0.16, "left", "bottom")


def _town_at_the_end(shot: Shot) -> None:
    """Of the road."""
    camera, light = shot.camera, shot.light
    x = -0.3
    while x < 1.3:
        tall = shot.number(0.008, 0.05)
        shot.flat(rect(x, camera.horizon - tall, 0.03, tall + 0.01), blend(light.dark, light.middle, 0.25), 0.35)
        for _ in range(3):
            shot.page.fill(
                rect(x + shot.number(0, 0.026), camera.horizon - tall + shot.number(0, tall), 0.0022, 0.0022),
                light.lamp,
                0.85,
            )
        x += shot.number(0.02, 0.06)


def _lines(shot: Shot, way: Way) -> None:
    """Along the edges, and broken ones between the lanes."""
    light, strip = shot.light, way.strip
    paint = blend(light.lit("#e8e4d6", 0.6), light.haze, 0.2)
    for line in (-9.1, 5.0):
        shot.page.fill(strip(line - 0.08, line + 0.08, 1.4, 400), paint, 0.8)
    for lane in (-5.4, -1.8, 1.8):
        distance = 2.4
        while distance < 170:
            shot.page.fill(
                strip(lane - 0.07, lane + 0.07, distance, distance + 4),
                blend(paint, light.haze, min(0.8, distance / 130)),
                0.8,
            )
            distance += 10.5


def _traffic(shot: Shot, way: Way) -> None:
    """The others: red before us, white coming."""
    camera, center, light, rng = way.camera, way.center, shot.light, shot.rng
    for _ in range(13):
        lane, distance = rng.choice((-3.6, 0.0, 3.4)), shot.number(11, 130)
        x, y, size = camera.x(lane, distance, center), camera.foot(distance), camera.size(1, distance)
        car = rect(x - 0.9 * size, y - 1.35 * size, 1.8 * size, 1.1 * size, 0.3 * size)
        shot.page.fill(car, light.far(blend(light.dark, light.fill, 0.1), min(0.7, distance / 130)))
        shot.page.fill(
            rect(x - 0.65 * size, y - 1.28 * size, 1.3 * size, 0.42 * size, 0.12 * size),
            light.far(blend(light.middle, light.dark, 0.4), min(0.7, distance / 130)),
        )
        for off in (-0.72, 0.72):
            shot.lamp(x + off * size, y - 0.72 * size, 0.13 * size, "#ff3b30", 9)
    for _ in range(10):
        distance, lane = shot.number(24, 140), rng.choice((-14.5, -18))
        x, y = camera.x(lane, distance, center), camera.foot(distance) - camera.size(0.7, distance)
        for off in (-0.7, 0.7):
            shot.lamp(x + camera.size(off, distance), y, camera.size(0.13, distance), "#fff4dc", 13)


def _dials(shot: Shot, inside: str) -> None:
    light = shot.light
    for x, r in ((0.2, 0.075), (0.37, 0.05)):
        dial = circle(x, 0.935, r)
        shot.page.fill(dial, blend(inside, "#000000", 0.4))
        tint = blend(light.lamp, "#ff8a4c", 0.4)
        for k in range(9):
            with shot.page.layer():
                shot.page.canvas.rotate(-120 + k * 30, x, 0.935)
                shot.page.fill(rect(x - 0.0014, 0.935 - r * 0.9, 0.0028, r * 0.16), tint, 0.9)
        with shot.page.layer():
            shot.page.canvas.rotate(shot.number(-60, 40), x, 0.935)
            shot.page.fill(rect(x - 0.0018, 0.935 - r * 0.8, 0.0036, r * 0.8), "#ff5a3c")
        shot.glow(x, 0.935, r * 1.2, tint, 0.22)


def _inside_of_the_car(shot: Shot, inside: str) -> None:
    """Dashboard, roof, mirror, dials and wheel."""
    light = shot.light
    dash = skia.Path()
    dash.moveTo(BLEED_MIN, 0.84)
    dash.cubicTo(0.0, 0.8, 0.3, 0.8, 0.62, 0.815)
    dash.cubicTo(0.85, 0.825, 1.0, 0.85, BLEED_MAX, 0.88)
    dash.lineTo(BLEED_MAX, BLEED_MAX)
    dash.lineTo(BLEED_MIN, BLEED_MAX)
    dash.close()
    shot.graded(dash, (0, 0.8), (0, 1.0), [blend(inside, light.horizon, 0.16), inside, inside])
    roof = skia.Path()
    roof.moveTo(BLEED_MIN, BLEED_MIN)
    roof.lineTo(BLEED_MAX, BLEED_MIN)
    roof.lineTo(BLEED_MAX, 0.05)
    roof.cubicTo(0.9, 0.02, 0.2, 0.02, BLEED_MIN, 0.05)
    roof.close()
    shot.page.fill(roof, inside)
    mirror = rect(0.52, 0.035, 0.26, 0.072, 0.02)
    shot.page.fill(rect(0.64, 0.0, 0.02, 0.05), inside)
    shot.page.fill(mirror, inside)
    with shot.page.clipped(rect(0.528, 0.042, 0.244, 0.058, 0.015)):
        shot.graded(rect(0.52, 0.03, 0.28, 0.09), (0, 0.04), (0, 0.1), [light.middle, light.horizon, light.dark])
        for off in (0.6, 0.615, 0.7, 0.72):
            shot.lamp(off, 0.083, 0.002, "#fff4dc", 8)
    _dials(shot, inside)
    wheel = oval(0.27, 1.04, 0.36, 0.2)
    shot.page.line(wheel, blend(inside, "#000000", 0.4), 0.034)
    shot.page.line(wheel, blend(inside, light.horizon, 0.3), 0.004, 0.6)


@scene("dusk_motorway", hours="dusk evening night dawn", weathers="clear cloudy rain fog")
def dusk_motorway(shot: Shot) -> None:
    """The road through the windscreen at the end of the day."""
    shot.camera = Camera(0.46 + shot.number(-0.03, 0.03), 1.15, 1.0)
    camera, light = shot.camera, shot.light
    center = 0.5 + shot.number(-0.06, 0.06)
    shot.sky()
    nature.hills(
        shot,
        camera.horizon + 0.004,
        0.07,
        blend(light.dark, light.fill, 0.4),
        0.5,
        pitch=0.14,
        foot=camera.horizon + 0.01,
    )
    _town_at_the_end(shot)
    way = Way(camera, center)
    strip = way.strip
    shot.floor(camera.horizon, [light.far(blend(light.dark, light.foliage, 0.3), 0.5), light.dark])
    tar = blend(light.lit("#45464c", 0.3), light.dark, 0.3)
    shot.graded(
        strip(-9.5, 5.4, 1.4, 800),
        (0, camera.horizon),
        (0, 1),
        [light.far(tar, 0.65), tar, blend(tar, light.dark, 0.4)],
    )
    _lines(shot, way)
    shot.page.fill(strip(-12.6, -9.9, 1.4, 500), light.dark, 0.8)
    for distance in (80, 52, 34, 22, 14, 9):
        foot, metre = camera.foot(distance), camera.size(1, distance)
        for edge, facing in ((-11.2, 1), (6.6, -1)):
            town.lamp_post(shot, camera.x(edge, distance, center), foot, metre * 1.5, facing, min(0.6, distance / 130))
    _traffic(shot, way)
    shot.stage()
    if light.weather in ("rain", "storm"):
        shot.mirror(camera.horizon + 0.004, ripple=0.3, depth=0.2, dry=0.4, deep=light.dark)
    inside = blend(light.dark, "#08090c", 0.5)
    _inside_of_the_car(shot, inside)
    cast(shot, [CastSpot(0.7, 0.825, 0.9, "dash")])
    shot.calm(0.08, 0.13, 0.84, camera.horizon - 0.24)
    shot.calm(0.5, 0.86, 0.44, 0.1, "left", "middle")


@scene("airport_glass", hours="dawn dusk evening morning night", weathers="clear cloudy rain fog snow")
def airport_glass(shot: Shot) -> None:
    """A tall window over the runway, somebody with a case before it."""
    shot.camera = Camera(0.5 + shot.number(-0.03, 0.04), 5)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    nature.hills(shot, horizon + 0.004, 0.035, blend(light.dark, light.fill, 0.4), 0.6, pitch=0.2)
    tar = blend(light.lit("#63666a", 0.4), light.haze, 0.25)
    shot.floor(horizon, [light.far(tar, 0.5), blend(tar, light.dark, 0.35)], 0.75)
    for _ in range(34):
        shot.lamp(
            shot.number(-0.1, 1.1),
            horizon + shot.number(0.006, 0.12) ** 1.0,
            shot.number(0.0008, 0.0018),
            rng.choice(("#fff3d8", "#7fd4ff", "#ffb45a", "#9effa8")),
            7,
        )
    facing = rng.choice((-1, 1))
    plane(shot, 0.5 - facing * 0.06, horizon + 0.1, 0.62, facing)
    if light.weather in ("rain", "storm"):
        shot.mirror(horizon + 0.1, ripple=0.2, depth=0.25, dry=0.4, deep=light.dark)
    if light.falls:
        shot.weather()
    shot.go_inside()
    shot.stage()
    edge = 0.76
    dark = blend(light.dark, "#0c0e12", 0.45)
    far_is_drawn(shot)
    bars = skia.Path()
    for k in range(-6, 12):
        bars.addRect(skia.Rect.MakeXYWH(0.02 + k * 0.24, BLEED_MIN, 0.011, edge - BLEED_MIN))
    bars.addRect(skia.Rect.MakeXYWH(BLEED_MIN, 0.2, 5, 0.009))
    shot.page.fill(bars, dark)
    shot.floor(edge, [blend(dark, light.horizon, 0.45), blend(dark, light.horizon, 0.15), dark], 1.02)
    shot.mirror(edge, ripple=0.05, depth=0.62, deep=dark, stretch=1.3)
    shot.page.fill(shot.band(edge - 0.012, edge + 0.004), dark)
    who = rng.choice((0.27, 0.5, 0.73))
    for base in (0.14, 0.86):
        if abs(base - who) > 0.2:
            _row_of_seats(shot, base, edge, dark)
    cast(
        shot,
        [
            CastSpot(who, edge + 0.1, 0.2, "people ground", 0.0, facing),
            CastSpot(who + 0.12, edge + 0.105, 0.2, "ground"),
            CastSpot(0.3, 0.3, 0.02, "air"),
        ],
        people="one",
        things=("suitcase",),
    )
    shot.calm(0.08, 0.05, 0.84, 0.13)
    shot.calm(0.08, 0.23, 0.84, max(0.08, horizon - 0.34))


def _row_of_seats(shot: Shot, middle: float, edge: float, color: str) -> None:
    for k in range(3):
        x = middle - 0.1 + k * 0.075
        seat = polygon([(x, edge + 0.075), (x + 0.062, edge + 0.075), (x + 0.062, edge + 0.085), (x, edge + 0.085)])
        shot.page.fill(seat, color)
        shot.page.fill(rect(x + 0.004, edge - 0.005, 0.054, 0.07, 0.008), color)
    shot.page.fill(rect(middle - 0.1, edge + 0.085, 0.212, 0.006), color)
    for leg in (-0.07, 0.08):
        shot.page.fill(rect(middle + leg, edge + 0.085, 0.006, 0.035), color)


def plane(shot: Shot, x: float, ground: float, length: float, facing: int) -> None:
    """An airliner on the ground, seen from the side."""
    light, page = shot.light, shot.page

    def at(along: float, up: float) -> tuple[float, float]:
        return x + facing * along * length, ground - up * length

    shot.shadow(x, ground, length * 0.42, 0.008, 0.4)
    body = skia.Path()
    body.moveTo(*at(-0.5, 0.15))
    body.cubicTo(*at(-0.3, 0.145), *at(0.3, 0.15), *at(0.38, 0.145))
    body.cubicTo(*at(0.46, 0.14), *at(0.5, 0.115), *at(0.5, 0.098))
    body.cubicTo(*at(0.48, 0.07), *at(0.4, 0.062), *at(0.3, 0.06))
    body.lineTo(*at(-0.22, 0.06))
    body.cubicTo(*at(-0.36, 0.075), *at(-0.45, 0.12), *at(-0.5, 0.15))
    tail = polygon([at(-0.5, 0.148), at(-0.53, 0.3), at(-0.465, 0.3), at(-0.34, 0.15)])
    livery = shot.rng.choice(("#2f5d8c", "#b5402f", "#2f7d6a", "#c98f2a", "#4a4a72"))
    page.fill(tail, light.lit(livery, 0.6))
    page.fill(polygon([at(-0.52, 0.16), at(-0.6, 0.185), at(-0.57, 0.19), at(-0.42, 0.145)]), light.lit("#d5d8dc", 0.4))
    shot.graded(
        body,
        (0, ground - 0.155 * length),
        (0, ground - 0.06 * length),
        [light.lit("#f4f5f6", 0.95), light.lit("#dfe2e6", 0.6), blend(light.lit("#8a9098", 0.2), light.dark, 0.2)],
    )
    wing = polygon([at(0.08, 0.08), at(-0.24, 0.03), at(-0.3, 0.036), at(-0.09, 0.092)])
    page.fill(wing, blend(light.lit("#b9bec6", 0.4), light.dark, 0.15))
    engine = skia.Path()
    engine.addRoundRect(
        skia.Rect.MakeLTRB(
            min(at(0.0, 0)[0], at(0.1, 0)[0]),
            ground - 0.068 * length,
            max(at(0.0, 0)[0], at(0.1, 0)[0]),
            ground - 0.03 * length,
        ),
        length * 0.018,
        length * 0.018,
    )
    page.fill(engine, blend(light.lit(livery, 0.4), light.dark, 0.25))
    for along in (-0.03, 0.36):
        foot = at(along, 0.0)
        page.line(polyline([at(along, 0.06), foot]), light.dark, length * 0.007)
        page.fill(circle(foot[0], foot[1] - length * 0.012, length * 0.014), light.dark)
    lit = light.is_dark or light.hour in ("dusk", "dawn")
    for k in range(26):
        along = -0.3 + k * 0.024
        window = rect(
            at(along, 0)[0] - length * 0.004, ground - 0.127 * length, length * 0.008, length * 0.012, length * 0.003
        )
        page.fill(window, "#ffe2a8" if lit and shot.rng.random() < 0.75 else blend(light.dark, light.middle, 0.3))
    cockpit = polygon([at(0.425, 0.132), at(0.455, 0.122), at(0.468, 0.108), at(0.43, 0.115)])
    page.fill(cockpit, blend(light.dark, light.middle, 0.2))
    if lit:
        shot.lamp(*at(-0.5, 0.29), length * 0.006, "#ff4a3a", 12)
        shot.lamp(*at(0.02, 0.05), length * 0.005, "#ffffff", 12)
