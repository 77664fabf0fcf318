"""Keys and values of the prompt, computed once instead of at every step.

In each cross-attention the prompt is projected to keys and values, and a prompt does not change while a picture is drawn.
At 64 latents a side and below that is a good part of a step's work (77 tokens of text against a few hundred of picture);
at 1024 px it is about one per cent, and keeping them costs 28 MB a sample, so they are kept for small pictures only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention import BasicTransformerBlock
from torch import Tensor

MAX_LATENTS = 64 * 64


class CachedProjection(torch.nn.Module):
    """Stands before a projection and gives its last output again for the very same tensor."""

    def __init__(self, projection: torch.nn.Module) -> None:
        super().__init__()
        self._projections = (projection,)  # in a tuple: not to be listed as a submodule
        self._encoder_hidden_states: Tensor | None = None
        self._output: Tensor | None = None

    def forward(self, encoder_hidden_states: Tensor) -> Tensor:
        if self._output is None or encoder_hidden_states is not self._encoder_hidden_states:
            self._encoder_hidden_states = encoder_hidden_states
            self._output = self._projections[0](encoder_hidden_states)
        return self._output


@contextmanager
def cached_keys_and_values(unet: UNet2DConditionModel) -> Iterator[None]:
    """Inside, all forwards with one `encoder_hidden_states` tensor share its keys and values.

    Enter it after adapters are applied to the UNet: what they add to the projections is kept with them. Not for compiled
    blocks, which would be compiled anew.
    """
    targets = [
        (block.attn2, name)
        for block in unet.modules()
        if isinstance(block, BasicTransformerBlock) and block.attn2 is not None
        for name in ("to_k", "to_v")
    ]
    projections = [getattr(attention, name) for attention, name in targets]
    try:
        for (attention, name), projection in zip(targets, projections, strict=True):
            setattr(attention, name, CachedProjection(projection))
        yield
    finally:
        for (attention, name), projection in zip(targets, projections, strict=True):
            setattr(attention, name, projection)


def is_worthwhile(unet: UNet2DConditionModel, latents: int) -> bool:
    """Whether to keep them for pictures of so many latents (height times width)."""
    is_compiled = any(getattr(module, "_compiled_call_impl", None) is not None for module in unet.modules())
    return latents <= MAX_LATENTS and not is_compiled
