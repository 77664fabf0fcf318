"""The registry, which reads headers, and the engine, which draws, say the same of every file: one table for both."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file

from albumsite.errors import EngineError
from covers import registry
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl.lora_manager import LoraManager
from covers.engine.weights.adapter_formats import REFUSED
from covers.models import Kind, ModelVersion
from covers.registry.shapes import check_shape
from tests.covers.engine.lora_files import diffusers_file, matrices
from tests.covers.engine.single_file import write_single_file
from tests.covers.engine.test_sdxl_adapter_formats import FORMATS, file_of, text_file
from tests.covers.small_models import write_safetensors
from tests.covers.test_registry_proof import proven

pytestmark = pytest.mark.django_db
MODULE = "lora_unet_middle_block_1_transformer_blocks_0_attn1_to_q"
Write = Callable[[Path, UNet2DConditionModel], Path]


@pytest.fixture(scope="module")
def unet(tiny_sdxl) -> UNet2DConditionModel:
    return UNet2DConditionModel.from_pretrained(tiny_sdxl / "unet").eval()


def engine_says(file: Path, unet: UNet2DConditionModel) -> str:
    """Why the engine refuses the file; empty when it takes it."""
    from torch import nn

    texts = {part: nn.Module() for part in ("text_encoder", "text_encoder_2")}
    try:
        LoraManager(unet, text_encoders=texts).load([Adapter(str(file))])
    except EngineError as error:
        return error.detail
    return ""


def registry_says(file: Path) -> str:
    try:
        check_shape(file, Kind.ADAPTER)
    except registry.BadModel as error:
        return str(error)
    return ""


def with_shapes(tensors: dict[str, list[int]]) -> Write:
    return lambda path, _unet: write_safetensors(path, tensors)


REFUSALS: dict[str, tuple[Write, str]] = {
    **{ending: (with_shapes({MODULE + ending: [4, 4]}), one.name) for one in REFUSED for ending in one.endings},
    "half": (with_shapes({f"{MODULE}.lora_down.weight": [4, 64]}), "missing"),
    "half of a loha": (with_shapes({f"{MODULE}.hada_w1_a": [64, 4], f"{MODULE}.hada_w1_b": [4, 64]}), "missing"),
    "a trained norm": (with_shapes({"lora_unet_down_blocks_1_resnets_0_norm1.diff": [32]}), "normalisation"),
    "embedding": (with_shapes({"clip_l": [2, 768], "clip_g": [2, 1280]}), "textual inversion"),
    "flux": (with_shapes({"transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight": [4, 64]}), "FLUX"),
    "flux of kohya": (with_shapes({"lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight": [4, 64]}), "FLUX"),
    "sd3": (with_shapes({"lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight": [4, 64]}), "Stable Diffusion 3"),
    "sd1": (
        with_shapes({"lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": [4, 64]}),
        "Stable Diffusion 1 or 2",
    ),
    "z-image": (with_shapes({"diffusion_model.layers.0.attention.qkv.lora_A.weight": [4, 64]}), "Z-Image"),
    "cascade": (with_shapes({"lora_prior_unet_down_blocks_0_x.lora_down.weight": [4, 64]}), "Stable Cascade"),
    "controlnet": (with_shapes({"controlnet_cond_embedding.conv_in.weight": [4, 4]}), "ControlNet"),
    "t2i": (with_shapes({"adapter.body.0.resnets.0.block1.weight": [4, 4]}), "T2I-Adapter"),
    "ip-adapter": (with_shapes({"ip_adapter.1.to_k_ip.weight": [4, 4]}), "IP-Adapter"),
    "vae": (with_shapes({"decoder.conv_in.weight": [4, 4], "encoder.conv_in.weight": [4, 4]}), "a VAE"),
    "checkpoint": (with_shapes({"model.diffusion_model.input_blocks.0.0.weight": [4, 4]}), "a whole checkpoint"),
    "unknown": (
        with_shapes({"some.thing": [4], "some.other": [4]}),
        "2 of 2 weights are not understood: some.other, some.thing",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_both_readers_refuse_by_the_same_real_name(unet, tmp_path, name):
    write, says = REFUSALS[name]
    file = write(tmp_path / "file.safetensors", unet)
    assert says in registry_says(file)
    assert says in engine_says(file, unet)


@pytest.mark.parametrize("name", FORMATS)
def test_both_readers_take_what_is_drawn_and_the_row_says_what_it_is(unet, tmp_path, name):
    file, _weights = file_of(tmp_path / "style.safetensors", unet, FORMATS[name])
    version = proven(file, "style", Kind.ADAPTER)
    assert (version.state, version.reason) == ("verified", "")
    assert version.facts["cross_attention_width"] == unet.config.cross_attention_dim
    assert any(word in " ".join(version.facts["formats"]) for word in ("LoRA", "LoHa", "LoKr", "difference"))
    assert ("DoRA" in " ".join(version.facts["formats"])) == name.startswith("dora")
    assert engine_says(file, unet) == ""


def test_a_file_for_text_encoders_alone_is_verified_and_its_parts_are_named(tmp_path):
    version = proven(text_file(tmp_path / "text.safetensors", "kohya"), "text", Kind.ADAPTER)
    assert (version.state, version.facts["parts"]) == ("verified", ["text_encoder", "text_encoder_2"])


def test_a_few_unknown_weights_are_told_on_the_row(unet, tmp_path):
    file = diffusers_file(tmp_path / "style.safetensors", matrices(unet))
    save_file({**load_file(file), "unet.conv_in.new_thing": torch.ones(1)}, file, metadata={"format": "pt"})
    version = proven(file, "style", Kind.ADAPTER)
    total = 2 * len(matrices(unet)) + 1
    assert version.state == "verified"
    assert version.facts["not_understood"] == f"1 of {total} weights are not understood: unet.conv_in.new_thing"


@pytest.mark.parametrize(
    ("width", "says"), [(768, "Stable Diffusion 1"), (1024, "Stable Diffusion 2"), (1280, "refiner")]
)
def test_an_adapter_for_texts_of_another_width_is_named_after_its_family(tmp_path, width, says):
    module = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k"
    file = write_safetensors(
        tmp_path / "other.safetensors", {f"{module}.lora_down.weight": [4, width], f"{module}.lora_up.weight": [320, 4]}
    )
    assert says in proven(file, "other", Kind.ADAPTER).reason


@pytest.mark.parametrize(
    ("begins", "says"), [(b"GGUF\x03\x00\x00\x00", "GGUF"), (b"PK\x03\x04", "pickle"), (b"\x80\x02}q", "pickle")]
)
@pytest.mark.parametrize("kind", [Kind.ADAPTER, Kind.CHECKPOINT])
def test_other_containers_are_named_whatever_the_file_is_called(tmp_path, begins, says, kind):
    file = tmp_path / "model.safetensors"
    file.write_bytes(begins + bytes(64))
    assert says in proven(file, "model", kind).reason


def test_a_single_files_marks_and_precision_stand_on_the_row(tiny_sdxl, tmp_path):
    tensors = load_file(write_single_file(tiny_sdxl, tmp_path / "model.safetensors"))
    small = {name: value.to(torch.float8_e4m3fn) if value.ndim > 1 else value for name, value in tensors.items()}
    marks = {
        "v_pred": torch.empty(0),
        "ztsnr": torch.empty(0),
        "model_ema.decay": torch.ones(()),
        "strange": torch.ones(1),
    }
    save_file(small | marks, tmp_path / "model.safetensors")
    version: ModelVersion = proven(tmp_path / "model.safetensors")
    assert version.state == "verified", version.reason
    assert (version.facts["prediction"], version.facts["zero_terminal_snr"]) == ("v_prediction", True)
    assert version.facts["precision"] == "F8_E4M3"
    assert version.facts["left_out"] == ["EMA: 1 tensors"]
    assert version.facts["not_understood"].endswith("weights are not understood: strange")


def quantised(folder: Path) -> None:
    config = folder / "unet" / "config.json"
    config.write_text(
        json.dumps(json.loads(config.read_text()) | {"quantization_config": {"quant_method": "bitsandbytes"}})
    )


def in_whole_numbers(folder: Path) -> None:
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = {name: value.to(torch.int8) if value.ndim == 2 else value for name, value in load_file(file).items()}
    save_file(tensors, file, metadata={"format": "pt"})


@pytest.mark.parametrize(("spoil", "says"), [(quantised, "bitsandbytes"), (in_whole_numbers, "I8")])
def test_a_folder_of_quantised_weights_is_named_by_both_readers(tmp_path, spoil, says):
    from covers.engine.sdxl import SdxlEngine
    from tests.covers.engine.tiny_sdxl import build_tiny_sdxl

    folder = build_tiny_sdxl(tmp_path / "tiny")
    assert proven(folder, "whole").state == "verified"
    spoil(folder)
    assert says in proven(folder, "spoilt").reason
    with pytest.raises(EngineError, match=says):
        SdxlEngine(str(folder))
