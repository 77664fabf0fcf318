"""Pictures to draw from, and what diffusers draws of a spec, to compare with what the engine does."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, StableDiffusionXLInpaintPipeline, StableDiffusionXLPipeline
from PIL import Image

from albumsite.media.encoding import saved
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.schedulers import build_scheduler
from tests.covers.engine.specs import Watcher

TOLERANCE = 1e-3


def picture(width: int = 64, height: int = 64) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    channels = [x * 255 / width, y * 255 / height, 255 * ((x // 8 + y // 8) % 2)]
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8), "RGB")


def mask(width: int = 64, height: int = 64) -> Image.Image:
    image = Image.new("L", (width, height), 0)
    image.paste(255, (width // 4, height // 4, width, height // 2))
    return image


def png(image: Image.Image) -> bytes:
    return saved(image, "PNG")


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
    if wanted.adapters:
        names = [Path(one.path).stem for one in wanted.adapters]
        for name, one in zip(names, wanted.adapters, strict=True):
            pipeline.load_lora_weights(one.path, adapter_name=name)
        pipeline.set_adapters(names, [one.scale for one in wanted.adapters])
    images = pipeline(
        prompt=wanted.prompt,
        negative_prompt=wanted.negative_prompt or None,
        num_inference_steps=wanted.num_inference_steps,
        guidance_scale=wanted.guidance_scale,
        guidance_rescale=wanted.guidance_rescale,
        clip_skip=wanted.clip_skip,
        generator=torch.Generator("cpu").manual_seed(wanted.seed),
        output_type="np",
        **options,
    ).images
    if wanted.adapters:
        pipeline.unload_lora_weights()
    return images[0]


def assert_equal(drawn: Drawn, expected: np.ndarray) -> None:
    """Within TOLERANCE of a picture's range, and what rounding to bytes adds."""
    ours = np.frombuffer(drawn.rgb, np.uint8).reshape(drawn.height, drawn.width, 3)
    assert np.abs(ours - expected * 255.0).max() <= 0.5 + TOLERANCE * 255


def draw(engine: SdxlEngine, *wanted: DrawSpec) -> list[Drawn]:
    drawn = {picture.position: picture for picture in engine.draw(list(wanted), Watcher())}
    return [drawn[one.position] for one in wanted]
