"""What the maker of a cover says of it in their own words, in the place of the site's: what it shows, and why."""

from __future__ import annotations

from dataclasses import dataclass

WORDS_MAX = 240


@dataclass(frozen=True)
class OwnWords:
    """Empty is as the site says it. shown: what the picture shows, also for those who cannot see it. why: why this picture."""

    shown: str = ""
    why: str = ""


NO_WORDS = OwnWords()
