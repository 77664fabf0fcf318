"""Scenes of ships, lights and storms."""

from __future__ import annotations

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import polygon, polyline, rect, union
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot
from covers.engine.poster.scenes.waterside import far_shore


def ferry(shot: Shot, x: float, water: float, length: float, *, facing: int = 1, depth: float = 0.0) -> None:
    """A ferry with two decks of windows and a funnel, seen from the side. water: where it floats."""
    light, page = shot.light, shot.page

    def at(along: float, up: float) -> tuple[float, float]:
        return x + facing * along * length, water - up * length

    body = polygon([at(-0.5, 0.09), at(0.54, 0.115), at(0.46, -0.004), at(-0.46, -0.004)])
    first, second = (
        polygon([at(-0.42, 0.09), at(-0.4, 0.165), at(0.36, 0.17), at(0.41, 0.1)]),
        polygon([at(-0.3, 0.165), at(-0.28, 0.225), at(0.22, 0.23), at(0.27, 0.168)]),
    )
    bridge, funnel = (
        polygon([at(0.06, 0.228), at(0.07, 0.285), at(0.2, 0.285), at(0.215, 0.23)]),
        polygon([at(-0.2, 0.225), at(-0.19, 0.34), at(-0.1, 0.34), at(-0.09, 0.228)]),
    )
    white = light.far(light.lit("#e8e4da", 0.5), depth)
    for part, tone in (
        (funnel, light.far(light.lit("#b5402f", 0.5), depth)),
        (bridge, white),
        (second, blend(white, light.dark, 0.12)),
        (first, white),
    ):
        page.fill(part, tone)
    shot.graded(
        body,
        (0, water - 0.1 * length),
        (0, water),
        [light.far(light.lit("#3a5a78", 0.5), depth), light.far(blend(light.dark, "#24384c", 0.4), depth)],
    )
    page.line(polyline([at(-0.15, 0.34), at(-0.15, 0.43)]), light.far(light.dark, depth), length * 0.006)
    page.line(polyline([at(0.13, 0.285), at(0.13, 0.42)]), light.far(light.dark, depth), length * 0.006)
    if light.is_dark or light.hour in ("dusk", "dawn"):
        shine = light.lamp
        for up, begin, end, count in ((0.115, -0.38, 0.34, 18), (0.185, -0.25, 0.2, 11)):
            for k in range(count):
                left = begin + (end - begin) * k / count
                pane = polygon([at(left, up), at(left, up + 0.026), at(left + 0.022, up + 0.026), at(left + 0.022, up)])
                page.fill(pane, blend(shine, "#ffffff", 0.25), 0.95)
        shot.glow(x, water - 0.15 * length, length * 0.5, shine, 0.36)
        shot.lamp(*at(0.13, 0.42), max(0.0014, length * 0.008), "#ffe9c4")
        shot.lamp(*at(0.52, 0.12), max(0.0012, length * 0.007), "#79e0a0" if facing > 0 else "#ff6a5a")
    shot.keep_off(union(body, first, second, bridge, funnel))


@scene("ferry_harbour", hours="dusk evening night dawn", weathers="clear cloudy fog rain snow")
def ferry_harbour(shot: Shot) -> None:
    """The last ferry leaves the lights of the harbour behind."""
    shot.camera = Camera(0.55 + shot.number(-0.07, 0.05), 3)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    far_shore(shot, 0.09, 0.62)
    far_shore(shot, 0.05, 0.42)
    if light.is_dark or light.hour == "dusk":
        for _ in range(46):
            shot.lamp(
                shot.number(-0.3, 1.3),
                horizon - shot.number(0.001, 0.016),
                shot.number(0.0007, 0.0016),
                rng.choice((light.lamp, "#fff1d6", "#ffb070", "#ff7a5c")),
                7,
            )
    facing, size = rng.choice((-1, 1)), shot.number(0.24, 0.42)
    x = 0.5 + facing * shot.number(0.05, 0.16)
    ferry(shot, x, horizon + 0.03, size, facing=facing, depth=0.12)
    smoke = x - facing * 0.15 * size
    shot.wash(
        SMOKE,
        {
            "foot": (smoke, horizon + 0.03 - 0.35 * size),
            "away": -facing * 1.0,
            "color": blend(light.haze, light.dark, 0.3),
            "shift": (rng.random(), rng.random()),
            "size": size,
        },
    )
    shot.stage()
    shot.mirror(horizon + 0.006, ripple=0.42, depth=0.35, sheen=0.05, within=shot.band(horizon + 0.006, horizon + 0.03))
    shot.mirror(horizon + 0.032, ripple=0.42, depth=0.4, sheen=0.08)
    wake = skia.Path()
    wake.moveTo(x - facing * 0.46 * size, horizon + 0.033)
    wake.quadTo(x - facing * size, horizon + 0.05, x - facing * size * 2.2, horizon + 0.09)
    wake.quadTo(x - facing * size, horizon + 0.062, x - facing * 0.4 * size, horizon + 0.038)
    shot.page.blurred(wake, blend(light.horizon, "#ffffff", 0.3), 0.003, 0.5)
    quay = nature.mound([(BLEED_MIN, 0.93), (0.2, 0.925), (0.5, 0.93), (0.8, 0.925), (BLEED_MAX, 0.93)], BLEED_MAX)
    if rng.random() < 0.6:
        shot.flat(quay, light.dark)
        for k in range(-2, 9):
            bollard = 0.1 + k * 0.21 + shot.number(-0.02, 0.02)
            shot.flat(rect(bollard - 0.012, 0.895, 0.024, 0.05, 0.008), light.dark)
        cast(
            shot,
            [
                CastSpot(0.5 - facing * shot.number(0.18, 0.3), 0.93, 0.14, "people ground", facing=facing),
                CastSpot(0.5 + facing * 0.28, 0.93, 0.14, "ground"),
            ],
            people="one",
        )
    else:
        cast(shot, [CastSpot(0.5 - facing * 0.25, 0.82, 0.09, "water"), CastSpot(0.5 + facing * 0.1, 0.2, 0.05, "air")])
    shot.calm(0.08, 0.07, 0.84, horizon - 0.3)
    shot.calm(0.08, horizon + 0.14, 0.84, 0.18, "left", "bottom")


SMOKE = """
uniform float2 foot; uniform float away; uniform float3 color; uniform float2 shift; uniform float size;
half4 main(float2 u) {
  float s = (u.x - foot.x) * away / (size * 1.9);
  float y = (foot.y - u.y) - s * size * .34;
  float m = smoothstep(0., .04, s) * smoothstep(1., .1, s) * exp(-pow(y / (size * (.022 + .12 * s)), 2.));
  float d = swell(swirl(u * float2(1.1, 2.) + shift, .2));
  return light(color, m * smoothstep(.25, .75, d) * .8);
}"""


@scene("lighthouse", hours="night dusk evening dawn small_hours", weathers="clear fog storm cloudy rain wind")
def lighthouse(shot: Shot) -> None:
    """A tower on a rock, its beam over the sea."""
    shot.camera = Camera(0.66 + shot.number(-0.05, 0.05), 3)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    side = rng.choice((-1, 1))
    x, top, foot = 0.5 + side * shot.number(0.16, 0.26), horizon - shot.number(0.34, 0.42), horizon - 0.035
    lamp = (x, top - 0.022)
    warm = blend(light.lamp, "#fff6dc", 0.5)
    for turn, power in ((-side * 1.0, 0.5), (side * 1.0, 0.28)):
        shot.wash(
            RAY,
            {
                "at": lamp,
                "toward": (turn, -shot.number(-0.06, 0.16)),
                "color": warm,
                "power": power * (1.0 if light.is_dark else 0.5),
                "shift": (rng.random(), rng.random()),
            },
            blend=skia.BlendMode.kScreen,
        )
    jag = ((-0.42, 0.012), (-0.2, -0.01), (-0.1, -0.035), (0.02, -0.042), (0.12, -0.03), (0.22, -0.004), (0.4, 0.012))
    edge = [(x + aside, horizon + down + shot.number(-0.006, 0.006)) for aside, down in jag]
    rock = nature.mound(edge, horizon + 0.012)
    stone = [light.lit("#5c5650", 0.35), blend(light.dark, light.fill, 0.15)]
    shot.graded(rock, (0, horizon - 0.05), (0, horizon + 0.01), stone)
    tower = polygon([(x - 0.024, top), (x + 0.024, top), (x + 0.04, foot), (x - 0.04, foot)])
    _tower(shot, tower, x, top, foot)
    _lantern(shot, x, top, warm)
    shot.lamp(*lamp, 0.016, warm, 16)
    corners = ((0.055, 0.004), (0.055, -0.03), (0.085, -0.05), (0.115, -0.03), (0.115, 0.006))
    house = polygon([(x + side * aside, foot + down) for aside, down in corners])
    shot.page.fill(house, blend(light.lit("#cfc6b6", 0.3), light.dark, 0.25))
    shot.page.fill(rect(x + side * 0.085 - 0.006, foot - 0.026, 0.012, 0.014), light.lamp)
    shot.keep_off(tower)
    shot.stage()
    stormy = light.weather in ("storm", "wind", "rain")
    shot.mirror(horizon + 0.01, ripple=0.85 if stormy else 0.45, depth=0.5, sheen=0.12 if stormy else 0.06)
    cast(
        shot,
        [
            CastSpot(x - side * 0.09, horizon - 0.033, 0.03, "people ground"),
            CastSpot(0.5 - side * 0.22, horizon + 0.05, 0.03, "water"),
            CastSpot(0.5 - side * 0.2, 0.3, 0.05, "air"),
        ],
    )
    left = 0.07 if side > 0 else 0.45
    shot.calm(left, 0.07, 0.48, 0.3)
    shot.calm(0.08, horizon + 0.1, 0.84, 0.2, "left", "bottom")


def _tower(shot: Shot, tower: skia.Path, x: float, top: float, foot: float) -> None:
    """Its lit and its shaded side, perhaps red bands, two small windows."""
    light, rng = shot.light, shot.rng
    lit_side, dark_side = light.lit("#efe9dc", 0.75), blend(light.lit("#b9b2a4", 0.15), light.dark, 0.2)
    shades = [lit_side, blend(lit_side, dark_side, 0.5), dark_side]
    shot.graded(tower, (x - 0.04, 0), (x + 0.04, 0), shades if light.side < 0 else shades[::-1])
    if rng.random() < 0.6:
        with shot.page.clipped(tower):
            for k in range(1, 5, 2):
                band = rect(x - 0.06, top + (foot - top) * k / 5, 0.12, (foot - top) / 5)
                red = light.lit("#b23a2c", 0.7), blend(light.lit("#7a2a22", 0.2), light.dark, 0.25)
                shot.graded(band, (x - 0.04, 0), (x + 0.04, 0), red if light.side < 0 else red[::-1])
    for share in (0.3, 0.62):
        window = rect(x - 0.005, top + (foot - top) * share, 0.01, 0.018, 0.005)
        shot.page.fill(window, light.lamp if rng.random() < 0.6 else light.dark)


def _lantern(shot: Shot, x: float, top: float, warm: str) -> None:
    """The room of the lamp with its gallery and its roof."""
    light = shot.light
    shot.page.fill(rect(x - 0.036, top - 0.004, 0.072, 0.008), light.dark)
    shot.page.fill(rect(x - 0.019, top - 0.04, 0.038, 0.038), warm)
    for bar in (x - 0.006, x + 0.007):
        shot.page.line(polyline([(bar, top - 0.04), (bar, top)]), light.dark, 0.002)
    dome = skia.Path()
    dome.moveTo(x - 0.025, top - 0.04)
    dome.quadTo(x, top - 0.078, x + 0.025, top - 0.04)
    shot.page.fill(dome, light.lit("#8c2f26", 0.4))


RAY = """
uniform float2 at; uniform float2 toward; uniform float3 color; uniform float power; uniform float2 shift;
half4 main(float2 u) {
  float2 d = normalize(toward); float2 q = u - at;
  float s = dot(q, d); float t = q.x * d.y - q.y * d.x;
  float w = .010 + s * .085;
  float m = exp(-pow(t / w, 2.)) * smoothstep(0., .03, s) * exp(-s * 1.5);
  return light(color, m * power * (.7 + .6 * swell(u * .7 + shift)));
}"""


@scene("storm_sea", hours="night evening dusk afternoon", weathers="storm rain wind")
def storm_sea(shot: Shot) -> None:
    """Waves higher than what sails on them."""
    shot.set_light(shot.light.hour, "", "storm")
    shot.camera = Camera(0.42 + shot.number(-0.05, 0.05), 4)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky(0.92, stars=False)
    if rng.random() < 0.6:
        bolt(shot, shot.number(0.15, 0.85), -0.02, horizon - 0.01)
    crest = horizon + 0.01
    sea = blend(light.middle, "#1d4450", 0.45)
    rows = rng.randrange(5, 7)
    spots = []
    for index in range(rows):
        share = index / (rows - 1)
        tall = 0.025 + 0.13 * share
        base = crest + (1.02 - crest) * share**1.15 + tall * 0.4
        points, x, phase = [], BLEED_MIN, rng.uniform(0, 6.28)
        wave = 0.2 + 0.42 * share
        while x < BLEED_MAX:
            s = (x / wave + phase / 6.28) % 1
            peak = (1 - abs(2 * s - 1)) ** 1.7 if s < 0.5 else (1 - abs(2 * s - 1)) ** 0.9
            points.append((x, base - tall * (0.25 + 0.75 * peak) - shot.number(0, 0.006)))
            x += wave / 14
        path = nature.mound(points, BLEED_MAX)
        tone = blend(light.far(sea, 0.6 * (1 - share)), light.dark, 0.2 + 0.35 * share)
        high = blend(tone, light.horizon, 0.4)
        shot.wash(
            SWELL,
            {
                "high": high,
                "low": blend(tone, light.dark, 0.5),
                "top": base - tall,
                "tall": tall * 1.7,
                "foam": blend("#e9eef0", light.haze, 0.25),
                "shift": (rng.random(), rng.random()),
                "near": share,
            },
            within=path,
            side=1100,
        )
        lip = skia.Path()
        lip.moveTo(*points[0])
        for px, py in points[1:]:
            lip.lineTo(px, py)
        shot.page.line(lip, blend("#f2f6f7", light.haze, 0.3), 0.0014 + 0.0028 * share, 0.6)
        if index == rows // 2 - 1 or index == rows // 2:
            best = min((p for p in points if 0.2 < p[0] < 0.8), key=lambda p: p[1])
            spots.append(CastSpot(best[0], best[1] + 0.012, 0.016 + 0.02 * share, "water", 0.25))
            if index == rows // 2 - 1:
                cast(shot, spots[-1:], things=("sailboat",))
    shot.stage()
    cast(shot, [CastSpot(shot.number(0.2, 0.8), horizon * 0.55, 0.05, "air")])
    shot.calm(0.08, 0.06, 0.84, horizon - 0.14)
    shot.calm(0.08, 0.8, 0.84, 0.14, "left", "bottom")


SWELL = """
uniform float3 high; uniform float3 low; uniform float top; uniform float tall; uniform float3 foam; uniform float2 shift;
  uniform float near;
half4 main(float2 u) {
  float t = clamp((u.y - top) / tall, 0., 1.);
  float2 p = float2(u.x * (1.6 - near), u.y * (2.6 - 1.4 * near)) + shift;
  float d = ridged(swirl(p, .08)) * .6 + soft(p * 2.1) * .4;
  float3 c = mix(high, low, smoothstep(0., .8, t + (d - .5) * .5));
  float f = smoothstep(.56, .78, d + (.5 - t) * .35) * (1. - t);
  return opaque(mix(c, foam, f * .75));
}"""


def bolt(shot: Shot, x: float, top: float, bottom: float) -> None:
    """Lightning, forked, with its light in the clouds."""
    rng, path, branches = shot.rng, skia.Path(), skia.Path()
    path.moveTo(x, top)
    y = top
    while y < bottom:
        y = min(bottom, y + rng.uniform(0.015, 0.045))
        x += rng.uniform(-0.03, 0.03)
        path.lineTo(x, y)
        if rng.random() < 0.3:
            branches.moveTo(x, y)
            bx, by, away = x, y, rng.choice((-1, 1))
            for _ in range(rng.randrange(2, 5)):
                bx, by = bx + away * rng.uniform(0.008, 0.03), by + rng.uniform(0.01, 0.03)
                branches.lineTo(bx, by)
    shot.glow(x, (top + bottom) / 2, 0.5, "#cfd8ff", 0.5)
    shot.page.canvas.drawPath(
        path,
        skia.Paint(
            Color=0x99BFCBFF,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=0.012,
            AntiAlias=True,
            MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.007),
        ),
    )
    shot.page.line(branches, "#dfe5ff", 0.0014, 0.8)
    shot.page.line(path, "#ffffff", 0.0032)
