"""Images as the VAE encodes them, once: its posterior, in the UNet's scale, also of the mirrored image.

From that a fresh sample is drawn at each step, so that nothing is lost against encoding at each step. A
`LatentDistribution` here has the shape (images, sides, channels, h, w), on the CPU; sides: 2 where the mirrored image is
there, too, else 1.
"""

from __future__ import annotations

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from covers.engine.sdxl.vae import LatentDistribution, encode
from covers.training.lora.rng import NoiseDraw


def encode_image(vae: AutoencoderKL, image: Tensor, device: torch.device, *, with_flip: bool) -> LatentDistribution:
    """image: (3, height, width), -1 to 1. One at a time: the VAE holds most memory of all at full size."""
    sides = [image, image.flip(-1)] if with_flip else [image]
    return LatentDistribution.cat(encode(vae, side[None], device) for side in sides).scaled(vae).cpu()[None]


def sample_latents(images: LatentDistribution, noise_draw: NoiseDraw) -> Tensor:
    """Latents of one image, (channels, height, width)."""
    return images[noise_draw.index, int(noise_draw.is_flipped)].sample(noise_draw.posterior)
