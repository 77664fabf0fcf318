"""Walls, windows, light that falls through them, tables: for every scene indoors."""

from __future__ import annotations

import skia

from covers.engine.poster.color import at_lightness, blend
from covers.engine.poster.geometry import Point, of_rect, oval, polygon, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes.light import Light
from covers.engine.poster.scenes.shot import Shot

PLASTER = (
    "#d9c9ae", "#cfd0c4", "#b7c0c4", "#d8bfae", "#c9b7c4",
    "#cf8663", "#c9a052", "#8fa77f", "#6f9a97", "#6b8db0", "#a47a93", "#c77f7a", "#b8935f",
)  # fmt: skip
"""Pale walls, and walls that somebody has painted."""
TIMBER = ("#8a5a38", "#6e4630", "#a57a4e", "#5c4436", "#94694a")
WALL = """
uniform float3 bright; uniform float3 shade; uniform float2 source; uniform float reach; uniform float2 shift;
half4 main(float2 u) {
  float d = length((u - source) * float2(1., 1.1)) / reach;
  float t = exp(-d * d * 1.4) * .95 + (soft(u * .7 + shift) - .5) * .16 + (fine(u * 1.4) - .5) * .03;
  return opaque(mix(shade, bright, clamp(t, 0., 1.)));
}"""


def wall(
    shot: Shot, color: str, source: Point, reach: float = 0.8, bottom: float = BLEED_MAX, shade: float = 0.5
) -> None:
    """A plastered wall that a light at `source` brightens. shade: how dark it is away from it."""
    bright = shot.light.lit(color, 0.95)
    shot.wash(WALL, {
        "bright": bright, "shade": blend(shot.light.lit(color, 0.3), shot.light.dark, shade), "source": source, "reach": reach,
        "shift": (shot.rng.random(), shot.rng.random()),
    }, within=shot.band(BLEED_MIN, bottom))  # fmt: skip


BEAM = """
uniform float2 a; uniform float2 b; uniform float2 d; uniform float panes; uniform float rows; uniform float soften; uniform float3 color;
uniform float power; uniform float2 shift; uniform float leafy; uniform float gap;
float inside(float x, float s) { return smoothstep(-s, s, x) * smoothstep(-s, s, 1. - x); }
half4 main(float2 u) {
  float2 q = u - a;
  float det = b.x * d.y - b.y * d.x;
  float s = (q.x * d.y - q.y * d.x) / det;
  float t = (b.x * q.y - b.y * q.x) / det;
  float m = inside(s, soften) * inside(t, soften * .8);
  float fx = abs(fract(s * panes) - .5); float fy = abs(fract(t * rows) - .5);
  m *= (1. - smoothstep(.5 - gap * panes, .5 - gap * panes * .35, fx)) * (1. - smoothstep(.5 - gap * rows, .5 - gap * rows * .35, fy));
  float leaf = smoothstep(.46, .60, swell(u * 1.3 + shift) * .6 + swell(u * 2.9 + shift.yx) * .4);
  m *= 1. - leafy * leaf;
  return light(color, m * power);
}"""


def beam(
    shot: Shot, corner: Point, across: Point, down: Point, *, panes: int = 2, rows: int = 2, color: str | None = None,
    power: float = 0.8, leafy: float = 0.5, soften: float = 0.03, gap: float = 0.035,
) -> None:  # fmt: skip
    """The patch that a window throws on a wall or a floor: a parallelogram with its bars, and leaves in it.

    corner: its first corner; across, down: its sides. gap: half a bar's width, as a share of the patch.
    """
    shot.wash(BEAM, {
        "a": corner, "b": across, "d": down, "panes": float(panes), "rows": float(rows), "soften": soften,
        "color": color or shot.light.key, "power": power, "shift": (shot.rng.random(), shot.rng.random()), "leafy": leafy, "gap": gap,
    }, side=1100, blend=skia.BlendMode.kScreen)  # fmt: skip


VIEW = """
uniform float3 c0; uniform float3 c1; uniform float3 c2; uniform float4 box; uniform float2 shift; uniform float cover;
half4 main(float2 u) {
  float t = clamp((u.y - box.y) / box.w, 0., 1.);
  float3 c = t < .6 ? mix(c0, c1, t / .6) : mix(c1, c2, (t - .6) / .4);
  float d = soft(swirl(u * float2(.5, .9) + shift, .1)) * .7 + soft(u * 2.1 + shift) * .3;
  return opaque(mix(c, mix(c2, float3(1.), .35), smoothstep(1. - cover, 1.2 - cover, d + .1) * .6));
}"""


def outside(shot: Shot, opening: skia.Rect, light: Light | None = None) -> None:
    """What a window shows: the sky of the moment."""
    light = light or shot.light
    shot.wash(VIEW, {
        "c0": light.zenith, "c1": light.middle, "c2": light.horizon,
        "box": (opening.left(), opening.top(), opening.width(), opening.height()), "shift": (shot.rng.random(), shot.rng.random()),
        "cover": 0.75 if light.weather in ("rain", "storm", "snow", "cloudy") else 0.4,
    }, within=of_rect(opening))  # fmt: skip


def frame(shot: Shot, opening: skia.Rect, color: str, *, width: float = 0.014, panes: int = 2, rows: int = 2) -> None:
    """The wood around and across a window, darker than the light behind it."""
    path, half = skia.Path(), width / 2
    path.addRect(
        skia.Rect.MakeLTRB(
            opening.left() - width, opening.top() - width, opening.right() + width, opening.bottom() + width
        )
    )
    path.addRect(opening, skia.PathDirection.kCCW)
    for k in range(1, panes):
        x = opening.left() + opening.width() * k / panes
        path.addRect(skia.Rect.MakeLTRB(x - half, opening.top(), x + half, opening.bottom()))
    for k in range(1, rows):
        y = opening.top() + opening.height() * k / rows
        path.addRect(skia.Rect.MakeLTRB(opening.left(), y - half, opening.right(), y + half))
    path.setFillType(skia.PathFillType.kWinding)
    shot.page.fill(path, color)
    shot.page.line(
        polygon(
            [(opening.left() - width, opening.bottom() + width), (opening.right() + width, opening.bottom() + width)]
        ),
        blend(color, shot.light.key, 0.5),
        width * 0.3,
        0.8,
    )
    sill = rect(opening.left() - width * 2.4, opening.bottom() + width, opening.width() + width * 4.8, width * 1.6)
    shot.graded(
        sill,
        (0, opening.bottom() + width),
        (0, opening.bottom() + width * 2.6),
        [blend(color, shot.light.key, 0.45), color],
    )


TABLE_EDGE = 0.88
"""Where a table's front begins, page units."""
WOOD = """
uniform float3 bright; uniform float3 dark; uniform float top; uniform float2 source; uniform float2 shift;
half4 main(float2 u) {
  float y = u.y - top;
  float z = 1. / (y + .35);
  float g = soft(float2((u.x - .5) * z * .5, z * 3.1) + shift) * .6 + soft(float2((u.x - .5) * z * .9, z * 7.) + shift) * .4;
  float sheen = exp(-pow((u.x - source.x) / .30, 2.)) * exp(-y * 3.5);
  float3 c = mix(dark, bright, clamp(g * .75 + .12 - y * .5, 0., 1.));
  return opaque(c + bright * sheen * .5 * source.y);
}"""


def table(shot: Shot, top: float, color: str, source_x: float = 0.5, sheen: float = 1.0) -> None:
    """A wooden table from `top` down to its front edge at TABLE_EDGE, with its grain and the light on it; its far corners are seen, so
    that nobody takes it for a floor."""
    light = shot.light
    shot.page.blurred(shot.band(top + 0.012, BLEED_MAX), light.dark, 0.02, 0.5)
    board = polygon([(0.07, top), (0.93, top), (BLEED_MAX, TABLE_EDGE), (BLEED_MIN, TABLE_EDGE)])
    shot.wash(WOOD, {
        "bright": light.lit(color, 0.75), "dark": blend(light.lit(color, 0.2), light.dark, 0.25), "top": top, "source": (source_x, sheen),
        "shift": (shot.rng.random(), shot.rng.random()),
    }, within=board, side=1100)  # fmt: skip
    shot.page.fill(rect(0.07, top, 0.86, 0.004), blend(light.lit(color, 0.9), light.key, 0.4), 0.7)
    front = [light.lit(color, 0.4), blend(light.lit(color, 0.15), light.dark, 0.35)]
    shot.graded(shot.band(TABLE_EDGE, BLEED_MAX), (0, TABLE_EDGE), (0, 1.0), front)
    shot.page.fill(shot.band(TABLE_EDGE, TABLE_EDGE + 0.005), blend(light.lit(color, 0.9), light.key, 0.4), 0.8)


def pendant(shot: Shot, x: float, foot: float, table_top: float) -> None:
    """A lamp that hangs over a table and lights it. x, foot: of the lower edge of its shade, page units."""
    light, tint = shot.light, shot.rng.choice(("#c9503c", "#2f5a54", "#d6a23c", "#e6ddc8", "#34405c"))
    wide, tall = 0.085, 0.085
    shot.glow(x, foot + 0.02, 0.62, light.lamp, 0.5)
    shot.page.line(polygon([(x, BLEED_MIN), (x, foot - tall)]), light.dark, 0.004)
    shade = polygon([(x - 0.018, foot - tall), (x + 0.018, foot - tall), (x + wide, foot), (x - wide, foot)])
    shot.graded(
        shade, (0, foot - tall), (0, foot), [light.lit(tint, 0.6), blend(light.lit(tint, 0.9), light.lamp, 0.4)]
    )
    shot.page.fill(oval(x, foot, wide, 0.012), blend(light.lamp, "#ffffff", 0.6))
    shot.keep_off(shade)
    shot.lamps.append((x, foot, 0.6, light.lamp, 1.0))
    shot.pool(x, table_top + 0.09, 0.4, 0.09, light.lamp, 0.7)


def floor(shot: Shot, edge: float, color: str, *, planks: bool = True, center: float = 0.5) -> None:
    """Boards that run away from the lens."""
    light = shot.light
    shot.graded(
        shot.band(edge, BLEED_MAX),
        (0, edge),
        (0, 1.0),
        [
            blend(light.lit(color, 0.4), light.dark, 0.3),
            light.lit(color, 0.35),
            blend(light.lit(color, 0.15), light.dark, 0.45),
        ],
    )
    if planks:
        lines = skia.Path()
        for k in range(-14, 15):
            lines.moveTo(center + k * 0.06, edge)
            lines.lineTo(center + k * 0.06 * 5.2, 1.6)
        shot.page.line(lines, light.dark, 0.0022, 0.4)
    shot.page.fill(shot.band(edge - 0.028, edge), blend(light.lit("#8d8478", 0.35), light.dark, 0.25))
    shot.page.fill(shot.band(edge - 0.029, edge - 0.026), light.lit("#b3aa9b", 0.6), 0.6)


STEAM = """
uniform float2 foot; uniform float height; uniform float wide; uniform float2 shift; uniform float power; uniform float3 color;
half4 main(float2 u) {
  float s = (foot.y - u.y) / height;
  float sway = (swell(float2(shift.x, u.y * .35 + shift.y)) - .5) * 1.1 * s * s;
  float x = (u.x - foot.x) / wide + sway * 2.;
  float m = exp(-pow(x / (.22 + 1.7 * s), 2.)) * smoothstep(0., .12, s) * smoothstep(1., .25, s);
  float2 p = swirl(float2(u.x * .9, u.y * .45) + shift, .30);
  float d = crease(p) * .65 + swell(p * 1.7 + .2) * .35;
  return light(color, m * smoothstep(.30, .86, d) * power);
}"""


def steam(shot: Shot, x: float, foot: float, height: float = 0.35, width: float = 0.06, power: float = 0.8) -> None:
    shot.wash(STEAM, {
        "foot": (x, foot), "height": height, "wide": width, "shift": (shot.rng.random(), shot.rng.random()), "power": power,
        "color": blend(at_lightness(shot.light.key, 0.95, 0.5), "#ffffff", 0.3),
    }, side=900)  # fmt: skip
