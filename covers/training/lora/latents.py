"""Pictures as the VAE describes them, once: a mean and a deviation for each latent, also of the mirrored picture.

From those a fresh sample is drawn at each step, so that nothing is lost against encoding at each step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from covers.engine.sdxl.decoding import described, mean_and_deviation
from covers.training.lora.streams import Chance


@dataclass(frozen=True)
class Described:
    """Pictures as normal distributions in the UNet's scale. mean, deviation: (pictures, sides, channels, h, w), float32.

    sides: 2 where the mirrored picture is there, too, else 1.
    """

    mean: Tensor
    deviation: Tensor

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def shape(self) -> torch.Size:
        """(channels, height, width) of one picture's latents."""
        return self.mean.shape[2:]

    def drawn(self, chance: Chance) -> Tensor:
        """(channels, height, width)."""
        at = chance.index, int(chance.is_flipped)
        return self.mean[at] + self.deviation[at] * chance.posterior

    def first(self, count: int) -> Described:
        return Described(self.mean[:count], self.deviation[:count])


def describe_one(vae: AutoencoderKL, pixels: Tensor, device: torch.device, *, with_flip: bool) -> Described:
    """pixels: (3, height, width), -1 to 1. One picture at a time: the VAE holds most memory of all at full size."""
    sides = [described(vae, side[None], device) for side in ([pixels, pixels.flip(-1)] if with_flip else [pixels])]
    mean = torch.cat([side.mean for side in sides])
    centre, deviation = mean_and_deviation(vae, mean)
    scale = vae.config.scaling_factor / deviation
    scaled_mean = (mean - centre) * scale
    scaled_deviation = torch.cat([side.deviation for side in sides]) * scale
    return Described(scaled_mean.cpu()[None], scaled_deviation.cpu()[None])


def joined(pictures: Iterable[Described]) -> Described:
    every = list(pictures)
    return Described(torch.cat([one.mean for one in every]), torch.cat([one.deviation for one in every]))
