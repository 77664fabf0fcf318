"""Modules that add the low-rank matrices of several people to one frozen weight, each person's to their own rows.

The base product is done once for the whole batch; what people add is a batched product of small matrices (as in Punica,
Chen et al. 2023, arXiv 2310.18547, there for drawing). Gradients go straight to where the optimiser reads them. Beside
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
from covers.training.lora.store import Pair


@dataclass(frozen=True)
class Group:
    """Neighbours with as many rows of the batch each. first, last: people in the store; start, stop: rows."""

    first: int
    last: int
    start: int
    stop: int

    @property
    def people(self) -> int:
        return self.last - self.first


def groups_of(rows: Sequence[int], first: int = 0) -> tuple[Group, ...]:
    """rows: of each person, in order, from the person `first` on."""
    groups: list[Group] = []
    start = 0
    for person, count in enumerate(rows, start=first):
        last = groups[-1] if groups else None
        if last is not None and (last.stop - last.start) == count * last.people:
            groups[-1] = Group(last.first, person + 1, last.start, start + count)
        else:
            groups.append(Group(person, person + 1, start, start + count))
        start += count
    return tuple(groups)


@dataclass(frozen=True, eq=False)
class Texts:
    """The prompts of a pass, each once. key: names them. hidden: (texts, places, width). rows: how often each stands in
    the batch, one after the other. groups: whose they are.
    """

    key: tuple[str, ...]
    hidden: Tensor
    rows: tuple[int, ...]
    groups: tuple[Group, ...]


@dataclass(eq=False)
class Seating:
    """Who sits where in the batches to come; shared by all taught modules. None of both: the base model alone.

    for_all: one person in the store whose matrices hold for every row, as when pictures of them are drawn. keeps_texts: what
    frozen weights say of a pass's prompts is remembered.
    """

    scale: float = 1.0
    groups: tuple[Group, ...] = ()
    texts: Texts | None = None
    for_all: int | None = None
    keeps_texts: bool = True

    def clear(self) -> None:
        self.groups, self.texts, self.for_all = (), None, None

    def groups_for(self, rows: int) -> tuple[Group, ...]:
        return self.groups if self.for_all is None else (Group(self.for_all, self.for_all + 1, 0, rows),)


@dataclass(eq=False)
class Desk:
    """What one module has to teach with. pairs: by (first, last), see `AdapterStore.views`."""

    seating: Seating
    reads_text: bool = False
    pairs: dict[tuple[int, int], Pair] = field(default_factory=dict)
    kept: dict[tuple[str, ...], Tensor] = field(default_factory=dict)

    def pair(self, group: Group) -> Pair:
        return self.pairs[group.first, group.last]


class TaughtLinear(LoraLinear):
    """A Linear whose rows are adapted by the person they belong to."""

    desk: Desk | None = None

    def forward(self, input: Tensor) -> Tensor:
        desk = self.desk
        if desk is None:
            return super().forward(input)
        if desk.reads_text and desk.seating.texts is not None:
            return self._of_texts(desk, desk.seating.texts)
        groups = desk.seating.groups_for(len(input))
        if not groups:
            return super().forward(input)
        if len(groups) == 1:
            return self._taught(input, desk, groups[0])
        return torch.cat([self._taught(input[group.start : group.stop], desk, group) for group in groups])

    def _taught(self, rows: Tensor, desk: Desk, group: Group) -> Tensor:
        pair = desk.pair(group)
        taught: Tensor = LowRankLinear.apply(rows, pair.down, self.weight, self.bias, pair, desk.seating.scale)
        return taught

    def _of_texts(self, desk: Desk, texts: Texts) -> Tensor:
        """Keys or values of the prompts, (rows, places, out). A frozen weight says the same of a prompt at every step."""
        base = desk.kept.get(texts.key)
        if base is None:
            with torch.no_grad():
                base = functional.linear(texts.hidden, self.weight, self.bias)
            if desk.seating.keeps_texts:
                desk.kept[texts.key] = base  # of a few passes, which take turns; forgotten when somebody leaves
        said = []
        for group in texts.groups:
            part, pair = slice(group.start, group.stop), desk.pair(group)
            said.append(LowRankText.apply(texts.hidden[part], pair.down, base[part], pair, desk.seating.scale))
        return repeated(said[0] if len(said) == 1 else torch.cat(said), texts.rows)


def repeated(values: Tensor, counts: tuple[int, ...]) -> Tensor:
    """Each of `values` as often as its count says."""
    if set(counts) == {1}:
        return values
    if len(set(counts)) == 1:
        return values[:, None].expand(-1, counts[0], *values.shape[1:]).flatten(0, 1)
    return values.repeat_interleave(torch.tensor(counts, device=values.device), dim=0)


class TaughtConv2d(LoraConv2d):
    """A Conv2d whose rows are adapted by the person they belong to."""

    desk: Desk | None = None

    def forward(self, input: Tensor) -> Tensor:
        desk = self.desk
        groups = desk.seating.groups_for(len(input)) if desk is not None else ()
        if desk is None or not groups:
            return super().forward(input)
        added = [self._added(input[group.start : group.stop], desk, group) for group in groups]
        plain = self._conv_forward(input, self.weight, self.bias)
        return plain + (added[0] if len(added) == 1 else torch.cat(added))

    def _added(self, rows: Tensor, desk: Desk, group: Group) -> Tensor:
        """People are groups of one convolution, so their rows take turns: (rows of each, people, …)."""
        pair = desk.pair(group)
        down, up = (Borrowed.apply(matrix, rows.dtype) for matrix in (pair.down, pair.up))
        people, count = group.people, len(rows) // group.people
        if people > 1:
            rows = rows.view(people, count, *rows.shape[1:]).transpose(0, 1).flatten(0, 1)
        added = low_rank_conv(rows, down, up * desk.seating.scale, self)
        if people > 1:
            added = added.view(count, people, *added.shape[1:]).transpose(0, 1).flatten(0, 1)
        return added


class Borrowed(torch.autograd.Function):
    """A leaf in another dtype. Its gradient is added to its `grad`, which is there already and lies in a larger block."""

    @staticmethod
    def forward(ctx: Any, leaf: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.home = leaf.grad  # not by way of what is saved: gradient checkpointing gives that back without its `grad`
        return leaf.to(dtype, copy=True)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None]:  # type: ignore[override]
        ctx.home.add_(gradient)
        return None, None


class LowRankLinear(torch.autograd.Function):
    """`rows @ weight.T + bias + scale * rows @ down.T @ up.T`, with people's matrices side by side.

    rows: (people * n, …, in); weight: (out, in), frozen. down: of `pair`, here again so that autograd comes this way back;
    the gradients of both matrices are added where they are wanted, and autograd is told of none.
    """

    @staticmethod
    def forward(
        ctx: Any, rows: Tensor, down: Tensor, weight: Tensor, bias: Tensor | None, pair: Pair, scale: float
    ) -> Tensor:
        given = by_person(rows, pair)
        plain = functional.linear(rows, weight, bias)
        inner = given @ as_of(pair.flat_down_t, rows)
        into = plain.view(*given.shape[:-1], -1)
        added_in_place(into, inner, as_of(pair.flat_up_t, rows), scale)
        ctx.save_for_backward(given, inner, weight)
        ctx.pair, ctx.scale, ctx.shape = pair, scale, rows.shape
        return plain

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, None, None, None, None, None]:  # type: ignore[override]
        given, inner, weight = ctx.saved_tensors
        gradient = by_person(gradient, ctx.pair)
        of_inner = matrix_gradients(gradient, given, inner, ctx.pair, ctx.scale)
        if not ctx.needs_input_grad[0]:
            return None, None, None, None, None, None
        of_rows = gradient @ weight
        added_in_place(of_rows, of_inner, as_of(ctx.pair.flat_down, gradient), 1.0)
        return of_rows.view(ctx.shape), None, None, None, None, None


class LowRankText(torch.autograd.Function):
    """What matrices add to `base`, the answer of the frozen weight to `texts`; neither wants a gradient.

    texts: (people * n, places, in); base: (people * n, places, out); down, pair: as in LowRankLinear.
    """

    @staticmethod
    def forward(ctx: Any, texts: Tensor, down: Tensor, base: Tensor, pair: Pair, scale: float) -> Tensor:
        given = by_person(texts, pair)
        inner = given @ as_of(pair.flat_down_t, texts)
        answer = base.clone(memory_format=torch.contiguous_format)
        into = answer.view(*given.shape[:-1], -1)
        added_in_place(into, inner, as_of(pair.flat_up_t, texts), scale)
        ctx.save_for_backward(given, inner)
        ctx.pair, ctx.scale = pair, scale
        return answer

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None, None, None, None]:  # type: ignore[override]
        given, inner = ctx.saved_tensors
        matrix_gradients(by_person(gradient, ctx.pair), given, inner, ctx.pair, ctx.scale)
        return None, None, None, None, None


def by_person(values: Tensor, pair: Pair) -> Tensor:
    """(people * n, …, width) as (people, n * …, width), of one person without the first dimension."""
    if pair.people == 1:
        return values.reshape(-1, values.shape[-1])
    return values.reshape(pair.people, -1, values.shape[-1])


def as_of(matrix: Tensor, values: Tensor) -> Tensor:
    """In the dtype of `values`: what is learnt is float32, what it meets may have 16 bits."""
    return matrix if matrix.dtype == values.dtype else matrix.to(values.dtype)


def added_in_place(into: Tensor, left: Tensor, right: Tensor, scale: float) -> None:
    """`into += scale * left @ right`, person by person."""
    if into.ndim == 2:
        into.addmm_(left, right, alpha=scale)
    else:
        into.baddbmm_(left, right, alpha=scale)


def matrix_gradients(gradient: Tensor, given: Tensor, inner: Tensor, pair: Pair, scale: float) -> Tensor:
    """Add the gradients of both matrices where they are wanted, and give back that of `inner`."""
    of_inner = gradient @ as_of(pair.flat_up, gradient)
    if scale != 1:
        of_inner.mul_(scale)
    if gradient.dtype == pair.up_grad.dtype:
        added_in_place(pair.up_grad, gradient.mT, inner, scale)
        added_in_place(pair.down_grad, of_inner.mT, given, 1.0)
    else:
        pair.up_grad.add_(gradient.mT @ inner, alpha=scale)
        pair.down_grad.add_(of_inner.mT @ given)
    return of_inner


def taught(unet: nn.Module, names: Sequence[str], seating: Seating) -> dict[str, Desk]:
    """Let the named Linear and Conv2d modules be adapted row by row. Same weights, names and, unseated, answers."""
    desks = {}
    for name in names:
        module: Any = unet.get_submodule(name)
        desk = Desk(seating, reads_text=name.endswith(("attn2.to_k", "attn2.to_v")))
        if isinstance(module, nn.Linear):
            module.__class__ = TaughtLinear
        elif isinstance(module, nn.Conv2d):
            module.__class__ = TaughtConv2d
        else:
            raise TypeError(f"{name}: only Linear and Conv2d can be taught")
        module.desk = desk
        desks[name] = desk
    return desks
