"""Covers whose title is the picture: the title is there, whole and in order, and nothing is set over it but the artist's name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from covers import lettering
from covers.brief.brief_contract import Brief, Concept
from covers.brief.scenery import LETTERINGS, QUIET_MATERIALS
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster import PosterEngine
from covers.engine.poster.color import contrast
from covers.engine.poster.engine import idea_of, where
from covers.engine.poster.letters.block import Glyph, bent
from covers.engine.poster.letters.letter_art import LetterArt, bears
from covers.engine.poster.letters.stems import drawn_out
from covers.engine.poster.letters.styles import LETTER_STYLES
from covers.engine.poster.page import Page
from covers.engine.poster.room import GRID, CalmMap
from covers.engine.poster.styles import STYLES
from covers.lettering.outlines import title_in
from covers.lettering.wholeness import loss
from tests.covers.engine.posters import drawn, pixels, shrunk

BRIEF = Brief("rain", ("rain",), "melancholy", (), "", "", (), "rules", "ballad")
SPEC = DrawSpec(BRIEF, 0, 4, 5, 5, 128, 128, title="봄밤", artist="하람")
TITLES = ("비", "첫눈이 오면", "Blue Hour")
MORE_TITLES = ("봄밤", "NO", "さくら", "Привет", "Ωδή", "Été", "مرحبا")
ALL = [(style.name, composition) for style in LETTER_STYLES for composition in style.compositions]


def spec_for(style: str, composition: str = "", title: str = "봄밤", **more: object) -> DrawSpec:
    """A picture of one style; with a composition, the position of a set at which it comes."""
    spec = replace(SPEC, brief=replace(BRIEF, style=style), title=title, **more)  # type: ignore[arg-type]
    for set_seed in range(20):
        for position in range(4):
            found = replace(spec, set_seed=set_seed, position=position, seed=set_seed * 10 + position)
            if not composition or idea_of(found).composition == composition:
                return found
    raise AssertionError(composition)


def art_of(spec: DrawSpec) -> LetterArt:
    idea = idea_of(spec)
    art = STYLES[idea.style](Page(spec.width, spec.height), idea, spec.seed, lambda: None)
    assert isinstance(art, LetterArt)
    return art


def test_every_lettering_of_the_contract_is_drawn_in_four_compositions_or_more() -> None:
    assert [style.name for style in LETTER_STYLES] == list(LETTERINGS)
    assert all(len(style.compositions) >= 4 for style in LETTER_STYLES)


@pytest.mark.parametrize("title", ["체크메이트", "Goalkeeper"])
@pytest.mark.parametrize("composition", ["bleed", "overprint", "lit"])
def test_a_title_of_one_long_word_does_not_leave_most_of_the_page_empty(title: str, composition: str) -> None:
    """In one row it is low: Hangul is broken between syllables, other words come again, fainter."""
    spec = spec_for("type_huge", composition, title)
    rows = pixels(drawn(spec)[0]).max(axis=2)
    shown = (rows.max(axis=1) - rows.min(axis=1)) > 12
    assert shown.mean() > 0.6


def test_a_chosen_lettering_gives_four_different_compositions_of_it() -> None:
    for style in LETTERINGS:
        specs = [replace(SPEC, brief=replace(BRIEF, style=style), position=position) for position in range(4)]
        ideas = [idea_of(spec) for spec in specs]
        assert {idea.style for idea in ideas} == {style}
        assert len({idea.composition for idea in ideas}) == 4


def assert_it_stands_whole(style: str, composition: str, title: str) -> None:
    art = art_of(spec_for(style, composition, title, width=64, height=64))
    art.paint()
    assert art.block.text.replace(" ", "").casefold() == title.replace(" ", "").casefold()
    assert all(not glyph.path.isEmpty() for glyph in art.block.glyphs)
    least = 0.006 if style in ("type_field", "type_curve") else 0.02
    assert where([art.block.path]).mean() > least  # large enough to be read
    for glyph in art.block.glyphs:
        ink = glyph.box
        wide = max(0.0, min(1.0, ink.right()) - max(0.0, ink.left()))
        tall = max(0.0, min(1.0, ink.bottom()) - max(0.0, ink.top()))
        share = 0.78 if style == "type_huge" else 0.999  # what is cropped can be read past
        assert wide * tall >= share * ink.width() * ink.height(), (title, glyph.text)


@pytest.mark.parametrize(("style", "composition"), ALL)
def test_the_title_stands_in_the_picture_whole_and_in_order(style: str, composition: str) -> None:
    for title in TITLES:
        assert_it_stands_whole(style, composition, title)


@pytest.mark.parametrize("composition", ["wall", "windows", "floor"])
def test_the_row_that_stands_out_is_not_cut_by_the_strip_of_the_name(composition: str) -> None:
    spec = spec_for("type_field", composition, "막내의 이사", width=256, height=256)
    art = art_of(spec)
    art.paint()
    foot = art.block.box.bottom()
    rows = pixels(drawn(spec)[0])[int((foot - 0.016) * 256) : int((foot - 0.004) * 256)]
    assert (rows.max(axis=1) - rows.min(axis=1)).max() > 60  # feet of letters, and not the strip's plain ground


def test_a_word_in_the_middle_of_a_ring_is_one_row() -> None:
    art = art_of(spec_for("type_curve", "ring", "아리랑"))
    art.paint()
    assert len(art.block.rows) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("style", "composition"), ALL)
def test_titles_of_other_scripts_stand_there_whole_too(style: str, composition: str) -> None:
    for title in MORE_TITLES:
        assert_it_stands_whole(style, composition, title)


@pytest.mark.parametrize(("style", "composition"), ALL)
def test_the_artist_is_set_and_can_be_read_beside_the_letters(style: str, composition: str) -> None:
    spec = spec_for(style, composition, width=256, height=256)
    (picture,) = drawn(spec)
    plan = picture.type_plan
    assert plan is not None
    is_said_plainly = composition in STYLES[style].said_plainly  # type: ignore[attr-defined]
    assert plan.sets_title == is_said_plainly
    assert plan.panel is None
    calm = CalmMap(shrunk(picture, GRID).astype(np.uint8))
    assert min(contrast(plan.inks[0], color) for color in calm.colors(plan.title_zones[0])) >= 4.4
    set_ = lettering.render(picture.rgb, 256, 256, title=spec.title, artist=spec.artist, plan=plan, seed=spec.seed)
    assert (set_.layout["title"] is not None) == is_said_plainly  # what is hard to read by its nature is said once more
    assert set_.layout["panel"] is None
    name = set_.layout["artist"]
    assert isinstance(name, dict)
    assert name["lines"] == ["하람"]
    assert name["cap"] >= (0.01 if is_said_plainly else 0.02)
    assert not loss(set_.layout, spec.title, spec.artist)
    x, y, width, height = name["box"]
    art = art_of(spec)
    art.paint()
    rows, columns = (
        slice(int(y * GRID), int((y + height) * GRID) + 1),
        slice(int(x * GRID), int((x + width) * GRID) + 1),
    )
    assert where(art.figures)[rows, columns].mean() < 0.03  # never on a letter


def assert_same_at_every_size(spec: DrawSpec, small_side: int, large_side: int) -> None:
    small, large = drawn(*[replace(spec, width=side, height=side) for side in (small_side, large_side)])
    assert np.abs(shrunk(small, 32) - shrunk(large, 32)).mean() < 4
    assert small.type_plan == large.type_plan
    assert small.rgb == drawn(replace(spec, width=small_side, height=small_side))[0].rgb


@pytest.mark.parametrize("style", LETTERINGS)
def test_a_store_file_shows_what_the_cover_shows(style: str) -> None:
    assert_same_at_every_size(spec_for(style), 96, 320)


@pytest.mark.slow
@pytest.mark.parametrize(("style", "composition"), ALL)
def test_it_is_the_same_picture_at_every_size(style: str, composition: str) -> None:
    assert_same_at_every_size(spec_for(style, composition), 160, 448)


@pytest.mark.slow
@pytest.mark.parametrize("style", LETTERINGS)
def test_six_seeds_are_six_pictures(style: str) -> None:
    specs = [
        replace(SPEC, brief=replace(BRIEF, style=style), seed=seed, set_seed=seed, width=96, height=96)
        for seed in range(6)
    ]
    pictures = [shrunk(picture, 24) for picture in drawn(*specs)]
    gaps = [np.abs(one - other).mean() for index, one in enumerate(pictures) for other in pictures[index + 1 :]]
    assert min(gaps) > 6
    assert np.median(gaps) > 20


@pytest.mark.parametrize(
    ("title", "with_lettering"),
    [("The Unbearable Length of the Last Umbrella", True), ("봄밤", False), ("봄\U00013460밤", True), ("   ", True)],
)
def test_what_cannot_be_a_picture_of_letters_is_drawn_as_something_else(title: str, with_lettering: bool) -> None:
    concept = Concept("matter", style="type_light", line=title)
    for brief in (replace(BRIEF, concepts=(concept,)), replace(BRIEF, style="type_light")):
        (picture,) = drawn(replace(SPEC, brief=brief, count=1, title=title, with_lettering=with_lettering))
        assert picture.parameters["style"] not in LETTERINGS
        assert picture.type_plan is None if not with_lettering else picture.type_plan is not None
    (quiet,) = drawn(
        replace(SPEC, brief=replace(BRIEF, concepts=(concept,)), count=1, title=title, with_lettering=with_lettering)
    )
    assert quiet.parameters["style"] in QUIET_MATERIALS


def test_a_concept_of_letters_is_drawn_whatever_styles_were_chosen_for_the_request() -> None:
    concepts = (Concept("matter", style="type_carved"), Concept("matter", style="type_curve"))
    brief = replace(BRIEF, concepts=concepts, styles=("type_carved", "swiss"))
    found = drawn(*[replace(SPEC, brief=brief, count=2, position=position) for position in range(2)])
    assert [picture.parameters["style"] for picture in found] == ["type_carved", "type_curve"]


@pytest.mark.parametrize(
    ("mood", "style", "never"),
    [("tenderness", "type_light", "tubes"), ("night", "type_light", "sunlight"), ("dance", "type_carved", "wood"),
     ("summer", "type_carved", "ice"), ("winter", "type_carved", "sand")],
)  # fmt: skip
def test_the_matter_of_letters_speaks_of_the_song(mood: str, style: str, never: str) -> None:
    """No neon sign for a lullaby, no wood for a song to dance to; alone in its request, at any seed."""
    brief = replace(BRIEF, mood=mood, concepts=(Concept("matter", style=style),))
    found = {idea_of(replace(SPEC, brief=brief, count=1, position=0, set_seed=seed)).composition for seed in range(20)}
    assert never not in found
    assert len(found) >= 2


def test_through_cut_letters_one_sees_the_place_of_the_song() -> None:
    concepts = (Concept("scene", scene="pier", hour="dusk"), Concept("matter", style="type_cutout"))
    for seed in range(12):
        spec = replace(SPEC, brief=replace(BRIEF, concepts=concepts), count=2, position=1, set_seed=seed)
        if idea_of(spec).composition == "window":
            assert drawn(spec)[0].parameters["scene"] == "pier"
            return
    raise AssertionError("no window in twelve sets")


@pytest.mark.parametrize("style", LETTERINGS)
def test_a_persons_own_colours_are_kept(style: str) -> None:
    brief = replace(BRIEF, palette=("#d7263d", "#f4e9cd", "#2b0f14"), style=style)
    (picture,) = drawn(replace(SPEC, brief=brief))
    values = shrunk(picture, 48).reshape(-1, 3) / 255
    spread = values.max(1) - values.min(1)
    colourful = values[spread > 0.2]
    reddish = (colourful[:, 0] >= colourful[:, 1] - 0.03) & (colourful[:, 0] >= colourful[:, 2] - 0.03)
    assert not len(colourful) or reddish.mean() > 0.85


@pytest.mark.parametrize("style", LETTERINGS)
def test_wide_and_tall_pages_are_filled(style: str) -> None:
    for width, height in ((128, 64), (64, 128)):
        (picture,) = drawn(spec_for(style, width=width, height=height))
        assert len(picture.rgb) == width * height * 3
        assert pixels(picture).std() > 6


def test_letters_that_join_stay_together_and_others_keep_their_order() -> None:
    joined, apart = title_in("مرحبا", "grotesk"), title_in("Blue Hour", "slab")
    assert joined is not None
    assert apart is not None
    assert [letter.text for letter in joined.row(joined.text).letters] == ["مرحبا"]
    rows = [apart.row(line) for line in apart.breakings()[-1]]
    assert "".join(letter.text for row in rows for letter in row.letters).replace(" ", "") == "BlueHour"


def test_a_letter_that_is_drawn_out_keeps_its_ends() -> None:
    """Stems grow; what stands over and under the cut is moved and not scaled."""
    art = art_of(spec_for("type_stretched", "columns", "NO"))
    art.paint()
    row = art.title.row("NO")
    glyph = Glyph("N", row.letters[0].path, 0).moved(0.2, 0.6, 0.3)
    tall = drawn_out(glyph, 0.1, 0.9)
    assert abs(tall.box.top() - 0.1) < 1e-3
    assert abs(tall.box.bottom() - 0.9) < 1e-3
    assert abs(tall.box.width() - glyph.box.width()) < 1e-3
    assert not bent(glyph.path, lambda points: points).isEmpty()


def test_a_title_is_borne_by_its_length() -> None:
    assert bears("type_huge", "비")
    assert not bears("type_huge", "아주 길고 긴 제목이라서 안 되는 노래")
    assert bears("type_field", "Saturday Afternoon")


def test_without_an_artist_nothing_is_set() -> None:
    spec = spec_for("type_light", artist="")
    (picture,) = drawn(spec)
    set_ = lettering.render(picture.rgb, 128, 128, title=spec.title, artist="", plan=picture.type_plan, seed=1)
    assert set_.rgb == picture.rgb
    assert set_.layout["artist"] is None


def test_the_engine_says_what_it_drew() -> None:
    found: list[Drawn] = list(PosterEngine().draw([spec_for("type_carved", "stone")], lambda _step: True))
    assert found[0].parameters["style"] == "type_carved"
    assert found[0].parameters["composition"] == "stone"
    assert found[0].parameters["engine_version"] == "poster-8"
