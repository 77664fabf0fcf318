"""Scenes that are mostly sky: clouds, northern lights, stars, a planet."""

from __future__ import annotations

import skia

from covers.engine.poster.color import blend, oklch
from covers.engine.poster.geometry import polygon
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot


@scene("tall_clouds", hours="afternoon dusk morning noon dawn evening", weathers="clear cloudy wind")
def tall_clouds(shot: Shot) -> None:
    """Clouds like mountains, lit from one side."""
    shot.camera = Camera(0.9 + shot.number(-0.04, 0.06), 2)
    light, rng = shot.light, shot.rng
    shot.sky(0.05, has_sun=rng.random() < 0.3)
    bright = blend(light.horizon, "#ffffff", 0.55 if not light.is_dark else 0.12)
    warm = blend(light.key, bright, 0.35)
    shade = blend(blend(light.middle, light.zenith, 0.4), light.haze, 0.25)
    for layer, (base, tall) in enumerate(((0.62, 0.3), (0.78, 0.42), (0.98, 0.36))):
        heads = [
            (shot.number(-0.15, 1.15), base - tall * shot.number(0.2, 1.0), shot.number(0.1, 0.2)) for _ in range(6)
        ]
        air = 0.42 - 0.2 * layer
        shot.wash(
            CUMULUS,
            {
                "bright": light.far(blend(bright, warm, 0.3), air),
                "shade": light.far(shade, air),
                "warm": light.far(warm, air * 0.5),
                "base": base + 0.05,
                "sun": (light.side * 1.4, -0.7),
                "shift": (rng.random(), rng.random()),
            },
            {"D": density(shot, heads, base)},
            side=560,
        )
    shot.stage()
    if rng.random() < 0.75:
        nature.hills(shot, 1.0, 0.06, blend(light.dark, light.foliage, 0.35), 0.25, pitch=0.2)
    cast(
        shot,
        [
            CastSpot(shot.number(0.25, 0.75), 0.965, 0.045, "people ground"),
            CastSpot(shot.number(0.25, 0.75), 0.24, 0.014, "air sky"),
        ],
    )
    shot.calm(0.08, 0.06, 0.84, 0.24)


def density(shot: Shot, heads: list[tuple[float, float, float]], base: float) -> skia.Shader:
    """Where a bank of cloud is thick, as grey: heaps of soft balls, piled on what hangs below them."""
    side = 256
    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.clear(0xFF000000)
    canvas.scale(side / 1.4, side / 1.4)
    canvas.translate(0.2, 0.2)
    for x, y, r in heads:
        puffs = [(x, y, r)]
        for _ in range(12):
            px, py, pr = shot.rng.choice(puffs[:6])
            puffs.append((px + shot.number(-1, 1) * pr, py + shot.number(-0.4, 0.9) * pr, pr * shot.number(0.45, 0.8)))
        drop = y
        while drop < base:
            puffs.append((x + shot.number(-1.2, 1.2) * r, drop, r * shot.number(0.8, 1.2)))
            drop += r * 0.55
        for px, py, pr in puffs:
            shader = skia.GradientShader.MakeRadial(
                skia.Point(px, py), pr * 1.25, [0xC0FFFFFF, 0x80FFFFFF, 0x00FFFFFF], [0.0, 0.6, 1.0]
            )
            canvas.drawCircle(px, py, pr * 1.25, skia.Paint(Shader=shader))
    matrix = skia.Matrix().setScale(1.4 / side, 1.4 / side)
    matrix.postTranslate(-0.2, -0.2)
    clamp = skia.TileMode.kClamp
    return surface.makeImageSnapshot().makeShader(
        clamp, clamp, skia.SamplingOptions(skia.CubicResampler.Mitchell()), matrix
    )


CUMULUS = """
uniform shader D; uniform float3 bright; uniform float3 shade; uniform float3 warm; uniform float base; uniform float2 sun;
  uniform float2 shift;
float thick(float2 u) {
  float2 w = (float2(swell(u * 1.7 + shift), swell(u * 1.7 + shift + .5)) - .5) * .07 + (float2(soft(u * 3.1 + shift), soft(u * 3.1
    + shift + .5)) - .5) * .045;
  return float(D.eval(u + w).r) + (soft(u * 1.9 + shift) - .5) * .34 + (ridged(u * 2.6 + shift) - .5) * .12;
}
half4 main(float2 u) {
  float d = thick(u);
  float2 s = normalize(sun);
  float near = thick(u + s * .022); float far = thick(u + s * .07);
  float lit = clamp(.55 + (d - near) * 1.5 + (d - far) * .9, 0., 1.);
  float high = clamp(1. - (u.y - base + .42) * 1.5, 0., 1.);
  float3 c = mix(shade, bright, lit * (.35 + .65 * high));
  c = mix(c, warm, clamp((d - near) * 2.2, 0., .6) * high);
  float a = smoothstep(.30, .44, d) * (1. - smoothstep(base - .10, base + .06, u.y + (soft(u * 1.2 + shift) - .5) * .08));
  return light(c, a);
}"""


@scene("aurora_lake", hours="night small_hours evening", weathers="clear", seasons="winter")
def aurora_lake(shot: Shot) -> None:
    """Northern lights over a lake."""
    shot.camera = Camera(0.62 + shot.number(-0.06, 0.06), 2)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky(0.04, stars=True, has_sun=False)
    hue = rng.choice((150, 160, 175, 145))
    for turn, power in ((0, 1.0), (1, 0.7)):
        shot.wash(
            CURTAIN,
            {
                "low": oklch(0.86, 0.19, hue + 12 * turn),
                "high": oklch(0.6, 0.19, rng.choice((300, 330, 260))),
                "shift": (rng.random(), rng.random()),
                "base": horizon - shot.number(0.08, 0.24),
                "power": power,
                "tall": shot.number(0.34, 0.5),
            },
            side=900,
            blend=skia.BlendMode.kScreen,
        )
    shot.glow(0.5, horizon, 0.6, oklch(0.6, 0.13, hue), 0.35)
    nature.hills(shot, horizon + 0.004, 0.16, light.dark, 0.25, rough=0.9, pitch=0.09)
    nature.hills(shot, horizon + 0.004, 0.05, light.dark, 0.05, rough=0.7, pitch=0.06)
    x = -0.3
    while x < 1.3:
        nature.triangle_fir(shot, x, horizon + 0.008, shot.number(0.03, 0.11), 0.0)
        x += shot.number(0.012, 0.06) if rng.random() < 0.8 else 0.2
    shot.stage()
    shot.mirror(horizon + 0.006, ripple=0.22, depth=0.2, deep=light.dark)
    cast(
        shot,
        [
            CastSpot(0.5 + shot.number(-0.2, 0.2), horizon + 0.16, 0.045, "water"),
            CastSpot(0.3, 0.98, 0.1, "people ground"),
        ],
    )
    shot.calm(0.08, 0.78, 0.84, 0.16, "left", "bottom")
    shot.calm(0.08, 0.06, 0.84, 0.16)


CURTAIN = """
uniform float3 low; uniform float3 high; uniform float2 shift; uniform float base; uniform float power; uniform float tall;
half4 main(float2 u) {
  float b = base + (swell(float2(u.x * .45 + shift.x, shift.y)) - .5) * .34;
  float h = (b - u.y) / tall;
  float ray = .35 + .9 * pow(soft(float2(u.x * 1.6 + (swell(float2(u.x * .5, .2) + shift) - .5) * .5, .13 + shift.y)), 1.6) + .5
    * (soft(float2(u.x * 4.5, shift.x)) - .5);
  float m = smoothstep(-.05, .06, h) * exp(-max(h, 0.) * 2.6) * ray;
  float3 c = mix(low, high, smoothstep(.12, .75, h));
  return light(c, clamp(m, 0., 1.) * power * .95);
}"""


@scene("tent_stars", hours="night small_hours", weathers="clear")
def tent_stars(shot: Shot) -> None:
    """A lit tent under the Milky Way."""
    shot.camera = Camera(0.8 + shot.number(-0.04, 0.03), 1.6)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky(0.02, stars=True, has_sun=False)
    shot.wash(
        GALAXY,
        {
            "turn": rng.choice((-1, 1)) * shot.number(0.5, 1.1),
            "at": (0.5 + shot.number(-0.15, 0.15), 0.3),
            "shift": (rng.random(), rng.random()),
            "cool": oklch(0.72, 0.07, rng.choice((260, 285, 230))),
            "warm": oklch(0.82, 0.07, rng.choice((40, 60, 350))),
        },
        side=1100,
        blend=skia.BlendMode.kScreen,
    )
    shot.stars(1.6)
    nature.hills(shot, horizon + 0.02, 0.15, light.dark, 0.3, rough=0.9, pitch=0.1)
    ground = nature.mound(
        [
            (BLEED_MIN, horizon + 0.05),
            (0.1, horizon + 0.02),
            (0.5, horizon + 0.03),
            (0.9, horizon + 0.015),
            (BLEED_MAX, horizon + 0.06),
        ],
        BLEED_MAX,
    )
    shot.flat(ground, blend(light.dark, light.fill, 0.12))
    shot.stage()
    x, foot, size = rng.choice((0.34, 0.62, 0.68)), horizon + 0.085, shot.number(0.14, 0.19)
    _tent(shot, x, foot, size)
    away = -1 if x > 0.5 else 1
    cast(
        shot,
        [
            CastSpot(
                x + away * size * 1.25, foot + 0.02, size * 0.52, "people ground", facing=-away, poses=("sitting",)
            ),
            CastSpot(x + away * size * 2.1, foot + 0.02, size * 0.5, "ground"),
        ],
    )
    nature.grass(shot, horizon + 0.1, 0.05, blend(light.dark, light.foliage, 0.3), count=500)
    shot.calm(0.08, 0.06, 0.84, 0.3)


def _tent(shot: Shot, x: float, foot: float, size: float) -> None:
    """Lit from inside: its two sides, the open door, seams and ropes."""
    dark = shot.light.dark
    glow = shot.rng.choice(("#ffb45a", "#ffc878", "#ff9e5a"))
    shot.pool(x, foot, size * 1.5, size * 0.28, glow, 0.55)
    shot.glow(x, foot - size * 0.4, size * 1.6, glow, 0.4)
    left, right = (x - size * 0.72, foot), (x + size * 0.72, foot - 0.005)
    top, near = (x - size * 0.04, foot - size * 0.82), (x - size * 0.12, foot + size * 0.05)
    bright = [blend(glow, "#7a3410", 0.35), blend(glow, "#ffffff", 0.2), glow]
    shot.graded(polygon([left, top, near]), top, near, bright)
    shaded = [blend(glow, "#7a3410", 0.55), glow, blend(glow, "#5a2408", 0.4)]
    shot.graded(polygon([near, top, right]), top, (x + size * 0.3, foot), shaded)
    door = skia.Path()
    door.moveTo(near[0] + size * 0.02, near[1] - 0.004)
    door.quadTo(top[0] - size * 0.02, foot - size * 0.35, top[0] + size * 0.01, top[1] + size * 0.16)
    door.quadTo(top[0] + size * 0.16, foot - size * 0.3, near[0] + size * 0.3, near[1] - size * 0.025)
    shot.page.fill(door, "#fff1cf", 0.85)
    for point in (left, right, near):
        shot.page.line(polygon([top, point]), blend(dark, glow, 0.25), 0.0018)
    for point, peg in ((left, (left[0] - 0.03, foot + 0.012)), (right, (right[0] + 0.03, foot + 0.008))):
        shot.page.line(polygon([point, peg]), blend(dark, glow, 0.3), 0.0012)
    shot.keep_off(polygon([left, top, right, near]))


GALAXY = """
uniform float turn; uniform float2 at; uniform float2 shift; uniform float3 cool; uniform float3 warm;
half4 main(float2 u) {
  float2 q = u - at; float c = cos(turn); float s = sin(turn);
  float along = q.x * c + q.y * s; float over = q.y * c - q.x * s;
  float2 p = swirl(float2(along * .6, over * 1.1) + shift, .1);
  float d = soft(p) * .6 + soft(p * 2.4) * .4;
  float band = exp(-pow(over / (.13 + .05 * swell(p)), 2.)) * exp(-pow(along / .9, 2.));
  float rift = smoothstep(.44, .62, ridged(p * 1.3 + .4) * .5 + soft(p * 1.7 + .2) * .5) * exp(-pow(over / .06, 2.));
  float a = band * (.25 + d * .85) * (1. - rift * .75);
  float star = smoothstep(.80, .93, fine(u * 2.1 + shift)) * band * 1.2 + smoothstep(.86, .95, fine(u * 1.3)) * .35;
  float3 col = mix(cool, warm, clamp(band * 1.4 * d + .1, 0., 1.));
  return light(col + star * .5, clamp(a * .85 + star, 0., 1.));
}"""


@scene("planet_rim", hours="", weathers="")
def planet_rim(shot: Shot) -> None:
    """The edge of a world from above, and the thin line of its air."""
    rng = shot.rng
    shot.set_light("night", "", "clear")
    shot.go_inside()
    shot.page.ground("#03040a")
    shot.camera = Camera(1.2, 10)
    shot.stars(2.2, bottom=1.6)
    hue = rng.choice((225, 250, 200, 30, 300, 160))
    below = rng.random() < 0.75
    r = shot.number(0.62, 1.25)
    x = 0.5 + shot.number(-0.35, 0.35)
    y = (0.62 + r) if below else (0.34 - r)
    shot.wash(
        PLANET,
        {
            "at": (x, y),
            "radius": r,
            "sun": (shot.number(-0.8, 0.8), -0.9 if below else 0.9),
            "air": oklch(0.75, 0.15, hue),
            "land": oklch(0.5, 0.08, hue + rng.choice((-140, 120, 30))),
            "sea": oklch(0.33, 0.1, hue),
            "cloud": "#f4f2ee",
            "shift": (rng.random(), rng.random()),
        },
        side=1300,
    )
    sun_x = x + shot.number(-0.2, 0.2)
    edge = y - r if below else y + r
    if rng.random() < 0.6:
        shot.glow(sun_x, edge, 0.5, oklch(0.85, 0.1, hue), 0.5)
        shot.lamp(sun_x, edge, 0.012, "#fff6e4", 20)
    shot.stage()
    cast(
        shot,
        [
            CastSpot(0.5 + shot.number(-0.2, 0.2), 0.34 if below else 0.7, 0.09, "people floats space", facing=1),
            CastSpot(0.5 + shot.number(-0.25, 0.25), 0.3 if below else 0.74, 0.03, "space sky"),
        ],
    )
    shot.calm(0.08, 0.06 if below else 0.72, 0.84, 0.22, "left", "top" if below else "bottom")
    shot.calm(0.08, 0.8 if below else 0.06, 0.84, 0.14)


PLANET = """
uniform float2 at; uniform float radius; uniform float2 sun; uniform float3 air; uniform float3 land; uniform float3 sea;
  uniform float3 cloud;
uniform float2 shift;
half4 main(float2 u) {
  float2 q = (u - at) / radius; float d = length(q);
  float2 s = normalize(sun);
  float lit0 = dot(normalize(q), s);
  if (d > 1.) {
    float h = (d - 1.) * radius;
    float a = (exp(-h * 46.) * .95 + exp(-h * 13.) * .28) * smoothstep(-.55, .75, lit0);
    return light(air + exp(-h * 90.) * .35, a);
  }
  float z = sqrt(1. - d * d);
  float3 n = float3(q, z);
  float day = smoothstep(-.12, .55, dot(n, normalize(float3(s, .25))));
  float2 p = q / (1. + z) * .8 + shift;
  float2 w = swirl(p, .16);
  float e = soft(w * .9);
  float3 c = mix(sea, land * (.7 + .6 * soft(p * 3.)), smoothstep(.51, .56, e));
  float k = smoothstep(.50, .72, soft(swirl(p * 1.5 + .4, .3)) * .6 + soft(p * 5.) * .4);
  c = mix(c, cloud, k * .85);
  float night = (1. - day);
  float city = smoothstep(.70, .84, fine(p * 1.6)) * step(.53, e) * night;
  c = c * (.015 + day) + float3(1., .75, .4) * city * .55;
  float rim = pow(1. - z, 2.2);
  c = mix(c, air, rim * (.12 + .75 * smoothstep(-.4, .6, lit0)));
  return opaque(c);
}"""
