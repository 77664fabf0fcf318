"""Which checkpoints the diffusion engine reads, which it refuses, and what it says then."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import huggingface_hub
import pytest
import torch
from diffusers import AutoencoderKL, StableDiffusionXLPipeline, UNet2DConditionModel
from safetensors.torch import load_file, save_file

from albumsite.errors import EngineError
from covers.engine.sdxl import SdxlEngine
from tests.covers.engine.single_file import write_single_file
from tests.covers.engine.specs import Watcher, spec

UNET_WEIGHTS = Path("unet/diffusion_pytorch_model.safetensors")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def refusal(model: str | Path, **options: object) -> EngineError:
    with pytest.raises(EngineError) as caught:
        SdxlEngine(str(model), **options)
    return caught.value


def change_json(file: Path, **changes: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def draws(engine: SdxlEngine) -> dict[str, object]:
    [drawn] = engine.draw([spec(num_inference_steps=1)], Watcher())
    return dict(drawn.parameters)


# --- what it reads ----------------------------------------------------------------------------------------------


def test_the_same_checkpoint_has_the_same_revision_and_a_retrained_one_another(model, tiny_sdxl):
    first = draws(SdxlEngine(str(tiny_sdxl)))["base_model_revision"]
    assert draws(SdxlEngine(str(model)))["base_model_revision"] == first
    weights = load_file(model / UNET_WEIGHTS)
    save_file({name: tensor + 1e-3 for name, tensor in weights.items()}, model / UNET_WEIGHTS)
    assert draws(SdxlEngine(str(model)))["base_model_revision"] != first


def test_a_folder_with_half_precision_files_only(model):
    for file in model.rglob("*.safetensors"):
        halves = {name: tensor.half() for name, tensor in load_file(file).items()}
        save_file(halves, file.with_name(file.name.replace(".safetensors", ".fp16.safetensors")))
        file.unlink()
    assert draws(SdxlEngine(str(model)))["dtype"] == "float32"


def test_bfloat16_draws_almost_what_float32_draws(tiny_sdxl):
    [exact] = SdxlEngine(str(tiny_sdxl)).draw([spec()], Watcher())
    [coarse] = SdxlEngine(str(tiny_sdxl), dtype="bfloat16").draw([spec()], Watcher())
    differences = [abs(a - b) for a, b in zip(exact.rgb, coarse.rgb, strict=True)]
    assert 0 < sum(differences) / len(differences) < 8


def test_a_home_folder_may_be_written_with_a_tilde(model, monkeypatch):
    monkeypatch.setenv("HOME", str(model.parent))
    assert draws(SdxlEngine("~/model"))["base_model"] == "model"


@pytest.fixture
def hub_cache(tiny_sdxl, tmp_path, monkeypatch) -> Path:
    """A hub cache that holds someone/tiny, as a download leaves it, with no way to the hub itself."""
    repository = tmp_path / "hub" / "models--someone--tiny"
    shutil.copytree(tiny_sdxl, repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return repository


@pytest.mark.parametrize("revision", [None, "", "main", COMMIT])
def test_a_hub_id_in_the_cache_is_read_offline_and_its_commit_is_kept(hub_cache, revision):
    used = draws(SdxlEngine("someone/tiny", revision=revision))
    assert (used["base_model"], used["base_model_revision"]) == ("someone/tiny", COMMIT)


@pytest.mark.parametrize(
    ("name", "revision"), [("someone/else", None), ("someone/tiny", "nosuch"), ("someone/tiny", "f" * 40)]
)
def test_a_hub_id_or_revision_that_is_not_in_the_cache_is_missing_offline(hub_cache, name, revision):
    error = refusal(name, revision=revision)
    assert error.message_id == "engine:model-missing"
    assert name in error.detail


def test_a_single_file_finds_its_configuration_in_the_hub_cache(hub_cache, tiny_sdxl, tmp_path):
    file = write_single_file(tiny_sdxl, tmp_path / "tuned.safetensors")
    assert draws(SdxlEngine(str(file), config="someone/tiny"))["base_model"] == "tuned.safetensors"


# --- what it refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["/nowhere/at/all", "./nosuch", "nosuch", "", "a/b/c", "http://example.com/x.safetensors"]
)
def test_what_is_not_there_is_missing(name):
    assert refusal(name or "/nowhere/" + name).message_id == "engine:model-missing"


@pytest.mark.parametrize(
    "file",
    ["unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors",
     "text_encoder/model.safetensors", "text_encoder_2/model.safetensors"],
)  # fmt: skip
@pytest.mark.parametrize("kept", [0, 100, 0.5], ids=["empty", "in the header", "in the weights"])
def test_a_truncated_file_is_broken(model, file, kept):
    size = (model / file).stat().st_size
    os.truncate(model / file, kept if isinstance(kept, int) else int(size * kept))
    error = refusal(model)
    assert error.message_id == "engine:model-broken"
    assert error.detail


def test_weights_that_lack_tensors_are_broken_and_not_filled_with_noise(model):
    weights = load_file(model / UNET_WEIGHTS)
    kept = {name: tensor for name, tensor in weights.items() if "attn2" not in name}
    assert len(kept) < len(weights)
    save_file(kept, model / UNET_WEIGHTS)
    assert refusal(model).message_id == "engine:model-broken"


def test_text_encoder_weights_of_another_model_are_broken(model):
    save_file({"something.else": torch.zeros(3)}, model / "text_encoder/model.safetensors", metadata={"format": "pt"})
    assert refusal(model).message_id == "engine:model-broken"


@pytest.mark.parametrize(
    "missing",
    ["model_index.json", "unet/config.json", str(UNET_WEIGHTS), "tokenizer/tokenizer.json", "vae", "tokenizer_2"],
)
def test_a_folder_that_lacks_a_part_is_broken(model, missing):
    path = model / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert refusal(model).message_id == "engine:model-broken"


def test_weights_that_can_run_code_are_refused(model):
    file = model / UNET_WEIGHTS
    torch.save(load_file(file), file.with_name("diffusion_pytorch_model.bin"))
    file.unlink()
    assert refusal(model).message_id == "engine:model-broken"


@pytest.mark.parametrize("suffix", [".ckpt", ".pt", ".bin", ".zip", ""])
def test_a_single_file_that_can_run_code_is_refused_unread(tmp_path, suffix):
    file = tmp_path / f"model{suffix}"
    file.write_bytes(b"not looked at")
    error = refusal(file)
    assert error.message_id == "engine:model-broken"
    assert "safetensors" in error.detail


def test_code_that_a_folder_brings_along_never_runs(model):
    (model / "unet" / "evil.py").write_text(f"open({str(model / 'ran')!r}, 'w')\nclass Evil: pass\n")
    change_json(model / "model_index.json", unet=["evil", "Evil"])
    assert refusal(model).message_id == "engine:model-broken"
    assert not (model / "ran").exists()


def sd1_index(model: Path) -> None:
    index = json.loads((model / "model_index.json").read_text())
    del index["text_encoder_2"], index["tokenizer_2"]
    (model / "model_index.json").write_text(json.dumps(index | {"_class_name": "StableDiffusionPipeline"}))


def refiner_index(model: Path) -> None:
    change_json(model / "model_index.json", text_encoder=[None, None], tokenizer=[None, None])


def sd1_unet(model: Path) -> None:
    config = UNet2DConditionModel.load_config(model / "unet")
    plain = dict(config) | {"addition_embed_type": None, "projection_class_embeddings_input_dim": None}
    shutil.rmtree(model / "unet")
    UNet2DConditionModel.from_config(plain).save_pretrained(model / "unet")


def depth_unet(model: Path) -> None:
    config = UNet2DConditionModel.load_config(model / "unet")
    shutil.rmtree(model / "unet")
    UNet2DConditionModel.from_config(dict(config) | {"in_channels": 5}).save_pretrained(model / "unet")


@pytest.mark.parametrize("change", [sd1_index, refiner_index, sd1_unet, depth_unet], ids=lambda f: f.__name__)
def test_another_architecture_is_broken_and_named(model, change: Callable[[Path], None]):
    change(model)
    error = refusal(model)
    assert error.message_id == "engine:model-broken"
    assert "SDXL" in error.detail


def test_rubbish_json_is_broken(model):
    (model / "model_index.json").write_text("[1, 2")
    assert refusal(model).message_id == "engine:model-broken"
    (model / "model_index.json").write_text("[1, 2]")
    assert refusal(model).message_id == "engine:model-broken"


def test_a_device_that_is_not_there_is_named(tiny_sdxl):
    error = refusal(tiny_sdxl, device="cuda:77")
    assert error.message_id == "engine:no-device"
    assert "cuda:77" in error.detail


@pytest.mark.parametrize("dtype", ["float8", "int64", "nosuch"])
def test_a_dtype_that_cannot_draw_is_refused(tiny_sdxl, dtype):
    assert dtype in refusal(tiny_sdxl, dtype=dtype).detail


# --- single files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["as an option", "beside it"])
def test_a_single_file_draws_what_its_folder_draws(model, tiny_sdxl, tmp_path, given):
    if given == "beside it":
        file = write_single_file(tiny_sdxl, model / "tuned.safetensors")
        engine = SdxlEngine(str(file))
    else:
        file = write_single_file(tiny_sdxl, tmp_path / "tuned.safetensors")
        engine = SdxlEngine(str(file), config=str(model))
    for weights in (*model.glob("*/*.safetensors"),):
        weights.unlink()  # it needs the configuration only
    [from_file] = engine.draw([spec()], Watcher())
    [from_folder] = SdxlEngine(str(tiny_sdxl)).draw([spec()], Watcher())
    differences = [abs(a - b) for a, b in zip(from_file.rgb, from_folder.rgb, strict=True)]
    assert max(differences) <= 2
    assert from_file.parameters["base_model"] == "tuned.safetensors"
    assert from_file.parameters["base_model_revision"].startswith("local-")


def test_a_single_file_that_lacks_weights_is_broken(tiny_sdxl, tmp_path):
    weights = load_file(write_single_file(tiny_sdxl, tmp_path / "tuned.safetensors"))
    for part in ("conditioner.embedders.0", "conditioner.embedders.1.model.transformer.resblocks.1", "first_stage_model",
                 "model.diffusion_model.middle_block"):  # fmt: skip
        save_file({k: v for k, v in weights.items() if not k.startswith(part)}, tmp_path / "part.safetensors")
        assert refusal(tmp_path / "part.safetensors", config=str(tiny_sdxl)).message_id == "engine:model-broken", part


def test_a_single_file_without_configuration_says_what_it_needs(tmp_path):
    save_file({"model.diffusion_model.input_blocks.0.0.weight": torch.zeros(4)}, tmp_path / "tuned.safetensors")
    error = refusal(tmp_path / "tuned.safetensors")
    assert error.message_id == "engine:model-missing"
    assert "config" in error.detail


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"PK\x03\x04 zip"])
def test_a_single_file_that_is_no_safetensors_is_broken(tmp_path, tiny_sdxl, content):
    (tmp_path / "tuned.safetensors").write_bytes(content)
    assert refusal(tmp_path / "tuned.safetensors", config=str(tiny_sdxl)).message_id == "engine:model-broken"


def test_a_single_file_of_another_model_is_broken(tmp_path, tiny_sdxl):
    save_file({"some.adapter.weight": torch.zeros(4)}, tmp_path / "lora.safetensors")
    assert refusal(tmp_path / "lora.safetensors", config=str(tiny_sdxl)).message_id == "engine:model-broken"


# --- which file it must be, and downloads -----------------------------------------------------------------------


def test_a_file_with_the_sha256_that_was_asked_for_is_read_and_another_is_not(tiny_sdxl, tmp_path):
    file = write_single_file(tiny_sdxl, tmp_path / "tuned.safetensors")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert draws(SdxlEngine(str(file), config=str(tiny_sdxl), sha256=sha256.upper()))
    error = refusal(file, config=str(tiny_sdxl), sha256="0" * 64)
    assert error.message_id == "engine:model-broken"
    assert "sha256 differs" in error.detail
    assert "folder" in refusal(tiny_sdxl, sha256=sha256).detail


@pytest.mark.parametrize(
    ("raised", "message_id"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "engine:no-disk"),
        (ConnectionError("Connection refused\nwhile reaching the hub"), "engine:model-missing"),
    ],
    ids=["no disk", "no network"],
)
def test_a_download_that_fails_is_one_clear_line(monkeypatch, raised, message_id):
    def download(*_: object, **__: object) -> None:
        try:
            raise raised
        except OSError as error:
            raise OSError("could not be fetched\nsee above") from error

    monkeypatch.setattr(StableDiffusionXLPipeline, "download", download)
    error = refusal("someone/tiny")
    assert error.message_id == message_id
    assert "someone/tiny" in error.detail
    assert "\n" not in error.detail


def test_a_checkpoint_with_latents_of_its_own_is_sdxl_all_the_same(tiny_sdxl, tmp_path):
    pipeline = StableDiffusionXLPipeline.from_pretrained(tiny_sdxl)
    unet = dict(pipeline.unet.config) | {"in_channels": 6, "out_channels": 6}
    vae = dict(pipeline.vae.config) | {"latent_channels": 6}
    changed = {"unet": UNet2DConditionModel.from_config(unet), "vae": AutoencoderKL.from_config(vae)}
    StableDiffusionXLPipeline(**{**pipeline.components, **changed}, add_watermarker=False).save_pretrained(tmp_path)
    assert draws(SdxlEngine(str(tmp_path)))["base_model"] == tmp_path.name
