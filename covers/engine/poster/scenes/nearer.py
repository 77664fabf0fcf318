"""The same place once more, from nearer and from the other side: a second picture that is no twin of the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import skia

from covers.lettering.title_contract import Zone

SIDES = (0.66, 0.74, 0.82, 0.9)
"""Side of the part that is seen, as a share of the whole, the nearest first."""
ROOM = 0.05
"""Between type and the edge of the picture."""
NEAR_EDGE = 0.02
"""Between what tells the song and the edge, in page units."""
SMALL = 0.45
"""What is larger (a house, a window) may be cut."""
GROUND = 0.55
"""What ends lower stands on something; what ends higher is a moon, a lamp, a sign."""
LEAST_WIDTH, LEAST_HEIGHT = 0.3, 0.06
"""A smaller place is none for a title; a view is chosen for one of WIDE and TALL."""
WIDE, TALL = 0.45, 0.14
WHOLE = skia.Rect.MakeWH(1, 1)


@dataclass(frozen=True)
class View:
    """The square of the page that is seen, in page units. Left and right change sides."""

    x: float
    y: float
    side: float

    def has(self, box: skia.Rect) -> bool:
        """Whether it is in the picture whole, but for what the whole page cuts as well."""
        right, bottom = self.x + self.side, self.y + self.side
        return (
            (box.left() >= self.x + NEAR_EDGE or self.x == 0)
            and (box.right() <= right - NEAR_EDGE or right >= 1)
            and (box.top() >= self.y + NEAR_EDGE or self.y == 0)
            and (box.bottom() <= bottom - NEAR_EDGE or bottom >= 1)
        )

    def cuts(self, box: skia.Rect) -> bool:
        """Whether an edge of the picture goes through it, where the page's own does not."""
        seen = skia.Rect.MakeXYWH(self.x, self.y, self.side, self.side)
        return skia.Rect.Intersects(seen, box) and not self.has(box)

    def seen(self, box: skia.Rect) -> skia.Rect:
        """Where it is in the picture."""
        return self.matrix().mapRect(box)

    def matrix(self) -> skia.Matrix:
        """From the page to the picture that is seen."""
        matrix = skia.Matrix.Translate(-self.x, -self.y)
        matrix.postScale(-1 / self.side, 1 / self.side)
        matrix.postTranslate(1, 0)
        return matrix

    def paths(self, paths: Sequence[skia.Path]) -> list[skia.Path]:
        matrix, found = self.matrix(), []
        for path in paths:
            moved = skia.Path(path)
            moved.transform(matrix)
            found.append(moved)
        return found

    def zones(self, zones: Sequence[Zone]) -> list[Zone]:
        """What of them is seen, if a title has room there."""
        found = []
        for zone in zones:
            left, right = (1 - (edge - self.x) / self.side for edge in (zone.x + zone.width, zone.x))
            top, bottom = ((edge - self.y) / self.side for edge in (zone.y, zone.y + zone.height))
            left, right, top, bottom = max(ROOM, left), min(1 - ROOM, right), max(ROOM, top), min(1 - ROOM, bottom)
            if right - left < LEAST_WIDTH or bottom - top < LEAST_HEIGHT:
                continue
            align = {"left": "right", "right": "left"}.get(zone.align, zone.align)
            found.append(replace(zone, x=left, y=top, width=right - left, height=bottom - top, align=align))
        return found


def view_on(told: Sequence[skia.Path], figures: Sequence[skia.Path], titles: Sequence[Zone]) -> View:
    """As near as can be with all that tells the song and all that stands on the ground in it, nothing small cut, and a place for a title;
    the whole from the other side at last.

    told, figures: outlines of what tells the song, and of all that no type may touch. titles: places for one, best first.
    """
    boxes = [box for path in told if (box := path.computeTightBounds()).intersect(WHOLE)]
    others = [box for path in figures if (box := path.computeTightBounds()).intersect(WHOLE)]
    small = [box for box in others if max(box.width(), box.height()) < SMALL]
    boxes += [box for box in small if box.bottom() > GROUND]
    middle = skia.Rect.MakeEmpty()
    for box in boxes or [skia.Rect.MakeXYWH(0.5, 0.9, 0.01, 0.01)]:
        middle.join(box)
    for side in SIDES:
        far = 1 - side
        for x in (min(max(0.0, middle.centerX() - side / 2), far), far / 2, 0.0, far):
            for y in (far, far / 2, 0.0):
                view = View(x, y, side)
                if not all(view.has(box) for box in boxes) or any(view.cuts(box) for box in small):
                    continue
                if any(_holds_a_title(zone, [view.seen(box) for box in small]) for zone in view.zones(titles)):
                    return view
    return View(0.0, 0.0, 1.0)


def _holds_a_title(zone: Zone, figures: Sequence[skia.Rect]) -> bool:
    place = skia.Rect.MakeXYWH(zone.x, zone.y, zone.width, zone.height)
    return zone.width >= WIDE and zone.height >= TALL and not any(skia.Rect.Intersects(place, box) for box in figures)
