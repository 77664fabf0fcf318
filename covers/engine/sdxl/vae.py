"""The VAE: images to latents and back, in the scale that the UNet works in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from covers.engine.sdxl.device_memory import is_out_of_memory, release_memory


def vae_scale_factor(vae: AutoencoderKL) -> int:
    """Side, in pixels, of the square that one latent stands for: 8 for SDXL."""
    return 2 ** (len(vae.config.block_out_channels) - 1)


def latents_mean_and_std(vae: AutoencoderKL, like: Tensor) -> tuple[Tensor | float, Tensor | float]:
    """What the UNet's latents are centred on and divided by, before the scaling factor. Most checkpoints: 0 and 1."""
    mean, std = getattr(vae.config, "latents_mean", None), getattr(vae.config, "latents_std", None)
    if mean is None or std is None:
        return 0.0, 1.0
    return like.new_tensor(mean).view(1, -1, 1, 1), like.new_tensor(std).view(1, -1, 1, 1)


def scale_latents(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """From the VAE's scale to the UNet's, (n, channels, height, width)."""
    mean, std = latents_mean_and_std(vae, latents)
    return (latents - mean) * vae.config.scaling_factor / std


def unscale_latents(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """From the UNet's scale to the VAE's."""
    mean, std = latents_mean_and_std(vae, latents)
    return latents * std / vae.config.scaling_factor + mean


@dataclass(frozen=True)
class LatentDistribution:
    """The VAE's posterior of images: a mean and a standard deviation for each latent, (…, channels, h, w), float32.

    Of one image from `encode`: (1, channels, h, w), in the VAE's scale.
    """

    mean: Tensor
    std: Tensor

    def __len__(self) -> int:
        return len(self.mean)

    def __getitem__(self, index: Any) -> LatentDistribution:
        return LatentDistribution(self.mean[index], self.std[index])

    def sample(self, noise: Tensor) -> Tensor:
        """Latents in the distribution's own scale. noise: standard normal, of the shape of `mean`."""
        return self.mean + self.std * noise

    def scaled(self, vae: AutoencoderKL) -> LatentDistribution:
        """In the UNet's scale instead of the VAE's."""
        mean, std = latents_mean_and_std(vae, self.mean)
        scale = vae.config.scaling_factor / std
        return LatentDistribution((self.mean - mean) * scale, self.std * scale)

    def cpu(self) -> LatentDistribution:
        return LatentDistribution(self.mean.cpu(), self.std.cpu())

    @classmethod
    def cat(cls, distributions: Iterable[LatentDistribution]) -> LatentDistribution:
        parts = list(distributions)
        return cls(torch.cat([part.mean for part in parts]), torch.cat([part.std for part in parts]))


@torch.no_grad()
def encode(vae: AutoencoderKL, image: Tensor, device: torch.device) -> LatentDistribution:
    """image: (1, 3, height, width) from -1 to 1."""
    posterior = vae.encode(image.to(device, vae.dtype)).latent_dist
    return LatentDistribution(posterior.mean.float(), posterior.std.float())


@torch.no_grad()
def decode(vae: AutoencoderKL, latents: Tensor, device: torch.device) -> Tensor:
    """One image (1, 3, height, width) from -1 to 1; in tiles if memory is short, in float32 if it overflows."""
    image = decode_if_it_fits(vae, latents, device)
    if image is None:
        release_memory()
        vae.enable_tiling()
        image = decode_once(vae, latents, device)
    if not torch.isfinite(image).all() and vae.dtype != torch.float32:
        vae.to(torch.float32)
        image = decode_once(vae, latents, device)
    return image


def decode_if_it_fits(vae: AutoencoderKL, latents: Tensor, device: torch.device) -> Tensor | None:
    """None when memory ran short and tiles may help. A function of its own, so that the failed try holds no memory."""
    try:
        return decode_once(vae, latents, device)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error) or vae.use_tiling:
            raise
        return None


def decode_once(vae: AutoencoderKL, latents: Tensor, device: torch.device) -> Tensor:
    unscaled = unscale_latents(vae, latents.to(device, torch.float32)).to(vae.dtype)
    return vae.decode(unscaled, return_dict=False)[0].float()
