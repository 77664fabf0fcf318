"""What RQ workers run. Each takes a primary key, claims the row under a lease, and may be delivered twice or die anywhere."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from albumsite import images, storage
from albumsite.errors import EngineError, WriterDeclined
from covers import drawing, queueing, registry, services, withholding, writing
from covers.engine import DRAWS_AT_ANY_SIZE
from covers.engine.contract import Drawn, DrawSpec, Portrait
from covers.engine.worker import engine_for
from covers.loop import arms
from covers.models import Cover, CoverRequest, ModelCheck, Refusal, ReleaseFile, Stage
from covers.safety.prompts import checked
from covers.safety.refusing import note_of
from covers.writing.contract import Brief
from covers.writing.prompts import prompt_for

logger = logging.getLogger(__name__)

NEXT_TRIED = 5
"""Requests that a ring for a brief tries to take before the one that it was rung for: as many workers may write at once."""
UNFIT_PROMPTS = {"safety:unfit": Refusal.Reason.PROMPT, "safety:real-person": Refusal.Reason.PERSON}


@cache
def _writer() -> writing.BriefWriter:
    return writing.load_writer(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL,
        model=settings.OPENAI_MODEL,
        timeout_seconds=settings.OPENAI_TIMEOUT_SECONDS,
    )


def write_brief(pk: str) -> None:
    """Answer a ring: turn the song of the request whose turn it is into a brief, then queue its drawing. That is the row that it
    was rung for, unless somebody waits who has asked for less."""
    close_old_connections()
    for candidate in [
        *map(str, queueing.next_to_write(NEXT_TRIED)),
        pk,
    ]:  # one that another worker is just taking is passed over
        with CoverRequest.objects.claimed(candidate, stage=Stage.WRITE) as claim:
            if claim is None:
                continue
            brief = _brief_for(claim.row)
            services.store_brief(claim=claim, brief=brief)
            logger.info("brief written request=%s by=%s", claim.row.pk, brief.written_by)
            return


def _brief_for(row: CoverRequest) -> Brief:
    """The brief. Raises EngineError "safety:declined" where a language model will not work with the song.

    `poster` draws such a song all the same: from our own motifs by the rules, which take no word of the text. A model that
    draws, or a face, gets nothing that another model has declined.
    """
    try:
        return writing.write_brief(row.song, writer=_writer())
    except WriterDeclined as error:
        if row.engine != "poster" or row.shows_face:
            note_of(row, Refusal.Reason.DECLINED)
            raise EngineError("safety:declined", str(error)) from None
        return writing.write_brief(row.song, writer=None)


def draw_covers(pk: str) -> None:
    """Answer a ring: draw the requests that wait, the fairest first. The row that it was rung for may be another's by now."""
    close_old_connections()
    drawing.draw_waiting(missing_specs)


def draw_request(pk: str) -> None:
    """Draw what this request still lacks, whoever else waits: for a process that works for one request only."""
    close_old_connections()
    drawing.draw_one(pk, missing_specs)


def missing_specs(row: CoverRequest) -> list[DrawSpec]:
    """What of the request is not drawn yet; everything random comes from the row."""
    try:
        return [spec_of(row, position, tries=tries) for position, tries in withholding.places_left(row).items()]
    except EngineError as error:
        if error.message_id in UNFIT_PROMPTS:
            note_of(row, UNFIT_PROMPTS[error.message_id])
        raise


def spec_of(
    row: CoverRequest,
    position: int,
    side: int | None = None,
    portraits: tuple[Portrait, ...] | None = None,
    *,
    tries: int = 0,
) -> DrawSpec:
    """One picture of the request, at its own size or at another. portraits: by default those of its face. tries: pictures that were
    refused in its place.

    Raises EngineError "safety:unfit", "safety:real-person", and of a face "site:storage", "engine:photos-gone".
    """
    brief = row.parsed_brief()
    phrasing = arms.phrasing_of(row, position)

    def worded(brief: Brief) -> tuple[str, str]:
        prompt, negative_prompt = prompt_for(brief, position, row.count, row.subject, phrasing)
        return registry.prompt_with_triggers(row, prompt), negative_prompt

    prompt, negative_prompt = checked(brief, worded, shows_face=row.shows_face)
    return DrawSpec(
        brief=brief,
        position=position,
        count=row.count,
        seed=row.seed_of(position, tries),
        set_seed=row.seed,
        width=side or row.width,
        height=side or row.height,
        prompt=prompt,
        negative_prompt=negative_prompt,
        num_inference_steps=row.num_inference_steps,
        guidance_scale=row.guidance_scale,
        guidance_rescale=row.guidance_rescale,
        guidance_end=row.guidance_end,
        clip_skip=row.clip_skip,
        feature_reuse=row.feature_reuse,
        scheduler=row.scheduler,
        adapters=() if side else registry.drawn_adapters(row),  # a picture that is only enlarged needs none
        with_lettering=row.with_lettering,
        title=row.title,
        artist=row.artist,
        request_id=str(row.pk),
        subject=row.subject,
        portraits=_portraits(row) if portraits is None else portraits,
    )


def _portraits(row: CoverRequest) -> tuple[Portrait, ...]:
    """What the request's face is drawn from, for the engine that does. Raises EngineError "site:storage", "engine:photos-gone"."""
    if row.engine != registry.PORTRAITS_BY or not row.shows_face:
        return ()
    shown = row.face.drawn_from() if row.face is not None else []
    if not shown:
        raise EngineError("engine:photos-gone", f"request={row.pk}")
    try:
        return tuple(_portrait(one) for one in shown)
    except storage.StorageError as error:
        raise EngineError("site:storage", str(error)) from error


def _portrait(one: Any) -> Portrait:
    """Of a photo, or of what is kept of one. Raises StorageError."""
    content = storage.read(storage.private(), one.storage_key)
    picture, layers = (b"", content) if one.IS_LAYERS else (content, b"")
    return Portrait(picture, one.face_left, one.face_top, one.face_width, one.face_height, layers, str(one.pk))


def make_release(pk: str) -> None:
    """Make the store-ready file of one cover: drawn again at full size where the engine can, else enlarged."""
    close_old_connections()
    with ReleaseFile.objects.claimed(pk, stage="render") as claim:
        if claim is None:
            return
        cover = Cover.objects.select_related("request").get(pk=claim.row.cover_id)
        portraits = _portraits_again(cover)
        spec = spec_of(cover.request, cover.position, side=settings.RELEASE_SIZE_PIXELS, portraits=portraits or ())
        image = services.set_title(spec, _at_release_size(cover, spec, is_enlarged=portraits is None))
        try:
            services.record_release(claim=claim, jpeg=images.encode_release_jpeg(image))
        except storage.StorageError as error:
            raise EngineError("site:storage", str(error)) from error


def _portraits_again(cover: Cover) -> tuple[Portrait, ...] | None:
    """What the cover was drawn from; () if that was no face, None if the same is not there any more. Then, as a face's photos go
    some day, the picture is enlarged like any other. Raises EngineError "site:storage"."""
    row = cover.request
    if not row.shows_face or row.engine != registry.PORTRAITS_BY:
        return ()
    if row.face is None or not row.face.has_portraits():
        return None
    portraits = _portraits(row)
    known = cover.parameters.get(services.DRAWN_FROM)  # absent from covers that are older than this mark
    return portraits if known in (None, services.mark_of(portraits)) else None


def _at_release_size(cover: Cover, spec: DrawSpec, *, is_enlarged: bool) -> Drawn:
    """The picture without type, at the size of the spec."""
    if cover.request.engine in DRAWS_AT_ANY_SIZE and not is_enlarged:
        return next(iter(engine_for(cover.request).draw([spec], on_step=lambda _step: True)))
    key = storage.art_key(cover.storage_prefix) if cover.layout else storage.master_key(cover.storage_prefix)
    art = images.open_png(storage.read(storage.private(), key))
    large = images.upscale(art, spec.width)
    return Drawn(position=spec.position, rgb=large.tobytes(), width=spec.width, height=spec.height)


def verify_model(pk: str) -> None:
    """Read every byte of a registered model and record whether it is what it should be."""
    close_old_connections()
    with ModelCheck.objects.claimed(pk, stage="verify") as claim:
        if claim is None:
            return
        registry.verify_model(version=claim.row.version)
        claim.finish()


def draw_smoke_test(pk: str) -> None:
    """Draw one small picture with a model, and do what was wished for when it is well."""
    from covers import smoke_tests  # numpy

    close_old_connections()
    smoke_tests.work(pk)


def retrain(pk: str) -> None:
    """Go on with a weekly training from where it is."""
    from covers.loop import retraining

    close_old_connections()
    retraining.work(pk)


def evaluate_model(pk: str) -> None:
    """Draw with a candidate and with what it should follow, and say which is better."""
    from covers.loop import evaluation

    close_old_connections()
    evaluation.work(pk)


def send_report(pk: str) -> None:
    """Send a weekly report to one channel."""
    from covers.loop import deliveries

    close_old_connections()
    deliveries.work(pk)


def withdraw(pk: str) -> None:
    """Make the public bucket show what the row of a cover says."""
    from covers import withdrawing

    close_old_connections()
    withdrawing.work(pk)


def look_at_the_week() -> None:
    """Ask for the weekly training and report when they are due: what the scheduler rings for."""
    from covers.loop import schedule

    close_old_connections()
    schedule.look()
