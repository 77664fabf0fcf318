"""Finds the words of the tables in a song: English with inflections, Korean with particles, CJK, romanised, emoji.

Nothing here knows what a cover is: text in, counted entries out. Every loop is linear in the text, so that 50,000
characters take a fraction of a second.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from covers.writing.english import Found, english_in, words_in
from covers.writing.korean import HANGUL, korean_in
from covers.writing.lexicon import KINDS, Entry, Index, emoji, indexes

Hit = tuple[str, str, bool]
"""Kind, key, and whether the text denies it ("not sad")."""

_CONTROL = re.compile(r"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKUP = re.compile(r"<[^<>\n]{1,200}>|\{[{%#][^\n]{0,80}?[}%#]\}|\$\{[^}\n]{0,80}\}|https?://\S+")
_SECTION = re.compile(
    r"[\[(](?:verse|chorus|bridge|intro|outro|hook|pre-chorus|interlude|refrain|repeat|x ?\d|후렴|간주|전주|\d절)[^\])\n]{0,30}[\])]",
    re.I,
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def clean(text: str, limit: int) -> str:
    """The text without markup, template syntax, links, section marks and control characters; at most `limit` characters."""
    text = html.unescape(text[:limit]).replace("<3", "❤").replace("\u2019", "'").replace("\u2018", "'")
    text = _CONTROL.sub(" ", text.replace("\r", "\n"))
    return _SECTION.sub(" ", _MARKUP.sub(" ", text))


def read(text: str) -> Counter[Hit]:
    """Every table word in the (cleaned) text. A repeated line counts once and a half more with each doubling.

    Keys of the counter: (kind, key, is_denied); values: weighted counts.
    """
    found: Counter[Hit] = Counter()
    lines = Counter(line.strip().lower() for line in text.split("\n"))
    lines.pop("", None)
    for line, times in lines.items():
        emphasis = 1 + 0.5 * (times.bit_length() - 1)
        for one in found_in(line, KINDS):
            found[one.entry.kind, one.entry.key, one.is_denied] += one.entry.weight * emphasis  # type: ignore[assignment]
    return found


def found_in(line: str, kinds: Sequence[str]) -> Iterator[Found]:
    """The words of these kinds in a line of lower case; kind by kind, in the line's order."""
    words = words_in(line)
    eojeols = HANGUL.findall(line)
    has_cjk = bool(_CJK.search(line))
    for kind in kinds:
        index = indexes()[kind]
        if words:
            yield from english_in(words, index)
        if eojeols:
            yield from korean_in(eojeols, index)
        if has_cjk:
            yield from _cjk(line, index)
    if not line.isascii():
        for symbol, entries in emoji().items():
            if symbol in line:
                yield from (Found(entry, 0, 0) for entry in entries)


# --- Japanese and Chinese -------------------------------------------------------------------------------------------


def _cjk(line: str, index: Index) -> Iterator[Found]:
    at = 0
    while at < len(line):
        entry = next((entry for entry in index.cjk.get(line[at], ()) if line.startswith(entry.stem, at)), None)
        if entry is None or _is_date(line, at, entry):
            at += 1
            continue
        yield Found(entry, at, at + len(entry.stem))
        at += len(entry.stem)


def _is_date(line: str, at: int, entry: Entry) -> bool:
    """月曜日 is Monday and 五月 is May: neither shows a moon."""
    before, after = line[at - 1 : at], line[at + 1 : at + 2]
    return entry.stem == "月" and (after in tuple("曜份間") or before in tuple("一二三四五六七八九十0123456789"))
