"""Streets and houses in perspective, for every scene in a city."""

from __future__ import annotations

import random
from collections.abc import Sequence

import skia

from covers.engine.poster.color import at_lightness, blend, oklch
from covers.engine.poster.geometry import polygon, polyline, rect
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
    shot.graded(
        rect(area.left(), area.top(), area.width(), area.height()), (0, area.top()), (0, area.bottom()), [top, foot]
    )
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
    box = rect(pane.left(), pane.top(), pane.width(), pane.height())
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
    neon, shining = sign_colors(rng), []
    for end, begin in zip(reversed(edges), reversed(edges[:-1]), strict=False):
        tall, color = rng.uniform(*heights), rng.choice(colors)
        air = min(0.8, (begin - near) / (far - near) * 0.95)

        def at(distance: float, height: float) -> tuple[float, float]:
            return (camera.x(side * offset, distance, center), camera.foot(distance) - camera.size(height, distance))

        wall = polygon([at(begin, 0), at(begin, tall), at(end, tall), at(end, 0)])
        base = light.lit(color, rng.uniform(0.2, 0.4))
        shot.graded(
            wall, at(begin, tall), at(begin, 0),
            [light.far(base, air), light.far(blend(base, light.dark, 0.45), air)],
        )  # fmt: skip
        floors, columns = max(2, int(tall / 3)), max(1, int((end - begin) / 2.6))
        for floor in range(1 if ground_floor else 0, floors):
            for column in range(columns):
                z0 = begin + (end - begin) * (column + 0.25) / columns
                z1 = begin + (end - begin) * (column + 0.75) / columns
                low, high = floor * 3 + 0.9, floor * 3 + 2.3
                pane = polygon([at(z0, low), at(z0, high), at(z1, high), at(z1, low)])
                if rng.random() < lit:
                    tint = rng.choice(WINDOW_LIGHTS)
                    shot.page.fill(pane, light.far(tint, air * 0.6), rng.uniform(0.55, 0.95))
                    x, y = at((z0 + z1) / 2, (low + high) / 2)
                    shot.glow(x, y, camera.size(2.4, z0), tint, 0.2)
                else:
                    shot.flat(pane, blend(light.dark, light.middle, 0.2), air)
        if ground_floor and rng.random() < 0.75:
            tint = rng.choice((*neon, "#ffe2ae", "#ffe2ae"))
            shop = polygon([at(begin + 0.4, 0.1), at(begin + 0.4, 2.5), at(end - 0.4, 2.5), at(end - 0.4, 0.1)])
            shot.graded(
                shop,
                at(begin, 2.5),
                at(begin, 0),
                [light.far(at_lightness(tint, 0.86, 0.7), air), light.far(blend(tint, light.dark, 0.5), air)],
            )
            board = polygon([at(begin + 0.3, 2.6), at(begin + 0.3, 3.3), at(end - 0.3, 3.3), at(end - 0.3, 2.6)])
            shot.page.fill(board, light.far(rng.choice(neon), air * 0.7), 0.95)
            x, y = at((begin + end) / 2, 2.2)
            shot.glow(x, y, camera.size(5.0, begin + 1), tint, 0.34)
            shining.append((x, y, tint))
        if rng.random() < 0.6:  # a sign that stands out from the wall
            place, low = rng.uniform(begin, end), rng.uniform(3.4, max(3.6, min(tall - 2, 7)))
            x, y = at(place, low)
            wide, high = camera.size(0.75, place), camera.size(rng.uniform(1.2, 2.8), place)
            box = rect(x - (wide if side > 0 else 0), y - high, wide, high, wide * 0.12)
            tint = rng.choice(neon)
            shot.page.fill(box, light.far(at_lightness(tint, 0.82), air * 0.6))
            letters = skia.Path()
            left = x - (wide if side > 0 else 0)
            for row in range(int(high / wide * 1.2)):
                letters.addRect(
                    skia.Rect.MakeXYWH(
                        left + wide * 0.25,
                        y - high + wide * (0.25 + row * 0.8),
                        wide * rng.uniform(0.3, 0.5),
                        wide * 0.42,
                    )
                )
            shot.page.fill(letters, light.far(at_lightness(tint, 0.3), air), 0.8)
            shot.glow(x, y - high / 2, high * 1.3, tint, 0.4)
    return shining


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
