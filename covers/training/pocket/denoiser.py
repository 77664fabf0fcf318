"""The pocket UNet with its text encoders: trained together, from noise, on latents of renders and their captions."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from covers.engine.pocket.words import CAPTION_TEMPLATES, Subject, caption, split
from covers.training.pocket import autoencoder, pictures
from covers.training.pocket.pocket_recipe import PocketRecipe
from covers.training.pocket.train_state import TrainState

SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "timestep_spacing": "trailing",
}
"""SDXL's betas, rescaled to end in pure noise (Lin et al. 2023, arXiv 2305.08891), so that flat colours come out pure."""

TIME_IDS, TIME_WIDTH = 6, 32
TIME_SHIFT = 2.0
"""How far training leans to noisy times, where the words decide what the shape is (Esser et al. 2024, arXiv 2403.03206)."""


def build_unet(recipe: PocketRecipe) -> UNet2DConditionModel:
    """SDXL's UNet made small: no attention at the full latent size, text and sizes added to the time."""
    levels = len(recipe.unet_channels)
    return UNet2DConditionModel(
        sample_size=recipe.latent_side,
        in_channels=recipe.latent_channels,
        out_channels=recipe.latent_channels,
        block_out_channels=recipe.unet_channels,
        layers_per_block=recipe.unet_layers,
        down_block_types=("DownBlock2D", *["CrossAttnDownBlock2D"] * (levels - 1)),
        up_block_types=(*["CrossAttnUpBlock2D"] * (levels - 1), "UpBlock2D"),
        transformer_layers_per_block=1,
        attention_head_dim=tuple(max(1, width // 32) for width in recipe.unet_channels),
        norm_num_groups=8,
        use_linear_projection=True,
        cross_attention_dim=sum(recipe.text_widths),
        addition_embed_type="text_time",
        addition_time_embed_dim=TIME_WIDTH,
        projection_class_embeddings_input_dim=recipe.text_widths[1] + TIME_IDS * TIME_WIDTH,
    )


class CaptionedDenoiser(nn.Module):
    """Everything that learns from captions, as one module. Its forward is SDXL's, from token ids."""

    def __init__(self, unet: UNet2DConditionModel, first: CLIPTextModel, second: CLIPTextModelWithProjection) -> None:
        super().__init__()
        self.unet, self.first, self.second = unet, first, second

    def read(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """ids (n, places) to (n, places, width) and the pooled (n, width of the second), as diffusers' SDXL pipeline does."""
        first = self.first(ids, output_hidden_states=True)
        second = self.second(ids, output_hidden_states=True)
        return torch.cat([first.hidden_states[-2], second.hidden_states[-2]], dim=-1), second.text_embeds

    def forward(self, noisy: Tensor, times: Tensor, words: Tensor, pooled: Tensor, side: int) -> Tensor:
        sizes = torch.tensor([side, side, 0, 0, side, side], dtype=noisy.dtype, device=noisy.device)
        added = {"text_embeds": pooled, "time_ids": sizes.expand(len(noisy), -1)}
        return self.unet(noisy, times, words, added_cond_kwargs=added).sample


@dataclass(frozen=True)
class RenderLatents:
    """latents: (n, c, h, w), scaled. subjects: n, what each shows."""

    latents: Tensor
    subjects: list[Subject]


def prepare(recipe: PocketRecipe, vae: AutoencoderKL, file: Path, device: torch.device) -> RenderLatents:
    """Draw and encode each seen combination `renders_per_subject` times; sets the VAE's scale. Kept in `file`."""
    seen, _ = split(recipe.motifs)
    order = [subject for subject in seen for _ in range(recipe.renders_per_subject)]
    if not file.is_file():
        parts = []
        for start in range(0, len(order), 64):
            chunk = order[start : start + 64]
            drawn = [pictures.plain_picture(s, recipe.side, start + i, recipe.variety) for i, s in enumerate(chunk)]
            parts.append(autoencoder.encode(vae, np.stack(drawn), device))
        part = file.with_suffix(".part")
        torch.save(torch.cat(parts), part)
        part.replace(file)
    latents = torch.load(file, weights_only=True)
    autoencoder.set_scale(vae, latents)
    return RenderLatents(latents * vae.config.scaling_factor, order)


def noisy_times(count: int, generator: torch.Generator) -> Tensor:
    """(count,) whole numbers from 0 to 999, half of them above 666 with a TIME_SHIFT of 2."""
    even = torch.rand(count, generator=generator)
    return (1000 * TIME_SHIFT * even / (1 + (TIME_SHIFT - 1) * even)).long().clamp(max=999)


def train_state(
    recipe: PocketRecipe,
    captioned_denoiser: CaptionedDenoiser,
    tokenizer: CLIPTokenizer,
    renders: RenderLatents,
    file: Path,
    device: torch.device,
) -> TrainState[CaptionedDenoiser]:
    """Train `captioned_denoiser` to predict the velocity (Salimans & Ho 2022, arXiv 2202.00512) at any time."""
    schedule = DDPMScheduler(**SCHEDULE)
    all_renders = torch.arange(len(renders.subjects))
    first_renders = torch.tensor(
        [n for n, subject in enumerate(renders.subjects) if subject.motif in recipe.first_motifs]
    )

    def one_step(step: int) -> Tensor:
        rng, generator = random.Random(step), torch.Generator().manual_seed(step)
        now = first_renders if step < recipe.first_steps else all_renders
        chosen = now[torch.randint(0, len(now), (recipe.unet_batch,), generator=generator)]
        clean = renders.latents[chosen].to(device)
        noise = torch.randn(clean.shape, generator=generator).to(device)
        times = noisy_times(recipe.unet_batch, generator).to(device)
        texts = [caption(renders.subjects[index], rng.randrange(len(CAPTION_TEMPLATES))) for index in chosen.tolist()]
        ids = tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids.to(device)
        words, pooled = captioned_denoiser.read(ids)
        kept = (torch.rand(recipe.unet_batch, generator=generator) >= recipe.caption_drop).float().to(device)
        words, pooled = words * kept[:, None, None], pooled * kept[:, None]  # as the pipeline's zeros for no prompt
        predicted = captioned_denoiser(schedule.add_noise(clean, noise, times), times, words, pooled, recipe.side)
        return functional.mse_loss(predicted, schedule.get_velocity(clean, noise, times))

    return TrainState(
        file, captioned_denoiser, one_step, recipe.unet_steps, recipe.unet_learning_rate, recipe.ema_decay
    )
