"""The engine process and its supervisor: every way in which a child can fail, and that the next draw works after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from albumsite.errors import EngineError
from covers.engine.host import EngineHost, child_environment
from tests.covers.engine.small_engines import plain
from tests.covers.engine.specs import Watcher, spec, specs
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
LONG_SECONDS = 90.0
"""An upper bound for what takes a moment; only a failing test waits for it."""


def path_of(engine: str) -> str:
    return f"tests.covers.engine.small_engines.{engine}"


def is_running(pid: int) -> bool:
    """Whether the process runs; one that ended and was not reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# --- when all goes well -----------------------------------------------------------------------------------------


def test_it_draws_what_the_engine_draws(host_of):
    watcher = Watcher()
    drawn = list(host_of("Plain").draw(specs(3), watcher))
    assert [picture.rgb for picture in drawn] == [plain(one).rgb for one in specs(3)]
    assert [(step.position, step.step, step.total) for step in watcher.seen] == [
        (position, step, 3) for position in range(3) for step in (1, 2, 3)
    ]
    assert watcher.seen[0].preview == b"preview"


def test_a_release_sized_picture_arrives_whole(host_of):
    large = spec(width=3000, height=3000, num_inference_steps=1)
    [drawn] = host_of("Plain").draw([large], Watcher())
    assert len(drawn.rgb) == 27_000_000
    assert drawn.rgb == plain(large).rgb


def test_it_draws_in_another_process_and_keeps_the_engine_for_the_next_draw(host_of, tmp_path):
    host = host_of("Plain", log=str(tmp_path / "log"))
    pids = {drawn.parameters["pid"] for _ in range(3) for drawn in host.draw(specs(2), Watcher())}
    assert pids == {host.pid}
    assert host.pid != os.getpid()
    assert (tmp_path / "log").read_text().count("built") == 1


def test_it_starts_only_when_asked_and_ends_when_closed(host_of):
    host = host_of("Plain")
    assert not host.is_alive
    host.start()
    pid = host.pid
    assert host.is_alive
    host.start()
    assert host.pid == pid
    host.close()
    assert not host.is_alive
    assert not is_running(pid)
    assert len(list(host.draw([spec()], Watcher()))) == 1


def test_as_a_context_manager_it_leaves_no_process():
    with EngineHost(path_of("Plain"), {}) as host:
        host.start()
        pid = host.pid
    assert not is_running(pid)


def test_no_specs_give_no_pictures(host_of):
    assert list(host_of("Plain").draw([], Watcher())) == []


# --- stopping ---------------------------------------------------------------------------------------------------


def test_a_no_from_on_step_stops_the_child_within_a_step(host_of, tmp_path):
    log = tmp_path / "log"
    host = host_of("Plain", step_seconds=0.05, log=str(log))
    assert list(host.draw(specs(2, num_inference_steps=200), Watcher(stop_after=3))) == []
    assert len(list(host.draw([spec(position=7, num_inference_steps=1)], Watcher()))) == 1
    cancelled = [line for line in log.read_text().splitlines() if line.startswith("0 ")]
    assert 3 <= len(cancelled) <= 6
    assert log.read_text().count("built") == 1


def test_giving_up_the_iterator_cancels_the_draw_and_leaves_the_host_usable(host_of, tmp_path):
    log = tmp_path / "log"
    host = host_of("Plain", step_seconds=0.01, log=str(log))
    pictures = host.draw(specs(50), Watcher())
    assert next(pictures).position == 0
    pictures.close()
    pid = host.pid
    after = list(host.draw([spec(position=3)], Watcher()))
    assert [picture.position for picture in after] == [3]
    assert host.pid == pid
    assert "49 1" not in log.read_text()


def test_an_iterator_that_was_never_closed_does_not_block_the_next_draw(host_of):
    host = host_of("Plain", step_seconds=0.01)
    abandoned = host.draw(specs(4), Watcher())
    next(abandoned)
    assert [picture.position for picture in host.draw([spec(position=9)], Watcher())] == [9]
    with pytest.raises(EngineError):
        list(abandoned)


class JobTimeout(Exception):
    """As RQ raises out of its alarm handler."""


def draw_until_alarm(host: EngineHost, seconds: float) -> None:
    """Draw for longer than `seconds`, with an alarm set for then. On a busy machine it may ring before the draw begins."""
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again: an exception that strikes in a finalizer is swallowed
    try:
        list(host.draw(specs(400, width=512, height=512), Watcher()))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_a_job_time_out_in_the_middle_of_a_draw_leaves_the_stream_in_order(host_of):
    host = host_of("Plain", step_seconds=0.002)
    host.start()
    pid = host.pid

    def ring(signal_number: int, frame: object) -> None:
        raise JobTimeout

    before = signal.signal(signal.SIGALRM, ring)
    try:
        for milliseconds in (1, 3, 7, 20, 45, 90):
            with pytest.raises(JobTimeout):
                draw_until_alarm(host, milliseconds / 1000)
            wanted = specs(2, num_inference_steps=1, width=512, height=512)
            assert [picture.rgb for picture in host.draw(wanted, Watcher())] == [plain(one).rgb for one in wanted]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert host.pid == pid


def test_an_exception_out_of_on_step_reaches_the_caller_and_cancels(host_of):
    host = host_of("Plain", step_seconds=0.01)

    def lose_the_lease(step: object) -> bool:
        raise LookupError("lease lost")

    with pytest.raises(LookupError):
        list(host.draw(specs(100), lose_the_lease))
    pid = host.pid
    assert len(list(host.draw([spec()], Watcher()))) == 1
    assert host.pid == pid


# --- when the child fails ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "message_id", "told"),
    [
        ("Crashing", "engine:died", "SIGSEGV"),
        ("Killed", "engine:died", "SIGKILL"),
        ("Exiting", "engine:died", "code 3"),
        ("Hanging", "engine:hung", "1.5 s"),
    ],
)
def test_a_child_that_is_lost_is_named_and_replaced(host_of, engine, message_id, told):
    host = host_of(engine, step_timeout_seconds=1.5 if engine == "Hanging" else LONG_SECONDS)
    host.start()
    first = host.pid
    with pytest.raises(EngineError) as caught:
        list(host.draw([spec(prompt="misbehave")], Watcher()))
    assert caught.value.message_id == message_id
    assert told in caught.value.detail
    assert not is_running(first)
    assert len(list(host.draw([spec()], Watcher()))) == 1
    assert host.pid != first


@pytest.mark.parametrize(
    ("engine", "message_id", "told"),
    [
        ("Raising", "engine:failed", "ZeroDivisionError: by misbehaving"),
        ("Refusing", "engine:out-of-memory", "by misbehaving"),
        ("Hungry", "engine:out-of-memory", "MemoryError"),
    ],
)
def test_an_error_in_the_engine_keeps_the_child(host_of, engine, message_id, told):
    host = host_of(engine)
    host.start()
    pid = host.pid
    with pytest.raises(EngineError) as caught:
        list(host.draw([spec(prompt="misbehave")], Watcher()))
    assert caught.value.message_id == message_id
    assert told in caught.value.detail
    assert len(list(host.draw([spec()], Watcher()))) == 1
    assert host.pid == pid


def test_pictures_that_were_ready_before_the_crash_still_arrive(host_of):
    host = host_of("Crashing")
    pictures = host.draw([*specs(2), spec(position=2, prompt="misbehave")], Watcher())
    assert [next(pictures).position, next(pictures).position] == [0, 1]
    with pytest.raises(EngineError):
        next(pictures)


def test_a_child_killed_between_draws_is_replaced_without_an_error(host_of):
    host = host_of("Plain")
    host.start()
    os.kill(host.pid, signal.SIGKILL)
    assert wait_until(lambda: not host.is_alive)
    assert len(list(host.draw([spec()], Watcher()))) == 1


def test_a_draw_that_ignores_its_cancel_does_not_fail_the_next_one(host_of):
    host = host_of("Deaf", step_timeout_seconds=1.5)
    assert list(host.draw([spec(prompt="misbehave")], Watcher(stop_after=1))) == []
    assert len(list(host.draw([spec()], Watcher()))) == 1


@pytest.mark.parametrize(
    ("engine", "message_id", "told"),
    [
        ("Unbuildable", "engine:model-missing", "no such folder"),
        ("BrokenAtBuild", "engine:failed", "a bug in the constructor"),
        ("NoSuchEngine", "engine:unknown", "NoSuchEngine"),
    ],
)
def test_an_engine_that_cannot_be_built_says_why_at_the_first_draw(host_of, engine, message_id, told):
    host = host_of(engine)
    for _ in range(2):
        with pytest.raises(EngineError) as caught:
            list(host.draw([spec()], Watcher()))
        assert caught.value.message_id == message_id
        assert told in caught.value.detail
        assert not host.is_alive


def test_an_engine_that_never_comes_up_is_given_up():
    with EngineHost(path_of("SlowToBuild"), {}, start_timeout_seconds=1.0) as host:
        with pytest.raises(EngineError) as caught:
            host.start()
        assert caught.value.message_id == "engine:hung"
        assert not host.is_alive


def test_printing_does_not_disturb_the_stream(host_of):
    drawn = list(host_of("Printing").draw(specs(2, prompt="misbehave"), Watcher()))
    assert [picture.position for picture in drawn] == [0, 1]


# --- the child's surroundings -----------------------------------------------------------------------------------


def test_the_child_ignores_the_signals_of_a_terminal_and_a_service_manager(host_of):
    host = host_of("Plain", step_seconds=0.02)
    host.start()
    pid = host.pid

    def interrupt(step: object) -> bool:
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
        return True

    assert len(list(host.draw([spec()], interrupt))) == 1
    assert host.pid == pid


def test_the_child_sees_no_secrets_no_settings_and_no_socket_but_its_own(host_of, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://hunter2")
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("HF_HOME", "/models")
    [drawn] = host_of("Environment").draw([spec()], Watcher())
    environment = drawn.parameters["environment"]
    assert "hunter2" not in " ".join(environment.values())
    assert environment["HF_HOME"] == "/models"
    assert len(drawn.parameters["sockets"]) == 1
    assert not {"django.conf", "django.db", "redis", "torch"} & set(drawn.parameters["modules"])


def test_the_number_of_torch_threads_comes_from_the_environment():
    assert child_environment({"AIBUM_TORCH_THREADS": "3"})["OMP_NUM_THREADS"] == "3"
    assert child_environment({"OMP_NUM_THREADS": "2"})["OMP_NUM_THREADS"] == "2"
    assert 1 <= int(child_environment({})["OMP_NUM_THREADS"]) <= max(1, (os.cpu_count() or 1) - 1)


PARENT = """
import sys, threading
from covers.engine.host import EngineHost
from tests.covers.engine.specs import spec

host = EngineHost(sys.argv[1], {"step_seconds": 0.01})
def work():
    host.start()
    print(host.pid, flush=True)
    list(host.draw([spec(prompt=sys.argv[2], num_inference_steps=100_000)], lambda step: True))

if sys.argv[3] == "thread":
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
else:
    work()
"""


@pytest.mark.parametrize("thread", ["main", "thread"])
@pytest.mark.parametrize(("engine", "prompt"), [("Plain", "draw on"), ("Hanging", "misbehave")])
def test_the_child_is_gone_when_its_parent_is_killed(engine, prompt, thread):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, path_of(engine), prompt, thread], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    child_pid = int(parent.stdout.readline())
    assert is_running(child_pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_until(lambda: not is_running(child_pid))


def test_a_child_started_from_a_thread_outlives_that_thread(host_of):
    host = host_of("Plain")
    thread = threading.Thread(target=host.start)
    thread.start()
    thread.join()
    pid = host.pid
    assert len(list(host.draw([spec()], Watcher()))) == 1
    assert host.pid == pid


def test_replacing_children_leaks_no_descriptors_and_no_threads(host_of):
    host = host_of("Exiting")
    host.start()
    before = len(os.listdir("/proc/self/fd")), threading.active_count()
    for _ in range(4):
        with pytest.raises(EngineError):
            list(host.draw([spec(prompt="misbehave")], Watcher()))
        host.start()
    assert wait_until(lambda: (len(os.listdir("/proc/self/fd")), threading.active_count()) == before)


@pytest.mark.parametrize(
    "name",
    ["SLACK_BOT_TOKEN", "SENTRY_DSN", "SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY",
     "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "EMAIL_URL", "KAKAO_CLIENT_SECRET", "SLACK_WEBHOOK_URL", "A_NAME_OF_TOMORROW"],
)  # fmt: skip
def test_no_secret_of_the_site_goes_into_an_engine(name):
    child = child_environment({name: "hush", "PATH": "/bin"})
    assert name not in child
    assert "hush" not in child.values()


def test_an_engine_keeps_its_card_its_cache_and_its_share():
    given = {"CUDA_VISIBLE_DEVICES": "1", "HF_HOME": "/models", "LANG": "ko_KR.UTF-8", "AIBUM_VAR_DIR": "/data"}
    assert given.items() <= child_environment(given).items()
