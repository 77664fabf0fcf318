"""The search for a place: the plan's zones, other inks, smaller, calm places of the picture's own, at last a panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from covers.lettering import blocks, judging
from covers.lettering.blocks import Block, Box, Draft
from covers.lettering.contract import TypePlan, Zone
from covers.lettering.inks import tinted_extremes
from covers.lettering.judging import Ground
from covers.lettering.panels import Panel, panel_layout
from covers.lettering.picture import Picture
from covers.lettering.shaping import Setting
from covers.lettering.voices import Voice

MARGIN = 0.045
"""Share of each side that no ink enters."""

RATIO = 2.6
"""Title cap height over artist cap height, at least."""

ARTIST_CAP = (0.021, 0.032)
"""Cap heights between which an artist's name likes to stand: legible on a 300 px thumbnail, quiet on a sleeve."""


@dataclass(frozen=True)
class Copy:
    """What is to be set, and how. margins: the rectangle that ink must stay in."""

    title: str
    artist: str
    voice: Voice
    title_setting: Setting
    artist_setting: Setting
    plan: TypePlan
    margins: Box


@dataclass(frozen=True)
class Layout:
    """The decision. Either block may be missing when there was nothing to draw."""

    title: Block | None
    artist: Block | None
    title_ink: str
    artist_ink: str
    panel: Panel | None = None


@dataclass(frozen=True)
class Effort:
    """One round of the search: how small the title may become, how restless its ground may be, with which inks."""

    zones: tuple[Zone, ...]
    least_size: float
    most_busy: float
    inks: tuple[str, ...]


def lay_out(copy: Copy, picture: Picture, own_zones: Sequence[Zone]) -> Layout:
    """Place title and artist. Always answers: a panel is made where the picture leaves no room."""
    for effort in _efforts(copy, picture, own_zones):
        found = _search(copy, picture, effort)
        if found is not None:
            return found
    return panel_layout(copy, picture)


def _efforts(copy: Copy, picture: Picture, own_zones: Sequence[Zone]) -> Iterator[Effort]:
    plan = copy.plan
    all_inks = tuple(dict.fromkeys((*plan.inks, *tinted_extremes(picture))))
    own = tuple(own_zones)
    if plan.title_zones:
        yield Effort(plan.title_zones, 0.75, 0.16, plan.inks)
        yield Effort(plan.title_zones, 0.5, 0.2, all_inks)
    yield Effort(own, 0.6, 0.1, all_inks)
    yield Effort((*plan.title_zones, *own), 0.3, 0.22, all_inks)


def zone_box(zone: Zone, copy: Copy, aspect: float) -> Box:
    """A zone in height units, inside the margins."""
    box = Box(zone.x * aspect, zone.y, (zone.x + zone.width) * aspect, zone.y + zone.height)
    return box.clipped(copy.margins)


def _search(copy: Copy, picture: Picture, effort: Effort) -> Layout | None:
    wish = copy.plan.title_scale
    drafts = [(zone, _title_draft(copy, zone, picture.aspect)) for zone in effort.zones]
    reach = min(wish, max((one.cap for _, one in drafts if one), default=0.0))
    for zone, one in drafts:
        if one is None or one.cap < effort.least_size * reach or one.cap < blocks.SMALLEST_TITLE_CAP:
            continue
        found = _try_zone(copy, picture, zone, one, effort)
        if found is not None:
            return found
    return None


def _title_draft(copy: Copy, zone: Zone, aspect: float) -> Draft | None:
    room = zone_box(zone, copy, aspect)
    height = room.height - (0.0 if copy.plan.artist_zones or not copy.artist else 0.055)
    return blocks.fit(copy.title, copy.title_setting, width=room.width, height=height, wished_cap=copy.plan.title_scale)


def _try_zone(copy: Copy, picture: Picture, zone: Zone, one: Draft, effort: Effort) -> Layout | None:
    room = zone_box(zone, copy, picture.aspect)
    for shrink, (align, valign) in product((1.0, 0.8), _alignments(zone)):
        if one.cap * shrink < blocks.SMALLEST_TITLE_CAP:
            continue
        stacked = not copy.plan.artist_zones and bool(copy.artist)
        title, under = _stack(copy, one.scaled(shrink), room, align, valign, stacked)
        ground = judging.ground_of(picture, title)
        needed = judging.needed_contrast(title, is_title=True, weight=copy.voice.weight)
        if ground.busy > effort.most_busy:
            continue
        for ink in effort.inks:
            if not judging.reaches(ink, ground, needed):
                continue
            found = _with_artist(copy, picture, title, ink, under, effort)
            if found is not None:
                return found
    return None


def _alignments(zone: Zone) -> list[tuple[str, str]]:
    """The zone's own first, then its other corners."""
    pairs = [(zone.align, zone.valign), *product(("left", "right", "center"), ("top", "bottom", "middle"))]
    return list(dict.fromkeys(pairs))[:6]


def artist_cap(title_cap: float) -> float:
    """The artist's cap height beside a title: at least RATIO smaller, else within ARTIST_CAP."""
    low, high = ARTIST_CAP
    return min(title_cap / RATIO, max(low, min(high, title_cap / 4)))


def artist_draft(copy: Copy, title_cap: float, width: float, height: float) -> Draft | None:
    cap = artist_cap(title_cap)
    return blocks.fit_or_shorten(
        copy.artist, copy.artist_setting, width=width, height=height, wished_cap=cap, smallest_cap=cap * 0.6
    )


def _stack(copy: Copy, one: Draft, room: Box, align: str, valign: str, stacked: bool) -> tuple[Block, Block | None]:
    """The title in a rectangle, with the artist right under it if wished."""
    under = artist_draft(copy, one.cap, room.width, 0.25) if stacked else None
    if under is None:
        return blocks.place(one, room, align=align, valign=valign), None
    gap = max(0.75 * artist_cap(one.cap) + 0.16 * one.cap, 0.016)
    total = one.height + gap + under.height
    spare = room.height - total
    top = room.top + {"top": 0.0, "middle": spare / 2, "bottom": spare}[valign]
    title = blocks.place(one, replace(room, top=top), align=align, valign="top")
    artist = blocks.place(under, replace(room, top=title.box.bottom + gap), align=align, valign="top")
    return title, artist


def _with_artist(
    copy: Copy, picture: Picture, title: Block, ink: str, under: Block | None, effort: Effort
) -> Layout | None:
    if not copy.artist:
        return Layout(title, None, ink, ink)
    if under is not None:
        candidates: Iterator[Block] = iter((under,))
    else:
        candidates = _artist_candidates(copy, picture, title)
    for artist in candidates:
        if artist.box.grown(0.006).meets(title.box) or not artist.box.inside(copy.margins):
            continue
        ground = judging.ground_of(picture, artist)
        if ground.busy > effort.most_busy:
            continue
        chosen = _artist_ink(ground, (ink, *effort.inks))
        if chosen is not None:
            return Layout(title, artist, ink, chosen)
    return None


def _artist_ink(ground: Ground, inks: Sequence[str]) -> str | None:
    needed = judging.SMALL_CONTRAST * judging.MARGIN_OF_SAFETY
    return next((ink for ink in dict.fromkeys(inks) if judging.reaches(ink, ground, needed)), None)


def _artist_candidates(copy: Copy, picture: Picture, title: Block) -> Iterator[Block]:
    """In the plan's artist zones, then under the title, then in the corners of the picture."""
    margins = copy.margins
    for zone in copy.plan.artist_zones:
        room = zone_box(zone, copy, picture.aspect)
        one = artist_draft(copy, title.cap, room.width, room.height)
        if one is not None:
            yield blocks.place(one, room, align=zone.align, valign=zone.valign)
    one = artist_draft(copy, title.cap, margins.width, 0.2)
    if one is None:
        return
    gap = max(0.75 * artist_cap(title.cap) + 0.16 * title.cap, 0.016)
    below = Box(title.box.left, title.box.bottom + gap, max(title.box.right, title.box.left + one.width), margins.bottom)
    if below.height >= one.height:
        yield blocks.place(one, below, align="left", valign="top")
    for valign, align in product(("bottom", "top"), ("left", "right", "center")):
        yield blocks.place(one, margins, align=align, valign=valign)


def margins_for(aspect: float, spread: float) -> Box:
    """The rectangle for ink; spread: how far a finish bleeds beyond the outline, in height units."""
    across, down = MARGIN * aspect + spread, MARGIN + spread
    return Box(across, down, aspect - across, 1.0 - down)


def mean_busy(picture: Picture, zone: Zone) -> float:
    """Busyness of a zone, 0 to 1: the mean, and more so its restless tenth."""
    rows, columns = picture.shape
    cells = picture.busy[
        int(zone.y * rows) : int((zone.y + zone.height) * rows), int(zone.x * columns) : int((zone.x + zone.width) * columns)
    ]
    return float(cells.mean() + 0.5 * np.quantile(cells, 0.9)) if cells.size else 1.0
