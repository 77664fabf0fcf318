"""Trains the faces that wait, several people's in shared steps, each under its own claim.

What a run needs is fetched into a folder of its own and deleted with it; what it makes goes to the private bucket under keys
that carry the claim's token. What was reached is kept in checkpoints, so a run that is given back goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import fields
from functools import partial

from django.conf import settings
from django.db import close_old_connections

from albumsite.errors import EngineError, StorageError
from albumsite.jobs.batch import ClaimBatch
from albumsite.jobs.claims import Claim
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.retries import persist
from albumsite.jobs.shutdown import shutting_down
from albumsite.media import outputs, storage
from covers import registry
from covers.engine.engine_contract import BaseModel
from covers.safety import picture_check
from covers.training.checkpointed_job import CheckpointedJob
from personalize import bases, mails, services
from personalize.dreambooth.face_contract import (
    FaceBox,
    FaceProgress,
    InstancePhoto,
    TrainedAdapter,
    TrainingFailed,
    TrainingOptions,
    TrainingSpec,
    TrainingStage,
)
from personalize.dreambooth.face_trainer_host import FaceTrainerHost
from personalize.dreambooth.identifiers import rare_tokens
from personalize.models import Face, TrainingRun
from personalize.training.fairness import company, fair_order
from personalize.training.workfolders import WorkFolder, class_folder

logger = logging.getLogger(__name__)


def train_waiting() -> None:
    """Train who waits, the fairest first, until nobody does."""
    with LeaseKeeper() as keeper:
        while not shutting_down.is_set():
            close_old_connections()
            claims = _take_together()
            if not claims:
                return
            for claim in claims:
                keeper.keep(claim)
            TrainingBatch([FaceTrainingJob(claim, keeper.drop) for claim in claims]).work()


def _take_together() -> list[Claim[TrainingRun]]:
    """The fairest run and whoever can share its steps."""
    order = fair_order()
    while order:
        first = order.pop(0)
        claims = TrainingRun.objects.claim_all([first.pk], stage="train")
        if claims:
            if claims[0].row.attempt == 1:
                others = company(order, first, settings.TRAIN_TOGETHER_MAX - 1)
                claims += TrainingRun.objects.claim_all([one.pk for one in others], stage="train")
            return claims
    return []


class FaceTrainingJob(CheckpointedJob[TrainingRun]):
    """One run at work: its folder, and what is written of it on the way."""

    def __init__(self, claim: Claim[TrainingRun], on_end: Callable[[Claim[TrainingRun]], None]) -> None:
        super().__init__(claim, on_end)
        self.folder = WorkFolder(claim.row.pk)
        self.spec: TrainingSpec | None = None

    def keep_samples(self, progress: FaceProgress) -> None:
        """Those that the picture check finds fit: their owner sees them at once."""
        run, last_step = self.row, int(self.losses[-1][0]) if self.losses else 0
        fit = [sample for sample in progress.samples if picture_check.look(sample).is_fit]
        step = progress.step if progress.stage == TrainingStage.TRAIN else last_step
        keys = [f"{run.prefix}sample-{step}-{place}-{self.claim.token.hex}.webp" for place in range(len(fit))]
        entry = {"step": step, "keys": keys, "likeness": progress.likeness, "metric": progress.likeness_metric}
        samples = [*(one for one in run.samples if one["step"] < step), entry]
        outputs.keep(self.claim, dict(zip(keys, fit, strict=True)), samples=samples)
        run.samples = samples

    def record(self, result: TrainedAdapter) -> None:
        """The run's good end."""
        record = partial(services.record_adapter, claim=self.claim, result=result, content=result.path.read_bytes())
        persist(partial(record, losses=self.losses), known=partial(services.recorded_by, claim=self.claim))
        mails.face_ready(self.row.pk)


class TrainingBatch(ClaimBatch[FaceTrainingJob]):
    """One call of the trainer for one or several runs."""

    def work(self) -> None:
        """Train; whatever happens, each run is given its own end, and nothing of it stays on this machine."""
        try:
            with self.working():
                self._prepare()
                self._train()
        finally:
            for job in self.jobs:
                job.folder.delete()

    def fail(self, job: FaceTrainingJob, message_id: str) -> None:
        super().fail(job, message_id)
        mails.face_failed(job.row.pk)

    def _prepare(self) -> None:
        """Fetch photos and checkpoints. A run that cannot be prepared ends; the base model is everybody's matter."""
        key = bases.base_choice().key
        base = registry.base_model_of(key)
        for job in self.jobs:
            try:
                job.spec = self._spec(job, key, base)
            except EngineError as error:
                job.end(partial(job.claim.end_failed, error.message_id))
            except StorageError:
                logger.exception("training not prepared run=%s", job.id)
                job.end(partial(job.claim.end_failed, "site:storage"))
            except Face.DoesNotExist:  # forgotten between the claim and now, and the run's row with it
                job.cancel()

    def _spec(self, job: FaceTrainingJob, base_key: str, base: BaseModel) -> TrainingSpec:
        run = job.row
        face = run.face
        photos = list(face.photos.order_by("position"))
        if len(photos) < settings.FACE_PHOTOS_MIN:
            raise EngineError("training:photos-gone", f"{len(photos)} photos")
        token = services.take_identifier(
            face=face, base_key=base_key, candidates=list(rare_tokens(bases.tokenizer_folder(base)))
        )
        if not token:
            raise EngineError("training:bad-identifier", f"none free of {base_key}")
        instance_photos = []
        for photo in photos:
            path = job.folder.write(f"photo-{photo.position}.jpg", storage.read(storage.private(), photo.storage_key))
            box = FaceBox(photo.face_left, photo.face_top, photo.face_width, photo.face_height)
            instance_photos.append(InstancePhoto(path, box))
        if run.checkpoint_key:
            outputs.fetch_checkpoint(run.checkpoint_key, job.folder.path)
        return TrainingSpec(
            run_id=job.id,
            base_model=base,
            instance_photos=tuple(instance_photos),
            identifier_token=token,
            class_noun=face.class_noun,
            work_folder=job.folder.path,
            class_folder=class_folder(),
            options=training_options(run),
        )

    def _train(self) -> None:
        specs = [job.spec for job in self.at_work if job.spec]
        if not specs:
            return
        host = FaceTrainerHost(settings.FACE_TRAINER, {}, step_timeout_seconds=settings.TRAIN_STEP_TIMEOUT_SECONDS)
        for result in host.train(specs, self._on_progress):
            job = self.by_id[result.run_id]
            if isinstance(result, TrainingFailed):
                logger.warning("training failed run=%s reason=%s %s", job.id, result.message_id, result.detail)
                job.end(partial(self.fail, job, result.message_id))
            else:
                job.end(partial(job.record, result))

    def _on_progress(self, progress: FaceProgress) -> bool:
        job = self.by_id[progress.run_id]
        if not job.has_ended:
            job.note(progress, job.keep_samples)
        return self.may_go_on(job)


def training_options(run: TrainingRun) -> TrainingOptions:
    """The row's options over the trainer's own rules. Unknown names are dropped: a row may be older than the code."""
    known = {field.name for field in fields(TrainingOptions)}
    return TrainingOptions(**{name: value for name, value in run.options.items() if name in known} | {"seed": run.seed})
