"""The weekly training: choose the pictures, learn, leave a candidate, and ask for its comparison.

The row is the job, as everywhere (`albumsite.jobs.models`). What was reached is kept in checkpoints, so that whoever goes on, this
machine or another, goes on from there. The candidate's row, the end of the training and the wish for a comparison are one
transaction: there is never half a candidate.
"""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from albumsite.curves import with_point
from albumsite.errors import UserFacingError, job_waits_for_store
from albumsite.jobs.batch import ClaimBatch, nothing
from albumsite.jobs.claims import Claim
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.retries import persist
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.locks import hold
from albumsite.media import outputs
from covers import datasets, registry
from covers.models import DatasetItem, Kind, ModelState, ModelVersion, Retraining
from covers.training.checkpointed_job import CheckpointedJob
from covers.training.finetune_host import FineTuneHost
from covers.training.training_contract import FineTuneOptions, FineTuneProgress, FineTuneSpec
from covers.weekly import candidates
from covers.weekly.training_folder import TrainingFolder, delete_ended

logger = logging.getLogger(__name__)

SEED_MAX = 2**62
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
    with LeaseKeeper() as keeper:
        for claim in Retraining.objects.claim_all([pk], stage="train"):
            keeper.keep(claim)
            _train(RetrainingJob(claim, keeper.drop))


def _collect(claim: Claim[Retraining]) -> None:
    row = claim.row
    claim.update(progress={"stage": "collect", "step": 0, "total": 0})
    with job_waits_for_store():
        dataset = datasets.build_dataset(week=row.week, base_key=row.base_key, seed=row.seed)
    count = DatasetItem.objects.filter(dataset=dataset, role=DatasetItem.Role.TRAIN).count()
    if count < settings.LEARN_IMAGES_MIN:
        logger.info("too little to learn from retraining=%s pictures=%d", row.pk, count)
        persist(partial(claim.finish, outcome=Retraining.Outcome.TOO_LITTLE, dataset=dataset))
    else:
        persist(partial(claim.advance, "train", dataset=dataset))


def _train(job: RetrainingJob) -> None:
    batch, has_returned = ClaimBatch([job]), False

    def on_progress(progress: FineTuneProgress) -> bool:
        job.hear(progress)
        return batch.may_go_on(job)

    try:
        with batch.working():
            host = FineTuneHost(settings.FINE_TUNER, {}, step_timeout_seconds=settings.LEARN_STEP_TIMEOUT_SECONDS)
            if (result := host.train(job.spec(), on_progress)) is not None:
                record = partial(candidates.record_candidate, claim=job.claim, result=result)
                persist(record, known=partial(candidates.recorded_by, claim=job.claim, result=result))
                job.end(nothing)  # what was recorded is its end
            has_returned = True
    finally:
        job.folder.delete_pictures()
    if has_returned:
        delete_ended()


class RetrainingJob(CheckpointedJob[Retraining]):
    """One try at a training: its folder, and what is written of it on the way."""

    def __init__(self, claim: Claim[Retraining], on_end: Callable[[Claim[Retraining]], None]) -> None:
        super().__init__(claim, on_end)
        self.folder = TrainingFolder(claim.row.pk)
        self._validation: list[list[float]] = list(claim.row.validation_losses)

    def spec(self) -> FineTuneSpec:
        """What the trainer is asked for; fetches pictures, the parent's adapter and the last checkpoint to this machine."""
        row = self.row
        assert row.dataset is not None
        self.claim.update(progress={"stage": "fetch", "step": 0, "total": 0})
        files = datasets.open_dataset(row.dataset, self.folder.pictures)
        if row.checkpoint_key and not self.folder.checkpoints():
            outputs.fetch_checkpoint(row.checkpoint_key, self.folder.path)
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

    def hear(self, progress: FineTuneProgress) -> None:
        """Keep what the trainer tells of."""
        if progress.validation_loss is not None:
            self._validation = with_point(self._validation, progress.step, progress.validation_loss)
        self.note(progress, self._keep_samples)

    def curves(self) -> dict[str, Any]:
        return super().curves() | {"validation_losses": self._validation}

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


def training_options(row: Retraining, *, has_pairs: bool) -> FineTuneOptions:
    """The row's options over the site's settings, over the trainer's own rules. Unknown names are dropped: a row may be older
    than the code. Where no pairs are left, nothing can be learnt from them.
    """
    known = {field.name for field in fields(FineTuneOptions)}
    asked = {name: value for name, value in row.options.items() if name in known}
    steps = asked.pop("max_preference_steps", settings.LEARN_PREFERENCE_STEPS)
    return FineTuneOptions(**asked | {"seed": row.seed, "max_preference_steps": steps if has_pairs else 0})
