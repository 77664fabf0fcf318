"""A layout as JSON values: kept with the cover, shown to the person, enough to see what was decided."""

from __future__ import annotations

from covers.lettering.blocks import Block, Box
from covers.lettering.layout import Copy, Layout
from covers.lettering.picture import Picture


def describe(layout: Layout, copy: Copy, picture: Picture) -> dict[str, object]:
    """Boxes are [x, y, width, height] in unit coordinates."""
    plan = copy.plan
    return {
        "voice": plan.voice,
        "finish": plan.finish,
        "title": _block(layout.title, layout.title_ink, picture),
        "artist": _block(layout.artist, layout.artist_ink, picture),
        "panel": None if layout.panel is None else {
            "kind": layout.panel.kind, "box": _unit(layout.panel.box, picture.aspect), "colour": layout.panel.colour,
        },
    }  # fmt: skip


def _block(block: Block | None, ink: str, picture: Picture) -> dict[str, object] | None:
    if block is None:
        return None
    return {
        "lines": list(block.lines), "box": _unit(block.box, picture.aspect), "cap": round(block.cap, 5), "ink": ink,
        "typefaces": list(block.faces), "vertical": block.is_vertical,
    }  # fmt: skip


def _unit(box: Box, aspect: float) -> list[float]:
    return [round(value, 5) for value in (box.left / aspect, box.top, box.width / aspect, box.height)]
