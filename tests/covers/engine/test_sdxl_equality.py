"""The diffusion engine draws what diffusers' own three SDXL pipelines draw of the same weights, seeds and settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from diffusers import (
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.schedulers import SCHEDULERS
from tests.covers.engine.by_diffusers import assert_equal, by_diffusers, draw, mask, picture, png
from tests.covers.engine.lora_files import diffusers_file, matrices
from tests.covers.engine.specs import Watcher, spec, specs
from tests.covers.engine.tiny_sdxl import build_unet, build_vae

KINDS_OF_SCHEDULER = ("euler", "euler_a", "heun", "dpmpp_2m_sde", "dpmpp_sde", "ddpm", "pndm", "lcm")
FROM_A_PICTURE = [*((name, 0.5) for name in KINDS_OF_SCHEDULER), ("euler", 1.0), ("euler_a", 1.0), ("lcm", 1.0)]
"""Scheduler and strength. All of the strength is another beginning, not another way."""


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_text_to_image_equals_the_pipeline_and_counts_its_steps(engine, plain, scheduler):
    wanted, watcher = spec(scheduler=scheduler, num_inference_steps=4), Watcher()
    [drawn] = engine.draw([wanted], watcher)
    assert_equal(drawn, by_diffusers(plain, wanted))
    assert len(set(drawn.rgb)) > 16
    assert watcher.seen[-1].step == watcher.seen[-1].total >= 4


@pytest.mark.parametrize(("scheduler", "strength"), FROM_A_PICTURE)
def test_image_to_image_equals_the_pipeline(engine, plain, scheduler, strength):
    wanted = spec(scheduler=scheduler, num_inference_steps=4, image=png(picture()), strength=strength)
    assert_equal(draw(engine, wanted)[0], by_diffusers(plain, wanted))


@pytest.mark.parametrize(("scheduler", "strength"), FROM_A_PICTURE)
def test_inpainting_equals_the_pipeline(engine, plain, scheduler, strength):
    wanted = spec(scheduler=scheduler, num_inference_steps=4, image=png(picture()), mask=png(mask()), strength=strength)
    assert_equal(draw(engine, wanted)[0], by_diffusers(plain, wanted))


@pytest.mark.parametrize(
    "changes",
    [
        {"guidance_scale": 1.0},
        {"guidance_scale": 0.0},
        {"guidance_scale": 7.5, "guidance_rescale": 0.7},
        {"negative_prompt": ""},
        {"prompt": ""},
        {"clip_skip": 0},
        {"clip_skip": 1},
        {"width": 128, "height": 64},
        {"width": 72, "height": 104},
        {"prompt": "a " * 75},
        {"num_inference_steps": 1},
    ],
    ids=str,
)
def test_each_setting_means_what_it_means_in_the_pipeline(engine, plain, changes):
    wanted = spec(**changes)
    assert_equal(draw(engine, wanted)[0], by_diffusers(plain, wanted))


def test_a_mixed_batch_gives_each_picture_as_the_pipeline_gives_it_alone(engine, plain):
    wanted = [
        spec(position=0, seed=1, request_id="a", guidance_scale=7.5, guidance_rescale=0.5),
        spec(position=1, seed=2, request_id="b", negative_prompt="", prompt="blue rain"),
        spec(position=2, seed=3, request_id="c", guidance_scale=2.0, clip_skip=1),
        spec(position=3, seed=4, request_id="d", prompt=""),
    ]
    for drawn, one in zip(draw(engine, *wanted), wanted, strict=True):
        assert_equal(drawn, by_diffusers(plain, one))


def test_a_mixed_batch_of_pictures_to_start_from_does_so_too(engine, plain):
    wanted = [
        spec(position=0, seed=1, image=png(picture()), mask=png(mask()), scheduler="euler_a"),
        spec(position=1, seed=2, image=png(picture().rotate(90)), mask=png(mask().rotate(90)), scheduler="euler_a",
             negative_prompt=""),
    ]  # fmt: skip
    for drawn, one in zip(draw(engine, *wanted), wanted, strict=True):
        assert_equal(drawn, by_diffusers(plain, one))


def test_keeping_the_text_of_earlier_pictures_changes_nothing(tiny_sdxl):
    wanted = specs(3, num_inference_steps=4)
    fresh = draw(SdxlEngine(str(tiny_sdxl), batch_size=4), *wanted)
    engine = SdxlEngine(str(tiny_sdxl), batch_size=4)
    draw(engine, *wanted)
    assert [drawn.rgb for drawn in draw(engine, *wanted)] == [drawn.rgb for drawn in fresh]


def with_parts(plain: StableDiffusionXLPipeline, **parts: object) -> StableDiffusionXLPipeline:
    """The checkpoint with another UNet or VAE."""
    pipeline = StableDiffusionXLPipeline(**{**plain.components, **parts}, add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def other_unet(plain: StableDiffusionXLPipeline, **changes: object) -> UNet2DConditionModel:
    torch.manual_seed(1)
    width, pooled = plain.unet.config.cross_attention_dim, plain.text_encoder_2.config.projection_dim
    return build_unet(cross_attention_dim=width, pooled_dim=pooled, **changes).eval()


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_an_inpainting_unet_equals_the_pipeline(plain, strength):
    """One with nine input channels sees the mask and what lies around it."""
    pipeline = with_parts(plain, unet=other_unet(plain, in_channels=9))
    wanted = spec(scheduler="euler_a", image=png(picture()), mask=png(mask()), strength=strength)
    assert_equal(draw(SdxlEngine.from_pipeline(pipeline), wanted)[0], by_diffusers(pipeline, wanted))


def test_an_inpainting_unet_draws_without_a_picture_and_without_a_mask(plain):
    engine = SdxlEngine.from_pipeline(with_parts(plain, unet=other_unet(plain, in_channels=9)))
    blank, changed = draw(engine, spec(), spec(position=1, image=png(picture())))
    assert blank.rgb != changed.rgb


def test_a_unet_that_is_told_the_guidance_scale_equals_the_pipeline(plain):
    """As whole LCM checkpoints are: one pass, whatever the scale."""
    pipeline = with_parts(plain, unet=other_unet(plain, time_cond_proj_dim=16))
    engine = SdxlEngine.from_pipeline(pipeline)
    wanted = [spec(position=place, scheduler="lcm", guidance_scale=scale) for place, scale in enumerate((1.0, 8.0))]
    first, second = draw(engine, *wanted)
    assert_equal(first, by_diffusers(pipeline, wanted[0]))
    assert_equal(second, by_diffusers(pipeline, wanted[1]))
    assert first.rgb != second.rgb


def test_a_vae_with_a_mean_and_a_deviation_equals_the_pipeline(plain):
    vae = build_vae()
    vae.register_to_config(latents_mean=[0.1, -0.2, 0.3, 0.0], latents_std=[1.5, 0.5, 1.0, 2.0])
    pipeline = with_parts(plain, vae=vae.eval())
    for wanted in (spec(), spec(image=png(picture()), strength=0.6)):
        assert_equal(draw(SdxlEngine.from_pipeline(pipeline), wanted)[0], by_diffusers(pipeline, wanted))


@pytest.mark.parametrize("scheduler", ["euler", "ddim", "dpmpp_2m", "lcm"])
def test_a_checkpoint_that_predicts_velocity_from_pure_noise_equals_the_pipeline(plain, scheduler):
    """Lin et al. 2023, arXiv 2305.08891: its first step has no signal at all, so its noise is thousands of times larger."""
    own = type(plain.scheduler).from_config(
        plain.scheduler.config,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )
    pipeline = with_parts(plain, scheduler=own)
    for wanted in (spec(scheduler=scheduler), spec(scheduler=scheduler, image=png(picture()), strength=0.6)):
        assert_equal(draw(SdxlEngine.from_pipeline(pipeline), wanted)[0], by_diffusers(pipeline, wanted))


@pytest.mark.parametrize(("levels", "channels", "drawn"), [(3, 8, (72, 64)), (5, 16, (80, 64))])
def test_other_numbers_of_latents_and_channels_draw(plain, levels, channels, drawn):
    unet = other_unet(plain, in_channels=channels, out_channels=channels)
    pipeline = with_parts(plain, vae=build_vae(levels, channels).eval(), unet=unet)
    watcher = Watcher()
    [one] = SdxlEngine.from_pipeline(pipeline, preview_every=2).draw([spec(width=72, height=64)], watcher)
    assert (one.width, one.height, len(one.rgb)) == (72, 64, 72 * 64 * 3)
    assert (one.parameters["drawn_width"], one.parameters["drawn_height"]) == drawn
    assert any(step.preview for step in watcher.seen)
    if drawn == (72, 64):
        assert_equal(one, by_diffusers(pipeline, spec(width=72, height=64)))


def adapter(plain: StableDiffusionXLPipeline, file: Path, seed: int, scale: float = 1.0) -> Adapter:
    return Adapter(str(diffusers_file(file, matrices(plain.unet, seed=seed))), scale)


def test_a_batch_of_people_with_adapters_of_their_own_equals_the_pipeline(engine, plain, tmp_path):
    """Two, one, none and another one, with guidance that ends, in one forward each step."""
    face = adapter(plain, tmp_path / "face.safetensors", 1, 0.8)
    style = adapter(plain, tmp_path / "style.safetensors", 2)
    wanted = [
        spec(position=place, seed=place, request_id=str(place), adapters=adapters, num_inference_steps=4)
        for place, adapters in enumerate([(face, style), (face,), (), (style,)])
    ]
    drawn = draw(engine, *wanted)
    for one, of_one in zip(drawn, wanted, strict=True):
        assert_equal(one, by_diffusers(plain, of_one))
    assert len({one.rgb for one in draw(engine, *[replace(of_one, seed=1) for of_one in wanted])}) == 4
    assert [one["adapter"] for one in drawn[0].parameters["adapters"]] == ["face.safetensors", "style.safetensors"]


def test_after_adapters_the_next_picture_is_bit_equal_to_one_before(engine, plain, tmp_path):
    before = draw(engine, spec())[0].rgb
    style = adapter(plain, tmp_path / "style.safetensors", 3)
    with_style = draw(engine, spec(position=0, adapters=(style,), guidance_end=0.5), spec(position=1))[0].rgb
    assert draw(engine, spec())[0].rgb == before != with_style


def test_an_adapter_that_cannot_be_read_stops_the_call_before_anything_is_drawn(engine, tmp_path):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"no safetensors")
    for path, message_id in ((broken, "engine:adapter-broken"), (tmp_path / "no", "engine:adapter-missing")):
        watcher = Watcher()
        with pytest.raises(EngineError) as caught:
            list(engine.draw([spec(), spec(position=1, adapters=(Adapter(str(path)),))], watcher))
        assert caught.value.message_id == message_id
        assert watcher.seen == []
