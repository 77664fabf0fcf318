"""Pictures of several people in one call of the diffusion engine, on a small checkpoint of random weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionXLPipeline
from PIL import Image

from covers.engine.engine_contract import Drawn, DrawSpec, Step
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.batches import BatchPlan
from covers.engine.sdxl.conditioning import Conditioning, PromptEmbeds, TextEncoders
from covers.engine.sdxl.denoising import DenoisingLoop, scheduler_step
from covers.engine.sdxl.latent_preparer import ImageSample, InpaintContext
from covers.engine.sdxl.progress import StepReporter
from covers.engine.sdxl.schedulers import SCHEDULERS, build_scheduler, set_timesteps
from covers.engine.sdxl.sizes import BUCKETS, drawn_size, nearest_bucket
from tests.covers.engine.by_diffusers import png
from tests.covers.engine.posters import pixels
from tests.covers.engine.specs import Watcher, spec, specs
from tests.covers.engine.tiny_sdxl import build_scheduler as build_own_scheduler


@pytest.fixture
def forwards(engine: SdxlEngine) -> Iterator[Counter[str]]:
    """How many places of a batch the UNet saw ("places"), and how many texts the encoders read ("texts")."""
    seen: Counter[str] = Counter()
    pipeline = engine._pipeline
    hooks = [
        pipeline.unet.register_forward_pre_hook(lambda _, arguments: seen.update(places=len(arguments[0]))),
        pipeline.text_encoder_2.register_forward_pre_hook(lambda _, arguments: seen.update(texts=len(arguments[0]))),
    ]
    yield seen
    for hook in hooks:
        hook.remove()


class Stopper(Watcher):
    """Says no to each of `requests` from its step `at` on."""

    def __init__(self, *requests: str, at: int) -> None:
        super().__init__()
        self.requests, self.at = requests, at

    def __call__(self, step: Step) -> bool:
        super().__call__(step)
        return not (step.request_id in self.requests and step.step >= self.at)


def draw(engine: SdxlEngine, wanted: list[DrawSpec], on_step: Watcher | None = None) -> list[Drawn]:
    return list(engine.draw(wanted, on_step or Watcher()))


def apart(one: Drawn, other: Drawn) -> int:
    """In levels of 255, at the place where they differ most."""
    return int(np.abs(pixels(one) - pixels(other)).max())


def of_people(*names: str, **changes: object) -> list[DrawSpec]:
    return [spec(position=0, seed=20 + place, request_id=name, **changes) for place, name in enumerate(names)]


def test_steps_and_pictures_say_whose_they_are(engine):
    watcher = Watcher()
    drawn = draw(engine, of_people("ann", "bo"), watcher)
    assert [picture.request_id for picture in drawn] == ["ann", "bo"]
    assert Counter(step.request_id for step in watcher.seen) == {"ann": 3, "bo": 3}


@pytest.mark.parametrize("scheduler", ["euler", "dpmpp_2m_sde_karras", "unipc", "pndm"])
def test_a_stopped_request_leaves_and_the_others_are_drawn_as_if_alone(engine, scheduler):
    wanted = of_people("ann", "bo", "cy", num_inference_steps=5, scheduler=scheduler)
    stopper = Stopper("bo", at=2)
    drawn = draw(engine, wanted, stopper)
    assert [picture.request_id for picture in drawn] == ["ann", "cy"]
    assert Counter(step.request_id for step in stopper.seen)["bo"] == 2
    for picture, alone in zip(drawn, (wanted[0], wanted[2]), strict=True):
        assert apart(picture, draw(engine, [alone])[0]) <= 1


def test_a_stopped_request_costs_no_further_step(engine, forwards):
    draw(engine, of_people("ann", "bo", num_inference_steps=6), Stopper("bo", at=2))
    assert forwards["places"] == 2 * (2 + 2 + 1 + 1 + 1 + 1)


def test_all_pictures_of_a_stopped_request_leave(engine):
    wanted = [*specs(3, request_id="ann"), *specs(1, request_id="bo")]
    stopper = Stopper("ann", at=1)
    assert [picture.request_id for picture in draw(engine, wanted, stopper)] == ["bo"]
    assert [step.position for step in stopper.seen if step.request_id == "ann"] == [0]


def test_a_stopped_request_is_not_begun_again_in_the_next_batch(engine):
    wanted = [*specs(6, request_id="ann"), *specs(1, request_id="bo", num_inference_steps=2)]
    stopper = Stopper("ann", at=1)
    assert [picture.request_id for picture in draw(engine, wanted, stopper)] == ["bo"]
    assert len([step for step in stopper.seen if step.request_id == "ann"]) == 1


def test_when_all_are_stopped_nothing_more_is_computed(engine, forwards):
    assert draw(engine, of_people("ann", "bo", num_inference_steps=9), Stopper("ann", "bo", at=2)) == []
    assert forwards["places"] == 2 * (2 + 2)


def test_a_request_that_was_stopped_can_be_asked_for_again(engine):
    [wanted] = of_people("ann")
    draw(engine, [wanted], Stopper("ann", at=1))
    assert len(draw(engine, [wanted])) == 1


def test_pictures_with_and_without_a_negative_prompt_share_a_batch(engine, forwards):
    draw(engine, [spec(position=0, negative_prompt=""), spec(position=1)])
    assert forwards["places"] == 3 * 4  # three steps of two pictures, each there twice


def test_the_end_of_guidance_saves_half_of_each_step_after_it(engine, forwards):
    draw(engine, specs(2, num_inference_steps=4, guidance_end=0.5))
    assert forwards["places"] == 4 + 4 + 2 + 2
    forwards.clear()
    draw(engine, specs(2, num_inference_steps=4, guidance_end=0.0))
    assert forwards["places"] == 4 * 2


def test_a_picture_whose_guidance_ends_is_between_a_guided_and_a_plain_one(engine):
    full, half, none = (
        draw(engine, [spec(num_inference_steps=6, guidance_scale=9.0, guidance_end=end)])[0] for end in (1.0, 0.5, 0.0)
    )
    assert 0 < np.abs(pixels(half) - pixels(full)).mean() < np.abs(pixels(none) - pixels(full)).mean()


def test_no_guidance_reads_no_negative_prompt(engine, forwards):
    draw(engine, [spec(prompt="never seen before", negative_prompt="nor this", guidance_scale=1.0)])
    assert forwards["texts"] == 1


def test_a_prompt_is_read_once_for_all_pictures_and_for_later_calls(engine, forwards):
    wanted = specs(4, prompt="a fresh prompt", negative_prompt="a fresh negative one")
    draw(engine, wanted)
    assert forwards["texts"] == 2
    draw(engine, wanted)
    assert forwards["texts"] == 2


def test_the_memory_of_prompts_is_bounded_and_forgets_the_oldest(engine, forwards):
    text_encoders = TextEncoders(engine._pipeline, torch.device("cpu"), cache_bytes=100_000)  # a prompt takes 15 kB
    prompts = [f"prompt {number}" for number in range(12)]
    for prompt in prompts:
        text_encoders.encode_prompts([spec(prompt=prompt)], do_classifier_free_guidance=False)
    forwards.clear()
    text_encoders.encode_prompts([spec(prompt=prompts[-1])], do_classifier_free_guidance=False)
    assert forwards["texts"] == 0
    text_encoders.encode_prompts([spec(prompt=prompts[0])], do_classifier_free_guidance=False)
    assert forwards["texts"] == 1


def test_feature_reuse_is_told_and_changes_the_picture_a_little(engine):
    exact, fast = (draw(engine, [spec(num_inference_steps=16, feature_reuse=mode)])[0] for mode in ("off", "fast"))
    assert (exact.parameters["feature_reuse"], fast.parameters["feature_reuse"]) == ("off", "fast")
    assert 0 < np.abs(pixels(exact) - pixels(fast)).mean() < 20


def test_feature_reuse_outlives_the_end_of_guidance_and_a_request_that_leaves(engine):
    wanted = of_people("ann", "bo", "cy", num_inference_steps=16, feature_reuse="balanced", guidance_end=0.5)
    drawn = draw(engine, wanted, Stopper("bo", at=6))
    assert [picture.request_id for picture in drawn] == ["ann", "cy"]
    for picture, alone in zip(drawn, (wanted[0], wanted[2]), strict=True):
        assert apart(picture, draw(engine, [alone])[0]) <= 1


def test_too_few_steps_to_reuse_anything_are_drawn_exactly_and_said_to_be(engine):
    [drawn] = draw(engine, [spec(num_inference_steps=2, feature_reuse="fast")])
    assert drawn.parameters["feature_reuse"] == "off"
    assert drawn.rgb == draw(engine, [spec(num_inference_steps=2)])[0].rgb


def half_and_half(width: int, height: int) -> Image.Image:
    """Left black, right white."""
    image = Image.new("RGB", (width, height), "black")
    image.paste("white", (width // 2, 0, width, height))
    return image


def test_strength_is_how_much_of_the_picture_changes(engine):
    image = png(half_and_half(64, 64))
    drawn = [
        draw(engine, [spec(num_inference_steps=8, image=image, strength=strength)])[0] for strength in (0.0, 0.3, 1.0)
    ]
    differences = [np.abs(pixels(one) - pixels(drawn[0])).mean() for one in drawn]
    assert differences[0] == 0 < differences[1] < differences[2]


def test_a_strength_of_nought_and_one_too_small_for_a_step_still_draw(engine):
    image = png(half_and_half(64, 64))
    for strength in (0.0, 0.01):
        watcher = Watcher()
        assert len(draw(engine, [spec(image=image, strength=strength)], watcher)) == 1
        assert [(step.step, step.total) for step in watcher.seen] == [(1, 1)]


def test_a_picture_of_another_shape_is_cropped_and_not_stretched(engine):
    """A square out of the middle of a wide picture is the square picture itself."""
    square = half_and_half(64, 64)
    wide = Image.new("RGB", (128, 64), "red")
    wide.paste(square, (32, 0))
    first, second = (draw(engine, [spec(image=png(image), strength=0.3)])[0] for image in (square, wide))
    assert apart(first, second) == 0


def test_only_what_is_masked_is_drawn_anew(engine):
    image, mask = png(half_and_half(64, 64)), Image.new("L", (64, 64), 0)
    mask.paste(255, (0, 0, 32, 64))
    one, other = (
        draw(engine, [spec(seed=seed, image=image, mask=png(mask), strength=1.0, num_inference_steps=6)])[0]
        for seed in (1, 2)
    )
    difference = np.abs(pixels(one) - pixels(other))
    assert difference[:, :24].mean() > 3 * difference[:, 48:].mean()


def test_a_mask_of_another_size_lies_over_the_same_places(engine):
    image = png(half_and_half(64, 64))
    masks = [Image.new("L", (side, side), 0) for side in (64, 16)]
    for mask in masks:
        mask.paste(255, (0, 0, mask.width // 2, mask.height))
    first, second = (draw(engine, [spec(image=image, mask=png(mask), strength=0.5)])[0] for mask in masks)
    assert apart(first, second) == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "1", "I;16"])
def test_pictures_of_every_kind_can_be_started_from(engine, mode):
    image = Image.new("L", (40, 40), 128).convert(mode) if mode != "I;16" else Image.new(mode, (40, 40), 30_000)
    assert len(draw(engine, [spec(image=png(image), mask=png(image), strength=0.5)])) == 1


def test_pictures_with_and_without_one_to_start_from_are_drawn_in_one_call(engine):
    image = png(half_and_half(64, 64))
    wanted = [spec(position=0), spec(position=1, image=image), spec(position=2, image=image, mask=image)]
    drawn = {picture.position: picture for picture in draw(engine, wanted)}
    tasks = [drawn[position].parameters["task"] for position in range(3)]
    assert tasks == ["text-to-image", "image-to-image", "inpainting"]
    for one in wanted:
        assert apart(drawn[one.position], draw(engine, [one])[0]) <= 1


def test_a_checkpoint_draws_at_its_own_side_and_the_picture_comes_as_asked(tiny_sdxl):
    engine = SdxlEngine(str(tiny_sdxl), native_side=64)
    square, wide = draw(engine, [spec(position=0, width=256, height=256), spec(position=1, width=256, height=128)])
    assert (square.width, square.height, len(square.rgb)) == (256, 256, 256 * 256 * 3)
    assert (square.parameters["drawn_width"], square.parameters["drawn_height"]) == (64, 64)
    assert (wide.width, wide.height, len(wide.rgb)) == (256, 128, 256 * 128 * 3)
    assert (wide.parameters["drawn_width"], wide.parameters["drawn_height"]) == (96, 32)
    native = draw(SdxlEngine(str(tiny_sdxl)), [spec()])[0]
    enlarged = Image.frombytes("RGB", (64, 64), native.rgb).resize((256, 256), Image.Resampling.LANCZOS)
    assert np.array_equal(np.asarray(enlarged).astype(int), pixels(square))


def test_small_pictures_are_drawn_together_however_large_they_are_wanted(tiny_sdxl):
    engine = SdxlEngine(str(tiny_sdxl), native_side=64)
    assert engine.pictures_at_once(spec(width=1024, height=1024)) >= 4
    assert SdxlEngine(str(tiny_sdxl)).pictures_at_once(spec(width=1024, height=1024)) == 1


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_a_step_of_a_scheduler_waits_for_no_card(scheduler, strength):
    """Tensors on torch's meta device have no values: looking at one, or mixing devices, raises."""
    schedule = set_timesteps(build_scheduler(scheduler, build_own_scheduler().config), 4, strength)
    nowhere = torch.empty(1, 4, 8, 8, device="meta")
    start = nowhere * schedule.scheduler.init_noise_sigma
    if strength < 1.0:
        start = schedule.scheduler.add_noise(nowhere, nowhere, schedule.timesteps[:1])
    inpaint_context = InpaintContext(nowhere, nowhere, nowhere[:, :1])
    conditioning = Conditioning(PromptEmbeds(nowhere, nowhere), None)
    sample = ImageSample(spec(), conditioning, schedule.scheduler, torch.Generator("cpu"), start, inpaint_context)
    for index, timestep in enumerate(schedule.timesteps):
        sample.scheduler.scale_model_input(sample.latents, timestep)
        scheduler_step(sample, nowhere, timestep, schedule.timesteps[index + 1 : index + 2])
    assert (sample.latents.device.type, sample.latents.dtype) == ("meta", torch.float32)


@pytest.mark.parametrize("changes", [{"feature_reuse": "fast"}, {"image": True, "mask": True}], ids=str)
def test_the_loop_in_half_precision_mixes_no_devices(tiny_sdxl, changes):
    """As on a card, as far as that can be seen without one: weights and latents are on another device than the CPU."""
    pipeline = StableDiffusionXLPipeline.from_pretrained(str(tiny_sdxl), dtype=torch.float16).to("meta")
    pictures = {name: png(half_and_half(64, 64)) for name in ("image", "mask") if name in changes}
    people = of_people("ann", "bo", "cy", num_inference_steps=6, guidance_rescale=0.5, **{**changes, **pictures})
    plan = BatchPlan(
        width=64,
        height=64,
        num_inference_steps=6,
        scheduler="dpmpp_2m_sde",
        feature_reuse=people[0].feature_reuse,
        has_image="image" in changes,
        has_mask="mask" in changes,
        strength=1.0,
        guidance_end=0.5,
        text_chunks=1,
    )
    reporter = StepReporter(Stopper("bo", at=2), lambda latents: b"", preview_every=100)
    schedule = set_timesteps(build_scheduler(plan.scheduler, pipeline.scheduler.config), 6)
    samples = DenoisingLoop(pipeline, torch.device("meta"), torch.float16).denoise(plan, schedule, people, reporter)
    assert [sample.spec.request_id for sample in samples] == ["ann", "cy"]
    assert {sample.latents.dtype for sample in samples} == {torch.float32}


@pytest.mark.parametrize(
    ("wanted", "bucket"),
    [((3000, 3000), (1024, 1024)), ((1600, 900), (1344, 768)), ((900, 1600), (768, 1344)), ((64, 4096), (512, 2048)),
     ((832, 1216), (832, 1216)), ((1000, 800), (1152, 896))],
)  # fmt: skip
def test_a_wished_size_finds_the_nearest_that_sdxl_was_trained_at(wanted, bucket):
    assert nearest_bucket(*wanted) == bucket
    assert drawn_size(*wanted, native_side=1024, vae_scale_factor=8, unit=32) == bucket


def test_every_bucket_is_drawn_as_it_is():
    for bucket in BUCKETS:
        assert nearest_bucket(*bucket) == bucket
        assert drawn_size(*bucket, native_side=None, vae_scale_factor=8, unit=32) == bucket


def test_pictures_that_start_from_the_same_one_have_it_read_once(engine):
    image, read = png(half_and_half(64, 64)), []
    hook = engine._pipeline.vae.encoder.register_forward_pre_hook(lambda _, arguments: read.append(len(arguments[0])))
    first, second = draw(engine, [spec(position=place, seed=place, image=image) for place in range(2)])
    hook.remove()
    assert read == [1]
    assert first.rgb != second.rgb
