"""What a weekly training does where its options leave it open: steps, learning rates, pictures a step."""

from __future__ import annotations

import math
from dataclasses import dataclass

from covers.training.lora.lora_recipe import BaseModelInfo, LoraRecipe, check_options, refuse, shared_fields
from covers.training.training_contract import FineTuneOptions

BATCH, EPOCHS, LEAST_STEPS, MOST_STEPS = 4, 10, 100, 2000
LEARNING_RATE = 1e-4
"""diffusers' text-to-image script for SDXL with LoRA, README_sdxl.md: 1e-4."""
PREFERENCE_RATE = 1e-5
"""diffusers' Diffusion-DPO script for SDXL with LoRA (examples/research_projects/diffusion_dpo): 1e-5."""

SNR_GAMMA = 5.0
"""The paper's, and diffusers' advice."""

SMALL_BATCH, SMALL_EPOCHS, SMALL_LEAST_STEPS, SMALL_MOST_STEPS = 8, 12, 100, 120
SMALL_LEARNING_RATE, SMALL_PREFERENCE_RATE = 1e-3, 2e-4
"""Measured with the pocket checkpoint, see docs/training.md."""


@dataclass(frozen=True, kw_only=True)
class FineTuneRecipe(LoraRecipe):
    """Options with all gaps filled."""

    train_batch_size: int
    ema_decay: float | None
    caption_dropout: float
    beta_dpo: float
    max_preference_steps: int
    preference_learning_rate: float

    def ema_decay_at(self, step: int) -> float:
        """Of the average after so many steps: short at first, so that it does not remember the beginning for long.

        min(decay, (1 + step) / (10 + step)), as diffusers' `EMAModel` has it without its warm-up.
        """
        return 0.0 if self.ema_decay is None else min(self.ema_decay, (1 + step) / (10 + step))


def recipe_for(options: FineTuneOptions, base_model_info: BaseModelInfo, images: int, pairs: int) -> FineTuneRecipe:
    """images, pairs: how many are trained on. Raises EngineError "training:bad-options"."""
    check(options, base_model_info, pairs)
    small = base_model_info.is_small
    batch = options.train_batch_size or (SMALL_BATCH if small else BATCH)
    return FineTuneRecipe(
        **shared_fields(options, base_model_info, learning_rate=LEARNING_RATE, small_learning_rate=SMALL_LEARNING_RATE),
        max_train_steps=steps_for(options, images, batch, is_small=small),
        train_batch_size=batch,
        snr_gamma=gamma_for(options, is_small=small),
        ema_decay=options.ema_decay,
        caption_dropout=options.caption_dropout,
        beta_dpo=options.beta_dpo,
        max_preference_steps=options.max_preference_steps,
        preference_learning_rate=SMALL_PREFERENCE_RATE if small else PREFERENCE_RATE,
    )


def gamma_for(options: FineTuneOptions, *, is_small: bool) -> float | None:
    """Of min-SNR weights. The small checkpoint's schedule ends in pure noise; colours are decided there, where they are nought."""
    if options.snr_gamma is None:
        return None if is_small else SNR_GAMMA
    return options.snr_gamma or None


def steps_for(options: FineTuneOptions, images: int, batch: int, *, is_small: bool) -> int:
    """Optimizer steps: as the options say, or so many epochs, or ours within bounds."""
    each = math.ceil(images / batch)
    if options.max_train_steps is not None:
        return options.max_train_steps
    if options.num_train_epochs is not None:
        return each * options.num_train_epochs
    if is_small:
        return min(max(each * SMALL_EPOCHS, SMALL_LEAST_STEPS), SMALL_MOST_STEPS)
    return min(max(each * EPOCHS, LEAST_STEPS), MOST_STEPS)


def check(options: FineTuneOptions, base_model_info: BaseModelInfo, pairs: int) -> None:
    """Raises EngineError "training:bad-options" for what cannot be trained with."""
    least_one = ("train_batch_size", "rank", "num_train_epochs", "max_train_steps")
    above_zero = ("learning_rate", "lora_alpha", "max_grad_norm", "beta_dpo")
    check_options(options, base_model_info, least_one, above_zero)
    if options.snr_gamma is not None and not 0 <= options.snr_gamma < float("inf"):
        refuse(f"snr_gamma {options.snr_gamma}: at least 0")
    if not 0 <= options.caption_dropout < 1:
        refuse(f"caption_dropout {options.caption_dropout}: from 0 to less than 1")
    if options.ema_decay is not None and not 0 <= options.ema_decay < 1:
        refuse(f"ema_decay {options.ema_decay}: from 0 to less than 1")
    if options.max_preference_steps < 0 or options.checkpoint_every_steps < 0:
        refuse("max_preference_steps, checkpoint_every_steps: at least 0")
    if options.max_preference_steps and not pairs:
        refuse("max_preference_steps: there are no pairs")
