"""What all trainings of adapters go by: which modules are adapted, at which rank, how large a checkpoint counts as small."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from albumsite.errors import EngineError
from covers.training.lora_contract import LoraOptions

SMALL_WEIGHTS = 200_000_000
"""A UNet with fewer values than this is a small one: a demo or a test. SDXL has 2,567 million, SSD-1B 1,300 million."""

RANK, SMALL_RANK = 16, 16
ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
"""What diffusers' script adapts. One rank and one list for everybody: all adapters of a checkpoint have the same shapes."""

ADAM_BETAS, ADAM_EPSILON, ADAM_WEIGHT_DECAY = (0.9, 0.999), 1e-8, 1e-4
"""The script's."""


@dataclass(frozen=True)
class BaseModelInfo:
    """What rules go by. unet_weights: number of values; side: pixels that the checkpoint was made for; unit: of which a
    side is a multiple; kind: "cuda", "mps" or "cpu".
    """

    unet_weights: int
    side: int
    unit: int
    kind: str
    has_bfloat16: bool = False

    @property
    def is_small(self) -> bool:
        return self.unet_weights < SMALL_WEIGHTS


@dataclass(frozen=True, kw_only=True)
class LoraRecipe:
    """Options with all gaps filled. lr_scheduler: "constant", or "cosine" down to nothing at the last step."""

    resolution: int
    rank: int
    lora_alpha: float
    learning_rate: float
    lr_scheduler: str
    max_train_steps: int
    snr_gamma: float | None
    mixed_precision: str
    max_grad_norm: float
    checkpoint_every_steps: int
    seed: int

    def learning_rate_at(self, step: int) -> float:
        """Of the step after so many were taken."""
        if self.lr_scheduler == "constant":
            return self.learning_rate
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.max_train_steps)))


def shared_fields(
    options: LoraOptions, base_model_info: BaseModelInfo, *, learning_rate: float, small_learning_rate: float
) -> dict[str, Any]:
    """The fields that all recipes fill alike. learning_rate, small_learning_rate: where the options have none."""
    is_small = base_model_info.is_small
    rank = options.rank or (SMALL_RANK if is_small else RANK)
    return {
        "resolution": options.resolution or base_model_info.side,
        "rank": rank,
        "lora_alpha": float(rank if options.lora_alpha is None else options.lora_alpha),
        "learning_rate": options.learning_rate or (small_learning_rate if is_small else learning_rate),
        # A small checkpoint's rate is a high one, which leaves noise in the pictures unless it ends low.
        "lr_scheduler": "cosine" if is_small and options.learning_rate is None else "constant",
        "mixed_precision": options.mixed_precision or default_precision(base_model_info),
        "max_grad_norm": options.max_grad_norm,
        "checkpoint_every_steps": options.checkpoint_every_steps,
        "seed": options.seed,
    }


def default_precision(base_model_info: BaseModelInfo) -> str:
    """bfloat16 needs no loss scaling; a CPU is 12 times slower in it than in float32."""
    if base_model_info.kind == "cpu":
        return "no"
    return "bf16" if base_model_info.has_bfloat16 else "fp16"


def check_options(
    options: LoraOptions, base_model_info: BaseModelInfo, least_one: Iterable[str], above_zero: Iterable[str]
) -> None:
    """Names in `least_one` and `above_zero` say which of the options must be so, where given.

    Raises EngineError "training:bad-options" for what cannot be trained with.
    """
    for name in least_one:
        value = getattr(options, name)
        if value is not None and value < 1:
            refuse(f"{name} {value}: at least 1")
    for name in above_zero:
        value = getattr(options, name)
        if value is not None and not 0 < value < float("inf"):
            refuse(f"{name} {value}: a number above 0 is wanted")
    if options.resolution is not None and (
        options.resolution % base_model_info.unit or options.resolution < base_model_info.unit
    ):
        refuse(f"resolution {options.resolution}: a multiple of {base_model_info.unit} is wanted")
    if options.mixed_precision not in (None, "no", "fp16", "bf16"):
        refuse(f"mixed_precision {options.mixed_precision!r}: no, fp16 and bf16 are possible")
    if options.mixed_precision == "fp16" and base_model_info.kind == "cpu":
        refuse("mixed_precision fp16: not on a CPU")
    if not 0 <= options.seed < 1 << 63:
        refuse(f"seed {options.seed}: out of range")


def refuse(why: str) -> None:
    raise EngineError("training:bad-options", why)


def target_modules(unet: nn.Module, *, is_small: bool) -> list[str]:
    """Names of the modules that are adapted: attention alone, and of a small checkpoint, whose attention holds a tenth of
    what it can do, the whole of its transformers and resnets, too.
    """
    if not is_small:
        return [name for name, _ in unet.named_modules() if name.endswith(ATTENTION)]
    return [
        name
        for name, module in unet.named_modules()
        if isinstance(module, nn.Linear | nn.Conv2d) and (".attentions." in name or ".resnets." in name)
    ]


def dtype_of(mixed_precision: str) -> torch.dtype:
    """Of the frozen weights; what is trained stays in float32."""
    return {"no": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[mixed_precision]
