"""Connections: how long a client may take over a request's header and over fetching its answer, and how many it may hold."""

from __future__ import annotations

import asyncio
from typing import Any

from django.conf import settings
from uvicorn.protocols.http.h11_impl import H11Protocol

from albumsite.admission.addresses import prefix_of
from albumsite.door import bounds


class Connections:
    """All of this process, by network. Whoever holds too many loses the one that has waited longest for its own client."""

    def __init__(self) -> None:
        self.by_network: dict[str, dict[DoorProtocol, None]] = {}
        self.count = 0

    def enter(self, connection: DoorProtocol) -> None:
        mine = self.by_network.setdefault(connection.network, {})
        mine[connection] = None
        self.count += 1
        if connection.has_share and len(mine) > bounds.CONNECTIONS_PER_NETWORK:
            self._cut_oldest(mine)
        elif self.count > bounds.CONNECTIONS_MAX:
            self._cut_oldest(max(self.by_network.values(), key=len))

    def leave(self, connection: DoorProtocol) -> None:
        mine = self.by_network.get(connection.network, {})
        if connection in mine:
            del mine[connection]
            self.count -= 1
        if not mine:
            self.by_network.pop(connection.network, None)

    def _cut_oldest(self, held: dict[DoorProtocol, None]) -> None:
        """In order of arrival; those whose request is being answered are spared where others are not."""
        oldest = next((one for one in held if not one.is_served), next(iter(held)))
        self.leave(oldest)
        oldest.transport.abort()


CONNECTIONS = Connections()


class DoorProtocol(H11Protocol):
    """uvicorn's, with deadlines. is_served: a whole request has arrived and its answer is under way; the application sets it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.is_served = False
        self.deadline: asyncio.TimerHandle | None = None
        self.reader_look: asyncio.TimerHandle | None = None
        self.app_state = {"connection": self}
        peer = self.client[0] if self.client else ""
        self.network = prefix_of(peer)
        self.has_share = bool(peer) and not settings.ALLAUTH_TRUSTED_PROXY_COUNT  # a proxy carries everybody's
        CONNECTIONS.enter(self)
        self._look_at_header()

    def connection_lost(self, exc: Exception | None) -> None:
        CONNECTIONS.leave(self)
        self._cancel_deadline()
        self._stop_reader_look()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look_at_header()

    def on_response_complete(self) -> None:
        self.is_served = False
        super().on_response_complete()
        if self.transport.is_closing():
            self._linger()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._linger()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_reader_look()
        left = self.transport.get_write_buffer_size()
        self.reader_look = self.loop.call_later(bounds.READER_LOOK_SECONDS, self._look_at_reader, left)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_reader_look()

    def _look_at_header(self) -> None:
        """A deadline runs while no request is under way and something of one may come; nothing but a whole header ends it.

        So it also ends a client that goes on sending a body which was refused.
        """
        if self.cycle is not None and not self.cycle.response_complete:
            self._cancel_deadline()
        elif self.deadline is None:
            self.deadline = self.loop.call_later(bounds.HEADER_SECONDS, self.transport.abort)

    def _linger(self) -> None:
        """What is closed but not fetched goes all the same."""
        self._cancel_deadline()
        self.deadline = self.loop.call_later(bounds.LINGER_SECONDS, self.transport.abort)

    def _cancel_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _look_at_reader(self, left_before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left_before - left < bounds.READER_LOOK_SECONDS * bounds.READER_BYTES_PER_SECOND:
            self.transport.abort()
            return
        self.reader_look = self.loop.call_later(bounds.READER_LOOK_SECONDS, self._look_at_reader, left)

    def _stop_reader_look(self) -> None:
        if self.reader_look is not None:
            self.reader_look.cancel()
            self.reader_look = None


def connection_of(scope: dict[str, Any]) -> DoorProtocol:
    found: DoorProtocol = scope["state"]["connection"]
    return found
