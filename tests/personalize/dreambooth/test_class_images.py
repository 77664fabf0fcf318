"""Class images: drawn once for everybody, kept over kills, never by two processes at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from covers.engine.engine_contract import BaseModel
from covers.training.lora.base_model import LoadedBaseModel, inspect_checkpoint
from personalize.dreambooth.class_images import ClassImages
from personalize.dreambooth.face_contract import TrainingStage
from tests.personalize.dreambooth.trainings import Watcher, spec, trained

ROOT = Path(__file__).resolve().parents[3]
PROMPT, SIDE, COUNT = "a photo of a person", 64, 6

DRAW_IN_A_PROCESS = """
import sys
from pathlib import Path
import torch
from personalize.dreambooth import class_images
from covers.training.lora.base_model import LoadedBaseModel, inspect_checkpoint
from covers.engine.engine_contract import BaseModel
class_images.AT_ONCE = 1
LoadedBaseModel.num_inference_steps = 3
cpu = torch.device("cpu")
base = LoadedBaseModel(inspect_checkpoint(BaseModel(sys.argv[1]), cpu), cpu, torch.float32)
drawn = 0
usual = base.draw
def draw(text, seeds, *rest):
    global drawn
    drawn += len(seeds)
    print("drawing", flush=True)
    return usual(text, seeds, *rest)
base.draw = draw
found = class_images.ClassImages(Path(sys.argv[2]), base, "a photo of a person", 64).ready(6, lambda *_: True)
print("total", drawn, len(found), flush=True)
"""


@pytest.fixture(scope="module")
def base(tiny_sdxl) -> LoadedBaseModel:
    torch.set_num_threads(1)
    cpu = torch.device("cpu")
    return LoadedBaseModel(inspect_checkpoint(BaseModel(str(tiny_sdxl)), cpu), cpu, torch.float32)


def process(checkpoint: Path, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", DRAW_IN_A_PROCESS, str(checkpoint), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


def test_a_kill_keeps_what_was_drawn_and_two_processes_draw_each_once(base, tiny_sdxl, tmp_path):
    killed = process(tiny_sdxl, tmp_path)
    lines = iter(killed.stdout)
    while next(lines).strip() != "drawing" or next(lines).strip() != "drawing":
        pass
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    there = ClassImages(tmp_path, base, PROMPT, SIDE)
    kept = COUNT - len(there.missing(COUNT))
    assert kept >= 1
    both = [process(tiny_sdxl, tmp_path) for _ in range(2)]
    totals = [next(line for line in one.stdout if line.startswith("total")).split()[1:] for one in both]
    for one in both:
        one.wait()
    assert sum(int(drawn) for drawn, _ in totals) == COUNT - kept
    assert {found for _, found in totals} == {str(COUNT)}
    assert not [
        file.name for file in there.folder.iterdir() if file.name.endswith(".part") and str(killed.pid) not in file.name
    ]


def test_a_second_run_draws_none_and_a_damaged_file_is_drawn_anew(base, tmp_path, caplog, monkeypatch):
    images = ClassImages(tmp_path, base, PROMPT, SIDE)
    first = images.ready(3, lambda *_: True)
    drawn: list[int] = []
    usual = base.draw
    monkeypatch.setattr(base, "draw", lambda text, seeds, *rest: drawn.append(len(seeds)) or usual(text, seeds, *rest))
    again = images.ready(3, lambda *_: True)
    assert drawn == []
    assert torch.equal(again.mean, first.mean)
    images.latents_file(1).write_bytes(b"half a file")
    mended = images.ready(3, lambda *_: True)
    assert drawn == [1]
    assert "put aside" in caplog.text
    torch.testing.assert_close(mended.mean, first.mean, atol=0.02, rtol=0.02)  # alone instead of in a batch of three


def test_another_prompt_or_resolution_has_images_of_its_own(base, tmp_path):
    folders = {ClassImages(tmp_path, base, prompt, side).folder for prompt in ("a", "b") for side in (64, 96)}
    assert len(folders) == 4


def test_one_who_is_no_longer_wanted_draws_no_more(base, tmp_path):
    assert ClassImages(tmp_path, base, PROMPT, SIDE).ready(2, lambda *_: False) is None


def test_runs_share_them(tiny_sdxl, class_folder, tmp_path):
    one = spec(tiny_sdxl, tmp_path / "one", tmp_path / "classes", run_id="one", max_train_steps=1)
    other = spec(tiny_sdxl, tmp_path / "other", tmp_path / "classes", run_id="other", max_train_steps=1, seed=5)
    watcher = Watcher()
    trained(one, other, watcher=watcher)
    assert len(list((tmp_path / "classes").glob("*/*.webp"))) == 2
    assert [progress.step for progress in watcher.of("other", TrainingStage.CLASS_IMAGES)] == [2]
