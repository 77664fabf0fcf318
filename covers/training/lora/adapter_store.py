"""The LoRA matrices of all jobs in training, in one block of memory, with their gradients in another.

One row a job. A module's matrices of several neighbours are then one tensor without copying anything, and a job's
optimizer, clipping and checkpoint see one flat vector.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

ALIGNED = 16
"""Values: each matrix begins where vector instructions like it. What is between stays zero."""


@dataclass(frozen=True)
class MatrixSlot:
    """Where one module's pair of matrices lies in a row: offset and shape of `lora_A` (down) and `lora_B` (up)."""

    down: int
    down_shape: tuple[int, ...]
    up: int
    up_shape: tuple[int, ...]


def slots_of(shapes: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]) -> tuple[dict[str, MatrixSlot], int]:
    """The slot of each module, and the length of a row. shapes: module name to those of down and up."""
    slots, end = {}, 0
    for name, (down_shape, up_shape) in shapes.items():
        down = end
        up = _after(down, down_shape)
        slots[name] = MatrixSlot(down, down_shape, up, up_shape)
        end = _after(up, up_shape)
    return slots, end


def _after(start: int, shape: tuple[int, ...]) -> int:
    return -(-(start + math.prod(shape)) // ALIGNED) * ALIGNED


class LoraPair:
    """One module's two matrices of some neighbours, as products want them.

    down: (jobs, rank, in[, height, width]); up: (jobs, out, rank): float32 leaves of autograd whose `grad` is there
    already and lies in a larger block. The others are views of these: flat for a single job, whose products are plain.
    """

    def __init__(self, down: Tensor, up: Tensor) -> None:
        self.down, self.up = down, up
        assert down.grad is not None
        assert up.grad is not None
        self.jobs = len(down)
        first: slice | int = 0 if self.jobs == 1 else slice(None)
        if down.ndim == 3:
            self.flat_down, self.flat_up = down.detach()[first], up.detach()[first]
            self.flat_down_t, self.flat_up_t = self.flat_down.mT, self.flat_up.mT
            self.down_grad, self.up_grad = down.grad[first], up.grad[first]


class AdapterStore:
    """Rows of weights (float32) and of gradients, (jobs, length); row n belongs to the nth job."""

    def __init__(self, shapes: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]], device: torch.device) -> None:
        self.slots, self.length = slots_of(shapes)
        self.weights = torch.zeros(0, self.length, device=device)
        self.gradients = torch.zeros(0, self.length, device=device)
        self._views: dict[tuple[int, int], dict[str, LoraPair]] = {}

    def __len__(self) -> int:
        return len(self.weights)

    def rebuild(self, rows: Sequence[Tensor]) -> None:
        """Hold exactly these rows, each (length,). Views that were given out before are of no use then."""
        self.weights = torch.stack(list(rows)) if rows else self.weights[:0]
        self.gradients = torch.zeros_like(self.weights)
        self._views.clear()

    def views(self, first: int, last: int) -> dict[str, LoraPair]:
        """Module name to the matrices of jobs `first` to `last` (exclusive)."""
        if (first, last) not in self._views:
            self._views[first, last] = {
                name: LoraPair(
                    self._leaf(first, last, slot.down, slot.down_shape),
                    self._leaf(first, last, slot.up, slot.up_shape),
                )
                for name, slot in self.slots.items()
            }
        return self._views[first, last]

    def _leaf(self, first: int, last: int, offset: int, shape: tuple[int, ...]) -> Tensor:
        span = slice(offset, offset + math.prod(shape))
        leaf = self.weights[first:last, span].view(-1, *shape).detach().requires_grad_()
        leaf.grad = self.gradients[first:last, span].view(-1, *shape)
        return leaf

    def row_of(self, matrices: Mapping[str, tuple[Tensor, Tensor]]) -> Tensor:
        """A row from each module's (down, up)."""
        row = self.weights.new_zeros(self.length)
        for name, slot in self.slots.items():
            down, up = matrices[name]
            row[slot.down : slot.down + down.numel()] = down.flatten().to(row)
            row[slot.up : slot.up + up.numel()] = up.flatten().to(row)
        return row

    def matrices_of(self, row: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """Module name to (down, up), from a row."""
        return {
            name: (
                row[slot.down : slot.down + math.prod(slot.down_shape)].view(slot.down_shape),
                row[slot.up : slot.up + math.prod(slot.up_shape)].view(slot.up_shape),
            )
            for name, slot in self.slots.items()
        }


def shapes_of(unet: nn.Module, names: Sequence[str], rank: int) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each named Linear or Conv2d the shapes of its pair: (rank, in, …) and (out, rank)."""
    shapes: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for name in names:
        weight = unet.get_submodule(name).weight
        assert isinstance(weight, Tensor)
        shapes[name] = ((rank, *weight.shape[1:]), (weight.shape[0], rank))
    return shapes
