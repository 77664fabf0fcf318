"""The site's processes as they are, with errors on purpose, and a server for reports that keeps every byte."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse
from django_rq import get_queue

from albumsite.processes.valkey_server import free_port
from covers.engine.host import child_environment
from tests.databases import database_url
from tests.factories import make_briefed_request
from tests.reports.server import SentryServer

ROOT = Path(__file__).resolve().parents[2]
LYRICS, MAIL, PASSWORD, COOKIE = "구름이 velvet 되던 밤", "kim.minji@naver.com", "hunter2-swordfish", "biscuitvalue"
SECRETS = ("구름", "velvet", "minji", "naver", "swordfish", "biscuit", "하람이")
WAIT_SECONDS = 60


@pytest.fixture
def sentry() -> Iterator[SentryServer]:
    with SentryServer() as server:
        yield server


def environment(dsn: str, **changes: str) -> dict[str, str]:
    connection.ensure_connection()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.reports.site",
        "DATABASE_URL": database_url(),
        "SENTRY_DSN": dsn,
        **changes,
    }


@contextlib.contextmanager
def web(dsn: str) -> Iterator[int]:
    """A web process of its own; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "albumsite.door", "--port", str(port)], cwd=ROOT, env=environment(dsn),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            with contextlib.suppress(OSError):
                assert ask(port, "/favicon.ico")[0] == 301
                break
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(WAIT_SECONDS)


def ask(port: int, path: str, **posted: str) -> tuple[int, str]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    head = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"crumb={COOKIE}",
        "User-Agent": f"me {MAIL}",
    }
    client.request("POST" if posted else "GET", path, urlencode(posted) if posted else None, head)
    answer = client.getresponse()
    return answer.status, answer.read().decode()


def manage(dsn: str, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(dsn, **changes), capture_output=True,
                          text=True, check=False, timeout=240)  # fmt: skip


def burst(dsn: str, queue: str) -> None:
    kind = "DrawWorker" if queue == "draw" else "ResidentWorker"
    done = manage(dsn, "rqworker", "--serializer", "rq.serializers.JSONSerializer", "-v", "0", "--burst",
                  "--worker-class", f"covers.drawing.workers.{kind}", queue)  # fmt: skip
    assert done.returncode == 0, done.stderr


def assert_nothing_personal(sentry: SentryServer) -> None:
    for envelope, head in zip(sentry.received, sentry.head, strict=True):
        decoded = json.dumps([json.loads(line) for line in envelope.splitlines() if line], ensure_ascii=False)
        for secret in (*SECRETS, str(ROOT)):
            assert secret not in decoded
            assert secret.encode() not in envelope
            assert secret not in head


@pytest.mark.django_db(transaction=True)
def test_an_error_of_a_page_arrives_without_a_word_of_its_person(sentry: SentryServer) -> None:
    typed = {"lyrics": LYRICS, "email": MAIL, "password": PASSWORD}
    row = uuid.uuid4()
    with web(sentry.dsn) as port:
        status, page = ask(port, f"/break/?key={PASSWORD}", **typed)
        assert status == 500
        assert "Traceback" not in page
        assert ask(port, "/log/", row=str(row), **typed) == (200, "logged")
        events = sentry.wait_for(3)
        assert ask(port, "/nothing-here/")[0] == 404  # what people cause is no error
        assert ask(port, reverse("covers:create"), **typed)[0] == 403
        assert ask(port, f"/break/?key={PASSWORD}", **typed)[0] == 500  # told of already
    assert len(sentry.events) == 3
    broken = next(event for event in events if "exception" in event)
    assert broken["tags"] == {"process": "web", "page": "break", "method": "POST"}
    assert re.fullmatch(r"[0-9a-f]{40}", broken["release"])
    first, last = broken["exception"]["values"][0], broken["exception"]["values"][-1]
    assert (last["type"], last["value"].split("…")[0]) == ("ValueError", "cannot sing ")
    assert first["value"].startswith("invalid input syntax") or first["type"] == "InvalidTextRepresentation"
    assert last["stacktrace"]["frames"][-1]["function"] == "break_in_sql"
    told = [event["logentry"]["message"] for event in events if "logentry" in event]
    assert sorted(told) == ["not a template: …", "song not sung request=%s words=%s"]
    assert {event["tags"].get("request") for event in events if "logentry" in event} == {str(row), None}
    assert_nothing_personal(sentry)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_breaks_arrives_with_its_row(sentry: SentryServer) -> None:
    row = make_briefed_request(lyrics=f"{LYRICS} {MAIL}", artist="하람이")
    get_queue("finish").enqueue("tests.reports.site.job", str(row.pk))
    burst(sentry.dsn, "finish")
    (event,) = sentry.wait_for(1)
    assert event["tags"] == {"process": "worker:finish", "task": "tests.reports.site.job", "row": str(row.pk)}
    assert event["exception"]["values"][-1]["value"] == "worker cannot read … of …"
    assert_nothing_personal(sentry)


@pytest.mark.django_db(transaction=True)
def test_a_broken_engine_is_told_by_its_worker(sentry: SentryServer) -> None:
    row = make_briefed_request(engine="tests.covers.engine.small_engines.Together", title="fall over", artist="하람이")
    row.enqueue()
    burst(sentry.dsn, "draw")
    event = sentry.wait_for(1)[0]
    assert event["tags"]["process"] == "worker:draw"
    assert event["tags"]["reason"] == "engine:failed"
    assert event["extra"]["engine"][-1] == "ZeroDivisionError"
    assert any("small_engines.py" in place and place.endswith(" draw") for place in event["extra"]["engine"])
    assert_nothing_personal(sentry)


@pytest.mark.django_db(transaction=True)
def test_a_command_that_dies_is_told(sentry: SentryServer) -> None:
    done = manage(sentry.dsn, "sweep", DATABASE_URL=f"postgresql://{MAIL.replace('@', '%40')}:{PASSWORD}@127.0.0.1:1/x")
    assert done.returncode != 0
    (event,) = sentry.wait_for(1)
    assert event["tags"]["process"] == "command:sweep"
    assert event["exception"]["values"][-1]["type"] == "OperationalError"
    assert_nothing_personal(sentry)


@pytest.mark.django_db(transaction=True)
def test_a_server_that_keeps_silent_holds_up_no_page(sentry: SentryServer) -> None:
    sentry.is_silent = True
    typed = {"lyrics": LYRICS, "email": MAIL, "row": "-"}
    with web(sentry.dsn) as port:
        assert ask(port, "/break/", **typed)[0] == 500
        sentry.wait_until_held()
        assert ask(port, "/log/", **typed)[0] == 200
        assert ask(port, "/break/", **typed)[0] == 500
        assert not sentry.released.is_set()
    assert not sentry.released.is_set()  # nor did the end of the process wait for it


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_breaks_no_page() -> None:
    with web(f"http://key@127.0.0.1:{free_port()}/1") as port:
        assert ask(port, "/break/", lyrics=LYRICS, email=MAIL)[0] == 500
        assert ask(port, "/favicon.ico")[0] == 301


def test_without_an_address_nothing_is_loaded() -> None:
    script = "import django, sys; django.setup(); print('sentry_sdk' in sys.modules)"
    for dsn, says in (("", "False"), ("http://key@127.0.0.1:1/1", "True")):
        known = {**os.environ, "DJANGO_SETTINGS_MODULE": "albumsite.settings", "SENTRY_DSN": dsn}
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=known, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == says


def test_the_engines_own_process_knows_no_address() -> None:
    assert not [
        name
        for name in child_environment({"SENTRY_DSN": "http://key@127.0.0.1:1/1", "SENTRY_DSN_FILE": "x"})
        if "SENTRY" in name
    ]


@pytest.mark.parametrize(
    "value",
    ["errors.example.com", "https://errors.example.com/1", "https://key@errors.example.com", "https://key@host:x/1"],
)
def test_what_is_no_address_stops_the_start_by_its_name(value: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env={**os.environ, "SENTRY_DSN": value},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode != 0
    assert "SENTRY_DSN" in done.stderr
