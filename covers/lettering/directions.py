"""Order of mixed left-to-right and right-to-left text on one line.

A small part of the Unicode Bidirectional Algorithm (UAX #9): implicit levels of strong letters, numbers and neutrals.
Titles carry no embeddings: control characters are removed before.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def is_right_to_left(text: str) -> bool:
    """Direction of a text: that of its first strong letter."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def levels(clusters: Sequence[str], *, base: int) -> list[int]:
    """Embedding level of each cluster; odd runs from the right. base: 0 or 1, the level of the whole title."""
    kinds = [_kind(cluster, base) for cluster in clusters]
    for start, end in _neutral_spans(kinds):
        before = _direction(kinds[start - 1], base) if start else base
        after = _direction(kinds[end], base) if end < len(kinds) else base
        kinds[start:end] = [before if before == after else base] * (end - start)
    return [_level(kind, base) for kind in kinds]


NUMBER, NEUTRAL = 2, -1


def _kind(cluster: str, base: int) -> int:
    """0 left to right, 1 right to left, or NUMBER or NEUTRAL."""
    bidi_class = unicodedata.bidirectional(cluster[0])
    if bidi_class in ("R", "AL"):
        return 1
    if bidi_class == "L":
        return 0
    if bidi_class in ("EN", "AN"):
        return NUMBER if base else 0
    return NEUTRAL


def _direction(kind: int, base: int) -> int:
    return base if kind == NUMBER else kind


def _level(kind: int, base: int) -> int:
    if kind == 1:
        return 1
    return 2 if base else 0


def _neutral_spans(kinds: list[int]) -> list[tuple[int, int]]:
    spans, start = [], None
    for index, kind in enumerate([*kinds, 0]):
        if kind == NEUTRAL and start is None:
            start = index
        elif kind != NEUTRAL and start is not None:
            spans.append((start, index))
            start = None
    return spans


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """Indices of runs from left to right (UAX #9 rule L2: reverse every stretch at or above each level)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        index = 0
        while index < len(order):
            end = index
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[index:end] = reversed(order[index:end])
            index = max(end, index + 1)
    return order
