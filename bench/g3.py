"""g3: CPU seconds for four pictures of 24 steps with features reused, against diffusers' pipeline without.

    python -m bench.g3 [--rounds 3] [--steps 24] [--subjects 8] [--device cuda --full]

Four pictures in one call on all sides, so that only the reuse differs. The second rival is what diffusers has for reuse
that works on this UNet: pyramid attention broadcast, at the settings of its documentation. "off" must be equal to the
pipeline within 1e-3 of the range (float32). Drift is the relative L2 of the finished picture from the exact one. The timed
model has random weights, so its drift says only that nothing broke; that of a trained one, the pocket checkpoint, is told first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from diffusers import PyramidAttentionBroadcastConfig, StableDiffusionXLPipeline, apply_pyramid_attention_broadcast

from bench import harness
from bench.midpipe import build_pipeline
from bench.requests import by_engine, by_pipeline, must_be_equal, pair, requests, with_settings
from bench.songs import SONGS
from covers.engine.engine_contract import DrawSpec
from covers.engine.pocket.words import CHECKPOINT, MANY_MOTIFS, caption, split
from covers.engine.sdxl import SdxlEngine
from covers.engine.sdxl.feature_reuse import MODES

TARGETS = {"fast": 2.3, "balanced": 1.8}
STEPS = 24


def drift(approximate: torch.Tensor, exact: torch.Tensor) -> float:
    """How far from the exact picture or latents: the norm of the difference over the norm of the exact."""
    difference = torch.linalg.vector_norm(approximate.float() - exact.float())
    return float(difference / torch.linalg.vector_norm(exact.float()))


def broadcasting(pipeline: StableDiffusionXLPipeline) -> StableDiffusionXLPipeline:
    """Attention of every second step (self) and every fourth (cross) again, from time step 800 to 100, as documented."""
    config = PyramidAttentionBroadcastConfig(
        spatial_attention_block_skip_range=2,
        cross_attention_block_skip_range=4,
        spatial_attention_timestep_skip_range=(100, 800),
        cross_attention_timestep_skip_range=(100, 800),
        current_timestep_callback=lambda: current_timestep(pipeline),
    )
    apply_pyramid_attention_broadcast(pipeline.unet, config)
    return pipeline


def current_timestep(pipeline: StableDiffusionXLPipeline) -> int:
    """SDXL's pipeline does not tell it, as those of video do that the callback was made for."""
    return int(pipeline.scheduler.timesteps[pipeline.scheduler.step_index or 0])


def as_tensor(pictures: Sequence[np.ndarray]) -> torch.Tensor:
    """From -1 to 1, so that drift is relative to what is in a picture and not to its brightness."""
    levels = 127.5 if pictures[0].dtype == np.uint8 else 0.5
    return torch.from_numpy(np.stack(pictures).astype(np.float32) / levels - 1.0)


def print_drift_of_pocket(steps: int, count: int) -> None:
    """How far the modes are from the exact pictures of a model that was trained: so many subjects at its own size."""
    engine = SdxlEngine(str(CHECKPOINT), device="cpu")
    _, unseen = split(MANY_MOTIFS)
    specs = [
        DrawSpec(SONGS[0][1], place, count, seed=place, set_seed=0, width=128, height=128, prompt=caption(subject),
                 num_inference_steps=steps, guidance_scale=4.0, request_id=str(place))
        for place, subject in enumerate(unseen[:: len(unseen) // count][:count])
    ]  # fmt: skip
    pictures = {mode: as_tensor(by_engine(engine, with_settings(specs, feature_reuse=mode))) for mode in MODES}
    told = ", ".join(f"{mode} {drift(pictures[mode], pictures['off']):.2%}" for mode in TARGETS)
    print(f"drift of the pocket checkpoint, {steps} steps: {told}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(__doc__, rounds=3, has_device=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--subjects", type=int, default=8, help="whose drift is told, of the pocket checkpoint")
    options = parser.parse_args(arguments)
    harness.one_thread()
    engine, pipeline = pair(device=options.device, full=options.full)
    cached = None if options.full else broadcasting(build_pipeline(device=options.device))

    def wanted(number: int, mode: str = "off") -> list:
        specs = requests(number, full=options.full, num_inference_steps=options.steps)
        return with_settings(specs, feature_reuse=mode)

    works = {
        "fast": lambda number: by_engine(engine, wanted(number, "fast")),
        "balanced": lambda number: by_engine(engine, wanted(number, "balanced")),
        "off": lambda number: by_engine(engine, wanted(number)),
        "uncached": lambda number: by_pipeline(pipeline, wanted(number), together=True),
    }
    if cached is not None:
        works["broadcast"] = lambda number: by_pipeline(cached, wanted(number), together=True)

    def check(outputs: Mapping[str, object]) -> None:
        must_be_equal(outputs["off"], outputs["uncached"], options.device)
        exact = as_tensor(outputs["uncached"])
        drifts = {name: drift(as_tensor(outputs[name]), exact) for name in works if name != "uncached"}
        print("drift: " + ", ".join(f"{name} {value:.2%}" for name, value in drifts.items()))

    harness.print_machine()
    print_drift_of_pocket(options.steps, options.subjects)
    times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of(options.device), check=check)
    harness.print_times(times)
    for rival in ("off", "broadcast")[: 1 if cached is None else 2]:
        for mode in TARGETS:
            print(f"{mode} against {rival}: {harness.spread(harness.ratios(times, ours=mode, rival=rival))}")
    balanced = harness.ratios(times, ours="balanced", rival="uncached")
    harness.print_result("g3-balanced", balanced, target=TARGETS["balanced"])
    harness.print_result("g3", harness.ratios(times, ours="fast", rival="uncached"), target=TARGETS["fast"])


if __name__ == "__main__":
    main()
