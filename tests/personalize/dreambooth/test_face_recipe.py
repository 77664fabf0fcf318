"""What a training does where its options leave it open, the forward process, crops, and likeness."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler
from PIL import Image

from albumsite.errors import EngineError
from covers.training.lora.lora_recipe import BaseModelInfo
from covers.training.lora.noise_scheduler import NoiseScheduler
from covers.training.lora.rng import shuffled_order
from personalize.dreambooth.face_contract import FaceBox, InstancePhoto, TrainingOptions
from personalize.dreambooth.face_recipe import recipe_for
from personalize.dreambooth.instance_and_class_draws import class_draw, instance_draw
from personalize.dreambooth.instance_photos import crop, split_photos, square_of, square_time_ids, trained_count
from personalize.dreambooth.likeness import PictureLikeness
from tests.personalize.pictures import portrait

FULL = BaseModelInfo(2_567_000_000, 1024, 32, "cuda", True)
POCKET = BaseModelInfo(7_000_000, 128, 32, "cpu")
CPU = torch.device("cpu")


@pytest.mark.parametrize(("photos", "steps"), [(4, 300), (10, 300), (15, 405), (100, 1200)])
def test_a_full_checkpoint_takes_27_steps_a_photo_and_300_at_least(photos, steps):
    recipe = recipe_for(TrainingOptions(), FULL, photos)
    assert (recipe.max_train_steps, recipe.samples, recipe.learning_rate) == (steps, 1, 1e-4)
    assert (recipe.lr_scheduler, recipe.mixed_precision, recipe.resolution) == ("constant", "bf16", 1024)


def test_a_card_draws_more_class_images_than_a_cpu():
    assert recipe_for(TrainingOptions(), FULL, 4).num_class_images == 50
    assert recipe_for(TrainingOptions(), FULL, 15).num_class_images == 150
    assert recipe_for(TrainingOptions(), POCKET, 4).num_class_images == 24
    assert recipe_for(TrainingOptions(with_prior_preservation=False), FULL, 4).num_class_images == 0


def test_options_win_over_rules():
    options = TrainingOptions(learning_rate=1e-5, max_train_steps=7, train_batch_size=2, gradient_accumulation_steps=3)
    recipe = recipe_for(options, POCKET, 4)
    assert (recipe.learning_rate, recipe.max_train_steps, recipe.samples) == (1e-5, 7, 6)
    assert {recipe.learning_rate_at(step) for step in range(7)} == {1e-5}


def test_a_small_checkpoints_rate_goes_down_to_nothing():
    recipe = recipe_for(TrainingOptions(), POCKET, 4)
    rates = [recipe.learning_rate_at(step) for step in (0, recipe.max_train_steps // 2, recipe.max_train_steps)]
    assert rates == pytest.approx([2e-3, 1e-3, 0])


@pytest.mark.parametrize(
    "options",
    [{"resolution": 100}, {"rank": 0}, {"learning_rate": -1.0}, {"learning_rate": float("nan")},
     {"mixed_precision": "fp16"}, {"mixed_precision": "int8"}, {"train_batch_size": 0}, {"prior_loss_weight": -1.0},
     {"seed": -1}, {"max_train_steps": 0}, {"num_class_images": 0}],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(EngineError, match="training:bad-options"):
        recipe_for(TrainingOptions(**options), POCKET, 4)


@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction"])
def test_noise_is_added_as_diffusers_adds_it(prediction_type):
    config = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
              "rescale_betas_zero_snr": prediction_type == "v_prediction", "prediction_type": prediction_type}  # fmt: skip
    ours, theirs = NoiseScheduler(config, CPU), DDPMScheduler(**config)
    latents, noise = torch.randn(2, 4, 8, 8).split(1), torch.randn(1, 4, 8, 8)
    for timestep in (0, 500, 999):
        at = torch.tensor([timestep])
        torch.testing.assert_close(ours.add_noise(latents[0], noise, at), theirs.add_noise(latents[0], noise, at))
        wanted = noise if prediction_type == "epsilon" else theirs.get_velocity(latents[0], noise, at)
        torch.testing.assert_close(ours.target(latents[0], noise, at), wanted)
        assert torch.isfinite(ours.min_snr_weights(at, 5.0)).all()
    assert ours.min_snr_weights(torch.tensor([0, 999]), None).tolist() == [1, 1]


def test_min_snr_weights_are_the_papers():
    noise = NoiseScheduler({"prediction_type": "epsilon"}, CPU)
    velocity = NoiseScheduler({"prediction_type": "v_prediction"}, CPU)
    at = torch.tensor([1, 300, 900])
    snr = noise.snr[at]
    torch.testing.assert_close(noise.min_snr_weights(at, 5.0), snr.clamp(max=5) / snr)
    torch.testing.assert_close(velocity.min_snr_weights(at, 5.0), snr.clamp(max=5) / (snr + 1))


def test_an_unknown_prediction_type_is_refused():
    with pytest.raises(EngineError, match="engine:model-broken"):
        NoiseScheduler({"prediction_type": "flow"}, CPU)


def test_every_photo_is_seen_once_a_round():
    common = {"count": 5, "with_flip": True, "shape": (4, 2, 2), "timesteps": 1000}
    seen = [instance_draw(7, number, **common).index for number in range(10)]
    assert sorted(seen[:5]) == sorted(seen[5:]) == [0, 1, 2, 3, 4]
    assert seen[:5] == list(shuffled_order(7, 0, 5))


def test_chances_depend_on_seed_and_number_alone():
    common = {"count": 5, "shape": (4, 2, 2), "timesteps": 1000}
    one, again, other = (class_draw(seed, 3, **common) for seed in (1, 1, 2))
    assert torch.equal(one.noise, again.noise)
    assert not torch.equal(one.noise, other.noise)
    assert not torch.equal(one.noise, one.posterior)


def test_a_square_is_around_the_face_and_inside_the_photo():
    left, top, side = square_of(400, 300, FaceBox(200, 100, 60, 60))
    assert left < 200
    assert top < 100
    assert left + side > 260
    assert 0 <= left <= left + side <= 400
    assert square_of(400, 300, None) == (50, 0, 300)
    wider = square_of(400, 300, FaceBox(200, 100, 60, 60), wider=1.3)
    assert wider[2] == round(side * 1.3)


def photo(path, width: int = 90, height: int = 70) -> InstancePhoto:
    noise = np.random.default_rng(len(path.name)).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return InstancePhoto(path)


def test_from_five_photos_on_one_is_held_out(tmp_path):
    five = [photo(tmp_path / f"{number}.png") for number in range(5)]
    photo_split = split_photos(five, 64)
    assert (len(photo_split.training), len(photo_split.held_out)) == (4, 1) == (trained_count(5), 1)
    four = split_photos(five[:4], 64)
    assert (len(four.training), len(four.held_out)) == (4, 4)
    assert not np.array_equal(four.training[0].pixels, four.held_out[0].pixels), "judged by other crops"
    with pytest.raises(EngineError, match="training:bad-photo"):
        split_photos([], 64)


def test_a_small_square_says_that_it_was_small(tmp_path):
    found = crop(photo(tmp_path / "a.png", 40, 40), 64)
    assert found.tensor.shape == (3, 64, 64)
    assert found.time_ids == (40, 40, 0, 0, 64, 64)
    assert square_time_ids(500, 64) == (64, 64, 0, 0, 64, 64)


def test_pictures_of_one_person_are_more_alike_than_others():
    def seen(variant: int) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(portrait(variant))).resize((128, 128)))

    metric = PictureLikeness([seen(0)])
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    assert metric.likeness([seen(0)]) == pytest.approx(1)
    assert metric.likeness([seen(0)[:, ::-1]]) == pytest.approx(1), "half of what is learnt from is mirrored"
    assert metric.likeness([seen(0), noise]) < metric.likeness([seen(0), seen(6)])
    assert metric.likeness([]) is None
