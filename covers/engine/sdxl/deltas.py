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

from covers.engine.weights.adapters import DIFFERENCE, LOHA, LOKR, LORA, Layer

Target = nn.Linear | nn.Conv2d
Pair = tuple[Tensor, Tensor]
"""(up, down): (out, rank) and (rank, in[, height, width])."""


class DoesNotFit(ValueError):
    """The matrices are of another module than the one they name."""


@dataclass(frozen=True, eq=False)
class LowRank:
    """What an adapter adds to one module: `up @ down` on top of its weight, and what else the format knows.

    down: (rank, in) of a Linear, (rank, in, height, width) of a Conv2d, as large as the module's own kernel.
    up: (out, rank), with alpha / rank already in it, so that a scale of 1.0 is as it was trained.
    bias: (out,). rows: (out,), by how much more each row of the module's own weight counts; columns: (in,), the same.
    """

    down: Tensor
    up: Tensor
    bias: Tensor | None = None
    rows: Tensor | None = None
    columns: Tensor | None = None

    @property
    def rank(self) -> int:
        return self.up.shape[1]

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return tuple(one for one in (self.down, self.up, self.bias, self.rows, self.columns) if one is not None)

    def to(self, device: torch.device, dtype: torch.dtype) -> LowRank:
        moved = {name: value.to(device, dtype).contiguous() for name, value in vars(self).items() if value is not None}
        return LowRank(**moved)


def delta_of(
    layer: Layer, tensors: Mapping[str, Tensor], target: Target, usual_scale: Callable[[int | None], float]
) -> LowRank:
    """tensors: what each is → its values. usual_scale: of a rank (None where a format has none), where no alpha stands in
    the file. Raises DoesNotFit."""
    weight = target.weight
    if layer.format is DIFFERENCE:
        made = _difference(tensors, weight)
    else:
        up, down, rank = _BY_FORMAT[layer.format.name](tensors, weight)
        _check(up, down, weight)
        scale = _own_scale(tensors["alpha"], rank) if "alpha" in tensors else usual_scale(rank)
        bias = tensors.get("up_bias")
        made = LowRank(down, up if scale == 1 else up.float() * scale, None if bias is None else bias.float() * scale)
    if made.bias is not None and made.bias.shape != weight.shape[:1]:
        raise DoesNotFit(f"its bias is {tuple(made.bias.shape)}")
    return _decomposed(made, tensors, weight)


def _own_scale(alpha: Tensor, rank: int | None) -> float:
    """LyCORIS gives whole Kronecker factors no scale, whatever alpha stands beside them."""
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
    if up1.shape[1] * up2.shape[1] > _most(weight):
        return *_whole(_product(*pairs[0]) * _product(*pairs[1])), rank
    up = (up1[:, :, None] * up2[:, None, :]).flatten(1)
    return up, (down1[:, None] * down2[None]).flatten(0, 1), rank


def _lokr(tensors: Mapping[str, Tensor], weight: Tensor) -> tuple[Tensor, Tensor, int | None]:
    rank = next((tensors[name].shape[0] for name in ("w2_b", "w1_b") if name in tensors), None)
    kernel = (1,) * (weight.ndim - 2)
    up1, down1 = _whole(_matrix(tensors["w1"]).float()) if "w1" in tensors else _factors(tensors, "w1", None)
    down1 = down1.reshape(*down1.shape[:2], *kernel)
    if "w2" in tensors:
        second = tensors["w2"].float()
        up2, down2 = _whole(second.reshape(*second.shape[:2], *weight.shape[2:]))
    else:
        up2, down2 = _factors(tensors, "w2", weight, middle="t2")
    if up1.shape[1] * up2.shape[1] > _most(weight):
        return *_whole(torch.kron(_product(up1, down1), _product(up2, down2))), rank
    return torch.kron(up1, up2), torch.kron(down1, down2), rank


_BY_FORMAT: Mapping[str, Callable[[Mapping[str, Tensor], Tensor], tuple[Tensor, Tensor, int | None]]] = {
    LORA.name: _lora,
    LOHA.name: _loha,
    LOKR.name: _lokr,
}


def _difference(tensors: Mapping[str, Tensor], weight: Tensor) -> LowRank:
    bias = tensors["diff_b"].float() if "diff_b" in tensors else None
    if "diff" not in tensors:
        return LowRank(
            weight.new_zeros(1, *weight.shape[1:], device="cpu"),
            weight.new_zeros(weight.shape[0], 1, device="cpu"),
            bias,
        )
    change = tensors["diff"].float()
    if change.numel() != weight.numel() or change.shape[0] != weight.shape[0]:
        raise DoesNotFit(f"its difference is {tuple(change.shape)}")
    up, down = _whole(change.reshape(weight.shape))
    return LowRank(down, up, bias)


def _factors(tensors: Mapping[str, Tensor], name: str, weight: Tensor | None, middle: str = "") -> Pair:
    """Two matrices whose product a factor is. weight: whose kernel the second has. With a Tucker middle the first is saved
    the other way round."""
    first, second = tensors[f"{name}_a"].float(), tensors[f"{name}_b"].float()
    if middle in tensors:
        return first.mT.contiguous(), torch.einsum("ijhw,jn->inhw", tensors[middle].float(), second).contiguous()
    kernel = weight.shape[2:] if weight is not None else ()
    area = math.prod(kernel)
    if second.numel() % (second.shape[0] * area):
        raise DoesNotFit(f"its matrix {name}_b is {tuple(second.shape)}")
    return first, second.reshape(second.shape[0], -1, *kernel)


def _matrix(tensor: Tensor) -> Tensor:
    return tensor.flatten(1) if tensor.ndim == 4 and tensor.shape[2:] == (1, 1) else tensor


def _product(up: Tensor, down: Tensor) -> Tensor:
    return (up @ down.flatten(1)).reshape(up.shape[0], *down.shape[1:])


def _whole(change: Tensor) -> Pair:
    """A change as it is, in the place of one of two matrices; the other gives back what it gets."""
    out, *rest = change.shape
    places = math.prod(rest)
    if out <= places:
        return torch.eye(out), change
    return change.reshape(out, places), torch.eye(places).reshape(places, *rest)


def _most(weight: Tensor) -> int:
    """The rank that nothing of the module's shape exceeds."""
    return min(weight.shape[0], math.prod(weight.shape[1:]))


def _check(up: Tensor, down: Tensor, weight: Tensor) -> None:
    fits = up.ndim == 2 and up.shape[1] and (up.shape[0], *down.shape[1:]) == tuple(weight.shape)
    if not fits or up.shape[1] != down.shape[0]:
        raise DoesNotFit(f"its matrices are {tuple(down.shape)} and {tuple(up.shape)}")


def _decomposed(made: LowRank, tensors: Mapping[str, Tensor], weight: Tensor) -> LowRank:
    """DoRA. peft's magnitudes are of rows; LyCORIS and OneTrainer write either, and the shape says which."""
    magnitude = tensors["magnitude"] if "magnitude" in tensors else tensors.get("dora_scale")
    if magnitude is None:
        return made
    out, inputs = weight.shape[:2]
    up, down = made.up.float(), made.down.float()
    whole = weight.detach().float().cpu() + _product(up.cpu(), down.cpu())
    values = magnitude.float().flatten()
    of_rows = "magnitude" in tensors or magnitude.ndim == 1 or magnitude.shape[0] == out
    if magnitude.ndim > 1 and magnitude.shape[0] == 1 and "magnitude" not in tensors:
        of_rows = False
    if values.numel() != (out if of_rows else inputs):
        raise DoesNotFit(f"its magnitudes are {tuple(magnitude.shape)}")
    axis = 0 if of_rows else 1
    lengths = whole.transpose(0, axis).flatten(1).norm(dim=1).clamp(min=torch.finfo(torch.float32).tiny)
    factor = values / lengths
    if of_rows:
        return replace(made, up=up * factor[:, None], rows=factor - 1)
    return replace(made, down=down * factor.reshape(1, -1, *[1] * (down.ndim - 2)), columns=factor - 1)
