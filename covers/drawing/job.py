"""One request that is drawn: what it lacks, what is drawn of it, and how it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

from albumsite.jobs.batch import ClaimedJob
from albumsite.jobs.claims import Claim
from albumsite.jobs.retries import persist
from covers.drawing.progress import Progress
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.models import CoverRequest
from covers.safety import withholding

logger = logging.getLogger(__name__)


class DrawJob(ClaimedJob[CoverRequest]):
    """A request at work. That every picture is drawn is an end as others are; pictures drawn before an end are stored."""

    def __init__(
        self, claim: Claim[CoverRequest], specs: Sequence[DrawSpec], on_end: Callable[[Claim[CoverRequest]], None]
    ) -> None:
        super().__init__(claim, on_end)
        self.specs = tuple(specs)
        self.progress = Progress(claim)
        self._undrawn = {spec.position for spec in specs}

    @property
    def undrawn(self) -> list[DrawSpec]:
        """What is not drawn yet."""
        return [spec for spec in self.specs if spec.position in self._undrawn]

    @property
    def is_complete(self) -> bool:
        return not self._undrawn

    @property
    def person(self) -> str:
        """Whose it is, as `fairness.Waiting.person` says it."""
        return str(self.row.owner_id or self.row.network or self.row.visitor)

    @property
    def left(self) -> int:
        """How many of its pictures are not stored yet, drawn or not."""
        return len(self._undrawn) + self._unstored

    def take(self, drawn: Drawn) -> bool:
        """A picture is ready, to be stored and then put away. False: its request has come to another end meanwhile."""
        with self._lock:
            if self._end is not None or drawn.position not in self._undrawn:
                return False
            self._undrawn.discard(drawn.position)
            self._unstored += 1
            if not self._undrawn:
                self._end = self.finish
        return True

    def spec_of(self, drawn: Drawn) -> DrawSpec:
        return next(spec for spec in self.specs if spec.position == drawn.position)

    def finish(self) -> None:
        persist(partial(withholding.end_drawing, self.claim))
        logger.info("covers drawn request=%s", self.id)
