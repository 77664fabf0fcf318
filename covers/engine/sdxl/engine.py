"""Draws covers with a diffusion model of the SDXL family, on diffusers' components."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from pathlib import Path

import diffusers
import torch
from diffusers import StableDiffusionXLPipeline
from torch import Tensor

from albumsite.errors import EngineError
from covers.engine.engine_contract import Drawn, DrawSpec, StepCallback
from covers.engine.sdxl.batches import BatchPlan, batch_size_limit, check_spec, group_by_plan
from covers.engine.sdxl.compilation import compile_blocks
from covers.engine.sdxl.denoising import DenoisingLoop
from covers.engine.sdxl.engine_errors import inference_errors
from covers.engine.sdxl.image_processor import laid_over, postprocess
from covers.engine.sdxl.latent_preparer import ImageSample
from covers.engine.sdxl.loading import check_sha256, load_pipeline, pick_device, pick_dtype, resolve_checkpoint
from covers.engine.sdxl.model_info import info_of_pipeline
from covers.engine.sdxl.previews import LatentPreview
from covers.engine.sdxl.progress import StepReporter
from covers.engine.sdxl.schedulers import DenoisingSchedule, build_scheduler, set_timesteps
from covers.engine.sdxl.sizes import drawn_size
from covers.engine.sdxl.vae import decode, vae_scale_factor


class SdxlEngine:
    """Any SDXL-family checkpoint: a hub id, a folder in diffusers layout, or one .safetensors file.

    model, revision: which checkpoint; revision is a commit, branch or tag of a hub id. device, dtype: None picks the
    best there is. preview_every: steps between two previews. config: for a single file, see `loading.load_pipeline`.
    batch_size: pictures at once; None goes by memory. native_side: pixels of the squares that the checkpoint was trained
    on; pictures are then drawn with that area, in the shape asked for, and resized; None draws at the size asked for.
    sha256: of a single file, checked before it is read. with_compiling: of the blocks of the UNet, kept for the next start
    in the folder compile_cache; None does so on CUDA. Reads the weights when built: seconds from a warm disk, and a
    download of about 7 GB the first time that a hub id is used.

    A picture depends on its spec and not on those beside it: the same within rounding alone or in a batch. Raises
    EngineError: "engine:model-missing", "engine:model-broken", "engine:no-device", "engine:bad-spec",
    "engine:adapter-missing", "engine:adapter-broken", "engine:out-of-memory", "engine:failed". After any of them from
    `draw`, the next draw works.
    """

    name = "sdxl"

    def __init__(
        self,
        model: str,
        revision: str | None = None,
        device: str | None = None,
        dtype: str | torch.dtype | None = None,
        preview_every: int = 5,
        config: str | None = None,
        batch_size: int | None = None,
        native_side: int | None = None,
        sha256: str | None = None,
        with_compiling: bool | None = None,
        compile_cache: str | None = None,
    ) -> None:
        torch_device = pick_device(device)
        torch_dtype = pick_dtype(torch_device, dtype)
        source = resolve_checkpoint(str(model), revision or None, torch_dtype)
        check_sha256(source, sha256)
        pipeline = load_pipeline(source, torch_device, torch_dtype, config)
        self._set_up(pipeline, torch_device, torch_dtype, preview_every, batch_size, native_side)
        if torch_device.type == "cuda" if with_compiling is None else with_compiling:
            self._base_parameters["compiled"] = compile_blocks(
                pipeline.unet, self.lora_manager, cache_folder=compile_cache
            )
        is_local = source.path == Path(model).expanduser()
        self._base_parameters |= {
            "base_model": Path(model).name if is_local else str(model),
            "base_model_revision": source.revision,
        }

    @classmethod
    def from_pipeline(
        cls,
        pipeline: StableDiffusionXLPipeline,
        *,
        preview_every: int = 5,
        batch_size: int | None = None,
        native_side: int | None = None,
    ) -> SdxlEngine:
        """An engine of components that are in memory already, as they are: for benchmarks and tests."""
        engine = cls.__new__(cls)
        engine._set_up(pipeline, pipeline.device, pipeline.unet.dtype, preview_every, batch_size, native_side)
        return engine

    def _set_up(
        self,
        pipeline: StableDiffusionXLPipeline,
        device: torch.device,
        dtype: torch.dtype,
        preview_every: int,
        batch_size: int | None,
        native_side: int | None,
    ) -> None:
        # A fifth faster on a CPU, too, where pictures are decoded one by one (measured with bench/midpipe.py's VAE).
        pipeline.vae.to(memory_format=torch.channels_last)
        self._pipeline = pipeline
        self._device = device
        self._model_info = info_of_pipeline(pipeline)
        self._denoising_loop = DenoisingLoop(pipeline, device, dtype)
        self.lora_manager = self._denoising_loop.lora_manager
        self.text_encoders = self._denoising_loop.text_encoders
        self._latent_preview = LatentPreview(pipeline.vae, device)
        self._preview_every = max(1, preview_every)
        self.batch_size = batch_size
        self._native_side = native_side
        self._max_batch_pixels: int | None = None
        self._base_parameters = {
            "base_model": pipeline.name_or_path,
            "base_model_revision": "",
            "device": device.type,
            "dtype": str(dtype).removeprefix("torch."),
            "diffusers": diffusers.__version__,
            "torch": torch.__version__,
        }

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        """As `CoverEngine.draw`. Pictures with equal plans are drawn together, see `batches.BatchPlan`."""
        plans = [self._plan(spec) for spec in specs]
        reporter = StepReporter(on_step, self._preview_image, self._preview_every)
        try:
            for plan, waiting in group_by_plan(specs, plans):
                while waiting := [spec for spec in waiting if reporter.is_wanted(spec)]:
                    count, samples = self._denoise_what_fits(plan, waiting[: self._batch_size_limit(plan)], reporter)
                    for sample in samples:
                        if reporter.is_wanted(sample.spec):
                            yield self._finish(plan, sample)
                    waiting = waiting[count:]
        finally:
            self._pipeline.maybe_free_model_hooks()

    def pictures_at_once(self, spec: DrawSpec) -> int:
        """How many pictures like this one are drawn together; more take as many times longer."""
        return self._batch_size_limit(self._plan(spec))

    def _plan(self, spec: DrawSpec) -> BatchPlan:
        """Raises EngineError "engine:bad-spec", or of an adapter that cannot be read, before anything is drawn."""
        encoders = (self._pipeline.text_encoder, self._pipeline.text_encoder_2)
        check_spec(spec, text_encoder_layers=min(encoder.config.num_hidden_layers for encoder in encoders))
        with inference_errors(self._pipeline):
            self.lora_manager.load(spec.adapters)
        scale_factor = vae_scale_factor(self._pipeline.vae)
        unit = scale_factor * 2 ** (len(self._pipeline.unet.config.block_out_channels) - 1)
        width, height = drawn_size(
            spec.width, spec.height, native_side=self._native_side, vae_scale_factor=scale_factor, unit=unit
        )
        is_guided = (
            spec.guidance_scale > 1 and spec.guidance_end > 0 and not self._denoising_loop.has_guidance_embedding
        )
        texts = [spec.prompt, spec.negative_prompt] if is_guided else [spec.prompt]
        plan = BatchPlan(
            width=width,
            height=height,
            num_inference_steps=spec.num_inference_steps,
            scheduler=spec.scheduler,
            feature_reuse=spec.feature_reuse,
            has_image=spec.image is not None,
            has_mask=spec.mask is not None,
            strength=spec.strength if spec.image is not None else 1.0,
            guidance_end=spec.guidance_end if is_guided else 0.0,
            text_chunks=max(self.text_encoders.count_chunks(text) for text in texts),
        )
        self._schedule(plan)
        return plan

    def _schedule(self, plan: BatchPlan) -> DenoisingSchedule:
        default = self._pipeline.scheduler
        scheduler = (
            copy.deepcopy(default) if plan.scheduler == "default" else build_scheduler(plan.scheduler, default.config)
        )
        return set_timesteps(scheduler, plan.num_inference_steps, plan.strength)

    def _batch_size_limit(self, plan: BatchPlan) -> int:
        limit = self.batch_size or batch_size_limit(plan, self._model_info, self._device, self._pipeline.unet.dtype)
        if self._max_batch_pixels is not None:
            limit = min(limit, self._max_batch_pixels // plan.pixels)
        return max(1, limit)

    def _denoise_what_fits(
        self, plan: BatchPlan, batch: list[DrawSpec], reporter: StepReporter
    ) -> tuple[int, list[ImageSample]]:
        """How many of `batch` were drawn, and what came of those: all, or half as many each time that memory runs out."""
        count = len(batch)
        while True:
            try:
                return count, self._denoising_loop.denoise(plan, self._schedule(plan), batch[:count], reporter)
            except EngineError as error:
                if error.message_id != "engine:out-of-memory" or count == 1:
                    raise
            count //= 2
            self._max_batch_pixels = count * plan.pixels  # more did not fit and will not next time

    def _finish(self, plan: BatchPlan, sample: ImageSample) -> Drawn:
        spec = sample.spec
        with inference_errors(self._pipeline):
            image = decode(self._pipeline.vae, sample.latents, self._device)
        if not torch.isfinite(image).all():
            raise EngineError(
                "engine:failed", f"the picture is not made of numbers, dtype={self._base_parameters['dtype']}"
            )
        rgb = postprocess(image, spec.width, spec.height)
        if spec.image is not None and spec.mask is not None and spec.mask_feather is not None:
            rgb = laid_over(rgb, spec.image, spec.mask, spec.width, spec.height, spec.mask_feather)
        parameters = self._parameters(plan, sample)
        return Drawn(spec.position, rgb, spec.width, spec.height, parameters=parameters, request_id=spec.request_id)

    def _preview_image(self, latents: Tensor) -> bytes:
        with inference_errors(self._pipeline):
            return self._latent_preview.webp(latents)

    def _parameters(self, plan: BatchPlan, sample: ImageSample) -> dict[str, object]:
        spec = sample.spec
        return {
            **self._base_parameters,
            "scheduler": spec.scheduler,
            "num_inference_steps": spec.num_inference_steps,
            "guidance_scale": spec.guidance_scale,
            "guidance_rescale": spec.guidance_rescale,
            "guidance_end": spec.guidance_end,
            "clip_skip": spec.clip_skip,
            "feature_reuse": sample.feature_reuse,
            "strength": spec.strength if plan.has_image else None,
            "task": "inpainting" if plan.has_mask else "image-to-image" if plan.has_image else "text-to-image",
            "drawn_width": plan.width,
            "drawn_height": plan.height,
            "adapters": self.lora_manager.describe(spec.adapters),
            "prompt_dropped": self.text_encoders.truncated_text(spec.prompt),
            "negative_prompt_dropped": self.text_encoders.truncated_text(spec.negative_prompt),
        }
