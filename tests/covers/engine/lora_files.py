"""LoRA files of random weights, as diffusers, peft and kohya-ss save them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file
from torch import Tensor, nn

ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
EVERYWHERE = (*ATTENTION, "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out", "conv1", "conv2", "conv_shortcut",
              "time_emb_proj", "downsamplers.0.conv", "upsamplers.0.conv", "conv_in", "conv_out")  # fmt: skip


def matrices(
    unet: UNet2DConditionModel, kinds: Sequence[str] = ATTENTION, *, rank: int = 4, seed: int = 0, size: float = 0.3
) -> dict[str, tuple[Tensor, Tensor]]:
    """Module name to (down, up), large enough to change a picture."""
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for name, module in unet.named_modules():
        if isinstance(module, nn.Linear | nn.Conv2d) and any(f".{name}".endswith(f".{kind}") for kind in kinds):
            out, *rest = module.weight.shape
            kernel = (1, 1) if len(rest) == 3 else ()
            down = torch.randn(rank, *rest, generator=generator) * size / rest[0] ** 0.5
            found[name] = down, torch.randn(out, rank, *kernel, generator=generator) * size
    return found


def write(file: Path, tensors: Mapping[str, Tensor], **metadata: str) -> Path:
    save_file(
        {name: tensor.contiguous() for name, tensor in tensors.items()}, file, metadata={"format": "pt", **metadata}
    )
    return file


def diffusers_file(file: Path, pairs: Mapping[str, tuple[Tensor, Tensor]], **metadata: object) -> Path:
    """metadata: alphas and the like, as `save_lora_weights` puts them into the header."""
    tensors = {f"unet.{name}.lora_A.weight": down for name, (down, _) in pairs.items()}
    tensors |= {f"unet.{name}.lora_B.weight": up for name, (_, up) in pairs.items()}
    header = {"lora_adapter_metadata": json.dumps({f"unet.{k}": v for k, v in metadata.items()})} if metadata else {}
    return write(file, tensors, **header)


def peft_file(file: Path, pairs: Mapping[str, tuple[Tensor, Tensor]], **config: object) -> Path:
    tensors = {f"base_model.model.{name}.lora_A.weight": down for name, (down, _) in pairs.items()}
    tensors |= {f"base_model.model.{name}.lora_B.weight": up for name, (_, up) in pairs.items()}
    file.with_name("adapter_config.json").write_text(json.dumps(config))
    return write(file, tensors)


def old_diffusers_file(file: Path, pairs: Mapping[str, tuple[Tensor, Tensor]]) -> Path:
    """As `save_attn_procs` wrote them before peft."""
    tensors = {}
    for name, (down, up) in pairs.items():
        attention, _, projection = name.removesuffix(".0").rpartition(".")
        tensors[f"unet.{attention}.processor.{projection}_lora.down.weight"] = down
        tensors[f"unet.{attention}.processor.{projection}_lora.up.weight"] = up
    return write(file, tensors)


def kohya_file(
    file: Path,
    pairs: Mapping[str, tuple[Tensor, Tensor]],
    alphas: Mapping[str, float],
    rest: Mapping[str, Tensor] | None = None,
) -> Path:
    """With the names of the original SDXL code, for a UNet of one resnet and attention a block and three levels."""
    tensors = dict(rest or {})
    for name, (down, up) in pairs.items():
        stem = "lora_unet_" + original_name(name).replace(".", "_")
        tensors[f"{stem}.lora_down.weight"], tensors[f"{stem}.lora_up.weight"] = down, up
        tensors[f"{stem}.alpha"] = torch.tensor(alphas[name])
    return write(file, tensors)


INSIDE_RESNETS = {"conv1": "in_layers.2", "conv2": "out_layers.3", "time_emb_proj": "emb_layers.1",
                  "conv_shortcut": "skip_connection"}  # fmt: skip
OUTSIDE_BLOCKS = {"conv_in": "input_blocks.0.0", "conv_out": "out.2"}


def original_name(name: str, layers: int = 1) -> str:
    """The name in the original code, which numbers the layers of all blocks and in them resnet, attention, resampler."""
    if name in OUTSIDE_BLOCKS:
        return OUTSIDE_BLOCKS[name]
    block, *rest = name.split(".")
    if block == "mid_block":
        part, layer, *inside = rest
        return ".".join(["middle_block", "1" if part == "attentions" else str(2 * int(layer)), *original(inside)])
    level, part, layer, *inside = rest
    number = int(level) * (layers + 1) + int(layer)
    if part == "downsamplers":
        return f"input_blocks.{(int(level) + 1) * (layers + 1)}.0.op"
    if part == "upsamplers":
        return f"output_blocks.{int(level) * (layers + 1) + layers}.2.conv"
    side, first = ("input_blocks", 1) if block == "down_blocks" else ("output_blocks", 0)
    return ".".join([side, str(number + first), "1" if part == "attentions" else "0", *original(inside)])


def original(inside: Sequence[str]) -> list[str]:
    return [INSIDE_RESNETS.get(part, part) for part in inside]
