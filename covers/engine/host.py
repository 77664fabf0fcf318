"""Keeps an engine loaded in a process of its own, and survives whatever happens there.

A draw job may crash the interpreter, be killed for memory or hang in a kernel; the worker that asked for it must not.
The child is a fresh interpreter (never a fork: CUDA cannot be used in one, and no database or Redis connection may leak
into it). It ends when this process ends, however that happens: see `covers.engine.host_process`.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from albumsite.errors import EngineError
from albumsite.processes.endings import end_now
from albumsite.processes.slots import engine_share
from covers.engine.engine_contract import Drawn, DrawSpec, Step, StepCallback

logger = logging.getLogger(__name__)

PROJECT_DIR = Path(__file__).resolve().parents[2]
PASSED_ON = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "LOG_LEVEL",
     "LD_LIBRARY_PATH", "LD_PRELOAD", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
)  # fmt: skip
PASSED_ON_PREFIXES = (
    "AIBUM_", "LC_", "PYTHON", "XDG_", "FONTCONFIG_", "HF_", "TRANSFORMERS_", "DIFFUSERS_", "SAFETENSORS_", "TORCH", "PYTORCH_",
    "TRITON_", "CUDA_", "CUDNN_", "CUBLAS_", "NCCL_", "NVIDIA_", "ROCR_", "HIP_", "HSA_", "OMP_", "MKL_", "KMP_", "GOMP_",
    "OPENBLAS_", "NUMEXPR_", "MALLOC_", "TOGETHER_",
)  # fmt: skip
"""What an engine needs of the environment, by name: machine, libraries, cards, the hub (HF_TOKEN opens gated models) and the site's
own AIBUM_…. Whatever else there is, a secret that somebody names tomorrow among it, stays out."""
FAILURES_BEFORE_FRESH = 2
"""After so many failed calls in a row the child is replaced: a card whose context broke fails everything from then on."""
LAST_WORDS_SECONDS = 0.2
"""How long a hanging child gets to write its stack to the log before it is killed."""

Message = tuple[object, ...]
GONE: Message = ("gone",)


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Of this process's environment what drawing and learning need, and no secret of the site; with its share of the machine."""
    child = {
        name: value for name, value in environment.items() if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
    child |= {**engine_share(environment), "PYTHONUNBUFFERED": "1"}
    child.setdefault("TRANSFORMERS_VERBOSITY", "error")  # on import it complains of packages that nothing here needs
    child["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PROJECT_DIR), environment.get("PYTHONPATH", ""))))
    return child


def started(module: str) -> tuple[subprocess.Popen[bytes], Connection]:
    """A process of that module, which ends with this one, and the line to it."""
    ours, theirs = socket.socketpair()
    by_signal = "by-signal" if threading.current_thread() is threading.main_thread() else "by-hanging-up"
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(theirs.fileno()), str(os.getpid()), by_signal],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=child_environment(os.environ),
        )
    return process, Connection(ours.detach())


class Child:
    """One engine process, and the threads that write to it and read from it.

    They are threads because a job's time-out is an exception out of a signal handler, and those strike the main thread
    only: there it could tear a message in two and leave the stream unreadable.
    """

    def __init__(self, engine_name: str, options: Mapping[str, object]) -> None:
        self.process, self._connection = started("covers.engine.host_process")
        self._inbox: SimpleQueue[Message] = SimpleQueue()
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._has_hung_up = False
        self._wanted_call = self._begun_call = self._ended_call = 0
        threading.Thread(target=self._read, name="engine-reader", daemon=True).start()
        threading.Thread(target=self._write, name="engine-writer", daemon=True).start()
        self.send(engine_name, dict(options), sys.path)

    @property
    def is_alive(self) -> bool:
        return not self._has_hung_up and self.process.poll() is None

    def send(self, *message: object) -> None:
        """Says nothing when the child is gone: `receive` tells that, and why."""
        self._outbox.put(bytes(ForkingPickler.dumps(message)))

    def receive(self, timeout_seconds: float) -> Message:
        """The next message of the wanted call. Kills the child and raises EngineError when it hangs or is gone."""
        try:
            message = self._inbox.get(timeout=timeout_seconds)
        except Empty:
            self._kill_hanging()
            raise EngineError("engine:hung", f"no word from the engine for {timeout_seconds:g} s") from None
        if message is GONE:
            raise EngineError("engine:died", describe_exit(self.kill()))
        return message

    def begin(self, what: str, call_id: int, given: object) -> None:
        self._wanted_call = call_id
        self.send(what, call_id, given)
        self._begun_call = call_id  # only now: a time-out may strike above, and `settle` would wait for no call at all

    def cancel(self, call_id: int, *request_id: str) -> None:
        """Stop a whole call, or one request in it."""
        if self._ended_call < call_id:
            self.send("cancel", call_id, *request_id)

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until the last call, if it was cancelled, has come to its end. False: it did not in time."""
        deadline = time.monotonic() + timeout_seconds
        while self.is_alive and self._ended_call < self._begun_call and time.monotonic() < deadline:
            time.sleep(0.005)
        while not self._inbox.empty():
            self._inbox.get()
        return self.is_alive and self._ended_call >= self._begun_call

    def kill(self) -> int:
        """End it now, and reap it; its exit status. May be called twice."""
        return end_now(self.process)

    def hang_up(self) -> None:
        """Kill it and end both threads. The socket closes with the last of them: sooner, its number might be reused."""
        self.kill()
        self._outbox.put(None)

    def _kill_hanging(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGUSR1)  # it writes the stack of every thread to stderr
        time.sleep(LAST_WORDS_SECONDS)
        self.kill()

    def _read(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._sort(self._connection.recv())
        self._has_hung_up = True
        self._inbox.put(GONE)

    def _write(self) -> None:
        with suppress(OSError):
            while (message := self._outbox.get()) is not None:
                self._connection.send_bytes(message)

    def _sort(self, message: Message) -> None:
        if message[0] == "end":
            self._ended_call = max(self._ended_call, int(message[1]))  # type: ignore[call-overload]
        if message[0] in ("ready", "refused") or message[1] == self._wanted_call:
            self._inbox.put(message)  # the rest is the tail of a call that was given up


class EngineHost:
    """A CoverEngine that lives in a process of its own. For one caller at a time; a new draw gives up the one before.

    engine_name, options: as for `covers.engine.load_engine`, with options that can be pickled. start_timeout_seconds:
    for importing and loading weights. step_timeout_seconds: the longest silence of a drawing engine; after it the
    child is killed. Whatever made a call fail, the next one works, in a fresh child if need be: also after two calls in a
    row that failed for an unknown reason or for memory.

    Besides what the engine itself raises, `start` and `draw` raise EngineError "engine:died" (crash, out-of-memory
    kill), "engine:hung" (silence) and "engine:failed" (an exception in the engine; its traceback is the detail).
    """

    def __init__(
        self,
        engine_name: str,
        options: Mapping[str, object],
        *,
        start_timeout_seconds: float = 300,
        step_timeout_seconds: float = 120,
    ) -> None:
        self.name = engine_name
        self._options = dict(options)
        self._start_timeout_seconds = start_timeout_seconds
        self._step_timeout_seconds = step_timeout_seconds
        self._child: Child | None = None
        self._last_call = 0
        self._failures_in_a_row = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_alive(self) -> bool:
        """Whether an engine is loaded, or being loaded, and its process runs."""
        return self._child is not None and self._child.is_alive

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child is not None else None

    def start(self) -> None:
        """Load the engine now rather than at the first draw. Does nothing while one is alive. Raises EngineError."""
        if not self.is_alive:
            self._fresh_child()

    def close(self) -> None:
        """End the child, also in the middle of a picture. The next draw would start another."""
        child, self._child = self._child, None
        if child is not None:
            child.hang_up()

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        """As `CoverEngine.draw`. Giving up the iterator, or any exception out of `on_step`, cancels the drawing."""
        wanted = {spec.request_id for spec in specs}
        with closing(self._call("draw", tuple(specs))) as messages:
            for message in messages:
                match message:
                    case ("step", call_id, Step() as step):
                        if step.request_id not in wanted or on_step(step):
                            continue
                        wanted.discard(step.request_id)
                        if not wanted:
                            return
                        self._cancel(int(call_id), step.request_id)  # type: ignore[call-overload]
                    case ("drawn", _, Drawn() as drawn) if drawn.request_id in wanted:
                        yield drawn

    def pictures_at_once(self, spec: DrawSpec) -> int:
        """How many pictures like `spec` the engine draws at once. Loads it if need be. Raises EngineError."""
        with closing(self._call("room", spec)) as messages:
            return next((int(number) for _, _, number in messages), 1)  # type: ignore[call-overload]

    def _cancel(self, call_id: int, request_id: str) -> None:
        if self._child is not None:
            self._child.cancel(call_id, request_id)

    def _call(self, what: str, given: object) -> Generator[Message]:
        """What the child says to one call until its end; given up, the call is cancelled."""
        child = self._idle_child()
        self._last_call = call_id = self._last_call + 1
        try:
            child.begin(what, call_id, given)
            while self._last_call == call_id:
                match child.receive(self._step_timeout_seconds):
                    case ("failed", _, str(message_id), str(detail)):
                        self._failures_in_a_row += message_id in ("engine:failed", "engine:out-of-memory")
                        raise EngineError(message_id, detail)
                    case ("end", _):
                        self._failures_in_a_row = 0
                        return
                    case message:
                        yield message
            raise EngineError("engine:failed", "given up: another draw began before this one ended")
        finally:
            child.cancel(call_id)

    def _idle_child(self) -> Child:
        """A child that waits for a call: the one we have, if it ends the call before in time, else a fresh one."""
        is_sound = self._failures_in_a_row < FAILURES_BEFORE_FRESH
        if self._child is not None and is_sound and self._child.settle(self._step_timeout_seconds):
            return self._child
        return self._fresh_child()

    def _fresh_child(self) -> Child:
        self.close()
        self._failures_in_a_row = 0
        started_at = time.monotonic()
        self._child = child = Child(self.name, self._options)
        try:
            answer = child.receive(self._start_timeout_seconds)
        except BaseException:
            self.close()
            raise
        if answer[0] == "refused":
            self.close()
            raise EngineError(str(answer[1]), str(answer[2]))
        seconds = time.monotonic() - started_at
        logger.info("engine started name=%s pid=%d seconds=%.1f", self.name, child.process.pid, seconds)
        return child


def describe_exit(return_code: int) -> str:
    if return_code >= 0:
        return f"the engine process ended with code {return_code}"
    name = signal.Signals(-return_code).name
    return f"the engine process was ended by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
