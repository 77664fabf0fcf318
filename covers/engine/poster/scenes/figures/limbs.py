"""Tapered limbs, folds and feet: outlines along bones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

from covers.engine.poster.geometry import Point, polygon, smooth
from covers.engine.poster.scenes.modelling import Pen, between, blade, tone


def tapered(line: Sequence[Point], widths: Sequence[float], *, is_round: bool = True) -> skia.Path:
    """The outline of a limb through its joints, half as wide as `widths` say at each; joints are bent softly."""
    points, halves = _eased(line, widths)
    left, right = [], []
    count = len(points)
    for index, (x, y) in enumerate(points):
        before, after = points[max(0, index - 1)], points[min(count - 1, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy)
        # a bone that points at us has no direction: keep the outline open around it
        nx, ny = (-dy / length, dx / length) if length > 1e-6 else (1.0, 0.0)
        half = halves[index]
        left.append((x + nx * half, y + ny * half))
        right.append((x - nx * half, y - ny * half))
    if is_round:
        end, before = points[-1], points[-2]
        dx, dy = end[0] - before[0], end[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        cap = (end[0] + dx / length * halves[-1] * 0.7, end[1] + dy / length * halves[-1] * 0.7)
        return smooth([*left, cap, *right[::-1]], True)
    return between(left, right)


def _eased(line: Sequence[Point], widths: Sequence[float]) -> tuple[list[Point], list[float]]:
    """Three points for each bone; the joint itself pulled in, as flesh and cloth do."""
    points, halves = [line[0]], [widths[0] / 2]
    for index in range(len(line) - 1):
        (x0, y0), (x1, y1) = line[index], line[index + 1]
        w0, w1 = widths[index] / 2, widths[index + 1] / 2
        for share in (0.33, 0.67):
            points.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share))
            halves.append(w0 + (w1 - w0) * share)
        points.append((x1, y1))
        halves.append(w1)
    return points, halves


def hull(points: Sequence[Point]) -> list[Point]:
    """The convex hull, clockwise on a page."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(sequence: Sequence[Point]) -> list[Point]:
        chain: list[Point] = []
        for point in sequence:
            while len(chain) > 1 and _cross(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return half(ordered) + half(ordered[::-1])


def _cross(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def around(discs: Sequence[tuple[Point, float]]) -> skia.Path:
    """What a rubber band around discs encloses."""
    ring = [(math.cos(math.tau * i / 14), math.sin(math.tau * i / 14)) for i in range(14)]
    return polygon(hull([(x + r * cx, y + r * cy) for (x, y), r in discs for cx, cy in ring]))


def shoe(pen: Pen, ankle: Point, heel: Point, ball: Point, toe: Point, color: str, is_boot: bool = False) -> None:
    path = around([(heel, 2.0), (ball, 2.1), (toe, 1.5), (ankle, 2.3 if is_boot else 1.9)])
    if is_boot:
        pen.form(around([(ankle, 2.5), ((ankle[0], ankle[1] - 7.0), 2.9)]), color)
    pen.form(path, color, down=0.5)
    if pen.size > 0.1:
        with pen.inside(path):
            pen.line(
                [(heel[0], heel[1] + 1.9), (ball[0], ball[1] + 2.0), (toe[0] * 1.0, toe[1] + 1.5)],
                tone(color, 0.16),
                0.9,
            )


def creases(pen: Pen, path: skia.Path, at: Point, toward: Point, reach: float, color: str, count: int = 3) -> None:
    """Folds that run from a joint across a sleeve or a trouser leg. toward: the inside of the bend."""
    dx, dy = toward[0] - at[0], toward[1] - at[1]
    length = math.hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    with pen.inside(path):
        for index in range(count):
            spread = (index - (count - 1) / 2) * 1.5 + pen.number(-0.4, 0.4)
            start = (at[0] + ux * reach * 1.05 - uy * spread * 0.7, at[1] + uy * reach * 1.05 + ux * spread * 0.7)
            end = (
                at[0] - ux * reach * pen.number(0.1, 0.5) - uy * spread * 2.2,
                at[1] - uy * reach * 0.3 + ux * spread * 2.2,
            )
            middle = ((start[0] + end[0]) / 2 - uy * 0.4, (start[1] + end[1]) / 2 + ux * 0.4)
            pen.flat(blade([start, middle, end], 1.1, 0.1), tone(color, -0.09), 0.5)
