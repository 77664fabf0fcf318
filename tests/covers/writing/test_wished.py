"""What a person wishes before the drawing holds for every picture of every song."""

from __future__ import annotations

from dataclasses import replace

import pytest

from covers.brief.brief_contract import Brief
from covers.brief.scenery import CROWDED, NOBODY, NOTHING, PLACES, STILL_LIFE
from covers.brief.wishes import PALETTES, SOMEBODY, Wishes
from covers.engine.poster.color import oklch
from covers.engine.poster.palettes import FAMILIES
from covers.writing.avoidable import off_of_wishes, read_avoid
from covers.writing.other_concepts import forbids
from covers.writing.prompts import prompt_for
from covers.writing.rules_writer import RulesWriter
from covers.writing.wished import wished
from tests.covers.reading_songs import READ_SONGS

RULES = RulesWriter(None)
SONGS = READ_SONGS[::12]


def shown_against(brief: Brief, off: frozenset[str]) -> list[str]:
    """What of the brief shows something that is off."""
    found = [key for key in brief.motifs if forbids(off, "motif", key)]
    for one in brief.concepts:
        tokens = {f"scene:{one.scene}", f"hour:{one.hour}", f"weather:{one.weather}", f"style:{one.style}"} & off
        found += [*tokens, *(thing for thing in one.things if forbids(off, "thing", thing))]
    return found


@pytest.mark.parametrize("avoid", ["sea, rain, dog", "밤, 비, 사람들", "flowers, windows, city, trees, night"])
def test_nothing_of_it_is_in_any_picture_of_any_song(avoid: str) -> None:
    wishes = Wishes(avoid=avoid)
    off = off_of_wishes(wishes)
    for one in SONGS:
        brief = wished(RULES.write(one.song), one.song, wishes)
        assert shown_against(brief, off) == [], one.song.title
        assert wished(brief, one.song, wishes) == brief, "a second time changes nothing"


@pytest.mark.parametrize("avoid", ["umbrella", "chess"])
def test_what_was_not_named_stays_as_it_was(avoid: str) -> None:
    off = off_of_wishes(Wishes(avoid=avoid))
    for one in SONGS:
        brief = replace(RULES.write(one.song), style="riso")
        seen = shown_against(brief, off)
        kept = wished(brief, one.song, Wishes(avoid=avoid))
        assert kept.style == "riso"
        assert seen or [(c.scene, c.people, c.season, c.style) for c in kept.concepts] == [
            (c.scene, c.people, c.season, c.style) for c in brief.concepts
        ]


def test_the_sentence_for_a_model_is_another_where_a_motif_is_left_out() -> None:
    changed = 0
    for one in SONGS:
        brief = RULES.write(one.song)
        without = wished(brief, one.song, Wishes(avoid="sea, rain, night, flowers"))
        if without.motifs[:2] != brief.motifs[:2]:  # it names two
            changed += 1
            assert without.scene != brief.scene
    assert changed


def test_no_picture_is_in_the_season_that_is_left_out() -> None:
    for one in SONGS:
        brief = RULES.write(one.song)
        brief = replace(brief, concepts=tuple(replace(c, season="winter") if c.scene else c for c in brief.concepts))
        without = wished(brief, one.song, Wishes(avoid="겨울"))
        assert all(c.season != "winter" for c in without.concepts)
        assert "winter" in without.avoid


def test_a_still_life_has_a_thing_though_all_of_the_song_is_left_out() -> None:
    for one in SONGS:
        brief = RULES.write(one.song)
        things = ", ".join({thing.replace("_", " ") for c in brief.concepts for thing in c.things if thing != NOTHING})
        left = wished(brief, one.song, Wishes(avoid=things or "sea"), style=STILL_LIFE)
        assert any(c.style == STILL_LIFE and c.things for c in left.concepts)


def test_nobody_is_there_or_somebody_is() -> None:
    for one in SONGS:
        brief = RULES.write(one.song)
        empty = wished(brief, one.song, Wishes(people=NOBODY))
        assert all(scene.people == NOBODY and scene.scene not in CROWDED for scene in empty.concepts if scene.scene)
        peopled = [scene for scene in wished(brief, one.song, Wishes(people=SOMEBODY)).concepts if scene.scene]
        places = [scene.scene for scene in brief.concepts if scene.scene]
        assert [scene.scene for scene in peopled] == places or not places
        assert peopled
        assert all(scene.people not in ("", NOBODY) for scene in peopled if scene.scene not in CROWDED)


def test_a_kind_of_place_shows_only_those_that_are_left() -> None:
    for one in SONGS:
        brief = wished(RULES.write(one.song), one.song, Wishes(avoid="moon, lighthouse"), style="waterside")
        assert all(scene.scene in PLACES["waterside"] for scene in brief.concepts)
        others = [scene for scene in brief.concepts if scene.source != "again"]
        assert len({scene.scene for scene in others}) == len(others) >= len(brief.concepts) - 1, (
            "no place twice but at another hour"
        )
        assert len({(scene.scene, scene.hour) for scene in brief.concepts}) == len(brief.concepts)
        assert not {"moon_sea", "lighthouse"} & {scene.scene for scene in brief.concepts}


def test_a_model_reads_the_wishes_in_words() -> None:
    song = READ_SONGS[0].song
    brief = wished(RULES.write(song), song, Wishes(colours=("#d7263d",), people=NOBODY, avoid="강아지, 드레스"))
    prompt, negative = prompt_for(brief, 1, 4)
    assert "red palette" in prompt
    assert prompt.count("palette") == 1, "and of no other colours"
    assert negative.startswith("people, person, figure, dog")
    assert "dress" not in negative, "nobody is undressed by a word"


def test_without_wishes_the_brief_is_the_same() -> None:
    song = READ_SONGS[0].song
    brief = RULES.write(song)
    assert wished(brief, song, Wishes()) is brief


@pytest.mark.parametrize(
    ("typed", "named", "unknown"),
    [
        ("no dogs, 밤", {"motif:dog", "hour:night"}, ()),
        ("바다 없이, 고양이는 빼고", {"motif:sea", "motif:cat"}, ()),
        ("a red balloon and rain", {"motif:balloon", "weather:rain"}, ("red",)),
        ("qwerty", set(), ("qwerty",)),
        (" , ;", set(), ()),
    ],
)
def test_words_are_read_in_both_languages(typed: str, named: set[str], unknown: tuple[str, ...]) -> None:
    read = read_avoid(typed)
    assert named <= read.off
    assert read.unknown == unknown


def test_the_named_palettes_are_those_of_the_engine() -> None:
    assert {name: tuple(oklch(*lch) for lch in FAMILIES[name]) for name in PALETTES} == dict(PALETTES)
