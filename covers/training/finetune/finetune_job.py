"""The week's adapter while it trains, and the rows that each of its steps is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from covers.training.finetune.batch_schedule import BatchSchedule
from covers.training.finetune.encoded_images import EncodedImage
from covers.training.finetune.finetune_recipe import FineTuneRecipe
from covers.training.lora.noise_scheduler import NoiseScheduler
from covers.training.lora.rng import NoiseDraw, draw_noise, generator_for
from covers.training.lora.training_checkpoint import checkpoint_identity
from covers.training.lora.training_job import TrainingJob, TrainingRow
from covers.training.training_contract import FineTuneSpec

NO_PROMPT = ""


@dataclass(frozen=True)
class CaptionedExample:
    """A picture and its caption."""

    picture: EncodedImage
    caption: str


@dataclass(frozen=True)
class PairExample:
    """Two pictures of one size, of which the first was preferred."""

    chosen: EncodedImage
    rejected: EncodedImage
    caption: str


def training_row(picture: EncodedImage, noise_draw: NoiseDraw, prompt: str, weight: float = 1.0) -> TrainingRow:
    return TrainingRow(picture.latents(), noise_draw.noise, noise_draw.timestep, prompt, picture.time_ids, weight)


@dataclass(eq=False, kw_only=True)
class FineTuneJob(TrainingJob):
    """step: of the fine-tune. preference_losses: of each step of preference training, after it; preference_optimizer_state:
    what its optimizer resumes from.

    reference_row: the model that the week began with. ema_row: the averaged weights; (length,) both.
    """

    recipe: FineTuneRecipe
    examples: Sequence[CaptionedExample]
    schedule: BatchSchedule
    validation_losses: list[tuple[int, float]] = field(default_factory=list)
    preference_losses: list[float] = field(default_factory=list)
    preference_optimizer_state: Mapping[str, Tensor] | None = None

    def __post_init__(self) -> None:
        self.reference_row = self.ema_row = self.initial_row

    @property
    def is_trained(self) -> bool:
        return self.step >= self.recipe.max_train_steps

    @property
    def steps(self) -> int:
        """Of both parts."""
        return self.step + len(self.preference_losses)

    def next_rows(self, noise_scheduler: NoiseScheduler) -> list[TrainingRow]:
        """Of the next step of the fine-tune."""
        batch = self.schedule.batch(self.step)
        first = self.step * self.recipe.train_batch_size
        return [self._row_of(index, number, noise_scheduler.timesteps) for number, index in enumerate(batch, first)]

    def _row_of(self, index: int, number: int, timesteps: int) -> TrainingRow:
        """number: of the sample, counted from 0 over all steps."""
        seed, example = self.recipe.seed, self.examples[index]
        generator = generator_for(seed, "picture", number)
        is_dropped = bool(torch.rand((), generator=generator) < self.recipe.caption_dropout)
        noise_draw = draw_noise(generator, 0, False, example.picture.shape, timesteps)
        prompt = NO_PROMPT if is_dropped else example.caption
        return training_row(example.picture, noise_draw, prompt, 1.0 / self.recipe.train_batch_size)

    def extra_tensors(self) -> Mapping[str, Tensor]:
        return {"average": self.ema_row.clone()}  # without an average it is the trained row itself

    def state(self) -> Mapping[str, object]:
        return {
            **super().state(),
            "preference_losses": self.preference_losses,
            "validation_losses": self.validation_losses,
        }

    def load_state(
        self,
        row: Tensor,
        optimizer_state: Mapping[str, Tensor],
        tensors: Mapping[str, Tensor],
        state: Mapping[str, Any],
    ) -> None:
        average = tensors["average"].to(row)
        if average.shape != row.shape or not torch.isfinite(average).all():
            raise ValueError("its average is none")
        preference_losses = [float(loss) for loss in state["preference_losses"]]
        validation_losses = [(int(at), float(loss)) for at, loss in state["validation_losses"]]
        if state["step"] > self.recipe.max_train_steps:
            raise ValueError("its steps and losses do not match")
        super().load_state(row, optimizer_state, tensors, state)
        self.ema_row, self.preference_losses, self.validation_losses = average, preference_losses, validation_losses
        if preference_losses:
            self.optimizer_state, self.preference_optimizer_state = None, optimizer_state


def identity_of(spec: FineTuneSpec, recipe: FineTuneRecipe, base_model: str, start_adapter: str) -> str:
    """Of the run's checkpoints. start_adapter: its hash."""
    return checkpoint_identity(
        recipe,
        base_model=base_model,
        start_adapter=start_adapter,
        images=hashed((image.sha256, image.caption, image.weight) for image in spec.images),
        pairs=hashed((pair.chosen_sha256, pair.rejected_sha256, pair.caption, pair.weight) for pair in spec.pairs),
    )


def hashed(values: Iterable[tuple[object, ...]]) -> str:
    return hashlib.sha256(json.dumps(list(values)).encode()).hexdigest()
