"""Drawing some steps with the deep features of a step before: what is exact, what drifts, and what it saves."""

from __future__ import annotations

import pytest
import torch
from diffusers import EulerDiscreteScheduler, UNet2DConditionModel
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from bench.g3 import drift
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl.feature_reuse import MODES, FeatureReuse, full_steps
from covers.engine.sdxl.lora_manager import LoraManager
from tests.covers.engine.lora_files import EVERYWHERE, diffusers_file, matrices

STEPS = 24
TEXT_WIDTH, POOLED_WIDTH = 48, 32


def build_unet(widths: tuple[int, ...] = (32, 96, 128), *, has_outer_attention: bool = False, layers: int = 2):
    """SDXL-shaped, of random weights. has_outer_attention: also where SDXL has none, at the full latent size."""
    torch.manual_seed(0)
    inner = len(widths) - 1
    outer = "CrossAttn" if has_outer_attention else ""
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=widths,
        layers_per_block=layers,
        down_block_types=(f"{outer}DownBlock2D", *["CrossAttnDownBlock2D"] * inner),
        up_block_types=(*["CrossAttnUpBlock2D"] * inner, f"{outer}UpBlock2D"),
        attention_head_dim=2,
        use_linear_projection=True,
        cross_attention_dim=TEXT_WIDTH,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=POOLED_WIDTH + 6 * 8,
    ).eval()


@pytest.fixture(scope="module")
def unet() -> UNet2DConditionModel:
    return build_unet()


def inputs(rows: int = 2, side: int = 8, seed: int = 0) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Noise, text, and SDXL's added conditions."""
    generator = torch.Generator().manual_seed(seed)
    added = {"text_embeds": torch.randn(rows, POOLED_WIDTH, generator=generator), "time_ids": torch.ones(rows, 6)}
    return (
        torch.randn(rows, 4, side, side, generator=generator),
        torch.randn(rows, 77, TEXT_WIDTH, generator=generator),
        added,
    )


@torch.no_grad()
def predicted_by(
    unet: UNet2DConditionModel, sample: Tensor, timestep: float, text: Tensor, added: dict[str, Tensor]
) -> Tensor:
    return unet(sample, timestep, text, added_cond_kwargs=added).sample


@torch.no_grad()
def draw(unet: UNet2DConditionModel, mode: str, steps: int = STEPS, rows: int = 2) -> Tensor:
    scheduler = EulerDiscreteScheduler(beta_schedule="scaled_linear")
    scheduler.set_timesteps(steps)
    latents, text, added = inputs(rows)
    latents = latents * scheduler.init_noise_sigma
    reuse = FeatureReuse(unet, mode, steps)
    for index, timestep in enumerate(scheduler.timesteps):
        sample = scheduler.scale_model_input(latents, timestep)
        predicted = reuse.predict(index, sample, timestep, text, added)
        latents = scheduler.step(predicted, timestep, latents).prev_sample
    return latents


# --- what is exact ----------------------------------------------------------------------------------------------


def test_off_is_the_unet_and_nothing_else(unet):
    sample, text, added = inputs()
    reuse = FeatureReuse(unet, "off", STEPS)
    assert reuse.is_exact
    for index in (0, 1, 2, 23):
        assert torch.equal(
            reuse.predict(index, sample, 900 - index, text, added), predicted_by(unet, sample, 900 - index, text, added)
        )


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"widths": (32, 64)},
        {"widths": (32, 96, 128), "has_outer_attention": True},
        {"widths": (32, 64), "has_outer_attention": True, "layers": 1},
        {"widths": (64, 64, 64), "layers": 1},
    ],
    ids=["three levels", "two levels", "outer attention", "two levels, one layer", "dear first level"],
)  # fmt: skip
@pytest.mark.parametrize("side", [8, 12])
def test_a_shallow_step_on_the_same_picture_says_what_a_full_one_says(shape, side):
    unet = build_unet(**shape)
    sample, text, added = inputs(3, side)
    reuse = FeatureReuse(unet, "fast", STEPS)
    exact = predicted_by(unet, sample, 900, text, added)
    flops = []
    for index in range(6):
        with FlopCounterMode(display=False) as counted:
            assert (reuse.predict(index, sample, 900, text, added) - exact).abs().max() < 1e-4
        flops.append(counted.get_total_flops())
    assert min(flops) < 0.5 * flops[0]


def test_a_shallow_step_has_the_adapters_of_each_row(unet, tmp_path):
    lora_manager = LoraManager(unet)
    file = diffusers_file(tmp_path / "style.safetensors", matrices(unet, EVERYWHERE))
    sample, text, added = inputs(4)
    with lora_manager.applied([(Adapter(str(file)),), ()], passes=2):
        exact = predicted_by(unet, sample, 900, text, added)
        reuse = FeatureReuse(unet, "fast", STEPS)
        predicted = [reuse.predict(index, sample, 900, text, added) for index in range(3)][-1]
    assert (predicted - exact).abs().max() < 1e-4
    assert (predicted - predicted_by(unet, sample, 900, text, added))[0].abs().max() > 1e-3


@pytest.mark.parametrize("rows", [slice(2, 4), [0, 3]], ids=["guidance ends", "a request leaves"])
def test_places_of_a_batch_may_leave_it(unet, rows):
    sample, text, added = inputs(4)
    reuse = FeatureReuse(unet, "fast", STEPS)
    for index in range(2):
        reuse.predict(index, sample, 900, text, added)
    reuse.select(rows)
    fewer = {name: values[rows] for name, values in added.items()}
    predicted = reuse.predict(2, sample[rows], 900, text[rows], fewer)
    assert (predicted - predicted_by(unet, sample, 900, text, added)[rows]).abs().max() < 1e-4


def test_a_batch_that_changed_unannounced_is_drawn_in_full(unet):
    sample, text, added = inputs(4)
    reuse = FeatureReuse(unet, "fast", STEPS)
    reuse.predict(0, sample, 900, text, added)
    other, text, added = inputs(2, seed=1)
    assert torch.equal(reuse.predict(2, other, 900, text, added), predicted_by(unet, other, 900, text, added))


# --- what it saves, and costs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "speed"), [("balanced", 1.8), ("fast", 2.3)])
def test_it_saves_what_its_mode_promises(mode, speed):
    unet = build_unet(layers=1)
    with FlopCounterMode(display=False) as exact:
        draw(unet, "off", 2, rows=1)
    with FlopCounterMode(display=False) as reused:
        draw(unet, mode, STEPS, rows=1)
    assert exact.get_total_flops() / 2 * STEPS / reused.get_total_flops() >= speed


@pytest.mark.parametrize(("mode", "speed"), [("balanced", 1.8), ("fast", 2.3)])
@pytest.mark.parametrize("steps", [12, 20, 30, 50, 100])
def test_full_steps_are_few_enough_and_denser_at_the_start(mode, speed, steps):
    sdxl_share = 0.074
    places = sorted(full_steps(steps, sdxl_share, MODES[mode]))
    assert steps / (len(places) + sdxl_share * (steps - len(places))) >= speed
    assert places[0] == 0
    gaps = [later - earlier for earlier, later in zip(places, [*places[1:], steps], strict=True)]
    half = len(gaps) // 2
    assert sum(gaps[:half]) < sum(gaps[-half:])


def test_it_drifts_less_the_less_it_saves(unet):
    exact = draw(unet, "off")
    balanced, fast = drift(draw(unet, "balanced"), exact), drift(draw(unet, "fast"), exact)
    assert 0.0 < balanced < fast < 0.2
    assert drift(exact, exact) == 0.0


@pytest.mark.parametrize("mode", ["balanced", "fast"])
@pytest.mark.parametrize("steps", [1, 2, 4])
def test_few_steps_are_all_full(unet, mode, steps):
    assert FeatureReuse(unet, mode, steps).is_exact
    assert torch.equal(draw(unet, mode, steps), draw(unet, "off", steps))


def test_drift_is_relative_to_the_exact_picture():
    exact = torch.tensor([3.0, 4.0])
    assert drift(exact + torch.tensor([0.3, 0.4]), exact) == pytest.approx(0.1)
