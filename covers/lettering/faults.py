"""What is wrong with type that a person has set, and the type as it would be well, where that can be done for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf

from covers.lettering import judging, on_faces, panels
from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.copy import gap_under, in_one_hand
from covers.lettering.coverage import clean
from covers.lettering.explicit_mark import ExplicitMark
from covers.lettering.in_rows import in_rows
from covers.lettering.inks import PUREST, contrast, tinted_extremes, worst_decile
from covers.lettering.on_faces import Faces
from covers.lettering.picture import PictureGrid
from covers.lettering.set_lines import APART, block_of, cased, margins, mark_of, panel_of, rows_of
from covers.lettering.shaping import in_voice, runs_down
from covers.lettering.type_document import CORNERS, SIZES, TypeDocument, TypeLine
from covers.lettering.voices import VOICE_TABLE

LEAST_CONTRAST = judging.SMALL_CONTRAST
"""Of any type that a person sets: what stores and screens ask of small type."""

SLACK = 0.0005
"""By how much type may stand outside its margins: what nobody sees."""

SAMPLED = (0.05, 0.5, 0.95)
"""Where a row is looked at, across and down, to tell what it stands on."""

SMALLER_BEFORE_ROWS = 0.75
"""A line that fits at this share of its size is made smaller; one that is longer is broken into rows."""

BLOCKS = ("flags", "plate", "band")
"""Of PLATES, the one first that hides least of the picture."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line. kind: "contrast", "margin", "letters", "overlap", "columns", "face", "mark". mended: the type as it
    would be well. figure: the contrast that is reached. letters: that no typeface has. with_block: a block of colour mends it, as no ink
    can be read there."""

    kind: str
    role: str
    mended: TypeDocument | None = None
    figure: float = 0.0
    letters: tuple[str, ...] = ()
    with_block: bool = False


Placed = Sequence[tuple[TypeLine, Block]]


@dataclass(frozen=True)
class Standing:
    """Type as it stands on a picture. placed: the lines that can be drawn."""

    document: TypeDocument
    placed: Placed
    panel: panels.Panel | None
    mark: ExplicitMark | None
    picture: PictureGrid
    faces: Faces

    @property
    def aspect(self) -> float:
        return self.picture.aspect

    @property
    def room(self) -> Box:
        return margins(self.document, self.aspect)

    def others(self, line: TypeLine) -> tuple[Box, ...]:
        """The rows of all other lines, with the space that they want."""
        return tuple(box.grown(APART) for one, block in self.placed if one is not line for box in block.line_boxes)

    def free_place(self, line: TypeLine) -> TypeLine | None:
        """The line at the nearest place that no face and no other type has, smaller where it must be."""
        ovals = on_faces.ovals(self.faces, self.aspect)
        room = on_faces.FreePlace(self.room, ovals, self.others(line), self.aspect)
        return on_faces.off(line, lambda moved: block_of(moved, self.aspect), room)

    def with_line(self, line: TypeLine | None) -> TypeDocument | None:
        return None if line is None else self.document.with_line(line)


def missing_of(line: TypeLine) -> tuple[str, ...]:
    """Letters of a line that no face has, each once."""
    text = " ".join(cased(clean(row), line.case) for row in line.rows)
    return in_voice(text, in_one_hand(text, VOICE_TABLE[line.voice])).missing


def faults_of(standing: Standing) -> Iterator[Fault]:
    """In the order in which they are told."""
    for line in standing.document.shown:
        if letters := missing_of(line):
            yield Fault("letters", line.role, letters=letters)
        if line.is_vertical and not all(runs_down(row) for row in rows_of(line)):
            yield Fault("columns", line.role, standing.with_line(replace(line, is_vertical=False)))
    for line, block in standing.placed:
        reached = _contrast(line, block, standing.panel, standing.picture)
        if reached < LEAST_CONTRAST:
            yield _unreadable(standing, line, block, reached)
        if not block.box.is_inside(standing.room.grown(SLACK)):
            yield Fault("margin", line.role, standing.with_line(_inside(standing, line, block)))
    yield from _overlaps(standing)
    yield from _on_faces(standing)
    yield from _under_the_mark(standing)


def _overlaps(standing: Standing) -> Iterator[Fault]:
    for one, other in combinations(standing.placed, 2):
        if any(a.grown(APART).meets(b) for a in one[1].line_boxes for b in other[1].line_boxes):
            (_, larger), (line, smaller) = sorted((one, other), key=lambda pair: pair[0].role != "title")
            beside = _beside(line, smaller, larger, standing.room) or standing.free_place(line)
            yield Fault("overlap", line.role, standing.with_line(beside))


def _on_faces(standing: Standing) -> Iterator[Fault]:
    ovals = on_faces.ovals(standing.faces, standing.aspect)
    for line, block in standing.placed:
        if any(oval.meets(box) for oval in ovals for box in block.line_boxes):
            yield Fault("face", line.role, standing.with_line(standing.free_place(line)))


def _under_the_mark(standing: Standing) -> Iterator[Fault]:
    """Lines that the mark leaves no room to stand beside; another corner mends it."""
    mark = standing.mark
    if mark is None or mark.is_free:
        return
    corners = (replace(standing.document, mark=corner) for corner in CORNERS)
    free = (one for one in corners if _has_free_mark(one, standing))
    mended = next(free, None)
    for line, block in standing.placed:
        if any(mark.box.meets(box.grown(APART)) for box in block.line_boxes):
            yield Fault("mark", line.role, mended)


def _has_free_mark(document: TypeDocument, standing: Standing) -> bool:
    mark = mark_of(document, standing.placed, standing.aspect, standing.faces)
    return mark is not None and mark.is_free


# --- contrast -----------------------------------------------------------------------------------------------------------


def _contrast(line: TypeLine, block: Block, panel: panels.Panel | None, picture: PictureGrid) -> float:
    """With all that it stands on: picture, the block of colour, or both where a line that is not set on the block reaches into it."""
    share = 0.0 if panel is None else 1.0 if line.has_plate else _share_on(panel, block)
    on_panel = contrast(line.colour, panel.colour) if panel and share else inf
    return on_panel if share == 1.0 else min(on_panel, worst_decile(line.colour, judging.ground_under(picture, block)))


def _share_on(panel: panels.Panel, block: Block) -> float:
    """How much of a line stands on the block of colour, by points of its rows."""
    points = [
        (box.left + across * box.width, box.top + down * box.height)
        for box in block.line_boxes for across in SAMPLED for down in SAMPLED
    ]  # fmt: skip
    return sum(panel.shape.contains(x, y) for x, y in points) / len(points)


def _unreadable(standing: Standing, line: TypeLine, block: Block, reached: float) -> Fault:
    figure, inked = round(reached, 2), standing.with_line(_readable(standing, line, block))
    if inked is not None:
        return Fault("contrast", line.role, inked, figure)
    return Fault("contrast", line.role, _on_block(standing, line, block), figure, with_block=True)


def _readable(standing: Standing, line: TypeLine, block: Block) -> TypeLine | None:
    """The line in the nearest ink that can be read there: tinted by the picture first, then pure; None where no ink can."""
    reached = {
        ink: _contrast(replace(line, colour=ink), block, standing.panel, standing.picture)
        for ink in (*tinted_extremes(standing.picture), *PUREST)
    }  # fmt: skip
    wanted = sorted(reached, key=lambda ink: (ink in PUREST, -reached[ink]))
    return next((replace(line, colour=ink) for ink in wanted if reached[ink] >= LEAST_CONTRAST), None)


def _on_block(standing: Standing, line: TypeLine, block: Block) -> TypeDocument | None:
    """The line on a block of colour: on the one that is there, else on the one that hides least of the picture. No line that can be read
    now is made unreadable by it."""
    document = standing.document
    kinds: tuple[str, ...] = (document.plate,)
    if standing.panel is not None:
        colour = document.plate_colour
    else:
        kinds = BLOCKS[1:] if line.curve or line.is_vertical else BLOCKS
        colour = max(PUREST, key=lambda one: contrast(line.colour, one))
    ink = (
        line.colour
        if contrast(line.colour, colour) >= LEAST_CONTRAST
        else max(PUREST, key=lambda one: contrast(one, colour))
    )
    moved = replace(line, colour=ink, has_plate=True)
    placed = [(moved if one is line else one, it) for one, it in standing.placed]
    tried = (replace(document.with_line(moved), plate=kind, plate_colour=colour) for kind in kinds)
    return next(
        (one for one in tried if _spares_others(standing, placed, panel_of(one, placed, standing.aspect))), None
    )


def _spares_others(standing: Standing, placed: Placed, panel: panels.Panel | None) -> bool:
    before = [_contrast(line, block, standing.panel, standing.picture) for line, block in standing.placed]
    after = [_contrast(line, block, panel, standing.picture) for line, block in placed]
    return all(now >= min(then, LEAST_CONTRAST) for then, now in zip(before, after, strict=True))


# --- place --------------------------------------------------------------------------------------------------------------


def _beside(line: TypeLine, block: Block, other: Block, room: Box) -> TypeLine | None:
    """Moved under the other block, or over it where that leaves the margins; None where there is room for neither."""
    gap = gap_under(other.cap)
    under, over = other.box.bottom + gap - block.box.top, other.box.top - gap - block.box.bottom
    fitting = (
        down for down in (under, over) if room.top <= block.box.top + down and block.box.bottom + down <= room.bottom
    )
    down = next(fitting, None)
    return None if down is None else replace(line, y=round(line.y + down, 7))


def _inside(standing: Standing, line: TypeLine, block: Block) -> TypeLine | None:
    """Moved inside the margins; made smaller where it is wider or taller than they are, and broken into rows where that would leave
    little of it."""
    room = standing.room
    share = min(1.0, 0.995 * room.width / block.box.width, 0.995 * room.height / block.box.height)
    smaller = replace(line, size=round(line.size * share, 7)) if share < 1.0 else line
    if share < SMALLER_BEFORE_ROWS:
        rowed = in_rows(line, room, standing.aspect)
        smaller = max((smaller, rowed), key=lambda one: one.size) if rowed is not None else smaller
    if smaller.size < SIZES[0]:
        return None
    now = block_of(smaller, standing.aspect)
    if now is None:
        return None
    across = max(room.left - now.box.left, 0.0) + min(room.right - now.box.right, 0.0)
    down = max(room.top - now.box.top, 0.0) + min(room.bottom - now.box.bottom, 0.0)
    return replace(smaller, x=round(smaller.x + across / standing.aspect, 7), y=round(smaller.y + down, 7))
