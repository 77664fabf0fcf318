"""Classifier-free guidance, with a scale for each picture (Ho and Salimans 2022, arXiv 2207.12598)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from covers.engine.engine_contract import DrawSpec


@dataclass(frozen=True)
class Guidance:
    """scale, rescale: (rows, 1, 1, 1), float32. has_rescale: whether any picture asks for it."""

    scale: Tensor
    rescale: Tensor
    has_rescale: bool

    @classmethod
    def of(cls, specs: Sequence[DrawSpec], device: torch.device) -> Guidance:
        scale = torch.tensor([spec.guidance_scale for spec in specs], device=device)
        rescale = torch.tensor([spec.guidance_rescale for spec in specs], device=device)
        has_rescale = any(spec.guidance_rescale > 0 for spec in specs)
        return cls(scale.view(-1, 1, 1, 1), rescale.view(-1, 1, 1, 1), has_rescale)

    def guided(self, predicted: Tensor) -> Tensor:
        """One prediction (rows, channels, h, w) of both: predicted, (2 * rows, ...), holds the unconditional ones first.

        Rescaling brings the spread back to that of the prompt's own prediction: equation 15 and 16 of Lin et al. 2023,
        arXiv 2305.08891. A row whose `rescale` is 0 is not touched by it.
        """
        without, prompt = predicted.chunk(2)
        guided = without + self.scale * (prompt - without)
        if not self.has_rescale:
            return guided
        each = (1, 2, 3)
        rescaled = guided * (prompt.std(dim=each, keepdim=True) / guided.std(dim=each, keepdim=True))
        mixed = self.rescale * rescaled + (1 - self.rescale) * guided
        return torch.where(self.rescale > 0, mixed, guided)
