"""Compiled blocks: the same pictures, also with adapters; and drawing goes on where compiling fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from covers.engine.engine_contract import Adapter
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl import engine as sdxl_engine
from covers.engine.sdxl.compilation import compile_blocks, warm_up
from covers.engine.sdxl.lora_manager import LoraManager
from tests.covers.engine.lora_files import diffusers_file, matrices
from tests.covers.engine.specs import Watcher, spec


@pytest.fixture(autouse=True)
def nothing_compiled_stays(monkeypatch) -> Iterator[None]:
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR", raising=False)
    yield
    torch._dynamo.reset()
    torch._dynamo.config.suppress_errors = False


@pytest.fixture
def unet(tiny_sdxl) -> UNet2DConditionModel:
    return UNet2DConditionModel.from_pretrained(tiny_sdxl, subfolder="unet").eval()


def failing(graph: torch.fx.GraphModule, inputs: list[Tensor]) -> None:
    raise RuntimeError("no compiler here\nand much more about it")


def test_blocks_that_cannot_be_compiled_are_left_as_they_were(unet, caplog):
    wanted = warm_up(unet)
    with caplog.at_level(logging.WARNING):
        assert not compile_blocks(unet, LoraManager(unet), backend=failing)
    assert "drawing goes on without" in caplog.text
    assert "much more" not in caplog.text
    assert torch.equal(warm_up(unet), wanted)


@pytest.mark.slow  # tracing takes that long; that compiled blocks say the same with adapters is in test_sdxl_adapters at once
def test_an_engine_with_compiled_blocks_draws_the_same_pictures(tiny_sdxl, unet, tmp_path, monkeypatch):
    """With torch's own tracing and no code made of it: a C++ compiler is not everywhere, and takes minutes."""
    monkeypatch.setattr(
        sdxl_engine, "compile_blocks", lambda *given, **options: compile_blocks(*given, **options, backend="eager")
    )
    adapters = (Adapter(str(diffusers_file(tmp_path / "style.safetensors", matrices(unet)))),)
    asked = [spec(position=0), spec(position=1, adapters=adapters)]
    wanted = list(SdxlEngine(str(tiny_sdxl)).draw(asked, Watcher()))
    engine = SdxlEngine(str(tiny_sdxl), with_compiling=True, compile_cache=str(tmp_path / "compiled"))
    drawn = list(engine.draw(asked, Watcher()))
    for ours, other in zip(drawn, wanted, strict=True):
        assert max(abs(a - b) for a, b in zip(ours.rgb, other.rgb, strict=True)) <= 1
    assert drawn[0].parameters["compiled"] is True
    assert (tmp_path / "compiled").is_dir()
