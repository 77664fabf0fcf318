"""What covers have in common with one that is there, of the same song or of others, as data. Plain values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from covers.brief.scenery import HOURS
from covers.lettering.title_contract import VOICES, Zone
from covers.stored_fields import known_fields, unread_fields, unread_keys

STYLE, PALETTE, SUBJECT, LAYOUT = "style", "palette", "subject", "layout"
KEEPABLE: tuple[str, ...] = (STYLE, PALETTE, SUBJECT, LAYOUT)
"""What can be kept of a cover. The subject is what a brief's concepts show; all else is a `Family`."""
SCENES = "scenes"
"""The style of a family of lit scenes: each song has a place of its own."""
ROLES_OF_PALETTE = ("ground", "figure", "second", "accent", "paper", "ink")


@dataclass(frozen=True)
class Family:
    """Empty fields are each picture's own.

    Style: style: one of `brief_contract.STYLES`, or SCENES. hour: of scenes, where the song itself names none.

    Palette: palette: six colours as "#rrggbb" in the order of ROLES_OF_PALETTE; value_key: how light its ground is, see
    `palettes.KEYS`. colours: one to five, to which a picture with light in it is graded; without a palette the engine makes one of
    them, in which roles are its ground and figure, if they are said. ink: of the type, taken wherever it can be read.

    Layout: composition: of that style; is_in_all: in all pictures of a request and not its first alone, as where they are of one song.
    voice: one of `title_contract.VOICES`. place: where title and artist stand, as "top left"; artist_place: the same where the artist
    stands apart. type_at: exactly where title and artist stood, for the same words; it goes before the place. title_scale: cap height
    of a title as a share of the picture's height.
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
    roles: tuple[str, ...] = ()
    type_at: tuple[Zone, ...] = ()
    is_in_all: bool = False

    @property
    def is_painted(self) -> bool:
        return bool(self.palette or self.colours)

    def beside(self, *, style: str, colours: Sequence[str]) -> Family:
        """Without what somebody has chosen in its place."""
        family = replace(self, style="", composition="", hour="") if style else self
        return replace(family, palette=(), value_key="", colours=(), ink="") if colours else family

    def as_json(self) -> dict[str, Any]:
        """Only what is kept."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Family | None:
        """What a row keeps, of this release or another; None where that is nothing."""
        known = known_fields(cls, stored or {})
        zones = tuple(Zone(**known_fields(Zone, one)) for one in known.get("type_at", ()))
        family = cls(**known | {"type_at": zones})
        return family if family != cls() else None

    @staticmethod
    def unread(stored: Mapping[str, Any] | None, styles: Collection[str]) -> set[str]:
        """What of it a newer release has written. styles: those that can be drawn here."""
        stored = stored or {}
        zones = [unread_fields(Zone, one) for one in stored.get("type_at", ())]
        keys = unread_keys(Family, stored, {"style": (*styles, SCENES), "hour": HOURS, "voice": VOICES})
        return unread_fields(Family, stored).union(keys, *zones)
