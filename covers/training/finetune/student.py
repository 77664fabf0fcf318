"""The week's adapter while it learns, and the rows that each of its steps is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from covers.training.finetune.encoding import Picture
from covers.training.finetune.recipe import Recipe
from covers.training.finetune.schedule import Schedule
from covers.training.lora.learner import Learner, Line
from covers.training.lora.noising import Noising
from covers.training.lora.optimiser import Optimiser
from covers.training.lora.streams import Chance, chance_of, generator_for

NO_PROMPT = ""


@dataclass(frozen=True)
class Lesson:
    """A picture and what it is called."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class PairLesson:
    """Two pictures of one size, of which the first was preferred."""

    chosen: Picture
    rejected: Picture
    caption: str


def line_of(picture: Picture, chance: Chance, prompt: str, weight: float = 1.0) -> Line:
    return Line(picture.latents(), chance.noise, chance.timestep, prompt, picture.time_ids, weight)


@dataclass(eq=False)
class Student(Learner):
    """step: of the fine-tune. preference_losses: of each step of preference training, after it. preferring: its optimiser."""

    recipe: Recipe
    lessons: Sequence[Lesson]
    schedule: Schedule
    initial: Tensor
    step: int = 0
    losses: list[float] = field(default_factory=list)
    optimiser: Optimiser | None = None
    restored: Mapping[str, Tensor] | None = None
    failure: tuple[str, str] | None = None
    validation_losses: list[tuple[int, float]] = field(default_factory=list)
    preference_losses: list[float] = field(default_factory=list)

    @property
    def is_taught(self) -> bool:
        return self.step >= self.recipe.max_train_steps

    @property
    def steps(self) -> int:
        """Of both parts."""
        return self.step + len(self.preference_losses)

    def lines(self, noising: Noising) -> list[Line]:
        """Of the next step of the fine-tune."""
        batch = self.schedule.batch(self.step)
        first = self.step * self.recipe.train_batch_size
        return [self._line(index, first + place, noising.timesteps) for place, index in enumerate(batch)]

    def _line(self, index: int, number: int, timesteps: int) -> Line:
        seed, lesson = self.recipe.seed, self.lessons[index]
        generator = generator_for(seed, "picture", number)
        is_dropped = bool(torch.rand((), generator=generator) < self.recipe.caption_dropout)
        chance = chance_of(generator, 0, False, lesson.picture.shape, timesteps)
        prompt = NO_PROMPT if is_dropped else lesson.caption
        return line_of(lesson.picture, chance, prompt, 1.0 / self.recipe.train_batch_size)
