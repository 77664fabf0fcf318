"""Getting one picture by its address: politely, from the public internet only, and never more than it may cost."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Timer
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings

from albumsite.media.decoding import MAX_UPLOAD_BYTES
from covers.albums.album_contract import RowProblem, RowRefused
from covers.albums.public_addresses import resolved
from covers.albums.row_judging import ADDRESS_MAX
from covers.albums.usage_rights import is_web_address

REDIRECTS_MAX = 3
CONNECT_SECONDS, TOTAL_SECONDS = 10.0, 30.0
HOST_INTERVAL_SECONDS, HOST_INTERVAL_MAX_SECONDS = 1.0, 60.0
ROBOTS_MAX_BYTES = 500 * 1024
"""As much of a robots.txt must be read at least: RFC 9309, 2.5."""

HOST_FAILURES_MAX = 3
"""So many in a row, and a host is left alone until the next run."""

HOSTS_MAX = 10_000
USER_AGENT = "AibumAlbums/1.0"
PORTS = {"http": 80, "https": 443}
PICTURE_TYPES = frozenset(
    ("image/jpeg", "image/jpg", "image/png", "image/webp", "image/avif", "image/heic", "image/heif")
)
SAFE = "/%:@!$&'()*+,;=~-._"
REDIRECTS, BUSY = (301, 302, 303, 307, 308), (408, 425, 429, 500, 502, 503, 504)


class HttpAnswer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""

    body: bytes


@dataclass
class _Host:
    """What is known of a scheme, host and port."""

    next_at: float = 0.0
    interval_seconds: float = HOST_INTERVAL_SECONDS
    robots: RobotFileParser | None = None
    failures: int = 0


@dataclass
class Fetcher:
    """Fetches pictures one after the other. For one thread.

    allow_private: only for tests, whose servers are on this machine. interval_seconds: between two requests to one host,
    more where its robots.txt or its Retry-After says so. No proxy is used: it would connect for us to where we must not.
    """

    allow_private: bool = False
    interval_seconds: float = HOST_INTERVAL_SECONDS
    total_seconds: float = TOTAL_SECONDS
    max_bytes: int = MAX_UPLOAD_BYTES
    user_agent: str = field(default_factory=lambda: f"{USER_AGENT} (+{settings.SITE_URL})")
    _hosts: dict[tuple[str, str, int], _Host] = field(default_factory=dict)

    def picture(self, address: str) -> bytes:
        """The file at an address, after at most three redirects, each checked like the first. Raises RowRefused."""
        for _ in range(REDIRECTS_MAX + 1):
            if not is_web_address(address, ADDRESS_MAX):
                raise RowRefused(RowProblem.BAD_ADDRESS, address)
            host = self._host(address)
            if host.failures >= HOST_FAILURES_MAX:
                raise RowRefused(RowProblem.NO_ANSWER, f"the host failed before: {address}", is_temporary=True)
            try:
                answer = self._asked(host, address)
            except RowRefused as refused:
                host.failures = host.failures + 1 if refused.is_temporary else 0
                raise
            host.failures = 0
            if answer.status not in REDIRECTS:
                return answer.body
            address = _leads_to(address, answer)
        raise RowRefused(RowProblem.TOO_MANY_REDIRECTS, address)

    def _asked(self, host: _Host, address: str) -> HttpAnswer:
        """A picture or a redirect. Raises RowRefused."""
        self._ask_robots(host, address)
        answer = self._get(host, address, self.max_bytes, is_picture=True)
        if answer.status in BUSY:
            host.next_at = time.monotonic() + _retry_after(answer)
            raise RowRefused(RowProblem.NO_ANSWER, f"{answer.status} {address}", is_temporary=True)
        if answer.status != 200 and answer.status not in REDIRECTS:
            raise RowRefused(RowProblem.ANSWER_REFUSED, f"{answer.status} {address}")
        return answer

    def _host(self, address: str) -> _Host:
        parts = urlsplit(address)
        key = (parts.scheme, str(parts.hostname), parts.port or PORTS[parts.scheme])
        if key not in self._hosts and len(self._hosts) >= HOSTS_MAX:
            del self._hosts[next(iter(self._hosts))]
        return self._hosts.setdefault(key, _Host(interval_seconds=self.interval_seconds))

    def _ask_robots(self, host: _Host, address: str) -> None:
        """RFC 9309: what is not there allows all, what cannot be reached allows nothing. Raises RowRefused."""
        if host.robots is None:
            host.robots = self._robots(host, address)
            delay = float(host.robots.crawl_delay(self.user_agent) or 0)
            host.interval_seconds = min(max(self.interval_seconds, delay), HOST_INTERVAL_MAX_SECONDS)
        if not host.robots.can_fetch(self.user_agent, address):
            raise RowRefused(RowProblem.NOT_ALLOWED, address)

    def _robots(self, host: _Host, address: str) -> RobotFileParser:
        place, parser = urljoin(address, "/robots.txt"), RobotFileParser()
        for _ in range(REDIRECTS_MAX + 1):
            if not is_web_address(place, ADDRESS_MAX):
                break
            answer = self._get(host, place, ROBOTS_MAX_BYTES, is_picture=False)
            if answer.status in BUSY or answer.status >= 500:
                raise RowRefused(RowProblem.NO_ANSWER, f"{answer.status} {place}", is_temporary=True)
            if answer.status not in REDIRECTS:
                parser.parse(answer.body.decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
                return parser
            place = _leads_to(place, answer)
        parser.parse([])  # too many redirects: as if it were not there
        return parser

    def _get(self, host: _Host, address: str, max_bytes: int, *, is_picture: bool) -> HttpAnswer:
        time.sleep(max(0.0, host.next_at - time.monotonic()))
        try:
            return self._exchange(address, max_bytes, is_picture=is_picture)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RowRefused(RowProblem.NO_ANSWER, f"{type(error).__name__} {address}", is_temporary=True) from error
        finally:
            host.next_at = time.monotonic() + host.interval_seconds

    def _exchange(self, address: str, max_bytes: int, *, is_picture: bool) -> HttpAnswer:
        parts = urlsplit(address)
        name, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
        number = resolved(name, port, allow_private=self.allow_private)
        connection = http.client.HTTPConnection(name, port)
        connection.default_port, connection.auto_open = PORTS[parts.scheme], 0  # it must never resolve the name itself
        timeout_seconds = min(CONNECT_SECONDS, self.total_seconds)
        with socket.create_connection((number, port), timeout_seconds) as line, _ended_after(self.total_seconds, line):
            connection.sock = _secured(line, name) if parts.scheme == "https" else line
            with contextlib.closing(connection):
                connection.request("GET", _target(parts.path, parts.query), headers=self._headers())
                return _read(connection.getresponse(), address, max_bytes, is_picture=is_picture)

    def _headers(self) -> dict[str, str]:
        return {
            "User-Agent": self.user_agent,
            "Accept": "image/jpeg, image/png, image/webp, image/avif, image/*;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }


def _secured(line: socket.socket, name: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(line, server_hostname=name)


@contextmanager
def _ended_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """A server that sends a byte now and then keeps every single wait short: the clock ends the whole. Raises TimeoutError."""
    same_line = line.dup()  # TLS takes the other one over

    def end() -> None:
        with contextlib.suppress(OSError):  # it has ended by itself
            same_line.shutdown(socket.SHUT_RDWR)

    started, alarm = time.monotonic(), Timer(seconds, end)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        alarm.join()
        same_line.close()
    if time.monotonic() - started >= seconds:  # what came looks whole where the server gave no length
        raise TimeoutError


def _read(response: http.client.HTTPResponse, address: str, max_bytes: int, *, is_picture: bool) -> HttpAnswer:
    headers = {key.lower(): value for key, value in response.getheaders()}
    if response.status != 200:
        return HttpAnswer(response.status, headers, b"")
    if is_picture:
        _check_head(headers, address, max_bytes)
    body = response.read(max_bytes + 1)
    if is_picture and len(body) > max_bytes:
        raise RowRefused(RowProblem.TOO_LARGE, address)
    if len(body) < min(_length(headers), max_bytes):
        raise ConnectionError("the end is missing")
    return HttpAnswer(response.status, headers, body[:max_bytes])


def _length(headers: Mapping[str, str]) -> int:
    value = headers.get("content-length", "")
    return int(value) if value.isdecimal() and len(value) < 20 else 0


def _leads_to(address: str, answer: HttpAnswer) -> str:
    try:
        return urljoin(address, answer.headers.get("location", ""))
    except ValueError as error:
        raise RowRefused(RowProblem.BAD_ADDRESS, address) from error


def _target(path: str, query: str) -> str:
    """As it goes over the wire: what is not ASCII is escaped, and what is escaped stays."""
    target = quote(path or "/", safe=SAFE)
    return f"{target}?{quote(query, safe=SAFE + '?')}" if query else target


def _check_head(headers: Mapping[str, str], address: str, max_bytes: int) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in PICTURE_TYPES or headers.get("content-encoding", "identity") != "identity":
        raise RowRefused(RowProblem.WRONG_TYPE, f"{kind} {address}")
    if _length(headers) > max_bytes:
        raise RowRefused(RowProblem.TOO_LARGE, address)


def _retry_after(answer: HttpAnswer) -> float:
    value = answer.headers.get("retry-after", "")
    return (
        min(float(value), HOST_INTERVAL_MAX_SECONDS)
        if value.isdecimal() and len(value) < 9
        else HOST_INTERVAL_MAX_SECONDS
    )
