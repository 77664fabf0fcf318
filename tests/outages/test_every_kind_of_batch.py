"""What covers, faces, weekly trainings and comparisons have in common: whatever breaks on the way, each row comes to its own good end."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from albumsite.errors import StorageError
from albumsite.jobs.batch import ClaimBatch
from albumsite.jobs.models import Job
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import tasks
from covers.engine_pool import _engines, engines_inline
from covers.evaluation import evaluation_jobs
from covers.models import Cover, Evaluation, ModelVersion
from covers.object_keys import master_key
from covers.weekly import retraining
from covers.weeks import this_week
from personalize import services
from personalize.models import Face
from personalize.tasks import train_face
from tests.covers.evaluation.comparing import make_weekly, write_adapter
from tests.covers.learning_factories import make_liked_cover
from tests.covers.test_draw_covers import FlatEngine, flat_request
from tests.factories import make_member
from tests.lossy_postgres import answer_lost, drop_connections, elsewhere
from tests.personalize.factories import make_face

pytestmark = pytest.mark.django_db(transaction=True)


class Covers:
    """A request whose pictures are drawn. commit: words of the statement that records the result. result: of the key of its file."""

    commit, result = 'INSERT INTO "covers_cover"', "/master.png"

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(_engines, "flat", FlatEngine())  # type: ignore[arg-type]

    def ask(self) -> Job:
        return flat_request(count=1)

    def work(self, row: Job) -> None:
        tasks.draw_covers(str(row.pk))

    def results(self, row: Job) -> list[bytes]:
        covers = Cover.objects.filter(request=row.pk)
        return [storage.read(storage.private(), master_key(cover.storage_prefix)) for cover in covers]


class Faces:
    commit, result = '"adapter_sha256" = ', "/adapters/"

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.FACE_TRAINER = "tests.personalize.small_trainers.CountingTrainer"

    def ask(self) -> Job:
        return services.start_training(face=make_face(make_member(), photos=4), seed=1)

    def work(self, row: Job) -> None:
        train_face(str(row.pk))

    def results(self, row: Job) -> list[bytes]:
        faces = Face.objects.filter(runs=row.pk).exclude(adapter_key="")
        assert len(mail.outbox) == len(faces)
        return [storage.read(storage.private(), face.adapter_key) for face in faces]


class Weekly:
    commit, result = 'INSERT INTO "covers_modelversion"', "models/"

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.FINE_TUNER = "tests.covers.weekly.small_tuners.CountingTuner"
        settings.LEARN_IMAGES_MIN = 4

    def ask(self) -> Job:
        for _number in range(10):
            make_liked_cover()
        return retraining.request_retraining(week=this_week())

    def work(self, row: Job) -> None:
        retraining.work(row.pk)

    def results(self, row: Job) -> list[bytes]:
        versions = ModelVersion.objects.filter(week=this_week())
        assert Evaluation.objects.count() == len(versions)
        return [storage.read(storage.private(), version.source) for version in versions]


class Comparisons:
    commit, result = '"verdict" = ', "candidate.webp"

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.SDXL_NUM_INFERENCE_STEPS = 1
        settings.EVALUATION_FACE_DETECTOR = ""
        self._folder = tmp_path

    def ask(self) -> Job:
        version = make_weekly(write_adapter(self._folder / "nothing.safetensors", size=0.0))
        return evaluation_jobs.request_evaluation(version=version, seed=1, options={"prompts": 1})

    def work(self, row: Job) -> None:
        with engines_inline():
            evaluation_jobs.work(row.pk)

    def results(self, row: Job) -> list[bytes]:
        sheets = Evaluation.objects.get(pk=row.pk).sheets
        return [storage.read(storage.private(), sheet["key"]) for sheet in sheets if sheet["name"] == "candidate"]


@pytest.fixture(params=[Covers, Faces, Weekly, Comparisons], ids=lambda kind: kind.__name__)
def kind(request: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr("albumsite.jobs.retries.AGAIN_AFTER_SECONDS", (0.01, 0.01, 0.01))
    return request.param(settings, tmp_path, monkeypatch)


def went_well(kind: Any, row: Job) -> None:
    row.refresh_from_db()
    assert (row.state, row.failure, row.attempt) == (State.DONE, "", 1)
    assert len(kind.results(row)) == 1


def files(kind: Any) -> list[str]:
    return [one.key for one in storage.listed(storage.private()) if kind.result in one.key]


@contextlib.contextmanager
def at_the_result(kind: Any, do: Callable[[], None], *, after: bool = True) -> Iterator[None]:
    """Once, when the file of a result is stored, or just before."""
    is_open, real = [True], storage.save_all

    def save_all(store: Any, new: Mapping[str, bytes]) -> None:
        is_now = is_open and any(kind.result in key for key in new)
        if is_now and not after:
            is_open.clear()
            do()
        real(store, new)
        if is_now and after:
            is_open.clear()
            do()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "save_all", save_all)
        yield
    assert not is_open


@contextlib.contextmanager
def at_a_step(do: Callable[[], object]) -> Iterator[None]:
    """Once, before a step is answered."""
    is_open, real = [True], ClaimBatch.may_go_on

    def may_go_on(self: Any, job: Any) -> bool:
        if is_open:
            is_open.clear()
            do()
        return real(self, job)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClaimBatch, "may_go_on", may_go_on)
        yield
    assert not is_open


@pytest.mark.parametrize("refused", [0, 1])
def test_a_commit_whose_answer_is_lost_is_a_commit(kind: Any, refused: int) -> None:
    """refused: connections after it, so that nobody can look what became of it either."""
    row = kind.ask()
    with answer_lost(kind.commit, refused=refused) as wire:
        elsewhere(lambda: kind.work(row))
    assert wire.lost == 1
    went_well(kind, row)


def test_a_store_that_blinks_costs_nothing(kind: Any) -> None:
    def blink() -> None:
        raise StorageError("away")

    row = kind.ask()
    with at_the_result(kind, blink, after=False):
        elsewhere(lambda: kind.work(row))
    went_well(kind, row)
    assert len(files(kind)) == 1


def test_a_database_that_blinks_at_the_end_costs_nothing(kind: Any) -> None:
    row = kind.ask()
    connection.close()
    with at_the_result(kind, drop_connections):
        elsewhere(lambda: kind.work(row))
    went_well(kind, row)


def test_who_has_lost_the_row_writes_nothing(kind: Any) -> None:
    row, others = kind.ask(), uuid.uuid4()
    with at_the_result(kind, lambda: type(row).objects.filter(pk=row.pk).update(token=others) and None):
        elsewhere(lambda: kind.work(row))
    row.refresh_from_db()
    assert (row.state, row.token) == (State.RUNNING, others)
    assert (kind.results(row), files(kind)) == ([], [])


def test_a_cancel_in_the_middle_ends_it(kind: Any) -> None:
    row = kind.ask()
    with at_a_step(row.cancel):
        elsewhere(lambda: kind.work(row))
    row.refresh_from_db()
    assert (row.state, row.failure) == (State.CANCELLED, "")
    assert (kind.results(row), files(kind)) == ([], [])


def test_a_worker_that_must_stop_hands_it_back_and_the_next_one_finishes_it(kind: Any) -> None:
    row = kind.ask()
    try:
        with at_a_step(shutting_down.set):
            elsewhere(lambda: kind.work(row))
    finally:
        shutting_down.clear()
    row.refresh_from_db()
    assert (row.state, row.attempt, row.failure) == (State.QUEUED, 0, "")
    assert kind.results(row) == []
    elsewhere(lambda: kind.work(row))
    went_well(kind, row)
