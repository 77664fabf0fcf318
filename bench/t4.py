"""t4: CPU seconds until the class images of a second person are ready, against drawing them anew.

    python -m bench.t4 [--rounds 5] [--images 2] [--device cuda --full]

The first person's training drew them, not counted. The rival is what the public script does for a class folder of its own:
the pipeline draws each, saves it, and later every one is read and encoded. Ours must draw none, and hand out the latents that
the first person had.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image

from bench import harness
from bench.midpipe import build_pipeline, sizes_of
from bench.training import base_around
from covers.engine.sdxl.vae import LatentDistribution
from covers.training.lora.base_model import GUIDANCE, STEPS
from personalize.dreambooth.class_images import ClassImages

TARGET = 20.0
PROMPT = "a photo of a person"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(__doc__, rounds=5, has_device=True)
    parser.add_argument("--images", type=int, default=2)
    options = parser.parse_args(arguments)
    harness.one_thread()
    side = sizes_of(full=options.full).side
    base = base_around(build_pipeline(full=options.full, device=options.device), full=options.full)
    base.encode_prompt(PROMPT)
    drawn = 0
    usual = base.draw

    def counted(*given: object, **more: object) -> object:
        nonlocal drawn
        drawn += len(given[1])
        return usual(*given, **more)

    base.draw = counted
    with TemporaryDirectory() as folder:
        ours = ClassImages(Path(folder), base, PROMPT, side)
        first = ours.ready(options.images, lambda *_: True)
        drawn = 0

        def anew(number: int) -> object:
            own = Path(folder) / f"script-{number}"
            own.mkdir()
            for image in range(options.images):
                generator = torch.Generator("cpu").manual_seed(image)
                picture = base.pipeline(
                    PROMPT,
                    num_inference_steps=STEPS,
                    guidance_scale=GUIDANCE,
                    generator=generator,
                    height=side,
                    width=side,
                ).images[0]
                picture.save(own / f"{image}.jpg")
            found = [np.asarray(Image.open(file), np.float32) for file in sorted(own.glob("*.jpg"))]
            pixels = [torch.from_numpy(one / 127.5 - 1).permute(2, 0, 1) for one in found]
            return LatentDistribution.cat(base.encode_image(one, with_flip=False) for one in pixels)

        def check(outputs: dict) -> None:
            if drawn or not torch.equal(outputs["second person"].mean, first.mean):
                raise SystemExit(f"{drawn} class images were drawn for the second person")

        works = {"second person": lambda _: ours.ready(options.images, lambda *_: True), "anew": anew}
        harness.print_machine()
        clock = harness.clock_of(options.device)
        times = harness.run_rounds(works, rounds=options.rounds, clock=clock, check=check)
    harness.print_times(times)
    print(f"class images drawn for the second person: {drawn}")
    harness.print_result("t4", harness.ratios(times, ours="second person", rival="anew"), target=TARGET)


if __name__ == "__main__":
    main()
