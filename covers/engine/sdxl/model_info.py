"""How large a checkpoint is, from its configuration and the headers of its files: nothing of its weights is read."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diffusers import StableDiffusionXLPipeline
from safetensors import safe_open

SINGLE_FILE_COMPONENTS = {"model.diffusion_model.": "unet", "first_stage_model.": "vae", "conditioner.": "text"}
FOLDER_COMPONENTS = {"unet": "unet", "vae": "vae", "text_encoder": "text", "text_encoder_2": "text"}
"""Subfolder or component of a pipeline → what it is counted as: both text encoders together."""


@dataclass(frozen=True)
class ModelInfo:
    """What a checkpoint is made of, as far as memory goes.

    unet_params, vae_params, text_params: numbers of parameters; text_params of both encoders together.
    largest_block_params: of the UNet's largest block, all that is on a card with group offloading.
    unet_block_out_channels, layers_per_block, cross_attention_dim, vae_block_out_channels: as the configurations have them.
    has_cross_attention: for each level of the UNet, whether it has transformers. vae_force_upcast: whether the VAE's
    configuration says that 16 bits are not safe for it.
    """

    unet_params: int
    vae_params: int
    text_params: int
    largest_block_params: int
    unet_block_out_channels: tuple[int, ...]
    layers_per_block: int
    has_cross_attention: tuple[bool, ...]
    cross_attention_dim: int
    vae_block_out_channels: tuple[int, ...]
    vae_force_upcast: bool

    @property
    def vae_scale_factor(self) -> int:
        """Side, in pixels, of the square that one latent stands for."""
        return 2 ** (len(self.vae_block_out_channels) - 1)


def info_of_checkpoint(path: Path, config_folder: Path) -> ModelInfo:
    """path: a folder in diffusers layout, or a single file; config_folder: where the configurations are.

    Raises OSError, SafetensorError, ValueError or LookupError for files that are not what they should be.
    """
    unet_config, vae_config = (read_config(config_folder / component) for component in ("unet", "vae"))
    params: Counter[str] = Counter()
    block_params: Counter[str] = Counter()
    for component, name, count in params_of_file(path) if path.is_file() else params_of_folder(path):
        params[component] += count
        if component == "unet":
            block_params[block_of(name, layers_per_block(unet_config))] += count
    return build_info(unet_config, vae_config, params, max(block_params.values(), default=0))


def info_of_pipeline(pipeline: StableDiffusionXLPipeline) -> ModelInfo:
    """Of components that are loaded already."""
    params: Counter[str] = Counter()
    for name, component in FOLDER_COMPONENTS.items():
        params[component] += sum(weight.numel() for weight in getattr(pipeline, name).parameters())
    block_params: Counter[str] = Counter()
    for name, weight in pipeline.unet.named_parameters():
        block_params[block_of(name, layers_per_block(pipeline.unet.config))] += weight.numel()
    return build_info(pipeline.unet.config, pipeline.vae.config, params, max(block_params.values()))


def build_info(
    unet_config: Mapping[str, Any], vae_config: Mapping[str, Any], params: Mapping[str, int], largest_block_params: int
) -> ModelInfo:
    return ModelInfo(
        unet_params=params["unet"],
        vae_params=params["vae"],
        text_params=params["text"],
        largest_block_params=largest_block_params,
        unet_block_out_channels=tuple(unet_config["block_out_channels"]),
        layers_per_block=layers_per_block(unet_config),
        has_cross_attention=tuple("CrossAttn" in kind for kind in unet_config["down_block_types"]),
        cross_attention_dim=int(unet_config["cross_attention_dim"]),
        vae_block_out_channels=tuple(vae_config["block_out_channels"]),
        vae_force_upcast=bool(vae_config.get("force_upcast", True)),
    )


def layers_per_block(unet_config: Mapping[str, Any]) -> int:
    layers = unet_config.get("layers_per_block", 2)
    return layers if isinstance(layers, int) else max(layers)


def block_of(name: str, layers: int) -> str:
    """`up_blocks.0` of a name in diffusers layout. A single file numbers each layer: `output_blocks.0` to `.2` of one."""
    block, number, *_ = [*name.split("."), ""]
    if block in ("input_blocks", "output_blocks"):
        number = str((int(number) - (block == "input_blocks")) // (layers + 1))
    return f"{block}.{number}" if number.lstrip("-").isdigit() else block


def params_of_folder(folder: Path) -> Iterator[tuple[str, str, int]]:
    """(component, tensor name, number of values) of each tensor. Of a component saved in two precisions, one is counted."""
    for name, component in FOLDER_COMPONENTS.items():
        files = sorted((folder / name).glob("*.safetensors"))
        full_precision = [file for file in files if ".fp16" not in file.name]
        for file in full_precision or files:
            yield from ((component, tensor, count) for tensor, count in tensor_sizes(file))


def params_of_file(file: Path) -> Iterator[tuple[str, str, int]]:
    for name, count in tensor_sizes(file):
        for prefix, component in SINGLE_FILE_COMPONENTS.items():
            if name.startswith(prefix):
                yield component, name.removeprefix(prefix), count


def tensor_sizes(file: Path) -> Iterator[tuple[str, int]]:
    """(tensor name, number of values), from the header alone."""
    with safe_open(file, framework="pt", device="cpu") as tensors:
        for name in tensors.keys():  # noqa: SIM118 - it is no dict
            yield name, math.prod(tensors.get_slice(name).get_shape())


def read_config(folder: Path) -> Mapping[str, Any]:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        raise ValueError(f"{folder.name}/config.json is no table of settings")
    return config
