"""A stand-in for Sentry: a real HTTP server on this machine that takes envelopes."""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli

WAIT_SECONDS = 60
UNPACK = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@dataclass
class SentryServer:
    """is_silent: it takes a request and does not answer until it stops. received: what came, unpacked; head: their headers."""

    is_silent: bool = False
    received: list[bytes] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)
    released: threading.Event = field(default_factory=threading.Event)
    held: int = 0

    def __enter__(self) -> SentryServer:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def dsn(self) -> str:
        return f"http://abcdef0123456789@127.0.0.1:{self.server.server_port}/1"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(envelope.split(b"\n")[2]) for envelope in self.received]

    def wait_for(self, number: int) -> list[dict[str, Any]]:
        """The first so many events, once they have come."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.received) >= number, WAIT_SECONDS), self.events
        return self.events

    def wait_until_held(self) -> None:
        with self.came:
            assert self.came.wait_for(lambda: self.held, WAIT_SECONDS)


def _handler_of(sentry: SentryServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if sentry.is_silent:
                with sentry.came:
                    sentry.held += 1
                    sentry.came.notify_all()
                sentry.released.wait(WAIT_SECONDS)
                return
            unpack = UNPACK[self.headers.get("Content-Encoding", "")]
            with sentry.came:
                sentry.head.append(f"{self.path} {self.headers}")
                sentry.received.append(unpack(content))
                sentry.came.notify_all()
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_arguments: object) -> None:
            """Tests read what was asked."""

    return Handler
