"""The small `sdxl` engine, and diffusers' own pipeline of the same weights. Tests of another engine have an `engine` of their own."""

from __future__ import annotations

import pytest
import torch
from diffusers import StableDiffusionXLPipeline

from covers.engine.sdxl import SdxlEngine


@pytest.fixture(scope="module")
def engine(tiny_sdxl) -> SdxlEngine:
    torch.set_num_threads(1)
    return SdxlEngine(str(tiny_sdxl), batch_size=4)


@pytest.fixture(scope="module")
def plain(tiny_sdxl) -> StableDiffusionXLPipeline:
    pipeline = StableDiffusionXLPipeline.from_pretrained(str(tiny_sdxl), add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
