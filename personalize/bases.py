"""For which picture model a face is learnt here."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from albumsite.errors import EngineError
from covers import registry
from covers.registry import Choice
from personalize.engine.contract import BaseModel

LEARNERS = ("sdxl", "pocket")
"""Engines whose models an adapter can be trained for."""


def base_choice() -> Choice:
    """FACE_BASE_MODEL; else what the site draws with, if that can learn; else the built-in pocket.

    Raises EngineError "training:no-base-model".
    """
    found = {choice.key: choice for choice in registry.available() if choice.engine in LEARNERS}
    wanted = (settings.FACE_BASE_MODEL, registry.default_choice().key, "pocket")
    for key in wanted:
        if key in found:
            return found[key]
    raise EngineError("training:no-base-model", f"none of {', '.join(filter(None, wanted))} can be trained here")


def base_model(key: str) -> BaseModel:
    """Where its weights are on this machine, fetched if need be. Raises EngineError, as `registry.engine_options`."""
    options = registry.engine_options(key).options
    return BaseModel(
        model=str(options["model"]),
        revision=options.get("revision"),
        config=options.get("config"),
        sha256=options.get("sha256"),
    )


def tokenizer_folder(base: BaseModel) -> Path:
    """The folder with the base's tokenizers. Raises EngineError "engine:model-missing"."""
    for place in (base.config, base.model):
        if place and (folder := Path(place).expanduser()).is_dir():
            return folder
    raise EngineError("engine:model-missing", f"{base.model}: no folder with its tokenizers on this machine")
