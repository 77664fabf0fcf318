"""Trains a checkpoint of the SDXL family on some photos of a person: DreamBooth, as a low-rank adapter of the UNet.

DreamBooth: Ruiz et al. 2022, arXiv 2208.12242. LoRA: Hu et al. 2021, arXiv 2106.09685. What options leave open is in
`face_recipe`; how the parts work together stands in docs/faces-training.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from albumsite.errors import EngineError
from covers.engine.engine_contract import BaseModel
from covers.engine.sdxl.device_memory import release_memory
from covers.training.lora.base_model import Checkpoint, LoadedBaseModel
from covers.training.lora.lora_training import LoraTraining
from covers.training.lora.memory_planner import TrainingPlan
from personalize.dreambooth.face_contract import (
    FaceProgress,
    ProgressCallback,
    TrainingFailed,
    TrainingSpec,
    TrainingStage,
)
from personalize.dreambooth.face_dataset import FacePreparation, PendingFaceJob, pending_job_of
from personalize.dreambooth.face_session import FaceResult, FaceSession


@dataclass(frozen=True)
class SharedSettings:
    """What jobs must have in common to be trained in one step."""

    resolution: int
    rank: int
    lora_alpha: float
    mixed_precision: str
    with_gradient_checkpointing: bool | None

    @classmethod
    def of(cls, pending: PendingFaceJob) -> SharedSettings:
        recipe, options = pending.recipe, pending.spec.options
        return cls(
            recipe.resolution,
            recipe.rank,
            recipe.lora_alpha,
            recipe.mixed_precision,
            options.with_gradient_checkpointing,
        )


class DreamBoothLoraTrainer:
    """Any SDXL-family checkpoint, on a GPU or a CPU, several people in shared steps: `FaceTrainer`.

    device: None picks the best there is. max_rows: of one forward, None goes by memory. Several processes that were started
    by `accelerate launch` or torchrun share one training: each calls `train` with the same specs, the main one reports.

    A run's result does not depend on those beside it, but for rounding. Raises EngineError as `FaceTrainer.train` says,
    and "training:too-large".
    """

    def __init__(self, device: str | None = None, max_rows: int | None = None) -> None:
        self._device, self._max_rows = device, max_rows

    def train(self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback) -> Iterator[FaceResult]:
        """As `FaceTrainer.train`."""
        training: LoraTraining[FaceProgress] = LoraTraining(self._device, self._max_rows, on_progress)
        models = dict.fromkeys(spec.base_model for spec in specs)
        for model in models:
            own = [spec for spec in specs if spec.base_model == model]
            try:
                yield from self._train_on(model, own, training)
            except EngineError as error:
                if len(models) == 1:
                    raise
                yield from failures(own, training, error)  # those of other base models can go on

    def _train_on(
        self, model: BaseModel, specs: Sequence[TrainingSpec], training: LoraTraining[FaceProgress]
    ) -> Iterator[FaceResult]:
        training.reporter.report(FaceProgress(spec.run_id, TrainingStage.PREPARE, 0, 1) for spec in specs)
        checkpoint = training.inspect(model)
        groups: dict[SharedSettings, list[PendingFaceJob]] = {}
        for spec in specs:
            try:
                pending = pending_job_of(spec, checkpoint)
            except EngineError as error:
                yield TrainingFailed(spec.run_id, error.message_id, error.detail)
            else:
                groups.setdefault(SharedSettings.of(pending), []).append(pending)
        for pending_jobs in groups.values():
            yield from self._train_group(checkpoint, pending_jobs, training)

    def _train_group(
        self, checkpoint: Checkpoint, pending_jobs: Sequence[PendingFaceJob], training: LoraTraining[FaceProgress]
    ) -> Iterator[FaceResult]:
        """At once, or as many at once as memory holds."""
        waiting = list(pending_jobs)
        while waiting := [pending for pending in waiting if training.reporter.is_wanted(pending.run_id)]:
            plan = training.plan(
                checkpoint,
                waiting[0].recipe,
                jobs=len(waiting),
                rows=rows_of(waiting),
                with_checkpointing=waiting[0].spec.options.with_gradient_checkpointing,
            )
            some, waiting = waiting[: plan.max_jobs], waiting[plan.max_jobs :]
            batch = FaceBatch(checkpoint, some, plan, training)
            try:
                yield from batch.results()
            except EngineError as error:
                if not waiting and len(some) == len(pending_jobs):
                    raise
                yield from failures([one.spec for one in some if one.run_id not in batch.ended], training, error)
            release_memory()


class FaceBatch:
    """One loading of a base model and the jobs that are trained on it at once. ended: run ids that have a result."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        pending_jobs: Sequence[PendingFaceJob],
        plan: TrainingPlan,
        training: LoraTraining[FaceProgress],
    ) -> None:
        self._checkpoint, self._pending_jobs, self._plan, self._training = checkpoint, pending_jobs, plan, training
        self._recipe = pending_jobs[0].recipe
        self._step_seconds = plan.step_seconds(rows_of(pending_jobs))
        self.ended: set[str] = set()

    def results(self) -> Iterator[FaceResult]:
        """Raises EngineError when none of the jobs can go on."""
        with self._training.engine_errors():
            base = self._training.load(self._checkpoint, self._recipe)
            for one in self._pending_jobs:
                ahead = self._seconds_ahead(one)
                self._training.reporter.report_here(
                    FaceProgress(one.run_id, TrainingStage.PREPARE, 1, 1, seconds_left=ahead)
                )
            for result in self._train(base):
                self.ended.add(result.run_id)
                yield result

    def _train(self, base: LoadedBaseModel) -> Iterator[FaceResult]:
        training, reporter = self._training, self._training.reporter
        preparation = FacePreparation(base, reporter, training.process_group, self._seconds_ahead)
        preparation.encode_prompts(self._pending_jobs)
        preparation.draw_class_images(self._pending_jobs)
        with training.lora_installed(base, self._recipe, self._plan, caches_prompts=True) as trainer:
            jobs = list(preparation.jobs(self._pending_jobs, trainer.names, trainer.store))
            reporter.synchronize()
            jobs = [job for job in jobs if reporter.is_wanted(job.run_id)]
            base.offload_vae()
            made_with = {
                **training.made_with(self._pending_jobs[0].spec.base_model, self._checkpoint, self._plan),
                "device": training.device.type,
            }
            step_timer = training.step_timer(self._step_seconds)
            yield from FaceSession(trainer, reporter, step_timer, made_with).run(jobs)

    def _seconds_ahead(self, pending: PendingFaceJob) -> float:
        return pending.recipe.max_train_steps * self._step_seconds


def rows_of(pending_jobs: Sequence[PendingFaceJob]) -> int:
    """Of one step of all."""
    return sum(pending.recipe.rows for pending in pending_jobs)


def failures(
    specs: Sequence[TrainingSpec], training: LoraTraining[FaceProgress], error: EngineError
) -> Iterator[TrainingFailed]:
    for spec in specs:
        if training.reporter.is_wanted(spec.run_id):
            yield TrainingFailed(spec.run_id, error.message_id, error.detail)
