"""Pictures of one family: type in one voice and size at one place of each; and the chance of an idea that has room for it there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from covers.brief.family_contract import Family
from covers.brief.scenery import LETTERINGS
from covers.engine.poster.art import MARGIN, Art, Idea
from covers.engine.poster.glance import REHEARSED_SIDE, glance
from covers.engine.poster.own_colours import painted
from covers.engine.poster.page import Page
from covers.engine.poster.room import CalmMap, central, overlap, settled, where
from covers.engine.poster.styles import STYLES
from covers.lettering.title_contract import TypePlan, Zone


@dataclass(frozen=True)
class RoomSearch:
    """turns: how many chances of an idea are looked at. step: how far apart their seeds are: further than those of a request's pictures.
    side: of a look, in pixels: always the same, so that every size has the same picture."""

    turns: int
    step: int
    side: int


AT_A_PLACE, WHERE_IT_STOOD = RoomSearch(6, 1_000_003, 160), RoomSearch(16, 104_729, REHEARSED_SIDE)
HEAD, FOOT, NAME = 0.07, 0.93, 0.05
"""Where type begins and ends, and the height of a name that stands apart."""
RESTLESS = 0.16
"""Largest unrest of a place that a veil still quietens without being seen."""
EVEN = 0.1
"""The same of a print, for type that stays where it stood."""


def _search(idea: Idea) -> RoomSearch:
    return WHERE_IT_STOOD if idea.family is not None and idea.family.type_at else AT_A_PLACE


def turned(seed: int, idea: Idea) -> int:
    """The seed of an idea's own chance."""
    return (seed + idea.turn * _search(idea).step) % 2**63


def with_room(idea: Idea, seed: int) -> Idea:
    """The idea at the first of its chances that has room for type where the family has it, and shows what tells the song."""
    family, search = idea.family, _search(idea)
    if family is None or not (family.place or family.type_at):
        return idea
    free: list[Idea] = []
    for turn in range(search.turns):
        other = replace(idea, turn=turn)
        page = Page(search.side, search.side)
        art = STYLES[other.style](page, other, turned(seed, other), lambda: None)
        painted(art)
        if not _has_room(art, CalmMap(central(page), where(art.figures))):
            continue
        seen = glance(page, art.telling) if art.telling and family.place else None
        if seen is None or seen.score(is_part=art.scene is not None) >= 1:
            return other
        free.append(other)
    return free[0] if free else idea


def _has_room(art: Art, calm: CalmMap) -> bool:
    family = art.idea.family
    if family is not None and family.type_at:
        stood = family.type_at[0]
        return calm.is_free(stood) and (art.scene is not None or calm.unrest(stood) < EVEN)
    if family is not None and art.idea.style in LETTERINGS:
        return art.artists[0].valign == valign_of(family.artist_place or family.place)
    return any(art.scene is None or calm.unrest(zone) < RESTLESS for zone in kept_zones(art, calm))


def kept_zones(art: Art, calm: CalmMap) -> list[Zone]:
    """Where the type stood, else the family's place, whole or in part, if nothing that the picture shows stands there."""
    family = art.idea.family
    if family is not None and family.type_at and calm.is_free(family.type_at[0]):
        return [family.type_at[0]]
    if family is None or not family.place:
        return []
    whole = zone_at(family.place, max(0.16, art.idea.room - 0.02))
    near = replace(
        whole,
        width=0.56,
        x=whole.x if whole.align == "left" else whole.x + (whole.width - 0.56) / (1 + (whole.align == "center")),
    )
    if art.scene is not None:
        return [zone for zone in (whole, near) if calm.is_free(zone)][:1]
    found = [part for zone in (whole, near) if (part := settled(calm, zone)) and calm.is_free(part)]
    return found[:1]


def valign_of(place: str) -> str:
    return place.partition(" ")[0]


def zone_at(place: str, height: float) -> Zone:
    """A band across the picture. place: as of a `Family`."""
    valign, _, align = place.partition(" ")
    y = {"top": HEAD, "bottom": FOOT - height}.get(valign, 0.5 - height / 2)
    return Zone(MARGIN, y, 1 - 2 * MARGIN, height, align or "left", valign)


def as_in_family(plan: TypePlan, family: Family | None, kept: list[Zone], calm: CalmMap) -> TypePlan:
    """A plan in the family's voice, size and ink. kept: of `kept_zones`; with one the artist stands where it does in the family."""
    if family is None:
        return plan
    inks = plan.inks
    if family.ink and plan.title_zones and calm.reads(plan.title_zones[0], family.ink):
        inks = tuple(dict.fromkeys((family.ink, *inks)))
    artists = plan.artist_zones
    if kept and kept[0] in family.type_at:
        stood = family.type_at[1:]
        artists = (*stood, *artists)[:4] if stood else ()  # two blocks of type, or one
    elif kept:
        apart = [zone_at(family.artist_place, NAME)] if family.artist_place else []
        artists = tuple(
            zone for zone in apart if not overlap(zone, kept[0]) and calm.is_free(zone) and calm.is_calm(zone)
        )
    size = family.title_scale if kept or not family.type_at else 0.0
    return replace(
        plan, voice=family.voice or plan.voice, title_scale=size or plan.title_scale, inks=inks, artist_zones=artists
    )
