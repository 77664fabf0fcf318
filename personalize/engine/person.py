"""One person in training: what they are taught from, how far they are, and what only they have of everything."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from personalize.engine.contract import Progress, TrainingSpec, TrainingStage
from personalize.engine.latents import Described
from personalize.engine.likeness import Metric
from personalize.engine.noising import Noising
from personalize.engine.rules import ADAM_BETAS, ADAM_EPSILON, ADAM_WEIGHT_DECAY, Recipe
from personalize.engine.streams import Chance, class_chance, instance_chance


@dataclass(frozen=True)
class Lessons:
    """What one person is taught from. time_ids: of each photo; class_images: None without prior preservation."""

    photos: Described
    time_ids: tuple[tuple[float, ...], ...]
    class_images: Described | None
    class_time_ids: tuple[float, ...]


@dataclass(frozen=True)
class Line:
    """One row of a batch. weight: of its mean squared error in the person's loss of this step, min-SNR aside."""

    latents: Tensor
    noise: Tensor
    timestep: int
    prompt: str
    time_ids: tuple[float, ...]
    weight: float


class Optimiser:
    """AdamW over one person's row of the store, with clipping, and loss scaling for float16."""

    def __init__(self, recipe: Recipe, row: Tensor, gradient: Tensor) -> None:
        self._recipe = recipe
        self.parameter = nn.Parameter(row)
        self.bind(row, gradient)
        self._adam = torch.optim.AdamW(
            [self.parameter],
            lr=recipe.learning_rate,
            betas=ADAM_BETAS,
            eps=ADAM_EPSILON,
            weight_decay=ADAM_WEIGHT_DECAY,
            fused=row.device.type in ("cpu", "cuda"),
        )
        is_half = recipe.mixed_precision == "fp16"
        self.scaler = torch.amp.GradScaler(row.device.type, enabled=is_half)
        self.scaler.scale(torch.zeros(1, device=row.device))  # it has no scale before it was asked for one

    def bind(self, row: Tensor, gradient: Tensor) -> None:
        """Work on this memory from now on. row, gradient: (length,)."""
        self.parameter.data = row
        self.parameter.grad = gradient

    def step(self, taken: int) -> bool:
        """Take a step after `taken`; False when the gradient is not finite. One that float16 overflowed in is left out."""
        self._adam.param_groups[0]["lr"] = self._recipe.learning_rate_at(taken)
        gradient = self.parameter.grad
        assert gradient is not None
        self.scaler.unscale_(self._adam)
        norm = torch.linalg.vector_norm(gradient)
        is_finite = bool(torch.isfinite(norm))
        if not is_finite and not self.scaler.is_enabled():
            return False
        # As clip_grad_norm_ has it, also in its 1e-6.
        gradient.mul_((self._recipe.max_grad_norm / (norm + 1e-6)).clamp(max=1.0))
        self.scaler.step(self._adam)
        self.scaler.update()
        return is_finite or self.scaler.get_scale() >= 1.0

    def state(self) -> dict[str, Tensor]:
        """What a resumed run needs: both moments, (length,), the number of steps, the loss scale."""
        kept = self._adam.state[self.parameter]
        moments = {name: kept[name] for name in ("exp_avg", "exp_avg_sq", "step")} if kept else {}
        scaled = self.scaler.state_dict()
        if scaled:
            moments["scale"] = torch.tensor([scaled["scale"], float(scaled["_growth_tracker"])])
        return moments

    def restore(self, state: Mapping[str, Tensor]) -> None:
        if "exp_avg" in state:
            device = self.parameter.device
            moments = {name: state[name].clone().to(device) for name in ("exp_avg", "exp_avg_sq")}
            self._adam.state[self.parameter] = {**moments, "step": state["step"].clone().to(device)}
        if "scale" in state and self.scaler.is_enabled():
            scaled = {**self.scaler.state_dict(), "scale": float(state["scale"][0])}
            self.scaler.load_state_dict({**scaled, "_growth_tracker": int(state["scale"][1])})


@dataclass
class Best:
    """What likeness checks found. row: the weights of the best, (length,). stale: checks since then."""

    likeness: float | None = None
    row: Tensor | None = None
    step: int = 0
    stale: int = 0
    before: float | None = None


@dataclass(eq=False)
class Person:
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

    @property
    def row(self) -> Tensor:
        """The weights as they are now, (length,)."""
        assert self.optimiser is not None
        return self.optimiser.parameter.data

    def sit(self, row: Tensor, gradient: Tensor) -> None:
        """Take a place in the store, for the first time or anew."""
        if self.optimiser is None:
            self.optimiser = Optimiser(self.recipe, row, gradient)
            if self.restored is not None:
                self.optimiser.restore(self.restored)
                self.restored = None
        else:
            self.optimiser.bind(row, gradient)

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
                    shape=lessons.photos.shape,
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
                shape=lessons.photos.shape,
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
        self, pictures: Described, chance: Chance, prompt: str, time_ids: tuple[float, ...], weight: float
    ) -> Line:
        weight /= self.recipe.samples
        return Line(pictures.drawn(chance), chance.noise, chance.timestep, prompt, time_ids, weight)

    def fail(self, message_id: str, detail: str) -> None:
        self.failure = (message_id, detail)

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


def prompts_of(people: Sequence[Person]) -> list[str]:
    """Every prompt that anyone is taught with, once."""
    every: dict[str, None] = {}
    for person in people:
        every[person.spec.instance_prompt] = None
        if person.lessons.class_images is not None:
            every[person.spec.class_prompt] = None
    return list(every)
