"""Telling of each run's progress, and remembering which runs are no longer wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from covers.training.lora.processes import Processes


class OfRun(Protocol):
    @property
    def run_id(self) -> str: ...


P = TypeVar("P", bound=OfRun)
"""A trainer's own kind of progress."""


class Watch(Generic[P]):
    """Hands progress to `on_progress`, of the main process alone; all processes hear the answers."""

    def __init__(self, on_progress: Callable[[P], bool], processes: Processes) -> None:
        self._on_progress = on_progress
        self._processes = processes
        self._stopped: frozenset[str] = frozenset()
        self.raised: BaseException | None = None

    def wants(self, run_id: str) -> bool:
        return run_id not in self._stopped

    def tell_here(self, progress: P) -> bool:
        """Tell, without asking the other processes: for stages that the main one goes through alone."""
        if self._processes.is_main and self.wants(progress.run_id) and not self._asked(progress):
            self._stopped |= {progress.run_id}
        return self.wants(progress.run_id)

    def _asked(self, progress: P) -> bool:
        try:
            return self._on_progress(progress)
        except BaseException as error:
            self.raised = error  # not the model's: to be handed on as it is
            raise

    def tell(self, progresses: Iterable[P]) -> None:
        """Tell of all, then agree with the other processes on who goes on."""
        for progress in progresses:
            self.tell_here(progress)
        self.agree()

    def agree(self) -> None:
        self._stopped = self._processes.told(self._stopped)
