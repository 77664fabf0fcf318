"""PostgreSQL behind a wire that loses one answer (what was written is there, and the client hears of a broken connection), or that
drops its connections."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections


class LossyWire:
    """Passes bytes both ways. words: of the statement whose answer is lost; where it is in a transaction, of its COMMIT.

    After the loss the next `refused` connections are refused, as by a server that is still starting again.
    """

    def __init__(self, words: bytes, refused: int) -> None:
        self.lost = 0
        self._words, self._refused, self._left_to_refuse = words, refused, 0
        values = connection.get_connection_params()
        self._server = f"{values['host']}/.s.PGSQL.{values.get('port') or 5432}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                if self._left_to_refuse:
                    self._left_to_refuse -= 1
                    client.close()
                    continue
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._server)
            loses = threading.Event()
            threading.Thread(target=self._answers, args=(server, client, loses), daemon=True).start()
            is_in_transaction = is_marked = False
            with contextlib.suppress(OSError):
                while part := client.recv(65536):
                    is_in_transaction = (is_in_transaction or b"BEGIN" in part) and b"ROLLBACK" not in part
                    is_marked = not self.lost and (is_marked or self._words in part)
                    if is_marked and (b"COMMIT" in part or not is_in_transaction):
                        loses.set()
                    is_in_transaction = is_in_transaction and b"COMMIT" not in part
                    server.sendall(part)

    def _answers(self, server: socket.socket, client: socket.socket, loses: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while part := server.recv(65536):
                if loses.is_set():  # the server has carried it out: it answers
                    self.lost += 1
                    self._left_to_refuse = self._refused
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(part)


@contextlib.contextmanager
def answer_lost(words: str, *, refused: int = 0) -> Iterator[LossyWire]:
    """Every thread that connects meanwhile does so over a lossy wire; connections that are open stay as they are."""
    wire = LossyWire(words.encode(), refused)
    with pytest.MonkeyPatch.context() as patch:
        values: Any = connections.settings["default"]
        patch.setitem(values, "HOST", "127.0.0.1")
        patch.setitem(values, "PORT", str(wire.port))
        patch.setitem(values, "OPTIONS", {**values["OPTIONS"], "sslmode": "disable", "gssencmode": "disable"})
        try:
            yield wire
        finally:
            wire.close()


def elsewhere(work: Callable[[], Any]) -> None:
    """In a thread, that is on a database connection of its own."""

    def run() -> None:
        try:
            with contextlib.suppress(OperationalError):  # what a worker's log would say
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def another_connection() -> psycopg.Connection[Any]:
    """To the same database, past Django."""
    known = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{name: known[name] for name in names if name in known}, autocommit=True)


def drop_connections() -> None:
    with another_connection() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
