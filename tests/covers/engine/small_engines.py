"""Engines that do one thing, mostly a bad one. Found by dotted path, also in the engine process."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from albumsite.errors import EngineError
from covers.engine.engine_contract import Drawn, DrawSpec, Step, StepCallback


def plain(spec: DrawSpec, **parameters: object) -> Drawn:
    """A picture of one colour, by seed."""
    rgb = spec.seed.to_bytes(8, "big")[-3:] * (spec.width * spec.height)
    return Drawn(spec.position, rgb, spec.width, spec.height, parameters=parameters, request_id=spec.request_id)


class Plain:
    """Draws one colour in `num_inference_steps` steps, and what `misbehave` adds when the prompt says "misbehave"."""

    name = "plain"

    def __init__(self, step_seconds: float = 0.0, log: str = "") -> None:
        self.step_seconds = step_seconds
        self.log = Path(log) if log else None
        self.note("built")

    def note(self, line: str) -> None:
        if self.log:
            with self.log.open("a") as file:
                file.write(f"{line}\n")

    def misbehave(self) -> None:
        """Good by nature."""

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        stopped: set[str] = set()
        for spec in specs:
            if all(self.go_on(spec, step, stopped, on_step) for step in range(1, spec.num_inference_steps + 1)):
                yield plain(spec, pid=os.getpid())

    def go_on(self, spec: DrawSpec, step: int, stopped: set[str], on_step: StepCallback) -> bool:
        """One step, unless its request was stopped."""
        if spec.request_id in stopped:
            return False
        time.sleep(self.step_seconds)
        self.note(f"{spec.request_id}{spec.position} {step}")
        if "misbehave" in spec.prompt:
            self.misbehave()
        if not on_step(Step(spec.position, step, spec.num_inference_steps, b"preview", spec.request_id)):
            stopped.add(spec.request_id)
        return spec.request_id not in stopped


class Hanging(Plain):
    def misbehave(self) -> None:
        time.sleep(600)


class Crashing(Plain):
    def misbehave(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


class Killed(Plain):
    def misbehave(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Exiting(Plain):
    def misbehave(self) -> None:
        os._exit(3)


class Raising(Plain):
    def misbehave(self) -> None:
        raise ZeroDivisionError("by misbehaving")


class Refusing(Plain):
    def misbehave(self) -> None:
        raise EngineError("engine:out-of-memory", "by misbehaving")


class Hungry(Plain):
    def misbehave(self) -> None:
        raise MemoryError


class Deaf(Plain):
    """Never asks whether to go on, for longer than anyone waits."""

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        on_step(Step(specs[0].position, 1, 2))
        if specs[0].prompt == "misbehave":
            time.sleep(600)
        yield plain(specs[0])


class Printing(Plain):
    """Shouts on standard output, as libraries do."""

    def misbehave(self) -> None:
        print("shout " * 1000)
        sys.stdout.flush()


class Environment(Plain):
    """Tells what it sees."""

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        seen = {
            "environment": dict(os.environ),
            "modules": sorted(sys.modules),
            "sockets": [path for path in descriptors() if path.startswith("socket:")],
        }
        yield plain(specs[0], **seen)


def descriptors() -> list[str]:
    """What this process holds open, as Linux names it."""
    folder = Path("/proc/self/fd")
    links = [folder / name for name in os.listdir(folder)]
    return [os.readlink(link) for link in links if os.path.lexists(link)]


class Unbuildable:
    name = "unbuildable"

    def __init__(self, message_id: str = "engine:model-missing") -> None:
        raise EngineError(message_id, "no such folder")


class BrokenAtBuild:
    name = "broken-at-build"

    def __init__(self) -> None:
        raise RuntimeError("a bug in the constructor")


class SlowToBuild:
    name = "slow-to-build"

    def __init__(self) -> None:
        time.sleep(600)


class Together(Plain):
    """Draws all pictures of a call step by step, as a diffusion engine does, and does what a title tells it to.

    Its options come from the environment: where it notes its calls and steps, and how long a step takes.
    """

    name = "together"

    def __init__(self) -> None:
        super().__init__(float(os.environ.get("TOGETHER_STEP_SECONDS", "0")), os.environ.get("TOGETHER_LOG", ""))

    def pictures_at_once(self, spec: DrawSpec) -> int:
        return 8

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        self.note("call " + " ".join(sorted({spec.request_id for spec in specs})))
        stopped: set[str] = set()
        for step in range(1, specs[0].num_inference_steps + 1):
            for spec in specs:
                self.step(spec, step, stopped, on_step)
            time.sleep(self.step_seconds)
        for spec in specs:
            if spec.request_id not in stopped:
                self.note(f"drawn {spec.request_id} {spec.position}")
                yield plain(spec, device="cpu")

    def step(self, spec: DrawSpec, step: int, stopped: set[str], on_step: StepCallback) -> None:
        if spec.request_id in stopped:
            return
        self.note(f"step {spec.request_id} {step}")
        if step == spec.num_inference_steps:
            OBEYED.get(spec.title, lambda: None)()
        if not on_step(Step(spec.position, step, spec.num_inference_steps, request_id=spec.request_id)):
            stopped.add(spec.request_id)


def fall_over() -> None:
    raise ZeroDivisionError("as the title says")


def run_out_of_memory() -> None:
    raise MemoryError


def refuse(message_id: str) -> None:
    raise EngineError(message_id, "by misbehaving")


OBEYED: dict[str, Callable[[], None]] = {
    "be killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "fall over": fall_over,
    "hang": lambda: time.sleep(600),
    "run out of memory": run_out_of_memory,
    "wear a broken adapter": lambda: refuse("engine:adapter-broken"),
}
"""What `Together` does at the last step of a picture with that title."""
