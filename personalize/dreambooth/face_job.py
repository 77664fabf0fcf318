"""One person's adapter in training: its examples, how far it is, and what likeness checks found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from covers.engine.sdxl.vae import LatentDistribution
from covers.training.lora.latents import sample_latents
from covers.training.lora.noise_scheduler import NoiseScheduler
from covers.training.lora.rng import NoiseDraw
from covers.training.lora.training_checkpoint import checkpoint_identity
from covers.training.lora.training_job import TrainingJob, TrainingRow
from personalize.dreambooth.face_contract import FaceProgress, TrainingSpec, TrainingStage
from personalize.dreambooth.face_recipe import FaceRecipe
from personalize.dreambooth.instance_and_class_draws import class_draw, instance_draw
from personalize.dreambooth.likeness import LikenessMetric


@dataclass(frozen=True)
class InstanceAndClass:
    """What one person's adapter is trained on. time_ids: of each photo; class_images: None without prior preservation."""

    photos: LatentDistribution
    time_ids: tuple[tuple[float, ...], ...]
    class_images: LatentDistribution | None
    class_time_ids: tuple[float, ...]


@dataclass
class BestWeights:
    """What likeness checks found. row: the weights of the best, (length,). stale: checks since then. before: likeness without
    training.
    """

    likeness: float | None = None
    row: Tensor | None = None
    step: int = 0
    stale: int = 0
    before: float | None = None


@dataclass(eq=False, kw_only=True)
class FaceJob(TrainingJob):
    """One run. identity: of its checkpoints. likeness, samples: of the last check."""

    recipe: FaceRecipe
    spec: TrainingSpec
    examples: InstanceAndClass
    metric: LikenessMetric
    identity: str = ""
    best: BestWeights = field(default_factory=BestWeights)
    samples: tuple[bytes, ...] = ()
    likeness: float | None = None

    @property
    def run_id(self) -> str:
        return self.spec.run_id

    @property
    def is_done(self) -> bool:
        patience = self.recipe.patience_checks
        return self.step >= self.recipe.max_train_steps or (patience > 0 and self.best.stale >= patience)

    def next_rows(self, noise_scheduler: NoiseScheduler) -> list[TrainingRow]:
        """Instance images, then as many class images."""
        recipe, examples, timesteps = self.recipe, self.examples, noise_scheduler.timesteps
        numbers = range(self.step * recipe.samples, (self.step + 1) * recipe.samples)
        shape, rows = examples.photos.mean.shape[2:], []
        for number in numbers:
            count = len(examples.photos)
            draw = instance_draw(
                recipe.seed, number, count=count, with_flip=recipe.with_flip, shape=shape, timesteps=timesteps
            )
            prompt, time_ids = self.spec.instance_prompt, examples.time_ids[draw.index]
            rows.append(self._row_of(examples.photos, draw, prompt, time_ids, 1.0))
        for number in numbers if examples.class_images is not None else ():
            assert examples.class_images is not None
            count = len(examples.class_images)
            draw = class_draw(recipe.seed, number, count=count, shape=shape, timesteps=timesteps)
            prompt, weight = self.spec.class_prompt, recipe.prior_loss_weight
            rows.append(self._row_of(examples.class_images, draw, prompt, examples.class_time_ids, weight))
        return rows

    def _row_of(
        self, images: LatentDistribution, draw: NoiseDraw, prompt: str, time_ids: tuple[float, ...], weight: float
    ) -> TrainingRow:
        weight /= self.recipe.samples
        return TrainingRow(sample_latents(images, draw), draw.noise, draw.timestep, prompt, time_ids, weight)

    def record_likeness(self, likeness: float | None, least_gain: float) -> None:
        """Remember a likeness check: the best weights, and how many checks brought no better ones."""
        self.likeness = likeness
        if likeness is None or not math.isfinite(likeness):
            self.best.stale += self.best.likeness is not None
            return
        best = self.best.likeness
        is_clear = best is None or likeness >= best + least_gain
        self.best.stale = 0 if is_clear else self.best.stale + 1
        if best is None or likeness > best:
            self.best.likeness, self.best.row, self.best.step = likeness, self.row.clone(), self.step

    def progress(self, stage: TrainingStage, step: int, total: int, **more: object) -> FaceProgress:
        metric = self.metric.name if more.get("likeness") is not None else ""
        return FaceProgress(self.run_id, stage, step, total, likeness_metric=metric, **more)  # type: ignore[arg-type]

    def extra_tensors(self) -> Mapping[str, Tensor]:
        return {} if self.best.row is None else {"best": self.best.row}

    def state(self) -> Mapping[str, object]:
        best = self.best
        kept = {"likeness": best.likeness, "step": best.step, "stale": best.stale, "before": best.before}
        return {**super().state(), "likeness": self.likeness, "best": kept}

    def load_state(
        self,
        row: Tensor,
        optimizer_state: Mapping[str, Tensor],
        tensors: Mapping[str, Tensor],
        state: Mapping[str, Any],
    ) -> None:
        kept, likeness = state["best"], state["likeness"]
        best_row = tensors["best"].to(row) if "best" in tensors else None
        best = BestWeights(kept["likeness"], best_row, int(kept["step"]), int(kept["stale"]), kept["before"])
        super().load_state(row, optimizer_state, tensors, state)
        self.likeness, self.best = likeness, best


def identity_of(spec: TrainingSpec, recipe: FaceRecipe, base_model_revision: str, photos: str) -> str:
    """Of the run's checkpoints. photos: a hash of the crops."""
    changeable = ["sample_every_steps", "patience_checks"]
    if recipe.lr_scheduler == "constant":
        changeable.append("max_train_steps")  # where no step depends on it
    return checkpoint_identity(
        recipe,
        changeable=changeable,
        base_model_revision=base_model_revision,
        prompts=[spec.instance_prompt, spec.class_prompt],
        photos=photos,
    )
