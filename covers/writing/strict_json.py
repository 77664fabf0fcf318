"""Reads JSON that somebody else wrote: no deeper than anything we ask for, each name once, no number that is none.

Python's own reader raises RecursionError on deep text, takes NaN and Infinity, and lets the last of two equal names win.
"""

from __future__ import annotations

import json
import re

DEPTH_MOST = 24
DIGITS_MOST = 40

_MARKS = re.compile(rf'"(?:[^"\\]|\\.)*+"|[\[\]{{}}]|[-+.\w]{{{DIGITS_MOST + 1},}}', re.DOTALL)


def loads(text: str) -> object:
    """The value that `text` holds. Raises ValueError for whatever is no strict JSON, or is nested deeper than DEPTH_MOST."""
    depth = 0
    for mark in _MARKS.finditer(text):
        char = mark[0][0]
        if char in "[{":
            depth += 1
            if depth > DEPTH_MOST:
                raise ValueError("nested too deeply")
        elif char in "]}":
            depth -= 1
        elif char != '"':
            raise ValueError("a number is too long")
    return json.loads(text, parse_constant=_refuse, object_pairs_hook=_object, parse_float=_number)


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
