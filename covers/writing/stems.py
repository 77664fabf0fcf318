"""The shapes that the stem of a Korean verb takes before its endings: 떠나 → 떠난, 떠날, 떠났; 그립 → 그리워, 그리운."""

from __future__ import annotations

_FIRST, _VOWELS, _FINALS = 0xAC00, 21, 28
_N, _L, _M, _B, _SS = 4, 8, 16, 17, 20
"""Finals, as numbered in Unicode."""
_CONTRACTED = {20: 6, 8: 9, 13: 14, 18: 4, 0: 0, 4: 4, 1: 1, 5: 5, 6: 6, 11: 10}
"""Vowel of an open stem → that of the stem with 어 or 아: ㅣ → ㅕ, ㅗ → ㅘ, ㅜ → ㅝ, ㅡ → ㅓ."""
_A = 0
_REGULAR_B = frozenset("잡입씹집업뽑꼽접좁뵙")
_IRREGULAR_D = {"걷": "걸", "듣": "들", "묻": "물", "싣": "실", "깨닫": "깨달"}


def shapes(stem: str) -> tuple[str, ...]:
    """The stem first, then what endings make of it. A stem of one syllable that ends in ㄹ is left alone: 날 → 나는 is "I"."""
    head, last = stem[:-1], stem[-1]
    onset, vowel, final = _parts(last)
    found = [stem]
    if stem in _IRREGULAR_D:
        return stem, _IRREGULAR_D[stem]
    if last == "하":
        found += [head + shape for shape in ("한", "할", "함", "합", "해", "했")]
    elif final == 0:
        found += [head + _join(onset, vowel, one) for one in (_N, _L, _M, _B)]
        contracted = _CONTRACTED.get(vowel)
        if contracted is not None:
            if vowel == 18 and head and _parts(head[-1])[1] in (0, 8):  # 아프 → 아파, 고프 → 고파
                contracted = _A
            found += [head + _join(onset, contracted, one) for one in (0, _SS)]
    elif final == _B and last not in _REGULAR_B:
        open_ = head + _join(onset, vowel, 0)
        found += [open_ + shape for shape in ("우", "운", "울", "움", "워", "웠", "와", "왔")]
    elif final == _L and head:
        found += [head + _join(onset, vowel, one) for one in (0, _N, _B)]
    return tuple(dict.fromkeys(found))


def _parts(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - _FIRST
    return code // (_VOWELS * _FINALS), code // _FINALS % _VOWELS, code % _FINALS


def _join(onset: int, vowel: int, final: int) -> str:
    return chr(_FIRST + (onset * _VOWELS + vowel) * _FINALS + final)
