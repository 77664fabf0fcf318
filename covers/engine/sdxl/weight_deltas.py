"""What each format of adapter adds to a module, as matrices that a forward can use without touching the module's weight.

Exact in each case: a Hadamard product of two matrices of rank r is one of rank r², a Kronecker product one of the product of
their ranks; where that is more than the module's own rank, the change itself takes the place of a matrix. DoRA (Liu et al.
2024, arXiv 2402.09353) sets the length of each row (or column) of W + delta: that is a factor on what the module gives (or
takes), and the matrices times the same. LoHa: Hyeon-Woo et al. 2021, arXiv 2108.06098. LoKr: Yeh et al. 2023, arXiv 2309.14859.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from covers.engine.weights.adapter_formats import DIFFERENCE, LOHA, LOKR, LORA, AdapterLayer

TargetLayer = nn.Linear | nn.Conv2d
UpDown = tuple[Tensor, Tensor]
"""(up, down): (out, rank) and (rank, in[, height, width])."""


class ShapeMismatch(ValueError):
    """The matrices are of another module than the one they name."""


@dataclass(frozen=True, eq=False)
class WeightDelta:
    """What an adapter adds to one module: `up @ down` on top of its weight, and what else the format knows.

    down: (rank, in) of a Linear, (rank, in, height, width) of a Conv2d, as large as the module's own kernel.
    up: (out, rank), with alpha / rank already in it, so that a scale of 1.0 is as it was trained.
    bias: (out,). out_gain: (out,), by how much more each row of the module's own weight counts; in_gain: (in,), each column.
    """

    down: Tensor
    up: Tensor
    bias: Tensor | None = None
    out_gain: Tensor | None = None
    in_gain: Tensor | None = None

    @property
    def rank(self) -> int:
        return self.up.shape[1]

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return tuple(
            tensor for tensor in (self.down, self.up, self.bias, self.out_gain, self.in_gain) if tensor is not None
        )

    def to(self, device: torch.device, dtype: torch.dtype) -> WeightDelta:
        moved = {name: value.to(device, dtype).contiguous() for name, value in vars(self).items() if value is not None}
        return WeightDelta(**moved)


def build_delta(
    layer: AdapterLayer,
    tensors: Mapping[str, Tensor],
    target: TargetLayer,
    default_scale: Callable[[int | None], float],
) -> WeightDelta:
    """tensors: by slot of the format (`down`, `w1_a` …). default_scale: of a rank (None where a format has none), where no alpha stands in
    the file. Raises ShapeMismatch."""
    weight = target.weight
    if layer.format is DIFFERENCE:
        delta = _difference(tensors, weight)
    else:
        up, down, rank = _UP_DOWN_OF[layer.format.name](tensors, weight)
        _check_shapes(up, down, weight)
        scale = _alpha_scale(tensors["alpha"], rank) if "alpha" in tensors else default_scale(rank)
        bias = tensors.get("up_bias")
        delta = WeightDelta(
            down, up if scale == 1 else up.float() * scale, None if bias is None else bias.float() * scale
        )
    if delta.bias is not None and delta.bias.shape != weight.shape[:1]:
        raise ShapeMismatch(f"its bias is {tuple(delta.bias.shape)}")
    return _with_dora(delta, tensors, weight)


def _alpha_scale(alpha: Tensor, rank: int | None) -> float:
    """LyCORIS scales full Kronecker factors by nothing, whatever their alpha."""
    return float(alpha) / rank if rank else 1.0


def _lora(tensors: Mapping[str, Tensor], weight: Tensor) -> tuple[Tensor, Tensor, int]:
    """Some trainers save matrices as kernels of 1 x 1; with a middle, the kernel is in it (LoCon's Tucker form)."""
    up, down = _matrix(tensors["up"]), tensors["down"]
    if "mid" in tensors:
        down = torch.einsum("pqhw,qi->pihw", tensors["mid"].float(), _matrix(down).float())
    elif weight.ndim == 2:
        down = _matrix(down)
    elif down.ndim == 2:
        down = down[:, :, None, None]
    return up, down, up.shape[1]


def _loha(tensors: Mapping[str, Tensor], weight: Tensor) -> tuple[Tensor, Tensor, int]:
    pairs = [_factors(tensors, name, weight, middle=f"t{name[1]}") for name in ("w1", "w2")]
    (up1, down1), (up2, down2) = pairs
    rank = tensors["w1_b"].shape[0]
    if up1.shape[1] * up2.shape[1] > _max_rank(weight):
        return *_as_up_down(_product(*pairs[0]) * _product(*pairs[1])), rank
    up = (up1[:, :, None] * up2[:, None, :]).flatten(1)
    return up, (down1[:, None] * down2[None]).flatten(0, 1), rank


def _lokr(tensors: Mapping[str, Tensor], weight: Tensor) -> tuple[Tensor, Tensor, int | None]:
    rank = next((tensors[name].shape[0] for name in ("w2_b", "w1_b") if name in tensors), None)
    kernel = (1,) * (weight.ndim - 2)
    up1, down1 = _as_up_down(_matrix(tensors["w1"]).float()) if "w1" in tensors else _factors(tensors, "w1", None)
    down1 = down1.reshape(*down1.shape[:2], *kernel)
    if "w2" in tensors:
        second = tensors["w2"].float()
        up2, down2 = _as_up_down(second.reshape(*second.shape[:2], *weight.shape[2:]))
    else:
        up2, down2 = _factors(tensors, "w2", weight, middle="t2")
    if up1.shape[1] * up2.shape[1] > _max_rank(weight):
        return *_as_up_down(torch.kron(_product(up1, down1), _product(up2, down2))), rank
    return torch.kron(up1, up2), torch.kron(down1, down2), rank


_UP_DOWN_OF: Mapping[str, Callable[[Mapping[str, Tensor], Tensor], tuple[Tensor, Tensor, int | None]]] = {
    LORA.name: _lora,
    LOHA.name: _loha,
    LOKR.name: _lokr,
}


def _difference(tensors: Mapping[str, Tensor], weight: Tensor) -> WeightDelta:
    bias = tensors["diff_b"].float() if "diff_b" in tensors else None
    if "diff" not in tensors:
        return WeightDelta(
            weight.new_zeros(1, *weight.shape[1:], device="cpu"),
            weight.new_zeros(weight.shape[0], 1, device="cpu"),
            bias,
        )
    change = tensors["diff"].float()
    if change.numel() != weight.numel() or change.shape[0] != weight.shape[0]:
        raise ShapeMismatch(f"its difference is {tuple(change.shape)}")
    up, down = _as_up_down(change.reshape(weight.shape))
    return WeightDelta(down, up, bias)


def _factors(tensors: Mapping[str, Tensor], name: str, weight: Tensor | None, middle: str = "") -> UpDown:
    """Two matrices whose product a factor is. weight: whose kernel the second has. With a Tucker middle the first is saved
    the other way round."""
    first, second = tensors[f"{name}_a"].float(), tensors[f"{name}_b"].float()
    if middle in tensors:
        return first.mT.contiguous(), torch.einsum("ijhw,jn->inhw", tensors[middle].float(), second).contiguous()
    kernel = weight.shape[2:] if weight is not None else ()
    area = math.prod(kernel)
    if second.numel() % (second.shape[0] * area):
        raise ShapeMismatch(f"its matrix {name}_b is {tuple(second.shape)}")
    return first, second.reshape(second.shape[0], -1, *kernel)


def _matrix(tensor: Tensor) -> Tensor:
    return tensor.flatten(1) if tensor.ndim == 4 and tensor.shape[2:] == (1, 1) else tensor


def _product(up: Tensor, down: Tensor) -> Tensor:
    return (up @ down.flatten(1)).reshape(up.shape[0], *down.shape[1:])


def _as_up_down(change: Tensor) -> UpDown:
    """A change as it is, in the place of one of two matrices; the other gives back what it gets."""
    out, *rest = change.shape
    in_values = math.prod(rest)
    if out <= in_values:
        return torch.eye(out), change
    return change.reshape(out, in_values), torch.eye(in_values).reshape(in_values, *rest)


def _max_rank(weight: Tensor) -> int:
    """The rank that nothing of the module's shape exceeds."""
    return min(weight.shape[0], math.prod(weight.shape[1:]))


def _check_shapes(up: Tensor, down: Tensor, weight: Tensor) -> None:
    fits = up.ndim == 2 and up.shape[1] and (up.shape[0], *down.shape[1:]) == tuple(weight.shape)
    if not fits or up.shape[1] != down.shape[0]:
        raise ShapeMismatch(f"its matrices are {tuple(down.shape)} and {tuple(up.shape)}")


def _with_dora(delta: WeightDelta, tensors: Mapping[str, Tensor], weight: Tensor) -> WeightDelta:
    """DoRA. peft's magnitudes are of rows; LyCORIS and OneTrainer write either, and the shape says which."""
    magnitude = tensors["magnitude"] if "magnitude" in tensors else tensors.get("dora_scale")
    if magnitude is None:
        return delta
    out, inputs = weight.shape[:2]
    up, down = delta.up.float(), delta.down.float()
    weight_with_delta = weight.detach().float().cpu() + _product(up.cpu(), down.cpu())
    values = magnitude.float().flatten()
    is_per_row = "magnitude" in tensors or magnitude.ndim == 1 or magnitude.shape[0] == out
    if magnitude.ndim > 1 and magnitude.shape[0] == 1 and "magnitude" not in tensors:
        is_per_row = False
    if values.numel() != (out if is_per_row else inputs):
        raise ShapeMismatch(f"its magnitudes are {tuple(magnitude.shape)}")
    axis = 0 if is_per_row else 1
    lengths = weight_with_delta.transpose(0, axis).flatten(1).norm(dim=1).clamp(min=torch.finfo(torch.float32).tiny)
    factor = values / lengths
    if is_per_row:
        return replace(delta, up=up * factor[:, None], out_gain=factor - 1)
    return replace(delta, down=down * factor.reshape(1, -1, *[1] * (down.ndim - 2)), in_gain=factor - 1)
