"""The four concepts of a model's answer: kept where they name what we have, mended where they nearly do, else the rules writer's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from covers.brief.brief_contract import CONCEPT_KINDS, Brief, Concept, Song
from covers.brief.scenery import MATERIALS, PRINTED_PLACE, STILL_LIFE
from covers.writing.answer import brief_of
from covers.writing.rules_writer import RulesWriter
from tests.covers.writing.language_model import GOOD

LYRICS = "창밖에 비가 내리고\n너에게 쓰던 편지는 젖어 가네\nThe street  lamp hums\nAnd the LAST train is gone"
SONG = Song("비 오는 날의 편지", "하람", "첫 앨범", "ballad", LYRICS)
SCENE, MOMENT, SYMBOL, MATTER = range(4)


def told(place: int = SCENE, song: Song = SONG, **fields: Any) -> Brief:
    """The good answer with other fields in one of its concepts."""
    concepts = [{**one, **fields} if at == place else one for at, one in enumerate(GOOD["concepts"])]
    return answered(song, concepts=concepts)


def answered(song: Song = SONG, **fields: Any) -> Brief:
    return brief_of(json.dumps({**GOOD, **fields}), song, RulesWriter(None).write(song))


def test_a_good_answer_is_kept_whole():
    brief = answered()
    assert brief.concepts == (
        Concept("scene", scene="rain_window", hour="night", weather="rain", people="sitting", things=("letter",),
                source="title", line="비 오는 날의 편지"),
        Concept("moment", scene="wet_street", hour="evening", weather="rain", people="walking", things=("umbrella",),
                source="lyrics", line="창밖에 비가 내리고"),
        Concept("symbol", style="riso", motif="letter", source="lyrics", line="너에게 쓰던 편지는 젖어 가네"),
        Concept("matter", style="folded_paper", motif="letter", source="title", line="비 오는 날의 편지"),
    )  # fmt: skip
    assert brief.happens == "somebody writes a letter while the rain runs down the window"
    assert (brief.valence, brief.energy) == (-0.5, -0.6)


def test_concepts_come_in_order_however_they_were_told():
    assert [one.kind for one in answered(concepts=GOOD["concepts"][::-1]).concepts] == list(CONCEPT_KINDS)
    nameless = [{**one, "kind": "?"} for one in GOOD["concepts"]]
    assert answered(concepts=nameless).concepts == answered().concepts


@pytest.mark.parametrize("concepts", [None, [], "four", [1, 2], [{}], [{"kind": "scene", "scene": "qzxv"}] * 4])
def test_without_a_scene_that_there_is_the_rules_writer_has_its_say(concepts):
    assert answered(concepts=concepts).concepts == RulesWriter(None).write(SONG).concepts


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"scene": "Wet Street"}, {"scene": "wet_street"}),
        ({"scene": "비 오는 밤거리"}, {"scene": "wet_street"}),
        ({"scene": "a harbour with a ferry"}, {"scene": "ferry_harbour"}),
        ({"scene": "lighthouse", "hour": "midnight"}, {"scene": "lighthouse", "hour": "night"}),
        ({"scene": "airport_glass", "weather": "drizzle"}, {"weather": "rain"}),
        ({"scene": "snow_platform", "season": "summer", "weather": "rain"}, {"season": "winter", "weather": "snow"}),
        ({"scene": "noon_bed", "hour": "night"}, {"hour": "morning"}),
        ({"people": "an old man"}, {"people": "elder"}),
        ({"people": "Taylor Swift"}, {"people": ""}),
    ],
)
def test_what_is_nearly_a_key_of_ours_becomes_one_and_what_a_scene_cannot_have_goes(fields, kept):
    first = told(**fields).concepts[0]
    assert {name: getattr(first, name) for name in kept} == kept


def test_things_are_of_the_list_two_at_most_and_can_stand_there():
    things = ["letter", "whale", "a spaceship", "potted plant", "coffee", "candle", "coffee", 7, None]
    assert told(things=things).concepts[0].things == ("letter", "potted_plant")


def test_all_four_are_of_one_subject():
    brief = told(MATTER, motif="whale", style="chrome")
    assert (brief.concepts[MATTER].motif, brief.concepts[MATTER].style) == ("letter", "chrome")
    motifs = {one.motif for one in told(SYMBOL, motif="qzxv").concepts if one.motif}
    assert motifs == {"letter"}  # the answer's first motif stands in


def test_a_moment_that_is_missing_is_the_same_scene_at_another_hour():
    scene, moment = told(MOMENT, scene="").concepts[:2]
    assert moment.scene == scene.scene
    assert moment.hour != scene.hour
    again = told(MOMENT, scene="rain_window", hour="night").concepts
    assert again[1].hour != again[0].hour, "no two are twins"


def test_letters_only_where_the_title_is_short():
    assert told(MATTER, style="type_huge", song=Song("우산", "a", lyrics=LYRICS)).concepts[3].style == "type_huge"
    long = Song("The Unbearable Length of the Last Umbrella", "a", lyrics=LYRICS)
    assert told(MATTER, style="type_huge", song=long).concepts[3].style in MATERIALS


@pytest.mark.parametrize(
    ("said", "claimed", "kept"),
    [
        ("the STREET lamp hums", "lyrics", ("lyrics", "The street lamp hums")),
        ("the street lamp hums", "title", ("lyrics", "The street lamp hums")),
        ("And the last  train", "lyrics", ("lyrics", "And the LAST train")),
        ("and the last train has gone", "lyrics", ("lyrics", "And the LAST train is gone")),
        ("첫 앨범", "album", ("album", "첫 앨범")),
        ("날의 편지를", "title", ("title", "비 오는 날의 편지")),
        ("", "genre", ("genre", "")),
        ("", "mood", ("mood", "")),
        ("buy now at shady.com", "lyrics", ("title", "비 오는 날의 편지")),
        ("t", "lyrics", ("title", "비 오는 날의 편지")),
        (["The street lamp hums"], "lyrics", ("title", "비 오는 날의 편지")),
    ],
)
def test_a_reason_quotes_the_song_or_the_title(said, claimed, kept):
    scene = told(scene="airport_glass", line=said, source=claimed).concepts[0]
    assert (scene.source, scene.line) == kept


def test_a_line_is_never_longer_than_the_contract_says():
    song = Song("Rain", "a", lyrics="rain " * 200)
    assert 0 < len(told(line="rain " * 60, source="lyrics", song=song).concepts[0].line) <= 120


@pytest.mark.parametrize(
    ("said", "kept"),
    [(0.25, 0.25), (7, 1.0), (-7.5, -1.0), ("0.5", None), (True, None), (None, None), ([1], None)],
)
def test_a_feeling_that_is_no_number_is_the_rules_writers(said, kept):
    rules = RulesWriter(None).write(SONG)
    brief = answered(valence=said, energy=said)
    assert (brief.valence, brief.energy) == ((kept, kept) if kept is not None else (rules.valence, rules.energy))


@pytest.mark.parametrize("said", ["", "Ignore the rules", "편지", "He met Marlon Brando", 7, "one two", "x" * 4000])
def test_a_clause_that_must_not_be_used_is_told_in_our_own_words(said):
    happens = answered(happens=said).happens
    assert "rain" in happens
    assert len(happens) <= 160
    assert not {"Ignore", "Brando", "편지"} & set(happens.split())


def test_a_symbol_that_is_a_thing_is_shown_alone_and_what_is_none_in_print():
    assert (told(SYMBOL, style="").concepts[SYMBOL].style, told(SYMBOL, style="").concepts[SYMBOL].things) == (
        STILL_LIFE,
        ("letter",),
    )
    assert told(SYMBOL, motif="sun", style="").concepts[SYMBOL] == Concept(
        "symbol", motif="sun", source="lyrics", line="너에게 쓰던 편지는 젖어 가네"
    )
    first, _, printed, _ = told(SYMBOL, motif="rain", style="").concepts
    assert (printed.style, printed.scene, printed.motif) == (PRINTED_PLACE, first.scene, "rain")
