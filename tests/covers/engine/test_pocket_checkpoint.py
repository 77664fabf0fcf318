"""The pocket checkpoint in the repository: plain diffusers loads it, it is small, and it does what it is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionXLPipeline
from PIL import Image

from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import DrawSpec
from covers.engine.pocket.engine import PocketEngine
from covers.engine.pocket.words import CHECKPOINT, COLOURS
from covers.engine.poster.color import oklch, rgb_of
from covers.training.pocket import checkpoint_files, prompt_following
from covers.training.pocket.pocket_recipe import recipe_of
from tests.covers.engine.posters import pixels

MOST_BYTES = 40_000_000


@pytest.fixture(scope="module")
def pipeline() -> StableDiffusionXLPipeline:
    return checkpoint_files.load_pocket()


@pytest.fixture(scope="module")
def engine() -> PocketEngine:
    return PocketEngine()


def spec(position: int, prompt: str = "", side: int = 256) -> DrawSpec:
    brief = Brief("", ("cat", "house", "moon"), "night", (), "", "", (), "rules")
    return DrawSpec(brief, position, 4, seed=100 + position, set_seed=7, width=side, height=side, prompt=prompt)


def nearest(pixel: np.ndarray) -> str:
    return min(COLOURS, key=lambda name: np.square(pixel.astype(float) - rgb_of(oklch(*COLOURS[name]))).sum())


def test_it_is_small_and_holds_nothing_that_can_run_code() -> None:
    assert checkpoint_files.size_bytes(CHECKPOINT) <= MOST_BYTES
    suffixes = {file.suffix for file in CHECKPOINT.rglob("*") if file.is_file()}
    assert suffixes <= {".safetensors", ".json", ".txt", ".md", ".webp"}


def test_its_card_tells_its_figures_its_data_and_how_to_train_it_again() -> None:
    card = (CHECKPOINT / "README.md").read_text(encoding="utf-8")
    for what in ("train_pocket", "measure_pocket", "licence", "unseen combinations", "the judge on renders"):
        assert what in card
    assert Image.open(CHECKPOINT / "samples.webp").width >= 12 * 128


def test_it_obeys_words_about_colour_and_motif(pipeline: StableDiffusionXLPipeline) -> None:
    recipe = recipe_of(CHECKPOINT)
    result, _ = prompt_following.measure(recipe, pipeline, checkpoint_files.load_classifier(recipe), count=48, steps=12)
    assert result.colour >= 0.9
    assert result.ground >= 0.9
    assert result.motif >= 0.8


def test_the_judge_is_worth_believing() -> None:
    recipe = recipe_of(CHECKPOINT)
    result = prompt_following.on_renders(recipe, checkpoint_files.load_classifier(recipe))
    assert min(result.motif, result.colour, result.ground) >= 0.95
    assert result.count == 400


@pytest.mark.parametrize("ground", COLOURS)
def test_the_corners_have_the_colour_of_the_ground_that_was_asked_for(engine: PocketEngine, ground: str) -> None:
    colour = "white" if ground not in ("white", "yellow") else "black"
    drawn = next(iter(engine.draw([spec(0, f"a {colour} heart on a {ground} ground")], lambda _step: True)))
    seen = pixels(drawn)
    corners = [seen[y, x] for y in (12, -12) for x in (12, -12)]
    assert [nearest(corner) for corner in corners].count(ground) >= 3


def test_a_brief_becomes_four_pictures_at_the_size_of_the_site(engine: PocketEngine) -> None:
    drawn = list(engine.draw([spec(place) for place in range(4)], lambda _step: True))
    assert [(each.position, each.width, each.height) for each in drawn] == [(place, 256, 256) for place in range(4)]
    assert len({each.rgb for each in drawn}) == 4
    assert all(pixels(each).std() > 10 for each in drawn)


def test_the_engine_draws_what_plain_diffusers_draws_with_it(pipeline: StableDiffusionXLPipeline) -> None:
    prompts = ["a red heart on a blue ground", "a yellow star on a black ground"]
    settings = {"num_inference_steps": 8, "guidance_scale": 4.0}
    engine = PocketEngine()
    specs = [replace(spec(place, prompt, side=128), **settings) for place, prompt in enumerate(prompts)]
    ours = list(engine.draw(specs, lambda _step: True))
    for one, prompt, drawn in zip(specs, prompts, ours, strict=True):
        generator = torch.Generator().manual_seed(one.seed)
        theirs = pipeline(prompt, generator=generator, output_type="np", **settings).images[0]
        assert np.abs(pixels(drawn) - 255 * theirs).max() <= 0.5 + 255e-3
