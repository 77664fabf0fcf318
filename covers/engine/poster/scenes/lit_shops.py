"""What is lit and open when nothing else is."""

from __future__ import annotations

import skia

from covers.engine.poster.color import blend, oklch
from covers.engine.poster.geometry import of_rect, polygon, rect
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
    _lit_shop(shot, skia.Rect.MakeLTRB(x - half * 0.55, horizon - 0.1, x + half * 0.62, foot - 0.008), lamp)
    for pillar in (x - 0.62 * half, x + 0.62 * half):
        shot.graded(
            rect(pillar - 0.012, top, 0.024, foot - top),
            (pillar - 0.012, 0),
            (pillar + 0.012, 0),
            [blend(lamp, light.dark, 0.25), lamp, blend(lamp, light.dark, 0.5)],
        )
    under = polygon([(x - half, top), (x + half, top), (x + half * 0.86, top + 0.026), (x - half * 0.86, top + 0.026)])
    shot.page.fill(under, blend(lamp, "#ffffff", 0.6))
    shot.page.blurred(under, lamp, 0.02, 0.5, skia.BlendMode.kScreen)
    roof = rect(x - half - 0.01, top - 0.05, half * 2 + 0.02, 0.05)
    shot.graded(roof, (0, top - 0.05), (0, top), [blend("#f4f4f0", light.fill, 0.2), blend("#d8d8d2", light.fill, 0.3)])
    shot.page.fill(rect(x - half - 0.01, top - 0.036, half * 2 + 0.02, 0.02), brand)
    for pump in (-0.36, 0.34):
        _pump(shot, x + pump * half, foot, brand)
    _price_sign(shot, x - side * (half + shot.number(0.1, 0.16)), horizon, brand)
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


def _lit_shop(shot: Shot, shop: skia.Rect, lamp: str) -> None:
    """A glass front with its goods behind it."""
    box = of_rect(shop)
    shot.graded(box, (0, shop.top()), (0, shop.bottom()), [blend(lamp, "#ffffff", 0.4), blend(lamp, "#c9a56a", 0.3)])
    for k in range(22):
        left = shop.left() + 0.012 + k * (shop.width() - 0.03) / 22
        for row in range(3):
            tone = blend(oklch(0.6, 0.12, shot.rng.uniform(0, 360)), lamp, 0.4)
            shot.page.fill(rect(left, shop.top() + 0.026 + row * 0.026, 0.009, 0.017), tone, 0.8)
    frames = skia.Path()
    for k in range(7):
        frames.addRect(skia.Rect.MakeXYWH(shop.left() + k * shop.width() / 6 - 0.002, shop.top(), 0.004, shop.height()))
    frames.addRect(skia.Rect.MakeXYWH(shop.left() - 0.004, shop.top() - 0.016, shop.width() + 0.008, 0.02))
    shot.page.fill(frames, blend(shot.light.dark, lamp, 0.12))


def _pump(shot: Shot, x: float, foot: float, brand: str) -> None:
    dark = shot.light.dark
    body = rect(x - 0.016, foot - 0.075, 0.032, 0.075, 0.004)
    shot.graded(body, (x - 0.016, 0), (x + 0.016, 0), [blend(brand, dark, 0.2), brand, blend(brand, dark, 0.5)])
    shot.page.fill(rect(x - 0.011, foot - 0.068, 0.022, 0.016), "#eef6ff")
    hose = skia.Path()
    hose.moveTo(x + 0.016, foot - 0.05)
    hose.cubicTo(x + 0.034, foot - 0.06, x + 0.03, foot - 0.004, x + 0.018, foot - 0.016)
    shot.page.line(hose, dark, 0.003)


def _price_sign(shot: Shot, x: float, horizon: float, brand: str) -> None:
    """On its pole by the road, in rows that nobody can read."""
    shot.page.fill(rect(x - 0.006, horizon - 0.36, 0.012, 0.4), shot.light.dark)
    sign = rect(x - 0.05, horizon - 0.43, 0.1, 0.13, 0.012)
    shot.glow(x, horizon - 0.37, 0.2, brand, 0.45)
    shot.graded(sign, (0, horizon - 0.43), (0, horizon - 0.3), [blend(brand, "#ffffff", 0.55), brand])
    for row in range(3):
        line = rect(x - 0.036, horizon - 0.412 + row * 0.035, 0.03 + 0.04 * shot.rng.random(), 0.014, 0.003)
        shot.page.fill(line, "#fffdf4", 0.9)
    shot.keep_off(sign)


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
    _upstairs(shot)
    glass = skia.Rect.MakeLTRB(left, top, right, foot)
    box = rect(left, top, glass.width(), glass.height())
    with shot.page.clipped(box):
        shot.graded(box, (0, top), (0, foot), [blend(lamp, "#ffffff", 0.7), lamp, blend(lamp, "#b9ac90", 0.5)])
        _shelves(shot, (left, right), (top, foot), lamp)
        door = left + glass.width() * rng.choice((0.3, 0.62))
        pane = [blend(lamp, "#ffffff", 0.8), blend(lamp, "#d8ceb4", 0.3)]
        shot.graded(rect(door, top, 0.17, foot - top), (0, top), (0, foot), pane)
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
        stripe = rect(left - 0.02, top - 0.058 + k * 0.016, glass.width() + 0.04, 0.0135)
        shot.page.fill(stripe, blend(tone, lamp, 0.12))
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


def _upstairs(shot: Shot) -> None:
    """Bricks, and windows of which hardly one is lit."""
    light = shot.light
    bricks = skia.Path()
    for row in range(40):
        y = 0.14 + row * 0.0165
        bricks.moveTo(-0.5, y)
        bricks.lineTo(1.5, y)
    shot.page.line(bricks, light.dark, 0.0008, 0.35)
    for k in range(5):
        opening = skia.Rect.MakeXYWH(-0.04 + k * 0.24, 0.17, 0.11, 0.1)
        if shot.rng.random() < 0.16:
            town.window(shot, opening, shot.rng.choice(town.WINDOW_LIGHTS), 0.8)
        else:
            pane = of_rect(opening)
            shot.page.fill(pane, blend(light.dark, light.middle, 0.12))
            shot.page.line(pane, light.dark, 0.004)


def _shelves(shot: Shot, across: tuple[float, float], down: tuple[float, float], lamp: str) -> None:
    """Tubes under the ceiling, and four shelves of goods."""
    rng, (left, right), (top, foot) = shot.rng, across, down
    width = skia.Rect.MakeLTRB(left, top, right, foot).width()
    for k in range(5):
        tube = left + (k + 0.5) * width / 5
        shot.page.blurred(rect(tube - 0.05, top + 0.008, 0.1, 0.008), "#ffffff", 0.003)
    rows = 4
    for row in range(rows):
        base = top + 0.09 + (foot - top - 0.13) * row / (rows - 1)
        x = left
        while x < right:
            wide, tall = shot.number(0.007, 0.016), shot.number(0.022, 0.044)
            lightness, chroma = rng.uniform(0.45, 0.85), rng.uniform(0.04, 0.16)
            tone = oklch(lightness, chroma, rng.choice((20, 40, 75, 95, 140, 200, 250, 340)) + rng.uniform(-12, 12))
            shot.page.fill(rect(x, base - tall, wide, tall, 0.002), blend(tone, lamp, 0.3))
            x += wide + 0.0012
        board = [blend(lamp, "#ffffff", 0.6), blend(lamp, "#6d6a60", 0.5)]
        shot.graded(rect(left, base, width, 0.007), (0, base), (0, base + 0.007), board)
        shot.page.fill(rect(left, base + 0.007, width, 0.014), blend(lamp, "#54524c", 0.6), 0.5)
