"""From an adapter's file, of any format that `covers.engine.weights` says is drawn, to matrices for the modules of a model."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from safetensors import SafetensorError, safe_open
from torch import nn

from albumsite.errors import EngineError
from covers.engine.sdxl.engine_errors import one_line
from covers.engine.sdxl.model_info import layers_per_block
from covers.engine.sdxl.weight_deltas import ShapeMismatch, WeightDelta, build_delta
from covers.engine.weights.adapter_formats import (
    PARTS,
    TEXT_1,
    TEXT_2,
    UNET,
    AdapterContents,
    AdapterLayer,
    contents_of,
    text_aliases,
    unet_aliases,
)
from covers.engine.weights.file_refusals import examples

METADATA_KEY = "lora_adapter_metadata"
"""Where diffusers keeps alphas in a file's header, as JSON with "unet." or "text_encoder." before each name."""
PEFT_PREFIX = "base_model.model."
Layers = Mapping[str, nn.Module]
"""By name."""


@dataclass(frozen=True, eq=False)
class AdapterWeights:
    """One read file. deltas: part of the model ("unet", "text_encoder", "text_encoder_2") → module name → what is added.

    ignored: in words, what else is in the file and is not drawn with. formats: what it is made of, for people.
    """

    deltas: Mapping[str, Mapping[str, WeightDelta]]
    ignored: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()

    @property
    def unet(self) -> Mapping[str, WeightDelta]:
        return self.deltas.get(UNET, {})

    @property
    def has_text_encoders(self) -> bool:
        return any(self.deltas.get(part) for part in (TEXT_1, TEXT_2))

    @property
    def all_deltas(self) -> list[WeightDelta]:
        return [delta for of_part in self.deltas.values() for delta in of_part.values()]

    @property
    def rank(self) -> int:
        return max(delta.rank for delta in self.all_deltas)

    @property
    def unet_rank(self) -> int:
        return max((delta.rank for delta in self.unet.values()), default=0)

    @property
    def size_bytes(self) -> int:
        return sum(tensor.nbytes for delta in self.all_deltas for tensor in delta.tensors)


def broken_adapter(path: Path, reason: str) -> EngineError:
    return EngineError("engine:adapter-broken", f"{path.name}: {reason}")


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """What libraries raise about a file that is not what its name says, as "engine:adapter-broken"."""
    try:
        yield
    except (SafetensorError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise broken_adapter(path, " ".join(f"{type(error).__name__}: {error}".split())) from error


def check_file(path: Path) -> None:
    """Raises EngineError unless `path` is a file that may be opened: safetensors only, others can run code."""
    if path.is_dir():
        raise broken_adapter(path, "a folder, where one .safetensors file is wanted")
    if path.suffix != ".safetensors":
        raise broken_adapter(path, "only .safetensors files are read; others can run code")
    if not path.is_file():
        raise EngineError("engine:adapter-missing", f"{path}: no such file")


def read_adapter(
    path: Path,
    unet: UNet2DConditionModel,
    unet_layers: Layers,
    device: torch.device,
    dtype: torch.dtype,
    text_encoder_layers: Mapping[str, Layers] | None = None,
) -> AdapterWeights:
    """Read a file in any format that is drawn.

    unet_layers: what may be adapted of the UNet, by name: Linear and Conv2d. text_encoder_layers: the same of
    "text_encoder" and "text_encoder_2"; without them their part of the file is ignored, and named in `ignored`. Raises EngineError
    "engine:adapter-missing" or "engine:adapter-broken"; a file is taken whole or not at all, since half of a style is
    another style.
    """
    check_file(path)
    layers_of: dict[str, Layers] = {UNET: unet_layers, **(text_encoder_layers or {})}
    depth = layers_per_block(unet.config)
    aliases = {
        part: unet_aliases(layers, depth) if part == UNET else text_aliases(layers)
        for part, layers in layers_of.items()
    }
    deltas: dict[str, dict[str, WeightDelta]] = {part: {} for part in PARTS}
    with file_errors(path), safe_open(path, framework="pt", device="cpu") as file:
        contents = contents_of(file.keys())
        if contents.refusal is not None:
            raise broken_adapter(path, str(contents.refusal))
        alphas = LoraAlphas.of_file(path, file.metadata() or {}, list(file.keys()))
        for in_file in contents.layers:
            if in_file.part not in layers_of:
                continue
            name = aliases[in_file.part].get(in_file.module, "")
            layer = layers_of[in_file.part].get(name)
            if not isinstance(layer, nn.Linear | nn.Conv2d):
                raise broken_adapter(path, f"made for another model: this one has no {in_file.module} to adapt")
            tensors = {slot: file.get_tensor(tensor_name) for slot, tensor_name in in_file.tensors.items()}
            delta = read_delta(path, in_file, tensors, layer, alphas, name)
            deltas[in_file.part][name] = delta.to(device, dtype)
    weights = AdapterWeights(deltas, ignored_of(contents, set(layers_of)), contents.formats)
    if not weights.all_deltas:
        raise broken_adapter(path, "nothing in it is for the UNet, only for text encoders")
    check_finite(path, weights.all_deltas, dtype)
    return weights


def read_delta(
    path: Path,
    in_file: AdapterLayer,
    tensors: Mapping[str, torch.Tensor],
    layer: nn.Linear | nn.Conv2d,
    alphas: LoraAlphas,
    name: str,
) -> WeightDelta:
    """What the file adds to `layer`. Raises EngineError for matrices of another model."""
    try:
        return build_delta(in_file, tensors, layer, lambda rank: alphas.scale_of(in_file.part, name, rank))
    except ShapeMismatch as error:
        shape = tuple(layer.weight.shape)
        raise broken_adapter(path, f"made for another model: {in_file.module} is {shape} here, and {error}") from error
    except RuntimeError as error:  # einsum and the like, of matrices that do not belong together
        reason = f"the matrices of {in_file.module} do not belong together: {one_line(error)}"
        raise broken_adapter(path, reason) from error


def ignored_of(contents: AdapterContents, parts_read: set[str]) -> tuple[str, ...]:
    """In words, what the file has and is not drawn with."""
    text = sum(len(layer.tensors) for layer in contents.layers if layer.part not in parts_read)
    ignored = [f"text encoders: {text} tensors"] if text else []
    if contents.unknown:
        ignored.append(f"not understood: {len(contents.unknown)} tensors ({examples(contents.unknown)})")
    return (*ignored, *contents.ignored)


def check_finite(path: Path, deltas: Iterable[WeightDelta], dtype: torch.dtype) -> None:
    """Raises EngineError for values that are no numbers: their sum is none. A card is waited for once, not at each matrix."""
    sums = torch.stack([matrix.sum(dtype=torch.float32) for delta in deltas for matrix in delta.tensors])
    if not torch.isfinite(sums).all():
        raise broken_adapter(
            path, f"it has values that are no numbers, or too large for {str(dtype).removeprefix('torch.')}"
        )


@dataclass(frozen=True)
class LoraAlphas:
    """By what each pair is scaled: alpha / rank, or alpha / sqrt(rank) of a rank-stabilised LoRA (arXiv 2312.03732).

    by_part: part of the model → what peft's configuration says of it; empty where a file says nothing, then alpha is the
    rank.
    """

    by_part: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of_file(cls, path: Path, header: Mapping[str, str], names: list[str]) -> LoraAlphas:
        """From the header, where diffusers puts them, or the adapter_config.json that peft puts beside the file."""
        config_file = path.with_name("adapter_config.json")
        if header.get(METADATA_KEY):
            saved = json.loads(header[METADATA_KEY])
            return cls({part: without_prefix(saved, f"{part}.") for part in PARTS})
        if names and names[0].startswith(PEFT_PREFIX) and config_file.is_file():
            return cls({UNET: json.loads(config_file.read_text(encoding="utf-8"))})
        return cls()

    def scale_of(self, part: str, module: str, rank: int | None) -> float:
        config = self.by_part.get(part, {})
        alpha = config.get("lora_alpha", config.get("alpha"))  # LoHa's and LoKr's configurations say alpha
        own = [
            float(one)
            for name, one in (config.get("alpha_pattern") or {}).items()
            if module == name.lstrip("^") or module.endswith(f".{name.lstrip('^')}")
        ]
        alpha = own[0] if own else None if alpha is None else float(alpha)
        rank = rank or config.get("r")
        if alpha is None or not rank:
            return 1.0
        return alpha / (math.sqrt(rank) if config.get("use_rslora", False) else rank)


def without_prefix(saved: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in saved.items() if name.startswith(prefix)}


def summary(weights: AdapterWeights) -> str:
    """For the log: the formats, and how many modules of which kinds."""
    kinds = Counter(name.rsplit(".", 1)[-1] for of_part in weights.deltas.values() for name in of_part)
    return ", ".join([*weights.formats, *(f"{count} {kind}" for kind, count in kinds.most_common(4))])
