"""Order of mixed left-to-right and right-to-left text on one line: the Unicode Bidirectional Algorithm (UAX #9), by python-bidi.

It is asked for levels, not for reordered text: HarfBuzz shapes each run in the order that it is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bidi import algorithm

OF_FORMAT = frozenset({"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B", ""})
"""Classes that the algorithm takes out or starts anew at: titles carry none, and every cluster must get a level."""


def is_right_to_left(text: str) -> bool:
    """Direction of a text: that of its first strong letter."""
    return bool(algorithm.get_base_level(text))


def levels(clusters: Sequence[str], *, base: int) -> list[int]:
    """Embedding level of each cluster, by its first letter; odd runs from the right. base: 0 or 1, the level of the whole title."""
    first = "".join(" " if unicodedata.bidirectional(cluster[0]) in OF_FORMAT else cluster[0] for cluster in clusters)
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    algorithm.get_embedding_levels(first, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    return [letter["level"] for letter in storage["chars"]]


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
