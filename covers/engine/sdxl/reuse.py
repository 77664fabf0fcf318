"""Some steps with the deep features of a step before: an approximation, and faster (Ma et al. 2023, arXiv 2312.00858).

The deep levels of a UNet see the whole of a picture and change little from step to step; the first level is cheap and
sees what changes. So some steps run the whole UNet and keep what came up from below, and the others run the first level
only, on top of what was kept, moved on as far as it moved between the last two whole steps. Which steps are whole is
planned before the first one, from what a shallow one costs.

Chosen on a small UNet trained for it, 24 steps, drift of "fast" and "balanced" with Euler and DPM++ 2M Karras: whole steps
at equal distances, features as they were, 8 and 5 to 11 and 7 per cent; denser at the start, 6 to 9 and 4; with features
moved on as well, 3 and 1 to 2. A last whole step, a second order and other strengths of moving on brought nothing.
Keeping the output of cross-attention after some step (T-GATE, Liu et al. 2024, arXiv 2404.02747) is left out: in whole
steps only, it saves under a tenth of a step at 1024 px, and the prompt's keys and values are kept without any drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

MODES = {"off": 1.0, "balanced": 2.0, "fast": 2.7}
"""Mode to how much faster all steps together are to be, by their count of multiplications."""
MOST_SHALLOW = 0.12
"""Share of a whole step that a shallow one may cost where there is a choice; more of the first level is less drift."""
LEAST_WHOLE = 4
DENSITY = 1.4
"""How much denser whole steps stand at the start, where features change most: the power of the n-th one's place."""

Rows = slice | Sequence[int]


def drift(approximate: Tensor, exact: Tensor) -> float:
    """How far from the exact picture or latents: the norm of the difference over the norm of the exact."""
    difference = torch.linalg.vector_norm(approximate.float() - exact.float())
    return float(difference / torch.linalg.vector_norm(exact.float()))


class FeatureReuse:
    """Predicts noise for one batch over all its steps. One object for one batch: it holds features of its pictures.

    mode: "off" is the UNet and nothing else; "balanced" and "fast" see `MODES`. total_steps: how often `predict` will be
    called for this batch. Adapters may be laid over the UNet. Features of two steps a row: 80 MB at 1024 px in 16 bits.
    """

    def __init__(self, unet: UNet2DConditionModel, mode: str, total_steps: int) -> None:
        self._unet = unet
        self._depth, share = depth_of(unet)
        speed = MODES[mode] if can_be_split(unet) else 1.0
        self._total_steps = total_steps
        self._whole = whole_steps(total_steps, share, speed)
        self._kept: list[tuple[int, Tensor]] = []

    @property
    def is_exact(self) -> bool:
        """Whether each step is a whole one: mode "off", too few steps, or weights that are on the card in turns."""
        return len(self._whole) == self._total_steps

    @torch.no_grad()
    def predict(
        self,
        step_index: int,
        sample: Tensor,
        timestep: Tensor | float,
        encoder_hidden_states: Tensor,
        added_cond_kwargs: Mapping[str, Tensor],
    ) -> Tensor:
        """What the UNet says of a step, from 0; arguments as of its own forward. (batch, channels, height, width)."""
        told = timestep, encoder_hidden_states, dict(added_cond_kwargs)
        if self.is_exact:
            return whole(self._unet, sample, *told)
        if step_index in self._whole or not self._kept or len(self._kept[-1][1]) != len(sample):
            with kept_on_the_way(self._unet, self._depth, lambda deep: self._keep(step_index, deep)):
                return whole(self._unet, sample, *told)
        return shallow(self._unet, self._depth, sample, *told, self._deep(step_index))

    def keep(self, rows: Rows) -> None:
        """Go on with these places of the batch only: when guidance ends, or a request leaves."""
        self._kept = [(step, deep[rows]) for step, deep in self._kept]

    def _keep(self, step: int, deep: Tensor) -> None:
        before = [(at, kept) for at, kept in self._kept if kept.shape == deep.shape]
        self._kept = [*before[-1:], (step, deep)]

    def _deep(self, step: int) -> Tensor:
        """The features of the last whole step, moved on along the line from the one before it."""
        at, last = self._kept[-1]
        if len(self._kept) == 1:
            return last
        before, earlier = self._kept[0]
        return torch.lerp(earlier, last, (step - before) / (at - before))


def whole(
    unet: UNet2DConditionModel,
    sample: Tensor,
    timestep: Tensor | float,
    encoder_hidden_states: Tensor,
    added_cond_kwargs: dict[str, Tensor],
) -> Tensor:
    said = unet(
        sample,
        timestep,
        encoder_hidden_states=encoder_hidden_states,
        added_cond_kwargs=added_cond_kwargs,
        return_dict=False,
    )
    return said[0]


def shallow(
    unet: UNet2DConditionModel,
    depth: int,
    sample: Tensor,
    timestep: Tensor | float,
    encoder_hidden_states: Tensor,
    added_cond_kwargs: dict[str, Tensor],
    deep: Tensor,
) -> Tensor:
    """The UNet's forward with only the last `depth` layers of its last block, and what they need of the first block."""
    time = unet.time_embedding(unet.get_time_embed(sample=sample, timestep=timestep))
    added = unet.get_aug_embed(
        emb=time, encoder_hidden_states=encoder_hidden_states, added_cond_kwargs=added_cond_kwargs
    )
    time = time if added is None else time + added
    hidden = unet.conv_in(sample)
    skips = [hidden]
    for layer in layers(unet.down_blocks[0])[: depth - 1]:
        hidden = layer(hidden, time, encoder_hidden_states)
        skips.append(hidden)
    hidden = deep
    for layer in layers(unet.up_blocks[-1])[-depth:]:
        hidden = layer(torch.cat([hidden, skips.pop()], dim=1), time, encoder_hidden_states)
    if unet.conv_norm_out is not None:
        hidden = unet.conv_act(unet.conv_norm_out(hidden))
    return unet.conv_out(hidden)


@dataclass(frozen=True)
class Layer:
    """A resnet of a block with its transformer, where the block has any."""

    resnet: nn.Module
    attention: nn.Module | None

    def __call__(self, hidden: Tensor, time: Tensor, encoder_hidden_states: Tensor) -> Tensor:
        hidden = self.resnet(hidden, time)
        if self.attention is None:
            return hidden
        return self.attention(hidden, encoder_hidden_states=encoder_hidden_states, return_dict=False)[0]

    def weights(self) -> int:
        return weights(self.resnet) + (weights(self.attention) if self.attention is not None else 0)


def layers(block: Any) -> list[Layer]:
    return [
        Layer(resnet, attention) for resnet, attention in zip_longest(block.resnets, getattr(block, "attentions", ()))
    ]


@contextmanager
def kept_on_the_way(unet: UNet2DConditionModel, depth: int, keep: Callable[[Tensor], None]) -> Iterator[None]:
    """Inside, a forward of the UNet hands on what comes up to the last `depth` layers of its last block."""
    skipped_channels = unet.config.block_out_channels[0]

    def hand_on(resnet: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        keep(arguments[0][:, :-skipped_channels].clone())

    hook = unet.up_blocks[-1].resnets[-depth].register_forward_pre_hook(hand_on)
    try:
        yield
    finally:
        hook.remove()


def can_be_split(unet: UNet2DConditionModel) -> bool:
    """Not where parts are fetched to the card in turns: the parts of a shallow step would be elsewhere."""
    return len(unet.up_blocks) > 1 and not any(hasattr(part, "_diffusers_hook") for part in unet.modules())


def depth_of(unet: UNet2DConditionModel) -> tuple[int, float]:
    """How many layers of the last block a shallow step runs, and its share of the multiplications of a whole one.

    Counted as weights times places, so without attention's own products, which only whole steps have in SDXL.
    """
    everything = whole_cost(unet)
    outer = weights(unet.conv_in) + weights(unet.conv_out)
    down, up = layers(unet.down_blocks[0]), layers(unet.up_blocks[-1])
    shares = []
    for depth in range(1, len(up) + 1):
        run = [*down[: depth - 1], *up[-depth:]]
        shares.append((depth, (outer + sum(layer.weights() for layer in run)) / everything))
    cheap = [(depth, share) for depth, share in shares if share <= MOST_SHALLOW]
    return cheap[-1] if cheap else shares[0]


def whole_cost(unet: UNet2DConditionModel) -> float:
    """Weights of a whole step, each counted for the places that it is used at, in latents of the first level."""
    levels = len(unet.down_blocks)
    cost = float(weights(unet.conv_in) + weights(unet.conv_out))
    for level, (down, up) in enumerate(zip(unet.down_blocks, reversed(unet.up_blocks), strict=True)):
        inner = sum(layer.weights() for layer in (*layers(down), *layers(up)))
        cost += inner / 4**level
        cost += weights(getattr(down, "downsamplers", None)) / 4 ** (level + 1)
        cost += weights(getattr(up, "upsamplers", None)) / 4 ** (level - 1)
    if unet.mid_block is not None:
        cost += weights(unet.mid_block) / 4 ** (levels - 1)
    return cost


def weights(part: nn.Module | None) -> int:
    return sum(parameter.numel() for parameter in part.parameters()) if part is not None else 0


def whole_steps(total_steps: int, shallow_share: float, speed: float) -> frozenset[int]:
    """Which steps are whole, so that all together cost 1 / speed. Always the first, and at least four."""
    wanted = round(total_steps * (1 / speed - shallow_share) / (1 - shallow_share))
    count = min(total_steps, max(wanted, LEAST_WHOLE))
    places: list[int] = []
    for number in range(count):
        place = round((number / count) ** DENSITY * total_steps)
        places.append(max(place, places[-1] + 1) if places else 0)
    return frozenset(places)
