"""Several processes in one training, each with a part of every step's rows, by accelerate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list, reduce
from torch import Tensor

T = TypeVar("T")


class ProcessGroup:
    """This process among those that `accelerate launch` or torchrun started for one training.

    Each calls `train` with the same specs. Gradients and losses are added up after each step, then each takes the same
    optimizer step, so all hold the same weights without sending them. The main one alone reports and writes.
    """

    def __init__(self, state: PartialState | None) -> None:
        self._state = state

    @classmethod
    def single(cls) -> ProcessGroup:
        return cls(None)

    @classmethod
    def from_launch(cls, device: torch.device) -> ProcessGroup:
        """The processes of this launch; a single one when nothing was launched."""
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
        """This process's own card; None for a single process."""
        return None if self._state is None else self._state.device

    def shard(self, rows: Sequence[T]) -> Sequence[T]:
        """This process's part: every nth, for n processes."""
        return rows if self._state is None else rows[self._state.process_index :: self.count]

    def all_reduce_sum(self, *tensors: Tensor) -> None:
        """Each tensor becomes the sum over all processes, in its place."""
        if self._state is not None:
            for tensor in tensors:
                tensor.copy_(reduce(tensor, "sum"))

    def broadcast(self, value: T) -> T:
        """The main process's value, in all of them."""
        if self._state is None:
            return value
        box: list[T] = [value]
        broadcast_object_list(box)
        return box[0]

    def on_main(self, work: Callable[[], T], otherwise: T) -> T:
        """What `work` gives in the main process, in all of them. otherwise: of its kind, for those that do not work."""
        return self.broadcast(work() if self.is_main else otherwise)

    def wait(self) -> None:
        if self._state is not None:
            self._state.wait_for_everyone()
