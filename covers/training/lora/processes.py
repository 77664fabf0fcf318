"""Several processes in one training, each with a part of every step's rows, by accelerate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list, reduce
from torch import Tensor

T = TypeVar("T")


class Processes:
    """This process among those that `accelerate launch` or torchrun started for one training.

    Each calls `train` with the same specs. Gradients and losses are added up after each step, then each takes the same
    optimiser step, so all hold the same weights without sending them. The main one alone talks and writes.
    """

    def __init__(self, state: PartialState | None) -> None:
        self._state = state

    @classmethod
    def alone(cls) -> Processes:
        return cls(None)

    @classmethod
    def found(cls, device: torch.device) -> Processes:
        """Those of this launch; alone when nothing was launched."""
        state = PartialState(cpu=device.type == "cpu")
        return cls(state if state.num_processes > 1 else None)

    @property
    def count(self) -> int:
        return 1 if self._state is None else int(self._state.num_processes)

    @property
    def is_main(self) -> bool:
        return self._state is None or bool(self._state.is_main_process)

    @property
    def device(self) -> torch.device | None:
        """This process's own card; None when alone."""
        return None if self._state is None else self._state.device

    def share(self, rows: Sequence[T]) -> Sequence[T]:
        """This process's part: every nth, for n processes."""
        return rows if self._state is None else rows[self._state.process_index :: self.count]

    def add_up(self, *tensors: Tensor) -> None:
        """Each tensor becomes the sum over all processes, in its place."""
        if self._state is not None:
            for tensor in tensors:
                tensor.copy_(reduce(tensor, "sum"))

    def told(self, value: T) -> T:
        """What the main process says."""
        if self._state is None:
            return value
        box: list[T] = [value]
        broadcast_object_list(box)
        return box[0]

    def wait(self) -> None:
        if self._state is not None:
            self._state.wait_for_everyone()
