"""A run's state in one file, from which it goes on as if nothing had happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from covers.training.lora.checkpoints import (
    CHECKPOINT_FILE,
    FORMAT,
    read_state,
    row_and_moments,
    tensors_of,
    write_state,
)
from covers.training.lora.store import AdapterStore
from personalize.dreambooth.face_contract import TrainingSpec
from personalize.dreambooth.person import Person
from personalize.dreambooth.recipe import Recipe


def identity_of(spec: TrainingSpec, recipe: Recipe, base_model_revision: str, photos: str) -> str:
    """What must be equal for a checkpoint to be gone on from. photos: a hash of the crops."""
    kept = asdict(recipe)
    for name in ("checkpoint_every_steps", "sample_every_steps", "patience_checks"):
        kept.pop(name)  # how often may change on the way
    if recipe.lr_scheduler == "constant":
        kept.pop("max_train_steps")  # how far, too, where no step depends on it
    said = {
        "format": FORMAT,
        "base_model_revision": base_model_revision,
        "prompts": [spec.instance_prompt, spec.class_prompt],
        "photos": photos,
        **kept,
    }
    return json.dumps(said, sort_keys=True)


def write_checkpoint(person: Person, store: AdapterStore, identity: str) -> Path:
    """Beside what every training keeps, best: the row of the best check, if there was one."""
    assert person.optimiser is not None
    tensors = tensors_of(person.row, person.optimiser, store)
    if person.best.row is not None:
        tensors["best"] = person.best.row
    best = person.best
    state = {
        "step": person.step,
        "losses": person.losses,
        "likeness": person.likeness,
        "best": {"likeness": best.likeness, "step": best.step, "stale": best.stale, "before": best.before},
    }
    return write_state(person.spec.work_folder / CHECKPOINT_FILE, tensors, state, identity)


def read_checkpoint(person: Person, store: AdapterStore, identity: str) -> bool:
    """Take up what a checkpoint says, before the person has a seat. False, and a fresh beginning, without a usable one."""
    path = person.spec.work_folder / CHECKPOINT_FILE
    return read_state(path, identity, lambda tensors, state: take_up(person, store, tensors, state))


def take_up(person: Person, store: AdapterStore, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Raises ValueError, LookupError or TypeError for what is no state of this training, and has then changed nothing."""
    row, moments = row_and_moments(store, tensors)
    step, losses, best = state["step"], state["losses"], state["best"]
    if not isinstance(step, int) or not isinstance(losses, list) or len(losses) != step or not isinstance(best, dict):
        raise ValueError("its steps and losses do not match")
    person.initial = row
    person.restored = moments
    person.step, person.losses = step, [float(loss) for loss in losses]
    person.likeness = state["likeness"]
    person.best.likeness, person.best.step = best["likeness"], int(best["step"])
    person.best.stale, person.best.before = int(best["stale"]), best["before"]
    person.best.row = tensors["best"].to(row) if "best" in tensors else None
