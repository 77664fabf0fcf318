"""Files that a job makes on the way: stored first, then pointed at by its row, or not kept at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from albumsite import storage
from albumsite.jobs import Claim, LeaseLost


def keep(claim: Claim[Any], files: Mapping[str, bytes], **values: Any) -> None:
    """Store files in the private bucket, then write columns of the row; files that no row points at go again.

    Raises LeaseLost, StorageError.
    """
    storage.save_all(storage.private(), files)
    try:
        claim.update(**values)
    except LeaseLost:
        storage.delete_all(storage.private(), files)
        raise
