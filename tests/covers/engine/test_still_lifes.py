"""Still lifes: every thing of a brief that can be alone is seen, large, once or in rows, beside its type, at every size alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from covers.brief.brief_contract import MOODS, Brief, Concept
from covers.brief.scenery import NEVER_ALONE, STILL_LIFE, THINGS
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster.engine import PosterEngine
from covers.engine.poster.scenes.still_life import StillLifeArt
from tests.covers.engine.posters import shrunk

BRIEF = Brief("a kettle", ("cup",), "comfort", (), "", "", (), "rules", "folk")
ALONE = tuple(key for key in THINGS if key not in NEVER_ALONE)


def drawn(thing: str, seeds: Sequence[int], side: int = 96, with_lettering: bool = True, **more: object) -> list[Drawn]:
    concept = Concept("symbol", style=STILL_LIFE, things=(thing,) if thing else (), motif="cup")
    brief = replace(BRIEF, **{"concepts": (concept,), **more})  # type: ignore[arg-type]
    specs = [
        DrawSpec(
            brief, 0, 1, seed=seed, set_seed=seed, width=side, height=side, title="주전자", artist="유진",
            with_lettering=with_lettering,
        )
        for seed in seeds
    ]  # fmt: skip
    return list(PosterEngine().draw(specs, lambda _step: True))


@pytest.fixture(scope="module")
def kettles() -> list[Drawn]:
    return drawn("kettle", range(48), side=64)


@pytest.mark.parametrize("composition", StillLifeArt.compositions)
def test_each_way_of_showing_a_thing_is_used_and_shows_it(composition: str, kettles: list[Drawn]) -> None:
    pictures = [one for one in kettles if one.parameters["composition"] == composition]
    assert pictures
    for picture in pictures:
        assert (picture.parameters["style"], picture.parameters["things"]) == (STILL_LIFE, ["kettle"])
        assert shrunk(picture, 32).std() > 8


def test_two_things_in_one_setting_are_two_pictures() -> None:
    """The thing is large enough to be told apart on a thumbnail: what changes with it is a tenth of the picture or more."""
    for one, other in (("kettle", "piano"), ("rose", "wine"), ("cat", "dog"), ("camera", "telephone")):
        for first, second in zip(drawn(one, range(4)), drawn(other, range(4)), strict=True):
            changed = np.abs(shrunk(first, 64) - shrunk(second, 64)).max(axis=2) > 24
            assert changed.mean() > 0.05, (one, other, first.parameters["composition"])


def test_ten_pictures_of_one_thing_are_ten_pictures() -> None:
    seen = [shrunk(picture, 24) for picture in drawn("bicycle", range(10))]
    gaps = [np.abs(one - other).mean() for at, one in enumerate(seen) for other in seen[at + 1 :]]
    assert min(gaps) > 3
    assert np.median(gaps) > 12


def test_the_type_stands_beside_the_thing_and_can_be_read() -> None:
    for picture in drawn("camera", range(16), side=128):
        assert picture.type_plan is not None
        assert picture.type_plan.panel is None
        zone = picture.type_plan.title_zones[0]
        assert zone.y + zone.height < 0.36 or zone.y > 0.6, picture.parameters["composition"]


def test_the_same_at_every_size_and_again() -> None:
    for seed in range(8):
        small, large = drawn("kettle", [seed], side=160)[0], drawn("kettle", [seed], side=480)[0]
        assert np.abs(shrunk(small, 40) - shrunk(large, 40)).mean() < 4, small.parameters["composition"]
        assert drawn("kettle", [seed], side=160)[0].rgb == small.rgb


def test_colours_that_the_person_gave_are_the_grounds() -> None:
    for picture in drawn("kettle", range(6), palette=("#1f4e8c", "#2f6fb5", "#7fb2e5", "#dbe9f7", "#12263d")):
        values = shrunk(picture, 48).reshape(-1, 3) / 255
        blue = values[:, 2] >= values[:, 0] - 0.04
        assert blue.mean() > 0.8, picture.parameters["composition"]


@pytest.mark.parametrize("mood", MOODS)
def test_a_still_life_that_was_asked_for_without_a_thing_has_one_of_its_mood(mood: str) -> None:
    (picture,) = drawn("", [1], side=64, mood=mood, style=STILL_LIFE, concepts=())
    assert picture.parameters["style"] == STILL_LIFE
    things = picture.parameters["things"]
    assert isinstance(things, list)
    assert set(things) <= set(ALONE)


@pytest.mark.slow
@pytest.mark.parametrize("thing", ALONE)
def test_every_thing_can_be_alone(thing: str) -> None:
    for picture in drawn(thing, range(4), side=64, with_lettering=False):
        assert picture.parameters["things"] == [thing]
        assert shrunk(picture, 32).std() > 6, picture.parameters["composition"]


def test_a_still_life_for_all_shows_the_songs_own_thing_in_all() -> None:
    concepts = (
        Concept("scene", scene="wet_street", things=("cat",)), Concept("moment", scene="rooftop"),
        Concept("symbol", style=STILL_LIFE, things=("umbrella",)), Concept("matter", style="marbled"),
    )  # fmt: skip
    brief = replace(BRIEF, style=STILL_LIFE, concepts=concepts)
    specs = [DrawSpec(brief, position, 4, 9 + position, 9, 64, 64) for position in range(4)]
    pictures = list(PosterEngine().draw(specs, lambda _step: True))
    assert [picture.parameters["things"] for picture in pictures] == [["umbrella"]] * 4
    assert len({picture.parameters["composition"] for picture in pictures}) == 4
