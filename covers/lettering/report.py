"""A layout as JSON values: kept with the cover, shown to the person, enough to see what was decided and why."""

from __future__ import annotations

from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.copy import Copy
from covers.lettering.finishes import spread_of
from covers.lettering.layout import Layout
from covers.lettering.wholeness import is_all


def describe(layout: Layout, copy: Copy, second_ink: str) -> dict[str, object]:
    """Boxes are [x, y, width, height] in unit coordinates and hold all that was drawn, the finish's reach included.

    Keys: voice, finish; second_ink, of a finish of two colours; title and artist: None, or lines (as set), box, cap (cap height as a
    share of the height), ink, typefaces (files), vertical, align; panel: None, or kind, box, colour; missing: letters that no face
    has, of the title and of the artist; cut: those of the two that had to be cut short. A title that the picture itself shows is
    None, and lacks nothing.
    """
    spread = spread_of(copy.plan.finish)
    panel = layout.panel
    if not copy.plan.sets_title:  # what stands alone is the artist's name
        layout = Layout(None, layout.title, layout.artist_ink, layout.title_ink, panel)
    return {
        "voice": copy.plan.voice,
        "finish": copy.plan.finish,
        "second_ink": second_ink,
        "title": _block(layout.title, layout.title_ink, copy.aspect, spread),
        "artist": _block(layout.artist, layout.artist_ink, copy.aspect, spread),
        "panel": panel and {"kind": panel.kind, "box": _unit(panel.box, copy.aspect), "colour": panel.colour},
        "missing": {"title": list(copy.missing[0]), "artist": list(copy.missing[1])},
        "cut": _cut(layout, copy),
    }


def _cut(layout: Layout, copy: Copy) -> list[str]:
    """What of the two does not stand there to its end."""
    is_alone = not copy.title and copy.plan.sets_title
    title, artist = (None, layout.title) if is_alone else (layout.title, layout.artist)
    placed = zip(("title", "artist"), (copy.title, copy.artist), (title, artist), copy.is_cut, strict=True)
    return [
        name for name, text, block, is_cut in placed if is_cut or (text and not (block and is_all(text, block.lines)))
    ]


def _block(block: Block | None, ink: str, aspect: float, spread: float) -> dict[str, object] | None:
    if block is None:
        return None
    return {
        "lines": list(block.lines), "box": _unit(block.box.grown(spread), aspect), "cap": round(block.cap, 7), "ink": ink,
        "typefaces": list(block.faces), "vertical": block.is_vertical, "align": block.align,
    }  # fmt: skip


def _unit(box: Box, aspect: float) -> list[float]:
    return [round(value, 7) for value in (box.left / aspect, box.top, box.width / aspect, box.height)]
