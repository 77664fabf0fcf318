"""The plate that says that a release is explicit: our own, one word on black, in a corner. No store's or association's artwork."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import skia

from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.drawing import Press
from covers.lettering.type_document import TypeLine

WORD, VOICE = "EXPLICIT", "poster_heavy"
CAP = 0.033
"""Height of its capitals: ten pixels of a cover that is 300 pixels wide."""
TRACKING = 0.09
PAD, RULE = 0.014, 0.0028
"""Between word and edge; width of the line around it."""
INK, GROUND = "#ffffff", "#0b0b0d"
INSET = 0.035
"""From the edges of the cover: where stores and players cut nothing off."""
STEP = 0.01


@dataclass(frozen=True)
class ExplicitMark:
    """word: its letters. box: its plate. is_free: whether it stands on no type."""

    word: Block
    box: Box
    is_free: bool

    def print_on(self, press: Press) -> None:
        """Over all else, without any finish: it must be read as small as a thumbnail."""
        for box, colour in (
            (self.box, GROUND),
            (self.box.grown(-0.3 * PAD), INK),
            (self.box.grown(-0.3 * PAD - RULE), GROUND),
        ):
            path = skia.Path().addRect(skia.Rect.MakeLTRB(box.left, box.top, box.right, box.bottom))
            press.print_type(Block(path, box, 1.0, (), (box,), (), False, "left"), colour)
        press.print_type(self.word, INK)


def placed(
    corner: str, aspect: float, others: Sequence[Box], block_of: Callable[[TypeLine], Block | None]
) -> ExplicitMark | None:
    """In its corner ("top left" …), or as near to it along the side as type leaves room; where it leaves none, in the corner all the
    same. others: boxes that it must keep off."""
    line = TypeLine("label", WORD, VOICE, CAP, 0.0, 0.0, INK, tracking=TRACKING)
    word = block_of(line)
    if word is None:
        return None
    valign, align = corner.split(" ")
    wide, tall = word.box.width + 2 * PAD, word.box.height + 2 * PAD
    left = INSET if align == "left" else aspect - INSET - wide
    first, last = INSET, 1.0 - INSET - tall
    steps = [first + index * STEP for index in range(int((last - first) / STEP) + 1)]
    tops = steps if valign == "top" else [first + last - top for top in steps]
    boxes = [Box(left, top, left + wide, top + tall) for top in tops]
    free = next((box for box in boxes if not any(box.meets(other) for other in others)), None)
    box = free or boxes[0]
    moved = replace(line, x=(box.left + PAD) / aspect, y=box.top + PAD - word.box.top)
    return ExplicitMark(block_of(moved) or word, box, free is not None)
