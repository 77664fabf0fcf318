"""The words of a song that a reason quotes: found where they stand, or the nearest that do. Never words of anybody else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from covers.writing.mentions import ALBUM, LYRICS, REASON_MOST, TITLE, Text

SAID_MOST = 300
"""Characters of what is said to be a line that are looked at."""
LINES_MOST = 400
NEAR_ENOUGH = 0.5
"""Share of pairs of letters (Dice) from which on a line is taken for one that was copied with a slip."""


def true_line(said: object, text: Text, source: str = "") -> tuple[str, str] | None:
    """source and line as they stand in the song, at most REASON_MOST characters; None where the song has nothing like it.

    source: where it is said to stand, which is looked at first. Spaces and case do not matter.
    """
    words = said[:SAID_MOST].split() if isinstance(said, str) else []
    if sum(char.isalnum() for word in words for char in word) < 2:
        return None
    places = sorted(_places(text), key=lambda place: place[0] != source)
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.I)
    for where, line in places:
        if found := pattern.search(line):
            return where, _cut(found[0])
    pairs = _pairs(" ".join(words))
    nearness, _, where, line = max(
        ((_alike(pairs, _pairs(line)), -number, where, line) for number, (where, line) in enumerate(places)),
        default=(0.0, 0, "", ""),
    )
    return (where, _cut(line)) if nearness >= NEAR_ENOUGH else None


def _places(text: Text) -> Iterator[tuple[str, str]]:
    """What is found in the title counts as the title's, wherever else it is sung."""
    yield TITLE, text.title
    for line, _ in text.lines[:LINES_MOST]:
        yield LYRICS, line
    yield ALBUM, text.album


def _cut(line: str) -> str:
    return " ".join(line.split())[:REASON_MOST].strip()


def _pairs(line: str) -> Counter[str]:
    letters = "".join(char for char in line[:SAID_MOST].lower() if char.isalnum())
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def _alike(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
