"""An SDXL of random weights for benchmarks: mid-sized (54 M in the UNet, parts in SDXL's proportions), full-sized, or tiny.

The mid-sized one is what a CPU can draw with in a second: at 128 px, decoding costs 1.43 UNet forwards (1.55 for SDXL at
1024 px), and there are two text encoders, three levels and transformers of growing depth. The full one has the numbers
of SDXL base 1.0's public configuration files. Pictures are noise; speed and equality do not care. With BENCH_TINY in the
environment the mid-sized one is as small as it can be with all its kinds of parts: a run to the last line, whose figures say
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from bench.harness import IS_TINY

PLACES = 77
END = "<|endoftext|>"


@dataclass(frozen=True)
class Sizes:
    """What a checkpoint's size is made of. text, text_2: options of CLIPTextConfig. side: pixels it draws at."""

    text: Mapping[str, object]
    text_2: Mapping[str, object]
    unet: Mapping[str, object]
    vae: Mapping[str, object]
    side: int


MID = Sizes(
    text={"hidden_size": 192, "intermediate_size": 768, "num_hidden_layers": 12, "num_attention_heads": 6,
          "projection_dim": 192},
    text_2={"hidden_size": 320, "intermediate_size": 1280, "num_hidden_layers": 8, "num_attention_heads": 10,
            "projection_dim": 320, "hidden_act": "gelu"},
    unet={"sample_size": 16, "block_out_channels": (64, 128, 256), "attention_head_dim": (2, 4, 8),
          "transformer_layers_per_block": (1, 2, 4), "addition_time_embed_dim": 32},
    vae={"block_out_channels": (20, 40, 80, 80), "norm_num_groups": 4, "sample_size": 128, "force_upcast": False},
    side=128,
)  # fmt: skip
FULL = Sizes(
    text={"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
          "projection_dim": 768, "vocab_size": 49408},
    text_2={"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 20,
            "projection_dim": 1280, "hidden_act": "gelu", "vocab_size": 49408},
    unet={"sample_size": 128, "block_out_channels": (320, 640, 1280), "attention_head_dim": (5, 10, 20),
          "transformer_layers_per_block": (1, 2, 10), "addition_time_embed_dim": 256},
    vae={"block_out_channels": (128, 256, 512, 512), "norm_num_groups": 32, "sample_size": 1024, "force_upcast": False},
    side=1024,
)  # fmt: skip
TINY = Sizes(
    text={"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
          "projection_dim": 32},
    text_2={"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
            "projection_dim": 32, "hidden_act": "gelu"},
    unet={"sample_size": 8, "block_out_channels": (32, 32, 64), "attention_head_dim": (1, 1, 2),
          "transformer_layers_per_block": (1, 1, 2), "addition_time_embed_dim": 8},
    vae={"block_out_channels": (8, 8, 8, 8), "norm_num_groups": 4, "sample_size": 64, "force_upcast": False},
    side=64,
)  # fmt: skip


def sizes_of(*, full: bool) -> Sizes:
    """Of the pipeline that `build_pipeline` builds."""
    if full:
        return FULL
    return TINY if IS_TINY else MID


def build_pipeline(*, full: bool = False, device: str = "cpu") -> StableDiffusionXLPipeline:
    """A whole pipeline of random weights, the same each time: float32 on a CPU, float16 and channels-last on a card.

    Weights are made where they will be used: SDXL's 3.5 G would take minutes to draw on a CPU.
    """
    sizes = sizes_of(full=full)
    dtype = torch.float32 if device == "cpu" else torch.float16
    random_state, usual = torch.get_rng_state(), torch.get_default_dtype()
    torch.manual_seed(0)
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            pipeline = assemble(sizes)
    finally:
        torch.set_default_dtype(usual)
        torch.set_rng_state(random_state)
    pipeline.set_progress_bar_config(disable=True)
    if device != "cpu":
        pipeline.unet.to(memory_format=torch.channels_last)
        pipeline.vae.to(memory_format=torch.channels_last)
    return pipeline.to(device, dtype)


def assemble(sizes: Sizes) -> StableDiffusionXLPipeline:
    tokenizer = build_tokenizer()
    return StableDiffusionXLPipeline(
        vae=build_vae(sizes),
        text_encoder=CLIPTextModel(text_config(tokenizer, sizes.text)).eval(),
        text_encoder_2=CLIPTextModelWithProjection(text_config(tokenizer, sizes.text_2)).eval(),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=build_unet(sizes),
        scheduler=build_scheduler(),
        add_watermarker=False,
    )


@cache
def build_tokenizer() -> CLIPTokenizer:
    """CLIP's tokenizer with one token for each byte and nothing merged."""
    letters = sorted(ByteLevel.alphabet())
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", END]
    with TemporaryDirectory() as scratch:
        vocabulary, merges = Path(scratch) / "vocab.json", Path(scratch) / "merges.txt"
        vocabulary.write_text(json.dumps({word: number for number, word in enumerate(words)}))
        merges.write_text("#version: 0.2\n")
        return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=PLACES, pad_token=END)


def text_config(tokenizer: CLIPTokenizer, sizes: Mapping[str, object]) -> CLIPTextConfig:
    marks = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    common = {"vocab_size": len(tokenizer), "max_position_embeddings": PLACES, "pad_token_id": tokenizer.pad_token_id}
    return CLIPTextConfig(**{**common, **marks, **sizes})


def build_unet(sizes: Sizes) -> UNet2DConditionModel:
    time_ids = 6
    pooled, time_width = int(sizes.text_2["projection_dim"]), int(sizes.unet["addition_time_embed_dim"])
    return UNet2DConditionModel(
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=2,
        use_linear_projection=True,
        cross_attention_dim=int(sizes.text["hidden_size"]) + int(sizes.text_2["hidden_size"]),
        addition_embed_type="text_time",
        projection_class_embeddings_input_dim=pooled + time_ids * time_width,
        **sizes.unet,
    ).eval()


def build_vae(sizes: Sizes) -> AutoencoderKL:
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        scaling_factor=0.13025,
        **sizes.vae,
    ).eval()


def build_scheduler() -> EulerDiscreteScheduler:
    return EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="leading",
        steps_offset=1,
    )
