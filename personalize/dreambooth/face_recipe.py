"""What a training does where its options leave it to us: steps, learning rate, rank, modules, class images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from covers.training.lora.lora_recipe import BaseModelInfo, LoraRecipe, check_options, refuse, shared_fields
from personalize.dreambooth.face_contract import TrainingOptions

STEPS_PER_PHOTO, LEAST_STEPS, MOST_STEPS = 27, 300, 1200
"""Astria's rule for portraits: 27 image passes a photo, 300 at least (docs.astria.ai, flux-finetuning). The limit is ours."""
LEARNING_RATE = 1e-4
"""diffusers' DreamBooth script for SDXL with LoRA, README_sdxl.md: 1e-4 for 500 steps."""
SMALL_STEPS_PER_PHOTO, SMALL_LEAST_STEPS, SMALL_MOST_STEPS = 60, 300, 500
SMALL_LEARNING_RATE = 2e-3
SMALL_BATCH = 4
"""Measured with the pocket checkpoint, see docs/faces-training.md: it knows no people at all and must learn to draw one."""

CLASS_IMAGES_PER_PHOTO, LEAST_CLASS_IMAGES, MOST_CLASS_IMAGES = 10, 50, 200
"""On a card. The paper took 100 to 200 images (Ruiz et al. 2022, arXiv 2208.12242), the script's default is 100."""
SMALL_CLASS_IMAGES, PATIENT_CLASS_IMAGES = 24, 4
"""On a CPU: of a small checkpoint, and of a large one, where each takes minutes."""


@dataclass(frozen=True, kw_only=True)
class FaceRecipe(LoraRecipe):
    """Options with all gaps filled. samples: instance images of one optimizer step, however they are split."""

    samples: int
    prior_loss_weight: float
    num_class_images: int
    with_flip: bool
    sample_every_steps: int
    patience_checks: int

    @property
    def with_prior_preservation(self) -> bool:
        return self.num_class_images > 0

    @property
    def rows(self) -> int:
        """Of one optimizer step: instance images, and as many class images."""
        return self.samples * (1 + self.with_prior_preservation)


def default_steps(photos: int, *, is_small: bool) -> int:
    """Optimiser steps for so many photos, of one instance image each (of SMALL_BATCH for a small checkpoint)."""
    if is_small:
        return min(max(SMALL_STEPS_PER_PHOTO * photos, SMALL_LEAST_STEPS), SMALL_MOST_STEPS)
    return min(max(STEPS_PER_PHOTO * photos, LEAST_STEPS), MOST_STEPS)


def default_class_images(photos: int, *, kind: str, is_small: bool) -> int:
    """Class images to draw once for a base model and class prompt, for all people together."""
    if kind == "cpu":
        return SMALL_CLASS_IMAGES if is_small else PATIENT_CLASS_IMAGES
    return min(max(CLASS_IMAGES_PER_PHOTO * photos, LEAST_CLASS_IMAGES), MOST_CLASS_IMAGES)


def recipe_for(options: TrainingOptions, base_model_info: BaseModelInfo, photos: int) -> FaceRecipe:
    """photos: that are trained on. Raises EngineError "training:bad-options"."""
    check(options, base_model_info)
    small = base_model_info.is_small
    class_images = options.num_class_images
    if class_images is None:
        class_images = default_class_images(photos, kind=base_model_info.kind, is_small=small)
    is_left_to_us = small and options.train_batch_size == options.gradient_accumulation_steps == 1
    return FaceRecipe(
        **shared_fields(options, base_model_info, learning_rate=LEARNING_RATE, small_learning_rate=SMALL_LEARNING_RATE),
        max_train_steps=options.max_train_steps or default_steps(photos, is_small=small),
        samples=SMALL_BATCH
        if is_left_to_us and options.max_train_steps is None
        else options.train_batch_size * options.gradient_accumulation_steps,
        prior_loss_weight=options.prior_loss_weight,
        num_class_images=class_images if options.with_prior_preservation else 0,
        snr_gamma=options.snr_gamma,
        with_flip=options.with_flip,
        sample_every_steps=options.sample_every_steps,
        patience_checks=options.patience_checks,
    )


def check(options: TrainingOptions, base_model_info: BaseModelInfo) -> None:
    """Raises EngineError "training:bad-options" for what cannot be trained with."""
    least_one = ("train_batch_size", "gradient_accumulation_steps", "rank", "max_train_steps", "num_class_images")
    check_options(options, base_model_info, least_one, ("learning_rate", "snr_gamma", "lora_alpha", "max_grad_norm"))
    if not 0 <= options.prior_loss_weight < float("inf"):
        refuse(f"prior_loss_weight {options.prior_loss_weight}: out of range")


def as_parameters(recipe: FaceRecipe, modules: Sequence[str]) -> Mapping[str, object]:
    """For the result: what was really used, in diffusers' words."""
    return {**vars(recipe), "with_prior_preservation": recipe.with_prior_preservation, "target_modules": len(modules)}
