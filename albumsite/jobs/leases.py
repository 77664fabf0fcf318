"""Leases of the rows that this process works on, renewed in the background."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from albumsite.jobs.claims import Claim
from albumsite.jobs.states import State

logger = logging.getLogger(__name__)


class LeaseKeeper(threading.Thread):
    """Renews the leases of any number of claims, all in one statement, on a database connection of its own.

    A lease that cannot be renewed runs out by itself: the claim's `may_be_held` says so here, the row to everybody else.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True, name="lease-keeper")
        self._claims: dict[uuid.UUID, Claim[Any]] = {}
        self._lock, self._stop_asked = threading.Lock(), threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop_asked.set()
        self.join()

    def keep(self, claim: Claim[Any]) -> None:
        with self._lock:
            self._claims[claim.token] = claim

    def drop(self, claim: Claim[Any]) -> None:
        with self._lock:
            self._claims.pop(claim.token, None)

    def run(self) -> None:
        try:
            while not self._stop_asked.wait(settings.LEASE_SECONDS / 4):
                try:
                    self._renew()
                except Exception:  # an unreachable database: keep trying, the lease itself is the time limit
                    logger.exception("leases could not be renewed")
                    connection.close()
        finally:
            connection.close()

    def _renew(self) -> None:
        with self._lock:
            claims = dict(self._claims)
        now = time.monotonic()
        for model in {type(claim.row) for claim in claims.values()}:
            mine = model._default_manager.filter(token__in=list(claims), state=State.RUNNING)
            mine.update(lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS))
            for token in mine.values_list("token", flat=True):
                claims[token].held_until = now + settings.LEASE_SECONDS
