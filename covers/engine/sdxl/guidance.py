"""Classifier-free guidance, with a scale for each picture (Ho and Salimans 2022, arXiv 2207.12598)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from covers.engine.engine_contract import DrawSpec


@dataclass(frozen=True)
class ClassifierFreeGuidance:
    """guidance_scale, guidance_rescale: (samples, 1, 1, 1), float32. has_rescale: whether any picture asks for it."""

    guidance_scale: Tensor
    guidance_rescale: Tensor
    has_rescale: bool

    @classmethod
    def of_specs(cls, specs: Sequence[DrawSpec], device: torch.device) -> ClassifierFreeGuidance:
        scale = torch.tensor([spec.guidance_scale for spec in specs], device=device)
        rescale = torch.tensor([spec.guidance_rescale for spec in specs], device=device)
        has_rescale = any(spec.guidance_rescale > 0 for spec in specs)
        return cls(scale.view(-1, 1, 1, 1), rescale.view(-1, 1, 1, 1), has_rescale)

    def apply(self, noise_pred: Tensor) -> Tensor:
        """The guided prediction (samples, channels, h, w). noise_pred: (2 * samples, ...), unconditional ones first.

        Rescaling brings the spread back to that of the prompt's own prediction: equation 15 and 16 of Lin et al. 2023,
        arXiv 2305.08891. A sample whose `guidance_rescale` is 0 is not touched by it.
        """
        noise_pred_uncond, noise_pred_text = noise_pred.chunk(2)
        guided = noise_pred_uncond + self.guidance_scale * (noise_pred_text - noise_pred_uncond)
        if not self.has_rescale:
            return guided
        dims = (1, 2, 3)
        std_text, std_guided = noise_pred_text.std(dim=dims, keepdim=True), guided.std(dim=dims, keepdim=True)
        rescaled = guided * (std_text / std_guided)
        mixed = self.guidance_rescale * rescaled + (1 - self.guidance_rescale) * guided
        return torch.where(self.guidance_rescale > 0, mixed, guided)
