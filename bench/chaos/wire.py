"""Stands between PostgreSQL's socket and whoever connects meanwhile: loses answers of commits, or keeps silent for a while.

    with wire(folder_of_the_socket, LOSING): …

The server's own socket is put aside and put back; a connection that was made through the wire goes on through it, faithfully.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
LOSING, SILENT = "losing", "silent"
COMMITS = re.compile(rb"COMMIT|(?:UPDATE|INSERT INTO) \"covers_")
"""Statements whose answer is worth losing: the end of a transaction, or a statement that is one by itself."""


@dataclass
class Wire:
    """While `is_bad` is set. lost: how many connections were cut between a statement and its answer."""

    way: str
    seed: int
    is_bad: threading.Event = field(default_factory=threading.Event)
    is_good: threading.Event = field(default_factory=threading.Event)
    lost: int = 0

    def accept(self, listener: socket.socket, server: str) -> None:
        number = 0
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                number += 1
                threading.Thread(
                    target=self._serve, args=(client, server, random.Random(self.seed + number)), daemon=True
                ).start()

    def _serve(self, client: socket.socket, server_path: str, chance: random.Random) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            loses = threading.Event()
            try:
                server.connect(server_path)
            except OSError:
                return  # as it answers itself while it is away
            threading.Thread(target=self._answers, args=(server, client, loses), daemon=True).start()
            with contextlib.suppress(OSError):
                while part := client.recv(65536):
                    if self.way == LOSING and self.is_bad.is_set() and COMMITS.search(part) and chance.random() < 0.5:
                        loses.set()
                    server.sendall(part)
                server.shutdown(socket.SHUT_WR)

    def _answers(self, server: socket.socket, client: socket.socket, loses: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while part := server.recv(65536):
                if loses.is_set():  # the server has carried it out: it answers
                    self.lost += 1
                    client.shutdown(socket.SHUT_RDWR)
                    return
                if self.way == SILENT and self.is_bad.is_set():
                    self.is_good.wait(60)
                client.sendall(part)
            client.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def wire(folder: Path, way: str, seed: int) -> Iterator[Wire]:
    """Bad for the length of the block. folder: of PostgreSQL's socket. Raises OSError where there is none."""
    path, aside = folder / SOCKET, folder / f"{SOCKET}.aside"
    found, ours = Wire(way, seed), 0
    with socket.socket(socket.AF_UNIX) as listener:
        os.rename(path, aside)
        try:
            listener.bind(str(path))
            ours = path.stat().st_ino
            path.chmod(0o777)
            listener.listen(200)
            found.is_bad.set()
            threading.Thread(target=found.accept, args=(listener, str(aside)), daemon=True).start()
            yield found
        finally:
            found.is_bad.clear()
            found.is_good.set()
            _put_back(path, aside, ours)
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # closing alone wakes nobody who waits for a connection


def _put_back(path: Path, aside: Path, ours: int) -> None:
    """A server that was started meanwhile has made a socket of its own in our place: that one stays."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_ino == ours:
            os.rename(aside, path)
            return
    aside.unlink(missing_ok=True)
