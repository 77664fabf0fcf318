"""The pictures of a batch before their first step: noise, or a picture to start from."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, SchedulerMixin
from torch import Tensor

from covers.engine.contract import DrawSpec
from covers.engine.sdxl.batches import BatchPlan
from covers.engine.sdxl.conditioning import Steering
from covers.engine.sdxl.decoding import encode, pixels_per_latent
from covers.engine.sdxl.pictures import mask_tensor, picture_tensor
from covers.engine.sdxl.schedulers import Course


@dataclass(frozen=True)
class Ground:
    """What stays around the masked place. latents, noise: (1, channels, h, w); mask: (1, 1, h, w), 1 is drawn anew."""

    latents: Tensor
    noise: Tensor
    mask: Tensor


@dataclass(eq=False)
class Row:
    """One picture of a batch on its way. latents: (1, channels, h, w), float32 whatever the UNet's precision.

    It has a scheduler and a generator of its own, so nothing that the others do, or their leaving, reaches it.
    seen: the UNet's further input channels, of an inpainting checkpoint. clean: the picture as the last step guessed
    it, for the preview. feature_reuse: as it is really drawn, which may be exact where the spec allows less.
    """

    spec: DrawSpec
    steering: Steering
    scheduler: SchedulerMixin
    generator: torch.Generator
    latents: Tensor
    ground: Ground | None = None
    seen: Tensor | None = None
    clean: Tensor | None = None
    feature_reuse: str = "off"


class Beginnings:
    """Starts pictures. The order in which a seed's numbers are used up is that of diffusers' three SDXL pipelines."""

    def __init__(self, vae: AutoencoderKL, unet_channels: int, device: torch.device) -> None:
        self._vae = vae
        self._device = device
        self._channels = vae.config.latent_channels
        self._sees_ground = unet_channels == 2 * self._channels + 1

    def rows(
        self, plan: BatchPlan, course: Course, specs: Sequence[DrawSpec], steering: Sequence[Steering]
    ) -> list[Row]:
        return [self._row(plan, course, spec, steered) for spec, steered in zip(specs, steering, strict=True)]

    def _row(self, plan: BatchPlan, course: Course, spec: DrawSpec, steering: Steering) -> Row:
        # On the CPU and in float32 whatever the device and dtype, so that a seed starts alike on every card.
        generator = torch.Generator("cpu").manual_seed(spec.seed)
        scheduler = copy.deepcopy(course.scheduler)
        image = picture_tensor(spec.image, plan.width, plan.height) if spec.image is not None else None
        is_from_noise = image is None or (plan.has_mask and plan.strength == 1.0)
        needs_latents = image is not None and not (self._sees_ground and is_from_noise)
        latents = encode(self._vae, image, self._device, generator) if image is not None and needs_latents else None
        noise = self._noise(plan, generator)
        if latents is None or is_from_noise:
            start = noise * scheduler.init_noise_sigma
        else:
            start = scheduler.add_noise(latents, noise, course.timesteps[:1]) if len(course) else latents
        row = Row(spec, steering, scheduler, generator, start)
        self._mask(row, plan, image, latents, noise)
        return row

    def _noise(self, plan: BatchPlan, generator: torch.Generator) -> Tensor:
        factor = pixels_per_latent(self._vae)
        shape = (1, self._channels, plan.height // factor, plan.width // factor)
        return torch.randn(shape, generator=generator).to(self._device)

    def _mask(self, row: Row, plan: BatchPlan, image: Tensor | None, latents: Tensor | None, noise: Tensor) -> None:
        """Give the row what an inpainting UNet sees, or what any other's steps are mixed with."""
        spec = row.spec
        if image is None:
            image = torch.zeros(1, 3, plan.height, plan.width)
        if spec.mask is not None and spec.image is not None:
            mask = mask_tensor(spec.mask, spec.image, plan.width, plan.height)
        else:
            mask = torch.ones(1, 1, plan.height, plan.width)
        small = torch.nn.functional.interpolate(mask, size=noise.shape[-2:]).to(self._device)
        if self._sees_ground:
            around = encode(self._vae, image * (mask < 0.5), self._device, row.generator)
            row.seen = torch.cat([small, around], dim=1)
        elif spec.mask is not None and latents is not None:
            torch.randn(noise.shape, generator=row.generator)  # diffusers encodes the rest of the picture for nothing
            row.ground = Ground(latents, noise, small)
