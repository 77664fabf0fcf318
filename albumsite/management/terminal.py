"""What commands for people in a terminal have in common: exit codes, one line for bad input, an end in order, a folder to write to."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

NOT_ALL_DONE, BAD_INPUT, INTERRUPTED = 1, 2, 130
"""Exit codes; the last as a shell gives it to what Ctrl-C has ended."""


class BadInput(Exception):
    """One clear line for stderr."""


class TerminalCommand(BaseCommand):
    """Bad input is one line on stderr and the exit code BAD_INPUT, not a page of usage."""

    requires_system_checks: list[str] = []

    @property
    def name(self) -> str:
        return type(self).__module__.rpartition(".")[2]

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = self.refuse  # type: ignore[method-assign]
        return parser

    def refuse(self, message: str) -> NoReturn:
        self.note(message)
        sys.exit(BAD_INPUT)

    def note(self, message: str) -> None:
        """On stderr itself: a progress bar writes there, too."""
        sys.stderr.write(f"{self.name}: {message}\n")

    @contextlib.contextmanager
    def taken_back(self, take_back: Callable[[], object], told: str = "stopped") -> Iterator[None]:
        """Ctrl-C, SIGTERM and SIGHUP in the block (the latter two by albumsite/processes/endings.py) end the command, once what was
        asked for is taken back."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit) as stop:
            connection.close()  # in the middle of a statement it is good for nothing
            take_back()
            sys.stderr.write("\n")
            self.note(told)
            sys.exit(INTERRUPTED if isinstance(stop, KeyboardInterrupt) else stop.code)


def log_warnings_only() -> None:
    """Here and in workers that are started from here: the progress bar says the rest."""
    logging.getLogger().setLevel(logging.WARNING)
    os.environ.setdefault("LOG_LEVEL", "WARNING")


def writable_folder(name: str) -> Path:
    """The folder of an `--out` option, made if it is missing. Raises BadInput."""
    folder = Path(name).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{uuid.uuid4().hex}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadInput(f"--out: {name}: {error.strerror}") from error
    return folder
