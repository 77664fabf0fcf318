"""Scenes of things that are kept: books, plants, records."""

from __future__ import annotations

import math

import skia

from covers.engine.poster.color import blend, oklch
from covers.engine.poster.geometry import circle, oval, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX
from covers.engine.poster.scenes import rooms
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast, standing
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.rooms import TIMBER
from covers.engine.poster.scenes.shot import FINE_SIDE, Shot


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
            _book(shot, (x, floor_y), wide, tall, lean, rng.choice(tones), near)
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


def _book(shot: Shot, at: tuple[float, float], wide: float, tall: float, lean: float, tone: str, near: float) -> None:
    """A back that is round in the light, most of them with a name on it. near: how much of the light it has."""
    light, (x, foot) = shot.light, at
    back = polygon([(x + lean, foot - tall), (x + wide + lean, foot - tall), (x + wide, foot), (x, foot)])
    shades = [
        blend(light.lit(tone, 0.25), light.dark, 0.4),
        light.lit(tone, 0.3 + 0.65 * near),
        blend(light.lit(tone, 0.2), light.dark, 0.3),
    ]
    shot.graded(back, (x, 0), (x + wide, 0), shades)
    if shot.rng.random() < 0.7 and not lean:
        mark = light.lit("#d8b878", 0.3 + 0.6 * near)
        shot.page.fill(rect(x + wide * 0.2, foot - tall * 0.84, wide * 0.6, 0.003), mark, 0.8)
        name = rect(x + wide * 0.34, foot - tall * 0.74, wide * 0.32, tall * shot.number(0.15, 0.4))
        shot.page.fill(name, mark, 0.5)


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
    _iron_frame(shot, center)
    edges = ((-0.7, 17), (0.7, 17), (0.7, 1.4), (-0.7, 1.4))
    path = polygon([(camera.x(aside, far, center), camera.foot(far)) for aside, far in edges])
    shot.page.fill(shot.band(camera.foot(17), BLEED_MAX), blend(light.lit("#4c5a3c", 0.2), light.dark, 0.3))
    shot.graded(path, (0, camera.foot(17)), (0, 1), [light.lit("#b0a48e", 0.75), light.lit("#7d7566", 0.35)])
    greens = ("#4f7f46", "#6f9a52", "#3d6b4f", "#88a860", "#5c8a6a")
    for distance in (15, 11, 8, 6, 4.4, 3.2, 2.4):
        for side in (-1, 1):
            for _ in range(2):
                x, foot = camera.x(side * shot.number(1.1, 2.3), distance, center), camera.foot(distance)
                height = camera.size(shot.number(0.8, 1.9), distance)
                plant(shot, x, foot, height, rng.choice(greens), min(0.6, distance / 20))
    shot.stage()
    shot.glow(center, camera.horizon - 0.1, 0.5, light.key, 0.35)
    x, foot, size = center + shot.number(-0.02, 0.02), camera.foot(7.0), camera.size(1, 7.0)
    cast(
        shot,
        [
            CastSpot(x, foot, size, "people ground", 0.15),
            standing(camera, 0.45, 3.2, "ground", center=center),
        ],
    )
    shot.calm(0.16, 0.06, 0.68, 0.24, "center")
    shot.calm(0.2, 0.84, 0.6, 0.12, "center", "bottom")


def _iron_frame(shot: Shot, center: float) -> None:
    """Ribs one behind the other, and the bars along them that carry the glass."""
    camera, light = shot.camera, shot.light
    iron = blend(light.dark, "#33403a", 0.5)
    for distance in (16, 10.5, 7.0, 4.8, 3.3, 2.4):
        wide, foot = camera.size(2.6, distance), camera.foot(distance)
        eaves, peak = foot - camera.size(2.4, distance), foot - camera.size(4.0, distance)
        left, right = center - wide, center + wide
        rib = polyline([(left, foot), (left, eaves), (center, peak), (right, eaves), (right, foot)])
        shot.page.line(rib, light.far(iron, min(0.75, distance / 18)), camera.size(0.09, distance))

    def bar(aside: float, height: float) -> skia.Path:
        ends = [(camera.x(aside, far, center), camera.foot(far) - camera.size(height, far)) for far in (1.6, 17)]
        return polyline(ends)

    for side in (-1, 1):
        for height in (2.4, 1.2):
            shot.page.line(bar(side * 2.6, height), iron, 0.004, 0.8)
        for share in (0.33, 0.66):
            shot.page.line(bar(side * 2.6 * (1 - share), 2.4 + 1.6 * share), iron, 0.003, 0.7)


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
    shot.shadow(x + 0.02, y + r * squash * 0.12, r * 1.06, r * squash * 1.04, 0.6)
    shot.page.canvas.save()
    shot.page.canvas.translate(x, y)
    shot.page.canvas.scale(1, squash)
    _record(shot, r, side)
    shot.page.canvas.restore()
    shot.keep_off(oval(x, y, r * 0.36, r * 0.36 * squash))
    shot.stage()
    pivot = (x + side * (r + 0.09), y - r * squash * 0.82)
    head = (x + side * r * 0.5, y + r * squash * 0.42)
    arm = skia.Path()
    arm.moveTo(*pivot)
    arm.cubicTo(pivot[0] + side * 0.02, y, head[0] + side * 0.12, head[1] - 0.06, *head)
    _tone_arm(shot, arm, pivot, head)
    shot.glow(0.5 + side * 0.4, 0.1, 0.8, blend(light.key, light.lamp, 0.5), 0.25)
    shot.vignette = 0.5
    shot.calm(0.08, 0.05, 0.84, max(0.1, y - r * squash - 0.1))
    shot.calm(0.08, min(0.86, y + r * squash + 0.05), 0.84, 0.12, "left", "bottom")


def _record(shot: Shot, r: float, side: int) -> None:
    """The disc with its label around (0, 0). side: where the light comes from."""
    light, canvas = shot.light, shot.page.canvas
    canvas.drawCircle(0, 0.02, r * 1.02, skia.Paint(Color=0xFF17171A, AntiAlias=True))
    disc = circle(0, 0, r)
    label = shot.rng.choice((shot.palette.accent, shot.palette.figure, "#c9482f", "#e0b03c"))
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
    shades = [light.lit(label, 0.95), light.lit(label, 0.5)]
    shot.graded(circle(0, 0, r * 0.33), (-r * 0.3, -r * 0.3), (r * 0.3, r * 0.3), shades)
    ring = skia.Paint(Color=0x40000000, AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=0.002)
    for k in (0.29, 0.2):
        canvas.drawCircle(0, 0, r * k, ring)
    canvas.drawCircle(0, 0, r * 0.022, skia.Paint(Color=0xFFE8E6E0, AntiAlias=True))


def _tone_arm(shot: Shot, arm: skia.Path, pivot: tuple[float, float], head: tuple[float, float]) -> None:
    """From its pivot to the needle, and its shadow on the record."""
    light = shot.light
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
    corners = ((-0.022, -0.012), (0.02, -0.02), (0.014, 0.03), (-0.024, 0.036))
    shot.page.fill(polygon([(head[0] + x, head[1] + y) for x, y in corners]), light.lit("#3a3c40", 0.6))


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
