"""A whole site for an attack: `serve` with its own servers and data in a temporary folder, ended with all of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from albumsite.valkey_server import free_port

START_SECONDS = 240


class ServedSite:
    """`with ServedSite(checkout) as site:` on a free port. checkout: folder of the code, so that an older one can be measured."""

    def __init__(self, checkout: Path, **settings: str) -> None:
        self.checkout, self.settings, self.port = checkout, settings, free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="aibum-chaos-"))
        self.folder.chmod(0o755)  # PostgreSQL's own user must reach it

    def __enter__(self) -> Self:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        environment = {**kept, "AIBUM_VAR_DIR": str(self.folder), "PORT": str(self.port), **self.settings}
        self.log = self.folder / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"], cwd=self.checkout, env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while b"Ready: " not in self.log.read_bytes():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit(self.log.read_text()[-3000:])
            time.sleep(0.2)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Browser:
    """One person at one loopback address: keeps cookies, sends forms with their token. source: "127.0.x.y"."""

    def __init__(self, port: int, source: str) -> None:
        self.port, self.source = port, source
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, timeout: float = 30
    ) -> tuple[int, str, str]:
        """(status, body, where it leads). Raises OSError when no answer comes."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(self.source, 0))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, body, answer.headers.get("Location", "")

    def send_form(self, path: str, **fields: str) -> tuple[int, str, str]:
        _status, page, _where = self.ask("GET", path)
        tokens = dict(re.findall(r'name="(csrfmiddlewaretoken|submission)" value="([^"]+)"', page))
        return self.ask("POST", path, {**fields, **tokens})


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
