"""Redis goes and comes back: workers that nobody supervises come round by themselves."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from albumsite.jobs.states import State
from albumsite.processes import local_servers
from covers.models import CoverRequest, Stage
from tests.factories import make_request
from tests.processes import start_worker
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[local_servers.Valkey]:
    """A server of this test's own: the others' must not go away."""
    server = local_servers.Valkey(tmp_path / "redis", append_only=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def silent_model() -> Iterator[socket.socket]:
    """A language model that takes the question and says nothing: a job that lasts until the writer gives it up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(LONG_SECONDS)
        yield listener


@pytest.fixture
def write_worker(
    redis: local_servers.Valkey, silent_model: socket.socket, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    process = start_worker(
        "covers.drawing.workers.ResidentWorker", "write", tmp_path / "log", REDIS_URL=str(redis.url()),
        OPENAI_BASE_URL=f"http://127.0.0.1:{silent_model.getsockname()[1]}/v1", OPENAI_TIMEOUT_SECONDS="2",
    )  # fmt: skip
    yield process
    process.kill()
    process.wait()


def ask(redis: local_servers.Valkey) -> CoverRequest:
    """A song that was given to the worker of that server."""
    row = make_request()
    with Redis.from_url(str(redis.url())) as connection:
        queue = Queue("write", connection=connection, serializer=JSONSerializer)
        queue.enqueue("covers.tasks.write_brief", str(row.pk))
    return row


def wait_for_brief(row: CoverRequest) -> None:
    written = CoverRequest.objects.filter(pk=row.pk, stage=Stage.DRAW, state=State.QUEUED)
    wait_until(written.exists, lambda: CoverRequest.objects.get(pk=row.pk).state)


def pid_of(redis: local_servers.Valkey) -> int:
    with Redis.from_url(str(redis.url())) as connection:
        return int(connection.info("server")["process_id"])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["gone", "hung"])
def test_a_worker_comes_round_when_redis_goes_while_it_works(
    how: signal.Signals, redis: local_servers.Valkey, silent_model: socket.socket, write_worker: subprocess.Popen[bytes]
) -> None:
    row = ask(redis)
    asked, _address = silent_model.accept()
    pid = pid_of(redis)
    os.kill(pid, how)
    wait_for_brief(row)  # the work needs no Redis; what RQ notes of it afterwards does
    asked.close()
    time.sleep(2)
    if how == signal.SIGSTOP:
        os.kill(pid, signal.SIGCONT)
    redis.start()
    wait_for_brief(ask(redis))
    assert write_worker.poll() is None


def test_a_worker_that_waits_for_redis_ends_when_it_is_told_to(
    redis: local_servers.Valkey, silent_model: socket.socket, write_worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    row = ask(redis)
    silent_model.accept()
    os.kill(pid_of(redis), signal.SIGKILL)
    wait_for_brief(row)
    time.sleep(1)
    write_worker.send_signal(signal.SIGTERM)
    assert write_worker.wait(LONG_SECONDS) >= 0  # by itself, not by a signal
