"""The engine process and several requests: each is stopped for itself; and a process that keeps failing is replaced."""

from __future__ import annotations

import re

import pytest

from albumsite.errors import EngineError
from covers.engine.engine_contract import DrawSpec, Step
from tests.covers.engine.specs import Watcher, spec


def two_requests(steps: int) -> list[DrawSpec]:
    return [spec(request_id=name, position=position, num_inference_steps=steps) for position in (0, 1) for name in "ab"]


def test_a_no_for_one_request_stops_that_one_and_the_others_are_drawn(host_of, tmp_path):
    log = tmp_path / "log"
    host = host_of("Plain", step_seconds=0.02, log=str(log))
    seen: list[Step] = []

    def on_step(step: Step) -> bool:
        seen.append(step)
        return step.request_id != "a"

    drawn = list(host.draw(two_requests(steps=50), on_step))
    assert [(picture.request_id, picture.position) for picture in drawn] == [("b", 0), ("b", 1)]
    assert [step.request_id for step in seen].count("a") == 1
    steps = log.read_text().splitlines()
    assert sum(1 for line in steps if re.match(r"b\d ", line)) == 100
    assert sum(1 for line in steps if re.match(r"a\d ", line)) < 10


def test_a_no_for_every_request_ends_the_call(host_of):
    host = host_of("Plain", step_seconds=0.005)
    assert list(host.draw(two_requests(steps=50), lambda step: False)) == []
    assert len(list(host.draw([spec(request_id="a")], Watcher()))) == 1


def test_it_tells_how_many_pictures_the_engine_draws_at_once(host_of):
    host = host_of("Together")
    assert host.pictures_at_once(spec()) == 8
    assert len(list(host.draw([spec()], Watcher()))) == 1
    assert host_of("Plain").pictures_at_once(spec()) == 1


def test_an_engine_that_cannot_be_built_says_so_also_when_it_is_asked_for_room(host_of):
    with pytest.raises(EngineError) as caught:
        host_of("Unbuildable").pictures_at_once(spec())
    assert caught.value.message_id == "engine:model-missing"


def test_a_child_that_fails_twice_in_a_row_is_replaced(host_of):
    host = host_of("Raising")
    host.start()
    first = host.pid
    for _ in range(2):
        with pytest.raises(EngineError):
            list(host.draw([spec(prompt="misbehave")], Watcher()))
        assert host.pid == first
    assert len(list(host.draw([spec()], Watcher()))) == 1
    assert host.pid != first


def test_a_success_in_between_keeps_a_child_that_fails_now_and_then(host_of):
    host = host_of("Raising")
    host.start()
    first = host.pid
    for _ in range(3):
        with pytest.raises(EngineError):
            list(host.draw([spec(prompt="misbehave")], Watcher()))
        assert len(list(host.draw([spec()], Watcher()))) == 1
    assert host.pid == first
