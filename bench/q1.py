"""q1: enqueue 500 waiting requests, in bulk as the sweeper does, against RQ's `enqueue` for each.

    python -m bench.q1 [--rounds 9]

Both put the same 500 primary keys on the same real queue, with ids of their own, on a connection that is open already.
Wall time: Redis works in another process. Before: a burst meets the sweeper after Redis was away or wiped.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from bench import harness
from bench.site import own_site

REQUESTS = 500
TARGET = 3.0
TASK = "covers.tasks.draw_covers"


class Enqueuing:
    """The two ways to enqueue the same rows, each on a queue of its own so that both can be looked at afterwards."""

    def __init__(self) -> None:
        self.pks = [uuid.uuid4() for _ in range(REQUESTS)]

    def bulk(self, _round: int) -> str:
        from albumsite.jobs import queue
        from covers.models import CoverRequest, Stage

        queue.enqueue_many(CoverRequest, [(pk, Stage.DRAW) for pk in self.pks])
        return "draw"

    def each(self, _round: int) -> str:
        queue = queue_of("write")
        for pk in self.pks:
            queue.enqueue(TASK, str(pk), job_id=f"coverrequest-{pk}-{uuid.uuid4().hex[:8]}", job_timeout=-1)
        return "write"

    def check(self, outputs: Mapping[str, object]) -> None:
        """Both left the same jobs but for their ids. Empties the queues for the next round."""
        for name in outputs.values():
            queue = queue_of(str(name))
            found = sorted((job.func_name, job.args[0], job.timeout) for job in queue.jobs)
            if found != sorted((TASK, str(pk), -1) for pk in self.pks):
                raise SystemExit(f"other jobs than asked for lie in {name}")
            queue.empty()


def queue_of(name: str) -> Any:
    from albumsite.jobs import queue

    return queue.queue_of(name)


def main(arguments: Sequence[str] | None = None) -> None:
    options = harness.arguments(str(__doc__), rounds=9).parse_args(arguments)
    harness.print_machine(("rq", "redis", "django"))
    with own_site():
        ways = Enqueuing()
        ways.check({"bulk": ways.bulk(0), "each": ways.each(0)})
        works = {"bulk": ways.bulk, "each": ways.each}
        times = harness.run_rounds(works, rounds=options.rounds, clock=harness.clock_of("wall"), check=ways.check)
    harness.print_times(times)
    harness.print_result("q1", harness.ratios(times, ours="bulk", rival="each"), target=TARGET)


if __name__ == "__main__":
    main()
