"""A mail server of a few lines: it takes mails, or answers a command as it is told."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.stand_ins import StandIn

ARRIVED = "."
"""The end of a mail's text, as a command that can be answered."""
CALLED = "220"
"""A new line, as a command that can be answered."""
DROP = "drop"
"""An answer: the line is cut."""


class _Handler(socketserver.StreamRequestHandler):
    told: MailServer

    def handle(self) -> None:
        self.told.asked += 1
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
        said = self.told.answers.get(command, usual.get(command, "250 ok"))
        if said == DROP:
            return False
        if not said:
            self.told.released.wait(60)
            return False
        self._say(said)
        return command != "QUIT"

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if not self.told.answers.get(ARRIVED, "2").startswith(("4", "5")):
            self.told.mails.append(b"".join(lines))
        return self._answer(ARRIVED)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@dataclass
class MailServer(StandIn):
    """answers: what it says to a command; "" says nothing more and holds the line until it is stopped. asked: how often it was
    called, and mails are those that it took, or broke off after."""

    handles = _Handler
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    asked: int = 0


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """One that the site's letters go to."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        yield server
