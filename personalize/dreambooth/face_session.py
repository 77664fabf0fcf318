"""The steps of several people's adapters on one base model: samples on the way, checkpoints, results."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence

import numpy as np

from covers.training.lora.base_model import webp
from covers.training.lora.lora_session import NO_SAMPLES, LoraSession
from covers.training.lora.out_of_memory import is_due
from covers.training.lora.rng import seed_of
from personalize.dreambooth.face_contract import FaceProgress, TrainedAdapter, TrainingFailed, TrainingStage
from personalize.dreambooth.face_job import FaceJob
from personalize.dreambooth.face_recipe import as_parameters
from personalize.dreambooth.likeness import LEAST_GAIN

logger = logging.getLogger(__name__)

SAMPLES = 4
"""Pictures of one likeness check, always of the same seeds."""
FaceResult = TrainedAdapter | TrainingFailed


class FaceSession(LoraSession[FaceJob, FaceProgress]):
    """Trains jobs until each is done."""

    def run(self, jobs: Sequence[FaceJob]) -> Iterator[FaceResult]:
        """Each one's result as it ends. Raises EngineError when none can go on."""
        for job in jobs:
            self._resume(job, job.spec.work_folder, job.identity, job.run_id)
        self._trainer.set_jobs(jobs)
        rows_at_first = self._rows()
        for job in jobs:
            if job.step == 0 and job.recipe.sample_every_steps:
                self._check_likeness(job)
                self._reporter.report_here(self._progress(job, job.samples))
        yield from self._end_jobs(rows_at_first)
        while self._trainer.jobs:
            self._time_step(self._trainer.step, self._rows)
            for job in self._trainer.jobs:
                if job.failure is None:
                    self._after_step(job)
            self._reporter.synchronize()
            yield from self._end_jobs(rows_at_first)

    def _rows(self) -> int:
        return sum(job.recipe.rows for job in self._trainer.jobs)

    def _after_step(self, job: FaceJob) -> None:
        """Check likeness, save and report, where it is time to."""
        recipe, samples, checkpoint = job.recipe, NO_SAMPLES, None
        is_last = job.step >= recipe.max_train_steps and recipe.sample_every_steps > 0
        if is_last or is_due(job.step, recipe.sample_every_steps):
            self._check_likeness(job)
            samples = job.samples
        if is_due(job.step, recipe.checkpoint_every_steps) and not job.is_done:
            checkpoint = self._write_checkpoint(job, job.spec.work_folder, job.identity)
        self._reporter.report_here(self._progress(job, samples, checkpoint=checkpoint))

    def _progress(self, job: FaceJob, samples: tuple[bytes, ...], **more: object) -> FaceProgress:
        return job.progress(
            TrainingStage.TRAIN,
            job.step,
            job.recipe.max_train_steps,
            loss=job.losses[-1] if job.losses else None,
            seconds_left=self._seconds_left(job),
            likeness=job.likeness,
            samples=samples,
            **more,
        )

    def _seconds_left(self, job: FaceJob) -> float | None:
        """Of steps and likeness checks up to its last step; an early stop makes it less."""
        each = self._step_timer.seconds_per_step
        if each is None:
            return None
        left = job.recipe.max_train_steps - job.step
        every = job.recipe.sample_every_steps
        checks = left // every + 1 if every else 0
        return left * each + checks * len(self._trainer.jobs) * self._preview_seconds

    def _check_likeness(self, job: FaceJob) -> None:
        """Draw samples with the weights as they are, and see how like the photos they are."""

        def checked() -> tuple[float | None, tuple[bytes, ...]]:
            pictures = self._draw_samples(job)
            return job.metric.likeness(pictures), tuple(webp(picture) for picture in pictures)

        started = time.perf_counter()
        nothing: tuple[float | None, tuple[bytes, ...]] = None, NO_SAMPLES
        likeness, job.samples = self._process_group.on_main(checked, nothing)
        self._preview_seconds = time.perf_counter() - started
        if job.step == 0:
            job.likeness = job.best.before = likeness
        else:
            job.record_likeness(likeness, LEAST_GAIN)

    def _draw_samples(self, job: FaceJob) -> list[np.ndarray]:
        seeds = [seed_of(job.recipe.seed, "sample", number) for number in range(SAMPLES)]
        self._trainer.draw_with_job(job)
        try:
            base, prompt = self._trainer.base, job.spec.instance_prompt
            drawn = dict(base.draw(prompt, seeds, job.recipe.resolution, lambda: True))
        finally:
            self._trainer.draw_with_job(None)
        return [drawn[number] for number in sorted(drawn)]

    def _end_jobs(self, rows_at_first: int) -> Iterator[FaceResult]:
        """Remove jobs that are done, failed or no longer wanted, with a result for the first two."""
        staying: list[FaceJob] = []
        results: list[FaceResult] = []
        for job in self._trainer.jobs:
            if not self._reporter.is_wanted(job.run_id):
                continue
            if job.failure is not None:
                results.append(TrainingFailed(job.run_id, *job.failure))
            elif job.is_done:
                results.append(self._finish(job))
            else:
                staying.append(job)
        if len(staying) < len(self._trainer.jobs):
            self._trainer.set_jobs(staying)
            if staying:
                self._step_timer.rescale(self._rows() / rows_at_first)
        yield from results

    def _finish(self, job: FaceJob) -> TrainedAdapter:
        """Keep the best weights, or the last where none were judged, and write them."""
        spec, best = job.spec, job.best
        self._report_end(job, 0)
        keeps_best = best.row is not None and job.recipe.patience_checks > 0 and best.step != job.step
        if keeps_best and best.row is not None:
            job.row.copy_(best.row)
            job.samples = self._process_group.on_main(
                lambda: tuple(webp(picture) for picture in self._draw_samples(job)), NO_SAMPLES
            )
        kept_step = best.step if keeps_best else job.step
        parameters = {
            **as_parameters(job.recipe, self._trainer.names),
            **self._made_with,
            "kept_step": kept_step,
            "identifier_token": spec.identifier_token,
            "class_noun": spec.class_noun,
        }
        path, sha256 = self._write_adapter(job, job.row, spec.work_folder, parameters)
        self._report_end(job, 1)
        logger.info("adapter written run=%s steps=%d kept_step=%d", job.run_id, job.step, kept_step)
        return TrainedAdapter(
            job.run_id,
            path,
            sha256,
            job.step,
            tuple(job.losses),
            best.likeness if keeps_best else job.likeness,
            best.before,
            job.metric.name,
            job.samples,
            parameters,
        )

    def _report_end(self, job: FaceJob, step: int) -> None:
        likeness = job.best.likeness if job.best.likeness is not None else job.likeness
        self._reporter.report_here(
            job.progress(TrainingStage.FINISH, step, 1, seconds_left=0.0, likeness=likeness, samples=job.samples)
        )
