"""Setting a drawing into a scene: its shadow, the light of the hour and of near lamps, the lit edge, its own lamps, the air."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import skia

from covers.engine.poster.color import argb
from covers.engine.poster.page import Blend
from covers.engine.poster.scenes.light import Light
from covers.engine.poster.scenes.modelling import Drawing, Pen, blend
from covers.engine.poster.scenes.shot import Shot


def glow_of(light: Light) -> float:
    """How lit lamps and windows look beside this daylight, 0..1."""
    if light.is_dark:
        return 1.0
    if light.hour in ("dusk", "dawn") or light.weather in ("storm", "rain", "fog", "snow"):
        return 0.8
    return 0.4


def is_against(light: Light) -> bool:
    """Whether the sun stands low in the picture, so that what is in front of it turns its dark side to us."""
    return light.hour in ("dawn", "dusk") and light.sun_height is not None and not light.is_dark


def pen_of(shot: Shot, height: float, facing: int = 1) -> Pen:
    """For a thing of this height on the page. Takes one number from the scene's chance, so that more detail in one thing never
    changes the next."""
    rng = random.Random(shot.rng.getrandbits(48))
    side = -1.0 if shot.light.side < 0 else 1.0
    return Pen(rng, side * facing, height, glow_of(shot.light), shot.light, shot.concept.scene)


def place(
    shot: Shot, drawing: Drawing, x: float, foot: float, height: float, *, facing: int = 1, depth: float = 0.0, rim: float = 0.6,
    turn: float = 0.0, keep_off: bool = True, shade: float = 0.0,
) -> skia.Path:  # fmt: skip
    """Set a drawing into the scene: in its light, its air, with its own lamps burning. Returns the outline, in page units.

    x, foot, height: page units; `height` of 100 of the drawing's units. turn: degrees clockwise about the foot. shade: how much
    darker it is than what the open sky lights, 0 to 1; the lit edge stays.
    """
    canvas, unit = shot.page.canvas, height / 100
    matrix = skia.Matrix()
    matrix.setScale(unit * facing, unit)
    matrix.postRotate(turn)
    matrix.postTranslate(x, foot)
    light, ambient = _near_lamps(shot, matrix.mapRect(drawing.box))
    canvas.save()
    canvas.concat(matrix)
    box = drawing.box.makeOutset(3, 3)
    canvas.saveLayer(box, skia.Paint(ColorFilter=_air_filter(light)))
    canvas.drawPicture(drawing.picture)
    _light_layer(canvas, light, ambient, drawing, box, facing, height, rim, depth, shade)
    canvas.restore()
    _shine(canvas, light, drawing, depth)
    if drawing.front is not None:
        canvas.saveLayer(box, skia.Paint())
        canvas.drawPicture(drawing.front)
        canvas.drawRect(box, skia.Paint(Color=argb(ambient), BlendMode=Blend.kModulate))
        if depth:
            canvas.drawRect(box, skia.Paint(Color=argb(light.haze, min(0.96, depth)), BlendMode=Blend.kSrcATop))
        canvas.restore()
    canvas.restore()
    outline = drawing.outline(matrix)
    if keep_off:
        shot.keep_off(outline)
    return outline


def _air_filter(light: Light) -> skia.ColorFilter:
    """Colours are less themselves in little light, and against it."""
    keep = 0.74 if light.is_dark else 0.8 if is_against(light) else 0.86 if light.contrast < 0.6 else 0.94
    weights = (0.213, 0.715, 0.072)
    rows = [
        [(1 - keep) * w + (keep if column == row else 0.0) for column, w in enumerate(weights)] + [0.0, 0.0]
        for row in range(3)
    ]
    return skia.ColorFilters.Matrix([*rows[0], *rows[1], *rows[2], 0.0, 0.0, 0.0, 1.0, 0.0])


def _near_lamps(shot: Shot, box: skia.Rect) -> tuple[Light, str]:
    """The light at a place: the scene's, and that of the lamps near it. box: page units. Also what it leaves of white."""
    light, ambient = shot.light, _ambient(shot.light)
    best, total = None, 0.0
    for x, y, reach, color, strength in shot.lamps:
        away = math.hypot(max(box.left() - x, 0.0, x - box.right()), max(box.top() - y, 0.0, y - box.bottom()))
        # what fills the whole sky is no lamp beside somebody
        share = strength * max(0.0, 1 - away / reach) ** 1.5 * min(1.0, 0.35 / reach)
        if box.top() < y < box.bottom() - 0.15 * box.height() and abs(x - box.centerX()) < 0.6 * reach:
            share *= 0.2  # it shines behind them: they stand dark before it
        if share > 0.06:
            total += share
            if best is None or share > best[0]:
                best = (share, color, x)
    if best is None:
        return light, ambient
    share = min(0.7, total) * (1.0 if light.is_dark else 0.5)
    warm = blend("#ffffff", best[1], 0.42)
    middle = box.centerX()
    side = light.side if abs(best[2] - middle) < 0.25 * box.width() else math.copysign(0.3, best[2] - middle)
    return replace(light, key=blend(light.key, best[1], share), side=side), blend(ambient, warm, share)


def _ambient(light: Light) -> str:
    """What this light leaves of white."""
    against = is_against(light)
    share = 0.66 if light.is_dark else 0.8 if against else 0.38
    return blend("#ffffff", blend(light.fill, "#ffffff", 0.14 if light.is_dark else 0.06 if against else 0.4), share)


def _light_layer(
    canvas: skia.Canvas, light: Light, ambient: str, drawing: Drawing, box: skia.Rect, facing: int, height: float, rim: float, depth: float,
    shade: float,
) -> None:  # fmt: skip
    against = is_against(light)
    canvas.drawRect(box, skia.Paint(Color=argb(ambient), BlendMode=Blend.kModulate))
    side = (-1 if light.side < 0 else 1) * facing
    start, end = (box.left(), box.right()) if side < 0 else (box.right(), box.left())
    veil = [
        argb(light.key, 0.16 * light.contrast),
        argb(light.key, 0.0),
        argb(light.dark, (0.5 if against else 0.3) * light.contrast),
    ]
    gradient = skia.GradientShader.MakeLinear(
        [skia.Point(start, box.top()), skia.Point(end, box.bottom())], veil, [0.0, 0.4, 1.0]
    )
    canvas.drawRect(box, skia.Paint(Shader=gradient, BlendMode=Blend.kSrcATop))
    if shade:
        canvas.drawRect(box, skia.Paint(Color=argb(light.dark, shade), BlendMode=Blend.kSrcATop))
    if rim:
        # the edge that the light catches: the silhouette without itself, shifted away from the light
        width = min(0.0042, max(0.0012, 0.018 * height)) / height * 100
        strength = rim * (1.0 if against else 0.8 if light.is_dark else 0.45) * (0.35 + 0.65 * light.contrast / 0.8)
        color = blend(light.key, light.horizon, 0.35) if against else light.key
        canvas.saveLayer(box, skia.Paint(BlendMode=Blend.kSrcATop, Alphaf=min(1.0, strength)))
        canvas.drawRect(box, skia.Paint(Color=argb(color)))
        canvas.saveLayer(
            box, skia.Paint(BlendMode=Blend.kDstOut, ImageFilter=skia.ImageFilters.Blur(width * 0.45, width * 0.45))
        )
        canvas.translate(-side * width, width * 0.45)
        canvas.drawPicture(drawing.mask)
        canvas.restore()
        canvas.restore()
    if depth:
        canvas.drawRect(box, skia.Paint(Color=argb(light.haze, min(0.96, depth)), BlendMode=Blend.kSrcATop))


def _shine(canvas: skia.Canvas, light: Light, drawing: Drawing, depth: float) -> None:
    for shine in drawing.shines:
        strength = shine.strength * (1 - 0.6 * depth)
        color = blend(shine.color, light.haze, round(0.4 * depth, 2))
        canvas.drawPath(shine.path, skia.Paint(Color=argb(color, min(1.0, strength)), AntiAlias=True))
        box = shine.path.getBounds()
        if shine.reach:
            radius = shine.reach + max(box.width(), box.height()) / 2
            shader = skia.GradientShader.MakeRadial(
                skia.Point(box.centerX(), box.centerY()), radius,
                [argb(color, 0.55 * strength * part) for part in (1.0, 0.55, 0.2, 0.05, 0.0)], [0.0, 0.25, 0.5, 0.75, 1.0],
            )  # fmt: skip
            canvas.drawCircle(box.centerX(), box.centerY(), radius, skia.Paint(Shader=shader, BlendMode=Blend.kScreen))
        if not shine.reach:
            continue
        soft = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, max(0.2, 0.16 * min(box.width(), box.height())))
        inner = skia.Path()
        shrink = skia.Matrix()
        shrink.setScale(0.62, 0.62, box.centerX(), box.centerY())
        shine.path.transform(shrink, inner)
        canvas.drawPath(
            inner,
            skia.Paint(Color=argb(blend(color, "#ffffff", 0.65), 0.7 * strength), AntiAlias=True, MaskFilter=soft),
        )


def cast_shadow(
    shot: Shot, drawing: Drawing, x: float, foot: float, height: float, *, facing: int = 1, depth: float = 0.0
) -> None:
    """Where it stands it is darkest; a low sun or moon lays the whole shape along the ground, away from itself. Call before `place`."""
    light, unit = shot.light, height / 100
    left, right = drawing.base
    half = max(0.004, min(0.5 * (right - left), 34.0) * unit)
    center = x + facing * unit * (left + right) / 2
    shot.shadow(center, foot, half * 1.12, max(0.0022, half * 0.16), 0.5 * (1 - depth))
    if light.sun_height is None or light.contrast < 0.4:
        return
    sun_x = 0.5 + light.side
    low = light.hour in ("dawn", "dusk")
    length = 0.8 if low else 0.34 if light.is_dark else 0.26
    lean = max(-1.4, min(1.4, (x - sun_x) * (1.6 if low or light.is_dark else 1.0)))
    matrix = skia.Matrix()
    # flat on the ground towards us: up becomes down, foreshortened, and away from where the light stands
    matrix.setAll(unit * facing, -lean * unit * length, x, 0, -unit * length * 0.62, foot, 0, 0, 1)
    alpha = (0.42 if low else 0.3) * light.contrast / 0.8 * (1 - depth)
    shot.page.blurred(drawing.outline(matrix), light.dark, min(0.004, height * 0.012), alpha)
