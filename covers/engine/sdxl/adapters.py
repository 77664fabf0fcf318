"""Adapters over the UNet, other ones for each picture of a batch, in one forward (LoRA: Hu et al. 2021, arXiv 2106.09685).

The large matrix product is shared by the batch; what each picture's adapters add, `up @ (down @ x)`, is a batched product
of small matrices (as in Punica, Chen et al. 2023, arXiv 2310.18547). Nothing is merged into the weights, so nothing has to
be taken out of them again: the next picture without an adapter is bit-equal to one drawn before.

This also stands where diffusers has `enable_lora_hotswap`, which copies one adapter after the other into places of one
rank, so that compiled blocks stay valid. That is one adapter set for a whole batch, and the whole pipeline waits for each
swap. Here adapters are inputs: with `fixed_shapes` all modules of the kinds that any file adapts get matrices, of a rank
rounded up to 16, 32, 64 …, zeros where a file has none. Compiled blocks then see the same shapes whatever the adapters
are, and swapping costs the stacking of some matrices and never a compilation.
"""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn
from torch.nn import functional

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl.adapter_files import AdapterWeights, read_adapter, summary
from covers.engine.sdxl.deltas import LowRank

logger = logging.getLogger(__name__)

CACHE_BYTES = 1 << 30
LEAST_FIXED_RANK = 16
COMPILED_PART = ".transformer_blocks."
"""In the names of modules that regional compilation covers."""

Loaded = tuple[tuple[AdapterWeights, float], ...]
"""The adapters of one picture, with their scales."""
FileKey = tuple[str, int, int, int]


@dataclass(frozen=True, eq=False)
class Laid:
    """What lies over one module. down, up: (rows, rank, in[, height, width]) and (rows, out, rank).

    bias, gain: (rows, out); columns: (rows, in): see `LowRank`. None where no file in the batch has any.
    """

    down: Tensor
    up: Tensor
    bias: Tensor | None = None
    gain: Tensor | None = None
    columns: Tensor | None = None

    @property
    def is_plain(self) -> bool:
        return self.bias is None and self.gain is None and self.columns is None


Overlay = dict[str, Laid]
"""By the module's name."""


class AdaptedLinear(nn.Linear):
    """A Linear that adds what `down` and `up` say, when they are set. They are no parameters: never saved or moved."""

    down: Tensor | None = None
    up: Tensor | None = None
    beside: Laid | None = None
    """What is more than two matrices: of DoRA, or a bias."""

    def forward(self, input: Tensor) -> Tensor:
        plain = functional.linear(input, self.weight, self.bias)
        if self.down is None or self.up is None:
            return plain
        if self.beside is not None:
            plain = self.with_more(plain, input, self.beside)
        return with_low_rank(plain, input, self.down, self.up)

    def with_more(self, plain: Tensor, values: Tensor, laid: Laid) -> Tensor:
        more = plain
        if laid.gain is not None:
            own = plain if self.bias is None else plain - self.bias
            more = more + own * spread(laid.gain, own, -1)
        if laid.columns is not None:
            more = more + functional.linear(values * spread(laid.columns, values, -1), self.weight)
        return more if laid.bias is None else more + spread(laid.bias, plain, -1)


class AdaptedConv2d(nn.Conv2d):
    """A Conv2d that adds what `down` and `up` say, when they are set."""

    down: Tensor | None = None
    up: Tensor | None = None
    beside: Laid | None = None

    def forward(self, input: Tensor) -> Tensor:
        plain = self._conv_forward(input, self.weight, self.bias)
        if self.down is None or self.up is None:
            return plain
        added = low_rank_conv(input, self.down, self.up, self)
        if self.beside is not None:
            added = added + self.more(plain, input, self.beside)
        return plain + added

    def more(self, plain: Tensor, values: Tensor, laid: Laid) -> Tensor:
        more = torch.zeros_like(plain)
        if laid.gain is not None:
            own = plain if self.bias is None else plain - self.bias[:, None, None]
            more = more + own * spread(laid.gain, own, 1)
        if laid.columns is not None:
            more = more + self._conv_forward(values * spread(laid.columns, values, 1), self.weight, None)
        return more if laid.bias is None else more + spread(laid.bias, plain, 1)


def spread(by_row: Tensor, over: Tensor, axis: int) -> Tensor:
    """(rows, width) for each place of a batch (passes * rows, …), pass by pass, along the axis that is `width` long."""
    rows, width = by_row.shape
    each = by_row if rows == 1 else by_row.repeat(over.shape[0] // rows, 1)
    shape = [1] * over.ndim
    shape[0], shape[axis] = each.shape[0], width
    return each.reshape(shape)


def with_low_rank(plain: Tensor, values: Tensor, down: Tensor, up: Tensor) -> Tensor:
    """`plain` with what the adapters add, in its place: nobody else holds it yet.

    plain, values: (passes * rows, …, out) and (…, in), pass by pass; or any batch, where `down` has one row for all. Pass by
    pass, since a product over both would copy the matrices for each.
    """
    rows = down.shape[0]
    if rows == 1:
        return plain.add_(functional.linear(functional.linear(values, down[0]), up[0]))
    into, given = plain.view(-1, rows, *both_ends(plain)), values.reshape(-1, rows, *both_ends(values))
    for of_pass, given_of_pass in zip(into, given, strict=True):
        of_pass.baddbmm_(given_of_pass @ down.mT, up.mT)
    return plain


def both_ends(values: Tensor) -> tuple[int, int]:
    """(batch, …, width) as how many places each of the batch has, and how wide they are."""
    return values.shape[1:-1].numel(), values.shape[-1]


def low_rank_conv(values: Tensor, down: Tensor, up: Tensor, conv: nn.Conv2d) -> Tensor:
    """values: (passes * rows, in, height, width). Rows are groups of one convolution."""
    rows, rank = down.shape[:2]
    passes = 1 if rows == 1 else values.shape[0] // rows
    if rows > 1:
        values = values.reshape(passes, rows * values.shape[1], *values.shape[2:])
    inner = functional.conv2d(values, down.flatten(0, 1), None, conv.stride, conv.padding, conv.dilation, rows)
    by_row = inner.reshape(-1, rows, rank, inner.shape[-2] * inner.shape[-1])
    return (up @ by_row).reshape(-1, up.shape[1], *inner.shape[-2:])


class AdapterBank:
    """Reads adapters, keeps the last ones read on the device, and lays them over one UNet and its text encoders.

    fixed_shapes: for compiled blocks, see above. cache_bytes: how much read adapters may take; files are known by path,
    time and size, so a file that is written anew is read anew. Not for two threads at once.

    Their Linear and Conv2d modules become ones that can be adapted: same weights, names and answers as before.
    text_encoders: "text_encoder", "text_encoder_2" → encoder; without them only the UNet's parts of a file are used.
    """

    def __init__(
        self,
        unet: UNet2DConditionModel,
        *,
        text_encoders: Mapping[str, nn.Module] | None = None,
        fixed_shapes: bool = False,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._unet = unet
        self._targets = adaptable(unet)
        self._texts = {part: adaptable(encoder) for part, encoder in (text_encoders or {}).items()}
        self._cache = AdapterCache(cache_bytes)
        self._last: tuple[object, Overlay] = ((), {})
        self.fixed_shapes = fixed_shapes

    def load(self, adapters: Sequence[Adapter]) -> Loaded:
        """Read the files that are not in memory yet.

        Raises EngineError: "engine:adapter-missing"; "engine:adapter-broken" for a file that is truncated, no
        safetensors, or not a LoRA of this UNet; "engine:bad-spec" for a scale that is no number.
        """
        return tuple((self._read(adapter), adapter.scale) for adapter in adapters)

    def describe(self, adapters: Sequence[Adapter]) -> list[dict[str, object]]:
        """For the parameters of a picture: each adapter's file name, scale, rank, and what in its file was not used."""
        return [
            {"adapter": Path(adapter.path).name, "adapter_scale": adapter.scale, "rank": weights.rank,
             "formats": list(weights.formats), "ignored": list(weights.ignored)}
            for adapter, (weights, _) in zip(adapters, self.load(adapters), strict=True)
        ]  # fmt: skip

    def forget(self) -> None:
        """Give back all memory of adapters; they are read again when asked for."""
        self._cache.clear()
        self._last = ((), {})

    @contextmanager
    def rows(self, adapters: Sequence[tuple[Adapter, ...]], passes: int) -> Iterator[None]:
        """Inside, forwards of the UNet have each row's adapters over it, all of a row at once.

        adapters: of each row. passes: how often the rows stand in a batch, one pass after the other: 2 with guidance.
        Raises EngineError as `load` does, before anything is changed; ValueError for a batch of another size.
        """
        loaded = [tuple((weights, scale) for weights, scale in self.load(row) if scale) for row in adapters]
        if not any(loaded):
            yield
            return
        if len({tuple((id(weights), scale) for weights, scale in row) for row in loaded}) == 1:
            loaded = loaded[:1]  # all alike: plain small products instead of batched ones
        overlay = self._overlay(loaded)
        check = self._unet.register_forward_pre_hook(check_batch(passes * len(adapters)), with_kwargs=True)
        try:
            with laid_over(self._targets, overlay):
                yield
        finally:
            check.remove()

    def of_texts(self, adapters: Sequence[Adapter]) -> Loaded:
        """Those of the adapters that change what the text encoders say; empty for most. Raises EngineError as `load`."""
        return tuple((weights, scale) for weights, scale in self.load(adapters) if scale and weights.texts)

    @contextmanager
    def over_texts(self, loaded: Loaded) -> Iterator[None]:
        """Inside, both text encoders speak with these adapters, for all rows alike."""
        with ExitStack() as laid:
            for part, targets in self._texts.items():
                names = {name for weights, _ in loaded for name in weights.texts.get(part, {})}
                overlay = {
                    name: stacked(
                        [
                            [
                                (weights.texts[part][name], scale)
                                for weights, scale in loaded
                                if name in weights.texts.get(part, {})
                            ]
                        ],
                        targets[name],
                        1,
                        self._place[0],
                    )
                    for name in sorted(names)
                }
                laid.enter_context(laid_over(targets, overlay))
            yield

    @cached_property
    def _place(self) -> tuple[torch.device, torch.dtype]:
        """Where and in which precision the UNet is from its loading on. Asked once: the answer walks all modules."""
        return execution_device(self._unet), self._unet.dtype

    def _read(self, adapter: Adapter) -> AdapterWeights:
        if not math.isfinite(adapter.scale):
            raise EngineError("engine:bad-spec", f"adapter scale {adapter.scale}: a number is wanted")
        path = Path(adapter.path).expanduser()
        device, dtype = self._place
        key = (*file_key(path), str(device), str(dtype))
        weights = self._cache.get(key)
        if weights is None:
            weights = read_adapter(path, self._unet, self._targets, device, dtype, self._texts)
            self._cache.put(key, weights)
            logger.info("adapter read file=%s bytes=%d modules=%s", path.name, weights.size_bytes, summary(weights))
            for rest in weights.ignored:
                logger.warning("adapter not used as a whole, the rest is ignored file=%s %s", path.name, rest)
        return weights

    def _overlay(self, loaded: Sequence[Loaded]) -> Overlay:
        """Stacked matrices; those of the last call again when nothing changed, as when guidance ends."""
        if self._last[0] == loaded:
            return self._last[1]
        self._last = ((), {})  # give the memory back before taking as much again
        names = {name for row in loaded for weights, _ in row for name in weights.parts}
        least_rank = 1
        if self.fixed_shapes:
            names |= same_kinds(self._targets, names)
            least_rank = fixed_rank(max(sum(weights.unet_rank for weights, _ in row) for row in loaded))
        overlay = {
            name: stacked(
                [[(weights.parts[name], scale) for weights, scale in row if name in weights.parts] for row in loaded],
                self._targets[name],
                least_rank if COMPILED_PART in name else 1,
                self._place[0],
            )
            for name in sorted(names)
        }
        self._last = (loaded, overlay)
        return overlay


class AdapterCache:
    """The adapters used last, within a bound of bytes. The newest always stays: it is about to be used."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[object, AdapterWeights] = OrderedDict()

    def get(self, key: object) -> AdapterWeights | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: object, weights: AdapterWeights) -> None:
        self._kept[key] = weights
        while len(self._kept) > 1 and self.size_bytes > self._limit_bytes:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        self._kept.clear()

    @property
    def size_bytes(self) -> int:
        return sum(weights.size_bytes for weights in self._kept.values())


@contextmanager
def laid_over(targets: Mapping[str, AdaptedLinear | AdaptedConv2d], overlay: Overlay) -> Iterator[None]:
    try:
        for name, laid in overlay.items():
            targets[name].down, targets[name].up = laid.down, laid.up
            targets[name].beside = None if laid.is_plain else laid
        yield
    finally:
        for name in overlay:
            targets[name].down = targets[name].up = targets[name].beside = None


def adaptable(model: nn.Module) -> dict[str, AdaptedLinear | AdaptedConv2d]:
    """Let each Linear and Conv2d be adapted, and give them by name."""
    found = {}
    for name, module in model.named_modules():
        if type(module) is nn.Linear:
            module.__class__ = AdaptedLinear
        elif type(module) is nn.Conv2d and module.groups == 1 and module.padding_mode == "zeros":
            module.__class__ = AdaptedConv2d
        if isinstance(module, AdaptedLinear | AdaptedConv2d):
            found[name] = module
    return found


def execution_device(unet: UNet2DConditionModel) -> torch.device:
    """Where forwards happen, also when the weights wait in main memory for their turn."""
    waiting = getattr(getattr(unet, "_hf_hook", None), "execution_device", None)
    return torch.device(waiting) if waiting is not None else unet.device


def file_key(path: Path) -> FileKey:
    try:
        status = path.stat()
    except OSError as error:
        raise EngineError("engine:adapter-missing", f"{path}: {error.strerror or error}") from error
    return str(path.resolve()), status.st_ino, status.st_mtime_ns, status.st_size


def check_batch(wanted: int) -> Callable[[nn.Module, tuple[object, ...], dict[str, object]], None]:
    """A forward hook of the UNet: adapters of one picture must not fall on another's place in the batch."""

    def check(unet: nn.Module, arguments: tuple[object, ...], options: dict[str, object]) -> None:
        sample = arguments[0] if arguments else options["sample"]
        if isinstance(sample, Tensor) and sample.shape[0] != wanted:
            raise ValueError(f"adapters are laid over {wanted} places of a batch, not {sample.shape[0]}")

    return check


def kind(name: str) -> str:
    """What a module is within its block: `attn1.to_q`, `ff.net.2`."""
    return name.rpartition(COMPILED_PART)[2].partition(".")[2]


def same_kinds(targets: Mapping[str, nn.Module], names: set[str]) -> set[str]:
    """Of the modules that are compiled, all of the kinds that `names` has."""
    kinds = {kind(name) for name in names if COMPILED_PART in name}
    return {name for name in targets if COMPILED_PART in name and kind(name) in kinds}


def fixed_rank(rank: int) -> int:
    """The next power of two, so that compiled blocks meet few ranks."""
    return max(LEAST_FIXED_RANK, 1 << (rank - 1).bit_length())


def stacked(
    rows: Sequence[Sequence[tuple[LowRank, float]]],
    target: AdaptedLinear | AdaptedConv2d,
    least_rank: int,
    device: torch.device,
) -> Laid:
    """All rows, filled up with zeros to one rank; adapters of a row stand one after the other in it."""
    rank = max(least_rank, *(sum(part.rank for part, _ in row) for row in rows))
    weight = target.weight
    dtype = next((part.up.dtype for row in rows for part, _ in row), weight.dtype)
    downs, ups = [], []
    for row in rows:
        used = sum(part.rank for part, _ in row)
        down = [part.down for part, _ in row]
        up = [part.up if scale == 1 else part.up * scale for part, scale in row]
        if used < rank:
            down.append(weight.new_zeros((rank - used, *weight.shape[1:]), device=device, dtype=dtype))
            up.append(weight.new_zeros((weight.shape[0], rank - used), device=device, dtype=dtype))
        downs.append(down[0] if len(down) == 1 else torch.cat(down))
        ups.append(up[0] if len(up) == 1 else torch.cat(up, dim=1))

    def summed(name: str, width: int) -> Tensor | None:
        """(rows, width); None where no part of any row has it."""
        if all(getattr(part, name) is None for row in rows for part, _ in row):
            return None
        empty = weight.new_zeros(width, device=device, dtype=dtype)
        own = [[getattr(part, name) * scale for part, scale in row if getattr(part, name) is not None] for row in rows]
        return torch.stack([sum(found, empty) for found in own])

    out, inputs = weight.shape[:2]
    return Laid(
        torch.stack(downs), torch.stack(ups), summed("bias", out), summed("rows", out), summed("columns", inputs)
    )
