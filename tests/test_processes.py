"""Which processes `make run` and commands start, and that none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django_rq import get_connection
from rq import Worker
from rq.serializers import JSONSerializer

from albumsite.processes import endings, workforce
from albumsite.processes import supervisor as processes
from albumsite.processes.supervisor import Supervisor, end_orphans, worker_commands
from albumsite.processes.waiting import until


def test_one_draw_worker_unless_the_operator_wants_more(settings):
    assert list(worker_commands()) == ["write", "draw", "finish", "mail", "train", "sweeper"]
    settings.DRAW_WORKERS = 3
    assert list(worker_commands()) == ["write", "draw-1", "draw-2", "draw-3", "finish", "mail", "train", "sweeper"]


def test_each_draw_worker_is_told_which_one_it_is(settings):
    settings.DRAW_WORKERS = 2
    commands = worker_commands()
    for k in (1, 2):
        prefix, worker = commands[f"draw-{k}"][:2], commands[f"draw-{k}"][2:]
        told = subprocess.run([*prefix, "printenv", "AIBUM_DRAW_SLOT"], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == f"{k}/2"
        assert worker[-3:] == ["--worker-class", "covers.drawing.workers.DrawWorker", "draw"]


GRANDPARENT = """
import os, subprocess, sys, time
code = (
    "import os, signal, time; os.setsid(); signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print(os.getpid(), flush=True); time.sleep(600)"
)
subprocess.Popen([sys.executable, "-c", code], stdout=open(sys.argv[1], "w"))
time.sleep(600)
"""
"""Starts a process that leaves its session and ignores SIGTERM: what a careless library may do."""


def stubborn_child(said: Path) -> psutil.Process:
    assert until(lambda: said.exists() and said.read_text().strip(), 60)
    return psutil.Process(int(said.read_text()))


def is_gone(process: psutil.Process) -> bool:
    return until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, 60)


def test_a_killed_process_takes_along_what_it_started_and_is_started_again(tmp_path):
    said = tmp_path / "pid"
    supervisor = Supervisor({"web": [sys.executable, "-c", GRANDPARENT, str(said)]})
    try:
        supervisor.tend()
        left = stubborn_child(said)
        supervisor.running["web"].kill()
        assert until(lambda: supervisor.tend() or "web" not in supervisor.running, 60)
        assert is_gone(left)
        said.unlink()
        assert until(lambda: supervisor.tend() or "web" in supervisor.running, 60)
        left = stubborn_child(said)
    finally:
        supervisor.stop()
    assert is_gone(left)


def test_what_a_killed_supervisor_left_is_ended_and_nobody_elses(tmp_path, settings, monkeypatch):
    said, others = tmp_path / "pid", tmp_path / "other"
    monkeypatch.setattr(processes, "STOP_TIMEOUT_SECONDS", 0.2)
    for folder, path in ((settings.VAR_DIR, said), (tmp_path, others)):
        mark = endings.Mark(os.getpid(), "0", "web", str(folder))  # ours by number, and older: that process is gone
        subprocess.Popen([sys.executable, "-c", GRANDPARENT, str(path)], env={endings.MARK: str(mark)})
    left, other = stubborn_child(said), stubborn_child(others)
    end_orphans()
    assert is_gone(left)
    assert other.is_running()
    endings.kill(lambda: endings.orphans(tmp_path))


@pytest.fixture
def rq_workers() -> Iterator[Callable[[str, int], None]]:
    """Registers workers of a queue in Redis, by the pid of their process."""
    registered = []

    def register(queue: str, pid: int) -> None:
        worker = Worker([queue], connection=get_connection("write"), serializer=JSONSerializer)
        worker.pid = pid
        worker.register_birth()
        registered.append(worker)

    yield register
    for worker in registered:
        worker.register_death()


def test_a_command_believes_in_living_workers_only(rq_workers):
    living = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "rqworker"])
    killed = subprocess.Popen([sys.executable, "-c", "", "rqworker"])
    killed.wait()
    rq_workers("draw", living.pid)
    rq_workers("finish", killed.pid)
    try:
        assert workforce.queues_with_workers(lies_unclaimed=False) == {"draw"}
    finally:
        living.kill()
        living.wait()


def test_a_command_starts_what_its_own_queues_lack_and_no_second_model():
    assert list(workforce.commands_for({"write", "finish"})) == ["write", "finish", "sweeper"]


LOSES_THE_FIRST_SIGNAL = """
import os, signal, sys
sys.path.insert(0, "")
import django
django.setup()
from albumsite.processes import endings
from albumsite.processes.workforce import Workforce

class Library:
    def __del__(self):  # Python drops what a finalizer raises
        os.kill(os.getpid(), int(sys.argv[1]))

def is_over():
    global library
    library = None
    return False

endings.end_in_order()
library = Library()
Workforce(()).follow(is_over, lambda: False)
"""


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143)])
def test_a_command_ends_even_when_its_signal_arrives_where_python_drops_it(tmp_path, signum, code):
    done = subprocess.run(
        [sys.executable, "-c", LOSES_THE_FIRST_SIGNAL, str(int(signum))],
        env={**os.environ, "AIBUM_VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "albumsite.settings"},
        capture_output=True, text=True, timeout=120, cwd=settings.BASE_DIR,
    )  # fmt: skip
    assert "Exception ignored in" in done.stderr
    assert done.returncode == code, done.stderr
