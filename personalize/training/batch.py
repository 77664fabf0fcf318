"""Trains the faces that wait, several people's in shared steps, each under its own claim.

What a run needs is fetched into a folder of its own and deleted with it; what it makes goes to the private bucket under keys
that carry the claim's token. A run that is cancelled, lost or failed leaves the others at work. A call that breaks gives
each of its runs back, to be tried alone; what was reached is kept in checkpoints.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from albumsite.curves import with_point
from albumsite.errors import EngineError
from albumsite.jobs.claims import Claim, LeaseLost
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.media import outputs, storage
from covers import registry
from covers.engine.engine_contract import BaseModel
from covers.safety import picture_check
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

LOOK_EVERY_SECONDS = 0.5
WRITE_EVERY_SECONDS = 1.0
SAVE_AGAIN_AFTER_SECONDS = (0.5, 2.0, 5.0)


def train_waiting() -> None:
    """Train who waits, the fairest first, until nobody does."""
    with LeaseKeeper() as keeper:
        while not shutting_down.is_set():
            close_old_connections()
            claims = _take_together(keeper)
            if not claims:
                return
            TrainingBatch(claims, keeper).work()


def _take_together(keeper: LeaseKeeper) -> list[Claim[TrainingRun]]:
    """The fairest run and whoever can share its steps."""
    order = fair_order()
    while order:
        first = order.pop(0)
        claims = TrainingRun.objects.claim_all([first.pk], stage="train")
        if claims:
            if claims[0].row.attempt == 1:
                others = company(order, first, settings.TRAIN_TOGETHER_MAX - 1)
                claims += TrainingRun.objects.claim_all([one.pk for one in others], stage="train")
            for claim in claims:
                keeper.keep(claim)
            return claims
    return []


@dataclass
class Training:
    """One run at work: its claim, its folder, and how it ended."""

    claim: Claim[TrainingRun]
    folder: WorkFolder
    spec: TrainingSpec | None = None
    has_ended: bool = False
    losses: list[list[float]] | None = None
    wrote_at: float = 0.0

    @property
    def run_id(self) -> str:
        return str(self.claim.row.pk)

    @property
    def last_step(self) -> int:
        """How far it is trained."""
        return int(self.losses[-1][0]) if self.losses else 0

    def note_loss(self, step: int, loss: float) -> None:
        self.losses = with_point(list(self.claim.row.losses) if self.losses is None else self.losses, step, loss)


class TrainingBatch:
    """One call of the trainer for one or several runs."""

    def __init__(self, claims: Sequence[Claim[TrainingRun]], keeper: LeaseKeeper) -> None:
        self._keeper = keeper
        self._trainings = [Training(claim, WorkFolder(claim.row.pk)) for claim in claims]
        self._by_id = {training.run_id: training for training in self._trainings}
        self._look_at = 0.0

    def work(self) -> None:
        """Train; whatever happens, each run is given its own end, and nothing of it stays on this machine."""
        try:
            self._prepare()
            self._train()
            self._end_the_rest()
        except EngineError as error:
            logger.warning("training call broke runs=%d reason=%s", len(self._trainings), error)
            self._end_broken(error)
        except BaseException:
            for training in self._trainings:
                self._end(training, training.claim.release)
            raise
        finally:
            for training in self._trainings:
                training.folder.delete()

    # --- before ---------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Fetch photos and checkpoints. A run that cannot be prepared ends; the base model is everybody's matter."""
        key = bases.base_choice().key
        base = registry.base_model_of(key)
        for training in self._trainings:
            try:
                training.spec = self._spec(training, key, base)
            except EngineError as error:
                self._end(training, partial(training.claim.end_failed, error.message_id))
            except storage.StorageError:
                logger.exception("training not prepared run=%s", training.run_id)
                self._end(training, partial(training.claim.end_failed, "site:storage"))
            except Face.DoesNotExist:  # forgotten between the claim and now, and the run's row with it
                self._end(training, training.claim.cancel)

    def _spec(self, training: Training, base_key: str, base: BaseModel) -> TrainingSpec:
        run = training.claim.row
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
            path = training.folder.write(
                f"photo-{photo.position}.jpg", storage.read(storage.private(), photo.storage_key)
            )
            box = FaceBox(photo.face_left, photo.face_top, photo.face_width, photo.face_height)
            instance_photos.append(InstancePhoto(path, box))
        if run.checkpoint_key:
            _fetch_checkpoint(run, training.folder)
        return TrainingSpec(
            run_id=training.run_id,
            base_model=base,
            instance_photos=tuple(instance_photos),
            identifier_token=token,
            class_noun=face.class_noun,
            work_folder=training.folder.path,
            class_folder=class_folder(),
            options=training_options(run),
        )

    # --- during ---------------------------------------------------------------------------------------------------

    def _train(self) -> None:
        specs = [training.spec for training in self._trainings if training.spec and not training.has_ended]
        if not specs:
            return
        host = FaceTrainerHost(settings.FACE_TRAINER, {}, step_timeout_seconds=settings.TRAIN_STEP_TIMEOUT_SECONDS)
        for result in host.train(specs, self._on_progress):
            training = self._by_id[result.run_id]
            if isinstance(result, TrainingFailed):
                logger.warning("training failed run=%s reason=%s %s", result.run_id, result.message_id, result.detail)
                self._end(training, partial(self._fail, training, result.message_id))
            else:
                self._end(training, partial(self._record, training, result))

    def _on_progress(self, progress: FaceProgress) -> bool:
        training = self._by_id[progress.run_id]
        if training.has_ended:
            return False
        if progress.loss is not None:
            training.note_loss(progress.step, progress.loss)
        if progress.checkpoint is not None:
            self._unless_lost(training, partial(_keep_checkpoint, training, progress.checkpoint))
        if progress.samples:
            self._unless_lost(training, partial(_keep_samples, training, progress))
        if time.monotonic() >= training.wrote_at + WRITE_EVERY_SECONDS or progress.step >= progress.total:
            training.wrote_at = time.monotonic()
            self._unless_lost(training, partial(_write_progress, training, progress))
        if time.monotonic() >= self._look_at:
            self._look()
        return not (training.has_ended or shutting_down.is_set())

    def _look(self) -> None:
        """One statement for all rows of the call: who is still ours, and wanted?"""
        self._look_at = time.monotonic() + LOOK_EVERY_SECONDS
        at_work = [training for training in self._trainings if not training.has_ended]
        tokens = [training.claim.token for training in at_work]
        try:
            rows = TrainingRun.objects.filter(token__in=tokens, state=State.RUNNING, cancel_requested=False)
            wanted = set(rows.values_list("token", flat=True))
        except (DatabaseError, InterfaceError):  # it may be back before the leases run out: train on as long
            logger.warning("rows could not be asked runs=%d", len(at_work), exc_info=True)
            connection.close()
            wanted = {training.claim.token for training in at_work if training.claim.may_be_held}
        for training in at_work:
            if training.claim.token not in wanted:
                self._end(training, training.claim.cancel)  # does nothing to a row that is not ours any more

    def _unless_lost(self, training: Training, write: Any) -> None:
        """Write something of a run; losing the lease ends it, a server that is away is only said."""
        try:
            write()
        except LeaseLost:
            self._end(training, training.claim.cancel)
        except storage.StorageError:
            logger.warning("not stored, training goes on run=%s", training.run_id, exc_info=True)
        except (DatabaseError, InterfaceError):
            logger.warning("not written, training goes on run=%s", training.run_id, exc_info=True)
            connection.close()

    # --- after ----------------------------------------------------------------------------------------------------

    def _record(self, training: Training, result: TrainedAdapter) -> None:
        content = result.path.read_bytes()
        for pause in (*SAVE_AGAIN_AFTER_SECONDS, None):
            try:
                services.record_adapter(
                    claim=training.claim, result=result, content=content, losses=training.losses or []
                )
                break
            except storage.StorageError:
                if pause is None:
                    raise
                time.sleep(pause)
        mails.face_ready(training.claim.row.pk)

    def _fail(self, training: Training, message_id: str) -> None:
        training.claim.end_failed(message_id)
        mails.face_failed(training.claim.row.pk)

    def _end(self, training: Training, how: Any) -> None:
        """Carry out a run's end, once. Never raises: the next run is somebody else's."""
        if training.has_ended:
            return
        training.has_ended = True
        try:
            how()
        except LeaseLost:
            logger.info("lease lost run=%s", training.run_id)
        except storage.StorageError:
            logger.exception("adapter not stored run=%s", training.run_id)
            training.claim.end_failed("site:storage")
        except Exception:
            logger.exception("run has no end yet run=%s", training.run_id)
            connection.close()
            training.claim.release()
        finally:
            self._keeper.drop(training.claim)

    def _end_the_rest(self) -> None:
        for training in self._trainings:
            if shutting_down.is_set():
                self._end(training, training.claim.hand_back)
            else:
                self._end(training, partial(self._fail, training, "engine:failed"))

    def _end_broken(self, error: EngineError) -> None:
        """Alone, a run bears the reason; in company, who knows whose fault it was: each is tried again alone."""
        at_work = [training for training in self._trainings if not training.has_ended]
        for training in at_work:
            if shutting_down.is_set():
                self._end(training, training.claim.hand_back)
            elif len(at_work) > 1:
                self._end(training, partial(training.claim.release, error.message_id))
            else:
                self._end(training, partial(self._fail, training, error.message_id))


def training_options(run: TrainingRun) -> TrainingOptions:
    """The row's options over the trainer's own rules. Unknown names are dropped: a row may be older than the code."""
    known = {field.name for field in fields(TrainingOptions)}
    return TrainingOptions(**{name: value for name, value in run.options.items() if name in known} | {"seed": run.seed})


def _fetch_checkpoint(run: TrainingRun, folder: WorkFolder) -> None:
    """From where an earlier try came to. Without it the training begins anew, which is only slower."""
    with suppress(storage.StorageError):
        folder.write(
            Path(run.checkpoint_key).name.partition("-")[2], storage.read(storage.private(), run.checkpoint_key)
        )


def _keep_checkpoint(training: Training, file: Path) -> None:
    """Upload it under a key with the token, point the row at it, then delete the one before. Raises LeaseLost, StorageError."""
    run = training.claim.row
    before = run.checkpoint_key
    key = f"{run.prefix}{training.claim.token.hex}{time.monotonic_ns()}-{file.name}"
    outputs.keep(training.claim, {key: file.read_bytes()}, checkpoint_key=key)
    run.checkpoint_key = key
    if before:
        storage.delete_all(storage.private(), [before])


def _keep_samples(training: Training, progress: FaceProgress) -> None:
    """Those that the picture check finds fit: their owner sees them at once."""
    run = training.claim.row
    fit = [sample for sample in progress.samples if picture_check.look(sample).is_fit]
    step = progress.step if progress.stage == TrainingStage.TRAIN else training.last_step
    keys = [f"{run.prefix}sample-{step}-{place}-{training.claim.token.hex}.webp" for place in range(len(fit))]
    entry = {"step": step, "keys": keys, "likeness": progress.likeness, "metric": progress.likeness_metric}
    samples = [*(one for one in run.samples if one["step"] < step), entry]
    outputs.keep(training.claim, dict(zip(keys, fit, strict=True)), samples=samples)
    run.samples = samples


def _write_progress(training: Training, progress: FaceProgress) -> None:
    values: dict[str, Any] = {
        "stage": progress.stage,
        "step": progress.step,
        "total": progress.total,
        "seconds_left": None if progress.seconds_left is None else round(progress.seconds_left, 1),
    }
    if training.losses is not None:
        training.claim.update(progress=values, losses=training.losses)
    else:
        training.claim.update(progress=values)
