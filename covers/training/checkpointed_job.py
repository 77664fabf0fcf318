"""A row that is trained: what is written of it on the way, whoever the trainer is."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from albumsite.curves import with_point
from albumsite.jobs.batch import ClaimedJob
from albumsite.jobs.claims import Claim
from albumsite.jobs.models import JobT
from albumsite.media import outputs

WRITE_EVERY_SECONDS = 1.0


class TrainerProgress(Protocol):
    """What every trainer tells of a step. checkpoint: a file that is whole. samples: pictures to look at, WebP."""

    @property
    def stage(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def loss(self) -> float | None: ...
    @property
    def seconds_left(self) -> float | None: ...
    @property
    def checkpoint(self) -> Path | None: ...
    @property
    def samples(self) -> tuple[bytes, ...]: ...


ProgressT = TypeVar("ProgressT", bound=TrainerProgress)


class CheckpointedJob(ClaimedJob[JobT]):
    """One training at work. Its row has `progress`, `losses`, `samples`, `prefix` and `checkpoint_key`."""

    def __init__(self, claim: Claim[JobT], on_end: Callable[[Claim[JobT]], None]) -> None:
        super().__init__(claim, on_end)
        row: Any = claim.row
        self.losses: list[list[float]] = list(row.losses)
        self._wrote_at = 0.0

    def note(self, progress: ProgressT, keep_samples: Callable[[ProgressT], None]) -> None:
        """Keep what the trainer tells of; progress and curves about once a second. A server that is away is only said."""
        if progress.loss is not None:
            self.losses = with_point(self.losses, progress.step, progress.loss)
        if progress.checkpoint is not None:
            self.write(partial(outputs.keep_checkpoint, self.claim, progress.checkpoint))
        if progress.samples:
            self.write(partial(keep_samples, progress))
        if time.monotonic() >= self._wrote_at + WRITE_EVERY_SECONDS or progress.step >= progress.total:
            self._wrote_at = time.monotonic()
            left = progress.seconds_left
            said = {
                "stage": progress.stage,
                "step": progress.step,
                "total": progress.total,
                "seconds_left": None if left is None else round(left, 1),
            }
            self.report(progress=said, **self.curves())

    def curves(self) -> dict[str, Any]:
        """Columns of what was measured so far."""
        return {"losses": self.losses}
