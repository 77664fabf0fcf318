"""Streets and houses in perspective, for every scene in a city."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import skia

from covers.engine.poster.color import at_lightness, blend, oklch
from covers.engine.poster.geometry import of_rect, polygon, polyline, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes.shot import Shot

WALLS = ("#5c4a44", "#4b5560", "#6a6258", "#3f4a4f", "#70574a", "#514a5e")
SIGN_HUES = (25, 60, 95, 150, 200, 250, 300, 345)
WINDOW_LIGHTS = ("#ffd596", "#ffc27a", "#ffe7bd", "#f7e3c4", "#dfe9ee", "#ffb765", "#cfe0dc")


def sign_colors(rng: random.Random, count: int = 4) -> list[str]:
    """Of neon: few hues a street, so that it is no fair."""
    start = rng.choice(SIGN_HUES)
    return [oklch(0.78, 0.17, start + turn) for turn in (0, 24, 180, 150)[:count]]


def front(
    shot: Shot, area: skia.Rect, color: str, *, lit: float, columns: int, floors: int, depth: float = 0.0
) -> list[skia.Rect]:
    """A house seen from the front, with its windows; answers the lit ones. lit: their share."""
    light, rng = shot.light, shot.rng
    top = light.far(light.lit(color, 0.42), depth)
    foot = light.far(light.lit(color, 0.12), depth)
    shot.graded(of_rect(area), (0, area.top()), (0, area.bottom()), [top, foot])
    wide, tall, shining = area.width() / columns, area.height() / floors, []
    dark_panes, bright_panes = skia.Path(), []
    for floor in range(floors):
        for column in range(columns):
            pane = skia.Rect.MakeXYWH(
                area.left() + wide * (column + 0.24), area.top() + tall * (floor + 0.26), wide * 0.52, tall * 0.5
            )
            if rng.random() < lit:
                shining.append(pane)
                bright_panes.append((pane, rng.choice(WINDOW_LIGHTS), rng.uniform(0.55, 1.0)))
            else:
                dark_panes.addRect(pane)
    shot.flat(dark_panes, blend(light.dark, light.middle, 0.22), depth)
    for pane, color_, strength in bright_panes:
        window(shot, pane, color_, strength, depth)
    return shining


def window(shot: Shot, pane: skia.Rect, color: str, strength: float = 1.0, depth: float = 0.0) -> None:
    """A lit one: bright where the lamp hangs, a curtain or a frame in it, and its light on the air around."""
    rng, page = shot.rng, shot.page
    warm = shot.light.far(blend(at_lightness(color, 0.55), color, strength), depth * 0.6)
    box = of_rect(pane)
    lamp = at_lightness(warm, 0.93, 0.7)
    page.gradient(box, (0, pane.top()), (0, pane.bottom()), [lamp, warm, blend(warm, shot.light.dark, 0.25)])
    if rng.random() < 0.5:
        side = pane.left() if rng.random() < 0.5 else pane.right() - pane.width() * 0.3
        page.fill(rect(side, pane.top(), pane.width() * 0.3, pane.height()), blend(warm, shot.light.dark, 0.35), 0.75)
    page.line(
        polyline([(pane.centerX(), pane.top()), (pane.centerX(), pane.bottom())]),
        shot.light.dark,
        pane.width() * 0.05,
        0.8,
    )
    page.glow(pane.centerX(), pane.centerY(), max(pane.width(), pane.height()) * 1.9, warm, 0.22 * strength)


@dataclass(frozen=True)
class House:
    """One of a street's. begin, end: metres from the eye; tall: metres; air: how much of it lies between; at: where a distance and a
    height are on the page."""

    begin: float
    end: float
    tall: float
    air: float
    at: Callable[[float, float], tuple[float, float]]

    def face(self, near: float, far: float, low: float, high: float) -> skia.Path:
        at = self.at
        return polygon([at(near, low), at(near, high), at(far, high), at(far, low)])


def street_wall(
    shot: Shot, side: int, offset: float, *, near: float, far: float, center: float, heights: tuple[float, float], lit: float,
    colors: Sequence[str], ground_floor: bool = True,
) -> list[tuple[float, float, str]]:  # fmt: skip
    """A row of houses along the street, from far to near. side: -1 left, 1 right. offset: metres from the middle of the street.
    near, far: metres. Answers where its shop signs shine: (x, y, colour)."""
    camera, light, rng = shot.camera, shot.light, shot.rng
    edges, distance = [near], near
    while distance < far:
        distance += rng.uniform(4.0, 9.0)
        edges.append(min(distance, far))

    def at(distance: float, height: float) -> tuple[float, float]:
        return (camera.x(side * offset, distance, center), camera.foot(distance) - camera.size(height, distance))

    neon, shining = sign_colors(rng), []
    for end, begin in zip(reversed(edges), reversed(edges[:-1]), strict=False):
        tall, color = rng.uniform(*heights), rng.choice(colors)
        house = House(begin, end, tall, min(0.8, (begin - near) / (far - near) * 0.95), at)
        base = light.lit(color, rng.uniform(0.2, 0.4))
        shot.graded(
            house.face(begin, end, 0, tall), at(begin, tall), at(begin, 0),
            [light.far(base, house.air), light.far(blend(base, light.dark, 0.45), house.air)],
        )  # fmt: skip
        _house_windows(shot, house, lit, lowest=1 if ground_floor else 0)
        if ground_floor and rng.random() < 0.75:
            shining.append(_shop(shot, house, neon))
        if rng.random() < 0.6:
            _hung_sign(shot, house, neon, side)
    return shining


def _house_windows(shot: Shot, house: House, lit: float, *, lowest: int) -> None:
    """lit: their share. lowest: the first floor that has any."""
    light, rng = shot.light, shot.rng
    floors, columns = max(2, int(house.tall / 3)), max(1, int((house.end - house.begin) / 2.6))
    for floor in range(lowest, floors):
        for column in range(columns):
            z0 = house.begin + (house.end - house.begin) * (column + 0.25) / columns
            z1 = house.begin + (house.end - house.begin) * (column + 0.75) / columns
            low, high = floor * 3 + 0.9, floor * 3 + 2.3
            pane = house.face(z0, z1, low, high)
            if rng.random() < lit:
                tint = rng.choice(WINDOW_LIGHTS)
                shot.page.fill(pane, light.far(tint, house.air * 0.6), rng.uniform(0.55, 0.95))
                x, y = house.at((z0 + z1) / 2, (low + high) / 2)
                shot.glow(x, y, shot.camera.size(2.4, z0), tint, 0.2)
            else:
                shot.flat(pane, blend(light.dark, light.middle, 0.2), house.air)


def _shop(shot: Shot, house: House, neon: Sequence[str]) -> tuple[float, float, str]:
    """A lit one on the ground floor, with its board. Answers where it shines."""
    light, rng, begin, end, air = shot.light, shot.rng, house.begin, house.end, house.air
    tint = rng.choice((*neon, "#ffe2ae", "#ffe2ae"))
    shot.graded(
        house.face(begin + 0.4, end - 0.4, 0.1, 2.5),
        house.at(begin, 2.5),
        house.at(begin, 0),
        [light.far(at_lightness(tint, 0.86, 0.7), air), light.far(blend(tint, light.dark, 0.5), air)],
    )
    board = house.face(begin + 0.3, end - 0.3, 2.6, 3.3)
    shot.page.fill(board, light.far(rng.choice(neon), air * 0.7), 0.95)
    x, y = house.at((begin + end) / 2, 2.2)
    shot.glow(x, y, shot.camera.size(5.0, begin + 1), tint, 0.34)
    return x, y, tint


def _hung_sign(shot: Shot, house: House, neon: Sequence[str], side: int) -> None:
    """One that stands out from the wall."""
    light, rng, camera = shot.light, shot.rng, shot.camera
    place, low = rng.uniform(house.begin, house.end), rng.uniform(3.4, max(3.6, min(house.tall - 2, 7)))
    x, y = house.at(place, low)
    wide, high = camera.size(0.75, place), camera.size(rng.uniform(1.2, 2.8), place)
    left = x - (wide if side > 0 else 0)
    tint = rng.choice(neon)
    shot.page.fill(rect(left, y - high, wide, high, wide * 0.12), light.far(at_lightness(tint, 0.82), house.air * 0.6))
    letters = skia.Path()
    for row in range(int(high / wide * 1.2)):
        top = y - high + wide * (0.25 + row * 0.8)
        letters.addRect(skia.Rect.MakeXYWH(left + wide * 0.25, top, wide * rng.uniform(0.3, 0.5), wide * 0.42))
    shot.page.fill(letters, light.far(at_lightness(tint, 0.3), house.air), 0.8)
    shot.glow(x, y - high / 2, high * 1.3, tint, 0.4)


def lamp_post(
    shot: Shot, x: float, foot: float, metre: float, facing: int = 1, depth: float = 0.0, color: str | None = None
) -> tuple[float, float]:
    """A street lamp of six metres with its light on the ground; answers where it shines."""
    light = shot.light
    top, reach = foot - 5.6 * metre, facing * 1.1 * metre
    mast = skia.Path()
    mast.moveTo(x, foot)
    mast.lineTo(x, top + 0.5 * metre)
    mast.quadTo(x, top, x + reach * 0.6, top - 0.05 * metre)
    mast.lineTo(x + reach, top)
    shot.page.line(mast, light.far(light.dark, depth), max(0.0012, 0.1 * metre), 1.0)
    if light.is_dark or light.hour in ("dusk", "dawn"):
        shot.pool(x + reach, foot, 2.6 * metre, 0.5 * metre, color, 0.4)
        shot.lamp(x + reach, top + 0.08 * metre, max(0.0022, 0.14 * metre), color)
    return x + reach, top


def wires(shot: Shot, start: tuple[float, float], end: tuple[float, float], count: int = 3, sag: float = 0.03) -> None:
    for index in range(count):
        path, drop = skia.Path(), index * 0.012
        path.moveTo(start[0], start[1] + drop)
        path.quadTo((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + sag + drop, end[0], end[1] + drop * 0.5)
        shot.page.line(path, shot.light.dark, 0.0013, 0.85)


def asphalt(shot: Shot, edge: float, *, wet: float = 0.5, vee: tuple[float, float] = (0.5, 0.0)) -> None:
    """The ground from `edge` down, dark, and where it is wet, a mirror in puddles. wet: 0 dry to 1 flooded. vee: as `Shot.mirror`
    has it, where walls stand on both sides."""
    light, (center, slope) = shot.light, vee
    ground = polygon([
        (BLEED_MIN, edge + (center - BLEED_MIN) * slope), (center, edge), (BLEED_MAX, edge + (BLEED_MAX - center) * slope),
        (BLEED_MAX, BLEED_MAX), (BLEED_MIN, BLEED_MAX),
    ])  # fmt: skip
    shot.graded(ground, (0, edge), (0, 1.0), [
        blend(light.haze, light.dark, 0.45), blend(light.fill, light.dark, 0.6), blend(light.dark, light.fill, 0.25),
    ])  # fmt: skip
    shot.wash(GRAVEL, {"edge": edge, "tint": blend(light.haze, light.key, 0.5)}, within=ground)
    if wet:
        shot.mirror(
            edge,
            ripple=0.16 + 0.1 * (1 - wet),
            deep=light.dark,
            depth=0.18,
            dry=0.62 - 0.4 * wet,
            within=ground,
            vee=vee,
        )


GRAVEL = """
uniform float edge; uniform float3 tint;
half4 main(float2 u) {
  float y = max(u.y - edge, .001);
  float z = 1. / (y + .03);
  float d = fine(float2((u.x - .5) * z * .2, z * .5));
  return light(tint, max(0., d - .45) * .35 * smoothstep(0., .2, y));
}"""
