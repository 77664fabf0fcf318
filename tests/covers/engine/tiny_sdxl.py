"""A whole SDXL checkpoint of random weights, small enough to build in a second and draw on a CPU. Needs no network."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

PLACES = 77
WIDTHS = (16, 32)
"""Hidden sizes of the two text encoders."""
COMMON_PAIRS = ("th", "in", "er", "an", "on", "at", "re", "ar", "co", "ov")


def build_tiny_sdxl(folder: Path) -> Path:
    """Save the checkpoint into `folder` in the layout of a download of SDXL, about 9 MiB, and return it."""
    random_state = torch.get_rng_state()
    torch.manual_seed(0)
    with TemporaryDirectory() as scratch:
        tokenizers = [build_tokenizer(Path(scratch) / name, pad) for name, pad in (("1", None), ("2", "!"))]
    pipeline = StableDiffusionXLPipeline(
        vae=build_vae(),
        text_encoder=CLIPTextModel(text_config(tokenizers[0], WIDTHS[0])),
        text_encoder_2=CLIPTextModelWithProjection(text_config(tokenizers[1], WIDTHS[1])),
        tokenizer=tokenizers[0],
        tokenizer_2=tokenizers[1],
        unet=build_unet(cross_attention_dim=sum(WIDTHS), pooled_dim=WIDTHS[1]),
        scheduler=build_scheduler(),
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    torch.set_rng_state(random_state)
    return folder


def build_tokenizer(folder: Path, pad: str | None) -> CLIPTokenizer:
    """Byte-level pairs in CLIP's own file format: every byte, inside a word and at its end, and a few merges."""
    end = "<|endoftext|>"
    letters = sorted(ByteLevel.alphabet())
    merges = [(pair[0], pair[1]) for pair in COMMON_PAIRS]
    words = [*letters, *(f"{letter}</w>" for letter in letters), *(a + b for a, b in merges)]
    words += ["<|startoftext|>", end]  # the end mark must have the largest id: CLIP pools where it stands
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    return CLIPTokenizer(
        str(folder / "vocab.json"),
        str(folder / "merges.txt"),
        bos_token="<|startoftext|>",
        eos_token=end,
        unk_token=end,
        pad_token=pad or end,
        model_max_length=PLACES,
    )


def text_config(tokenizer: CLIPTokenizer, hidden_size: int) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden_size,
        intermediate_size=2 * hidden_size,
        num_hidden_layers=2,  # SDXL reads the one before the last
        num_attention_heads=2,
        max_position_embeddings=PLACES,
        projection_dim=hidden_size,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def build_unet(*, cross_attention_dim: int, pooled_dim: int, **changes: object) -> UNet2DConditionModel:
    time_ids, time_width = 6, 8
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 1, 2),
        attention_head_dim=(2, 4, 4),
        use_linear_projection=True,
        cross_attention_dim=cross_attention_dim,
        addition_embed_type="text_time",
        addition_time_embed_dim=time_width,
        projection_class_embeddings_input_dim=pooled_dim + time_ids * time_width,
        **changes,
    )


def build_vae(levels: int = 4, latent_channels: int = 4) -> AutoencoderKL:
    """levels: one more than halvings. 4: one latent for 8 x 8 pixels, as SDXL has it."""
    return AutoencoderKL(
        block_out_channels=(32,) * levels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        latent_channels=latent_channels,
        sample_size=64,
        scaling_factor=0.13025,
    )


def build_scheduler() -> EulerDiscreteScheduler:
    return EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
        steps_offset=1,
    )
