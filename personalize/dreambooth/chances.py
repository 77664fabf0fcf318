"""What chance says of one person's next pictures: their photos in turn, any of the class images."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from covers.training.lora.streams import Chance, chance_of, generator_for, shuffled


def instance_chance(
    seed: int, number: int, *, count: int, with_flip: bool, shape: Sequence[int], timesteps: int
) -> Chance:
    """Of the `number`th instance image that a run sees, counted from 0 over all its steps: all photos once, then again."""
    index = shuffled(seed, number // count, count)[number % count]
    generator = generator_for(seed, "instance", number)
    is_flipped = bool(torch.rand((), generator=generator) < 0.5) and with_flip
    return chance_of(generator, index, is_flipped, shape, timesteps)


def class_chance(seed: int, number: int, *, count: int, shape: Sequence[int], timesteps: int) -> Chance:
    """Of the class image beside it: any of them, never mirrored."""
    generator = generator_for(seed, "class", number)
    index = int(torch.randint(count, (), generator=generator))
    return chance_of(generator, index, False, shape, timesteps)
