"""What RQ workers run. Each takes a primary key, claims a row under a lease, and may be delivered twice or die anywhere."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import close_old_connections
from django.db.models.functions import Now

from albumsite.errors import StorageError
from albumsite.media import storage
from covers import registry
from personalize.models import Erasure, KeptPortrait
from personalize.photos import portraits
from personalize.training import batch

logger = logging.getLogger(__name__)


def train_face(pk: str) -> None:
    """Train the runs that wait, the fairest first. The row that was enqueued may be another's by now."""
    close_old_connections()
    batch.train_waiting()


def develop(pk: str) -> None:
    """Make what `poster` needs of one photo, while the photo is there."""
    close_old_connections()
    with KeptPortrait.objects.claimed(pk, stage="develop") as claim:
        if claim is not None:
            portraits.develop(claim=claim)


def erase(pk: str) -> None:
    """Empty a folder; and once more when nobody can still be writing to it who held a lease when its face was forgotten."""
    close_old_connections()
    if not Erasure.objects.filter(pk=pk, queued_at__lte=Now()).exists():
        return  # too early, by whom ever
    for stage in Erasure.STAGES:
        with Erasure.objects.claimed(pk, stage=stage) as claim:
            if claim is None:
                continue
            try:
                stores = (storage.private(), storage.public())
                count = sum(storage.delete_below(store, claim.row.prefix) for store in stores)
            except StorageError:  # what was promised to be deleted is never given up
                logger.warning("folder not erased yet erasure=%s stage=%s", pk, stage, exc_info=True)
                claim.rest_until(stage, after_seconds=settings.LEASE_SECONDS)
                return
            registry.drop_forgotten_faces()
            logger.info("folder erased erasure=%s stage=%s objects=%d", pk, stage, count)
            if stage == "erase":
                claim.rest_until("look-again", after_seconds=settings.LEASE_SECONDS)
            else:
                claim.finish()
            return
