"""What `poster` draws a face from, kept when the photos go: made by a job for each photo as soon as there are enough of them.

Only under a consent that says so (`consents.keeps_portraits`). A portrait has its photo's primary key, so that the photo and what
was made of it are one and the same to whoever draws, and goes when a person deletes its photo.
"""

from __future__ import annotations

import hashlib
import logging

from django.conf import settings
from django.db import transaction

from albumsite.errors import job_waits_for_store
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import ACTIVE, State
from albumsite.media import outputs, storage
from covers.engine import develop_portrait
from covers.engine.engine_contract import Portrait
from personalize import consents
from personalize.models import Face, KeptPortrait, Photo

logger = logging.getLogger(__name__)


@transaction.atomic
def keep(*, face: Face) -> None:
    """Ask for portraits of the first FACE_PORTRAITS_MAX photos, once there are enough photos; those of other photos go.

    Call it under a lock of the face, after its photos changed. With too few photos nothing changes: old portraits stay until
    somebody shows enough new photos.
    """
    photos = list(face.photos.order_by("position")[: settings.FACE_PORTRAITS_MAX])
    if len(photos) < settings.FACE_PHOTOS_MIN or not consents.keeps_portraits(face.consent.version):
        return
    good = {"pk__in": [photo.pk for photo in photos], "state__in": (*ACTIVE, State.DONE)}
    face.portraits.exclude(**good).delete()
    known = set(face.portraits.values_list("pk", flat=True))
    for photo in photos:
        if photo.pk not in known:
            _ask_for(photo, face)


def _ask_for(photo: Photo, face: Face) -> None:
    box = {name: getattr(photo, name) for name in ("face_left", "face_top", "face_width", "face_height")}
    row = KeptPortrait.objects.create(
        id=photo.pk, face=face, consent=face.consent, position=photo.position, stage="develop", **box
    )
    row.enqueue()


def develop(*, claim: Claim[KeptPortrait]) -> None:
    """Make the layers of the photo and store them. Files first, row second. Ends the job.

    Raises LeaseLost; EngineError "site:storage" when a store is away, "engine:bad-spec" for a photo that cannot be read.
    """
    row = claim.row
    photo = Photo.objects.filter(pk=row.pk).first()
    if photo is None:  # it went before its portrait was made
        KeptPortrait.objects.filter(pk=row.pk).delete()
        return
    key = f"{row.prefix}{claim.token.hex}.zip"
    recorded = KeptPortrait.objects.filter(pk=row.pk, storage_key=key)
    with job_waits_for_store():
        picture = storage.read(storage.private(), photo.storage_key)
        box = (photo.face_left, photo.face_top, photo.face_width, photo.face_height)
        content = develop_portrait(Portrait(picture, *box))
        with outputs.stored({key: content}, is_pointed_at=recorded.exists):
            claim.finish(storage_key=key, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
    logger.info("portrait kept face=%s bytes=%d", row.face_id, len(content))
