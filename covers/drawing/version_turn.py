"""Draws the pictures of versions anew: the one that was enqueued, and others that wait for the same model in the same call.

Each is under its own claim, as covers are. What is drawn is looked at, stored, and its version goes on to have its type set.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from django.conf import settings
from django.db import transaction

from albumsite.errors import EngineError, StorageError
from albumsite.jobs.batch import ClaimBatch, ClaimedJob
from albumsite.jobs.claims import Claim
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.retries import persist
from albumsite.jobs.shutdown import shutting_down
from albumsite.media import encoding, outputs, storage
from covers import registry
from covers.drawing.fairness import MODEL_FIELDS
from covers.drawing.loaded import LOADED
from covers.drawing.specs import spec_of
from covers.drawing.version_pictures import picture_file
from covers.edits.diffusion_edit import EDIT_BOUNDS, spec_of_edit
from covers.engine.engine_contract import CoverEngine, Drawn, DrawSpec, Step
from covers.errors import NotOpenable
from covers.models import CoverRequest, CoverVersion, VersionDrawing
from covers.object_keys import art_key, cover_prefix, mask_key
from covers.safety import picture_check
from covers.safety.picture_check import CheckOutcome
from covers.safety.text import is_unfit, sexualises_a_child

logger = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 0.25


def work(pk: str) -> None:
    """Safe to deliver twice, or to kill: the picture and the next stage are one transaction."""
    with LeaseKeeper() as keeper:
        jobs = _taken([pk], keeper)
        if not jobs:
            return
        batch = VersionBatch(jobs)
        with batch.working():
            if not shutting_down.is_set():
                _draw(batch, keeper)


class VersionJob(ClaimedJob[CoverVersion]):
    """A version at work. Progress is noted at each step and written a few times a second."""

    def __init__(self, claim: Claim[CoverVersion], on_end: Callable[[Claim[CoverVersion]], None]) -> None:
        super().__init__(claim, on_end)
        self.request: CoverRequest = claim.row.cover.request
        self.spec: DrawSpec | None = None
        self._written_at = float("-inf")
        self._preview = ""

    @property
    def drawing(self) -> VersionDrawing:
        """Raises EngineError where it is gone."""
        if self.row.drawing is None:
            raise EngineError("studio:no-picture", f"version={self.id}")
        return self.row.drawing

    def note(self, step: Step) -> None:
        if step.preview:
            seen = picture_check.hint_of(step.preview) if picture_check.is_needed(self.request.engine) else step.preview
            self._preview = base64.b64encode(seen).decode() if seen else self._preview
        if time.monotonic() - self._written_at >= WRITE_EVERY_SECONDS:
            self._written_at = time.monotonic()
            self.report(progress={"step": step.step, "total": step.total, "preview": self._preview})


class VersionBatch(ClaimBatch[VersionJob]):
    LOOK_EVERY_SECONDS: ClassVar[float] = 0.1

    def on_step(self, step: Step) -> bool:
        """The call's step callback."""
        job = self.by_id[step.request_id]
        if not job.has_ended:
            job.note(step)
        return self.may_go_on(job)

    def join(self, jobs: Sequence[VersionJob]) -> None:
        self.jobs += jobs
        self.by_id |= {job.id: job for job in jobs}

    def note_broken(self, error: EngineError) -> None:
        registry.report_health(queue="draw", error=error.message_id)


def _taken(pks: Sequence[object], keeper: LeaseKeeper) -> list[VersionJob]:
    """Those of the rows that are free and can be drawn."""
    jobs = []
    for claim in CoverVersion.objects.claim_all([str(pk) for pk in pks], stage="draw"):
        keeper.keep(claim)
        job = VersionJob(claim, on_end=keeper.drop)
        if claim.row.cancel_requested:
            job.cancel()
        else:
            _prepare(job)
        if not job.has_ended:
            jobs.append(job)
    return jobs


def _prepare(job: VersionJob) -> None:
    """Its spec; what cannot be drawn at all ends with the reason."""
    try:
        job.spec = _spec_of(job)
    except EngineError as error:
        logger.warning("version cannot be drawn version=%s reason=%s", job.id, error)
        job.end(partial(job.claim.end_failed, error.message_id))
    except StorageError:
        logger.warning("version waits: the object store is away version=%s", job.id, exc_info=True)
        job.end(partial(job.claim.end_failed, "site:storage"))
    except BaseException:
        job.end(job.claim.release)
        raise


def _spec_of(job: VersionJob) -> DrawSpec:
    """What the engine is asked for: the picture that it starts from, the mask, the edit. Raises EngineError, StorageError."""
    cover, request, drawing = job.row.cover, job.request, job.drawing
    edit = drawing.parsed_edit()
    if sexualises_a_child(edit.prompt, is_prompt=True) or is_unfit(
        edit.prompt
    ):  # the lists have grown since it was asked for
        raise EngineError("safety:prompt-unfit")
    try:
        edit.check(EDIT_BOUNDS[request.engine])
        image = picture_file(cover=cover, drawing=drawing.base)
        mask = storage.read(storage.private(), mask_key(drawing.mask_prefix)) if drawing.mask_prefix else None
    except (NotOpenable, storage.ObjectMissing) as error:
        raise EngineError("studio:no-picture", f"version={job.id}") from error
    except (KeyError, ValueError) as error:
        raise EngineError("engine:bad-spec", str(error)) from error
    spec = spec_of(request, cover.position)
    spoken = replace(edit, prompt=registry.prompt_with_triggers(request, edit.prompt))
    return replace(spec_of_edit(spec, spoken, image=image, mask=mask), request_id=job.id, subject="")


# --- the call -----------------------------------------------------------------------------------------------------------


def _draw(batch: VersionBatch, keeper: LeaseKeeper) -> None:
    first = batch.jobs[0]
    engine = LOADED.engine_of(first.request)
    if first.row.attempt == 1:  # what was in a call that broke shares none
        batch.join(_taken(_company(first, _room(engine, first) - 1), keeper))
    model = "@".join(part for part in (first.request.base_model, first.request.base_model_revision[:12]) if part)
    registry.report_health(queue="draw", engine=first.request.engine, model=model)
    specs = [job.spec for job in batch.jobs if job.spec is not None]
    for drawn in engine.draw(specs, batch.on_step):
        device = str(drawn.parameters.get("device", ""))
        registry.report_health(queue="draw", pictures=1, is_warm=True, device=device)
        job = batch.by_id[drawn.request_id]
        job.end(partial(_record, job, drawn))


def _room(engine: CoverEngine, job: VersionJob) -> int:
    pictures_at_once = getattr(engine, "pictures_at_once", None)
    room = int(pictures_at_once(job.spec)) if pictures_at_once else 1
    return min(room, settings.DRAW_TOGETHER_MAX or room)


def _company(first: VersionJob, room: int) -> list[object]:
    """Who waits for the same model and was in no broken call, the longest first: nobody has more than a few."""
    if room <= 0:
        return []
    alike = {f"cover__request__{name}": getattr(first.request, name) for name in MODEL_FIELDS}
    waiting = CoverVersion.objects.claimable("draw").filter(**alike, attempt=0).exclude(pk=first.row.pk)
    return list(waiting.order_by("queued_at").values_list("pk", flat=True)[:room])


def _record(job: VersionJob, drawn: Drawn) -> None:
    """Look at the picture, store it, and let the version go on. Raises EngineError, StorageError, LeaseLost."""
    claim = job.claim
    if picture_check.is_needed(job.request.engine):
        looked = picture_check.look_at_drawn(drawn.rgb, drawn.width, drawn.height)
        if looked.outcome == CheckOutcome.UNFIT:
            raise EngineError("safety:redrawn-picture", f"version={job.id}")
        if looked.outcome == CheckOutcome.UNKNOWN:
            claim.release("safety:check-away", after_seconds=settings.SWEEP_EVERY_SECONDS * job.row.attempt)
            return
    persist(partial(_store, job, drawn), known=partial(_is_stored, job))
    logger.info("version drawn version=%s", job.id)


def _store(job: VersionJob, drawn: Drawn) -> None:
    cover, claim, drawing = job.row.cover, job.claim, job.drawing
    if claim.cancel():
        return
    prefix = cover_prefix(cover.request_id, cover.position, claim.token)
    art = encoding.encode_png(encoding.from_rgb(drawn.rgb, drawn.width, drawn.height))
    rows = VersionDrawing.objects.filter(pk=drawing.pk)
    pointed = rows.filter(art_prefix=prefix)
    with outputs.stored({art_key(prefix): art}, is_pointed_at=pointed.exists), transaction.atomic():
        claim.lock()
        rows.update(
            art_prefix=prefix, art_sha256=hashlib.sha256(drawn.rgb).hexdigest(), parameters=dict(drawn.parameters)
        )
        claim.advance("set", progress={})


def _is_stored(job: VersionJob) -> bool | None:
    """Whether an earlier try was committed, and its answer lost."""
    cover = job.row.cover
    prefix = cover_prefix(cover.request_id, cover.position, job.claim.token)
    return VersionDrawing.objects.filter(pk=job.drawing.pk, art_prefix=prefix).exists() or None
