"""What songs with known moods and places have taught: how likely each mood and each scene is, from a song's vectors, words and genre.

Three linear maps, fitted by ridge regression on example_songs.tsv (what a person accepts for each of them is 1, all else 0):
`python -m covers.writing.learning` writes learnt.npz anew. A mood that is close to the right one is mostly accepted as well, and
that, not how often a word was found, is what the maps know: a song that cries for somebody in a ballad may be longing and melancholy,
and hardly rebellion.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from covers.brief_contract import GENRES, MOODS
from covers.scenery import SCENES
from covers.writing.meaning import Near

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)

MAPS = Path(__file__).with_name("learnt.npz")
EXAMPLES = Path(__file__).with_name("example_songs.tsv")
GENRE_SHARE, SAID_SHARE, NEAR_SHARE = 0.7, 0.3, 0.15
"""By how much genre, words and nearness are scaled beside the vectors, which have about length 1."""
USUAL_SHARE, LEAST_VARIANCE = 0.5, 0.02
"""How much of what is usual for a scene is taken off it, and what is added to its variance: rare ones are not believed too easily."""


class Learnt:
    """The maps: "moods" and "scenes" with the song's vectors, "moods_by_words" where there are none. Each has one row for each
    feature and a last one for what is usual, and a column for each mood or scene."""

    def __init__(self, maps: Mapping[str, np.ndarray]) -> None:
        self._maps = maps

    def moods(self, said: Mapping[str, float], near: Near, genre: str) -> Mapping[str, float]:
        """Mood → about how likely it is accepted. said: points of the words."""
        found = self._mapped("moods" if near.vectors else "moods_by_words", mood_features(said, near, genre))
        return dict(zip(MOODS, found.tolist(), strict=True))

    def scenes(self, near: Near, genre: str) -> Mapping[str, float]:
        """Scene → standard deviations above the mean of all scenes. Empty where there are no vectors."""
        if not near.vectors:
            return {}
        likely = self._mapped("scenes", scene_features(near, genre))
        usual = self._maps["scenes"][-1].clip(0, 1)
        unusual = (likely - USUAL_SHARE * usual) / (usual * (1 - usual) + LEAST_VARIANCE) ** 0.5
        return dict(zip(SCENES, ((unusual - unusual.mean()) / (unusual.std() + 1e-6)).tolist(), strict=True))

    def _mapped(self, name: str, features: list[float]) -> np.ndarray:
        import numpy as np

        mapped: np.ndarray = np.array([*features, 1.0], np.float32) @ self._maps[name]
        return mapped


def mood_features(said: Mapping[str, float], near: Near, genre: str) -> list[float]:
    """Without vectors: genre and words alone."""
    words = [SAID_SHARE * math.log1p(max(said.get(mood, 0.0), 0.0)) for mood in MOODS]
    nearness = [NEAR_SHARE * near.moods[mood] for mood in MOODS] if near.vectors else []
    return [*near.vectors, *_genre(genre), *words, *nearness]


def scene_features(near: Near, genre: str) -> list[float]:
    return [*near.vectors, *_genre(genre)]


def _genre(genre: str) -> list[float]:
    return [GENRE_SHARE * (genre == one) for one in GENRES]


def fingerprint() -> str:
    return hashlib.sha256(EXAMPLES.read_bytes()).hexdigest()


@cache
def learnt() -> Learnt:
    """This process's."""
    import numpy as np

    with np.load(MAPS) as stored:
        if str(stored["fingerprint"]) != fingerprint():
            logger.warning("what was learnt is out of step with the example songs")
        names = ("moods", "moods_by_words", "scenes")
        maps = {name: stored[name].astype(np.float32) for name in names}
    return Learnt(MappingProxyType(maps))
