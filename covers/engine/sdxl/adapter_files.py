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
from covers.engine.sdxl.deltas import DoesNotFit, LowRank, delta_of
from covers.engine.weights.adapters import (
    PARTS,
    TEXT_1,
    TEXT_2,
    UNET,
    Contents,
    Layer,
    contents_of,
    text_aliases,
    unet_aliases,
)
from covers.engine.weights.refusals import examples

METADATA_KEY = "lora_adapter_metadata"
"""Where diffusers keeps alphas in a file's header, as JSON with "unet." or "text_encoder." before each name."""
PEFT = "base_model.model."
Modules = Mapping[str, nn.Module]


@dataclass(frozen=True, eq=False)
class AdapterWeights:
    """One read file. parts: by the module's name in the UNet. texts: for each text encoder the same. ignored: what else is
    in the file and is not drawn with. formats: what it is made of, for people."""

    parts: Mapping[str, LowRank]
    ignored: tuple[str, ...]
    texts: Mapping[str, Mapping[str, LowRank]] = field(default_factory=dict)
    formats: tuple[str, ...] = ()

    @property
    def all_parts(self) -> list[LowRank]:
        return [part for parts in (self.parts, *self.texts.values()) for part in parts.values()]

    @property
    def rank(self) -> int:
        return max(part.rank for part in self.all_parts)

    @property
    def unet_rank(self) -> int:
        return max((part.rank for part in self.parts.values()), default=0)

    @property
    def size_bytes(self) -> int:
        return sum(tensor.nbytes for part in self.all_parts for tensor in part.tensors)


def broken(path: Path, reason: str) -> EngineError:
    return EngineError("engine:adapter-broken", f"{path.name}: {reason}")


@contextmanager
def as_broken(path: Path) -> Iterator[None]:
    """What libraries raise about a file that is not what its name says, as "engine:adapter-broken"."""
    try:
        yield
    except (SafetensorError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise broken(path, " ".join(f"{type(error).__name__}: {error}".split())) from error


def check_file(path: Path) -> None:
    """Raises EngineError unless `path` is a file that may be opened: safetensors only, others can run code."""
    if path.is_dir():
        raise broken(path, "a folder, where one .safetensors file is wanted")
    if path.suffix != ".safetensors":
        raise broken(path, "only .safetensors files are read; others can run code")
    if not path.is_file():
        raise EngineError("engine:adapter-missing", f"{path}: no such file")


def read_adapter(
    path: Path,
    unet: UNet2DConditionModel,
    targets: Modules,
    device: torch.device,
    dtype: torch.dtype,
    texts: Mapping[str, Modules] | None = None,
) -> AdapterWeights:
    """Read a file in any format that is drawn.

    targets: what may be adapted of the UNet, by name: Linear and Conv2d. texts: the same of "text_encoder" and
    "text_encoder_2"; without them their halves are ignored, and said. Raises EngineError "engine:adapter-missing" or
    "engine:adapter-broken"; a file is taken whole or not at all, since half of a style is another style.
    """
    check_file(path)
    modules = {UNET: targets, **(texts or {})}
    layers_per_block = unet.config.layers_per_block
    depth = layers_per_block if isinstance(layers_per_block, int) else max(layers_per_block)
    aliases = {
        part: unet_aliases(found, depth) if part == UNET else text_aliases(found) for part, found in modules.items()
    }
    found: dict[str, dict[str, LowRank]] = {part: {} for part in PARTS}
    with as_broken(path), safe_open(path, framework="pt", device="cpu") as file:
        contents = contents_of(file.keys())
        if contents.refusal is not None:
            raise broken(path, str(contents.refusal))
        alphas = Alphas.of_file(path, file.metadata() or {}, list(file.keys()))
        for layer in contents.layers:
            if layer.part not in modules:
                continue
            name = aliases[layer.part].get(layer.module, "")
            target = modules[layer.part].get(name)
            if not isinstance(target, nn.Linear | nn.Conv2d):
                raise broken(path, f"made for another model: this one has no {layer.module} to adapt")
            tensors = {slot: file.get_tensor(own) for slot, own in layer.tensors.items()}
            found[layer.part][name] = made(path, layer, tensors, target, alphas, name).to(device, dtype)
    weights = AdapterWeights(
        found[UNET],
        ignored_of(contents, set(modules)),
        {part: found[part] for part in (TEXT_1, TEXT_2) if found[part]},
        contents.formats,
    )
    if not weights.all_parts:
        raise broken(path, "nothing in it is for the UNet, only for text encoders")
    check_values(path, weights.all_parts, dtype)
    return weights


def made(
    path: Path,
    layer: Layer,
    tensors: Mapping[str, torch.Tensor],
    target: nn.Linear | nn.Conv2d,
    alphas: Alphas,
    name: str,
) -> LowRank:
    """What the layer adds to `target`. Raises EngineError for matrices of another model."""
    try:
        return delta_of(layer, tensors, target, lambda rank: alphas.scale_of(layer.part, name, rank))
    except DoesNotFit as error:
        shape = tuple(target.weight.shape)
        raise broken(path, f"made for another model: {layer.module} is {shape} here, and {error}") from error
    except RuntimeError as error:  # einsum and the like, of matrices that do not belong together
        raise broken(path, f"the matrices of {layer.module} do not belong together: {one_line(error)}") from error


def ignored_of(contents: Contents, read: set[str]) -> tuple[str, ...]:
    """In words, what the file has and is not drawn with."""
    text = sum(len(layer.tensors) for layer in contents.layers if layer.part not in read)
    told = [f"text encoders: {text} tensors"] if text else []
    if contents.unknown:
        told.append(f"not understood: {len(contents.unknown)} tensors ({examples(contents.unknown)})")
    return (*told, *contents.ignored)


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def check_values(path: Path, parts: Iterable[LowRank], dtype: torch.dtype) -> None:
    """Raises EngineError for values that are no numbers: their sum is none. A card is waited for once, not at each matrix."""
    sums = torch.stack([matrix.sum(dtype=torch.float32) for part in parts for matrix in part.tensors])
    if not torch.isfinite(sums).all():
        raise broken(path, f"it has values that are no numbers, or too large for {str(dtype).removeprefix('torch.')}")


@dataclass(frozen=True)
class Alphas:
    """By what each pair is scaled: alpha / rank, or alpha / sqrt(rank) of a rank-stabilised LoRA (arXiv 2312.03732).

    by_part: part of the model → what peft's configuration says of it; empty where a file says nothing, then alpha is the
    rank.
    """

    by_part: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of_file(cls, path: Path, header: Mapping[str, str], names: list[str]) -> Alphas:
        """From the header, where diffusers puts them, or the adapter_config.json that peft puts beside the file."""
        config_file = path.with_name("adapter_config.json")
        if header.get(METADATA_KEY):
            saved = json.loads(header[METADATA_KEY])
            return cls({part: parted(saved, f"{part}.") for part in PARTS})
        if names and names[0].startswith(PEFT) and config_file.is_file():
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


def parted(saved: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in saved.items() if name.startswith(prefix)}


def summary(weights: AdapterWeights) -> str:
    """For the log: the formats, and how many modules of which kinds."""
    kinds = Counter(name.rsplit(".", 1)[-1] for parts in (weights.parts, *weights.texts.values()) for name in parts)
    return ", ".join([*weights.formats, *(f"{count} {kind}" for kind, count in kinds.most_common(4))])
