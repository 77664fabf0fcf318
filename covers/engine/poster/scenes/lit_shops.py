"""What is lit and open when nothing else is."""

from __future__ import annotations

import skia

from covers.engine.poster.color import blend, oklch
from covers.engine.poster.geometry import polygon, rect
from covers.engine.poster.scenes import nature, town
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot


def canopy_pool(shot: Shot, x: float, y: float, rx: float, ry: float, color: str) -> None:
    shot.pool(x, y, rx, ry, color, 0.6)
    shot.glow(x, y - ry, rx * 0.9, color, 0.28)


@scene("petrol_station", hours="night evening dusk small_hours", weathers="clear rain fog snow cloudy")
def petrol_station(shot: Shot) -> None:
    """A lit canopy in the dark by the road."""
    shot.camera = Camera(0.66 + shot.number(-0.04, 0.04), 1.6)
    light, rng, horizon = shot.light, shot.rng, shot.camera.horizon
    shot.sky()
    nature.hills(shot, horizon + 0.004, 0.1, blend(light.dark, light.fill, 0.2), 0.35, pitch=0.16)
    side = rng.choice((-1, 1))
    x, half = 0.5 + side * shot.number(0.04, 0.12), shot.number(0.3, 0.36)
    top, foot = horizon - shot.number(0.2, 0.25), horizon + 0.035
    lamp = rng.choice(("#eaf6f2", "#fff0cc", "#e2f0ff"))
    brand = town.sign_colors(rng, 1)[0]
    shot.glow(x, (top + foot) / 2, half * 1.7, lamp, 0.42)
    shop = skia.Rect.MakeLTRB(x - half * 0.55, horizon - 0.1, x + half * 0.62, foot - 0.008)
    shot.graded(
        rect(shop.left(), shop.top(), shop.width(), shop.height()),
        (0, shop.top()),
        (0, shop.bottom()),
        [blend(lamp, "#ffffff", 0.4), blend(lamp, "#c9a56a", 0.3)],
    )
    for k in range(22):
        left = shop.left() + 0.012 + k * (shop.width() - 0.03) / 22
        for row in range(3):
            shot.page.fill(
                rect(left, shop.top() + 0.026 + row * 0.026, 0.009, 0.017),
                blend(oklch(0.6, 0.12, rng.uniform(0, 360)), lamp, 0.4),
                0.8,
            )
    frames = skia.Path()
    for k in range(7):
        frames.addRect(skia.Rect.MakeXYWH(shop.left() + k * shop.width() / 6 - 0.002, shop.top(), 0.004, shop.height()))
    frames.addRect(skia.Rect.MakeXYWH(shop.left() - 0.004, shop.top() - 0.016, shop.width() + 0.008, 0.02))
    shot.page.fill(frames, blend(light.dark, lamp, 0.12))
    for pillar in (-0.62, 0.62):
        shot.graded(
            rect(x + pillar * half - 0.012, top, 0.024, foot - top),
            (x + pillar * half - 0.012, 0),
            (x + pillar * half + 0.012, 0),
            [blend(lamp, light.dark, 0.25), lamp, blend(lamp, light.dark, 0.5)],
        )
    under = polygon([(x - half, top), (x + half, top), (x + half * 0.86, top + 0.026), (x - half * 0.86, top + 0.026)])
    shot.page.fill(under, blend(lamp, "#ffffff", 0.6))
    shot.page.blurred(under, lamp, 0.02, 0.5, skia.BlendMode.kScreen)
    roof = rect(x - half - 0.01, top - 0.05, half * 2 + 0.02, 0.05)
    shot.graded(roof, (0, top - 0.05), (0, top), [blend("#f4f4f0", light.fill, 0.2), blend("#d8d8d2", light.fill, 0.3)])
    shot.page.fill(rect(x - half - 0.01, top - 0.036, half * 2 + 0.02, 0.02), brand)
    for pump in (-0.36, 0.34):
        px = x + pump * half
        body = rect(px - 0.016, foot - 0.075, 0.032, 0.075, 0.004)
        shot.graded(
            body,
            (px - 0.016, 0),
            (px + 0.016, 0),
            [blend(brand, light.dark, 0.2), brand, blend(brand, light.dark, 0.5)],
        )
        shot.page.fill(rect(px - 0.011, foot - 0.068, 0.022, 0.016), "#eef6ff")
        hose = skia.Path()
        hose.moveTo(px + 0.016, foot - 0.05)
        hose.cubicTo(px + 0.034, foot - 0.06, px + 0.03, foot - 0.004, px + 0.018, foot - 0.016)
        shot.page.line(hose, light.dark, 0.003)
    pole = x - side * (half + shot.number(0.1, 0.16))
    shot.page.fill(rect(pole - 0.006, horizon - 0.36, 0.012, 0.4), light.dark)
    sign = rect(pole - 0.05, horizon - 0.43, 0.1, 0.13, 0.012)
    shot.glow(pole, horizon - 0.37, 0.2, brand, 0.45)
    shot.graded(sign, (0, horizon - 0.43), (0, horizon - 0.3), [blend(brand, "#ffffff", 0.55), brand])
    for row in range(3):
        shot.page.fill(
            rect(pole - 0.036, horizon - 0.412 + row * 0.035, 0.03 + 0.04 * rng.random(), 0.014, 0.003), "#fffdf4", 0.9
        )
    shot.keep_off(sign)
    shot.stage()
    town.asphalt(shot, foot - 0.004, wet=0.7 if light.weather in ("rain", "snow", "storm") else 0.34)
    canopy_pool(shot, x, foot + 0.03, half * 1.15, 0.06, lamp)
    cast(
        shot,
        [
            CastSpot(x + half * 0.05, foot + 0.035, 0.075, "people ground vehicle"),
            CastSpot(x - half * 0.5, foot + 0.04, 0.075, "vehicle ground"),
            CastSpot(x + half * 0.62, foot + 0.05, 0.08, "ground"),
        ],
        people="one",
        things=("car",),
    )
    shot.calm(0.08, 0.06, 0.84, max(0.14, horizon - 0.5))
    shot.calm(0.08, 0.82, 0.84, 0.14, "left", "bottom")


@scene("night_store", hours="small_hours night evening", weathers="rain clear snow cloudy")
def night_store(shot: Shot) -> None:
    """A shop that is open when nothing else is."""
    shot.camera = Camera(0.6, 1.5)
    light, rng = shot.light, shot.rng
    shot.sky(0.3, has_sun=False)
    foot, top = shot.number(0.74, 0.78), shot.number(0.36, 0.42)
    left, right = 0.5 - shot.number(0.34, 0.42), 0.5 + shot.number(0.34, 0.42)
    lamp, brand = rng.choice(("#f2fbf2", "#eaf7ff", "#fff4d8")), town.sign_colors(rng, 3)
    wall = blend(light.lit("#5a5e66", 0.3), light.dark, 0.35)
    shot.graded(rect(-2, 0.14, 5, foot - 0.14), (0, 0.14), (0, foot), [blend(wall, light.dark, 0.35), wall])
    bricks = skia.Path()
    for row in range(40):
        y = 0.14 + row * 0.0165
        bricks.moveTo(-0.5, y)
        bricks.lineTo(1.5, y)
    shot.page.line(bricks, light.dark, 0.0008, 0.35)
    for k in range(5):  # windows upstairs
        x = -0.04 + k * 0.24
        pane = skia.Rect.MakeXYWH(x, 0.17, 0.11, 0.1)
        if rng.random() < 0.16:
            town.window(shot, pane, rng.choice(town.WINDOW_LIGHTS), 0.8)
        else:
            shot.page.fill(
                rect(pane.left(), pane.top(), pane.width(), pane.height()), blend(light.dark, light.middle, 0.12)
            )
            shot.page.line(rect(pane.left(), pane.top(), pane.width(), pane.height()), light.dark, 0.004)
    glass = skia.Rect.MakeLTRB(left, top, right, foot)
    box = rect(glass.left(), glass.top(), glass.width(), glass.height())
    with shot.page.clipped(box):
        shot.graded(box, (0, top), (0, foot), [blend(lamp, "#ffffff", 0.7), lamp, blend(lamp, "#b9ac90", 0.5)])
        for k in range(5):
            tube = left + (k + 0.5) * glass.width() / 5
            shot.page.blurred(rect(tube - 0.05, top + 0.008, 0.1, 0.008), "#ffffff", 0.003)
        rows = 4
        for row in range(rows):
            base = top + 0.09 + (foot - top - 0.13) * row / (rows - 1)
            x = left
            while x < right:
                wide, tall = shot.number(0.007, 0.016), shot.number(0.022, 0.044)
                tone = oklch(
                    rng.uniform(0.45, 0.85),
                    rng.uniform(0.04, 0.16),
                    rng.choice((20, 40, 75, 95, 140, 200, 250, 340)) + rng.uniform(-12, 12),
                )
                shot.page.fill(rect(x, base - tall, wide, tall, 0.002), blend(tone, lamp, 0.3))
                x += wide + 0.0012
            shot.graded(
                rect(left, base, glass.width(), 0.007),
                (0, base),
                (0, base + 0.007),
                [blend(lamp, "#ffffff", 0.6), blend(lamp, "#6d6a60", 0.5)],
            )
            shot.page.fill(rect(left, base + 0.007, glass.width(), 0.014), blend(lamp, "#54524c", 0.6), 0.5)
        door = left + glass.width() * rng.choice((0.3, 0.62))
        shot.graded(
            rect(door, top, 0.17, foot - top),
            (0, top),
            (0, foot),
            [blend(lamp, "#ffffff", 0.8), blend(lamp, "#d8ceb4", 0.3)],
        )
        counter = rect(door + 0.2, foot - 0.12, 0.3, 0.12)
        shot.graded(counter, (0, foot - 0.12), (0, foot), [blend(lamp, "#a8927a", 0.5), blend(lamp, "#6d5a48", 0.6)])
    bars = skia.Path()
    for x in (left, left + glass.width() * 0.25, door, door + 0.085, door + 0.17, right):
        bars.addRect(skia.Rect.MakeXYWH(x - 0.003, top, 0.006, foot - top))
    bars.addRect(skia.Rect.MakeXYWH(left, foot - 0.012, glass.width(), 0.012))
    shot.page.fill(bars, blend(light.dark, lamp, 0.16))
    board = rect(left - 0.02, top - 0.072, glass.width() + 0.04, 0.072, 0.004)
    shot.graded(board, (0, top - 0.072), (0, top), [blend(lamp, "#ffffff", 0.6), blend(lamp, "#dfe6e2", 0.4)])
    for k, tone in enumerate(brand[:3]):
        shot.page.fill(
            rect(left - 0.02, top - 0.058 + k * 0.016, glass.width() + 0.04, 0.0135), blend(tone, lamp, 0.12)
        )
    shot.glow(0.5, (top + foot) / 2, 0.6, lamp, 0.36)
    shot.page.fill(shot.band(foot, foot + 0.012), blend(light.lit("#8a8a86", 0.4), light.dark, 0.3))
    shot.stage()
    town.asphalt(shot, foot + 0.012, wet=0.8 if light.weather in ("rain", "storm", "snow") else 0.25)
    canopy_pool(shot, 0.5, foot + 0.07, 0.5, 0.08, lamp)
    cast(
        shot,
        [
            CastSpot(left + glass.width() * shot.number(0.12, 0.3), foot + 0.055, 0.165, "people ground"),
            CastSpot(right - 0.07, foot + 0.035, 0.165, "ground"),
            CastSpot(left + 0.02, foot + 0.03, 0.165, "ground"),
        ],
        people="one",
    )
    shot.calm(0.08, 0.05, 0.84, top - 0.16)
    shot.calm(0.08, 0.88, 0.84, 0.1, "left", "bottom")
