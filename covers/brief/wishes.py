"""What a person wishes of all pictures of a request before they are drawn: colours, people, what to leave out. Plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from covers.brief.brief_contract import STYLES
from covers.brief.family_contract import Family
from covers.brief.scenery import NOBODY
from covers.stored_fields import known_fields, unread_fields, unread_keys

SOMEBODY = "somebody"

PALETTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "dusk": ("#3c497e", "#d6917a", "#ea7d2e", "#f5e9d9", "#12162f"),
        "winter_sea": ("#2f647e", "#a2c4d0", "#e85339", "#e6f1f3", "#061824"),
        "midnight": ("#153470", "#7acae9", "#f2cd64", "#e6f0f8", "#040920"),
        "neon_rain": ("#44206f", "#ff4fb2", "#00ddef", "#f5eaf7", "#0c061e"),
        "candy": ("#f167a4", "#41dfcf", "#f0d947", "#fdf1f8", "#35134a"),
        "blush": ("#f09da3", "#eccb9e", "#d95256", "#fdf3eb", "#592432"),
        "citrus": ("#fab700", "#e5481e", "#009253", "#fbf5df", "#3c1712"),
        "poster_red": ("#e62d28", "#214487", "#f9cc21", "#f7f2e3", "#0d1528"),
        "sage": ("#56805f", "#cabe92", "#cf6139", "#f2efdc", "#0f2419"),
        "sepia": ("#8b5d37", "#c9a471", "#af3e30", "#f2e3c7", "#311c0f"),
        "gold_black": ("#daa932", "#0c6944", "#d7352d", "#f6eed8", "#100d06"),
        "ink_seal": ("#373d48", "#8d8579", "#d02d27", "#f4eee0", "#13161c"),
    }
)
"""Those of the poster engine's families that the form names: main colour, second, accent, paper, ink."""


@dataclass(frozen=True)
class Wishes:
    """Empty fields are as the song has them.

    palette: of PALETTES. colours: up to five as "#rrggbb", which go before it. people: NOBODY or SOMEBODY. avoid: words as they were
    typed; `covers.writing.avoidable` reads them. family: the look that the pictures share with others; release: the number of the one
    that the song belongs to, whose look its first song decides where no cover leads it.
    """

    palette: str = ""
    colours: tuple[str, ...] = ()
    people: str = ""
    avoid: str = ""
    family: Family | None = None
    release: str = ""

    @property
    def painted(self) -> tuple[str, ...]:
        """The colours of all pictures; none where the song or the engine chooses them."""
        return self.colours or PALETTES.get(self.palette, ())

    def as_json(self) -> dict[str, Any]:
        """Only what is wished."""
        wished = {name: value for name, value in asdict(self).items() if value}
        return wished | ({"family": self.family.as_json()} if self.family else {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Wishes:
        """What a row keeps, of this release or another."""
        return cls(**known_fields(cls, stored) | {"family": Family.from_json(stored.get("family"))})

    @staticmethod
    def unread(stored: Mapping[str, Any]) -> set[str]:
        """What of them a newer release has written."""
        keys = unread_keys(Wishes, stored, {"palette": PALETTES, "people": (NOBODY, SOMEBODY)})
        return unread_fields(Wishes, stored) | keys | Family.unread(stored.get("family"), STYLES)
