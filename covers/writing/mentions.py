"""What a song names: the notions of notions.tsv in its title, album and lyrics, each with the line that says so.

The artist is not read: a name is no subject. A word of many meanings means what stands near it (senses.tsv).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from covers.brief.brief_contract import Song
from covers.writing.english import Found, forms, words_of
from covers.writing.lexicon import MOTIF, NOTION, THEME, Entry
from covers.writing.notions import NOTHING, Notion, Sense, by_motif, notions, senses
from covers.writing.reading import clean, found_in

TITLE, ALBUM, LYRICS = "title", "album", "lyrics"
TITLE_LIMIT, LYRICS_LIMIT = 1_000, 60_000
"""Characters that are read; the form allows 300 and 50,000."""
REASON_MOST = 120
TITLE_WEIGHT, ALBUM_WEIGHT, LYRICS_WEIGHT = 3.0, 0.4, 1.0
DENIED, LIKENESS, FORM = 0.1, 0.5, 0.5
"""What is left of a thing that the line says is not there, of one that something is only like, and of what a title calls its song."""

_GUESTS = re.compile(
    r"[\[(]\s*(?:feat|ft|prod|with|duet|remix|remaster|live|acoustic|inst|ver|official|mv|ost)\b[^\])]*[\])]", re.I
)
_GUESTS_BARE = re.compile(r"\s(?:feat|ft|prod)\.?\s.*$", re.I)
_FORMS = words_of(
    "lullaby song songs hymn anthem ballad blues waltz tango nocturne serenade elegy requiem sonata prelude etude symphony "
    "concerto overture rhapsody opera carol 자장가 노래 블루스 왈츠 탱고 세레나데 레퀴엠 소나타 야상곡 녹턴 교향곡 협주곡 행진곡 "
    "서곡 진혼곡 연습곡 전주곡 캐럴"
)
"""Kinds of songs. In a title they say less of its subject than what they are a song of: "Ocean Floor Lullaby"."""
_THEMES = {
    "love": "love", "memory": "memory", "time": "time", "freedom": "freedom", "farewell": "goodbye", "dream": "dream", "alone": "alone",
    "tears": "tears", "hope": "hope", "god": "cross", "death": "death", "home": "house", "longing": "miss_you", "fate": "fate",
}  # fmt: skip
"""Themes of other languages than ours → notions."""


@dataclass(frozen=True)
class Mention:
    """A notion that a line names. weight: what it counts, with where it stands, how often, and whether it is denied. is_plain: by a
    word that has one sense only."""

    notion: Notion
    source: str
    line: str
    weight: float
    is_denied: bool = False
    is_plain: bool = True


@dataclass(frozen=True)
class Text:
    """A song as it is read. lines: each line of the lyrics once, in order, with how often it is sung."""

    title: str
    album: str
    lines: tuple[tuple[str, int], ...]


def text_of(song: Song) -> Text:
    """The song without guests, markup and marks of sections. A refrain is one line that is sung more than once."""
    sung = Counter(" ".join(line.split()) for line in clean(song.lyrics, LYRICS_LIMIT).split("\n"))
    sung.pop("", None)
    title = _GUESTS_BARE.sub("", _GUESTS.sub(" ", clean(song.title, TITLE_LIMIT)))
    return Text(
        _without_artist(" ".join(title.split()), song.artist),
        clean(song.album, TITLE_LIMIT).strip(),
        tuple(sung.items()),
    )


def _without_artist(title: str, artist: str) -> str:
    """ "Lilac - Mina" by Mina is "Lilac"."""
    name = " ".join(artist.split()).lower()
    for mark in (" - ", " – ", " — ", ": "):
        before, found, after = title.partition(mark)
        if found and name and before.strip().lower() == name and after.strip():
            return after.strip()
        if found and name and after.strip().lower() == name and before.strip():
            return before.strip()
    return title


def mentions_in(text: Text) -> list[Mention]:
    """All notions of the song, in the order of title, album, lyrics. A line that comes back counts a little more, not as often."""
    every = " ".join([text.title, text.album, *(line for line, _ in text.lines)]).lower()
    found = [*_in_line(text.title, TITLE, TITLE_WEIGHT, (text.title.lower(), every))]
    found += _in_line(text.album, ALBUM, ALBUM_WEIGHT, (text.album.lower(), every))
    lines = [line for line, _ in text.lines]
    for place, (line, times) in enumerate(text.lines):
        near = " ".join(lines[max(0, place - 1) : place + 2]).lower()
        weight = LYRICS_WEIGHT * (1 + 0.5 * math.log2(times))
        found += _in_line(line, LYRICS, weight, (line.lower(), near, f"{text.title.lower()} {near}"))
    return found


def _in_line(line: str, source: str, weight: float, contexts: Sequence[str]) -> Iterator[Mention]:
    meant: dict[
        tuple[str, str, str, tuple[str, ...]], str
    ] = {}  # a word means one thing in a line, however often it stands there
    for one in _found(line):
        word = one.entry.kind, one.entry.key, one.entry.stem, one.entry.words
        if word not in meant:
            meant[word] = _sense(one, contexts)
        key = meant[word]
        notion = notions().get(key)
        if notion is None or not notion.weight:
            continue
        is_form = source == TITLE and (one.entry.stem or " ".join(one.entry.words)) in _FORMS
        factor = (
            one.entry.weight
            * (FORM if is_form else 1.0)
            * (DENIED if one.is_denied else 1.0)
            * (LIKENESS if one.is_likeness and source == LYRICS else 1.0)
        )
        is_plain = len({sense.notion for sense in _senses_of(one.entry) or ()}) < 2
        yield Mention(notion, source, line[:REASON_MOST], weight * factor * notion.weight, one.is_denied, is_plain)


def _found(line: str) -> Iterator[Found]:
    lowered = line.lower()
    yield from found_in(lowered, (NOTION,))
    if not lowered.isascii():  # themes in the words of other languages
        yield from (one for one in found_in(lowered, (THEME,)) if one.entry.kind == THEME and one.entry.words)


def _sense(found: Found, contexts: Sequence[str]) -> str:
    """The notion that the word means here: by its own line, then by the lines around, then what it means by default."""
    entry = found.entry
    if entry.kind == MOTIF:
        return by_motif().get(entry.key, "")
    if entry.kind == THEME:
        return _THEMES.get(entry.key, "")
    known = _senses_of(entry)
    if known is None:
        return entry.key if entry.kind == NOTION else ""
    for context in contexts:
        place = context.replace(" ", "") if entry.stem else context
        for sense in known:
            if sense.near is not None and sense.near.search(place):
                return "" if sense.notion == NOTHING else sense.notion
    default = next((sense.notion for sense in known if sense.near is None), entry.key)
    return "" if default == NOTHING else default


def _senses_of(entry: Entry) -> tuple[Sense, ...] | None:
    word = entry.stem or " ".join(entry.words)
    return next((senses()[form] for form in forms(word) if form in senses()), None)
