"""Scenes in the city after dark."""

from __future__ import annotations

import skia

from covers.engine.poster.color import at_lightness, blend
from covers.engine.poster.geometry import rect
from covers.engine.scenes import nature, town
from covers.engine.scenes.camera import Camera
from covers.engine.scenes.cast import Spot, cast
from covers.engine.scenes.registry import scene
from covers.engine.scenes.shot import Shot

WALLS = ("#5c4a44", "#4b5560", "#6a6258", "#3f4a4f", "#70574a", "#514a5e")


@scene("wet_street", hours="night evening small_hours dusk", weathers="rain storm cloudy fog clear")
def wet_street(shot: Shot) -> None:
    """A street between houses after the rain, and its lights in the ground."""
    shot.camera = Camera(0.5 + shot.number(-0.05, 0.06), 1.55, shot.number(0.85, 1.15))
    camera, light, rng = shot.camera, shot.light, shot.rng
    center, width = shot.number(0.36, 0.64), shot.number(4.5, 6.5)
    shot.sky(stars=False, has_sun=False)
    shot.pool(center, camera.horizon, 0.34, 0.22, blend(light.lamp, light.horizon, 0.4), 0.5)
    for side in (-1, 1):
        town.street_wall(
            shot, side, width, near=2.6, far=70, center=center, heights=(7, shot.number(12, 22)), lit=0.22, colors=WALLS
        )
    shot.stage()
    for distance in (48, 33, 22, 14.5):
        for side in (-1, 1):
            if rng.random() < 0.8:
                town.lamp_post(
                    shot, camera.x(side * (width - 1.2), distance, center), camera.foot(distance), camera.size(1, distance),
                    -side, 0.5 * distance / 60,
                )  # fmt: skip
    for _ in range(rng.randrange(1, 4)):  # tail lights far down
        distance, lane = shot.number(16, 44), shot.number(-0.45, 0.45) * width
        for off in (-0.6, 0.6):
            x = camera.x(lane + off, distance, center)
            shot.lamp(x, camera.foot(distance) - camera.size(0.7, distance), camera.size(0.09, distance), "#ff4a3a" if lane > 0 else "#fff1d0")
    town.asphalt(shot, camera.horizon + 0.004, wet=0.75, vee=(center, camera.eye / width))
    town.wires(shot, (-0.05, camera.horizon - shot.number(0.2, 0.34)), (1.05, camera.horizon - shot.number(0.22, 0.36)))
    near = shot.number(5.5, 9.0)
    cast(shot, [
        Spot(camera.x(shot.number(-1.4, 1.4), near, center), camera.foot(near), camera.size(1, near), "people ground"),
        Spot(camera.x(-width * 0.6, near * 0.8, center), camera.foot(near * 0.8), camera.size(1, near * 0.8), "ground"),
    ], people="one")  # fmt: skip
    shot.calm(0.08, 0.06, 0.84, 0.26)
    shot.calm(0.08, 0.72, 0.84, 0.22, "left", "bottom")


@scene("sign_alley", hours="night evening small_hours", weathers="rain clear fog snow cloudy")
def sign_alley(shot: Shot) -> None:
    """A lane so narrow that one sign lights it."""
    shot.camera = Camera(0.54 + shot.number(-0.03, 0.05), 1.5, 1.05)
    camera, light, rng = shot.camera, shot.light, shot.rng
    center = shot.number(0.42, 0.58)
    shot.sky(stars=False, has_sun=False)
    shot.pool(center, camera.horizon, 0.2, 0.28, light.lamp, 0.4)
    for side in (-1, 1):
        town.street_wall(shot, side, 1.7, near=1.5, far=34, center=center, heights=(7, 12), lit=0.12, colors=WALLS, ground_floor=False)
    shot.stage()
    town.asphalt(shot, camera.horizon + 0.006, wet=0.6, vee=(center, camera.eye / 1.7))
    side = rng.choice((-1, 1))
    distance, tint = shot.number(5.0, 7.0), town.sign_colors(rng)[0]
    x, y = camera.x(side * 1.35, distance, center), camera.horizon - camera.size(1.5, distance)
    wide, tall = camera.size(0.75, distance), camera.size(2.3, distance)
    board = rect(x - wide / 2, y - tall / 2, wide, tall, wide * 0.1)
    shot.glow(x, y, tall * 2.6, tint, 0.5)
    shot.graded(board, (0, y - tall / 2), (0, y + tall / 2), [at_lightness(tint, 0.93, 0.5), at_lightness(tint, 0.8)])
    shot.page.line(board, at_lightness(tint, 0.5), wide * 0.06)
    letters = skia.Path()
    for row in range(4):
        top = y - tall / 2 + tall * (0.09 + row * 0.22)
        letters.addRoundRect(skia.Rect.MakeXYWH(x - wide * 0.25, top, wide * 0.5, wide * 0.12), wide * 0.04, wide * 0.04)
        letters.addRoundRect(skia.Rect.MakeXYWH(x - wide * 0.22 + wide * 0.1 * (row % 2), top + wide * 0.18, wide * 0.14, wide * 0.22), wide * 0.04, wide * 0.04)
        letters.addRoundRect(skia.Rect.MakeXYWH(x + wide * 0.02, top + wide * 0.2, wide * 0.22, wide * 0.12), wide * 0.04, wide * 0.04)
    shot.page.fill(letters, at_lightness(tint, 0.35), 0.9)
    shot.keep_off(board)
    shot.pool(x, camera.foot(distance), camera.size(3.0, distance), camera.size(0.8, distance), tint, 0.55)
    town.wires(shot, (center - 0.5, 0.1), (center + 0.5, 0.22), 4, 0.05)
    town.wires(shot, (center - 0.4, 0.3), (center + 0.35, 0.24), 2, 0.03)
    near = shot.number(7.5, 11)
    cast(shot, [Spot(camera.x(-side * 0.4, near, center), camera.foot(near), camera.size(1, near), "people ground"),
                Spot(camera.x(-side * 0.9, 4.2, center), camera.foot(4.2), camera.size(1, 4.2), "ground")], people="walking")  # fmt: skip
    shot.calm(0.08, 0.05, 0.84, 0.2)
    shot.calm(0.08, 0.78, 0.84, 0.18, "left", "bottom")


@scene("flats_evening", hours="evening night dusk small_hours", weathers="clear cloudy snow rain fog")
def flats_evening(shot: Shot) -> None:
    """Apartment blocks, most of them dark; somebody is at home."""
    shot.camera = Camera(0.86, 1.6)
    _light, rng = shot.light, shot.rng
    shot.sky()
    for depth, base in ((0.62, 0.84), (0.34, 0.9)):
        x = shot.number(-0.5, -0.3)
        while x < 1.5:
            wide, tall = shot.number(0.12, 0.22), shot.number(0.18, 0.42) * (1.1 - depth * 0.5)
            town.front(shot, skia.Rect.MakeXYWH(x, base - tall, wide, tall + 0.2), rng.choice(WALLS), lit=0.16,
                       columns=max(3, int(wide * 46)), floors=max(5, int(tall * 34)), depth=depth)  # fmt: skip
            x += wide + shot.number(0.01, 0.08)
    shot.stage()
    wide, tall = shot.number(0.34, 0.46), shot.number(0.5, 0.62)
    left = rng.choice((shot.number(0.05, 0.12), shot.number(0.5, 0.56)))
    block = skia.Rect.MakeXYWH(left, 1.02 - tall, wide, tall + 0.7)
    columns, floors = 6, 13
    town.front(shot, block, rng.choice(WALLS), lit=0.1, columns=columns, floors=int(floors * (tall + 0.7) / tall), depth=0.04)
    pane = skia.Rect.MakeXYWH(
        left + wide / columns * (rng.randrange(1, 5) + 0.24), 1.02 - tall + tall / floors * (rng.randrange(3, 8) + 0.26), wide / columns * 0.52, tall / floors * 0.5
    )
    town.window(shot, pane, "#ffd08a", 1.0)
    shot.glow(pane.centerX(), pane.centerY(), 0.09, "#ffc46e", 0.5)
    shot.keep_off(rect(pane.left(), pane.top(), pane.width(), pane.height()))
    nature.shrubs(shot, 1.0, 0.09)
    cast(shot, [Spot(0.5, 0.985, 0.07, "people ground", 0.0), Spot(pane.centerX(), pane.bottom(), pane.height() / 1.6, "window")])
    shot.calm(0.08, 0.06, 0.84, max(0.16, 0.9 - tall - 0.2))
