"""The pocket VAE: diffusers' AutoencoderKL, small, trained on renders, posters and photos."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor

from covers.engine.pocket.words import split
from covers.training.pocket import pictures
from covers.training.pocket.pocket_recipe import PocketRecipe
from covers.training.pocket.train_state import TrainState

logger = logging.getLogger(__name__)

LATENT_NOISE = 0.1
"""Of the latents' own deviation, added while it learns: the denoiser's latents are never quite right either."""
KL_WEIGHT = 1e-5
WHOLE_SHARE = 0.25
"""The last share of the steps sees whole pictures: normalisation over a piece is not that over a picture."""


def build(recipe: PocketRecipe) -> AutoencoderKL:
    levels = len(recipe.vae_channels)
    return AutoencoderKL(
        down_block_types=["DownEncoderBlock2D"] * levels,
        up_block_types=["UpDecoderBlock2D"] * levels,
        block_out_channels=recipe.vae_channels,
        layers_per_block=1,
        latent_channels=recipe.latent_channels,
        norm_num_groups=8,
        sample_size=recipe.side,
        force_upcast=False,
    )


def collect(recipe: PocketRecipe, photos: Path | None, file: Path) -> np.ndarray:
    """(n, side, side, 3) uint8: half plain pictures, a quarter posters, a quarter photos. Kept in `file`."""
    if file.is_file():
        return np.load(file, mmap_mode="r")
    photographs = pictures.read_photos(photos)
    seen, _ = split(recipe.motifs)
    rng = random.Random(0)
    made = []
    for index in range(recipe.vae_pictures):
        if index % 4 < 2:
            made.append(pictures.plain_picture(rng.choice(seen), recipe.side, index, recipe.variety))
        elif index % 4 == 2 or not photographs:
            made.append(pictures.poster_picture(recipe.side, index))
        else:
            made.append(pictures.photo_crop(photographs, recipe.side, rng))
    part = file.with_suffix(".part.npy")
    np.save(part, np.stack(made))
    part.replace(file)
    return np.load(file, mmap_mode="r")


def to_tensor(pixels: np.ndarray, device: torch.device) -> Tensor:
    """(n, side, side, 3) uint8 to (n, 3, side, side) from -1 to 1."""
    return torch.from_numpy(np.array(pixels)).to(device).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def loss_of(vae: AutoencoderKL, x: Tensor, noise: Tensor) -> Tensor:
    """Distance in colour and in edges, plus KL divergence (Rombach et al. 2022, arXiv 2112.10752, without a critic)."""
    posterior = vae.encode(x).latent_dist
    latents = posterior.mean + noise * LATENT_NOISE * posterior.mean.detach().std()
    y = vae.decode(latents).sample
    edges = (y - x).diff(dim=2).abs().mean() + (y - x).diff(dim=3).abs().mean()
    return (y - x).abs().mean() + 0.5 * edges + KL_WEIGHT * posterior.kl().mean()


def train_state(
    recipe: PocketRecipe, vae: AutoencoderKL, samples: np.ndarray, file: Path, device: torch.device
) -> TrainState[AutoencoderKL]:
    """Train `vae` on `samples`, see `collect`."""
    whole_from = round(recipe.vae_steps * (1 - WHOLE_SHARE))
    per_whole = (recipe.side // recipe.crop_side) ** 2

    def one_step(step: int) -> Tensor:
        rng = np.random.default_rng(step)
        is_whole = step >= whole_from
        side = recipe.side if is_whole else recipe.crop_side
        count = max(1, recipe.vae_batch // per_whole) if is_whole else recipe.vae_batch
        x = to_tensor(np.stack(list(pictures.crops(samples, side, count, rng))), device)
        latent_side = side // 2 ** (len(recipe.vae_channels) - 1)
        generator = torch.Generator().manual_seed(step)
        noise = torch.randn((count, recipe.latent_channels, latent_side, latent_side), generator=generator)
        return loss_of(vae, x, noise.to(device))

    return TrainState(file, vae, one_step, recipe.vae_steps, recipe.vae_learning_rate, ema_decay=0.995)


@torch.no_grad()
def encode(vae: AutoencoderKL, pixels: np.ndarray, device: torch.device, batch: int = 16) -> Tensor:
    """(n, latent_channels, h, w): the middle of each posterior, not yet scaled."""
    parts = [
        vae.encode(to_tensor(pixels[start : start + batch], device)).latent_dist.mean.cpu()
        for start in range(0, len(pixels), batch)
    ]
    return torch.cat(parts)


def set_scale(vae: AutoencoderKL, latents: Tensor) -> None:
    """Note in the VAE's config what brings its latents to deviation 1, as diffusers expects it."""
    vae.register_to_config(scaling_factor=round(1 / float(latents.std()), 5))
