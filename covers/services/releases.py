"""Release files: asked for, and recorded when they are made."""

from __future__ import annotations

import hashlib

from albumsite.jobs.claims import Claim
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
    if is_new:
        release.enqueue()
    else:
        release.queue_again()
    return release
