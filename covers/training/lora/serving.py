"""A trainer's process, seen from the inside. It serves one call of one trainer and ends. Messages are tuples:

in   (trainer name, options, what to train, sys.path) once, then ("stop", run id)
out  ("progress", …) and ("result", …), perhaps ("failed", message id, detail), ("end",)

It lives at most as long as its parent, and needs no settings, database or network of the site.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from albumsite.errors import EngineError
from covers.engine.host_process import Line, begin

NICENESS = 10
"""Covers are drawn while somebody looks on; a training gives way to them wherever they share processors."""

Report = Callable[[Any], bool]
"""The trainer's callback: told of its progress, answers whether to go on."""
Train = Callable[[str, Mapping[str, Any], Any, Report], Iterable[object]]
"""Builds the trainer by name and options, trains what was handed over, gives results."""


class TrainingLine(Line):
    """The drawing engine's end of a socket, for trainings: what it hears is which runs to stop."""

    def __init__(self, connection: Connection, parent_pid: int) -> None:
        super().__init__(connection, parent_pid)
        self._stopped: set[str] = set()

    def report(self, progress: Any) -> bool:
        """The trainer's callback."""
        if progress.run_id not in self._stopped:
            self.send("progress", progress)
        return progress.run_id not in self._stopped

    def _hear(self, message: tuple[object, ...]) -> None:
        _stop, run_id = message
        self._stopped.add(str(run_id))


def serve(arguments: list[str], train: Train) -> None:
    """arguments: of the command line: the socket's number, the parent's pid, "by-signal" or not, see `stop_with_parent`."""
    descriptor, parent_pid = int(arguments[0]), int(arguments[1])
    os.nice(NICENESS)
    connection = begin(descriptor, parent_pid, by_signal=arguments[2] == "by-signal")
    name, options, given, sys.path[:] = connection.recv()
    line = TrainingLine(connection, parent_pid)
    threading.Thread(target=line.listen, name="listen", daemon=True).start()
    try:
        for result in train(name, options, given, line.report):
            line.send("result", result)
    except EngineError as error:
        line.send("failed", error.message_id, error.detail)
    except MemoryError:
        line.send("failed", "engine:out-of-memory", traceback.format_exc())
    except Exception:
        line.send("failed", "engine:failed", traceback.format_exc())
    line.send("end")
