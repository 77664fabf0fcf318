"""A trainer's process, seen from the outside: begun, listened to, ended. Needs no torch; see `covers.engine.host`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection

from albumsite.errors import EngineError
from albumsite.processes.endings import end_now
from covers.engine.host import LAST_WORDS_SECONDS, child_environment, describe_exit


class TrainerProcess:
    """One trainer in a fresh process of its own, for one call: what it leaves on a card or in memory is gone with it.

    module: of the child, run with -m, see `serving.serve`. trainer_name, options: of the trainer; what is handed over can be
    pickled. step_timeout_seconds: the longest silence of a trainer; after it its process is killed.
    """

    def __init__(
        self, module: str, trainer_name: str, options: Mapping[str, object], *, step_timeout_seconds: float
    ) -> None:
        self._module, self._name, self._options = module, trainer_name, dict(options)
        self._step_timeout_seconds = step_timeout_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def messages(self, given: object) -> Generator[tuple[object, ...]]:
        """("progress", …) and ("result", …) as they come. Giving up the iterator ends the process.

        Raises EngineError as the trainer does, and "engine:died", "engine:hung" and "engine:failed".
        """
        self._connection = connection = self._start(given)
        try:
            while (message := self._receive(connection))[0] != "end":
                match message:
                    case ("failed", str(message_id), str(detail)):
                        raise EngineError(message_id, detail)
                    case _:
                        yield message
        finally:
            self._end(connection)

    def stop(self, run_id: str) -> None:
        """Tell the trainer that a run is no longer wanted."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.send(("stop", run_id))

    def _start(self, given: object) -> Connection:
        ours, theirs = socket.socketpair()
        by_signal = "by-signal" if threading.current_thread() is threading.main_thread() else "by-hanging-up"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self._module, str(theirs.fileno()), str(os.getpid()), by_signal],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=child_environment(os.environ),
            )
        connection = Connection(ours.detach())
        with suppress(OSError):  # a child that is gone already: `_receive` says so
            connection.send((self._name, self._options, given, sys.path))
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
        process, self._process, self._connection = self._process, None, None
        if process is not None:
            end_now(process)
        connection.close()
