"""Dataclasses that rows keep as JSON, read by the release that wrote them, the one before and the one after it. Standard library only.

A field that comes new is empty where it says nothing: then a release that does not know it goes on with the row; where it says
something, workers of that release leave the row to newer ones (`Job.unread_fields`), and pages show it without. So it is with a key of a
list that has grown: a style, scene or thing that this code cannot draw.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

KEY_SHOWN = 32


def known_fields(kind: type[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Those that this code knows, lists as tuples."""
    names = {field.name for field in fields(kind)}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in names}


def unread_fields(kind: type[Any], stored: Mapping[str, Any], former: Collection[str] = ()) -> set[str]:
    """Those that say something and that this code does not know. former: names of an earlier release, which it reads."""
    names = {field.name for field in fields(kind)} | set(former)
    return {f"{kind.__name__}.{name}" for name, value in stored.items() if value and name not in names}


def unread_keys(kind: type[Any], stored: Mapping[str, Any], known: Mapping[str, Collection[str]]) -> set[str]:
    """Keys that this code does not know, in fields that hold one or a list of them. known: by field; empty is known everywhere."""
    found = set()
    for name, keys in known.items():
        value = stored.get(name) or ()
        several = value if isinstance(value, list | tuple) else (value,)
        found |= {f"{kind.__name__}.{name}={str(one)[:KEY_SHOWN]}" for one in several if one and one not in keys}
    return found
