"""What SDXL's real architecture takes on a GPU, beside what the operations alone would take. Weights may be random."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import torch

from bench.harness import Clock
from bench.requests import by_engine, requests, with_settings
from covers.engine.engine_contract import DrawSpec
from covers.engine.sdxl import SdxlEngine

UNET_TFLOP, DECODE_TFLOP, TEXT_TFLOP = 6.76, 10.47, 0.11
"""Of one picture of 1024 px: one forward of the UNet, one decoding, both encoders for one prompt. Counted."""
CARD_TFLOP_PER_SECOND = 790.0
"""What an H100 reaches in matrix products of 16 bits."""
REPEATS = 3


@dataclass(frozen=True)
class Schedule:
    """A way to draw. guided: guidance for all steps, so two forwards a step; batch: pictures at once."""

    name: str
    steps: int
    guided: bool
    batch: int = 1
    guidance_end: float = 1.0

    @property
    def floor_seconds(self) -> float:
        """Seconds a picture would take if the card did nothing but its operations."""
        forwards = self.steps * (1 + self.guidance_end) if self.guided else self.steps
        return (forwards * UNET_TFLOP + DECODE_TFLOP + 2 * TEXT_TFLOP) / CARD_TFLOP_PER_SECOND

    def specs(self) -> list[DrawSpec]:
        one = requests(0, full=True, num_inference_steps=self.steps, guidance_scale=5.0 if self.guided else 1.0)[0]
        end = self.guidance_end
        return [
            with_settings([one], position=place, seed=place, count=self.batch, guidance_end=end)[0]
            for place in range(self.batch)
        ]


SCHEDULES = (
    Schedule("30 steps, guidance", 30, True),
    Schedule("30 steps, guidance for half", 30, True, guidance_end=0.5),
    Schedule("20 steps, guidance", 20, True),
    Schedule("8 steps", 8, False),
    Schedule("4 steps", 4, False),
    Schedule("30 steps, guidance, batch of 4", 30, True, batch=4),
    Schedule("30 steps, guidance, batch of 8", 30, True, batch=8),
    Schedule("4 steps, batch of 4", 4, False, batch=4),
    Schedule("4 steps, batch of 8", 4, False, batch=8),
)


def print_full_size(engine: SdxlEngine, clock: Clock) -> None:
    """One line for each schedule, of the median of REPEATS calls after one to warm up."""
    print("at 1024 px: seconds a picture, pictures a second, share of the floor, peak memory")
    for schedule in SCHEDULES:
        engine.batch_size = schedule.batch
        specs = schedule.specs()
        by_engine(engine, specs)
        torch.cuda.reset_peak_memory_stats()
        seconds = []
        for _ in range(REPEATS):
            started = clock()
            by_engine(engine, specs)
            seconds.append(clock() - started)
        each = statistics.median(seconds) / schedule.batch
        peak = torch.cuda.max_memory_allocated() / 1e9
        share = schedule.floor_seconds / each
        print(f"{schedule.name}: {each:.3f} s, {1 / each:.2f}/s, {share:.0%} of the floor, {peak:.1f} GB", flush=True)
