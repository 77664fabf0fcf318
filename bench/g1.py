"""g1: CPU seconds for four requests at once with the engine, against four calls of diffusers' pipeline.

    python -m bench.g1 [--rounds 7] [--device cuda --full]

Four people's prompts and seeds, one size, guidance, the same negative prompt; no prompt was seen before. The engine draws
them in one batch and encodes the negative prompt once; the rival is `StableDiffusionXLPipeline.__call__` once a request,
as a job of its own would. The pictures must be equal within 1e-3 of their range (float32).

With `--device cuda --full`, also seconds and pictures per second of SDXL's real architecture at 1024 px, beside the
floor: the floating-point operations at 790 TFLOP/s, what an H100 reaches in matrix products of 16 bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench import harness
from bench.full_size import print_full_size
from bench.requests import by_engine, by_pipeline, must_be_equal, pair, requests

TARGET = 1.6
STEPS = 4


def main(arguments: Sequence[str] | None = None) -> None:
    options = harness.arguments(__doc__, rounds=7, has_device=True).parse_args(arguments)
    harness.one_thread()
    engine, pipeline = pair(device=options.device, full=options.full)

    def wanted(number: int) -> list:
        return requests(number, full=options.full, num_inference_steps=30 if options.full else STEPS)

    def check(outputs: Mapping[str, object]) -> None:
        must_be_equal(outputs["engine"], outputs["four calls"], options.device)

    works = {
        "engine": lambda number: by_engine(engine, wanted(number)),
        "four calls": lambda number: by_pipeline(pipeline, wanted(number)),
    }
    harness.warm_up(works)
    harness.print_machine()
    clock = harness.clock_of(options.device)
    times = harness.run_rounds(works, rounds=options.rounds, clock=clock, check=check)
    harness.print_times(times)
    if options.full:
        print_full_size(engine, clock)
    harness.print_result("g1", harness.ratios(times, ours="engine", rival="four calls"), target=TARGET)


if __name__ == "__main__":
    main()
