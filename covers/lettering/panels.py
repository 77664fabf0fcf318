"""A designed block of flat colour for type where the picture leaves no calm place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from covers.lettering.blocks import Box

if TYPE_CHECKING:
    from covers.lettering.layout import Copy, Layout
    from covers.lettering.picture import Picture


@dataclass(frozen=True)
class Panel:
    """kind: "band". box: what it covers, in height units. colour: its paper."""

    kind: str
    box: Box
    colour: str


def panel_layout(copy: Copy, picture: Picture) -> Layout:
    """Title and artist on a full-bleed band at the calmer of the two ends."""
    from covers.lettering import blocks, layout
    from covers.lettering.inks import INK, PAPER, contrast

    colour = copy.plan.panel or PAPER
    ink = max((*copy.plan.inks, INK, PAPER), key=lambda one: contrast(one, colour))
    band_height, pad = 0.24, 0.05
    room = Box(copy.margins.left, 1 - band_height + pad, copy.margins.right, copy.margins.bottom)
    title = blocks.fit_or_shorten(
        copy.title, copy.title_setting, width=room.width, height=room.height - 0.055, wished_cap=copy.plan.title_scale,
        smallest_cap=blocks.SMALLEST_TITLE_CAP,
    )  # fmt: skip
    block = blocks.place(title, room, align="left", valign="top") if title else None
    artist = layout.artist_draft(copy, block.cap if block else 0.06, room.width, 0.05)
    artist_block = blocks.place(artist, room, align="left", valign="bottom") if artist else None
    panel = Panel("band", Box(0.0, 1 - band_height, picture.aspect, 1.0), colour)
    return layout.Layout(block, artist_block, ink, ink, panel)
