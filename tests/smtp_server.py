"""A mail server of a few lines: it takes mails, or answers a command as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

ARRIVED = "."
"""The end of a mail's text, as a command that can be answered."""
CALLED = "220"
"""A new line, as a command that can be answered."""
DROP = "drop"
"""An answer: the line is cut."""


@dataclass
class MailServer:
    """answers: what it says to a command; "" says nothing more and holds the line until it is stopped. asked: how often it was
    called, and mails are those that it took, or broke off after."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    asked: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    server: socketserver.ThreadingTCPServer | None = None

    @property
    def port(self) -> int:
        assert self.server is not None
        return int(self.server.server_address[1])

    def start(self) -> None:
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler_of(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        assert self.server is not None
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def _handler_of(mail_server: MailServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            mail_server.asked += 1
            if not self._answer(CALLED):
                return
            while line := self.rfile.readline():
                command = line.decode().strip().split(" ")[0].split(":")[0].upper()
                if not self._answer(command):
                    return
                if command == "DATA" and not self._take():
                    return

        def _answer(self, command: str) -> bool:
            usual = {CALLED: "220 ready", "DATA": "354 go on", "QUIT": "221 bye"}
            said = mail_server.answers.get(command, usual.get(command, "250 ok"))
            if said == DROP:
                return False
            if not said:
                mail_server.released.wait(60)
                return False
            self._say(said)
            return command != "QUIT"

        def _take(self) -> bool:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            if not mail_server.answers.get(ARRIVED, "2").startswith(("4", "5")):
                mail_server.mails.append(b"".join(lines))
            return self._answer(ARRIVED)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    return Handler


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """One that the site's letters go to."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    yield server
    server.stop()
