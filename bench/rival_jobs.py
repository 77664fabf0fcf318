"""What RQ's own workers run in w1 and w3: one diffusers call a job, the pipeline loaded once a process or once a job."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any


@cache
def pipeline() -> Any:
    """Kept by a worker that does not fork. Loaded as diffusers documents it: safetensors, the device's precision."""
    import torch
    from diffusers import StableDiffusionXLPipeline

    device = os.environ["BENCH_DEVICE"]
    dtype = torch.float32 if device == "cpu" else torch.float16
    loaded = StableDiffusionXLPipeline.from_pretrained(
        os.environ["SDXL_MODEL"], torch_dtype=dtype, use_safetensors=True, add_watermarker=False
    )
    loaded.set_progress_bar_config(disable=True)
    return loaded.to(device)


def draw(name: str, settings: dict[str, Any]) -> None:
    """One picture, saved as PNG in BENCH_OUT. settings: keyword arguments of the call; its seed starts on the CPU."""
    import torch

    loaded = pipeline()
    side = settings["height"]
    seed = settings.pop("seed")
    shape = (1, loaded.unet.config.in_channels, side // 8, side // 8)
    noise = torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed)).to(loaded.device, loaded.dtype)
    image = loaded(**settings, latents=noise).images[0]
    part = Path(os.environ["BENCH_OUT"]) / f"{name}.part"
    image.save(part, "PNG", compress_level=3)
    part.rename(part.with_suffix(".png"))
