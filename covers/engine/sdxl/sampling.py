"""The denoising loop over diffusers' UNet and schedulers, for pictures of several people at once.

It gives what diffusers' SDXL pipelines give for each picture alone. It is our own because theirs knows one guidance scale,
one prompt length, one request: here each row has its scale, its scheduler and its noise, rows of a stopped request leave,
guidance ends for half the work, and what a step needs of the text is computed once.
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
from covers.engine.sdxl import text_keys
from covers.engine.sdxl.adapters import AdapterBank
from covers.engine.sdxl.batches import BatchPlan
from covers.engine.sdxl.conditioning import TextEncoders, size_conditions
from covers.engine.sdxl.faults import errors_told
from covers.engine.sdxl.guidance import Guidance
from covers.engine.sdxl.reuse import FeatureReuse
from covers.engine.sdxl.rows import Beginnings, Row
from covers.engine.sdxl.schedulers import Course
from covers.engine.sdxl.watching import Watch


@dataclass(frozen=True)
class Inputs:
    """What the UNet is told at every step, for all places of a batch: the unconditional pass first, if there is one.

    hidden: (passes * rows, 77 * chunks, width); added: SDXL's `text_embeds` and `time_ids`; seen: further channels of
    an inpainting UNet; scale: `timestep_cond` of a UNet that learnt guidance.
    """

    passes: int
    hidden: Tensor
    added: dict[str, Tensor]
    seen: Tensor | None
    scale: Tensor | None


@dataclass(frozen=True)
class Run:
    """One batch on its way: who asked for it, which steps it takes, and what predicts in place of the UNet, if anything."""

    plan: BatchPlan
    course: Course
    watch: Watch
    reuse: FeatureReuse | None

    @property
    def guided_steps(self) -> int:
        return round(self.plan.guided_share * len(self.course))

    def passes(self, index: int) -> int:
        """How often the rows stand in the batch at a step: twice, the unconditional pass first, as long as it is guided."""
        return 2 if index < self.guided_steps else 1

    def end_of_stretch(self, index: int) -> int:
        """The step at which `passes` changes next."""
        return self.guided_steps if index < self.guided_steps else len(self.course)


class Sampler:
    """Denoises batches with the components of one pipeline."""

    def __init__(self, pipeline: StableDiffusionXLPipeline, device: torch.device, dtype: torch.dtype) -> None:
        self._pipeline = pipeline
        self._unet = pipeline.unet
        self._device = device
        self._dtype = dtype
        encoders = {"text_encoder": pipeline.text_encoder, "text_encoder_2": pipeline.text_encoder_2}
        self.adapters = AdapterBank(pipeline.unet, text_encoders=encoders)
        self.texts = TextEncoders(pipeline, device, self.adapters)
        self._beginnings = Beginnings(pipeline.vae, pipeline.unet.config.in_channels, device)

    @property
    def has_guidance_inside(self) -> bool:
        """Whether the UNet learnt guidance and is told the scale, as LCM's whole checkpoints are: one pass will do."""
        return self._unet.config.time_cond_proj_dim is not None

    def denoise(self, plan: BatchPlan, course: Course, specs: Sequence[DrawSpec], watch: Watch) -> list[Row]:
        """Latents of pictures of one plan, of those that are still wanted at the end. Raises EngineError."""
        with errors_told(self._pipeline):
            steering = self.texts.steering(specs, is_guided=plan.guided_share > 0)
            rows = self._beginnings.rows(plan, course, specs, steering)
            run = Run(plan, course, watch, self._reuse(plan, course, rows))
        if not len(course):
            return watch.tell(rows, 1, 1)
        index = 0
        while rows and index < len(course):
            passes = run.passes(index)
            index, left = self._stretch(run, rows, index)
            if run.reuse is not None:
                run.reuse.keep(places_left(rows, left, passes, run.passes(index)))
            rows = left
        return rows

    def _reuse(self, plan: BatchPlan, course: Course, rows: Sequence[Row]) -> FeatureReuse | None:
        """What predicts in place of the UNet, if the plan allows that and it makes a difference."""
        if plan.feature_reuse == "off" or self.has_guidance_inside:
            return None
        reuse = FeatureReuse(self._unet, plan.feature_reuse, len(course))
        if reuse.is_exact:
            return None
        for row in rows:
            row.feature_reuse = plan.feature_reuse
        return reuse

    def _stretch(self, run: Run, rows: list[Row], start: int) -> tuple[int, list[Row]]:
        """Steps with the same rows, until guidance ends or a row leaves. The next step, and who is left."""
        with ExitStack() as laid:
            with errors_told(self._pipeline):
                passes = run.passes(start)
                laid.enter_context(self.adapters.rows([row.spec.adapters for row in rows], passes))
                if text_keys.pays(self._unet, rows[0].latents.shape[-2:].numel()):
                    laid.enter_context(text_keys.kept(self._unet))
                inputs = self._inputs(run.plan, rows, passes)
                guidance = Guidance.of([row.spec for row in rows], self._device)
            for index in range(start, run.end_of_stretch(start)):
                with errors_told(self._pipeline):
                    self._step(run, index, rows, inputs, guidance)
                left = run.watch.tell(rows, index + 1, len(run.course))
                if len(left) < len(rows):
                    return index + 1, left
        return run.end_of_stretch(start), rows

    @torch.no_grad()
    def _step(self, run: Run, index: int, rows: list[Row], inputs: Inputs, guidance: Guidance) -> None:
        timestep = run.course.timesteps[index]
        sample = torch.cat([row.scheduler.scale_model_input(row.latents, timestep) for row in rows] * inputs.passes)
        if inputs.seen is not None:
            sample = torch.cat([sample, inputs.seen], dim=1)
        sample = sample.to(self._dtype)
        if run.reuse is not None:
            predicted = run.reuse.predict(index, sample, timestep, inputs.hidden, inputs.added).float()
        else:
            predicted = self._predict(sample, timestep, inputs).float()
        if inputs.passes == 2:
            predicted = guidance.guided(predicted)
        following = run.course.timesteps[index + 1 : index + 2]
        for row, prediction in zip(rows, predicted.split(1), strict=True):
            advance(row, prediction, timestep, following)

    def _predict(self, sample: Tensor, timestep: Tensor, inputs: Inputs) -> Tensor:
        """What the UNet says of each place of the batch: (passes * rows, channels, h, w)."""
        return self._unet(
            sample,
            timestep,
            encoder_hidden_states=inputs.hidden,
            timestep_cond=inputs.scale,
            added_cond_kwargs=inputs.added,
            return_dict=False,
        )[0]

    @torch.no_grad()
    def _inputs(self, plan: BatchPlan, rows: Sequence[Row], passes: int) -> Inputs:
        sides = [row.steering.prompt for row in rows]
        if passes == 2:
            sides = [without for row in rows if (without := row.steering.without) is not None] + sides
        conditions = torch.tensor(size_conditions(plan.width, plan.height), device=self._device, dtype=self._dtype)
        seen = [row.seen for row in rows if row.seen is not None]
        return Inputs(
            passes,
            torch.stack([side.hidden for side in sides]),
            {
                "text_embeds": torch.stack([side.pooled for side in sides]),
                "time_ids": conditions.expand(len(sides), -1),
            },
            torch.cat(seen * passes) if seen else None,
            self._learnt_scale(rows) if self.has_guidance_inside else None,
        )

    def _learnt_scale(self, rows: Sequence[Row]) -> Tensor:
        scales = torch.tensor([row.spec.guidance_scale - 1 for row in rows])
        width = self._unet.config.time_cond_proj_dim
        return self._pipeline.get_guidance_scale_embedding(scales, embedding_dim=width).to(self._device, self._dtype)


def places_left(rows: Sequence[Row], left: Sequence[Row], passes: int, next_passes: int) -> list[int]:
    """Where, in a batch of `passes` times `rows`, the rows stand that go on; of the prompt's pass alone when one is left."""
    staying = [place for place, row in enumerate(rows) if row in left]
    return [number * len(rows) + place for number in range(passes - next_passes, passes) for place in staying]


def advance(row: Row, prediction: Tensor, timestep: Tensor, following: Tensor) -> None:
    """One step of one picture. prediction: (1, channels, h, w), float32. following: the next timestep, if there is one."""
    offered = {"generator": row.generator, "eta": 0.0}  # eta: the pipelines' own default, also for TCD
    taken = inspect.signature(row.scheduler.step).parameters
    options = {name: value for name, value in offered.items() if name in taken}
    done = row.scheduler.step(prediction, timestep, row.latents, **options)
    row.latents = done.prev_sample
    row.clean = getattr(done, "pred_original_sample", getattr(done, "denoised", None))
    if row.ground is not None:
        around, mask = row.ground.latents, row.ground.mask
        if len(following):
            around = row.scheduler.add_noise(around, row.ground.noise, following)
        row.latents = (1 - mask) * around + mask * row.latents
