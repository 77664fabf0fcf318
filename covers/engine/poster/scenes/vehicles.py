"""Scenes inside what drives."""

from __future__ import annotations

from itertools import pairwise

import skia

from covers.engine.poster.color import blend
from covers.engine.poster.geometry import circle, polygon, polyline, rect
from covers.engine.poster.scenes import rooms, town
from covers.engine.poster.scenes.camera import Camera, Way
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot


def seat_back(shot: Shot, x: float, top: float, width: float, height: float, color: str) -> None:
    light = shot.light
    path = rect(x - width / 2, top, width, height, width * 0.16)
    shot.graded(
        path,
        (x - width / 2, 0),
        (x + width / 2, 0),
        [light.lit(color, 0.15), light.lit(color, 0.5), light.lit(color, 0.2)],
    )
    head = rect(x - width * 0.3, top - width * 0.22, width * 0.6, width * 0.34, width * 0.12)
    shot.graded(
        head, (0, top - width * 0.22), (0, top + width * 0.1), [light.lit("#d8d2c4", 0.6), light.lit("#8f8a80", 0.2)]
    )
    shot.page.line(
        rect(x - width * 0.4, top + width * 0.12, width * 0.8, height, width * 0.1),
        light.lit(color, 0.08),
        width * 0.014,
        0.8,
    )


class _Bus(Way):
    """Its inside from the last row."""

    def glass(self) -> skia.Path:
        """Its windows, and the one in front."""
        glass, at = skia.Path(), self.at
        for side in (-1.25, 1.25):
            for near, far in pairwise((1.15, 2.1, 3.3, 4.8, 6.6, 8.6)):
                near, far = near * 1.06, far * 0.97
                glass.addPath(
                    polygon([at(side, near, 1.1), at(side, near, 2.05), at(side, far, 2.05), at(side, far, 1.1)])
                )
        glass.addPath(polygon([at(-1.1, 9.4, 0.9), at(1.1, 9.4, 0.9), at(1.1, 9.4, 2.1), at(-1.1, 9.4, 2.1)]))
        return glass


@scene("bus_last_row", hours="night evening dusk dawn", weathers="rain clear snow cloudy fog")
def bus_last_row(shot: Shot) -> None:
    """The bus from its last row: seats, windows with the city in them, one head perhaps."""
    shot.camera = Camera(0.42, 1.5, 1.0)
    camera, light, bus = shot.camera, shot.light, _Bus(shot.camera, 0.5 + shot.number(-0.04, 0.04))
    at = bus.at
    inside = blend(light.dark, "#1c2226", 0.55)
    cloth = shot.rng.choice(("#38566e", "#6e3a3a", "#3f5d4c", "#564a72"))
    shot.page.ground(inside)
    with shot.page.clipped(bus.glass()):
        _city_outside(shot)
    roof = polygon(
        [at(-1.25, 1.0, 2.25), at(-1.1, 9.4, 2.25), at(1.1, 9.4, 2.25), at(1.25, 1.0, 2.25), (1.5, -0.6), (-0.5, -0.6)]
    )
    shot.graded(roof, (0, 0), (0, camera.horizon), [inside, blend(inside, light.lamp, 0.12)])
    for side in (-1, 1):
        _tube_and_straps(shot, bus, side)
    aisle = polygon([at(-0.3, 9.4, 0), at(0.3, 9.4, 0), at(0.3, 0.9, 0), at(-0.3, 0.9, 0)])
    shot.graded(aisle, (0, camera.horizon), (0, 1), [blend(light.lit("#6d6a64", 0.4), inside, 0.3), inside])
    shot.stage()
    _seats(shot, bus, cloth)
    shot.go_inside()
    shot.calm(0.1, 0.05, 0.8, 0.16, "center")
    shot.calm(0.08, 0.86, 0.84, 0.1, "left", "bottom")


def _city_outside(shot: Shot) -> None:
    light = shot.light
    shot.sky(0.5, stars=False, has_sun=False)
    tones = [*town.sign_colors(shot.rng, 3), light.lamp, light.lamp, "#ff6a54"]
    for _ in range(46):
        x, y = shot.number(-0.05, 1.05), shot.number(0.2, 0.58)
        shot.page.fill(
            rect(x, y, shot.number(0.01, 0.05), shot.number(0.02, 0.07)),
            blend(light.dark, light.middle, shot.number(0.1, 0.5)),
            0.8,
        )
    shot.bokeh(skia.Rect(-0.05, 0.22, 1.05, 0.56), tones, 44, 0.02)


def _tube_and_straps(shot: Shot, bus: _Bus, side: int) -> None:
    """The light along the roof, and what people hold on to."""
    light, at = shot.light, bus.at
    tube = polygon(
        [at(side * across, far, 2.24) for across, far in ((0.55, 1.2), (0.55, 9.0), (0.66, 9.0), (0.66, 1.2))]
    )
    shot.page.fill(tube, blend("#fff0cf", light.lamp, 0.3), 0.85)
    shot.page.blurred(tube, light.lamp, 0.02, 0.4, skia.BlendMode.kScreen)
    rail = polyline([at(side * 0.8, 1.1, 1.95), at(side * 0.8, 9.2, 1.95)])
    shot.page.line(rail, light.lit("#c8ccd0", 0.6), 0.004)
    for distance in (7.4, 5.4, 4.0, 3.0, 2.2):
        x, y = at(side * 0.8, distance, 1.95)
        size = shot.camera.size(0.12, distance)
        strap = polyline([(x, y), (x, y + size * 1.3)])
        shot.page.line(strap, light.lit("#d8d4c8", 0.4), size * 0.12)
        shot.page.line(circle(x, y + size * 1.75, size * 0.45), light.lit("#d8d4c8", 0.6), size * 0.14)


def _seats(shot: Shot, bus: _Bus, cloth: str) -> None:
    """From the front to the back, and somebody in one of them perhaps."""
    for distance in (8.4, 6.6, 5.0, 3.7, 2.65, 1.85):
        for side in (-1, 1):
            for across in (0.98, 0.5):
                x, top = bus.at(side * across, distance, 1.16)
                width = shot.camera.size(0.44, distance)
                if across == 0.98 and distance in (3.7, 2.65):
                    metre = shot.camera.size(1, distance + 0.4)
                    spot = CastSpot(x, top + width * 0.3, metre, "people seat", 0.05, side, ("bust",))
                    if shot.rng.random() < 0.5 or (distance == 3.7 and side == 1):
                        cast(shot, [spot], people="")
                seat_back(shot, x, top, width, width * 2.2, cloth)


@scene("subway_window", hours="night evening small_hours morning", weathers="")
def subway_window(shot: Shot) -> None:
    """A subway's window: the tunnel behind it, the carriage in it."""
    light, rng = shot.light, shot.rng
    shot.go_inside()
    metal = rng.choice(("#c2c8cc", "#b9beb4", "#c9c2b6"))
    lamp = "#e9f4f2" if rng.random() < 0.6 else "#fff1d2"
    shot.wash(
        rooms.WALL,
        {
            "bright": blend(metal, lamp, 0.4),
            "shade": blend(metal, light.dark, 0.6),
            "source": (0.5, 0.05),
            "reach": 0.9,
            "shift": (rng.random(), rng.random()),
        },
    )
    opening = skia.Rect.MakeLTRB(0.1, 0.2, 0.9, 0.66)
    pane = rect(opening.left(), opening.top(), opening.width(), opening.height(), 0.035)
    shot.page.fill(rect(0.075, 0.175, 0.85, 0.51, 0.05), blend(metal, light.dark, 0.55))
    with shot.page.clipped(pane):
        _tunnel(shot, pane, lamp)
    shot.page.line(pane, blend(metal, "#ffffff", 0.3), 0.004, 0.8)
    shot.stage()
    for x in (0.03, 0.97):
        shot.graded(
            rect(x - 0.012, -1, 0.024, 3),
            (x - 0.012, 0),
            (x + 0.012, 0),
            [blend(metal, light.dark, 0.5), "#f4f6f6", blend(metal, light.dark, 0.3)],
        )
    seat = rng.choice(("#2f5d7c", "#8a3b3b", "#3f6d56", "#6a4f86"))
    bench = rect(-0.5, 0.78, 2.0, 0.6, 0.03)
    shot.graded(bench, (0, 0.78), (0, 1.02), [blend(seat, lamp, 0.25), seat, blend(seat, light.dark, 0.55)])
    for k in range(-2, 8):
        shot.page.line(
            polyline([(0.02 + k * 0.193, 0.79), (0.02 + k * 0.193, 1.5)]), blend(seat, light.dark, 0.6), 0.003
        )
    rail = rect(-1, 0.725, 4, 0.014, 0.007)
    shot.graded(rail, (0, 0.725), (0, 0.739), ["#ffffff", blend(metal, light.dark, 0.4)])
    cast(shot, [CastSpot(rng.choice((0.22, 0.78)), 0.94, 0.8, "seat table"), CastSpot(0.5, 0.94, 0.8, "table")])
    shot.calm(0.1, 0.035, 0.8, 0.12, "left", "middle")
    shot.calm(0.14, 0.26, 0.72, 0.2)
    shot.calm(0.08, 0.86, 0.84, 0.1, "left", "bottom")


def _tunnel(shot: Shot, pane: skia.Path, lamp: str) -> None:
    """What runs by behind the glass, and the carriage mirrored in it."""
    light, rng = shot.light, shot.rng
    shot.graded(pane, (0, 0.2), (0, 0.66), ["#0a0d12", "#12171c", "#07090b"])
    streaks = skia.Path()
    for _ in range(34):
        y, x, long = shot.number(0.2, 0.66), shot.number(-0.1, 1.0), shot.number(0.08, 0.4)
        streaks.addRect(skia.Rect.MakeXYWH(x, y, long, shot.number(0.0008, 0.003)))
    shot.page.blurred(streaks, blend(lamp, light.lamp, 0.5), 0.002, 0.45)
    for _ in range(4):
        x, y = shot.number(0.1, 0.9), shot.number(0.24, 0.4)
        shot.page.blurred(
            rect(x, y, shot.number(0.1, 0.3), 0.012), rng.choice((light.lamp, "#7fd0ff", "#ff9a6a")), 0.004, 0.7
        )
    for x in (0.16, 0.5, 0.84):  # the lamps of the carriage, mirrored
        shot.page.blurred(
            polygon([(x - 0.1, 0.225), (x + 0.1, 0.225), (x + 0.08, 0.245), (x - 0.08, 0.245)]), lamp, 0.006, 0.6
        )
    for k in range(6):
        shot.page.blurred(rect(0.12 + k * 0.14, 0.5, 0.11, 0.2, 0.03), rng.choice(("#3a5a78", "#6e4038")), 0.006, 0.35)
    cast(
        shot,
        [CastSpot(0.5 + rng.choice((-0.16, 0.16)), 0.64, 0.52, "people mirror", 0.35, 1, ("bust",))],
        people="one",
    )
    shot.graded(pane, (0.1, 0.2), (0.7, 0.66), ["#ffffff", blend(lamp, "#10141a", 0.7), "#0a0d12"], 0.1)
