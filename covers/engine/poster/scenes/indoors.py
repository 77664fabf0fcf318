"""Scenes indoors: windows, rooms, tables, shelves."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.color import blend, oklch
from covers.engine.poster.geometry import circle, oval, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, rooms, town
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import FINE_SIDE, Shot

PLASTER = ("#d9c9ae", "#c7b9a5", "#cfd0c4", "#b7c0c4", "#d8bfae", "#a9b3a4", "#c9b7c4")
TIMBER = ("#8a5a38", "#6e4630", "#a57a4e", "#5c4436", "#94694a")

BREATH = """
uniform float3 c; uniform float2 shift;
half4 main(float2 u) { return light(c, .10 + .30 * smoothstep(.35, .8, soft(u * .8 + shift))); }"""
"""The mist on a pane."""

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
    rooms.wall(shot, rng.choice(("#dcc6a0", "#d7bd96", "#c9c4ae", "#cdb09a")), (window_x, 0.35), 0.85, shade=0.36)
    rooms.outside(shot, opening)
    centers = [(opening.left() + shot.number(0, 0.34), opening.bottom() - shot.number(0, 0.06)) for _ in range(9)]
    with shot.page.clipped(rect(opening.left(), opening.top(), opening.width(), opening.height())):
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
    rooms.beam(
        shot,
        (window_x - 0.1 + side * 0.08, top + 0.03),
        (0.36, 0.0),
        (side * 0.22, 0.22),
        color=light.key,
        power=0.4,
        leafy=0.3,
        soften=0.06,
    )
    shot.stage()
    hot = 0.5 + side * 0.12
    cast(
        shot,
        [
            CastSpot(hot, top + 0.13, 0.95, "table hot"),
            CastSpot(hot - side * 0.26, top + 0.15, 0.95, "table"),
            CastSpot(hot + side * 0.24, top + 0.1, 0.95, "table"),
        ],
        things=("pot", "rice_bowl"),
    )
    rooms.steam(shot, hot, top + 0.0, shot.number(0.34, 0.46), 0.06, 0.85)
    shot.calm(0.5 if side > 0 else 0.07, 0.08, 0.43, 0.3)
    shot.calm(0.08, 0.88, 0.84, 0.1, "left", "bottom")


@scene("noon_bed", hours="noon afternoon morning dawn", weathers="clear cloudy")
def noon_bed(shot: Shot) -> None:
    """A bed that somebody has left, with the blinds' stripes over it."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    edge = shot.number(0.5, 0.56)
    rooms.wall(shot, rng.choice(PLASTER), (0.3, 0.2), 0.8, edge + 0.1, shade=0.32)
    linen = rng.choice(("#ece6da", "#dfe4e6", "#e9dcd2", "#d9dfe0"))
    head = rect(-0.2, edge - 0.14, 1.4, 0.2, 0.02)
    shot.graded(head, (0, edge - 0.14), (0, edge), [light.lit("#8a6144", 0.6), light.lit("#5f4230", 0.25)])
    sheet = shot.band(edge + 0.02, BLEED_MAX)
    shot.wash(
        LINEN,
        {
            "bright": light.lit(linen, 0.98),
            "shade": blend(light.lit(linen, 0.25), light.fill, 0.35),
            "shift": (rng.random(), rng.random()),
            "top": edge,
        },
        within=sheet,
        side=1100,
    )
    for x in (0.26, 0.74):
        pillow(shot, x + shot.number(-0.03, 0.03), edge + shot.number(0.015, 0.04), 0.24, linen)
    if rng.random() < 0.8:  # the cover thrown back
        fold = skia.Path()
        fold.moveTo(BLEED_MIN, 0.86)
        fold.cubicTo(0.1, 0.76, 0.3, 0.86, 0.46, 0.78)
        fold.cubicTo(0.62, 0.7, 0.8, 0.82, 1.0, 0.74)
        fold.lineTo(BLEED_MAX, 0.7)
        fold.lineTo(BLEED_MAX, BLEED_MAX)
        fold.lineTo(BLEED_MIN, BLEED_MAX)
        fold.close()
        tone = rng.choice(("#7e93a8", "#b98a78", "#8f9b83", "#c2a878", "#6f6f86"))
        shot.page.blurred(fold, light.dark, 0.02, 0.35)
        shot.wash(
            LINEN,
            {
                "bright": light.lit(tone, 0.95),
                "shade": blend(light.lit(tone, 0.2), light.dark, 0.2),
                "shift": (rng.random(), rng.random()),
                "top": 0.7,
            },
            within=fold,
            side=1100,
        )
    shot.stage()
    warm = blend(light.key, "#ffd9a0", 0.3)
    stripes = rng.choice((7, 9, 11))
    lean = shot.number(-0.3, 0.3)
    shot.wash(
        STRIPES,
        {
            "count": float(stripes),
            "lean": lean,
            "color": warm,
            "power": 0.62,
            "from_": shot.number(-0.1, 0.05),
            "wide": shot.number(0.75, 0.95),
        },
        side=1100,
        blend=skia.BlendMode.kSoftLight,
    )
    shot.wash(
        STRIPES,
        {"count": float(stripes), "lean": lean, "color": warm, "power": 0.3, "from_": -0.05, "wide": 0.85},
        side=1100,
        blend=skia.BlendMode.kScreen,
    )
    cast(shot, [CastSpot(0.5, edge + 0.22, 0.7, "bed"), CastSpot(0.55, edge + 0.3, 0.8, "table")])
    shot.calm(0.08, 0.06, 0.84, edge - 0.24)
    shot.calm(0.08, 0.78, 0.84, 0.16, "left", "bottom")


def pillow(shot: Shot, x: float, y: float, width: float, color: str) -> None:
    light, height = shot.light, width * 0.42
    path = skia.Path()
    path.moveTo(x - width / 2, y - height / 2)
    path.cubicTo(x - width * 0.2, y - height * 0.72, x + width * 0.2, y - height * 0.72, x + width / 2, y - height / 2)
    path.cubicTo(x + width * 0.56, y, x + width * 0.54, y + height * 0.3, x + width / 2, y + height / 2)
    path.cubicTo(x + width * 0.2, y + height * 0.66, x - width * 0.2, y + height * 0.66, x - width / 2, y + height / 2)
    path.cubicTo(x - width * 0.55, y + height * 0.3, x - width * 0.56, y, x - width / 2, y - height / 2)
    shot.page.blurred(path, light.dark, 0.012, 0.35)
    shot.graded(
        path,
        (0, y - height * 0.7),
        (0, y + height * 0.6),
        [light.lit(color, 1.0), light.lit(color, 0.75), blend(light.lit(color, 0.3), light.fill, 0.3)],
    )
    dent = skia.Path()
    dent.moveTo(x - width * 0.2, y + height * 0.02)
    dent.quadTo(x, y + height * 0.18, x + width * 0.22, y - height * 0.04)
    shot.page.canvas.drawPath(
        dent,
        skia.Paint(
            Color=0x30302838,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=width * 0.03,
            AntiAlias=True,
            MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, width * 0.02),
        ),
    )


LINEN = """
uniform float3 bright; uniform float3 shade; uniform float2 shift; uniform float top;
half4 main(float2 u) {
  float2 p = swirl(float2(u.x * .42, u.y * .62) + shift, .10);
  float2 e = float2(.010, .014);
  float d = crease(p) * .6 + crease(p * 2.1 + .3) * .25 + swell(p * 1.3) * .25;
  float f = crease(p + e) * .6 + crease(p * 2.1 + .3 + e * 1.6) * .25 + swell(p * 1.3 + e) * .25;
  float t = .66 + (d - f) * 3.6 + (d - .55) * .35 + (fine(u * 1.2) - .5) * .02;
  return opaque(mix(shade, bright, clamp(t, 0., 1.)));
}"""

STRIPES = """
uniform float count; uniform float lean; uniform float3 color; uniform float power; uniform float from_; uniform float wide;
half4 main(float2 u) {
  float y = u.y + (u.x - .5) * lean + (swell(u * float2(.25, .4)) - .5) * .06;
  float f = abs(fract(y * count) - .5);
  float m = smoothstep(.14, .20, f) * smoothstep(from_, from_ + .08, u.x) * smoothstep(from_ + wide, from_ + wide - .08, u.x);
  return light(color, m * power);
}"""


@scene("desk_lamp", hours="night small_hours evening", weathers="clear rain snow cloudy")
def desk_lamp(shot: Shot) -> None:
    """A desk at night in the cone of its lamp."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    side, top = rng.choice((-1, 1)), shot.number(0.7, 0.76)
    lamp_x, bulb_y = 0.5 + side * 0.22, 0.36
    warm = blend(light.lamp, "#ffb968", 0.4)
    shot.wash(
        rooms.WALL,
        {
            "bright": blend(warm, "#a8754a", 0.6),
            "shade": blend(light.dark, "#1a1412", 0.4),
            "source": (lamp_x - side * 0.06, 0.56),
            "reach": 0.5,
            "shift": (rng.random(), rng.random()),
        },
    )
    if rng.random() < 0.6:  # a window with the night in it
        opening = skia.Rect.MakeXYWH(0.5 - side * 0.26 - 0.13, 0.12, 0.26, 0.34)
        rooms.outside(shot, opening)
        for _ in range(16):
            shot.page.fill(
                rect(opening.left() + shot.number(0, 0.25), opening.top() + shot.number(0.2, 0.33), 0.006, 0.008),
                rng.choice(town.WINDOW_LIGHTS),
                0.8,
            )
        rooms.frame(shot, opening, blend(light.dark, "#3a2a20", 0.5), width=0.01)
    shot.wash(
        rooms.WOOD,
        {
            "bright": blend(warm, "#6e4630", 0.5),
            "dark": blend(light.dark, "#2a1a12", 0.5),
            "top": top,
            "source": (lamp_x - side * 0.08, 1.0),
            "shift": (rng.random(), rng.random()),
        },
        within=shot.band(top, BLEED_MAX),
        side=1100,
    )
    shot.pool(lamp_x - side * 0.1, top + 0.09, 0.36, 0.1, warm, 0.75)
    metal = rng.choice(("#2f3a3c", "#7a2f26", "#c79a3a", "#3d4a38"))
    base = oval(lamp_x + side * 0.07, top + 0.05, 0.075, 0.018)
    shot.shadow(lamp_x + side * 0.07, top + 0.06, 0.09, 0.018, 0.5)
    shot.page.fill(base, blend(metal, light.dark, 0.35))
    arm = polyline(
        [(lamp_x + side * 0.07, top + 0.045), (lamp_x + side * 0.17, 0.5), (lamp_x + side * 0.04, bulb_y - 0.03)]
    )
    shot.page.line(arm, blend(metal, light.dark, 0.45), 0.011)
    shot.page.line(arm, blend(metal, warm, 0.4), 0.003, 0.7)
    shade = polygon(
        [
            (lamp_x + side * 0.05, bulb_y - 0.075),
            (lamp_x - side * 0.01, bulb_y - 0.085),
            (lamp_x - side * 0.16, bulb_y + 0.03),
            (lamp_x + side * 0.045, bulb_y + 0.075),
        ]
    )
    shot.glow(lamp_x - side * 0.06, bulb_y + 0.06, 0.42, warm, 0.5)
    cone = polygon(
        [
            (lamp_x - side * 0.16, bulb_y + 0.03),
            (lamp_x + side * 0.045, bulb_y + 0.075),
            (lamp_x + side * 0.16, top + 0.16),
            (lamp_x - side * 0.52, top + 0.1),
        ]
    )
    shot.page.canvas.drawPath(
        cone,
        skia.Paint(
            Shader=skia.GradientShader.MakeLinear(
                [skia.Point(lamp_x, bulb_y), skia.Point(lamp_x - side * 0.12, top + 0.1)], [0x66FFDCA0, 0x00FFDCA0]
            ),
            BlendMode=skia.BlendMode.kScreen,
            AntiAlias=True,
            MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.012),
        ),
    )
    shot.graded(
        shade,
        (lamp_x, bulb_y - 0.08),
        (lamp_x, bulb_y + 0.07),
        [blend(metal, "#ffffff", 0.1), metal, blend(metal, light.dark, 0.5)],
    )
    shot.lamp(lamp_x - side * 0.055, bulb_y + 0.055, 0.016, warm, 10)
    shot.keep_off(shade)
    shot.stage()
    cast(
        shot,
        [
            CastSpot(lamp_x - side * 0.2, top + 0.1, 0.95, "table"),
            CastSpot(lamp_x - side * 0.4, top + 0.15, 0.95, "table"),
            CastSpot(lamp_x - side * 0.05, top + 0.17, 0.95, "table"),
        ],
        things=("book", "letter"),
    )
    shot.calm(0.08, 0.05, 0.84, 0.16)
    shot.calm(0.07 if side > 0 else 0.45, 0.1, 0.48, 0.3)
    shot.calm(0.08, 0.88, 0.84, 0.1, "left", "bottom")


@scene("bookshelf", hours="evening afternoon night morning", weathers="")
def bookshelf(shot: Shot) -> None:
    """Shelves of books, and one place that is not like the others."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    source = (rng.choice((0.2, 0.8)), 0.3)
    rooms.wall(shot, rng.choice(TIMBER), source, 0.8, shade=0.55)
    special = rng.randrange(1, 3)
    hues = [rng.uniform(0, 360) for _ in range(3)] + [40, 70]
    tones = [
        oklch(rng.uniform(0.3, 0.72), rng.uniform(0.02, 0.1), rng.choice(hues) + rng.uniform(-14, 14))
        for _ in range(16)
    ]
    pitch, left, right = 0.255, shot.page.visible.left() - 0.03, shot.page.visible.right()
    for row in range(-4, 8):
        floor_y = 0.24 + row * pitch
        back = shot.band(floor_y - pitch + 0.018, floor_y)
        shot.page.gradient(
            back,
            (0, floor_y - pitch),
            (0, floor_y),
            [blend(light.dark, "#2a1c14", 0.3), blend(light.dark, "#4a3324", 0.5)],
            0.85,
        )
        x, hole = left, shot.number(0.25, 0.55)
        while x < right:
            if row == special and hole < x < hole + 0.24:
                x = hole + 0.25
            wide, tall = shot.number(0.014, 0.038), shot.number(0.14, 0.215)
            lean = shot.number(0.01, 0.05) if rng.random() < 0.07 else 0.0
            near = math.exp(-(((x - source[0]) / 0.55) ** 2)) * math.exp(-(((floor_y - 0.1 - source[1]) / 0.6) ** 2))
            tone = rng.choice(tones)
            book = polygon(
                [(x + lean, floor_y - tall), (x + wide + lean, floor_y - tall), (x + wide, floor_y), (x, floor_y)]
            )
            shot.graded(
                book,
                (x, 0),
                (x + wide, 0),
                [
                    blend(light.lit(tone, 0.25), light.dark, 0.4),
                    light.lit(tone, 0.3 + 0.65 * near),
                    blend(light.lit(tone, 0.2), light.dark, 0.3),
                ],
            )
            if rng.random() < 0.7 and not lean:
                mark = light.lit("#d8b878", 0.3 + 0.6 * near)
                shot.page.fill(rect(x + wide * 0.2, floor_y - tall * 0.84, wide * 0.6, 0.003), mark, 0.8)
                shot.page.fill(
                    rect(x + wide * 0.34, floor_y - tall * 0.74, wide * 0.32, tall * shot.number(0.15, 0.4)), mark, 0.5
                )
            x += wide + lean + 0.0012
        shot.page.blurred(shot.band(floor_y - pitch + 0.018, floor_y - pitch + 0.05), light.dark, 0.016, 0.75)
        board = shot.band(floor_y, floor_y + 0.018)
        shot.graded(board, (0, floor_y), (0, floor_y + 0.018), [light.lit("#9a7048", 0.65), light.lit("#5c4030", 0.25)])
        if row == special:
            shot.glow(hole + 0.12, floor_y - 0.08, 0.24, light.lamp, 0.45)
            cast(shot, [CastSpot(hole + 0.12, floor_y, 0.75, "table")], things=("photo", "clock"))
    shot.stage()
    shot.glow(*source, 0.7, light.key if not light.is_dark else light.lamp, 0.25)
    shot.calm(0.08, 0.05, 0.84, 0.14)
    shot.calm(0.08, 0.74, 0.84, 0.2, "left", "bottom")


@scene("greenhouse", hours="morning afternoon dawn dusk evening", weathers="clear rain cloudy fog")
def greenhouse(shot: Shot) -> None:
    """Under glass among leaves."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    shot.camera = Camera(0.6, 1.5, 1.0)
    camera, center = shot.camera, shot.number(0.44, 0.56)
    shot.sky(0.4)
    shot.wash(
        "uniform float3 c; half4 main(float2 u) { return light(c, .22 + .25 * soft(u * .6)); }",
        {"c": blend(light.foliage, light.haze, 0.5)},
    )
    iron = blend(light.dark, "#33403a", 0.5)
    for distance in (16, 10.5, 7.0, 4.8, 3.3, 2.4):
        air = min(0.75, distance / 18)
        wide, eaves, peak = (
            camera.size(2.6, distance),
            camera.foot(distance) - camera.size(2.4, distance),
            camera.foot(distance) - camera.size(4.0, distance),
        )
        rib = polyline(
            [
                (center - wide, camera.foot(distance)),
                (center - wide, eaves),
                (center, peak),
                (center + wide, eaves),
                (center + wide, camera.foot(distance)),
            ]
        )
        shot.page.line(rib, light.far(iron, air), camera.size(0.09, distance))
    for side in (-1, 1):
        for height in (2.4, 1.2):
            shot.page.line(
                polyline(
                    [
                        (camera.x(side * 2.6, 1.6, center), camera.foot(1.6) - camera.size(height, 1.6)),
                        (camera.x(side * 2.6, 17, center), camera.foot(17) - camera.size(height, 17)),
                    ]
                ),
                iron,
                0.004,
                0.8,
            )
        for share in (0.33, 0.66):
            ends = [(camera.x(side * 2.6 * (1 - share), far, center), camera.foot(far) - camera.size(2.4 + 1.6 * share, far))
                    for far in (1.6, 17)]  # fmt: skip
            shot.page.line(polyline(ends), iron, 0.003, 0.7)
    path = polygon(
        [
            (camera.x(-0.7, 17, center), camera.foot(17)),
            (camera.x(0.7, 17, center), camera.foot(17)),
            (camera.x(0.7, 1.4, center), camera.foot(1.4)),
            (camera.x(-0.7, 1.4, center), camera.foot(1.4)),
        ]
    )
    shot.page.fill(shot.band(camera.foot(17), BLEED_MAX), blend(light.lit("#4c5a3c", 0.2), light.dark, 0.3))
    shot.graded(path, (0, camera.foot(17)), (0, 1), [light.lit("#b0a48e", 0.75), light.lit("#7d7566", 0.35)])
    greens = ("#4f7f46", "#6f9a52", "#3d6b4f", "#88a860", "#5c8a6a")
    for distance in (15, 11, 8, 6, 4.4, 3.2, 2.4):
        for side in (-1, 1):
            for _ in range(2):
                x = camera.x(side * shot.number(1.1, 2.3), distance, center)
                plant(
                    shot,
                    x,
                    camera.foot(distance),
                    camera.size(shot.number(0.8, 1.9), distance),
                    rng.choice(greens),
                    min(0.6, distance / 20),
                )
    shot.stage()
    shot.glow(center, camera.horizon - 0.1, 0.5, light.key, 0.35)
    distance = 7.0
    cast(
        shot,
        [
            CastSpot(
                center + shot.number(-0.02, 0.02),
                camera.foot(distance),
                camera.size(1, distance),
                "people ground",
                0.15,
            ),
            CastSpot(camera.x(0.45, 3.2, center), camera.foot(3.2), camera.size(1, 3.2), "ground"),
        ],
    )
    shot.calm(0.16, 0.06, 0.68, 0.24, "center")
    shot.calm(0.2, 0.84, 0.6, 0.12, "center", "bottom")


def plant(shot: Shot, x: float, foot: float, height: float, color: str, depth: float = 0.0) -> None:
    """Leaves on stems that bend outwards: blades, hearts or feathers."""
    rng, light = shot.rng, shot.light
    kind, count = rng.choice(("blade", "heart", "feather")), rng.randrange(7, 12)
    for index in range(count):
        angle = -1.15 + 2.3 * index / (count - 1) + rng.uniform(-0.12, 0.12)
        long = height * rng.uniform(0.65, 1.05) * (1 - abs(angle) * 0.18)
        tx, ty = x + math.sin(angle) * long * 0.75, foot - math.cos(angle * 0.8) * long
        cx, cy = x + math.sin(angle) * long * 0.18, foot - long * 0.7
        tone = light.far(light.lit(color, rng.uniform(0.25, 0.9)), depth)
        dark = blend(tone, light.dark, 0.35)
        stem = skia.Path()
        stem.moveTo(x, foot)
        stem.quadTo(cx, cy, tx, ty)
        shot.page.line(stem, dark, height * 0.012)
        wide = height * (0.05 if kind == "blade" else 0.11)
        if kind == "feather":
            for k in range(3, 10):
                share = k / 10
                px, py = (
                    (1 - share) ** 2 * x + 2 * share * (1 - share) * cx + share**2 * tx,
                    (1 - share) ** 2 * foot + 2 * share * (1 - share) * cy + share**2 * ty,
                )
                for out in (-1, 1):
                    leaf = skia.Path()
                    ex, ey = (
                        px + out * math.cos(angle) * wide * (1.5 - share),
                        py + out * math.sin(angle) * wide - wide * 0.5,
                    )
                    leaf.moveTo(px, py)
                    leaf.quadTo((px + ex) / 2, (py + ey) / 2 - wide * 0.3, ex, ey)
                    leaf.quadTo((px + ex) / 2, (py + ey) / 2 + wide * 0.25, px, py)
                    shot.page.fill(leaf, tone if out > 0 else dark)
            continue
        leaf, nx, ny = skia.Path(), math.cos(angle) * wide, math.sin(angle) * wide
        base_x, base_y = (x, foot) if kind == "blade" else ((cx + tx) / 2, (cy + ty) / 2)
        mx, my = (base_x * 0.4 + tx * 0.6), (base_y * 0.4 + ty * 0.6) - (wide * 0.4 if kind == "blade" else 0)
        leaf.moveTo(base_x, base_y)
        leaf.quadTo(mx - nx * 1.5, my - ny * 1.5, tx, ty)
        leaf.quadTo(mx + nx * 1.5, my + ny * 1.5, base_x, base_y)
        shot.page.fill(leaf, tone)
        half = skia.Path()
        half.moveTo(base_x, base_y)
        half.quadTo(mx + nx * 1.5, my + ny * 1.5, tx, ty)
        half.lineTo(base_x, base_y)
        shot.page.fill(half, dark, 0.6)


@scene("turntable", hours="night evening afternoon dusk", weathers="")
def turntable(shot: Shot) -> None:
    """A record that turns, close, in one light."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    side = rng.choice((-1, 1))
    wood = rng.choice(TIMBER)
    shot.wash(
        rooms.WOOD,
        {
            "bright": light.lit(wood, 0.7),
            "dark": blend(light.lit(wood, 0.15), light.dark, 0.45),
            "top": -0.4,
            "source": (0.5 + side * 0.3, 0.8),
            "shift": (rng.random(), rng.random()),
        },
        side=1100,
    )
    x, y, r, squash = (
        0.5 - side * shot.number(0.02, 0.12),
        shot.number(0.5, 0.62),
        shot.number(0.36, 0.46),
        shot.number(0.62, 0.92),
    )
    canvas = shot.page.canvas
    shot.shadow(x + 0.02, y + r * squash * 0.12, r * 1.06, r * squash * 1.04, 0.6)
    canvas.save()
    canvas.translate(x, y)
    canvas.scale(1, squash)
    canvas.drawCircle(0, 0.02, r * 1.02, skia.Paint(Color=0xFF17171A, AntiAlias=True))
    disc = circle(0, 0, r)
    label = rng.choice((shot.palette.accent, shot.palette.figure, "#c9482f", "#e0b03c"))
    shot.wash(
        VINYL,
        {
            "radius": r,
            "tone": blend(light.dark, "#101012", 0.5),
            "shine": blend(light.key, light.lamp, 0.5),
            "turn": shot.number(-0.9, 0.2) if side > 0 else shot.number(0.9, 2.0),
        },
        within=disc,
        side=FINE_SIDE,
    )
    canvas.drawCircle(0, 0, r * 0.34, skia.Paint(Color=0xFF0C0C0E, AntiAlias=True))
    shot.graded(
        circle(0, 0, r * 0.33),
        (-r * 0.3, -r * 0.3),
        (r * 0.3, r * 0.3),
        [light.lit(label, 0.95), light.lit(label, 0.5)],
    )
    for k in (0.29, 0.2):
        canvas.drawCircle(
            0, 0, r * k, skia.Paint(Color=0x40000000, AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=0.002)
        )
    canvas.drawCircle(0, 0, r * 0.022, skia.Paint(Color=0xFFE8E6E0, AntiAlias=True))
    canvas.restore()
    shot.keep_off(oval(x, y, r * 0.36, r * 0.36 * squash))
    shot.stage()
    pivot = (x + side * (r + 0.09), y - r * squash * 0.82)
    head = (x + side * r * 0.5, y + r * squash * 0.42)
    arm = skia.Path()
    arm.moveTo(*pivot)
    arm.cubicTo(pivot[0] + side * 0.02, y, head[0] + side * 0.12, head[1] - 0.06, *head)
    shade = skia.Path(arm)
    shade.offset(0.012, 0.02)
    shot.page.canvas.drawPath(
        shade,
        skia.Paint(
            Color=0x66000000,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=0.014,
            AntiAlias=True,
            MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.008),
        ),
    )
    shot.page.line(arm, light.lit("#8b8e92", 0.4), 0.013)
    shot.page.line(arm, light.lit("#e8e8ea", 0.95), 0.004, 0.9)
    shot.page.fill(circle(*pivot, 0.042), light.lit("#55585c", 0.35))
    shot.page.fill(circle(*pivot, 0.028), light.lit("#a5a8ac", 0.8))
    cartridge = polygon(
        [
            (head[0] - 0.022, head[1] - 0.012),
            (head[0] + 0.02, head[1] - 0.02),
            (head[0] + 0.014, head[1] + 0.03),
            (head[0] - 0.024, head[1] + 0.036),
        ]
    )
    shot.page.fill(cartridge, light.lit("#3a3c40", 0.6))
    shot.glow(0.5 + side * 0.4, 0.1, 0.8, blend(light.key, light.lamp, 0.5), 0.25)
    shot.vignette = 0.5
    shot.calm(0.08, 0.05, 0.84, max(0.1, y - r * squash - 0.1))
    shot.calm(0.08, min(0.86, y + r * squash + 0.05), 0.84, 0.12, "left", "bottom")


VINYL = """
uniform float radius; uniform float3 tone; uniform float3 shine; uniform float turn;
half4 main(float2 u) {
  float r = length(u) / radius; float a = atan(u.y, u.x) + turn;
  float groove = .5 + .5 * sin(r * 240.) * .5 + (soft(float2(r * 3.1, .3)) - .5) * .9;
  float gap = smoothstep(.004, .0, abs(fract(r * 5.2 + .3) - .5) - .49);
  float s = pow(abs(cos(a)), 26.) * .9 + pow(abs(cos(a * 1. + 1.25)), 60.) * .35;
  float3 c = tone * (.75 + .45 * groove) + shine * s * (.30 + .35 * groove) * smoothstep(.3, .55, r);
  return opaque(c * (1. - gap * .4));
}"""
