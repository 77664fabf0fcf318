"""A person to be learnt, by our trainer and by the public recipe, for benchmarks t1 to t4.

The recipe is that of diffusers' examples/dreambooth/train_dreambooth_lora_sdxl.py with its text encoders frozen, written
anew on the libraries' own calls: peft's LoraConfig on the UNet's attention, the VAE run on the pixels in each step,
`DDPMScheduler.add_noise`, mean squared error for instance and class image, clipping, AdamW. Prompt embeddings are computed
once, as the script does for a single prompt.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import DDPMScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from peft import set_peft_model_state_dict
from torch import Tensor
from torch.nn import functional

from bench.midpipe import sizes_of
from covers.engine.engine_contract import BaseModel
from covers.engine.sdxl.loading import CheckpointSource
from covers.engine.sdxl.model_info import info_of_pipeline
from covers.engine.sdxl.vae import LatentDistribution
from covers.training.lora.adapters import fresh_matrices, lora_config, peft_state
from covers.training.lora.base_model import Checkpoint, LoadedBaseModel
from covers.training.lora.lora_recipe import ADAM_BETAS, ADAM_EPSILON, ADAM_WEIGHT_DECAY, ATTENTION, BaseModelInfo
from covers.training.lora.multi_lora_trainer import MultiLoraTrainer
from covers.training.lora.noise_scheduler import SCHEDULE_KEYS
from covers.training.lora.rng import NoiseDraw, generator_for
from personalize.dreambooth.face_contract import TrainingOptions, TrainingSpec
from personalize.dreambooth.face_job import FaceJob, InstanceAndClass
from personalize.dreambooth.face_recipe import FaceRecipe, recipe_for
from personalize.dreambooth.instance_and_class_draws import class_draw, instance_draw
from personalize.dreambooth.instance_photos import square_time_ids
from personalize.dreambooth.likeness import PictureLikeness

RANK = 16
PHOTOS, CLASS_IMAGES = 5, 4
TOLERANCE = {"cpu": 1e-3, "cuda": 5e-2}
"""Most that a loss may be off, as a share of it: rounding in another order, in 16 bits on a card."""


def base_model_info_of(pipeline: StableDiffusionXLPipeline, *, full: bool) -> BaseModelInfo:
    device = pipeline.device.type
    return BaseModelInfo(sum(w.numel() for w in pipeline.unet.parameters()), sizes_of(full=full).side, 32, device, True)


def base_around(pipeline: StableDiffusionXLPipeline, *, full: bool) -> LoadedBaseModel:
    checkpoint = Checkpoint(
        CheckpointSource(Path("."), "random"),
        Path("."),
        info_of_pipeline(pipeline),
        base_model_info_of(pipeline, full=full),
    )
    return LoadedBaseModel.from_pipeline(pipeline, checkpoint)


def attention_of(unet: UNet2DConditionModel) -> list[str]:
    return [name for name, _ in unet.named_modules() if name.endswith(ATTENTION)]


@dataclass(frozen=True)
class RandomFace:
    """A person of random pixels: photos, class_images: (n, 3, side, side), -1 to 1."""

    number: int
    side: int
    with_prior: bool = True
    samples: int = 1
    photo_count: int = PHOTOS

    def _pixels(self, what: str, count: int) -> Tensor:
        generator = generator_for("bench", what, self.number)
        return torch.rand(count, 3, self.side, self.side, generator=generator) * 2 - 1

    @property
    def photos(self) -> Tensor:
        return self._pixels("photos", self.photo_count)

    @property
    def class_images(self) -> Tensor:
        return self._pixels("class", CLASS_IMAGES)

    @property
    def spec(self) -> TrainingSpec:
        token = "abcdefgh"[self.number]
        nowhere = Path("/nonexistent")
        return TrainingSpec(str(self.number), BaseModel("random"), (), token, "person", nowhere, nowhere)

    def recipe(self, base_model_info: BaseModelInfo) -> FaceRecipe:
        options = TrainingOptions(
            rank=RANK,
            learning_rate=1e-4,
            max_train_steps=1_000_000,
            train_batch_size=self.samples,
            with_prior_preservation=self.with_prior,
            num_class_images=CLASS_IMAGES,
            snr_gamma=None,
            seed=self.number,
        )
        return recipe_for(options, base_model_info, self.photo_count)


def job_of(face: RandomFace, base: LoadedBaseModel, trainer: MultiLoraTrainer) -> FaceJob:
    """As `FacePreparation` would make them."""
    recipe, spec = face.recipe(base.checkpoint.base_model_info), face.spec
    photos = LatentDistribution.cat(base.encode_image(pixels, with_flip=True) for pixels in face.photos)
    class_images = LatentDistribution.cat(base.encode_image(pixels, with_flip=False) for pixels in face.class_images)
    class_time_ids = square_time_ids(face.side, face.side)
    base.encode_prompt(spec.instance_prompt)
    base.encode_prompt(spec.class_prompt)
    examples = InstanceAndClass(
        photos, (class_time_ids,) * len(photos), class_images if face.with_prior else None, class_time_ids
    )
    initial_row = trainer.store.row_of(fresh_matrices(base.unet, recipe, trainer.names))
    return FaceJob(recipe=recipe, initial_row=initial_row, spec=spec, examples=examples, metric=PictureLikeness([]))


def trainer_of(base: LoadedBaseModel, jobs: int = 1, rows: int = 2) -> MultiLoraTrainer:
    return MultiLoraTrainer(base, attention_of(base.unet), rank=RANK, lora_alpha=RANK, max_rows=jobs * rows)


class Reference:
    """The public recipe for one face, with a UNet of its own. with_cache: latents are computed once, beforehand."""

    def __init__(
        self, pipeline: StableDiffusionXLPipeline, face: RandomFace, *, full: bool = False, with_cache: bool = False
    ) -> None:
        self.pipeline, self.face, self.with_cache = pipeline, face, with_cache
        self.recipe = face.recipe(base_model_info_of(pipeline, full=full))
        self.unet = pipeline.unet if full else copy.deepcopy(pipeline.unet)
        self.unet.requires_grad_(False).train()
        names = attention_of(self.unet)
        matrices = fresh_matrices(self.unet, self.recipe, names)
        self.unet.add_adapter(lora_config(self.recipe, names))
        set_peft_model_state_dict(self.unet, peft_state(matrices))
        self.parameters = [weight for weight in self.unet.parameters() if weight.requires_grad]
        for weight in self.parameters:
            weight.data = weight.data.float()
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=1e-4, betas=ADAM_BETAS, eps=ADAM_EPSILON, weight_decay=ADAM_WEIGHT_DECAY
        )
        config = pipeline.scheduler.config
        self.scheduler = DDPMScheduler.from_config({name: config[name] for name in SCHEDULE_KEYS if name in config})
        self.photos = face.photos.to(pipeline.device)
        self.class_images = face.class_images.to(pipeline.device)
        self.embeds = self._embed()
        self.moments: dict[tuple[bool, int, bool], tuple[Tensor, Tensor]] = {}
        if with_cache:
            self.moments = self._moments()
        self.taken = 0

    @torch.no_grad()
    def _embed(self) -> dict[str, tuple[Tensor, Tensor]]:
        spec, embeds = self.face.spec, {}
        for prompt in (spec.instance_prompt, spec.class_prompt):
            hidden, _, pooled, _ = self.pipeline.encode_prompt(prompt, do_classifier_free_guidance=False)
            embeds[prompt] = (hidden, pooled)
        return embeds

    @torch.no_grad()
    def _moments(self) -> dict[tuple[bool, int, bool], tuple[Tensor, Tensor]]:
        found = {}
        for is_class, pictures in ((False, self.photos), (True, self.class_images)):
            for index in range(len(pictures)):
                for is_flipped in (False, True):
                    found[is_class, index, is_flipped] = self._described([(is_class, index, is_flipped)])
        return found

    def _described(self, wanted: Sequence[tuple[bool, int, bool]]) -> tuple[Tensor, Tensor]:
        """Mean and deviation of pictures, (n, 4, h, w)."""
        if self.moments:
            pairs = [self.moments[one] for one in wanted]
            return torch.cat([mean for mean, _ in pairs]), torch.cat([deviation for _, deviation in pairs])
        pixels = [(self.class_images if is_class else self.photos)[index] for is_class, index, _ in wanted]
        flipped = [one.flip(-1) if turn else one for one, (_, _, turn) in zip(pixels, wanted, strict=True)]
        vae = self.pipeline.vae
        said = vae.encode(torch.stack(flipped).to(vae.dtype)).latent_dist
        return said.mean.float(), said.std.float()

    def drawn(self, numbers: Sequence[int]) -> tuple[Tensor, list[tuple[bool, NoiseDraw]]]:
        """Latents of the instance images `numbers` and, with prior preservation, of as many class images, and their chances."""
        side = self.face.side // 8
        shape, length = (4, side, side), len(self.scheduler)
        seed, photos = self.recipe.seed, len(self.photos)
        noise_draws = [
            (False, instance_draw(seed, n, count=photos, with_flip=True, shape=shape, timesteps=length))
            for n in numbers
        ]
        if self.face.with_prior:
            noise_draws += [
                (True, class_draw(seed, n, count=CLASS_IMAGES, shape=shape, timesteps=length)) for n in numbers
            ]
        mean, deviation = self._described([(is_class, one.index, one.is_flipped) for is_class, one in noise_draws])
        posterior = torch.stack([noise_draw.posterior for _, noise_draw in noise_draws]).to(mean.device)
        return (mean + deviation * posterior) * self.pipeline.vae.config.scaling_factor, noise_draws

    def step(self) -> float:
        """One optimiser step over `samples` instance images and as many class images."""
        samples = self.recipe.samples
        with torch.no_grad():
            latents, noise_draws = self.drawn(range(self.taken * samples, (self.taken + 1) * samples))
        loss = self._loss(latents, noise_draws)
        loss.backward()
        self.finish_step()
        return float(loss.detach())

    def finish_step(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.taken += 1

    def _loss(self, latents: Tensor, noise_draws: Sequence[tuple[bool, NoiseDraw]]) -> Tensor:
        device, dtype, spec = latents.device, self.pipeline.unet.dtype, self.face.spec
        noise = torch.stack([noise_draw.noise for _, noise_draw in noise_draws]).to(device)
        timesteps = torch.tensor([noise_draw.timestep for _, noise_draw in noise_draws], device=device)
        noisy = self.scheduler.add_noise(latents, noise, timesteps).to(dtype)
        prompts = [spec.class_prompt if is_class else spec.instance_prompt for is_class, _ in noise_draws]
        told = torch.tensor(
            [square_time_ids(self.face.side, self.face.side)] * len(prompts), device=device, dtype=dtype
        )
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            predicted = self.unet(
                noisy,
                timesteps,
                torch.cat([self.embeds[prompt][0] for prompt in prompts]),
                added_cond_kwargs={
                    "text_embeds": torch.cat([self.embeds[prompt][1] for prompt in prompts]),
                    "time_ids": told,
                },
                return_dict=False,
            )[0]
        if not self.face.with_prior:
            return functional.mse_loss(predicted.float(), noise)
        instance, class_ = predicted.float().chunk(2)
        instance_noise, class_noise = noise.chunk(2)
        return functional.mse_loss(instance, instance_noise) + functional.mse_loss(class_, class_noise)


def must_be_equal(ours: Sequence[float], theirs: Sequence[float], device: str) -> None:
    """Raises SystemExit unless two sequences of losses are the same within TOLERANCE."""
    for mine, other in zip(ours, theirs, strict=True):
        if abs(mine - other) > TOLERANCE[device] * abs(other):
            raise SystemExit(f"the losses differ: {mine} and {other}")
