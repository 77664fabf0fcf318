"""A whole site for an attack: `serve` from a copy of the code, with servers and data in a temporary folder, ended with all of it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlencode

import psutil

from albumsite.processes import endings
from albumsite.processes.postgres_server import DATABASE_NAME, Postgres
from albumsite.processes.valkey_server import Valkey, free_port

START_SECONDS = 240
STOP_SECONDS = 90
NOT_COPIED = (".git", ".venv", ".env", "var", "node_modules", ".*_cache")
"""Of the checkout: what the site does not need, and the operator's own settings, which are not for an attack."""


class ServedSite:
    """`with ServedSite(checkout) as site:` on a free port. checkout: folder of the code, so that an older one can be measured.

    settings: environment variables of the site. What is edited in the checkout meanwhile does not reach the site. begins_with: a
    folder with PostgreSQL's data and static files that it begins with copies of; by itself it makes both. With BENCH_SITE in the
    environment it is the site that runs already and is called so by its `name`, as it is; its end is nobody's here.
    """

    def __init__(self, checkout: Path, *, begins_with: Path | None = None, **settings: str) -> None:
        self.checkout, self.begins_with, self.settings = checkout, begins_with, settings
        if running := os.environ.get("BENCH_SITE"):
            folder, port, pid = running.rsplit(":", 2)
            self.folder, self.port, self.pid, self.is_ours = Path(folder), int(port), int(pid), False
        else:
            self.folder, self.port, self.pid, self.is_ours = (
                Path(tempfile.mkdtemp(prefix="aibum-chaos-")),
                free_port(),
                0,
                True,
            )
            self.folder.chmod(0o755)  # PostgreSQL's own user must reach it
        self.log = self.folder / "serve.log"

    @property
    def name(self) -> str:
        return f"{self.folder}:{self.port}:{self.pid}"

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None if self.is_ours else psutil.pid_exists(self.pid)

    def __enter__(self) -> Self:
        if not self.is_ours:
            return self
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def _start(self) -> None:
        code = self.folder / "code"
        shutil.copytree(self.checkout, code, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        environment = {**kept, "AIBUM_VAR_DIR": str(self.folder), "PORT": str(self.port), **self.settings}
        for name in ("postgres", "static") if self.begins_with else ():
            subprocess.run(["cp", "-a", self.begins_with / name, self.folder / name], check=True)
        self.log.touch()
        parent = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=code, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=lambda: endings.die_with(parent, signal.SIGTERM),
        )  # fmt: skip
        assert self.process.stdout is not None
        self.pid = self.process.pid
        threading.Thread(target=self._keep_log, args=(self.process.stdout,), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while b"Ready: " not in self.log.read_bytes():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit(self.log.read_text(errors="replace")[-3000:])
            time.sleep(0.2)

    def _keep_log(self, said: IO[bytes]) -> None:
        """By a pipe: a limit on the size of files, which is one of the attacks, must not keep processes from saying so."""
        with self.log.open("ab", buffering=0) as log:
            for line in said:
                log.write(line)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        """Whatever became of the start: no process of the site is left, and no file."""
        if not self.is_ours:
            return
        if hasattr(self, "process"):
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        left = self.members()
        endings.kill(lambda: [pid for pids in self.members().values() for pid in pids])
        Valkey(self.folder / "redis").kill()
        Postgres(self.folder / "postgres").kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        if left:
            print(f"left by the site after its end, and killed: {', '.join(sorted(left))}", flush=True)

    # --- what it consists of --------------------------------------------------------------------------------------

    def members(self) -> dict[str, list[int]]:
        """Its processes by the names that `serve` gives them, each with all that it has started."""
        found: dict[str, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if (
                entry.name.isdigit()
                and (mark := endings.Mark.read(int(entry.name)))
                and mark.folder == str(self.folder)
            ):
                found.setdefault(mark.name, []).append(int(entry.name))
        return {name: pids for name, some in found.items() if (pids := endings.living(set(some).__contains__))}

    def main_of(self, name: str) -> int | None:
        """The process that `serve` started under this name: the leader of its session."""
        with contextlib.suppress(ProcessLookupError):
            return next((pid for pid in self.members().get(name, []) if os.getsid(pid) == pid), None)
        return None

    @property
    def database_url(self) -> str:
        return Postgres(self.folder / "postgres").url(DATABASE_NAME)

    @property
    def redis_url(self) -> str:
        return Valkey(self.folder / "redis").url()


FORM = "application/x-www-form-urlencoded"


class Browser:
    """One person at one loopback address: keeps cookies, sends forms with their token.

    source: "127.0.x.y". forwarded: the address that a proxy in front of the site would have seen, for a site with
    TRUSTED_PROXY_COUNT=1. `headers` are those of the last answer.
    """

    def __init__(self, port: int, source: str = "127.0.0.1", forwarded: str = "") -> None:
        self.port, self.source, self.forwarded = port, source, forwarded
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, timeout: float = 30,
        *, body: bytes | None = None, content_type: str = FORM,
    ) -> tuple[int, str, str]:  # fmt: skip
        """(status, body, where it leads). fields: of a form; body: anything else. Raises OSError when no answer comes."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(self.source, 0))
        sent = body if fields is None else urlencode(fields).encode()
        try:
            connection.request(method, path, sent, self.request_headers(sent, content_type))
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
        except HTTPException as error:
            raise OSError(repr(error)) from error
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, page, answer.headers.get("Location", "")

    def request_headers(self, body: bytes | None, content_type: str = FORM) -> dict[str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.forwarded:
            headers["X-Forwarded-For"] = self.forwarded
        if body is not None:
            headers["Content-Type"] = content_type
        return headers

    def break_off(
        self, path: str, fields: dict[str, str], *, bytes_sent: int | None = None, wait_seconds: float = 0
    ) -> None:
        """A POST whose answer is never read; bytes_sent: only so much of its body, for one that is broken off itself."""
        body = urlencode(fields).encode()
        lines = {"Host": f"127.0.0.1:{self.port}", "Content-Length": str(len(body)), **self.request_headers(body)}
        head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        with socket.create_connection(("127.0.0.1", self.port), 10, source_address=(self.source, 0)) as client:
            client.sendall(head.encode() + body[:bytes_sent])
            time.sleep(wait_seconds)

    def form_of(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's form. Raises OSError when the page does not come."""
        status, page, _where = self.ask("GET", path)
        if status != 200:
            raise OSError(f"{path} answered {status}")
        return dict(re.findall(r'name="(csrfmiddlewaretoken|submission)" value="([^"]+)"', page))

    def send_form(self, path: str, **fields: str) -> tuple[int, str, str]:
        return self.ask("POST", path, {**fields, **self.form_of(path)})

    def press(self, path: str, **fields: str) -> tuple[int, str, str]:
        """A button on a page that was seen before: with the token that the browser has in its cookie."""
        return self.ask("POST", path, {**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})


def silent_posts(port: int, number: int, source: str) -> list[socket.socket]:
    """Connections that announce a body and send none."""
    opened = []
    for _ in range(number):
        client = socket.create_connection(("127.0.0.1", port), 5, source_address=(source, 0))
        client.sendall(
            b"POST /create/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=" + b"x" * 32 + b"\r\n\r\n"
        )  # with a token, or the site refuses without reading
        opened.append(client)
    return opened


def in_words(seconds: Sequence[float], missing: int) -> str:
    if not seconds:
        return f"no answer at all ({missing} tries)"
    late = f", {missing} without an answer" if missing else ""
    return f"median {statistics.median(seconds) * 1000:.0f} ms, worst {max(seconds) * 1000:.0f} ms{late}"
