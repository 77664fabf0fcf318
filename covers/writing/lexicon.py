"""The word tables of this folder, indexed for `reading`.

Marks in the tables: `word*` counts only where it reads as a noun ("a watch", not "watch me"); `낱말+` only with a particle
("해가", not "해"); `~word` counts half, because it is common and says little. English plurals and verb endings and
Korean particles are handled by `reading`, so the tables hold base forms and, for Korean verbs, stems.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from covers.brief_contract import MOODS
from covers.vocabulary import MOTIFS

MOTIF, THEME, MOOD, CUE, COLOUR = "motif", "theme", "mood", "cue", "colour"
KINDS = (MOTIF, THEME, MOOD, CUE, COLOUR)


@dataclass(frozen=True)
class Entry:
    """One word or phrase and what it stands for. words: its parts for English; stem: without spaces for Korean and CJK."""

    kind: str
    key: str
    words: tuple[str, ...] = ()
    stem: str = ""
    weight: float = 1.0
    needs_noun: bool = False
    needs_particle: bool = False


@dataclass
class Index:
    """Entries of one kind by first English word, by first Korean syllable, and CJK words by first character."""

    english: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    korean: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    cjk: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def sort(self) -> None:
        """Longest first, so that "broken heart" is found before "heart"."""
        for entries in self.english.values():
            entries.sort(key=lambda entry: -len(entry.words))
        for entries in [*self.korean.values(), *self.cjk.values()]:
            entries.sort(key=lambda entry: -len(entry.stem))


def _table(name: str) -> Iterator[list[str]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    yield from (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


def _cells(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(",") if word.strip()]


@cache
def theme_images() -> Mapping[str, tuple[str, ...]]:
    """Theme → motifs that picture it, best first."""
    return MappingProxyType({row[0]: tuple(_cells(row[1])) for row in _table("theme_words.tsv")})


@cache
def emoji() -> Mapping[str, tuple[Entry, ...]]:
    """Symbol → what it stands for."""
    found: dict[str, tuple[Entry, ...]] = {}
    for kind, key, symbols in _table("emoji.tsv"):
        for symbol in symbols.split():
            found[symbol] = (*found.get(symbol, ()), Entry(kind, key, stem=symbol))
    return MappingProxyType(found)


@cache
def indexes() -> Mapping[str, Index]:
    """One index for each kind. Built once, about 5,000 words."""
    found = {kind: Index() for kind in KINDS}
    for key, words in MOTIFS.items():
        _add(found[MOTIF], MOTIF, key, words.english, words.korean)
    for key, _images, english, korean in _table("theme_words.tsv"):
        _add(found[THEME], THEME, key, _cells(english), _cells(korean))
    for key, english, korean in _table("mood_words.tsv"):
        _add(found[MOOD], MOOD, key, _cells(english), _cells(korean))
    for kind, key, english, korean in _table("cue_words.tsv"):
        _add(found[kind], kind, key, _cells(english), _cells(korean))
    for key, latin, cjk in _table("world_words.tsv"):
        kind = _kind_of(key)
        _add(found[kind], kind, key, [*_cells(latin), *map(_without_accents, _cells(latin))], ())
        for word in _cells(cjk):
            found[kind].cjk[word[0]].append(Entry(kind, key, stem=word))
    for index in found.values():
        index.sort()
    return MappingProxyType(found)


def _kind_of(key: str) -> str:
    """What a key of world_words.tsv names. Names that a theme shares with a mood or a motif mean the theme."""
    if key in theme_images():
        return THEME
    return MOOD if key in MOODS else MOTIF


def _without_accents(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _add(index: Index, kind: str, key: str, english: Iterable[str], korean: Iterable[str]) -> None:
    for raw in english:
        words = tuple(raw.strip("~*").split())
        entry = Entry(kind, key, words=words, weight=0.5 if raw.startswith("~") else 1.0, needs_noun=raw.endswith("*"))
        if entry not in index.english[words[0]]:
            index.english[words[0]].append(entry)
    for raw in korean:
        stem = raw.strip("~+").replace(" ", "")
        weight = 0.5 if raw.startswith("~") else 1.0
        index.korean[stem[0]].append(Entry(kind, key, stem=stem, weight=weight, needs_particle=raw.endswith("+")))
