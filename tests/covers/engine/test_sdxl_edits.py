"""A picture is changed in part: what lies outside the mask stays as it is, to the pixel, and the recipe gives the same again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from albumsite.errors import EngineError
from covers.edits.diffusion_edit import EDIT_BOUNDS, MASK_FEATHER, DiffusionEdit, EditBounds, spec_of_edit
from covers.engine import DRAWS_FROM_PICTURES
from covers.engine.pocket.captioning import caption_pattern, prompt_for
from covers.engine.pocket.words import FEW_MOTIFS
from covers.engine.scheduler_names import SCHEDULER_NAMES
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.image_processor import feathered
from covers.engine.sdxl.schedulers import SCHEDULERS
from tests.covers.engine.by_diffusers import assert_equal, by_diffusers, draw, mask, picture, png
from tests.covers.engine.posters import pixels
from tests.covers.engine.specs import Watcher, spec

EDIT = DiffusionEdit("blue rain", "text", 0.8, 4, 5.0, "euler", seed=3)


def changed(engine: SdxlEngine, place: Image.Image | None, edit: DiffusionEdit = EDIT, side: int = 64) -> np.ndarray:
    wanted = spec(width=side, height=side)
    image = png(picture(side, side))
    [drawn] = draw(engine, spec_of_edit(wanted, edit, image=image, mask=png(place) if place else None))
    return pixels(drawn)


@pytest.mark.parametrize("side", [64, 200])
def test_outside_the_mask_not_a_pixel_changes_and_inside_they_do(engine, side):
    place = mask(side, side)
    before, after = np.asarray(picture(side, side)), changed(engine, place, side=side)
    inside = np.asarray(place) > 127
    assert (after[~inside] == before[~inside]).all()
    assert (after[inside] != before[inside]).any(axis=-1).mean() > 0.9


def test_deep_inside_the_mask_it_is_what_diffusers_draws_and_from_the_edge_on_it_fades_in(engine, plain):
    wanted = spec_of_edit(spec(), EDIT, image=png(picture()), mask=png(mask()))
    whole = by_diffusers(plain, wanted) * 255
    before, after = np.asarray(picture()).astype(float), pixels(draw(engine, replace(wanted, mask_feather=4 / 64))[0])
    near = 0.5 + 0.255
    assert np.abs(after[20:28, 20:60] - whole[20:28, 20:60]).max() <= near, "from the fourth pixel on"
    for row, share in ((16, 1 / 4), (17, 2 / 4), (18, 3 / 4)):
        assert np.abs(after[row, 30] - (before + (whole - before) * share)[row, 30]).max() <= 2 * near


@pytest.mark.parametrize("place", [None, mask()], ids=["whole", "part"])
@pytest.mark.parametrize("strength", [0.05, 0.6])
def test_an_edit_equals_the_pipeline_of_diffusers(engine, plain, strength, place):
    edit = replace(EDIT, strength=strength, num_inference_steps=20, scheduler="dpmpp_2m_karras")
    wanted = spec_of_edit(spec(), edit, image=png(picture()), mask=png(place) if place else None)
    [drawn] = draw(engine, replace(wanted, mask_feather=None))
    assert_equal(drawn, by_diffusers(plain, wanted))


def test_a_stroke_that_is_thinner_than_the_feather_is_drawn_all_the_same():
    stroke = np.zeros((64, 64), np.float32)
    stroke[30:33] = 1
    assert feathered(stroke, 12).max() == 1
    assert feathered(stroke, 12)[stroke == 0].max() == 0
    assert feathered(np.zeros((8, 8), np.float32), 3).max() == 0


@pytest.mark.parametrize("place", [None, mask()], ids=["whole", "part"])
def test_the_recipe_drawn_again_gives_the_same_pixels_also_beside_others(engine, place):
    """Its engine, its seed, the edit and the mask."""
    first = changed(engine, place)
    assert (changed(engine, place) == first).all()
    wanted = spec_of_edit(spec(), EDIT, image=png(picture()), mask=png(place) if place else None)
    other = spec_of_edit(spec(position=1), replace(EDIT, seed=9), image=png(picture()),
                         mask=png(place) if place else None)  # fmt: skip
    beside, second = draw(engine, wanted, other)
    assert np.abs(pixels(beside) - first).max() <= 1
    assert (pixels(second) != first).any()


def test_more_strength_changes_more(engine):
    before = np.asarray(picture()).astype(int)
    by_strength = [
        np.abs(changed(engine, None, replace(EDIT, strength=strength)) - before).mean() for strength in (0.05, 0.5, 1.0)
    ]
    assert by_strength == sorted(by_strength)


def test_a_feather_that_cannot_be_is_refused(engine):
    with pytest.raises(EngineError) as caught:
        list(engine.draw([spec(image=png(picture()), mask=png(mask()), mask_feather=2.0)], Watcher()))
    assert caught.value.message_id == "engine:bad-spec"


def test_a_change_takes_nothing_else_of_the_first_picture_along():
    wanted = spec_of_edit(spec(feature_reuse="fast", guidance_rescale=0.5), EDIT, image=b"image", mask=b"mask")
    assert (wanted.prompt, wanted.negative_prompt, wanted.seed, wanted.strength) == ("blue rain", "text", 3, 0.8)
    assert (wanted.feature_reuse, wanted.guidance_rescale, wanted.mask_feather) == ("off", 0.5, MASK_FEATHER)
    assert spec_of_edit(spec(), EDIT, image=b"image", mask=None).mask_feather is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": ""},
        {"prompt": "a" * 1001},
        {"strength": 0.04},
        {"strength": float("nan")},
        {"num_inference_steps": 0},
        {"num_inference_steps": 61},
        {"guidance_scale": -1},
        {"scheduler": "magic"},
        {"seed": -1},
    ],
    ids=str,
)
def test_an_edit_that_no_engine_draws_is_none(wrong):
    with pytest.raises(ValueError, match="not an edit"):
        replace(EDIT, **wrong).check(EditBounds())


def test_schedulers_on_the_form_are_those_that_the_engine_has():
    assert set(SCHEDULER_NAMES) == set(SCHEDULERS)
    assert set(EDIT_BOUNDS) == DRAWS_FROM_PICTURES
    EDIT.check(EditBounds())
    assert DiffusionEdit.from_json(EDIT.as_json()) == EDIT


@pytest.mark.parametrize(
    ("prompt", "drawn"),
    [
        ("a green guitar in the rain on black", "a green guitar on a black ground"),
        ("two cats, pink, by night, on a blue sea", "a pink cat on a blue ground"),
        ("a red heart on red", "a red heart on a black ground"),
    ],
)
def test_the_small_checkpoint_hears_what_it_knows_of_the_words_for_a_change(prompt, drawn):
    wanted = spec(prompt=prompt, image=b"image")
    assert prompt_for(wanted, FEW_MOTIFS, caption_pattern(FEW_MOTIFS)) == drawn
