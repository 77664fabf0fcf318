"""How far a request is, written to its row a few times a second and read by its page."""

from __future__ import annotations

import base64
import time

from albumsite import jobs
from albumsite.jobs import Claim
from covers.engine.contract import Step
from covers.models import CoverRequest

WRITE_EVERY_SECONDS = 0.25


class Progress:
    """Keeps the parts of one request: position → phase, step of total, and a small preview as base64 WebP."""

    def __init__(self, claim: Claim[CoverRequest]) -> None:
        self._claim = claim
        self._parts: dict[str, dict[str, object]] = dict(claim.row.progress)
        self._written = 0.0

    def report(self, step: Step) -> bool:
        """An engine's step callback. False when the engine should stop: cancelled, lease lost, or worker leaving."""
        part: dict[str, object] = {"phase": "drawing", "step": step.step, "total": step.total}
        old = self._parts.get(str(step.position), {})
        if step.preview:
            part["preview"] = base64.b64encode(step.preview).decode()
        elif "preview" in old:
            part["preview"] = old["preview"]
        self._parts[str(step.position)] = part
        if time.monotonic() - self._written < WRITE_EVERY_SECONDS:
            return not jobs.shutting_down.is_set()
        return self._write() and not jobs.shutting_down.is_set()

    def saving(self, position: int) -> None:
        self._parts[str(position)] = {**self._parts.get(str(position), {}), "phase": "saving"}
        self._write()

    def saved(self, position: int) -> None:
        """The cover's row says the rest."""
        self._parts[str(position)] = {"phase": "done", "step": 1, "total": 1}
        self._write()

    def _write(self) -> bool:
        self._written = time.monotonic()
        return self._claim.report(progress=self._parts)
