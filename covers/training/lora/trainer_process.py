"""A trainer's process, seen from the outside: begun, listened to, ended. Needs no torch; see `covers.engine.host`."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from albumsite.errors import EngineError
from albumsite.processes.endings import end_now
from covers.engine.host import LAST_WORDS_SECONDS, describe_exit, started

CHILD = "covers.training.lora.trainer_child"


class TrainerProcess:
    """One trainer in a fresh process of its own, for one call: what it leaves on a card or in memory is gone with it.

    loader: dotted path of the function that builds a trainer by `trainer_name` and `options`; what is handed over can be
    pickled. step_timeout_seconds: the longest silence of a trainer; after it its process is killed.
    """

    def __init__(
        self, loader: str, trainer_name: str, options: Mapping[str, object], step_timeout_seconds: float
    ) -> None:
        self._loader, self._name, self._options = loader, trainer_name, dict(options)
        self._step_timeout_seconds = step_timeout_seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def results(self, given: object, on_progress: Callable[[Any], bool]) -> Generator[object]:
        """What the trainer gives for `train(given, on_progress)`, as it comes. Giving up the iterator ends the process.

        Raises EngineError as the trainer does, and "engine:died", "engine:hung" and "engine:failed".
        """
        connection = self._start(given)
        try:
            while (message := self._receive(connection))[0] != "end":
                match message:
                    case ("failed", str(message_id), str(detail)):
                        raise EngineError(message_id, detail)
                    case ("progress", progress):
                        if not on_progress(progress):
                            self._stop(connection, progress)
                    case ("result", result):
                        yield result
        finally:
            self._end(connection)

    @staticmethod
    def _stop(connection: Connection, progress: Any) -> None:
        """Tell the trainer that the run of this progress is no longer wanted."""
        with suppress(OSError):
            connection.send(("stop", progress.run_id))

    def _start(self, given: object) -> Connection:
        self._process, connection = started(CHILD)
        with suppress(OSError):  # a child that is gone already: `_receive` says so
            connection.send((self._loader, self._name, self._options, given, sys.path))
        return connection

    def _receive(self, connection: Connection) -> tuple[object, ...]:
        """The next message. Raises EngineError when the process hangs or is gone."""
        try:
            if connection.poll(self._step_timeout_seconds):
                return tuple(connection.recv())
        except (EOFError, OSError):
            assert self._process is not None
            raise EngineError("engine:died", describe_exit(end_now(self._process, grace_seconds=2))) from None
        self._ask_where_it_hangs()
        raise EngineError("engine:hung", f"no word from the trainer for {self._step_timeout_seconds:g} s")

    def _ask_where_it_hangs(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGUSR1)  # it writes the stack of every thread to stderr
            time.sleep(LAST_WORDS_SECONDS)

    def _end(self, connection: Connection) -> None:
        process, self._process = self._process, None
        if process is not None:
            end_now(process)
        connection.close()
