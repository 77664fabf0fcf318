"""What all trainings of adapters go by: which modules are taught, at which rank, how large a checkpoint counts as small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from albumsite.errors import EngineError

SMALL_WEIGHTS = 200_000_000
"""A UNet with fewer values than this is a small one: a demo or a test. SDXL has 2,567 million, SSD-1B 1,300 million."""

RANK, SMALL_RANK = 16, 16
ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
"""What diffusers' script adapts. One rank and one list for everybody: all adapters of a checkpoint have the same shapes."""

ADAM_BETAS, ADAM_EPSILON, ADAM_WEIGHT_DECAY = (0.9, 0.999), 1e-8, 1e-4
"""The script's."""


class Options(Protocol):
    """What every trainer's options have among others."""

    @property
    def resolution(self) -> int | None: ...
    @property
    def mixed_precision(self) -> str | None: ...
    @property
    def seed(self) -> int: ...


@dataclass(frozen=True)
class Ground:
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


def default_precision(ground: Ground) -> str:
    """bfloat16 needs no loss scaling; a CPU is 12 times slower in it than in float32."""
    if ground.kind == "cpu":
        return "no"
    return "bf16" if ground.has_bfloat16 else "fp16"


def check_options(options: Options, ground: Ground, least_one: Iterable[str], above_zero: Iterable[str]) -> None:
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
    if options.resolution is not None and (options.resolution % ground.unit or options.resolution < ground.unit):
        refuse(f"resolution {options.resolution}: a multiple of {ground.unit} is wanted")
    if options.mixed_precision not in (None, "no", "fp16", "bf16"):
        refuse(f"mixed_precision {options.mixed_precision!r}: no, fp16 and bf16 are possible")
    if options.mixed_precision == "fp16" and ground.kind == "cpu":
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
    """Of the frozen weights; what is learnt stays in float32."""
    return {"no": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[mixed_precision]
