"""Whoever asks for much lets others go first at a picture, and loses nothing by it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.person import Person
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from covers.drawing.specs import missing_specs
from covers.drawing.turn import DrawTurn, draw_waiting
from covers.engine.engine_contract import Drawn
from covers.models import CoverRequest
from tests.covers.test_draw_covers import FlatEngine, engine, flat_request  # noqa: F401  the engine is a fixture

pytestmark = pytest.mark.django_db(transaction=True)


class Visitors:
    """People who come while somebody's pictures are drawn. `order` tells whose pictures were drawn, one letter each."""

    def __init__(self, engine: FlatEngine) -> None:  # noqa: F811
        self.rows: dict[str, list[CoverRequest]] = {}
        self._people: dict[str, Person] = {}
        self._arrivals: list[tuple[int, Callable[[], object]]] = []
        self._drawn: list[str] = []
        self._draw = engine.draw
        engine.draw = self._note  # type: ignore[method-assign]

    def ask(self, letter: str, count: int) -> CoverRequest:
        person = self._people.setdefault(letter, Person(visitor=uuid.uuid4()))
        row = flat_request(owner=person, count=count)
        self.rows.setdefault(letter, []).append(row)
        return row

    def at_picture(self, number: int, do: Callable[[], object]) -> None:
        """When the picture of this number is drawn, from 1."""
        self._arrivals.append((number, do))

    def _note(self, *given: Any) -> Iterator[Drawn]:
        for drawn in self._draw(*given):
            self._drawn.append(drawn.request_id)
            for number, do in self._arrivals:
                if number == len(self._drawn):
                    do()
            yield drawn

    @property
    def order(self) -> str:
        whose = {str(row.pk): letter for letter, rows in self.rows.items() for row in rows}
        return "".join(whose[pk] for pk in self._drawn)


@pytest.fixture
def visitors(engine: FlatEngine) -> Visitors:  # noqa: F811
    return Visitors(engine)


def ended_well(*rows: CoverRequest) -> bool:
    return (
        all(row.covers.count() == row.count for row in rows)
        and not CoverRequest.objects.exclude(state=State.DONE).exists()
    )


def draw() -> None:
    draw_waiting(missing_specs)


def test_a_long_request_gives_way_after_four_pictures_and_then_goes_on(visitors):
    long = visitors.ask("a", 8)
    visitors.at_picture(2, lambda: visitors.ask("b", 4))
    draw()
    assert visitors.order == "aaaabbbbaaaa"
    assert ended_well(long, *visitors.rows["b"])
    long.refresh_from_db()
    assert long.attempt == 1


def test_somebody_with_more_in_the_queue_gives_way_after_each_picture(visitors):
    for _ in range(3):
        visitors.ask("a", 4)
    visitors.at_picture(1, lambda: visitors.ask("b", 2))
    visitors.at_picture(7, lambda: visitors.ask("c", 1))
    draw()
    assert visitors.order[:3] == "abb"
    assert visitors.order.index("c") < 8
    assert ended_well(*visitors.rows["a"], *visitors.rows["b"], *visitors.rows["c"])


def test_what_a_form_asks_for_is_not_interrupted(visitors):
    visitors.ask("a", 4)
    visitors.at_picture(1, lambda: visitors.ask("b", 4))
    draw()
    assert visitors.order == "aaaabbbb"


def test_who_gave_way_is_not_put_off_by_whoever_comes_later(visitors):
    visitors.ask("a", 8)
    visitors.at_picture(1, lambda: visitors.ask("b", 1))
    visitors.at_picture(5, lambda: visitors.ask("c", 1))
    draw()
    assert visitors.order == "aaaabaaaac"


def test_one_that_gave_way_and_is_cancelled_meanwhile_ends_cancelled_with_what_it_has(visitors):
    row = visitors.ask("a", 8)
    visitors.at_picture(1, lambda: visitors.ask("b", 2))
    visitors.at_picture(5, lambda: CoverRequest.objects.filter(pk=row.pk).update(cancel_requested=True))
    draw()
    row.refresh_from_db()
    assert (row.state, row.covers.count()) == (State.CANCELLED, 4)
    assert visitors.order == "aaaabb"
    assert visitors.rows["b"][0].covers.count() == 2


def test_a_worker_that_must_stop_meanwhile_hands_both_back_without_counting_the_try(visitors):
    visitors.ask("a", 8)
    visitors.at_picture(1, lambda: visitors.ask("b", 4))
    visitors.at_picture(6, shutting_down.set)
    try:
        draw()
    finally:
        shutting_down.clear()
    assert set(CoverRequest.objects.values_list("state", "attempt")) == {(State.QUEUED, 0)}
    assert visitors.order == "aaaabb"
    draw()
    assert ended_well(*visitors.rows["a"], *visitors.rows["b"])


def test_the_others_time_is_not_counted_as_its_own(visitors):
    row = visitors.ask("a", 8)
    visitors.at_picture(1, lambda: visitors.ask("b", 1))
    draw()
    assert row not in CoverRequest.objects.drawn_at_once()
    assert set(CoverRequest.objects.drawn_at_once()) == set(visitors.rows["b"])


def test_one_that_is_drawn_alone_gives_way_to_nobody(visitors):
    row = visitors.ask("a", 8)
    visitors.at_picture(1, lambda: visitors.ask("b", 1))
    with DrawTurn(missing_specs, shares=False) as turn:
        turn.draw(turn.take([row.pk]))
    assert visitors.order == "aaaaaaaa"


def test_an_engine_that_draws_several_at_once_is_not_interrupted(visitors, engine: Any):  # noqa: F811
    engine.pictures_at_once = lambda _spec: 8
    visitors.ask("a", 8)
    visitors.at_picture(1, lambda: visitors.ask("b", 1))
    draw()
    assert visitors.order == "aaaaaaaab"
