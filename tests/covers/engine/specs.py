"""Specs for engine tests: small, cheap, and only what a test is about set by it."""

from __future__ import annotations

from dataclasses import replace

from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import DrawSpec, Step

BRIEF = Brief(
    subject="a lone moon over a dark sea",
    motifs=("moon", "wave"),
    mood="longing",
    palette=(),
    style="",
    scene="a lone moon over a dark sea, film grain",
    avoid=("text", "watermark"),
    written_by="rules",
)

PLAIN_SPEC = DrawSpec(
    brief=BRIEF,
    position=0,
    count=4,
    seed=11,
    set_seed=5,
    width=64,
    height=64,
    prompt="a lone moon over a dark sea, album cover",
    negative_prompt="text, watermark",
    num_inference_steps=3,
    guidance_scale=5.0,
)


def spec(**changes: object) -> DrawSpec:
    return replace(PLAIN_SPEC, **changes)


def specs(count: int, **changes: object) -> list[DrawSpec]:
    """`count` specs of one request, each with a seed of its own."""
    return [spec(position=position, seed=100 + position, **changes) for position in range(count)]


class Watcher:
    """An `on_step` that remembers, and says stop after `stop_after` steps."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.seen: list[Step] = []
        self.stop_after = stop_after

    def __call__(self, step: Step) -> bool:
        self.seen.append(step)
        return self.stop_after is None or len(self.seen) < self.stop_after

    def steps_of(self, position: int) -> list[Step]:
        return [step for step in self.seen if step.position == position]
