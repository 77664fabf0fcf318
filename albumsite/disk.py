"""Room on the disks that the site's data lies on: var/, and the folders of the buckets. PostgreSQL ends when its disk is full, and
every page with it: work is refused before."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
TELL_EVERY_SECONDS = 600.0


class DiskNearlyFull(UserFacingError):
    message_id = "site:disk"
    text = _(
        "We cannot take new work just now: our disk is nearly full. We have been told. What is here already is safe; please try "
        "again later."
    )
    status_code = 503


_looked: tuple[float, float] | None = None
_told_at = float("-inf")


def free_percent() -> float:
    """Of the fullest of the file systems under VAR_DIR and the bucket folders, looked at every few seconds."""
    global _looked
    now = time.monotonic()
    if _looked is None or now - _looked[0] >= LOOK_EVERY_SECONDS:
        _looked = (now, min(map(_free_percent, folders())))
    return _looked[1]


def folders() -> list[Path]:
    """Where the site writes on this machine; buckets of an object store are no folders."""
    locations = (
        getattr(storages[name], "location", "")
        for name in ("default", "public")
        if not hasattr(storages[name], "bucket")
    )
    return [Path(place) for place in (settings.VAR_DIR, *locations) if place]


def _free_percent(folder: Path) -> float:
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return 100 * usage.free / usage.total


def has_room() -> bool:
    """Whether more work may be taken. The operator is told in the log, every ten minutes while there is none."""
    global _told_at
    free = free_percent()
    if free >= settings.DISK_FREE_PERCENT_MIN:
        return True
    if time.monotonic() - _told_at >= TELL_EVERY_SECONDS:
        _told_at = time.monotonic()
        logger.error(
            "disk nearly full, no work is taken free_percent=%.1f min=%d", free, settings.DISK_FREE_PERCENT_MIN
        )
    return False


def has_room_to_work() -> bool:
    """Whether what was taken already may be worked at: that stops at half of what new work needs, and pages go last."""
    return free_percent() >= settings.DISK_FREE_PERCENT_MIN / 2


def refuse_without_room() -> None:
    """Raises DiskNearlyFull."""
    if not has_room():
        raise DiskNearlyFull(retry_after_seconds=int(TELL_EVERY_SECONDS))
