"""Preference training: Diffusion-DPO on the adapter, against the model that the week began with.

Wallace et al. 2023, "Diffusion Model Alignment Using Direct Preference Optimization", arXiv 2311.12908, equation 14: the
adapter is to lower its error on the chosen picture, below the frozen reference's, by more than on the rejected one. Both
pictures get the same noise and the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from covers.training.finetune.finetune_job import FineTuneJob, PairExample, training_row
from covers.training.finetune.validation import even_timestep, losses_of_row
from covers.training.lora.multi_lora_trainer import MicroBatch, MultiLoraTrainer
from covers.training.lora.rng import NoiseDraw, draw_noise, generator_for
from covers.training.lora.training_job import TrainingRow

ACCURACY_TIMES = 8
"""Noise levels that each held-out pair is judged at, evenly spread."""


def pair_rows(
    example: PairExample, noise_draw: NoiseDraw, timestep: int | None = None
) -> tuple[TrainingRow, TrainingRow]:
    chosen, rejected = (
        training_row(picture, noise_draw, example.caption) for picture in (example.chosen, example.rejected)
    )
    if timestep is None:
        return chosen, rejected
    return replace(chosen, timestep=timestep), replace(rejected, timestep=timestep)


def margins(errors: Tensor, reference: Tensor) -> Tensor:
    """By how much more the adapter is better than the reference on the chosen than on the rejected picture, (pairs,).

    errors, reference: (2 * pairs,), all chosen first. Times beta, this is the implicit reward's difference, twice.
    """
    gain = reference - errors
    chosen, rejected = gain.chunk(2)
    return chosen - rejected


def preference_loss(errors: Tensor, reference: Tensor, beta_dpo: float) -> Tensor:
    """(pairs,): -log sigmoid(beta / 2 * margin), as the authors' code and diffusers' script have it."""
    return -functional.logsigmoid(0.5 * beta_dpo * margins(errors, reference))


def step_rows(
    job: FineTuneJob, pairs: Sequence[PairExample], batch: Sequence[int], step: int, timesteps: int
) -> list[tuple[TrainingRow, TrainingRow]]:
    """Of the step after so many of preference training."""
    rows = []
    for number, index in enumerate(batch, start=step * len(batch)):
        generator = generator_for(job.recipe.seed, "pair", number)
        rows.append(pair_rows(pairs[index], draw_noise(generator, 0, False, pairs[index].chosen.shape, timesteps)))
    return rows


def preference_gradients(
    trainer: MultiLoraTrainer[FineTuneJob], pairs: Sequence[tuple[TrainingRow, TrainingRow]], reference_row: int
) -> float:
    """The loss of a step, its gradient in the store's first row; of all processes together. Pairs are never split."""
    job, count = trainer.jobs[0], len(pairs)
    trainer.store.gradients.zero_()
    total = torch.zeros(1, device=trainer.base.device)
    trainer.base.unet.train(trainer.with_gradient_checkpointing)
    own, at_once = trainer.process_group.shard(pairs), max(1, trainer.max_rows // 2)
    for start in range(0, len(own), at_once):
        some = own[start : start + at_once]
        rows = (*(chosen for chosen, _ in some), *(rejected for _, rejected in some))
        with torch.no_grad():
            reference = trainer.mse_losses(MicroBatch(reference_row, (rows,)))[0]
        losses = preference_loss(trainer.mse_losses(MicroBatch(0, (rows,)))[0], reference, job.recipe.beta_dpo)
        loss = losses.sum() / count
        total += loss.detach()
        (loss * trainer.loss_scale(job)).backward()
    trainer.routing.clear()
    trainer.process_group.all_reduce_sum(trainer.store.gradients, total)
    return float(total)


def implicit_accuracy(
    trainer: MultiLoraTrainer[Any], pairs: Sequence[PairExample], store_row: int, reference_row: int
) -> float:
    """Share of pairs whose chosen picture the weights of `store_row` find likelier, against the reference; undecided ones count half.

    With fixed noise and times, summed over ACCURACY_TIMES of them.
    """
    right = 0.0
    for number, example in enumerate(pairs):
        rows = fixed_pair_rows(example, number, trainer.noise_scheduler.timesteps)
        errors, reference = (losses_of_row(trainer, rows, row) for row in (store_row, reference_row))
        margin = float(margins(errors, reference).double().sum())
        right += 0.5 if margin == 0 else float(margin > 0)
    return right / len(pairs)


def fixed_pair_rows(example: PairExample, number: int, timesteps: int) -> list[TrainingRow]:
    """All chosen rows first, then as many rejected ones."""
    both = []
    for time in range(ACCURACY_TIMES):
        generator = generator_for("preference accuracy", number, time)
        noise_draw = draw_noise(generator, 0, False, example.chosen.shape, timesteps)
        both.append(pair_rows(example, noise_draw, even_timestep(time, ACCURACY_TIMES, timesteps)))
    return [chosen for chosen, _ in both] + [rejected for _, rejected in both]
