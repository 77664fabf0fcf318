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
from covers.evaluation.eval_prompts import Wanted, seed_of
from covers.training.metrics.metric_contract import Picture

KEPT_SIDE = 512
"""Pixels of a side, at most, that are kept of a picture: judges look at 224, people at less."""
TURN_MOST = 8
"""Pictures of one turn."""
SIDES = ("candidate", "current")
NOT_THE_PICTURE = frozenset(
    {"engine:unknown", "engine:not-installed", "engine:no-device", "engine:no-disk", "engine:model-missing",
     "engine:model-broken", "engine:adapter-missing", "engine:adapter-broken", "engine:died", "engine:hung", "site:storage"}
)  # fmt: skip
"""What is wrong with the engine, the machine or a whole model: the comparison cannot go on. All else is a failed picture."""


class Stopped(Exception):
    """Told to stop between two pictures."""


@dataclass(frozen=True)
class Drawings:
    """What one side drew. pictures: those that both could draw. failures: share of each prompt's. seconds: of each turn."""

    pictures: list[Picture]
    failures: dict[str, float]
    seconds: dict[str, float]


@dataclass(frozen=True)
class Contest:
    """What is drawn. adapters: of each side besides what both have in `values`, the engine's other settings."""

    wanted: Sequence[Wanted]
    seed: int
    side: int
    candidate: tuple[Adapter, ...]
    current: tuple[Adapter, ...]
    values: dict[str, Any]

    def spec(self, one: Wanted, by: str) -> DrawSpec:
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
class Turn:
    """A few pictures of one side, drawn in one call and timed together."""

    number: int
    by: str
    wanted: Sequence[Wanted]

    @property
    def name(self) -> str:
        return f"{self.number:03d}-{self.by}"


class SideBySide:
    """folder: of this comparison alone. may_go_on: asked at each step, with the pictures drawn so far and all that are wanted."""

    def __init__(
        self, contest: Contest, engine: CoverEngine, folder: Path, may_go_on: Callable[[int, int], bool]
    ) -> None:
        self._contest, self._engine, self._folder, self._may_go_on = contest, engine, folder, may_go_on
        self._drawn = 0
        self.wanted_by_name = {one.name: one for one in contest.wanted}
        for by in SIDES:
            (folder / by).mkdir(parents=True, exist_ok=True)

    def draw(self) -> None:
        """Draw what is not there yet. Raises Stopped; EngineError when a whole model cannot be drawn with."""
        for turn in self.turns():
            mark = self._folder / f"{turn.name}.json"
            if not mark.is_file():
                began = time.perf_counter()
                failed = self._draw_turn(turn)
                said = {"seconds": time.perf_counter() - began, "failed": failed}
                _write_whole(mark, json.dumps(said).encode())
            self._drawn += len(turn.wanted)

    def turns(self) -> Iterator[Turn]:
        """In turns, and each time the other side begins: a machine that grows slower is slower for both."""
        wanted, size = list(self._contest.wanted), self._turn_size()
        for number, start in enumerate(range(0, len(wanted), size)):
            for by in SIDES if number % 2 == 0 else SIDES[::-1]:
                yield Turn(number, by, wanted[start : start + size])

    def _turn_size(self) -> int:
        """Kept beside the pictures: another machine, or another moment, may hold more at once."""
        mark = self._folder / "turns.json"
        if not mark.is_file():
            at_once = getattr(self._engine, "pictures_at_once", None)
            spec = self._contest.spec(self._contest.wanted[0], "candidate")
            size = max(1, min(TURN_MOST, int(at_once(spec)))) if at_once else TURN_MOST
            _write_whole(mark, json.dumps(size).encode())
        return int(json.loads(mark.read_text()))

    def _draw_turn(self, turn: Turn) -> list[str]:
        """Names of the pictures that could not be drawn: after a failed call each is tried alone."""
        try:
            self._draw_some(turn.by, turn.wanted)
        except EngineError as error:
            if error.message_id in NOT_THE_PICTURE:
                raise
            return [one.name for one in turn.wanted if not self._can_draw(turn.by, one)]
        return []

    def _can_draw(self, by: str, one: Wanted) -> bool:
        try:
            self._draw_some(by, [one])
        except EngineError as error:
            if error.message_id in NOT_THE_PICTURE:
                raise
            return False
        return True

    def _draw_some(self, by: str, wanted: Sequence[Wanted]) -> None:
        specs = [self._contest.spec(one, by) for one in wanted]
        left = {one.name for one in wanted}
        for drawn in self._engine.draw(specs, self._on_step):
            name = f"{drawn.request_id}-{drawn.position}"
            picture = encoding.from_rgb(drawn.rgb, drawn.width, drawn.height)
            picture.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
            spoken = str(drawn.parameters.get("prompt", ""))
            _write_whole(self._folder / by / f"{name}.txt", spoken.encode())
            _write_whole(self._folder / by / f"{name}.png", encoding.encode_png(picture))
            left.discard(name)
        if not self._goes_on():
            raise Stopped
        if left:
            raise EngineError("engine:failed", f"the engine left out {len(left)} pictures")

    def _on_step(self, _step: Step) -> bool:
        return self._goes_on()

    def _goes_on(self) -> bool:
        return self._may_go_on(self._drawn, len(self._contest.wanted) * len(SIDES))

    # --- what came of it ------------------------------------------------------------------------------------------

    def pictures(self, by: str) -> list[Picture]:
        """Those that both sides could draw, in the order of the prompts."""
        failed = self.failed("candidate") | self.failed("current")
        return [self._picture(by, one) for one in self._contest.wanted if one.name not in failed]

    def _picture(self, by: str, one: Wanted) -> Picture:
        stem = self._folder / by / one.name
        pixels = np.asarray(encoding.open_png(stem.with_suffix(".png").read_bytes()))
        prompt = stem.with_suffix(".txt").read_text(encoding="utf-8") or one.prompt
        return Picture(one.key, one.position, prompt, pixels, one.asked)

    def failed(self, by: str) -> set[str]:
        return {name for turn in self._turns_of(by) for name in self._said(turn)["failed"]}

    def failures(self, by: str) -> dict[str, float]:
        """Share of each prompt's pictures that could not be drawn."""
        failed, found = self.failed(by), dict.fromkeys((one.key for one in self._contest.wanted), 0.0)
        for one in self._contest.wanted:
            found[one.key] += (one.name in failed) / one.count
        return found

    def seconds(self, by: str) -> dict[str, float]:
        """A picture of each turn, by its number. The first turn waits for the model to be loaded, and is left out."""
        turns = self._turns_of(by)
        return {f"{turn.number:03d}": self._said(turn)["seconds"] / len(turn.wanted) for turn in turns[1:] or turns}

    def drawings(self, by: str) -> Drawings:
        return Drawings(self.pictures(by), self.failures(by), self.seconds(by))

    def _turns_of(self, by: str) -> list[Turn]:
        return [turn for turn in self.turns() if turn.by == by]

    def _said(self, turn: Turn) -> dict[str, Any]:
        said: dict[str, Any] = json.loads((self._folder / f"{turn.name}.json").read_text())
        return said

    def delete(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _write_whole(path: Path, content: bytes) -> None:
    """Under its name only when it is all there."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
