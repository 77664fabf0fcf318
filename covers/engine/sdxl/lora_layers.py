"""Linear and Conv2d layers that take a LoRA as an input, another one for each sample of a batch (LoRA: Hu et al. 2021,
arXiv 2106.09685).

The large matrix product is shared by the batch; what each sample's adapters add, `up @ (down @ x)`, is a batched product
of small matrices (as in Punica, Chen et al. 2023, arXiv 2310.18547). Nothing is merged into the weights, so nothing has to
be taken out of them again: the next picture without an adapter is bit-equal to one drawn before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, eq=False)
class StackedLora:
    """All samples' adapters of one layer. down, up: (samples, rank, in[, height, width]) and (samples, out, rank).

    bias, out_gain: (samples, out); in_gain: (samples, in): see `WeightDelta`. None where no file in the batch has any.
    A first dimension of 1 holds for all samples.
    """

    down: Tensor
    up: Tensor
    bias: Tensor | None = None
    out_gain: Tensor | None = None
    in_gain: Tensor | None = None

    @property
    def is_plain_lora(self) -> bool:
        return self.bias is None and self.out_gain is None and self.in_gain is None


class LoraLinear(nn.Linear):
    """A Linear that adds `up @ down`, when they are set. They are no parameters: never saved or moved."""

    lora_down: Tensor | None = None
    lora_up: Tensor | None = None
    beyond_lora: StackedLora | None = None
    """Set where there is more than two matrices: the gains of DoRA, or a bias."""

    def forward(self, input: Tensor) -> Tensor:
        output = functional.linear(input, self.weight, self.bias)
        if self.lora_down is None or self.lora_up is None:
            return output
        if self.beyond_lora is not None:
            output = self._with_gains_and_bias(output, input, self.beyond_lora)
        return add_low_rank_(output, input, self.lora_down, self.lora_up)

    def _with_gains_and_bias(self, output: Tensor, input: Tensor, lora: StackedLora) -> Tensor:
        result = output
        if lora.out_gain is not None:
            product = output if self.bias is None else output - self.bias
            result = result + product * per_row(lora.out_gain, product, -1)
        if lora.in_gain is not None:
            result = result + functional.linear(input * per_row(lora.in_gain, input, -1), self.weight)
        return result if lora.bias is None else result + per_row(lora.bias, output, -1)


class LoraConv2d(nn.Conv2d):
    """A Conv2d that adds `up @ down`, when they are set."""

    lora_down: Tensor | None = None
    lora_up: Tensor | None = None
    beyond_lora: StackedLora | None = None

    def forward(self, input: Tensor) -> Tensor:
        output = self._conv_forward(input, self.weight, self.bias)
        if self.lora_down is None or self.lora_up is None:
            return output
        added = low_rank_conv(input, self.lora_down, self.lora_up, self)
        if self.beyond_lora is not None:
            added = added + self._gains_and_bias(output, input, self.beyond_lora)
        return output + added

    def _gains_and_bias(self, output: Tensor, input: Tensor, lora: StackedLora) -> Tensor:
        added = torch.zeros_like(output)
        if lora.out_gain is not None:
            product = output if self.bias is None else output - self.bias[:, None, None]
            added = added + product * per_row(lora.out_gain, product, 1)
        if lora.in_gain is not None:
            added = added + self._conv_forward(input * per_row(lora.in_gain, input, 1), self.weight, None)
        return added if lora.bias is None else added + per_row(lora.bias, output, 1)


LoraLayer = LoraLinear | LoraConv2d


def per_row(per_sample: Tensor, batch: Tensor, axis: int) -> Tensor:
    """(samples, width) for each row of a batch (passes * samples, …), pass by pass, along the axis that is `width` long."""
    samples, width = per_sample.shape
    rows = per_sample if samples == 1 else per_sample.repeat(batch.shape[0] // samples, 1)
    shape = [1] * batch.ndim
    shape[0], shape[axis] = rows.shape[0], width
    return rows.reshape(shape)


def add_low_rank_(output: Tensor, input: Tensor, down: Tensor, up: Tensor) -> Tensor:
    """`output` with `up @ (down @ input)` added in place: nobody else holds it yet.

    output, input: (passes * samples, …, out) and (…, in), pass by pass; or any batch, where `down` has one sample for all.
    Pass by pass, since a product over both would copy the matrices for each.
    """
    samples = down.shape[0]
    if samples == 1:
        return output.add_(functional.linear(functional.linear(input, down[0]), up[0]))
    outputs = output.view(-1, samples, *length_and_width(output))
    inputs = input.reshape(-1, samples, *length_and_width(input))
    for output_of_pass, input_of_pass in zip(outputs, inputs, strict=True):
        output_of_pass.baddbmm_(input_of_pass @ down.mT, up.mT)
    return output


def length_and_width(batch: Tensor) -> tuple[int, int]:
    """Of (batch, …, width): how many vectors each row of the batch has, and how wide they are."""
    return batch.shape[1:-1].numel(), batch.shape[-1]


def low_rank_conv(input: Tensor, down: Tensor, up: Tensor, conv: nn.Conv2d) -> Tensor:
    """input: (passes * samples, in, height, width). Samples are groups of one convolution."""
    samples, rank = down.shape[:2]
    passes = 1 if samples == 1 else input.shape[0] // samples
    if samples > 1:
        input = input.reshape(passes, samples * input.shape[1], *input.shape[2:])
    inner = functional.conv2d(input, down.flatten(0, 1), None, conv.stride, conv.padding, conv.dilation, samples)
    by_sample = inner.reshape(-1, samples, rank, inner.shape[-2] * inner.shape[-1])
    return (up @ by_sample).reshape(-1, up.shape[1], *inner.shape[-2:])


def install_lora_layers(model: nn.Module) -> dict[str, LoraLayer]:
    """Let each Linear and Conv2d take a LoRA, and give them by name. Same weights, names and, without one, outputs."""
    layers: dict[str, LoraLayer] = {}
    for name, module in model.named_modules():
        if type(module) is nn.Linear:
            module.__class__ = LoraLinear
        elif type(module) is nn.Conv2d and module.groups == 1 and module.padding_mode == "zeros":
            module.__class__ = LoraConv2d
        if isinstance(module, LoraLinear | LoraConv2d):
            layers[name] = module
    return layers


@contextmanager
def loras_set(layers: Mapping[str, LoraLayer], loras: Mapping[str, StackedLora]) -> Iterator[None]:
    """Inside, the named layers add their LoRA."""
    try:
        for name, lora in loras.items():
            layers[name].lora_down, layers[name].lora_up = lora.down, lora.up
            layers[name].beyond_lora = None if lora.is_plain_lora else lora
        yield
    finally:
        for name in loras:
            layers[name].lora_down = layers[name].lora_up = layers[name].beyond_lora = None
