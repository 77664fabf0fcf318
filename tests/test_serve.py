"""`make run` as a person runs it: one command up, covers made, whole processes killed, one Ctrl-C down, nothing left."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import psutil
import psycopg
import pytest

from albumsite.processes.valkey_server import free_port
from tests.processes import command_of, with_argument
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent


def _ignore_interrupts() -> None:
    """As a shell does for `make run &`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Site:
    """The site in a process of its own, with its own servers and data. settings: variables beside the usual ones."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port, self.settings = folder, free_port(), settings
        self.log = folder / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        return {
            **kept,
            "AIBUM_VAR_DIR": str(self.folder),
            "PORT": str(self.port),
            "LEASE_SECONDS": "4",
            "SWEEP_EVERY_SECONDS": "1",
            "COVER_SIZE_PIXELS": "256",
            "RELEASE_SIZE_PIXELS": "512",
            "EMAIL_URL": "",
            **self.settings,
        }

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                preexec_fn=_ignore_interrupts,
            )
        wait_for(lambda: f"Ready: http://127.0.0.1:{self.port}/".encode() in self.log.read_bytes(), self)

    def family(self) -> list[psutil.Process]:
        """Every process that belongs to this site, the two servers included."""
        marker = str(self.folder)
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("AIBUM_VAR_DIR") == marker or any(
                    marker in part for part in process.cmdline()
                ):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def get(self, path: str) -> str:
        with self.browser.open(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
            return response.read().decode()

    def ask_for(self, title: str) -> str:
        """Send the create form; the path of the request's page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/create/"))
        assert token
        form = {"title": title, "artist": "하람", "count": "2", "csrfmiddlewaretoken": token[1]}
        data = urllib.parse.urlencode(form).encode()
        with self.browser.open(f"http://127.0.0.1:{self.port}/create/", data, timeout=20) as response:
            return urllib.parse.urlsplit(response.url).path

    def make_covers(self, title: str) -> subprocess.Popen[str]:
        """The terminal command, beside the site."""
        return subprocess.Popen(
            [sys.executable, "manage.py", "make_covers", "--title", title, "--artist", "하람", "--count", "1",
             "--out", str(self.folder / "out")],
            cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def covers_on(self, path: str) -> list[str]:
        return sorted(set(re.findall(r"/covers/[0-9a-f-]{36}/image/640\.webp", self.get(path + "status/"))))

    def interrupt(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def wait_for(condition, site: Site):
    return wait_until(condition, lambda: site.log.read_text()[-4000:], every=0.1)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="aibum-serve-"))  # not pytest's: another run would close it to PostgreSQL
    folder.chmod(0o755)
    site = Site(folder)
    try:
        site.start()
        yield site
        if site.process is not None and site.process.poll() is None:
            site.interrupt()
    finally:
        for process in site.family():
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def worker_pids(site: Site, queue: str) -> list[psutil.Process]:
    return [process for process in with_argument(site.family(), "rqworker") if command_of(process)[-1:] == [queue]]


def test_posts_that_announce_a_body_and_send_none_stop_no_page(site: Site) -> None:
    silent = [socket.create_connection(("127.0.0.1", site.port), 10) for _ in range(40)]
    for client in silent:
        client.sendall(
            b"POST /create/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=" + b"x" * 32 + b"\r\n\r\n"
        )
    assert "csrfmiddlewaretoken" in site.get("/create/")
    for client in silent:
        client.close()


def test_a_song_becomes_covers_through_the_real_workers(site):
    path = site.ask_for("한강의 밤")
    covers = wait_for(lambda: len(found := site.covers_on(path)) == 2 and found, site)
    with site.browser.open(f"http://127.0.0.1:{site.port}{covers[0]}", timeout=20) as response:
        assert response.read()[8:12] == b"WEBP"


def test_a_killed_worker_and_its_engine_come_back_and_the_request_is_finished(site):
    paths = [site.ask_for(f"Song {number}") for number in range(3)]
    for process in worker_pids(site, "draw"):
        for child in process.children(recursive=True):
            child.kill()
        process.kill()
    for path in paths:
        assert wait_for(lambda path=path: len(site.covers_on(path)) == 2, site)


def test_terminal_commands_go_on_beside_the_site_and_each_other_with_its_workers(site):
    workers = {process.pid for process in with_argument(site.family(), "rqworker")}
    commands = [site.make_covers(title) for title in ("First", "Second", "Interrupted")]
    wait_for(lambda: b"Interrupted" in database_of(site, "SELECT title FROM covers_coverrequest"), site)
    commands[2].send_signal(signal.SIGINT)
    ends = [command.communicate(timeout=240) for command in commands]
    assert [command.returncode for command in commands[:2]] == [0, 0], ends
    assert commands[2].returncode in (0, 130), ends[2]
    for (out, _), title in zip(ends[:2], ("first", "second"), strict=True):
        assert Path(out.strip()).name == f"하람-{title}-1.jpg"
    assert {process.pid for process in with_argument(site.family(), "rqworker")} == workers
    site.get("/")


def database_of(site: Site, query: str) -> bytes:
    with psycopg.connect(
        f"postgresql://postgres@/aibum?host={site.folder / 'postgres'}", connect_timeout=5
    ) as connection:
        return repr(connection.execute(query).fetchall()).encode()


def test_a_killed_web_server_leaves_nobody_on_its_port(site):
    before = [process for process in site.family() if str(site.port) in command_of(process) and process != site.process]
    for process in before:
        if process.parent() and process.parent().pid == site.process.pid:
            process.kill()
    psutil.wait_procs(before, timeout=60)
    assert not [process for process in before if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    wait_for(lambda: has_page(site), site)


def has_page(site: Site) -> bool:
    try:
        return bool(site.get("/"))
    except OSError:
        return False


def test_a_mail_without_a_mail_server_is_a_private_file_and_no_line_of_the_log(site):
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', site.get("/accounts/password/reset/"))
    assert token
    form = urllib.parse.urlencode({"email": "somebody@example.com", "csrfmiddlewaretoken": token[1]}).encode()
    site.browser.open(f"http://127.0.0.1:{site.port}/accounts/password/reset/", form, timeout=20).close()
    mails = site.folder / "mails"
    assert wait_for(lambda: any("somebody@example.com" in path.read_text() for path in mails.iterdir()), site)
    assert mails.stat().st_mode & 0o077 == 0
    assert "somebody@example.com" not in site.log.read_text()
    assert "var/mails" in site.log.read_text()


def test_a_killed_redis_server_loses_no_request(site):
    path = site.ask_for("Before the fall")
    for process in site.family():
        if process.name().startswith("valkey"):
            process.kill()
    site.get("/")
    wait_for(lambda: len(site.covers_on(path)) == 2, site)
    after = site.ask_for("After the fall")
    assert wait_for(lambda: len(site.covers_on(after)) == 2, site)


def test_a_killed_database_comes_back_and_nothing_is_lost(site):
    path = site.ask_for("Under the flood")
    command = site.make_covers("In a terminal")
    wait_for(lambda: b"In a terminal" in database_of(site, "SELECT title FROM covers_coverrequest"), site)
    for process in site.family():
        if process.name() == "postgres" and "-D" in command_of(process):
            process.kill()
    assert wait_for(lambda: is_answering(site, path) and len(site.covers_on(path)) == 2, site)
    said = command.communicate(timeout=240)
    assert command.returncode == 0, said


def is_answering(site: Site, path: str) -> bool:
    """While the database is away the site says so, and does not break."""
    try:
        return bool(site.get(path))
    except urllib.error.HTTPError as error:
        if error.code != 503:
            raise
        return False


def test_one_interrupt_stops_everything_and_the_data_is_there_at_the_next_start(site):
    path = site.ask_for("Kept")
    wait_for(lambda: len(site.covers_on(path)) == 2, site)
    assert site.interrupt() == 0
    assert wait_for(lambda: not site.family(), site)
    site.log.write_bytes(b"")
    site.start()
    assert len(site.covers_on(path)) == 2
    assert site.interrupt() == 0


def test_a_taken_port_is_said_in_one_line(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(taken.getsockname()[1])],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.strip().startswith("CommandError: port")
    assert len(done.stderr.strip().splitlines()) == 1
