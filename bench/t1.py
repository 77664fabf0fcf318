"""t1: CPU seconds of one DreamBooth step for one person with a class image, ours against the public recipe's.

    python -m bench.t1 [--rounds 5] [--steps 2] [--device cuda --full]

Both learn the same photos with the same noise, from the same weights, and must have the same losses. The step with cached
latents and peft's own modules is told beside it: what is left over it is our forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench import harness
from bench.midpipe import build_pipeline, sizes_of
from bench.training import RandomFace, Reference, base_around, job_of, must_be_equal, trainer_of

TARGET = 1.35


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(__doc__, rounds=5, has_device=True)
    parser.add_argument("--steps", type=int, default=2, help="in a round")
    options = parser.parse_args(arguments)
    harness.one_thread()
    face = RandomFace(0, sizes_of(full=options.full).side)
    base = base_around(build_pipeline(full=options.full, device=options.device), full=options.full)
    trainer = trainer_of(base)
    job = job_of(face, base, trainer)
    trainer.set_jobs([job])
    pipeline = build_pipeline(full=options.full, device=options.device)
    rivals = {"reference": Reference(pipeline, face, full=options.full)}
    if not options.full:  # a second UNet of full size beside two
        rivals["cached peft"] = Reference(pipeline, face, with_cache=True)
    works = {"trainer": lambda _: [trainer.step()[0] for _ in range(options.steps)]}
    works |= {
        name: lambda _, rival=rival: [rival.step() for _ in range(options.steps)] for name, rival in rivals.items()
    }

    def check(outputs: Mapping[str, object]) -> None:
        for name in rivals:
            must_be_equal(outputs["trainer"], outputs[name], options.device)

    check({name: work(-1) for name, work in works.items()})
    harness.print_machine()
    times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of(options.device), check=check)
    harness.print_times(times)
    if options.full:
        print_full(trainer, options.device)
    for name in rivals.keys() - {"reference"}:
        harness.print_result(
            f"t1-against-{name.replace(' ', '-')}", harness.ratios(times, ours="trainer", rival=name), target=1.0
        )
    harness.print_result("t1", harness.ratios(times, ours="trainer", rival="reference"), target=TARGET)


def print_full(trainer: object, device: str) -> None:
    """Steps a second and peak memory at full size, and seconds for 800 image passes."""
    import torch

    clock = harness.clock_of(device)
    torch.cuda.reset_peak_memory_stats()
    started = clock()
    for _ in range(20):
        trainer.step()
    seconds = (clock() - started) / 20
    peak = torch.cuda.max_memory_allocated() / 1e9
    print(f"full size: {1 / seconds:.2f} steps/s with class image, {400 * seconds:.1f} s for 800 passes, {peak:.1f} GB")


if __name__ == "__main__":
    main()
