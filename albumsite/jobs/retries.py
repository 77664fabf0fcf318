"""What is tried again while a server blinks: an object store that does not answer, a database whose connection breaks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from albumsite.errors import StorageError
from albumsite.jobs.shutdown import shutting_down

logger = logging.getLogger(__name__)

AGAIN_AFTER_SECONDS = (0.5, 2.0, 5.0)
"""A result has cost seconds or hours of a GPU: a server that blinks gets some chances before it is made anew."""

T = TypeVar("T")


def persist(do: Callable[[], T], *, known: Callable[[], T | None] = lambda: None) -> T:
    """Store and record something, again while a server blinks. Raises what the last try raised.

    do: may come any number of times. known: what an earlier try has recorded, for a connection may break between a commit and
    its answer; None: nothing. A worker that was told to stop does not wait between tries.
    """
    for pause in AGAIN_AFTER_SECONDS:
        try:
            return do()
        except (StorageError, OperationalError, InterfaceError) as error:
            logger.warning("not stored yet, tried again cause=%r", error)
            connection.close()
            shutting_down.wait(pause)
        if (found := _asked(known)) is not None:
            return found
    return do()


def _asked(known: Callable[[], T | None]) -> T | None:
    """None also while the database is away: the next try finds out."""
    try:
        return known()
    except (OperationalError, InterfaceError):
        connection.close()
        return None
