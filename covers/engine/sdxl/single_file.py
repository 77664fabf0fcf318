"""A checkpoint in one .safetensors file: its weights into diffusers' parts, its marks into the scheduler.

The file is read here and not by diffusers' own loader, because that knows none of what trainers add to the weights: a
model that predicts v is drawn as one that predicts noise, float8 weights lose their scales, and an EMA copy doubles the memory.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import AutoencoderKL, SchedulerMixin, StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm
from safetensors import safe_open
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer, PreTrainedModel

from covers.engine.weights.checkpoint_formats import (
    WEIGHT_SCALES,
    SingleFileInfo,
    TensorHeader,
    inspect_single_file,
    is_model_weight,
)

logger = logging.getLogger(__name__)

FLOAT8_DTYPES = (torch.float8_e4m3fn, torch.float8_e5m2)


def load_single_file(file: Path, config_folder: Path, dtype: torch.dtype) -> StableDiffusionXLPipeline:
    """config_folder: in diffusers layout, with configuration and tokenizers. Raises ValueError for what is not drawn with,
    and whatever libraries raise about weights that do not fit."""
    info = inspect_file(file)
    if info.refusal is not None:
        raise ValueError(str(info.refusal))
    weights = read_weights(file, dtype)
    folder = str(config_folder)
    options = {"config": folder, "dtype": dtype, "local_files_only": True}
    unet = build_complete(
        "the UNet", lambda: UNet2DConditionModel.from_single_file(weights, subfolder="unet", **options)
    )
    vae = build_complete("the VAE", lambda: AutoencoderKL.from_single_file(weights, subfolder="vae", **options))
    encoders = [
        build_complete(f"the {part}", partial(load_text_encoder, encoder_class, weights, part, folder, dtype))
        for encoder_class, part in ((CLIPTextModel, "text_encoder"), (CLIPTextModelWithProjection, "text_encoder_2"))
    ]
    tokenizers = [
        CLIPTokenizer.from_pretrained(folder, subfolder=part, local_files_only=True)
        for part in ("tokenizer", "tokenizer_2")
    ]
    index = json.loads((config_folder / "model_index.json").read_text(encoding="utf-8"))
    pipeline = StableDiffusionXLPipeline(
        vae=vae,
        text_encoder=encoders[0],
        text_encoder_2=encoders[1],
        tokenizer=tokenizers[0],
        tokenizer_2=tokenizers[1],
        unet=unet,
        scheduler=load_scheduler(info, config_folder, index),
        force_zeros_for_empty_prompt=bool(index.get("force_zeros_for_empty_prompt", True)),
        add_watermarker=False,
    )
    for ignored in (*info.left_out, *([f"not understood: {len(info.unknown)} tensors"] if info.unknown else [])):
        logger.warning("part of a checkpoint is not drawn with file=%s %s", file.name, ignored)
    logger.info("checkpoint read file=%s facts=%s", file.name, info.facts())
    return pipeline


def inspect_file(file: Path) -> SingleFileInfo:
    with safe_open(file, framework="pt", device="cpu") as tensors:
        headers = {}
        for name in tensors.keys():  # noqa: SIM118 - it is no dict
            part = tensors.get_slice(name)
            headers[name] = TensorHeader(part.get_dtype(), tuple(part.get_shape()))
        return inspect_single_file(headers, tensors.metadata() or {})


def read_weights(file: Path, dtype: torch.dtype) -> dict[str, Tensor]:
    """The model's own weights, those of 8 bits in `dtype` and times their scales."""
    weights = {}
    with safe_open(file, framework="pt", device="cpu") as tensors:
        names = set(tensors.keys())
        for name in sorted(names):
            if is_model_weight(name):
                tensor = tensors.get_tensor(name)
                weights[name] = dequantized(tensor, scale_of(name, names, tensors), dtype)
    return weights


def scale_of(name: str, names: set[str], tensors: Any) -> Tensor | None:
    stem = name.removesuffix(".weight")
    found = next((stem + ending for ending in WEIGHT_SCALES if stem != name and stem + ending in names), None)
    return tensors.get_tensor(found) if found else None


def dequantized(tensor: Tensor, scale: Tensor | None, dtype: torch.dtype) -> Tensor:
    """torch computes nothing in eight bits on most machines. scale: one number, or one for each row."""
    if tensor.dtype not in FLOAT8_DTYPES:
        return tensor
    if scale is None:
        return tensor.to(dtype)
    scale = scale.float()
    by_row = scale.reshape(-1, *[1] * (tensor.ndim - 1)) if scale.numel() > 1 else scale.reshape(())
    return (tensor.float() * by_row).to(dtype)


def load_text_encoder(
    encoder_class: type[PreTrainedModel], weights: dict[str, Tensor], part: str, folder: str, dtype: torch.dtype
) -> nn.Module:
    return create_diffusers_clip_model_from_ldm(
        encoder_class, weights, subfolder=part, config=folder, torch_dtype=dtype, local_files_only=True
    )


def build_complete(what: str, build: Callable[[], nn.Module]) -> nn.Module:
    """A part of the model. Raises ValueError for weights that nothing in the file filled."""
    try:
        model = build()
    except NotImplementedError as error:  # moving a weight that is a shape and no values yet
        raise ValueError(f"it lacks weights of {what}, as its configuration has it") from error
    missing = [name for name, weight in model.state_dict().items() if weight.is_meta]
    if missing:
        raise ValueError(f"it lacks {len(missing)} weights of {what}, such as {missing[0]}")
    return model.eval()


def load_scheduler(info: SingleFileInfo, config_folder: Path, index: Mapping[str, Any]) -> SchedulerMixin:
    """The configuration's own scheduler, with how the file's weights predict. Raises ValueError when it names none."""
    library, class_name = index.get("scheduler") or (None, "")
    found = getattr(diffusers, str(class_name), None) if library == "diffusers" else None
    if not (isinstance(found, type) and issubclass(found, SchedulerMixin)):
        raise ValueError(f"its configuration names no scheduler of diffusers: {class_name}")
    scheduler_class: Any = found
    scheduler = scheduler_class.from_pretrained(str(config_folder), subfolder="scheduler", local_files_only=True)
    changes: dict[str, object] = {"prediction_type": info.prediction_type} if info.prediction_type else {}
    if info.has_zero_terminal_snr:  # noise to begin with is all noise: Lin et al. 2023, arXiv 2305.08891
        changes |= {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    return scheduler_class.from_config({**scheduler.config, **changes}) if changes else scheduler
