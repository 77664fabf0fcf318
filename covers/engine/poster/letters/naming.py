"""Where the artist's name stands on a picture of letters: in the strip that was kept for it, quietened where it must be."""

from __future__ import annotations

from collections.abc import Callable

from covers.engine.poster.color import luminance
from covers.engine.poster.letters.letter_art import PLAIN, LetterArt
from covers.engine.poster.page import Page
from covers.engine.poster.room import CalmMap, readable_inks, searched, settled
from covers.engine.poster.scenes.lit_art import CALM_ENOUGH, lay_veil
from covers.lettering.title_contract import TypePlan, Zone

NAME_SIZES = ((0.6, 0.055), (0.4, 0.055), (0.3, 0.055))
"""Places for a name anywhere, where its strip is not as calm as it was meant."""
NAME_WIDTH = 0.28
STRONGEST = 8
"""Veils on one another, at most."""


def plan_name(art: LetterArt, look: Callable[[], CalmMap]) -> tuple[TypePlan, Callable[[Page], None] | None]:
    """The plan, and how a page of the same picture is quietened for it. look: at the picture as it is; asked again after a veil.

    The name never lies on a letter. The strip that the composition kept comes first; if it is not calm, another calm place;
    if there is none, the strip is veiled until the name can be read.
    """
    calm = look()
    free = [zone for zone in art.artists if calm.is_free(zone) and _reads(art, calm, zone)]
    zones = [zone for wish in free if (zone := settled(calm, wish)) and zone.width >= NAME_WIDTH]
    zones = zones or [zone for zone in free if calm.unrest(zone) < CALM_ENOUGH]
    if not zones:
        sizes = [(wide, tall + (PLAIN if art.is_said_plainly else 0.0)) for wide, tall in NAME_SIZES]
        others = searched(calm, (), sizes)
        zones = [zone for zone in others if _is_at_an_end(zone) and _reads(art, calm, zone)][:3]
    tall = art.artists[0].height if art.is_said_plainly else 0.0
    zones = [zone for zone in zones if zone.height >= 0.9 * tall]
    if zones:
        return _plan(art, calm, zones), None
    zone = art.artists[0]
    tone = art.shade if _is_dark(calm, zone) else art.haze
    times = 0
    while times < STRONGEST and not (_reads(art, calm, zone) and calm.unrest(zone) < CALM_ENOUGH):
        lay_veil(art.page, zone, tone)
        calm, times = look(), times + 1

    def lay(page: Page) -> None:
        for _ in range(times):
            lay_veil(page, zone, tone)

    return _plan(art, calm, [zone]), lay


def _reads(art: LetterArt, calm: CalmMap, zone: Zone) -> bool:
    return any(calm.reads(zone, ink) for ink in art.inks)


def _is_at_an_end(zone: Zone) -> bool:
    """Whether it is at the head or the foot of the page: elsewhere a name floats."""
    return zone.y < 0.1 or zone.y + zone.height > 0.9


def _is_dark(calm: CalmMap, zone: Zone) -> bool:
    return luminance(calm.colors(zone)[1]) < 0.25


def _plan(art: LetterArt, calm: CalmMap, zones: list[Zone]) -> TypePlan:
    inks = readable_inks(calm, zones[0], [*art.inks, art.colors.paper, art.colors.ink])
    return TypePlan(
        voice=art.voice, title_zones=tuple(zones[:4]), inks=tuple(inks), title_scale=art.title_scale, sets_title=art.is_said_plainly,
    )  # fmt: skip
