"""Both models draw the same prompts with the same seeds, in turns. What is drawn stays in a folder, so that a killed try goes on."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from albumsite.errors import EngineError
from albumsite.media import encoding
from covers.engine.engine_contract import Adapter, CoverEngine, DrawSpec, Step
from covers.evaluation.eval_prompts import EvalPrompt, seed_of
from covers.training.metrics.metric_contract import DrawnPicture

KEPT_SIDE = 512
"""Pixels of a side, at most, that are kept of a picture: judges look at 224, people at less."""
BATCH_MOST = 8
"""Pictures of one batch: the sides draw theirs in turns, batch by batch."""
SIDES = ("candidate", "current")
NOT_THE_PICTURE = frozenset(
    {"engine:unknown", "engine:not-installed", "engine:no-device", "engine:no-disk", "engine:model-missing",
     "engine:model-broken", "engine:adapter-missing", "engine:adapter-broken", "engine:died", "engine:hung", "site:storage"}
)  # fmt: skip
"""What is wrong with the engine, the machine or a whole model: the comparison cannot go on. All else is a failed picture."""


class EvalStopped(Exception):
    """Somebody wants the comparison to stop; it did so between two pictures."""


@dataclass(frozen=True)
class Drawings:
    """What one side drew. pictures: those that both could draw. failures: share of each prompt's. seconds: of each batch."""

    pictures: list[DrawnPicture]
    failures: dict[str, float]
    seconds: dict[str, float]


@dataclass(frozen=True)
class EvalRun:
    """What is drawn. adapters: of each side besides what both have in `values`, the engine's other settings."""

    prompts: Sequence[EvalPrompt]
    seed: int
    side: int
    candidate: tuple[Adapter, ...]
    current: tuple[Adapter, ...]
    values: dict[str, Any]

    def spec(self, one: EvalPrompt, by: str) -> DrawSpec:
        given = dict(self.values)
        shared = given.pop("adapters", ())
        own = self.candidate if by == "candidate" else self.current
        return DrawSpec(
            brief=one.brief,
            position=one.position,
            count=one.count,
            seed=seed_of(self.seed, one),
            set_seed=seed_of(self.seed, replace(one, position=0)),
            width=self.side,
            height=self.side,
            prompt=one.prompt,
            negative_prompt=one.negative_prompt,
            with_lettering=False,
            adapters=(*shared, *own),
            request_id=one.key,
            **given,
        )


@dataclass(frozen=True)
class EvalBatch:
    """A few pictures of one side, drawn in one call and timed together."""

    number: int
    by: str
    prompts: Sequence[EvalPrompt]

    @property
    def name(self) -> str:
        return f"{self.number:03d}-{self.by}"


class SideBySide:
    """folder: of this comparison alone. may_go_on: asked at each step, with the pictures drawn so far and all that there will be."""

    def __init__(self, run: EvalRun, engine: CoverEngine, folder: Path, may_go_on: Callable[[int, int], bool]) -> None:
        self._run, self._engine, self._folder, self._may_go_on = run, engine, folder, may_go_on
        self._drawn = 0
        self.prompts_by_name = {one.name: one for one in run.prompts}
        for by in SIDES:
            (folder / by).mkdir(parents=True, exist_ok=True)

    def draw(self) -> None:
        """Draw what is not there yet. Raises Stopped; EngineError when a whole model cannot be drawn with."""
        for batch in self.batches():
            mark = self._folder / f"{batch.name}.json"
            if not mark.is_file():
                began = time.perf_counter()
                failed = self._draw_batch(batch)
                report = {"seconds": time.perf_counter() - began, "failed": failed}
                _write_whole(mark, json.dumps(report).encode())
            self._drawn += len(batch.prompts)

    def batches(self) -> Iterator[EvalBatch]:
        """In turns, and each time the other side begins: a machine that grows slower is slower for both."""
        prompts, size = list(self._run.prompts), self._batch_size()
        for number, start in enumerate(range(0, len(prompts), size)):
            for by in SIDES if number % 2 == 0 else SIDES[::-1]:
                yield EvalBatch(number, by, prompts[start : start + size])

    def _batch_size(self) -> int:
        """Kept beside the pictures: another machine, or another moment, may hold more at once."""
        mark = self._folder / "turns.json"
        if not mark.is_file():
            at_once = getattr(self._engine, "pictures_at_once", None)
            spec = self._run.spec(self._run.prompts[0], "candidate")
            size = max(1, min(BATCH_MOST, int(at_once(spec)))) if at_once else BATCH_MOST
            _write_whole(mark, json.dumps(size).encode())
        return int(json.loads(mark.read_text()))

    def _draw_batch(self, batch: EvalBatch) -> list[str]:
        """Names of the pictures that could not be drawn: after a failed call each is tried alone."""
        try:
            self._draw_some(batch.by, batch.prompts)
        except EngineError as error:
            if error.message_id in NOT_THE_PICTURE:
                raise
            return [one.name for one in batch.prompts if not self._can_draw(batch.by, one)]
        return []

    def _can_draw(self, by: str, one: EvalPrompt) -> bool:
        try:
            self._draw_some(by, [one])
        except EngineError as error:
            if error.message_id in NOT_THE_PICTURE:
                raise
            return False
        return True

    def _draw_some(self, by: str, prompts: Sequence[EvalPrompt]) -> None:
        specs = [self._run.spec(one, by) for one in prompts]
        left = {one.name for one in prompts}
        for drawn in self._engine.draw(specs, self._on_step):
            name = f"{drawn.request_id}-{drawn.position}"
            picture = encoding.from_rgb(drawn.rgb, drawn.width, drawn.height)
            picture.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
            spoken = str(drawn.parameters.get("prompt", ""))
            _write_whole(self._folder / by / f"{name}.txt", spoken.encode())
            _write_whole(self._folder / by / f"{name}.png", encoding.encode_png(picture))
            left.discard(name)
        if not self._goes_on():
            raise EvalStopped
        if left:
            raise EngineError("engine:failed", f"the engine left out {len(left)} pictures")

    def _on_step(self, _step: Step) -> bool:
        return self._goes_on()

    def _goes_on(self) -> bool:
        return self._may_go_on(self._drawn, len(self._run.prompts) * len(SIDES))

    # --- what came of it ------------------------------------------------------------------------------------------

    def pictures(self, by: str) -> list[DrawnPicture]:
        """Those that both sides could draw, in the order of the prompts."""
        failed = self.failed("candidate") | self.failed("current")
        return [self._picture(by, one) for one in self._run.prompts if one.name not in failed]

    def _picture(self, by: str, one: EvalPrompt) -> DrawnPicture:
        stem = self._folder / by / one.name
        pixels = np.asarray(encoding.open_png(stem.with_suffix(".png").read_bytes()))
        prompt = stem.with_suffix(".txt").read_text(encoding="utf-8") or one.prompt
        return DrawnPicture(one.key, one.position, prompt, pixels, one.asked)

    def failed(self, by: str) -> set[str]:
        return {name for batch in self._batches_of(by) for name in self._report_of(batch)["failed"]}

    def failures(self, by: str) -> dict[str, float]:
        """Share of each prompt's pictures that could not be drawn."""
        failed, found = self.failed(by), dict.fromkeys((one.key for one in self._run.prompts), 0.0)
        for one in self._run.prompts:
            found[one.key] += (one.name in failed) / one.count
        return found

    def seconds(self, by: str) -> dict[str, float]:
        """A picture of each batch, by its number. The first one waits for the model to be loaded, and is left out."""
        batches = self._batches_of(by)
        return {
            f"{batch.number:03d}": self._report_of(batch)["seconds"] / len(batch.prompts)
            for batch in batches[1:] or batches
        }

    def drawings(self, by: str) -> Drawings:
        return Drawings(self.pictures(by), self.failures(by), self.seconds(by))

    def _batches_of(self, by: str) -> list[EvalBatch]:
        return [batch for batch in self.batches() if batch.by == by]

    def _report_of(self, batch: EvalBatch) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self._folder / f"{batch.name}.json").read_text())
        return report

    def delete(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _write_whole(path: Path, content: bytes) -> None:
    """Under its name only when it is all there."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
