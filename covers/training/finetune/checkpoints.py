"""A run's state in one file: see `covers.training.lora.checkpoints`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from covers.training.finetune.recipe import Recipe
from covers.training.finetune.student import Student
from covers.training.lora.checkpoints import FORMAT, read_state, row_and_moments, tensors_of, write_state
from covers.training.lora.store import AdapterStore
from covers.training.training_contract import FineTuneSpec


@dataclass
class Averaged:
    """The averaged weights, (length,), and what preference training's optimiser goes on from."""

    row: Tensor
    preferring: Mapping[str, Tensor] | None = None


def identity_of(spec: FineTuneSpec, recipe: Recipe, base_model: str, start_adapter: str) -> str:
    """What must be equal for a checkpoint to be gone on from. start_adapter: its hash."""
    kept = asdict(recipe)
    kept.pop("checkpoint_every_steps")  # how often may change on the way
    said = {
        "format": FORMAT,
        "base_model": base_model,
        "start_adapter": start_adapter,
        "images": hashed((image.sha256, image.caption, image.weight) for image in spec.images),
        "pairs": hashed((pair.chosen_sha256, pair.rejected_sha256, pair.caption, pair.weight) for pair in spec.pairs),
        **kept,
    }
    return json.dumps(said, sort_keys=True)


def hashed(said: Iterable[tuple[object, ...]]) -> str:
    return hashlib.sha256(json.dumps(list(said)).encode()).hexdigest()


def write_checkpoint(path: Path, student: Student, store: AdapterStore, average: Tensor, identity: str) -> Path:
    assert student.optimiser is not None
    tensors = tensors_of(student.row, student.optimiser, store) | {"average": average}
    state = {
        "step": student.step,
        "losses": student.losses,
        "preference_losses": student.preference_losses,
        "validation_losses": student.validation_losses,
    }
    return write_state(path, tensors, state, identity)


def read_checkpoint(path: Path, student: Student, store: AdapterStore, averaged: Averaged, identity: str) -> bool:
    """Take up what a checkpoint says, before the student has a seat. False, and a fresh beginning, without a usable one."""
    return read_state(path, identity, lambda tensors, state: take_up(student, store, averaged, tensors, state))


def take_up(
    student: Student, store: AdapterStore, averaged: Averaged, tensors: Mapping[str, Tensor], state: Mapping[str, Any]
) -> None:
    """Raises ValueError, LookupError or TypeError for what is no state of this training, and has then changed nothing."""
    row, moments = row_and_moments(store, tensors)
    average = tensors["average"].to(row)
    if average.shape != row.shape or not torch.isfinite(average).all():
        raise ValueError("its average is none")
    step, losses, preference_losses = state["step"], state["losses"], state["preference_losses"]
    validation_losses = [(int(at), float(loss)) for at, loss in state["validation_losses"]]
    if not isinstance(step, int) or len(losses) != step or step > student.recipe.max_train_steps:
        raise ValueError("its steps and losses do not match")
    student.initial, averaged.row = row, average
    student.step, student.losses = step, [float(loss) for loss in losses]
    student.preference_losses = [float(loss) for loss in preference_losses]
    student.validation_losses = validation_losses
    if student.preference_losses:
        averaged.preferring = moments
    else:
        student.restored = moments
