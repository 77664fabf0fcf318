"""The writer without a network: a subject, a mood and four different ideas from what the song says.

Title, lyrics, album and genre are read with the word tables; things that can be drawn beat ideas, ideas are turned into
things, and what is left open is chosen by the song's own hash, so that the same song always gets the same brief.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from covers.brief.brief_contract import Brief, OnUsage, Song
from covers.writing import scene
from covers.writing.concepts import concepts_of, subject_motif
from covers.writing.feeling import denied_in, feeling_of, said_of
from covers.writing.happening import happens
from covers.writing.ideas import COMMONPLACE, idea_of
from covers.writing.learnt import Learnt, learnt
from covers.writing.lexicon import COLOUR, CUE, MOTIF, THEME, theme_images
from covers.writing.meaning import Meaning, shared
from covers.writing.mentions import LYRICS_LIMIT, TITLE_LIMIT
from covers.writing.moods import GENRE_IMAGES, MOOD_IMAGES
from covers.writing.reading import Hit, clean, read
from covers.writing.understanding import understand

MOTIFS_LEAST, MOTIFS_MOST = 4, 7
THEME_SHARES = (0.5, 0.3, 0.12, 0.1, 0.08, 0.06)
"""What a theme's images get by rank. From the third on they stand behind things that the lyrics name."""
COLOURS_MOST = 3


@dataclass(frozen=True)
class Reading:
    """The counted table words of a song, by where they stand."""

    title: Counter[Hit]
    album: Counter[Hit]
    lyrics: Counter[Hit]


class RulesWriter:
    """Writes briefs from words and, where it is installed, from meaning. Deterministic; never raises for any text.

    meaning: "shared" for this process's (meaning.py), None to read by words alone. taught: what the example songs have taught.
    """

    def __init__(
        self, meaning: Meaning | Literal["shared"] | None = "shared", taught: Learnt | Literal["shared"] = "shared"
    ) -> None:
        self._meaning = meaning
        self._taught = taught

    def write(self, song: Song, on_usage: OnUsage | None = None) -> Brief:
        meaning = shared() if self._meaning == "shared" else self._meaning
        taught = learnt() if self._taught == "shared" else self._taught
        hits = hits_of(song)
        reading = Reading(hits["title"], hits["album"], hits["lyrics"])
        fingerprint = hashlib.sha256("\n".join((song.title, song.genre)).encode("utf-8", "replace")).digest()
        understood = understand(song, meaning, taught)
        said = said_of(hits, understood.mentions)
        denied = denied_in(hits["title"])
        likely = {
            mood: 0.0 if mood in denied else share
            for mood, share in taught.moods(said, understood.near, song.genre).items()
        }
        feeling = feeling_of(said, understood.near, likely, song.genre, fingerprint)
        named = [key for kind, key, is_denied in reading.title if kind == MOTIF and not is_denied]
        concepts = concepts_of(understood, feeling.mood, song.genre, named)
        motifs = _led_by(subject_motif(concepts), _motifs(reading, feeling.mood, song.genre, fingerprint))
        palette = _palette(reading)
        cues = _cues(reading)
        return Brief(
            subject=scene.subject(motifs, cues),
            motifs=motifs,
            mood=feeling.mood,
            palette=palette,
            style="",
            scene=scene.sentence(motifs, feeling.mood, cues, song.genre, palette),
            avoid=scene.avoid(feeling.mood),
            written_by="rules",
            genre=song.genre,
            concepts=concepts,
            happens=happens(concepts[0], understood.text),
            valence=feeling.valence,
            energy=feeling.energy,
        )


def hits_of(song: Song) -> dict[str, Counter[Hit]]:
    """The counted table words of its title, album and lyrics."""
    return {
        "title": read(clean(song.title, TITLE_LIMIT)),
        "album": read(clean(song.album, TITLE_LIMIT)),
        "lyrics": read(clean(song.lyrics, LYRICS_LIMIT)),
    }


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


def _led_by(subject: str, motifs: tuple[str, ...]) -> tuple[str, ...]:
    """The motifs with the subject's first, and none beside it that is the same idea."""
    if not subject:
        return motifs
    others = [key for key in motifs if idea_of(key) != idea_of(subject)]
    return (subject, *others)[: max(MOTIFS_LEAST, len(motifs))]


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
