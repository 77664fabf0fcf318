"""g5: CPU seconds with guidance for the first half of the steps only, against diffusers' pipeline with all of it.

    python -m bench.g5 [--rounds 7] [--device cuda --full]

Four pictures in one call on both sides. The second rival is the pipeline with the recipe of its documentation: a
`callback_on_step_end` that halves the embeddings and sets the guidance scale to nought. The pictures of the engine and of
the recipe must be equal within 1e-3 of their range (float32); how far they are from full guidance is told, since ending
guidance early changes a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from diffusers import StableDiffusionXLPipeline
from torch import Tensor

from bench import harness
from bench.requests import by_engine, by_pipeline, largest_difference, must_be_equal, pair, requests, with_settings

TARGET, TARGET_OVER_RECIPE = 1.4, 1.0
STEPS = 12
EMBEDDINGS = ["prompt_embeds", "add_text_embeds", "add_time_ids"]


def recipe(last_guided: int) -> Callable[..., dict[str, Tensor]]:
    """The documentation's callback, for a batch of any size."""

    def end_guidance(
        pipeline: StableDiffusionXLPipeline, step: int, timestep: Tensor, tensors: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        if step == last_guided:
            pipeline._guidance_scale = 0.0
            for name in EMBEDDINGS:
                tensors[name] = tensors[name].chunk(2)[-1]
        return tensors

    return end_guidance


def main(arguments: Sequence[str] | None = None) -> None:
    options = harness.arguments(__doc__, rounds=7, has_device=True).parse_args(arguments)
    harness.one_thread()
    engine, pipeline = pair(device=options.device, full=options.full)
    steps = 30 if options.full else STEPS
    callback = {
        "callback_on_step_end": recipe(steps // 2 - 1),
        "callback_on_step_end_tensor_inputs": EMBEDDINGS,
    }

    def wanted(number: int) -> list:
        return requests(number, full=options.full, num_inference_steps=steps)

    def check(outputs: Mapping[str, object]) -> None:
        must_be_equal(outputs["engine"], outputs["recipe"], options.device)

    works = {
        "engine": lambda number: by_engine(engine, with_settings(wanted(number), guidance_end=0.5)),
        "recipe": lambda number: by_pipeline(pipeline, wanted(number), together=True, **callback),
        "full guidance": lambda number: by_pipeline(pipeline, wanted(number), together=True),
    }
    warm = {name: work(-1) for name, work in works.items()}
    harness.print_machine()
    apart = largest_difference(warm["engine"], warm["full guidance"])
    print(f"from full guidance: at most {apart:.0f} of 255 levels")
    times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of(options.device), check=check)
    harness.print_times(times)
    over_recipe = harness.ratios(times, ours="engine", rival="recipe")
    harness.print_result("g5-over-recipe", over_recipe, target=TARGET_OVER_RECIPE)
    harness.print_result("g5", harness.ratios(times, ours="engine", rival="full guidance"), target=TARGET)


if __name__ == "__main__":
    main()
