"""Requests for pictures, answered by the engine and by diffusers' own pipeline, for benchmarks g1, g2 and g5."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from diffusers import StableDiffusionXLPipeline

from bench.harness import IS_TINY
from bench.midpipe import build_pipeline, sizes_of
from bench.songs import SONGS
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.schedulers import build_scheduler

COUNT = 2 if IS_TINY else 4
NEGATIVE_PROMPT = "blurry, low quality"
"""The site's is the same for every request, too."""
LEVELS = {"cpu": 0.5 + 1e-3 * 255, "cuda": 16.0}
"""How far a byte may be from the rival's: rounding and 1e-3 in float32; float16 in another batch differs more."""


def pair(*, device: str, full: bool) -> tuple[SdxlEngine, StableDiffusionXLPipeline]:
    """The engine and the rival, with equal weights of their own, so that nothing of one reaches the other."""
    engine = SdxlEngine.from_pipeline(build_pipeline(full=full, device=device), batch_size=COUNT)
    return engine, build_pipeline(full=full, device=device)


def requests(number: int, *, full: bool, num_inference_steps: int, guidance_scale: float = 5.0) -> list[DrawSpec]:
    """COUNT requests of one picture each, of round `number`: no prompt was seen in another round."""
    side = sizes_of(full=full).side
    return [
        DrawSpec(
            brief=SONGS[place][1],
            position=place,
            count=COUNT,
            seed=1000 * (number + 1) + place,
            set_seed=number,
            width=side,
            height=side,
            prompt=f"take {number}: {SONGS[place][1].mood}, {', '.join(SONGS[place][1].motifs)}",
            negative_prompt=NEGATIVE_PROMPT,
            num_inference_steps=num_inference_steps,
            guidance_scale=guidance_scale,
            request_id=str(place),
        )
        for place in range(COUNT)
    ]


def by_engine(engine: SdxlEngine, specs: Sequence[DrawSpec]) -> list[np.ndarray]:
    """(height, width, 3) bytes of each spec, in their order."""
    drawn = {picture.position: pixels(picture) for picture in engine.draw(specs, lambda _step: True)}
    return [drawn[spec.position] for spec in specs]


def pixels(drawn: Drawn) -> np.ndarray:
    return np.frombuffer(drawn.rgb, np.uint8).reshape(drawn.height, drawn.width, 3)


def by_pipeline(
    pipeline: StableDiffusionXLPipeline, specs: Sequence[DrawSpec], *, together: bool = False, **options: object
) -> list[np.ndarray]:
    """(height, width, 3) from 0 to 1 of each spec: one call for each, or one call for all of them."""
    if not together:
        return [by_pipeline(pipeline, [spec], together=True, **options)[0] for spec in specs]
    first = specs[0]
    pipeline.scheduler = build_scheduler(first.scheduler, pipeline.scheduler.config)
    images = pipeline(
        prompt=[spec.prompt for spec in specs],
        negative_prompt=[spec.negative_prompt for spec in specs] if first.negative_prompt else None,
        width=first.width,
        height=first.height,
        num_inference_steps=first.num_inference_steps,
        guidance_scale=first.guidance_scale,
        generator=[torch.Generator("cpu").manual_seed(spec.seed) for spec in specs],
        output_type="np",
        **options,
    ).images
    return list(images)


def largest_difference(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]) -> float:
    """In levels of 255. ours: bytes; theirs: from 0 to 1."""
    return max(float(np.abs(mine - other * 255.0).max()) for mine, other in zip(ours, theirs, strict=True))


def must_be_equal(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray], device: str) -> None:
    """Raises SystemExit when the pictures are not the same within LEVELS."""
    difference = largest_difference(ours, theirs)
    if not difference <= LEVELS[device]:
        raise SystemExit(f"the two drew different pictures: {difference:.2f} levels apart")


def with_settings(specs: Sequence[DrawSpec], **changes: object) -> list[DrawSpec]:
    return [replace(spec, **changes) for spec in specs]
