"""The training process: `python -m personalize.engine.host_process FD`, started and spoken to by `.host` only.

It serves one call of one trainer and ends. Messages are tuples:

in   (trainer name, options, specs, sys.path) once, then ("stop", run id)
out  ("progress", Progress), ("result", TrainedAdapter or TrainingFailed), perhaps ("failed", message id, detail), ("end",)

It lives at most as long as its parent, and needs no settings, database or network of the site.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection

from albumsite.errors import EngineError
from covers.engine.host_process import Line, stop_with_parent
from personalize.engine import load_trainer
from personalize.engine.contract import Progress

logger = logging.getLogger("personalize.engine")

NICENESS = 10
"""Covers are drawn while somebody looks on; a training gives way to them wherever they share processors."""


class TrainingLine(Line):
    """The drawing engine's end of a socket, for trainings: what it hears is which runs to stop."""

    def __init__(self, connection: Connection, parent_pid: int) -> None:
        super().__init__(connection, parent_pid)
        self._stopped: set[str] = set()

    def report(self, progress: Progress) -> bool:
        """The trainer's callback."""
        if progress.run_id not in self._stopped:
            self.send("progress", progress)
        return progress.run_id not in self._stopped

    def _hear(self, message: tuple[object, ...]) -> None:
        _stop, run_id = message
        self._stopped.add(str(run_id))


def main(descriptor: int, parent_pid: int, by_signal: bool) -> None:
    stop_with_parent(parent_pid, by_signal=by_signal)
    os.nice(NICENESS)
    os.dup2(2, 1)  # what a library prints is log, too
    os.set_inheritable(descriptor, False)
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)  # the parent asks where it hangs before it kills
    logging.basicConfig(level=logging.INFO, format="{asctime} {levelname} {name}: {message}", style="{")
    connection = Connection(descriptor)
    name, options, specs, sys.path[:] = connection.recv()
    line = TrainingLine(connection, parent_pid)
    threading.Thread(target=line.listen, name="listen", daemon=True).start()
    try:
        for result in load_trainer(name, **options).train(specs, line.report):
            line.send("result", result)
    except EngineError as error:
        line.send("failed", error.message_id, error.detail)
    except MemoryError:
        line.send("failed", "engine:out-of-memory", traceback.format_exc())
    except Exception:
        line.send("failed", "engine:failed", traceback.format_exc())
    line.send("end")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "by-signal")
