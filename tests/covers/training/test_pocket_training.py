"""The whole road from nothing to a checkpoint that plain diffusers loads, on a recipe of a few steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from diffusers import StableDiffusionXLPipeline

from covers.training.pocket import pocket_recipe as recipes
from covers.training.pocket.pocket_training import PocketTraining
from tests.photographs import FOLDER

MICRO = replace(
    recipes.CPU,
    name="micro",
    motifs=("heart", "star", "sun", "owl"),
    side=64,
    vae_channels=(8, 8, 8, 16),
    unet_channels=(8, 16, 32),
    crop_side=32,
    vae_pictures=16,
    vae_batch=4,
    vae_steps=4,
    renders_per_subject=1,
    unet_batch=4,
    unet_steps=3,
    first_motifs=("heart",),
    first_steps=1,
    classifier_steps=2,
)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PocketTraining:
    monkeypatch.setattr(recipes, "RECIPES", {"micro": MICRO})
    return PocketTraining(MICRO, tmp_path / "work", FOLDER, "cpu", most_threads=1)


def test_it_stops_when_its_time_is_up_and_ends_with_a_checkpoint(studio: PocketTraining, tmp_path: Path) -> None:
    assert not studio.train(minutes=0)
    assert studio.train(minutes=10)
    folder = tmp_path / "checkpoint"
    studio.export(folder, count=4)
    assert {file.suffix for file in folder.rglob("*") if file.is_file()} <= {
        ".safetensors",
        ".json",
        ".md",
        ".webp",
        ".txt",
    }
    pipeline = StableDiffusionXLPipeline.from_pretrained(folder, use_safetensors=True)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline("a red heart on a blue ground", num_inference_steps=2).images[0]
    assert picture.size == (64, 64)
    card = (folder / "README.md").read_text()
    assert "| the judge on renders | 4 |" in card
    assert "3 of 3 steps" in card
    assert recipes.recipe_of(folder) == MICRO
