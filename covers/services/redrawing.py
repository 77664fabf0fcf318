"""The picture of a cover is drawn anew from itself, in part or whole, as another version. Asked for, cancelled, tried again.

The version is a row first, at stage "draw"; what of it is drawn, and how, is its `VersionDrawing`. A worker draws it
(`covers.drawing.version_turn`), then its type is set like that of any version.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db import transaction

from accounts.person import Person
from albumsite.disk import refuse_without_room
from albumsite.jobs.states import State
from albumsite.media import outputs
from covers.drawing.estimates import refuse_over_bounds
from covers.drawing.version_pictures import is_drawn_from_pictures, picture_of_drawing, words_of
from covers.edits.diffusion_edit import EDIT_BOUNDS, DiffusionEdit
from covers.edits.own_words import OwnWords
from covers.edits.studio_changes import drawing_changes
from covers.errors import (
    AlreadyDrawingAnew,
    BaseStillDrawn,
    BaseVersionGone,
    NotDrawnAnew,
    TooManyVersions,
    TooManyWaiting,
    VersionNotStopped,
)
from covers.masks.reading import Mask, read_mask
from covers.models import Cover, CoverVersion, VersionDrawing
from covers.object_keys import cover_prefix, mask_key
from covers.safety.refusing import refuse_unfit_prompt
from covers.services import studio
from covers.services.requests import SEED_MAX

logger = logging.getLogger(__name__)

WHOLE, BRUSHED = "whole", "brushed"
DRAWINGS_AT_ONCE = 3
"""Of one person, of all their covers."""


@dataclass(frozen=True)
class DrawingWish:
    """What somebody wants drawn anew. part: WHOLE, BRUSHED or of READY; mask: the PNG that was brushed. The seed of `edit` does not
    count: it is drawn here."""

    edit: DiffusionEdit
    part: str = WHOLE
    mask: bytes = b""


def may_draw_anew(*, cover: Cover) -> bool:
    """Whether the engine that drew it can change a picture, and has what it drew it with."""
    row = cover.request
    return is_drawn_from_pictures(cover) and not (row.shows_face and row.face_id is None)


def base_of(*, cover: Cover, parent: uuid.UUID | None) -> CoverVersion | None:
    """The version that is worked on: the one that is named, else the one that is shown; None while there is none.

    Raises BaseVersionGone.
    """
    if parent is None:
        return studio.shown_version(cover=cover)
    row = cover.versions.select_related("drawing").filter(pk=parent).first()
    if row is None:
        raise BaseVersionGone
    return row


def draw_version(
    *, cover: Cover, person: Person, wish: DrawingWish, parent: uuid.UUID | None, submission: uuid.UUID
) -> CoverVersion:
    """Record a version whose picture is drawn anew, and enqueue its drawing. The same submission twice gives the same version.

    Raises NotDrawnAnew, BaseVersionGone, BaseStillDrawn, AlreadyDrawingAnew, TooManyVersions, NotOpenable, StorageError, of the words
    PromptUnfit and RealPersonBesideFace, of the mask MaskUnreadable, MaskEmpty, PicturesBusy, and of the queue as a request does.
    """
    if known := cover.versions.filter(submission=submission).first():
        return known
    if not may_draw_anew(cover=cover):
        raise NotDrawnAnew
    edit = _checked(cover, person, wish.edit)
    refuse_without_room()
    base = base_of(cover=cover, parent=parent)
    mask = _mask_of(cover, base, wish)
    drawing = VersionDrawing(
        cover=cover, edit=replace(edit, mask_sha256=(mask and sha256(mask).hexdigest()) or "").as_json()
    )
    if mask:
        drawing.mask_prefix = cover_prefix(cover.request_id, cover.position, drawing.pk)
    with _stored(drawing, mask):
        row = _record(cover, person, drawing, wish, parent, submission)
    logger.info("version asked for cover=%s number=%d part=%s", cover.pk, row.number, wish.part)
    return row


@contextlib.contextmanager
def _stored(drawing: VersionDrawing, mask: bytes) -> Iterator[None]:
    """The mask is there before the row that names it, in one transaction with all else."""
    files = {mask_key(drawing.mask_prefix): mask} if mask else {}
    with outputs.stored(files, is_pointed_at=VersionDrawing.objects.filter(pk=drawing.pk).exists), transaction.atomic():
        yield


def _checked(cover: Cover, person: Person, edit: DiffusionEdit) -> DiffusionEdit:
    """The edit with a seed of its own, fit to be drawn."""
    bounds = EDIT_BOUNDS[cover.request.engine]
    fit = refuse_unfit_prompt(owner=person, prompt=edit.prompt, shows_face=cover.request.shows_face)
    left_out = refuse_unfit_prompt(owner=person, prompt=edit.negative_prompt, shows_face=False, is_negative=True)
    seeded = replace(
        edit,
        prompt=fit,
        negative_prompt=left_out if bounds.has_negative_prompt else "",
        seed=secrets.randbelow(SEED_MAX),
    )
    seeded.check(bounds)
    return seeded


def _mask_of(cover: Cover, base: CoverVersion | None, wish: DrawingWish) -> bytes:
    """The mask's file; b"" for the whole picture."""
    if wish.part == WHOLE:
        return b""
    if wish.part == BRUSHED:
        mask: Mask = read_mask(wish.mask, width=cover.width, height=cover.height)
        return b"" if mask.share == 1 else mask.content
    from covers.masks.ready import ready_mask  # brings the drawing library, which other pages do without

    return ready_mask(picture_of_drawing(cover=cover, drawing=base.drawing if base else None), wish.part)


def _record(
    cover: Cover, person: Person, drawing: VersionDrawing, wish: DrawingWish, parent: uuid.UUID | None, submission: uuid.UUID
) -> CoverVersion:  # fmt: skip
    """Within a transaction. What was looked at before is looked at again under the locks."""
    person.lock()
    Cover.objects.select_for_update().get(pk=cover.pk)
    if known := cover.versions.filter(submission=submission).first():
        return known
    _refuse_over_bounds(cover, person)
    first = studio.first_version(cover=cover)
    base = base_of(cover=cover, parent=parent) or first
    if base.drawing is not None and not base.drawing.art_prefix:
        raise BaseStillDrawn
    if cover.versions.count() >= studio.VERSIONS_MAX:
        raise TooManyVersions(limit=studio.VERSIONS_MAX)
    drawing.base = base.drawing
    drawing.save(force_insert=True)
    before = words_of(cover=cover, drawing=base.drawing)
    part = wish.part if drawing.mask_prefix else WHOLE
    has_other_words = before.strip() != wish.edit.prompt.strip()
    said = OwnWords() if has_other_words else base.words
    row = CoverVersion.objects.create(
        cover=cover, parent=base, number=studio.next_number(cover), submission=submission, stage="draw", document=base.document,
        drawing=drawing, changes=drawing_changes(part, has_other_words=has_other_words),
        own_words=said.shown, own_reason=said.why,
    )  # fmt: skip
    row.enqueue()
    return row


def _refuse_over_bounds(cover: Cover, person: Person) -> None:
    """One drawing of a cover at a time, few of a person, and none more than the queue of covers takes."""
    waiting = CoverVersion.objects.active().filter(stage="draw")
    if waiting.filter(cover=cover).exists():
        raise AlreadyDrawingAnew
    if waiting.filter(person.owns("cover__request__")).count() >= DRAWINGS_AT_ONCE:
        raise TooManyWaiting(limit=DRAWINGS_AT_ONCE)
    refuse_over_bounds(person)


def cancel_version(*, cover: Cover, version: CoverVersion) -> None:
    """Stop it: at once while it waits, within a step while it is drawn. Raises VersionNotStopped."""
    if not version.cancel():
        raise VersionNotStopped
    logger.info("version cancelled cover=%s number=%d", cover.pk, version.number)


@transaction.atomic
def draw_version_again(*, cover: Cover, version: CoverVersion, person: Person) -> None:
    """A version that failed or was stopped is tried again, with the same recipe. Raises AlreadyDrawingAnew, and of the queue as a request
    does. One that has not stopped stays as it is."""
    person.lock()
    Cover.objects.select_for_update().get(pk=cover.pk)
    row = cover.versions.filter(pk=version.pk).first()
    if row is None or row.state not in (State.FAILED, State.CANCELLED):
        return
    _refuse_over_bounds(cover, person)
    row.queue_again(progress={})
