"""A stand-in for Sentry: a real HTTP server on this machine that takes envelopes."""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import dataclass, field
from typing import Any

import brotli

from tests.stand_ins import StandIn, WebHandler

WAIT_SECONDS = 60
UNPACK = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class _Handler(WebHandler):
    told: SentryServer

    def do_POST(self) -> None:
        content = self.content()
        if self.told.is_silent:
            with self.told.came:
                self.told.held += 1
                self.told.came.notify_all()
            self.told.released.wait(WAIT_SECONDS)
            return
        unpack = UNPACK[self.headers.get("Content-Encoding", "")]
        with self.told.came:
            self.told.head.append(f"{self.path} {self.headers}")
            self.told.received.append(unpack(content))
            self.told.came.notify_all()
        self.give(200, b"{}")


@dataclass
class SentryServer(StandIn):
    """is_silent: it takes a request and does not answer until it stops. received: what came, unpacked; head: their headers."""

    handles = _Handler
    is_silent: bool = False
    received: list[bytes] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)
    held: int = 0

    @property
    def dsn(self) -> str:
        return f"http://abcdef0123456789@127.0.0.1:{self.port}/1"

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
