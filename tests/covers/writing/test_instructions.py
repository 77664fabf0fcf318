"""What is asked of a language model is something that strict structured output takes, and not too long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from covers.brief.brief_contract import MOODS
from covers.brief.scenery import SCENES, THINGS
from covers.brief.vocabulary import MOTIF_KEYS
from covers.writing.instructions import INSTRUCTIONS, LISTS, SCHEMA, repeats

KNOWN = {"type", "enum", "items", "properties", "required", "additionalProperties"}


def parts(schema: dict[str, Any], depth: int = 1) -> Iterator[tuple[dict[str, Any], int]]:
    yield schema, depth
    for inner in schema.get("properties", {}).values():
        yield from parts(inner, depth + 1)
    if "items" in schema:
        yield from parts(schema["items"], depth + 1)


def test_the_schema_keeps_to_what_strict_output_takes():
    found = list(parts(SCHEMA))
    for part, depth in found:
        assert set(part) <= KNOWN
        assert depth <= 5
        if part["type"] == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
        if part["type"] == "array":
            assert "items" in part
    values = [value for part, _ in found for value in part.get("enum", ())]
    assert len(values) <= 500
    assert all(len(set(part["enum"])) == len(part["enum"]) for part, _ in found if "enum" in part)
    assert sum(len(part.get("properties", ())) for part, _ in found) <= 100


def test_every_key_stands_in_the_instructions_once():
    words = LISTS.replace("*", "").replace(".", " ").replace(",", " ").split()
    for key in {*MOODS, *SCENES, *THINGS, *MOTIF_KEYS}:
        assert key in words, key
    assert len(words) < 1.1 * len(set(words))


def test_they_are_no_longer_than_they_were_measured():
    """Characters stand for tokens here: 3.6 of them are one, by o200k_base."""
    assert len(INSTRUCTIONS) < 3_000
    assert len(LISTS) < 4_500
    assert len(json.dumps(SCHEMA)) < 4_500


def test_a_text_that_repeats_them_is_known():
    assert repeats("Sure: you are the ART director, of a record label.")
    assert repeats(LISTS[200:260])
    assert not repeats("A red umbrella on an empty platform, low lamplight on dusk blue, wistful mood.")
