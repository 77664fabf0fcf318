"""The file that a training leaves: read by diffusers and by the drawing engine, and nothing else is left."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionXLPipeline
from safetensors import safe_open

from covers.engine.engine_contract import Adapter
from covers.engine.sdxl import SdxlEngine
from personalize.dreambooth import load_trainer
from personalize.dreambooth.face_contract import TrainedAdapter, TrainingStage
from tests.covers.engine.specs import spec as draw_spec
from tests.personalize.dreambooth.trainings import TOKEN, Watcher, spec, trained


@pytest.fixture(scope="module")
def run(tiny_sdxl, class_folder, tmp_path_factory) -> tuple[TrainedAdapter, Watcher]:
    folder, watcher = tmp_path_factory.mktemp("run"), Watcher()
    wanted = spec(
        tiny_sdxl, folder, class_folder, max_train_steps=4, lora_alpha=8.0, learning_rate=0.02,
        sample_every_steps=2, checkpoint_every_steps=2, patience_checks=3, count=5,
    )  # fmt: skip
    return trained(wanted, watcher=watcher)["run"], watcher


def picture(engine: SdxlEngine, prompt: str, *adapters: Adapter) -> np.ndarray:
    wanted = draw_spec(prompt=prompt, width=64, height=64, num_inference_steps=3, adapters=adapters)
    (drawn,) = engine.draw([wanted], lambda _step: True)
    return np.frombuffer(drawn.rgb, np.uint8).astype(int)


def test_the_drawing_engine_draws_with_it_and_then_as_before(run, tiny_sdxl):
    adapter, _ = run
    engine = SdxlEngine(str(tiny_sdxl))
    prompt = f"a photo of {TOKEN} person"
    before = picture(engine, prompt)
    adapted = picture(engine, prompt, Adapter(str(adapter.path)))
    assert np.abs(adapted - before).max() > 2
    assert np.array_equal(picture(engine, prompt), before)


def test_diffusers_loads_it_and_its_unet_says_the_same_as_the_drawing_engines(run, tiny_sdxl):
    adapter, _ = run
    pipeline = StableDiffusionXLPipeline.from_pretrained(tiny_sdxl, add_watermarker=False)
    engine = SdxlEngine(str(tiny_sdxl))
    pipeline.load_lora_weights(str(adapter.path), adapter_name="face")
    torch.manual_seed(0)
    given = (torch.randn(1, 4, 8, 8), torch.tensor([500]), torch.randn(1, 77, 48))
    added = {"text_embeds": torch.randn(1, 32), "time_ids": torch.zeros(1, 6)}
    with torch.no_grad():
        theirs = pipeline.unet(*given, added_cond_kwargs=added).sample
        with engine.lora_manager.applied([(Adapter(str(adapter.path)),)], passes=1):
            ours = engine._pipeline.unet(*given, added_cond_kwargs=added).sample
        plain = engine._pipeline.unet(*given, added_cond_kwargs=added).sample
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
    assert (ours - plain).abs().max() > 1e-3


def test_the_result_says_what_was_done(run):
    adapter, watcher = run
    assert adapter.sha256 == hashlib.sha256(adapter.path.read_bytes()).hexdigest()
    with safe_open(adapter.path, framework="pt") as file:
        header = file.metadata()
    assert json.loads(header["lora_adapter_metadata"])["unet.lora_alpha"] == 8.0
    told = json.loads(header["album_covers_training"])
    assert told["identifier_token"] == TOKEN
    assert told["num_class_images"] == 2
    assert json.loads(json.dumps(dict(adapter.parameters))) == told
    assert adapter.steps == len(adapter.losses) == 4
    assert len(adapter.samples) == 4
    assert adapter.samples[0][8:12] == b"WEBP"
    assert adapter.likeness_metric == "colour-layout"
    assert adapter.likeness_before is not None
    assert adapter.likeness == max(one.likeness for one in watcher.of("run", TrainingStage.TRAIN) if one.step in (2, 4))


def test_stages_come_in_order_and_the_rest_is_honest(run):
    _, watcher = run
    stages = [one.stage for one in watcher.told]
    assert list(dict.fromkeys(stages)) == sorted(set(stages), key=list(TrainingStage).index)
    shown = [one.step for one in watcher.of("run", TrainingStage.TRAIN) if one.samples]
    assert shown == [0, 2, 4]
    rest = [one.seconds_left for one in watcher.told if one.seconds_left is not None]
    assert rest[-1] == 0
    assert all(seconds >= 0 for seconds in rest)


def test_nothing_but_safetensors_is_written(run):
    adapter, _ = run
    assert {file.suffix for file in adapter.path.parent.iterdir()} == {".safetensors"}


def test_the_name_that_a_site_may_have_set_before_still_finds_the_trainer():
    former = load_trainer("personalize.engine.dreambooth_lora.DreamBoothLoraTrainer", device="cpu")
    assert type(former) is type(load_trainer("dreambooth-lora"))
