"""w1: small drawings through Redis: the site's draw worker against RQ's resident and forking workers.

    python -m bench.w1 [--rounds 5] [--jobs 24] [--forked 2] [--device cuda --full]

All have the same checkpoint of random weights on disk, one thread, and the same prompts and seeds. The site's worker claims
rows in PostgreSQL, draws what can share a call, encodes a master and six page sizes, stores and records them. RQ's workers
run one diffusers call a job and save one PNG: `SimpleWorker` keeps the pipeline, `Worker` forks for each job, which loads it
(--forked of them a round are enough to know its pace). Wall seconds from the first job to the last picture; pictures must be equal
to within 2 of 255. The last line is against the resident worker, the one before it against the forking one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import harness, workers
from bench.workers import Job

TARGET_FORKING, TARGET_RESIDENT = 20.0, 1.8
DIFFERENCE_MAX = {"cpu": 2, "cuda": 16}
"""Of 255: in half precision a batch rounds otherwise than one picture does."""


class Contest:
    """The same pictures asked from each side, round after round."""

    def __init__(self, job: Job, jobs: int, forked: int, rounds: int) -> None:
        self.job, self.forked = job, forked
        self.rows = [[workers.ask(number * jobs + one, job) for one in range(jobs)] for number in range(rounds)]

    def site(self, number: int) -> list[bytes]:
        rows = self.rows[number]
        workers.enqueue_rows(rows)
        workers.wait_until(lambda: not workers.unfinished(rows), "the draw worker")
        return [workers.master_of(row) for row in rows]

    def resident(self, number: int) -> list[bytes]:
        return self._rq("resident", self.rows[number])

    def forking(self, number: int) -> list[bytes]:
        return self._rq("forking", self.rows[number][: self.forked])

    def check(self, outputs: Mapping[str, object]) -> None:
        """Every side drew the same pictures."""
        pictures: Any = outputs
        for name in ("resident", "forking"):
            for mine, theirs in zip(pictures["site"], pictures[name], strict=False):
                if workers.largest_difference(mine, theirs) > DIFFERENCE_MAX[self.job.device]:
                    raise SystemExit(f"{name} drew another picture")

    def _rq(self, queue: str, rows: list[Any]) -> list[bytes]:
        names = [f"{queue}-{uuid.uuid4().hex}" for _row in rows]
        for name, row in zip(names, rows, strict=True):
            workers.enqueue(name, row, self.job, workers.rival_queue(queue))
        workers.wait_until(lambda: all(workers.picture_of(name).exists() for name in names), queue)
        return [workers.picture_of(name).read_bytes() for name in names]


def measure(job: Job, jobs: int, forked: int, rounds: int, folder: Path) -> dict[str, list[float]]:
    logs = {name: folder / f"{name}.log" for name in ("site", "resident", "forking")}
    processes = [
        workers.start_draw_worker(logs["site"]),
        workers.start_rival("rq.SimpleWorker", "resident", logs["resident"]),
        workers.start_rival("rq.Worker", "forking", logs["forking"]),
    ]
    with workers.running(processes):
        contest = Contest(job, jobs, forked, rounds + 1)
        contest.resident(0), contest.site(0)  # both have their model loaded and have drawn
        works = {"site": contest.site, "resident": contest.resident, "forking": contest.forking}
        one_later = {name: (lambda number, work=work: work(number + 1)) for name, work in works.items()}
        return harness.run_rounds(one_later, rounds=rounds, clock=harness.clock_of("wall"), check=contest.check)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(str(__doc__), rounds=5, has_device=True)
    parser.add_argument("--jobs", type=int, default=24)
    parser.add_argument("--forked", type=int, default=2)
    options = parser.parse_args(arguments)
    job = workers.job_of(options)
    harness.print_machine()
    with workers.site_with_model(job) as folder:
        times = measure(job, options.jobs, options.forked, options.rounds, folder)
    times["forking"] = [seconds * options.jobs / options.forked for seconds in times["forking"]]
    harness.print_times(times)
    harness.print_result("w1-forking", harness.ratios(times, ours="site", rival="forking"), target=TARGET_FORKING)
    harness.print_result("w1", harness.ratios(times, ours="site", rival="resident"), target=TARGET_RESIDENT)


if __name__ == "__main__":
    main()
