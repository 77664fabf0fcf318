"""The built-in PostgreSQL and Valkey, and who shares them: whole processes, ended in every way there is."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import redis

from albumsite.processes import local_servers, server_process
from albumsite.processes.postgres_server import Postgres
from albumsite.processes.server_process import Health
from albumsite.processes.supervisor import Supervisor
from albumsite.processes.valkey_server import Valkey, free_port
from albumsite.processes.waiting import until
from albumsite.processes.watch import SiteWatch
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent
USER = """
import sys
from albumsite.processes import endings, local_servers, waiting
endings.end_in_order()
try:
    with local_servers.servers() as found:
        print(found["DATABASE_URL"], found["REDIS_URL"], flush=True)
        sys.stdin.readline()
except waiting.LocalError as error:
    sys.exit(str(error))
"""


class Users:
    """Processes that use the servers of one folder, as commands in terminals do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []

    def start(self, code: str = USER) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, text=True, env=kept | {"AIBUM_VAR_DIR": str(self.folder)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.started.append(process)
        return process

    def come_in(self) -> tuple[subprocess.Popen[str], str, str]:
        """One that is in, and the addresses it was told."""
        process = self.start()
        assert process.stdout
        assert process.stderr
        told = process.stdout.readline().split()
        assert len(told) == 2, process.stderr.read()
        return process, told[0], told[1]

    def servers(self) -> list[psutil.Process]:
        places = {self.folder / "postgres", self.folder / "redis"}
        found = []
        for process in psutil.process_iter():
            try:
                if Path(process.cwd()) in places:
                    found.append(process)
            except psutil.Error:
                continue
        return found


@pytest.fixture
def users() -> Iterator[Users]:
    folder = Path(tempfile.mkdtemp(prefix="aibum-local-"))
    folder.chmod(0o755)
    users = Users(folder / "음악 var")
    yield users
    for process in users.started:
        process.kill()
        process.communicate()
    for process in users.servers():
        process.kill()
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def leave(process: subprocess.Popen[str], signum: int | None = None) -> int:
    if signum is not None:
        process.send_signal(signum)
    process.communicate(None if signum else "\n", timeout=60)
    return process.returncode


def answers(database_url: str, redis_url: str) -> bool:
    with psycopg.connect(database_url, connect_timeout=5) as connection, redis.Redis.from_url(redis_url) as client:
        return connection.execute("SELECT 1").fetchone() == (1,) and bool(client.ping())


def test_nobody_waits_for_somebody_elses_run_and_the_last_one_out_stops_the_servers(users):
    first, *urls = users.come_in()
    second, *same = users.come_in()  # it would wait for the first one's end for ever
    assert urls == same
    assert leave(first, signal.SIGINT) != 0
    assert answers(*urls)
    third, *_ = users.come_in()
    third.kill()  # its end is nobody's loss, and leaves no lock
    third.wait()
    assert answers(*urls)
    assert leave(second) == 0
    assert not users.servers()


def test_after_a_killed_run_the_next_one_takes_over_and_tidies_up(users):
    first, *urls = users.come_in()
    first.kill()
    first.wait()
    second, *same = users.come_in()
    assert urls == same
    assert answers(*same)
    assert leave(second) == 0
    assert not users.servers()


def test_three_interrupts_leave_no_server(users):
    first, *urls = users.come_in()
    with psycopg.connect(urls[0]):  # an open connection must not hold it up either
        for _ in range(3):
            first.send_signal(signal.SIGINT)
            time.sleep(0.05)
        leave(first, signal.SIGINT)
    assert not users.servers()


def test_a_closed_terminal_leaves_no_server(users):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["AIBUM_VAR_DIR"] = str(users.folder)
        for name in ("DATABASE_URL", "REDIS_URL"):
            del os.environ[name]
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-c", USER])  # noqa: S606 no shell: its own process on that terminal
    with os.fdopen(terminal, "rb", buffering=0) as screen:
        said = b""
        while b"postgresql://" not in said:  # a slow start says first what it waits for
            more = screen.read(1000)
            assert more, said
            said += more
    assert until(lambda: not users.servers(), 60)
    os.waitpid(pid, 0)


def test_who_has_to_wait_says_for_what_and_gives_up(users):
    first, *_ = users.come_in()
    holder = users.start(
        "from albumsite.processes import local_servers as local\nwith local._turn(): print('in', flush=True); input()"
    )
    assert holder.stdout
    assert holder.stdout.readline() == "in\n"
    waiting = users.start(f"from albumsite.processes import local_servers as local\nlocal.TURN_SECONDS = 3\n{USER}")
    said = waiting.communicate(timeout=60)[1].splitlines()
    assert said[0] == f"Waiting: process {holder.pid} (-c) is starting or stopping the built-in servers."
    assert f"process {holder.pid}" in said[-1]
    assert waiting.returncode == 1
    leave(holder)
    assert leave(first) == 0


def test_a_second_site_names_the_one_that_runs_and_ends(users):
    site = users.start(
        "from albumsite.processes import local_servers as local\n"
        "with local.only_site(): local.tell_address('http://127.0.0.1:1/'); print('in', flush=True); input()"
    )
    assert site.stdout
    assert site.stdout.readline() == "in\n"
    environment = os.environ | {"AIBUM_VAR_DIR": str(users.folder)}
    second = subprocess.run([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, capture_output=True,
                            text=True, timeout=60, check=False)  # fmt: skip
    assert second.returncode == 1
    assert (
        f"already runs from this folder, at http://127.0.0.1:1/, but does not answer (process {site.pid};"
        in second.stderr
    )
    assert len(second.stderr.splitlines()) == 1


@pytest.fixture
def servers(users, monkeypatch) -> Iterator[dict[str, str]]:
    """The servers of this process, in a folder of their own, that are soon given up when they keep silent."""
    for module in (local_servers, server_process):
        monkeypatch.setattr(module, "SILENT_SECONDS", 1)
    monkeypatch.setattr(server_process, "LOOK_SECONDS", 1)
    monkeypatch.setattr(local_servers, "VAR_DIR", users.folder)
    monkeypatch.setattr(local_servers, "is_given", lambda _name: False)
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("REDIS_URL", "")
    with local_servers.servers() as found:
        yield dict(found)


def process_of(name: str, users: Users) -> psutil.Process:
    if name == "postgres":
        return psutil.Process(int((users.folder / "postgres" / "postmaster.pid").read_text().split()[0]))
    return psutil.Process(json.loads((users.folder / "redis" / "server.json").read_text())["pid"])


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP])
def test_a_server_that_is_told_to_end_killed_or_hangs_comes_back_at_its_address(servers, users, signum):
    with redis.Redis.from_url(servers["REDIS_URL"]) as client:
        client.set("kept", "yes")
    with psycopg.connect(servers["DATABASE_URL"]):  # while it lasts, a PostgreSQL that got SIGTERM refuses all others
        for name in ("postgres", "valkey-server"):
            process_of(name, users).send_signal(signum)
        wait_until(local_servers.revive)
        local_servers.revive()
        assert answers(servers["DATABASE_URL"], servers["REDIS_URL"])
    with redis.Redis.from_url(servers["REDIS_URL"]) as client:
        assert client.get("kept") == b"yes"


def test_where_somebody_took_its_port_the_site_is_told_the_new_address(servers, users):
    watch = SiteWatch(Supervisor({}), "http://127.0.0.1:1/")
    port = urlsplit(servers["REDIS_URL"]).port
    process_of("valkey-server", users).kill()
    assert until(lambda: free_port(port) == port, 60)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        watch.look_for_first_page()
    assert watch.has_new_address.is_set()
    assert os.environ["REDIS_URL"] != servers["REDIS_URL"]
    assert answers(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])


SILENT_WEB_SERVER = """
import socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    time.sleep(600)
"""


def test_a_web_server_that_keeps_silent_is_started_again(monkeypatch):
    port = free_port()
    monkeypatch.setattr("albumsite.processes.watch.WEB_SILENT_SECONDS", 0.3)
    monkeypatch.setattr("albumsite.processes.watch.PAGE_SECONDS", 0.2)
    monkeypatch.setattr("albumsite.processes.watch.LOOK_EVERY_SECONDS", 0.05)
    supervisor = Supervisor({"web": [sys.executable, "-c", SILENT_WEB_SERVER, str(port)]})
    watch = SiteWatch(supervisor, f"http://127.0.0.1:{port}/")
    try:
        supervisor.tend()
        watch.start()
        assert until(lambda: supervisor.tend() or supervisor.deaths.get("web"), 60)
    finally:
        watch.stop()
        supervisor.stop()


def test_a_look_tells_a_busy_server_from_a_hanging_one(servers, users):
    postgres, valkey = Postgres(users.folder / "postgres"), Valkey(users.folder / "redis")
    with psycopg.connect(servers["DATABASE_URL"]) as connection:
        connection.execute("SELECT 1")
        assert postgres.health() is Health.ANSWERS
        process_of("postgres", users).send_signal(signal.SIGTERM)
        wait_until(lambda: postgres.health() is not Health.ANSWERS)
        assert postgres.health() is Health.STOPPING
    process_of("valkey-server", users).suspend()
    assert valkey.health() is Health.SILENT
    process_of("valkey-server", users).resume()


def test_an_initdb_that_was_cut_off_does_not_stop_the_next_start(users):
    half = users.folder / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    process, *urls = users.come_in()
    assert answers(*urls)
    assert leave(process) == 0


def test_a_pid_that_is_somebody_elses_by_now_does_not_stop_the_next_start(users):
    process, *urls = users.come_in()
    for server in users.servers():
        server.kill()
    leave(process, signal.SIGKILL)
    folder = users.folder / "postgres"
    owner = folder.stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "600"], user=owner) as stranger:
        try:
            for file in (folder / "postmaster.pid", folder / ".s.PGSQL.5432.lock"):
                lines = file.read_text().splitlines()
                file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            process, *urls = users.come_in()
            assert answers(*urls)
            assert stranger.poll() is None
        finally:
            stranger.kill()
    assert leave(process) == 0


def test_nobody_else_on_this_machine_can_read_what_lies_in_var(users):
    (users.folder / "private").mkdir(parents=True)
    (users.folder / "private").chmod(0o755)  # as an earlier version made it
    (users.folder / "static").mkdir()
    process, *_ = users.come_in()
    for name in ("private", "postgres", "redis"):
        assert stat.S_IMODE((users.folder / name).stat().st_mode) & 0o007 == 0, name
    for path in users.folder.glob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    assert stat.S_IMODE(users.folder.stat().st_mode) & 0o007 == 0o001  # a proxy reads static files from there
    assert leave(process) == 0
