"""Scenes where somebody sleeps or works."""

from __future__ import annotations

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import oval, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import rooms, town
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.rooms import PLASTER
from covers.engine.poster.scenes.shot import Shot


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
        _cover(shot)
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


def _cover(shot: Shot) -> None:
    """A coloured one, in the folds in which it was left."""
    light, rng = shot.light, shot.rng
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


@scene("desk_lamp", hours="night small_hours evening", weathers="clear rain snow cloudy")
def desk_lamp(shot: Shot) -> None:
    """A desk at night in the cone of its lamp."""
    shot.go_inside()
    light, rng = shot.light, shot.rng
    side, top = rng.choice((-1, 1)), shot.number(0.7, 0.76)
    x, bulb_y = 0.5 + side * 0.22, 0.36
    warm = blend(light.lamp, "#ffb968", 0.4)
    shot.wash(
        rooms.WALL,
        {
            "bright": blend(warm, "#a8754a", 0.6),
            "shade": blend(light.dark, "#1a1412", 0.4),
            "source": (x - side * 0.06, 0.56),
            "reach": 0.5,
            "shift": (rng.random(), rng.random()),
        },
    )
    if rng.random() < 0.6:
        _window_at_night(shot, skia.Rect.MakeXYWH(0.5 - side * 0.26 - 0.13, 0.12, 0.26, 0.34))
    shot.wash(
        rooms.WOOD,
        {
            "bright": blend(warm, "#6e4630", 0.5),
            "dark": blend(light.dark, "#2a1a12", 0.5),
            "top": top,
            "source": (x - side * 0.08, 1.0),
            "shift": (rng.random(), rng.random()),
        },
        within=shot.band(top, BLEED_MAX),
        side=1100,
    )
    shot.pool(x - side * 0.1, top + 0.09, 0.36, 0.1, warm, 0.75)
    _lamp_on_desk(shot, side, top, x, bulb_y, warm)
    shot.stage()
    cast(
        shot,
        [
            CastSpot(x - side * 0.2, top + 0.1, 0.95, "table"),
            CastSpot(x - side * 0.4, top + 0.15, 0.95, "table"),
            CastSpot(x - side * 0.05, top + 0.17, 0.95, "table"),
        ],
        things=("book", "letter"),
    )
    shot.calm(0.08, 0.05, 0.84, 0.16)
    shot.calm(0.07 if side > 0 else 0.45, 0.1, 0.48, 0.3)
    shot.calm(0.08, 0.88, 0.84, 0.1, "left", "bottom")


def _window_at_night(shot: Shot, opening: skia.Rect) -> None:
    """A window with the night in it."""
    rooms.outside(shot, opening)
    for _ in range(16):
        far = rect(opening.left() + shot.number(0, 0.25), opening.top() + shot.number(0.2, 0.33), 0.006, 0.008)
        shot.page.fill(far, shot.rng.choice(town.WINDOW_LIGHTS), 0.8)
    rooms.frame(shot, opening, blend(shot.light.dark, "#3a2a20", 0.5), width=0.01)


def _lamp_on_desk(shot: Shot, side: int, top: float, x: float, bulb_y: float, warm: str) -> None:
    """Foot, arm and shade of the lamp, and the cone of its light. side: where it stands; top: the desk's edge."""
    light = shot.light
    metal = shot.rng.choice(("#2f3a3c", "#7a2f26", "#c79a3a", "#3d4a38"))
    base = oval(x + side * 0.07, top + 0.05, 0.075, 0.018)
    shot.shadow(x + side * 0.07, top + 0.06, 0.09, 0.018, 0.5)
    shot.page.fill(base, blend(metal, light.dark, 0.35))
    arm = polyline([(x + side * 0.07, top + 0.045), (x + side * 0.17, 0.5), (x + side * 0.04, bulb_y - 0.03)])
    shot.page.line(arm, blend(metal, light.dark, 0.45), 0.011)
    shot.page.line(arm, blend(metal, warm, 0.4), 0.003, 0.7)
    rim = [(x - side * 0.16, bulb_y + 0.03), (x + side * 0.045, bulb_y + 0.075)]
    shade = polygon([(x + side * 0.05, bulb_y - 0.075), (x - side * 0.01, bulb_y - 0.085), *rim])
    shot.glow(x - side * 0.06, bulb_y + 0.06, 0.42, warm, 0.5)
    cone = polygon([*rim, (x + side * 0.16, top + 0.16), (x - side * 0.52, top + 0.1)])
    shot.page.canvas.drawPath(
        cone,
        skia.Paint(
            Shader=skia.GradientShader.MakeLinear(
                [skia.Point(x, bulb_y), skia.Point(x - side * 0.12, top + 0.1)], [0x66FFDCA0, 0x00FFDCA0]
            ),
            BlendMode=skia.BlendMode.kScreen,
            AntiAlias=True,
            MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.012),
        ),
    )
    shot.graded(
        shade,
        (x, bulb_y - 0.08),
        (x, bulb_y + 0.07),
        [blend(metal, "#ffffff", 0.1), metal, blend(metal, light.dark, 0.5)],
    )
    shot.lamp(x - side * 0.055, bulb_y + 0.055, 0.016, warm, 10)
    shot.keep_off(shade)
