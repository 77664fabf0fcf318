"""What an engine is asked for: one spec for each picture that a request still lacks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from albumsite.errors import EngineError, StorageError, job_waits_for_store
from albumsite.media import storage
from covers import registry
from covers.bandit.choosing import phrasing_of
from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import DrawSpec, OwnPicture, Portrait
from covers.models import CoverRequest, Refusal
from covers.safety import withholding
from covers.safety.prompts import checked
from covers.safety.refusing import note_of
from covers.writing.prompts import prompt_for

UNFIT_PROMPTS = {"safety:unfit": Refusal.RefusalReason.PROMPT, "safety:real-person": Refusal.RefusalReason.PERSON}


def missing_specs(row: CoverRequest) -> list[DrawSpec]:
    """What of the request is not drawn yet; everything random comes from the row."""
    try:
        places = withholding.places_left(row)
        own_picture = own_picture_of(row, places)
        return [spec_of(row, position, tries=tries, own_picture=own_picture) for position, tries in places.items()]
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
    own_picture: OwnPicture | None = None,
) -> DrawSpec:
    """One picture of the request, at its own size or at another. portraits: by default those of its face. tries: pictures that were
    refused in its place. own_picture: of `own_picture_of`, for covers that are made of it.

    Raises EngineError "safety:unfit", "safety:real-person", and of a face "site:storage", "engine:photos-gone".
    """
    brief = row.brief_of(position)
    phrasing = phrasing_of(row, position)

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
        portraits=portraits_of(row) if portraits is None else portraits,
        own_picture=own_picture if row.is_of_picture(position) else None,
    )


def portraits_of(row: CoverRequest) -> tuple[Portrait, ...]:
    """What the request's face is drawn from, for the engine that does. Raises EngineError "site:storage", "engine:photos-gone"."""
    if row.engine != registry.PORTRAITS_BY or not row.shows_face:
        return ()
    shown = row.face.drawn_from() if row.face is not None else []
    if not shown:
        raise EngineError("engine:photos-gone", f"request={row.pk}")
    with job_waits_for_store():
        return tuple(_portrait(one) for one in shown)


def own_picture_of(row: CoverRequest, positions: Iterable[int]) -> OwnPicture | None:
    """What its maker brought, read once for these covers; None where none of them is made of it.

    Raises EngineError "site:storage", "engine:picture-gone".
    """
    if not any(row.is_of_picture(position) for position in positions):
        return None
    if row.picture is None:
        raise EngineError("engine:picture-gone", f"request={row.pk}")
    try:
        content = storage.read(storage.private(), row.picture.storage_key)
    except storage.ObjectMissing as error:
        raise EngineError("engine:picture-gone", str(error)) from error
    except StorageError as error:
        raise EngineError("site:storage", str(error)) from error
    crop = tuple(map(float, row.picture_crop)) if row.picture_crop else None  # three numbers, by the form
    faces = tuple((left, top, width, height) for left, top, width, height in row.picture.faces)
    return OwnPicture(content, crop, row.picture_treatment, faces)  # type: ignore[arg-type]


def _portrait(one: Any) -> Portrait:
    """Of a photo, or of what is kept of one. Raises StorageError."""
    content = storage.read(storage.private(), one.storage_key)
    picture, layers = (b"", content) if one.IS_LAYERS else (content, b"")
    return Portrait(picture, one.face_left, one.face_top, one.face_width, one.face_height, layers, str(one.pk))
