"""docs/machines.md, followed to the letter on an empty database and empty buckets, makes a site that works."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import urllib.parse
import uuid
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from albumsite.media.uploads import BYTES_AT_ONCE
from albumsite.processes import local_servers
from covers.views.requests import FORM_WITH_PICTURE_BYTES
from tests.machines import page
from tests.machines.proxy import Browser, Proxy, needs_nginx, private_block
from tests.machines.sites import Machine, database_url
from tests.s3 import KEYS
from tests.smtp_server import MailServer
from tests.waiting import wait_until

pytestmark = [needs_nginx, pytest.mark.django_db(transaction=True)]
WORKERS = ("write", "draw", "finish", "mail")
MEGABYTES = re.compile(r"client_max_body_size (\d+)m;")


@pytest.fixture
def empty_database(django_db_blocker: Any) -> Iterator[str]:
    values: dict[str, Any] = connection.get_connection_params()
    name = f"machines_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(database_url(values, "postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield database_url(values, name)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def machine(empty_database: str, mails: MailServer, s3_server: Any) -> Iterator[Machine]:
    """Prepared as the page says, to be started with its web process and those workers that a cover and a letter need."""
    folder = Path(tempfile.mkdtemp(prefix="aibum-machine-"))  # not pytest's, which nginx's user cannot enter
    folder.chmod(0o755)
    settings = page.settings(
        DATABASE_URL=empty_database,
        REDIS_URL=local_servers.with_query(os.environ["REDIS_URL"]).replace("/0?", "/9?", 1),
        EMAIL_URL=f"smtp://127.0.0.1:{mails.port}",
        AWS_S3_ENDPOINT_URL=s3_server[0],
        AWS_ACCESS_KEY_ID=KEYS["access_key"],
        AWS_SECRET_ACCESS_KEY=KEYS["secret_key"],
    )
    made = Machine(folder / "var", settings)
    try:
        for words in page.commands("collectstatic"):
            made.run(words)
        made.run(["manage.py", "check_store"])
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def browser(machine: Machine, s3_server: Any) -> Iterator[Browser]:
    proxy = Proxy(machine.var.parent / "proxy", machine.start_web(), machine.var, private_block(s3=s3_server[0]))
    proxy.start()
    yield proxy.browser()
    proxy.stop()


def send(browser: Browser, path: str, **fields: str) -> Any:
    """A form of a page, as its button sends it."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(path).text)
    assert token, path
    return browser.get(path, urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode())


def text_of(mail: bytes) -> str:
    body = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_site_that_the_page_describes_makes_a_cover(machine: Machine, browser: Browser, mails: MailServer) -> None:
    home = browser.get("/")
    assert home.status == 200
    assert home.headers["strict-transport-security"]
    for style in re.findall(r'<link rel="stylesheet" href="([^"]+)"', home.text) or pytest.fail("no styles"):
        answer = browser.get(style)
        assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, "text/css")
        assert "immutable" in answer.headers["cache-control"]
    assert json.loads(browser.get("/readyz").text)
    assert browser.get("/readyz").status == 200

    for words in page.commands("rqworker"):
        if words[-1] in WORKERS:
            machine.start(words)
    send(browser, "/accounts/signup/", email="somebody@example.com", password1="correct horse 7")
    letter = text_of(wait_until(lambda: mails.mails and mails.mails[0], machine.log.read_text))
    link = re.search(r"https://covers\.example\.com/\S+", letter)
    assert link, letter
    send(browser, link[0])
    signed_in = send(browser, "/accounts/login/", login="somebody@example.com", password="correct horse 7")
    assert "You are signed in." in signed_in.text
    assert_bodies_reach_the_site(browser)

    asked = send(browser, "/create/", title="한강의 밤", artist="하람", count="1")
    path = urllib.parse.urlsplit(asked.url).path
    assert path.startswith("/requests/"), asked.text
    image = re.compile(r"/covers/[0-9a-f-]{36}/image/640\.webp")
    found = wait_until(lambda: image.search(browser.get(f"{path}status/").text), machine.log.read_text)
    shown = browser.get(found[0])
    assert (shown.status, shown.headers["content-type"], shown.body[8:12]) == (200, "image/webp", b"WEBP")
    log = machine.log.read_text()
    assert "TRUSTED_PROXY_COUNT" not in log, log[-2000:]
    assert [line for line in log.splitlines() if " ERROR " in line] == []


def assert_bodies_reach_the_site(browser: Browser) -> None:
    """What is too large is refused with a page of ours, and photos arrive: here without the token of their form."""
    too_large = browser.get("/create/", b"title=" + b"x" * 1_500_000)
    assert (too_large.status, "nginx" in too_large.text) == (413, False)
    for path, name in (
        (f"/faces/{uuid.uuid4()}/photos/", "photos"),
        ("/create/", "file"),
        ("/create/picture/", "file"),
    ):
        part = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n\r\n'.encode()
        part += b"x" * 5_000_000 + b"\r\n--b--\r\n"
        answer = browser.get(path, part, Content_Type="multipart/form-data; boundary=b")
        assert (answer.status, "nginx" in answer.text) == (403, False), answer.text


def test_the_proxy_takes_bodies_as_large_as_the_site_does() -> None:
    """Form by form: what it refuses itself is refused without a word."""
    found = MEGABYTES.findall(page.block("nginx", "upstream aibum"))
    for_forms, for_photos, for_pictures = (int(megabytes) << 20 for megabytes in found)
    assert for_forms > 1_000_000
    assert BYTES_AT_ONCE < for_photos < 2 * BYTES_AT_ONCE
    assert FORM_WITH_PICTURE_BYTES < for_pictures < 2 * FORM_WITH_PICTURE_BYTES
