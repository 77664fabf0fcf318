"""Names of widely known living people, and words that ask for somebody's likeness.

A cover says an artist's name in type, and a title may name whom it likes. But no picture shows a living person who did not ask for it:
names are taken out of what a model draws from, and beside a member's own face they are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from covers.safety.folding import Word, words_of

FUZZY_FROM = 9
"""Letters of a whole name, without spaces, from which one may be wrong."""
AFTER_WORDS = 6
"""How far a name may stand from the words that ask for a likeness."""
STANDS_FOR = "somebody"

_LIKENESS = re.compile(
    r"\b(?:look(?:s|ing|ed)?[\s-]+(?:exactly |just |a lot )?like|look[\s-]?alike|likeness of|resembl(?:es?|ing|ance)|(?:the )?face of|"
    r"faces? like|deep[\s-]?fakes?(?: of)?|doppelg[aä]nger|twin of|spitting image|identical to|photo of|portrait of|picture of)\b",
    re.IGNORECASE,
)
_LIKENESS_KOREAN = re.compile(
    r"(?:처럼|같이|랑|와|과)\s*(?:똑같이\s*)?생긴|닮은|닮게|닮았|판박이|똑 ?닮|의?\s*얼굴(?:로|을|과|처럼)|"
    r"딥페이크|빼닮"
)


@cache
def _names() -> tuple[dict[str, list[tuple[str, ...]]], dict[str, list[tuple[str, ...]]]]:
    """Names by first word as folded words, in English and in Korean."""
    english: dict[str, list[tuple[str, ...]]] = {}
    korean: dict[str, list[tuple[str, ...]]] = {}
    text = (Path(__file__).parent / "people.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        for index, cell in enumerate(line.split("\t")):
            for name in cell.split("|"):
                words = _spelled(name)
                table = english if index == 0 else korean
                table.setdefault(words[0], []).append(words)
    return english, korean


def _spelled(name: str) -> tuple[str, ...]:
    return tuple(word.text for word in words_of(name))


@cache
def _tight_names() -> dict[str, frozenset[str]]:
    """Whole English names without spaces, by first letter, for names with a wrong letter or written together."""
    found: dict[str, set[str]] = {}
    for names in _names()[0].values():
        for words in names:
            if len(words) > 1 and len(tight := "".join(words)) >= FUZZY_FROM:
                found.setdefault(tight[0], set()).add(tight)
    return {letter: frozenset(names) for letter, names in found.items()}


def people_in(text: str) -> list[tuple[int, int]]:
    """Where the text names somebody of the list: (start, end) each, in order."""
    words = words_of(text)
    return sorted(set(_found(words)))


def _found(words: list[Word]) -> Iterator[tuple[int, int]]:
    english, korean = _names()
    texts = [word.text.removesuffix("'s").removesuffix("’s") for word in words]
    for at, first in enumerate(texts):
        for name in english.get(first, ()):
            if tuple(texts[at : at + len(name)]) == name:
                yield words[at].start, words[at + len(name) - 1].end
        if first.isascii():
            yield from _nearly(words, texts, at)
        else:
            yield from _korean(words, texts, at, korean)


def _korean(
    words: list[Word], texts: list[str], at: int, names: dict[str, list[tuple[str, ...]]]
) -> Iterator[tuple[int, int]]:
    """Names with a particle behind them ("아이유처럼"), and names of two words written together."""
    first = texts[at]
    for length in range(len(first), 0, -1):
        for name in names.get(first[:length], ()):
            tight = "".join(name)
            if first.startswith(tight) and _is_ending(first[len(tight) :]):
                yield words[at].start, words[at].end
            elif len(name) > 1 and length == len(first) and len(texts) >= at + len(name):
                last = texts[at + len(name) - 1]
                is_same = tuple(texts[at : at + len(name) - 1]) == name[:-1] and last.startswith(name[-1])
                if is_same and _is_ending(last[len(name[-1]) :]):
                    yield words[at].start, words[at + len(name) - 1].end
    for tight in _tight_korean().get(first[:2], ()):
        if first.startswith(tight) and _is_ending(first[len(tight) :]):
            yield words[at].start, words[at].end


@cache
def _tight_korean() -> dict[str, tuple[str, ...]]:
    """Korean names of two words, written together ("테일러스위프트"), by their first two syllables."""
    found: dict[str, list[str]] = {}
    for name in (name for names in _names()[1].values() for name in names if len(name) > 1):
        tight = "".join(name)
        found.setdefault(tight[:2], []).append(tight)
    return {start: tuple(names) for start, names in found.items()}


_ENDINGS = re.compile(
    r"(?:은|는|이|가|을|를|의|에|에게|한테|처럼|같은|같이|랑|이랑|와|과|도|만|로|으로|닮은|얼굴|씨|님|아|야|라는|이라는|풍|느낌|스타일|보다|까지|선수|배우|가수)*"
)


def _is_ending(rest: str) -> bool:
    return _ENDINGS.fullmatch(rest) is not None


def _nearly(words: list[Word], texts: list[str], at: int) -> Iterator[tuple[int, int]]:
    for length in (1, 2, 3):
        if at + length > len(texts):
            return
        tight = "".join(texts[at : at + length])
        if len(tight) < FUZZY_FROM - 1 or len(tight) > 24:
            continue
        for name in _tight_names().get(tight[0], ()):
            if abs(len(name) - len(tight)) <= 1 and OSA.distance(tight, name, score_cutoff=1) <= 1:
                yield words[at].start, words[at + length - 1].end
                break


def asks_for_likeness(text: str) -> bool:
    """Whether the text asks for the looks of somebody of the list ("looks like …", "…처럼 생긴")."""
    people = people_in(text)
    if not people:
        return False
    asked = [match.span() for pattern in (_LIKENESS, _LIKENESS_KOREAN) for match in pattern.finditer(text)]
    return any(
        len(text[min(end, person_end) : max(start, person_start)].split()) <= AFTER_WORDS
        for start, end in asked
        for person_start, person_end in people
    )


def without_people(prompt: str) -> str:
    """The prompt without their names: "somebody" stands there."""
    out, at = [], 0
    for start, end in people_in(prompt):
        if start >= at:
            out += [prompt[at:start], STANDS_FOR]
            at = end
    return "".join([*out, prompt[at:]])
