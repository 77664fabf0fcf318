"""How the diffusion engine draws, on a small checkpoint of random weights."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from PIL import Image

from albumsite.errors import EngineError
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.previews import LatentPreview, calibration_image
from tests.covers.engine.specs import Watcher, spec, specs


@pytest.fixture(scope="module")
def engine(tiny_sdxl) -> SdxlEngine:
    torch.set_num_threads(1)
    return SdxlEngine(str(tiny_sdxl), preview_every=2)


@pytest.fixture(scope="module")
def one_by_one(tiny_sdxl) -> SdxlEngine:
    return SdxlEngine(str(tiny_sdxl), batch_size=1)


@pytest.fixture
def own_engine(tiny_sdxl) -> SdxlEngine:
    """One that a test may spoil."""
    return SdxlEngine(str(tiny_sdxl), batch_size=4)


def draw(engine: SdxlEngine, *wanted: DrawSpec, on_step: Callable[..., bool] | None = None) -> list[Drawn]:
    return list(engine.draw(list(wanted), on_step or Watcher()))


def pixels(drawn: Drawn) -> np.ndarray:
    return np.frombuffer(drawn.rgb, np.uint8).astype(int)


@pytest.mark.parametrize("scheduler", ["default", "euler_a", "lcm", "dpmpp_2m_sde", "ddpm", "tcd"])
def test_pictures_of_a_batch_are_those_drawn_alone_also_where_noise_is_added_at_each_step(
    engine, one_by_one, scheduler
):
    wanted = specs(3, num_inference_steps=3, scheduler=scheduler)
    together = draw(engine, *wanted)
    alone = draw(one_by_one, *wanted)
    for one, other in zip(together, alone, strict=True):
        assert np.abs(pixels(one) - pixels(other)).max() <= 1


def test_pictures_of_unlike_settings_are_drawn_apart_and_each_as_it_asks(engine):
    wanted = [
        spec(position=0, width=64, height=64),
        spec(position=1, width=128, height=64),
        spec(position=2, num_inference_steps=5),
        spec(position=3, scheduler="ddim"),
        spec(position=4, guidance_scale=1.0),
        spec(position=5, negative_prompt=""),
    ]
    drawn = {picture.position: picture for picture in draw(engine, *wanted)}
    assert {position: (one.width, one.height) for position, one in drawn.items()} == {
        one.position: (one.width, one.height) for one in wanted
    }
    assert [drawn[position].parameters["num_inference_steps"] for position in range(6)] == [3, 3, 5, 3, 3, 3]
    assert drawn[3].parameters["scheduler"] == "ddim"
    assert len({picture.rgb for picture in drawn.values()}) == 6


def test_each_picture_of_a_batch_has_its_own_prompt(engine):
    same_seed = [spec(position=0, prompt="a red sun"), spec(position=1, prompt="blue rain on a window, at night")]
    first, second = draw(engine, *same_seed)
    assert first.rgb != second.rgb


def test_the_checkpoints_own_scheduler_draws_and_counts_its_steps(engine):
    """The others: test_sdxl_equality."""
    watcher = Watcher()
    [drawn] = draw(engine, spec(scheduler="default", num_inference_steps=4), on_step=watcher)
    assert len(set(drawn.rgb)) > 16
    assert watcher.seen[-1].step == watcher.seen[-1].total >= 4


def test_one_step_is_enough_for_a_few_step_checkpoint(engine):
    for scheduler in ("euler", "euler_a", "lcm", "dpmpp_2m"):
        assert len(draw(engine, spec(scheduler=scheduler, num_inference_steps=1, guidance_scale=0.0))) == 1


def test_previews_are_small_webp_pictures_that_come_every_few_steps(engine):
    watcher = Watcher()
    draw(engine, spec(num_inference_steps=7, width=128, height=64), on_step=watcher)
    assert [step.step for step in watcher.seen if step.preview] == [2, 4, 6]
    for step in watcher.seen:
        if step.preview:
            image = Image.open(io.BytesIO(step.preview))
            image.load()
            assert image.format == "WEBP"
            assert image.size == (64, 32)
            assert len(step.preview) < 8_000


def test_a_preview_shows_the_colours_of_the_picture():
    """With a VAE whose latents really hold the colours, the fit finds them."""

    class Plain(torch.nn.Module):
        config = type("Config", (), {"scaling_factor": 0.5})
        dtype = torch.float32
        mix = torch.tensor([[1.0, 0.2, 0.0], [0.1, -1.0, 0.3], [0.0, 0.4, 0.9], [0.5, 0.5, -0.5]])

        def encode(self, images: torch.Tensor) -> object:
            small = torch.nn.functional.avg_pool2d(images, 8)
            mean = torch.einsum("lc,bchw->blhw", self.mix, small) + 0.3
            return type("Output", (), {"latent_dist": type("Distribution", (), {"mean": mean})})

    vae = Plain()
    picture = calibration_image().flip(-1)
    latents = vae.encode((picture * 2 - 1)[None]).latent_dist.mean[0] * 0.5
    webp = LatentPreview(vae, torch.device("cpu")).webp(latents)
    shown = np.asarray(Image.open(io.BytesIO(webp)).convert("RGB").resize((16, 16), Image.Resampling.BOX), float)
    true = torch.nn.functional.avg_pool2d(picture, 8).permute(1, 2, 0).numpy() * 255
    assert np.abs(shown - true).mean() < 10


def test_a_no_interrupts_the_pipeline_within_a_step(engine):
    steps_run: list[int] = []
    unet_forward = engine._pipeline.unet.forward

    def counted(*arguments: object, **options: object) -> object:
        steps_run.append(1)
        return unet_forward(*arguments, **options)

    engine._pipeline.unet.forward = counted
    try:
        assert draw(engine, *specs(2, num_inference_steps=20), on_step=Watcher(stop_after=5)) == []
    finally:
        engine._pipeline.unet.forward = unet_forward
    assert len(steps_run) == 3  # two pictures a step: the fifth word is said in the third


def test_it_says_what_a_picture_was_made_with(engine):
    [drawn] = draw(engine, spec(scheduler="dpmpp_2m_karras"))
    used = drawn.parameters
    assert used["base_model"] == "tiny-sdxl"
    assert used["base_model_revision"].startswith("local-")
    assert (used["scheduler"], used["num_inference_steps"], used["guidance_scale"]) == ("dpmpp_2m_karras", 3, 5.0)
    assert (used["dtype"], used["device"]) == ("float32", "cpu")
    assert used["diffusers"]
    assert used["prompt_dropped"] == used["negative_prompt_dropped"] == ""
    assert drawn.type_plan is None


def test_a_long_prompt_is_read_to_its_end(engine):
    """In chunks of 75 tokens; the tiny tokenizer has one for almost each letter."""
    beginning = "a lone moon over a dark sea, " * 4
    wanted = [spec(position=0, prompt=beginning + "red"), spec(position=1, prompt=beginning + "blue")]
    red, blue = draw(engine, *wanted)
    assert red.rgb != blue.rgb
    assert red.parameters["prompt_dropped"] == ""


def test_a_long_negative_prompt_is_read_to_its_end(engine):
    wanted = [spec(position=place, negative_prompt="fog " * 60 + end) for place, end in enumerate(("red", "blue"))]
    red, blue = draw(engine, *wanted)
    assert red.rgb != blue.rgb
    assert red.parameters["negative_prompt_dropped"] == ""


def test_a_short_prompt_is_drawn_alike_beside_a_long_one(engine):
    short = spec(position=0, request_id="short")
    beside = draw(engine, spec(position=1, request_id="long", prompt="moon and sea " * 20), short)
    assert [one.rgb for one in beside if one.request_id == "short"] == [draw(engine, short)[0].rgb]


def test_it_says_which_words_of_an_endless_prompt_were_not_read(engine):
    endless = " ".join(["moon"] * 200 + ["lantern"] * 200)
    [drawn] = draw(engine, spec(prompt=endless, negative_prompt="fog " * 400))
    dropped = drawn.parameters["prompt_dropped"]
    assert dropped
    assert endless.endswith(dropped)
    assert drawn.parameters["negative_prompt_dropped"].endswith("fog")
    whole, read = draw(engine, spec(prompt=endless), spec(prompt=endless.removesuffix(dropped)))
    assert np.abs(pixels(whole) - pixels(read)).max() <= 1


def test_korean_and_odd_prompts_are_drawn(engine):
    for prompt in ("한밤의 신호, 서울의 밤", "", "🎵" * 50, "\x00\n\t", "<lora:x:1> {{ x }}"):
        assert len(draw(engine, spec(prompt=prompt, negative_prompt=""))) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"width": 100}, {"height": 63}, {"width": 0}, {"height": 56}, {"width": 8192}, {"num_inference_steps": 0},
     {"seed": -1}, {"seed": 2**63}, {"scheduler": "nosuch"}, {"scheduler": ""}, {"guidance_scale": float("nan")},
     {"guidance_end": 1.5}, {"guidance_rescale": -0.1}, {"clip_skip": -1}, {"clip_skip": 2}, {"strength": 2.0},
     {"feature_reuse": "wild"}, {"image": b"no picture"}, {"mask": b"\x89PNG"},
     {"scheduler": "lcm", "num_inference_steps": 60}],
    ids=str,
)  # fmt: skip
def test_it_refuses_what_cannot_be_drawn_before_it_draws_anything(engine, wrong):
    watcher = Watcher()
    with pytest.raises(EngineError) as caught:
        draw(engine, spec(position=0), spec(position=1, **wrong), on_step=watcher)
    assert caught.value.message_id == "engine:bad-spec"
    assert watcher.seen == []


@pytest.mark.parametrize("part", ["unet", "vae"])
def test_a_picture_of_no_numbers_is_a_failure_and_no_black_square(own_engine, part):
    pipeline = own_engine._pipeline
    spoiled = pipeline.vae.post_quant_conv.weight if part == "vae" else pipeline.unet.conv_in.weight
    good = spoiled.data.clone()
    spoiled.data.fill_(float("nan"))
    with pytest.raises(EngineError) as caught:
        draw(own_engine, spec())
    assert caught.value.message_id == "engine:failed"
    spoiled.data.copy_(good)
    assert len(draw(own_engine, spec())) == 1


class Memory:
    """Stands in for a card: holds `room` pictures in the UNet, and says so as torch does when asked for more."""

    def __init__(self, engine: SdxlEngine, room: int) -> None:
        self.unet, self.room, self.asked = engine._pipeline.unet, room, []
        self.forward = self.unet.forward
        self.unet.forward = self

    def __call__(self, sample: torch.Tensor, *arguments: object, **options: object) -> object:
        pictures = len(sample) // 2  # with guidance, each is there twice
        self.asked.append(pictures)
        if pictures > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return self.forward(sample, *arguments, **options)


@pytest.fixture
def memory_of() -> Iterator[Callable[[SdxlEngine, int], Memory]]:
    made: list[Memory] = []

    def build(engine: SdxlEngine, room: int) -> Memory:
        made.append(Memory(engine, room))
        return made[-1]

    yield build
    for memory in made:
        memory.unet.forward = memory.forward


def test_when_a_batch_does_not_fit_it_goes_on_with_half(own_engine, memory_of):
    memory = memory_of(own_engine, room=1)
    drawn = draw(own_engine, *specs(4, num_inference_steps=1))
    assert [picture.position for picture in drawn] == [0, 1, 2, 3]
    assert memory.asked == [4, 2, 1, 1, 1, 1]
    memory.asked.clear()
    draw(own_engine, *specs(2, num_inference_steps=1))
    assert memory.asked == [1, 1]


def test_a_size_that_did_not_fit_in_a_batch_leaves_smaller_ones_their_batches(own_engine, memory_of):
    memory = memory_of(own_engine, room=2)
    draw(own_engine, *specs(4, num_inference_steps=1, width=128, height=128))
    memory.room = 8
    memory.asked.clear()
    draw(own_engine, *specs(4, num_inference_steps=1))
    assert memory.asked == [4]


def test_when_not_even_one_fits_it_says_so_and_the_next_draw_works(own_engine, memory_of):
    memory = memory_of(own_engine, room=0)
    with pytest.raises(EngineError) as caught:
        draw(own_engine, *specs(2))
    assert caught.value.message_id == "engine:out-of-memory"
    assert "CUDA out of memory" in caught.value.detail
    memory.room = 4
    assert len(draw(own_engine, *specs(2))) == 2


def test_when_decoding_does_not_fit_it_decodes_in_tiles(own_engine):
    vae, asked = own_engine._pipeline.vae, []
    decoder_forward = vae.decoder.forward

    def small_memory(latents: torch.Tensor, *arguments: object) -> torch.Tensor:
        asked.append(latents.shape[-1])
        if latents.shape[-1] > 8:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 GB")
        return decoder_forward(latents, *arguments)

    vae.decoder.forward = small_memory
    [drawn] = draw(own_engine, spec(width=128, height=128, num_inference_steps=1))
    assert len(drawn.rgb) == 128 * 128 * 3
    assert asked[0] == 16
    assert max(asked[1:]) <= 8


def test_another_failure_of_the_model_keeps_its_reason_for_the_log(own_engine, memory_of):
    memory = memory_of(own_engine, room=4)
    good = memory.forward

    def broken(*arguments: object, **options: object) -> object:
        raise RuntimeError("CUDA error: an illegal instruction was encountered")

    memory.forward = broken
    with pytest.raises(EngineError) as caught:
        draw(own_engine, spec())
    assert caught.value.message_id == "engine:failed"
    assert "illegal instruction" in caught.value.detail
    memory.forward = good
    assert len(draw(own_engine, spec())) == 1
