"""For which picture model a face is learnt here."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from covers import registry
from covers.engine.engine_contract import BaseModel
from covers.registry import Choice
from covers.registry.hub import hub_tokenizers

SINGLE_FILE_CONFIG = "stabilityai/stable-diffusion-xl-base-1.0"
"""Whose tokenizers a single file without a configuration beside it is used with, as in `covers.engine.sdxl.loading`."""


def base_choice() -> Choice:
    """FACE_BASE_MODEL; else what `registry.learning_choice` finds. Raises EngineError "training:no-base-model"."""
    return registry.learning_choice(settings.FACE_BASE_MODEL)


def tokenizer_folder(base: BaseModel) -> Path:
    """The folder with the base's tokenizers; of a hub id, they are fetched. Raises EngineError "engine:model-missing"."""
    path = Path(base.model).expanduser()
    for place in (base.config, base.model, path.parent if path.is_file() else None):
        if place and (Path(place).expanduser() / "tokenizer").is_dir():
            return Path(place).expanduser()
    return hub_tokenizers(base.config or (SINGLE_FILE_CONFIG if path.is_file() else base.model), base.revision or "")
