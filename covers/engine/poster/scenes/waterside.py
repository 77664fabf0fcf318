"""Scenes at the water."""

from __future__ import annotations

from dataclasses import replace

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import polygon, rect, smooth
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.depth import before_the_lens, far_is_drawn
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot


def far_shore(shot: Shot, height: float, depth: float) -> skia.Path:
    """A line of hills standing on the horizon. height: of its tallest, in pages."""
    horizon, x = shot.camera.horizon, BLEED_MIN
    points, level = [(BLEED_MIN, horizon + 0.002)], shot.number(0.2, 0.8)
    while x < BLEED_MAX:
        level = min(1.0, max(0.05, level + shot.number(-0.5, 0.5) * 0.4))
        points.append((x, horizon - height * level))
        x += shot.number(0.05, 0.16)
    path = smooth([*points, (BLEED_MAX, horizon + 0.002)])
    path.lineTo(BLEED_MAX, horizon + 0.002)
    path.close()
    shot.flat(path, shot.light.dark, depth)
    return path


def light_side(shot: Shot) -> int:
    """On which side of the picture sun or moon stand: 1 right, -1 left."""
    return 1 if shot.light.side > 0 else -1


@scene("moon_sea", hours="night small_hours evening dusk dawn", weathers="clear cloudy fog wind")
def moon_sea(shot: Shot) -> None:
    shot.camera = Camera(shot.rng.choice((0.36, 0.5, 0.62)) + shot.number(-0.03, 0.03), 2.2)
    horizon = shot.camera.horizon
    shot.sky()
    if shot.rng.random() < 0.5:
        far_shore(shot, 0.05, 0.55)
    shot.stage()
    shot.mirror(horizon, ripple=shot.number(0.35, 0.8), depth=0.55, sheen=0.16)
    shot.fog(horizon - 0.05, horizon + 0.05, 0.35)
    cast(
        shot,
        [
            CastSpot(0.5 - light_side(shot) * 0.2, horizon + 0.05, 0.028, "water"),
            CastSpot(0.5 - light_side(shot) * 0.24, horizon * 0.6, 0.05, "air"),
        ],
    )
    shot.calm(0.08, 0.07, 0.84, horizon * 0.5, "left", "top")
    shot.calm(0.08, horizon + 0.14, 0.84, 0.3, "left", "bottom")


@scene("pier", hours="dusk dawn evening night afternoon", weathers="clear cloudy fog snow rain")
def pier(shot: Shot) -> None:
    shot.camera = Camera(0.56 + shot.number(-0.06, 0.04), 1.7, 0.9)
    camera, light = shot.camera, shot.light
    shot.sky()
    far_shore(shot, shot.number(0.02, 0.06), 0.5)
    shot.mirror(camera.horizon, ripple=0.3, depth=0.35, sheen=0.1)
    shot.stage()
    far_is_drawn(shot)
    turn = shot.number(-0.12, 0.12)
    near, far, half = 1.6, 26.0, 1.15

    def edge(side: float, distance: float) -> tuple[float, float]:
        center = 0.5 + turn * (1 - near / distance) * 1.2
        return camera.x(side * half, distance, center), camera.foot(distance) - camera.size(0.5, distance)

    deck = polygon([edge(-1, near), edge(-1, far), edge(1, far), edge(1, near)])
    wood = blend(light.lit("#6b5138", 0.35), light.dark, 0.45)
    shot.graded(deck, (0.5, edge(0, far)[1]), (0.5, 1.0), [light.far(wood, 0.35), wood, light.dark])
    distance = near
    while distance < far:  # boards
        left, right = edge(-1, distance), edge(1, distance)
        shot.page.line(polygon([left, right]), light.dark, 0.0012 + 0.004 / distance, 0.55)
        shot.page.line(
            polygon([(left[0], left[1] - 0.0015), (right[0], right[1] - 0.0015)]),
            light.horizon,
            0.0008 + 0.001 / distance,
            0.28,
        )
        distance *= 1.055 if distance > 4 else 1.09
    for post in (2.2, 3.4, 5.2, 8.0, 12.5, 19.0):
        for side in (-1, 1):
            x, y = edge(side, post)
            wide, tall = camera.size(0.16, post), camera.size(0.95, post)
            path = rect(x - wide / 2, y - tall, wide, tall + camera.size(0.9, post), wide * 0.2)
            shot.graded(
                path,
                (x - wide / 2, 0),
                (x + wide / 2, 0),
                [light.dark, blend(light.dark, light.horizon, 0.28), light.dark]
                if light.side < 0.05
                else [blend(light.dark, light.horizon, 0.3), light.dark],
            )
    cast(
        shot,
        [
            CastSpot(edge(0, far * 0.8)[0], edge(0, far * 0.8)[1], camera.size(1, far * 0.55), "people ground"),
            CastSpot(edge(0.3, 3.4)[0], edge(0, 3.4)[1], camera.size(1, 3.4), "ground"),
            CastSpot(0.2, camera.horizon + 0.06, 0.03, "water"),
            CastSpot(0.75, 0.25, 0.05, "air"),
        ],
        people="one",
    )
    shot.calm(0.08, 0.07, 0.84, 0.3, "left", "top")


@scene("river_reeds", hours="dawn dusk morning evening afternoon", weathers="fog clear cloudy wind")
def river_reeds(shot: Shot) -> None:
    """Reeds before still water."""
    shot.camera = Camera(0.46 + shot.number(-0.06, 0.06), 1.6)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    nature.hills(
        shot, horizon + 0.004, 0.1, blend(light.dark, light.foliage, 0.3), 0.6, pitch=0.18, foot=horizon + 0.01
    )
    x = -0.4
    while x < 1.4:
        nature.tree(shot, x, horizon + 0.006, shot.number(0.06, 0.14), depth=0.45, spread=0.6)
        x += shot.number(0.05, 0.28)
    shot.fog(horizon - 0.08, horizon + 0.06, 0.6)
    shot.stage()
    shot.mirror(horizon + 0.006, ripple=0.16, depth=0.3, sheen=0.03)
    cast(
        shot,
        [CastSpot(0.5 + rng.choice((-0.16, 0.14)), horizon + 0.17, 0.075, "water"), CastSpot(0.3, 0.2, 0.05, "air")],
        things=("boat_leaving",),
    )
    shot.fog(horizon + 0.02, horizon + 0.3, 0.3)
    far_is_drawn(shot)
    wind, gap = shot.number(-0.5, 0.5), shot.number(0.3, 0.7)
    for layer in range(3):
        tone = blend(blend(light.dark, light.foliage, 0.35 - 0.1 * layer), light.haze, 0.3 - 0.14 * layer)
        stalks, plumes = skia.Path(), skia.Path()
        for _ in range(64):
            x = shot.number(-0.15, 1.15)
            clear = min(1.0, abs(x - gap) * 2.4)
            if rng.random() > clear + 0.15:
                continue
            tall = shot.number(0.2, 0.42) * (0.55 + 0.45 * clear) * (0.75 + 0.2 * layer)
            bend, foot = (wind + shot.number(-0.2, 0.2)) * tall * 0.45, 1.04
            stalks.moveTo(x, foot)
            stalks.quadTo(x + bend * 0.2, foot - tall * 0.6, x + bend, foot - tall)
            for k in range(7):
                share = k / 7
                px, py = x + bend * (1 + share * 0.22), foot - tall - 0.006 - share * 0.052
                r = 0.0052 * (1 - share * 0.7)
                plumes.addOval(skia.Rect.MakeLTRB(px - r * 1.3, py - r * 2.4, px + r * 1.3, py + r * 2.4))
            if rng.random() < 0.5:
                side = rng.choice((-1, 1))
                stalks.moveTo(x + bend * 0.3, foot - tall * 0.45)
                stalks.quadTo(
                    x + bend * 0.4 + side * 0.03, foot - tall * 0.66, x + bend * 0.5 + side * 0.09, foot - tall * 0.6
                )
        with before_the_lens(shot):
            shot.page.line(stalks, tone, 0.0022 + 0.0008 * layer)
            shot.page.fill(plumes, blend(tone, light.key, 0.25))
    shot.calm(0.08, 0.06, 0.84, horizon - 0.16)


@scene("under_water", hours="", weathers="")
def under_water(shot: Shot) -> None:
    """Below the surface, where the light comes down in shafts."""
    rng = shot.rng
    shot.set_light(
        rng.choice(("noon", "morning"))
        if shot.light.hour not in ("night", "dusk", "evening", "small_hours")
        else "dusk",
        "",
        "clear",
    )
    shot.go_inside()
    shot.camera = Camera(-0.1, 10)
    turn = rng.choice((("#2aa6ad", "#02101f"), ("#2f8fc4", "#03122e"), ("#3fae8e", "#031d1c"), ("#5a7fc9", "#070b2a")))
    deep = 0.45 if shot.light.hour == "dusk" else 0.0
    top, low = blend(turn[0], "#141a33", deep), turn[1]
    shot.wash(
        DEEP,
        {
            "top": top,
            "low": low,
            "at": (0.5 + shot.light.side * 1.2, -0.28),
            "shine": blend("#c9fff2", top, 0.25),
            "shift": (rng.random(), rng.random()),
        },
    )
    motes = skia.Path()
    for _ in range(150):
        motes.addCircle(shot.number(-0.1, 1.1), shot.number(0, 1), shot.number(0.0006, 0.0022))
    shot.page.fill(motes, "#dffcf6", 0.35)
    shot.bokeh(skia.Rect(0, 0.1, 1, 0.8), ("#bff5ee",), 9, 0.008)
    shot.light = replace(
        shot.light, haze=blend(top, low, 0.45), dark=low, fill=blend(top, low, 0.5), key=blend("#dffcf6", top, 0.3)
    )
    if rng.random() < 0.6:
        _sea_bed(shot, top, low)
    shot.stage()
    y = shot.number(0.4, 0.58)
    cast(
        shot,
        [
            CastSpot(0.5 + shot.number(-0.06, 0.06), y, 0.032, "sea", 0.2),
            CastSpot(0.5 + rng.choice((-0.24, 0.22)), y - 0.2, 0.045, "people swims", 0.35),
        ],
        things=() if shot.concept.people else rng.choice((("whale",), ("fish",), ())),
    )
    shot.wash(DEEP_VEIL, {"color": top, "shift": (rng.random(), rng.random())})
    shot.calm(0.08, 0.74, 0.84, 0.2, "left", "bottom")
    shot.calm(0.08, 0.06, 0.84, 0.22)


def _sea_bed(shot: Shot, top: str, low: str) -> None:
    """With weed on it. top, low: the water's colours."""
    points, x = [], BLEED_MIN
    while x < BLEED_MAX:
        points.append((x, shot.number(0.9, 0.97)))
        x += shot.number(0.06, 0.16)
    shot.graded(nature.mound(points, BLEED_MAX), (0, 0.9), (0, 1.05), [blend(low, top, 0.22), low])
    for _ in range(26):
        x, foot, height = shot.number(-0.1, 1.1), shot.number(0.95, 1.03), shot.number(0.06, 0.24)
        weed(shot, x, foot, height, blend(low, top, shot.number(0.05, 0.22)))


DEEP = """
uniform float3 top; uniform float3 low; uniform float2 at; uniform float3 shine; uniform float2 shift;
half4 main(float2 u) {
  float3 c = mix(top, low, pow(clamp(u.y + .04, 0., 1.), .62));
  float2 d = u - at; float a = atan(d.x, d.y);
  float s = pow(swell(float2(a * .55 + shift.x, .3)), 2.6) * 1.1 + pow(swell(float2(a * 1.5 + shift.y, .7)), 3.) * .8
    + pow(soft(float2(a * 1.9, .1)), 3.) * .4;
  c += shine * s * exp(-u.y * 1.9) * 1.25;
  float w = soft(float2(u.x * .55, u.y * 2.4) + shift) * .6 + soft(float2(u.x * 1.1, u.y * 4.6) + shift.yx) * .4;
  c += shine * smoothstep(.50, .66, w) * exp(-u.y * 13.) * .7;
  return opaque(c);
}"""

DEEP_VEIL = """
uniform float3 color; uniform float2 shift;
half4 main(float2 u) { return light(color, .10 * swell(u * .8 + shift) + .08 * (1. - u.y)); }"""


def weed(shot: Shot, x: float, foot: float, height: float, color: str) -> None:
    path, bend = skia.Path(), shot.number(-0.25, 0.25) * height
    path.moveTo(x - height * 0.025, foot)
    path.cubicTo(x + bend, foot - height * 0.4, x - bend, foot - height * 0.7, x + bend * 0.6, foot - height)
    path.cubicTo(x - bend * 0.6, foot - height * 0.68, x + bend * 1.2, foot - height * 0.4, x + height * 0.025, foot)
    shot.page.fill(path, color)
