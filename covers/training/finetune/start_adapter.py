"""Where a week begins: at the current model's adapter, or at nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel

from albumsite.errors import EngineError
from covers.engine.sdxl.adapter_files import AdapterWeights, read_adapter
from covers.training.finetune.finetune_recipe import FineTuneRecipe
from covers.training.lora.adapters import Matrices


def read_weights(path: Path, unet: UNet2DConditionModel, names: Sequence[str]) -> AdapterWeights:
    """The adapter in `path`, with alpha / rank in its second matrices. Raises EngineError "engine:adapter-…"."""
    targets = {name: unet.get_submodule(name) for name in names}
    return read_adapter(path, unet, targets, torch.device("cpu"), torch.float32)


def start_matrices(path: Path, unet: UNet2DConditionModel, recipe: FineTuneRecipe, names: Sequence[str]) -> Matrices:
    """Raises EngineError "training:other-adapter" unless it adapts exactly these modules at this rank."""
    parts = read_weights(path, unet, names).unet
    missing = set(names) - set(parts)
    if missing:
        raise EngineError(
            "training:other-adapter",
            f"{path.name} adapts {len(parts)} of the {len(names)} modules that are trained here, without {min(missing)}",
        )
    ranks = {part.rank for part in parts.values()}
    if ranks != {recipe.rank}:
        found = ", ".join(map(str, sorted(ranks)))
        raise EngineError("training:other-adapter", f"{path.name} has rank {found}, and {recipe.rank} is asked for")
    scale = recipe.lora_alpha / recipe.rank
    return {name: (part.down, part.up / scale) for name, part in parts.items()}
