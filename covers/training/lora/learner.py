"""Whose matrices are taught: a person, or a week's taste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from covers.training.lora.noising import Noising
from covers.training.lora.optimiser import Course, Optimiser


@dataclass(frozen=True)
class Line:
    """One row of a batch. weight: of its mean squared error in the learner's loss of this step, min-SNR aside."""

    latents: Tensor
    noise: Tensor
    timestep: int
    prompt: str
    time_ids: tuple[float, ...]
    weight: float


class Learner:
    """Who has a row in the adapter store.

    step: optimiser steps taken; losses: of each; initial: the row that teaching begins with, (length,); restored: the
    optimiser's state out of a checkpoint, until there is an optimiser; failure: message id and detail of one who cannot go on.
    """

    recipe: Course
    step: int
    losses: list[float]
    initial: Tensor
    optimiser: Optimiser | None
    restored: Mapping[str, Tensor] | None
    failure: tuple[str, str] | None

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
        """All rows of the next optimiser step, of pictures of one size."""
        raise NotImplementedError
