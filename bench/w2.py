"""w2: engines and workers killed while they draw: what is lost, what is finished twice, how soon they are back.

    python -m bench.w2 [--rounds 5] [--requests 60] [--kills 8]

First part, each round: four people's requests share a call, and in the middle of it the engine process gets kill -9; the
seconds are from the kill until all four are finished. Second part: two draw workers with caches of their own, one of them,
drawn at random, killed with kill -9 again and again while so many requests wait; then what was asked is compared with what
was recorded. The ratio is finished exactly once over asked for, of both parts: 1.0 is the target, and less is a fault.
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from bench import harness, workers
from bench.workers import Job

TARGET = 1.0
TOGETHER = 4


def engine_of(worker: Any) -> psutil.Process:
    """The engine process of a worker, when it has one."""
    found: list[psutil.Process] = []

    def look() -> list[psutil.Process]:
        children = psutil.Process(worker.pid).children()
        found[:] = [child for child in children if "covers.engine.host_process" in child.cmdline()]
        return found

    workers.wait_until(look, "the engine process")
    return found[0]


def are_drawn(rows: list[Any]) -> bool:
    """Whether all of them are in a call that has begun, and none has ended."""
    from covers.models import CoverRequest

    found = CoverRequest.objects.filter(pk__in=[row.pk for row in rows], state="running")
    return sum(1 for row in found if row.progress) == len(rows)


def kill_engine_in_a_call(worker: Any, job: Job, first: int) -> tuple[float, list[Any]]:
    """Seconds from the kill until all are finished, and the rows."""
    rows = [workers.ask(first + number, job, num_inference_steps=job.steps) for number in range(TOGETHER)]
    workers.enqueue_rows(rows)
    workers.wait_until(lambda: are_drawn(rows), "a call that all share")
    engine_of(worker).send_signal(signal.SIGKILL)
    killed_at = time.perf_counter()
    workers.wait_until(lambda: not workers.unfinished(rows), "all to be finished after the kill")
    return time.perf_counter() - killed_at, rows


def kill_engines(job: Job, rounds: int, folder: Path) -> list[Any]:
    log = folder / "one.log"
    worker = workers.start_draw_worker(log, LOG_LEVEL="INFO")
    with workers.running([worker]):
        warm = [workers.ask(0, job)]
        workers.enqueue_rows(warm)
        workers.wait_until(lambda: not workers.unfinished(warm), "the first picture")
        rows: list[Any] = []
        seconds: list[float] = []
        for number in range(rounds):
            took, asked = kill_engine_in_a_call(worker, job, 1 + number * TOGETHER)
            print(f"round {number}: engine killed in a call of {TOGETHER}, all finished after {took:.2f} s", flush=True)
            seconds.append(took)
            rows += asked
    print(f"back after the kill of an engine: {harness.spread(seconds)} s (model loaded anew, each request alone)")
    return rows


def kill_workers(job: Job, requests: int, kills: int, folder: Path) -> list[Any]:
    """Two workers, killed at random until `kills` are done; the site's sweeper puts right what they leave behind."""
    chance = random.Random(0)
    names = ("two", "three")
    rows = [workers.ask(1000 + number, job) for number in range(requests)]
    workers.enqueue_rows(rows)
    running = {name: start_worker(name, folder) for name in names}
    sweeper = workers.start("manage.py", "sweep", "--forever", log=folder / "sweeper.log")
    try:
        killed = 0
        while left := workers.unfinished(rows):
            time.sleep(chance.uniform(0.5, 3.0))
            if killed < kills and left < requests:
                name = chance.choice(names)
                running[name].kill()
                running[name].wait()
                running[name] = start_worker(name, folder)
                killed += 1
    finally:
        for process in (*running.values(), sweeper):
            process.terminate()
            process.wait(30)
    print(f"{requests} requests, {killed} workers killed")
    return rows


def start_worker(name: str, folder: Path) -> Any:
    own = folder / name
    own.mkdir(exist_ok=True)
    return workers.start_draw_worker(
        folder / f"{name}.log", LOG_LEVEL="INFO", HF_HOME=str(own / "hf"), MODEL_CACHE_DIR=str(own / "models")
    )


def finished_once(rows: list[Any], folder: Path) -> int:
    """How many requests are done, have one cover that can be read, and were not finished twice by what the workers say.

    A worker may be killed after it committed the end and before it said so: that request is done all the same.
    """
    from covers.models import Cover

    logs = "".join(path.read_text() for path in folder.glob("*.log"))
    finishes = Counter(re.findall(r"covers drawn request=([0-9a-f-]{36})", logs))
    covers = Counter(str(pk) for pk in Cover.objects.values_list("request_id", flat=True))
    lost = [row for row in rows if not covers[str(row.pk)] or not workers.master_of(row)]
    twice = [row for row in rows if finishes[str(row.pk)] > 1 or covers[str(row.pk)] > 1]
    print(f"asked {len(rows)}, lost {len(lost)}, finished twice {len(twice)}")
    return len(rows) - len(lost) - len(twice)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = harness.arguments(str(__doc__), rounds=5)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--kills", type=int, default=8)
    options = parser.parse_args(arguments)
    harness.print_machine()
    os.environ.update(LEASE_SECONDS="4", SWEEP_EVERY_SECONDS="1", JOB_ATTEMPTS_MAX="20")
    job = Job(64, 12, "cpu", False)
    with workers.site_with_model(job) as folder:
        rows = kill_engines(job, options.rounds, folder)
        rows += kill_workers(job, options.requests, options.kills, folder)
        share = finished_once(rows, folder) / len(rows)
    harness.print_result("w2", [share], target=TARGET)


if __name__ == "__main__":
    main()
