"""Scenes with an audience: festival, disco, theatre."""

from __future__ import annotations

import math
from contextlib import nullcontext

import skia

from covers.engine.poster.color import at_lightness, blend, lch_of, oklch
from covers.engine.poster.geometry import circle, oval, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import rooms
from covers.engine.poster.scenes.camera import Camera, Way
from covers.engine.poster.scenes.cast import CastSpot, cast, standing
from covers.engine.poster.scenes.depth import before_the_lens
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot

BEAMS = """
uniform float2 at; uniform float2 toward; uniform float3 color; uniform float power; uniform float2 shift; uniform float narrow;
half4 main(float2 u) {
  float2 d = normalize(toward); float2 q = u - at;
  float s = dot(q, d); float t = q.x * d.y - q.y * d.x;
  float w = .006 + max(s, 0.) * narrow;
  float m = exp(-pow(t / w, 2.)) * smoothstep(0., .02, s) * exp(-s * 1.25);
  float2 p = swirl(u * float2(.8, .9) + shift, .2);
  float smoke = .35 + 1.1 * swell(p) * (.6 + .8 * soft(p * 1.6));
  return light(color, m * power * smoke);
}"""


SCREEN = """
uniform float3 a; uniform float3 b; uniform float2 shift;
half4 main(float2 u) { return opaque(mix(a, b, smoothstep(.35, .68, swell(swirl(u * float2(1.1, 1.7) + shift, .4))))); }"""


def beam(
    shot: Shot, x: float, y: float, dx: float, dy: float, color: str, power: float = 0.8, narrow: float = 0.06
) -> None:
    """A spotlight's cone in smoke."""
    shot.wash(BEAMS, {
        "at": (x, y), "toward": (dx, dy), "color": color, "power": power, "shift": (shot.rng.random(), shot.rng.random()), "narrow": narrow,
    }, side=380, blend=skia.BlendMode.kScreen)  # fmt: skip


def stage_colors(shot: Shot) -> list[str]:
    """Two or three gels, from the palette where it has colour."""
    hues = [
        lch_of(color)[2]
        for color in (shot.palette.accent, shot.palette.figure, shot.palette.second)
        if lch_of(color)[1] > 0.06
    ]
    start = hues[0] if hues else shot.number(0, 360)
    second = hues[1] if len(hues) > 1 else start + shot.rng.choice((60, 140, 180))
    return [oklch(0.74, 0.19, start), oklch(0.72, 0.17, second), oklch(0.93, 0.06, start)]


@scene("festival", hours="night evening dusk", weathers="clear cloudy rain wind")
def festival(shot: Shot) -> None:
    """A stage from the middle of the crowd."""
    shot.camera = Camera(0.6, 1.7)
    light, rng = shot.light, shot.rng
    gels = stage_colors(shot)
    shot.sky(0.3, has_sun=False)
    top, floor, half, x = 0.22 + shot.number(-0.03, 0.03), 0.6, shot.number(0.3, 0.36), 0.5 + shot.number(-0.06, 0.06)
    back = rect(x - half, top, half * 2, floor - top)
    shot.graded(back, (0, top), (0, floor), [blend(light.dark, gels[0], 0.1), blend(light.dark, gels[0], 0.45)])
    screen = rect(x - half * 0.5, top + 0.06, half, 0.2)
    shot.wash(
        SCREEN,
        {
            "a": blend(gels[0], light.dark, 0.35),
            "b": blend(gels[1], "#ffffff", 0.2),
            "shift": (rng.random(), rng.random()),
        },
        within=screen,
    )
    shot.page.blurred(screen, gels[0], 0.03, 0.35, skia.BlendMode.kScreen)
    _truss(shot, x, half, top, floor)
    count = 9
    for k in range(count):
        left = x - half + half * 2 * (k + 0.5) / count
        beam(shot, left, top + 0.03, (left - x) * 0.9 + shot.number(-0.35, 0.35), 0.8, gels[k % 2], 0.4, 0.032)
        shot.lamp(left, top + 0.03, 0.005, gels[k % 2], 12)
    for side in (-1, 1):
        for k in range(2):
            turn = side * (0.25 - 0.5 * k) + shot.number(-0.1, 0.1)
            beam(shot, x + side * half, floor, turn, -1.0, gels[2], 0.34, 0.03)
    shot.glow(x, floor - 0.06, 0.4, gels[0], 0.28)
    cast(shot, [CastSpot(x, floor + 0.004, 0.075, "people stage")], people="band")
    shot.stage()
    shot.fog(floor - 0.16, floor + 0.16, 0.5, blend(gels[0], light.haze, 0.4))
    for row, (y, size, share) in enumerate(
        ((0.67, 0.022, 0.45), (0.73, 0.034, 0.28), (0.82, 0.056, 0.12), (0.96, 0.098, 0.0))
    ):
        with before_the_lens(shot) if row > 1 else nullcontext():
            crowd(shot, y, size, blend(light.dark, gels[0], share), blend(gels[row % 2], "#ffffff", 0.2))
    if light.is_dark:
        for _ in range(26):
            shot.lamp(shot.number(-0.1, 1.1), shot.number(0.64, 0.82), 0.0016, "#ffffff", 8)
    shot.calm(0.08, 0.04, 0.84, top - 0.06)
    shot.calm(0.08, 0.84, 0.84, 0.12, "left", "bottom")


def _truss(shot: Shot, x: float, half: float, top: float, floor: float) -> None:
    """What carries the lamps, the loudspeakers at both sides, and the stage's edge."""
    truss = skia.Path()
    for y in (top, top + 0.028):
        truss.addRect(skia.Rect.MakeXYWH(x - half - 0.03, y, half * 2 + 0.06, 0.004))
    for k in range(40):
        left = x - half - 0.03 + k * (half * 2 + 0.06) / 40
        truss.addPath(
            polygon([(left, top), (left + 0.002, top), (left + 0.012, top + 0.03), (left + 0.01, top + 0.03)])
        )
    for side in (-1, 1):
        truss.addRect(skia.Rect.MakeXYWH(x + side * (half + 0.015) - 0.012, top, 0.024, floor - top))
        truss.addRect(skia.Rect.MakeXYWH(x + side * (half + 0.075) - 0.035, top + 0.1, 0.07, 0.2))
    shot.page.fill(truss, shot.light.dark)
    shot.page.fill(rect(x - half - 0.05, floor, half * 2 + 0.1, 0.06), shot.light.dark)


def crowd(shot: Shot, base: float, size: float, color: str, rim: str) -> None:
    """A row of heads, shoulders and some raised arms, from behind. size: of a head, in pages."""
    rng, bodies, arms, edge = shot.rng, skia.Path(), skia.Path(), skia.Path()
    x = -0.3 + rng.uniform(0, size)
    while x < 1.3:
        lift, r = rng.uniform(-0.35, 0.35) * size, size * rng.uniform(0.42, 0.52)
        top = base + lift
        bodies.addOval(skia.Rect.MakeLTRB(x - r * 0.84, top - r, x + r * 0.84, top + r * 1.08))
        if rng.random() < 0.35:  # hair to the shoulders
            bodies.addRoundRect(
                skia.Rect.MakeLTRB(x - r * 0.9, top - r * 0.3, x + r * 0.9, top + r * 1.5), r * 0.5, r * 0.5
            )
        shoulders = skia.Path()
        wide = size * rng.uniform(0.95, 1.15)
        shoulders.moveTo(x - wide, top + size * 2.2)
        shoulders.cubicTo(x - wide, top + r * 1.5, x - r * 0.7, top + r * 1.5, x - r * 0.34, top + r * 0.9)
        shoulders.lineTo(x + r * 0.34, top + r * 0.9)
        shoulders.cubicTo(x + r * 0.7, top + r * 1.5, x + wide, top + r * 1.5, x + wide, top + size * 2.2)
        shoulders.close()
        bodies.addPath(shoulders)
        edge.moveTo(x - r * 0.7, top - r * 0.62)
        edge.quadTo(x, top - r * 1.28, x + r * 0.7, top - r * 0.62)
        if rng.random() < 0.28:
            side, reach = rng.choice((-1, 1)), size * rng.uniform(1.5, 2.5)
            ex, ey = x + side * size * rng.uniform(0.4, 0.9), top - reach * 0.35
            hx, hy = ex - side * size * rng.uniform(-0.2, 0.35), top - reach
            arms.moveTo(x + side * wide * 0.8, top + r * 1.8)
            arms.lineTo(ex, ey)
            arms.lineTo(hx, hy)
            bodies.addOval(skia.Rect.MakeLTRB(hx - size * 0.15, hy - size * 0.22, hx + size * 0.15, hy + size * 0.1))
        x += size * rng.uniform(1.3, 1.9)
    bodies.setFillType(skia.PathFillType.kWinding)
    shot.page.line(arms, color, size * 0.24)
    shot.page.fill(bodies, color)
    shot.page.fill(shot.band(base + size * 1.7, BLEED_MAX), color)
    shot.page.line(edge, rim, size * 0.05, 0.5)


def _lit_tiles(shot: Shot, gels: list[str], dark: str) -> None:
    """The floor, most of it in one of two colours."""
    way, rng = Way(shot.camera, 0.5), shot.rng
    tiles = 9
    for row in range(10):
        near, far = 1.7 * 1.32**row, 1.7 * 1.32 ** (row + 1)
        for k in range(-tiles - row, tiles + row):
            left, right = k * 0.9, (k + 1) * 0.9
            tile = way.strip(left, right, near, far)
            tone = blend(dark, rng.choice(gels[:2]), shot.number(0.05, 0.75) if rng.random() < 0.6 else 0.06)
            shot.page.fill(tile, blend(tone, dark, min(0.75, far / 30)))
            shot.page.line(tile, blend(dark, "#000000", 0.3), 0.0016, 0.8)


def _mirror_ball(shot: Shot, x: float, y: float, r: float, gels: list[str]) -> skia.Path:
    """Returns its outline."""
    light, rng = shot.light, shot.rng
    ball = circle(x, y, r)
    shot.glow(x, y, r * 2.6, gels[2], 0.5)
    shot.graded(
        ball,
        (x - r, y - r),
        (x + r, y + r),
        [blend(gels[2], "#ffffff", 0.4), blend(gels[0], light.dark, 0.45), light.dark],
    )
    with shot.page.clipped(ball):
        rows = 17
        for row in range(rows):
            angle = math.pi * (row + 0.5) / rows
            ring, py, tall = (
                math.sin(angle) * r,
                y - math.cos(angle) * r,
                math.pi * r / rows * math.sin(angle) * 0.9 + 0.001,
            )
            around = max(5, round(34 * math.sin(angle)))
            turn = rng.random()
            for k in range(around):
                a0, a1 = (
                    -math.pi / 2 + math.pi * (k + turn) / around,
                    -math.pi / 2 + math.pi * (k + turn + 0.84) / around,
                )
                left, right = x + math.sin(a0) * ring, x + math.sin(a1) * ring
                shine = rng.random()
                tone = (
                    blend(light.dark, rng.choice((gels[0], gels[1], gels[2])), 0.25 + 0.7 * shine)
                    if shine < 0.82
                    else "#ffffff"
                )
                shot.page.fill(rect(left, py - tall * 0.42, max(0.0006, right - left), tall * 0.84), tone, 0.85)
        shade = skia.GradientShader.MakeRadial(
            skia.Point(x - r * 0.35, y - r * 0.4), r * 1.5, [0x00000000, 0x00000000, 0xB0000000], [0, 0.45, 1]
        )
        shot.page.canvas.drawPath(ball, skia.Paint(Shader=shade, AntiAlias=True))
    for _ in range(5):
        shot.lamp(x + shot.number(-0.8, 0.8) * r, y + shot.number(-0.8, 0.6) * r, 0.0022, "#ffffff", 16)
    return ball


@scene("disco_floor", hours="night small_hours evening", weathers="")
def disco_floor(shot: Shot) -> None:
    """A mirror ball over an empty floor, or over two who stayed."""
    shot.camera = Camera(0.58 + shot.number(-0.03, 0.03), 1.6, 1.0)
    camera, light, rng = shot.camera, shot.light, shot.rng
    shot.go_inside()
    gels = stage_colors(shot)
    dark = blend(light.dark, gels[1], 0.1)
    shot.wash(
        rooms.WALL,
        {
            "bright": blend(dark, gels[0], 0.28),
            "shade": dark,
            "source": (0.5, 0.5),
            "reach": 0.7,
            "shift": (rng.random(), rng.random()),
        },
    )
    x, y, r = 0.5 + shot.number(-0.12, 0.12), shot.number(0.22, 0.3), shot.number(0.1, 0.15)
    dots = skia.Path()
    for _ in range(150):
        px, py = shot.number(-0.2, 1.2), shot.number(-0.05, camera.horizon)
        size = 0.0035 + 0.006 * abs(px - x)
        dots.addPath(oval(px, py, size * (0.8 + abs(px - x) * 1.5), size * 0.8))
    shot.page.blurred(dots, blend(gels[0], "#ffffff", 0.5), 0.0022, 0.5, skia.BlendMode.kScreen)
    _lit_tiles(shot, gels, dark)
    for dx, gel in ((-0.7, gels[0]), (-0.25, gels[1]), (0.3, gels[0]), (0.75, gels[1])):
        beam(shot, x + dx * r * 0.6, y + r * 0.6, dx, 0.8, gel, 0.3, 0.06)
        beam(shot, x + dx * 0.9, -0.08, -dx * 0.9, 0.4, gels[2], 0.18, 0.03)
    shot.page.line(polyline([(x, -1), (x, y - r)]), light.dark, 0.004)
    ball = _mirror_ball(shot, x, y, r, gels)
    shot.keep_off(ball)
    shot.stage()
    shot.mirror(camera.horizon + 0.002, ripple=0.08, depth=0.3, deep=dark, alpha=0.45)
    distance = shot.number(5.5, 8)
    cast(
        shot,
        [
            CastSpot(
                0.5 + shot.number(-0.1, 0.1), camera.foot(distance), camera.size(1, distance), "people ground", 0.05
            ),
            standing(camera, 1.6, 4, "ground"),
        ],
        people="dancer",
    )
    shot.calm(0.08, 0.05, 0.84, 0.1)
    shot.calm(0.08, y + r + 0.06, 0.84, 0.16, "center")
    shot.calm(0.08, 0.8, 0.84, 0.16, "left", "bottom")


@scene("theatre_curtain", hours="night evening", weathers="")
def theatre_curtain(shot: Shot) -> None:
    """A closed curtain and one spotlight."""
    rng = shot.rng
    shot.go_inside()
    color = (
        rng.choice(("#8f1f26", "#7a1d3a", "#1f4a4a", "#2c2f6a", "#6a3a1a", "#5a1f5a"))
        if shot.palette.name != "own"
        else shot.palette.figure
    )
    edge = 0.8 + shot.number(-0.02, 0.03)
    spot_x = 0.5 + shot.number(-0.18, 0.18)
    shot.wash(VELVET, {
        "color": color, "low": at_lightness(color, 0.1, 0.8), "spot": (spot_x, shot.number(0.5, 0.58)), "radius": shot.number(0.24, 0.31),
        "shift": (rng.random(), rng.random()), "warm": "#fff0d0", "hem": edge,
    }, side=1300, within=shot.band(BLEED_MIN, edge))  # fmt: skip
    rooms.floor(shot, edge, "#6a4630")
    shot.page.fill(shot.band(edge - 0.03, edge), at_lightness(color, 0.12, 0.8))
    shot.page.line(polyline([(BLEED_MIN, edge - 0.03), (BLEED_MAX, edge - 0.03)]), "#c9a24a", 0.005, 0.7)
    shot.page.blurred(shot.band(edge, edge + 0.02), "#000000", 0.014, 0.6)
    shot.graded(shot.band(edge, BLEED_MAX), (0, edge), (0, 1.02), ["#000000", "#120a08", "#000000"], 0.55)
    shot.pool(spot_x, edge + 0.06, 0.26, 0.06, "#ffedc4", 0.75)
    shot.stage()
    cast(
        shot,
        [
            CastSpot(spot_x, edge + 0.065, 0.24, "people stage ground"),
            CastSpot(spot_x + 0.14, edge + 0.07, 0.24, "ground stage"),
        ],
        things=("microphone",),
    )
    shot.vignette = 0.55
    shot.calm(0.08, 0.05, 0.84, 0.2)
    shot.calm(0.08, edge + 0.1, 0.84, 0.1, "center", "middle")


VELVET = """
uniform float3 color; uniform float3 low; uniform float2 spot; uniform float radius; uniform float2 shift; uniform float3 warm;
  uniform float hem;
half4 main(float2 u) {
  float x = u.x + (swell(float2(u.x * .35, u.y * .18) + shift) - .5) * .05;
  float f = sin(x * 58. + (swell(float2(u.x * .4 + shift.x, .3)) - .5) * 9.) * .5 + .5;
  float g = sin(x * 131. + 1.3 + (swell(float2(u.x * .7 + shift.y, .6)) - .5) * 14.) * .5 + .5;
  float fold = f * .72 + g * .28;
  float sheen = pow(fold, 3.2);
  float d = length((u - spot) * float2(1., .92));
  float s = smoothstep(radius, radius * .84, d);
  float spill = exp(-d * 3.2);
  float k = .10 + .16 * spill + .95 * s;
  float3 c = mix(low, color * 1.15, fold * (.35 + .65 * k)) * (.35 + k * .75);
  c += (color * .7 + warm * .3) * sheen * (.06 + .42 * s);
  c *= .72 + .28 * smoothstep(0., .25, hem - u.y);
  return opaque(c);
}"""
