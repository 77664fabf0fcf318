"""Reports each run's progress, and remembers which runs are no longer wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from covers.training.lora.distributed import ProcessGroup


class HasRunId(Protocol):
    @property
    def run_id(self) -> str: ...


P = TypeVar("P", bound=HasRunId)
"""A trainer's own kind of progress."""


class ProgressReporter(Generic[P]):
    """Hands progress to `on_progress`, of the main process alone; all processes know the answers."""

    def __init__(self, on_progress: Callable[[P], bool], process_group: ProcessGroup) -> None:
        self._on_progress = on_progress
        self._process_group = process_group
        self._stopped: frozenset[str] = frozenset()
        self.raised: BaseException | None = None

    def is_wanted(self, run_id: str) -> bool:
        return run_id not in self._stopped

    def report_here(self, progress: P) -> bool:
        """Report, without asking the other processes: for stages that the main one goes through alone."""
        if self._process_group.is_main and self.is_wanted(progress.run_id) and not self._asked(progress):
            self._stopped |= {progress.run_id}
        return self.is_wanted(progress.run_id)

    def _asked(self, progress: P) -> bool:
        try:
            return self._on_progress(progress)
        except BaseException as error:
            self.raised = error  # not the model's: to be handed on as it is
            raise

    def report(self, progresses: Iterable[P]) -> None:
        """Report all, then agree with the other processes on which runs go on."""
        for progress in progresses:
            self.report_here(progress)
        self.synchronize()

    def synchronize(self) -> None:
        self._stopped = self._process_group.broadcast(self._stopped)
