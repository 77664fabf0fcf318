"""Two worker processes with nothing in common but the servers, killed again and again while they draw."""

from __future__ import annotations

import itertools
import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db import connections

from albumsite.jobs.queue import enqueue_many
from albumsite.jobs.states import State
from albumsite.jobs.sweeper import sweep
from albumsite.media import storage
from covers.models import Cover, CoverRequest, Stage
from covers.object_keys import master_key
from tests.factories import make_briefed_request
from tests.processes import of_folder, start_worker
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "tests.covers.engine.small_engines.Together"


class Workers:
    """Draw workers in processes of their own, each with its own folder for caches and its own log."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.folder, self.names = folder, names
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        own = self.folder / name
        own.mkdir(exist_ok=True)
        self.running[name] = start_worker(
            "covers.drawing.workers.DrawWorker", "draw", own / "worker.log", AIBUM_VAR_DIR=str(self.folder),
            MODEL_CACHE_DIR=str(own / "models"), HF_HOME=str(own / "hf"), LEASE_SECONDS="2", JOB_ATTEMPTS_MAX="20",
            TOGETHER_LOG=str(own / "engine.log"), TOGETHER_STEP_SECONDS="0.05",
        )  # fmt: skip

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()

    def engines(self) -> list[psutil.Process]:
        """Every engine process of these workers, also of dead ones."""
        return of_folder(self.folder, "covers.engine.host_process")

    def stop(self) -> list[int]:
        """SIGTERM to all. Their exit codes."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        return [process.wait(90) for process in self.running.values()]

    def log(self, kind: str) -> str:
        paths = [self.folder / name / f"{kind}.log" for name in self.names]
        return "".join(path.read_text() for path in paths if path.exists())

    def finished(self) -> Counter[str]:
        """Request → how often a worker said that it finished it."""
        return Counter(re.findall(r"covers drawn request=([0-9a-f-]+)", self.log("worker")))


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    both = Workers(tmp_path, ("one", "two"))
    yield both
    for process in both.running.values():
        process.kill()
        process.wait()
    for name in connections:
        connections[name].close()


def ask(seed: int, count: int) -> CoverRequest:
    return make_briefed_request(
        engine=ENGINE, count=count, with_lettering=False, num_inference_steps=4, seed=seed, title=f"Song {seed}"
    )


def unfinished() -> int:
    return CoverRequest.objects.exclude(state=State.DONE).count()


def test_killed_again_and_again_they_lose_nothing_and_draw_nothing_twice(workers, settings):
    settings.SWEEP_EVERY_SECONDS, settings.JOB_ATTEMPTS_MAX = 1, 20
    chance, seeds = random.Random(7), itertools.count(1)
    rows: list[CoverRequest] = []
    for name in workers.names:
        workers.start(name)
    kills = 0
    next_kill = float("inf")
    deadline = time.monotonic() + LONG_SECONDS
    while kills < 4 or unfinished():
        assert time.monotonic() < deadline, Counter(CoverRequest.objects.values_list("state", flat=True))
        if kills < 4 and unfinished() < 12:  # so that every kill strikes workers that have work, however quick they are
            new = [ask(seed, count=1 + seed % 3) for seed in itertools.islice(seeds, 12)]
            enqueue_many(CoverRequest, [(row.pk, Stage.DRAW) for row in new])
            rows += new
        sweep()
        if next_kill == float("inf") and "drawn" in workers.log("engine"):
            next_kill = time.monotonic()
        if kills < 4 and time.monotonic() > next_kill:
            name = chance.choice(workers.names)
            workers.kill(name)
            workers.start(name)
            kills += 1
            next_kill = time.monotonic() + chance.uniform(0.2, 2.0)
        time.sleep(0.1)
    drawn = sorted(Cover.objects.values_list("request_id", "position"))
    assert drawn == sorted((row.pk, position) for row in rows for position in range(row.count))
    finished = workers.finished()  # without those whose worker was killed after the commit, before it could say so
    assert set(finished) <= {str(row.pk) for row in rows}
    assert set(finished.values()) == {1}
    for cover in Cover.objects.all():
        storage.read(storage.private(), master_key(cover.storage_prefix))
    assert set(workers.stop()) <= {0, -signal.SIGTERM}  # one that was just started again may not heed signals yet
    wait_until(lambda: not workers.engines(), workers.engines)


def test_told_to_stop_in_the_middle_a_worker_hands_back_and_ends(workers):
    rows = [make_briefed_request(engine=ENGINE, count=2, num_inference_steps=200) for _ in range(3)]
    enqueue_many(CoverRequest, [(row.pk, Stage.DRAW) for row in rows])
    workers.start("one")
    engine_log = workers.folder / "one" / "engine.log"
    wait_until(lambda: engine_log.exists() and "step" in engine_log.read_text(), lambda: "never began")
    assert workers.stop() == [0]
    assert list(CoverRequest.objects.values_list("state", "attempt")) == [(State.QUEUED, 0)] * 3
    assert not workers.engines()
