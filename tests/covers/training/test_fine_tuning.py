"""The weekly trainer on the tiny checkpoint: what it learns from, what it keeps, what it tells."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.training import load_finetuner
from covers.training.training_contract import FineTuned, FineTuneStage
from tests.covers.engine.specs import spec as draw_spec
from tests.covers.training.trainings import Watcher, equal, image, moved, spec, train, trained, weights

pytestmark = pytest.mark.usefixtures("_few_steps")


@pytest.fixture(scope="module")
def week(tiny_sdxl, tmp_path_factory) -> tuple[FineTuned, Watcher]:
    """Two epochs over four pictures in two shapes."""
    watcher = Watcher()
    wanted = spec(tiny_sdxl, tmp_path_factory.mktemp("week"), num_train_epochs=2, seed=7)
    return trained(wanted, watcher), watcher


def test_it_tells_of_every_step_and_shows_samples_after_each_epoch(week):
    result, watcher = week
    stages = list(dict.fromkeys(one.stage for one in watcher.told))
    assert stages == [FineTuneStage.PREPARE, FineTuneStage.ENCODE, FineTuneStage.TRAIN, FineTuneStage.FINISH]
    steps = [one for one in watcher.told if one.stage is FineTuneStage.TRAIN]
    assert [one.step for one in steps] == list(range(1, result.steps + 1))
    shown = [one for one in steps if one.samples]
    assert shown
    assert steps[-1] in shown
    assert Image.open(io.BytesIO(shown[0].samples[0])).size == (64, 64)
    assert all(one.loss is not None and np.isfinite(one.loss) for one in steps)


def test_the_validation_loss_is_known_before_the_first_step_and_after_each_epoch(week):
    result, watcher = week
    told = [(one.step, one.validation_loss) for one in watcher.told if one.validation_loss is not None]
    assert result.validation_losses[0][0] == 0
    assert list(result.validation_losses[1:]) == told


def test_the_result_says_what_it_was_made_with(week):
    result, _ = week
    assert len(result.losses) == result.steps
    assert result.preference_accuracy is None
    said = {
        "seed": 7,
        "images": 4,
        "held_out": 1,
        "rank": 4,
        "snr_gamma": 5.0,
        "processes": 1,
        "start_adapter_sha256": "",
    }
    assert result.parameters.items() >= said.items()
    with safe_open(result.path, framework="pt") as opened:
        assert json.loads(opened.metadata()["album_covers_training"])["seed"] == 7


def test_held_out_pictures_change_nothing_but_the_validation_loss(week, tiny_sdxl, tmp_path):
    other = image(tmp_path, "other", "yellow")
    result = trained(spec(tiny_sdxl, tmp_path, num_train_epochs=2, seed=7, held_out=(other,)))
    assert equal(weights(result), weights(week[0]))
    assert result.validation_losses != week[0].validation_losses


def test_what_is_written_is_the_average_over_the_steps(tiny_sdxl, tmp_path):
    last = weights(trained(spec(tiny_sdxl, tmp_path / "a", max_train_steps=2, ema_decay=None)))
    first = weights(trained(spec(tiny_sdxl, tmp_path / "b", max_train_steps=1, ema_decay=None)))
    averaged = weights(trained(spec(tiny_sdxl, tmp_path / "c", max_train_steps=2, ema_decay=0.2)))
    at_start = {name: torch.zeros_like(value) for name, value in first.items() if "lora_B" in name}
    for name, value in at_start.items():
        after_one = value.lerp(first[name], 1 - 2 / 11)
        expected = after_one.lerp(last[name], 1 - 0.2)
        assert torch.allclose(averaged[name], expected, atol=1e-7)


def test_a_week_goes_on_from_the_week_before(week, tiny_sdxl, tmp_path):
    before = week[0].path
    result = trained(spec(tiny_sdxl, tmp_path, max_train_steps=1, learning_rate=1e-6, start_adapter=before))
    start, near = weights(before), weights(result)
    zeros = {name: torch.zeros_like(value) for name, value in start.items()}
    assert 0 < moved(near, start) < 1e-3 * moved(start, zeros)
    assert result.parameters["start_adapter_sha256"] == week[0].sha256


def test_an_adapter_of_another_rank_is_refused_as_a_start(week, tiny_sdxl, tmp_path):
    with pytest.raises(EngineError) as refused:
        train(spec(tiny_sdxl, tmp_path, max_train_steps=1, rank=8, start_adapter=week[0].path))
    assert refused.value.message_id == "training:other-adapter"


def test_the_adapter_draws_in_the_engine_and_in_plain_diffusers(week, tiny_sdxl):
    from diffusers import StableDiffusionXLPipeline

    from covers.engine.sdxl import SdxlEngine

    engine = SdxlEngine(str(tiny_sdxl), device="cpu")
    asked = draw_spec(width=64, height=64, num_inference_steps=2)
    plain, adapted = (
        next(iter(engine.draw([replace(asked, adapters=adapters)], lambda _: True)))
        for adapters in ((), (Adapter(str(week[0].path)),))
    )
    assert plain.rgb != adapted.rgb
    pipeline = StableDiffusionXLPipeline.from_pretrained(tiny_sdxl)
    pipeline.load_lora_weights(week[0].path)
    adapter = pipeline.get_list_adapters()["unet"]
    assert len(adapter) == 1


def test_it_stops_within_a_step_without_a_result(tiny_sdxl, tmp_path):
    watcher = Watcher(lambda one: one.stage is FineTuneStage.TRAIN and one.step == 2)
    assert train(spec(tiny_sdxl, tmp_path, max_train_steps=5), watcher) is None
    assert watcher.told[-1].step == 2


@pytest.mark.parametrize(
    ("options", "message_id"),
    [
        ({"images": ()}, "training:no-images"),
        ({"rank": 0}, "training:bad-options"),
        ({"resolution": 63}, "training:bad-options"),
        ({"caption_dropout": 1.0}, "training:bad-options"),
        ({"ema_decay": 1.0}, "training:bad-options"),
        ({"max_preference_steps": 3}, "training:bad-options"),
        ({"mixed_precision": "fp16"}, "training:bad-options"),
        ({"learning_rate": float("inf")}, "training:bad-options"),
        ({"learning_rate": 1e38, "max_train_steps": 8, "ema_decay": None}, "training:not-finite"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_reason(options, message_id, tiny_sdxl, tmp_path):
    with pytest.raises(EngineError) as refused:
        train(spec(tiny_sdxl, tmp_path, **options))
    assert refused.value.message_id == message_id


def test_a_picture_may_not_be_trained_on_and_held_out(tiny_sdxl, tmp_path):
    both = image(tmp_path, "both")
    with pytest.raises(EngineError, match="held-out") as refused:
        train(spec(tiny_sdxl, tmp_path, images=(both,), held_out=(both,)))
    assert refused.value.message_id == "training:bad-options"


@pytest.mark.parametrize("damage", ["no picture", "another picture", "gone"])
def test_a_bad_picture_is_named(damage: str, tiny_sdxl: Path, tmp_path: Path) -> None:
    bad = image(tmp_path, "bad")
    if damage == "no picture":
        bad.path.write_bytes(b"nothing")
    elif damage == "another picture":
        image(tmp_path, "bad", "green")
    else:
        bad.path.unlink()
    with pytest.raises(EngineError, match=r"bad\.png") as refused:
        train(spec(tiny_sdxl, tmp_path, images=(bad,), held_out=()))
    assert refused.value.message_id == "training:bad-image"


def test_smaller_passes_end_where_one_large_pass_does(tiny_sdxl, tmp_path):
    one = trained(spec(tiny_sdxl, tmp_path / "a", max_train_steps=2, train_batch_size=3))
    other = trained(spec(tiny_sdxl, tmp_path / "b", max_train_steps=2, train_batch_size=3), max_rows=1)
    zeros = {name: torch.zeros_like(value) for name, value in weights(one).items()}
    assert moved(weights(one), weights(other)) < 1e-4 * moved(weights(one), zeros)


def test_an_unknown_trainer_is_refused():
    with pytest.raises(EngineError) as refused:
        load_finetuner("nothing")
    assert refused.value.message_id == "engine:unknown"


def test_the_name_that_a_site_may_have_set_before_still_finds_it():
    assert type(load_finetuner("covers.learning.finetune.LoraFineTuner", device="cpu")) is type(load_finetuner("lora"))
