"""Where the type of a cover stands that is made of a brought picture: off faces, beside the subject, where it is calm or can be made so.

The decision is taken on a small copy, so that every size of a cover has the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from covers.engine.poster.art import MARGIN
from covers.engine.poster.color import contrast, luminance
from covers.engine.poster.own.art import BroughtArt
from covers.engine.poster.page import Page
from covers.engine.poster.room import GRID, CalmMap, central, overlap, title_boost, where
from covers.engine.poster.scenes.lit_art import CALM_ENOUGH, VEILS_MOST, lay_veil
from covers.lettering.title_contract import TypePlan, Zone

Veil = Callable[[Page], None]
READABLE = 5.0
"""Contrast asked for here; the 4.5 that counts is measured on the finished picture, with its grain."""
WISHED = 0.7
"""How much better a place is that the composition kept free."""


@dataclass(frozen=True)
class Ground:
    """The finished picture, small. calm: where it is even; figures: how much of each cell a subject covers; faces: the same of faces."""

    calm: CalmMap
    figures: np.ndarray
    faces: np.ndarray

    def share(self, covered: np.ndarray, zone: Zone) -> float:
        top, bottom = int(zone.y * GRID), max(int(zone.y * GRID) + 1, round((zone.y + zone.height) * GRID))
        left, right = int(zone.x * GRID), max(int(zone.x * GRID) + 1, round((zone.x + zone.width) * GRID))
        return float(covered[max(0, top) : bottom, max(0, left) : right].mean())

    def cost(self, zone: Zone, is_wished: bool) -> float:
        faces, subject = self.share(self.faces, zone), self.share(self.figures, zone)
        unrest = min(1.0, self.calm.unrest(zone) / 0.25)
        return (
            (20 + 20 * faces if faces > 0.002 else 0.0) + 2.4 * subject + 0.9 * unrest
            - 0.5 * zone.width * zone.height - WISHED * is_wished - 0.06 * (zone.y > 0.5)
        )  # fmt: skip


def plan_type(model: BroughtArt, page: Page, title: str) -> tuple[TypePlan, Veil | None]:
    """model: the picture drawn on a small page; it is quietened there as the answer's veil quietens any other."""
    ground = Ground(CalmMap(central(page)), where(model.figures), where(model.faces))
    wishes = list(model.titles)
    zones = [*wishes, *usual_zones(model.idea.room)]
    ranked = sorted(zones, key=lambda zone: ground.cost(zone, zone in wishes))
    first = ranked[0]
    veil = quietened(model, page, first)
    calm = CalmMap(central(page))
    inks = inks_in(calm, first, model.inks)
    others = [
        zone
        for zone in ranked[1:]
        if ground.cost(zone, False) < 1
        and calm.is_calm(zone)
        and calm.reads(zone, inks[0])
        and not overlap(zone, first)
    ]
    plan = TypePlan(
        voice=model.voice, title_zones=(first, *others[:2]), inks=tuple(inks), finish=model.finish,
        uppercase=model.uppercase, title_scale=model.title_scale * title_boost(title),
    )  # fmt: skip
    return plan, veil


def usual_zones(room: float) -> list[Zone]:
    """Along the edges of the sheet: whole bands and their halves."""
    height, wide = max(room, 0.18), 1 - 2 * MARGIN
    zones = []
    for y, valign in ((0.055, "top"), (0.955 - height, "bottom")):
        zones.append(Zone(MARGIN, y, wide, height, "left", valign))
        for share in (0.5, 0.64):
            zones.append(Zone(MARGIN, y, share * wide, height, "left", valign))
            zones.append(Zone(1 - MARGIN - share * wide, y, share * wide, height, "right", valign))
    return zones


def quietened(model: BroughtArt, page: Page, zone: Zone) -> Veil | None:
    """Lays a soft shade, or on a bright picture a haze, from the sheet's edge over the zone until a title can be read there."""

    def bears() -> bool:
        calm = CalmMap(central(page))
        return calm.unrest(zone) < CALM_ENOUGH and any(reads(calm, zone, ink) for ink in model.inks)

    if bears():
        return None
    dark, middle, light = (luminance(color) for color in CalmMap(central(page)).colors(zone))
    tone = model.shade if middle < 0.3 or dark + light < 0.8 else model.haze
    times = 0
    while times < 2 * VEILS_MOST and not bears():
        lay_veil(page, zone, tone)
        times += 1

    def lay(other: Page) -> None:
        for _ in range(times):
            lay_veil(other, zone, tone)

    return lay


def reads(calm: CalmMap, zone: Zone, ink: str) -> bool:
    return all(contrast(ink, color) >= READABLE for color in calm.colors(zone))


def inks_in(calm: CalmMap, zone: Zone, wishes: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(wishes))
    inks = [ink for ink in wanted if reads(calm, zone, ink)] or [ink for ink in wanted if calm.reads(zone, ink)]
    return inks or [max(("#ffffff", "#000000"), key=lambda ink: abs(luminance(ink) - luminance(calm.colors(zone)[1])))]
