"""Path building in short words. All lengths in the caller's units; nothing here knows colours or canvases."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import skia

Point = tuple[float, float]


def path_of(data: str) -> skia.Path:
    """A path from absolute M, L, Q, C and Z commands ("M0 0L10 0Q…Z"). Raises ValueError on any other command."""
    path = skia.Path()
    draw = {"M": path.moveTo, "L": path.lineTo, "Q": path.quadTo, "C": path.cubicTo}
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", data):
        if command == "Z":
            path.close()
        elif command in draw:
            draw[command](*(float(number) for number in numbers.replace(",", " ").split()))
        else:
            raise ValueError(f"unknown path command {command}")
    return path


def polygon(points: Iterable[Point]) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], True)
    return path


def polyline(points: Iterable[Point]) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], False)
    return path


def shifted(path: skia.Path, dx: float, dy: float) -> skia.Path:
    found = skia.Path(path)
    found.transform(skia.Matrix.Translate(dx, dy))
    return found


def of_rect(area: skia.Rect) -> skia.Path:
    return rect(area.left(), area.top(), area.width(), area.height())


def rect(x: float, y: float, width: float, height: float, radius: float = 0.0) -> skia.Path:
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeXYWH(x, y, width, height), radius, radius)
    return path


def circle(x: float, y: float, radius: float) -> skia.Path:
    path = skia.Path()
    path.addCircle(x, y, radius)
    return path


def oval(x: float, y: float, rx: float, ry: float) -> skia.Path:
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    return path


def smooth(points: Sequence[Point], closed: bool = False) -> skia.Path:
    """A curve through the points' midpoints (quadratic B-spline); an open curve starts and ends on its end points."""
    path = skia.Path()
    count = len(points)
    middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(points, [*points[1:], points[0]], strict=True)]
    if closed:
        path.moveTo(*middle[-1])
        for index in range(count):
            path.quadTo(*points[index], *middle[index])
        path.close()
        return path
    path.moveTo(*points[0])
    for index in range(1, count - 1):
        path.quadTo(*points[index], *middle[index])
    path.lineTo(*points[-1])
    return path


def outline(path: skia.Path, width: float, is_round: bool = True) -> skia.Path:
    """The area that a pen of this width covers along the path."""
    cap, join = (
        (skia.Paint.kRound_Cap, skia.Paint.kRound_Join) if is_round else (skia.Paint.kButt_Cap, skia.Paint.kMiter_Join)
    )
    pen = skia.Paint(Style=skia.Paint.kStroke_Style, StrokeWidth=width, StrokeCap=cap, StrokeJoin=join)
    area = skia.Path()
    pen.getFillPath(path, area)
    return area


def combine(first: skia.Path, second: skia.Path, operation: skia.PathOp) -> skia.Path:
    """Boolean operation; where skia's solver gives up on degenerate curves the first path comes back unchanged."""
    try:
        return skia.Op(first, second, operation)
    except RuntimeError:
        return skia.Path(first)


def union(*paths: skia.Path) -> skia.Path:
    result = skia.Path(paths[0])
    for path in paths[1:]:
        result = combine(result, path, skia.kUnion_PathOp)
    return result


def minus(first: skia.Path, *others: skia.Path) -> skia.Path:
    for other in others:
        first = combine(first, other, skia.kDifference_PathOp)
    return first


def common(first: skia.Path, second: skia.Path) -> skia.Path:
    return combine(first, second, skia.kIntersect_PathOp)


def moved(
    path: skia.Path, dx: float = 0.0, dy: float = 0.0, scale: float = 1.0, turn: float = 0.0, flip: bool = False
) -> skia.Path:
    """The path scaled (mirrored left-right if `flip`), turned clockwise by degrees about the origin, then shifted."""
    matrix = skia.Matrix()
    matrix.setScale(-scale if flip else scale, scale)
    matrix.postRotate(turn)
    matrix.postTranslate(dx, dy)
    result = skia.Path()
    path.transform(matrix, result)
    return result


def contours(path: skia.Path) -> list[skia.Path]:
    """Each closed or open contour as a path of its own."""
    measure, found = skia.PathMeasure(path, False), []
    while True:
        part = skia.Path()
        if measure.getLength() > 0 and measure.getSegment(0, measure.getLength(), part, True):
            part.close()
            found.append(part)
        if not measure.nextContour():
            return found


def solid(path: skia.Path) -> skia.Path:
    """The silhouette: every contour filled, holes and inner lines gone."""
    parts = contours(path)
    return union(*parts) if parts else skia.Path(path)


def points_along(path: skia.Path, spacing: float) -> list[Point]:
    """Points every `spacing` units along all contours, in drawing order."""
    measure, points = skia.PathMeasure(path, False), []
    while True:
        count = max(1, round(measure.getLength() / spacing))
        for index in range(count):
            place = measure.getPosTan(measure.getLength() * index / count)[0]
            points.append((place.x(), place.y()))
        if not measure.nextContour():
            return points


def ring_points(x: float, y: float, radius: float, count: int, turn: float = 0.0) -> list[Point]:
    """`count` points on a circle, the first straight up, clockwise; `turn` in degrees."""
    angles = [math.radians(turn - 90 + 360 * index / count) for index in range(count)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]
