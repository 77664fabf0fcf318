"""Files that a job or a form makes: stored first, then pointed at by a row, or not kept at all."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError

from albumsite.errors import StorageError
from albumsite.jobs.claims import Claim
from albumsite.media import storage

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def stored(files: Mapping[str, bytes], *, is_pointed_at: Callable[[], bool]) -> Iterator[None]:
    """Store files in the private bucket, then do what makes a row point at them. When that fails they go again.

    Not after a connection broke: the commit may have gone through and only its answer be lost. And not while a row points at
    them, which an earlier try of the same write may have made. A stray file takes a little room; a missing one
    is missed. is_pointed_at: asks the database. Raises StorageError, and what the block raises.
    """
    try:
        storage.save_all(storage.private(), files)
        yield
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        if not _may_be_pointed_at(is_pointed_at):
            storage.delete_all(storage.private(), files)
        raise


def _may_be_pointed_at(is_pointed_at: Callable[[], bool]) -> bool:
    try:
        return is_pointed_at()
    except (DatabaseError, InterfaceError):
        logger.warning("files kept that no row may point at: the database cannot say", exc_info=True)
        return True


def keep_checkpoint(claim: Claim[Any], file: Path) -> None:
    """Upload it under a key with the token, point the row at it, then delete the one before. Raises LeaseLost, StorageError.

    The row has `prefix` and `checkpoint_key`.
    """
    row = claim.row
    before = row.checkpoint_key
    key = f"{row.prefix}{claim.token.hex}{time.monotonic_ns()}-{file.name}"
    keep(claim, {key: file.read_bytes()}, checkpoint_key=key)
    row.checkpoint_key = key
    if before:
        storage.delete_all(storage.private(), [before])


def fetch_checkpoint(key: str, folder: Path) -> None:
    """Where an earlier try, perhaps on another machine, came to. Without it the work begins anew, which is only slower."""
    with contextlib.suppress(StorageError):
        name = Path(key).name.partition("-")[2]
        (folder / name).write_bytes(storage.read(storage.private(), key))


def keep(claim: Claim[Any], files: Mapping[str, bytes], **values: Any) -> None:
    """Store files in the private bucket, then write columns of the row. Raises LeaseLost, StorageError."""
    row = type(claim.row)._default_manager.filter(pk=claim.row.pk)
    with stored(files, is_pointed_at=lambda: row.filter(**values).exists()):
        claim.update(**values)
