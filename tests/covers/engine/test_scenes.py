"""Lit scenes: every one draws at every moment, at every size alike, and its type keeps off what it shows.

Where a test looks at nothing of the type it is drawn without: to plan it, the scene is drawn once more at 320 pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import skia

from covers.brief.brief_contract import PRINTS, Brief, Concept
from covers.brief.scenery import HOURS, MATERIALS, PEOPLE, PLACES, SCENES, SEASONS, WEATHERS
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster.art import Idea
from covers.engine.poster.engine import PosterEngine
from covers.engine.poster.own_colours import painted
from covers.engine.poster.page import Page
from covers.engine.poster.plan import plan_set
from covers.engine.poster.scenes.light import SKIES, light_of
from covers.engine.poster.scenes.registry import PROGRAMS
from covers.engine.poster.styles import STYLES
from covers.writing.notions import scene_facts
from tests.covers.engine.posters import pixels, shrunk

BRIEF = Brief("rain", ("rain", "window", "umbrella", "cup"), "melancholy", (), "", "", (), "rules", "ballad")
SPEC = DrawSpec(BRIEF, 0, 1, seed=5, set_seed=5, width=128, height=128, title="비 오는 화요일", artist="유진")


def drawn(*concepts: Concept, brief: Brief = BRIEF, seed: int = 5, side: int = 128, **more: object) -> list[Drawn]:
    brief = replace(brief, concepts=concepts)
    specs = [
        replace(SPEC, brief=brief, position=index, count=len(concepts), seed=seed + index, set_seed=seed, width=side, height=side, **more)  # type: ignore[arg-type]
        for index in range(len(concepts))
    ]  # fmt: skip
    return list(PosterEngine().draw(specs, lambda _step: True))


def things_in(idea: Idea, seed: int) -> tuple[str, ...]:
    """What stands in the picture once it is painted, its type left alone."""
    art = STYLES[idea.style](Page(64, 64), idea, seed, lambda: None)
    painted(art)
    assert art.scene is not None
    return art.scene.things


def shown_share(path: skia.Path) -> float:
    """How much of its box is in the picture."""
    box = path.computeTightBounds()
    whole = box.width() * box.height()
    return box.width() * box.height() / whole if box.intersect(skia.Rect.MakeWH(1, 1)) and whole else 0.0


def moments(scene: str) -> Sequence[Concept]:
    """Three of them: from scene to scene others, so that all scenes together see every one."""
    first = 3 * SCENES.index(scene)
    return [
        Concept("scene", scene=scene, hour=HOURS[n % 8], weather=WEATHERS[n % 7], season=SEASONS[n % 4],
            people=PEOPLE[n % 10], things=("umbrella",))
        for n in range(first, first + 3)
    ]  # fmt: skip


def test_every_scene_of_the_vocabulary_is_drawn() -> None:
    assert set(PROGRAMS) == set(SCENES)
    assert len(SCENES) >= 36


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_can_be_played_at_any_moment_with_anybody(scene: str) -> None:
    first, *others = moments(scene)
    for picture in (*drawn(first, side=64), *drawn(*others, side=64, with_lettering=False)):
        assert picture.parameters["scene"] == scene
        assert pixels(picture).std() > 8, picture.parameters


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_six_pictures_of_one_scene_are_six_pictures(scene: str) -> None:
    concept = Concept("scene", scene=scene)
    pictures = [shrunk(drawn(concept, seed=seed, with_lettering=False)[0], 24) for seed in range(0, 60, 10)]
    gaps = [np.abs(one - other).mean() for k, one in enumerate(pictures) for other in pictures[k + 1 :]]
    assert min(gaps) > 3
    assert np.median(gaps) > 12


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_the_same_picture_at_every_size_and_its_type_can_be_read(scene: str) -> None:
    from covers.engine.poster.color import contrast
    from covers.engine.poster.room import GRID, CalmMap

    small, large = (drawn(Concept("scene", scene=scene), side=side)[0] for side in (192, 448))
    difference = np.abs(shrunk(small, 48) - shrunk(large, 48))
    assert difference.mean() < 4
    plan = large.type_plan
    assert plan is not None
    assert small.type_plan == plan
    assert plan.panel is None  # a block of paper has no place in a picture with light in it
    calm = CalmMap(shrunk(large, GRID).astype(np.uint8))
    assert min(contrast(plan.inks[0], color) for color in calm.colors(plan.title_zones[0])) >= 3


@pytest.mark.parametrize("scene", [scenes[0] for scenes in PLACES.values()])
def test_a_place_that_comes_again_is_seen_from_nearer_or_the_other_side(scene: str) -> None:
    first = Concept("scene", scene=scene, people="one", things=("umbrella",))
    again = replace(first, source="again")
    twin, small, large = (drawn(concept, side=side)[0] for concept, side in ((first, 160), (again, 160), (again, 480)))
    seen, other = shrunk(twin, 40), shrunk(small, 40)
    assert np.abs(seen - other).mean() > 8
    for shown in ("scene", "people", "things"):
        assert small.parameters[shown] == twin.parameters[shown]
    assert np.abs(other - shrunk(large, 40)).mean() < 4
    assert small.type_plan == large.type_plan


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_from_nearer_nothing_that_tells_the_song_is_cut(scene: str) -> None:
    concept = Concept("moment", scene=scene, source="again", people="one", things=scene_facts()[scene].things[:1])
    for seed in (3, 4):
        idea = plan_set(replace(BRIEF, concepts=(concept,)), seed, 1)[0]
        whole, nearer = (
            STYLES[idea.style](
                Page(160, 160), replace(idea, concept=replace(concept, source=source)), seed, lambda: None
            )
            for source in ("title", "again")
        )
        for art in (whole, nearer):
            painted(art)
        assert len(nearer.telling) == len(whole.telling)
        for before, after in zip(whole.telling, nearer.telling, strict=True):
            assert shown_share(after) >= shown_share(before) - 0.02


@pytest.mark.parametrize("key", ["ring", "key", "apple", "book", "letter", "camera", "bread"])
def test_a_small_thing_is_no_larger_than_who_is_beside_it(key: str) -> None:
    """On a floor or in a meadow it stands on a stool or a crate, whole in the picture and large enough to be seen."""
    for scene, seed in (("window_room", 3), ("window_room", 4), ("theatre_curtain", 3), ("sign_alley", 4)):
        concept = Concept("scene", scene=scene, source="title", people="one", things=(key,))
        idea = plan_set(replace(BRIEF, concepts=(concept,)), seed, 1)[0]
        art = STYLES[idea.style](Page(160, 160), idea, seed, lambda: None)
        painted(art)
        thing = art.telling[0].computeTightBounds()
        adult = max(path.computeTightBounds().height() for path in art.figures)
        assert 0.02 < thing.height() < 0.6 * adult, scene
        assert thing.width() < adult
        assert thing.bottom() < 0.95, "it stands on something"
        assert shown_share(art.telling[0]) == 1


@pytest.mark.parametrize("scene", [scenes[0] for scenes in PLACES.values()])
def test_a_store_file_shows_what_the_cover_shows(scene: str) -> None:
    small, large = (drawn(Concept("scene", scene=scene), side=side)[0] for side in (160, 480))
    assert np.abs(shrunk(small, 40) - shrunk(large, 40)).mean() < 4
    assert small.type_plan == large.type_plan
    assert large.type_plan is not None
    assert large.type_plan.panel is None


def test_what_a_place_has_no_room_for_is_not_said_to_be_there() -> None:
    """A letter in a field of reeds, a stranger in a sea: the parameters of a picture have only who and what it shows."""
    wished = Concept("scene", scene="river_reeds", hour="dusk", weather="clear", things=("letter", "lantern"))
    assert drawn(wished, side=64)[0].parameters["things"] == ["lantern"]
    alone = replace(wished, people="nobody", things=())
    assert (drawn(alone, side=64)[0].parameters["people"], drawn(alone, side=64)[0].parameters["things"]) == (
        "nobody",
        [],
    )
    assert drawn(replace(wished, scene="lone_tree", people="pair"), side=64)[0].parameters["people"] == "pair"


def test_what_a_scene_is_made_of_is_there() -> None:
    told = Concept("scene", scene="lighthouse", hour="night", weather="clear", things=("lighthouse",))
    assert drawn(told, side=64)[0].parameters["things"] == ["lighthouse"]


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_whatever_is_said_to_fit_a_scene_finds_room_in_it(scene: str) -> None:
    """At one of its moments at least, beside somebody or alone."""
    fact = scene_facts()[scene]
    for thing in fact.things:
        ideas = (
            (plan_set(replace(BRIEF, concepts=(replace(moment, people=people, things=(thing,)),)), seed, 1)[0], seed)
            for seed, people in ((5, "nobody"), (6, "one"), (7, "nobody"))
            for moment in (Concept("scene", scene=scene, hour=hour, weather=fact.weathers[0]) for hour in fact.hours)
        )
        assert any(thing in things_in(idea, seed) for idea, seed in ideas), thing


def test_an_hour_that_is_off_stays_off_from_the_fifth_picture_on() -> None:
    for not_hours in (("dusk", "dawn"), ("night", "evening", "dusk")):
        concept = Concept("scene", scene="lone_tree", hour="morning", weather="clear", not_hours=not_hours)
        brief = replace(BRIEF, concepts=(concept,))
        ideas = plan_set(brief, 5, 12)
        arts = [STYLES[idea.style](Page(64, 64), idea, 90 + place, lambda: None) for place, idea in enumerate(ideas)]
        hours = {art.scene.hour for art in arts if art.scene is not None}
        assert len(hours) > 1
        assert not hours & {*not_hours}


def test_the_same_song_gives_the_same_pixels_and_another_seed_another_picture() -> None:
    concept = Concept("scene", scene="wet_street", hour="night", people="one")
    one, again, other = (drawn(concept, seed=seed)[0] for seed in (5, 5, 6))
    assert one.rgb == again.rgb
    assert one.rgb != other.rgb


def test_the_pictures_of_a_request_follow_its_concepts() -> None:
    concepts = (
        Concept("scene", scene="rain_window", hour="evening"), Concept("moment", scene="wet_street", hour="night"),
        Concept("symbol", motif="umbrella"), Concept("symbol", style="riso", motif="rain"),
    )  # fmt: skip
    found = drawn(*concepts)
    assert [picture.parameters.get("scene") for picture in found] == ["rain_window", "wet_street", None, None]
    assert [picture.parameters["motif"] for picture in found[2:]] == ["umbrella", "rain"]
    assert found[3].parameters["style"] == "riso"
    assert len({picture.parameters["palette"][0] for picture in found}) == 4


def test_a_person_who_fixes_a_kind_of_place_gets_scenes_there() -> None:
    brief = replace(BRIEF, style="waterside")
    found = drawn(*[Concept("scene", scene="kitchen")] * 4, brief=brief)
    assert {picture.parameters["scene"] for picture in found} <= set(PLACES["waterside"])
    assert len({picture.parameters["scene"] for picture in found}) == 4


def test_briefs_of_before_are_drawn_as_prints() -> None:
    for seed in range(30):
        assert {idea.style for idea in plan_set(BRIEF, seed, 4)} <= set(PRINTS)


def test_own_colours_are_obeyed() -> None:
    """The picture's hues are the person's: hardly a colourful pixel is far from theirs."""
    brief = replace(BRIEF, palette=("#d7263d", "#f4e9cd", "#2b0f14"))
    for picture in drawn(
        *[Concept("scene", scene=name) for name in ("moon_sea", "fog_ridges", "wet_street", "lone_tree")], brief=brief
    ):
        values = shrunk(picture, 48).reshape(-1, 3) / 255
        spread = values.max(1) - values.min(1)
        colourful = values[spread > 0.12]
        reddish = (colourful[:, 0] >= colourful[:, 1] - 0.02) & (colourful[:, 0] >= colourful[:, 2] - 0.02)
        assert reddish.mean() > 0.9


@pytest.mark.parametrize("hour", HOURS)
def test_night_is_darker_than_day_in_every_season_and_weather(hour: str) -> None:
    import random

    from covers.engine.poster.color import lch_of

    for season in ("", *SEASONS):
        for weather in ("", *WEATHERS):
            light = light_of(hour, season, weather, random.Random(1))
            assert light.is_dark == (hour in ("evening", "night", "small_hours"))
            assert (lch_of(light.middle)[0] < 0.5) == light.is_dark or hour in ("dawn", "dusk")
    assert set(SKIES) == set(HOURS)


@pytest.mark.parametrize(("width", "height"), [(192, 64), (64, 192), (200, 120)])
def test_wide_and_tall_pages_are_filled(width: int, height: int) -> None:
    for scene in ("moon_sea", "festival", "bookshelf", "rooftop", "tall_clouds"):
        brief = replace(BRIEF, concepts=(Concept("scene", scene=scene),))
        (picture,) = PosterEngine().draw([replace(SPEC, brief=brief, width=width, height=height)], lambda _step: True)
        assert (picture.width, picture.height) == (width, height)
        assert pixels(picture)[:, [0, -1]].std() > 1


@pytest.mark.parametrize("style", MATERIALS)
def test_a_material_takes_the_form_of_the_song_and_has_the_palette_of_its_mood(style: str) -> None:
    heart, key, nothing = (
        drawn(Concept("matter", style=style, motif=motif), side=96, with_lettering=False)[0]
        for motif in ("heart", "key", "")
    )
    assert {picture.parameters["style"] for picture in (heart, key, nothing)} == {style}
    assert all(pixels(picture).std() > 8 for picture in (heart, key, nothing))
    assert np.abs(shrunk(key, 32) - shrunk(heart, 32)).mean() > 1.5  # all else alike


def test_where_a_title_is_too_long_to_be_letters_it_stands_on_a_quiet_material() -> None:
    (picture,) = drawn(Concept("matter", style="type_light"), title="비 오는 화요일에 부치지 못한 편지")
    assert picture.parameters["style"] in MATERIALS
    assert picture.type_plan is not None
