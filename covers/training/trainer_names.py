"""Trainers found by name, so that nothing imports torch before a trainer is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from albumsite.errors import EngineError
from albumsite.processes.importing import import_large


def build_trainer(trainers: Mapping[str, str], name: str, options: Mapping[str, object]) -> object:
    """The trainer called `name`, a key of `trainers` (to dotted paths of classes) or the dotted path of a class, with its own options.

    It reads no weights before it trains. Raises EngineError: "engine:unknown", "engine:not-installed".
    """
    module_name, _, class_name = trainers.get(name, name).rpartition(".")
    if not module_name:
        known = ", ".join(key for key in trainers if "." not in key)
        raise EngineError("engine:unknown", f"no trainer is called {name!r}; known: {known}")
    try:
        module = import_large(module_name)
    except ImportError as error:
        raise EngineError("engine:not-installed", str(error)) from error
    trainer: object = getattr(module, class_name)(**options)
    return trainer
