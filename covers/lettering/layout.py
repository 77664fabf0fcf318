"""The search for a place: the plan's zones, other inks, smaller, calm places of the picture's own, at last a panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from covers.lettering import blocks, judging
from covers.lettering.blocks import Block, Draft, Room
from covers.lettering.boxes import Box
from covers.lettering.copy import SMALLEST_TITLE_CAP, Copy, artist_cap, artist_draft, gap_under
from covers.lettering.inks import PUREST, tinted_extremes
from covers.lettering.panels import Panel, on_panel
from covers.lettering.picture import PictureGrid
from covers.lettering.title_contract import Zone

APART = 0.012
"""Clear space that title and artist keep from each other, in height units."""


ARTIST_LINE = 1.7
"""Height of a line of any script, in cap heights."""


@dataclass(frozen=True)
class Layout:
    """The decision. A block is None when there was nothing to draw."""

    title: Block | None
    artist: Block | None
    title_ink: str
    artist_ink: str
    panel: Panel | None = None


@dataclass(frozen=True)
class Effort:
    """One round of the search. least_size: share of the largest possible title that is still accepted.

    most_busy: how restless the ground may be. inks: tried in order.
    """

    zones: tuple[Zone, ...]
    least_size: float
    most_busy: float
    inks: tuple[str, ...]


def lay_out(copy: Copy, picture: PictureGrid, own_zones: Sequence[Zone]) -> Layout:
    """Place title and artist. Always answers: a panel is made where the picture leaves no room."""
    if not copy.title:
        alone = copy.title_setting if copy.plan.sets_title else copy.artist_setting
        copy = replace(copy, title=copy.artist, artist="", title_setting=alone, voice=alone.voice)
    if not copy.title:
        return Layout(None, None, copy.plan.inks[0], copy.plan.inks[0])
    for effort in _efforts(copy, picture, tuple(own_zones)):
        found = _search(copy, picture, effort)
        if found is not None:
            return found
    title, artist, ink, panel = on_panel(copy, picture)
    return Layout(title, artist, ink, ink, panel)


def _efforts(copy: Copy, picture: PictureGrid, own: tuple[Zone, ...]) -> Iterator[Effort]:
    wished = copy.plan.title_zones
    inks = tuple(dict.fromkeys((*copy.plan.inks, *tinted_extremes(picture), *PUREST)))
    if wished:
        yield Effort(wished, 0.75, 0.16, copy.plan.inks)
        yield Effort(wished, 0.5, 0.2, inks)
    yield Effort(own, 0.6, 0.08, inks)
    yield Effort((*wished, *own), 0.35, 0.16, inks)


def _search(copy: Copy, picture: PictureGrid, effort: Effort) -> Layout | None:
    drafts = [(zone, _title_draft(copy, zone)) for zone in effort.zones]
    largest = max((one.cap for _, one in drafts if one is not None), default=0.0)
    for zone, one in drafts:
        if one is None or one.cap < max(effort.least_size * largest, SMALLEST_TITLE_CAP):
            continue
        found = _try_zone(copy, picture, zone, one, effort)
        if found is not None:
            return found
    return None


def _title_draft(copy: Copy, zone: Zone) -> Draft | None:
    room = copy.room_of(zone)
    is_stacked = bool(copy.artist) and not copy.plan.artist_zones
    height = room.height - (min(0.075, 0.38 * room.height) if is_stacked and not zone.vertical else 0.0)
    width = room.width - (min(0.055, 0.4 * room.width) if is_stacked and zone.vertical else 0.0)
    size = Room(width, height, copy.plan.title_scale, zone.vertical)
    return blocks.fit(copy.title, copy.title_setting, size)


def _try_zone(copy: Copy, picture: PictureGrid, zone: Zone, one: Draft, effort: Effort) -> Layout | None:
    room = copy.room_of(zone)
    for shrink, (align, valign) in product((1.0, 0.8), _alignments(zone)):
        if one.cap * shrink < SMALLEST_TITLE_CAP:
            break
        title, artist = _stack(copy, one.scaled(shrink), room, align, valign)
        if valign != zone.valign and title.box.top < room.top - 0.001:
            continue  # pushed out of the zone by its artist, on a side where nobody has looked
        found = _ink(copy, picture, title, artist, align, effort)
        if found is not None:
            return found
    return None


def _alignments(zone: Zone) -> list[tuple[str, str]]:
    """The zone's own first, then its other sides."""
    vertical = [(zone.align, valign) for valign in ("top", "bottom", "middle")]
    across = [(align, zone.valign) for align in ("left", "right", "center")]
    return list(dict.fromkeys([(zone.align, zone.valign), *vertical, *across]))


def _stack(copy: Copy, one: Draft, room: Box, align: str, valign: str) -> tuple[Block, Block | None]:
    """The title in a room, with the artist beside it unless the plan has other places for the artist."""
    title = blocks.place(one, room, align, valign)
    if not copy.artist or copy.plan.artist_zones:
        return title, None
    return _beside(copy, one, room, align, valign) if one.is_vertical else _under(copy, one, room, align, valign)


def _under(copy: Copy, one: Draft, room: Box, align: str, valign: str) -> tuple[Block, Block | None]:
    gap = gap_under(one.cap)
    height = max(
        ARTIST_LINE * artist_cap(one.cap), room.height - one.height - gap
    )  # a name is never cut for want of height
    artist = artist_draft(copy, one.cap, Box(room.left, 0.0, room.right, height))
    if artist is None:
        return blocks.place(one, room, align, valign), None
    spare = room.height - (one.height + gap + artist.height)
    top = room.top + {"top": 0.0, "middle": 0.5, "bottom": 1.0}[valign] * spare
    title = blocks.place(one, replace(room, top=top), align, "top")
    return title, blocks.place(artist, replace(room, top=title.box.bottom + gap), align, "top")


def _beside(copy: Copy, one: Draft, room: Box, align: str, valign: str) -> tuple[Block, Block | None]:
    """Columns run from the right: the artist's stands left of the title's, ending where the title ends."""
    gap = gap_under(one.cap)
    tall = Box(0.0, 0.0, max(0.02, room.width - one.width - gap), one.height)
    artist = artist_draft(copy, one.cap, tall, is_vertical=True)
    if artist is None or not artist.is_vertical:
        return _under(copy, one, room, align, valign)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    left = room.left + share * (room.width - one.width - gap - artist.width)
    title = blocks.place(one, replace(room, left=left + artist.width + gap), "left", valign)
    return title, blocks.place(artist, replace(title.box, left=left), "left", "bottom")


def _ink(
    copy: Copy, picture: PictureGrid, title: Block, artist: Block | None, align: str, effort: Effort
) -> Layout | None:
    """Find inks for a title in place, and a place for the artist where it has none yet."""
    if not title.box.is_inside(copy.margins) or judging.busyness(picture, title) > effort.most_busy:
        return None
    ground = judging.ground_under(picture, title)
    needed = judging.needed_contrast(title, copy.voice.weight, is_title=True)
    for ink in effort.inks:
        if not judging.reaches(ink, ground, needed):
            continue
        if not copy.artist:
            return Layout(title, None, ink, ink)
        places = iter((artist,)) if artist is not None else _artist_places(copy, title, align)
        for place in places:
            artist_ink = _artist_ink(copy, picture, place, title, (ink, *effort.inks), effort.most_busy)
            if artist_ink is not None:
                return Layout(title, place, ink, artist_ink)
    return None


def _artist_ink(
    copy: Copy, picture: PictureGrid, artist: Block, title: Block, inks: Sequence[str], most_busy: float
) -> str | None:
    """An ink in which the artist can be read at its place, or None."""
    if artist.box.grown(APART).meets(title.box) or not artist.box.is_inside(copy.margins):
        return None
    if judging.busyness(picture, artist) > 0.7 * most_busy:
        return None
    ground = judging.ground_under(picture, artist)
    needed = judging.needed_contrast(artist, copy.voice.weight, is_title=False)
    return next((ink for ink in dict.fromkeys(inks) if judging.reaches(ink, ground, needed)), None)


def _artist_places(copy: Copy, title: Block, align: str) -> Iterator[Block]:
    """In the plan's first artist zone, under the title, in the plan's other zones, then at the margins.

    Under the title comes second: a name that hangs on to its title is read with it, one in a spare corner floats.
    """
    in_zones = [block for zone in copy.plan.artist_zones if (block := _artist_in(copy, title, zone)) is not None]
    yield from in_zones[:1]
    one = artist_draft(copy, title.cap, copy.margins)
    if one is None:
        return
    below = _below(title, copy.margins, align)
    if below.height >= one.height and below.width >= one.width:
        yield blocks.place(one, below, align, "top")
    yield from in_zones[1:]
    for valign, side in product(("bottom", "top"), dict.fromkeys((align, "left", "right", "center"))):
        yield blocks.place(one, copy.margins, side, valign)


def _artist_in(copy: Copy, title: Block, zone: Zone) -> Block | None:
    room = copy.room_of(zone)
    one = artist_draft(copy, title.cap, room, is_vertical=zone.vertical)
    return blocks.place(one, room, zone.align, zone.valign) if one is not None else None


def _below(title: Block, margins: Box, align: str) -> Box:
    """The room under a title that shares its edge, or its axis."""
    top = title.box.bottom + gap_under(title.cap)
    if align == "left":
        return replace(margins, top=top, left=title.box.left)
    if align == "right":
        return replace(margins, top=top, right=title.box.right)
    middle = (title.box.left + title.box.right) / 2
    half = min(middle - margins.left, margins.right - middle)
    return Box(middle - half, top, middle + half, margins.bottom)
