"""A place as a print: each press shows the song's own place, in the asked colours, with room for type, alike at every size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from covers.brief.brief_contract import MOODS, Brief, Concept
from covers.brief.scenery import PLACES, PRESSES, PRINTED_PLACE
from covers.drawing.recording import set_title
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster.engine import PosterEngine
from covers.engine.poster.plan import plan_set
from covers.writing.alt import alt_text, pictured_in

PIER = Concept("symbol", style=PRINTED_PLACE, scene="pier", hour="dusk", people="one", motif="sea")
BRIEF = Brief("a pier", ("sea",), "longing", (), "", "", (), "rules", "indie", concepts=(PIER,))


def spec(press: str, side: int = 160, seed: int = 5, **more: object) -> DrawSpec:
    brief = replace(BRIEF, **{"concepts": (replace(PIER, press=press),), **more})  # type: ignore[arg-type]
    return DrawSpec(brief, 0, 1, seed=seed, set_seed=seed, width=side, height=side, title="부두에서", artist="유진")


def draw(*specs: DrawSpec) -> list[Drawn]:
    return list(PosterEngine().draw(specs, lambda _step: True))


def pixels(picture: Drawn, side: int = 40) -> np.ndarray:
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX)).astype(np.int16)


@pytest.mark.parametrize("press", PRESSES)
def test_each_press_prints_the_place_of_the_song(press: str) -> None:
    here, again, elsewhere = draw(
        spec(press), spec(press), spec(press, concepts=(replace(PIER, scene="lone_tree", press=press),))
    )
    said = here.parameters
    assert (said["style"], said["composition"], said["scene"]) == (PRINTED_PLACE, press, "pier")
    assert (said["hour"], said["people"]) == ("dusk", "one")
    assert here.rgb == again.rgb
    assert np.abs(pixels(here) - pixels(elsewhere)).mean() > 4, "another place is another picture"


@pytest.mark.parametrize("press", PRESSES)
def test_a_print_is_the_same_picture_at_every_size_and_its_title_can_be_read(press: str) -> None:
    small, large = draw(spec(press, 320), spec(press, 800))
    assert np.abs(pixels(small, 24) - pixels(large, 24)).mean() < 9
    assert small.type_plan
    assert large.type_plan
    assert small.type_plan.title_zones[0] == large.type_plan.title_zones[0]
    assert set_title(spec(press, 320), small).size == (320, 320), "and nothing of the title is lost"


def test_four_prints_of_one_song_are_of_four_presses_and_of_its_places_only() -> None:
    concepts = (
        replace(PIER, kind="scene", style=""), replace(PIER, kind="moment", style="", hour="night", source="again"), PIER,
        Concept("matter", style="type_light", source="title", line="부두에서"),
    )  # fmt: skip
    brief = replace(BRIEF, style=PRINTED_PLACE, concepts=concepts)
    ideas = plan_set(brief, 3, 4, "부두에서")
    assert len({idea.composition for idea in ideas}) == 4
    assert {idea.concept.scene for idea in ideas if idea.concept} == {"pier"}


@pytest.mark.parametrize("mood", MOODS)
def test_no_press_speaks_against_the_mood(mood: str) -> None:
    chosen = {
        plan_set(replace(BRIEF, mood=mood), seed, 1, "부두에서")[0].composition for seed in range(60)
    }  # fmt: skip
    assert len(chosen) > 3
    assert ("xerox" in chosen) == (mood in ("anger", "rebellion", "swagger", "night", "mystery", "heartbreak"))


def test_a_place_of_mist_and_glow_is_not_printed_in_flat_inks() -> None:
    for scene in ("fog_ridges", "sign_alley"):
        brief = replace(BRIEF, mood="anger", concepts=(replace(PIER, scene=scene),))
        chosen = {plan_set(brief, seed, 1, "부두에서")[0].composition for seed in range(40)}
        assert chosen == {"duotone", "halftone", "engraving"}


def test_a_song_without_a_place_has_a_print_all_the_same() -> None:
    for seed in range(3):
        (picture,) = draw(spec("", 96, seed, concepts=(), style=PRINTED_PLACE))
        assert picture.parameters["scene"] in {scene for scenes in PLACES.values() for scene in scenes}


def test_its_words_say_the_place_and_the_press() -> None:
    korean = alt_text(
        BRIEF, "부두에서", "유진", "ko", scene_key="pier", hour="dusk", style=PRINTED_PLACE, treatment="halftone"
    )
    english = alt_text(
        BRIEF, "Pier", "Eugene", "en", scene_key="pier", hour="dusk", style=PRINTED_PLACE, treatment="halftone"
    )
    assert "부두" in korean
    assert "망점" in korean
    assert "pier" in english.lower()
    assert "printed in coarse dots, cover for ‘Pier’ by Eugene" in english
    assert "판화" in pictured_in(PIER, "ko")
    assert pictured_in(PIER, "en").endswith("as a print")
