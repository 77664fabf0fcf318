"""Models of our own: how they are trained, measured and written down. Nothing here imports torch before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from covers.training.trainer_names import build_trainer
from covers.training.training_contract import FineTuner

FINETUNERS: Mapping[str, str] = MappingProxyType(
    {
        "lora": "covers.training.finetune.LoraFineTuner",
        # What it was called before; a site's FINE_TUNER may still say so.
        "covers.learning.finetune.LoraFineTuner": "covers.training.finetune.LoraFineTuner",
    }
)
"""Short name, or a former dotted path, to the dotted path of the class."""


def load_finetuner(name: str, **options: object) -> FineTuner:
    """The weekly trainer called `name`, see `build_trainer`."""
    return cast(FineTuner, build_trainer(FINETUNERS, name, options))
