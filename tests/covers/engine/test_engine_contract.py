"""What every cover engine promises, asked of each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from covers.engine import load_engine
from covers.engine.engine_contract import CoverEngine, Drawn
from covers.engine.host import EngineHost
from tests.covers.engine.specs import Watcher, spec, specs


@pytest.fixture(
    scope="module", params=["poster", "sdxl", pytest.param("sdxl in its own process", marks=pytest.mark.slow)]
)
def engine(request: pytest.FixtureRequest) -> Iterator[CoverEngine]:
    if request.param == "poster":
        yield load_engine("poster")
        return
    model: Path = request.getfixturevalue("tiny_sdxl")
    if request.param == "sdxl":
        yield load_engine("sdxl", model=str(model))
        return
    with EngineHost("sdxl", {"model": str(model)}) as host:
        yield host


def draw(engine: CoverEngine, *wanted: object) -> list[Drawn]:
    return list(engine.draw(list(wanted), Watcher()))


class TestEveryEngine:
    def test_it_answers_each_position_once_with_a_picture_of_the_right_size(self, engine):
        drawn = draw(engine, *specs(4))
        assert sorted(picture.position for picture in drawn) == [0, 1, 2, 3]
        for picture in drawn:
            assert (picture.width, picture.height) == (64, 64)
            assert len(picture.rgb) == 64 * 64 * 3

    def test_it_draws_other_shapes_than_squares(self, engine):
        [picture] = draw(engine, spec(width=128, height=64))
        assert (picture.width, picture.height, len(picture.rgb)) == (128, 64, 128 * 64 * 3)

    def test_it_draws_more_than_one_colour(self, engine):
        [picture] = draw(engine, spec())
        assert len({picture.rgb[i : i + 3] for i in range(0, len(picture.rgb), 3)}) > 4

    def test_the_same_spec_gives_the_same_pixels(self, engine):
        assert draw(engine, spec())[0].rgb == draw(engine, spec())[0].rgb

    def test_another_seed_gives_other_pixels(self, engine):
        first, second = draw(engine, spec(seed=1)), draw(engine, spec(seed=2))
        assert first[0].rgb != second[0].rgb

    def test_a_picture_does_not_depend_on_those_beside_it(self, engine):
        wanted = specs(4)
        together = {picture.position: picture.rgb for picture in draw(engine, *wanted)}
        alone = draw(engine, wanted[2])[0].rgb
        differences = [abs(a - b) for a, b in zip(together[2], alone, strict=True)]
        assert max(differences) <= 1

    def test_it_takes_positions_that_do_not_start_at_nought(self, engine):
        drawn = draw(engine, spec(position=3, seed=3), spec(position=1, seed=1))
        assert sorted(picture.position for picture in drawn) == [1, 3]

    def test_it_tells_each_step_of_each_picture_up_to_the_last(self, engine):
        watcher = Watcher()
        list(engine.draw(specs(3), watcher))
        for position in range(3):
            steps = watcher.steps_of(position)
            counts = [step.step for step in steps]
            assert counts == sorted(set(counts))
            assert {step.total for step in steps} == {counts[-1]}

    def test_a_no_stops_it_at_once_and_it_yields_nothing_more(self, engine):
        watcher = Watcher(stop_after=1)
        assert list(engine.draw(specs(4), watcher)) == []
        assert len(watcher.seen) <= 2
        assert len(draw(engine, spec())) == 1

    def test_steps_and_pictures_carry_the_request_that_they_are_of(self, engine):
        watcher = Watcher()
        wanted = [spec(request_id="ann", seed=1), spec(request_id="bo", seed=2)]
        drawn = list(engine.draw(wanted, watcher))
        assert sorted(picture.request_id for picture in drawn) == ["ann", "bo"]
        assert {step.request_id for step in watcher.seen} == {"ann", "bo"}

    def test_a_no_to_one_request_leaves_the_others_as_they_would_be_alone(self, engine):
        wanted = [spec(request_id=name, seed=seed) for seed, name in enumerate(("ann", "bo", "cy"))]
        [first, last] = engine.draw(wanted, lambda step: step.request_id != "bo")
        assert {first.request_id, last.request_id} == {"ann", "cy"}
        alone = {one.request_id: one for one in (*draw(engine, wanted[0]), *draw(engine, wanted[2]))}
        for picture in (first, last):
            pairs = zip(picture.rgb, alone[picture.request_id].rgb, strict=True)
            assert max(abs(a - b) for a, b in pairs) <= 1

    def test_what_it_says_that_it_used_can_be_stored_as_json(self, engine):
        [picture] = draw(engine, spec())
        parameters = dict(picture.parameters)
        assert parameters
        assert json.loads(json.dumps(parameters, allow_nan=False)) == parameters

    def test_an_exception_out_of_on_step_comes_through_and_harms_no_later_draw(self, engine):
        before = draw(engine, spec())[0].rgb

        def fail(step: object) -> bool:
            raise LookupError("lease lost")

        with pytest.raises(LookupError, match="lease lost"):
            list(engine.draw(specs(2), fail))
        assert draw(engine, spec())[0].rgb == before

    def test_giving_up_after_the_first_picture_harms_no_later_draw(self, engine):
        before = draw(engine, spec())[0].rgb
        pictures = engine.draw(specs(4), Watcher())
        next(pictures)
        pictures.close()
        assert draw(engine, spec())[0].rgb == before

    def test_a_draw_of_nothing_gives_nothing(self, engine):
        assert draw(engine) == []
