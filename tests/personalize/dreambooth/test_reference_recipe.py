"""A training has the losses and ends at the weights of the public recipe: diffusers' DreamBooth script for SDXL with LoRA.

The recipe is written here anew from the papers and on the libraries' own calls, with peft's modules instead of ours, the
pictures encoded in every step, and the same pictures, noise and timesteps.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler, StableDiffusionXLPipeline
from peft import LoraConfig, get_peft_model_state_dict, set_peft_model_state_dict
from PIL import Image
from torch import Tensor
from torch.nn import functional

from covers.training.lora.adapters import fresh_matrices, peft_state
from covers.training.lora.lora_recipe import BaseModelInfo, target_modules
from personalize.dreambooth.face_contract import TrainingSpec
from personalize.dreambooth.face_recipe import recipe_for
from personalize.dreambooth.instance_and_class_draws import class_draw, instance_draw
from tests.personalize.dreambooth.trainings import spec, trained, weights

STEPS, SIDE, RANK = 8, 64, 4
LOSS_TOLERANCE = 1e-4
WEIGHT_TOLERANCE = 0.01
"""Share of the way that the weights went. Not of each value: where a gradient is nothing but rounding, Adam makes whole steps
of it.
"""


class Recipe:
    """One person by the public recipe, in float32."""

    def __init__(self, checkpoint: Path, wanted: TrainingSpec, class_pictures: list[Path]) -> None:
        self.options, self.spec = wanted.options, wanted
        self.pipeline = StableDiffusionXLPipeline.from_pretrained(checkpoint, add_watermarker=False)
        self.unet = self.pipeline.unet.requires_grad_(False).train()
        names = target_modules(self.unet, is_small=True)
        base_model_info = BaseModelInfo(1, SIDE, 8, "cpu")
        matrices = fresh_matrices(self.unet, recipe_for(wanted.options, base_model_info, 3), names)
        self.unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=names))
        set_peft_model_state_dict(self.unet, peft_state(matrices))
        self.learnt = [weight for weight in self.unet.parameters() if weight.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.learnt, lr=self.options.learning_rate, betas=(0.9, 0.999), weight_decay=1e-4, eps=1e-8
        )
        config = dict(self.pipeline.scheduler.config)
        kept = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "rescale_betas_zero_snr",
                "prediction_type")  # fmt: skip
        self.scheduler = DDPMScheduler(**{name: config[name] for name in kept if name in config})
        self.photos = [self._pixels(photo.path) for photo in wanted.instance_photos]
        self.class_pictures = [self._pixels(path) for path in class_pictures]
        with torch.no_grad():
            self.texts = {
                prompt: self.pipeline.encode_prompt(prompt, do_classifier_free_guidance=False)
                for prompt in (wanted.instance_prompt, wanted.class_prompt)
            }

    @staticmethod
    def _pixels(path: Path) -> Tensor:
        image = Image.open(path).convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        return torch.from_numpy(np.asarray(image, np.float32) / 127.5 - 1).permute(2, 0, 1)

    def losses(self, steps: int) -> list[float]:
        return [self._step(number) for number in range(steps)]

    def _step(self, number: int) -> float:
        shape = (4, SIDE // 8, SIDE // 8)
        common = {"shape": shape, "timesteps": 1000}
        batch = self.options.train_batch_size
        numbers = range(number * batch, (number + 1) * batch)
        seed = self.options.seed
        instance = [instance_draw(seed, n, count=len(self.photos), with_flip=True, **common) for n in numbers]
        drawn = [(self.photos[noise_draw.index], noise_draw, self.spec.instance_prompt) for noise_draw in instance]
        if self.options.with_prior_preservation:
            frozen_rows = [class_draw(seed, n, count=len(self.class_pictures), **common) for n in numbers]
            drawn += [
                (self.class_pictures[noise_draw.index], noise_draw, self.spec.class_prompt)
                for noise_draw in frozen_rows
            ]
        loss = self._loss(drawn)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.learnt, self.options.max_grad_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return float(loss.detach())

    def _loss(self, drawn: list) -> Tensor:
        vae = self.pipeline.vae
        with torch.no_grad():
            pixels = torch.stack([one.flip(-1) if noise_draw.is_flipped else one for one, noise_draw, _ in drawn])
            said = vae.encode(pixels).latent_dist
            posterior = torch.stack([noise_draw.posterior for _, noise_draw, _ in drawn])
            latents = (said.mean + said.std * posterior) * vae.config.scaling_factor
        noise = torch.stack([noise_draw.noise for _, noise_draw, _ in drawn])
        timesteps = torch.tensor([noise_draw.timestep for _, noise_draw, _ in drawn])
        texts = [self.texts[prompt] for _, _, prompt in drawn]
        predicted = self.unet(
            self.scheduler.add_noise(latents, noise, timesteps),
            timesteps,
            torch.cat([text[0] for text in texts]),
            added_cond_kwargs={
                "text_embeds": torch.cat([text[2] for text in texts]),
                "time_ids": torch.tensor([[SIDE, SIDE, 0, 0, SIDE, SIDE]] * len(drawn), dtype=torch.float32),
            },
        ).sample
        is_velocity = self.scheduler.config.prediction_type == "v_prediction"
        target = self.scheduler.get_velocity(latents, noise, timesteps) if is_velocity else noise
        errors = functional.mse_loss(predicted, target, reduction="none").mean(dim=(1, 2, 3))
        if self.options.snr_gamma is not None:  # Hang et al. 2023, section 3.4
            signal = self.scheduler.alphas_cumprod[timesteps]
            snr = signal / (1 - signal)
            errors = errors * torch.clamp(snr, max=self.options.snr_gamma) / (snr + 1 if is_velocity else snr)
        if not self.options.with_prior_preservation:
            return errors.mean()
        instance, frozen_rows = errors.chunk(2)
        return instance.mean() + self.options.prior_loss_weight * frozen_rows.mean()

    def adapter(self) -> dict[str, Tensor]:
        return {f"unet.{name}": value.detach().clone() for name, value in get_peft_model_state_dict(self.unet).items()}


def class_pictures(folder: Path, count: int) -> list[Path]:
    found = sorted(folder.glob("*/*.webp"))
    assert len(found) >= count
    return found[:count]


@pytest.mark.parametrize(
    ("prediction", "options"),
    [
        ("epsilon", {"snr_gamma": None, "prior_loss_weight": 0.7}),
        ("v_prediction", {"snr_gamma": 5.0}),
        ("epsilon", {"snr_gamma": 5.0, "with_prior_preservation": False}),
        ("v_prediction", {"snr_gamma": None, "with_prior_preservation": False, "train_batch_size": 2}),
    ],
    ids=["noise, prior", "velocity, prior, min-SNR", "noise, min-SNR", "velocity, batch of two"],
)
def test_losses_and_weights_are_those_of_the_public_recipe(prediction, options, tiny_sdxl, tiny_velocity, tmp_path):
    checkpoint = tiny_sdxl if prediction == "epsilon" else tiny_velocity
    wanted = spec(checkpoint, tmp_path, tmp_path / "classes", max_train_steps=STEPS, lora_alpha=RANK, seed=3, **options)
    ours = trained(wanted)["run"]
    has_prior = wanted.options.with_prior_preservation
    theirs = Recipe(checkpoint, wanted, class_pictures(tmp_path / "classes", 2) if has_prior else [])
    before = theirs.adapter()
    losses = theirs.losses(STEPS)
    assert ours.losses == pytest.approx(losses, rel=LOSS_TOLERANCE, abs=1e-6)
    after = theirs.adapter()
    moved = distance(after, before)
    assert moved > 1
    assert distance(weights(ours), after) < WEIGHT_TOLERANCE * moved


def distance(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> float:
    """Euclidean, over all values."""
    assert ours.keys() == theirs.keys()
    return float(sum((ours[name] - theirs[name]).square().sum() for name in ours) ** 0.5)
