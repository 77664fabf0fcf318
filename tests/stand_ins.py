"""Stand-ins for other people's servers: real ones on this machine, which answer as a test tells them."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar, Self

from albumsite.errors import StorageError


@dataclass
class StandIn:
    """Serves while a block runs. released: set at its end, for who holds a call until then."""

    handles: ClassVar[type[socketserver.StreamRequestHandler]]
    """Of each call; has the stand-in as `told`."""
    released: threading.Event = field(default_factory=threading.Event, init=False)

    def __enter__(self) -> Self:
        handler = type("Told", (self.handles,), {"told": self})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class WebHandler(BaseHTTPRequestHandler):
    """told: whose calls it answers."""

    told: Any

    def content(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def give(self, status: int, body: bytes = b"", **headers: str) -> None:
        """headers: by their names with "_" for "-"."""
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Tests read what was asked."""


def away(*_: Any, **__: Any) -> Any:
    """In the place of what asks a store."""
    raise StorageError("away")
