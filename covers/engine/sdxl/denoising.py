"""The denoising loop over diffusers' UNet and schedulers, for pictures of several people at once.

It gives what diffusers' SDXL pipelines give for each picture alone. It is our own because theirs knows one guidance scale,
one prompt length, one request: here each sample has its scale, its scheduler and its noise, samples of a stopped request
leave, guidance ends for half the work, and what a step needs of the text is computed once.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from diffusers import StableDiffusionXLPipeline
from torch import Tensor

from covers.engine.engine_contract import DrawSpec
from covers.engine.sdxl import cross_attention_cache
from covers.engine.sdxl.batches import BatchPlan
from covers.engine.sdxl.conditioning import TextEncoders, add_time_ids
from covers.engine.sdxl.engine_errors import inference_errors
from covers.engine.sdxl.feature_reuse import FeatureReuse
from covers.engine.sdxl.guidance import ClassifierFreeGuidance
from covers.engine.sdxl.latent_preparer import ImageSample, LatentPreparer
from covers.engine.sdxl.lora_manager import LoraManager
from covers.engine.sdxl.progress import StepReporter
from covers.engine.sdxl.schedulers import DenoisingSchedule


@dataclass(frozen=True)
class UNetInputs:
    """What the UNet takes at every step besides the latents, for the whole batch: unconditional samples first, if any.

    passes: 2 with classifier-free guidance, else 1: how often each sample stands in the batch. encoder_hidden_states:
    (passes * samples, 77 * chunks, width); added_cond_kwargs: SDXL's `text_embeds` and `time_ids`; extra_channels: of an
    inpainting UNet; timestep_cond: of a UNet with an embedding of the guidance scale.
    """

    passes: int
    encoder_hidden_states: Tensor
    added_cond_kwargs: dict[str, Tensor]
    extra_channels: Tensor | None
    timestep_cond: Tensor | None


@dataclass(frozen=True)
class BatchRun:
    """One batch on its way: its steps, who hears of them, and what predicts in place of the UNet, if anything."""

    plan: BatchPlan
    schedule: DenoisingSchedule
    reporter: StepReporter
    feature_reuse: FeatureReuse | None

    @property
    def guided_steps(self) -> int:
        return round(self.plan.guidance_end * len(self.schedule))

    def passes_at(self, step_index: int) -> int:
        """2 as long as there is classifier-free guidance, then 1."""
        return 2 if step_index < self.guided_steps else 1

    def next_change(self, step_index: int) -> int:
        """The step at which `passes_at` changes next, or the end."""
        return self.guided_steps if step_index < self.guided_steps else len(self.schedule)


class DenoisingLoop:
    """Denoises batches with the components of one pipeline."""

    def __init__(self, pipeline: StableDiffusionXLPipeline, device: torch.device, dtype: torch.dtype) -> None:
        self._pipeline = pipeline
        self._unet = pipeline.unet
        self._device = device
        self._dtype = dtype
        encoders = {"text_encoder": pipeline.text_encoder, "text_encoder_2": pipeline.text_encoder_2}
        self.lora_manager = LoraManager(pipeline.unet, text_encoders=encoders)
        self.text_encoders = TextEncoders(pipeline, device, self.lora_manager)
        self._latent_preparer = LatentPreparer(pipeline.vae, pipeline.unet.config.in_channels, device)

    @property
    def has_guidance_embedding(self) -> bool:
        """Whether the UNet takes the guidance scale as an input, as LCM's whole checkpoints do: one pass will do."""
        return self._unet.config.time_cond_proj_dim is not None

    def denoise(
        self, plan: BatchPlan, schedule: DenoisingSchedule, specs: Sequence[DrawSpec], reporter: StepReporter
    ) -> list[ImageSample]:
        """Samples of pictures of one plan, of those that are still wanted at the end. Raises EngineError."""
        with inference_errors(self._pipeline):
            conditionings = self.text_encoders.encode_prompts(specs, do_classifier_free_guidance=plan.guidance_end > 0)
            samples = self._latent_preparer.prepare(plan, schedule, specs, conditionings)
            run = BatchRun(plan, schedule, reporter, self._feature_reuse(plan, schedule, samples))
        if not len(schedule):
            return reporter.report(samples, 1, 1)
        step_index = 0
        while samples and step_index < len(schedule):
            passes = run.passes_at(step_index)
            step_index, remaining = self._denoise_unchanged(run, samples, step_index)
            if run.feature_reuse is not None:
                run.feature_reuse.select(remaining_rows(samples, remaining, passes, run.passes_at(step_index)))
            samples = remaining
        return samples

    def _feature_reuse(
        self, plan: BatchPlan, schedule: DenoisingSchedule, samples: Sequence[ImageSample]
    ) -> FeatureReuse | None:
        """What predicts in place of the UNet, if the plan allows that and it makes a difference."""
        if plan.feature_reuse == "off" or self.has_guidance_embedding:
            return None
        feature_reuse = FeatureReuse(self._unet, plan.feature_reuse, len(schedule))
        if feature_reuse.is_exact:
            return None
        for sample in samples:
            sample.feature_reuse = plan.feature_reuse
        return feature_reuse

    def _denoise_unchanged(
        self, run: BatchRun, samples: list[ImageSample], start: int
    ) -> tuple[int, list[ImageSample]]:
        """Steps with the same batch, until guidance ends or a sample leaves. The next step, and who remains."""
        with ExitStack() as unet_changes:
            with inference_errors(self._pipeline):
                passes = run.passes_at(start)
                adapters = [sample.spec.adapters for sample in samples]
                unet_changes.enter_context(self.lora_manager.applied(adapters, passes))
                if cross_attention_cache.is_worthwhile(self._unet, samples[0].latents.shape[-2:].numel()):
                    unet_changes.enter_context(cross_attention_cache.cached_keys_and_values(self._unet))
                inputs = self._unet_inputs(run.plan, samples, passes)
                guidance = ClassifierFreeGuidance.of_specs([sample.spec for sample in samples], self._device)
            for step_index in range(start, run.next_change(start)):
                with inference_errors(self._pipeline):
                    self._step(run, step_index, samples, inputs, guidance)
                remaining = run.reporter.report(samples, step_index + 1, len(run.schedule))
                if len(remaining) < len(samples):
                    return step_index + 1, remaining
        return run.next_change(start), samples

    @torch.no_grad()
    def _step(
        self,
        run: BatchRun,
        step_index: int,
        samples: list[ImageSample],
        inputs: UNetInputs,
        guidance: ClassifierFreeGuidance,
    ) -> None:
        timestep = run.schedule.timesteps[step_index]
        scaled = [sample.scheduler.scale_model_input(sample.latents, timestep) for sample in samples]
        latent_model_input = torch.cat(scaled * inputs.passes)
        if inputs.extra_channels is not None:
            latent_model_input = torch.cat([latent_model_input, inputs.extra_channels], dim=1)
        latent_model_input = latent_model_input.to(self._dtype)
        if run.feature_reuse is not None:
            noise_pred = run.feature_reuse.predict(
                step_index, latent_model_input, timestep, inputs.encoder_hidden_states, inputs.added_cond_kwargs
            ).float()
        else:
            noise_pred = self._predict(latent_model_input, timestep, inputs).float()
        if inputs.passes == 2:
            noise_pred = guidance.apply(noise_pred)
        next_timestep = run.schedule.timesteps[step_index + 1 : step_index + 2]
        for sample, noise_pred_of_sample in zip(samples, noise_pred.split(1), strict=True):
            scheduler_step(sample, noise_pred_of_sample, timestep, next_timestep)

    def _predict(self, latent_model_input: Tensor, timestep: Tensor, inputs: UNetInputs) -> Tensor:
        """The UNet's noise prediction for the whole batch: (passes * samples, channels, h, w)."""
        noise_pred: Tensor = self._unet(
            latent_model_input,
            timestep,
            encoder_hidden_states=inputs.encoder_hidden_states,
            timestep_cond=inputs.timestep_cond,
            added_cond_kwargs=inputs.added_cond_kwargs,
            return_dict=False,
        )[0]
        return noise_pred

    @torch.no_grad()
    def _unet_inputs(self, plan: BatchPlan, samples: Sequence[ImageSample], passes: int) -> UNetInputs:
        prompt_embeds = [sample.conditioning.prompt for sample in samples]
        if passes == 2:
            negatives = [sample.conditioning.negative for sample in samples]
            prompt_embeds = [negative for negative in negatives if negative is not None] + prompt_embeds
        time_ids = torch.tensor(add_time_ids(plan.width, plan.height), device=self._device, dtype=self._dtype)
        extra_channels = [sample.extra_channels for sample in samples if sample.extra_channels is not None]
        return UNetInputs(
            passes,
            torch.stack([prompt.embeds for prompt in prompt_embeds]),
            {
                "text_embeds": torch.stack([prompt.pooled for prompt in prompt_embeds]),
                "time_ids": time_ids.expand(len(prompt_embeds), -1),
            },
            torch.cat(extra_channels * passes) if extra_channels else None,
            self._timestep_cond(samples) if self.has_guidance_embedding else None,
        )

    def _timestep_cond(self, samples: Sequence[ImageSample]) -> Tensor:
        guidance_scales = torch.tensor([sample.spec.guidance_scale - 1 for sample in samples])
        embedding_dim = self._unet.config.time_cond_proj_dim
        embedding: Tensor = self._pipeline.get_guidance_scale_embedding(guidance_scales, embedding_dim=embedding_dim)
        return embedding.to(self._device, self._dtype)


def remaining_rows(
    samples: Sequence[ImageSample], remaining: Sequence[ImageSample], passes: int, next_passes: int
) -> list[int]:
    """Rows of the UNet's batch, `passes` times `samples`, that go on; of the prompt's pass alone when one is left."""
    staying = [index for index, sample in enumerate(samples) if sample in remaining]
    return [number * len(samples) + index for number in range(passes - next_passes, passes) for index in staying]


def scheduler_step(sample: ImageSample, noise_pred: Tensor, timestep: Tensor, next_timestep: Tensor) -> None:
    """One step of one picture. noise_pred: (1, channels, h, w), float32. next_timestep: (1,), or (0,) after the last."""
    offered = {"generator": sample.generator, "eta": 0.0}  # eta: the pipelines' own default, also for TCD
    accepted = inspect.signature(sample.scheduler.step).parameters
    extra_step_kwargs = {name: value for name, value in offered.items() if name in accepted}
    output = sample.scheduler.step(noise_pred, timestep, sample.latents, **extra_step_kwargs)
    sample.latents = output.prev_sample
    sample.pred_original_sample = getattr(output, "pred_original_sample", getattr(output, "denoised", None))
    if sample.inpaint_context is not None:
        image_latents, mask = sample.inpaint_context.latents, sample.inpaint_context.mask
        if len(next_timestep):
            image_latents = sample.scheduler.add_noise(image_latents, sample.inpaint_context.noise, next_timestep)
        sample.latents = (1 - mask) * image_latents + mask * sample.latents
