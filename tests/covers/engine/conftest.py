"""The small `sdxl` engine, and diffusers' own pipeline of the same weights. Tests of another engine have an `engine` of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel

from covers.engine.host import EngineHost
from covers.engine.sdxl import SdxlEngine
from tests.waiting import LONG_SECONDS


@pytest.fixture(scope="module")
def engine(tiny_sdxl) -> SdxlEngine:
    torch.set_num_threads(1)
    return SdxlEngine(str(tiny_sdxl), batch_size=4)


@pytest.fixture(scope="module")
def plain(tiny_sdxl) -> StableDiffusionXLPipeline:
    pipeline = StableDiffusionXLPipeline.from_pretrained(str(tiny_sdxl), add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@pytest.fixture(scope="module")
def unet(tiny_sdxl) -> UNet2DConditionModel:
    return UNet2DConditionModel.from_pretrained(tiny_sdxl, subfolder="unet").eval()


@pytest.fixture
def model(tiny_sdxl, tmp_path) -> Path:
    """A checkpoint that a test may spoil."""
    return Path(shutil.copytree(tiny_sdxl, tmp_path / "model"))


@pytest.fixture
def host_of() -> Iterator[Callable[..., EngineHost]]:
    """Builds hosts of `small_engines`, and closes them afterwards."""
    hosts: list[EngineHost] = []

    def build(engine: str, step_timeout_seconds: float = LONG_SECONDS, **options: object) -> EngineHost:
        path = f"tests.covers.engine.small_engines.{engine}"
        hosts.append(EngineHost(path, options, step_timeout_seconds=step_timeout_seconds))
        return hosts[-1]

    yield build
    for host in hosts:
        host.close()
