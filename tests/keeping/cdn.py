"""Who keeps copies before the public bucket: what it was asked to forget, and what it then fetches again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Cdn(HTTPServer):
    """status: of its answers, None for one that is no HTTP. on_purge: called with the addresses before it answers 200."""

    status: int | None = 200

    def __init__(self) -> None:
        self.asked: list[tuple[Any, Any]] = []
        self.on_purge: Callable[[list[str]], None] = lambda _addresses: None
        super().__init__(("127.0.0.1", 0), _CdnHandler)


class _CdnHandler(BaseHTTPRequestHandler):
    server: Cdn

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.headers.get("Authorization"), body))
        if self.server.status is None:
            self.wfile.write(b"no\r\n\r\n")
            return
        if self.server.status == 200:
            self.server.on_purge(body["files"])
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def running_cdn(settings: Any) -> Iterator[Cdn]:
    """One that the settings name, for the block."""
    server = Cdn()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.CDN_PURGE_URL = f"http://127.0.0.1:{server.server_port}/purge"
    settings.CDN_PURGE_TOKEN, settings.SITE_URL = "secret", "https://covers.example.com"
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
