"""What a weekly training does where its options leave it open: steps, learning rates, pictures a step."""

from __future__ import annotations

import math
from dataclasses import dataclass

from covers.training.lora.recipe import RANK, SMALL_RANK, Ground, check_options, default_precision, refuse
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


@dataclass(frozen=True)
class Recipe:
    """Options with all gaps filled. lr_scheduler: "constant", or "cosine" down to nothing at the last step."""

    resolution: int
    rank: int
    lora_alpha: float
    learning_rate: float
    lr_scheduler: str
    max_train_steps: int
    train_batch_size: int
    snr_gamma: float | None
    ema_decay: float | None
    caption_dropout: float
    mixed_precision: str
    max_grad_norm: float
    beta_dpo: float
    max_preference_steps: int
    preference_learning_rate: float
    checkpoint_every_steps: int
    seed: int

    def learning_rate_at(self, step: int) -> float:
        """Of the step after so many were taken."""
        if self.lr_scheduler == "constant":
            return self.learning_rate
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.max_train_steps)))

    def ema_decay_at(self, step: int) -> float:
        """Of the average after so many steps: short at first, so that it does not remember the beginning for long.

        min(decay, (1 + step) / (10 + step)), as diffusers' `EMAModel` has it without its warm-up.
        """
        return 0.0 if self.ema_decay is None else min(self.ema_decay, (1 + step) / (10 + step))


def recipe_for(options: FineTuneOptions, ground: Ground, images: int, pairs: int) -> Recipe:
    """images, pairs: how many are trained on. Raises EngineError "training:bad-options"."""
    check(options, ground, pairs)
    small = ground.is_small
    rank = options.rank or (SMALL_RANK if small else RANK)
    batch = options.train_batch_size or (SMALL_BATCH if small else BATCH)
    return Recipe(
        resolution=options.resolution or ground.side,
        rank=rank,
        lora_alpha=float(rank if options.lora_alpha is None else options.lora_alpha),
        learning_rate=options.learning_rate or (SMALL_LEARNING_RATE if small else LEARNING_RATE),
        # A small checkpoint's rate is a high one, which leaves noise in the pictures unless it ends low.
        lr_scheduler="cosine" if small and options.learning_rate is None else "constant",
        max_train_steps=steps_for(options, images, batch, is_small=small),
        train_batch_size=batch,
        snr_gamma=gamma_for(options, is_small=small),
        ema_decay=options.ema_decay,
        caption_dropout=options.caption_dropout,
        mixed_precision=options.mixed_precision or default_precision(ground),
        max_grad_norm=options.max_grad_norm,
        beta_dpo=options.beta_dpo,
        max_preference_steps=options.max_preference_steps,
        preference_learning_rate=SMALL_PREFERENCE_RATE if small else PREFERENCE_RATE,
        checkpoint_every_steps=options.checkpoint_every_steps,
        seed=options.seed,
    )


def gamma_for(options: FineTuneOptions, *, is_small: bool) -> float | None:
    """Of min-SNR weights. The small checkpoint's schedule ends in pure noise; colours are decided there, where they are nought."""
    if options.snr_gamma is None:
        return None if is_small else SNR_GAMMA
    return options.snr_gamma or None


def steps_for(options: FineTuneOptions, images: int, batch: int, *, is_small: bool) -> int:
    """Optimiser steps: as told, or so many epochs, or ours within bounds."""
    each = math.ceil(images / batch)
    if options.max_train_steps is not None:
        return options.max_train_steps
    if options.num_train_epochs is not None:
        return each * options.num_train_epochs
    if is_small:
        return min(max(each * SMALL_EPOCHS, SMALL_LEAST_STEPS), SMALL_MOST_STEPS)
    return min(max(each * EPOCHS, LEAST_STEPS), MOST_STEPS)


def check(options: FineTuneOptions, ground: Ground, pairs: int) -> None:
    """Raises EngineError "training:bad-options" for what cannot be trained with."""
    least_one = ("train_batch_size", "rank", "num_train_epochs", "max_train_steps")
    above_zero = ("learning_rate", "lora_alpha", "max_grad_norm", "beta_dpo")
    check_options(options, ground, least_one, above_zero)
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
