"""Draws covers with a diffusion model of the SDXL family, through diffusers."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import diffusers
import torch
from diffusers import StableDiffusionXLPipeline
from torch import Tensor

from albumsite.errors import EngineError
from covers.engine.contract import Drawn, DrawSpec, Step, StepCallback
from covers.engine.sdxl.batches import batch_limit, check, groups
from covers.engine.sdxl.loading import find, is_out_of_memory, load_pipeline, pick_device, pick_dtype
from covers.engine.sdxl.previews import LatentPreview
from covers.engine.sdxl.prompts import dropped_words
from covers.engine.sdxl.schedulers import build_scheduler


class SdxlEngine:
    """Any SDXL-family checkpoint: a hub id, a folder in diffusers layout, or one .safetensors file.

    model, revision: which checkpoint; revision is a commit, branch or tag of a hub id. device, dtype: None picks the
    best there is. preview_every: steps between two previews. config: for a single file, see `loading.load_pipeline`.
    batch_size: pictures at once; None goes by memory. Reads the weights when built: seconds from a warm disk, and a
    download of about 7 GB the first time that a hub id is used.

    A picture depends on its spec and not on those beside it: the same within rounding alone or in a batch. Raises
    EngineError: "engine:model-missing", "engine:model-broken", "engine:no-device", "engine:bad-spec",
    "engine:out-of-memory", "engine:failed". After any of them from `draw`, the next draw works.
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
    ) -> None:
        self._device = pick_device(device)
        self._dtype = pick_dtype(self._device, dtype)
        source = find(str(model), revision or None, self._dtype)
        self._pipeline = load_pipeline(source, self._device, self._dtype, config)
        self._own_scheduler = self._pipeline.scheduler
        self._preview = LatentPreview(self._pipeline.vae, self._device)
        self._preview_every = max(1, preview_every)
        self._batch_size = batch_size
        self._most_pixels: int | None = None
        self._made_with = {
            "base_model": Path(model).name if source.path == Path(model).expanduser() else str(model),
            "base_model_revision": source.revision,
            "device": self._device.type,
            "dtype": str(self._dtype).removeprefix("torch."),
            "diffusers": diffusers.__version__,
            "torch": torch.__version__,
        }

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        """As `CoverEngine.draw`. Pictures of equal size, steps, guidance and scheduler are drawn together."""
        for spec in specs:
            check(spec)
            self._scheduler(spec.scheduler)
        watch = Watch(on_step, self._preview, self._preview_every)
        for group in groups(specs):
            while group:
                batch = group[: self._batch_limit(group[0])]
                latents = self._denoise_what_fits(batch, watch)
                if watch.has_stopped:
                    return
                for spec, latent in zip(batch, latents, strict=False):  # fewer latents when memory ran short
                    yield self._finish(spec, latent)
                group = group[len(latents) :]

    def _batch_limit(self, spec: DrawSpec) -> int:
        limit = self._batch_size or batch_limit(spec, self._device)
        if self._most_pixels is not None:
            limit = min(limit, self._most_pixels // (spec.width * spec.height))
        return max(1, limit)

    def _scheduler(self, name: str) -> diffusers.SchedulerMixin:
        return self._own_scheduler if name == "default" else build_scheduler(name, self._own_scheduler.config)

    def _denoise_what_fits(self, batch: list[DrawSpec], watch: Watch) -> Tensor:
        """Latents of the first pictures of `batch`: of all, or of half as many each time that memory runs out."""
        count = len(batch)
        while True:
            try:
                return self._denoise(batch[:count], watch)
            except EngineError as error:
                if error.message_id != "engine:out-of-memory" or count == 1:
                    raise
            count //= 2
            self._most_pixels = count * batch[0].width * batch[0].height  # more did not fit and will not next time

    def _denoise(self, batch: list[DrawSpec], watch: Watch) -> Tensor:
        """Latents (len(batch), 4, height // 8, width // 8) of pictures that are `alike`; unfinished if stopped."""
        first = batch[0]
        generators = [torch.Generator("cpu").manual_seed(spec.seed) for spec in batch]
        shape = (self._pipeline.unet.config.in_channels, first.height // 8, first.width // 8)
        # In float32 on the CPU whatever the dtype, so that a seed starts alike on every card.
        noise = torch.stack([torch.randn(shape, generator=generator) for generator in generators])
        self._pipeline.scheduler = self._scheduler(first.scheduler)
        with self._errors_told():
            latents = self._pipeline(
                prompt=[spec.prompt for spec in batch],
                negative_prompt=[spec.negative_prompt for spec in batch] if first.negative_prompt else None,
                width=first.width,
                height=first.height,
                num_inference_steps=first.num_inference_steps,
                guidance_scale=first.guidance_scale,
                generator=generators,
                latents=noise.to(self._dtype),
                output_type="latent",
                callback_on_step_end=watch.callback([spec.position for spec in batch]),
            ).images
        watch.raise_what_was_raised()
        return latents

    def _finish(self, spec: DrawSpec, latent: Tensor) -> Drawn:
        with self._errors_told():
            pixels = self._decode(latent[None])
        if not torch.isfinite(pixels).all():
            raise EngineError("engine:failed", f"the picture has values that are not numbers, dtype={self._dtype}")
        rows = pixels[0].add(1).mul(127.5).round().clamp(0, 255).byte().permute(1, 2, 0)
        rgb = rows.contiguous().cpu().numpy().tobytes()
        return Drawn(spec.position, rgb, spec.width, spec.height, parameters=self._parameters(spec))

    def _parameters(self, spec: DrawSpec) -> dict[str, object]:
        tokenizer = self._pipeline.tokenizer
        return {
            **self._made_with,
            "scheduler": spec.scheduler,
            "num_inference_steps": spec.num_inference_steps,
            "guidance_scale": spec.guidance_scale,
            "prompt_dropped": dropped_words(tokenizer, spec.prompt),
            "negative_prompt_dropped": dropped_words(tokenizer, spec.negative_prompt),
        }

    def _decode(self, latents: Tensor) -> Tensor:
        """One picture (1, 3, height, width) from -1 to 1; in tiles if memory is short, in float32 if it overflows."""
        try:
            pixels = decode(self._pipeline, latents, self._device)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or self._pipeline.vae.use_tiling:
                raise
            pixels = None
        if pixels is None:  # outside the except clause: inside, the failed try would still hold its memory
            release_memory()
            self._pipeline.vae.enable_tiling()
            pixels = decode(self._pipeline, latents, self._device)
        if not torch.isfinite(pixels).all() and self._pipeline.vae.dtype != torch.float32:
            self._pipeline.vae.to(torch.float32)
            pixels = decode(self._pipeline, latents, self._device)
        return pixels

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        """Turn what torch and diffusers raise into EngineError, and leave nothing of the failed call behind."""
        try:
            yield
        except (RuntimeError, ValueError, MemoryError) as error:
            message_id = "engine:out-of-memory" if is_out_of_memory(error) else "engine:failed"
            detail = f"{type(error).__name__}: {error}"
        else:
            return
        with suppress(RuntimeError):
            self._pipeline.maybe_free_model_hooks()
        release_memory()
        raise EngineError(message_id, detail)


@torch.no_grad()
def decode(pipeline: StableDiffusionXLPipeline, latents: Tensor, device: torch.device) -> Tensor:
    vae = pipeline.vae
    latents = latents.to(device, vae.dtype)
    mean, deviation = vae.config.get("latents_mean"), vae.config.get("latents_std")
    if mean is not None and deviation is not None:
        at = {"device": device, "dtype": vae.dtype}
        latents = latents * torch.tensor(deviation, **at).view(1, -1, 1, 1) / vae.config.scaling_factor
        latents = latents + torch.tensor(mean, **at).view(1, -1, 1, 1)
    else:
        latents = latents / vae.config.scaling_factor
    return vae.decode(latents, return_dict=False)[0].float()


def release_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class Watch:
    """Hands the pipeline's steps to `on_step`, and remembers its answer for the whole draw.

    An exception out of `on_step` (a lost lease, a job's time-out) is kept and raised again outside the pipeline, so
    that it is not taken for an error of the pipeline.
    """

    def __init__(self, on_step: StepCallback, preview: LatentPreview, preview_every: int) -> None:
        self._on_step = on_step
        self._preview = preview
        self._preview_every = preview_every
        self._raised: BaseException | None = None
        self.has_stopped = False

    def callback(self, positions: Sequence[int]) -> Callable[..., dict[str, Tensor]]:
        """A `callback_on_step_end` for a batch with these positions."""

        def on_step_end(
            pipeline: StableDiffusionXLPipeline, index: int, timestep: Tensor, tensors: dict[str, Tensor]
        ) -> dict[str, Tensor]:
            for position, latent in zip(positions, tensors["latents"], strict=True):
                self._tell(position, index + 1, pipeline.num_timesteps, latent)
            pipeline._interrupt = self.has_stopped
            return tensors

        return on_step_end

    def raise_what_was_raised(self) -> None:
        if self._raised is not None:
            raise self._raised

    def _tell(self, position: int, step: int, total: int, latent: Tensor) -> None:
        if self.has_stopped:
            return
        has_preview = step % self._preview_every == 0 and step < total
        try:
            step_done = Step(position, step, total, self._preview.webp(latent) if has_preview else None)
            self.has_stopped = not self._on_step(step_done)
        except BaseException as error:
            self._raised = error
            self.has_stopped = True
