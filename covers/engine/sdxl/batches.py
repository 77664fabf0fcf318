"""Which pictures are drawn in one go, and how many fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch

from albumsite.errors import EngineError
from covers.engine.engine_contract import DrawSpec
from covers.engine.sdxl.image_processor import open_image
from covers.engine.sdxl.inference_memory import MAX_BATCH_SIZE, largest_batch
from covers.engine.sdxl.model_info import ModelInfo

MIN_PIXELS, MAX_PIXELS, MAX_STEPS = 64, 4096, 500
FEATURE_REUSE = ("off", "balanced", "fast")


@dataclass(frozen=True)
class BatchPlan:
    """What the pictures of one batch have in common; pictures with equal plans can be drawn together.

    width, height: pixels that they are drawn at. guidance_end: share of the steps that is guided; 0.0 for
    none. strength: 1.0 without a
    picture to start from. text_chunks: length of the text that conditions them: padding a short prompt because a stranger's
    is long would change its picture. Prompts, seeds, guidance scales and adapters may differ.
    """

    width: int
    height: int
    num_inference_steps: int
    scheduler: str
    feature_reuse: str
    has_image: bool
    has_mask: bool
    strength: float
    guidance_end: float
    text_chunks: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def check_spec(spec: DrawSpec, text_encoder_layers: int) -> None:
    """Raises EngineError "engine:bad-spec" for what no SDXL checkpoint can draw.

    text_encoder_layers: of the shorter text encoder.
    """
    for side in (spec.width, spec.height):
        if side % 8 or not MIN_PIXELS <= side <= MAX_PIXELS:
            refuse(f"{spec.width}x{spec.height}: sides are multiples of 8, {MIN_PIXELS} to {MAX_PIXELS}")
    if not 1 <= spec.num_inference_steps <= MAX_STEPS:
        refuse(f"{spec.num_inference_steps} steps: 1 to {MAX_STEPS} are possible")
    if not 0 <= spec.seed < 2**63:
        refuse(f"seed {spec.seed}: 0 to 2**63 - 1 are possible")
    if not -100.0 <= spec.guidance_scale <= 100.0:  # also false for NaN
        refuse(f"guidance scale {spec.guidance_scale}: -100 to 100 are possible")
    for name in ("guidance_rescale", "guidance_end", "strength"):
        if not 0.0 <= getattr(spec, name) <= 1.0:
            refuse(f"{name} {getattr(spec, name)}: 0 to 1 are possible")
    if spec.mask_feather is not None and not 0.0 <= spec.mask_feather <= 0.5:
        refuse(f"mask_feather {spec.mask_feather}: 0 to 0.5 are possible")
    if spec.clip_skip is not None and not 0 <= spec.clip_skip < text_encoder_layers:
        refuse(f"clip_skip {spec.clip_skip}: 0 to {text_encoder_layers - 1} are possible")
    if spec.feature_reuse not in FEATURE_REUSE:
        refuse(f"feature_reuse {spec.feature_reuse!r}: {', '.join(FEATURE_REUSE)} are possible")
    check_images(spec)


def check_images(spec: DrawSpec) -> None:
    if spec.image is not None:
        open_image(spec.image, "image")
    if spec.mask is not None:
        if spec.image is None:
            refuse("a mask without an image to paint in")
        open_image(spec.mask, "mask")


def refuse(why: str) -> None:
    raise EngineError("engine:bad-spec", why)


def group_by_plan(specs: Sequence[DrawSpec], plans: Sequence[BatchPlan]) -> Iterator[tuple[BatchPlan, list[DrawSpec]]]:
    """Specs with equal plans, in the order of the first of each. plans: one for each spec."""
    first = {plan: index for index, plan in reversed(list(enumerate(plans)))}
    pairs = sorted(zip(specs, plans, strict=True), key=lambda pair: first[pair[1]])
    for plan, group in groupby(pairs, key=lambda pair: pair[1]):
        yield plan, [spec for spec, _ in group]


def batch_size_limit(plan: BatchPlan, info: ModelInfo, device: torch.device, dtype: torch.dtype) -> int:
    """How many pictures of a plan to draw at once: what the card's free memory holds, MAX_BATCH_SIZE at most.

    On a CPU, batches gain little at full size and the first picture would come later: 8 up to 128 x 128, 4 up to
    256 x 256, 2 up to 512 x 512, else 1.
    """
    if device.type == "cuda":
        free_bytes, _ = torch.cuda.mem_get_info(device)
        # What torch caches from earlier draws is free, too.
        free_bytes += torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        passes = 2 if plan.guidance_end > 0 else 1
        return largest_batch(info, free_bytes, plan.width, plan.height, dtype, passes=passes)
    if plan.pixels <= 256 * 256:
        return max(4, min(MAX_BATCH_SIZE, MAX_BATCH_SIZE * 128 * 128 // plan.pixels))
    return 2 if plan.pixels <= 512 * 512 else 1
