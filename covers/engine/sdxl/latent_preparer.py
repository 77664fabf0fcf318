"""The samples of a batch before their first step: noise, or an image to start from (diffusers' `prepare_latents`)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, SchedulerMixin
from torch import Tensor

from covers.engine.engine_contract import DrawSpec
from covers.engine.sdxl.batches import BatchPlan
from covers.engine.sdxl.conditioning import Conditioning
from covers.engine.sdxl.image_processor import preprocess_image, preprocess_mask
from covers.engine.sdxl.schedulers import DenoisingSchedule
from covers.engine.sdxl.vae import LatentDistribution, encode, scale_latents, vae_scale_factor


@dataclass(frozen=True)
class InpaintContext:
    """What stays outside the mask. latents, noise: (1, channels, h, w); mask: (1, 1, h, w), 1 is drawn anew.

    For checkpoints whose UNet does not take the masked image itself.
    """

    latents: Tensor
    noise: Tensor
    mask: Tensor


@dataclass(eq=False)
class ImageSample:
    """One picture of a batch on its way. latents: (1, channels, h, w), float32 whatever the UNet's precision.

    It has a scheduler and a generator of its own, so nothing that the others do, or their leaving, reaches it.
    extra_channels: the UNet's further input channels, of an inpainting checkpoint: mask and masked image latents.
    pred_original_sample: the clean latents as the last step guessed them, for the preview. feature_reuse: as it is really
    drawn, which may be exact where the spec allows less.
    """

    spec: DrawSpec
    conditioning: Conditioning
    scheduler: SchedulerMixin
    generator: torch.Generator
    latents: Tensor
    inpaint_context: InpaintContext | None = None
    extra_channels: Tensor | None = None
    pred_original_sample: Tensor | None = None
    feature_reuse: str = "off"


@dataclass(frozen=True)
class EncodedInit:
    """What samples of one image and mask start from. image, masked_image: what the VAE makes of the image, and of it
    without what is to be drawn anew; None where that is not needed. mask: (1, 1, h, w), for latents.
    """

    image: LatentDistribution | None
    masked_image: LatentDistribution | None
    mask: Tensor


class LatentPreparer:
    """Starts samples. The order in which a seed's numbers are used up is that of diffusers' three SDXL pipelines.

    unet_in_channels: tells whether the UNet is one for inpainting, which takes mask and masked image as well.
    """

    def __init__(self, vae: AutoencoderKL, unet_in_channels: int, device: torch.device) -> None:
        self._vae = vae
        self._device = device
        self._latent_channels = vae.config.latent_channels
        self._is_inpainting_unet = unet_in_channels == 2 * self._latent_channels + 1

    def prepare(
        self,
        plan: BatchPlan,
        schedule: DenoisingSchedule,
        specs: Sequence[DrawSpec],
        conditionings: Sequence[Conditioning],
    ) -> list[ImageSample]:
        """A sample for each spec. An image is encoded once, however many specs start from it."""
        inits = {
            (image, mask): self._encode_init(plan, image, mask)
            for image, mask in {(spec.image, spec.mask) for spec in specs}
        }
        return [
            self._prepare_one(plan, schedule, spec, conditioning, inits[spec.image, spec.mask])
            for spec, conditioning in zip(specs, conditionings, strict=True)
        ]

    def _encode_init(self, plan: BatchPlan, image: bytes | None, mask: bytes | None) -> EncodedInit:
        """Without an image, an inpainting UNet is given an empty one that is masked all over."""
        image_tensor = torch.zeros(1, 3, plan.height, plan.width)
        mask_tensor = torch.ones(1, 1, plan.height, plan.width)
        if image is not None:
            image_tensor = preprocess_image(image, plan.width, plan.height)
        if image is not None and mask is not None:
            mask_tensor = preprocess_mask(mask, image, plan.width, plan.height)
        needs_image = image is not None and not (self._is_inpainting_unet and starts_as_noise(plan))
        return EncodedInit(
            encode(self._vae, image_tensor, self._device) if needs_image else None,
            encode(self._vae, image_tensor * (mask_tensor < 0.5), self._device) if self._is_inpainting_unet else None,
            torch.nn.functional.interpolate(mask_tensor, size=self._shape(plan)[2:]).to(self._device),
        )

    def _prepare_one(
        self,
        plan: BatchPlan,
        schedule: DenoisingSchedule,
        spec: DrawSpec,
        conditioning: Conditioning,
        init: EncodedInit,
    ) -> ImageSample:
        # On the CPU and in float32 whatever the device and dtype, so that a seed starts alike on every card.
        generator = torch.Generator("cpu").manual_seed(spec.seed)
        scheduler = copy.deepcopy(schedule.scheduler)
        image_latents = self._sample_latents(init.image, generator) if init.image is not None else None
        noise = torch.randn(self._shape(plan), generator=generator).to(self._device)
        if image_latents is None or starts_as_noise(plan):
            latents = noise * scheduler.init_noise_sigma
        elif len(schedule):
            latents = scheduler.add_noise(image_latents, noise, schedule.timesteps[:1])
        else:
            latents = image_latents
        sample = ImageSample(spec, conditioning, scheduler, generator, latents)
        if init.masked_image is not None:
            masked_image_latents = self._sample_latents(init.masked_image, generator)
            sample.extra_channels = torch.cat([init.mask, masked_image_latents], dim=1)
        elif plan.has_mask and image_latents is not None:
            torch.randn(noise.shape, generator=generator)  # diffusers encodes the masked image, too, for nothing
            sample.inpaint_context = InpaintContext(image_latents, noise, init.mask)
        return sample

    def _sample_latents(self, distribution: LatentDistribution, generator: torch.Generator) -> Tensor:
        """Latents in the UNet's scale. generator: on the CPU, so that an image is read alike on every device."""
        noise = torch.randn(distribution.mean.shape, generator=generator).to(distribution.mean.device)
        return scale_latents(self._vae, distribution.sample(noise))

    def _shape(self, plan: BatchPlan) -> tuple[int, int, int, int]:
        factor = vae_scale_factor(self._vae)
        return 1, self._latent_channels, plan.height // factor, plan.width // factor


def starts_as_noise(plan: BatchPlan) -> bool:
    """As in diffusers: with a mask and all strength, nothing of the image is in the noise; without a mask, a little is."""
    return not plan.has_image or (plan.has_mask and plan.strength == 1.0)
