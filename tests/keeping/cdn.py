"""Who keeps copies before the public bucket: what it was asked to forget, and what it then fetches again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.stand_ins import StandIn, WebHandler


class _Handler(WebHandler):
    told: Cdn

    def do_POST(self) -> None:
        body = json.loads(self.content())
        self.told.asked.append((self.headers.get("Authorization"), body))
        if self.told.status is None:
            self.wfile.write(b"no\r\n\r\n")
            return
        if self.told.status == 200:
            self.told.on_purge(body["files"])
        self.give(self.told.status)


@dataclass
class Cdn(StandIn):
    """status: of its answers, None for one that is no HTTP. on_purge: called with the addresses before it answers 200."""

    handles = _Handler
    status: int | None = 200
    asked: list[tuple[Any, Any]] = field(default_factory=list)
    on_purge: Callable[[list[str]], None] = lambda _addresses: None
