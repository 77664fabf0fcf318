"""How large the pocket checkpoint is and how long it is trained: one recipe for CPUs, a larger one for a GPU."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from covers.engine.pocket.words import ABOUT_FILE, FEW_MOTIFS, MANY_MOTIFS


@dataclass(frozen=True)
class PocketRecipe:
    """Sizes and durations. side: pixels of a picture. variety: see `pictures.plain_picture`.

    vae_channels, unet_channels: per level, from the full size down; the VAE halves the side between its levels, so
    len(vae_channels) - 1 times. text_widths: hidden sizes of the two text encoders. crop_side: pixels of the pieces
    that the autoencoder learns from before it sees whole pictures. renders_per_subject: pictures of each combination.
    first_motifs: all that the denoiser sees in its first first_steps steps. Which word means which shape is found out
    late, and the later the more shapes there are; once found for some, the others follow quickly.
    """

    name: str
    side: int
    motifs: tuple[str, ...]
    variety: float
    latent_channels: int
    vae_channels: tuple[int, ...]
    unet_channels: tuple[int, ...]
    unet_layers: int
    text_widths: tuple[int, int]
    crop_side: int
    vae_pictures: int
    vae_batch: int
    vae_steps: int
    vae_learning_rate: float
    renders_per_subject: int
    unet_batch: int
    unet_steps: int
    first_motifs: tuple[str, ...]
    first_steps: int
    unet_learning_rate: float
    ema_decay: float
    caption_drop: float
    classifier_steps: int

    @property
    def latent_side(self) -> int:
        return self.side // 2 ** (len(self.vae_channels) - 1)


CPU = PocketRecipe(
    name="cpu",
    side=128,
    motifs=MANY_MOTIFS,
    variety=0.15,
    latent_channels=4,
    vae_channels=(16, 32, 64, 96),
    unet_channels=(48, 96, 160),
    unet_layers=1,
    text_widths=(64, 64),
    crop_side=64,
    vae_pictures=4000,
    vae_batch=16,
    vae_steps=1400,
    vae_learning_rate=1e-3,
    renders_per_subject=3,
    unet_batch=64,
    unet_steps=2800,
    first_motifs=FEW_MOTIFS,
    first_steps=1000,
    unet_learning_rate=1e-3,
    ema_decay=0.998,
    caption_drop=0.1,
    classifier_steps=700,
)

GPU = PocketRecipe(
    name="gpu",
    side=256,
    motifs=MANY_MOTIFS,
    variety=0.6,
    latent_channels=4,
    vae_channels=(32, 48, 64, 96),
    unet_channels=(64, 128, 256),
    unet_layers=1,
    text_widths=(96, 128),
    crop_side=128,
    vae_pictures=12_000,
    vae_batch=32,
    vae_steps=20_000,
    vae_learning_rate=6e-4,
    renders_per_subject=8,
    unet_batch=256,
    unet_steps=60_000,
    first_motifs=FEW_MOTIFS,
    first_steps=1000,
    unet_learning_rate=6e-4,
    ema_decay=0.9995,
    caption_drop=0.1,
    classifier_steps=4000,
)

RECIPES: Mapping[str, PocketRecipe] = MappingProxyType({recipe.name: recipe for recipe in (CPU, GPU)})


def recipe_of(folder: Path) -> PocketRecipe:
    """What the checkpoint in `folder` was trained by. Raises OSError, KeyError."""
    return RECIPES[json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))["recipe"]]
