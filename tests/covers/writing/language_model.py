"""A small HTTP server on 127.0.0.1 that answers like a language model service, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from covers.brief_contract import Song

SONG = Song("비 오는 날의 편지", "하람 KJY", "첫 앨범", "ballad", "창밖에 비가 내리고\n너에게 쓰던 편지는 젖어 가네")
KEY = "sk-test-0123456789"
GOOD = {
    "subject": "letter in the rain",
    "motifs": ["letter", "umbrella", "train", "streetlight"],
    "mood": "longing",
    "palette": ["#AA2233"],
    "style": "",
    "scene": "A lone letter on a wet platform, warm lamplight on dusk blue, wistful mood, screen-printed poster.",
    "avoid": ["crowds"],
    "happens": "somebody writes a letter while the rain runs down the window",
    "valence": -0.5,
    "energy": -0.6,
    "concepts": [
        {
            "kind": "scene", "scene": "rain_window", "hour": "night", "season": "", "weather": "rain", "people": "sitting",
            "things": ["letter", "streetlight"], "motif": "", "style": "", "source": "title", "line": "비 오는 날의 편지",
        },
        {
            "kind": "moment", "scene": "wet_street", "hour": "evening", "season": "", "weather": "rain", "people": "walking",
            "things": ["umbrella"], "motif": "", "style": "", "source": "lyrics", "line": "창밖에 비가 내리고",
        },
        {
            "kind": "symbol", "scene": "", "hour": "", "season": "", "weather": "", "people": "", "things": [],
            "motif": "letter", "style": "riso", "source": "lyrics", "line": "너에게 쓰던 편지는 젖어 가네",
        },
        {
            "kind": "matter", "scene": "", "hour": "", "season": "", "weather": "", "people": "", "things": [],
            "motif": "letter", "style": "folded_paper", "source": "title", "line": "비 오는 날의 편지",
        },
    ],
}  # fmt: skip
USAGE = {"prompt_tokens": 2_400, "completion_tokens": 600, "total_tokens": 3_000}


def completion(content: object, **message: object) -> dict[str, Any]:
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, **message}}
    return {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "stub", "choices": [choice], "usage": USAGE,
    }  # fmt: skip


@dataclass
class Service:
    """What the stub was asked and how it answers. answer: takes the request's JSON and writes the response itself."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None] | None = None
    released: threading.Event = field(default_factory=threading.Event)
    """Set at the end of a test, so that no handler hangs on."""

    def says(self, content: object, **message: object) -> None:
        self.answers(200, completion(content, **message))

    def answers(self, status: int, body: object) -> None:
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.answer = lambda handler, _asked: respond(handler, status, raw)


def respond(handler: BaseHTTPRequestHandler, status: int, raw: bytes) -> None:
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(raw)))
    handler.end_headers()
    handler.wfile.write(raw)


@contextmanager
def running() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            service.asked.append(asked)
            service.headers.append({name.lower(): value for name, value in self.headers.items()})
            try:
                assert service.answer is not None
                service.answer(self, asked)
            except OSError:
                pass  # the client went away, which is what some tests are about

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
