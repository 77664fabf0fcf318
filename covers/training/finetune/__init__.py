"""The weekly trainer: a low-rank fine-tune on captioned pictures, and preference training from pairs."""

from covers.training.finetune.adapter_preference import preference_accuracy
from covers.training.finetune.lora_finetuner import LoraFineTuner

__all__ = ["LoraFineTuner", "preference_accuracy"]
