"""Adapters as peft and diffusers know them: how one begins, and the file that it ends in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.loaders.lora_base import LORA_ADAPTER_METADATA_KEY
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save
from torch import Tensor

from covers.engine.sdxl.adapter_files import read_adapter
from covers.training.lora.atomic_files import write_atomically
from covers.training.lora.lora_recipe import LoraRecipe
from covers.training.lora.rng import seed_of

ADAPTER_FILE = "adapter.safetensors"
OWN_METADATA_KEY = "album_covers_training"
"""In a file's header: what it was made with, as JSON. Other programs skip it."""
Matrices = Mapping[str, tuple[Tensor, Tensor]]
"""Module name to (down, up): (rank, in, …) and (out, rank)."""


def lora_config(recipe: LoraRecipe, names: Sequence[str]) -> LoraConfig:
    """As diffusers' script has it: `lora_A` from a normal distribution of deviation 1 / rank, `lora_B` zero."""
    return LoraConfig(
        r=recipe.rank, lora_alpha=recipe.lora_alpha, init_lora_weights="gaussian", target_modules=list(names)
    )


def fresh_matrices(
    unet: UNet2DConditionModel, recipe: LoraRecipe, names: Sequence[str]
) -> dict[str, tuple[Tensor, Tensor]]:
    """What peft begins with, from the recipe's seed. The UNet is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of(recipe.seed, "adapter"))
        unet.add_adapter(lora_config(recipe, names), adapter_name="fresh")
    try:
        state = get_peft_model_state_dict(unet, adapter_name="fresh")
        return {
            name: (
                state[f"{name}.lora_A.weight"].detach().float().clone(),
                state[f"{name}.lora_B.weight"].detach().float().flatten(1).clone(),
            )
            for name in names
        }
    finally:
        unet.unload_lora()
        unet.requires_grad_(False)


def peft_state(matrices: Matrices) -> dict[str, Tensor]:
    """By peft's names, in peft's shapes: the second matrix of a convolution is a kernel of 1 x 1."""
    state = {}
    for name, (down, up) in matrices.items():
        state[f"{name}.lora_A.weight"] = down.contiguous()
        state[f"{name}.lora_B.weight"] = (up[..., None, None] if down.ndim == 4 else up).contiguous()
    return state


def write_adapter(path: Path, matrices: Matrices, recipe: LoraRecipe, made_with: Mapping[str, object]) -> str:
    """Write the file as `StableDiffusionXLPipeline.save_lora_weights` does, whole or not at all. Its sha256."""
    content = b""

    def keep(tensors: dict[str, Tensor], _filename: str) -> None:
        nonlocal content
        config = {f"unet.{name}": value for name, value in metadata.items()}
        header = {
            "format": "pt",
            LORA_ADAPTER_METADATA_KEY: json.dumps(config, sort_keys=True, default=list),
            OWN_METADATA_KEY: json.dumps(dict(made_with), sort_keys=True),
        }
        content = save({name: tensor.cpu().contiguous() for name, tensor in tensors.items()}, header)

    metadata = lora_config(recipe, list(matrices)).to_dict()
    with TemporaryDirectory() as scratch:
        StableDiffusionXLPipeline.save_lora_weights(
            scratch, unet_lora_layers=peft_state(matrices), unet_lora_adapter_metadata=metadata, save_function=keep
        )
    write_atomically(path, content)
    return hashlib.sha256(content).hexdigest()


def check_adapter(path: Path, unet: UNet2DConditionModel, matrices: Matrices) -> None:
    """Read the file as the drawing engine does. Raises EngineError "engine:adapter-broken"."""
    targets = {name: unet.get_submodule(name) for name in matrices}
    read_adapter(path, unet, targets, torch.device("cpu"), torch.float32)
