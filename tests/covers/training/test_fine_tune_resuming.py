"""Weekly trainings that were ended or killed on the way, alone and in a process of their own."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from torch import Tensor

from albumsite.errors import EngineError
from covers.training.finetune_host import FineTuneHost
from covers.training.training_contract import FineTuneProgress, FineTuneStage
from tests.covers.training.trainings import Watcher, equal, pair, spec, train, trained, weights

STEPS, PREFERENCE_STEPS = 4, 3


def wanted(checkpoint: Path, folder: Path, **options: object):
    """Samples take a while on the tiny checkpoint, so there are none."""
    pairs = tuple(pair(folder / "pairs", name) for name in ("x", "y"))
    return spec(
        checkpoint, folder, sample_prompts=(), held_out=(), pairs=pairs,
        max_train_steps=STEPS, max_preference_steps=PREFERENCE_STEPS, **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def straight(tiny_sdxl, tmp_path_factory) -> dict[str, Tensor]:
    """What comes out when nothing happens."""
    return weights(trained(wanted(tiny_sdxl, tmp_path_factory.mktemp("straight"))))


@pytest.mark.parametrize(
    ("stage", "step"), [(FineTuneStage.TRAIN, 3), (FineTuneStage.PREFER, 1), (FineTuneStage.PREFER, 2)]
)
def test_a_resumed_run_ends_bit_equal(stage, step, straight, tiny_sdxl, tmp_path):
    run = wanted(tiny_sdxl, tmp_path, checkpoint_every_steps=2)
    assert train(run, Watcher(lambda one: one.stage is stage and one.step == step)) is None
    watcher = Watcher()
    result = trained(run, watcher)
    taken = [one for one in watcher.told if one.stage in (FineTuneStage.TRAIN, FineTuneStage.PREFER)]
    assert len(taken) < STEPS + PREFERENCE_STEPS
    assert result.steps == len(result.losses) == STEPS + PREFERENCE_STEPS
    assert equal(weights(result), straight)


def test_a_run_without_an_average_resumes_too(tiny_sdxl, tmp_path):
    whole = trained(wanted(tiny_sdxl, tmp_path / "whole", ema_decay=None))
    run = wanted(tiny_sdxl, tmp_path / "part", checkpoint_every_steps=2, ema_decay=None)
    assert train(run, Watcher(lambda one: one.stage is FineTuneStage.TRAIN and one.step == 3)) is None
    assert equal(weights(trained(run)), weights(whole))


def test_a_checkpoint_of_another_set_is_put_aside(tiny_sdxl, tmp_path):
    run = wanted(tiny_sdxl, tmp_path, checkpoint_every_steps=1)
    train(run, Watcher(lambda one: one.checkpoint is not None))
    watcher = Watcher(lambda one: one.stage is FineTuneStage.TRAIN)
    train(wanted(tiny_sdxl, tmp_path, checkpoint_every_steps=1, seed=9), watcher)
    assert [one.step for one in watcher.told if one.stage is FineTuneStage.TRAIN] == [1]
    assert (run.work_folder / "checkpoint.damaged").is_file()


def test_a_worker_survives_what_happens_to_its_training(straight, tiny_sdxl, tmp_path):
    """Killed from outside, then asked again: the second process goes on from the first one's checkpoint."""
    host = FineTuneHost("lora", {"device": "cpu"})
    run = wanted(tiny_sdxl, tmp_path, checkpoint_every_steps=1)

    def kill(progress: FineTuneProgress) -> bool:
        if progress.checkpoint is not None and host.pid is not None:
            os.kill(host.pid, signal.SIGKILL)
        return True

    with pytest.raises(EngineError) as died:
        host.train(run, kill)
    assert died.value.message_id == "engine:died"
    watcher = Watcher()
    result = host.train(run, watcher)
    assert result is not None
    assert equal(weights(result), straight)
    assert next(one.step for one in watcher.told if one.stage is FineTuneStage.TRAIN) > 1
    assert host.pid is None
