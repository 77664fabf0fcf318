"""The doorbell: puts a row's primary key on the queue of its stage. The row itself is the job (`albumsite.jobs.models`).

A ring may be lost, doubled or late without harm. Nothing but a primary key passes through Redis.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

if TYPE_CHECKING:
    from albumsite.jobs.models import Job

NO_TIME_LIMIT = -1
QUEUES_WITHOUT_TIME_LIMIT = frozenset({"draw", "train", "learn"})
"""One ring may serve many people, and a slow machine takes its time: a silent engine is noticed by its worker."""

FAILED_RING_SECONDS = 7 * 24 * 3600
"""How long Redis keeps a ring whose task broke, with its traceback, for whoever looks for the cause: RQ would keep it for a year."""

RINGS_AT_ONCE = 500
"""Rings in one round trip: more would hold a single-threaded Redis for long."""


def ring_on_commit(row: Job, stage: str) -> None:
    """Enqueue the task of the row's stage after commit. Redis being away only delays it: the sweeper rings again."""

    def ring() -> None:
        ring_now(type(row), row.pk, stage)

    transaction.on_commit(ring, robust=True)


def ring_now(model: type[Job], pk: uuid.UUID, stage: str) -> None:
    """Put the row's primary key on its queue. Raises redis.RedisError when Redis does not answer in time."""
    name, task = model.STAGES[stage]
    queue_of(name).enqueue(
        task, str(pk), job_id=_bell_id(model, pk), job_timeout=_time_limit(name), failure_ttl=FAILED_RING_SECONDS
    )


def ring_many(model: type[Job], rows: Iterable[tuple[uuid.UUID, str]]) -> int:
    """Ring for many rows, given as (primary key, stage), in a few round trips. Returns how many. Raises redis.RedisError."""
    by_stage: dict[str, list[uuid.UUID]] = defaultdict(list)
    for pk, stage in rows:
        by_stage[stage].append(pk)
    for stage, pks in by_stage.items():
        name, task = model.STAGES[stage]
        queue = queue_of(name)
        for some in _slices(pks, RINGS_AT_ONCE):
            queue.enqueue_many(
                queue.prepare_data(
                    task,
                    (str(pk),),
                    job_id=_bell_id(model, pk),
                    timeout=_time_limit(name),
                    failure_ttl=FAILED_RING_SECONDS,
                )
                for pk in some
            )
    return sum(map(len, by_stage.values()))


def pks_rung(name: str) -> set[str]:
    """Which rows a queue holds a ring for, as "model name-primary key"."""
    return {job_id.rpartition("-")[0] for job_id in queue_of(name).get_job_ids()}


def name_in_queue(model: type[Job], pk: uuid.UUID) -> str:
    """What `pks_rung` calls the row."""
    return f"{model._meta.model_name}-{pk}"


def queue_of(name: str) -> Any:
    """An RQ queue whose connection does not try again: a page must not wait for a Redis that hangs."""
    from django_rq.settings import QUEUES  # reads settings on import

    return _queue_at(name, QUEUES[name]["URL"])


@lru_cache(maxsize=16)
def _queue_at(name: str, url: str) -> Any:
    """Kept, with its connections: opening one for each ring costs more than the ring."""
    from django_rq import get_queue

    queue = get_queue(name)
    queue.connection.set_retry(Retry(NoBackoff(), 0))
    return queue


def _bell_id(model: type[Job], pk: uuid.UUID) -> str:
    """A new one for each ring: RQ mixes up jobs of one id that come again while the first is remembered."""
    return f"{name_in_queue(model, pk)}-{uuid.uuid4().hex[:8]}"


def _time_limit(name: str) -> int | None:
    """Seconds; None leaves it to the queue's own."""
    return NO_TIME_LIMIT if name in QUEUES_WITHOUT_TIME_LIMIT else None


def _slices(pks: list[uuid.UUID], length: int) -> Iterator[list[uuid.UUID]]:
    for start in range(0, len(pks), length):
        yield pks[start : start + length]
