"""A designed block of flat colour for type where the picture leaves no calm place. Each voice has its kind of block."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import skia

from covers.lettering import blocks
from covers.lettering.blocks import Block, Draft, Room
from covers.lettering.boxes import Box, around
from covers.lettering.copy import SMALLEST_TITLE_CAP, Copy, artist_draft, gap_under
from covers.lettering.inks import PAPER, PUREST, contrast, tinted_extremes
from covers.lettering.picture import PictureGrid
from covers.lettering.shaping import runs_down

KINDS: dict[str, str] = {
    "grotesk": "band", "slab": "band", "rounded": "ribbon", "riso": "torn", "thin_serif": "plate",
    "photocopy": "torn", "poster_heavy": "band", "brush": "torn", "soft_serif": "plate", "mono_small": "flags",
    "small_caps": "plate", "geometric": "band", "dot": "flags", "gala": "ribbon", "folk": "plate", "wide_tiny": "band",
}  # fmt: skip

PAD = 0.042
"""Clear space between type and the inner edge of a block."""

ROUGH = 0.014
"""Depth of a torn edge."""

BAR_PAD, SECOND_BAR_PAD = 0.42, 0.252
"""Clear space in the bars of "flags", over the title's cap height: behind the title, and behind what is smaller."""

FRAME_PAD, FRAME_WIDTH = 0.05, 0.34
"""Clear space in a frame, and the least share of the picture's width that it takes."""

READABLE = 5.0
"""Contrast asked of ink on a block, where nothing stands in its way."""

Typeset = tuple[Block, Block | None]


@dataclass(frozen=True)
class Panel:
    """A block under the type. box: all it covers. shape, rules: in height units; rules are drawn in the title's ink.

    kind: "band" and "torn" (full bleed, the latter with a ragged edge), "flags" (a bar behind each line, from the left
    edge), "plate" and "ribbon" (framed), "obi" (a full-height strip with columns).
    """

    kind: str
    box: Box
    colour: str
    shape: skia.Path
    rules: skia.Path


def on_panel(copy: Copy, picture: PictureGrid) -> tuple[Block, Block | None, str, Panel]:
    """Title, artist, their common ink, and the block they stand on. The title may end in an ellipsis here."""
    kind = KINDS[copy.plan.voice]
    if copy.plan.title_zones and copy.plan.title_zones[0].vertical and runs_down(copy.title):
        kind = "obi"
    colour = copy.plan.panel or PAPER
    (title, artist), box, shape, rules = BUILDERS[kind](copy, picture)
    return title, artist, _ink_on(colour, copy, picture), Panel(kind, box, colour, shape, rules)


def _ink_on(colour: str, copy: Copy, picture: PictureGrid) -> str:
    wanted = (*copy.plan.inks, *tinted_extremes(picture))
    readable = (ink for ink in wanted if contrast(ink, colour) >= READABLE)
    return next(readable, max(PUREST, key=lambda ink: contrast(ink, colour)))


Built = tuple[Typeset, Box, skia.Path, skia.Path]


def _title_draft(copy: Copy, width: float, height: float = 0.3, *, is_vertical: bool = False) -> Draft:
    """The title at a panel's size; a long one may take more height. Never None: the copy has a title."""
    wished = min(max(copy.plan.title_scale, 0.05), 0.105)
    for tall in (height, 0.5):
        room = Room(width, tall, wished, is_vertical)
        one = blocks.fit_or_shorten(copy.title, copy.title_setting, room, SMALLEST_TITLE_CAP)
        if one is not None and one.cap >= 0.4 * wished:
            break
    if one is None:
        raise ValueError("a title without outlines cannot be set")
    return one


def _stacked(copy: Copy, room: Box, align: str) -> Typeset:
    """Title and artist from the top of a room down."""
    one = _title_draft(copy, room.width)
    title = blocks.place(one, room, align, "top")
    if not copy.artist:
        return title, None
    below = replace(room, top=title.box.bottom + gap_under(one.cap))
    artist = artist_draft(copy, one.cap, Box(below.left, 0.0, below.right, 0.2))
    return title, blocks.place(artist, below, align, "top") if artist else None


def _facing(copy: Copy, room: Box) -> Typeset:
    """A title of one line with the artist at the other end of it, if both fit; else stacked."""
    one = _title_draft(copy, room.width)
    spare = room.width - one.width - 0.08
    artist = artist_draft(copy, one.cap, Box(0.0, 0.0, spare, 0.1)) if copy.artist and spare > 0.1 else None
    if artist is None or len(one.lines) > 1 or len(artist.lines) > 1:
        return _stacked(copy, room, "left")
    title = blocks.place(one, room, "left", "top")
    baseline = room.top - one.top
    return title, blocks.place(artist, replace(room, top=baseline + artist.top), "right", "top")


def _extent(typeset: Typeset) -> Box:
    return around(block.box for block in typeset if block is not None)


def _lowered(typeset: Typeset, down: float) -> Typeset:
    def move(block: Block) -> Block:
        path = skia.Path()
        path.addPath(block.path, skia.Matrix.Translate(0, down))
        boxes = tuple(box.moved(0.0, down) for box in block.line_boxes)
        return replace(block, path=path, box=block.box.moved(0.0, down), line_boxes=boxes)

    title, artist = typeset
    return move(title), move(artist) if artist is not None else None


def _calmest(copy: Copy, picture: PictureGrid, places: list[Box]) -> Box:
    """The place that hides least of the figure; the plan's own zone weighs in."""
    wished = copy.room_of(copy.plan.title_zones[0]) if copy.plan.title_zones else None

    def loss(box: Box) -> float:
        rows = picture.figure.shape[0]
        cells = picture.figure[
            int(box.top * rows) : int(box.bottom * rows), int(box.left * rows) : int(box.right * rows)
        ]
        away = 0.0 if wished is None or wished.meets(box) else 0.2
        return float(cells.mean() if cells.size else 0.0) + away

    return min(places, key=loss)


def _full_bleed(copy: Copy, picture: PictureGrid, edge: float) -> tuple[Typeset, Box, bool]:
    """Type on a strip across the whole picture. edge: extra room for a ragged edge. Also whether it is at the top."""
    margins = copy.margins
    typeset = _facing(copy, margins)
    height = PAD + edge + _extent(typeset).height + margins.top
    top, bottom = Box(0.0, 0.0, copy.aspect, height), Box(0.0, 1 - height, copy.aspect, 1.0)
    box = _calmest(copy, picture, [bottom, top])
    if box is bottom:
        typeset = _lowered(typeset, 1 - height + PAD + edge - margins.top)
    return typeset, box, box is top


def _rectangle(box: Box) -> skia.Path:
    path = skia.Path()
    path.addRect(skia.Rect.MakeLTRB(box.left, box.top, box.right, box.bottom))
    return path


def _band(copy: Copy, picture: PictureGrid) -> Built:
    typeset, box, _ = _full_bleed(copy, picture, 0.0)
    return typeset, box, _rectangle(box), skia.Path()


def _torn(copy: Copy, picture: PictureGrid) -> Built:
    """A strip of paper torn along its inner edge; the tear is the title's own, so the same at every size."""
    typeset, box, at_top = _full_bleed(copy, picture, ROUGH)
    return typeset, box, _tear(box, copy.aspect, zlib.crc32(copy.title.encode()), at_top=at_top), skia.Path()


def _tear(box: Box, aspect: float, seed: int, *, at_top: bool) -> skia.Path:
    chance = random.Random(seed)
    edge, slow = (box.bottom if at_top else box.top), 0.0
    inward = -1.0 if at_top else 1.0
    path = skia.Path()
    path.moveTo(0.0, 0.0 if at_top else 1.0)
    for x in np.arange(0.0, aspect + 0.006, 0.006):
        slow = 0.93 * slow + 0.07 * chance.uniform(-1.0, 1.0) * 2.4
        path.lineTo(float(x), edge + inward * ROUGH * (0.5 + 0.35 * max(-1.0, min(1.0, slow)) + 0.15 * chance.random()))
    path.lineTo(aspect, 0.0 if at_top else 1.0)
    path.close()
    return path


def _flags(copy: Copy, picture: PictureGrid) -> Built:
    """A bar behind each line, growing in from the left edge of the picture."""
    typeset = _stacked(copy, copy.margins, "left")
    title, artist = typeset
    pad = BAR_PAD * title.cap
    if artist is not None:
        artist = _lowered((artist, None), 2 * pad)[0]
        typeset = title, artist
    extent = _extent(typeset)
    places = [
        Box(0.0, top, extent.right + pad, top + extent.height + 2 * pad)
        for top in (copy.margins.top, copy.margins.bottom - extent.height - 2 * pad)
    ]
    box = _calmest(copy, picture, places[::-1])
    typeset = _lowered(typeset, box.top + pad - extent.top)
    box, shape = _bars([block for block in typeset if block is not None])
    return typeset, box, shape, skia.Path()


def _bars(typeset: Sequence[Block]) -> tuple[Box, skia.Path]:
    """One behind each row; the first block is the largest."""
    shape, cap = skia.Path(), typeset[0].cap
    for block, pad in zip(typeset, (BAR_PAD, *[SECOND_BAR_PAD] * len(typeset)), strict=False):
        for line in block.line_boxes:
            shape.addPath(
                _rectangle(Box(0.0, line.top - pad * cap, line.right + BAR_PAD * cap, line.bottom + pad * cap))
            )
    bounds = shape.computeTightBounds()
    return Box(0.0, bounds.fTop, bounds.fRight, bounds.fBottom), shape


def _framed(copy: Copy, picture: PictureGrid) -> tuple[Typeset, Box]:
    """Centred type in a box of its own size, standing clear of the picture's edges."""
    margins, pad = copy.margins, FRAME_PAD
    room = Box(margins.left + pad, margins.top, margins.right - pad, margins.bottom)
    typeset = _stacked(copy, room, "center")
    extent = _extent(typeset)
    width = max(extent.width + 2 * pad, FRAME_WIDTH * copy.aspect)
    height = extent.height + 2 * pad
    left = (copy.aspect - width) / 2
    tops = (margins.bottom - height, margins.top)
    box = _calmest(copy, picture, [Box(left, top, left + width, top + height) for top in tops])
    return _lowered(typeset, box.top + pad - extent.top), box


def _plate(copy: Copy, picture: PictureGrid) -> Built:
    """A bookplate: square corners, a double rule."""
    typeset, box = _framed(copy, picture)
    return typeset, box, _rectangle(box), _double_rule(box)


def _double_rule(box: Box) -> skia.Path:
    rules = skia.Path()
    rules.setFillType(skia.PathFillType.kEvenOdd)
    for inset, thickness in ((0.011, 0.0026), (0.0165, 0.0011)):
        rules.addPath(_frame(box.grown(-inset), thickness, 0.0))
    return rules


def _ribbon(copy: Copy, picture: PictureGrid) -> Built:
    """A signboard: round corners, one strong rule."""
    typeset, box = _framed(copy, picture)
    return typeset, box, _rounded(box), _strong_rule(box)


def _rounded(box: Box) -> skia.Path:
    shape = skia.Path()
    shape.addRoundRect(skia.Rect.MakeLTRB(box.left, box.top, box.right, box.bottom), 0.034, 0.034)
    return shape


def _strong_rule(box: Box) -> skia.Path:
    return _frame(box.grown(-0.011), 0.0042, 0.024)


def _frame(box: Box, thickness: float, radius: float) -> skia.Path:
    """A closed rule, its thickness inward."""
    path = skia.Path()
    path.setFillType(skia.PathFillType.kEvenOdd)
    for inset in (0.0, thickness):
        one = box.grown(-inset)
        round_by = max(0.0, radius - inset)
        path.addRoundRect(skia.Rect.MakeLTRB(one.left, one.top, one.right, one.bottom), round_by, round_by)
    return path


def _obi(copy: Copy, picture: PictureGrid) -> Built:
    """The paper strip around a record sleeve: full height, the title down from its top, the artist at its foot."""
    margins = copy.margins
    one = _title_draft(copy, 0.3 * copy.aspect, 0.62, is_vertical=True)
    artist = artist_draft(copy, one.cap, Box(0.0, 0.0, one.width, 0.24), is_vertical=True) if copy.artist else None
    width = one.width + 2 * PAD
    choices = [Box(copy.aspect - width - margins.left, 0.0, copy.aspect - margins.left, 1.0)]
    choices.append(Box(margins.left, 0.0, margins.left + width, 1.0))
    box = _calmest(copy, picture, choices)
    column = Box(box.left + PAD, margins.top, box.right - PAD, margins.bottom)
    foot = blocks.place(artist, column, "center", "bottom") if artist is not None else None
    return (blocks.place(one, column, "center", "top"), foot), box, _rectangle(box), skia.Path()


BUILDERS: dict[str, Callable[[Copy, PictureGrid], Built]] = {
    "band": _band, "torn": _torn, "flags": _flags, "plate": _plate, "ribbon": _ribbon, "obi": _obi,
}  # fmt: skip


def under(kind: str, colour: str, typeset: Sequence[Block], aspect: float, seed: int) -> Panel:
    """A block under type that has its place already. typeset: at least one, the largest first. seed: of a torn edge."""
    extent = around(block.box for block in typeset)
    if kind == "flags":
        box, shape = _bars(typeset)
        return Panel(kind, box, colour, shape, skia.Path())
    if kind in ("plate", "ribbon"):
        box = extent.grown(FRAME_PAD)
        spare = max(0.0, FRAME_WIDTH * aspect - box.width) / 2
        box = replace(box, left=box.left - spare, right=box.right + spare)
        if kind == "plate":
            return Panel(kind, box, colour, _rectangle(box), _double_rule(box))
        return Panel(kind, box, colour, _rounded(box), _strong_rule(box))
    if kind == "obi":
        box = Box(extent.left - PAD, 0.0, extent.right + PAD, 1.0)
        return Panel(kind, box, colour, _rectangle(box), skia.Path())
    pad = PAD + (ROUGH if kind == "torn" else 0.0)
    at_top = extent.top + extent.bottom < 1.0
    box = Box(0.0, 0.0, aspect, extent.bottom + pad) if at_top else Box(0.0, extent.top - pad, aspect, 1.0)
    shape = _tear(box, aspect, seed, at_top=at_top) if kind == "torn" else _rectangle(box)
    return Panel(kind, box, colour, shape, skia.Path())
