"""A training's state in one file, from which it resumes as if nothing had happened.

Sites that are upgraded while a training rests have files of earlier versions: names of tensors and keys stay as they are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from covers.training.lora.adapter_store import AdapterStore
from covers.training.lora.adapters import Matrices, peft_state
from covers.training.lora.atomic_files import write_tensors
from covers.training.lora.lora_recipe import LoraRecipe
from covers.training.lora.training_job import TrainingJob

logger = logging.getLogger(__name__)

CHECKPOINT_FILE = "checkpoint.safetensors"
FORMAT = 1


def checkpoint_identity(recipe: LoraRecipe, *, changeable: Iterable[str] = (), **trained_on: object) -> str:
    """What must be equal for a training to resume from a checkpoint. changeable: fields of the recipe that need not be."""
    kept = asdict(recipe)
    for name in ("checkpoint_every_steps", *changeable):
        kept.pop(name)
    return json.dumps({"format": FORMAT, **trained_on, **kept}, sort_keys=True)


def write_checkpoint(folder: Path, job: TrainingJob, store: AdapterStore, identity: str) -> Path:
    """adapter.*: by peft's names; optimiser.*: flat moments; and what the job keeps beside them."""
    assert job.optimizer is not None
    tensors = {f"adapter.{name}": tensor for name, tensor in peft_state(store.matrices_of(job.row)).items()}
    tensors |= {f"optimiser.{name}": tensor for name, tensor in job.optimizer.state().items()}
    path = folder / CHECKPOINT_FILE
    header = {"identity": identity, "state": json.dumps(job.state())}
    write_tensors(path, {**tensors, **job.extra_tensors()}, header)
    return path


def resume(folder: Path, job: TrainingJob, store: AdapterStore, identity: str, run_id: str) -> None:
    """Load the run's checkpoint into a job that is in no trainer yet.

    Without a usable one the job begins anew: a file that cannot be resumed from is put aside.
    """
    path = folder / CHECKPOINT_FILE
    if not path.is_file():
        return
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
        if header.get("identity") != identity:
            raise ValueError("of another training: other pictures, prompts, options or base model")
        job.load_state(*row_and_optimizer_state(store, tensors), tensors, json.loads(header["state"]))
    except (SafetensorError, OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
        put_aside(path, " ".join(str(error).split()))
    else:
        logger.info("training goes on run=%s step=%d", run_id, job.step)


def row_and_optimizer_state(store: AdapterStore, tensors: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """A row for the store, (length,), and what its optimizer resumes from. Raises ValueError or LookupError."""
    row = store.row_of(matrices_from(store, tensors))
    moments = {name.removeprefix("optimiser."): value for name, value in tensors.items() if "optimiser." in name}
    for name in ("exp_avg", "exp_avg_sq"):
        if moments[name].shape != row.shape:
            raise ValueError(f"{name} is {tuple(moments[name].shape)}")
    if not all(torch.isfinite(tensor).all() for tensor in (row, moments["exp_avg"], moments["exp_avg_sq"])):
        raise ValueError("it has values that are no numbers")
    return row, moments


def matrices_from(store: AdapterStore, tensors: Mapping[str, Tensor]) -> Matrices:
    matrices = {}
    for name, slot in store.slots.items():
        down, up = tensors[f"adapter.{name}.lora_A.weight"], tensors[f"adapter.{name}.lora_B.weight"].flatten(1)
        if tuple(down.shape) != slot.down_shape or tuple(up.shape) != slot.up_shape:
            raise ValueError(f"{name} has matrices of {tuple(down.shape)} and {tuple(up.shape)}")
        matrices[name] = (down, up)
    return matrices


def put_aside(path: Path, why: str) -> None:
    """Out of the way but not lost: somebody may want to know what happened to it."""
    aside = path.with_suffix(".damaged")
    path.replace(aside)
    logger.warning("checkpoint put aside, training starts over file=%s reason=%s", aside.name, why)
