"""A trainer's process, seen from the inside: `python -m covers.training.lora.trainer_child FD`, started by `.trainer_process` only.

It serves one call of one trainer and ends. Messages are tuples:

in   (dotted path of the loader, trainer name, options, what to train, sys.path) once, then ("stop", run id)
out  ("progress", …) and ("result", …), perhaps ("failed", message id, detail), ("end",)

It lives at most as long as its parent, and needs no settings, database or network of the site.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from typing import Any

from albumsite.errors import EngineError
from covers.engine.host_process import ParentChannel, begin

NICENESS = 10
"""Covers are drawn while somebody looks on; a training gives way to them wherever they share processors."""


class TrainingChannel(ParentChannel):
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


def train(
    loader: str, name: str, options: Mapping[str, Any], given: Any, report: Callable[[Any], bool]
) -> Iterator[object]:
    """Results of one trainer: it gives them one by one, or has one, or none."""
    result = resolve_name(loader)(name, **options).train(given, report)
    if isinstance(result, Iterator):
        yield from result
    elif result is not None:
        yield result


def serve(arguments: list[str]) -> None:
    """arguments: of the command line: the socket's number, the parent's pid, "by-signal" or not, see `stop_with_parent`."""
    descriptor, parent_pid = int(arguments[0]), int(arguments[1])
    os.nice(NICENESS)
    connection = begin(descriptor, parent_pid, by_signal=arguments[2] == "by-signal")
    loader, name, options, given, sys.path[:] = connection.recv()
    channel = TrainingChannel(connection, parent_pid)
    threading.Thread(target=channel.listen, name="listen", daemon=True).start()
    try:
        for result in train(loader, name, options, given, channel.report):
            channel.send("result", result)
    except EngineError as error:
        channel.send("failed", error.message_id, error.detail)
    except MemoryError:
        channel.send("failed", "engine:out-of-memory", traceback.format_exc())
    except Exception:
        channel.send("failed", "engine:failed", traceback.format_exc())
    channel.send("end")


if __name__ == "__main__":
    serve(sys.argv[1:])
