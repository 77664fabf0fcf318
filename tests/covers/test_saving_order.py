"""Whose finished pictures are stored first, where an engine draws more quickly than pictures can be stored."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.person import Person
from albumsite.jobs.states import State
from covers.drawing import cover_writer, turn
from covers.drawing.recording import record_cover
from covers.drawing.specs import missing_specs
from covers.drawing.turn import DrawTurn
from covers.models import Cover, CoverRequest
from tests.covers.test_draw_covers import FlatEngine, engine, flat_request  # noqa: F401  the engine is a fixture
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """One thread stores, and nothing before the event is set."""
    is_open, usual = threading.Event(), record_cover

    def record(**values: Any) -> Cover:
        assert is_open.wait(30)
        return usual(**values)

    monkeypatch.setattr(cover_writer, "record_cover", record)
    monkeypatch.setattr(cover_writer, "THREADS", 1)
    yield is_open
    is_open.set()


def requests_of(number: int, **changes: Any) -> list[CoverRequest]:
    """Of one visitor."""
    person = Person(visitor=uuid.uuid4())
    return [flat_request(owner=person, **changes) for _ in range(number)]


def stored_order() -> list[Any]:
    """Request of each cover, in the order in which they were recorded."""
    return list(Cover.objects.order_by("id").values_list("request_id", flat=True))


def test_a_newcomers_pictures_pass_those_of_somebody_with_many(engine: FlatEngine, held_store: threading.Event) -> None:  # noqa: F811
    first, second = requests_of(2, count=5)
    with DrawTurn(missing_specs) as drawing:
        for row in (first, second):
            drawing.draw(drawing.take([row.pk]))
        (newcomers,) = requests_of(1, count=2)
        drawing.draw(drawing.take([newcomers.pk]))
        held_store.set()
    assert stored_order() == [first.pk, *[newcomers.pk] * 2, *[first.pk] * 4, *[second.pk] * 5]
    assert set(CoverRequest.objects.values_list("state", flat=True)) == {State.DONE}


def test_whoever_has_plenty_to_be_stored_waits_and_nobody_else_does(
    engine: FlatEngine, held_store: threading.Event, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(turn, "PLENTY", 4)
    first, second = requests_of(2, count=4)
    third = flat_request(owner=Person(visitor=first.visitor), count=1)
    with DrawTurn(missing_specs) as drawing:
        for row in (first, second):
            drawing.draw(drawing.take([row.pk]))
        taken: list[Any] = []

        def take() -> None:
            taken.append([one.claim.row.pk for one in drawing.next_jobs()])
            connection.close()

        thread = threading.Thread(target=take)
        thread.start()
        thread.join(0.5)
        third.refresh_from_db()
        assert (taken, third.state) == ([], State.QUEUED)
        (newcomers,) = requests_of(1, count=1)
        thread.join(30)
        assert taken == [[newcomers.pk]]
        held_store.set()
        wait_until(lambda: first.covers.count() + second.covers.count() == 8)
        assert [one.claim.row.pk for one in drawing.next_jobs()] == [third.pk]


def test_at_the_end_of_a_turn_newcomers_do_not_wait_for_the_backlog(
    engine: FlatEngine, held_store: threading.Event, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    first, second = requests_of(2, count=3)
    with DrawTurn(missing_specs) as drawing:
        drawing.draw(drawing.take([first.pk]))
        monkeypatch.setattr(drawing, "_ends_at", 0.0)
        monkeypatch.setattr(turn, "OVERTIME_SECONDS", float("inf"))
        (newcomers,) = requests_of(1, count=1)
        taken = drawing.next_jobs()
        assert [one.claim.row.pk for one in taken] == [newcomers.pk]
        drawing.draw(taken)
        monkeypatch.setattr(turn, "OVERTIME_SECONDS", 0.0)
        assert drawing.next_jobs() == []
        held_store.set()
    assert set(CoverRequest.objects.filter(state=State.DONE)) == {first, newcomers}
    second.refresh_from_db()
    assert second.state == State.QUEUED


def test_nothing_drawn_is_lost_when_the_turn_ends(engine: FlatEngine, held_store: threading.Event) -> None:  # noqa: F811
    rows = requests_of(3, count=4)
    with DrawTurn(missing_specs) as drawing:
        for row in rows:
            drawing.draw(drawing.take([row.pk]))
        held_store.set()
    assert [row.covers.count() for row in rows] == [4, 4, 4]
