"""From a start to a ready face, and everything that can happen on the way: the worker's side of a training."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from albumsite.jobs import retries, sweeper
from albumsite.jobs.claims import LeaseLost
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import CoverRequest
from covers.training import checkpointed_job
from personalize import services, tasks
from personalize.models import Erasure, Face, TrainingRun
from personalize.object_keys import face_prefix
from personalize.training import workfolders
from tests.factories import make_member
from tests.personalize.factories import make_face, make_ready_face
from tests.personalize.small_trainers import BREAKS, DIES, DIES_ONCE, FAILS, HANGS, IS_SLOW, LAST, STEPS, sample
from tests.processes import with_argument
from tests.stand_ins import away
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointed_job, "WRITE_EVERY_SECONDS", 0)  # tests wait for steps by what the row says
    settings.FACE_TRAINER = "tests.personalize.small_trainers.CountingTrainer"
    settings.VAR_DIR = tmp_path
    settings.TRAININGS_WAITING_PER_PERSON = 10


def begin(owner: User | None = None, seed: int = 1, name: str = "Me") -> TrainingRun:
    return services.start_training(face=make_face(owner, photos=4, name=name), seed=seed)


def work() -> None:
    tasks.train_face("whatever was enqueued")


def files_of(face_pk: uuid.UUID) -> list[str]:
    return storage.names_below(storage.private(), face_prefix(face_pk))


@pytest.fixture
def at_work() -> Iterator[Callable[[], threading.Thread]]:
    """A worker in a thread, beside the test."""
    threads: list[threading.Thread] = []

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    def begin_work() -> threading.Thread:
        thread = threading.Thread(target=run, daemon=True)
        threads.append(thread)
        thread.start()
        return thread

    yield begin_work
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive()


def trainer_processes() -> list[psutil.Process]:
    return with_argument(psutil.Process().children(recursive=True), "covers.training.lora.trainer_child")


# --- the good end -----------------------------------------------------------------------------------------------------


def test_a_training_makes_a_face_ready_asks_for_its_first_covers_and_writes_a_mail(member: User) -> None:
    run = begin(member)
    work()
    run.refresh_from_db()
    face = run.face
    face.refresh_from_db()
    assert (run.state, run.progress, run.checkpoint_key) == (State.DONE, {}, "")
    assert len(run.losses) == STEPS
    assert face.is_ready
    assert face.identifier_token
    assert face.subject == f"{face.identifier_token} person"
    adapter = storage.read(storage.private(), face.adapter_key)
    assert len(adapter) == face.adapter_size_bytes
    first = CoverRequest.objects.get(face=face, is_draft=False)
    assert (first.engine, first.count, first.subject) == ("poster", 4, ""), (
        "the demonstration shows nobody so that one knows them"
    )
    (letter,) = mail.outbox
    assert letter.to == [member.email]
    assert "is trained" in letter.subject
    assert str(face.pk) in letter.body


def test_what_is_written_while_no_page_is_open_is_in_the_members_language() -> None:
    begin(make_member(language="ko"))
    work()
    assert "is trained" not in mail.outbox[0].subject
    assert sorted(CoverRequest.objects.values_list("title", flat=True)) == ["첫인상", "초상"]


def test_nothing_of_it_stays_on_the_machine_and_no_checkpoint_in_the_store(member: User) -> None:
    run = begin(member)
    work()
    assert list((Path(workfolders._root())).iterdir()) == []
    kept = files_of(run.face_id)
    assert [name for name in kept if "checkpoint" in name] == []
    assert len([name for name in kept if name.startswith("adapters/")]) == 1


def test_samples_are_kept_for_the_page(member: User) -> None:
    run = begin(member)
    work()
    run.refresh_from_db()
    assert [entry["step"] for entry in run.samples] == [6, STEPS]
    pictures = [storage.read(storage.private(), entry["keys"][0]) for entry in run.samples]
    assert pictures == [sample(6), sample(LAST)]


def test_samples_that_are_not_fit_are_shown_to_nobody(member: User, settings: Any) -> None:
    settings.PICTURE_CHECK_THRESHOLD = 0.0
    run = begin(member)
    work()
    run.refresh_from_db()
    assert [entry["keys"] for entry in run.samples] == [[], []]


def test_a_second_delivery_does_nothing(member: User) -> None:
    run = begin(member)
    work()
    before = TrainingRun.objects.values().get()
    work()
    assert TrainingRun.objects.values().get() == before
    assert CoverRequest.objects.filter(face=run.face, is_draft=False).count() == 1
    assert len(mail.outbox) == 1


def test_several_people_share_the_steps_and_each_gets_their_own() -> None:
    runs = [begin(make_member(), name=f"P{number}") for number in range(3)]
    work()
    faces = [Face.objects.get(pk=run.face_id) for run in runs]
    assert all(face.is_ready for face in faces)
    assert len({face.identifier_token for face in faces}) == 3
    for face in faces:
        assert storage.read(storage.private(), face.adapter_key).decode().startswith(face.identifier_token)
    assert [run.parameters["people"] for run in TrainingRun.objects.all()] == [3, 3, 3]


def test_the_fair_order_goes_round_between_members() -> None:
    greedy, modest = make_member(), make_member()
    runs = [begin(greedy), begin(greedy), begin(greedy), begin(modest)]
    from personalize.training.fairness import fair_order

    assert [run.pk for run in fair_order()] == [runs[0].pk, runs[3].pk, runs[1].pk, runs[2].pk]


# --- faults -----------------------------------------------------------------------------------------------------------


def test_a_run_that_loses_its_loss_fails_with_a_reason_and_its_neighbours_go_on(member: User) -> None:
    bad, good = begin(member, FAILS), begin(make_member())
    work()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.failure) == (State.FAILED, "training:not-finite")
    assert good.state == State.DONE
    assert not Face.objects.get(pk=bad.face_id).is_ready
    (letter,) = [one for one in mail.outbox if member.email in one.to]
    assert "could not be trained" in letter.subject
    assert "ran away" in letter.body


def test_a_killed_trainer_goes_on_from_its_checkpoint(member: User) -> None:
    run = begin(member, DIES_ONCE)
    work()
    run.refresh_from_db()
    assert run.state == State.DONE
    assert run.attempt == 2
    assert run.parameters["begun_at_step"] == 4


def test_a_poison_run_ends_after_three_tries_and_spares_its_neighbour(member: User) -> None:
    poison, good = begin(member, DIES), begin(make_member())
    work()
    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.state, poison.failure, poison.attempt) == (State.FAILED, "engine:died", 3)
    assert good.state == State.DONE
    assert good.attempt == 2, "it shared one broken call, and was then tried alone"


def test_a_call_that_breaks_alone_says_so(member: User) -> None:
    run = begin(member, BREAKS)
    work()
    run.refresh_from_db()
    assert (run.state, run.failure) == (State.FAILED, "engine:out-of-memory")


def test_a_silent_trainer_is_ended(member: User, settings: Any) -> None:
    settings.TRAIN_STEP_TIMEOUT_SECONDS = 2
    settings.JOB_ATTEMPTS_MAX = 1
    run = begin(member, HANGS)
    work()
    run.refresh_from_db()
    assert (run.state, run.failure) == (State.FAILED, "engine:hung")
    assert trainer_processes() == []


def test_a_cancel_stops_a_running_training_and_not_its_neighbour(member: User, at_work: Any) -> None:
    slow, other = begin(member, IS_SLOW), begin(make_member())
    at_work()
    wait_until(lambda: TrainingRun.objects.get(pk=slow.pk).progress.get("step", 0) >= 2)
    services.cancel_training(face=slow.face)
    wait_until(lambda: TrainingRun.objects.get(pk=slow.pk).state == State.CANCELLED)
    wait_until(lambda: TrainingRun.objects.get(pk=other.pk).state == State.DONE)
    assert not Face.objects.get(pk=slow.face_id).is_ready


def test_a_worker_that_is_told_to_stop_hands_its_runs_back(member: User, at_work: Any) -> None:
    run = begin(member, IS_SLOW)
    at_work()
    wait_until(lambda: TrainingRun.objects.get(pk=run.pk).checkpoint_key != "")
    shutting_down.set()
    try:
        wait_until(lambda: TrainingRun.objects.get(pk=run.pk).state == State.QUEUED)
    finally:
        shutting_down.clear()
    run.refresh_from_db()
    assert run.attempt == 0
    assert run.checkpoint_key


def test_a_run_whose_worker_is_dead_is_swept_up_and_finished(member: User) -> None:
    run = begin(member)
    (claim,) = TrainingRun.objects.claim_all([run.pk], stage="train")
    TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweeper.sweep()
    work()
    run.refresh_from_db()
    assert run.state == State.DONE
    with pytest.raises(LeaseLost):
        claim.update(progress={})


def test_photos_that_are_gone_end_the_run_with_that_reason(member: User) -> None:
    run = begin(member)
    run.face.photos.first().delete()
    work()
    run.refresh_from_db()
    assert (run.state, run.failure) == (State.FAILED, "training:photos-gone")


def test_a_store_that_is_away_when_the_photos_are_fetched_is_tried_again(member: User, monkeypatch: Any) -> None:
    run = begin(member)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "read", away)
        work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == (State.QUEUED, 1)
    TrainingRun.objects.filter(pk=run.pk).update(queued_at=timezone.now() - timedelta(seconds=60))
    work()
    run.refresh_from_db()
    assert run.state == State.DONE


def test_a_store_that_is_away_at_the_end_loses_nothing(member: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(retries, "AGAIN_AFTER_SECONDS", (0.01,))
    run = begin(member)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "save_all", away)
        work()
    run.refresh_from_db()
    assert run.state == State.QUEUED
    assert not Face.objects.get(pk=run.face_id).is_ready
    TrainingRun.objects.filter(pk=run.pk).update(queued_at=timezone.now() - timedelta(seconds=60))
    work()
    run.refresh_from_db()
    assert run.state == State.DONE


def test_a_redis_that_is_away_loses_no_training(member: User, redis_away: Any) -> None:
    """Nothing is enqueued, the first covers neither: the sweeper does both when it is back."""
    from django_rq import get_queue

    with redis_away():
        run = begin(member)
        work()
    run.refresh_from_db()
    assert run.state == State.DONE
    first = CoverRequest.objects.get(face=run.face, is_draft=False)
    CoverRequest.objects.update(queued_at=timezone.now() - timedelta(seconds=60))
    sweeper.sweep()
    enqueued = [job_id for job_id in get_queue("write").get_job_ids() if str(first.pk) in job_id]
    assert len(enqueued) == 1


def test_folders_of_dead_processes_are_cleared_away(member: User) -> None:
    mine = workfolders.WorkFolder(uuid.uuid4())
    dead = workfolders._root() / f"{uuid.uuid4()}.{os.getpid()}-1"  # its number is another process by now: this one
    dead.mkdir()
    (dead / "photo-0.jpg").write_bytes(b"a face")
    assert workfolders.delete_orphans() == 1
    assert mine.path.is_dir()
    assert not dead.exists()
    mine.delete()


# --- forgetting while it is learnt ------------------------------------------------------------------------------------


def _is_at(run_pk: uuid.UUID, step: int) -> bool:
    """Or past it: on a slow machine a run may come to its end between two looks."""
    now = TrainingRun.objects.get(pk=run_pk)
    return now.state == State.DONE or now.progress.get("step", 0) >= step


@pytest.mark.slow
@pytest.mark.parametrize("step", [0, 1, 5, 6, 9, 11])
def test_forgetting_at_any_step_leaves_nothing_behind(member: User, at_work: Any, step: int, settings: Any) -> None:
    settings.LEASE_SECONDS = 2
    run = begin(member, IS_SLOW)
    neighbour = begin(make_member())
    thread = at_work()
    if step:
        wait_until(lambda: _is_at(run.pk, step))
    services.forget_face(face=run.face, with_covers=True)
    thread.join(90)
    for erasure in Erasure.objects.all():
        tasks.erase(str(erasure.pk))
    Erasure.objects.update(queued_at=timezone.now() - timedelta(seconds=60))
    for erasure in Erasure.objects.active():
        tasks.erase(str(erasure.pk))
    assert set(Erasure.objects.values_list("state", flat=True)) == {State.DONE}
    assert files_of(run.face_id) == []
    assert not TrainingRun.objects.filter(pk=run.pk).exists()
    assert not CoverRequest.objects.filter(owner=member).exists()
    assert list(workfolders._root().iterdir()) == []
    assert TrainingRun.objects.get(pk=neighbour.pk).state == State.DONE


def test_a_late_upload_of_a_worker_that_did_not_notice_goes_with_the_second_look(member: User) -> None:
    face = make_ready_face(member)
    services.forget_face(face=face, with_covers=False)
    erasure = Erasure.objects.get()
    tasks.erase(str(erasure.pk))
    storage.save_all(storage.private(), {f"{face.prefix}runs/late.safetensors": b"late"})
    tasks.erase(str(erasure.pk))
    assert files_of(face.pk) == ["runs/late.safetensors"], "not due yet: its worker may still be writing"
    Erasure.objects.update(queued_at=timezone.now() - timedelta(seconds=1))
    tasks.erase(str(erasure.pk))
    assert files_of(face.pk) == []
    erasure.refresh_from_db()
    assert erasure.state == State.DONE


def test_two_faces_that_reach_for_the_same_word_get_two(member: User) -> None:
    faces = [make_face(make_member()) for _ in range(2)]
    tokens = [services.take_identifier(face=face, base_key="pocket", candidates=["sks", "ohwx"]) for face in faces]
    assert tokens == ["sks", "ohwx"]
    third = make_face(make_member())
    assert services.take_identifier(face=third, base_key="pocket", candidates=["sks", "ohwx"]) == ""
    assert services.take_identifier(face=faces[0], base_key="pocket", candidates=["ohwx"]) == "sks"


def test_the_database_itself_refuses_a_shared_word_and_a_photo_without_consent(member: User) -> None:
    from django.db import IntegrityError

    face = make_ready_face(member, identifier_token="sks")
    with pytest.raises(IntegrityError):
        make_ready_face(make_member(), identifier_token="sks")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE personalize_photo SET consent_id = NULL WHERE face_id = %s", [face.pk])
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM personalize_consent WHERE id = %s", [face.consent_id])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
