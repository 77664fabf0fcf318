"""Models of our own: how they are taught, measured and written down. Nothing here imports torch before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from albumsite.errors import EngineError
from covers.training.training_contract import FineTuner

FINETUNERS: Mapping[str, str] = MappingProxyType({"lora": "covers.training.finetune.LoraFineTuner"})
"""Short name to dotted path of the class."""


def load_finetuner(name: str, **options: object) -> FineTuner:
    """Build the weekly trainer called `name` (a key of FINETUNERS, or the dotted path of a class) with its own options.

    It reads no weights before it trains. Raises EngineError: "engine:unknown", "engine:not-installed".
    """
    module_name, _, class_name = FINETUNERS.get(name, name).rpartition(".")
    if not module_name:
        raise EngineError("engine:unknown", f"no trainer is called {name!r}; known: {', '.join(FINETUNERS)}")
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise EngineError("engine:not-installed", str(error)) from error
    return cast(FineTuner, getattr(module, class_name)(**options))
