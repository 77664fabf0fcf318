"""Copies that caches may keep for a year are made short-lived, and nothing that was taken down meanwhile comes back by that."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from django.core.management import CommandError, call_command
from django.db import connection

from albumsite.media import storage
from albumsite.processes.waiting import until
from covers.models import Cover, CoverRequest, Visibility, Withdrawal
from covers.services.publishing import hide_cover, publish_cover, unpublish_cover
from tests.databases import database_url
from tests.factories import make_finished_request
from tests.keeping.cdn import Cdn
from tests.keeping.test_withdrawals import copies, published, run_all
from tests.s3 import KEYS, forget_storages
from tests.s3_limits import store_that_refuses

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
OLD = "public, max-age=31536000, immutable"
PICTURES = "https://pictures.example.com"
TAKE_DOWN: list[Callable[[Cover], object]] = [
    lambda cover: hide_cover(cover=cover),
    lambda cover: unpublish_cover(cover=cover),
    lambda cover: CoverRequest.objects.get(pk=cover.request_id).delete(),
]


@pytest.fixture(autouse=True)
def _only_its_own_copies(on_s3: Any, settings: Any) -> None:
    """The server is that of all tests, and the command goes through all that is there."""
    options = settings.STORAGES["public"]["OPTIONS"]
    options["custom_domain"] = PICTURES.removeprefix("https://")
    options["client_config"] = options["client_config"].merge(
        Config(read_timeout=120)
    )  # while others act a picture is on its way
    forget_storages()
    storage.delete_below(storage.public(), "covers/")


def make_old(cover: Cover, names: tuple[str, ...] = ()) -> Cover:
    """As a release of then has written the copies, or those of these names."""
    keys = [key for key in copies(cover) if not names or key.endswith(names)]
    storage.save_all(storage.public_telling(OLD), {key: storage.read(storage.public(), key) for key in keys})
    return cover


def renew(*arguments: str) -> str:
    out = StringIO()
    try:
        call_command("renew_public_copies", *arguments, stdout=out, stderr=out)
    except CommandError as error:
        raise CommandError(f"{error} {out.getvalue()}") from error
    return out.getvalue()


def renew_as_told() -> None:
    """Again where it says "Run it again", as an operator would: a store that is written to from all sides may refuse once."""
    for _ in range(4):
        try:
            renew()
        except CommandError as error:
            if "Run it again" not in str(error):
                raise
        else:
            return
    renew()


def told(cover: Cover) -> set[str]:
    """What caches are told of this cover's copies."""
    return {storage.cache_control(storage.public(), key) for key in copies(cover)}


def bytes_of(cover: Cover) -> dict[str, bytes]:
    return {key: storage.read(storage.public(), key) for key in copies(cover)}


def in_the_store(calls: list[tuple[Any, ...]], method: str) -> list[str]:
    return [path for called, path, *_ in calls if called == method and path.startswith("/aibum-public/covers/")]


def test_old_copies_are_the_same_pictures_kept_as_long_as_todays(visitor: Any, cdn: Cdn, settings: Any) -> None:
    cover = make_old(published(visitor))
    before = bytes_of(cover)
    said = renew()
    assert told(cover) == {settings.PUBLIC_CACHE_CONTROL}
    assert bytes_of(cover) == before
    types = {storage.public().bucket.Object(key).content_type for key in copies(cover)}  # type: ignore[attr-defined]
    assert types == {"image/webp", "image/avif"}
    ((token, body),) = cdn.asked
    assert token == "Bearer secret"
    assert len(body["files"]) == len(before) == 5
    assert all(any(address.endswith(key) for address in body["files"]) for key in before)
    assert "5 objects of 1 covers written anew" in said
    assert not Withdrawal.objects.exists(), "no worker has to look again at what went well"


def test_a_second_run_only_looks(visitor: Any, cdn: Cdn, on_s3: Any, settings: Any) -> None:
    make_old(published(visitor))
    renew()
    with store_that_refuses(on_s3[0], settings, lambda *_: None) as calls:
        said = renew()
    assert in_the_store(calls, "PUT") == in_the_store(calls, "GET") == []
    assert len(cdn.asked) == 1
    assert "1 covers looked at; 0 objects of 0 covers written anew" in said


def test_what_is_todays_is_not_touched(visitor: Any, cdn: Cdn, on_s3: Any, settings: Any) -> None:
    cover = make_old(published(visitor), ("640.webp", "160.webp"))
    with store_that_refuses(on_s3[0], settings, lambda *_: None) as calls:
        renew()
    assert {path.rsplit("/", 1)[1] for path in in_the_store(calls, "PUT")} == {"640.webp", "160.webp"}
    assert len(cdn.asked[0][1]["files"]) == 2
    assert told(cover) == {settings.PUBLIC_CACHE_CONTROL}


def test_without_a_cdn_each_is_written_once(visitor: Any, on_s3: Any, settings: Any) -> None:
    cover = make_old(published(visitor))
    with store_that_refuses(on_s3[0], settings, lambda *_: None) as calls:
        renew()
    assert len(in_the_store(calls, "PUT")) == 5
    assert told(cover) == {settings.PUBLIC_CACHE_CONTROL}


def test_a_size_that_is_published_no_more_is_kept_for_no_year_either(visitor: Any, cdn: Cdn, settings: Any) -> None:
    cover = published(visitor)
    storage.save_all(storage.public_telling(OLD), {f"{cover.storage_prefix}/1024.webp": b"old"})
    renew()
    assert told(cover) == {settings.PUBLIC_CACHE_CONTROL}
    assert cdn.asked[0][1]["files"][0].endswith("1024.webp")


def test_a_cdn_that_fails_is_told_and_another_run_purges(visitor: Any, cdn: Cdn, settings: Any) -> None:
    covers = [make_old(published(visitor)) for _ in range(2)]
    cdn.status, out = 500, StringIO()
    with pytest.raises(CommandError, match="2 covers are left"):
        call_command("renew_public_copies", stdout=out, stderr=out)
    assert "2 covers not: CDN_PURGE_URL: HTTP Error 500" in out.getvalue()
    assert "0 objects of 0 covers" in out.getvalue()
    cdn.status = 200
    assert "10 objects of 2 covers written anew" in renew()
    assert len(cdn.asked) == 4
    assert all(told(cover) == {settings.PUBLIC_CACHE_CONTROL} for cover in covers)


def test_a_store_that_refuses_is_named_and_the_others_go_on(visitor: Any, on_s3: Any, settings: Any) -> None:
    one, other = make_old(published(visitor)), make_old(published(visitor))

    def refuses(method: str, path: str, *_: Any) -> Any:
        return (403, "AccessDenied") if method == "PUT" and one.storage_prefix in path else None

    out = StringIO()
    with store_that_refuses(on_s3[0], settings, refuses), pytest.raises(CommandError, match="1 covers are left"):
        call_command("renew_public_copies", stdout=out, stderr=out)
    assert f"{one.storage_prefix}: object store: 403 AccessDenied" in out.getvalue()
    assert told(one) == {OLD}
    assert told(other) == {settings.PUBLIC_CACHE_CONTROL}
    renew()
    assert told(one) == {settings.PUBLIC_CACHE_CONTROL}


def test_it_stops_when_nothing_goes_any_more(visitor: Any, cdn: Cdn, settings: Any) -> None:
    for request in (make_finished_request(visitor, count=6), make_finished_request(visitor, count=6)):
        for cover in request.covers.all():
            publish_cover(cover=cover)
            make_old(cover)
    cdn.status = 503
    with pytest.raises(CommandError, match="the last 10 covers failed"):
        renew()
    assert len(cdn.asked) == 10


def test_it_goes_on_where_it_is_told(visitor: Any, settings: Any) -> None:
    first, second = sorted((make_old(published(visitor)) for _ in range(2)), key=lambda cover: cover.storage_prefix)
    renew("--after", second.storage_prefix)
    assert (told(first), told(second)) == ({OLD}, {settings.PUBLIC_CACHE_CONTROL})


def test_copies_that_were_left_behind_of_a_hidden_cover_go(visitor: Any, cdn: Cdn) -> None:
    """By a release that tried once to delete them, and did not know of a CDN."""
    cover = make_old(published(visitor))
    Cover.objects.filter(pk=cover.pk).update(visibility=Visibility.HIDDEN)
    said = renew()
    run_all()
    assert copies(cover) == []
    assert "1 covers not: the cover is not on the wall" in said
    assert cdn.asked, "and from the CDN"


@pytest.mark.parametrize(
    "key", ["covers/0198c0de-0000-7000-8000-000000000000/0-abc/640.webp", "covers/else/640.webp", "covers/a"]
)
def test_what_this_database_does_not_know_is_left_alone(key: str, cdn: Cdn) -> None:
    storage.save_all(storage.public_telling(OLD), {key: b"of somebody"})
    assert "1 covers not: no cover of this database" in renew()
    assert storage.cache_control(storage.public(), key) == OLD
    assert cdn.asked == []


def test_in_a_folder_there_is_nothing_to_do(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "public": {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}}
    forget_storages()
    assert "Nothing to do" in renew()


# --- taken down while it is written anew -------------------------------------------------------------------------------


class At:
    """Does something at the n-th picture that arrives at the store, before the store has it. with_picture: it gets it then."""

    def __init__(self, count: int, do: Callable[[], object], *, with_picture: bool = True) -> None:
        self.left, self._do, self._with_picture = count, do, with_picture

    def __call__(self, method: str, path: str, *_: Any) -> tuple[int, str] | None:
        if method != "PUT" or "/aibum-public/covers/" not in path:
            return None
        self.left -= 1
        if self.left:
            return None
        self._do()
        connection.close()  # that of the proxy's thread
        return None if self._with_picture else (503, "SlowDown")


@pytest.mark.parametrize("take_down", TAKE_DOWN, ids=["hidden", "unpublished", "deleted"])
@pytest.mark.parametrize("count", [1, 6, 10])
def test_a_cover_that_is_taken_down_meanwhile_stays_down(
    count: int, take_down: Callable[[Cover], object], visitor: Any, cdn: Cdn, on_s3: Any, settings: Any
) -> None:
    """The picture is on its way; somebody takes the cover down and its copies are deleted; then the picture arrives."""
    cover = make_old(published(visitor))

    def down() -> None:
        take_down(cover)
        run_all()
        assert copies(cover) == []

    at = At(count, down)
    with store_that_refuses(on_s3[0], settings, at):
        said = renew()
    assert at.left <= 0
    run_all()
    assert copies(cover) == []
    assert "1 covers not: the cover is not on the wall" in said
    run_all(seconds_later=200)
    assert copies(cover) == []


# --- killed ------------------------------------------------------------------------------------------------------------


class Killed:
    """The command in a process of its own, before the same store and CDN, which can be killed without warning."""

    def __init__(self, settings: Any) -> None:
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "AWS_STORAGE_BUCKET_NAME": "aibum-private",
            "AWS_PUBLIC_BUCKET_NAME": "aibum-public",
            "AWS_S3_ENDPOINT_URL": settings.STORAGES["public"]["OPTIONS"]["endpoint_url"],
            "AWS_S3_PUBLIC_URL": PICTURES,
            "AWS_ACCESS_KEY_ID": KEYS["access_key"],
            "AWS_SECRET_ACCESS_KEY": KEYS["secret_key"],
            "CDN_PURGE_URL": settings.CDN_PURGE_URL,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        command = [sys.executable, "manage.py", "renew_public_copies"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL)
        return self._process.wait(60)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


class Edge:
    """What a CDN holds: what it is told to forget it has asked for again before the next call comes."""

    def __init__(self, cdn: Cdn, cover: Cover) -> None:
        self.held = {f"{PICTURES}/{key}": OLD for key in copies(cover)}
        cdn.on_purge = self.fetch_again

    def fetch_again(self, addresses: list[str]) -> None:
        for address in addresses:
            try:
                self.held[address] = storage.cache_control(storage.public(), address.removeprefix(f"{PICTURES}/"))
            except storage.ObjectMissing:
                self.held.pop(address, None)


@pytest.mark.parametrize("place", ["second", "before the purge", "after the purge", "fourth"])
def test_killed_at_any_place_and_run_again_no_year_is_left_at_the_cdn(
    place: str, visitor: Any, cdn: Cdn, on_s3: Any, settings: Any
) -> None:
    cover = make_old(published(visitor), ("640.webp", "640.avif"))
    before, edge = bytes_of(cover), Edge(cdn, cover)
    for address in list(edge.held):
        if "640" not in address:
            edge.held[address] = settings.PUBLIC_CACHE_CONTROL
    count = {"second": 2, "fourth": 4}.get(place, 0)
    killed: list[Killed] = []

    def at_the_purge(addresses: list[str]) -> None:
        if place == "after the purge":
            edge.fetch_again(addresses)
        killed[0].kill()

    if not count:
        cdn.on_purge = at_the_purge
    with store_that_refuses(on_s3[0], settings, At(count, lambda: killed[0].kill(), with_picture=False)):
        killed.append(Killed(settings))
        assert killed[0].run() == -9
        assert (OLD in edge.held.values()) == (place in ("second", "before the purge"))
        cdn.on_purge = edge.fetch_again
        renew()
    assert told(cover) == {settings.PUBLIC_CACHE_CONTROL}
    assert OLD not in edge.held.values()
    assert bytes_of(cover) == before
    run_all(seconds_later=200)  # what the killed one has asked for
    assert bytes_of(cover) == before


@pytest.mark.parametrize("count", [1, 10])
def test_taken_down_and_killed_before_it_could_look_nothing_stays(
    count: int, visitor: Any, cdn: Cdn, on_s3: Any, settings: Any
) -> None:
    """Nobody runs it again either: the row that was written first is enough."""
    cover = make_old(published(visitor))
    killed: list[Killed] = []
    was_empty: list[bool] = []

    def dead_and_down() -> None:
        killed[0].kill()
        hide_cover(cover=cover)
        run_all()
        was_empty.append(copies(cover) == [])

    with store_that_refuses(on_s3[0], settings, At(count, dead_and_down)):
        killed.append(Killed(settings))
        assert killed[0].run() == -9
        assert until(lambda: was_empty, 60) == [True]
        assert until(lambda: copies(cover), 60), "the picture arrives after all was deleted"
    run_all(seconds_later=200)
    assert copies(cover) == []


# --- all at once -------------------------------------------------------------------------------------------------------


def test_many_at_once(visitor: Any, cdn: Cdn, settings: Any) -> None:
    """Two runs of it, a worker, and people who hide, take down, delete and hang again: at the end each cover is as its row says."""
    covers = [make_old(published(visitor)) for _ in range(8)]
    prefixes = [cover.storage_prefix for cover in covers]
    faults: list[BaseException] = []
    start, over = threading.Barrier(5), threading.Event()

    def together(do: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            start.wait()
            try:
                do()
            except BaseException as error:
                faults.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def moderate() -> None:
        for cover, take_down in zip(covers[:3], TAKE_DOWN, strict=True):
            take_down(cover)

    def hang_again() -> None:
        for cover in covers[3:6]:
            for _ in range(3):
                unpublish_cover(cover=cover)
                publish_cover(cover=cover)

    def work() -> None:
        while not over.is_set():
            run_all()

    worker = together(work)
    for thread in [together(do) for do in (renew_as_told, renew_as_told, moderate, hang_again)]:
        thread.join(120)
    over.set()
    worker.join(120)
    assert faults == []
    run_all(seconds_later=200)
    for prefix, cover in zip(prefixes, covers, strict=True):
        is_shown = Cover.objects.filter(pk=cover.pk, visibility=Visibility.PUBLIC).exists()
        assert is_shown == (cover not in covers[:3])
        assert len(list(storage.listed(storage.public(), f"{prefix}/"))) == (5 if is_shown else 0)
    renew()  # a run may have met the other's half
    assert all(told(cover) == {settings.PUBLIC_CACHE_CONTROL} for cover in covers[3:])
