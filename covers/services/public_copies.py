"""Public copies that earlier releases let caches keep for a year: written anew as short-lived as today's, then purged at the CDN.

What is done stands on each object, so a run may end at any line and the next finds what is left: an object tells caches today's
words only once its address was purged. Until then it tells them `not_purged()`, which means the same. A cover that is taken down
meanwhile stays down: after the last copy somebody looks, and before the first a `Withdrawal` is written, for whoever dies before that.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.core.files.storage import Storage

from albumsite.errors import StorageError
from albumsite.media import storage, store_trial
from covers.services import withdrawals

logger = logging.getLogger(__name__)

FOLDER = "covers/"
TAKEN_DOWN = "the cover is not on the wall: what is left of its copies is being deleted"
NOBODYS = "no cover of this database; manage.py orphans lists them"
WITHOUT_HEADERS = "public copies lie in a folder, where nothing is written of caches"


@dataclass(frozen=True)
class CopiesLooked:
    """What became of the copies of one cover. changed: objects that are done now; left: why others are not; may_help: to run again."""

    prefix: str
    changed: int = 0
    left: str = ""
    may_help: bool = False


def not_purged() -> str:
    """What an object tells caches between its writing and its purge: today's words in effect, and not to the letter."""
    return f"{settings.PUBLIC_CACHE_CONTROL}, must-revalidate"


def has_headers() -> bool:
    return hasattr(storage.public(), "bucket")


def renew_all(*, after: str = "") -> Iterator[CopiesLooked]:
    """Go through the public bucket, cover by cover, in an order that stays. after: the prefix to go on at.

    Raises StorageError when the bucket cannot be listed.
    """
    names = (one.key for one in storage.listed(storage.public(), FOLDER, after=after))
    for prefix, keys in groupby(names, key=lambda key: key.rpartition("/")[0]):
        yield renew(prefix, list(keys))


def renew(prefix: str, keys: list[str]) -> CopiesLooked:
    """Look at the copies of one cover, and write those anew that say something else than today's. Safe to run twice at once."""
    try:
        old = [key for key in keys if _is_old(key)]
        if not old:
            return CopiesLooked(prefix)
        if not _is_known(prefix):
            return CopiesLooked(prefix, left=NOBODYS)
        if withdrawals.is_shown(prefix):
            return _write_anew(prefix, old)
        withdrawals.ask(storage_prefix=prefix)  # left by a take-down that did not reach the store, or knew of no CDN
        return CopiesLooked(prefix, left=TAKEN_DOWN)
    except StorageError as error:
        return CopiesLooked(prefix, left=f"object store: {store_trial.said(error)}", may_help=True)
    except OSError as error:
        return CopiesLooked(prefix, left=f"CDN_PURGE_URL: {error}", may_help=True)


def _write_anew(prefix: str, keys: list[str]) -> CopiesLooked:
    """Raises StorageError, or OSError from the purge: after either the row that was written first looks again."""
    row = withdrawals.look_later(storage_prefix=prefix)
    if settings.CDN_PURGE_URL:
        _save_again(storage.public_telling(not_purged()), keys)
        withdrawals.post_purge([withdrawals.public_address(key) for key in keys])
    changed = _save_again(storage.public_telling(settings.PUBLIC_CACHE_CONTROL), keys)
    if not withdrawals.is_shown(prefix):
        withdrawals.ask(storage_prefix=prefix)
        return CopiesLooked(prefix, left=TAKEN_DOWN)
    withdrawals.need_not_look(row)
    logger.info("public copies renewed prefix=%s objects=%d", prefix, changed)
    return CopiesLooked(prefix, changed)


def _save_again(bucket: Storage, keys: list[str]) -> int:
    """Each as it is there now: what was deleted meanwhile is not brought back from memory. Returns how many. Raises StorageError."""
    count = 0
    for key in keys:
        with contextlib.suppress(storage.ObjectMissing):
            storage.save_all(bucket, {key: storage.read(storage.public(), key)})
            count += 1
    return count


def _is_old(key: str) -> bool:
    """Raises StorageError."""
    try:
        return storage.cache_control(storage.public(), key) != settings.PUBLIC_CACHE_CONTROL
    except storage.ObjectMissing:  # taken down since it was listed
        return False


def _is_known(prefix: str) -> bool:
    try:
        return withdrawals.covers_at(prefix).exists()
    except (ValueError, IndexError):  # not the folder of a cover
        return False
