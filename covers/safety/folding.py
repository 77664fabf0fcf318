"""Text as somebody reads it, whatever tricks it is typed with: for comparing with word lists, never for showing.

Looks through full-width letters, look-alikes of other scripts, accents, invisible characters, digits for letters, letters with
spaces or dots between them, Hangul taken apart into jamo ("ㅅㅔㄱ스") and marks put between syllables ("섹1스").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕһԁɡтмнквαβεικνορτυχıłøđƒ",
    "aeopcyxijshdgtmhkbabeikvoptuxilodf",
)
"""Cyrillic, Greek and other letters that are taken for Latin ones. Applied to words that have a Latin letter, or nothing else."""
_DIGITS = str.maketrans("0134578@$!|", "oieastbasii")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_HANGUL = re.compile(r"[가-힣]")
_JAMO = re.compile(r"[ㄱ-ㅣ]")
_WORD = re.compile(r"[^\s,;:()\[\]{}<>\"“”«»…/\\]+")
_BETWEEN_SYLLABLES = re.compile(r"(?<=[가-힣])[^가-힣\s]{1,3}(?=[가-힣])")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_가-힣][\s.\-_*·~]{1,2}){2,}[^\W\d_가-힣](?![^\W_])")
_SPACED_HANGUL = re.compile(r"(?<![가-힣])(?:[가-힣][\s.\-_*·~]{1,2}){1,}[가-힣](?![가-힣])")
LINE = "\n"


@dataclass(frozen=True)
class Word:
    """text: folded. start, end: where it stands in the original. line: number of its line. is_spelled: put together from letters or
    syllables that stood apart."""

    text: str
    start: int
    end: int
    line: int
    is_spelled: bool = False


def fold(word: str) -> str:
    """One word as it reads: lower case, plain letters, no invisible or combining characters."""
    text = unicodedata.normalize("NFKC", word).casefold()
    # compatibility letters of Hangul (ㅅ) were made conjoining ones by NFKC: put back what has no vowel yet
    text = "".join(_as_compatible(char) for char in text if unicodedata.category(char) != "Cf")
    if _JAMO.search(text):
        text = _composed(text)
    if not _HANGUL.search(text):
        bare = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in bare if not unicodedata.combining(char)).translate(_LOOKS_LIKE)
        if re.search(r"[a-z]", text):
            text = _without_leet(text)
        return re.sub(r"([a-z])\1{2,}", r"\1", text)
    return _BETWEEN_SYLLABLES.sub("", text)


def _as_compatible(char: str) -> str:
    """A conjoining jamo that stands alone as the letter on the keyboard."""
    code = ord(char)
    if 0x1100 <= code <= 0x1112:
        return _INITIALS[code - 0x1100]
    if 0x1161 <= code <= 0x1175:
        return _VOWELS[code - 0x1161]
    if 0x11A8 <= code <= 0x11C2:
        return _FINALS[code - 0x11A7]
    return char


def _composed(text: str) -> str:
    """Letters of the keyboard put together into syllables, as typing them would."""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in _INITIALS and at + 1 < len(text) and text[at + 1] in _VOWELS:
            final = 0
            used = 2
            after = text[at + 2 : at + 4]
            if after[:1] in _FINALS[1:] and after[:1] and not (len(after) > 1 and after[1] in _VOWELS):
                final, used = _FINALS.index(after[0]), 3
            out.append(chr(0xAC00 + (_INITIALS.index(char) * 21 + _VOWELS.index(text[at + 1])) * 28 + final))
            at += used
            continue
        is_open = bool(out) and "가" <= out[-1] <= "힣" and (ord(out[-1]) - 0xAC00) % 28 == 0
        if char in _FINALS[1:] and is_open and text[at + 1 : at + 2] not in tuple(_VOWELS):
            out[-1] = chr(ord(out[-1]) + _FINALS.index(char))  # "세ㄱ스": the letter closes the syllable before it
            at += 1
            continue
        out.append(char)
        at += 1
    return "".join(out)


def _without_leet(text: str) -> str:
    """Digits and marks read as letters, in a word that has letters. An age ("12yo", "16th") keeps its number."""
    if re.fullmatch(r"\W*\d{1,2}(?:yo|y/o|yrs?|th|st|nd|rd|s)?\W*", text) or re.match(r"\d{1,2}-?(?:year|yr|y)", text):
        return text
    marks = re.sub(r"(?<=[a-z0-9])[*._·~^]+(?=[a-z0-9])", "", text)
    return marks.translate(_DIGITS) if re.search(r"[a-z]", marks) else marks


def words_of(text: str) -> list[Word]:
    """The words of a text in order, each folded, with those that were spelled out letter by letter put together."""
    found: list[Word] = []
    line = 0
    text = _visible(text)
    joined = [(match.start(), match.end()) for pattern in (_SPACED, _SPACED_HANGUL) for match in pattern.finditer(text)]
    starts = dict(joined)
    at = 0
    for match in _WORD.finditer(text):
        line += text.count(LINE, at, match.start())
        at = match.start()
        if match.start() in starts:
            end = starts[match.start()]
            if whole := fold(re.sub(r"[\s.\-_*·~]+", "", text[match.start() : end])):
                found.append(Word(whole, match.start(), end, line, is_spelled=True))
        pieces = [match] if any(char in match[0] for char in "@$!*") else list(re.finditer(r"[^\-–—]+", match[0]))
        for piece in pieces:
            start = match.start() + (0 if piece is match else piece.start())
            if folded := fold(piece[0].rstrip("!?.,~")).strip(".?!'’‘`*_~-"):
                found.append(Word(folded, start, start + len(piece[0]), line))
    return found


def _visible(text: str) -> str:
    """Without characters that nobody sees: one in the middle of a word would cut it in two. Keeps every position: they
    become a word joiner, which `fold` drops."""
    return "".join("\u2060" if unicodedata.category(char) in ("Cf", "Co", "Cn") else char for char in text)


def jamo(text: str) -> str:
    """Hangul syllables taken apart into letters, for counting how many differ."""
    out = []
    for char in text:
        code = ord(char) - 0xAC00
        if 0 <= code < 11172:
            out.append(_INITIALS[code // 588] + _VOWELS[code % 588 // 28] + _FINALS[code % 28].strip())
        else:
            out.append(char)
    return "".join(out)
