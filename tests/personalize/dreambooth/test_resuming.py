"""Runs that were ended, killed or damaged on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from personalize.dreambooth.face_contract import FaceProgress, TrainingStage
from tests.covers.training.trainings import equal
from tests.personalize.dreambooth.trainings import Watcher, spec, steps_of, train, trained, weights

ROOT = Path(__file__).resolve().parents[3]
STEPS, EVERY = 6, 2

TRAIN_IN_A_PROCESS = """
import sys
from pathlib import Path
from covers.training.lora.base_model import LoadedBaseModel
LoadedBaseModel.num_inference_steps = 3  # as in the other tests: the class images are theirs
from tests.personalize.dreambooth.trainings import spec, trained
checkpoint, folder, classes, steps, every = sys.argv[1:]
wanted = spec(Path(checkpoint), Path(folder), Path(classes), max_train_steps=int(steps), checkpoint_every_steps=int(every))

def told(progress):
    print(progress.stage, progress.step, flush=True)
    return True

trained(wanted, watcher=told)
"""


def command(checkpoint: Path, folder: Path, class_folder: Path, every: int = EVERY) -> list[str]:
    return [sys.executable, "-c", TRAIN_IN_A_PROCESS, *map(str, (checkpoint, folder, class_folder, STEPS, every))]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def straight(tiny_sdxl, class_folder, tmp_path_factory) -> dict[str, torch.Tensor]:
    """What comes out when nothing happens."""
    wanted = spec(tiny_sdxl, tmp_path_factory.mktemp("straight"), class_folder, max_train_steps=STEPS)
    return weights(trained(wanted)["run"])


def test_a_resumed_run_ends_bit_equal(straight, tiny_sdxl, class_folder, tmp_path):
    wanted = spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=STEPS, checkpoint_every_steps=EVERY)
    first = Watcher(lambda progress: progress.stage is TrainingStage.TRAIN and progress.step == 5)
    assert train(wanted, watcher=first) == {}
    written = [one for one in first.told if one.checkpoint is not None]
    assert steps_of(written) == [2, 4]
    assert {one.checkpoint for one in written} == {wanted.work_folder / "checkpoint.safetensors"}
    second = Watcher()
    result = trained(wanted, watcher=second)["run"]
    assert steps_of(one for one in second.of("run", TrainingStage.TRAIN)) == [5, 6]
    assert result.steps == len(result.losses) == STEPS
    assert equal(weights(result), straight)
    assert {file.suffix for file in wanted.work_folder.iterdir()} == {".safetensors"}


def test_killed_at_any_moment_it_goes_on_and_ends_bit_equal(straight, tiny_sdxl, class_folder, tmp_path):
    process = subprocess.Popen(
        command(tiny_sdxl, tmp_path, class_folder, every=1),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=ROOT,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("train"):
            break
    time.sleep(random.Random(os.getpid()).uniform(0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.wait()
    wanted = spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=STEPS, checkpoint_every_steps=1)
    assert equal(weights(trained(wanted)["run"]), straight)


@pytest.mark.parametrize("damage", ["cut", "other", "nan", "steps"])
def test_a_damaged_checkpoint_is_put_aside_and_the_run_begins_anew(
    damage, straight, tiny_sdxl, class_folder, tmp_path, caplog
):
    wanted = spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=STEPS, checkpoint_every_steps=2)
    train(wanted, watcher=Watcher(lambda progress: progress.checkpoint is not None))
    file = wanted.work_folder / "checkpoint.safetensors"
    spoil(file, damage)
    if damage == "other":  # a whole file, of another training
        wanted = spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=STEPS, checkpoint_every_steps=2, seed=9)
    watcher = Watcher(lambda progress: progress.stage is TrainingStage.TRAIN and progress.step >= 1)
    train(wanted, watcher=watcher)
    assert steps_of(watcher.of("run", TrainingStage.TRAIN)) == [1]
    assert "put aside" in caplog.text
    assert file.with_suffix(".damaged").is_file()


def spoil(file: Path, damage: str) -> None:
    from safetensors.torch import load_file, save_file

    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    if damage in ("nan", "steps"):
        with safe_open(file, framework="pt") as opened:
            header = opened.metadata()
        tensors = load_file(file)
        if damage == "nan":
            next(tensor for name, tensor in tensors.items() if "lora_B" in name).fill_(float("nan"))
        else:
            header["state"] = json.dumps({**json.loads(header["state"]), "step": 5})
        save_file(tensors, file, header)


def test_accumulated_gradients_are_those_of_a_larger_batch(tiny_sdxl, class_folder, tmp_path):
    batch = spec(tiny_sdxl, tmp_path / "a", class_folder, max_train_steps=2, train_batch_size=4)
    accumulated = spec(tiny_sdxl, tmp_path / "b", class_folder, max_train_steps=2, gradient_accumulation_steps=4)
    one, other = trained(batch)["run"], trained(accumulated, max_rows=2)["run"]
    assert one.losses == pytest.approx(other.losses, rel=1e-5)
    ours, theirs = weights(one), weights(other)
    far = sum((ours[name] - theirs[name]).square().sum() for name in ours if "lora_B" in name)
    assert far < 1e-4 * sum(theirs[name].square().sum() for name in ours if "lora_B" in name)


def test_gradient_checkpointing_changes_nothing(tiny_sdxl, class_folder, tmp_path):
    plain = spec(tiny_sdxl, tmp_path / "a", class_folder, max_train_steps=2, with_gradient_checkpointing=False)
    thrifty = spec(tiny_sdxl, tmp_path / "b", class_folder, max_train_steps=2, with_gradient_checkpointing=True)
    one, other = trained(plain)["run"], trained(thrifty)["run"]
    assert one.losses == pytest.approx(other.losses, rel=1e-6)
    assert other.parameters["with_gradient_checkpointing"] is True


def test_two_processes_end_where_one_does(straight, tiny_sdxl, class_folder, tmp_path):
    """Tolerance: gradients are added in another order; a share of 1e-2 of how far the weights went."""
    launched = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    script = tmp_path / "script.py"
    script.write_text(TRAIN_IN_A_PROCESS)
    done = subprocess.run(
        [*launched, str(script), *command(tiny_sdxl, tmp_path, class_folder)[3:]],
        capture_output=True, text=True, env=environment(), cwd=ROOT, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    ours = weights_of(tmp_path / "work" / "adapter.safetensors")
    far = sum((ours[name] - straight[name]).square().sum() for name in ours if "lora_B" in name)
    assert far < 1e-4 * sum(straight[name].square().sum() for name in ours if "lora_B" in name)
    with safe_open(tmp_path / "work" / "adapter.safetensors", framework="pt") as opened:
        made_with = json.loads(opened.metadata()["album_covers_training"])
    assert made_with["processes"] == 2
    assert done.stdout.count(f"train {STEPS}") == 1, "the main process alone tells"


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(path)


def test_a_stopped_run_has_no_result_and_ends_within_a_step(tiny_sdxl, class_folder, tmp_path):
    def is_enough(progress: FaceProgress) -> bool:
        return progress.stage is TrainingStage.ENCODE

    watcher = Watcher(is_enough)
    assert train(spec(tiny_sdxl, tmp_path, class_folder, max_train_steps=3), watcher=watcher) == {}
    assert not watcher.of("run", TrainingStage.TRAIN)
