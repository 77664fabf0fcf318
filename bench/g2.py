"""g2: CPU seconds for four requests in the fast mode, against diffusers' pipeline with twice the steps and guidance.

    python -m bench.g2 [--rounds 7] [--device cuda --full]

The fast mode is half the steps without guidance, as a few-step checkpoint or adapter asks for; the prompts have been seen
before, as on a retry or for more pictures of a request. What it draws is checked once against the pipeline with the fast
mode's own settings. The ratio with prompts that are new in each round is told beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench import harness
from bench.requests import by_engine, by_pipeline, must_be_equal, pair, requests

TARGET = 5.0
FAST_STEPS = 4


def main(arguments: Sequence[str] | None = None) -> None:
    options = harness.arguments(__doc__, rounds=7, has_device=True).parse_args(arguments)
    harness.one_thread()
    engine, pipeline = pair(device=options.device, full=options.full)

    def fast(number: int) -> list:
        return requests(number, full=options.full, num_inference_steps=FAST_STEPS, guidance_scale=1.0)

    def usual(number: int) -> list:
        return requests(number, full=options.full, num_inference_steps=2 * FAST_STEPS)

    works = {
        "fast": lambda _number: by_engine(engine, fast(0)),
        "fast, new prompts": lambda number: by_engine(engine, fast(number + 1)),
        "four calls": lambda number: by_pipeline(pipeline, usual(number)),
    }
    must_be_equal(by_engine(engine, fast(0)), by_pipeline(pipeline, fast(0)), options.device)
    by_pipeline(pipeline, usual(0))
    harness.print_machine()
    times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of(options.device))
    harness.print_times(times)
    fresh = harness.ratios(times, ours="fast, new prompts", rival="four calls")
    print(f"with new prompts: {harness.spread(fresh)}")
    harness.print_result("g2", harness.ratios(times, ours="fast", rival="four calls"), target=TARGET)


if __name__ == "__main__":
    main()
