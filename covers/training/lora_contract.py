"""What every trainer of a LoRA adapter takes, whatever it is trained on. Plain values: no database, settings or storage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LoraOptions:
    """How to train, as diffusers spells it. None: the trainer's own rule.

    resolution: pixels; None is the checkpoint's own side. rank: of the adapter's matrices. snr_gamma: min-SNR weighting (Hang
    et al. 2023, arXiv 2303.09556). mixed_precision: "no", "fp16" or "bf16"; None: what the device has.
    checkpoint_every_steps: 0 for never. seed: of everything random.
    """

    resolution: int | None = None
    rank: int | None = None
    lora_alpha: float | None = None
    learning_rate: float | None = None
    max_train_steps: int | None = None
    snr_gamma: float | None = None
    mixed_precision: str | None = None
    with_gradient_checkpointing: bool | None = None
    max_grad_norm: float = 1.0
    checkpoint_every_steps: int = 50
    seed: int = 0
