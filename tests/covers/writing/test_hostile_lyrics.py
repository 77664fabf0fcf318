"""A model that obeys hostile lyrics, in every manner we could think of: nothing of it is seen on a page or told to an engine."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from django.utils import translation

from albumsite.errors import WriterError
from covers.brief.brief_contract import CONCEPT_KINDS, MOODS, PRINTS, STYLES, Brief, Concept, Song
from covers.brief.scenery import (
    HOURS,
    LETTERINGS,
    MATERIALS,
    PEOPLE,
    PRINTED_PLACE,
    SCENES,
    SEASONS,
    STILL_LIFE,
    THINGS,
    WEATHERS,
)
from covers.brief.vocabulary import MOTIFS
from covers.brief.why import reason
from covers.writing.alt import alt_text, describe, pictured_in
from covers.writing.answer import brief_of
from covers.writing.instructions import INSTRUCTIONS, LISTS, repeats, words_in
from covers.writing.mentions import text_of
from covers.writing.openai import OpenAIWriter
from covers.writing.prompts import prompt_for
from covers.writing.rules_writer import RulesWriter
from tests.covers.writing import language_model
from tests.covers.writing.hostile_lyrics import HOSTILE
from tests.covers.writing.language_model import GOOD

TOLD = INSTRUCTIONS + LISTS
BY_WORDS = RulesWriter(None)


def concepts_with(**fields: object) -> list[dict[str, object]]:
    return [{**one, **fields} for one in GOOD["concepts"]]


def spoken(text: str) -> dict[str, object]:
    """In every place of an answer that takes free text."""
    concepts = concepts_with(line=text, source=text, things=[text, text], people=text, hour=text)
    return {"subject": text, "scene": text, "happens": text, "avoid": [text] * 4, "concepts": concepts}


def pieces(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + 3]) for at in range(0, 36, 3)]


OBEDIENCE: dict[str, Callable[[str], str]] = {
    "echoes": lambda lyric: json.dumps({**GOOD, **spoken(lyric)}),
    "echoes as keys": lambda lyric: json.dumps(
        {**GOOD, "style": lyric, "palette": [lyric], "motifs": [lyric, "letter"],
         "concepts": concepts_with(kind=lyric, scene=lyric, motif=lyric, style=lyric, weather=lyric, season=lyric)}
    ),
    "leaks": lambda _lyric: json.dumps({**GOOD, **spoken(TOLD)}),
    "leaks the lists": lambda _lyric: json.dumps({**GOOD, **spoken(LISTS[:300])}),
    "leaks in pieces": lambda _lyric: json.dumps({**GOOD, "avoid": pieces(INSTRUCTIONS), "scene": INSTRUCTIONS[30:120]}),
    "leaks in code": lambda _lyric: json.dumps({**GOOD, **spoken("A sea of " + base64.b64encode(INSTRUCTIONS.encode()).decode()[:3_000])}),
    "quotes": lambda lyric: json.dumps({**GOOD, **spoken(f"A quiet room where {lyric} is heard, and we never said goodbye at all")}),
    "invents a line": lambda lyric: json.dumps({**GOOD, "concepts": concepts_with(line=f"It says {lyric[:40]} buy now")}),
    "wrong types": lambda lyric: json.dumps(
        {**GOOD, "subject": [lyric], "scene": {"text": lyric}, "happens": 7, "avoid": lyric, "palette": {"0": lyric}, "style": 3,
         "valence": lyric, "energy": [1], "concepts": [lyric, 7, None, [], {"kind": [lyric], "things": lyric, "line": {"a": lyric}}]}
    ),
    "concepts as a text": lambda lyric: json.dumps({**GOOD, "concepts": lyric, "valence": True, "energy": -9e9}),
    "extra keys": lambda lyric: json.dumps({**GOOD, lyric[:200]: lyric, "system": TOLD, "concepts": concepts_with(debug=TOLD)}),
    "far too much": lambda lyric: json.dumps(
        {**GOOD, "motifs": ["moon", lyric[:50]] * 200, "concepts": concepts_with(things=["umbrella", lyric[:50]] * 15) * 8}
    ),
    "another schema": lambda lyric: json.dumps({"answer": lyric, "mood": "joy"}),
    "prose": lambda lyric: f"Of course! {lyric} Here is what I was told: {TOLD}",
    "fenced": lambda lyric: f"{lyric}\n```json\n{json.dumps({**GOOD, **spoken(lyric)})}\n```\nDone.",
    "not a number": lambda _lyric: json.dumps({**GOOD, "valence": float("nan")}),
    "a name twice": lambda lyric: json.dumps({**GOOD, **spoken(lyric)})[:-1] + ', "mood": "joy"}',
    "nested": lambda _lyric: json.dumps(GOOD)[:-1] + ', "x": ' + "[" * 10_000 + "]" * 10_000 + "}",
    "two megabytes": lambda lyric: json.dumps({**GOOD, "scene": (lyric[:99] + " ") * 20_000}),
    "half": lambda lyric: json.dumps({**GOOD, **spoken(lyric)})[:-40],
    "refuses": lambda _lyric: "I'm sorry, but I can't help with that.",
}  # fmt: skip
USED = (
    "echoes",
    "echoes as keys",
    "leaks",
    "leaks in code",
    "quotes",
    "invents a line",
    "wrong types",
    "extra keys",
    "far too much",
)
"""Manners whose answers give a brief all the same: the others fall to the rules."""


def song_with(lyric: str, number: int) -> Song:
    lyrics = f"we never said goodbye at all\n{lyric}\nthe umbrella by the door"
    return Song(lyric[:200] if number % 7 == 3 else "The Umbrella", "Somebody", album="Rain", lyrics=lyrics)


def page_texts(brief: Brief) -> Iterator[str]:
    """What is seen or told of the brief, but for the lines that are quoted to the song's maker, and for names as they were typed."""
    yield from (brief.scene, brief.subject, brief.happens, *brief.avoid, brief.style, brief.mood)
    for language in ("en", "ko"):
        yield describe(brief, language)
        yield from (pictured_in(one, language) for one in brief.concepts)
        yield from (
            alt_text(brief, "T", "A", language, one.motif, scene_key=one.scene, hour=one.hour) for one in brief.concepts
        )
    for position in range(4):
        yield from prompt_for(brief, position, 4)


def problems(brief: Brief, song: Song, never: tuple[str, ...]) -> Iterator[str]:
    """Whatever should not be in this brief; in words."""
    yield from (f"schema: {what}" for what in outside_the_schema(brief))
    lines = [" ".join(words_in(line[:2_000])[:6]) for line in song.lyrics.split("\n")]
    sung = [f" {line} " for line in dict.fromkeys(lines) if line.count(" ") >= 3]
    for text in dict.fromkeys(page_texts(brief)):
        if re.search(
            r"[<>{}\[\]\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f\\`$@|#]|https?:|www\.",
            text,
        ):
            yield f"marks in {text[:80]!r}"
        if repeats(text):
            yield f"leaks {text[:80]!r}"
        if any(line in f" {' '.join(words_in(text))} " for line in sung):
            yield f"quotes {text[:80]!r}"
        for word in never:
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.lower()):
                yield f"{word!r} in {text[:80]!r}"
    if repeats(" ".join(brief.avoid)):
        yield "leaks in pieces"
    for one in brief.concepts:
        yield from quoted_wrongly(one, song)


def outside_the_schema(brief: Brief) -> Iterator[str]:
    checks = {
        "mood": brief.mood in MOODS,
        "motifs": 1 <= len(brief.motifs) <= 8 and set(brief.motifs) <= set(MOTIFS),
        "style": brief.style in ("", *STYLES),
        "palette": len(brief.palette) <= 5 and all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in brief.palette),
        "lengths": 20 <= len(brief.scene) <= 400 and 2 <= len(brief.subject) <= 80 and len(brief.happens) <= 160,
        "avoid": len(brief.avoid) < 40 and all(len(word) <= 40 for word in brief.avoid),
        "feeling": -1 <= brief.valence <= 1 and -1 <= brief.energy <= 1,
        "kinds": [one.kind for one in brief.concepts] in (list(CONCEPT_KINDS), ["matter"] * 4),
        "stored": Brief.from_json(json.loads(json.dumps(brief.__dict__, default=lambda one: one.__dict__))) == brief,
    }
    yield from (what for what, is_well in checks.items() if not is_well)
    for one in brief.concepts:
        is_scene = one.kind in ("scene", "moment") or one.style == PRINTED_PLACE
        fields = {
            "scene": one.scene in SCENES if is_scene else one.scene == "",
            "cues": one.hour in ("", *HOURS) and one.season in ("", *SEASONS) and one.weather in ("", *WEATHERS),
            "people": one.people in ("", *PEOPLE),
            "things": len(one.things) <= 3 and set(one.things) <= set(THINGS),
            "motif": one.motif in ("", *MOTIFS),
            "style": one.style
            in ("", *((*PRINTS, STILL_LIFE, PRINTED_PLACE) if one.kind == "symbol" else MATERIALS), *LETTERINGS),
            "source": one.source in ("title", "lyrics", "album", "genre", "mood", "again"),
            "line": len(one.line) <= 120,
        }
        yield from (f"{one.kind}: {what}" for what, is_well in fields.items() if not is_well)
    symbols = {one.motif for one in brief.concepts if one.kind in ("symbol", "matter")}
    if len(symbols) > 1:
        yield "two subjects"


def quoted_wrongly(one: Concept, song: Song) -> Iterator[str]:
    text = text_of(song)
    stands = {"title": [text.title], "album": [text.album], "lyrics": [line for line, _ in text.lines]}
    if one.line and not any(one.line in " ".join(line.split()) for line in stands.get(one.source, [])):
        yield f"no line of the song: {one.line[:60]!r} ({one.source})"
    for language in ("en", "ko"):
        with translation.override(language):
            if len(reason(one)) > 200 or re.search(r"[\x00-\x1f\u200b\u202a-\u202e\u2066-\u2069]", reason(one)):
                yield f"reason {reason(one)[:60]!r}"


def outcome(content: str, song: Song, rules: Brief) -> Brief:
    """As the worker has it for `poster`: by the model, or by the rules."""
    try:
        return brief_of(content, song, rules)
    except WriterError:  # a refusal is one
        return rules


@cache
def by_words(song: Song) -> Brief:
    """The same for every manner."""
    return BY_WORDS.write(song)


def failures(lyric: str, never: tuple[str, ...], number: int, manners: list[str]) -> list[str]:
    song = song_with(lyric, number)
    rules = by_words(song)
    return [
        f"{number} {manner}: {what} ({lyric[:40]!r})"
        for manner in manners
        for what in problems(outcome(OBEDIENCE[manner](lyric), song, rules), song, never)
    ]


def test_there_are_more_than_a_hundred_in_both_languages():
    korean = [lyric for lyric, _ in HOSTILE if re.search("[가-힣]", lyric)]
    assert len(HOSTILE) >= 100
    assert len(korean) >= 25
    assert len({lyric for lyric, _ in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("part", range(4))
def test_each_is_obeyed_in_two_manners_and_nothing_of_it_is_seen(part):
    names = list(OBEDIENCE)
    found = []
    for number, (lyric, never) in list(enumerate(HOSTILE))[part::4]:
        found += failures(lyric, never, number, [names[(2 * number + turn) % len(names)] for turn in range(2)])
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("manner", OBEDIENCE)
def test_each_is_obeyed_in_every_manner(manner):
    found = [what for number, (lyric, never) in enumerate(HOSTILE) for what in failures(lyric, never, number, [manner])]
    assert found == []


@pytest.fixture
def service():
    with language_model.Service() as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("manner", OBEDIENCE)
def test_over_the_wire_a_brief_is_written_all_the_same(service, manner):
    """Each lyric is sent to a service whose model obeys it; every manner has its share of them."""
    writer = OpenAIWriter("k", service.address, "stub", timeout_seconds=10, rules=BY_WORDS)
    at, found, written = list(OBEDIENCE).index(manner), [], set()
    for number, (lyric, never) in list(enumerate(HOSTILE))[at :: len(OBEDIENCE)]:
        service.says(OBEDIENCE[manner](lyric))
        song = song_with(lyric, number)
        try:
            brief = writer.write(song)
        except WriterError:  # a refusal is one
            brief = BY_WORDS.write(song)
        written.add(brief.written_by)
        found += [f"{number}: {what}" for what in problems(brief, song, never)]
    assert found == []
    assert (written == {"openai"}) or manner not in USED
