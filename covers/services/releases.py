"""Release files: asked for, and recorded when they are made."""

from __future__ import annotations

import hashlib

from django.db.models.functions import Now

from albumsite.jobs.models import Claim, State
from albumsite.media import outputs
from covers.errors import (
    NotForStores,
)
from covers.models import Cover, ReleaseFile


def record_release(*, claim: Claim[ReleaseFile], jpeg: bytes) -> None:
    """Store the release file under a key with the claim's token and finish the job. Raises LeaseLost, StorageError."""
    key = f"{claim.row.cover.storage_prefix}/release-{claim.token.hex}.jpg"
    recorded = ReleaseFile.objects.filter(storage_key=key)
    with outputs.stored({key: jpeg}, is_pointed_at=recorded.exists):
        claim.finish(storage_key=key, size_bytes=len(jpeg), sha256=hashlib.sha256(jpeg).hexdigest())


def has_release(cover: Cover) -> bool:
    """Whether a store may get this cover: not one that lacks letters of its title, nor a demonstration."""
    return not cover.loss and not cover.request.is_demonstration


def prepare_release(*, cover: Cover) -> ReleaseFile:
    """Ask for the store-ready file, once; a failed one is asked for again. Raises NotForStores."""
    if cover.loss:
        raise NotForStores
    release, is_new = ReleaseFile.objects.get_or_create(cover=cover, defaults={"stage": "render"})
    if not is_new and release.state in (State.FAILED, State.CANCELLED):
        again = ReleaseFile.objects.filter(pk=release.pk, state=release.state).update(
            state=State.QUEUED, attempt=0, failure="", finished_at=None, queued_at=Now()
        )
        is_new = bool(again)
    if is_new:
        release.ring()
    return release
