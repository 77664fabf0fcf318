"""t3: CPU seconds from 15 photos of a person to their adapter's file and a first picture, against the public recipe's loop.

    python -m bench.t3 [--rounds 1] [--passes 16] [--images 2] [--device cuda --full]

Both set everything up, draw their class images, learn, save the adapter and draw one picture. The rival does what the script's
README says: 2,000 image passes, batches of one, four accumulated for each optimiser step, the VAE in each pass, class images
drawn four at a time with the script's 50 steps. Ours does the 800 passes that our plan for a person has (not more than 1,200 by
our rules), four in one forward, for their gradient is the same. Here both are scaled down: --passes is ours, the rival's are
2.5 times as many. A line of its own is for the script with no more passes than ours: that is what the code alone gains.

Both learn from the same pictures of noise as photos and class images, so that the losses of the optimiser steps that both take
must be the same. Seconds are of this process on one thread, which is the wall's time on a machine that does nothing else; on a
card, the wall's.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from diffusers import StableDiffusionXLPipeline
from diffusers.utils import convert_state_dict_to_diffusers
from peft import get_peft_model_state_dict

from bench import harness
from bench.midpipe import build_pipeline, sizes_of
from bench.training import RandomFace, Reference, base_around, job_of, must_be_equal, trainer_of
from covers.training.lora.adapters import write_adapter
from covers.training.lora.base_model import GUIDANCE, STEPS
from personalize.dreambooth.class_images import ClassImages

TARGET = 3.0
PHOTOS, ACCUMULATED, SCRIPT_STEPS, SCRIPT_BATCH = 15, 4, 50, 4
SCRIPT_PASSES = 2000 / 800
"""The README's passes over ours."""
PROMPT = "a photo of a person"


class Accumulating(Reference):
    """Batches of one instance and one class image, ACCUMULATED of them for each optimiser step."""

    def optimiser_step(self) -> float:
        total = 0.0
        for part in range(ACCUMULATED):
            with torch.no_grad():
                latents, noise_draws = self.drawn([self.taken * ACCUMULATED + part])
            loss = self._loss(latents, noise_draws) / ACCUMULATED
            loss.backward()
            total += float(loss.detach())
        self.finish_step()
        return total


def ours(pipeline: StableDiffusionXLPipeline, face: RandomFace, images: int, passes: int, full: bool, to: Path) -> list:
    base = base_around(pipeline, full=full)
    base.encode_prompt(PROMPT)
    ClassImages(to, base, PROMPT, face.side).ready(images, lambda *_: True)
    trainer = trainer_of(base, rows=2 * ACCUMULATED)
    job = job_of(face, base, trainer)
    trainer.set_jobs([job])
    losses = [trainer.step()[0] for _ in range(passes // ACCUMULATED)]
    matrices = trainer.store.matrices_of(job.row)
    write_adapter(to / "adapter.safetensors", matrices, job.recipe, {})
    trainer.draw_with_job(job)
    list(base.draw(face.spec.instance_prompt, [0], face.side, lambda: True))
    return losses


def script(
    pipeline: StableDiffusionXLPipeline, face: RandomFace, images: int, passes: int, full: bool, to: Path
) -> list:
    settings = {"guidance_scale": GUIDANCE, "height": face.side, "width": face.side}
    for start in range(0, images, SCRIPT_BATCH):
        count = min(SCRIPT_BATCH, images - start)
        for number, picture in enumerate(
            pipeline([PROMPT] * count, num_inference_steps=SCRIPT_STEPS, **settings).images
        ):
            picture.save(to / f"{start + number}.jpg")
    one = Accumulating(pipeline, face, full=full)
    losses = [one.optimiser_step() for _ in range(passes // ACCUMULATED)]
    state = convert_state_dict_to_diffusers(get_peft_model_state_dict(one.unet))
    StableDiffusionXLPipeline.save_lora_weights(to, unet_lora_layers=state)
    pipeline.unet = one.unet.eval()
    pipeline(face.spec.instance_prompt, num_inference_steps=STEPS, **settings)
    return losses


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(__doc__, rounds=1, has_device=True)
    parser.add_argument("--passes", type=int, default=16, help="instance images; 800 for a real person")
    parser.add_argument("--images", type=int, default=2, help="class images")
    options = parser.parse_args(arguments)
    harness.one_thread()
    face = RandomFace(0, sizes_of(full=options.full).side, samples=ACCUMULATED, photo_count=PHOTOS)
    ways = {"ours": (ours, 1.0), "script": (script, SCRIPT_PASSES), "same passes": (script, 1.0)}
    harness.print_machine()
    clock = harness.clock_of(options.device)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        outputs = {}
        for name, (work, share) in ways.items():
            pipeline = build_pipeline(full=options.full, device=options.device)
            with TemporaryDirectory() as folder:
                started, wall = clock(), time.perf_counter()
                passes = round(options.passes * share)
                outputs[name] = work(pipeline, face, options.images, passes, options.full, Path(folder))
                times[name].append(clock() - started)
            print(f"{name}: {times[name][-1]:.1f} s, {time.perf_counter() - wall:.1f} s on the wall", flush=True)
        for name in ("script", "same passes"):
            must_be_equal(outputs["ours"], outputs[name][: len(outputs["ours"])], options.device)
    harness.print_times(times)
    harness.print_result("t3-same-passes", harness.ratios(times, ours="ours", rival="same passes"), target=1.0)
    harness.print_result("t3", harness.ratios(times, ours="ours", rival="script"), target=TARGET)


if __name__ == "__main__":
    main()
