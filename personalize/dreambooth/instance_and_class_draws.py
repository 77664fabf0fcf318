"""What chance says of one person's next pictures: their photos in turn, any of the class images."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from covers.training.lora.rng import NoiseDraw, draw_noise, generator_for, shuffled_order


def instance_draw(
    seed: int, number: int, *, count: int, with_flip: bool, shape: Sequence[int], timesteps: int
) -> NoiseDraw:
    """Of the `number`th instance image that a run sees, counted from 0 over all its steps: all photos once, then again."""
    index = shuffled_order(seed, number // count, count)[number % count]
    generator = generator_for(seed, "instance", number)
    is_flipped = bool(torch.rand((), generator=generator) < 0.5) and with_flip
    return draw_noise(generator, index, is_flipped, shape, timesteps)


def class_draw(seed: int, number: int, *, count: int, shape: Sequence[int], timesteps: int) -> NoiseDraw:
    """Of the class image beside it: any of them, never mirrored."""
    generator = generator_for(seed, "class", number)
    index = int(torch.randint(count, (), generator=generator))
    return draw_noise(generator, index, False, shape, timesteps)
