"""Scenes at the water."""

from __future__ import annotations

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import polygon, rect, smooth
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.scenes.camera import Camera
from covers.engine.scenes.registry import scene
from covers.engine.scenes.shot import Shot


def far_shore(shot: Shot, height: float, depth: float, roughness: float = 0.5) -> skia.Path:
    """A line of hills standing on the horizon. height: of its tallest, in pages."""
    horizon, x = shot.camera.horizon, BLEED_MIN
    points, level = [(BLEED_MIN, horizon + 0.002)], shot.number(0.2, 0.8)
    while x < BLEED_MAX:
        level = min(1.0, max(0.05, level + shot.number(-roughness, roughness) * 0.4))
        points.append((x, horizon - height * level))
        x += shot.number(0.05, 0.16)
    path = smooth([*points, (BLEED_MAX, horizon + 0.002)])
    path.lineTo(BLEED_MAX, horizon + 0.002)
    path.close()
    shot.flat(path, shot.light.dark, depth)
    return path


@scene("moon_sea", hours="night small_hours evening dusk dawn", weathers="clear cloudy fog wind")
def moon_sea(shot: Shot) -> None:
    shot.camera = Camera(shot.rng.choice((0.36, 0.5, 0.62)) + shot.number(-0.03, 0.03), 2.2)
    horizon = shot.camera.horizon
    shot.sky()
    if shot.rng.random() < 0.5:
        far_shore(shot, 0.05, 0.55)
    shot.stage()
    shot.mirror(horizon, ripple=shot.number(0.35, 0.8), depth=0.55, sheen=0.16)
    shot.fog(horizon - 0.05, horizon + 0.05, 0.35)
    shot.calm(0.08, 0.07, 0.84, horizon * 0.5, "left", "top")
    shot.calm(0.08, horizon + 0.14, 0.84, 0.3, "left", "bottom")


@scene("pier", hours="dusk dawn evening night afternoon", weathers="clear cloudy fog snow rain")
def pier(shot: Shot) -> None:
    shot.camera = Camera(0.56 + shot.number(-0.06, 0.04), 1.7, 0.9)
    camera, light = shot.camera, shot.light
    shot.sky()
    far_shore(shot, shot.number(0.02, 0.06), 0.5)
    shot.mirror(camera.horizon, ripple=0.3, depth=0.35, sheen=0.1)
    shot.stage()
    turn = shot.number(-0.12, 0.12)
    near, far, half = 1.6, 26.0, 1.15

    def edge(side: float, distance: float) -> tuple[float, float]:
        center = 0.5 + turn * (1 - near / distance) * 1.2
        return camera.x(side * half, distance, center), camera.foot(distance) - camera.size(0.5, distance)

    deck = polygon([edge(-1, near), edge(-1, far), edge(1, far), edge(1, near)])
    wood = blend(light.lit("#6b5138", 0.35), light.dark, 0.45)
    shot.graded(deck, (0.5, edge(0, far)[1]), (0.5, 1.0), [light.far(wood, 0.35), wood, light.dark])
    distance = near
    while distance < far:  # boards
        left, right = edge(-1, distance), edge(1, distance)
        shot.page.line(polygon([left, right]), light.dark, 0.0012 + 0.004 / distance, 0.55)
        shot.page.line(polygon([(left[0], left[1] - 0.0015), (right[0], right[1] - 0.0015)]), light.horizon, 0.0008 + 0.001 / distance, 0.28)
        distance *= 1.055 if distance > 4 else 1.09
    for post in (2.2, 3.4, 5.2, 8.0, 12.5, 19.0):
        for side in (-1, 1):
            x, y = edge(side, post)
            wide, tall = camera.size(0.16, post), camera.size(0.95, post)
            path = rect(x - wide / 2, y - tall, wide, tall + camera.size(0.9, post), wide * 0.2)
            shot.graded(path, (x - wide / 2, 0), (x + wide / 2, 0), [light.dark, blend(light.dark, light.horizon, 0.28), light.dark] if light.side < 0.05 else [blend(light.dark, light.horizon, 0.3), light.dark])
    shot.calm(0.08, 0.07, 0.84, 0.3, "left", "top")
