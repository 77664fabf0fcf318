"""A small HTTP server on 127.0.0.1 that answers like a language model service, well or badly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from covers import tasks
from covers.brief.brief_contract import Song
from tests.stand_ins import StandIn, WebHandler

SONG = Song("비 오는 날의 편지", "하람 KJY", "첫 앨범", "ballad", "창밖에 비가 내리고\n너에게 쓰던 편지는 젖어 가네")
KEY = "sk-test-0123456789"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
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


class _Handler(WebHandler):
    told: Service

    def do_POST(self) -> None:
        asked = json.loads(self.content())
        self.told.asked.append(asked)
        self.told.headers.append({name.lower(): value for name, value in self.headers.items()})
        try:
            assert self.told.answer is not None
            self.told.answer(self, asked)
        except OSError:
            pass  # the client went away, which is what some tests are about

    def respond(self, status: int, raw: bytes) -> None:
        self.give(status, raw, content_type="application/json")


@dataclass
class Service(StandIn):
    """What the stub was asked and how it answers. answer: takes the request's JSON and writes the response itself."""

    handles = _Handler
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[_Handler, dict[str, Any]], object] | None = None

    @property
    def address(self) -> str:
        return f"{self.url}/v1"

    def says(self, content: object, **message: object) -> None:
        self.answers(200, completion(content, **message))

    def answers(self, status: int, body: object) -> None:
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.answer = lambda handler, _asked: handler.respond(status, raw)


@contextmanager
def asked_by_the_site(settings: Any) -> Iterator[Service]:
    """Directly, whatever proxies this machine has."""
    with pytest.MonkeyPatch.context() as patch, Service() as service:
        for name in PROXIES:
            patch.delenv(name, raising=False)
        settings.OPENAI_BASE_URL = service.address
        tasks._writer.cache_clear()
        yield service
    tasks._writer.cache_clear()
