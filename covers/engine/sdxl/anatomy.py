"""How large a checkpoint is, from its configuration and the headers of its files: nothing of its weights is read."""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionXLPipeline
from safetensors import safe_open

from covers.engine.sdxl.plan import Anatomy, Memory

SINGLE_FILE_PARTS = {"model.diffusion_model.": "unet", "first_stage_model.": "vae", "conditioner.": "text"}
FOLDERS = {"unet": "unet", "vae": "vae", "text_encoder": "text", "text_encoder_2": "text"}
CGROUP = Path("/sys/fs/cgroup")


def of_checkpoint(path: Path, config_folder: Path) -> Anatomy:
    """path: a folder in diffusers layout, or a single file; config_folder: where the configurations are.

    Raises OSError, SafetensorError, ValueError or LookupError for files that are not what they should be.
    """
    unet, vae = (read_config(config_folder / part) for part in ("unet", "vae"))
    counts: Counter[str] = Counter()
    blocks: Counter[str] = Counter()
    for part, name, values in weights_of_file(path) if path.is_file() else weights_of_folder(path):
        counts[part] += values
        if part == "unet":
            blocks[block_of(name, layers_of(unet))] += values
    return assembled(unet, vae, counts, max(blocks.values(), default=0))


def of_pipeline(pipeline: StableDiffusionXLPipeline) -> Anatomy:
    """Of components that are loaded already."""
    counts: Counter[str] = Counter()
    for name, part in FOLDERS.items():
        counts[part] += sum(weight.numel() for weight in getattr(pipeline, name).parameters())
    blocks: Counter[str] = Counter()
    for name, weight in pipeline.unet.named_parameters():
        blocks[block_of(name, layers_of(pipeline.unet.config))] += weight.numel()
    return assembled(pipeline.unet.config, pipeline.vae.config, counts, max(blocks.values()))


def assembled(unet: Mapping[str, Any], vae: Mapping[str, Any], counts: Mapping[str, int], largest: int) -> Anatomy:
    return Anatomy(
        unet_weights=counts["unet"],
        vae_weights=counts["vae"],
        text_weights=counts["text"],
        largest_block=largest,
        unet_channels=tuple(unet["block_out_channels"]),
        unet_layers=layers_of(unet),
        unet_attends=tuple("CrossAttn" in kind for kind in unet["down_block_types"]),
        text_width=int(unet["cross_attention_dim"]),
        vae_channels=tuple(vae["block_out_channels"]),
        vae_overflows=bool(vae.get("force_upcast", True)),
    )


def layers_of(unet: Mapping[str, Any]) -> int:
    layers = unet.get("layers_per_block", 2)
    return layers if isinstance(layers, int) else max(layers)


def block_of(name: str, layers: int) -> str:
    """`up_blocks.0` of a name in diffusers layout. A single file numbers each layer: `output_blocks.0` to `.2` of one."""
    block, number, *_ = [*name.split("."), ""]
    if block in ("input_blocks", "output_blocks"):
        number = str((int(number) - (block == "input_blocks")) // (layers + 1))
    return f"{block}.{number}" if number.lstrip("-").isdigit() else block


def weights_of_folder(folder: Path) -> Iterator[tuple[str, str, int]]:
    """(part, name, number of values) of each tensor. Of a part saved in two precisions, one is counted."""
    for name, part in FOLDERS.items():
        files = sorted((folder / name).glob("*.safetensors"))
        whole = [file for file in files if ".fp16" not in file.name]
        for file in whole or files:
            yield from ((part, tensor, values) for tensor, values in header(file))


def weights_of_file(file: Path) -> Iterator[tuple[str, str, int]]:
    for name, values in header(file):
        for prefix, part in SINGLE_FILE_PARTS.items():
            if name.startswith(prefix):
                yield part, name.removeprefix(prefix), values


def header(file: Path) -> Iterator[tuple[str, int]]:
    with safe_open(file, framework="pt", device="cpu") as tensors:
        for name in tensors.keys():  # noqa: SIM118 - it is no dict
            yield name, math.prod(tensors.get_slice(name).get_shape())


def read_config(folder: Path) -> Mapping[str, Any]:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        raise ValueError(f"{folder.name}/config.json is no table of settings")
    return config


def memory_of(device: torch.device) -> Memory:
    """What is free where pictures will be drawn."""
    if device.type != "cuda":
        return Memory(device.type, free_main_memory())
    free, _total = torch.cuda.mem_get_info(device)
    return Memory("cuda", free, torch.cuda.get_device_capability(device) >= (8, 0))


def free_main_memory() -> int:
    """Bytes that can be had without swapping, within the limit of a container if there is one."""
    limit, used = first_number(CGROUP / "memory.max"), first_number(CGROUP / "memory.current")
    if limit is None or used is None:
        return available_bytes()
    cached = first_number(CGROUP / "memory.stat", "inactive_file ") or 0  # counted as used, and given back when needed
    return max(0, min(available_bytes(), limit - used + cached))


def available_bytes() -> int:
    """Linux tells it, caches included; elsewhere this is all that is built in."""
    kilobytes = first_number(Path("/proc/meminfo"), "MemAvailable:")
    return kilobytes * 1024 if kilobytes is not None else os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def first_number(file: Path, start: str = "") -> int | None:
    """The number in the line that starts so; None where there is none, as in a container without a limit ("max")."""
    try:
        lines = file.read_text().splitlines()
        return next(int(line.removeprefix(start).split()[0]) for line in lines if line.startswith(start))
    except (OSError, ValueError, StopIteration):
        return None
