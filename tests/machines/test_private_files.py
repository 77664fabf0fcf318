"""Private pictures are sent by a real nginx or by the store, to the same people and with the same headers as by the site itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from albumsite.media import storage
from albumsite.media.private_files import SIGNED_SECONDS
from covers.models import Cover, CoverRequest
from tests import ready_static
from tests.factories import make_finished_request, make_member, make_review
from tests.machines import page
from tests.machines.proxy import Proxy, needs_nginx, private_block
from tests.machines.sites import Machine, database_url
from tests.s3 import KEYS, forget_storages

pytestmark = pytest.mark.django_db(transaction=True)
OF_THE_CONNECTION = {"date", "connection", "server", "accept-ranges"}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="aibum-machines-"))  # not pytest's, which nginx's user cannot enter
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def static(folder: Path) -> Path:
    """The site's static files, as it collects them."""
    ready_static.copy_to(folder / "static")
    return folder / "static"


class Two:
    """The same site twice, each behind the proxy of the page: one sends private files itself, one leaves it to the proxy."""

    def __init__(self, folder: Path, static: Path, private: str, **storage_settings: str) -> None:
        self.machines, self.proxies = [], []
        for way in ("site", "x-accel"):
            var = folder / "var"
            var.mkdir(exist_ok=True)
            (var / "static").exists() or (var / "static").symlink_to(static)
            values: dict[str, Any] = connection.get_connection_params()
            machine = Machine(var, _settings(way, values, storage_settings))
            self.machines.append(machine)
            proxy = Proxy(folder / way, machine.start_web(), var, private)
            self.proxies.append(proxy)
            proxy.start()
        self.by_site, self.by_proxy = self.proxies

    def stop(self) -> None:
        for one in (*self.proxies, *self.machines):
            one.stop()


def _settings(way: str, values: Any, storage_settings: dict[str, str]) -> dict[str, str]:
    found = page.settings(
        SECRET_KEY=os.environ["SECRET_KEY"], DATABASE_URL=database_url(values, values["dbname"]), REDIS_URL=os.environ["REDIS_URL"],
        EMAIL_URL="memorymail://", PRIVATE_FILES_BY=way,
    )  # fmt: skip
    kept = {name: value for name, value in found.items() if not name.startswith("AWS_")}
    return kept | storage_settings


@pytest.fixture(params=["disk", "bucket"])
def two(request: Any, folder: Path, static: Path, settings: Any) -> Iterator[Two]:
    place = folder / request.param
    place.mkdir(mode=0o755)
    var = place / "var"
    if request.param == "bucket":
        endpoint = request.getfixturevalue("on_s3")[0]
        names = {"AWS_STORAGE_BUCKET_NAME": "aibum-private", "AWS_PUBLIC_BUCKET_NAME": "aibum-public"}
        own = {
            "AWS_ACCESS_KEY_ID": KEYS["access_key"],
            "AWS_SECRET_ACCESS_KEY": KEYS["secret_key"],
            "AWS_S3_ENDPOINT_URL": endpoint,
        }
        made = Two(place, static, private_block(s3=endpoint), **names, **own)
    else:
        options = {**settings.STORAGES["default"]["OPTIONS"], "location": var / "private"}
        settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
        settings.PRIVATE_FILES_BY = "x-accel"  # here, too, who writes a file lets the proxy's group in
        forget_storages()
        (var / "private").mkdir(parents=True, mode=0o700)
        if os.getuid() == 0:
            for words in page.commands("chgrp"):
                subprocess.run(words, cwd=place, check=True)
        made = Two(place, static, private_block(var=var))
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(place, ignore_errors=True)


def signed_in(member: Any) -> str:
    client = Client()
    client.force_login(member)
    return client.cookies["sessionid"].value


def image_of(cover: Cover, name: str = "320.webp") -> str:
    return reverse("covers:image", args=[cover.pk, name])


def said(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = {name: value for name, value in answer.headers.items() if name not in OF_THE_CONNECTION}
    policy = found["content-security-policy"].split(";")
    return found | {"content-security-policy": {part.strip() for part in policy}}  # in any order


def one_cover(member: Any, **changes: Any) -> Cover:
    return make_finished_request(
        Person(user=member), **{"title": "한강의 밤", "artist": "하람", **changes}
    ).covers.get()


@needs_nginx
def test_the_owner_gets_the_same_answer_by_the_proxy_and_a_stranger_none(two: Two) -> None:
    member = make_member()
    cover, personal = one_cover(member), one_cover(member)
    CoverRequest.objects.filter(pk=personal.request_id).update(shows_face=True)
    make_review(cover, Person(user=member))
    download = reverse("covers:download", args=[cover.pk, "master.png"])
    session = signed_in(member)
    for path in (image_of(cover), image_of(personal), image_of(cover, "640.avif"), download):
        by_site, by_proxy = (proxy.browser(session).get(path) for proxy in two.proxies)
        assert by_proxy.status == 200, by_proxy.text
        assert by_proxy.body == by_site.body
        assert said(by_proxy) == said(by_site)
        assert "x-accel-redirect" not in by_proxy.headers
        head = two.by_proxy.browser(session).get(path, method="HEAD")
        assert (head.status, head.body, said(head)) == (200, b"", said(by_site))
        assert two.by_proxy.browser().get(path).status == 404
        assert two.by_proxy.browser(signed_in(make_member())).get(path).status == 404
    assert "filename*=utf-8''%ED%95%98" in by_proxy.headers["content-disposition"]
    assert "no-store" in two.by_proxy.browser(session).get(image_of(personal)).headers["cache-control"]


@needs_nginx
def test_each_look_is_asked_for_anew(two: Two) -> None:
    member = make_member()
    cover = one_cover(member)
    browser = two.by_proxy.browser(signed_in(member))
    etag = browser.get(image_of(cover)).headers["etag"]
    assert browser.get(image_of(cover), If_None_Match=etag).status == 304
    CoverRequest.objects.filter(pk=cover.request_id).update(owner=make_member())
    assert browser.get(image_of(cover), If_None_Match=etag).status == 404


@needs_nginx
def test_the_path_of_the_proxy_is_nothing_from_outside(two: Two) -> None:
    member = make_member()
    cover = one_cover(member)
    key = f"{cover.storage_prefix}/320.webp"
    browser = two.by_proxy.browser(signed_in(member))
    for path in (
        f"/private-files/{key}",
        f"/private-files/aibum-private/{key}",
        "/private-files/",
        f"/static/../private-files/{key}",
    ):
        assert browser.get(path).status == 404
    assert browser.get("/static/../private/secret").status == 404


@needs_nginx
def test_a_file_that_is_gone_says_so_without_a_word_of_the_store(two: Two) -> None:
    member = make_member()
    cover = one_cover(member)
    storage.private().delete(f"{cover.storage_prefix}/320.webp")
    answer = two.by_proxy.browser(signed_in(member)).get(image_of(cover))
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert "NoSuchKey" not in answer.text
    assert cover.storage_prefix not in answer.text


@needs_nginx
def test_a_download_that_broke_off_goes_on(two: Two) -> None:
    member = make_member()
    cover = one_cover(member)
    browser = two.by_proxy.browser(signed_in(member))
    whole = browser.get(image_of(cover)).body
    rest = browser.get(image_of(cover), Range="bytes=10-")
    assert (rest.status, rest.body) == (206, whole[10:])


def test_a_signed_address_leads_to_the_store_for_a_minute(
    on_s3: Any, settings: Any, visitor: Person, browser_of: Any
) -> None:
    settings.PRIVATE_FILES_BY = "signed"
    cover = make_finished_request(visitor, title="한강의 밤", artist="하람").covers.get()
    make_review(cover, visitor)
    browser = browser_of(visitor)
    for path, kind in (
        (image_of(cover), "image/webp"),
        (reverse("covers:download", args=[cover.pk, "master.png"]), "image/png"),
    ):
        led = browser.get(path)
        assert (led.status_code, led["Cache-Control"]) == (302, "private, no-store")
        assert f"X-Amz-Expires={SIGNED_SECONDS}&" in led["Location"]
        got = fetch(led["Location"])
        settings.PRIVATE_FILES_BY = "site"
        by_site = browser.get(path)
        settings.PRIVATE_FILES_BY = "signed"
        assert got[1] == by_site.content
        assert got[0]["Content-Type"] == kind
        told = dict(parse_qsl(urlsplit(led["Location"]).query))  # the test's store signs it and does not follow it
        for name in ("Content-Type", "Cache-Control", "Content-Disposition"):
            assert told.get(f"response-{name.lower()}") == by_site.get(name)
        assert fetch(browser.head(path)["Location"], method="HEAD")[0]["Content-Type"] == kind
        assert Client().get(path).status_code == 404
    store = re.match(r"https?://[^/]+", led["Location"])
    assert store
    assert store[0] == on_s3[0]


def fetch(url: str, method: str = "GET") -> tuple[Any, bytes]:
    import urllib.request

    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as response:
        return response.headers, response.read()


def test_pages_may_show_what_the_store_sends() -> None:
    """A fresh process, as an operator would set it."""
    policy = asked(
        "import albumsite.settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])", **SIGNED
    )
    assert "https://s3.example.com" in policy.stdout, policy.stderr


SIGNED = {
    "PRIVATE_FILES_BY": "signed", "AWS_STORAGE_BUCKET_NAME": "b", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
    "AWS_S3_ENDPOINT_URL": "https://s3.example.com", "BEHIND_HTTPS": "1",
}  # fmt: skip


def asked(code: str, **values: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=page.ROOT, env={**os.environ, **values}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"PRIVATE_FILES_BY": "nginx"}, "PRIVATE_FILES_BY"),
        ({"PRIVATE_FILES_BY": "signed"}, "PRIVATE_FILES_BY"),
        (SIGNED | {"AWS_S3_ENDPOINT_URL": "http://minio:9000"}, "PRIVATE_FILES_BY"),
        ({"PRIVATE_FILES_BY": "x-accel", "PRIVATE_FILES_LOCATION": "private"}, "PRIVATE_FILES_LOCATION"),
        ({"PRIVATE_FILES_LOCATION": "/"}, "PRIVATE_FILES_LOCATION"),
        ({"PRIVATE_FILES_LOCATION": "/a b/"}, "PRIVATE_FILES_LOCATION"),
    ],
)
def test_what_does_not_fit_the_storage_stops_the_start_by_its_name(values: dict[str, str], name: str) -> None:
    last = asked("import albumsite.settings", **values).stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: " + name)
    assert "accepted" in last


@pytest.mark.parametrize("way", ["site", "x-accel", "signed"])
def test_what_fits_is_taken(way: str) -> None:
    done = asked("import albumsite.settings as s; print(s.PRIVATE_FILES_BY)", **SIGNED | {"PRIVATE_FILES_BY": way})
    assert done.stdout.strip() == way, done.stderr
