"""Models of the private bucket on a machine: fetched once and whole, whoever asks, and never more than the disk may hold."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from albumsite.errors import EngineError
from albumsite.media import storage
from albumsite.processes.valkey_server import free_port
from covers import registry
from covers.models import Kind, ModelVersion
from covers.registry import cache
from covers.registry.cache import StoredModel, local_copy
from covers.registry.manifests import kept_names
from tests.covers.small_models import write_adapter, write_checkpoint
from tests.factories import make_model_version
from tests.s3 import forget_storages
from tests.waiting import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cache_folder(settings, tmp_path) -> Path:
    settings.MODEL_CACHE_DIR = tmp_path / "cache"
    return tmp_path / "cache"


def uploaded(folder: Path, key: str, kind: str = Kind.CHECKPOINT) -> ModelVersion:
    """Registered on one machine, copied to the bucket and verified from there; the folder is gone afterwards."""
    model = registry.NewModel(key=key, kind=kind, source=registry.parse_source(str(folder), kind), licence="MIT")
    version = registry.register_model(model=model)
    registry.upload_model(version=version)
    folder.rename(folder.with_name(f"{folder.name}-elsewhere"))
    return registry.verify_model(version=version)


def in_bucket(content: bytes, key: str = "faces/one.safetensors") -> StoredModel:
    storage.save_all(storage.private(), {key: content})
    return StoredModel.single_file(key, hashlib.sha256(content).hexdigest(), len(content))


def test_a_checkpoint_goes_through_the_object_store_to_a_machine_that_never_had_it(on_s3, tmp_path, cache_folder):
    version = uploaded(write_checkpoint(tmp_path / "model"), "summer")
    assert (version.state, version.source_kind) == ("verified", "storage")
    for entry in cache_folder.rglob("*"):  # another machine: an empty cache
        if entry.is_file():
            entry.unlink()
    folder = registry.local_path(version)
    assert folder.is_relative_to(cache_folder)
    original = tmp_path / "model-elsewhere"
    for entry in version.files:
        assert (folder / entry["name"]).read_bytes() == (original / entry["name"]).read_bytes()


def test_an_adapter_in_the_object_store_is_one_file_with_its_own_ending(on_s3, tmp_path, cache_folder):
    version = uploaded(write_adapter(tmp_path / "style.safetensors"), "style", Kind.ADAPTER)
    assert version.state == "verified", version.reason
    path = registry.local_path(version)
    assert path.suffix == ".safetensors"
    assert path.read_bytes() == (tmp_path / "style.safetensors-elsewhere").read_bytes()


def test_a_source_key_of_the_bucket_is_verified_without_its_pictures_and_read_me(on_s3, tmp_path):
    folder = write_checkpoint(tmp_path / "model")
    (folder / "README.md").write_text("hello")
    for file in folder.rglob("*"):
        if file.is_file():
            storage.save_file(storage.private(), f"models/given/{file.relative_to(folder)}", file)
    source = registry.parse_source("storage:models/given", Kind.CHECKPOINT)
    model = registry.NewModel(key="given", kind=Kind.CHECKPOINT, source=source, licence="MIT")
    version = registry.verify_model(version=registry.register_model(model=model))
    assert version.state == "verified", version.reason
    assert not any("README" in entry["name"] for entry in version.files)
    assert not (registry.local_path(version) / "README.md").exists()


def test_what_lies_here_is_not_fetched_again(on_s3, settings):
    model = in_bucket(b"weights")
    path = local_copy(model)
    options = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": f"http://127.0.0.1:{free_port()}"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    forget_storages()
    assert local_copy(model) == path
    path.unlink()
    with pytest.raises(EngineError) as refused:
        local_copy(model)
    assert refused.value.message_id == "site:storage"  # the request waits for the store and is tried again


def test_an_object_that_is_not_what_its_hash_says_is_refused_and_not_kept(on_s3, cache_folder):
    model = in_bucket(b"weights")
    storage.save_all(storage.private(), {model.key: b"WEIGHTS"})
    with pytest.raises(EngineError) as refused:
        local_copy(model)
    assert refused.value.message_id == "engine:model-broken"
    assert not [path for path in cache_folder.rglob("*") if path.is_file() and path.stat().st_size]
    storage.save_all(storage.private(), {model.key: b"weights"})
    assert local_copy(model).read_bytes() == b"weights"


def test_an_object_that_is_gone_says_so(on_s3):
    model = in_bucket(b"weights")
    storage.private().delete(model.key)
    with pytest.raises(EngineError) as refused:
        local_copy(model)
    assert refused.value.message_id == "engine:model-missing"


def test_what_nobody_has_verified_is_not_taken_for_whole():
    version = make_model_version("new", source_kind="storage", source="models/new", sha256="", state="new")
    for broken in (lambda: registry.local_path(version), lambda: local_copy(StoredModel("models/new", "", ()))):
        with pytest.raises(EngineError) as refused:
            broken()
        assert refused.value.message_id == "engine:model-broken"


def test_a_key_of_the_bucket_cannot_lead_out_of_the_cache(cache_folder):
    names = ["model_index.json", "unet/../../escaped.json", "/etc/aibum.json", "unet//a.json", "unet/config.json"]
    assert kept_names(names) == ["model_index.json", "unet/config.json"]


def test_a_file_cut_off_by_a_crash_is_fetched_again():
    model = in_bucket(b"weights" * 100)
    path = local_copy(model)
    path.write_bytes(path.read_bytes()[:99])
    assert local_copy(model).read_bytes() == b"weights" * 100


def test_two_that_ask_at_once_fetch_once_and_both_get_it_whole(caplog):
    content = os.urandom(3_000_000)
    model = in_bucket(content)
    with caplog.at_level("INFO"):
        found = at_once(*[lambda: local_copy(model).read_bytes()] * 2)
    assert found == [content, content]
    assert sum("model fetched" in message for message in caplog.messages) == 1


def test_files_fetched_before_a_crash_are_not_fetched_again(tmp_path, cache_folder):
    version = uploaded(write_checkpoint(tmp_path / "model"), "summer")
    folder = registry.local_path(version)
    part = cache_folder / "parts" / version.sha256
    folder.rename(part)  # as if the worker had died before the last move
    missing, unneeded = "vae/config.json", "unet/model.safetensors"
    (part / missing).unlink()
    storage.private().delete(f"{version.source}/{unneeded}")
    assert (registry.local_path(version) / unneeded).is_file()
    assert (folder / missing).is_file()


def test_the_least_lately_used_model_makes_room(settings, cache_folder):
    settings.MODEL_CACHE_GIB = 25_000 / 1024**3
    old, kept = in_bucket(b"a" * 10_000, "old"), in_bucket(b"b" * 10_000, "kept")
    long_ago = time.time() - cache.IN_USE_SECONDS - 100
    for model, age in ((old, 0), (kept, 50)):
        os.utime(local_copy(model), (long_ago + age, long_ago + age))
    new = in_bucket(b"c" * 10_000, "new")
    local_copy(new)
    names = {path.stem for path in (cache_folder / "models").iterdir()}
    assert names == {kept.sha256, new.sha256}


def test_a_model_that_was_used_just_now_stays_even_when_room_is_short(settings, cache_folder):
    settings.MODEL_CACHE_GIB = 5_000 / 1024**3
    models = [in_bucket(bytes([number]) * 10_000, str(number)) for number in range(2)]
    paths = [local_copy(model) for model in models]
    assert all(path.is_file() for path in paths)


def test_a_full_disk_is_told_as_such(monkeypatch):
    model = in_bucket(b"weights")
    monkeypatch.setattr(cache, "SPARE_BYTES", 2**62)
    with pytest.raises(EngineError) as refused:
        local_copy(model)
    assert refused.value.message_id == "engine:no-disk"


def test_a_local_adapter_that_changed_after_it_was_verified_is_not_drawn_with(tmp_path):
    file = write_adapter(tmp_path / "style.safetensors")
    source = registry.parse_source(str(file), Kind.ADAPTER)
    model = registry.NewModel(key="style", kind=Kind.ADAPTER, source=source, licence="MIT")
    version = registry.verify_model(version=registry.register_model(model=model))
    record = registry.AdapterRecord("style", version.source_kind, version.source, sha256=version.sha256)
    assert registry.adapter_path(record) == file
    write_adapter(file, fill=1)
    with pytest.raises(EngineError) as refused:
        registry.adapter_path(record)
    assert refused.value.message_id == "engine:adapter-broken"
    file.unlink()
    with pytest.raises(EngineError) as refused:
        registry.adapter_path(record)
    assert refused.value.message_id == "engine:adapter-missing"


def test_an_entry_that_another_process_deletes_meanwhile_fails_nobodys_request(settings, monkeypatch, cache_folder):
    settings.MODEL_CACHE_GIB = 0
    model = in_bucket(b"new")
    old = cache._models_folder() / f"{'0' * 64}.safetensors"
    old.write_bytes(b"x" * 10)
    os.utime(old, (1, 1))
    usual = cache.shutil.disk_usage

    def the_other_is_quicker(path):
        old.unlink(missing_ok=True)
        return usual(path)

    monkeypatch.setattr(cache.shutil, "disk_usage", the_other_is_quicker)
    assert local_copy(model).read_bytes() == b"new"


def test_ten_at_once_make_room_in_a_full_cache_and_all_get_their_model(settings, cache_folder):
    settings.MODEL_CACHE_GIB = 0
    for number in range(20):
        old = cache._models_folder() / f"{number:064}.safetensors"
        old.write_bytes(b"x" * 10)
        os.utime(old, (1, 1))
    models = [in_bucket(f"model {number}".encode(), f"faces/{number}.safetensors") for number in range(10)]
    found = at_once(*[lambda model=model: local_copy(model).read_bytes() for model in models])
    assert found == [f"model {number}".encode() for number in range(10)]
