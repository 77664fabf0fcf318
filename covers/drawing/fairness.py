"""Who is drawn next: the waiting requests in fair order, and those of them that can share one call of the engine.

Fair means round-robin between people: each member, and the visitors of each network together, for a cookie is no person.
A person's turn comes when they were last served, or, if that is later, when what they wait for arrived: so a newcomer goes
behind those who wait already, and somebody with fifty requests goes behind everybody each time that one of them is begun.
Whoever has requests at work already is counted as many rounds behind. This is round-robin by request as in Nagle's fair
queueing (RFC 970).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from albumsite.ids import first_id_since
from albumsite.jobs.fair_order import FairQueue
from covers.models import CoverRequest, Stage

MODEL_FIELDS = ("engine", "model_version_id", "base_model", "base_model_revision")
ALIKE_FIELDS = (
    *MODEL_FIELDS, "width", "height", "num_inference_steps", "guidance_scale", "guidance_rescale", "guidance_end",
    "clip_skip", "feature_reuse", "scheduler",
)  # fmt: skip
"""What must be equal for two requests to share a call. Prompts, seeds, lettering and adapters may differ."""

SERVED_WITHIN_SECONDS = 24 * 3600
"""How far back to look for when a person was served last; longer ago is as good as never."""
ORDER_MAX = 500
LOOKED_AT_MAX = 2000
"""Waiting requests of a stage that are put in order, the oldest: nobody has more than REQUESTS_WAITING_PER_PERSON of them, so
they are of hundreds of people, and a claim takes as long with a hundred thousand behind them."""


@dataclass(frozen=True)
class Waiting:
    """One request in the queue. person: `accounts.person.Person.turn` of who asked. round: how many requests of that
    person come before it or are drawn now, plus one. count: pictures. attempt: tries so far. alike: values of ALIKE_FIELDS."""

    pk: uuid.UUID
    person: str
    round: int
    count: int
    attempt: int
    alike: tuple[object, ...]

    @property
    def model(self) -> tuple[object, ...]:
        return self.alike[: len(MODEL_FIELDS)]

    @property
    def is_alone(self) -> bool:
        """Whether it was in a call that broke: it may have been the reason, so it shares no call again."""
        return self.attempt > 0


def alike_of(row: CoverRequest) -> tuple[object, ...]:
    """What `Waiting.alike` says of the row."""
    return tuple(getattr(row, name) for name in ALIKE_FIELDS)


def model_of(row: CoverRequest) -> tuple[object, ...]:
    """What `Waiting.model` says of the row."""
    return alike_of(row)[: len(MODEL_FIELDS)]


QUEUE = FairQueue(
    model=CoverRequest,
    work=Stage.DRAW,
    person="coalesce(owner_id::text, nullif(network, ''), visitor::text)",
    people={"owner_id": "owner_id", "network": "network", "visitor": "CASE WHEN network = '' THEN visitor END"},
    matches=(
        "theirs.owner_id = people.owner_id",
        "people.owner_id IS NULL AND theirs.owner_id IS NULL AND theirs.visitor = people.visitor",
        "people.owner_id IS NULL AND people.network <> '' AND theirs.network = people.network AND theirs.network <> ''",
    ),
    columns=("count", "attempt", *ALIKE_FIELDS),
    served_at="draw_started_at",
    turn_at="greatest(since, served_at)",
    waits_though_running=f"stage = '{Stage.WRITE}'",
)


def fair_order(stages: Sequence[str] = (Stage.DRAW,)) -> list[Waiting]:
    """Everything that may be begun now, the fairest first. With the stage "write" also songs whose brief is being written."""
    made_after = first_id_since(time.time() - SERVED_WITHIN_SECONDS)
    found = QUEUE.order(stages, limit=ORDER_MAX, looked_at=LOOKED_AT_MAX, made_after=made_after)
    return [
        Waiting(pk, person, number, count, attempt, tuple(alike))
        for pk, person, number, count, attempt, *alike in found
    ]


def next_to_write(most: int) -> list[uuid.UUID]:
    """The first of those whose brief is not written yet, in fair order, with what the same people have waiting to be drawn: else
    whoever asked for twenty songs at once would have all twenty read before anybody else's."""
    order = [one.pk for one in fair_order((Stage.WRITE, Stage.DRAW))]
    unwritten = set(CoverRequest.objects.claimable(Stage.WRITE).filter(pk__in=order).values_list("pk", flat=True))
    return [pk for pk in order if pk in unwritten][:most]


def fairest(order: Sequence[Waiting], is_loaded: Callable[[Waiting], bool], *, may_load_another: bool) -> Waiting:
    """Whose turn it is: the first, or, while another model may not be loaded, the first whose model is loaded.

    order: of one at least.
    """
    if may_load_another:
        return order[0]
    return next((one for one in order if is_loaded(one)), order[0])


def company(order: Iterable[Waiting], first: Waiting, room: int) -> list[Waiting]:
    """Who can share the call of `first`: alike, never in a broken call before, and together at most `room` pictures."""
    chosen: list[Waiting] = []
    for one in order:
        if one.pk != first.pk and one.alike == first.alike and not one.is_alone and one.count <= room:
            chosen.append(one)
            room -= one.count
    return chosen
