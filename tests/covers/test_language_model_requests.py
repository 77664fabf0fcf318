"""Requests whose brief a language model is asked for: what it cost is kept, and whatever its service does, covers are drawn."""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from albumsite.jobs.states import State
from covers import tasks
from covers.models import CoverRequest, Stage
from covers.reports.figures import collect
from covers.reports.report_text import text
from tests.covers.reports.report_factories import WEEK, ask
from tests.covers.writing import language_model
from tests.covers.writing.language_model import GOOD, completion
from tests.factories import make_request
from tests.waiting import LONG_SECONDS
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
SONG = {"title": "비 오는 날의 편지", "lyrics": "창밖에 비가 내리고\n너에게 쓰던 편지는 젖어 가네"}


@pytest.fixture
def service(settings):
    settings.OPENAI_MODEL = "stub-model"
    settings.OPENAI_PRICE_INPUT, settings.OPENAI_PRICE_OUTPUT = 0.15, 0.6
    with language_model.asked_by_the_site(settings) as running:
        running.says(GOOD)
        yield running


def written(owner: Person | None = None, **values: Any) -> CoverRequest:
    return worked(tasks.write_brief, make_request(owner, **(SONG | values)))


def test_tokens_and_cost_are_kept_on_the_request(service):
    row = written()
    assert (row.written_by, row.written_with) == ("openai", "stub-model")
    assert (row.prompt_tokens, row.completion_tokens) == (2_400, 600)
    assert row.cost_microdollars == 720  # 2,400 × 0.15 + 600 × 0.60
    assert "usage" not in row.brief


def test_without_prices_the_cost_is_unknown_and_the_tokens_are_kept(service, settings):
    settings.OPENAI_PRICE_OUTPUT = None
    row = written()
    assert (row.prompt_tokens, row.cost_microdollars) == (2_400, None)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        "many",
        [],
        {},
        {"prompt_tokens": "2400", "completion_tokens": "600"},
        {"prompt_tokens": -1, "completion_tokens": 10**12},
        {"prompt_tokens": 2.5, "completion_tokens": True},
        {"prompt_tokens": {"a": 1}, "completion_tokens": None},
    ],
)
def test_a_count_that_cannot_be_true_is_left_out(service, usage):
    service.answers(200, completion(GOOD) | {"usage": usage})
    row = written()
    assert (row.written_by, row.written_with) == ("openai", "stub-model")
    assert (row.prompt_tokens, row.completion_tokens, row.cost_microdollars) == (None, None, None)


def test_an_answer_of_no_use_costs_as_much(service):
    service.says("I would love to!")
    row = written()
    assert (row.written_by, row.written_with, row.cost_microdollars) == ("rules", "stub-model", 720)


def test_what_the_rules_write_costs_nothing():
    row = written()
    assert (row.written_by, row.written_with, row.prompt_tokens, row.cost_microdollars) == ("rules", "", None, None)


def test_staff_see_what_it_cost_with_the_request(service, client: Client):
    client.force_login(User.objects.create_superuser("root@example.com", "correct horse 7"))
    row = written()
    page = client.get(reverse("admin:covers_coverrequest_change", args=[row.pk])).content.decode()
    assert "stub-model" in page
    assert "0.000720 USD" in page


def test_the_weekly_report_sums_it():
    ask(written_by="openai", written_with="m", prompt_tokens=2_400, completion_tokens=600, cost_microdollars=720)
    ask(written_by="rules", written_with="m", prompt_tokens=2_600, completion_tokens=0, cost_microdollars=None)
    ask()
    figures = collect(WEEK)
    assert figures["now"]["costs"]["writing"] == {
        "requests": 2, "priced": 1, "prompt_tokens": 5_000, "completion_tokens": 600, "microdollars": 720,
    }  # fmt: skip
    assert "Language model: asked for 2 briefs; 5,600 tokens, 0.0007 USD." in text(figures, "en")
    assert "언어 모델: 브리프 2건을 부탁했어요. 토큰 5,600개, 0.0007 USD." in text(figures, "ko")
    assert "Language model" not in text(collect("2026-W30"), "en")


# --- a service that is unwell -------------------------------------------------------------------------------------

GOOD_BODY = json.dumps(completion(json.dumps(GOOD, ensure_ascii=False)), ensure_ascii=False)


def send(body: str | bytes, status: int = 200, **headers: str) -> Callable[[Any, Any], None]:
    raw = body if isinstance(body, bytes) else body.encode()

    def answer(handler: Any, _asked: Any) -> None:
        handler.give(status, raw, **({"content_type": "application/json"} | headers))

    return answer


def say(content: object, **message: object) -> Callable[[Any, Any], None]:
    return send(json.dumps(completion(content, **message)))


def reset(handler: Any, _asked: Any) -> None:
    """Breaks off hard in the middle of the body."""
    handler.send_response(200)
    handler.send_header("content-length", "5000")
    handler.end_headers()
    handler.wfile.write(GOOD_BODY.encode()[:300])
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


CALL = {"id": "1", "type": "function", "function": {"name": "delete_all", "arguments": "{}"}}
UNWELL: dict[str, Callable[[Any, Any], None]] = {
    "refuses": say(None, refusal="I cannot help with that."),
    "refuses in words": say("I'm sorry, but I can't help with that."),
    "too many": send('{"error": {"message": "Rate limit reached for sk-secret"}}', 429, retry_after="3600"),
    "broken": send("<html><h1>Internal Server Error</h1></html>", 500),
    "forbidden": send('{"error": {"message": "Your key sk-secret is wrong"}}', 401),
    "moved": send("", 302, location="http://127.0.0.1:1/elsewhere"),
    "junk": say("%PDF-1.7 \x00\x01 <b>hello</b>"),
    "junk body": send(b"\x00\xff\x17" * 500),
    "half a body": send(GOOD_BODY[: len(GOOD_BODY) // 2]),
    "half an answer": say(json.dumps(GOOD)[:200]),
    "wrong charset": send(GOOD_BODY.encode("utf-16"), content_type="application/json; charset=utf-16"),
    "cut letter": send(GOOD_BODY.encode().replace("편".encode(), "편".encode()[:2])),
    "no choices": send(json.dumps(completion(GOOD) | {"choices": []})),
    "tool calls": say(None, tool_calls=[CALL]),
    "reset": reset,
    "nothing": lambda handler, _asked: handler.connection.close(),
}


def page_of(row: CoverRequest, client: Client, language: str = "en") -> str:
    response = client.get(row.get_absolute_url(), headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("trouble", UNWELL)
def test_the_rules_write_it_and_the_page_says_nothing_strange(service, trouble, browser_of, visitor):
    service.answer = UNWELL[trouble]
    row = written(visitor)
    assert (row.state, row.stage, row.written_by) == (State.QUEUED, Stage.DRAW, "rules")
    assert len(row.brief["concepts"]) == 4
    for language in ("en", "ko"):
        page = page_of(row, browser_of(visitor), language)
        shown = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
        for strange in (
            "sk-secret",
            "Error",
            "delete_all",
            "PDF",
            "sorry",
            "language model",
            "언어 모델",
            "Rate limit",
        ):
            assert strange not in shown


@pytest.mark.parametrize("manner", ["hangs", "drips"])
def test_a_service_that_takes_its_time_is_left_within_the_time_out(service, settings, manner):
    settings.OPENAI_TIMEOUT_SECONDS = 0.5
    tasks._writer.cache_clear()

    def slowly(handler: Any, _asked: Any) -> None:
        if manner == "drips":
            handler.send_response(200)
            handler.send_header("content-length", "5000")
            handler.end_headers()
        while not service.released.wait(0.05):
            if manner == "drips":
                handler.wfile.write(b" ")
                handler.wfile.flush()

    service.answer = slowly
    started = time.monotonic()
    row = written()
    assert (row.stage, row.written_by) == (Stage.DRAW, "rules")
    assert (
        time.monotonic() - started < LONG_SECONDS
    )  # without a limit it would wait for the 250 s of 5,000 bytes, or for ever
