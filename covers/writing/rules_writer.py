"""The writer without a network: a subject, a mood and four different ideas from what the song says.

Title, lyrics, album and genre are read with the word tables; things that can be drawn beat ideas, ideas are turned into
things, and what is left open is chosen by the song's own hash, so that the same song always gets the same brief.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from covers.brief_contract import MOODS, Brief, Song
from covers.writing import scene
from covers.writing.ideas import COMMONPLACE, MOTIF_MOODS, THEME_MOODS, idea_of
from covers.writing.lexicon import COLOUR, CUE, MOOD, MOTIF, THEME, theme_images
from covers.writing.moods import GENRE_IMAGES, GENRE_MOODS, MOOD_IMAGES, TURNED_ROUND
from covers.writing.reading import Hit, clean, read

TITLE_LIMIT, LYRICS_LIMIT = 1_000, 60_000
"""Characters that are read; the form allows 300 and 50,000."""
MOTIFS_LEAST, MOTIFS_MOST = 4, 7
LYRICS_MOOD_MOST = 6.0
"""What all the words of the lyrics together may weigh for the mood; one word of the title weighs 3."""
THEME_SHARES = (0.5, 0.3, 0.12, 0.1, 0.08, 0.06)
"""What a theme's images get by rank. From the third on they stand behind things that the lyrics name."""
COLOURS_MOST = 3
CALM_MOODS = ("quiet", "dream", "mystery", "hope", "night", "freedom", "nostalgia")
"""For a song that tells nothing at all."""


@dataclass(frozen=True)
class Reading:
    """The counted table words of a song, by where they stand."""

    title: Counter[Hit]
    album: Counter[Hit]
    lyrics: Counter[Hit]


class RulesWriter:
    """Writes briefs from word tables. Deterministic; needs nothing but this package. Never raises for any text."""

    def write(self, song: Song) -> Brief:
        reading = Reading(
            read(clean(song.title, TITLE_LIMIT)),
            read(clean(song.album, TITLE_LIMIT)),
            read(clean(song.lyrics, LYRICS_LIMIT)),
        )
        fingerprint = hashlib.sha256("\n".join((song.title, song.genre)).encode("utf-8", "replace")).digest()
        mood = _mood(reading, song.genre, fingerprint)
        motifs = _motifs(reading, mood, song.genre, fingerprint)
        palette = _palette(reading)
        cues = _cues(reading)
        return Brief(
            subject=scene.subject(motifs, cues),
            motifs=motifs,
            mood=mood,
            palette=palette,
            style="",
            scene=scene.sentence(motifs, mood, cues, song.genre, palette),
            avoid=scene.avoid(mood),
            written_by="rules",
            genre=song.genre,
        )


# --- mood -----------------------------------------------------------------------------------------------------------


def _mood(reading: Reading, genre: str, fingerprint: bytes) -> str:
    """The mood with the most behind it; ties and silence are settled by genre, then by the song's hash."""
    scores: Counter[str] = Counter()
    _add(scores, _moods_in(reading.title), 3.0)
    _add(scores, _moods_in(reading.album), 0.5)
    lyrics = _moods_in(reading.lyrics)
    _add(scores, lyrics, min(1.0, LYRICS_MOOD_MOST / (sum(lyrics.values()) or 1.0)))
    has_said_something = bool(scores)
    _add(scores, Counter(dict(GENRE_MOODS.get(genre, ()))), 1.0)
    if not scores:
        return CALM_MOODS[fingerprint[0] % len(CALM_MOODS)]
    if not has_said_something:  # a genre has more than one mood; songs without words spread over them
        _add(scores, Counter({name: fingerprint[index] / 512 for index, name in enumerate(sorted(scores))}), 1.0)
    return max(MOODS, key=lambda name: (round(scores[name], 6), fingerprint[MOODS.index(name) % len(fingerprint)]))


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


def _add(total: Counter[str], part: Counter[str], factor: float) -> None:
    for key, value in part.items():
        total[key] += value * factor  # type: ignore[assignment]


# --- motifs ---------------------------------------------------------------------------------------------------------


def _motifs(reading: Reading, mood: str, genre: str, fingerprint: bytes) -> tuple[str, ...]:
    """The best motifs, each another idea: all that the text names, then images of its themes, its mood, its genre."""
    scores: Counter[str] = Counter()
    _score(scores, reading.title, 8.0, title=True)
    _score(scores, reading.album, 1.6)
    _score(scores, reading.lyrics, 1.0)
    for rank, key in enumerate(_turned(MOOD_IMAGES[mood], fingerprint[1])):
        scores[key] += 0.6 - 0.05 * rank  # type: ignore[assignment]
    for rank, key in enumerate(_turned(GENRE_IMAGES.get(genre, ()), fingerprint[2])):
        scores[key] += 0.4 - 0.1 * rank  # type: ignore[assignment]
    chosen: list[str] = []
    ideas: set[str] = set()
    for key, score in sorted(scores.items(), key=lambda item: -item[1]):  # stable: what is said first
        if idea_of(key) in ideas or (len(chosen) >= MOTIFS_LEAST and score < 1.0):
            continue
        ideas.add(idea_of(key))
        chosen.append(key)
        if len(chosen) == MOTIFS_MOST:
            break
    return tuple(chosen)


def _score(scores: Counter[str], hits: Counter[Hit], factor: float, title: bool = False) -> None:
    """Add what one text names. Things that every song names count less, though not much less in a title."""
    for (kind, key, is_denied), count in hits.items():
        weight = factor * (min(count, 1.0) + math.log(max(count, 1.0))) * (0.4 if is_denied else 1.0)
        if kind == MOTIF:
            plainness = COMMONPLACE.get(key, 1.0)
            scores[key] += weight * (plainness**0.5 if title else plainness)  # type: ignore[assignment]
        elif kind == THEME and not is_denied:
            for rank, image in enumerate(theme_images()[key]):
                scores[image] += weight * (1.0 if title else 0.7) * THEME_SHARES[min(rank, len(THEME_SHARES) - 1)]  # type: ignore[assignment]


def _turned(images: tuple[str, ...], byte: int) -> tuple[str, ...]:
    """The list begun at another place, so that songs of one mood do not all get its first image."""
    at = byte % len(images) if images else 0
    return images[at:] + images[:at]


# --- colours and place ----------------------------------------------------------------------------------------------


def _palette(reading: Reading) -> tuple[str, ...]:
    """Colours that the song names: any in the title or album, in the lyrics those that come back."""
    named: Counter[str] = Counter()
    for hits, factor in ((reading.title, 4.0), (reading.album, 2.0), (reading.lyrics, 1.0)):
        for (kind, key, is_denied), count in hits.items():
            if kind == COLOUR and not is_denied:
                named[key] += count * factor  # type: ignore[assignment]
    return tuple(key for key, weight in sorted(named.items(), key=lambda item: (-item[1], item[0])) if weight >= 2)[
        :COLOURS_MOST
    ]


def _cues(reading: Reading) -> tuple[str, ...]:
    """Time, season, weather and place that the song names, strongest first."""
    named: Counter[str] = Counter()
    for hits, factor in ((reading.title, 4.0), (reading.album, 1.0), (reading.lyrics, 1.0)):
        for (kind, key, is_denied), count in hits.items():
            if kind == CUE and not is_denied:
                named[key] += count * factor  # type: ignore[assignment]
    return tuple(key for key, _ in sorted(named.items(), key=lambda item: (-item[1], item[0])))
