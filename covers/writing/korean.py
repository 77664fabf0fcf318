"""Finds the words of a table in Korean: nouns with their particles, verbs by the shapes that their stem takes.

No analyser is needed for that, and the one that can be installed was no better where it counts
(`python -m bench.reading --words` measures it, docs/poster.md has the figures).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from covers.writing.english import Found, words_of
from covers.writing.lexicon import MOTIF, NOTION, Entry, Index, indexes

HANGUL = re.compile(r"[가-힣]+")
_PARTICLES = (
    r"(?:들)?(?:님|아래|위|속|앞|뒤|옆|안|밖|너머|사이|끝|가|하나|뿐)?"
    r"(?:께서|께|에서는|에서도|에서|에게|한테|에는|에도|에|으로|로|은|는|이|가|을|를|의|와|과|도|까지|부터|만|처럼|보다|마저|조차|이나|나|"
    r"이랑|랑|하고|아|야|이여|여|예요|이에요|이란|란|이라도|라도|이라는|라는|이고|인|이다|다|같은|같이|마다|라고|이라고|인데|였던|이었던)?"
)
_PARTICLE = re.compile(_PARTICLES)
_SHORT_PARTICLE = re.compile(
    r"(?:들|속|위|아래|님|하나|너머|가)?(?:께|은|는|이|가|을|를|의|에|에서|에게|와|과|도|처럼|만|로|으로|까지|하고|랑|이랑|마다|보다|같은|아|야|이여)?"
)
_VERB_ENDING = re.compile(
    r"$|[고어아여는은을지니네던다자게기면며서려러도듯거겠나냐라렴세소오으음습잖요야줄준주질진버봐죠군구곤길테걸게까래련를이가의채만]"
)
"""What may follow a stem, or a shape of it, by its first syllable."""
_NOT_NOUNS = words_of(
    "해도 해로 해만 해에 새로 새도 별로 달라 배로 문과 종이 종도 종은 연이 공도 공과 검은 검이 곰곰이 "
    "강도 불만 불의 불과 용도 학과 풀이 잠만 산만 돌아 길로 이마 왕이면 비로 손만 활은 갓은 잎도 병이 "
    "만은 말이야 말도 말은 밤새 길이 길은 문이 방은 숨이 힘이 매의 약이 독이 벽이 원을 원이 원은 무가 "
    "무는 무를 책이 실이 섬은 춤이 술은 빛이"
)
"""Eojeols that look like a one-syllable noun with a particle and mostly are not."""
_PLAIN_AFTER_ALL = words_of(
    "길이 길은 문이 방은 숨이 힘이 약이 독이 벽이 책이 섬은 춤이 술은 빛이 실이 말이야 말도 말은"
)
"""Of those, the ones that the older tables take for their noun, and rightly."""
_NOT_INSIDE = words_of(
    "다리 사람 기사 사과 정상 부자 의자 시소 비행 모자 여우 주의 조각 표정 걸음 무대 아이 기타 도로 "
    "수정 나비 가수 거리 고개 시장 가지 자리 이사 사자 시내 파리 로마 발리 우도 하나 제비 오리 인사 "
    "연기 사이 전기 소리 시인 부산 대전 인천 목포 여수 수원 종로 신호 기계 지도 영화 극장 친구 가족 "
    "학교 회사 무사 장기 바둑 기도 은혜 구원 고독 분노 영원 추억 기억 사랑 이별 위로 우주 기차 버스"
)
"""Nouns that are not looked for inside longer words: "기다리다" holds no bridge."""
_KINDS_OF_SONG = words_of("송 타령 블루스 왈츠 연가 찬가 엘레지 소나타 랩 일기 일지 통신 소동 대작전 클럽")
"""What a title adds to its subject to make a song of it: "야근송" is a song of overtime."""
_SNOW_NEAR = re.compile(r"내리|내려|내린|오는|온다|쌓|하얀|하얗|흰|첫|겨울|녹|송이|소복|펑펑|뽀드|눈사람|눈밭|덮")
_DENIED_INSIDE = re.compile(r"지(?:는|도|만)?(?:마|않|말|못)")
_DENIED_ACROSS = re.compile(
    r"(?:.{0,3}지(?:는|도|만)?\|(?:마|않|말|못)|(?:함|움|픔)?(?:이|은|는|도|가|을|를|따윈|따위)?\|?(?:없|아니))"
)
_LIKENESS = re.compile(r"처럼|같은|같이|마냥|듯이|인 양")


def korean_in(eojeols: Sequence[str], index: Index) -> Iterator[Found]:
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
        entry = _at(line, at, at in starts, ends, index) if line[at] in index.korean else None
        if entry is None:
            at += 1
            continue
        after = at + len(entry.stem)
        is_denied = _is_denied(line, at, after, at in starts, ends)
        yield Found(entry, at, after, is_denied, bool(_LIKENESS.match(line, after)))
        at = after


def _at(line: str, at: int, is_start: bool, ends: list[int], index: Index) -> Entry | None:
    for entry in index.korean_at(line, at):
        if not line.startswith(entry.stem, at):
            continue
        after = at + len(entry.stem)
        rest = line[after : ends[after - 1]]
        if entry.needs_verb:
            is_fit = is_start and bool(_VERB_ENDING.match(rest))
        elif entry.kind in (MOTIF, NOTION):
            is_fit = _noun_fits(entry, rest, is_start)
        else:
            is_fit = _stem_fits(entry, rest, is_start)
        if is_fit:
            return _snow_or_eye(entry, line, at) if entry.stem == "눈" and entry.kind == MOTIF else entry
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
        whole = entry.stem + rest
        return (whole not in _NOT_NOUNS or whole in _PLAIN_AFTER_ALL) and bool(_SHORT_PARTICLE.fullmatch(rest))
    if _PARTICLE.fullmatch(rest):
        return True
    if not is_start or entry.stem in _NOT_INSIDE:
        return False
    return len(rest) >= 2 if entry.kind == MOTIF else rest in _KINDS_OF_SONG or _is_noun(rest)


def _is_noun(word: str) -> bool:
    """Whether a noun of the notions, with or without a particle: "겨울잠" is a winter, "사랑니" no love."""
    return any(
        not one.needs_verb and word.startswith(one.stem) and _PARTICLE.fullmatch(word[len(one.stem) :])
        for one in indexes()[NOTION].korean.get(word[0], ())
    )


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
