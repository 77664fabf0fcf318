"""A stand-in for Slack: a real HTTP server on this machine with an incoming webhook and the Web API's three steps of a file."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

WEBHOOK, GET_URL, UPLOAD, COMPLETE = "webhook", "files.getUploadURLExternal", "upload", "files.completeUploadExternal"
TOKEN = "xoxb-test"


@dataclass(frozen=True)
class Answer:
    """Instead of the usual one. is_silent: none at all until the server stops; is_cut: the line breaks after the request."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False
    is_cut: bool = False


@dataclass
class SlackServer:
    """answers: by step, the next ones first; when they are used up it answers as Slack does."""

    answers: dict[str, deque[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    requested: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/services/T000/B000/secret-part"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def will(self, step: str, *answers: Answer) -> None:
        self.answers.setdefault(step, deque()).extend(answers)

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        assert self.server is not None
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def ok(**values: Any) -> Answer:
    return Answer(200, json.dumps({"ok": True, **values}), {"Content-Type": "application/json"})


def not_ok(error: str, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps({"ok": False, "error": error}), {"Content-Type": "application/json", **headers})


def _handler_of(slack: SlackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            step = self._step()
            slack.asked.append(step)
            wanted = slack.answers.get(step)
            answer = wanted.popleft() if wanted else None
            if answer is None or (answer.status == 200 and not answer.body):
                usual = self._usual(step, content)
                answer = usual if answer is None else answer
            slack.requested.set()
            self._give(answer)

        def _step(self) -> str:
            path = urlsplit(self.path).path
            if path.startswith("/services/"):
                return WEBHOOK
            return path.removeprefix("/api/") if path.startswith("/api/") else UPLOAD

        def _usual(self, step: str, content: bytes) -> Answer:
            """What Slack does with a good request, whether or not its answer arrives."""
            if step == WEBHOOK:
                slack.posted.append(json.loads(content))
                return Answer(200, "ok", {"Content-Type": "text/html"})
            if step == UPLOAD:
                slack.uploads[self.path.rpartition("/")[2]] = content
                return Answer(200, f"OK - {len(content)}", {"Content-Type": "text/plain"})
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return not_ok("invalid_auth")
            given = dict(parse_qsl(content.decode()))
            if step == GET_URL:
                name = f"F{len(slack.asked)}"
                return ok(file_id=name, upload_url=f"{slack.url}/upload/{name}")
            if step == COMPLETE:
                files = json.loads(given["files"])
                slack.shown.append({**given, "files": files})
                return ok(files=files)
            return not_ok("unknown_method")

        def _give(self, answer: Answer) -> None:
            if answer.is_silent:
                slack.released.wait(60)
                return
            if answer.is_cut:
                self.connection.close()
                return
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Tests read what was asked."""

    return Handler
