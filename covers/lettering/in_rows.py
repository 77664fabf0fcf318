"""A line that is too long for its picture, broken into rows at the kindest places. Lengths are in height units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.breaking import Token, balanced_lines, split_long, words
from covers.lettering.coverage import clean
from covers.lettering.set_lines import block_of, setting_of
from covers.lettering.shaping import shape
from covers.lettering.type_document import ROWS_MAX, TEXT_MAX, TypeLine

TALLEST = 0.72
"""Share of the room's height that the rows take at most: other lines want a place, too."""
ENOUGH = 0.98
"""Of the largest size that rows can have: fewer rows are taken where they have as much."""


def in_rows(line: TypeLine, room: Box, aspect: float) -> TypeLine | None:
    """The line straight and across, in the fewest rows in which it is about as large as it can be, at most its own size; None where
    nothing of it can be drawn."""
    found = [
        sized
        for text in _texts(line)
        if (sized := _sized(replace(line, text=text, curve=0.0, is_vertical=False), room, aspect))
    ]
    largest = max((one.size for one in found), default=0.0)
    return next((one for one in found if one.size >= ENOUGH * largest), None)


def _texts(line: TypeLine) -> Iterator[str]:
    """In two rows, in three, and so on. Words are cut only where whole ones leave too few pieces, or one alone is longer than a row."""
    text = " ".join(clean(line.plain).split())
    setting = setting_of(line, text)
    for count in range(2, ROWS_MAX + 1):
        longest = max(2, -(-len(text) // count))
        tokens: list[Token] = split_long(words(text), longest)
        rows = balanced_lines(tokens, count, lambda part: shape(part, setting).width)
        if rows is not None and len(joined := "\n".join(rows)) <= TEXT_MAX + ROWS_MAX:
            yield joined


def _sized(line: TypeLine, room: Box, aspect: float) -> TypeLine | None:
    """As large as the room lets it be."""
    block: Block | None = block_of(line, aspect)
    if block is None:
        return None
    share = min(1.0, 0.995 * room.width / block.box.width, TALLEST * room.height / block.box.height)
    return replace(line, size=round(line.size * share, 7))
