"""Linear and convolution modules with the LoRA matrices of several jobs over one frozen weight, each job's for its own rows.

The base product is done once for the whole batch; what the jobs add is a batched product of small matrices (as in Punica,
Chen et al. 2023, arXiv 2310.18547, there for drawing). Gradients go straight to where the optimizer reads them. Beside
peft's modules this saves, per call, two copies of the input, an addition as large as the output, and in the backward pass
the same again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from covers.engine.sdxl.lora_layers import LoraConv2d, LoraLinear, low_rank_conv
from covers.training.lora.adapter_store import LoraPair


@dataclass(frozen=True)
class RowGroup:
    """Neighbouring jobs with as many rows of the batch each. first, last: jobs in the store; start, stop: rows."""

    first: int
    last: int
    start: int
    stop: int

    @property
    def jobs(self) -> int:
        return self.last - self.first


def row_groups(rows: Sequence[int], first: int = 0) -> tuple[RowGroup, ...]:
    """rows: of each job, in order, from the job `first` on."""
    groups: list[RowGroup] = []
    start = 0
    for job, count in enumerate(rows, start=first):
        last = groups[-1] if groups else None
        if last is not None and (last.stop - last.start) == count * last.jobs:
            groups[-1] = RowGroup(last.first, job + 1, last.start, start + count)
        else:
            groups.append(RowGroup(job, job + 1, start, start + count))
        start += count
    return tuple(groups)


@dataclass(frozen=True, eq=False)
class PromptBatch:
    """The prompts of a micro-batch, each once. key: their texts. hidden: (prompts, tokens, width). rows: how many rows of the
    batch have each, one after the other. groups: whose they are.
    """

    key: tuple[str, ...]
    hidden: Tensor
    rows: tuple[int, ...]
    groups: tuple[RowGroup, ...]


@dataclass(eq=False)
class BatchRouting:
    """Which rows of the next batch belong to which job; shared by all modules with LoRA. Without groups and row_for_all the
    base model alone answers.

    row_for_all: one row of the store whose matrices hold for every row of the batch, as when pictures are drawn with it.
    caches_prompts: frozen keys and values of prompts are kept.
    """

    scale: float = 1.0
    groups: tuple[RowGroup, ...] = ()
    prompts: PromptBatch | None = None
    row_for_all: int | None = None
    caches_prompts: bool = True

    def clear(self) -> None:
        self.groups, self.prompts, self.row_for_all = (), None, None

    def groups_for(self, rows: int) -> tuple[RowGroup, ...]:
        return self.groups if self.row_for_all is None else (RowGroup(self.row_for_all, self.row_for_all + 1, 0, rows),)


@dataclass(eq=False)
class LayerState:
    """What one module needs in training. pairs: matrices by (first, last), see `AdapterStore.views`. prompt_cache: frozen keys or
    values of prompts, by `PromptBatch.key`.
    """

    routing: BatchRouting
    is_cross_attention: bool = False
    pairs: dict[tuple[int, int], LoraPair] = field(default_factory=dict)
    prompt_cache: dict[tuple[str, ...], Tensor] = field(default_factory=dict)

    def pair(self, group: RowGroup) -> LoraPair:
        return self.pairs[group.first, group.last]


class MultiLoraLinear(LoraLinear):
    """A Linear whose rows are adapted by the job that they belong to."""

    layer_state: LayerState | None = None

    def forward(self, input: Tensor) -> Tensor:
        layer_state = self.layer_state
        if layer_state is None:
            return super().forward(input)
        if layer_state.is_cross_attention and layer_state.routing.prompts is not None:
            return self._of_prompts(layer_state, layer_state.routing.prompts)
        groups = layer_state.routing.groups_for(len(input))
        if not groups:
            return super().forward(input)
        if len(groups) == 1:
            return self._adapted(input, layer_state, groups[0])
        return torch.cat([self._adapted(input[group.start : group.stop], layer_state, group) for group in groups])

    def _adapted(self, rows: Tensor, layer_state: LayerState, group: RowGroup) -> Tensor:
        pair = layer_state.pair(group)
        adapted: Tensor = LoraLinearFunction.apply(
            rows, pair.down, self.weight, self.bias, pair, layer_state.routing.scale
        )
        return adapted

    def _of_prompts(self, layer_state: LayerState, prompts: PromptBatch) -> Tensor:
        """Keys or values of the prompts, (rows, tokens, out). Those of the frozen weight are the same at every step."""
        base = layer_state.prompt_cache.get(prompts.key)
        if base is None:
            with torch.no_grad():
                base = functional.linear(prompts.hidden, self.weight, self.bias)
            if layer_state.routing.caches_prompts:
                layer_state.prompt_cache[prompts.key] = base  # of a few micro-batches in turn; cleared when jobs change
        parts = []
        for group in prompts.groups:
            part, pair = slice(group.start, group.stop), layer_state.pair(group)
            parts.append(
                LoraPromptFunction.apply(prompts.hidden[part], pair.down, base[part], pair, layer_state.routing.scale)
            )
        return repeat_per_count(parts[0] if len(parts) == 1 else torch.cat(parts), prompts.rows)


def repeat_per_count(values: Tensor, counts: tuple[int, ...]) -> Tensor:
    """Each of `values` as often as its count says."""
    if set(counts) == {1}:
        return values
    if len(set(counts)) == 1:
        return values[:, None].expand(-1, counts[0], *values.shape[1:]).flatten(0, 1)
    return values.repeat_interleave(torch.tensor(counts, device=values.device), dim=0)


class MultiLoraConv2d(LoraConv2d):
    """A Conv2d whose rows are adapted by the job that they belong to."""

    layer_state: LayerState | None = None

    def forward(self, input: Tensor) -> Tensor:
        layer_state = self.layer_state
        groups = layer_state.routing.groups_for(len(input)) if layer_state is not None else ()
        if layer_state is None or not groups:
            return super().forward(input)
        added = [self._added(input[group.start : group.stop], layer_state, group) for group in groups]
        plain = self._conv_forward(input, self.weight, self.bias)
        return plain + (added[0] if len(added) == 1 else torch.cat(added))

    def _added(self, rows: Tensor, layer_state: LayerState, group: RowGroup) -> Tensor:
        """Jobs are groups of one convolution, so their rows take turns: (rows of each, jobs, …)."""
        pair = layer_state.pair(group)
        down, up = (CastParameter.apply(matrix, rows.dtype) for matrix in (pair.down, pair.up))
        jobs, count = group.jobs, len(rows) // group.jobs
        if jobs > 1:
            rows = rows.view(jobs, count, *rows.shape[1:]).transpose(0, 1).flatten(0, 1)
        added = low_rank_conv(rows, down, up * layer_state.routing.scale, self)
        if jobs > 1:
            added = added.view(count, jobs, *added.shape[1:]).transpose(0, 1).flatten(0, 1)
        return added


class CastParameter(torch.autograd.Function):
    """A leaf in another dtype. Its gradient is added to its `grad`, which is there already and lies in a larger block."""

    @staticmethod
    def forward(ctx: Any, leaf: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.home = leaf.grad  # not by way of what is saved: gradient checkpointing gives that back without its `grad`
        return leaf.to(dtype, copy=True)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None]:
        ctx.home.add_(gradient)
        return None, None


class LoraLinearFunction(torch.autograd.Function):
    """`rows @ weight.T + bias + scale * rows @ down.T @ up.T`, with the matrices of several jobs side by side.

    rows: (jobs * n, …, in); weight: (out, in), frozen. down: of `pair`, here again so that autograd comes this way back;
    the gradients of both matrices are added where they are wanted, and autograd gets none.
    """

    @staticmethod
    def forward(
        ctx: Any, rows: Tensor, down: Tensor, weight: Tensor, bias: Tensor | None, pair: LoraPair, scale: float
    ) -> Tensor:
        given = by_job(rows, pair)
        plain = functional.linear(rows, weight, bias)
        inner = given @ cast_like(pair.flat_down_t, rows)
        into = plain.view(*given.shape[:-1], -1)
        add_product_(into, inner, cast_like(pair.flat_up_t, rows), scale)
        ctx.save_for_backward(given, inner, weight)
        ctx.pair, ctx.scale, ctx.shape = pair, scale, rows.shape
        return plain

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, None, None, None, None, None]:
        given, inner, weight = ctx.saved_tensors
        gradient = by_job(gradient, ctx.pair)
        of_inner = accumulate_gradients(gradient, given, inner, ctx.pair, ctx.scale)
        if not ctx.needs_input_grad[0]:
            return None, None, None, None, None, None
        of_rows = gradient @ weight
        add_product_(of_rows, of_inner, cast_like(ctx.pair.flat_down, gradient), 1.0)
        return of_rows.view(ctx.shape), None, None, None, None, None


class LoraPromptFunction(torch.autograd.Function):
    """What matrices add to `base`, the frozen weight's output for `texts`; neither needs a gradient.

    texts: (jobs * n, tokens, in); base: (jobs * n, tokens, out); down, pair: as in LoraLinearFunction.
    """

    @staticmethod
    def forward(ctx: Any, texts: Tensor, down: Tensor, base: Tensor, pair: LoraPair, scale: float) -> Tensor:
        given = by_job(texts, pair)
        inner = given @ cast_like(pair.flat_down_t, texts)
        answer = base.clone(memory_format=torch.contiguous_format)
        into = answer.view(*given.shape[:-1], -1)
        add_product_(into, inner, cast_like(pair.flat_up_t, texts), scale)
        ctx.save_for_backward(given, inner)
        ctx.pair, ctx.scale = pair, scale
        return answer

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None, None, None, None]:
        given, inner = ctx.saved_tensors
        accumulate_gradients(by_job(gradient, ctx.pair), given, inner, ctx.pair, ctx.scale)
        return None, None, None, None, None


def by_job(values: Tensor, pair: LoraPair) -> Tensor:
    """(jobs * n, …, width) as (jobs, n * …, width), of a single job without the first dimension."""
    if pair.jobs == 1:
        return values.reshape(-1, values.shape[-1])
    return values.reshape(pair.jobs, -1, values.shape[-1])


def cast_like(matrix: Tensor, values: Tensor) -> Tensor:
    """In the dtype of `values`: what is learnt is float32, what it meets may have 16 bits."""
    return matrix if matrix.dtype == values.dtype else matrix.to(values.dtype)


def add_product_(into: Tensor, left: Tensor, right: Tensor, scale: float) -> None:
    """`into += scale * left @ right`, job by job."""
    if into.ndim == 2:
        into.addmm_(left, right, alpha=scale)
    else:
        into.baddbmm_(left, right, alpha=scale)


def accumulate_gradients(gradient: Tensor, given: Tensor, inner: Tensor, pair: LoraPair, scale: float) -> Tensor:
    """Add the gradients of both matrices where they are wanted, and give back that of `inner`."""
    of_inner = gradient @ cast_like(pair.flat_up, gradient)
    if scale != 1:
        of_inner.mul_(scale)
    if gradient.dtype == pair.up_grad.dtype:
        add_product_(pair.up_grad, gradient.mT, inner, scale)
        add_product_(pair.down_grad, of_inner.mT, given, 1.0)
    else:
        pair.up_grad.add_(gradient.mT @ inner, alpha=scale)
        pair.down_grad.add_(of_inner.mT @ given)
    return of_inner


def install_lora(unet: nn.Module, names: Sequence[str], routing: BatchRouting) -> dict[str, LayerState]:
    """Let the named Linear and Conv2d modules be adapted row by row. Same weights, names and, unseated, answers."""
    layer_states = {}
    for name in names:
        module: Any = unet.get_submodule(name)
        layer_state = LayerState(routing, is_cross_attention=name.endswith(("attn2.to_k", "attn2.to_v")))
        if isinstance(module, nn.Linear):
            module.__class__ = MultiLoraLinear
        elif isinstance(module, nn.Conv2d):
            module.__class__ = MultiLoraConv2d
        else:
            raise TypeError(f"{name}: only Linear and Conv2d can have LoRA")
        module.layer_state = layer_state
        layer_states[name] = layer_state
    return layer_states
