"""From a connection to Django: the body is read here, under a deadline and a limit of its view, before a thread is given."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from albumsite.admission.addresses import client_address, prefix_of
from albumsite.door import bounds, refusals
from albumsite.door.connections import connection_of
from albumsite.door.environ import CHUNKED, DoorAnswer, answer, environ_of, with_body
from albumsite.door.turns import TooManyInLine, Turns
from albumsite.media import uploads

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class BodyRefused(Exception):
    """A body that is not read to its end. status: 408, 413 or 503."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gone(Exception):
    """The client hung up."""


@dataclass
class Bodies:
    """Bytes of bodies that are arriving or wait, all together and by network."""

    held: int = 0

    def __post_init__(self) -> None:
        self.by_network: Counter[str] = Counter()

    def take(self, network: str, length: int) -> None:
        """Raises BodyRefused. A network may hold half, so that nobody shuts out the others."""
        if self.held + length > bounds.BODIES_BYTES or self.by_network[network] + length > bounds.BODIES_BYTES // 2:
            raise BodyRefused(503)
        self.held += length
        self.by_network[network] += length

    def give_back(self, network: str, length: int) -> None:
        self.held -= length
        self.by_network[network] -= length
        if not self.by_network[network]:
            del self.by_network[network]


class Door:
    """An ASGI application in front of a WSGI one."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.pages = Turns(bounds.PAGE_THREADS, "page")
        self.photos = Turns(bounds.UPLOAD_THREADS, "upload")
        self.bodies = Bodies()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if sum(len(name) + len(value) for name, value in scope["headers"]) > bounds.HEADER_BYTES:
            await _send(send, DoorAnswer(431, [(b"connection", b"close"), (b"content-length", b"0")], b""))
            return
        environ = environ_of(scope)
        network = prefix_of(client_address(environ))
        held: list[int] = []
        try:
            found = await self._answered(scope, receive, environ, network, held)
        except Gone:
            return
        except BodyRefused as refused:
            found = refusals.refusal(refused.status, environ)
        except TooManyInLine:
            found = refusals.refusal(503, environ)
        finally:
            self.bodies.give_back(network, sum(held))
        await _send(send, found)

    async def _answered(
        self, scope: dict[str, Any], receive: Receive, environ: dict[str, Any], network: str, held: list[int]
    ) -> DoorAnswer:
        path = environ["PATH_INFO"]
        limit = uploads.bytes_of_path(path) if _has_body(environ) else 0
        if limit > bounds.FORM_BYTES and not _has_files(
            environ
        ):  # a form for uploads that was sent without any is a form
            limit = bounds.FORM_BYTES
        turns = self.photos if limit > bounds.FORM_BYTES else self.pages
        if limit > bounds.FORM_BYTES and _announced(environ, limit) > bounds.FORM_BYTES:
            is_open = uploads.is_open_to_visitors(path)
            may_upload = is_open or await turns.run(network, partial(_may_upload, environ))
            limit = limit if may_upload else bounds.FORM_BYTES
        body = await self._body(receive, environ, network, limit, held) if limit else b""
        connection_of(scope).is_served = True
        return await turns.run(network, partial(answer, self.application, with_body(environ, body)))

    async def _body(
        self, receive: Receive, environ: dict[str, Any], network: str, limit: int, held: list[int]
    ) -> bytes:
        """Raises BodyRefused or Gone. held: what was taken of `bodies` meanwhile."""
        announced = _announced(environ, limit)
        if announced > limit:
            raise BodyRefused(413)
        seconds = bounds.BODY_SECONDS + announced / bounds.BODY_BYTES_PER_SECOND
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    part = message.get("body", b"")
                    self.bodies.take(network, len(part))
                    held.append(len(part))
                    parts.append(part)
                    if sum(held) > limit:
                        raise BodyRefused(413)
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError as error:
            raise BodyRefused(408) from error


async def _send(send: Send, found: DoorAnswer) -> None:
    await send({"type": "http.response.start", "status": found.status, "headers": found.headers})
    await send({"type": "http.response.body", "body": found.body, "more_body": False})


def _has_body(environ: dict[str, Any]) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or CHUNKED in environ


def _has_files(environ: dict[str, Any]) -> bool:
    """Whether it may: only such a body carries files to a view."""
    return str(environ.get("CONTENT_TYPE", "")).lower().startswith("multipart/")


def _announced(environ: dict[str, Any], limit: int) -> int:
    """Bytes; of a chunked body, which announces none, all that it may have."""
    return int(environ["CONTENT_LENGTH"]) if "CONTENT_LENGTH" in environ else limit


def _may_upload(environ: dict[str, Any]) -> bool:
    """With the thread's database connection looked after as for a view."""
    close_old_connections()
    try:
        return bool(import_string(settings.MAY_UPLOAD)(environ))
    finally:
        close_old_connections()
