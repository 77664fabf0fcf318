"""Writes a checkpoint as the one .safetensors file that most SDXL fine-tunes are shared as.

The names are those of the original model code: a UNet of numbered blocks, a VAE whose decoder counts from the picture,
a second text encoder with its three attention matrices in one.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

Weights = dict[str, Tensor]
RESNET = (
    ("norm1", "in_layers.0"), ("conv1", "in_layers.2"), ("time_emb_proj", "emb_layers.1"),
    ("norm2", "out_layers.0"), ("conv2", "out_layers.3"), ("conv_shortcut", "skip_connection"),
)  # fmt: skip
UNET_ENDS = (
    ("time_embedding.linear_1", "time_embed.0"), ("time_embedding.linear_2", "time_embed.2"),
    ("add_embedding.linear_1", "label_emb.0.0"), ("add_embedding.linear_2", "label_emb.0.2"),
    ("conv_in", "input_blocks.0.0"), ("conv_norm_out", "out.0"), ("conv_out", "out.2"),
    ("mid_block.resnets.0", "middle_block.0"), ("mid_block.attentions.0", "middle_block.1"),
    ("mid_block.resnets.1", "middle_block.2"),
)  # fmt: skip
VAE_PARTS = (
    ("mid_block.resnets.0", "mid.block_1"), ("mid_block.resnets.1", "mid.block_2"),
    ("mid_block.attentions.0.group_norm", "mid.attn_1.norm"), ("mid_block.attentions.0.to_q", "mid.attn_1.q"),
    ("mid_block.attentions.0.to_k", "mid.attn_1.k"), ("mid_block.attentions.0.to_v", "mid.attn_1.v"),
    ("mid_block.attentions.0.to_out.0", "mid.attn_1.proj_out"),
    ("conv_norm_out", "norm_out"), ("conv_shortcut", "nin_shortcut"),
)  # fmt: skip
CLIP_PARTS = (
    ("embeddings.token_embedding", "token_embedding"), ("embeddings.position_embedding.weight", "positional_embedding"),
    ("encoder.layers", "transformer.resblocks"), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"),
    ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"), ("self_attn.out_proj", "attn.out_proj"),
    ("final_layer_norm", "ln_final"),
)  # fmt: skip


def write_single_file(folder: Path, file: Path) -> Path:
    """The weights of the diffusers folder of `build_tiny_sdxl`, in the original layout, as `file`."""
    unet, vae = (load_file(folder / part / "diffusion_pytorch_model.safetensors") for part in ("unet", "vae"))
    encoder, encoder_2 = (load_file(folder / part / "model.safetensors") for part in ("text_encoder", "text_encoder_2"))
    weights = {f"model.diffusion_model.{name}": value for name, value in original_unet(unet).items()}
    weights |= {f"first_stage_model.{name}": value for name, value in original_vae(vae).items()}
    text_model = "conditioner.embedders.0.transformer.text_model."  # transformers 5 leaves "text_model" away
    weights |= {text_model + name.removeprefix("text_model."): value for name, value in encoder.items()}
    weights |= {f"conditioner.embedders.1.model.{name}": value for name, value in original_clip(encoder_2).items()}
    save_file({name: value.contiguous() for name, value in weights.items()}, file)
    return file


def renamed(name: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for ours, original in pairs:
        name = name.replace(ours, original)
    return name


def original_unet(weights: Weights, layers_per_block: int = 1) -> Weights:
    found: Weights = {}
    for name, value in weights.items():
        inner = renamed(name, RESNET) if ".resnets." in name else name  # attention has norms of its own
        found[renamed(numbered_block(inner, layers_per_block), UNET_ENDS)] = value
    return found


def numbered_block(name: str, layers: int) -> str:
    """ "down_blocks.1.attentions.0.…" as "input_blocks.4.1.…": blocks are numbered through, with what halves the size."""
    match = re.fullmatch(r"(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.*)", name)
    if match is None:
        return name
    way, level, part, index, rest = match[1], int(match[2]), match[3], int(match[4]), match[5]
    place = {"resnets": 0, "attentions": 1}.get(part, 0)
    if way == "down":
        number = 1 + level * (layers + 1) + (layers if part == "downsamplers" else index)
        return f"input_blocks.{number}.{place}." + rest.replace("conv.", "op.", 1 if part == "downsamplers" else 0)
    if part == "upsamplers":  # after the last layer of its level, behind attention where there is some
        return f"output_blocks.{level * (layers + 1) + layers}.2.{rest}"
    return f"output_blocks.{level * (layers + 1) + index}.{place}.{rest}"


def original_vae(weights: Weights) -> Weights:
    found: Weights = {}
    for name, value in weights.items():
        new = re.sub(r"encoder\.down_blocks\.(\d)\.resnets\.", r"encoder.down.\1.block.", name)
        new = re.sub(r"encoder\.down_blocks\.(\d)\.downsamplers\.0\.", r"encoder.down.\1.downsample.", new)
        new = re.sub(r"up_blocks\.(\d)\.resnets\.", lambda match: f"up.{3 - int(match[1])}.block.", new)
        new = re.sub(r"up_blocks\.(\d)\.upsamplers\.0\.", lambda match: f"up.{3 - int(match[1])}.upsample.", new)
        new = renamed(new, VAE_PARTS)
        is_convolution = re.search(r"attn_1\.(q|k|v|proj_out)\.weight", new)
        found[new] = value[:, :, None, None] if is_convolution else value
    return found


def original_clip(weights: Weights) -> Weights:
    found: Weights = {}
    for name, value in weights.items():
        if ".self_attn.q_proj." in name:
            parts = [weights[name.replace("q_proj", letter + "_proj")] for letter in "qkv"]
            block = name.split("encoder.layers.")[1].split(".")[0]
            kind = "in_proj_" + name.rsplit(".", 1)[1]
            found[f"transformer.resblocks.{block}.attn.{kind}"] = torch.cat(parts)
        elif name == "text_projection.weight":
            found["text_projection"] = value.T
        elif ".k_proj." not in name and ".v_proj." not in name:
            found[renamed(name.removeprefix("text_model."), CLIP_PARTS)] = value
    return found
