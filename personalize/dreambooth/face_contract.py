"""What a face trainer takes and gives. Plain values in, plain values out: no database, settings or storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from covers.engine.engine_contract import BaseModel
from covers.training.lora_contract import LoraOptions


class TrainingStage(StrEnum):
    """What a training is at. In this order; a resumed one may skip some."""

    PREPARE = "prepare"  # the base model is read, its memory and time are predicted
    CLASS_IMAGES = "class-images"  # drawn once for each base model and class prompt, then shared by all
    ENCODE = "encode"  # crops, latents and text embeddings are cached
    TRAIN = "train"
    FINISH = "finish"  # the adapter is checked and written


@dataclass(frozen=True)
class FaceBox:
    """Where the face is, in pixels of its photo: the detector's box, hairline to chin at most."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class InstancePhoto:
    """One photo of the person, upright, sRGB. face: None takes the middle of the photo."""

    path: Path
    face: FaceBox | None = None


@dataclass(frozen=True, kw_only=True)
class TrainingOptions(LoraOptions):
    """resolution: of square crops. max_train_steps: optimizer steps, each of `train_batch_size` instance images (and as many
    class images) times `gradient_accumulation_steps`. snr_gamma: None for none. sample_every_steps: 0 for never.
    patience_checks: early stop after so many likeness checks without a better one; 0 for never.
    """

    train_batch_size: int = 1
    gradient_accumulation_steps: int = 1
    with_prior_preservation: bool = True
    prior_loss_weight: float = 1.0
    num_class_images: int | None = None
    snr_gamma: float | None = 5.0
    with_flip: bool = True
    sample_every_steps: int = 100
    patience_checks: int = 3


@dataclass(frozen=True)
class TrainingSpec:
    """One person's training.

    run_id: handed back on each FaceProgress and TrainedAdapter. identifier_token: the rare word that will mean this person;
    it must be one token of both tokenizers that no other word of the prompt shares. class_noun: "person", "woman", …
    work_folder: of this run alone; what is in it after a kill is gone on from, and the adapter is left in it.
    class_folder: shared by all runs of this machine: class images and their latents, by base model and class prompt.
    """

    run_id: str
    base_model: BaseModel
    instance_photos: tuple[InstancePhoto, ...]
    identifier_token: str
    class_noun: str
    work_folder: Path
    class_folder: Path
    options: TrainingOptions = field(default_factory=TrainingOptions)

    @property
    def instance_prompt(self) -> str:
        return f"a photo of {self.identifier_token} {self.class_noun}"

    @property
    def class_prompt(self) -> str:
        return f"a photo of a {self.class_noun}"


@dataclass(frozen=True)
class FaceProgress:
    """How far one run is: `step` of `total` of its stage.

    loss: of the last step of TRAIN. seconds_left: of the whole run, None while nobody knows. likeness: of the newest
    samples to held-out photos, -1 to 1, by `likeness_metric`. samples: small WebP pictures, drawn at this step.
    checkpoint: a file just written, from which any machine can go on when it lies in `work_folder` under its own name.
    """

    run_id: str
    stage: TrainingStage
    step: int
    total: int
    loss: float | None = None
    seconds_left: float | None = None
    likeness: float | None = None
    likeness_metric: str = ""
    samples: tuple[bytes, ...] = ()
    checkpoint: Path | None = None


@dataclass(frozen=True)
class TrainedAdapter:
    """A run that came to its end.

    path: .safetensors in `work_folder`, as diffusers reads it. steps: taken. losses: of each step. likeness: of the
    kept weights to held-out photos, and of the base model without them, by `likeness_metric`; None where the base
    model draws nothing that the metric can read. parameters: what was really used, JSON values.
    """

    run_id: str
    path: Path
    sha256: str
    steps: int
    losses: tuple[float, ...]
    likeness: float | None
    likeness_before: float | None
    likeness_metric: str
    samples: tuple[bytes, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingFailed:
    """A run that cannot come to its end, and why: a message id, as of EngineError. The other runs go on."""

    run_id: str
    message_id: str
    detail: str = ""


ProgressCallback = Callable[[FaceProgress], bool]
"""Called with each step; answers whether to go on with the run of that step. On False it ends within one step, without a result."""


class FaceTrainer(Protocol):
    """Trains an adapter of a checkpoint for each person, one or several at once in shared steps; each as if it were alone.

    Yields each run's result as it ends: a run that was stopped has none. Raises
    `albumsite.errors.EngineError` when no run can go on: the base model is missing or broken, memory does not suffice.
    """

    def train(
        self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback
    ) -> Iterator[TrainedAdapter | TrainingFailed]: ...
