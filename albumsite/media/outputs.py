"""Files that a job or a form makes: stored first, then pointed at by a row, or not kept at all."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError

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


def keep(claim: Claim[Any], files: Mapping[str, bytes], **values: Any) -> None:
    """Store files in the private bucket, then write columns of the row. Raises LeaseLost, StorageError."""
    row = type(claim.row)._default_manager.filter(pk=claim.row.pk)
    with stored(files, is_pointed_at=lambda: row.filter(**values).exists()):
        claim.update(**values)
