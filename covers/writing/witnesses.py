"""Who speaks for a place or a thing of a song, and how loudly: its words, its meaning, songs like it, what most songs have.

Each witness gives a number for each place and thing; learning.py weighs them by how often they were right for songs that no table was
written for. A word of the title is right less often than its table knows: a ring may be a road, and a pear no ship.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from covers.brief.scenery import SCENES, THINGS
from covers.brief.vocabulary import MOTIFS
from covers.writing.ideas import COMMONPLACE
from covers.writing.meaning import Near
from covers.writing.mentions import LYRICS, TITLE, Mention
from covers.writing.notions import scene_facts

if TYPE_CHECKING:
    import numpy as np

KEYS: tuple[str, ...] = tuple(dict.fromkeys((*MOTIFS, *THINGS)))
"""Motifs and things, of which many are both."""
PLACE_WITNESSES = (
    "title", "ideas", "lyrics", "near", "near_bare", "learnt", "usual", "stands", "cues", "named", "plain", "plain_place",
)  # fmt: skip
THING_WITNESSES = (
    "title", "any_title", "lyrics", "first", "usual", "stands", "of_scene", "commonplace", "own", "both", "beside",
    "plain", "like",
)  # fmt: skip
SHARES = (1.0, 0.65, 0.45, 0.3, 0.2)
"""What the scenes of a notion get of its weight, by their rank."""
THING_SHARES = (1.0, 0.5, 0.35, 0.25)
PLACE = 3
"""The weight of a notion that is a place."""
NAMED = 1.5
"""From this weight on a notion of the title is something to draw by itself."""
LEAST_LIKELY, MOST_LIKELY = 0.004, 0.98


def log_odds(likely: np.ndarray) -> np.ndarray:
    import numpy as np

    kept = np.clip(likely, LEAST_LIKELY, MOST_LIKELY)
    found: np.ndarray = np.log(kept / (1 - kept))
    return found


def place_evidence(
    mentions: Sequence[Mention],
    near: Near,
    likely: np.ndarray,
    usual: np.ndarray,
    subject: Mention | None,
    cues: Mapping[str, str],
) -> np.ndarray:
    """(SCENES, PLACE_WITNESSES). likely: what songs like it say of each scene; usual: how often it is accepted at all; subject: what
    the title names; cues: "hour", "season" and "weather" → as the song says, or empty."""
    import numpy as np

    title, ideas, lyrics = (dict.fromkeys(SCENES, 0.0) for _ in range(3))
    for one in _present(mentions):
        if one.source not in (TITLE, LYRICS):
            continue
        named = title if one.notion.weight >= NAMED else ideas
        for rank, scene in enumerate(one.notion.scenes):
            (lyrics if one.source == LYRICS else named)[scene] += one.weight * SHARES[min(rank, 4)]
    plain, plain_place = (dict.fromkeys(SCENES, 0.0) for _ in range(2))
    for one in _plainly_named(mentions):
        for rank, scene in enumerate(one.notion.scenes):
            told = plain_place if one.notion.weight >= PLACE else plain
            told[scene] = max(told[scene], SHARES[min(rank, 4)])
    thing = subject.notion.things[0] if subject is not None and subject.notion.things else ""
    nearness = np.array([near.scenes[scene] for scene in SCENES])
    columns = (
        np.log1p(list(title.values())),
        np.log1p(list(ideas.values())),
        np.log1p(list(lyrics.values())),
        nearness * near.sureness,
        nearness * (1 - near.sureness),
        log_odds(likely) - log_odds(usual),
        log_odds(usual),
        np.array([float(thing in scene_facts()[scene].things) for scene in SCENES]),
        np.array([_cues_met(scene, cues) for scene in SCENES]),
        np.array([float(subject is not None and title[scene] > 0) for scene in SCENES]),
        np.array(list(plain.values())),
        np.array(list(plain_place.values())),
    )
    return np.stack(columns, axis=1)


def _cues_met(scene: str, cues: Mapping[str, str]) -> float:
    fact = scene_facts()[scene]
    known = (("hour", fact.hours), ("season", fact.seasons), ("weather", fact.weathers))
    return float(sum(1 if cues[cue] in values else -1 for cue, values in known if cues[cue] and values))


def thing_evidence(
    mentions: Sequence[Mention],
    subject: Mention | None,
    places: Mapping[str, float],
    beside: np.ndarray,
    likely: np.ndarray,
) -> np.ndarray:
    """(KEYS, THING_WITNESSES). subject: what the pictures are of. places: scene → how likely it is. beside: as of `Learnt`. likely:
    what songs like it say of each."""
    import numpy as np

    title, any_title, lyrics, first = (dict.fromkeys(KEYS, 0.0) for _ in range(4))
    for one in _present(mentions):
        for keys in (one.notion.motifs, one.notion.things):
            for rank, key in enumerate(keys):
                said = one.weight * THING_SHARES[min(rank, 3)]
                first[key] = max(first[key], float(rank == 0))
                if one.source == TITLE:
                    any_title[key] = max(any_title[key], said)
                    title[key] = max(title[key], said if one.notion.weight >= NAMED else 0.0)
                elif one.source == LYRICS:
                    lyrics[key] += said
    plain = dict.fromkeys(KEYS, 0.0)
    for one in _plainly_named(mentions):
        for keys in (one.notion.motifs, one.notion.things):
            for rank, key in enumerate(keys):
                plain[key] = max(plain[key], THING_SHARES[min(rank, 3)])
    scene = max(places, key=lambda name: places[name])
    fact = scene_facts()[scene]
    own = {*subject.notion.things, *subject.notion.motifs} if subject is not None else set()
    shares = np.array([places[name] for name in SCENES])
    usual = log_odds(beside[-1])
    columns = (
        np.log1p(list(title.values())),
        np.log1p(list(any_title.values())),
        np.log1p(list(lyrics.values())),
        np.array(list(first.values())),
        usual,
        np.array([float(key in fact.things) for key in KEYS]),
        np.array([float(key == fact.motif) for key in KEYS]),
        _commonplace(),
        np.array([float(key in own) for key in KEYS]),
        np.array([float(title[key] > 0 and lyrics[key] > 0) for key in KEYS]),
        log_odds(shares / (shares.sum() + 1e-9) @ beside[:-1]) - usual,
        np.array(list(plain.values())),
        log_odds(likely) - usual,
    )
    return np.stack(columns, axis=1)


@cache
def _commonplace() -> np.ndarray:
    import numpy as np

    return np.array([COMMONPLACE.get(key, 1.0) for key in KEYS])


def _plainly_named(mentions: Sequence[Mention]) -> list[Mention]:
    return [one for one in _present(mentions) if one.source == TITLE and one.is_plain and one.notion.weight >= NAMED]


def _present(mentions: Sequence[Mention]) -> list[Mention]:
    return [one for one in mentions if not one.is_denied]
