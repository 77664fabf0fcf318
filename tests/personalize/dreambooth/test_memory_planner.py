"""What a training takes is told beforehand, and steps that take far longer end it."""

from __future__ import annotations

import pytest
import torch

from albumsite.errors import EngineError
from covers.engine.engine_contract import BaseModel
from covers.engine.sdxl.device_memory import DeviceMemory
from covers.training.lora import lora_training
from covers.training.lora.base_model import inspect_checkpoint
from covers.training.lora.memory_planner import measure_memory_cost, plan_training
from covers.training.lora.multi_lora_trainer import MultiLoraTrainer
from covers.training.lora.step_timer import IN_A_ROW, SETTLED_BY, StepTimer
from personalize.dreambooth.face_contract import TrainingFailed
from tests.personalize.dreambooth.trainings import spec, train, trained

CPU = torch.device("cpu")


def plan(checkpoint, free_bytes: int, **changes):
    base_model_info = inspect_checkpoint(BaseModel(str(checkpoint)), CPU)
    load = measure_memory_cost(base_model_info.config_folder, 64, 4, torch.float32, is_small=True)
    given = {"dtype": torch.float32, "resolution": 64, "jobs": 4, "rows": 16, "flops_per_second": 1e9, **changes}
    return plan_training(base_model_info.model_info, load, DeviceMemory("cuda", free_bytes), **given), load


def test_what_autograd_keeps_was_predicted(tiny_sdxl):
    from covers.training.lora.memory_planner import counting_saved_tensors

    torch.set_num_threads(1)
    _, load = plan(tiny_sdxl, 10**11)
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_pretrained(tiny_sdxl, subfolder="unet").requires_grad_(False)
    from covers.training.lora.adapter_store import AdapterStore, shapes_of
    from covers.training.lora.lora_recipe import target_modules
    from covers.training.lora.multi_lora import BatchRouting, RowGroup, install_lora

    names = target_modules(unet, is_small=True)
    store = AdapterStore(shapes_of(unet, names, 4), CPU)
    store.rebuild([torch.zeros(store.length)])
    for name, layer_state in install_lora(unet, names, BatchRouting(groups=(RowGroup(0, 1, 0, 1),))).items():
        layer_state.pairs[0, 1] = store.views(0, 1)[name]
    with counting_saved_tensors(unet) as kept:
        added = {"text_embeds": torch.randn(1, 32), "time_ids": torch.zeros(1, 6)}
        unet(torch.randn(1, 4, 8, 8), 5, torch.randn(1, 77, 48), added_cond_kwargs=added)
    assert load.saved_bytes == pytest.approx(kept.total, rel=0.15)
    assert load.checkpointed_bytes < 0.5 * load.saved_bytes


def test_with_less_memory_passes_shrink_then_people_then_all_is_computed_twice(tiny_sdxl):
    ample, _load = plan(tiny_sdxl, 10**11)
    assert (ample.max_rows, ample.max_jobs, ample.with_gradient_checkpointing) == (16, 4, False)
    sizes = [plan(tiny_sdxl, 1_000_000_000 + extra * 1_000_000)[0] for extra in (120, 60, 40)]
    assert [one.max_rows for one in sizes] == sorted((one.max_rows for one in sizes), reverse=True)
    assert sizes[-1].max_rows < 16
    assert all(one.peak_bytes < 1_130_000_000 for one in sizes)


def test_what_fits_in_no_way_is_refused_with_numbers(tiny_sdxl):
    with pytest.raises(EngineError) as refused:
        plan(tiny_sdxl, 1_001_000_000)
    assert refused.value.message_id == "training:too-large"
    assert "64x64" in refused.value.detail
    assert "1.0 GB are free" in refused.value.detail


def test_a_training_that_does_not_fit_raises_before_weights_are_read(tiny_sdxl, class_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(lora_training, "memory_of", lambda _device: DeviceMemory("cpu", 301_000_000))
    monkeypatch.setattr(lora_training, "LoadedBaseModel", None)
    with pytest.raises(EngineError, match="training:too-large"):
        train(spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=1))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def run_steps(step_timer: StepTimer, clock: Clock, *seconds: float) -> None:
    for each in seconds:
        step_timer.time_step(lambda each=each: setattr(clock, "now", clock.now + each))


def test_steps_slower_than_the_first_ones_end_it_after_several_in_a_row():
    clock = Clock()
    step_timer = StepTimer(None, is_trusted=False, judging_clock=clock, clock=clock)
    run_steps(step_timer, clock, 5.0, *[1.0] * SETTLED_BY, *[4.0, 1.0] * 6, *[4.0] * (IN_A_ROW - 1))
    with pytest.raises(EngineError, match="training:too-slow") as ended:
        run_steps(step_timer, clock, 4.0)
    assert "5 steps in a row" in ended.value.detail


def test_a_trusted_prediction_ends_a_run_that_was_slow_from_the_first_step_on():
    clock = Clock()
    step_timer = StepTimer(1.0, is_trusted=True, judging_clock=clock, clock=clock)
    with pytest.raises(EngineError, match="training:too-slow"):
        run_steps(step_timer, clock, *[3.5] * IN_A_ROW)


def test_a_prediction_that_is_not_trusted_ends_nothing():
    clock = Clock()
    step_timer = StepTimer(0.001, is_trusted=False, judging_clock=clock, clock=clock)
    run_steps(step_timer, clock, *[3.5] * 30)
    assert step_timer.seconds_per_step == pytest.approx(3.5)


def test_fewer_people_are_expected_to_be_quicker():
    clock = Clock()
    step_timer = StepTimer(None, is_trusted=False, judging_clock=clock, clock=clock)
    run_steps(step_timer, clock, *[4.0] * 12)
    step_timer.rescale(0.25)
    assert step_timer.expected == pytest.approx(1.0)


def test_slow_steps_end_a_training(tiny_sdxl, class_folder, tmp_path, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(
        lora_training, "StepTimer", lambda *_, **__: StepTimer(1.0, is_trusted=True, judging_clock=clock, clock=clock)
    )
    usual = MultiLoraTrainer.step
    monkeypatch.setattr(MultiLoraTrainer, "step", lambda self: setattr(clock, "now", clock.now + 9) or usual(self))
    with pytest.raises(EngineError, match="training:too-slow"):
        train(spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=9, with_prior_preservation=False))


def test_memory_that_runs_out_in_a_step_makes_passes_smaller(tiny_sdxl, class_folder, tmp_path, monkeypatch):
    usual = MultiLoraTrainer._forward_backward

    def tight(self, one, totals):
        if len(one.rows) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        usual(self, one, totals)

    monkeypatch.setattr(MultiLoraTrainer, "_forward_backward", tight)
    wanted = spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=2, train_batch_size=2)
    assert trained(wanted)["run"].steps == 2


def test_memory_that_never_suffices_is_told(tiny_sdxl, class_folder, tmp_path, monkeypatch):
    def never(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(MultiLoraTrainer, "_forward_backward", never)
    wanted = spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=2, with_prior_preservation=False)
    with pytest.raises(EngineError, match="engine:out-of-memory"):
        train(wanted)


def test_one_base_model_that_is_missing_fails_its_own_runs_only(tiny_sdxl, class_folder, tmp_path):
    good = spec(tiny_sdxl, tmp_path / "good", class_folder, run_id="good", max_train_steps=1)
    lost = spec(tmp_path / "nowhere", tmp_path / "lost", class_folder, run_id="lost", max_train_steps=1)
    results = train(lost, good)
    assert isinstance(results["lost"], TrainingFailed)
    assert results["lost"].message_id == "engine:model-missing"
    assert results["good"].steps == 1
    with pytest.raises(EngineError, match="engine:model-missing"):
        train(lost)
