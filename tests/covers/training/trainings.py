"""Small weekly trainings: specs for the tiny checkpoint, pictures of plain colours, and what a training told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from covers.engine.engine_contract import BaseModel
from covers.training.finetune import LoraFineTuner
from covers.training.training_contract import (
    CaptionedImage,
    FineTuned,
    FineTuneOptions,
    FineTuneProgress,
    FineTuneSpec,
    PreferencePair,
)

QUIET = {"learning_rate": 1e-3, "rank": 4, "train_batch_size": 2, "checkpoint_every_steps": 0, "snr_gamma": 5.0}


def picture(folder: Path, name: str, colour: str, size: tuple[int, int] = (64, 64)) -> tuple[Path, str]:
    """A file with a plain colour and some noise of its own, and its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(list(f"{folder.name}/{name}".encode()))
    plain = np.asarray(Image.new("RGB", size, colour)).astype(int)
    pixels = np.clip(plain + random.integers(-8, 9, plain.shape), 0, 255).astype(np.uint8)
    path = folder / f"{name}.png"
    Image.fromarray(pixels).save(path)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def image(folder: Path, name: str, colour: str = "red", size: tuple[int, int] = (64, 64)) -> CaptionedImage:
    path, sha256 = picture(folder, name, colour, size)
    return CaptionedImage(path, f"a {name}", sha256)


def pair(folder: Path, name: str, chosen: str = "red", rejected: str = "blue") -> PreferencePair:
    one, other = picture(folder, f"{name}-chosen", chosen), picture(folder, f"{name}-rejected", rejected)
    return PreferencePair("a thing", one[0], other[0], one[1], other[1])


def spec(checkpoint: Path, folder: Path, *, run_id: str = "week", **more: object) -> FineTuneSpec:
    """Four pictures in two shapes, one held out. `more`: fields of the spec or of its options."""
    fields = {name: more.pop(name) for name in tuple(more) if name in FineTuneSpec.__dataclass_fields__}
    pictures = folder / "pictures"
    given: dict[str, object] = {
        "images": (*tuple(image(pictures, name) for name in ("a", "b", "c")), image(pictures, "d", "green", (96, 64))),
        "held_out": (image(pictures, "e", "blue"),),
        "sample_prompts": ("a b",),
    }
    return FineTuneSpec(
        run_id=run_id,
        base_model=BaseModel(str(checkpoint)),
        work_folder=folder / "work",
        options=FineTuneOptions(**{**QUIET, **more}),  # type: ignore[arg-type]
        **{**given, **fields},  # type: ignore[arg-type]
    )


class Watcher:
    """Keeps what it is told, and says no from `stop` on."""

    def __init__(self, stop: Callable[[FineTuneProgress], bool] = lambda _: False) -> None:
        self.told: list[FineTuneProgress] = []
        self._stop = stop

    def __call__(self, progress: FineTuneProgress) -> bool:
        self.told.append(progress)
        return not self._stop(progress)


def train(wanted: FineTuneSpec, watcher: Watcher | None = None, **options: object) -> FineTuned | None:
    torch.set_num_threads(1)
    return LoraFineTuner("cpu", **options).train(wanted, watcher or Watcher())  # type: ignore[arg-type]


def trained(wanted: FineTuneSpec, watcher: Watcher | None = None, **options: object) -> FineTuned:
    result = train(wanted, watcher, **options)
    assert result is not None
    return result


def weights(result: FineTuned | Path) -> dict[str, Tensor]:
    return load_file(result if isinstance(result, Path) else result.path)


def equal(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> bool:
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def moved(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> float:
    """Squared distance of all second matrices: the first begin at random."""
    return float(sum((ours[name] - theirs[name]).square().sum() for name in ours if "lora_B" in name))
