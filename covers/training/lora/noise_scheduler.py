"""The forward process and what the UNet learns to predict, for noise and for velocity prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from diffusers import DDPMScheduler
from torch import Tensor

from albumsite.errors import EngineError

SCHEDULE_KEYS = (
    "num_train_timesteps",
    "beta_start",
    "beta_end",
    "beta_schedule",
    "trained_betas",
    "rescale_betas_zero_snr",
)
"""Of a scheduler's configuration, what says how noise was added when the checkpoint was trained. The rest is for drawing."""
PREDICTIONS = ("epsilon", "v_prediction")


class NoiseScheduler:
    """Adds noise as in the checkpoint's own training, and knows the UNet's target.

    Ho et al. 2020, arXiv 2006.11239; velocity: Salimans and Ho 2022, arXiv 2202.00512; zero terminal SNR: Lin et al.
    2023, arXiv 2305.08891. The table itself is diffusers' own.
    """

    def __init__(self, config: Mapping[str, Any], device: torch.device) -> None:
        self.prediction_type = str(config.get("prediction_type") or "epsilon")
        if self.prediction_type not in PREDICTIONS:
            raise EngineError("engine:model-broken", f"prediction_type {self.prediction_type!r}: not known in training")
        scheduler = DDPMScheduler.from_config({name: config[name] for name in SCHEDULE_KEYS if name in config})
        kept = scheduler.alphas_cumprod.double()
        self.timesteps = len(kept)
        self._signal = kept.sqrt().float().to(device)
        self._noise = (1 - kept).sqrt().float().to(device)
        self.snr = (kept / (1 - kept)).float().to(device)

    def add_noise(self, latents: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
        """latents, noise: (rows, channels, height, width); timesteps: (rows,)."""
        return self._of(self._signal, timesteps) * latents + self._of(self._noise, timesteps) * noise

    def target(self, latents: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
        """What the UNet should predict, of the shape of `noise`."""
        if self.prediction_type == "epsilon":
            return noise
        return self._of(self._signal, timesteps) * noise - self._of(self._noise, timesteps) * latents

    def min_snr_weights(self, timesteps: Tensor, snr_gamma: float | None) -> Tensor:
        """By how much the loss of each row counts: min(SNR, gamma) / SNR for noise, / (SNR + 1) for velocity.

        Hang et al. 2023, arXiv 2303.09556, section 3.4. None: 1. Where no signal is left, at a zero terminal SNR, noise
        prediction has the limit 1.
        """
        snr = self.snr[timesteps]
        if snr_gamma is None:
            return torch.ones_like(snr)
        least = snr.clamp(max=snr_gamma)
        if self.prediction_type == "v_prediction":
            return least / (snr + 1)
        return torch.where(snr > 0, least / snr, torch.ones_like(snr))

    @staticmethod
    def _of(table: Tensor, timesteps: Tensor) -> Tensor:
        return table[timesteps].view(-1, 1, 1, 1)
