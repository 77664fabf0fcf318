"""t2: CPU seconds of one step for four people in one forward, against four steps with cached latents, one after the other.

    python -m bench.t2 [--rounds 5] [--steps 1] [--device cuda --full]

No class images on either side. The rivals have a UNet of their own for each person, with peft's modules: one set with latents
cached beforehand, which the last line is against, and one that runs the VAE in each step as the public script does. All four
people must have the same losses on all sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench import harness
from bench.midpipe import build_pipeline, sizes_of
from bench.training import RandomFace, Reference, base_around, job_of, must_be_equal, trainer_of

TARGET, REFERENCE_TARGET = 2.0, 2.3
PEOPLE = 4


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(__doc__, rounds=5, has_device=True)
    parser.add_argument("--steps", type=int, default=1, help="in a round")
    options = parser.parse_args(arguments)
    harness.one_thread()
    side = sizes_of(full=options.full).side
    faces = [RandomFace(number, side, with_prior=False) for number in range(PEOPLE)]
    base = base_around(build_pipeline(full=options.full, device=options.device), full=options.full)
    trainer = trainer_of(base, jobs=PEOPLE, rows=1)
    trainer.set_jobs([job_of(face, base, trainer) for face in faces])
    works = {"together": lambda _: [loss for _ in range(options.steps) for loss in trainer.step()]}
    pipeline = build_pipeline(full=options.full, device=options.device)
    for name, with_cache in (("cached", True), ("reference", False)):
        if options.full and not with_cache:
            continue  # each has a UNet of its own: four of full size are enough
        each = [Reference(pipeline, face, with_cache=with_cache) for face in faces]
        works[name] = lambda _, each=each: [one.step() for _ in range(options.steps) for one in each]

    def check(outputs: Mapping[str, object]) -> None:
        for name in works.keys() - {"together"}:
            must_be_equal(outputs["together"], outputs[name], options.device)

    check({name: work(-1) for name, work in works.items()})
    harness.print_machine()
    times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of(options.device), check=check)
    harness.print_times(times)
    if "reference" in works:
        against = harness.ratios(times, ours="together", rival="reference")
        harness.print_result("t2-against-reference", against, target=REFERENCE_TARGET)
    harness.print_result("t2", harness.ratios(times, ours="together", rival="cached"), target=TARGET)


if __name__ == "__main__":
    main()
