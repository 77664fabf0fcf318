"""Type that stands on a face: told, and moved to the nearest place that is free. Lengths are in height units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import hypot

from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.type_document import SIZES, TypeLine

Faces = Sequence[Sequence[float]]
"""Left, top, width, height of each, in shares of the picture's width and height."""
STEP = 0.02
SMALLER = (1.0, 0.85, 0.7, 0.55)
"""Of its size, one after the other, where a line finds no place."""


@dataclass(frozen=True)
class FaceOval:
    """x, y: of its middle. across, down: half of its width and height."""

    x: float
    y: float
    across: float
    down: float

    def meets(self, box: Box) -> bool:
        near_x, near_y = min(max(self.x, box.left), box.right), min(max(self.y, box.top), box.bottom)
        return hypot((near_x - self.x) / self.across, (near_y - self.y) / self.down) < 1.0


@dataclass(frozen=True)
class FreePlace:
    """Where a line may stand. margins: of the picture. ovals: of faces. others: boxes of other type."""

    margins: Box
    ovals: tuple[FaceOval, ...]
    others: tuple[Box, ...]
    aspect: float

    def takes(self, block: Block) -> bool:
        is_free = not any(oval.meets(box) for oval in self.ovals for box in block.line_boxes) and not any(
            other.meets(box) for other in self.others for box in block.line_boxes
        )
        return is_free and block.box.is_inside(self.margins)


def ovals(faces: Faces, aspect: float) -> tuple[FaceOval, ...]:
    return tuple(
        FaceOval((left + width / 2) * aspect, top + height / 2, width * aspect / 2, height / 2)
        for left, top, width, height in faces
        if width > 0 and height > 0
    )


def off(line: TypeLine, place: Callable[[TypeLine], Block | None], room: FreePlace) -> TypeLine | None:
    """The line at the nearest place that no face and no other type has, smaller where it must be; None where there is none."""
    for share in SMALLER:
        smaller = replace(line, size=round(line.size * share, 7))
        block = place(smaller) if smaller.size >= SIZES[0] else None
        if block is None:
            return None
        for across, down in _steps(block.box, room.margins):
            moved = replace(smaller, x=round(smaller.x + across / room.aspect, 7), y=round(smaller.y + down, 7))
            now = place(moved)
            if now is not None and room.takes(now):
                return moved
    return None


def _steps(box: Box, margins: Box) -> Iterator[tuple[float, float]]:
    """By how much to move it, the shortest way first: up and down by steps, and from side to side in quarters of the room."""
    if box.width > margins.width or box.height > margins.height:
        return
    lefts = [margins.left + share * (margins.width - box.width) for share in (0, 0.25, 0.5, 0.75, 1)]
    across = {0.0, *(left - box.left for left in lefts)}
    count = int((margins.height - box.height) / STEP)
    tops = [margins.top + index * STEP for index in range(count + 1)] + [margins.bottom - box.height]
    ways = ((x, top - box.top) for x in across for top in tops)
    yield from sorted(ways, key=lambda way: (round(hypot(*way), 6), way))
