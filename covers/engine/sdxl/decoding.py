"""The VAE: pictures to latents and back, in the scale that the UNet works in."""

from __future__ import annotations

import gc
from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from covers.engine.sdxl.loading import is_out_of_memory


def release_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def pixels_per_latent(vae: AutoencoderKL) -> int:
    """Side, in pixels, of the square that one latent stands for: 8 for SDXL."""
    return 2 ** (len(vae.config.block_out_channels) - 1)


def mean_and_deviation(vae: AutoencoderKL, like: Tensor) -> tuple[Tensor | float, Tensor | float]:
    """What the UNet's latents are centred on and divided by, before the scaling factor. Most checkpoints: 0 and 1."""
    mean, deviation = getattr(vae.config, "latents_mean", None), getattr(vae.config, "latents_std", None)
    if mean is None or deviation is None:
        return 0.0, 1.0
    return like.new_tensor(mean).view(1, -1, 1, 1), like.new_tensor(deviation).view(1, -1, 1, 1)


def scaled(vae: AutoencoderKL, encoded: Tensor) -> Tensor:
    """Latents of the VAE as the UNet has them, (n, channels, height, width)."""
    mean, deviation = mean_and_deviation(vae, encoded)
    return (encoded - mean) * vae.config.scaling_factor / deviation


def unscaled(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """Latents of the UNet as the VAE has them."""
    mean, deviation = mean_and_deviation(vae, latents)
    return latents * deviation / vae.config.scaling_factor + mean


@dataclass(frozen=True)
class Said:
    """What the VAE says of a picture: a mean and a deviation for each latent, (1, channels, h, w), float32."""

    mean: Tensor
    deviation: Tensor

    def drawn(self, vae: AutoencoderKL, generator: torch.Generator) -> Tensor:
        """Latents as the UNet has them. generator: on the CPU, so that a picture is read alike on every device."""
        noise = torch.randn(self.mean.shape, generator=generator)
        return scaled(vae, self.mean + self.deviation * noise.to(self.mean.device))


@torch.no_grad()
def described(vae: AutoencoderKL, pixels: Tensor, device: torch.device) -> Said:
    """pixels: (1, 3, height, width) from -1 to 1."""
    said = vae.encode(pixels.to(device, vae.dtype)).latent_dist
    return Said(said.mean.float(), said.std.float())


@torch.no_grad()
def decode(vae: AutoencoderKL, latents: Tensor, device: torch.device) -> Tensor:
    """One picture (1, 3, height, width) from -1 to 1; in tiles if memory is short, in float32 if it overflows."""
    pixels = decoded_or_none(vae, latents, device)
    if pixels is None:
        release_memory()
        vae.enable_tiling()
        pixels = plainly_decoded(vae, latents, device)
    if not torch.isfinite(pixels).all() and vae.dtype != torch.float32:
        vae.to(torch.float32)
        pixels = plainly_decoded(vae, latents, device)
    return pixels


def decoded_or_none(vae: AutoencoderKL, latents: Tensor, device: torch.device) -> Tensor | None:
    """None when memory ran short and tiles may help. A function of its own, so that the failed try holds no memory."""
    try:
        return plainly_decoded(vae, latents, device)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error) or vae.use_tiling:
            raise
        return None


def plainly_decoded(vae: AutoencoderKL, latents: Tensor, device: torch.device) -> Tensor:
    return vae.decode(unscaled(vae, latents.to(device, torch.float32)).to(vae.dtype), return_dict=False)[0].float()
