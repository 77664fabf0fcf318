"""What takes the place of an idea that a person has switched off, on the songs of which people said what may be shown."""

from __future__ import annotations

from dataclasses import replace

from bench.reading import is_absurd, is_right
from covers.brief.avoided import ALL, HOUR, PEOPLE, WEATHER
from covers.brief.brief_contract import Brief, Concept, Song
from covers.brief.scenery import NOBODY, NOTHING
from covers.services.avoiding import off_of, parts_of_concept
from covers.writing.notions import scene_facts
from covers.writing.other_concepts import other_concepts
from covers.writing.rules_writer import RulesWriter
from tests.covers.reading_songs import READ_SONGS

RULES = RulesWriter(None)


def changed(brief: Brief, song: Song, place: int, *parts: str) -> Concept:
    off = frozenset(off_of(brief.concepts[place], parts))
    return other_concepts(brief, song, off, {place: frozenset(parts)}, None)[place]


def test_a_place_is_followed_by_one_that_the_song_may_show_and_hardly_by_anything_absurd():
    firsts = [(one, changed(RULES.write(one.song), one.song, 0, ALL)) for one in READ_SONGS]
    assert sum(is_absurd(concept, one) for one, concept in firsts) <= 0.01 * len(firsts)
    assert sum(is_right(concept, one) for one, concept in firsts) >= 0.5 * len(
        firsts
    )  # a third place, and no thing in vain
    assert sum(not concept.scene for _, concept in firsts) <= 0.1 * len(firsts)


def test_a_symbol_and_a_material_are_followed_by_another_and_hardly_by_anything_absurd():
    absurd = 0
    for one in READ_SONGS:
        brief = RULES.write(one.song)
        for place in (2, 3):
            concept = changed(brief, one.song, place, ALL)
            absurd += is_absurd(concept, one)
            assert (concept.motif, concept.own_style) != (brief.concepts[place].motif, brief.concepts[place].own_style)
    assert absurd <= 0.01 * 2 * len(READ_SONGS)


def test_each_part_goes_by_itself_and_only_it():
    for one in READ_SONGS:
        brief = RULES.write(one.song)
        first = brief.concepts[0]
        for part in parts_of_concept(first):
            concept = changed(brief, one.song, 0, part)
            if concept.scene != first.scene:
                continue  # that place cannot be had without it
            assert (concept.people == NOBODY) == (part == PEOPLE)
            assert (concept.hour == first.hour) == (part != HOUR)
            assert (concept.weather == first.weather) == (part != WEATHER)
            things = tuple(thing for thing in first.things if part != f"thing:{thing}")
            assert set(concept.things) <= {*things, NOTHING}
            assert concept.hour in (*scene_facts()[concept.scene].hours, "")


def test_a_place_that_the_song_does_not_name_says_so():
    """A neighbour of its place is not there because of the title."""
    brief, off, sources = RULES.write(Song("등대", "a")), set[str](), {}
    while (first := brief.concepts[0]).scene:
        sources[first.scene] = first.source
        off |= off_of(first, (ALL,))
        concepts = other_concepts(brief, Song("등대", "a"), frozenset(off), {0: frozenset({ALL})}, None)
        brief = replace(brief, concepts=concepts)
    assert sources.pop("lighthouse") == "title"
    assert sources["storm_sea"] == "near"


def test_hours_that_are_off_stay_off_for_pictures_at_any_hour():
    song = Song("등대", "a")
    brief = RULES.write(song)
    concept = changed(brief, song, 0, HOUR)
    assert concept.not_hours == (brief.concepts[0].hour,)


def test_letters_that_a_long_title_cannot_bear_are_not_what_is_left():
    song = Song("A Title of Very Many Words That Says Nothing That Anybody Could Show", "a")
    brief = RULES.write(song)
    for _ in range(8):
        brief = replace(brief, concepts=(changed(brief, song, 0, ALL), *brief.concepts[1:]))
        assert not brief.concepts[0].style.startswith("type_")
