"""What the weekly trainer takes and gives. Plain values in, plain values out: no database, settings or storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from covers.engine.engine_contract import BaseModel
from covers.training.lora_contract import LoraOptions


class FineTuneStage(StrEnum):
    """What a training is at. In this order; a resumed one may skip some."""

    PREPARE = "prepare"  # the base model is read, memory and time are predicted
    ENCODE = "encode"  # latents and text embeddings are cached
    TRAIN = "train"
    PREFER = "prefer"  # preference training on pairs, after the fine-tune
    FINISH = "finish"  # the adapter is checked and written


@dataclass(frozen=True)
class CaptionedImage:
    """One picture of the week's set. path: any size, sRGB. weight: how often it is seen, relative to the others."""

    path: Path
    caption: str
    sha256: str
    weight: float = 1.0


@dataclass(frozen=True)
class PreferencePair:
    """Two pictures of one prompt, of which people preferred the first."""

    caption: str
    chosen: Path
    rejected: Path
    chosen_sha256: str
    rejected_sha256: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class FineTuneOptions(LoraOptions):
    """resolution: aspect buckets have about its square's area. num_train_epochs or max_train_steps: optimizer steps of
    `train_batch_size` pictures. snr_gamma: 0 for none. ema_decay: of the averaged weights that are kept; None: none.
    beta_dpo: strength of preference training (Wallace et al. 2023, arXiv 2311.12908); max_preference_steps: 0 for none.
    """

    num_train_epochs: int | None = None
    train_batch_size: int | None = None
    ema_decay: float | None = 0.99
    caption_dropout: float = 0.1
    beta_dpo: float = 2000.0
    max_preference_steps: int = 0


@dataclass(frozen=True)
class FineTuneSpec:
    """One weekly training.

    start_adapter: the current model's adapter, from which this one goes on; None begins anew on the base model.
    images, held_out: what is trained on, and what the validation loss is measured on; never the same picture.
    pairs: for preference training. sample_prompts: drawn after each epoch with fixed seeds.
    work_folder: of this run alone; what is in it after a kill is gone on from, and the adapter is left in it.
    """

    run_id: str
    base_model: BaseModel
    images: tuple[CaptionedImage, ...]
    work_folder: Path
    start_adapter: Path | None = None
    held_out: tuple[CaptionedImage, ...] = ()
    pairs: tuple[PreferencePair, ...] = ()
    held_out_pairs: tuple[PreferencePair, ...] = ()
    sample_prompts: tuple[str, ...] = ()
    options: FineTuneOptions = field(default_factory=FineTuneOptions)


@dataclass(frozen=True)
class FineTuneProgress:
    """How far a run is: `step` of `total` of its stage.

    validation_loss: on `held_out`, with fixed noise and timesteps. samples: small WebP pictures, one for each of the sample
    prompts, drawn at this step. checkpoint: a file just written, from which any machine can go on when it lies in
    `work_folder` under its own name.
    """

    run_id: str
    stage: FineTuneStage
    step: int
    total: int
    loss: float | None = None
    validation_loss: float | None = None
    seconds_left: float | None = None
    samples: tuple[bytes, ...] = ()
    checkpoint: Path | None = None


@dataclass(frozen=True)
class FineTuned:
    """A run that came to its end.

    path: .safetensors in `work_folder`, as diffusers reads it. validation_losses: (step, loss), the
    first one before any training. steps, losses: of the fine-tune, then of preference training. preference_accuracy: share of
    `held_out_pairs` whose chosen picture the adapter finds likelier than the starting model does, next to the rejected one;
    undecided ones count half. parameters: what was really used, JSON values.
    """

    run_id: str
    path: Path
    sha256: str
    steps: int
    losses: tuple[float, ...]
    validation_losses: tuple[tuple[int, float], ...]
    preference_accuracy: float | None = None
    samples: tuple[bytes, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)


FineTuneCallback = Callable[[FineTuneProgress], bool]
"""Called with each step; answers whether to go on. On False the run ends within one step, without a result."""


class FineTuner(Protocol):
    """Trains an adapter of a checkpoint on a week's set.

    Returns None when it was stopped. Raises `albumsite.errors.EngineError` when it cannot go on: "training:no-images",
    "training:bad-options", "training:bad-image", "training:other-adapter" (that it cannot go on from), "training:not-finite",
    "training:too-large", "training:too-slow", "engine:model-missing", "engine:out-of-memory" …
    """

    def train(self, spec: FineTuneSpec, on_progress: FineTuneCallback) -> FineTuned | None: ...
