"""How a song feels: one of MOODS, by words first and meaning beside them, and where that lies between sad and glad, still and wild."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from covers.brief.brief_contract import MOODS
from covers.writing.ideas import MOTIF_MOODS, THEME_MOODS
from covers.writing.lexicon import MOOD, MOTIF, THEME
from covers.writing.meaning import Near
from covers.writing.mentions import LYRICS, Mention
from covers.writing.moods import GENRE_MOODS, TURNED_ROUND
from covers.writing.reading import Hit

LYRICS_MOOD_MOST = 6.0
"""What all the words of the lyrics together may weigh for the mood; one word of the title weighs 3."""
MEANING_SHARE = 0.4
"""Points for a standard deviation of nearness in meaning to what a feeling sounds like."""
LEARNT_SHARE, LEARNT_OF_TITLE = 22.0, 10.0
"""Points for a mood that the example songs make certain; and what is left of them for a bare title, which means what it says."""
NOTION_SHARE = 0.27
"""Points for each point of a notion, split over the moods that it hints at."""
CALM_MOODS = ("quiet", "dream", "mystery", "hope", "night", "freedom", "nostalgia")
"""For a song that tells nothing at all."""

VALENCE_ENERGY: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "longing": (-0.35, -0.4), "quiet": (0.1, -0.8), "joy": (0.9, 0.5), "dance": (0.7, 0.95), "anger": (-0.8, 0.9),
        "dream": (0.25, -0.45), "night": (-0.05, -0.15), "swagger": (0.4, 0.6), "nostalgia": (-0.05, -0.4),
        "tenderness": (0.5, -0.55), "faith": (0.5, -0.1), "awe": (0.35, 0.15), "melancholy": (-0.65, -0.55),
        "heartbreak": (-0.85, -0.2), "hope": (0.65, 0.2), "freedom": (0.6, 0.55), "loneliness": (-0.6, -0.6),
        "romance": (0.7, -0.05), "rebellion": (-0.2, 0.9), "mystery": (-0.25, -0.1), "summer": (0.8, 0.4),
        "winter": (-0.1, -0.45), "comfort": (0.5, -0.5), "triumph": (0.8, 0.85),
    }
)  # fmt: skip
"""Mood → sad or glad, still or wild, each from -1 to 1."""
GENRE_ENERGY: Mapping[str, float] = MappingProxyType(
    {"dance": 0.5, "hiphop": 0.3, "rock": 0.45, "electronic": 0.3, "trot": 0.25, "children": 0.25, "ballad": -0.3, "folk": -0.25,
     "jazz": -0.1, "classical": -0.2, "rnb": -0.05}
)  # fmt: skip


@dataclass(frozen=True)
class Feeling:
    """valence, energy: from -1 to 1, of all moods that have something behind them."""

    mood: str
    valence: float
    energy: float


def feeling_of(
    said: Mapping[str, float], near: Near, likely: Mapping[str, float], genre: str, fingerprint: bytes
) -> Feeling:
    """said: as `said_of`. likely: as `Learnt.moods`. Ties and silence are settled by genre, then by the song's hash."""
    scores: Counter[str] = Counter(said)
    has_said_something = bool(scores)
    _add(scores, dict(GENRE_MOODS.get(genre, ())), 1.0)
    if near.sureness:
        _add(scores, {mood: max(nearness, 0.0) for mood, nearness in near.moods.items()}, MEANING_SHARE * near.sureness)
    if not scores:  # neither words nor a genre
        mood = CALM_MOODS[fingerprint[0] % len(CALM_MOODS)]
        return Feeling(mood, *VALENCE_ENERGY[mood])
    if not has_said_something:  # a genre has more than one mood; songs without words spread over them
        _add(scores, {name: fingerprint[index] / 512 for index, name in enumerate(sorted(scores))}, 1.0)
    _add(scores, likely, LEARNT_OF_TITLE + (LEARNT_SHARE - LEARNT_OF_TITLE) * near.sureness)
    mood = max(MOODS, key=lambda name: (round(scores[name], 6), fingerprint[MOODS.index(name) % len(fingerprint)]))
    return Feeling(mood, *_place(scores, genre))


def said_of(hits: Mapping[str, Counter[Hit]], mentions: Sequence[Mention]) -> Counter[str]:
    """Mood → points of the words for it. hits: the table words of "title", "album" and "lyrics"."""
    said: Counter[str] = Counter()
    _add(said, _moods_in(hits["title"]), 3.0)
    _add(said, _moods_in(hits["album"]), 0.5)
    lyrics = _moods_in(hits["lyrics"])
    _add(said, lyrics, min(1.0, LYRICS_MOOD_MOST / (sum(lyrics.values()) or 1.0)))
    _add(said, _hinted(mentions), NOTION_SHARE)
    return said


def denied_in(hits: Counter[Hit]) -> frozenset[str]:
    """Moods whose words are denied: "not sad" is not sad, however near it is to "sad" in meaning."""
    said: set[str] = set()
    denied: set[str] = set()
    for kind, key, is_denied in hits:
        (denied if is_denied else said).update(mood for mood, _share in _moods_of(kind, key))
    return frozenset(denied - said)


def _place(scores: Counter[str], genre: str) -> tuple[float, float]:
    """Moods by the square of their points: what leads counts most."""
    weights = {mood: max(points, 0.0) ** 2 for mood, points in scores.items() if mood in VALENCE_ENERGY}
    total = sum(weights.values()) or 1.0
    valence = sum(VALENCE_ENERGY[mood][0] * weight for mood, weight in weights.items()) / total
    energy = (
        sum(VALENCE_ENERGY[mood][1] * weight for mood, weight in weights.items()) / total
        + GENRE_ENERGY.get(genre, 0.0) * 0.5
    )
    return round(max(-1.0, min(1.0, valence)), 2), round(max(-1.0, min(1.0, energy)), 2)


def _hinted(mentions: Sequence[Mention]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in mentions:
        if one.is_denied:
            continue
        for rank, mood in enumerate(one.notion.moods):
            said = one.weight / one.notion.weight**0.5 * (1.0 if one.source == LYRICS else 1.2)
            found[mood] += said * (1.0, 0.6, 0.4, 0.3)[min(rank, 3)]
    return found


def _moods_in(hits: Counter[Hit]) -> Counter[str]:
    """Moods with their weight; a repeated word adds less each time, a denied one speaks for its opposite."""
    found: Counter[str] = Counter()
    for (kind, key, is_denied), count in hits.items():
        weight = min(count, 1.0) + math.log(max(count, 1.0))
        for mood, share in _moods_of(kind, key):
            if not is_denied:
                found[mood] += weight * share  # type: ignore[assignment]
                continue
            for other in TURNED_ROUND.get(mood, ()):
                found[other] += weight * share * 0.7  # type: ignore[assignment]
    return found


def _moods_of(kind: str, key: str) -> Iterable[tuple[str, float]]:
    if kind == MOOD:
        return ((key, 1.0),)
    return {MOTIF: MOTIF_MOODS, THEME: THEME_MOODS}.get(kind, {}).get(key, ())


def _add(total: Counter[str], part: Mapping[str, float], factor: float) -> None:
    for key, value in part.items():
        total[key] += value * factor  # type: ignore[assignment]
