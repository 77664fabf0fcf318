"""One adapter in training: its weights in the store, its optimizer, its losses, the rows of its next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from covers.training.lora.lora_recipe import LoraRecipe
from covers.training.lora.noise_scheduler import NoiseScheduler
from covers.training.lora.optimizer import LoraOptimizer


@dataclass(frozen=True)
class TrainingRow:
    """One row of a batch. weight: of its mean squared error in the job's loss of this step, min-SNR aside."""

    latents: Tensor
    noise: Tensor
    timestep: int
    prompt: str
    time_ids: tuple[float, ...]
    weight: float


@dataclass(eq=False, kw_only=True)
class TrainingJob:
    """One row of the adapter store.

    step: optimizer steps taken; losses: of each; initial_row: the weights that training begins with, (length,);
    optimizer_state: out of a checkpoint, until there is an optimizer; failure: message id and detail of a job that cannot go on.
    """

    recipe: LoraRecipe
    initial_row: Tensor
    step: int = 0
    losses: list[float] = field(default_factory=list)
    optimizer: LoraOptimizer | None = None
    optimizer_state: Mapping[str, Tensor] | None = None
    failure: tuple[str, str] | None = None

    @property
    def row(self) -> Tensor:
        """The weights as they are now, (length,)."""
        assert self.optimizer is not None
        return self.optimizer.parameter.data

    def attach(self, row: Tensor, gradient: Tensor) -> None:
        """Use this memory of the store, for the first time or anew. row, gradient: (length,)."""
        if self.optimizer is None:
            self.optimizer = LoraOptimizer(self.recipe, row, gradient)
            if self.optimizer_state is not None:
                self.optimizer.restore(self.optimizer_state)
                self.optimizer_state = None
        else:
            self.optimizer.bind(row, gradient)

    def next_rows(self, noise_scheduler: NoiseScheduler) -> list[TrainingRow]:
        """All rows of the next optimizer step, of pictures of one size."""
        raise NotImplementedError

    def extra_tensors(self) -> Mapping[str, Tensor]:
        """What a checkpoint keeps beside weights and optimizer state."""
        return {}

    def state(self) -> Mapping[str, object]:
        """What a checkpoint keeps beside tensors: JSON values."""
        return {"step": self.step, "losses": self.losses}

    def load_state(
        self,
        row: Tensor,
        optimizer_state: Mapping[str, Tensor],
        tensors: Mapping[str, Tensor],
        state: Mapping[str, Any],
    ) -> None:
        """Resume from a checkpoint, before the job is in a trainer. row: (length,); tensors: all of the file.

        Raises ValueError, LookupError or TypeError for what is no state of this training, and has then changed nothing.
        """
        step, losses = state["step"], state["losses"]
        if not isinstance(step, int) or not isinstance(losses, list) or len(losses) != step:
            raise ValueError("its steps and losses do not match")
        self.initial_row, self.optimizer_state = row, optimizer_state
        self.step, self.losses = step, [float(loss) for loss in losses]
