"""Scenes indoors: windows, rooms, tables, shelves."""

from __future__ import annotations

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import of_rect, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, rooms, town
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.rooms import PLASTER, TIMBER
from covers.engine.poster.scenes.shot import FINE_SIDE, Shot

BREATH = """
uniform float3 c; uniform float2 shift;
half4 main(float2 u) { return light(c, .10 + .30 * smoothstep(.35, .8, soft(u * .8 + shift))); }"""
"""The mist on a pane."""

STEAMING = frozenset({"pot", "rice_bowl", "kettle", "coffee", "two_cups"})

DROPS = """
uniform shader S; uniform float2 shift; uniform float size;
float4 drop(float2 u, float s, float keep) {
  float2 g = u * s + shift * 7.;
  float2 id = floor(g); float2 f = fract(g) - .5;
  float h1 = hash(id); float h2 = hash(id + 17.3); float h3 = hash(id + 41.9);
  float2 o = f - (float2(h1, h2) - .5) * .55;
  o.y *= .82; o.x += (soft(u * 3. + id * .1) - .5) * .12;
  float r = (.13 + .27 * h3 * h3) * step(keep, hash(id + 5.1));
  float d = length(o);
  float m = smoothstep(r, r * .86, d) * step(.01, r);
  return float4(o / max(r, .01), m, r / s);
}
half4 main(float2 u) {
  float4 a = drop(u, 15. * size, .62); float4 b = drop(u + 3.7, 34. * size, .45); float4 c = drop(u + 9.1, 78. * size, .35);
  float4 k = a.z > .01 ? a : (b.z > .01 ? b : c);
  if (k.z < .01) { return half4(0.); }
  float2 n = k.xy;
  float bulge = 1. - dot(n, n) * .35;
  float2 q = u - float2(n.x, n.y) * (.10 + k.w * 3.2) * bulge;
  q = float2(q.x, 1. - (1. - q.y) * .96 - n.y * .10);
  float3 col = float3(S.eval(clamp(q, .01, .99)).rgb);
  col = mix(col, col * 1.5 + .03, smoothstep(-.3, .9, n.y));
  col *= 1. - .45 * smoothstep(.55, 1., length(n)) * smoothstep(.5, -.8, n.y);
  col += float3(.75) * smoothstep(.30, .12, length(n - float2(-.38, -.48))) * .8;
  return light(col, k.z);
}"""

TRAILS = """
uniform shader S; uniform float2 shift;
half4 main(float2 u) {
  float x = u.x + (soft(float2(u.x * .6, u.y * .25) + shift) - .5) * .05;
  float g = x * 21.; float id = floor(g);
  float keep = step(.72, hash(float2(id, 3.)));
  float begin = hash(float2(id, 9.)) * .8 - .1; float end = begin + .25 + hash(float2(id, 13.)) * .6;
  float wide = .10 + .10 * hash(float2(id, 21.));
  float f = abs(fract(g) - .5);
  float m = keep * smoothstep(wide, wide * .3, f) * smoothstep(begin, begin + .04, u.y) * smoothstep(end, end - .02, u.y);
  float3 col = float3(S.eval(clamp(u + float2((fract(g) - .5) * .06, -.03), .01, .99)).rgb);
  return light(col * 1.25 + .02, m * .85);
}"""


@scene("rain_window", hours="evening night dusk small_hours afternoon", weathers="rain storm")
def rain_window(shot: Shot) -> None:
    """The street through a wet pane: lights out of focus, and each drop a small picture of them."""
    shot.set_light(
        shot.light.hour if shot.light.hour in ("evening", "night", "dusk", "small_hours", "afternoon") else "evening",
        "",
        "rain",
    )
    shot.camera = Camera(0.58, 1.6)
    light, rng = shot.light, shot.rng
    shot.sky(0.6, stars=False)
    for _ in range(9):  # the houses across, out of focus
        left, wide = shot.number(-0.2, 1.1), shot.number(0.14, 0.34)
        top = shot.number(0.08, 0.5)
        shot.page.blurred(
            rect(left, top, wide, 1.2 - top), blend(light.dark, light.middle, shot.number(0.1, 0.5)), 0.03, 0.85
        )
    tones = [*town.sign_colors(rng, 3), light.lamp, light.lamp, "#ff5a48", "#ffe9c4"]
    shot.bokeh(skia.Rect(-0.05, 0.12, 1.05, 0.62), tones, 22, 0.05)
    shot.bokeh(skia.Rect(-0.05, 0.5, 1.05, 0.72), tones, 26, 0.04)
    shot.stage()
    shot.mirror(0.7, ripple=0.5, depth=0.35, deep=light.dark, stretch=1.0)
    haze = blend(light.haze, light.middle, 0.5)
    shot.wash(
        BREATH,
        {"c": haze, "shift": (rng.random(), rng.random())},
    )
    behind = shot.so_far()
    shot.wash(TRAILS, {"shift": (rng.random(), rng.random())}, {"S": behind}, side=FINE_SIDE)
    shot.wash(
        DROPS, {"shift": (rng.random(), rng.random()), "size": shot.number(0.8, 1.15)}, {"S": behind}, side=FINE_SIDE
    )
    room = blend(light.dark, "#20140d", 0.4)
    if rng.random() < 0.7:
        bar = rng.choice((0.5, 0.36, 0.66))
        shot.page.fill(rect(bar - 0.011, BLEED_MIN, 0.022, 5), room)
        shot.page.fill(rect(bar - 0.011, BLEED_MIN, 0.002, 5), blend(room, light.key, 0.35))
    shot.page.fill(shot.band(0.9, BLEED_MAX), room)
    shot.page.fill(shot.band(0.9, 0.904), blend(room, light.key, 0.5))
    spot = rng.choice((0.24, 0.76))
    cast(
        shot,
        [
            CastSpot(spot, 0.902, 0.95, "table"),
            CastSpot(0.5, 0.902, 0.95, "table"),
            CastSpot(1 - spot, 1.05, 0.62, "people", poses=("bust",)),
        ],
        things=("one_cup", "coffee"),
    )
    shot.go_inside()
    shot.calm(0.08, 0.06, 0.84, 0.22)
    shot.calm(0.08, 0.91, 0.84, 0.07, "left", "middle")


@scene("window_room", hours="afternoon morning dusk noon", weathers="clear cloudy wind")
def window_room(shot: Shot) -> None:
    """An empty room, and the window's light on its wall."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    color, side = rng.choice(PLASTER), rng.choice((-1, 1))
    edge = shot.number(0.72, 0.8)
    rooms.wall(shot, color, (0.5 + side * 0.1, 0.42), 0.75, edge, shade=0.42)
    rooms.floor(shot, edge, rng.choice(TIMBER), center=0.5 - side * 0.2)
    x, lean = 0.34 + side * 0.06, side * shot.number(0.06, 0.12)
    top, wide, tall = shot.number(0.16, 0.26), shot.number(0.32, 0.4), shot.number(0.3, 0.4)
    warm = blend(light.key, "#ffd08a", 0.35)
    rooms.beam(
        shot,
        (x, top),
        (wide, lean * 0.35),
        (lean, tall),
        panes=2,
        rows=rng.choice((2, 3)),
        color=warm,
        power=0.85,
        leafy=rng.choice((0.0, 0.45, 0.8)),
    )
    rooms.beam(
        shot,
        (x + lean * 2.2, edge + 0.02),
        (wide, 0.0),
        (lean * 3.2, 0.2),
        panes=2,
        rows=2,
        color=warm,
        power=0.55,
        leafy=0.2,
        soften=0.06,
    )
    shot.stage()
    chair = 0.5 + side * 0.2
    cast(
        shot,
        [
            CastSpot(chair, edge + 0.09, 0.29, "ground people", facing=-side, poses=("sitting",)),
            CastSpot(0.5 - side * 0.3, edge + 0.06, 0.27, "ground"),
        ],
        things=("chair",),
    )
    left = 0.08 if side > 0 else 0.5
    shot.calm(0.08, 0.05, 0.84, max(0.1, top - 0.08))
    shot.calm(left, 0.3, 0.4, 0.3)
    shot.calm(0.08, edge + 0.06, 0.84, 0.14, "left", "bottom")


@scene("kitchen", hours="morning afternoon dusk evening", weathers="clear cloudy snow rain")
def kitchen(shot: Shot) -> None:
    """A table by a kitchen window, something hot on it."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    side, top = rng.choice((-1, 1)), shot.number(0.68, 0.73)
    window_x = 0.5 - side * 0.2
    opening = skia.Rect.MakeXYWH(window_x - 0.17, 0.13, 0.34, 0.37)
    rooms.wall(shot, rng.choice(PLASTER), (window_x, 0.35), 0.85, shade=0.36)
    rooms.outside(shot, opening)
    centers = [(opening.left() + shot.number(0, 0.34), opening.bottom() - shot.number(0, 0.06)) for _ in range(9)]
    with shot.page.clipped(of_rect(opening)):
        nature.leaves(shot, centers, 0.06, light.foliage, depth=0.35, count=26, leaf=0.14)
        shot.glow(window_x, 0.3, 0.4, light.key, 0.35)
    rooms.frame(shot, opening, blend(light.lit("#8a6a4c", 0.3), light.dark, 0.3))
    shot.glow(window_x, 0.34, 0.6, light.key, 0.3)
    shelf_x = 0.5 + side * 0.3
    shelf = rect(shelf_x - 0.16, 0.46, 0.32, 0.012)
    shot.shadow(shelf_x, 0.478, 0.15, 0.008, 0.35)
    shot.graded(shelf, (0, 0.46), (0, 0.472), [light.lit("#a57a4e", 0.8), light.lit("#6e4630", 0.3)])
    x = shelf_x - 0.13
    while x < shelf_x + 0.12:  # jars
        wide, tall = shot.number(0.028, 0.05), shot.number(0.05, 0.11)
        tone = rng.choice(("#b9a58a", "#8a9a8e", "#c98f5e", "#d8d0c0", "#7d6a5a", "#a8553c"))
        jar = rect(x, 0.46 - tall, wide, tall, wide * 0.2)
        near = light.lit(tone, 0.85)
        shot.graded(
            jar,
            (x, 0),
            (x + wide, 0),
            [near, light.lit(tone, 0.5), blend(light.lit(tone, 0.2), light.dark, 0.25)]
            if side > 0
            else [blend(light.lit(tone, 0.2), light.dark, 0.25), light.lit(tone, 0.5), near],
        )
        shot.page.fill(rect(x + wide * 0.1, 0.46 - tall - 0.008, wide * 0.8, 0.01, 0.002), light.lit("#5c4436", 0.4))
        x += wide + shot.number(0.006, 0.02)
    rooms.table(shot, top, rng.choice(TIMBER), window_x)
    if light.is_dark:
        rooms.pendant(shot, window_x + side * 0.04, shot.number(0.3, 0.36), top)
    rooms.beam(
        shot,
        (window_x - 0.1 + side * 0.08, top + 0.02),
        (0.32, 0.0),
        (side * 0.14, rooms.TABLE_EDGE - top - 0.04),
        color=light.key,
        power=0.12 if light.is_dark else 0.4,
        leafy=0.3,
        soften=0.06,
    )
    shot.stage()
    hot = 0.5 + side * 0.12
    cast(
        shot,
        [
            CastSpot(hot, top + 0.1, 0.95, "table hot"),
            CastSpot(hot - side * 0.26, top + 0.12, 0.95, "table"),
            CastSpot(hot + side * 0.24, top + 0.08, 0.95, "table"),
        ],
        things=("pot", "rice_bowl"),
    )
    tall = shot.number(0.34, 0.46)
    if not shot.placed or shot.placed & STEAMING:
        rooms.steam(shot, hot, top - 0.03, tall, 0.05, 0.75)
    shot.calm(0.5 if side > 0 else 0.07, 0.08, 0.43, 0.3)
    shot.calm(0.08, rooms.TABLE_EDGE + 0.02, 0.84, 0.085, "left", "middle")
