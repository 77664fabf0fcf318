"""Finds the words of the tables in a song: English with inflections, Korean with particles, CJK, romanised, emoji.

Nothing here knows what a cover is: text in, counted entries out. Every loop is linear in the text, so that 50,000
characters take a fraction of a second.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from covers.writing.lexicon import COLOUR, KINDS, MOTIF, Entry, Index, emoji, indexes

Hit = tuple[str, str, bool]
"""Kind, key, and whether the text denies it ("not sad")."""

_CONTROL = re.compile(r"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKUP = re.compile(r"<[^<>\n]{1,200}>|\{[{%#][^\n]{0,80}?[}%#]\}|\$\{[^}\n]{0,80}\}|https?://\S+")
_SECTION = re.compile(
    r"[\[(](?:verse|chorus|bridge|intro|outro|hook|pre-chorus|interlude|refrain|repeat|x ?\d|후렴|간주|전주|\d절)[^\])\n]{0,30}[\])]",
    re.I,
)
_LATIN = re.compile(r"[a-z0-9À-ɏ]+(?:'[a-zÀ-ɏ]+)*'?", re.I)
_HANGUL = re.compile(r"[가-힣]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_PARTICLES = (
    r"(?:들)?(?:님|아래|위|속|앞|뒤|옆|안|밖|너머|사이|끝|가|하나|뿐)?"
    r"(?:께서|께|에서는|에서도|에서|에게|한테|에는|에도|에|으로|로|은|는|이|가|을|를|의|와|과|도|까지|부터|만|처럼|보다|마저|조차|이나|나|"
    r"이랑|랑|하고|아|야|이여|여|예요|이에요|이란|란|이라도|라도|이라는|라는|이고|인|이다|다|같은|같이|마다|라고|이라고|인데|였던|이었던)?"
)
_PARTICLE = re.compile(_PARTICLES)
_SHORT_PARTICLE = re.compile(
    r"(?:들|속|위|아래|님|하나|너머|가)?(?:께|은|는|이|가|을|를|의|에|에서|에게|와|과|도|처럼|만|로|으로|까지|하고|랑|이랑|마다|보다|같은|아|야|이여)?"
)
_NOT_NOUNS = frozenset(
    [
        "해도",
        "해로",
        "해만",
        "해에",
        "새로",
        "새도",
        "별로",
        "달라",
        "배로",
        "문과",
        "종이",
        "종도",
        "종은",
        "연이",
        "공도",
        "공과",
        "검은",
        "검이",
        "곰곰이",
        "강도",
        "불만",
        "불의",
        "불과",
        "용도",
        "학과",
        "풀이",
        "잠만",
        "산만",
        "돌아",
        "길로",
        "이마",
        "왕이면",
        "비로",
        "손만",
        "활은",
        "갓은",
        "잎도",
        "병이",
        "만은",
    ]
)
"""Eojeols that look like a one-syllable noun with a particle and mostly are not."""
_NOT_INSIDE = frozenset(
    [
        "다리",
        "사람",
        "기사",
        "사과",
        "정상",
        "부자",
        "의자",
        "시소",
        "비행",
        "모자",
        "여우",
        "주의",
        "조각",
        "표정",
        "걸음",
        "무대",
        "아이",
        "기타",
        "도로",
        "수정",
        "나비",
        "가수",
        "거리",
        "고개",
    ]
)
"""Nouns that are not looked for inside longer words: "기다리다" holds no bridge."""
_SNOW_NEAR = re.compile(r"내리|내려|내린|오는|온다|쌓|하얀|하얗|흰|첫|겨울|녹|송이|소복|펑펑|뽀드|눈사람|눈밭|덮")
_DENIED_INSIDE = re.compile(r"지(?:는|도|만)?(?:마|않|말|못)")
_DENIED_ACROSS = re.compile(
    r"(?:.{0,3}지(?:는|도|만)?\|(?:마|않|말|못)|(?:함|움|픔)?(?:이|은|는|도|가|을|를|따윈|따위)?\|?(?:없|아니))"
)
_PRONOUNS = frozenset(
    [
        "i",
        "you",
        "we",
        "they",
        "he",
        "she",
        "it",
        "to",
        "can't",
        "cannot",
        "don't",
        "will",
        "would",
        "could",
        "i'll",
        "we'll",
        "you'll",
        "gotta",
        "wanna",
        "let's",
        "never",
        "who",
    ]
)
_OBJECTS = frozenset(
    [
        "me",
        "you",
        "him",
        "it",
        "them",
        "us",
        "out",
        "over",
        "up",
        "how",
        "what",
        "the",
        "my",
        "your",
        "this",
        "that",
        "away",
        "off",
        "down",
    ]
)
_DENIALS = frozenset(
    [
        "not",
        "no",
        "never",
        "don't",
        "dont",
        "ain't",
        "isn't",
        "aren't",
        "wasn't",
        "won't",
        "can't",
        "cannot",
        "without",
        "nothing",
        "stop",
        "neither",
        "nor",
    ]
)
_SAD_BLUE = frozenset(["so", "feel", "feeling", "i'm", "im", "been", "got", "sing", "singing", "too", "am", "feels"])


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
        for entry, is_denied in _hits(line):
            found[entry.kind, entry.key, is_denied] += entry.weight * emphasis  # type: ignore[assignment]
    return found


def _hits(line: str) -> Iterator[tuple[Entry, bool]]:
    words = [token.group().rstrip("'") for token in _LATIN.finditer(line)]
    eojeols = _HANGUL.findall(line)
    has_cjk = bool(_CJK.search(line))
    for kind in KINDS:
        index = indexes()[kind]
        if words:
            yield from _english(words, index)
        if eojeols:
            yield from _korean(eojeols, index)
        if has_cjk:
            yield from _cjk(line, index)
    if not line.isascii():
        for symbol, entries in emoji().items():
            if symbol in line:
                yield from ((entry, False) for entry in entries)


# --- English, and other languages in Latin letters ----------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, ...]:
    """The word and what it may be a form of: plurals, -ing, -ed, 's, singin', romanised particles."""
    forms = [word]
    if word.endswith("'s"):
        forms.append(word[:-2])
    if word.endswith("ies") and len(word) > 4:
        forms.append(word[:-3] + "y")
    if word.endswith("es") and len(word) > 4:
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        forms.append(word[:-1])
    return tuple(forms)


@lru_cache(maxsize=20_000)
def _verb_forms(word: str) -> tuple[str, ...]:
    stems = [
        word[: -len(ending)] for ending in ("ing", "in", "ed") if word.endswith(ending) and len(word) > len(ending) + 2
    ]
    doubled = [stem[:-1] for stem in stems if stem[-1] == stem[-2]]
    romanised = [
        word[: -len(end)]
        for end in ("eun", "neun", "eul", "reul", "haeyo", "hae", "ui")
        if word.endswith(end) and len(word) > 7
    ]
    return (*_forms(word), *stems, *doubled, *(stem + "e" for stem in stems), *romanised)


def _english(words: list[str], index: Index) -> Iterator[tuple[Entry, bool]]:
    start = 0
    while start < len(words):
        entry = _english_at(words, start, index)
        if entry is None:
            start += 1
            continue
        yield entry, not _DENIALS.isdisjoint(words[max(0, start - 3) : start])
        start += len(entry.words)


def _english_at(words: list[str], start: int, index: Index) -> Entry | None:
    best = None
    for form in _verb_forms(words[start]):
        for entry in index.english.get(form, ()):
            if best is not None and len(entry.words) <= len(best.words):
                break
            if form not in _forms(words[start]) and entry.kind in (MOTIF, COLOUR):
                continue  # "stoned" is no stone
            if _rest_matches(words, start, entry) and not _misread(words, start, entry):
                best = entry
                break
    return best


def _rest_matches(words: list[str], start: int, entry: Entry) -> bool:
    rest = words[start + 1 : start + len(entry.words)]
    return len(rest) == len(entry.words) - 1 and all(
        wanted in _forms(word) for wanted, word in zip(entry.words[1:], rest, strict=True)
    )


def _misread(words: list[str], start: int, entry: Entry) -> bool:
    """Whether the word is a verb here, a mood in a colour's clothes, or half of a set phrase."""
    before = words[start - 1] if start else ""
    after = words[start + len(entry.words)] if start + len(entry.words) < len(words) else ""
    if entry.words == ("blue",) and before in _SAD_BLUE:
        return entry.kind == COLOUR
    if entry.words == ("fall",):
        return after in ("in", "for", "apart", "down", "into")
    return entry.needs_noun and (before in _PRONOUNS or after in _OBJECTS)


# --- Korean -------------------------------------------------------------------------------------------------------


def _korean(eojeols: list[str], index: Index) -> Iterator[tuple[Entry, bool]]:
    """Matches against the line without its spaces, since Korean spacing is free; a word must begin where an eojeol does.

    Inside an eojeol only longer words count: nouns of two syllables at its end ("겨울바다"), stems of three anywhere.
    """
    line = "".join(eojeols)
    ends: list[int] = []  # for each syllable, where its eojeol ends
    starts: set[int] = set()
    for eojeol in eojeols:
        starts.add(len(ends))
        ends.extend([len(ends) + len(eojeol)] * len(eojeol))
    at = 0
    while at < len(line):
        entry = _korean_at(line, at, at in starts, ends, index) if line[at] in index.korean else None
        if entry is None:
            at += 1
            continue
        yield entry, _is_denied(line, at, at + len(entry.stem), at in starts, ends)
        at += len(entry.stem)


def _korean_at(line: str, at: int, is_start: bool, ends: list[int], index: Index) -> Entry | None:
    for entry in index.korean.get(line[at], ()):
        if not line.startswith(entry.stem, at):
            continue
        after = at + len(entry.stem)
        rest = line[after : ends[after - 1]]
        fits = _noun_fits if entry.kind == MOTIF else _stem_fits
        if fits(entry, rest, is_start):
            return _snow_or_eye(entry, line, at) if entry.stem == "눈" else entry
    return None


def _noun_fits(entry: Entry, rest: str, is_start: bool) -> bool:
    size = len(entry.stem)
    if size >= 4:
        return True
    if not is_start and (size < 2 or entry.stem in _NOT_INSIDE):
        return False
    if entry.needs_particle and not rest:
        return False
    if size == 1:
        return entry.stem + rest not in _NOT_NOUNS and bool(_SHORT_PARTICLE.fullmatch(rest))
    return bool(_PARTICLE.fullmatch(rest)) or (is_start and len(rest) >= 2 and entry.stem not in _NOT_INSIDE)


def _stem_fits(entry: Entry, rest: str, is_start: bool) -> bool:
    if len(entry.stem) == 1:
        return is_start and (bool(_SHORT_PARTICLE.fullmatch(rest)) or _begins_with_noun(rest))
    return is_start or len(entry.stem) >= 3


def _begins_with_noun(rest: str) -> bool:
    """Whether a longer noun of the tables follows: "밤바다" is a night, "밤색" is not."""
    return any(rest.startswith(entry.stem) for entry in indexes()[MOTIF].korean.get(rest[0], ()) if len(entry.stem) > 1)


def _snow_or_eye(entry: Entry, line: str, at: int) -> Entry:
    if _SNOW_NEAR.search(line, max(0, at - 5), at + 7):
        return Entry(MOTIF, "snowflake", stem=entry.stem)
    return entry


def _is_denied(line: str, at: int, after: int, is_start: bool, ends: list[int]) -> bool:
    """ "안 슬퍼", "슬프지 않아", "슬픔 없이": denied by the word before, by its own ending or by the word that follows."""
    if is_start and line[max(0, at - 1) : at] == "안" and line[max(0, at - 2) : at] not in ("불안", "동안", "위안"):
        return True
    end = ends[after - 1]
    return bool(
        _DENIED_INSIDE.search(line[after:end]) or _DENIED_ACROSS.match(f"{line[after:end]}|{line[end : end + 2]}")
    )


# --- Japanese and Chinese -------------------------------------------------------------------------------------------


def _cjk(line: str, index: Index) -> Iterator[tuple[Entry, bool]]:
    at = 0
    while at < len(line):
        entry = next((entry for entry in index.cjk.get(line[at], ()) if line.startswith(entry.stem, at)), None)
        if entry is None or _is_date(line, at, entry):
            at += 1
            continue
        yield entry, False
        at += len(entry.stem)


def _is_date(line: str, at: int, entry: Entry) -> bool:
    """月曜日 is Monday and 五月 is May: neither shows a moon."""
    before, after = line[at - 1 : at], line[at + 1 : at + 2]
    return entry.stem == "月" and (after in tuple("曜份間") or before in tuple("一二三四五六七八九十0123456789"))
