"""Getting pictures by their addresses: off unless asked, polite, and never from our own network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from albumsite.media import storage
from covers.albums.album_contract import RowRefused
from covers.albums.picture_fetching import Fetcher
from covers.albums.public_addresses import is_public
from covers.management.commands.import_albums import Command
from covers.models import Album
from tests.covers.albums.album_files import counts, picture, refused, run_import, song, write_csv
from tests.stand_ins import StandIn, WebHandler
from tests.waiting import LONG_SECONDS

Page = Callable[[WebHandler], None]


class _Handler(WebHandler):
    told: PictureServer

    def do_GET(self) -> None:
        self.told.asked.append(self.path)
        self.told.times.append(time.monotonic())
        self.told.headers.append(dict(self.headers))
        page = self.told.pages.get(self.path)
        if page is None:
            self.send_error(404)
        else:
            page(self)


@dataclass
class PictureServer(StandIn):
    """A web server on this machine. pages: by path; what is asked for is in `asked`, what it was told in `headers`."""

    handles = _Handler
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def address(self, path: str) -> str:
        return f"{self.url}{path}"

    def serves(self, path: str, content: bytes, kind: str = "image/jpeg", status: int = 200, **headers: str) -> str:
        self.pages[path] = lambda request: request.give(status, content, **({"Content_Type": kind} | headers))
        return self.address(path)


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with PictureServer() as running:
        yield running


class LocalCommand(Command):
    """May ask this machine, which the real one never does, and need not be polite to it."""

    def fetcher(self) -> Fetcher:
        return Fetcher(allow_private=True, interval_seconds=0)


def refusal(fetcher: Fetcher, address: str) -> tuple[str, bool]:
    with pytest.raises(RowRefused) as raised:
        fetcher.picture(address)
    return str(raised.value.reason), raised.value.is_temporary


def quick(**options: Any) -> Fetcher:
    return Fetcher(**{"allow_private": True, "interval_seconds": 0} | options)


@pytest.mark.django_db
def test_nothing_is_fetched_unless_asked_and_a_later_run_picks_up_what_is_missing(tmp_path, server):
    content = picture(50)
    rows = [
        song(1, image_url=server.serves("/1.jpg", content)),
        song(2, image_url=server.address("/gone.jpg")),
        song(3, image_url=server.serves("/3.jpg", content)),
        song(4, image_url=server.serves("/4.jpg", b"", status=503)),
    ]
    path, report = write_csv(tmp_path / "a.csv", *rows), tmp_path / "refused.csv"
    run_import(path, command=LocalCommand(), refused=report)
    assert server.asked == []
    assert Album.objects.to_fetch().count() == 4
    said = run_import(path, command=LocalCommand(), refused=report, fetch=True)
    album = Album.objects.get(title="Song 1")
    assert storage.read(storage.private(), album.storage_key).startswith(b"\xff\xd8\xff")
    assert album.fetched_at is not None
    assert [(row, reason) for row, reason, _about in refused(report)] == [
        (2, "answer-refused"), (3, "duplicate-picture"), (4, "no-answer"),
    ]  # fmt: skip
    assert "fetched: 1\n" in said
    assert counts()["with-picture"] == 1
    server.asked.clear()
    server.serves("/4.jpg", picture(51))
    run_import(path, command=LocalCommand(), refused=report, fetch=True)  # only what failed for the time being
    assert server.asked == ["/robots.txt", "/4.jpg"]
    assert Album.objects.get(title="Song 4").sha256


@pytest.mark.django_db
def test_the_command_itself_asks_no_private_address(tmp_path, server):
    path = write_csv(tmp_path / "a.csv", song(1, image_url=server.serves("/1.jpg", picture(52))))
    run_import(path, refused=tmp_path / "refused.csv", fetch=True)
    assert [reason for _row, reason, _about in refused(tmp_path / "refused.csv")] == ["private-address"]
    assert server.asked == []


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1", "no number",
        "192.0.0.1", "192.0.0.192", "192.88.99.1", "198.18.0.1", "fec0::1", "feff::1", "fdff::1", "64:ff9b:1:7f00:0:100:808:808",
        "3fff::1", "5f00::1", "100::1", "::127.0.0.1", "2002:c000:c0::1", "64:ff9b::c000:c0", "::ffff:192.0.0.192",
    ],
)  # fmt: skip
def test_these_addresses_are_not_public(number):
    assert not is_public(number)


@pytest.mark.parametrize("number", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_these_addresses_are_public(number):
    assert is_public(number)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_no_way_of_writing_this_machine_leads_to_it(server, host):
    server.serves("/1.jpg", picture(52))
    assert refusal(Fetcher(), f"http://{host}:{server.port}/1.jpg")[0] in ("private-address", "unknown-host")
    assert server.asked == []


def test_redirects_are_followed_three_times_and_each_is_checked(server):
    for number in range(5):
        to = server.address(f"/{number + 1}")
        server.serves(f"/{number}", b"", status=302, Location=f"/{number + 1}" if number % 2 else to)
    server.serves("/5", b"picture")
    assert quick().picture(server.address("/2")) == b"picture"
    assert refusal(quick(), server.address("/1")) == ("too-many-redirects", False)
    server.serves("/away", b"", status=301, Location="http://me:word@127.0.0.1/")
    assert refusal(quick(), server.address("/away")) == ("bad-address", False)
    server.serves("/file", b"", status=301, Location="file:///etc/passwd")
    assert refusal(quick(), server.address("/file")) == ("bad-address", False)


def test_a_redirect_to_a_private_address_is_refused(server, monkeypatch):
    server.serves("/1", b"", status=302, Location="http://169.254.169.254/latest/meta-data/")
    from covers.albums import public_addresses

    is_here = lambda number: number == "127.0.0.1" or is_public(number)  # noqa: E731  the first host may be asked
    monkeypatch.setattr(public_addresses, "is_public", is_here)
    assert refusal(Fetcher(interval_seconds=0), server.address("/1")) == ("private-address", False)


def test_only_pictures_of_a_bearable_size_are_taken(server):
    fetcher = quick(max_bytes=1000)
    assert refusal(fetcher, server.serves("/page", b"<html>", "text/html")) == ("wrong-type", False)
    assert refusal(fetcher, server.serves("/big", b"x" * 1001)) == ("too-large", False)
    assert refusal(fetcher, server.serves("/packed", b"x", Content_Encoding="gzip")) == ("wrong-type", False)
    assert refusal(fetcher, server.serves("/short", b"x", Content_Length="99")) == ("no-answer", True)

    def endless(request: WebHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "image/png")
        request.end_headers()
        request.wfile.write(b"x" * 5000)

    server.pages["/endless"] = endless
    assert refusal(fetcher, server.address("/endless")) == ("too-large", False)


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_cut_off_by_the_clock(server, part):
    def drip(request: WebHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n" + (b"\r\n" if part == "body" else b"X: "))
        for _ in range(20_000):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)

    server.pages["/drip"] = drip
    fetcher = quick(total_seconds=0.4)
    started = time.monotonic()
    assert refusal(fetcher, server.address("/drip")) == ("no-answer", True)
    assert time.monotonic() - started < LONG_SECONDS  # it would drip for a quarter of an hour


def test_robots_txt_is_obeyed_and_read_once(server):
    server.serves(
        "/robots.txt", b"User-agent: AibumAlbums\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n", "text/plain"
    )
    fetcher = quick()
    assert refusal(fetcher, server.serves("/private/1.jpg", b"x")) == ("not-allowed", False)
    assert fetcher.picture(server.serves("/open/1.jpg", b"x")) == b"x"
    assert server.asked == ["/robots.txt", "/open/1.jpg"]
    assert server.headers[1]["User-Agent"].startswith("AibumAlbums/1.0 (+http")
    assert server.headers[1]["Host"] == f"127.0.0.1:{server.port}"


def test_robots_txt_that_cannot_be_had_forbids_all_for_now(server):
    server.serves("/robots.txt", b"", status=500)
    server.serves("/1.jpg", b"x")
    assert refusal(quick(), server.address("/1.jpg")) == ("no-answer", True)
    assert server.asked == ["/robots.txt"]


def test_a_host_is_asked_at_its_own_pace(server):
    server.serves("/robots.txt", b"User-agent: *\nCrawl-delay: 1\n", "text/plain")
    fetcher = Fetcher(allow_private=True, interval_seconds=0.2)
    fetcher.picture(server.serves("/1.jpg", b"x"))
    fetcher.picture(server.serves("/2.jpg", b"x"))
    gaps = [later - earlier for earlier, later in zip(server.times, server.times[1:], strict=False)]
    assert gaps[0] >= 0.19
    assert gaps[1] >= 0.99


def test_a_host_that_fails_three_times_is_left_alone_for_this_run(server):
    server.serves("/1.jpg", b"", status=500, Retry_After="0")
    fetcher = quick()
    for _ in range(5):
        assert refusal(fetcher, server.address("/1.jpg")) == ("no-answer", True)
    assert server.asked == ["/robots.txt", *["/1.jpg"] * 3]


def test_letters_of_any_script_are_escaped_in_an_address(server):
    server.serves("/%ED%91%9C%EC%A7%80.jpg?%EA%B0%80=%20", b"x")
    assert quick().picture(server.address("/표지.jpg?가=%20")) == b"x"


def test_nobody_answers(tmp_path: Path):
    assert refusal(quick(), "http://127.0.0.1:1/1.jpg") == ("no-answer", True)
    assert refusal(quick(), f"http://{'a' * 64}.example/1.jpg") == ("unknown-host", True)
