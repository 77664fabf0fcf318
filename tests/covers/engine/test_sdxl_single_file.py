"""One-file checkpoints: what their marks and precision mean for the picture, and what else is refused by its real name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from albumsite.errors import EngineError
from covers.engine.sdxl import SdxlEngine
from tests.covers.engine.single_file import write_single_file
from tests.covers.engine.specs import Watcher, spec

Tensors = dict[str, Tensor]
UNET = "model.diffusion_model."


@pytest.fixture(scope="module")
def tensors(tiny_sdxl, tmp_path_factory) -> Tensors:
    """Not to be changed: copy the dictionary first."""
    return load_file(write_single_file(tiny_sdxl, tmp_path_factory.mktemp("single") / "plain.safetensors"))


def written(path: Path, tensors: Tensors, **metadata: str) -> Path:
    save_file(
        {name: tensor.contiguous() for name, tensor in tensors.items()}, path, metadata={"format": "pt", **metadata}
    )
    return path


def drawn(model: Path, config: Path | None = None, scheduler: str = "default") -> bytes:
    engine = SdxlEngine(str(model), config=str(config) if config else None)
    [picture] = engine.draw([spec(num_inference_steps=3, scheduler=scheduler)], Watcher())
    return picture.rgb


def distance(one: bytes, other: bytes) -> float:
    """Mean difference in levels of 255."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def refusal(model: Path, config: Path) -> str:
    with pytest.raises(EngineError) as caught:
        SdxlEngine(str(model), config=str(config))
    assert caught.value.message_id == "engine:model-broken"
    return caught.value.detail


def set_scheduler(folder: Path, **changes: object) -> Path:
    file = folder / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    return folder


V = {"prediction_type": "v_prediction"}
ZERO = {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}


@pytest.fixture(scope="module")
def folder_draws(tiny_sdxl, tmp_path_factory) -> Callable[..., bytes]:
    """What a folder draws whose scheduler has these changes; each once."""
    known: dict[str, bytes] = {}

    def draw(scheduler: str, changes: dict[str, object]) -> bytes:
        name = json.dumps([scheduler, changes])
        if name not in known:
            folder = tmp_path_factory.mktemp("folder") / "model"
            known[name] = drawn(set_scheduler(Path(shutil.copytree(tiny_sdxl, folder)), **changes), scheduler=scheduler)
        return known[name]

    return draw


@pytest.mark.parametrize(
    ("marks", "metadata", "means", "schedulers"),
    [
        (("v_pred",), {}, V, ("default", "dpmpp_2m", "ddim")),
        (("v_pred", "ztsnr"), {}, V | ZERO, ("default", "dpmpp_2m", "ddim")),
        ((), {"modelspec.prediction_type": "epsilon"}, {}, ("default", "dpmpp_2m", "ddim")),
        # other words for the first: what is read from them is the same, whatever scheduler is built with it
        ((), {"modelspec.prediction_type": "v"}, V, ("default",)),
        ((), {"modelspec.predict_key": "v"}, V, ("default",)),
        ((), {"ss_v_parameterization": "True"}, V, ("default",)),
    ],
)
def test_a_mark_draws_what_a_folder_with_that_scheduler_draws(
    folder_draws, tensors, tiny_sdxl, tmp_path, marks, metadata, means, schedulers
):
    file = written(tmp_path / "marked.safetensors", tensors | {name: torch.empty(0) for name in marks}, **metadata)
    engine = SdxlEngine(str(file), config=str(tiny_sdxl))
    for scheduler in schedulers:
        [picture] = engine.draw([spec(num_inference_steps=3, scheduler=scheduler)], Watcher())
        assert distance(picture.rgb, folder_draws(scheduler, means)) < 1
        assert (distance(picture.rgb, folder_draws(scheduler, {})) > 2) == bool(means)


def test_a_file_that_says_nothing_is_drawn_as_its_configuration_says(model, tensors, tmp_path):
    file = written(tmp_path / "silent.safetensors", tensors)
    set_scheduler(model, **V)
    assert distance(drawn(file, model), drawn(model)) < 1


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.bfloat16, torch.float16])
def test_weights_of_fewer_bits_draw_nearly_the_same(tensors, tiny_sdxl, tmp_path, dtype):
    small = {name: tensor.to(dtype) if tensor.ndim > 1 else tensor for name, tensor in tensors.items()}
    exact = {name: tensor.to(tensors[name].dtype) for name, tensor in small.items()}
    ours = drawn(written(tmp_path / "small.safetensors", small), tiny_sdxl)
    assert distance(ours, drawn(written(tmp_path / "exact.safetensors", exact), tiny_sdxl)) < 1


@pytest.mark.parametrize("ending", ["scale_weight", "weight_scale"])
@pytest.mark.parametrize("by_row", [False, True])
def test_scaled_float8_is_multiplied_with_its_scales(tensors, tiny_sdxl, tmp_path, ending, by_row):
    packed, exact = dict(tensors), dict(tensors)
    for name, tensor in tensors.items():
        if name.startswith(UNET) and name.endswith(".weight") and tensor.ndim == 2:
            most = tensor.abs().amax(dim=1, keepdim=True) if by_row else tensor.abs().max()
            scale = most.float() / 448
            packed[name] = (tensor / scale).to(torch.float8_e4m3fn)
            packed[f"{name.removesuffix('.weight')}.{ending}"] = scale.flatten() if by_row else scale
            packed[f"{name.removesuffix('.weight')}.scale_input"] = torch.ones(())
            exact[name] = packed[name].float() * scale
    packed["scaled_fp8"] = torch.empty(0, dtype=torch.float8_e4m3fn)
    ours = drawn(written(tmp_path / "packed.safetensors", packed), tiny_sdxl)
    assert distance(ours, drawn(written(tmp_path / "exact.safetensors", exact), tiny_sdxl)) < 1


def test_a_folder_with_float8_weights_draws(model):
    before = drawn(model)
    for file in model.rglob("*.safetensors"):
        small = {
            name: value.to(torch.float8_e4m3fn) if value.ndim > 1 else value for name, value in load_file(file).items()
        }
        save_file(small, file, metadata={"format": "pt"})
    assert 0 < distance(drawn(model), before) < 30


def test_copies_and_left_overs_of_training_change_nothing(tensors, tiny_sdxl, tmp_path):
    more = {
        f"model_ema.{name.removeprefix(UNET).replace('.', '')}": value + 1
        for name, value in tensors.items()
        if name.startswith(UNET)
    }
    more |= {"alphas_cumprod": torch.ones(1000), "denoiser.sigmas": torch.ones(1000), "model_ema.decay": torch.ones(())}
    file = written(tmp_path / "full.safetensors", tensors | more)
    assert drawn(file, tiny_sdxl) == drawn(written(tmp_path / "pruned.safetensors", tensors), tiny_sdxl)


def only(prefix: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {name: value for name, value in tensors.items() if name.startswith(prefix)}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tensors: tensors | {"edm_mean": torch.ones(4), "edm_std": torch.ones(4)}, "Playground 2.5"),
        (lambda tensors: tensors | {"edm_vpred.sigma_max": torch.ones(())}, "CosXL"),
        (only("first_stage_model."), "the UNet"),
        (only(UNET), "lacks the VAE"),
        (lambda tensors: {name.removeprefix("first_stage_model."): value for name, value in only("first_stage_model.")(tensors).items()},
         "a VAE alone"),
        (lambda tensors: {"cond_stage_model.transformer.text_model.x": torch.ones(1), **only(UNET)(tensors)}, "Stable Diffusion 1"),
        (lambda tensors: {"cond_stage_model.model.ln_final.bias": torch.ones(1), **only(UNET)(tensors)}, "Stable Diffusion 2"),
        (lambda tensors: {"model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight": torch.ones(1)}, "Stable Diffusion 3"),
        (lambda tensors: {"double_blocks.0.img_attn.qkv.weight": torch.ones(1)}, "FLUX"),
        (lambda tensors: {"control_model.input_hint_block.0.weight": torch.ones(1)}, "ControlNet"),
        (lambda tensors: {"lora_unet_mid_block_attentions_0_proj_in.lora_down.weight": torch.ones(2, 2),
                          "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight": torch.ones(2, 2)}, "register it as one"),
        (lambda tensors: tensors | {f"{UNET}out.2.quant_map": torch.ones(16)}, "bitsandbytes"),
        (lambda tensors: tensors | {f"{UNET}time_embed.0.weight": tensors[f"{UNET}time_embed.0.weight"].to(torch.int8)}, "I8"),
        (lambda tensors: {name: value for name, value in tensors.items() if "out.2" not in name}, "lacks"),
        (lambda tensors: tensors | {f"strange.{number}": torch.ones(1) for number in range(100)}, "100 of"),
    ],
    ids=["playground", "cosxl", "vae with prefix", "unet alone", "vae alone", "sd1", "sd2", "sd3", "flux", "controlnet", "lora", "nf4",
         "int8", "a layer is missing", "unknown"],
)  # fmt: skip
def test_what_is_not_drawn_with_is_refused_by_its_real_name(tensors, tiny_sdxl, tmp_path, change, says):
    assert says in refusal(written(tmp_path / "other.safetensors", change(tensors)), tiny_sdxl)
