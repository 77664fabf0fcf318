"""Some steps with the deep features of an earlier step: an approximation, and faster (Ma et al. 2023, arXiv 2312.00858).

The deep levels of a UNet see the whole of a picture and change little from step to step; the first level is cheap and
sees what changes. So some steps run the whole UNet and keep what came up from below, and the others run the first level
only, on top of what was kept, extrapolated as far as it moved between the last two full steps. Which steps are full is
planned before the first one, from what a shallow one costs.

Chosen on a small UNet trained for it, 24 steps, drift of "fast" and "balanced" with Euler and DPM++ 2M Karras: full steps
at equal distances, features as they were, 8 and 5 to 11 and 7 per cent; denser at the start, 6 to 9 and 4; with features
moved on as well, 3 and 1 to 2. A last full step, a second order and other strengths of moving on brought nothing.
Keeping the output of cross-attention after some step (T-GATE, Liu et al. 2024, arXiv 2404.02747) is left out: in full
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
MAX_SHALLOW_SHARE = 0.12
"""Share of a full step that a shallow one may cost where there is a choice; more of the first level is less drift."""
MIN_FULL_STEPS = 4
FULL_STEP_DENSITY = 1.4
"""How much denser full steps stand at the start, where features change most: the power of the n-th one's place."""

Rows = slice | Sequence[int]


class FeatureReuse:
    """Predicts noise for one batch over all its steps. One object for one batch: it holds features of its pictures.

    mode: "off" is the UNet and nothing else; "balanced" and "fast" see `MODES`. total_steps: how often `predict` will be
    called for this batch. Adapters may be applied to the UNet. Features of two steps a sample: 80 MB at 1024 px in 16 bits.
    """

    def __init__(self, unet: UNet2DConditionModel, mode: str, total_steps: int) -> None:
        self._unet = unet
        self._depth, share = shallow_depth(unet)
        speed = MODES[mode] if supports_feature_reuse(unet) else 1.0
        self._total_steps = total_steps
        self._full_steps = full_steps(total_steps, share, speed)
        self._captured: list[tuple[int, Tensor]] = []

    @property
    def is_exact(self) -> bool:
        """Whether each step is a full one: mode "off", too few steps, or weights that are on the card in turns."""
        return len(self._full_steps) == self._total_steps

    @torch.no_grad()
    def predict(
        self,
        step_index: int,
        sample: Tensor,
        timestep: Tensor | float,
        encoder_hidden_states: Tensor,
        added_cond_kwargs: Mapping[str, Tensor],
    ) -> Tensor:
        """The noise prediction of a step, from 0; arguments as of its own forward. (batch, channels, height, width)."""
        unet_inputs = timestep, encoder_hidden_states, dict(added_cond_kwargs)
        if self.is_exact:
            return full_forward(self._unet, sample, *unet_inputs)
        if step_index in self._full_steps or not self._captured or len(self._captured[-1][1]) != len(sample):
            with deep_features_captured(self._unet, self._depth, lambda deep: self._capture(step_index, deep)):
                return full_forward(self._unet, sample, *unet_inputs)
        return shallow_forward(self._unet, self._depth, sample, *unet_inputs, self._extrapolated(step_index))

    def select(self, rows: Rows) -> None:
        """Go on with these rows of the batch only: when guidance ends, or a request leaves."""
        self._captured = [(step, deep[rows]) for step, deep in self._captured]

    def _capture(self, step: int, deep: Tensor) -> None:
        comparable = [(at, features) for at, features in self._captured if features.shape == deep.shape]
        self._captured = [*comparable[-1:], (step, deep)]

    def _extrapolated(self, step: int) -> Tensor:
        """The features of the last full step, extrapolated along the line from the one before it."""
        last_step, last = self._captured[-1]
        if len(self._captured) == 1:
            return last
        earlier_step, earlier = self._captured[0]
        return torch.lerp(earlier, last, (step - earlier_step) / (last_step - earlier_step))


def full_forward(
    unet: UNet2DConditionModel,
    sample: Tensor,
    timestep: Tensor | float,
    encoder_hidden_states: Tensor,
    added_cond_kwargs: dict[str, Tensor],
) -> Tensor:
    output = unet(
        sample,
        timestep,
        encoder_hidden_states=encoder_hidden_states,
        added_cond_kwargs=added_cond_kwargs,
        return_dict=False,
    )
    noise_pred: Tensor = output[0]
    return noise_pred


def shallow_forward(
    unet: UNet2DConditionModel,
    depth: int,
    sample: Tensor,
    timestep: Tensor | float,
    encoder_hidden_states: Tensor,
    added_cond_kwargs: dict[str, Tensor],
    deep: Tensor,
) -> Tensor:
    """The UNet's forward with only the last `depth` layers of its last block, and what they need of the first block."""
    temb = unet.time_embedding(unet.get_time_embed(sample=sample, timestep=timestep))
    aug_emb = unet.get_aug_embed(
        emb=temb, encoder_hidden_states=encoder_hidden_states, added_cond_kwargs=added_cond_kwargs
    )
    temb = temb if aug_emb is None else temb + aug_emb
    hidden_states = unet.conv_in(sample)
    skips = [hidden_states]
    for layer in layers_of(unet.down_blocks[0])[: depth - 1]:
        hidden_states = layer(hidden_states, temb, encoder_hidden_states)
        skips.append(hidden_states)
    hidden_states = deep
    for layer in layers_of(unet.up_blocks[-1])[-depth:]:
        hidden_states = layer(torch.cat([hidden_states, skips.pop()], dim=1), temb, encoder_hidden_states)
    if unet.conv_norm_out is not None:
        hidden_states = unet.conv_act(unet.conv_norm_out(hidden_states))
    return unet.conv_out(hidden_states)


@dataclass(frozen=True)
class UNetLayer:
    """A resnet of a block with its transformer, where the block has any."""

    resnet: nn.Module
    attention: nn.Module | None

    def __call__(self, hidden_states: Tensor, temb: Tensor, encoder_hidden_states: Tensor) -> Tensor:
        hidden_states = self.resnet(hidden_states, temb)
        if self.attention is None:
            return hidden_states
        return self.attention(hidden_states, encoder_hidden_states=encoder_hidden_states, return_dict=False)[0]

    def params(self) -> int:
        return count_params(self.resnet) + (count_params(self.attention) if self.attention is not None else 0)


def layers_of(block: Any) -> list[UNetLayer]:
    return [
        UNetLayer(resnet, attention)
        for resnet, attention in zip_longest(block.resnets, getattr(block, "attentions", ()))
    ]


@contextmanager
def deep_features_captured(unet: UNet2DConditionModel, depth: int, capture: Callable[[Tensor], None]) -> Iterator[None]:
    """Inside, a forward of the UNet hands on what comes up to the last `depth` layers of its last block."""
    skipped_channels = unet.config.block_out_channels[0]

    def capture_input(resnet: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        capture(arguments[0][:, :-skipped_channels].clone())

    hook = unet.up_blocks[-1].resnets[-depth].register_forward_pre_hook(capture_input)
    try:
        yield
    finally:
        hook.remove()


def supports_feature_reuse(unet: UNet2DConditionModel) -> bool:
    """Not where parts are fetched to the card in turns: the parts of a shallow step would be elsewhere."""
    return len(unet.up_blocks) > 1 and not any(hasattr(part, "_diffusers_hook") for part in unet.modules())


def shallow_depth(unet: UNet2DConditionModel) -> tuple[int, float]:
    """How many layers of the last block a shallow step runs, and its share of the multiplications of a full one.

    Counted as weights times positions, so without attention's own products, which only full steps have in SDXL.
    """
    everything = full_cost(unet)
    outer = count_params(unet.conv_in) + count_params(unet.conv_out)
    down, up = layers_of(unet.down_blocks[0]), layers_of(unet.up_blocks[-1])
    shares = []
    for depth in range(1, len(up) + 1):
        run = [*down[: depth - 1], *up[-depth:]]
        shares.append((depth, (outer + sum(layer.params() for layer in run)) / everything))
    cheap = [(depth, share) for depth, share in shares if share <= MAX_SHALLOW_SHARE]
    return cheap[-1] if cheap else shares[0]


def full_cost(unet: UNet2DConditionModel) -> float:
    """Weights of a full step, each counted for the positions that it is used at, in latents of the first level."""
    levels = len(unet.down_blocks)
    cost = float(count_params(unet.conv_in) + count_params(unet.conv_out))
    for level, (down, up) in enumerate(zip(unet.down_blocks, reversed(unet.up_blocks), strict=True)):
        inner = sum(layer.params() for layer in (*layers_of(down), *layers_of(up)))
        cost += inner / 4**level
        cost += count_params(getattr(down, "downsamplers", None)) / 4 ** (level + 1)
        cost += count_params(getattr(up, "upsamplers", None)) / 4 ** (level - 1)
    if unet.mid_block is not None:
        cost += count_params(unet.mid_block) / 4 ** (levels - 1)
    return cost


def count_params(part: nn.Module | None) -> int:
    return sum(parameter.numel() for parameter in part.parameters()) if part is not None else 0


def full_steps(total_steps: int, shallow_share: float, speed: float) -> frozenset[int]:
    """Which steps are full, so that all together cost 1 / speed. Always the first, and at least four."""
    wanted = round(total_steps * (1 / speed - shallow_share) / (1 - shallow_share))
    count = min(total_steps, max(wanted, MIN_FULL_STEPS))
    indices: list[int] = []
    for number in range(count):
        index = round((number / count) ** FULL_STEP_DENSITY * total_steps)
        indices.append(max(index, indices[-1] + 1) if indices else 0)
    return frozenset(indices)
