"""The look that covers of several songs share, as data. Plain values only; the standard library and keys of `covers.scenery`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

SCENES = "scenes"
"""The style of a family of lit scenes: each song has a place of its own."""
ROLES_OF_PALETTE = ("ground", "figure", "second", "accent", "paper", "ink")


@dataclass(frozen=True)
class Family:
    """Empty fields are each picture's own.

    style: one of `brief_contract.STYLES`, or SCENES. composition: of that style, for the first picture of each request. palette: six
    colours as "#rrggbb" in the order of ROLES_OF_PALETTE; value_key: how light its ground is, see `palettes.KEYS`. colours: one to
    five, to which a picture with light in it is graded. hour: of scenes, where the song itself names none. voice: one of
    `title_contract.VOICES`. place: where title and artist stand, as "top left"; artist_place: the same where the artist stands apart.
    title_scale: cap height of a title as a share of the picture's height. ink: "#rrggbb", taken wherever it can be read.
    """

    style: str = ""
    composition: str = ""
    palette: tuple[str, ...] = ()
    value_key: str = ""
    colours: tuple[str, ...] = ()
    hour: str = ""
    voice: str = ""
    place: str = ""
    artist_place: str = ""
    title_scale: float = 0.0
    ink: str = ""

    def as_json(self) -> dict[str, Any]:
        """Only what is kept."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Family | None:
        """What a row keeps, of this release or another; None where that is nothing."""
        names = {field.name for field in fields(cls)}
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in (stored or {}).items()
        }
        family = cls(**{name: value for name, value in known.items() if name in names})
        return family if family != cls() else None
