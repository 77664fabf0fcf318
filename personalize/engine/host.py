"""Trains in a process of its own, and survives whatever happens there: see `covers.engine.host`, which does so for drawing.

A fresh process for each call: what a training leaves on a card or in memory is gone with it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

from albumsite.errors import EngineError
from covers.engine.host import LAST_WORDS_SECONDS, child_environment, describe_exit
from personalize.engine.contract import (
    Progress,
    ProgressCallback,
    TrainedAdapter,
    TrainingFailed,
    TrainingSpec,
)


class TrainingHost:
    """A FaceTrainer that lives in a process of its own, for one `train` at a time.

    trainer_name, options: as for `personalize.engine.load_trainer`, with options that can be pickled.
    step_timeout_seconds: the longest silence of a trainer; after it its process is killed. Besides what the trainer
    raises, `train` raises EngineError "engine:died", "engine:hung" and "engine:failed".
    """

    def __init__(self, trainer_name: str, options: Mapping[str, object], *, step_timeout_seconds: float = 600) -> None:
        self._name, self._options = trainer_name, dict(options)
        self._step_timeout_seconds = step_timeout_seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def train(
        self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback
    ) -> Iterator[TrainedAdapter | TrainingFailed]:
        """As `FaceTrainer.train`. Giving up the iterator, or any exception out of `on_progress`, ends the process."""
        connection = self._start(specs)
        try:
            while (message := self._receive(connection))[0] != "end":
                match message:
                    case ("progress", Progress() as progress) if not on_progress(progress):
                        with suppress(OSError):
                            connection.send(("stop", progress.run_id))
                    case ("result", TrainedAdapter() | TrainingFailed() as result):
                        yield result
                    case ("failed", str(message_id), str(detail)):
                        raise EngineError(message_id, detail)
        finally:
            self._end(connection)

    def _start(self, specs: Sequence[TrainingSpec]) -> Connection:
        ours, theirs = socket.socketpair()
        by_signal = "by-signal" if threading.current_thread() is threading.main_thread() else "by-hanging-up"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "personalize.engine.host_process",
                 str(theirs.fileno()), str(os.getpid()), by_signal],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=child_environment(os.environ),
            )  # fmt: skip
        connection = Connection(ours.detach())
        with suppress(OSError):  # a child that is gone already: `_receive` says so
            connection.send((self._name, self._options, tuple(specs), sys.path))
        return connection

    def _receive(self, connection: Connection) -> tuple[object, ...]:
        """The next message. Raises EngineError when the process hangs or is gone."""
        try:
            if connection.poll(self._step_timeout_seconds):
                return tuple(connection.recv())
        except (EOFError, OSError):
            assert self._process is not None
            raise EngineError("engine:died", describe_exit(self._process.wait())) from None
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
            process.kill()
            process.wait()
        connection.close()
