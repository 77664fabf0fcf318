"""Objects of the two buckets that no row names: left by a worker that died, or by a commit whose answer was lost.

A janitor lists each bucket page by page, remembers its place, and asks the apps in batches which keys they name. It touches only
what is older than ORPHAN_DAYS and younger than this database, below folders that belong to an app (OBJECT_OWNERS). A restore puts
objects back before rows, but as new ones, and without its tables the database names nothing and nothing is asked.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone
from django.utils.module_loading import import_string

from albumsite.jobs import rounds
from albumsite.media import storage

logger = logging.getLogger(__name__)

PAGE = 1000
"""Objects that one step lists: what a store gives in one answer."""
FUSE_AT = 200
"""Where more than half of so many old objects are nobody's, something is wrong with the database and not with the bucket."""


@dataclass(frozen=True)
class Orphan:
    """bucket: "private" or "public"."""

    bucket: str
    key: str
    size: int


def buckets() -> list[tuple[str, Storage]]:
    return [("private", storage.private()), ("public", storage.public())]


def sweep(before: datetime) -> int:
    """One page of each bucket. Returns how many objects were deleted. Raises StorageError."""
    count = 0
    for name, bucket in buckets():
        place = rounds.place_of(f"orphans {name}")
        if rounds.is_resting(place):
            continue
        page = list(islice(storage.listed(bucket, after=place.place), PAGE))
        found = list(orphans_among(name, page, before))
        old = sum(one.changed_at < before.timestamp() for one in page)
        if old >= FUSE_AT and len(found) > old / 2:
            said = "nothing deleted: most objects are nobody's, look with manage.py orphans bucket=%s found=%d of=%d"
            logger.error(said, name, len(found), old)
            break  # the other bucket is judged by the same rows
        count += delete(found)
        rounds.go_on(place, page[-1].key if len(page) == PAGE else "")
    return count


def orphans_among(name: str, page: list[storage.Listed], before: datetime) -> Iterator[Orphan]:
    """Those that no row names, of one page of a bucket."""
    since = born_at()
    by_owner: dict[str, list[storage.Listed]] = defaultdict(list)
    for one in page:
        is_ours = since is not None and since.timestamp() <= one.changed_at < before.timestamp()
        if is_ours and (owner := owner_of(one.key)):
            by_owner[owner].append(one)
    for owner, some in by_owner.items():
        ask: Any = import_string(owner)
        named = ask(name, [one.key for one in some])
        yield from (Orphan(name, one.key, one.size) for one in some if one.key not in named)


def owner_of(key: str) -> str:
    """Dotted name of who knows which keys of this folder are named; "" for folders of nobody, which are left alone."""
    return next((owner for prefix, owner in settings.OBJECT_OWNERS.items() if key.startswith(prefix)), "")


def delete(orphans: list[Orphan]) -> int:
    where = dict(buckets())
    for one in orphans:
        storage.delete_all(where[one.bucket], [one.key])
        logger.info("orphan deleted bucket=%s key=%s bytes=%d", one.bucket, one.key, one.size)
    return len(orphans)


def born_at() -> datetime | None:
    """When this database was made: what is older in the bucket is not its business."""
    born: datetime | None = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    return born


def all_orphans(days: float) -> Iterator[Orphan]:
    """Of both buckets, all of them, page by page: for the command. Raises StorageError."""
    before = timezone.now() - timedelta(days=days)
    for name, bucket in buckets():
        listing = storage.listed(bucket)
        while page := list(islice(listing, PAGE)):
            yield from orphans_among(name, page, before)
