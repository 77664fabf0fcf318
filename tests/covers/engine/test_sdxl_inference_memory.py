"""What drawing will take of memory, told before loading: on made-up cards, and against what forwards really hold."""

from __future__ import annotations

import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl import SdxlEngine, loading
from covers.engine.sdxl.device_memory import DeviceMemory, free_main_memory
from covers.engine.sdxl.inference_memory import (
    largest_batch,
    plan_inference,
    unet_activation_bytes,
    vae_activation_bytes,
)
from covers.engine.sdxl.model_info import ModelInfo, info_of_checkpoint, info_of_pipeline
from tests.covers.engine.lora_files import diffusers_file, matrices
from tests.covers.engine.single_file import write_single_file
from tests.covers.engine.specs import Watcher, spec
from tests.covers.engine.tiny_sdxl import WIDTHS

GB = 10**9
SDXL = ModelInfo(
    unet_params=2_567_463_684,
    vae_params=83_653_863,
    text_params=817_720_320,
    largest_block_params=1_206_568_960,
    unet_block_out_channels=(320, 640, 1280),
    layers_per_block=2,
    has_cross_attention=(False, True, True),
    cross_attention_dim=2048,
    vae_block_out_channels=(128, 256, 512, 512),
    vae_force_upcast=True,
)
"""Stable Diffusion XL base 1.0."""


def card(gigabytes: float, **changes: Any) -> DeviceMemory:
    """A graphics card with 4 % of its memory taken already, as a desktop or a driver does."""
    return replace(DeviceMemory("cuda", int(gigabytes * 0.96 * GB)), **changes)


# --- made-up cards ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gigabytes", "offload", "with_vae_tiling", "least_batch_size"),
    [(4, "group", False, 1), (6, "group", False, 2), (8, "model", False, 2), (12, "none", False, 4),
     (24, "none", False, 8), (80, "none", False, 8)],
)  # fmt: skip
def test_each_card_draws_1024_px_in_the_fastest_way_that_fits(gigabytes, offload, with_vae_tiling, least_batch_size):
    planned = plan_inference(SDXL, card(gigabytes), 1024, 1024)
    assert (planned.offload, planned.with_vae_tiling) == (offload, with_vae_tiling)
    assert planned.batch_size >= least_batch_size
    assert planned.peak_bytes <= gigabytes * GB
    assert planned.dtype == torch.float16


def test_more_memory_never_draws_slower_or_fewer():
    order = ["none", "model", "group"]
    plans = [plan_inference(SDXL, card(gigabytes), 1024, 1024) for gigabytes in range(4, 40)]
    ranks = [(-order.index(planned.offload), not planned.with_vae_tiling) for planned in plans]
    assert ranks == sorted(ranks)
    alike = zip(ranks, plans, strict=True)
    for rank in set(ranks):
        counts = [planned.batch_size for other, planned in alike if other == rank]
        assert counts == sorted(counts)


def test_a_card_that_cannot_is_refused_with_what_is_needed_and_what_is_there():
    with pytest.raises(EngineError) as caught:
        plan_inference(SDXL, card(2), 1024, 1024)
    assert caught.value.message_id == "engine:out-of-memory"
    assert "1024x1024" in caught.value.detail
    assert "1.9 GB are free" in caught.value.detail
    assert "needs 3." in caught.value.detail
    assert "\n" not in caught.value.detail


def test_large_pictures_are_decoded_in_tiles_before_parts_leave_the_card():
    planned = plan_inference(SDXL, card(12), 2048, 2048)
    assert (planned.offload, planned.with_vae_tiling) == ("none", True)


def test_memory_for_adapters_is_set_aside():
    without = plan_inference(SDXL, card(10), 1024, 1024)
    assert plan_inference(SDXL, card(10), 1024, 1024, adapter_bytes=GB).batch_size < without.batch_size


@pytest.mark.parametrize(
    ("overflows", "has_bfloat16", "dtype"),
    [(False, True, torch.float16), (True, True, torch.bfloat16), (True, False, torch.float32)],
)
def test_a_vae_that_overflows_in_float16_has_a_wider_range(overflows, has_bfloat16, dtype):
    info = replace(SDXL, vae_force_upcast=overflows)
    assert plan_inference(info, card(24, has_bfloat16=has_bfloat16), 1024, 1024).vae_dtype == dtype


def test_a_cpu_draws_in_float32_and_is_refused_when_the_weights_do_not_fit():
    planned = plan_inference(SDXL, DeviceMemory("cpu", 32 * GB), 1024, 1024)
    assert (planned.dtype, planned.offload) == (torch.float32, "none")
    with pytest.raises(EngineError, match="cpu memory"):
        plan_inference(SDXL, DeviceMemory("cpu", 8 * GB), 512, 512)


def test_what_is_left_decides_the_batch():
    each = unet_activation_bytes(SDXL, 1024, 1024, 1, torch.float16)
    assert largest_batch(SDXL, 0, 1024, 1024, torch.float16) == 1
    assert largest_batch(SDXL, int(3.5 * each), 1024, 1024, torch.float16) == 3
    assert largest_batch(SDXL, int(3.5 * each), 512, 512, torch.float16) == 8
    assert largest_batch(SDXL, int(3.5 * each), 1024, 1024, torch.float16, passes=1) == 6


# --- what forwards really hold ----------------------------------------------------------------------------------


class Alive(TorchDispatchMode):
    """Counts the bytes of all tensors that operations make, as long as they live."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self._sizes = {weight.untyped_storage()._cdata: 0 for weight in module.parameters()}
        self._bytes = 0
        self.most_bytes = 0

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, torch.Tensor) and tensor.untyped_storage()._cdata not in self._sizes:
                storage = tensor.untyped_storage()
                self._sizes[storage._cdata] = storage.nbytes()
                self._bytes += storage.nbytes()
                weakref.finalize(storage, self._gone, storage._cdata)
        self.most_bytes = max(self.most_bytes, self._bytes)
        return made

    def _gone(self, storage: int) -> None:
        self._bytes -= self._sizes.pop(storage)


@pytest.fixture(scope="module")
def pipeline(tiny_sdxl) -> StableDiffusionXLPipeline:
    return StableDiffusionXLPipeline.from_pretrained(tiny_sdxl)


@pytest.mark.parametrize(("side", "pictures"), [(256, 1), (256, 4), (512, 1)])
@torch.no_grad()
def test_the_unet_holds_what_was_predicted(pipeline, side, pictures):
    rows, latents = 2 * pictures, side // 8
    added = {"text_embeds": torch.zeros(rows, WIDTHS[1]), "time_ids": torch.zeros(rows, 6)}
    text = torch.zeros(rows, 77, sum(WIDTHS))
    with Alive(pipeline.unet) as alive:
        pipeline.unet(torch.zeros(rows, 4, latents, latents), 500, text, added_cond_kwargs=added)
    predicted = unet_activation_bytes(info_of_pipeline(pipeline), side, side, pictures, torch.float32)
    assert alive.most_bytes * 0.95 <= predicted <= alive.most_bytes * 1.25


@pytest.mark.parametrize("side", [128, 256])
@torch.no_grad()
def test_the_vae_holds_no_more_than_predicted(pipeline, side):
    with Alive(pipeline.vae) as alive:
        pipeline.vae.decode(torch.zeros(1, 4, side // 8, side // 8))
    with Alive(pipeline.vae) as encoding:
        pipeline.vae.encode(torch.zeros(1, 3, side, side))
    predicted = vae_activation_bytes(info_of_pipeline(pipeline), side, side, torch.float32)
    assert alive.most_bytes * 0.95 <= predicted <= alive.most_bytes * 1.35
    assert encoding.most_bytes * 0.95 <= predicted


# --- a checkpoint on disk ---------------------------------------------------------------------------------------


def test_headers_tell_what_the_loaded_checkpoint_has(pipeline, tiny_sdxl, tmp_path):
    loaded = info_of_pipeline(pipeline)
    assert info_of_checkpoint(tiny_sdxl, tiny_sdxl) == loaded
    file = write_single_file(tiny_sdxl, tmp_path / "tuned.safetensors")
    single = info_of_checkpoint(file, tiny_sdxl)
    assert single.unet_params == loaded.unet_params
    assert single.largest_block_params == loaded.largest_block_params
    assert single.vae_params == loaded.vae_params
    assert abs(single.text_params - loaded.text_params) / loaded.text_params < 0.05


def test_a_checkpoint_that_cannot_fit_is_refused_before_it_is_read(tiny_sdxl, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "memory_of", lambda device: DeviceMemory("cpu", 1000))
    monkeypatch.setattr(StableDiffusionXLPipeline, "from_pretrained", None)
    with pytest.raises(EngineError) as caught:
        SdxlEngine(str(tiny_sdxl))
    assert caught.value.message_id == "engine:out-of-memory"


def test_free_main_memory_is_told():
    assert 10**7 < free_main_memory() < 10**14


def test_blocks_that_wait_elsewhere_draw_the_same_pictures(tiny_sdxl, monkeypatch, tmp_path):
    """On a CPU nothing is copied, but all the hooks that would are there. Features are not reused then, and said so."""
    unet = UNet2DConditionModel.from_pretrained(tiny_sdxl, subfolder="unet")
    adapters = (Adapter(str(diffusers_file(tmp_path / "style.safetensors", matrices(unet)))),)
    asked = [spec(num_inference_steps=6), spec(num_inference_steps=6, adapters=adapters)]
    wanted = [picture.rgb for picture in SdxlEngine(str(tiny_sdxl)).draw(asked, Watcher())]
    planned = loading.plan_pipeline(Path(tiny_sdxl), Path(tiny_sdxl), torch.device("cpu"), torch.float32)
    monkeypatch.setattr(loading, "plan_pipeline", lambda *_: replace(planned, offload="group", with_vae_tiling=True))
    engine = SdxlEngine(str(tiny_sdxl))
    drawn = list(engine.draw([replace(one, feature_reuse="fast") for one in asked], Watcher()))
    assert [picture.rgb for picture in drawn] == wanted
    assert wanted[0] != wanted[1]
    assert drawn[0].parameters["feature_reuse"] == "off"
