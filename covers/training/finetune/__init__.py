"""The weekly trainer: a low-rank fine-tune on captioned pictures, and preference training from pairs."""

from covers.training.finetune.judging import preference_accuracy
from covers.training.finetune.trainer import LoraFineTuner

__all__ = ["LoraFineTuner", "preference_accuracy"]
