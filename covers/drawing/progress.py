"""How far a request is, written to its row a few times a second and read by its page."""

from __future__ import annotations

import base64
import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connection

from albumsite.jobs.claims import Claim
from covers.engine.engine_contract import Step
from covers.models import CoverRequest
from covers.safety import picture_check

logger = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 0.25


class Progress:
    """Keeps the parts of one request: position → phase, step of total, and a small preview as base64 WebP.

    Told by the thread that draws and by those that save. Its writes may fail without harm: the page shows an older state.
    """

    def __init__(self, claim: Claim[CoverRequest]) -> None:
        self._claim = claim
        self._parts: dict[str, dict[str, object]] = dict(claim.row.progress)
        self._shows_hints_only = picture_check.is_needed(claim.row.engine)
        self._is_written, self._written_at = True, float("-inf")
        self._lock, self._writing = threading.Lock(), threading.Lock()

    def note(self, step: Step) -> None:
        """A picture has come this far."""
        part: dict[str, object] = {"phase": "drawing", "step": step.step, "total": step.total}
        preview = step.preview
        if preview and self._shows_hints_only:  # nobody has looked at it
            preview = picture_check.hint_of(preview)
        with self._lock:
            old = self._parts.get(str(step.position), {})
            if preview:
                part["preview"] = base64.b64encode(preview).decode()
            elif "preview" in old:
                part["preview"] = old["preview"]
            self._parts[str(step.position)] = part
            self._is_written = False

    def write_if_due(self) -> None:
        """Write what was noted, a few times a second at most. Raises DatabaseError, InterfaceError."""
        if not self._is_written and time.monotonic() - self._written_at >= WRITE_EVERY_SECONDS:
            self._write()

    def saving(self, position: int) -> None:
        with self._lock:
            self._parts[str(position)] = {**self._parts.get(str(position), {}), "phase": "saving"}
        self._write_if_possible()

    def saved(self, position: int) -> None:
        """The cover's row says the rest."""
        self._end(position, {"phase": "done", "step": 1, "total": 1})

    def withheld(self, position: int) -> None:
        """Nobody is shown this one, nor what it looked like on the way. What becomes of its place, the request's end says."""
        self._end(position, {"phase": "waiting", "step": 0, "total": 0})

    def _end(self, position: int, part: dict[str, object]) -> None:
        with self._lock:
            self._parts[str(position)] = part
        self._write_if_possible()

    def _write_if_possible(self) -> None:
        try:
            self._write()
        except (DatabaseError, InterfaceError):
            logger.warning("progress not written request=%s", self._claim.row.pk, exc_info=True)
            connection.close()

    def _write(self) -> None:
        with self._writing:  # one at a time, so that an older state does not come after a newer one
            with self._lock:
                parts = dict(self._parts)
                self._is_written, self._written_at = True, time.monotonic()
            self._claim.report(progress=parts)
