"""The pictures of a batch before their first step: noise, or a picture to start from."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, SchedulerMixin
from torch import Tensor

from covers.engine.engine_contract import DrawSpec
from covers.engine.sdxl.batches import BatchPlan
from covers.engine.sdxl.conditioning import Steering
from covers.engine.sdxl.decoding import Said, described, pixels_per_latent
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


@dataclass(frozen=True)
class Source:
    """What pictures of one image and mask start from. whole, around: what the VAE says of the image, and of it without
    what is to be drawn anew; None where it is not asked. mask: (1, 1, h, w), for latents.
    """

    whole: Said | None
    around: Said | None
    mask: Tensor


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
        pictures = {(spec.image, spec.mask) for spec in specs}  # those of one request often have the same
        sources = {(image, mask): self._source(plan, image, mask) for image, mask in pictures}
        return [
            self._row(plan, course, spec, steered, sources[spec.image, spec.mask])
            for spec, steered in zip(specs, steering, strict=True)
        ]

    def _source(self, plan: BatchPlan, image: bytes | None, mask: bytes | None) -> Source:
        """Without an image, an inpainting UNet is shown an empty one that is masked all over."""
        pixels = torch.zeros(1, 3, plan.height, plan.width)
        masked = torch.ones(1, 1, plan.height, plan.width)
        if image is not None:
            pixels = picture_tensor(image, plan.width, plan.height)
        if image is not None and mask is not None:
            masked = mask_tensor(mask, image, plan.width, plan.height)
        needs_whole = image is not None and not (self._sees_ground and starts_as_noise(plan))
        return Source(
            described(self._vae, pixels, self._device) if needs_whole else None,
            described(self._vae, pixels * (masked < 0.5), self._device) if self._sees_ground else None,
            torch.nn.functional.interpolate(masked, size=self._shape(plan)[2:]).to(self._device),
        )

    def _row(self, plan: BatchPlan, course: Course, spec: DrawSpec, steering: Steering, source: Source) -> Row:
        # On the CPU and in float32 whatever the device and dtype, so that a seed starts alike on every card.
        generator = torch.Generator("cpu").manual_seed(spec.seed)
        scheduler = copy.deepcopy(course.scheduler)
        latents = source.whole.drawn(self._vae, generator) if source.whole is not None else None
        noise = torch.randn(self._shape(plan), generator=generator).to(self._device)
        if latents is None or starts_as_noise(plan):
            row = Row(spec, steering, scheduler, generator, noise * scheduler.init_noise_sigma)
        elif len(course):
            noisy = scheduler.add_noise(latents, noise, course.timesteps[:1])
            row = Row(spec, steering, scheduler, generator, noisy)
        else:
            row = Row(spec, steering, scheduler, generator, latents)
        if source.around is not None:
            row.seen = torch.cat([source.mask, source.around.drawn(self._vae, generator)], dim=1)
        elif plan.has_mask and latents is not None:
            torch.randn(noise.shape, generator=generator)  # diffusers encodes the surroundings, too, for nothing
            row.ground = Ground(latents, noise, source.mask)
        return row

    def _shape(self, plan: BatchPlan) -> tuple[int, int, int, int]:
        factor = pixels_per_latent(self._vae)
        return 1, self._channels, plan.height // factor, plan.width // factor


def starts_as_noise(plan: BatchPlan) -> bool:
    """As in diffusers: with a mask and all strength, nothing of the image is in the noise; without a mask, a little is."""
    return not plan.has_image or (plan.has_mask and plan.strength == 1.0)
