"""Ways to turn a silhouette into a picture, and fields of dots, lines and rays. Paths in, paths out."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable

import numpy as np
import skia

from covers.engine.poster.geometry import Point, common, moved, polygon, smooth

Field = Callable[[float, float], float]


def halftone(area: skia.Rect, pitch: float, turn: float, tone: Field) -> skia.Path:
    """Dots on a grid turned by degrees; tone(x, y) in 0..1 is the share of ink, 1 just closes the gaps."""
    path = skia.Path()
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    reach = math.hypot(area.width(), area.height()) / 2 + pitch
    count = int(reach / pitch)
    # thousands of dots: what Skia's binding answers is asked for once
    center_x, center_y, largest, least = area.centerX(), area.centerY(), pitch * 0.74, pitch * 0.08
    left, right, top, bottom = area.left() - pitch, area.right() + pitch, area.top() - pitch, area.bottom() + pitch
    for row in range(-count, count + 1):
        across, down = row * sine, row * cosine
        for column in range(-count, count + 1):
            x = center_x + pitch * (column * cosine - across)
            y = center_y + pitch * (column * sine + down)
            if left < x < right and top < y < bottom:
                radius = largest * math.sqrt(max(0.0, min(1.0, tone(x, y))))
                if radius > least:
                    path.addCircle(x, y, radius)
    return path


def hatching(area: skia.Rect, pitch: float, turn: float, tone: Field, wobble: float = 0.0) -> skia.Path:
    """Engraving lines whose width follows tone(x, y) in 0..1; `wobble` bends them, in units of the pitch."""
    path = skia.Path()
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    reach = math.hypot(area.width(), area.height()) / 2
    steps = []
    for step in range(49):
        along = -reach + 2 * reach * step / 48
        steps.append((along * 9, area.centerX() + along * cosine, area.centerY() + along * sine))
    bend, widest = wobble * pitch, pitch * 0.5
    for row in range(-int(reach / pitch) - 1, int(reach / pitch) + 2):
        upper, lower = [], []
        base, turn_of_row = row * pitch, row * 0.35
        for wave, left, top in steps:
            across = base + bend * math.sin(wave + turn_of_row)
            x, y = left - across * sine, top + across * cosine
            half = widest * max(0.0, min(1.0, tone(x, y)))
            upper.append((x + half * sine, y - half * cosine))
            lower.append((x - half * sine, y + half * cosine))
        path.addPath(polygon([*upper, *reversed(lower)]))
    return path


def sunburst(x: float, y: float, count: int, turn: float = 0.0) -> skia.Path:
    """`count` rays as wide as the gaps between them."""
    path, half = skia.Path(), 90 / count
    for index in range(count):
        middle = turn + 360 * index / count
        turns = [math.radians(one) for one in (middle - half, middle + half)]
        edges = [(x + 3.0 * math.cos(one), y + 3.0 * math.sin(one)) for one in turns]
        path.addPath(polygon([(x, y), *edges]))
    return path


def torn_edge(rng: random.Random, start: Point, end: Point, roughness: float, beyond: Point) -> skia.Path:
    """A closed area on the far side of a torn line from start to end; `beyond` is a vector into that side."""
    count, points = 90, []
    coarse = [rng.uniform(-1, 1) for _ in range(12)]
    for index in range(count + 1):
        share = index / count
        place = share * 10
        low = int(place)
        drift = coarse[low] + (coarse[low + 1] - coarse[low]) * (place - low)
        jag = roughness * (drift + rng.uniform(-0.35, 0.35))
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        length = math.hypot(*beyond)
        points.append((x + jag * beyond[0] / length, y + jag * beyond[1] / length))
    return polygon([*points, (end[0] + beyond[0], end[1] + beyond[1]), (start[0] + beyond[0], start[1] + beyond[1])])


def ridge(
    rng: random.Random, base: float, height: float, detail: int = 3, left: float = -1.6, right: float = 2.6
) -> list[Point]:
    """A skyline of hills from left to right around y = base, rising at most about `height`."""
    waves = [
        (rng.uniform(0.7, 1.6) * 2**octave, rng.uniform(0, math.tau), height * 0.5 / 1.8**octave)
        for octave in range(detail)
    ]
    points = []
    for index in range(121):
        x = left + (right - left) * index / 120
        points.append((x, base - sum(size * math.sin(math.tau * rate * x + phase) for rate, phase, size in waves)))
    return points


def below(points: list[Point], floor: float = 2.6) -> skia.Path:
    """The closed area under a skyline."""
    path = smooth(points)
    path.lineTo(points[-1][0], floor)
    path.lineTo(points[0][0], floor)
    path.close()
    return path


def long_shadow(shape: skia.Path, dx: float, dy: float, steps: int = 60) -> list[skia.Path]:
    """Copies of the shape along a vector: painted together they are its hard shadow."""
    return [moved(shape, dx * step / steps, dy * step / steps) for step in range(1, steps + 1)]


def slices(shape: skia.Path, rng: random.Random, count: int, reach: float) -> list[skia.Path]:
    """Horizontal strips of the shape, some of them pushed sideways."""
    box = shape.getBounds()
    edges = sorted([box.top(), box.bottom(), *(rng.uniform(box.top(), box.bottom()) for _ in range(count - 1))])
    strips = []
    for top, bottom in itertools.pairwise(edges):
        strip = skia.Path()
        strip.addRect(skia.Rect.MakeLTRB(-3, top, 4, bottom + 0.0005))
        push = rng.choice((0, 0, 1, -1, 0.4, -0.5)) * reach * rng.uniform(0.3, 1)
        strips.append(moved(common(shape, strip), push))
    return strips


def height_field(shape: skia.Path, side: int, sigma: float) -> np.ndarray:
    """The shape as a soft hill: float32 (side, side) over the unit square, 0 outside, 1 deep inside."""
    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.clear(0xFF000000)
    canvas.scale(side, side)
    soft = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, sigma)
    canvas.drawPath(shape, skia.Paint(Color=0xFFFFFFFF, AntiAlias=True, MaskFilter=soft))
    return surface.toarray()[..., 0].astype(np.float32) / 255
