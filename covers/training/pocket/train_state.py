"""Training in slices: any part of it may be killed at any line and goes on where its last save was."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

logger = logging.getLogger(__name__)

IDLE_SHARE = 0.85
"""How much of a core must be free before a second thread is worth it: a thread that waits holds up all others."""


class EMA:
    """Exponential moving average of a module's parameters."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.values = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in module.state_dict().items():
            if value.is_floating_point():
                self.values[name].lerp_(value, 1 - decay)
            else:
                self.values[name].copy_(value)


ModuleT = TypeVar("ModuleT", bound=nn.Module)


@dataclass
class TrainState(Generic[ModuleT]):
    """What is trained, and everything that a later slice needs to go on exactly.

    one_step: the loss of step number n; all that is random in it must come from n. file: where the state is kept.
    """

    file: Path
    module: ModuleT
    one_step: Callable[[int], Tensor]
    steps: int
    learning_rate: float
    ema_decay: float
    warmup: int = 100

    def __post_init__(self) -> None:
        self.average = EMA(self.module, self.ema_decay)
        self.optimizer = torch.optim.AdamW(self.module.parameters(), self.learning_rate, betas=(0.9, 0.99), fused=True)
        self.step = 0
        if self.file.is_file():
            self._resume()

    @property
    def is_done(self) -> bool:
        return self.step >= self.steps

    def rate_at(self, step: int) -> float:
        """Warm-up, then half a cosine to a twentieth."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        share = min(1.0, (step - self.warmup) / max(1, self.steps - self.warmup))
        return self.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))

    def save(self) -> None:
        state = {
            "step": self.step,
            "module": self.module.state_dict(),
            "average": self.average.values,
            "optimizer": self.optimizer.state_dict(),
        }
        part = self.file.with_suffix(f".{os.getpid()}.part")
        torch.save(state, part)
        part.replace(self.file)

    def _resume(self) -> None:
        state = torch.load(self.file, map_location=next(self.module.parameters()).device, weights_only=True)
        self.module.load_state_dict(state["module"])
        self.average.values = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        logger.info("goes on file=%s step=%d of %d", self.file.name, self.step, self.steps)

    def run(self, until: float, save_every_seconds: float = 120, most_threads: int = 0) -> None:
        """Train until done or until `time.monotonic()` reaches `until`. Raises FloatingPointError for a lost loss."""
        saved = logged = time.monotonic()
        threads = Threads(most_threads)
        losses: list[float] = []
        while not self.is_done and time.monotonic() < until:
            losses.append(self._train_one())
            if time.monotonic() - logged > 20:
                mean = sum(losses) / len(losses)
                each = (time.monotonic() - logged) / len(losses)
                logger.info(
                    "%s step=%d/%d loss=%.4f seconds_per_step=%.3f threads=%d",
                    self.file.stem, self.step, self.steps, mean, each, torch.get_num_threads(),
                )  # fmt: skip
                if not math.isfinite(mean):
                    raise FloatingPointError(f"the loss of {self.file.stem} is {mean} at step {self.step}")
                losses, logged = [], time.monotonic()
                threads.choose()
            if time.monotonic() - saved > save_every_seconds:
                self.save()
                saved = time.monotonic()
        self.save()

    def _train_one(self) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate_at(self.step)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.one_step(self.step)
        loss.backward()
        nn.utils.clip_grad_norm_(self.module.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.average.update(self.module, self.step)
        return float(loss.detach())


class Threads:
    """As many torch threads as cores are free. One too many, beside other work, made a step many times slower."""

    def __init__(self, most: int) -> None:
        self._most = most or len(os.sched_getaffinity(0))
        self._before = self._clocks()

    def choose(self) -> None:
        before, self._before = self._before, self._clocks()
        wall, busy, own = (now - then for now, then in zip(self._before, before, strict=True))
        others = max(0.0, busy - own) / max(wall, 1e-6)
        torch.set_num_threads(max(1, min(self._most, math.floor(self._most - others + 1 - IDLE_SHARE))))

    @staticmethod
    def _clocks() -> tuple[float, float, float]:
        """Seconds: of the clock, of all work on this machine, of this process."""
        fields = [int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        idle = fields[3] + fields[4]
        busy = (sum(fields) - idle) / os.sysconf("SC_CLK_TCK")
        times = os.times()
        return time.monotonic(), busy, times.user + times.system


def parameters(modules: Iterable[nn.Module]) -> int:
    """How many numbers the modules hold."""
    return sum(value.numel() for module in modules for value in module.parameters())
