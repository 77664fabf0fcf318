"""The base model as training needs it: its parts on the device in their turn, and pictures drawn with it between steps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionXLPipeline
from PIL import Image
from torch import Tensor

from albumsite.media.encoding import saved
from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import BaseModel, DrawSpec
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.conditioning import PromptEmbeds
from covers.engine.sdxl.device_memory import release_memory
from covers.engine.sdxl.engine_errors import loading_errors
from covers.engine.sdxl.loading import (
    CheckpointSource,
    check_sha256,
    load_pipeline,
    resolve_checkpoint,
    single_file_config,
)
from covers.engine.sdxl.model_info import ModelInfo, info_of_checkpoint, read_config
from covers.engine.sdxl.vae import LatentDistribution
from covers.training.lora.latents import encode_image
from covers.training.lora.lora_recipe import BaseModelInfo

logger = logging.getLogger(__name__)

NO_BRIEF = Brief("", ("circle",), "quiet", (), "", "", (), "rules")
"""An engine of the SDXL family draws by prompt alone."""
STEPS, GUIDANCE, SMALL_GUIDANCE = 20, 5.0, 4.0
"""How class images and samples are drawn. 5.0 is diffusers' default for SDXL; a small checkpoint oversaturates by then."""
SAMPLE_SIDE, SAMPLE_QUALITY = 256, 80
"""Most pixels a side of a sample that is handed out, and its WebP quality."""


@dataclass(frozen=True)
class Checkpoint:
    """What headers and configurations say of a base model, before its weights are read."""

    source: CheckpointSource
    config_folder: Path
    model_info: ModelInfo
    base_model_info: BaseModelInfo

    @property
    def name(self) -> str:
        return self.source.revision or self.source.path.name


def inspect_checkpoint(base_model: BaseModel, device: torch.device) -> Checkpoint:
    """Find the files and read their headers. Raises EngineError as `SdxlEngine` does."""
    # Half-precision files of a hub id are enough for a card: the frozen weights are used in 16 bits there.
    wanted = torch.float32 if device.type == "cpu" else torch.float16
    source = resolve_checkpoint(base_model.model, base_model.revision, wanted)
    check_sha256(source, base_model.sha256)
    folder = single_file_config(source.path, base_model.config) if source.is_single_file else source.path
    with loading_errors():
        model_info = info_of_checkpoint(source.path, folder)
        latents = int(read_config(folder / "unet").get("sample_size") or 128)
    factor = model_info.vae_scale_factor
    unit = factor * 2 ** (len(model_info.unet_block_out_channels) - 1)
    has_bfloat16 = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)
    base_model_info = BaseModelInfo(model_info.unet_params, latents * factor, unit, device.type, has_bfloat16)
    return Checkpoint(source, folder, model_info, base_model_info)


class LoadedBaseModel:
    """A loaded base model. Parts are on the device only while they are used; the UNet comes last and stays.

    num_inference_steps: of class images and samples.
    """

    num_inference_steps = STEPS

    def __init__(self, checkpoint: Checkpoint, device: torch.device, dtype: torch.dtype) -> None:
        self.checkpoint = checkpoint
        self.device, self.dtype = device, dtype
        # On the CPU first, where the loader's own plan for drawing cannot offload parts that are trained through.
        pipeline = load_pipeline(checkpoint.source, torch.device("cpu"), dtype, str(checkpoint.config_folder))
        self._take(pipeline)

    @classmethod
    def from_pipeline(cls, pipeline: StableDiffusionXLPipeline, checkpoint: Checkpoint) -> LoadedBaseModel:
        """Of components that are in memory already: for benchmarks and tests."""
        base = cls.__new__(cls)
        base.checkpoint, base.device, base.dtype = checkpoint, pipeline.device, pipeline.unet.dtype
        base._take(pipeline)
        return base

    def _take(self, pipeline: StableDiffusionXLPipeline) -> None:
        for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder, pipeline.text_encoder_2):
            part.requires_grad_(False)
        self.pipeline = pipeline
        self.unet = pipeline.unet
        pipeline.to(self.device)
        self.unet.to(memory_format=torch.channels_last)
        self._engine = SdxlEngine.from_pipeline(
            pipeline, batch_size=8 if self.checkpoint.base_model_info.is_small else None
        )
        self._prompts: dict[str, PromptEmbeds] = {}
        self.prompt_device = self.device  # thousands of captions are kept in main memory
        self._is_vae_offloaded = False

    @property
    def guidance_scale(self) -> float:
        return SMALL_GUIDANCE if self.checkpoint.base_model_info.is_small else GUIDANCE

    def encode_prompt(self, text: str) -> PromptEmbeds:
        """Encoded once. The negative prompt of drawing is cached with it, so that the encoders may be freed afterwards.

        "": no prompt at all, as drawing is guided away from it: noughts, where the checkpoint says so.
        """
        if text not in self._prompts:
            spec = self._spec(text, 0, 8)
            [both] = self._engine.text_encoders.encode_prompts([spec], do_classifier_free_guidance=True)
            embeds = both.prompt if text or both.negative is None else both.negative
            self._prompts[text] = embeds.to(self.prompt_device)
        return self._prompts[text]

    def free_text_encoders(self) -> None:
        """Their memory is given back; every prompt that was encoded stays cached."""
        for encoder in (self.pipeline.text_encoder, self.pipeline.text_encoder_2):
            encoder.to("meta")
        release_memory()

    def encode_image(self, pixels: Tensor, *, with_flip: bool) -> LatentDistribution:
        return encode_image(self.pipeline.vae, pixels, self.device, with_flip=with_flip)

    def offload_vae(self) -> None:
        """Keep the VAE in main memory, but while pictures are drawn: on a card, between the samples of a training."""
        if self.device.type != "cpu":
            self._is_vae_offloaded = True
            self.pipeline.vae.to("cpu")
            release_memory()

    def draw(
        self, text: str, seeds: Sequence[int], side: int, on_step: Callable[[], bool]
    ) -> Iterator[tuple[int, np.ndarray]]:
        """(position in `seeds`, picture (side, side, 3) uint8), as they are done. on_step: whether to go on."""
        self.unet.eval()
        self.pipeline.vae.to(self.device)
        specs = [self._spec(text, seed, side, position=at) for at, seed in enumerate(seeds)]
        for drawn in self._engine.draw(specs, lambda _step: on_step()):
            yield drawn.position, np.frombuffer(drawn.rgb, np.uint8).reshape(drawn.height, drawn.width, 3)
        if self._is_vae_offloaded:
            self.offload_vae()

    def _spec(self, text: str, seed: int, side: int, *, position: int = 0) -> DrawSpec:
        return DrawSpec(
            brief=NO_BRIEF,
            position=position,
            count=1,
            seed=seed,
            set_seed=seed,
            width=side,
            height=side,
            prompt=text,
            num_inference_steps=self.num_inference_steps,
            guidance_scale=self.guidance_scale,
            scheduler="default",
        )


def webp(pixels: np.ndarray, side: int = SAMPLE_SIDE) -> bytes:
    """pixels: (height, width, 3) uint8."""
    image = Image.fromarray(pixels)
    if image.width > side:
        image = image.resize((side, side * image.height // image.width), Image.Resampling.LANCZOS)
    return saved(image, "WEBP", quality=SAMPLE_QUALITY, method=4)
