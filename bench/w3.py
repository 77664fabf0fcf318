"""w3: 40 small drawings asked for at once: how long all but the slowest twentieth wait, against RQ's resident worker.

    python -m bench.w3 [--rounds 5] [--jobs 40] [--device cuda --full]

The same checkpoint, threads, prompts and seeds as in w1. A wait is from the burst to the moment at which the picture is
recorded: the row's `finished_at`, and the RQ job's `ended_at`. The ratio is the rival's 95th percentile over ours, so that
larger is better: 1.67 says that ours is 0.6 of the rival's.
"""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import harness, workers
from bench.workers import Job

TARGET = 1.67


class Burst:
    """The same pictures asked for at once from each side, and the 95th percentile of the waits of each round."""

    def __init__(self, job: Job, jobs: int, rounds: int) -> None:
        self.job = job
        self.rows = [[workers.ask(number * jobs + one, job) for one in range(jobs)] for number in range(rounds)]
        self.waits: dict[str, list[float]] = {"site": [], "resident": []}

    def site(self, number: int) -> list[float]:
        from covers.models import CoverRequest

        rows, begun_at = self.rows[number], datetime.now(UTC)
        workers.enqueue_rows(rows)
        workers.wait_until(lambda: not workers.unfinished(rows), "the draw worker")
        found = CoverRequest.objects.filter(pk__in=[row.pk for row in rows])
        return [(row.finished_at - begun_at).total_seconds() for row in found if row.finished_at]

    def resident(self, number: int) -> list[float]:
        queue, begun_at = workers.rival_queue("resident"), datetime.now(UTC)
        rows = self.rows[number]
        jobs = [workers.enqueue(f"resident-{uuid.uuid4().hex}", row, self.job, queue) for row in rows]
        workers.wait_until(lambda: all(job.get_status(refresh=True) == "finished" for job in jobs[-1:]), "the rival")
        for job in jobs:
            job.refresh()
        return [(_utc(job.ended_at) - begun_at).total_seconds() for job in jobs]

    def note(self, outputs: Mapping[str, object]) -> None:
        for name, waits in outputs.items():
            self.waits[name].append(percentile_95(waits))


def percentile_95(waits: Any) -> float:
    return statistics.quantiles(waits, n=20, method="inclusive")[-1]


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def measure(job: Job, jobs: int, rounds: int, folder: Path) -> dict[str, list[float]]:
    processes = [
        workers.start_draw_worker(folder / "site.log"),
        workers.start_rival("rq.SimpleWorker", "resident", folder / "resident.log"),
    ]
    with workers.running(processes):
        burst = Burst(job, jobs, rounds + 1)
        burst.resident(0), burst.site(0)  # both have their model loaded and have drawn
        works = {"site": burst.site, "resident": burst.resident}
        one_later = {name: (lambda number, work=work: work(number + 1)) for name, work in works.items()}
        harness.run_rounds(one_later, rounds=rounds, clock=harness.clock_of("wall"), check=burst.note)
    return burst.waits


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(str(__doc__), rounds=5, has_device=True)
    parser.add_argument("--jobs", type=int, default=40)
    options = parser.parse_args(arguments)
    harness.print_machine()
    job = workers.job_of(options)
    with workers.site_with_model(job) as folder:
        waits = measure(job, options.jobs, options.rounds, folder)
    harness.print_times({f"{name} 95th percentile": values for name, values in waits.items()})
    harness.print_result("w3", harness.ratios(waits, ours="site", rival="resident"), target=TARGET)


if __name__ == "__main__":
    main()
