"""A layout as JSON values: kept with the cover, shown to the person, enough to see what was decided and why."""

from __future__ import annotations

from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.copy import Copy
from covers.lettering.finishes import spread_of
from covers.lettering.layout import Layout


def describe(layout: Layout, copy: Copy) -> dict[str, object]:
    """Boxes are [x, y, width, height] in unit coordinates and hold all that was drawn, the finish's reach included.

    Keys: voice, finish; title and artist: None, or lines (as set), box, cap (cap height as a share of the height), ink,
    typefaces (files), vertical; panel: None, or kind, box, colour.
    """
    spread = spread_of(copy.plan.finish)
    panel = layout.panel
    return {
        "voice": copy.plan.voice,
        "finish": copy.plan.finish,
        "title": _block(layout.title, layout.title_ink, copy.aspect, spread),
        "artist": _block(layout.artist, layout.artist_ink, copy.aspect, spread),
        "panel": panel and {"kind": panel.kind, "box": _unit(panel.box, copy.aspect), "colour": panel.colour},
    }


def _block(block: Block | None, ink: str, aspect: float, spread: float) -> dict[str, object] | None:
    if block is None:
        return None
    return {
        "lines": list(block.lines), "box": _unit(block.box.grown(spread), aspect), "cap": round(block.cap, 5), "ink": ink,
        "typefaces": list(block.faces), "vertical": block.is_vertical,
    }  # fmt: skip


def _unit(box: Box, aspect: float) -> list[float]:
    return [round(value, 5) for value in (box.left / aspect, box.top, box.width / aspect, box.height)]
