"""An adapter between steps: its loss on held-out pictures, and samples of fixed seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from covers.training.finetune.finetune_job import CaptionedExample, training_row
from covers.training.lora.base_model import webp
from covers.training.lora.multi_lora_trainer import MicroBatch, MultiLoraTrainer
from covers.training.lora.rng import draw_noise, generator_for
from covers.training.lora.training_job import TrainingRow

VALIDATION_TIMES = 4
"""Noise levels that each held-out picture is validated at, evenly spread."""


def fixed_rows(example: CaptionedExample, number: int, times: int, timesteps: int) -> list[TrainingRow]:
    """Rows of one picture with noise that depends on its number alone: alike in every run, so that weeks can be compared."""
    rows = []
    for part in range(times):
        noise_draw = draw_noise(generator_for("validation", number, part), 0, False, example.picture.shape, timesteps)
        row = training_row(example.picture, noise_draw, example.caption)
        rows.append(replace(row, timestep=even_timestep(part, times, timesteps)))
    return rows


def even_timestep(part: int, parts: int, timesteps: int) -> int:
    """The middle of one of so many equal parts of all timesteps."""
    return int((part + 0.5) / parts * timesteps)


@torch.no_grad()
def losses_of_row(trainer: MultiLoraTrainer[Any], rows: Sequence[TrainingRow], store_row: int) -> Tensor:
    """Mean squared error of each row, (rows,) on the CPU, with the weights of `store_row`."""
    trainer.base.unet.eval()
    losses = torch.empty(len(rows))
    for chosen in chunks(rows, trainer.max_rows):
        batch = MicroBatch(store_row, (tuple(rows[index] for index in chosen),))
        losses[list(chosen)] = trainer.mse_losses(batch)[0].float().cpu()
    trainer.routing.clear()
    return losses


def chunks(rows: Sequence[TrainingRow], max_rows: int) -> Iterator[list[int]]:
    """Indices of rows of one size each, `max_rows` at once."""
    of_sizes: dict[torch.Size, list[int]] = {}
    for index, row in enumerate(rows):
        of_sizes.setdefault(row.latents.shape, []).append(index)
    for own in of_sizes.values():
        for start in range(0, len(own), max_rows):
            yield own[start : start + max_rows]


def validation_loss(trainer: MultiLoraTrainer[Any], held_out: Sequence[CaptionedExample], store_row: int) -> float:
    """Mean squared error over all held-out pictures and VALIDATION_TIMES noise levels, without min-SNR weights."""
    total = 0.0
    for number, example in enumerate(held_out):
        rows = fixed_rows(example, number, VALIDATION_TIMES, trainer.noise_scheduler.timesteps)
        total += float(losses_of_row(trainer, rows, store_row).double().mean())
    return total / len(held_out)


def draw_samples(
    trainer: MultiLoraTrainer[Any], prompts: Sequence[str], seeds: Sequence[int], resolution: int, store_row: int
) -> tuple[bytes, ...]:
    """One small WebP of each prompt, with the weights of `store_row`."""
    samples: list[bytes] = []
    trainer.draw_with_row(store_row)
    try:
        for prompt, seed in zip(prompts, seeds, strict=True):
            samples += [webp(pixels) for _, pixels in trainer.base.draw(prompt, [seed], resolution, lambda: True)]
    finally:
        trainer.draw_with_row(None)
    return tuple(samples)
