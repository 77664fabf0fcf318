"""The modules of several people: what peft's modules say of each row, and autograd's gradients."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from covers.training.lora.adapter_store import AdapterStore, shapes_of
from covers.training.lora.multi_lora import BatchRouting, PromptBatch, RowGroup, install_lora, row_groups

RANK, SCALE = 3, 0.5


class Block(nn.Module):
    def __init__(self, name: str, module: nn.Module) -> None:
        super().__init__()
        self.add_module(name, module)


def learnt(module: nn.Module, name: str, jobs: int, dtype: torch.dtype = torch.float32):
    """The taught module, its store, filled at random, and the seating."""
    torch.manual_seed(0)
    root = Block(name, module.requires_grad_(False).to(dtype))
    routing = BatchRouting(scale=SCALE)
    store = AdapterStore(shapes_of(root, [name], RANK), torch.device("cpu"))
    layer_states = install_lora(root, [name], routing)
    store.rebuild(list(torch.randn(jobs, store.length)))
    return root.get_submodule(name), store, routing, layer_states[name]


def open_for(store: AdapterStore, layer_state, name: str, groups) -> None:
    for group in groups:
        layer_state.pairs[group.first, group.last] = store.views(group.first, group.last)[name]


def leaves(store: AdapterStore, job: int, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    down, up = store.matrices_of(store.weights[job])[name]
    return down.clone().requires_grad_(), up.clone().requires_grad_()


def assert_gradients(store: AdapterStore, pairs, name: str) -> None:
    for job, (down, up) in enumerate(pairs):
        down_grad, up_grad = store.matrices_of(store.gradients[job])[name]
        torch.testing.assert_close(down_grad, down.grad)
        torch.testing.assert_close(up_grad, up.grad)


@pytest.mark.parametrize("rows", [[4], [2, 2, 2], [1, 3], [2, 2, 1]])
def test_a_linear_is_adapted_row_by_row(rows):
    module, store, routing, layer_state = learnt(nn.Linear(6, 5), "lin", len(rows))
    routing.groups = row_groups(rows)
    open_for(store, layer_state, "lin", routing.groups)
    given = torch.randn(sum(rows), 7, 6, requires_grad=True)
    wanted = torch.randn(sum(rows), 7, 5)
    said = module(given)
    (said * wanted).sum().backward()

    again, expected = given.detach().clone().requires_grad_(), []
    pairs = [leaves(store, job, "lin") for job in range(len(rows))]
    for (down, up), part in zip(pairs, again.split(rows), strict=True):
        plain = functional.linear(part, module.weight, module.bias)
        expected.append(plain + SCALE * functional.linear(functional.linear(part, down), up))
    (torch.cat(expected) * wanted).sum().backward()
    torch.testing.assert_close(said, torch.cat(expected))
    torch.testing.assert_close(given.grad, again.grad)
    assert_gradients(store, pairs, "lin")


@pytest.mark.parametrize("rows", [[2], [2, 2], [1, 2]])
@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (1, 1)])
def test_a_convolution_is_adapted_row_by_row(rows, kernel, stride):
    conv = nn.Conv2d(4, 5, kernel, stride, padding=kernel // 2)
    module, store, routing, layer_state = learnt(conv, "conv", len(rows))
    routing.groups = row_groups(rows)
    open_for(store, layer_state, "conv", routing.groups)
    given = torch.randn(sum(rows), 4, 6, 6, requires_grad=True)
    said = module(given)
    wanted = torch.randn_like(said)
    (said * wanted).sum().backward()
    again, expected = given.detach().clone().requires_grad_(), []
    pairs = [leaves(store, job, "conv") for job in range(len(rows))]
    for (down, up), part in zip(pairs, again.split(rows), strict=True):
        inner = functional.conv2d(part, down, None, stride, kernel // 2)
        plain = functional.conv2d(part, module.weight, module.bias, stride, kernel // 2)
        expected.append(plain + SCALE * functional.conv2d(inner, up[..., None, None]))
    (torch.cat(expected) * wanted).sum().backward()
    torch.testing.assert_close(said, torch.cat(expected))
    torch.testing.assert_close(given.grad, again.grad)
    assert_gradients(store, pairs, "conv")


def test_keys_of_prompts_are_computed_once_for_each_and_stand_where_their_rows_are():
    module, store, routing, layer_state = learnt(nn.Linear(6, 5), ["attn2", "to_k"][1], 2)
    layer_state.is_cross_attention = True
    hidden, counts = torch.randn(3, 4, 6), (2, 1, 3)
    groups = row_groups([2, 1])  # the first person has two prompts, the second one
    routing.groups, routing.prompts = row_groups([3, 3]), PromptBatch(("a", "b", "c"), hidden, counts, groups)
    open_for(store, layer_state, "to_k", groups)
    said = module(torch.zeros(6, 4, 6))
    wanted = torch.randn_like(said)
    (said * wanted).sum().backward()
    pairs = [leaves(store, job, "to_k") for job in range(2)]
    owners, expected = (0, 0, 1), []
    for text, owner, count in zip(hidden, owners, counts, strict=True):
        down, up = pairs[owner]
        one = functional.linear(text, module.weight, module.bias)
        one = one + SCALE * functional.linear(functional.linear(text, down), up)
        expected.append(one.expand(count, -1, -1))
    (torch.cat(expected) * wanted).sum().backward()
    torch.testing.assert_close(said, torch.cat(expected))
    assert_gradients(store, pairs, "to_k")


def test_gradients_of_16_bits_are_added_up_in_float32():
    module, store, routing, layer_state = learnt(nn.Linear(6, 5), "lin", 2, torch.bfloat16)
    routing.groups = row_groups([1, 1])
    open_for(store, layer_state, "lin", routing.groups)
    for _ in range(2):
        module(torch.ones(2, 3, 6, dtype=torch.bfloat16, requires_grad=True)).sum().backward()
    once = store.gradients.clone() / 2
    store.gradients.zero_()
    module(torch.ones(2, 3, 6, dtype=torch.bfloat16, requires_grad=True)).sum().backward()
    assert store.gradients.dtype == torch.float32
    torch.testing.assert_close(store.gradients, once)


def test_without_a_seat_a_module_answers_as_before():
    torch.manual_seed(0)
    plain = nn.Linear(6, 5)
    given = torch.randn(2, 6)
    before = plain(given)
    module, _, routing, _ = learnt(plain, "lin", 1)
    assert torch.equal(module(given), before)
    routing.clear()
    assert torch.equal(module(given), before)


def test_neighbours_with_as_many_rows_are_one_group():
    assert row_groups([2, 2, 1, 1, 3], first=4) == (RowGroup(4, 6, 0, 4), RowGroup(6, 8, 4, 6), RowGroup(8, 9, 6, 9))
