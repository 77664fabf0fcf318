"""Finds the words of a table in English, and in other languages in Latin letters: inflections, and which part of speech a word is.

A word of two lives ("leaves", "rose", "train") is told by its neighbours: what stands before a noun and what follows a verb.
`python -m bench.reading --words` says how often that is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from covers.writing.lexicon import COLOUR, MOTIF, NOTION, Entry, Index

LATIN = re.compile(r"[a-z0-9À-ɏ]+(?:['.-][a-zÀ-ɏ]+)*'?", re.I)


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SUBJECTS = words_of("i you we they he she it who i'll we'll you'll he'll she'll they'll it'll there everybody nobody")
_HELPERS = words_of(
    "to can't cannot don't didn't doesn't won't will would could should can may might must do did does let's gotta wanna gonna never "
    "always just not ever please i've we've you've you'd i'd we'd they'd i'm we're you're they're he's she's it's been"
)
_OBJECTS = words_of("me you him it them us out over up how what the my your this that away off down a an")
_AFTER_VERBS = words_of("at for without before after when until tonight today tomorrow now alone again early late soon")
_DETERMINERS = words_of(
    "a an the my your his her its our their this that these those every each no some any one two three four five six seven ten many "
    "few all another both which whose"
)
_AMBIGUOUS_DETERMINERS = words_of("that this her his no all one")
_PREPOSITIONS = words_of(
    "of in on with by from under through into like across behind beneath between against among over above below around along inside "
    "beside near off onto upon towards toward past until without"
)
_ADJECTIVES = words_of(
    "old new red blue green black white golden silver little big small last first late early dark bright broken lost lonely wild sweet "
    "cold warm dead dry fallen falling autumn paper burning empty silent midnight morning evening summer winter spring night long "
    "short high low deep dear good bad young pretty beautiful poor rich wet heavy final own same other"
)
_DENIALS = words_of(
    "not no never don't dont ain't isn't aren't wasn't won't can't cannot without nothing stop neither nor didn't doesn't"
)
_LIKENESS = words_of("like as")
_SAD_BLUE = words_of("so feel feeling i'm im been got sing singing too am feels")


@dataclass(frozen=True)
class Found:
    """A word of a table in a line. start, end: of its words or syllables. is_denied: "not sad". is_likeness: "like a bird"."""

    entry: Entry
    start: int
    end: int
    is_denied: bool = False
    is_likeness: bool = False


def words_in(line: str) -> list[str]:
    return [token.group().rstrip("'") for token in LATIN.finditer(line)]


def english_in(words: Sequence[str], index: Index) -> Iterator[Found]:
    """Longest first, none inside another."""
    start = 0
    while start < len(words):
        entry = _at(words, start, index)
        if entry is None:
            start += 1
            continue
        end = start + len(entry.words)
        before = words[max(0, start - 3) : start]
        yield Found(entry, start, end, not _DENIALS.isdisjoint(before), not _LIKENESS.isdisjoint(before))
        start = end


def _at(words: Sequence[str], start: int, index: Index) -> Entry | None:
    best = None
    for form in verb_forms(words[start]):
        for entry in index.english.get(form, ()):
            if best is not None and len(entry.words) <= len(best.words):
                break
            if form not in forms(words[start]) and (
                entry.kind in (MOTIF, COLOUR) or (entry.kind == NOTION and not entry.needs_verb)
            ):
                continue  # "stoned" is no stone
            if _rest_matches(words, start, entry) and not _misread(words, start, entry):
                best = entry
                break
    return best


@lru_cache(maxsize=20_000)
def forms(word: str) -> tuple[str, ...]:
    """The word and what it may be the plural or possessive of."""
    found = [word]
    if word.endswith("'s"):
        found.append(word[:-2])
    if word.endswith("ies") and len(word) > 4:
        found.append(word[:-3] + "y")
    if word.endswith("es") and len(word) > 4:
        found.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        found.append(word[:-1])
    return tuple(found)


@lru_cache(maxsize=20_000)
def verb_forms(word: str) -> tuple[str, ...]:
    """As `forms`, and what it may be a tense of; romanised Korean without its particles."""
    stems = [
        word[: -len(ending)] for ending in ("ing", "in", "ed") if word.endswith(ending) and len(word) > len(ending) + 2
    ]
    doubled = [stem[:-1] for stem in stems if stem[-1] == stem[-2]]
    romanised = [
        word[: -len(end)]
        for end in ("eun", "neun", "eul", "reul", "haeyo", "hae", "ui")
        if word.endswith(end) and len(word) > 7
    ]
    return (*forms(word), *stems, *doubled, *(stem + "e" for stem in stems), *romanised)


def _rest_matches(words: Sequence[str], start: int, entry: Entry) -> bool:
    rest = words[start + 1 : start + len(entry.words)]
    return len(rest) == len(entry.words) - 1 and all(
        wanted in forms(word) for wanted, word in zip(entry.words[1:], rest, strict=True)
    )


def _misread(words: Sequence[str], start: int, entry: Entry) -> bool:
    """Whether the word is another part of speech here, or a mood in a colour's clothes."""
    end = start + len(entry.words)
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) else ""
    if entry.words == ("blue",) and before in _SAD_BLUE:
        return entry.kind == COLOUR
    if entry.words == ("fall",) and entry.kind != NOTION:
        return after in ("in", "for", "apart", "down", "into")
    if entry.needs_noun:
        return reads_as(words, start, end) == "verb"
    return entry.needs_verb and reads_as(words, start, end) == "noun"


def reads_as(words: Sequence[str], start: int, end: int) -> str:
    """ "noun", "verb", or nothing where the neighbours do not say."""
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) else ""
    if before in _DETERMINERS and not (before in _AMBIGUOUS_DETERMINERS and after in _OBJECTS):
        return "noun"
    if before in _SUBJECTS or before in _HELPERS:
        return "verb"
    if before.endswith("'s") or before in _PREPOSITIONS or before in _ADJECTIVES:
        return "noun"
    if after in _OBJECTS:
        return "verb"
    is_third_person = words[end - 1].endswith("s") and before not in ("", "and", "or", "but", "the")
    if after in _AFTER_VERBS and (is_third_person or not before):
        return "verb"
    return ""
