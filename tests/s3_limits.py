"""An object store that knows less than S3: a small proxy before the test's own, which refuses some calls as real stores do."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.s3 import forget_storages
from tests.stand_ins import StandIn, WebHandler

Refuses = Callable[[str, str, dict[str, list[str]], dict[str, str]], "tuple[int, str] | None"]
"""Method, path, query and headers (lower case) of a call → the status and code to refuse it with, or None to let it through."""

HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}


class _Handler(WebHandler):
    protocol_version = "HTTP/1.1"
    told: PoorStore

    def _pass(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._body(headers)
        query = parse_qs(parts.query, keep_blank_values=True)
        refused = self.told.refuses(self.command, parts.path, query, headers)
        self.told.calls.append((self.command, parts.path, query, headers))
        if refused:
            status, code = refused
            text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            self._answer(status, [("Content-Type", "application/xml")], text)
            return
        behind = http.client.HTTPConnection("127.0.0.1", self.told.port_behind, timeout=20)
        try:
            sent = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in ("transfer-encoding", "content-length")
            }
            behind.request(self.command, self.path, body if body or self.command == "PUT" else None, sent)
            answer = behind.getresponse()
            self._answer(answer.status, answer.getheaders(), answer.read())
        finally:
            behind.close()

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.content()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        length = next((value for name, value in headers if name.lower() == "content-length"), str(len(body)))
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass


@dataclass
class PoorStore(StandIn):
    """port_behind: of the store that it passes calls on to."""

    handles = _Handler
    port_behind: int | None
    refuses: Refuses
    calls: list[tuple[Any, ...]] = field(default_factory=list)


@contextmanager
def store_that_refuses(endpoint: str, settings: Any, refuses: Refuses) -> Iterator[list[tuple[Any, ...]]]:
    """The site's two buckets behind a proxy that refuses some calls, for the block. Yields every call that came."""
    before = settings.STORAGES
    with PoorStore(urlsplit(endpoint).port, refuses) as store:
        settings.STORAGES = {
            name: {**one, "OPTIONS": one["OPTIONS"] | {"endpoint_url": store.url}}
            if name in ("default", "public")
            else one
            for name, one in before.items()
        }
        forget_storages()
        try:
            yield store.calls
        finally:
            settings.STORAGES = before
            forget_storages()
