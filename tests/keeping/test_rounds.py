"""Chores that go round and round: each goes on where it stood, and rests when it has come round."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from albumsite.jobs import rounds
from covers.models import Refusal
from tests.ages import days_ago

pytestmark = pytest.mark.django_db


def step(name: str, limit: int) -> list[int]:
    """Which of the rows a chore looks at next, by their number."""
    everything = Refusal.objects.all()
    known = list(everything.order_by("pk").values_list("pk", flat=True))
    found = rounds.next_rows(name, everything, timezone.now() - timedelta(days=10), limit=limit)
    return [known.index(row.pk) for row in found]


@pytest.fixture(autouse=True)
def _five_old_and_a_young_one() -> None:
    with days_ago(20):
        for _ in range(5):
            Refusal.objects.create(reason="child", field="title")
    with days_ago(2):
        Refusal.objects.create(reason="child", field="title")


def test_two_chores_do_not_move_each_others_place() -> None:
    assert step("first", limit=2) == [0, 1]
    assert step("second", limit=4) == [0, 1, 2, 3]
    assert step("first", limit=2) == [2, 3]
    assert step("second", limit=4) == [4]


def test_a_round_ends_with_the_last_old_row_and_the_next_begins_a_day_later() -> None:
    assert [step("chore", limit=2) for _ in range(5)] == [[0, 1], [2, 3], [4], [], []]
    rounds.Place.objects.filter(name="chore").update(came_round_at=timezone.now() - timedelta(hours=19))
    assert step("chore", limit=2) == []
    rounds.Place.objects.filter(name="chore").update(came_round_at=timezone.now() - timedelta(hours=21))
    assert step("chore", limit=2) == [0, 1]
