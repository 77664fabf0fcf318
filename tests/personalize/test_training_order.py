"""Who is trained next, against the rule spelled out: for every mixture of members, trainings at work and trainings done."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from albumsite.jobs.states import State
from personalize.models import TrainingRun
from personalize.training.fairness import fair_order
from tests.factories import make_member
from tests.personalize.factories import make_face

pytestmark = pytest.mark.django_db
NEVER = datetime.min.replace(tzinfo=UTC)


def in_words(runs: list[TrainingRun], now: datetime) -> list[uuid.UUID]:
    """Rounds first, those at work counted as rounds behind; within a round who was served longest ago, then who asked first."""
    waiting = [
        run
        for run in runs
        if (run.state == State.QUEUED and run.queued_at <= now)
        or (run.state == State.RUNNING and run.lease_until and run.lease_until < now)
    ]
    rounds = Counter(run.owner_id for run in runs if run.state == State.RUNNING and run not in waiting)
    served: dict[int, datetime] = {}
    for run in runs:
        served[run.owner_id] = max(served.get(run.owner_id, NEVER), run.started_at or NEVER)
    ordered = []
    for run in sorted(waiting, key=lambda run: run.pk):
        rounds[run.owner_id] += 1
        ordered.append((rounds[run.owner_id], served[run.owner_id], run.pk))
    return [pk for *_, pk in sorted(ordered)]


def some_run(chance: random.Random, owner: User, now: datetime) -> TrainingRun:
    moment = lambda: now - timedelta(hours=chance.uniform(0.1, 100))  # noqa: E731
    kinds = {
        "waits": {"queued_at": moment()},
        "rests": {"queued_at": now + timedelta(hours=1)},
        "at work": {"state": State.RUNNING, "lease_until": now + timedelta(hours=1), "token": uuid.uuid4()},
        "left": {"state": State.RUNNING, "lease_until": now - timedelta(minutes=1), "token": uuid.uuid4()},
        "done": {"state": State.DONE, "finished_at": moment()},
        "waits again": {"queued_at": moment(), "attempt": 1},
    }
    kind = chance.choice(list(kinds))
    begun = {} if kind in ("waits", "rests") else {"started_at": moment()}
    face = make_face(owner, photos=0)
    return TrainingRun.objects.create(face=face, owner=owner, stage="train", seed=1, **(kinds[kind] | begun))


@pytest.mark.parametrize("seed", range(6))
def test_the_order_is_the_rule(seed: int) -> None:
    chance, now = random.Random(seed), timezone.now()
    owners = [make_member() for _ in range(4)]
    for _number in range(24):
        some_run(chance, chance.choice(owners), now)
    order = in_words(list(TrainingRun.objects.all()), now)
    assert order
    assert [run.pk for run in fair_order()] == order


def test_what_was_tried_too_often_is_not_begun(settings: object) -> None:
    member = make_member()
    run = TrainingRun.objects.create(face=make_face(member, photos=0), owner=member, stage="train", seed=1, attempt=99)
    assert run.pk not in [one.pk for one in fair_order()]
