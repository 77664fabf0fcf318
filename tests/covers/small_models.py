"""Files with the headers and configuration of SDXL models and no sense in their weights, made without torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WIDTH = 48
CLASSES = {
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "tokenizer_2": ["transformers", "CLIPTokenizer"],
    "scheduler": ["diffusers", "EulerDiscreteScheduler"],
}
UNET = {"addition_embed_type": "text_time", "cross_attention_dim": WIDTH, "in_channels": 4}


def write_safetensors(path: Path, shapes: dict[str, list[int]], fill: int = 0) -> Path:
    """float16 tensors of these shapes, every byte `fill`."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        size = 2
        for side in shape:
            size *= side
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes([fill]) * end)
    return path


def write_checkpoint(folder: Path, *, unet: dict[str, Any] | None = None, fill: int = 0, width: int = WIDTH) -> Path:
    """A folder in diffusers layout that says it is SDXL, with text encoders that together are `width` wide."""
    configs = {
        "unet": {**UNET, "cross_attention_dim": width, **(unet or {})},
        "vae": {"latent_channels": 4},
        "text_encoder": {"hidden_size": width // 3},
        "text_encoder_2": {"hidden_size": width - width // 3},
    }
    for part, config in configs.items():
        write_safetensors(folder / part / "model.safetensors", {f"{part}.weight": [4, 8]}, fill)
        (folder / part / "config.json").write_text(json.dumps(config))
    for part in ("tokenizer", "tokenizer_2", "scheduler"):
        (folder / part).mkdir(exist_ok=True)
        (folder / part / "config.json").write_text("{}")
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionXLPipeline", **CLASSES}))
    return folder


def write_adapter(path: Path, width: int = WIDTH, rank: int = 4, fill: int = 0) -> Path:
    """An adapter of a UNet whose cross attention takes texts `width` wide."""
    module = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2"
    shapes = {f"{module}.to_k.lora_A.weight": [rank, width], f"{module}.to_k.lora_B.weight": [32, rank]}
    return write_safetensors(path, shapes, fill)


def write_single_file(path: Path, *, channels: int = 4, has_second_encoder: bool = True, width: int = WIDTH) -> Path:
    """One file with the names that SDXL's own single-file checkpoints use."""
    shapes = {
        "model.diffusion_model.input_blocks.0.0.weight": [8, channels, 3, 3],
        "model.diffusion_model.label_emb.0.0.weight": [8, 8],
        "model.diffusion_model.middle_block.1.transformer_blocks.0.attn2.to_k.weight": [8, width],
        "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight": [8],
        "first_stage_model.decoder.conv_in.weight": [8, 4, 3, 3],
    }
    if has_second_encoder:
        shapes["conditioner.embedders.1.model.ln_final.weight"] = [8]
    return write_safetensors(path, shapes)
