"""A stand-in for Slack: a real HTTP server on this machine with an incoming webhook and the Web API's three steps of a file."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.stand_ins import StandIn, WebHandler

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


class _Handler(WebHandler):
    told: SlackServer

    def do_POST(self) -> None:
        content = self.content()
        step = self._step()
        self.told.asked.append(step)
        wanted = self.told.answers.get(step)
        answer = wanted.popleft() if wanted else None
        if answer is None or (answer.status == 200 and not answer.body):
            usual = self._usual(step, content)
            answer = usual if answer is None else answer
        self.told.requested.set()
        self._give(answer)

    def _step(self) -> str:
        path = urlsplit(self.path).path
        if path.startswith("/services/"):
            return WEBHOOK
        return path.removeprefix("/api/") if path.startswith("/api/") else UPLOAD

    def _usual(self, step: str, content: bytes) -> Answer:
        """What Slack does with a good request, whether or not its answer arrives."""
        if step == WEBHOOK:
            self.told.posted.append(json.loads(content))
            return Answer(200, "ok", {"Content-Type": "text/html"})
        if step == UPLOAD:
            self.told.uploads[self.path.rpartition("/")[2]] = content
            return Answer(200, f"OK - {len(content)}", {"Content-Type": "text/plain"})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return not_ok("invalid_auth")
        given = dict(parse_qsl(content.decode()))
        if step == GET_URL:
            name = f"F{len(self.told.asked)}"
            return ok(file_id=name, upload_url=f"{self.told.url}/upload/{name}")
        if step == COMPLETE:
            files = json.loads(given["files"])
            self.told.shown.append({**given, "files": files})
            return ok(files=files)
        return not_ok("unknown_method")

    def _give(self, answer: Answer) -> None:
        if answer.is_silent:
            self.told.released.wait(60)
            return
        if answer.is_cut:
            self.connection.close()
            return
        self.give(answer.status, answer.body.encode(), **answer.headers)


@dataclass
class SlackServer(StandIn):
    """answers: by step, the next ones first; when they are used up it answers as Slack does."""

    handles = _Handler
    answers: dict[str, deque[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    requested: threading.Event = field(default_factory=threading.Event)

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/services/T000/B000/secret-part"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def will(self, step: str, *answers: Answer) -> None:
        self.answers.setdefault(step, deque()).extend(answers)


def ok(**values: Any) -> Answer:
    return Answer(200, json.dumps({"ok": True, **values}), {"Content-Type": "application/json"})


def not_ok(error: str, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps({"ok": False, "error": error}), {"Content-Type": "application/json", **headers})
