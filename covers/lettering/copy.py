"""What is to be set, prepared once for the whole search."""

from __future__ import annotations

from dataclasses import dataclass

from covers.lettering import blocks
from covers.lettering.blocks import Draft, Room
from covers.lettering.boxes import Box
from covers.lettering.breaking import shorten
from covers.lettering.contract import TypePlan, Zone
from covers.lettering.finishes import spread_of
from covers.lettering.shaping import Setting, clean, drawable
from covers.lettering.voices import VOICE_TABLE, Voice

MARGIN = 0.045
"""Share of each side that no ink enters."""

RATIO = 2.6
"""Title cap height over artist cap height, at least."""

ARTIST_CAP = (0.021, 0.032)
"""Cap heights between which an artist's name likes to stand: legible on a 300 px thumbnail, quiet on a sleeve."""

LONGEST = 320
"""Clusters of a text that are looked at; no form takes so long a title, and no sleeve could show it."""

SMALLEST_TITLE_CAP = 0.016
"""Below this a title is cut with an ellipsis instead (about 5 px on a 300 px thumbnail)."""


@dataclass(frozen=True)
class Copy:
    """A cleaned title and artist in a voice, on a picture of a given aspect. margins: the rectangle ink must stay in."""

    title: str
    artist: str
    voice: Voice
    title_setting: Setting
    artist_setting: Setting
    plan: TypePlan
    aspect: float
    margins: Box

    def room_of(self, zone: Zone) -> Box:
        """A zone in height units, inside the margins."""
        left, top = zone.x * self.aspect, zone.y
        box = Box(left, top, left + zone.width * self.aspect, top + zone.height)
        return box.clipped(self.margins)


def prepare(title: str, artist: str, plan: TypePlan, aspect: float) -> Copy:
    """Clean both texts for the plan's voice. Raises ValueError on an unknown voice or finish."""
    if plan.voice not in VOICE_TABLE:
        raise ValueError(f"unknown voice: {plan.voice!r}")
    voice, spread = VOICE_TABLE[plan.voice], spread_of(plan.finish)
    second = VOICE_TABLE[voice.companion or plan.voice]
    across, down = MARGIN * aspect + spread, MARGIN + spread
    return Copy(
        title=_prepared(title, voice, plan), artist=_prepared(artist, second, plan), voice=voice,
        title_setting=Setting(voice, voice.tracking, voice.hangul_tracking),
        artist_setting=Setting(second, second.artist_tracking, max(0.0, second.artist_tracking / 2)),
        plan=plan, aspect=aspect, margins=Box(across, down, aspect - across, 1.0 - down),
    )  # fmt: skip


def _prepared(text: str, voice: Voice, plan: TypePlan) -> str:
    text = shorten(drawable(clean(text[: 8 * LONGEST]), voice), LONGEST)
    return drawable(text.upper(), voice) if plan.uppercase and voice.may_shout else text


def artist_cap(title_cap: float) -> float:
    """The artist's cap height beside a title: at least RATIO smaller, else within ARTIST_CAP."""
    low, high = ARTIST_CAP
    return min(title_cap / RATIO, max(low, min(high, title_cap / 4)))


def artist_draft(copy: Copy, title_cap: float, room: Box, *, is_vertical: bool = False) -> Draft | None:
    """The artist's name for a room, beside a title of a given cap height; shortened when it is far too long."""
    cap = artist_cap(title_cap)
    size = Room(room.width, room.height, cap, is_vertical)
    return blocks.fit_or_shorten(copy.artist, copy.artist_setting, size, cap * 0.6)


def gap_under(title_cap: float) -> float:
    """Clear space between a title and the artist set under it."""
    return max(0.8 * artist_cap(title_cap) + 0.16 * title_cap, 0.014)
