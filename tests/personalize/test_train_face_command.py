"""A face from the command line: the same rows, checks and words as on the site."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from accounts.models import User
from albumsite.processes import workforce
from covers.models import CoverRequest
from personalize import services, tasks
from personalize.models import Consent, Erasure, Face, Photo, TrainingRun
from tests.factories import make_member
from tests.personalize.pictures import portrait
from tests.personalize.small_trainers import FAILS, STEPS
from tests.waiting import LONG_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.jpg").write_bytes(portrait(number))
    return folder


@pytest.fixture
def worker(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A train worker in a thread; the command believes in it and starts none of its own."""
    settings.FACE_TRAINER = "tests.personalize.small_trainers.CountingTrainer"
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(workforce, "queues_with_workers", lambda **_: {"train"})
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            tasks.train_face("")
            time.sleep(0.05)
        connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    is_over.set()
    thread.join(LONG_SECONDS)


def run(capsys: pytest.CaptureFixture[str], *arguments: str, **options: Any) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    try:
        call_command("train_face", *arguments, **options)
        status = 0
    except SystemExit as error:
        status = int(str(error.code))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_it_prints_the_number_of_a_face_that_is_ready(
    photos: Path, worker: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (photos / "notes.txt").write_text("not a picture")
    (photos / ".hidden.jpg").write_bytes(b"")
    out = tmp_path / "out"
    arguments = ["--name", "Eileen", "--class-noun", "singer", "--i-have-consent", "--seed", "5", "--out", str(out)]
    status, printed, said = run(capsys, str(photos), *arguments)
    face = Face.objects.get()
    assert (status, printed.strip()) == (0, str(face.pk))
    assert face.is_ready
    assert face.class_noun == "singer"
    assert TrainingRun.objects.get().seed == 5
    assert Consent.objects.get().owner == face.owner
    assert "notes.txt: This file is not a photo" in said
    assert said.count(": good") == 4
    assert ".hidden" not in said
    assert (out / "adapter.safetensors").read_bytes().startswith(face.identifier_token.encode())
    assert list(out.glob("sample-*.webp"))
    assert len(TrainingRun.objects.get().losses) == STEPS


def test_its_covers_are_asked_for_by_that_number(
    photos: Path, worker: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, str(photos), "--name", "Eileen", "--i-have-consent")
    face = Face.objects.get()
    from covers.management.song_options import owner_of, read_form

    options = dict.fromkeys(("title", "artist", "album", "genre", "style", "engine", "seed", "lyrics"), "")
    options |= {"title": "Up", "artist": "E", "face": str(face.pk), "count": "2"}
    options |= {"no_lettering": False, "without_missing_letters": False}
    form = read_form(options, owner_of(options["face"]))
    assert form.to_options().face == face


def test_an_interrupt_while_photos_are_judged_keeps_no_photo(
    photos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, judged = services.add_photo, []

    def add_photo(**values: Any) -> object:
        judged.append(usual(**values))
        if len(judged) == 2:
            signal.raise_signal(signal.SIGINT)
        return judged[-1]

    monkeypatch.setattr(services, "add_photo", add_photo)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        status, _printed, said = run(capsys, str(photos), "--name", "Eileen", "--i-have-consent")
    finally:
        signal.signal(signal.SIGINT, before)
    assert (status, len(judged)) == (130, 2)
    assert "nothing of this face was kept" in said
    assert not Face.objects.exists()
    assert not Photo.objects.exists()
    assert Consent.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(
    ("left_out", "message"),
    [("--i-have-consent", "--i-have-consent: Please read the statement"), ("--name", "--name")],
)
def test_without_consent_or_name_nothing_is_stored(
    photos: Path, capsys: pytest.CaptureFixture[str], left_out: str, message: str
) -> None:
    arguments = [one for one in ("--name=Eileen", "--i-have-consent") if not one.startswith(left_out)]
    status, _printed, said = run(capsys, str(photos), *arguments)
    assert status == 2
    assert message in said
    assert not Face.objects.exists()


def test_three_photos_are_refused_and_leave_nothing(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (photos / "3.jpg").unlink()
    status, printed, said = run(capsys, str(photos), "--name=Eileen", "--i-have-consent")
    assert (status, printed) == (2, "")
    assert "At least 4 photos are needed" in said
    assert not Face.objects.exists()
    assert Erasure.objects.exists()
    assert not CoverRequest.objects.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"class-noun": "naked (big:2)"}, "--class-noun"),
        ({"steps": "0"}, "--steps"),
        ({"owner": "nobody@example.com"}, "--owner"),
    ],
)
def test_bad_arguments_are_one_clear_line(
    photos: Path, capsys: pytest.CaptureFixture[str], options: dict[str, str], message: str
) -> None:
    extra = [f"--{name}={value}" for name, value in options.items()]
    status, _printed, said = run(capsys, str(photos), "--name=E", "--i-have-consent", *extra)
    assert status == 2
    assert message in said
    assert "Traceback" not in said
    assert not Face.objects.exists()


def test_a_folder_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, _printed, said = run(capsys, "/nowhere", "--name=E", "--i-have-consent")
    assert status == 2
    assert "no such folder" in said


def test_a_failed_training_is_an_exit_status_and_a_reason(
    photos: Path, worker: None, capsys: pytest.CaptureFixture[str]
) -> None:
    status, printed, said = run(capsys, str(photos), "--name=E", "--i-have-consent", f"--seed={FAILS}")
    assert (status, printed) == (1, "")
    assert "ran away" in said


def test_a_face_can_be_given_to_a_member(photos: Path, worker: None, capsys: pytest.CaptureFixture[str]) -> None:
    member: User = make_member("singer@example.com")
    run(capsys, str(photos), "--name=E", "--i-have-consent", "--owner=Singer@example.com")
    assert Face.objects.get().owner == member
