"""A train worker in a process of its own, killed again and again while it trains: nothing is lost, nothing is left."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core import mail

from albumsite.jobs.states import State
from albumsite.jobs.sweeper import sweep
from albumsite.media import storage
from personalize import services
from personalize.models import Face, TrainingRun
from tests.factories import make_member
from tests.personalize.factories import make_face
from tests.personalize.small_trainers import IS_SLOW
from tests.processes import of_folder, start_worker
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
KILLS = 4


class Worker:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = start_worker(
            "personalize.training.worker.TrainWorker", "train", self.folder / "worker.log", AIBUM_VAR_DIR=str(self.folder),
            FACE_TRAINER="tests.personalize.small_trainers.CountingTrainer", LEASE_SECONDS="2", JOB_ATTEMPTS_MAX="20",
            EMAIL_URL="dummymail://",
        )  # fmt: skip

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def trainers(self) -> list[psutil.Process]:
        """Every training process of this worker, also of one that is dead."""
        return of_folder(self.folder, "covers.training.lora.trainer_child")


@pytest.fixture
def worker(tmp_path: Path, settings: Any) -> Iterator[Worker]:
    settings.LEASE_SECONDS = 2
    settings.JOB_ATTEMPTS_MAX = 20
    storage_folder = tmp_path / "private"  # where the worker's own settings look for the private bucket
    assert storage.private().path("x") == str(storage_folder / "x")
    one = Worker(tmp_path)
    yield one
    one.kill()


def sweeping_until(condition: Callable[[], bool], worker: Worker) -> None:
    def look() -> bool:
        sweep()
        return condition()

    wait_until(look, lambda: (worker.folder / "worker.log").read_text()[-3000:], every=0.1)


def test_kills_at_random_steps_lose_nothing_and_leave_nothing(worker: Worker) -> None:
    dice = random.Random(11)
    run = services.start_training(face=make_face(make_member(), photos=4), seed=IS_SLOW)
    neighbour = services.start_training(face=make_face(make_member(), photos=4), seed=1)

    def reached(step: int) -> bool:
        now = TrainingRun.objects.get(pk=run.pk)
        return now.state == State.DONE or (now.state == State.RUNNING and now.progress.get("step", 0) >= step)

    for number in range(KILLS):
        worker.start()
        TrainingRun.objects.filter(pk=run.pk).update(progress={})
        sweeping_until(lambda number=number: reached(min(11, 1 + 3 * number + dice.randrange(2))), worker)
        worker.kill()
        sweeping_until(lambda: worker.trainers() == [], worker)
    worker.start()
    sweeping_until(lambda: not TrainingRun.objects.active().exists(), worker)
    for one in (run, neighbour):
        one.refresh_from_db()
        assert one.state == State.DONE, one.failure
        face = Face.objects.get(pk=one.face_id)
        adapter = storage.read(storage.private(), face.adapter_key).decode()
        assert adapter.endswith(" 12"), "trained to its last step, once"
        kept = [name for name in storage.names_below(storage.private(), face.prefix) if "adapters/" in name]
        assert kept == [face.adapter_key.removeprefix(face.prefix)]
    assert run.parameters["begun_at_step"] > 0, "it went on from a checkpoint"
    sweeping_until(lambda: list((worker.folder / "training").iterdir()) == [], worker)
    assert mail.outbox == []
