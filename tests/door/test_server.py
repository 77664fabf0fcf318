"""The web server as unkind clients meet it: over real sockets, in front of a small WSGI application."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import uvicorn

from albumsite.door import bounds
from albumsite.door.__main__ import config
from tests.waiting import wait_until

EVER = 60.0
WAIT_SECONDS = 20
"""How long a failing test waits; a passing one does not."""


class Site:
    """The server in a thread. hold: what requests to /hold wait for."""

    def __init__(self) -> None:
        self.hold = threading.Event()
        self.seen: list[dict[str, Any]] = []
        self.listener = socket.create_server(("0.0.0.0", 0))  # noqa: S104 loopback has many addresses
        self.port: int = self.listener.getsockname()[1]
        self.server = uvicorn.Server(config(self.answer, "0.0.0.0", self.port))  # noqa: S104
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]})
        self.thread.start()

    def answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        self.seen.append(environ)
        if environ["PATH_INFO"] == "/hold":
            self.hold.wait(WAIT_SECONDS)
        content = b"x" * 40_000_000 if environ["PATH_INFO"] == "/large" else f"took {len(body)}".encode()
        start("200 OK", [("Content-Length", str(len(content))), ("Set-Cookie", " a=b; Path=/")])
        return [content]

    def client(self, source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), WAIT_SECONDS, source_address=(source, 0))

    def ask(self, request: bytes, source: str = "127.0.0.1") -> bytes:
        with self.client(source) as client:
            client.sendall(request)
            return _answer(client)

    def close(self) -> None:
        self.hold.set()
        self.server.should_exit = True
        self.thread.join(WAIT_SECONDS)


def _answer(client: socket.socket, end: bytes = b"\r\n\r\n") -> bytes:
    """What comes, until `end` has."""
    data = b""
    while end not in data:
        part = client.recv(65536)
        assert part, data
        data += part
    return data


def _is_cut(client: socket.socket) -> bool:
    """Reads until the server hangs up. Fails by time-out where it does not."""
    with contextlib.suppress(ConnectionError):
        while client.recv(65536):
            pass
    return True


def post(length: int | str = 100, path: str = "/", extra: bytes = b"") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n".encode() + extra + b"\r\n"


GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Site]]:
    """`site(NAME=value)`: with other bounds."""
    started: list[Site] = []

    def start(**values: float) -> Site:
        for name, value in values.items():
            monkeypatch.setattr(bounds, name, value)
        started.append(Site())
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_bodies_that_never_come_hold_up_no_page(site: Any) -> None:
    web = site(PAGE_THREADS=1, BODY_SECONDS=EVER)
    silent = [web.client() for _ in range(20)]
    for client in silent:
        client.sendall(post())
    assert web.ask(GET).startswith(b"HTTP/1.1 200")
    assert [environ["REQUEST_METHOD"] for environ in web.seen] == ["GET"]  # none of them has seen a thread
    for client in silent:
        client.close()


def test_a_body_that_takes_too_long_is_told_so_and_ended(site: Any) -> None:
    web = site(BODY_SECONDS=0.2, BODY_BYTES_PER_SECOND=1_000_000)
    with web.client() as client:
        client.sendall(post() + b"some")
        assert _answer(client).startswith(b"HTTP/1.1 408")
        assert _is_cut(client)


@pytest.mark.parametrize("drip", [b"X-A: b\r\n", b"", b"\r\n"])
def test_a_header_that_does_not_end_is_ended(site: Any, drip: bytes) -> None:
    web = site(HEADER_SECONDS=0.3)
    with web.client() as client:
        client.sendall(b"GET / HTTP/1.1\r\n" if drip != b"\r\n" else b"")
        client.settimeout(0.05)
        with contextlib.suppress(ConnectionError):
            for _ in range(400):
                with contextlib.suppress(TimeoutError):
                    if client.recv(1000) == b"":
                        return
                client.sendall(drip)
            pytest.fail("it goes on listening")


def test_ten_thousand_header_lines_are_refused(site: Any) -> None:
    web = site()
    with web.client() as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 10_000 + b"\r\n")
        assert _is_cut(client)
    assert not web.seen


def test_chunks_without_end_are_refused_and_the_sender_is_cut(site: Any) -> None:
    web = site(HEADER_SECONDS=0.5)
    with web.client() as client, contextlib.suppress(ConnectionError):
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100_000):  # 6.5 GB would go through
            client.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        pytest.fail("it goes on listening")
    assert not web.seen


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_sent(site: Any) -> None:
    web = site()
    answer = web.ask(post(2_000_000, "/create/", b"Expect: 100-continue\r\n"))
    assert answer.startswith(b"HTTP/1.1 413")  # and not "100 Continue"
    assert not web.seen


def test_a_form_is_as_large_as_a_form_and_with_a_file_as_large_as_its_page_says(site: Any) -> None:
    web = site()
    files = b"Content-Type: multipart/form-data; boundary=x\r\n"
    assert web.ask(post(2_000_000, "/create/", files) + b"x" * 2_000_000).startswith(b"HTTP/1.1 200")
    plain = b"Content-Type: application/x-www-form-urlencoded\r\n"
    assert web.ask(post(2_000_000, "/create/", plain)).startswith(b"HTTP/1.1 413")
    assert web.ask(post(100_000_000, "/create/", files)).startswith(b"HTTP/1.1 413")


def test_who_does_not_fetch_the_answer_is_cut(site: Any) -> None:
    web = site(READER_LOOK_SECONDS=0.2, PAGE_THREADS=1)
    with web.client() as client:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert web.ask(GET).startswith(b"HTTP/1.1 200")  # its thread was free long before
        assert wait_until(lambda: not web.server.server_state.connections)
        assert _is_cut(client)


def test_one_network_cannot_hold_all_connections(site: Any) -> None:
    web = site(CONNECTIONS_PER_NETWORK=5, HEADER_SECONDS=EVER, BODY_SECONDS=EVER)
    with web.client("127.0.1.1") as other:
        other.sendall(post(4))
        silent = [web.client() for _ in range(12)]
        for client in silent:
            with contextlib.suppress(ConnectionError):
                client.sendall(post())
        assert web.ask(GET).startswith(b"HTTP/1.1 200")  # a page for somebody beside the attacker
        assert _is_cut(silent[0])
        other.sendall(b"body")  # a slow one from elsewhere was never in the way
        assert _answer(other).startswith(b"HTTP/1.1 200")
    for client in silent:
        client.close()


def test_one_networks_slow_pages_leave_threads_to_others(site: Any) -> None:
    web = site(PAGE_THREADS=2)
    slow = [web.client() for _ in range(6)]
    for client in slow:
        client.sendall(b"GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
    assert web.ask(GET, "127.0.1.1").startswith(b"HTTP/1.1 200")
    web.hold.set()
    for client in slow:
        assert _answer(client).startswith(b"HTTP/1.1 200")
        client.close()


def test_requests_arrive_whole_one_after_the_other_on_one_connection(site: Any) -> None:
    web = site()
    with web.client() as client:
        client.sendall(b"HEAD /%ED%95%9C HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 1.2.3.4\r\nX-A: b\r\n\r\n")
        head = _answer(client)
        assert head.startswith(b"HTTP/1.1 200")
        assert head.endswith(b"\r\n\r\n")
        assert b"content-length: 6" in head
        client.sendall(post(4, "/create/?a=b") + b"body")
        assert _answer(client, b"took 4")
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        assert _answer(client, b"took 3")
    first, second, third = web.seen
    assert first["PATH_INFO"].encode("latin1").decode() == "/한"
    assert "HTTP_X_FORWARDED_FOR" not in first
    assert (first["HTTP_X_A"], first["REMOTE_ADDR"]) == ("b", "127.0.0.1")
    assert (second["QUERY_STRING"], second["CONTENT_LENGTH"], third["CONTENT_LENGTH"]) == ("a=b", "4", "3")
