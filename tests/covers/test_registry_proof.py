"""Putting models into the registry: what is refused with which words, what is proven, and what a broken file does."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_rq import get_queue

from albumsite.errors import EngineError
from covers import registry, tasks
from covers.models import Kind, ModelCheck, ModelVersion, SmokeTest
from covers.registry.hub import drawn_with
from covers.registry.records import adapter_record
from tests.covers.small_models import WIDTH, write_adapter, write_checkpoint, write_safetensors, write_single_file
from tests.factories import make_model_version
from tests.working import worked

pytestmark = pytest.mark.django_db
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def register(source: Path | str, key: str = "one", kind: str = Kind.CHECKPOINT, **values: Any) -> ModelVersion:
    values = {"licence": "MIT", **values}
    model = registry.NewModel(key=key, kind=kind, source=registry.parse_source(str(source), kind), **values)
    return registry.register_model(model=model)


def proven(source: Path | str, key: str = "one", kind: str = Kind.CHECKPOINT, **values: Any) -> ModelVersion:
    return registry.verify_model(version=register(source, key, kind, **values))


def test_a_folder_is_hashed_looked_at_and_verified(tmp_path):
    version = proven(write_checkpoint(tmp_path / "model"))
    assert (version.state, version.reason, version.facts["cross_attention_width"]) == ("verified", "", WIDTH)
    assert {"model_index.json", "unet/model.safetensors"} <= {entry["name"] for entry in version.files}
    assert version.size_bytes == sum(entry["size_bytes"] for entry in version.files)
    assert version.verified_at is not None


def test_the_fingerprint_of_a_folder_is_what_the_manual_makes_of_it(tmp_path, settings):
    folder = write_checkpoint(tmp_path / "model")
    (folder / "README.md").write_text("hello")
    write_single_file(folder / "the-same-in-one-file.safetensors")
    manual = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    command = next(line.strip().strip("`") for line in manual.splitlines() if line.strip().startswith("`find "))
    printed = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert proven(folder, sha256=printed.split()[0]).state == "verified"


def test_one_changed_byte_makes_it_broken_and_the_reason_names_both_hashes(tmp_path):
    file = write_single_file(tmp_path / "model.safetensors")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    version = proven(file, sha256=sha256.upper())
    assert version.state == "verified"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    registry.verify_model(version=version)
    assert version.state == "broken"
    assert sha256 in version.reason
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")
    assert registry.verify_model(version=version).state == "verified"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda folder: (folder / "unet" / "old.bin").write_bytes(b"x"), "unet/old.bin"),
        (lambda folder: (folder / "pipeline.py").write_text("import os"), "pipeline.py"),
        (lambda folder: (folder / "model_index.json").unlink(), "model_index.json"),
        (lambda folder: (folder / "vae" / "model.safetensors").unlink(), "vae has no weights"),
        (lambda folder: (folder / "unet" / "config.json").write_text("[oops"), "unet/config.json"),
        (lambda folder: (folder / "unet" / "model.safetensors").write_bytes(b"\xff" * 64), "no safetensors file"),
        (lambda folder: truncate(folder / "unet" / "model.safetensors"), "cut off"),
        (lambda folder: write_checkpoint(folder, unet={"addition_embed_type": None}), "no SDXL checkpoint"),
        (lambda folder: write_checkpoint(folder, unet={"cross_attention_dim": 768}), "768"),
        (lambda folder: write_checkpoint(folder, unet={"in_channels": 9}), "inpainting has 9"),
    ],
)
def test_a_folder_that_is_not_a_whole_sdxl_checkpoint_is_broken_with_a_reason(tmp_path, change, says):
    folder = write_checkpoint(tmp_path / "model")
    change(folder)
    version = proven(folder)
    assert version.state == "broken"
    assert says in version.reason


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])


def test_single_files_of_other_architectures_are_broken(tmp_path):
    assert "channels" in proven(write_single_file(tmp_path / "inpainting.safetensors", channels=9), "inpainting").reason
    refiner = write_single_file(tmp_path / "refiner.safetensors", has_second_encoder=False)
    assert "text encoders" in proven(refiner, "refiner").reason
    other = write_safetensors(tmp_path / "other.safetensors", {"layer.weight": [4, 4]})
    assert "no SDXL checkpoint" in proven(other, "other").reason
    assert proven(write_single_file(tmp_path / "sdxl.safetensors"), "sdxl-base").state == "verified"


def test_an_adapter_is_one_file_with_both_halves_of_each_layer(tmp_path):
    adapter = proven(write_adapter(tmp_path / "style.safetensors"), "style", Kind.ADAPTER)
    assert (adapter.state, adapter.facts["rank"], adapter.facts["cross_attention_width"]) == ("verified", 4, WIDTH)
    half = write_safetensors(tmp_path / "half.safetensors", {"unet.mid_block.attn2.to_k.lora_A.weight": [4, WIDTH]})
    assert "one of the matrices of mid_block.attn2.to_k is missing" in proven(half, "half", Kind.ADAPTER).reason
    assert "one .safetensors file" in proven(write_checkpoint(tmp_path / "folder"), "folder", Kind.ADAPTER).reason


def test_kohyas_names_are_an_adapter_too(tmp_path):
    name = "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k"
    shapes = {f"{name}.lora_down.weight": [8, 2048], f"{name}.lora_up.weight": [640, 8], f"{name}.alpha": []}
    file = write_safetensors(tmp_path / "kohya.safetensors", shapes)
    assert proven(file, "kohya", Kind.ADAPTER).facts["cross_attention_width"] == 2048


@pytest.mark.parametrize("revision", ["", "main", "v1.0", "fp16", COMMIT[:12], COMMIT.upper()])
def test_a_hub_id_without_its_commit_is_refused(revision):
    with pytest.raises(registry.BadModel, match="Give the commit of someone/some-sdxl"):
        register("someone/some-sdxl", revision=revision)
    assert not ModelVersion.objects.exists()


def test_a_pinned_hub_id_is_taken_and_waits_while_there_is_no_network():
    version = register("someone/some-sdxl", revision=COMMIT)
    with pytest.raises(EngineError) as refused:
        registry.verify_model(version=version)
    assert refused.value.message_id == "engine:model-missing"
    version.refresh_from_db()
    assert (version.state, version.reason) == ("new", "")


@pytest.fixture
def hub_cache(tmp_path, monkeypatch) -> Path:
    """The hub's cache of this machine; nothing leaves it (HF_HUB_OFFLINE=1)."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub" / "models--someone--some-sdxl" / "snapshots" / COMMIT


def test_a_hub_id_is_verified_from_what_was_fetched_of_its_commit(hub_cache):
    write_checkpoint(hub_cache)
    version = proven("someone/some-sdxl", revision=COMMIT)
    assert version.state == "verified", version.reason
    options = registry.engine_options(registry.activate_model(version=version).key).options
    assert (options["model"], options["revision"]) == ("someone/some-sdxl", COMMIT)


def test_an_adapter_of_the_hub_is_one_file_of_its_commit(hub_cache):
    file = write_adapter(hub_cache / "styles" / "ink.safetensors")
    version = proven("someone/some-sdxl/styles/ink.safetensors", "ink", Kind.ADAPTER, revision=COMMIT)
    assert version.state == "verified", version.reason
    assert registry.adapter_path(adapter_record(version)) == file


def test_of_a_hub_repository_only_what_is_drawn_with_is_fetched():
    names = [
        "README.md", "model_index.json", "sdxl_base.safetensors", "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/diffusion_pytorch_model.bin", "unet/model.onnx", "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors", "vae_1_0/config.json", "tokenizer/merges.txt", "text_encoder/pipe.py",
    ]  # fmt: skip
    assert drawn_with(names) == [
        "model_index.json", "unet/diffusion_pytorch_model.fp16.safetensors", "unet/config.json",
        "vae/diffusion_pytorch_model.safetensors", "vae/config.json", "tokenizer/merges.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "kind", "says"),
    [
        ("nowhere.safetensors", Kind.CHECKPOINT, "no file or folder"),
        ("some words", Kind.CHECKPOINT, "no file or folder"),
        ("someone/style", Kind.ADAPTER, "owner/name/file.safetensors"),
        ("someone/style/weights.bin", Kind.ADAPTER, "no file or folder"),
        ("someone/model/file.safetensors", Kind.CHECKPOINT, "hub id alone"),
        ("storage:", Kind.CHECKPOINT, "private bucket"),
        ("storage:models/../photos", Kind.CHECKPOINT, "private bucket"),
    ],
)
def test_a_source_that_can_be_nothing_is_refused(source, kind, says):
    with pytest.raises(registry.BadModel, match=says):
        registry.parse_source(source, kind)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"licence": " "}, "Name the licence"),
        ({"licence": "Some Model Licence 3"}, "allows commercial use"),
        ({"key": "poster"}, "name of an engine"),
        ({"key": "not a slug"}, "key"),
        ({"adapter_scale": 9.0}, "adapter_scale"),
        ({"native_side": 1001}, "multiple of 8"),
        ({"num_inference_steps": 0}, "num_inference_steps"),
        ({"scheduler": "quickest"}, "scheduler"),
        ({"sha256": "beef"}, "64 letters"),
    ],
)
def test_a_registration_that_could_not_work_is_refused(tmp_path, values, says):
    with pytest.raises(registry.BadModel, match=says):
        register(write_checkpoint(tmp_path / "model"), **values)
    assert not ModelVersion.objects.exists()


def test_a_known_licence_says_itself_whether_it_allows_commercial_use(tmp_path):
    folder = write_checkpoint(tmp_path / "model")
    assert register(folder, "a", licence="openrail++").allows_commercial_use
    assert not register(folder, "b", licence="CC-BY-NC-4.0").allows_commercial_use
    assert register(folder, "c", licence="Ours", allows_commercial_use=True).allows_commercial_use


def test_a_key_is_taken_once():
    make_model_version("summer")
    with pytest.raises(registry.BadModel, match="already a model"):
        register("someone/some-sdxl", "summer", revision=COMMIT)


@pytest.mark.django_db(transaction=True)
def test_a_worker_verifies_what_the_admin_asks_for_once(tmp_path):
    version = register(write_checkpoint(tmp_path / "model"))
    check, same = registry.request_check(version=version), registry.request_check(version=version)
    assert check == same
    assert [job.args for job in get_queue("finish").jobs] == [[str(check.pk)]]
    tasks.verify_model(str(check.pk))
    tasks.verify_model(str(check.pk))  # delivered twice
    version.refresh_from_db()
    assert (version.state, ModelCheck.objects.get().state) == ("verified", "done")


@pytest.mark.django_db(transaction=True)
def test_a_check_on_a_machine_without_the_files_fails_with_the_reason(tmp_path):
    version = register(tmp_path / "elsewhere" / "model")
    check = worked(tasks.verify_model, registry.request_check(version=version))
    version.refresh_from_db()
    assert (check.state, check.failure, version.state) == ("failed", "engine:model-missing", "new")


def test_what_was_retired_while_it_was_hashed_stays_retired(tmp_path):
    version = register(write_checkpoint(tmp_path / "model"))
    registry.retire_model(version=ModelVersion.objects.get(pk=version.pk))
    assert registry.verify_model(version=version).state == "retired"


def test_the_command_registers_verifies_and_asks_for_a_test_picture(tmp_path, capsys):
    folder = write_checkpoint(tmp_path / "model")
    call_command(
        "register_model",
        "summer",
        source=str(folder),
        licence="MIT",
        activate=True,
        no_wait=True,
        num_inference_steps=12,
    )
    version = ModelVersion.objects.get()
    assert (version.key, version.state, version.num_inference_steps) == ("summer", "verified", 12)
    said = capsys.readouterr().out
    assert version.sha256 in said
    assert "A draw worker draws a small picture with “summer” first" in said
    assert SmokeTest.objects.get().wish == "use"


def test_the_command_says_in_one_line_why_not(tmp_path):
    with pytest.raises(CommandError, match="Give the commit"):
        call_command("register_model", "a", source="someone/some-sdxl", revision="main", licence="MIT")
    with pytest.raises(CommandError, match="no file or folder"):
        call_command("register_model", "b", source=str(tmp_path / "typo"), licence="MIT")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="broken: This is no SDXL checkpoint"):
        call_command("register_model", "c", source=str(tmp_path / "empty"), licence="MIT")
    folder = write_checkpoint(tmp_path / "model")
    with pytest.raises(CommandError, match="does not allow commercial use"):
        call_command("register_model", "d", source=str(folder), licence="cc-by-nc-4.0", activate=True)


def test_the_command_refuses_an_adapter_of_a_checkpoint_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="--base-model: there is no checkpoint 'winter'"):
        call_command("register_model", "a", source=str(tmp_path), kind="adapter", licence="MIT", base_model="winter")
    assert not ModelVersion.objects.exists()
