"""The adapters of all samples of a batch as one stack of matrices for each layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from covers.engine.sdxl.adapter_files import AdapterWeights
from covers.engine.sdxl.lora_layers import LoraLayer, StackedLora
from covers.engine.sdxl.weight_deltas import WeightDelta

LoadedAdapters = tuple[tuple[AdapterWeights, float], ...]
"""The adapters of one sample, with their scales."""
ScaledDeltas = Sequence[tuple[WeightDelta, float]]
"""What the adapters of one sample add to one layer, with their scales."""

MIN_FIXED_RANK = 16
COMPILED_BLOCKS = ".transformer_blocks."
"""In the names of layers that regional compilation covers."""


def deltas_of(name: str, adapters: LoadedAdapters, part: str) -> ScaledDeltas:
    """part: "unet", "text_encoder" or "text_encoder_2"."""
    return [(weights.deltas[part][name], scale) for weights, scale in adapters if name in weights.deltas.get(part, {})]


def layer_names(adapters: Iterable[LoadedAdapters], part: str) -> set[str]:
    return {name for of_sample in adapters for weights, _ in of_sample for name in weights.deltas.get(part, {})}


def stack(
    adapters: Sequence[LoadedAdapters],
    part: str,
    layers: Mapping[str, LoraLayer],
    names: Iterable[str],
    device: torch.device,
    min_rank: int = 1,
) -> dict[str, StackedLora]:
    """By layer. adapters: of each sample. min_rank: of layers that are compiled, zeros where the files have less."""
    return {
        name: stack_layer(
            [deltas_of(name, of_sample, part) for of_sample in adapters],
            layers[name],
            min_rank if COMPILED_BLOCKS in name else 1,
            device,
        )
        for name in sorted(names)
    }


def stack_layer(deltas: Sequence[ScaledDeltas], layer: LoraLayer, min_rank: int, device: torch.device) -> StackedLora:
    """All samples, filled up with zeros to one rank; adapters of a sample stand one after the other in it."""
    rank = max(min_rank, *(sum(delta.rank for delta, _ in of_sample) for of_sample in deltas))
    weight = layer.weight
    dtype = next((delta.up.dtype for of_sample in deltas for delta, _ in of_sample), weight.dtype)
    downs, ups = [], []
    for of_sample in deltas:
        used = sum(delta.rank for delta, _ in of_sample)
        down = [delta.down for delta, _ in of_sample]
        up = [delta.up if scale == 1 else delta.up * scale for delta, scale in of_sample]
        if used < rank:
            down.append(weight.new_zeros((rank - used, *weight.shape[1:]), device=device, dtype=dtype))
            up.append(weight.new_zeros((weight.shape[0], rank - used), device=device, dtype=dtype))
        downs.append(down[0] if len(down) == 1 else torch.cat(down))
        ups.append(up[0] if len(up) == 1 else torch.cat(up, dim=1))

    def summed(name: str, width: int) -> Tensor | None:
        """(samples, width); None where no adapter of any sample has it."""
        if all(getattr(delta, name) is None for of_sample in deltas for delta, _ in of_sample):
            return None
        zeros = weight.new_zeros(width, device=device, dtype=dtype)
        given = [
            [getattr(delta, name) * scale for delta, scale in of_sample if getattr(delta, name) is not None]
            for of_sample in deltas
        ]
        return torch.stack([sum(of_sample, zeros) for of_sample in given])

    out_features, in_features = weight.shape[:2]
    return StackedLora(
        torch.stack(downs),
        torch.stack(ups),
        summed("bias", out_features),
        summed("out_gain", out_features),
        summed("in_gain", in_features),
    )


def layer_kind(name: str) -> str:
    """What a layer is within its block: `attn1.to_q`, `ff.net.2`."""
    return name.rpartition(COMPILED_BLOCKS)[2].partition(".")[2]


def same_kinds(layers: Mapping[str, nn.Module], names: set[str]) -> set[str]:
    """Of the layers that are compiled, all of the kinds that `names` has."""
    kinds = {layer_kind(name) for name in names if COMPILED_BLOCKS in name}
    return {name for name in layers if COMPILED_BLOCKS in name and layer_kind(name) in kinds}


def fixed_rank(rank: int) -> int:
    """The next power of two, so that compiled blocks meet few ranks."""
    return max(MIN_FIXED_RANK, 1 << (rank - 1).bit_length())
