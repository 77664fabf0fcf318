"""The engine process: `python -m covers.engine.host_process FD`, started and spoken to by `covers.engine.host` only.

It builds one engine, keeps it, and serves draw calls one after the other over the socket FD. Messages are tuples:

in   (engine name, options, sys.path) once, then ("draw", call id, specs), ("cancel", call id) for a whole call,
     ("cancel", call id, request id) for one request in it, and ("room", call id, spec)
out  ("ready", engine name) or ("refused", message id, detail) once, then per call
     ("step", call id, Step) and ("drawn", call id, Drawn), perhaps ("failed", call id, message id, detail),
     and always ("end", call id); for "room", how many pictures like that spec are drawn at once:
     ("room", call id, number) and ("end", call id)

An engine that draws several pictures at once says how many in an optional method `pictures_at_once(spec) -> int`; one
without it draws one after the other. It lives exactly as long as its parent. It needs no settings, database or network
of the site.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from albumsite.errors import EngineError
from albumsite.processes.endings import die_with
from covers.engine import load_engine
from covers.engine.engine_contract import CoverEngine, DrawSpec, Step

logger = logging.getLogger("covers.engine")

PARENT_CHECK_SECONDS = 1.0


Call = tuple[str, int, Any]
"""What to do ("draw" or "room"), the call's number, and its specs or spec."""


class ParentChannel:
    """This end of the socket. A thread of its own reads it, so that a cancel arrives while a picture is drawn."""

    def __init__(self, connection: Connection, parent_pid: int) -> None:
        self._connection = connection
        self._parent_pid = parent_pid
        self._wanted_call: int | None = None
        self._unwanted_requests: frozenset[str] = frozenset()
        self.calls: SimpleQueue[Call] = SimpleQueue()

    def send(self, *message: object) -> None:
        """Tell the parent. Ends this process when nobody listens any more."""
        try:
            self._connection.send(message)
        except (BrokenPipeError, ConnectionResetError):
            os._exit(0)

    def is_wanted(self, call_id: int, request_id: str | None = None) -> bool:
        """Whether the call is still wanted, and of it that request."""
        return self._wanted_call == call_id and request_id not in self._unwanted_requests

    def listen(self) -> None:
        """Read until the parent hangs up or is gone, then end this process whatever its main thread is doing."""
        try:
            while os.getppid() == self._parent_pid:
                if self._connection.poll(PARENT_CHECK_SECONDS):
                    self._hear(self._connection.recv())
        except (EOFError, OSError):
            pass  # hung up
        finally:
            os._exit(0)

    def _hear(self, message: tuple[object, ...]) -> None:
        match message:
            case ("draw" | "room" as what, int(call_id), given):
                self._wanted_call, self._unwanted_requests = call_id, frozenset()
                self.calls.put((what, call_id, given))
            case ("cancel", call_id, str(request_id)) if call_id == self._wanted_call:
                self._unwanted_requests |= {request_id}
            case ("cancel", call_id) if call_id == self._wanted_call:
                self._wanted_call = None


def stop_with_parent(parent_pid: int, *, by_signal: bool) -> None:
    """Leave Ctrl-C and SIGTERM to the parent, which hangs up when it wants this process to end; die when it dies.

    by_signal: ask Linux for a SIGKILL at the parent's death. It comes when the parent's *thread* that started this
    process ends, so only a child of the main thread may ask for it; hanging up and the pid check do the rest.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if by_signal:
        die_with(parent_pid, signal.SIGKILL)
    elif os.getppid() != parent_pid:  # it died meanwhile
        os._exit(0)


def build_engine(line: ParentChannel, name: str, options: dict[str, object]) -> CoverEngine | None:
    try:
        engine = load_engine(name, **options)
    except EngineError as error:
        line.send("refused", error.message_id, error.detail)
        return None
    except MemoryError:
        line.send("refused", "engine:out-of-memory", traceback.format_exc())
        return None
    except Exception:
        line.send("refused", "engine:failed", traceback.format_exc())
        return None
    line.send("ready", engine.name)
    return engine


def reporter(line: ParentChannel, call_id: int) -> Callable[[Step], bool]:
    def on_step(step: Step) -> bool:
        if line.is_wanted(call_id, step.request_id):
            line.send("step", call_id, step)
        return line.is_wanted(call_id, step.request_id)

    return on_step


def serve_call(line: ParentChannel, engine: CoverEngine, call: Call) -> None:
    """Do it, and tell what happens. No failure of one call may reach the next."""
    what, call_id, given = call
    try:
        if what == "draw":
            draw(line, engine, call_id, given)
        else:
            line.send("room", call_id, room_for(engine, given))
    except EngineError as error:
        line.send("failed", call_id, error.message_id, error.detail)
    except MemoryError:
        line.send("failed", call_id, "engine:out-of-memory", traceback.format_exc())
    except Exception:
        line.send("failed", call_id, "engine:failed", traceback.format_exc())
    line.send("end", call_id)


def draw(line: ParentChannel, engine: CoverEngine, call_id: int, specs: Sequence[DrawSpec]) -> None:
    for drawn in engine.draw(specs, reporter(line, call_id)):
        if not line.is_wanted(call_id):
            return
        if line.is_wanted(call_id, drawn.request_id):
            line.send("drawn", call_id, drawn)


def room_for(engine: CoverEngine, spec: DrawSpec) -> int:
    """How many pictures like `spec` the engine draws at once."""
    pictures_at_once = getattr(engine, "pictures_at_once", None)
    return max(1, int(pictures_at_once(spec))) if pictures_at_once else 1


def begin(descriptor: int, parent_pid: int, *, by_signal: bool) -> Connection:
    """What every such process does first: see that it ends with its parent, logs, and can be asked where it hangs."""
    stop_with_parent(parent_pid, by_signal=by_signal)
    os.dup2(2, 1)  # what a library prints is log, too
    os.set_inheritable(descriptor, False)
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)  # the parent asks where it hangs before it kills
    logging.basicConfig(level=logging.INFO, format="{asctime} {levelname} {name}: {message}", style="{")
    return Connection(descriptor)


def main(descriptor: int, parent_pid: int, by_signal: bool) -> None:
    connection = begin(descriptor, parent_pid, by_signal=by_signal)
    name, options, sys.path[:] = connection.recv()
    line = ParentChannel(connection, parent_pid)
    threading.Thread(target=line.listen, name="listen", daemon=True).start()
    engine = build_engine(line, name, options)
    if engine is None:
        return
    logger.info("engine ready name=%s pid=%d", engine.name, os.getpid())
    while True:
        serve_call(line, engine, line.calls.get())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "by-signal")
