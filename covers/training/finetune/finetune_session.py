"""The steps of one week's training: the fine-tune, then preferences, with validation and checkpoints on the way."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from albumsite.errors import EngineError
from covers.training.finetune.batch_schedule import BatchSchedule
from covers.training.finetune.diffusion_dpo import implicit_accuracy, preference_gradients, step_rows
from covers.training.finetune.finetune_job import CaptionedExample, FineTuneJob, PairExample
from covers.training.finetune.validation import draw_samples, validation_loss
from covers.training.lora.lora_session import NO_SAMPLES, LoraSession
from covers.training.lora.multi_lora_trainer import MultiLoraTrainer
from covers.training.lora.optimizer import LoraOptimizer
from covers.training.lora.out_of_memory import is_due
from covers.training.lora.progress_reporter import ProgressReporter
from covers.training.lora.rng import seed_of
from covers.training.lora.step_timer import StepTimer
from covers.training.training_contract import FineTuned, FineTuneProgress, FineTuneSpec, FineTuneStage

logger = logging.getLogger(__name__)

TRAINED, EMA, REFERENCE = 0, 1, 2
"""Rows of the store: what is trained, its average over the steps, and the model that the week began with."""


@dataclass(frozen=True)
class FineTuneDataset:
    """Everything encoded. pair_schedule: of preference training's steps."""

    examples: Sequence[CaptionedExample]
    held_out: Sequence[CaptionedExample]
    pairs: Sequence[PairExample]
    held_out_pairs: Sequence[PairExample]
    pair_schedule: BatchSchedule | None


class FineTuneSession(LoraSession[FineTuneJob, FineTuneProgress]):
    """Trains `job` until it is done. identity: of its checkpoints."""

    def __init__(
        self,
        trainer: MultiLoraTrainer[FineTuneJob],
        reporter: ProgressReporter[FineTuneProgress],
        step_timer: StepTimer,
        made_with: Mapping[str, object],
        spec: FineTuneSpec,
        job: FineTuneJob,
        dataset: FineTuneDataset,
        identity: str,
    ) -> None:
        super().__init__(trainer, reporter, step_timer, made_with)
        self._spec, self._job, self._dataset, self._identity = spec, job, dataset, identity
        self._recipe = job.recipe
        self._kept_row = TRAINED if self._recipe.ema_decay is None else EMA
        self._samples = NO_SAMPLES

    def run(self) -> FineTuned | None:
        """None when it was stopped. Raises EngineError."""
        job = self._job
        self._resume(job, self._spec.work_folder, self._identity, self._spec.run_id)
        self._trainer.set_jobs([job], frozen_rows=[job.ema_row, job.reference_row])
        job.ema_row = self._trainer.store.weights[self._kept_row]
        if not job.validation_losses and self._dataset.held_out:
            self._validate()
        return self._finish() if self._fine_tune() and self._train_preferences() else None

    def _fine_tune(self) -> bool:
        job, rows = self._job, self._recipe.train_batch_size
        while not job.is_trained:
            self._time_step(self._trainer.step, lambda: rows)
            self._ema_update(job.step)
            if not self._after_step(FineTuneStage.TRAIN, job.step, self._recipe.max_train_steps, job.losses[-1]):
                return False
        return True

    def _train_preferences(self) -> bool:
        """From the averaged weights on, with an optimizer of its own."""
        job, total = self._job, self._recipe.max_preference_steps
        if not total:
            return True
        if not job.preference_losses:
            job.row.copy_(job.ema_row)
        recipe = replace(self._recipe, learning_rate=self._recipe.preference_learning_rate, lr_scheduler="constant")
        job.optimizer = LoraOptimizer(recipe, job.row, self._trainer.store.gradients[TRAINED])
        if job.preference_optimizer_state is not None:
            job.optimizer.restore(job.preference_optimizer_state)
        rows = 2 * self._recipe.train_batch_size
        while len(job.preference_losses) < total:
            self._time_step(self._preference_step, lambda: rows)
            step = len(job.preference_losses)
            self._ema_update(step)
            if not self._after_step(FineTuneStage.PREFER, step, total, job.preference_losses[-1]):
                return False
        return True

    def _preference_step(self) -> None:
        job, schedule, step = self._job, self._dataset.pair_schedule, len(self._job.preference_losses)
        assert schedule is not None
        assert job.optimizer is not None
        batch, timesteps = schedule.batch(step), self._trainer.noise_scheduler.timesteps
        rows = step_rows(job, self._dataset.pairs, batch, step, timesteps)
        loss = preference_gradients(self._trainer, rows, REFERENCE)
        if not math.isfinite(loss) or not job.optimizer.step(step):
            why = f"the loss of preference step {step + 1} is {loss}, or its gradient"
            job.failure = "training:not-finite", why
            return
        job.preference_losses.append(loss)

    def _ema_update(self, step: int) -> None:
        """Raises EngineError where the step could not be taken."""
        if self._job.failure is not None:
            raise EngineError(*self._job.failure)
        if self._recipe.ema_decay is not None:
            self._job.ema_row.lerp_(self._job.row, 1.0 - self._recipe.ema_decay_at(step))

    def _after_step(self, stage: FineTuneStage, step: int, total: int, loss: float) -> bool:
        """Validate, save and report, where it is time to. Whether to go on."""
        samples, validation, checkpoint = NO_SAMPLES, None, None
        is_train, is_last = stage is FineTuneStage.TRAIN, step >= total
        if is_last or (is_train and self._job.schedule.is_epoch_end(step)):
            started = time.perf_counter()
            validation = self._validate() if self._dataset.held_out else None
            samples = self._samples = self._draw_samples()
            self._preview_seconds = time.perf_counter() - started
        is_between = is_last and is_train and self._recipe.max_preference_steps > 0
        if is_between or (is_due(step, self._recipe.checkpoint_every_steps) and not is_last):
            checkpoint = self._write_checkpoint(self._job, self._spec.work_folder, self._identity)
        run_id, seconds_left = self._spec.run_id, self._seconds_left()
        self._reporter.report([
            FineTuneProgress(run_id, stage, step, total, loss, validation, seconds_left, samples, checkpoint)
        ])  # fmt: skip
        return self._reporter.is_wanted(run_id)

    def _seconds_left(self) -> float | None:
        each = self._step_timer.seconds_per_step
        if each is None:
            return None
        recipe, job = self._recipe, self._job
        left = recipe.max_train_steps - job.step + recipe.max_preference_steps - len(job.preference_losses)
        epochs = job.schedule.epochs_before(recipe.max_train_steps) - job.schedule.epochs_before(job.step)
        return left * each + epochs * self._preview_seconds

    def _validate(self) -> float:
        held_out = self._dataset.held_out
        loss = self._process_group.on_main(lambda: validation_loss(self._trainer, held_out, self._kept_row), 0.0)
        self._job.validation_losses.append((self._job.steps, loss))
        return loss

    def _draw_samples(self) -> tuple[bytes, ...]:
        prompts = self._spec.sample_prompts
        seeds = [seed_of("sample", number) for number in range(len(prompts))]  # alike in every week
        return self._process_group.on_main(
            lambda: draw_samples(self._trainer, prompts, seeds, self._recipe.resolution, self._kept_row), NO_SAMPLES
        )

    def _accuracy(self) -> float | None:
        pairs = self._dataset.held_out_pairs
        if not pairs:
            return None
        return self._process_group.on_main(
            lambda: implicit_accuracy(self._trainer, pairs, self._kept_row, REFERENCE), 0.0
        )

    def _finish(self) -> FineTuned:
        spec, job = self._spec, self._job
        self._report_end(0)
        accuracy = self._accuracy()
        parameters = {**vars(self._recipe), **self._made_with, "is_averaged": self._recipe.ema_decay is not None}
        path, sha256 = self._write_adapter(job, job.ema_row, spec.work_folder, parameters)
        self._report_end(1)
        logger.info("adapter written run=%s steps=%d", spec.run_id, job.steps)
        return FineTuned(
            spec.run_id,
            path,
            sha256,
            job.steps,
            (*job.losses, *job.preference_losses),
            tuple(job.validation_losses),
            accuracy,
            self._samples or self._draw_samples(),
            parameters,
        )

    def _report_end(self, step: int) -> None:
        self._reporter.report_here(FineTuneProgress(self._spec.run_id, FineTuneStage.FINISH, step, 1, seconds_left=0.0))
