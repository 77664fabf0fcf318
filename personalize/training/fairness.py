"""Who is trained next: round-robin between members (`albumsite.jobs.fair_order`), first who was served longest ago, or never."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from albumsite.jobs.fair_order import FairQueue
from personalize.models import TrainingRun

ORDER_MAX = 500
QUEUE = FairQueue(
    model=TrainingRun,
    work="train",
    person="owner_id::text",
    people={"owner_id": "owner_id"},
    matches=("theirs.owner_id = people.owner_id",),
    columns=("attempt", "options"),
    served_at="started_at",
    turn_at="coalesce(served_at, '-infinity')",
)


@dataclass(frozen=True)
class WaitingRun:
    """One run in the queue. attempt: tries so far."""

    pk: uuid.UUID
    attempt: int
    options: dict[str, Any]

    @property
    def manner(self) -> dict[str, Any]:
        """What must be equal for two runs to share their steps."""
        return {name: value for name, value in self.options.items() if name not in ("seed", "max_train_steps")}


def fair_order() -> list[WaitingRun]:
    """Runs that may be begun now, the fairest first: whoever has most at work comes last, then who was served longest ago."""
    found = QUEUE.order(("train",), limit=ORDER_MAX, looked_at=ORDER_MAX)
    return [WaitingRun(pk, attempt, json.loads(options)) for pk, _person, _round, attempt, options in found]


def company(order: Sequence[WaitingRun], first: WaitingRun, room: int) -> list[WaitingRun]:
    """Who can share the steps of `first`: asked for in the same way, and never in a call that broke."""
    alike = [run for run in order if run.attempt == 0 and run.manner == first.manner]
    return alike[: max(0, room)]
