"""A run's state in one file, from which it goes on as if nothing had happened."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from personalize.engine.adapters import Matrices, peft_state
from personalize.engine.contract import TrainingSpec
from personalize.engine.files import write_tensors
from personalize.engine.person import Person
from personalize.engine.rules import Recipe
from personalize.engine.store import AdapterStore

logger = logging.getLogger(__name__)

CHECKPOINT_FILE = "checkpoint.safetensors"
FORMAT = 1


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
    """adapter.*: by peft's names; optimiser.*: flat moments; best: the row of the best check, if there was one."""
    assert person.optimiser is not None
    tensors = {f"adapter.{name}": tensor for name, tensor in peft_state(store.matrices_of(person.row)).items()}
    tensors |= {f"optimiser.{name}": tensor for name, tensor in person.optimiser.state().items()}
    if person.best.row is not None:
        tensors["best"] = person.best.row
    best = person.best
    state = {
        "step": person.step,
        "losses": person.losses,
        "likeness": person.likeness,
        "best": {"likeness": best.likeness, "step": best.step, "stale": best.stale, "before": best.before},
    }
    path = person.spec.work_folder / CHECKPOINT_FILE
    write_tensors(path, tensors, {"identity": identity, "state": json.dumps(state)})
    return path


def read_checkpoint(person: Person, store: AdapterStore, identity: str) -> bool:
    """Take up what a checkpoint says, before the person has a seat. False, and a fresh beginning, without a usable one."""
    path = person.spec.work_folder / CHECKPOINT_FILE
    if not path.is_file():
        return False
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
        if header.get("identity") != identity:
            raise ValueError("of another training: other photos, prompts, options or base model")
        take_up(person, store, tensors, json.loads(header["state"]))
    except (SafetensorError, OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
        put_aside(path, " ".join(str(error).split()))
        return False
    return True


def take_up(person: Person, store: AdapterStore, tensors: Mapping[str, Tensor], state: Mapping[str, object]) -> None:
    """Raises ValueError, LookupError or TypeError for what is no state of this training, and has then changed nothing."""
    row = store.row_of(matrices_from(store, tensors))
    moments = {name.removeprefix("optimiser."): value for name, value in tensors.items() if "optimiser." in name}
    for name in ("exp_avg", "exp_avg_sq"):
        if moments[name].shape != row.shape:
            raise ValueError(f"{name} is {tuple(moments[name].shape)}")
    step, losses, best = state["step"], state["losses"], state["best"]
    if not isinstance(step, int) or not isinstance(losses, list) or len(losses) != step or not isinstance(best, dict):
        raise ValueError("its steps and losses do not match")
    if not all(torch.isfinite(tensor).all() for tensor in (row, moments["exp_avg"], moments["exp_avg_sq"])):
        raise ValueError("it has values that are no numbers")
    person.initial = row
    person.restored = moments
    person.step, person.losses = step, [float(loss) for loss in losses]
    person.likeness = state["likeness"]  # type: ignore[assignment]
    person.best.likeness, person.best.step = best["likeness"], int(best["step"])
    person.best.stale, person.best.before = int(best["stale"]), best["before"]
    person.best.row = tensors["best"].to(row) if "best" in tensors else None


def matrices_from(store: AdapterStore, tensors: Mapping[str, Tensor]) -> Matrices:
    matrices = {}
    for name, place in store.places.items():
        down, up = tensors[f"adapter.{name}.lora_A.weight"], tensors[f"adapter.{name}.lora_B.weight"].flatten(1)
        if tuple(down.shape) != place.down_shape or tuple(up.shape) != place.up_shape:
            raise ValueError(f"{name} has matrices of {tuple(down.shape)} and {tuple(up.shape)}")
        matrices[name] = (down, up)
    return matrices


def put_aside(path: Path, why: str) -> None:
    """Out of the way but not lost: somebody may want to know what happened to it."""
    aside = path.with_suffix(".damaged")
    path.replace(aside)
    logger.warning("checkpoint put aside, training starts over file=%s reason=%s", aside.name, why)
