"""The word tables of this folder, indexed for `reading`.

Marks in the tables: `word*` counts only where it reads as a noun ("a watch", not "watch me"); `낱말+` only with a particle
("해가", not "해"); `~word` counts half, because it is common and says little; `word^` counts only where it reads as a verb, and
`낱말-` is the stem of one. English plurals and verb endings and
Korean particles are handled by `reading`, so the tables hold base forms and, for Korean verbs, stems.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from covers.brief.brief_contract import MOODS
from covers.brief.vocabulary import MOTIFS
from covers.writing.stems import shapes

MOTIF, THEME, MOOD, CUE, COLOUR = "motif", "theme", "mood", "cue", "colour"
KINDS = (MOTIF, THEME, MOOD, CUE, COLOUR)
NOTION = "notion"
"""What a song can be about, with the pictures of it (notions.tsv). Read by `understanding`, not with the others."""


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
    needs_verb: bool = False


@dataclass
class Index:
    """Entries of one kind by first English word, by first Korean syllable, and CJK words by first character."""

    english: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    korean: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    korean_pairs: dict[str, dict[str, list[Entry]]] = field(default_factory=dict)
    cjk: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def sort(self) -> None:
        """Longest first, so that "broken heart" is found before "heart"."""
        for entries in self.english.values():
            entries.sort(key=lambda entry: -len(entry.words))
        for entries in [*self.korean.values(), *self.cjk.values()]:
            entries.sort(key=lambda entry: -len(entry.stem))
        for first, entries in self.korean.items():
            self.korean_pairs[first] = {
                second: [entry for entry in entries if entry.stem[1:2] in ("", second)]
                for second in {"", *(entry.stem[1:2] for entry in entries)}
            }

    def korean_at(self, line: str, at: int) -> Sequence[Entry]:
        """What may begin there by its first two syllables, in the same order."""
        seconds = self.korean_pairs.get(line[at])
        return (seconds.get(line[at + 1 : at + 2]) or seconds[""]) if seconds else ()


def table(name: str) -> Iterator[list[str]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    yield from (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


def cells(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(",") if word.strip()]


@cache
def theme_images() -> Mapping[str, tuple[str, ...]]:
    """Theme → motifs that picture it, best first."""
    return MappingProxyType({row[0]: tuple(cells(row[1])) for row in table("theme_words.tsv")})


@cache
def emoji() -> Mapping[str, tuple[Entry, ...]]:
    """Symbol → what it stands for."""
    found: dict[str, tuple[Entry, ...]] = {}
    for kind, key, symbols in table("emoji.tsv"):
        for symbol in symbols.split():
            found[symbol] = (*found.get(symbol, ()), Entry(kind, key, stem=symbol))
    return MappingProxyType(found)


@cache
def indexes() -> Mapping[str, Index]:
    """One index for each kind. Built once, about 5,000 words."""
    found = {kind: Index() for kind in KINDS}
    for key, words in MOTIFS.items():
        _add(found[MOTIF], MOTIF, key, words.english, words.korean)
    for key, _images, english, korean in table("theme_words.tsv"):
        _add(found[THEME], THEME, key, cells(english), cells(korean))
    for key, english, korean in table("mood_words.tsv"):
        _add(found[MOOD], MOOD, key, cells(english), cells(korean))
    for kind, key, english, korean in table("cue_words.tsv"):
        _add(found[kind], kind, key, cells(english), cells(korean))
    for key, latin, cjk in table("world_words.tsv"):
        kind = _kind_of(key)
        _add(found[kind], kind, key, [*cells(latin), *map(_without_accents, cells(latin))], ())
        for word in cells(cjk):
            found[kind].cjk[word[0]].append(Entry(kind, key, stem=word))
    found[NOTION] = _notion_index(found[MOTIF])
    for index in found.values():
        index.sort()
    return MappingProxyType(found)


def _notion_index(motifs: Index) -> Index:
    """Own words first: they win over what a notion takes from its motif, and the first that names a word keeps it."""
    index = Index()
    rows = list(table("notions.tsv"))
    for word, notion, _near in table(
        "senses.tsv"
    ):  # what a Korean word of many meanings means is told later, so each must be found
        if not word.isascii() and notion != "-":
            _add(index, NOTION, notion, (), (word,))
    for row in rows:
        words = [word for word in cells(row[1]) if not word.startswith("@")]
        _add(index, NOTION, notion_key(row), words, cells(row[2]))
    for known, own in ((motifs.english, index.english), (motifs.korean, index.korean), (motifs.cjk, index.cjk)):
        of_motif = _by_key(known)
        for row in rows:
            inherited = {word.strip("@*^") for word in cells(row[1]) if word.startswith("@")}
            found = sorted(place for motif in inherited for place in of_motif.get(motif, ()))
            for _number, first, entry in found:
                own[first].append(replace(entry, kind=NOTION, key=notion_key(row)))
    return index


def _by_key(entries: dict[str, list[Entry]]) -> dict[str, list[tuple[int, str, Entry]]]:
    """What each key has, with its number in the index and the word under which it is found."""
    found: dict[str, list[tuple[int, str, Entry]]] = defaultdict(list)
    for number, (first, entry) in enumerate((first, entry) for first, known in entries.items() for entry in known):
        found[entry.key].append((number, first, entry))
    return found


def notion_key(row: list[str]) -> str:
    """The name of a row of notions.tsv: its first English word."""
    return cells(row[1])[0].strip("@*^").replace(" ", "_")


def _kind_of(key: str) -> str:
    """What a key of world_words.tsv names. Names that a theme shares with a mood or a motif mean the theme."""
    if key in theme_images():
        return THEME
    return MOOD if key in MOODS else MOTIF


def _without_accents(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _add(index: Index, kind: str, key: str, english: Iterable[str], korean: Iterable[str]) -> None:
    for raw in english:
        words = tuple(raw.strip("~*^").split())
        weight = 0.5 if raw.startswith("~") else 1.0
        entry = Entry(kind, key, words=words, weight=weight, needs_noun=raw.endswith("*"), needs_verb=raw.endswith("^"))
        if entry not in index.english[words[0]]:
            index.english[words[0]].append(entry)
    for raw in korean:
        stem = raw.strip("~+-").replace(" ", "")
        weight = 0.5 if raw.startswith("~") else 1.0
        is_verb = raw.endswith("-")
        for shape in shapes(stem) if is_verb else (stem,):
            entry = Entry(kind, key, stem=shape, weight=weight, needs_particle=raw.endswith("+"), needs_verb=is_verb)
            index.korean[shape[0]].append(entry)
