"""Face trainers, found by name. Nothing here imports one before it is asked for: torch stays out of the web."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from covers.training.trainer_names import build_trainer
from personalize.dreambooth.face_contract import FaceTrainer

TRAINERS: Mapping[str, str] = MappingProxyType(
    {
        "dreambooth-lora": "personalize.dreambooth.dreambooth_lora.DreamBoothLoraTrainer",
        # What it was called before; a site's FACE_TRAINER may still say so.
        "personalize.engine.dreambooth_lora.DreamBoothLoraTrainer": (
            "personalize.dreambooth.dreambooth_lora.DreamBoothLoraTrainer"
        ),
    }
)
"""Short name, or a former dotted path, to the dotted path of the class."""


def load_trainer(name: str, **options: object) -> FaceTrainer:
    """The face trainer called `name`, see `build_trainer`."""
    return cast(FaceTrainer, build_trainer(TRAINERS, name, options))
