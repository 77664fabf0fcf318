"""The weekly training: choose the pictures, learn, leave a candidate, and ask for its comparison.

The row is the job, as everywhere (`albumsite.jobs.models`). What was reached is kept in checkpoints, so that whoever goes on, this
machine or another, goes on from there. The candidate's row, the end of the training and the wish for a comparison are one
transaction: there is never half a candidate.
"""

from __future__ import annotations

import logging
import secrets
import time
import uuid
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils.translation import gettext as _

from albumsite.curves import with_point
from albumsite.errors import EngineError, UserFacingError
from albumsite.jobs.claims import Claim, LeaseLost
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.locks import hold
from albumsite.media import outputs, storage
from covers import datasets, registry
from covers.models import DatasetItem, Kind, ModelState, ModelVersion, Retraining
from covers.training.finetune_host import FineTuneHost
from covers.training.training_contract import FineTuned, FineTuneOptions, FineTuneProgress, FineTuneSpec
from covers.weekly import candidates
from covers.weekly.training_folder import TrainingFolder

logger = logging.getLogger(__name__)

SEED_MAX = 2**62
WRITE_EVERY_SECONDS = 1.0
SAMPLE_PROMPTS_MOST = 8


class NotRetrained(UserFacingError):
    """A training cannot be asked for; the text says why, for an operator."""

    message_id = "covers:not-retrained"
    text = "%(text)s"

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


# --- asking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def request_retraining(
    *,
    week: str,
    base_key: str = "",
    options: dict[str, Any] | None = None,
    seed: int | None = None,
    again: bool = False,
) -> Retraining:
    """The week's training of a model: the one there is, or a new one, which is enqueued.

    One that failed or was cancelled is queued again and goes on from its checkpoint. again: another try of a week that has
    its result. Raises NotRetrained, EngineError "training:no-base-model".
    """
    base_key = registry.learning_choice(base_key or settings.LEARN_BASE_MODEL).key
    hold(f"retrain-{base_key}")  # two who ask at once get the same training
    newest = Retraining.objects.filter(week=week, base_key=base_key).order_by("-number").first()
    if newest is not None and newest.state == State.DONE and not again:
        return newest
    if other := Retraining.objects.active().filter(base_key=base_key).exclude(week=week).first():
        raise NotRetrained(_("“%(model)s” is being trained for %(week)s.") % {"model": base_key, "week": other.week})
    if newest is not None and newest.state != State.DONE:
        newest.queue_again()  # one that waits or runs is as it is
        return newest
    row = Retraining.objects.create(
        week=week,
        number=newest.number + 1 if newest else 1,
        base_key=base_key,
        parent=parent_for(base_key),
        options=options or {},
        seed=secrets.randbelow(SEED_MAX) if seed is None else seed,
        stage="collect",
    )
    row.enqueue()
    logger.info("training asked for retraining=%s week=%s model=%s", row.pk, week, base_key)
    return row


def parent_for(base_key: str) -> ModelVersion | None:
    """The weekly model that draws now on this base: what a training goes on from. Raises NotRetrained."""
    active = ModelVersion.objects.filter(kind=Kind.ADAPTER, state=ModelState.ACTIVE).first()
    if active is None or active.base_key == base_key:
        return active
    if active.base_key:  # a weekly model of another base: it draws nothing here
        return None
    if registry.adapter_fits(active, registry.learning_choice(base_key)):
        raise NotRetrained(
            _("The adapter “%(key)s”, which was not trained here, is in use. Deactivate it first.")
            % {"key": active.key}
        )
    return None


def cancel_retraining(*, row: Retraining) -> None:
    """Stop it: at once while it waits, within a step while it runs. What it reached is kept."""
    row.cancel()


# --- working ---------------------------------------------------------------------------------------------------------


def work(pk: str | uuid.UUID) -> None:
    """Go on with a training from where it is, as far as this process holds its lease. Safe to deliver twice, or to kill."""
    with Retraining.objects.claimed(pk, stage="collect") as claim:
        if claim is not None:
            _collect(claim)
    if shutting_down.is_set():
        return
    with Retraining.objects.claimed(pk, stage="train") as claim:
        if claim is not None:
            _train(claim)


def _collect(claim: Claim[Retraining]) -> None:
    row = claim.row
    claim.update(progress={"stage": "collect", "step": 0, "total": 0})
    try:
        dataset = datasets.build_dataset(week=row.week, base_key=row.base_key, seed=row.seed)
    except storage.StorageError as error:
        raise EngineError("site:storage", str(error)) from error
    count = DatasetItem.objects.filter(dataset=dataset, role=DatasetItem.Role.TRAIN).count()
    if count < settings.LEARN_IMAGES_MIN:
        logger.info("too little to learn from retraining=%s pictures=%d", row.pk, count)
        claim.finish(outcome=Retraining.Outcome.TOO_LITTLE, dataset=dataset)
    else:
        claim.advance("train", dataset=dataset)


def _train(claim: Claim[Retraining]) -> None:
    run = Run(claim)
    try:
        result = run.train()
        if result is None:
            run.end_stopped()
        else:
            candidates.record_candidate(claim=claim, result=result)
    except storage.StorageError as error:
        raise EngineError("site:storage", str(error)) from error
    finally:
        run.folder.delete_pictures()
    run.folder.delete()


class Run:
    """One try at a training: its folder, and what is written of it on the way."""

    def __init__(self, claim: Claim[Retraining]) -> None:
        self.claim, self.row = claim, claim.row
        self.folder = TrainingFolder(claim.row.pk)
        self._losses: list[list[float]] = list(claim.row.losses)
        self._validation: list[list[float]] = list(claim.row.validation_losses)
        self._wrote_at = 0.0
        self._is_lost = False

    def train(self) -> FineTuned | None:
        """The trained adapter; None when it was told to stop. Raises EngineError, StorageError."""
        host = FineTuneHost(settings.FINE_TUNER, {}, step_timeout_seconds=settings.LEARN_STEP_TIMEOUT_SECONDS)
        return host.train(self.spec(), self._on_progress)

    def spec(self) -> FineTuneSpec:
        """What the trainer is asked for; fetches pictures, the parent's adapter and the last checkpoint to this machine."""
        row = self.row
        assert row.dataset is not None
        self.claim.update(progress={"stage": "fetch", "step": 0, "total": 0})
        files = datasets.open_dataset(row.dataset, self.folder.pictures)
        if row.checkpoint_key and not self.folder.checkpoints():
            self._fetch_checkpoint()
        prompts = dict.fromkeys(image.caption for image in (*files.held_out, *files.images))
        return FineTuneSpec(
            run_id=str(row.pk),
            base_model=registry.base_model_of(row.base_key),
            images=files.images,
            held_out=files.held_out,
            pairs=files.pairs,
            held_out_pairs=files.held_out_pairs,
            start_adapter=registry.local_path(row.parent) if row.parent else None,
            sample_prompts=tuple(list(prompts)[:SAMPLE_PROMPTS_MOST]),
            work_folder=self.folder.path,
            options=training_options(row, has_pairs=bool(files.pairs)),
        )

    def _fetch_checkpoint(self) -> None:
        """Where an earlier try on another machine came to. Without it the training begins anew, which is only slower."""
        with suppress(storage.StorageError):
            name = Path(self.row.checkpoint_key).name.partition("-")[2]
            (self.folder.path / name).write_bytes(storage.read(storage.private(), self.row.checkpoint_key))

    def _on_progress(self, progress: FineTuneProgress) -> bool:
        if progress.loss is not None:
            self._losses = with_point(self._losses, progress.step, progress.loss)
        if progress.validation_loss is not None:
            self._validation = with_point(self._validation, progress.step, progress.validation_loss)
        if progress.checkpoint is not None:
            self._unless_away(lambda: self._keep_checkpoint(progress))
        if progress.samples:
            self._unless_away(lambda: self._keep_samples(progress))
        if time.monotonic() >= self._wrote_at + WRITE_EVERY_SECONDS or progress.step >= progress.total:
            self._wrote_at = time.monotonic()
            self._unless_away(lambda: self._write(progress))
        return not (self._is_lost or shutting_down.is_set())

    def _unless_away(self, write: Any) -> None:
        """A lost lease, or the wish to cancel, ends the run; a server that is away is only said, for it may come back."""
        try:
            write()
        except LeaseLost:
            self._is_lost = True
        except (storage.StorageError, DatabaseError, InterfaceError):
            logger.warning("not written, training goes on retraining=%s", self.row.pk, exc_info=True)
            connection.close()
            self._is_lost = not self.claim.may_be_held

    def _write(self, progress: FineTuneProgress) -> None:
        left = progress.seconds_left
        said = {
            "stage": progress.stage,
            "step": progress.step,
            "total": progress.total,
            "seconds_left": None if left is None else round(left, 1),
        }
        if not self.claim.report(progress=said, losses=self._losses, validation_losses=self._validation):
            raise LeaseLost

    def _keep_checkpoint(self, progress: FineTuneProgress) -> None:
        """Upload under a key with the token, point the row at it, then delete the one before."""
        assert progress.checkpoint is not None
        before = self.row.checkpoint_key
        key = f"{self.row.prefix}{self.claim.token.hex}{time.monotonic_ns()}-{progress.checkpoint.name}"
        outputs.keep(self.claim, {key: progress.checkpoint.read_bytes()}, checkpoint_key=key)
        self.row.checkpoint_key = key
        if before:
            storage.delete_all(storage.private(), [before])

    def _keep_samples(self, progress: FineTuneProgress) -> None:
        names = (
            f"sample-{progress.stage}-{progress.step}-{place}-{self.claim.token.hex}.webp"
            for place in range(len(progress.samples))
        )
        files = {f"{self.row.prefix}{name}": content for name, content in zip(names, progress.samples, strict=True)}
        entry = {"stage": progress.stage, "step": progress.step, "keys": list(files)}
        kept = [one for one in self.row.samples if (one["stage"], one["step"]) != (progress.stage, progress.step)]
        outputs.keep(self.claim, files, samples=[*kept, entry])
        self.row.samples = [*kept, entry]

    def end_stopped(self) -> None:
        """Told to stop: by its operator, by this worker's own end, or because somebody else holds the lease now."""
        if shutting_down.is_set():
            self.claim.hand_back()
        elif not self.claim.cancel():
            raise LeaseLost


def training_options(row: Retraining, *, has_pairs: bool) -> FineTuneOptions:
    """The row's options over the site's settings, over the trainer's own rules. Unknown names are dropped: a row may be older
    than the code. Where no pairs are left, nothing can be learnt from them.
    """
    known = {field.name for field in fields(FineTuneOptions)}
    asked = {name: value for name, value in row.options.items() if name in known}
    steps = asked.pop("max_preference_steps", settings.LEARN_PREFERENCE_STEPS)
    return FineTuneOptions(**asked | {"seed": row.seed, "max_preference_steps": steps if has_pairs else 0})
