"""For which picture model a face is learnt here."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from albumsite.errors import EngineError
from covers import registry
from covers.engine.contract import BaseModel
from covers.registry import Choice
from covers.registry.hub import hub_tokenizers

SINGLE_FILE_CONFIG = "stabilityai/stable-diffusion-xl-base-1.0"
"""Whose tokenizers a single file without a configuration beside it is used with, as in `covers.engine.sdxl.loading`."""
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
    """The folder with the base's tokenizers; of a hub id, they are fetched. Raises EngineError "engine:model-missing"."""
    path = Path(base.model).expanduser()
    for place in (base.config, base.model, path.parent if path.is_file() else None):
        if place and (Path(place).expanduser() / "tokenizer").is_dir():
            return Path(place).expanduser()
    return hub_tokenizers(base.config or (SINGLE_FILE_CONFIG if path.is_file() else base.model), base.revision or "")
