"""Puts a row's primary key on the RQ queue of its stage. The row itself is the job (`albumsite.jobs.models`).

What is in Redis may be lost, doubled or late without harm. Nothing but a primary key passes through it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from albumsite.jobs.columns import JobColumns

NO_TIME_LIMIT = -1
QUEUES_WITHOUT_TIME_LIMIT = frozenset({"draw", "train", "learn"})
"""One job of the queue may serve many people, and a slow machine takes its time: a silent engine is noticed by its worker."""

FAILED_JOB_SECONDS = 7 * 24 * 3600
"""How long Redis keeps a job whose task broke, with its traceback, for whoever looks for the cause: RQ would keep it for a year."""

ENQUEUED_AT_ONCE = 500
"""Jobs in one round trip: more would hold a single-threaded Redis for long."""


def enqueue_on_commit(row: JobColumns, stage: str) -> None:
    """Enqueue the task of the row's stage after commit. Redis being away only delays it: the sweeper does it then."""

    def enqueue() -> None:
        enqueue_now(type(row), row.pk, stage)

    transaction.on_commit(enqueue, robust=True)


def enqueue_now(model: type[JobColumns], pk: uuid.UUID, stage: str) -> None:
    """Put the row's primary key on its queue. Raises redis.RedisError when Redis does not answer in time."""
    name, task = model.STAGES[stage]
    queue_of(name).enqueue(
        task, str(pk), job_id=_queue_job_id(model, pk), job_timeout=_time_limit(name), failure_ttl=FAILED_JOB_SECONDS
    )


def enqueue_many(model: type[JobColumns], rows: Iterable[tuple[uuid.UUID, str]]) -> int:
    """Enqueue many rows, given as (primary key, stage), in a few round trips. Returns how many. Raises redis.RedisError."""
    by_stage: dict[str, list[uuid.UUID]] = defaultdict(list)
    for pk, stage in rows:
        by_stage[stage].append(pk)
    for stage, pks in by_stage.items():
        name, task = model.STAGES[stage]
        queue = queue_of(name)
        for some in _slices(pks, ENQUEUED_AT_ONCE):
            queue.enqueue_many(
                queue.prepare_data(
                    task,
                    (str(pk),),
                    job_id=_queue_job_id(model, pk),
                    timeout=_time_limit(name),
                    failure_ttl=FAILED_JOB_SECONDS,
                )
                for pk in some
            )
    return sum(map(len, by_stage.values()))


def enqueued_pks(name: str) -> set[str]:
    """Which rows are in a queue, as "model name-primary key"."""
    return {job_id.rpartition("-")[0] for job_id in queue_of(name).get_job_ids()}


def name_in_queue(model: type[JobColumns], pk: uuid.UUID) -> str:
    """What `enqueued_pks` calls the row."""
    return f"{model._meta.model_name}-{pk}"


def queue_of(name: str) -> Any:
    """An RQ queue whose connection does not try again: a page must not wait for a Redis that hangs."""
    from django_rq.settings import QUEUES  # reads settings on import

    return _queue_at(name, QUEUES[name]["URL"])


@lru_cache(maxsize=16)
def _queue_at(name: str, url: str) -> Any:
    """Kept, with its connections: opening one for each job costs more than the job."""
    from django_rq import get_queue

    queue = get_queue(name)
    queue.connection.set_retry(Retry(NoBackoff(), 0))
    return queue


def _queue_job_id(model: type[JobColumns], pk: uuid.UUID) -> str:
    """A new one each time: RQ mixes up jobs of one id that come again while the first is remembered."""
    return f"{name_in_queue(model, pk)}-{uuid.uuid4().hex[:8]}"


def _time_limit(name: str) -> int | None:
    """Seconds; None leaves it to the queue's own."""
    return NO_TIME_LIMIT if name in QUEUES_WITHOUT_TIME_LIMIT else None


def _slices(pks: list[uuid.UUID], length: int) -> Iterator[list[uuid.UUID]]:
    for start in range(0, len(pks), length):
        yield pks[start : start + length]
