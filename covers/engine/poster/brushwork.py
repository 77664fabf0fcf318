"""Hand-made edges: brush strokes, cut paper, ink that bleeds."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import skia

from covers.engine.poster.geometry import Point, contours, points_along, polygon, polyline, smooth
from covers.engine.poster.page import Page


def roughened(path: skia.Path, rng: random.Random, amount: float, spacing: float) -> skia.Path:
    """The path as scissors or a wet brush would follow it: points every `spacing`, pushed by up to `amount`."""
    result = skia.Path()
    result.setFillType(skia.PathFillType.kEvenOdd)
    for part in contours(path):
        length = skia.PathMeasure(part, True).getLength()
        if length < spacing * 4:
            result.addPath(part)
            continue
        points = [
            (x + rng.uniform(-amount, amount), y + rng.uniform(-amount, amount)) for x, y in points_along(part, spacing)
        ]
        result.addPath(smooth(points, closed=True) if amount > spacing * 0.12 else polygon(points))
    return result


def curve(points: Sequence[Point], steps: int = 120) -> list[Point]:
    """Evenly spaced points of the smooth curve through a few."""
    path = smooth(points)
    measure = skia.PathMeasure(path, False)
    found = []
    for step in range(steps + 1):
        place = measure.getPosTan(measure.getLength() * step / steps)[0]
        found.append((place.x(), place.y()))
    return found


def stroke(
    page: Page,
    points: Sequence[Point],
    width: float,
    color: str,
    rng: random.Random,
    dry: float = 0.5,
    alpha: float = 0.95,
) -> None:
    """One pull of a broad brush: a few dozen bristles, each loaded a little differently, running dry towards the end.

    dry: 0 leaves a full stroke, 1 one of mostly paper. points: of the brush's path, evenly spaced.
    """
    bristles = 64
    normals = _normals(points)
    count = len(points)
    for index in range(bristles):
        across = (index + 0.5) / bristles * 2 - 1
        load = rng.random()
        start = int(count * 0.02 * abs(across) * rng.uniform(0.3, 2.0))
        runs = 1 - dry * (0.1 + 0.55 * load * (0.4 + abs(across)))
        end = max(start + 2, int(count * min(1.0, runs + 0.12)))
        wobble = rng.uniform(-0.5, 0.5) * width / bristles
        line = []
        for step in range(start, min(end, count)):
            swell = width / 2 * (0.72 + 0.28 * math.sin(math.pi * min(1.0, step / count * 1.25)))
            shift = across * swell + wobble * math.sin(step * 0.21 + index)
            line.append((points[step][0] + normals[step][0] * shift, points[step][1] + normals[step][1] * shift))
        if len(line) > 2:
            thick = width / bristles * (1.9 - 0.9 * dry * rng.random())
            page.line(polyline(line), color, thick, alpha)
        if dry > 0.3 and end < count and rng.random() < 0.6:
            _skip(page, points, normals, across * width / 2, end, rng, width / bristles, color, alpha)


def _skip(
    page: Page, points: Sequence[Point], normals: Sequence[Point], shift: float, start: int, rng: random.Random,
    thick: float, color: str, alpha: float,
) -> None:  # fmt: skip
    """Broken dashes where a bristle still touches the paper now and then."""
    step = start
    while step < len(points) - 3:
        step += rng.randrange(2, 9)
        stop = min(len(points) - 1, step + rng.randrange(2, 10))
        dash = [
            (points[at][0] + normals[at][0] * shift, points[at][1] + normals[at][1] * shift) for at in range(step, stop)
        ]
        if len(dash) > 1:
            page.line(polyline(dash), color, thick * 0.9, alpha * 0.8)
        step = stop


def _normals(points: Sequence[Point]) -> list[Point]:
    normals = []
    for index in range(len(points)):
        (x1, y1), (x2, y2) = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        normals.append((-(y2 - y1) / length, (x2 - x1) / length))
    return normals
