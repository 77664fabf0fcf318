"""Children that work on untrusted pictures: what they may not do, and that whatever they do ends with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from albumsite.processes.sandbox import Bounded, ChildBusy, ChildDied, ChildTooSlow, StemFailed
from tests.processes import with_argument
from tests.waiting import LONG_SECONDS, at_once, wait_until

WILD = "tests.personalize.wild_child"
ROOT = Path(__file__).resolve().parents[1]

ORPHANS = """
import threading, time
import psutil
from albumsite.processes.sandbox import Bounded
bounded = Bounded("tests.personalize.wild_child")
threading.Thread(target=bounded.run, args=(b"spin",), daemon=True).start()
family = []
while len(family) < 2:
    time.sleep(0.02)
    family = psutil.Process().children(recursive=True)
print(*(child.pid for child in family), flush=True)
time.sleep(60)
"""


@pytest.fixture
def bounded() -> Iterator[Bounded]:
    made = Bounded(WILD, at_once=2, wait_seconds=0.2, time_limit_seconds=20)
    yield made
    made.close()


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def stems() -> list[psutil.Process]:
    """Of this process; other tests of it may have children, too."""
    return with_argument(psutil.Process().children(), WILD)


def test_each_call_has_a_fresh_child_and_gets_its_answer_back(bounded):
    megabytes = b"echo " + os.urandom(5_000_000)
    assert bounded.run(megabytes) == megabytes
    pids = {bounded.run(b"pid") for _ in range(3)}
    assert len(pids) == 3
    assert str(os.getpid()).encode() not in pids


@pytest.mark.parametrize("kind", [b"hang", b"spin"])
def test_a_child_that_hangs_or_spins_is_ended_in_time_and_the_next_one_works(bounded, kind):
    bounded.time_limit_seconds = 1
    bounded.run(b"pid")
    started = time.monotonic()
    with pytest.raises(ChildTooSlow):
        bounded.run(kind)
    assert time.monotonic() - started < LONG_SECONDS  # it would do so for ever
    assert bounded.run(b"echo x") == b"echo x"


@pytest.mark.parametrize("kind", [b"crash", b"devour"])
def test_a_child_that_crashes_or_needs_too_much_memory_is_told_apart_and_the_next_one_works(bounded, kind):
    with pytest.raises(ChildDied):
        bounded.run(kind)
    assert bounded.run(b"echo x") == b"echo x"


def test_a_child_can_write_no_file(bounded, tmp_path):
    file = tmp_path / "written"
    assert bounded.run(f"write {file}".encode()) == b"refused"
    assert not file.exists() or file.stat().st_size == 0


def test_a_child_does_not_know_the_sites_secrets(bounded, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary-of-the-environment")
    environment = bounded.run(b"environment")
    assert b"OMP_NUM_THREADS" in environment
    assert b"canary" not in environment


def test_a_call_beyond_those_at_once_is_turned_away_after_a_short_wait(bounded):
    bounded.time_limit_seconds = 2
    bounded.run(b"pid")
    hanging = [threading.Thread(target=pytest.raises, args=(ChildTooSlow, bounded.run, b"hang")) for _ in range(2)]
    for thread in hanging:
        thread.start()
    wait_until(lambda: sum(len(stem.children()) for stem in stems()) == 2)
    with pytest.raises(ChildBusy):
        bounded.run(b"pid")
    for thread in hanging:
        thread.join()
    assert bounded.run(b"echo x") == b"echo x"


def test_many_threads_each_get_their_own_answer():
    bounded = Bounded(WILD, at_once=3, wait_seconds=20)
    contents = [b"echo %d" % number + bytes(100_000) for number in range(24)]
    answers = at_once(*[lambda content=content: bounded.run(content) for content in contents])
    bounded.close()
    assert answers == contents


def test_a_killed_stem_is_replaced(bounded):
    child = int(bounded.run(b"pid"))
    (stem,) = stems()
    stem.kill()
    stem.wait()
    assert bounded.run(b"echo x") == b"echo x"
    wait_until(lambda: is_gone(child))


def test_a_stem_that_leaves_while_a_picture_is_on_its_way_is_replaced(bounded):
    bounded.run(b"pid")
    (stem,) = stems()
    stem.suspend()
    killer = threading.Timer(0.2, stem.kill)
    killer.start()
    assert bounded.run(b"echo x") == b"echo x"
    killer.join()


def test_a_forked_process_gets_a_stem_of_its_own(bounded):
    bounded.run(b"pid")
    pid = os.fork()
    if pid == 0:
        is_right = bounded.run(b"echo x") == b"echo x"
        bounded.close()
        os._exit(0 if is_right else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert bounded.run(b"echo y") == b"echo y"


def test_a_stem_that_cannot_start_says_so():
    with pytest.raises(StemFailed):
        Bounded("tests.personalize.no_such_module").run(b"pid")


def test_closing_leaves_no_process_behind(bounded):
    hanging = threading.Thread(target=pytest.raises, args=(ChildDied, bounded.run, b"hang"))
    hanging.start()
    (child,) = wait_until(lambda: [child for stem in stems() for child in stem.children()])
    (stem,) = stems()
    bounded.close()
    hanging.join()
    wait_until(lambda: is_gone(stem.pid) and is_gone(child.pid))


def test_stem_and_children_die_with_a_killed_web_process():
    site = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert site.stdout
    pids = [int(pid) for pid in site.stdout.readline().split()]
    assert len(pids) == 2
    site.send_signal(signal.SIGKILL)
    site.wait()
    wait_until(lambda: all(is_gone(pid) for pid in pids))
