"""The diffusion engine draws what diffusers' own three SDXL pipelines draw of the same weights, seeds and settings."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from diffusers import (
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLInpaintPipeline,
    StableDiffusionXLPipeline,
)
from PIL import Image

from covers.engine.contract import Drawn, DrawSpec
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.schedulers import SCHEDULERS, build_scheduler
from tests.covers.engine.specs import Watcher, spec, specs
from tests.covers.engine.tiny_sdxl import build_unet

TOLERANCE = 1e-3
SOME_SCHEDULERS = (
    "euler",
    "euler_a",
    "heun",
    "dpmpp_2m",
    "dpmpp_2m_sde",
    "dpmpp_sde",
    "ddpm",
    "pndm",
    "unipc",
    "lcm",
    "tcd",
)


@pytest.fixture(scope="module")
def engine(tiny_sdxl) -> SdxlEngine:
    torch.set_num_threads(1)
    return SdxlEngine(str(tiny_sdxl), batch_size=4)


@pytest.fixture(scope="module")
def plain(tiny_sdxl) -> StableDiffusionXLPipeline:
    pipeline = StableDiffusionXLPipeline.from_pretrained(str(tiny_sdxl), add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def picture(width: int = 64, height: int = 64) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    channels = [x * 255 / width, y * 255 / height, 255 * ((x // 8 + y // 8) % 2)]
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8), "RGB")


def mask(width: int = 64, height: int = 64) -> Image.Image:
    image = Image.new("L", (width, height), 0)
    image.paste(255, (width // 4, height // 4, width, height // 2))
    return image


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def by_diffusers(plain: StableDiffusionXLPipeline, wanted: DrawSpec) -> np.ndarray:
    """(height, width, 3) from 0 to 1: what the library's own call gives for a spec."""
    pipeline_class, options = StableDiffusionXLPipeline, {"width": wanted.width, "height": wanted.height}
    if wanted.mask is not None:
        pipeline_class = StableDiffusionXLInpaintPipeline
        options |= {"mask_image": Image.open(io.BytesIO(wanted.mask))}
    elif wanted.image is not None:
        pipeline_class, options = StableDiffusionXLImg2ImgPipeline, {}
    if wanted.image is not None:
        options |= {"image": Image.open(io.BytesIO(wanted.image)), "strength": wanted.strength}
    pipeline = pipeline_class.from_pipe(plain)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.scheduler = build_scheduler(wanted.scheduler, plain.scheduler.config)
    return pipeline(
        prompt=wanted.prompt,
        negative_prompt=wanted.negative_prompt or None,
        num_inference_steps=wanted.num_inference_steps,
        guidance_scale=wanted.guidance_scale,
        guidance_rescale=wanted.guidance_rescale,
        clip_skip=wanted.clip_skip,
        generator=torch.Generator("cpu").manual_seed(wanted.seed),
        output_type="np",
        **options,
    ).images[0]


def assert_equal(drawn: Drawn, expected: np.ndarray) -> None:
    """Within TOLERANCE of a picture's range, and what rounding to bytes adds."""
    ours = np.frombuffer(drawn.rgb, np.uint8).reshape(drawn.height, drawn.width, 3)
    assert np.abs(ours - expected * 255.0).max() <= 0.5 + TOLERANCE * 255


def draw(engine: SdxlEngine, *wanted: DrawSpec) -> list[Drawn]:
    drawn = {picture.position: picture for picture in engine.draw(list(wanted), Watcher())}
    return [drawn[one.position] for one in wanted]


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_text_to_image_equals_the_pipeline(engine, plain, scheduler):
    wanted = spec(scheduler=scheduler, num_inference_steps=4)
    assert_equal(draw(engine, wanted)[0], by_diffusers(plain, wanted))


@pytest.mark.parametrize("scheduler", SOME_SCHEDULERS)
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_image_to_image_equals_the_pipeline(engine, plain, scheduler, strength):
    wanted = spec(scheduler=scheduler, num_inference_steps=4, image=png(picture()), strength=strength)
    assert_equal(draw(engine, wanted)[0], by_diffusers(plain, wanted))


@pytest.mark.parametrize("scheduler", SOME_SCHEDULERS)
@pytest.mark.parametrize("strength", [0.5, 1.0])
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


def test_an_inpainting_unet_equals_the_pipeline(plain):
    """One with nine input channels sees the mask and what lies around it."""
    unet = build_unet(cross_attention_dim=plain.unet.config.cross_attention_dim, pooled_dim=32, in_channels=9)
    pipeline = StableDiffusionXLInpaintPipeline(**{**plain.components, "unet": unet}, add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    engine = SdxlEngine.around(StableDiffusionXLPipeline(**{**plain.components, "unet": unet}, add_watermarker=False))
    for strength in (0.5, 1.0):
        wanted = spec(scheduler="euler_a", image=png(picture()), mask=png(mask()), strength=strength)
        expected = pipeline(
            prompt=wanted.prompt,
            negative_prompt=wanted.negative_prompt,
            image=picture(),
            mask_image=mask(),
            strength=strength,
            num_inference_steps=wanted.num_inference_steps,
            guidance_scale=wanted.guidance_scale,
            generator=torch.Generator("cpu").manual_seed(wanted.seed),
            output_type="np",
            width=64,
            height=64,
        ).images[0]
        pipeline.scheduler = build_scheduler("euler_a", plain.scheduler.config)
        assert_equal(draw(engine, wanted)[0], expected)
    assert len(draw(engine, spec(), spec(position=1, image=png(picture())))) == 2
