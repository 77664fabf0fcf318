"""One person in training: what they are taught from, how far they are, and what only they have of everything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from covers.engine.sdxl.vae import LatentDistribution
from covers.training.lora.latents import sample_latents
from covers.training.lora.learner import Learner, Line
from covers.training.lora.noising import Noising
from covers.training.lora.optimiser import Optimiser
from covers.training.lora.streams import Chance
from personalize.dreambooth.chances import class_chance, instance_chance
from personalize.dreambooth.face_contract import Progress, TrainingSpec, TrainingStage
from personalize.dreambooth.likeness import Metric
from personalize.dreambooth.recipe import Recipe


@dataclass(frozen=True)
class Lessons:
    """What one person is taught from. time_ids: of each photo; class_images: None without prior preservation."""

    photos: LatentDistribution
    time_ids: tuple[tuple[float, ...], ...]
    class_images: LatentDistribution | None
    class_time_ids: tuple[float, ...]


@dataclass
class Best:
    """What likeness checks found. row: the weights of the best, (length,). stale: checks since then."""

    likeness: float | None = None
    row: Tensor | None = None
    step: int = 0
    stale: int = 0
    before: float | None = None


@dataclass(eq=False)
class Person(Learner):
    """One run. step: optimiser steps taken; losses: of each; initial: the row that training begins with; restored: the
    optimiser's state out of a checkpoint, until there is an optimiser.
    """

    spec: TrainingSpec
    recipe: Recipe
    lessons: Lessons
    metric: Metric
    initial: Tensor
    step: int = 0
    losses: list[float] = field(default_factory=list)
    best: Best = field(default_factory=Best)
    samples: tuple[bytes, ...] = ()
    likeness: float | None = None
    optimiser: Optimiser | None = None
    restored: Mapping[str, Tensor] | None = None
    failure: tuple[str, str] | None = None

    @property
    def is_done(self) -> bool:
        patience = self.recipe.patience_checks
        return self.step >= self.recipe.max_train_steps or (patience > 0 and self.best.stale >= patience)

    def lines(self, noising: Noising) -> list[Line]:
        """All rows of the next optimiser step: instance images, then as many class images."""
        first = self.step * self.recipe.samples
        numbers = range(first, first + self.recipe.samples)
        seed, lessons = self.recipe.seed, self.lessons
        lines = [
            self._line(
                lessons.photos,
                chance := instance_chance(
                    seed,
                    number,
                    count=len(lessons.photos),
                    with_flip=self.recipe.with_flip,
                    shape=lessons.photos.mean.shape[2:],
                    timesteps=noising.timesteps,
                ),
                self.spec.instance_prompt,
                lessons.time_ids[chance.index],
                1.0,
            )
            for number in numbers
        ]
        if lessons.class_images is None:
            return lines
        for number in numbers:
            chance = class_chance(
                seed,
                number,
                count=len(lessons.class_images),
                shape=lessons.photos.mean.shape[2:],
                timesteps=noising.timesteps,
            )
            lines.append(
                self._line(
                    lessons.class_images,
                    chance,
                    self.spec.class_prompt,
                    lessons.class_time_ids,
                    self.recipe.prior_loss_weight,
                )
            )
        return lines

    def _line(
        self, pictures: LatentDistribution, chance: Chance, prompt: str, time_ids: tuple[float, ...], weight: float
    ) -> Line:
        weight /= self.recipe.samples
        return Line(sample_latents(pictures, chance), chance.noise, chance.timestep, prompt, time_ids, weight)

    def checked(self, likeness: float | None, least_gain: float) -> None:
        """Remember a likeness check: the best weights, and how many checks brought no better ones."""
        self.likeness = likeness
        if likeness is None or not math.isfinite(likeness):
            self.best.stale += self.best.likeness is not None
            return
        best = self.best.likeness
        is_clear = best is None or likeness >= best + least_gain
        self.best.stale = 0 if is_clear else self.best.stale + 1
        if best is None or likeness > best:
            self.best.likeness, self.best.row, self.best.step = likeness, self.row.clone(), self.step

    def progress(self, stage: TrainingStage, step: int, total: int, **more: object) -> Progress:
        metric = self.metric.name if more.get("likeness") is not None else ""
        return Progress(self.spec.run_id, stage, step, total, likeness_metric=metric, **more)  # type: ignore[arg-type]
