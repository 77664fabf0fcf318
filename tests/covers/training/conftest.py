from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when huggingface_hub is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")  # on a shared machine, torch's threads spin against each other


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole SDXL checkpoint of random weights that predicts noise, 64 px. Not to be changed: copy it first."""
    from tests.covers.engine.tiny_sdxl import build_tiny_sdxl

    return build_tiny_sdxl(tmp_path_factory.mktemp("models") / "tiny-sdxl")


@pytest.fixture
def _few_steps() -> Iterator[None]:
    """Samples are drawn in 2 steps instead of 20."""
    from covers.training.lora.base import Base

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Base, "num_inference_steps", 2)
        yield
