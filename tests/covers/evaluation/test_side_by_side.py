"""Both models in turns: the same seeds, what fails alone, what stays after a kill. On the poster engine at 64 px."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter, Drawn, DrawSpec, StepCallback
from covers.engine.poster import PosterEngine
from covers.evaluation.contact_sheets import contact_sheet, pairs
from covers.evaluation.eval_prompts import EvalPrompt, set_for
from covers.evaluation.side_by_side import BATCH_MOST, EvalRun, EvalStopped, SideBySide

SIDE = 64
Fault = Callable[[DrawSpec], str]


class Faulty:
    """The poster engine, until a spec has a fault: then the whole call fails with that reason."""

    name = "poster"

    def __init__(self, fault: Fault = lambda _spec: "") -> None:
        self._poster, self._fault = PosterEngine(), fault
        self.drawn: list[DrawSpec] = []

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        for spec in specs:
            if reason := self._fault(spec):
                raise EngineError(reason)
        self.drawn += specs
        yield from self._poster.draw([replace(spec, adapters=()) for spec in specs], on_step)


def prompts(count: int = 10) -> tuple[EvalPrompt, ...]:
    return set_for("sdxl").prompts[:count]


def eval_run(count: int = 10) -> EvalRun:
    adapter = Adapter("candidate.safetensors", 0.8)
    return EvalRun(prompts(count), 5, SIDE, (adapter,), (), {"num_inference_steps": 3, "adapters": (Adapter("few"),)})


def both(
    engine: Faulty, folder: Path, may_go_on: Callable[[int, int], bool] = lambda _drawn, _total: True
) -> SideBySide:
    return SideBySide(eval_run(), engine, folder, may_go_on)


def is_candidates(spec: DrawSpec) -> bool:
    return len(spec.adapters) == 2


def test_both_sides_draw_the_same_with_the_same_seeds_and_take_turns(tmp_path: Path) -> None:
    engine = Faulty()
    side_by_side = both(engine, tmp_path)
    side_by_side.draw()
    candidate = [spec for spec in engine.drawn if is_candidates(spec)]
    current = [spec for spec in engine.drawn if not is_candidates(spec)]
    assert [replace(spec, adapters=()) for spec in candidate] == [replace(spec, adapters=()) for spec in current]
    assert candidate[0].adapters == (Adapter("few"), Adapter("candidate.safetensors", 0.8))
    assert (candidate[0].num_inference_steps, candidate[0].with_lettering) == (3, False)
    order = [is_candidates(spec) for spec in engine.drawn]
    assert order == [True] * BATCH_MOST + [False] * BATCH_MOST + [False] * 2 + [True] * 2
    pictures = side_by_side.pictures("candidate")
    assert [(one.key, one.position) for one in pictures] == [(one.key, one.position) for one in prompts()]
    assert all(np.array_equal(a.rgb, b.rgb) for a, b in zip(pictures, side_by_side.pictures("current"), strict=True))
    assert set(side_by_side.seconds("current")) == {"001"}  # the first batch waits for the model


def test_what_was_drawn_before_a_stop_is_not_drawn_again(tmp_path: Path) -> None:
    first = Faulty()
    with pytest.raises(EvalStopped):
        both(first, tmp_path, lambda drawn, _total: drawn < BATCH_MOST).draw()
    second = Faulty()
    side_by_side = both(second, tmp_path)
    side_by_side.draw()
    assert len(second.drawn) == 2 * len(prompts()) - BATCH_MOST
    assert len(side_by_side.pictures("candidate")) == len(prompts())


def test_a_picture_that_cannot_be_drawn_is_counted_and_left_out_on_both_sides(tmp_path: Path) -> None:
    bad = prompts()[6]
    engine = Faulty(lambda spec: "engine:failed" if is_candidates(spec) and spec.prompt == bad.prompt else "")
    side_by_side = both(engine, tmp_path)
    side_by_side.draw()
    assert side_by_side.failed("candidate") == {bad.name}
    assert side_by_side.failed("current") == set()
    assert side_by_side.failures("candidate")[bad.key] == 1 / bad.count
    assert sum(side_by_side.failures("current").values()) == 0
    for by in ("candidate", "current"):
        assert bad.name not in {f"{one.key}-{one.position}" for one in side_by_side.pictures(by)}


@pytest.mark.parametrize("reason", ["engine:adapter-broken", "engine:model-missing", "engine:died"])
def test_what_is_wrong_with_a_whole_model_ends_the_comparison(tmp_path: Path, reason: str) -> None:
    with pytest.raises(EngineError, match=reason):
        both(Faulty(lambda spec: reason if is_candidates(spec) else ""), tmp_path).draw()


def test_what_is_wrong_with_a_whole_model_is_noticed_when_pictures_are_tried_alone(tmp_path: Path) -> None:
    reasons = iter(["engine:failed", "engine:died"])
    with pytest.raises(EngineError, match="engine:died"):
        both(Faulty(lambda _spec: next(reasons)), tmp_path).draw()


def test_progress_is_told_in_pictures_of_both_sides(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    both(Faulty(), tmp_path, lambda drawn, total: not told.append((drawn, total))).draw()
    assert {total for _drawn, total in told} == {2 * len(prompts())}
    assert {drawn for drawn, _total in told} == {0, 8, 16, 18}


def test_a_torn_mark_does_not_count_as_drawn(tmp_path: Path) -> None:
    (tmp_path / "000-candidate.json.part").write_text('{"seconds": 1')
    engine = Faulty()
    both(engine, tmp_path).draw()
    assert len(engine.drawn) == 2 * len(prompts())
    assert json.loads((tmp_path / "000-candidate.json").read_text())["failed"] == []


def test_sheets_show_everything_and_pairs_what_differs_most_first(tmp_path: Path) -> None:
    side_by_side = both(Faulty(), tmp_path)
    side_by_side.draw()
    current = side_by_side.pictures("current")
    changed = [replace(one, rgb=255 - one.rgb) if number == 3 else one for number, one in enumerate(current)]
    assert contact_sheet(current)[:4] == b"RIFF"
    shown = pairs(changed, current)
    assert shown[0].name == f"{current[3].key}-{current[3].position}"
    assert shown[0].before != shown[0].after
    assert shown[1].before == shown[1].after
