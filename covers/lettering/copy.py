"""What is to be set, prepared once for the whole search."""

from __future__ import annotations

from dataclasses import dataclass, replace

from albumsite.letters import clusters
from covers.lettering import blocks
from covers.lettering.blocks import Draft, Room
from covers.lettering.boxes import Box
from covers.lettering.breaking import shorten
from covers.lettering.coverage import JAMO, Settable, clean, is_european, sets
from covers.lettering.finishes import spread_of
from covers.lettering.shaping import Setting, in_voice
from covers.lettering.title_contract import TypePlan, Zone
from covers.lettering.voices import VOICE_TABLE, Voice, companion_of

MARGIN = 0.045
"""Share of each side that no ink enters."""

RATIO = 1.5
"""Title cap height over artist cap height, at least: at 2, the name under a small title was a hair line on a thumbnail."""

ARTIST_CAP = (0.03, 0.046)
"""Cap heights between which an artist's name likes to stand: read on a thumbnail, second to the title on a sleeve."""

LONGEST = 320
"""Clusters of a text that are looked at; no form takes so long a title, and no sleeve could show it."""

SMALLEST_TITLE_CAP = 0.016
"""Below this a title is cut with an ellipsis instead (about 5 px on a 300 px thumbnail)."""


@dataclass(frozen=True)
class Copy:
    """A cleaned title and artist in a voice, on a picture of a given aspect. margins: the rectangle ink must stay in.

    missing: letters that no face has, of the title and of the artist. is_cut: whether they are longer than is looked at.
    """

    title: str
    artist: str
    voice: Voice
    title_setting: Setting
    artist_setting: Setting
    plan: TypePlan
    aspect: float
    margins: Box
    missing: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    is_cut: tuple[bool, bool] = (False, False)

    def room_of(self, zone: Zone) -> Box:
        """A zone in height units, inside the margins."""
        left, top = zone.x * self.aspect, zone.y
        box = Box(left, top, left + zone.width * self.aspect, top + zone.height)
        return box.clipped(self.margins)


def prepare(title: str, artist: str, plan: TypePlan, aspect: float) -> Copy:
    """Clean both texts for the plan's voice. Raises ValueError on an unknown voice or finish."""
    if plan.voice not in VOICE_TABLE:
        raise ValueError(f"unknown voice: {plan.voice!r}")
    title, artist, spread = clean(title[: 8 * LONGEST]), clean(artist[: 8 * LONGEST]), spread_of(plan.finish)
    voice = in_one_hand(title, VOICE_TABLE[plan.voice])
    second = in_one_hand(artist, VOICE_TABLE[companion_of(plan.voice, artist)])
    set_title, set_artist = _prepared(title, voice, plan), _prepared(artist, second, plan)
    if not plan.sets_title:
        set_title = Settable("", ())  # it is in the picture, whole
    short_title, short_artist = shorten(set_title.text, LONGEST), shorten(set_artist.text, LONGEST)
    across, down = MARGIN * aspect + spread, MARGIN + spread
    return Copy(
        title=short_title, artist=short_artist, voice=voice,
        title_setting=Setting(voice, voice.tracking, voice.hangul_tracking),
        artist_setting=Setting(second, second.artist_tracking, max(0.0, second.artist_tracking / 2)),
        plan=plan, aspect=aspect, margins=Box(across, down, aspect - across, 1.0 - down),
        missing=(set_title.missing, set_artist.missing),
        is_cut=(short_title != set_title.text, short_artist != set_artist.text),
    )  # fmt: skip


def in_one_hand(text: str, voice: Voice) -> Voice:
    """What a voice's faces have in part only is set in another whole: a word in two hands looks torn.

    Old Hangul is in one face only, and the other Hangul of such a text joins it there. Latin goes to the voice's stand-in
    where its own face lacks one of the letters, and Greek and Cyrillic as well.
    """
    if any("\u1100" <= letter <= "\u11ff" or "\ua960" <= letter <= "\ua97c" for letter in text):
        voice = replace(voice, hangul=(JAMO, *voice.hangul))
    european = [cluster for cluster in clusters(text) if is_european(cluster)]
    if all(any(sets(name, cluster) for name in voice.latin) for cluster in european):
        return voice
    if all(sets(voice.stand_in, cluster) for cluster in european):
        return replace(voice, latin=(voice.stand_in, *voice.latin))
    return voice


def _prepared(text: str, voice: Voice, plan: TypePlan) -> Settable:
    """The text as it is set. In capitals only where that costs no letter."""
    whole = in_voice(text, voice)
    if plan.uppercase and voice.may_shout:
        capitals = in_voice(whole.text.upper(), voice)
        if not capitals.missing:
            return replace(whole, text=capitals.text)
    return whole


def artist_cap(title_cap: float) -> float:
    """The artist's cap height beside a title: at least RATIO smaller, else within ARTIST_CAP."""
    low, high = ARTIST_CAP
    return min(title_cap / RATIO, max(low, min(high, title_cap / 2.8)))


def artist_draft(copy: Copy, title_cap: float, room: Box, *, is_vertical: bool = False) -> Draft | None:
    """The artist's name for a room, beside a title of a given cap height; shortened when it is far too long."""
    cap = artist_cap(title_cap)
    size = Room(room.width, room.height, cap, is_vertical)
    return blocks.fit_or_shorten(copy.artist, copy.artist_setting, size, cap * 0.6)


def gap_under(title_cap: float) -> float:
    """Clear space between a title and the artist set under it."""
    return max(0.8 * artist_cap(title_cap) + 0.16 * title_cap, 0.014)
