"""A training's state in one file, from which it goes on as if nothing had happened."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from covers.training.lora.adapters import Matrices, peft_state
from covers.training.lora.optimiser import Optimiser
from covers.training.lora.store import AdapterStore
from covers.training.lora.whole_files import write_tensors

logger = logging.getLogger(__name__)

CHECKPOINT_FILE = "checkpoint.safetensors"
FORMAT = 1

TakeUp = Callable[[Mapping[str, Tensor], Mapping[str, Any]], None]
"""Goes on from tensors and the rest of a state. Raises ValueError, LookupError or TypeError, and has then changed nothing."""


def tensors_of(row: Tensor, optimiser: Optimiser, store: AdapterStore) -> dict[str, Tensor]:
    """adapter.*: by peft's names; optimiser.*: flat moments."""
    tensors = {f"adapter.{name}": tensor for name, tensor in peft_state(store.matrices_of(row)).items()}
    return tensors | {f"optimiser.{name}": tensor for name, tensor in optimiser.state().items()}


def write_state(path: Path, tensors: Mapping[str, Tensor], state: Mapping[str, object], identity: str) -> Path:
    """identity: what must be equal for the file to be gone on from."""
    write_tensors(path, tensors, {"identity": identity, "state": json.dumps(state)})
    return path


def read_state(path: Path, identity: str, take_up: TakeUp) -> bool:
    """False, and a fresh beginning, without a usable checkpoint: one that cannot be gone on from is put aside."""
    if not path.is_file():
        return False
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
        if header.get("identity") != identity:
            raise ValueError("of another training: other pictures, prompts, options or base model")
        take_up(tensors, json.loads(header["state"]))
    except (SafetensorError, OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
        put_aside(path, " ".join(str(error).split()))
        return False
    return True


def row_and_moments(store: AdapterStore, tensors: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """A row for the store, (length,), and what its optimiser goes on from. Raises ValueError or LookupError."""
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
