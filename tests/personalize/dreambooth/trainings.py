"""Small trainings: specs for the tiny checkpoint, photos of noise, and what a training told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from covers.engine.engine_contract import BaseModel
from personalize.dreambooth.dreambooth_lora import DreamBoothLoraTrainer
from personalize.dreambooth.face_contract import (
    FaceProgress,
    InstancePhoto,
    TrainedAdapter,
    TrainingFailed,
    TrainingOptions,
    TrainingSpec,
    TrainingStage,
)

TOKEN = "q"
"""The tiny checkpoint's tokenizers have a token for each letter, and none for a whole word."""

QUIET = {
    "learning_rate": 1e-3,
    "rank": 4,
    "num_class_images": 2,
    "checkpoint_every_steps": 0,
    "sample_every_steps": 0,
    "patience_checks": 0,
}
"""A few class images, no samples on the way, no checkpoints."""


def photos(folder: Path, count: int = 3, seed: int = 0, side: int = 80) -> tuple[InstancePhoto, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        coarse = random.integers(0, 256, (5, 5, 3), dtype=np.uint8)
        path = folder / f"photo-{number}.png"
        Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(path)
        found.append(InstancePhoto(path))
    return tuple(found)


def spec(
    checkpoint: Path,
    folder: Path,
    class_folder: Path,
    *,
    run_id: str = "run",
    count: int = 3,
    seed: int = 0,
    **options: object,
) -> TrainingSpec:
    """folder: of this run; its photos depend on `seed` alone."""
    return TrainingSpec(
        run_id=run_id,
        base_model=BaseModel(str(checkpoint)),
        instance_photos=photos(folder / "photos", count, seed),
        identifier_token=TOKEN,
        class_noun="person",
        work_folder=folder / "work",
        class_folder=class_folder,
        options=TrainingOptions(**{**QUIET, "seed": seed, **options}),  # type: ignore[arg-type]
    )


class Watcher:
    """Keeps what it is told, and says no to `run_id` from `stop` on."""

    def __init__(self, stop: Callable[[FaceProgress], bool] = lambda _: False) -> None:
        self.told: list[FaceProgress] = []
        self._stop = stop

    def __call__(self, progress: FaceProgress) -> bool:
        self.told.append(progress)
        return not self._stop(progress)

    def of(self, run_id: str, stage: TrainingStage | None = None) -> list[FaceProgress]:
        return [one for one in self.told if one.run_id == run_id and stage in (None, one.stage)]


def train(
    *specs: TrainingSpec, watcher: Watcher | None = None, **options: object
) -> dict[str, TrainedAdapter | TrainingFailed]:
    """Results by run id."""
    torch.set_num_threads(1)
    trainer = DreamBoothLoraTrainer("cpu", **options)  # type: ignore[arg-type]
    return {result.run_id: result for result in trainer.train(specs, watcher or Watcher())}


def trained(*specs: TrainingSpec, watcher: Watcher | None = None, **options: object) -> dict[str, TrainedAdapter]:
    """As `train`, where nobody may fail."""
    results = train(*specs, watcher=watcher, **options)
    failed = [result for result in results.values() if isinstance(result, TrainingFailed)]
    assert not failed, failed
    return results  # type: ignore[return-value]


def weights(result: TrainedAdapter) -> dict[str, Tensor]:
    return load_file(result.path)


def steps_of(told: Iterable[FaceProgress]) -> list[int]:
    return [progress.step for progress in told]
