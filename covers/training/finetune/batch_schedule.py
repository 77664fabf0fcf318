"""Which pictures each step sees: all of them in every epoch, as often as their weights say, one size at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from covers.training.lora.model_input import Size
from covers.training.lora.rng import generator_for


class BatchSchedule:
    """Batches of indices, the same for the same seed however often they are asked for.

    weights: how often each is seen, relative to the others. sizes: of each; one batch has pictures of one size. An epoch has
    as many draws as there are pictures, and each size's last batch is filled up from its beginning.
    """

    def __init__(self, sizes: Sequence[Size], weights: Sequence[float], batch: int, *parts: object) -> None:
        """parts: seed, and what this schedule is of."""
        self._sizes, self._weights, self._batch, self._parts = tuple(sizes), tuple(weights), batch, parts
        self._batches: list[tuple[int, ...]] = []
        self._ends: list[int] = []

    def batch(self, step: int) -> tuple[int, ...]:
        """Indices of the step after so many were taken."""
        self._reach(step)
        return self._batches[step]

    def epochs_before(self, step: int) -> int:
        """How many epochs are over after so many steps."""
        self._reach(step)
        return sum(end <= step for end in self._ends)

    def is_epoch_end(self, step: int) -> bool:
        """Whether the epoch ends with the `step`th step, counted from 1."""
        self._reach(step)
        return step in self._ends

    def _reach(self, step: int) -> None:
        while len(self._batches) <= step:
            self._batches += self._epoch(len(self._ends))
            self._ends.append(len(self._batches))

    def _epoch(self, number: int) -> list[tuple[int, ...]]:
        generator = generator_for(*self._parts, "epoch", number)
        drawn = self._draws(float(torch.rand((), generator=generator)))
        order = torch.randperm(len(drawn), generator=generator).tolist()
        of_sizes: dict[Size, list[int]] = {}
        for position in order:
            of_sizes.setdefault(self._sizes[drawn[position]], []).append(drawn[position])
        batches = []
        for own in of_sizes.values():
            for start in range(0, len(own), self._batch):
                batches.append(tuple(own[(start + position) % len(own)] for position in range(self._batch)))
        mixed = torch.randperm(len(batches), generator=generator).tolist()
        return [batches[position] for position in mixed]

    def _draws(self, offset: float) -> list[int]:
        """Systematic sampling: each picture its weight's share of the draws, rounded down or up, never further off."""
        share = len(self._weights) / sum(self._weights)
        drawn, total = [], offset
        for index, weight in enumerate(self._weights):
            before, total = total, total + weight * share
            drawn += [index] * (math.floor(total) - math.floor(before))
        return drawn or [max(range(len(self._weights)), key=self._weights.__getitem__)]
