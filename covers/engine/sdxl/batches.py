"""Which pictures are drawn in one go, and how many fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import torch

from albumsite.errors import EngineError
from covers.engine.contract import DrawSpec

BYTES_PER_PICTURE_AT_1024 = 1_500_000_000
"""What the UNet needs for one more 1024 x 1024 picture in half precision, guidance included; rounded up."""
MIN_PIXELS, MAX_PIXELS, MAX_STEPS = 64, 4096, 500


def check(spec: DrawSpec) -> None:
    """Raises EngineError "engine:bad-spec" for what no SDXL checkpoint can draw."""
    for side in (spec.width, spec.height):
        if side % 8 or not MIN_PIXELS <= side <= MAX_PIXELS:
            raise EngineError(
                "engine:bad-spec", f"{spec.width}x{spec.height}: sides are multiples of 8, {MIN_PIXELS} to {MAX_PIXELS}"
            )
    if not 1 <= spec.num_inference_steps <= MAX_STEPS:
        raise EngineError("engine:bad-spec", f"{spec.num_inference_steps} steps: 1 to {MAX_STEPS} are possible")
    if not 0 <= spec.seed < 2**63:
        raise EngineError("engine:bad-spec", f"seed {spec.seed}: 0 to 2**63 - 1 are possible")


def alike(spec: DrawSpec) -> tuple[object, ...]:
    """What must be equal for two pictures to be drawn together.

    An empty negative prompt is not encoded but stands for zeros, and a batch has either; so it counts, too.
    """
    has_negative_prompt = bool(spec.negative_prompt)
    return (
        spec.width,
        spec.height,
        spec.num_inference_steps,
        spec.guidance_scale,
        spec.scheduler,
        has_negative_prompt,
    )


def groups(specs: Sequence[DrawSpec]) -> Iterator[list[DrawSpec]]:
    """Specs that can be drawn together, in the order of the first of each."""
    first = {alike(spec): index for index, spec in reversed(list(enumerate(specs)))}
    for _, group in groupby(sorted(specs, key=lambda spec: first[alike(spec)]), key=alike):
        yield list(group)


def batch_limit(spec: DrawSpec, device: torch.device) -> int:
    """How many pictures like `spec` to draw at once: what free memory holds, 8 at most.

    On a CPU, batches gain little at full size and the first picture would come later: 2 up to 512 x 512, else 1.
    """
    pixels = spec.width * spec.height
    if device.type == "cuda":
        free_bytes, _ = torch.cuda.mem_get_info(device)
        return max(1, min(8, int(free_bytes / (BYTES_PER_PICTURE_AT_1024 * pixels / 1024**2))))
    return 2 if pixels <= 512 * 512 else 1
