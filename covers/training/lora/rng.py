"""Randomness of a training: each sample of each step has a generator of its own, made of the job's seed and its number.

So nothing depends on which other jobs are in a step, on how a step is split into micro-batches or processes, or on where a run was
resumed: sample 3 of step 7 is the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

TOP_BIT = 1 << 63


def seed_of(*parts: object) -> int:
    """A seed for torch, below 2**63, from anything that has a name."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % TOP_BIT


def generator_for(*parts: object) -> torch.Generator:
    """On the CPU, whatever the device: a seed is then the same on every card."""
    return torch.Generator("cpu").manual_seed(seed_of(*parts))


@dataclass(frozen=True)
class NoiseDraw:
    """What is drawn for one picture in one step.

    index: of the picture. is_flipped: mirrored. posterior, noise: (channels, height, width), normal. timestep: of the noise.
    """

    index: int
    is_flipped: bool
    posterior: Tensor
    noise: Tensor
    timestep: int


def shuffled_order(seed: int, round_number: int, count: int) -> Sequence[int]:
    """The order of `count` photos in one round through them."""
    order: list[int] = torch.randperm(count, generator=generator_for(seed, "order", round_number)).tolist()
    return order


def draw_noise(
    generator: torch.Generator, index: int, is_flipped: bool, shape: Sequence[int], timesteps: int
) -> NoiseDraw:
    posterior = torch.randn(tuple(shape), generator=generator)
    noise = torch.randn(tuple(shape), generator=generator)
    timestep = int(torch.randint(timesteps, (), generator=generator))
    return NoiseDraw(index, is_flipped, posterior, noise, timestep)
