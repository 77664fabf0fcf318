"""What songs with known moods and places have taught: how likely each mood, place and thing is, from a song's vectors, words and genre.

Linear maps, fitted by ridge regression on example_songs.tsv and fresh_songs.tsv (what a person accepts for each of them is 1, all
else 0): `python -m covers.writing.learning` writes learnt.npz anew. A mood that is close to the right one is mostly accepted as well,
and that, not how often a word was found, is what the maps know: a song that cries for somebody in a ballad may be longing and
melancholy, and hardly rebellion. For places and things the map is one witness of several (witnesses.py).
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from covers.brief.brief_contract import GENRES, MOODS
from covers.brief.scenery import SCENES
from covers.writing.meaning import Near
from covers.writing.mentions import Mention
from covers.writing.witnesses import KEYS, PLACE_WITNESSES, log_odds, place_evidence, thing_evidence

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)

MAPS = Path(__file__).with_name("learnt.npz")
EXAMPLES = Path(__file__).with_name("example_songs.tsv")
FRESH = Path(__file__).with_name("fresh_songs.tsv")
"""Songs that no table was written for: only these tell how far the words of the tables can be believed."""
NAMES = ("moods", "moods_by_words", "scenes", "keys_in", "keys_out", "beside", "places", "things")
GENRE_SHARE, SAID_SHARE = 1.8, 0.5
SCENE_GENRE_SHARE = 0.7
"""By how much genre and words are scaled beside the vectors, which have about length 1; genre says more of a mood than of a place."""
VARIETY = 0.3
"""How much of what is usual is taken off a place again: a room with a window would be right for every second song, and dull."""


class Learnt:
    """The maps: "moods" and "scenes" with the song's vectors, "moods_by_words" where there are none, each with a row for each feature
    and a last one for what is usual, a column for each mood or scene; "keys_in" and "keys_out": the same for things and motifs, in two
    steps that are small together; "beside": how often each thing is accepted with each scene, and in its last row at all; "places" and
    "things": what each witness of them weighs, and last what all songs have in common."""

    def __init__(self, maps: Mapping[str, np.ndarray]) -> None:
        self._maps = maps

    def moods(self, said: Mapping[str, float], near: Near, genre: str) -> Mapping[str, float]:
        """Mood → about how likely it is accepted. said: points of the words."""
        found = self._mapped("moods" if near.vectors else "moods_by_words", mood_features(said, near, genre))
        return dict(zip(MOODS, found.tolist(), strict=True))

    def places(
        self,
        mentions: Sequence[Mention],
        near: Near,
        genre: str,
        subject: Mention | None,
        cues: Mapping[str, str],
    ) -> Mapping[str, float]:
        """Scene → about how likely it is accepted, a little less for what every song could have. near: with vectors."""
        import numpy as np

        usual = self._maps["scenes"][-1]
        likely = self._mapped("scenes", scene_features(near, genre))
        evidence = place_evidence(mentions, near, likely, usual, subject, cues)
        weights = self._maps["places"]
        common = VARIETY * weights[PLACE_WITNESSES.index("usual")] * (log_odds(usual) - np.median(log_odds(usual)))
        odds = evidence @ weights[:-1] + weights[-1] - common
        return dict(zip(SCENES, (1 / (1 + np.exp(-odds))).tolist(), strict=True))

    def things(
        self,
        mentions: Sequence[Mention],
        near: Near,
        genre: str,
        subject: Mention | None,
        places: Mapping[str, float],
    ) -> Mapping[str, float]:
        """Thing or motif → about how likely it is accepted. places: as of `places`."""
        import numpy as np

        weights = self._maps["things"]
        like = np.append(np.array(scene_features(near, genre), np.float32) @ self._maps["keys_in"], 1.0)
        likely = like @ self._maps["keys_out"]
        evidence = thing_evidence(mentions, subject, places, self._maps["beside"], likely)
        odds = evidence @ weights[:-1] + weights[-1]
        return dict(zip(KEYS, (1 / (1 + np.exp(-odds))).tolist(), strict=True))

    def _mapped(self, name: str, features: list[float]) -> np.ndarray:
        import numpy as np

        mapped: np.ndarray = np.array([*features, 1.0], np.float32) @ self._maps[name]
        return mapped


def mood_features(said: Mapping[str, float], near: Near, genre: str) -> list[float]:
    """Without vectors: genre and words alone."""
    words = [SAID_SHARE * math.log1p(max(said.get(mood, 0.0), 0.0)) for mood in MOODS]
    return [*near.vectors, *_genre(genre, GENRE_SHARE), *words]


def scene_features(near: Near, genre: str) -> list[float]:
    return [*near.vectors, *_genre(genre, SCENE_GENRE_SHARE)]


def _genre(genre: str, share: float) -> list[float]:
    return [share * (genre == one) for one in GENRES]


def fingerprint() -> str:
    return hashlib.sha256(EXAMPLES.read_bytes() + FRESH.read_bytes()).hexdigest()


@cache
def learnt() -> Learnt:
    """This process's."""
    import numpy as np

    with np.load(MAPS) as stored:
        if str(stored["fingerprint"]) != fingerprint():
            logger.warning("what was learnt is out of step with the example songs")
        maps = {name: stored[name].astype(np.float32) for name in NAMES}
    return Learnt(MappingProxyType(maps))
