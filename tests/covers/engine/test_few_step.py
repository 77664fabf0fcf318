"""The scheduler, steps and guidance of each few-step mode, drawn with a small checkpoint of random weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from covers.engine.engine_contract import Drawn, DrawSpec, Step
from covers.engine.few_step import FEW_STEP_MODES, FewStepMode
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.schedulers import build_scheduler
from tests.factories import make_brief

SDXL_NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}
"""From SDXL base's scheduler configuration."""


@pytest.fixture(scope="module")
def engine(tiny_sdxl: Path) -> SdxlEngine:
    return SdxlEngine(str(tiny_sdxl))


def draw(engine: SdxlEngine, mode: FewStepMode, seed: int = 7) -> tuple[Drawn, list[Step]]:
    steps: list[Step] = []
    spec = DrawSpec(
        make_brief(), 0, 1, seed, seed, 64, 64, prompt="a red clock", num_inference_steps=mode.num_inference_steps,
        guidance_scale=mode.guidance_scale, scheduler=mode.scheduler,
    )  # fmt: skip
    return next(iter(engine.draw([spec], lambda step: not steps.append(step)))), steps


@pytest.mark.parametrize("mode", FEW_STEP_MODES.values(), ids=FEW_STEP_MODES)
def test_a_mode_draws_in_its_few_steps_and_the_same_picture_again(engine, mode):
    drawn, steps = draw(engine, mode)
    assert [step.total for step in steps] == [mode.num_inference_steps] * mode.num_inference_steps
    assert len(set(drawn.rgb)) > 16
    assert draw(engine, mode)[0].rgb == drawn.rgb
    assert draw(engine, mode, seed=8)[0].rgb != drawn.rgb


@pytest.mark.parametrize(
    ("scheduler", "steps", "wanted"),
    [
        ("euler_trailing", 4, [999, 749, 499, 249]),  # SDXL-Lightning's card: spacing must be "trailing"
        ("ddim_trailing", 2, [999, 499]),  # Hyper-SD's card
        ("lcm_trained_at_4", 4, [999, 749, 499, 249]),  # DMD2's card names these four
    ],
)
def test_distilled_models_are_asked_at_the_noise_levels_that_they_were_trained_at(scheduler, steps, wanted):
    found = build_scheduler(scheduler, SDXL_NOISE)
    found.set_timesteps(steps)
    assert [int(step) for step in found.timesteps] == wanted
