"""Where the type of a cover stands that is made of a brought picture: off faces, beside the subject, where it is calm or can be made so.

The decision is taken on a small copy, so that every size of a cover has the same one.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from covers.engine.poster.art import MARGIN
from covers.engine.poster.color import contrast, luminance
from covers.engine.poster.own.art import BroughtArt
from covers.engine.poster.page import Page
from covers.engine.poster.portrait.filters import LUMA
from covers.engine.poster.room import GRID, CalmMap, central, overlap, settled, title_boost, where
from covers.engine.poster.scenes.lit_art import CALM_ENOUGH, lay_veil
from covers.lettering.picture import look_at
from covers.lettering.title_contract import TypePlan, Zone

Veil = Callable[[Page], None]
READABLE = 5.0
"""Contrast asked for here; the 4.5 that counts is measured on the finished picture, with its grain."""
STURDIER = {"thin_serif": "soft_serif", "wide_tiny": "grotesk", "small_caps": "soft_serif", "mono_small": "grotesk"}
"""Hairlines drown in a photograph."""
MOST_VEILS = 12
NEARER = 7.0
"""Layers of a veil that one from black to white is worth."""
RESTLESS = 0.1
"""The lettering sets a title on 0.16 and a name on 0.11."""
FINE = 4.6
"""The same, of single pixels."""
WISHED = 0.7
"""How much better a place is that the composition kept free."""


@dataclass(frozen=True)
class Ground:
    """The finished picture, small. calm: where it is even; eyes: where it draws the eye, 0..1; faces: which cells a face covers."""

    calm: CalmMap
    eyes: np.ndarray
    faces: np.ndarray

    def share(self, covered: np.ndarray, zone: Zone) -> float:
        top, bottom = int(zone.y * GRID), max(int(zone.y * GRID) + 1, round((zone.y + zone.height) * GRID))
        left, right = int(zone.x * GRID), max(int(zone.x * GRID) + 1, round((zone.x + zone.width) * GRID))
        return float(covered[max(0, top) : bottom, max(0, left) : right].mean())

    def cost(self, zone: Zone, is_wished: bool) -> float:
        faces, subject = self.share(self.faces, zone), self.share(self.eyes, zone)
        unrest = min(1.0, self.calm.unrest(zone) / 0.25)
        return (
            (20 + 20 * faces if faces > 0.002 else 0.0) + 2.2 * subject + 0.9 * unrest
            - 0.5 * zone.width * zone.height - WISHED * is_wished - 0.06 * (zone.y > 0.5)
        )  # fmt: skip


def plan_type(model: BroughtArt, page: Page, title: str) -> tuple[TypePlan, Veil | None]:
    """model: the picture drawn on a small page; it is quietened there as the answer's veil quietens any other."""
    ground = Ground(CalmMap(central(page)), model.drawing_eyes, where(model.figures))
    wishes = [settled(ground.calm, wish) or wish for wish in model.titles]
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
    is_on_paper = any(first == wish for wish in wishes) and veil is None
    voice = model.voice if is_on_paper else STURDIER.get(model.voice, model.voice)
    plan = TypePlan(
        voice=voice, title_zones=(first, *others[:2]), inks=tuple(inks), finish=model.finish,
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
    """Lays a soft shade, or a haze, from the sheet's edge over the zone until a title can be read there: the one that is nearer to
    what is there, unless the other takes far less of it."""
    if bears(model, page, zone):
        return None
    middle = luminance(CalmMap(central(page)).colors(zone)[1])
    tries = []
    for tone in (model.shade, model.haze):
        bearable = partial(bears_under, model, page, zone, tone)
        times = 1 + bisect.bisect_left(range(1, MOST_VEILS), True, key=bearable)
        away = abs(luminance(tone) ** 0.5 - middle**0.5)
        tries.append((times + NEARER * away, times, tone))
    _, times, tone = min(tries)

    def veil(other: Page) -> None:
        for _ in range(times):
            lay(other, model, zone, tone)

    veil(page)
    return veil


def bears_under(model: BroughtArt, page: Page, zone: Zone, tone: str, count: int) -> bool:
    """Whether a title can be read in the zone under so many layers of veil; the page stays as it is."""
    trial = Page(page.width, page.height)
    trial.canvas.resetMatrix()
    page.surface.draw(trial.canvas, 0, 0)
    trial.canvas.setMatrix(page.canvas.getTotalMatrix())
    for _ in range(count):
        lay(trial, model, zone, tone)
    return bears(model, trial, zone)


def lay(page: Page, model: BroughtArt, zone: Zone, tone: str) -> None:
    with page.clipped(model.veiled or page.everything):
        lay_veil(page, zone, tone)


def bears(model: BroughtArt, page: Page, zone: Zone) -> bool:
    """Whether a title can be read in the zone as the picture is: on each of its pixels but a few, not on average only."""
    calm = CalmMap(central(page))
    if calm.unrest(zone) >= CALM_ENOUGH * (0.6 if model.seen.is_graphic else 1.0):  # what is left of letters is read
        return False
    inks = [ink for ink in model.inks if reads(calm, zone, ink)]
    if not inks:
        return False
    light = fine_light(page, zone)
    return restless(page, zone) <= RESTLESS and any(worst_contrast(light, ink) >= FINE for ink in inks)


def restless(page: Page, zone: Zone) -> float:
    """How much shapes change in the worst quarter of the zone's height, as the lettering will measure it: 0 to 1."""
    busy = look_at(page.pixels(page.width, page.height)).busy
    across, down = busy.shape[1] / page.width, busy.shape[0] / page.height
    left, top = (page.width - page.scale) / 2, (page.height - page.scale) / 2
    columns = slice(
        int((left + zone.x * page.scale) * across), int((left + (zone.x + zone.width) * page.scale) * across) + 1
    )
    edges = [int((top + (zone.y + zone.height * step / 4) * page.scale) * down) for step in range(5)]
    return max(float(busy[start : max(stop, start + 1), columns].mean()) for start, stop in itertools.pairwise(edges))


def fine_light(page: Page, zone: Zone) -> np.ndarray:
    """Relative luminance of the zone's pixels, grain and all."""
    pixels = page.pixels(page.width, page.height)
    left, top = (page.width - page.scale) / 2, (page.height - page.scale) / 2
    rows = slice(int(top + zone.y * page.scale), int(top + (zone.y + zone.height) * page.scale) + 1)
    columns = slice(int(left + zone.x * page.scale), int(left + (zone.x + zone.width) * page.scale) + 1)
    part = pixels[rows, columns].reshape(-1, 3).astype(np.float32) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ LUMA)


def worst_contrast(light: np.ndarray, ink: str) -> float:
    """The contrast that nineteen of twenty pixels reach."""
    own = luminance(ink)
    ratios = (np.maximum(light, own) + 0.05) / (np.minimum(light, own) + 0.05)
    return float(np.quantile(ratios, 0.05))


def reads(calm: CalmMap, zone: Zone, ink: str) -> bool:
    return all(contrast(ink, color) >= READABLE for color in calm.colors(zone))


def inks_in(calm: CalmMap, zone: Zone, wishes: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(wishes))
    inks = [ink for ink in wanted if reads(calm, zone, ink)] or [ink for ink in wanted if calm.reads(zone, ink)]
    return inks or [max(("#ffffff", "#000000"), key=lambda ink: abs(luminance(ink) - luminance(calm.colors(zone)[1])))]
