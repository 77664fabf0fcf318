"""g4: CPU seconds for four requests with four adapters, in one call of ours, against loading each and a call for each.

    python -m bench.g4 [--rounds 5] [--steps 4] [--device cuda --full]

The rivals are diffusers' pipeline in the three ways that its documentation has for one adapter after the other:
`load_lora_weights` and `unload_lora_weights` around each call, which is what the last line is against; the same with
`fuse_lora`, so that a step costs no more than without; and `enable_lora_hotswap` with `load_lora_weights(hotswap=True)`,
which is told in a line of its own: it asks for one rank and one list of modules for all adapters, known beforehand. Files are
read in the time of both sides: ours forgets its adapters before each round. All pictures must be equal within 1e-3 of their
range (float32).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from safetensors.torch import save_file

from bench import harness
from bench.midpipe import build_pipeline
from bench.requests import by_engine, by_pipeline, must_be_equal, pair, requests
from covers.engine.engine_contract import Adapter, DrawSpec

TARGET = 3.0
STEPS = 4
RANK = 16
ATTENTION = (".to_q", ".to_k", ".to_v", ".to_out.0")


def write_adapter(unet: UNet2DConditionModel, file: Path, seed: int) -> Path:
    """Random matrices for all attention, as trainers target it by default, large enough to change a picture."""
    generator, dtype = torch.Generator().manual_seed(seed), unet.dtype  # for which it looks through all its parts
    tensors = {}
    for name, module in unet.named_modules():
        if name.endswith(ATTENTION):
            out, inner = module.weight.shape
            tensors[f"unet.{name}.lora_A.weight"] = torch.randn(RANK, inner, generator=generator) / inner**0.5
            tensors[f"unet.{name}.lora_B.weight"] = torch.randn(out, RANK, generator=generator) * 0.05
    save_file({name: tensor.to(dtype) for name, tensor in tensors.items()}, file)
    return file


def loaded(pipeline: StableDiffusionXLPipeline, specs: Sequence[DrawSpec], *, is_fused: bool) -> list[np.ndarray]:
    pictures = []
    for spec in specs:
        pipeline.load_lora_weights(spec.adapters[0].path, adapter_name="one")
        if is_fused:
            pipeline.fuse_lora(components=["unet"])
        pictures += by_pipeline(pipeline, [spec])
        if is_fused:
            pipeline.unfuse_lora(components=["unet"])
        pipeline.unload_lora_weights()
    return pictures


def hot_swapped(pipeline: StableDiffusionXLPipeline, specs: Sequence[DrawSpec]) -> list[np.ndarray]:
    pictures = []
    for spec in specs:
        pipeline.load_lora_weights(spec.adapters[0].path, adapter_name="one", hotswap=True)
        pictures += by_pipeline(pipeline, [spec])
    return pictures


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(__doc__, rounds=5, has_device=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args(arguments)
    harness.one_thread()
    engine, pipeline = pair(device=options.device, full=options.full)
    swapping = pipeline if options.full else build_pipeline(device=options.device)
    with TemporaryDirectory() as folder:
        files = [write_adapter(pipeline.unet, Path(folder) / f"{seed}.safetensors", seed) for seed in range(4)]

        def wanted(number: int) -> list[DrawSpec]:
            specs = requests(number, full=options.full, num_inference_steps=options.steps)
            turned = [files[(number + place) % len(files)] for place in range(len(specs))]
            return [replace(s, adapters=(Adapter(str(file)),)) for s, file in zip(specs, turned, strict=True)]

        def ours(number: int) -> list[np.ndarray]:
            for file in files:
                file.touch()  # a file that is written anew is read anew
            return by_engine(engine, wanted(number))

        works = {
            "engine": ours,
            "load": lambda number: loaded(pipeline, wanted(number), is_fused=False),
            "load and fuse": lambda number: loaded(pipeline, wanted(number), is_fused=True),
        }
        if not options.full:  # full-sized, there is room for two pipelines and not for three
            swapping.enable_lora_hotswap(target_rank=RANK)
            swapping.load_lora_weights(str(files[0]), adapter_name="one")
            works["hot swap"] = lambda number: hot_swapped(swapping, wanted(number))

        def check(outputs: Mapping[str, object]) -> None:
            for name in works.keys() - {"engine"}:
                must_be_equal(outputs["engine"], outputs[name], options.device)

        harness.warm_up(works)
        harness.print_machine()
        times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of(options.device), check=check)
    harness.print_times(times)
    for name in [name for name in works if name not in ("engine", "load")]:
        harness.print_result(
            f"g4-against-{name.replace(' ', '-')}", harness.ratios(times, ours="engine", rival=name), target=TARGET
        )
    harness.print_result("g4", harness.ratios(times, ours="engine", rival="load"), target=TARGET)


if __name__ == "__main__":
    main()
