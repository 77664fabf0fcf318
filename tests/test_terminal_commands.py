"""What somebody in a terminal meets: one line for bad input, an exit code that scripts know, and nothing left behind by Ctrl-C."""

from __future__ import annotations

import io
import signal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.management.job_follower import JobFollower, ended_in_order, progress_of
from albumsite.management.terminal import BadInput, TerminalCommand, writable_folder
from covers.models import CoverRequest
from tests.factories import make_request


class Cook(TerminalCommand):
    def add_arguments(self, parser):
        parser.add_argument("--dish", required=True)

    def handle(self, *args, dish, **options):
        with self.taken_back(lambda: self.note("the table is cleared"), "stopped; nothing was cooked"):
            raise KeyboardInterrupt if dish == "soup" else SystemExit(143)


@pytest.fixture
def cook():
    return Cook(stdout=io.StringIO())


def test_a_missing_option_is_one_line_and_exit_code_2(cook, capsys):
    with pytest.raises(SystemExit) as end:
        cook.create_parser("manage.py", "cook").parse_args([])
    assert end.value.code == 2
    assert capsys.readouterr().err == "test_terminal_commands: the following arguments are required: --dish\n"


@pytest.mark.parametrize(("dish", "code"), [("soup", 130), ("cake", 143)])
def test_ctrl_c_and_sigterm_take_back_what_was_asked_for(cook, capsys, dish, code):
    with pytest.raises(SystemExit) as end:
        call_command(cook, dish=dish)
    assert end.value.code == code
    assert capsys.readouterr().err.split("\n") == [
        "test_terminal_commands: the table is cleared",
        "",
        "test_terminal_commands: stopped; nothing was cooked",
        "",
    ]


def test_a_folder_is_made_and_one_that_cannot_be_written_is_named(tmp_path: Path):
    assert writable_folder(str(tmp_path / "a" / "b")).is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=r"--out: .*file/in"):
        writable_folder(str(tmp_path / "file" / "in"))
    assert list((tmp_path / "a" / "b").iterdir()) == []


# --- following a job -------------------------------------------------------------------------------------------------


def test_the_bar_tells_stage_and_step(db):
    row = CoverRequest(progress={"stage": "train", "step": 3, "total": 12})
    assert progress_of(row) == (25, "train 3/12")
    assert progress_of(CoverRequest()) == (0, "waiting /0")


@pytest.mark.django_db
def test_a_job_is_worked_at_until_it_ends_and_killed_tries_are_forgiven():
    row = make_request(state=State.QUEUED, attempt=3)
    seen = []

    def work(pk):
        seen.append(CoverRequest.objects.get(pk=pk).attempt)
        if len(seen) == 2:
            CoverRequest.objects.filter(pk=pk).update(state=State.DONE, finished_at=timezone.now())

    assert JobFollower(row).work_here(work) == State.DONE
    assert seen == [0, 0]


@pytest.mark.django_db
def test_a_job_is_left_as_it_is_when_this_process_is_told_to_stop():
    row = make_request(state=State.QUEUED)
    try:
        with ended_in_order():
            state = JobFollower(row).work_here(lambda _pk: signal.raise_signal(signal.SIGTERM))
        assert state == State.QUEUED
    finally:
        shutting_down.clear()
