"""Face trainers, found by name. Nothing here imports one before it is asked for: torch stays out of the web."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from albumsite.errors import EngineError
from personalize.dreambooth.face_contract import FaceTrainer

TRAINERS: Mapping[str, str] = MappingProxyType(
    {"dreambooth-lora": "personalize.dreambooth.dreambooth_lora.DreamBoothLoraTrainer"}
)
"""Short name to dotted path of the class."""


def load_trainer(name: str, **options: object) -> FaceTrainer:
    """Build the trainer called `name` (a key of TRAINERS, or the dotted path of a class) with its own options.

    It reads no weights before it trains. Raises EngineError: "engine:unknown", "engine:not-installed".
    """
    module_name, _, class_name = TRAINERS.get(name, name).rpartition(".")
    if not module_name:
        raise EngineError("engine:unknown", f"no trainer is called {name!r}; known: {', '.join(TRAINERS)}")
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise EngineError("engine:not-installed", str(error)) from error
    return cast(FaceTrainer, getattr(module, class_name)(**options))
