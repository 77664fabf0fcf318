"""Several people in shared steps: each learns what they would have learnt alone, whatever happens to the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from covers.engine.sdxl.vae import LatentDistribution
from personalize.dreambooth.face_contract import FaceProgress, TrainingFailed, TrainingStage
from personalize.dreambooth.face_dataset import FacePreparation
from tests.personalize.dreambooth.trainings import TOKEN, Watcher, spec, steps_of, train, trained, weights

STEPS = 6
TOLERANCE = 0.01
"""Share of the way that the weights went: products of a larger batch are rounded in another order, and Adam makes steps of
it where a gradient is nothing but rounding.
"""


def apart(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> float:
    """The distance of two adapters, as a share of how far the second is from none (its `lora_B` begin at nothing)."""
    ups = [name for name in ours if ".lora_B." in name]
    difference = sum((ours[name] - theirs[name]).square().sum() for name in ups)
    return float((difference / sum(theirs[name].square().sum() for name in ups)) ** 0.5)


@pytest.fixture(scope="module")
def plans() -> dict[str, dict[str, object]]:
    """Of three people, who have little in common but the base model."""
    return {
        "ann": {"seed": 1, "max_train_steps": STEPS},
        "bob": {"seed": 2, "max_train_steps": STEPS, "train_batch_size": 2, "with_prior_preservation": False},
        "eve": {"seed": 3, "max_train_steps": STEPS - 2, "learning_rate": 3e-3, "max_grad_norm": 0.5, "count": 4},
    }


@pytest.fixture(scope="module")
def alone(plans, tiny_sdxl, class_folder, tmp_path_factory) -> dict[str, dict[str, torch.Tensor]]:
    return {
        name: weights(trained(spec(tiny_sdxl, tmp_path_factory.mktemp(name), class_folder, run_id=name, **own))[name])
        for name, own in plans.items()
    }


def specs(plans, checkpoint: Path, folder: Path, class_folder: Path):
    return [spec(checkpoint, folder / name, class_folder, run_id=name, **own) for name, own in plans.items()]


def test_each_ends_as_if_alone(plans, alone, tiny_sdxl, class_folder, tmp_path):
    watcher = Watcher()
    results = trained(*specs(plans, tiny_sdxl, tmp_path, class_folder), watcher=watcher)
    assert list(results) == ["eve", "ann", "bob"], "who has fewer steps is done first"
    for name, result in results.items():
        assert apart(weights(result), alone[name]) < TOLERANCE, name
        taught = [one for one in watcher.of(name, TrainingStage.TRAIN) if one.loss is not None]
        assert steps_of(taught) == list(range(1, result.steps + 1))
        assert tuple(one.loss for one in taught) == result.losses


def test_passes_of_few_rows_change_nothing(plans, alone, tiny_sdxl, class_folder, tmp_path):
    results = trained(*specs(plans, tiny_sdxl, tmp_path, class_folder), max_rows=3)
    assert max(apart(weights(result), alone[name]) for name, result in results.items()) < TOLERANCE


def test_one_who_is_stopped_leaves_the_others_as_they_were(plans, alone, tiny_sdxl, class_folder, tmp_path):
    def is_enough(progress: FaceProgress) -> bool:
        return progress.run_id == "ann" and progress.stage is TrainingStage.TRAIN and progress.step == 2

    watcher = Watcher(is_enough)
    results = trained(*specs(plans, tiny_sdxl, tmp_path, class_folder), watcher=watcher)
    assert set(results) == {"bob", "eve"}
    assert max(one.step for one in watcher.of("ann", TrainingStage.TRAIN)) == 2, "it ends within one step"
    assert not (tmp_path / "ann" / "work" / "adapter.safetensors").exists()
    assert max(apart(weights(result), alone[name]) for name, result in results.items()) < TOLERANCE


def test_one_whose_numbers_run_away_fails_alone(plans, alone, tiny_sdxl, class_folder, tmp_path, monkeypatch):
    usual = FacePreparation._examples

    def poisoned(self, pending):
        examples = usual(self, pending)
        if pending.run_id == "bob":
            photos = examples.photos
            examples = type(examples)(
                LatentDistribution(photos.mean * np.nan, photos.std), examples.time_ids, None, examples.class_time_ids
            )
        return examples

    monkeypatch.setattr(FacePreparation, "_examples", poisoned)
    results = train(*specs(plans, tiny_sdxl, tmp_path, class_folder))
    failed = results.pop("bob")
    assert isinstance(failed, TrainingFailed)
    assert failed.message_id == "training:not-finite"
    assert "step 1" in failed.detail
    assert max(apart(weights(result), alone[name]) for name, result in results.items()) < TOLERANCE


def test_a_photo_that_is_none_fails_its_run_alone(tiny_sdxl, class_folder, tmp_path):
    good = spec(tiny_sdxl, tmp_path / "good", class_folder, run_id="good", max_train_steps=1)
    bad = spec(tiny_sdxl, tmp_path / "bad", class_folder, run_id="bad", max_train_steps=1)
    bad.instance_photos[0].path.write_bytes(b"no picture")
    results = train(good, bad)
    assert results["bad"] == TrainingFailed("bad", "training:bad-photo", results["bad"].detail)
    assert results["good"].steps == 1


def test_an_identifier_of_several_tokens_fails_its_run_alone(tiny_sdxl, class_folder, tmp_path):
    from dataclasses import replace

    good = spec(tiny_sdxl, tmp_path / "good", class_folder, run_id="good", max_train_steps=1)
    bad = replace(good, run_id="bad", identifier_token=TOKEN * 3, work_folder=tmp_path / "bad")
    results = train(good, bad)
    assert results["bad"].message_id == "training:bad-identifier"
    assert results["good"].steps == 1


def test_what_the_callback_raises_is_handed_on(tiny_sdxl, class_folder, tmp_path):
    def shout(progress: FaceProgress) -> bool:
        if progress.stage is TrainingStage.TRAIN:
            raise RuntimeError("a time-out of the job")
        return True

    with pytest.raises(RuntimeError, match="a time-out of the job"):
        train(spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=1), watcher=shout)
