"""The command line: files, paths, exit codes, one line for bad input."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from PIL import Image

from covers.models import CoverRequest
from tests.factories import make_finished_request, make_request
from tests.waiting import LONG_SECONDS, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


def make_covers(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as a person would, against the servers of this test run, with small pictures and files of its own."""
    small = {"COVER_SIZE_PIXELS": "128", "RELEASE_SIZE_PIXELS": "512"}
    return subprocess.run(
        [sys.executable, "manage.py", "make_covers", *arguments],
        cwd=ROOT,
        env={**os.environ, "AIBUM_VAR_DIR": str(folder / "var"), **small, **environment},
        capture_output=True,
        text=True,
        timeout=LONG_SECONDS,
        check=False,
    )


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error, of the command in this process: one of its own takes seconds."""
    with pytest.raises(SystemExit) as end:
        call_command("make_covers", *arguments)
    return end.value.code, *capsys.readouterr()


SONG = ("--title", "한강의 밤", "--artist", "하람")


def test_inline_it_makes_the_covers_and_prints_their_paths(tmp_path):
    done = make_covers(
        *SONG, "--count", "2", "--seed", "7", "--inline", "--out", str(tmp_path / "out"), folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert [path.name for path in paths] == ["하람-한강의-밤-1.jpg", "하람-한강의-밤-2.jpg"]
    assert [Image.open(path).size for path in paths] == [(512, 512)] * 2
    assert "Traceback" not in done.stderr


def test_through_the_queue_it_starts_the_workers_that_it_needs(tmp_path):
    lyrics = tmp_path / "lyrics.txt"
    lyrics.write_text("강물 위로 달이 뜨면\n너를 생각해", encoding="utf-8")
    done = make_covers(
        *SONG, "--genre", "ballad", "--lyrics", str(lyrics), "--count", "1", "--out", str(tmp_path / "o"),
        folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (path,) = done.stdout.splitlines()
    assert Image.open(path).size == (512, 512)


def test_the_same_seed_gives_the_same_file(tmp_path):
    files = []
    for run in ("a", "b"):
        done = make_covers(
            *SONG, "--count", "1", "--seed", "11", "--inline", "--size", "preview", "--out", str(tmp_path / run),
            folder=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        files.append(Path(done.stdout.strip()).read_bytes())
    assert files[0] == files[1]


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """What the command changes in its process is put back afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    caplog.set_level(logging.WARNING)


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--title"),
        (("--title", " ", "--artist", "x"), "--title: What is the song called?"),
        (("--title", "x" * 300, "--artist", "x"), "300 characters"),
        ((*SONG, "--count", "0"), "--count"),
        ((*SONG, "--count", "99"), "at most 8"),
        ((*SONG, "--count", "many"), "whole number"),
        ((*SONG, "--genre", "polka"), "do not know this genre"),
        ((*SONG, "--style", "polka"), "do not know this style"),
        ((*SONG, "--seed", "-1"), "--seed"),
        ((*SONG, "--lyrics", "no-such-file.txt"), "no-such-file.txt"),
        ((*SONG, "--out", "/proc/nowhere"), "--out"),
        ((*SONG, "--colours", "reddish"), "--colours"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(capsys, arguments, says):
    code, printed, said = refusal(capsys, *arguments)
    assert (code, printed) == (2, "")
    (line,) = said.strip().splitlines()
    assert says in line


def test_a_process_of_its_own_ends_with_that_line_and_code(tmp_path):
    done = make_covers(*SONG, "--genre", "polka", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.strip().splitlines()
    assert "do not know this genre" in line


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_lyrics_that_are_not_text_are_refused(tmp_path, capsys):
    binary = tmp_path / "song.mp3"
    binary.write_bytes(bytes(range(256)))
    code, _printed, said = refusal(capsys, *SONG, "--lyrics", str(binary))
    assert code == 2
    assert "UTF-8" in said


@pytest.mark.parametrize("how", [("--inline",), ()], ids=["inline", "through the queue"])
def test_a_failure_is_exit_code_1_with_its_reason(tmp_path, how):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "private").write_text("in the way of the files")
    done = make_covers(
        *SONG, "--count", "1", *how, "--out", str(tmp_path / "o"), folder=tmp_path, SWEEP_EVERY_SECONDS="1"
    )
    assert done.returncode == 1
    assert "could not save the pictures" in done.stderr.strip().splitlines()[-1]


def test_again_makes_the_same_files_and_each_run_says_how(tmp_path):
    first = make_covers(*SONG, "--count", "2", "--inline", "--out", str(tmp_path / "a"), folder=tmp_path)
    assert first.returncode == 0, first.stderr
    told = re.search(r"--again ([0-9a-f-]{36})$", first.stderr.strip())
    assert told is not None
    again = make_covers("--again", told[1], "--inline", "--out", str(tmp_path / "b"), folder=tmp_path)
    assert again.returncode == 0, again.stderr
    files = [[Path(line) for line in done.stdout.splitlines()] for done in (first, again)]
    assert [path.name for path in files[0]] == [path.name for path in files[1]]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert re.search(r"--again ([0-9a-f-]{36})$", again.stderr.strip())[1] != told[1]


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("more", [("--title", "x"), ("--count", "2"), ("--no-lettering",), ("--seed", "0")])
def test_again_takes_no_other_song(capsys, more):
    row = make_finished_request()
    code, _printed, said = refusal(capsys, "--again", str(row.pk), *more)
    assert code == 2
    assert said.startswith(f"make_covers: {more[0]}")
    assert CoverRequest.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_again_says_when_there_is_nothing_to_draw_from(capsys):
    for named in (str(uuid.uuid4()), "nonsense"):
        assert f"--again: there is no request {named}" in refusal(capsys, "--again", named)[2]
    assert "cannot be drawn again" in refusal(capsys, "--again", str(make_request().pk))[2]


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_stopped_by_a_signal_it_takes_its_request_back(tmp_path, signum, code):
    title, said = uuid.uuid4().hex, tmp_path / "said"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "make_covers", "--title", title, "--artist", "x", "--count", "8", "--out", str(tmp_path / "o")],
            cwd=ROOT, env={**os.environ, "AIBUM_VAR_DIR": str(tmp_path / "var")}, stdout=file, stderr=file,
        )  # fmt: skip
    wait_until(lambda: process.poll() is not None or b"Waiting for a worker" in said.read_bytes(), said.read_text)
    assert process.poll() is None, said.read_text()
    process.send_signal(signum)
    assert process.wait(LONG_SECONDS) == code
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        row = database.execute("SELECT state FROM covers_coverrequest WHERE title = %s", [title]).fetchone()
    assert row == ("cancelled",)
    assert "make_covers: stopped" in said.read_text()
