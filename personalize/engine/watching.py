"""Telling of each run's progress, and remembering which runs are no longer wanted."""

from __future__ import annotations

from collections.abc import Iterable

from personalize.engine.contract import Progress, ProgressCallback
from personalize.engine.processes import Processes


class Watch:
    """Hands progress to `on_progress`, of the main process alone; all processes hear the answers."""

    def __init__(self, on_progress: ProgressCallback, processes: Processes) -> None:
        self._on_progress = on_progress
        self._processes = processes
        self._stopped: frozenset[str] = frozenset()
        self.raised: BaseException | None = None

    def wants(self, run_id: str) -> bool:
        return run_id not in self._stopped

    def tell_here(self, progress: Progress) -> bool:
        """Tell, without asking the other processes: for stages that the main one goes through alone."""
        if self._processes.is_main and self.wants(progress.run_id) and not self._asked(progress):
            self._stopped |= {progress.run_id}
        return self.wants(progress.run_id)

    def _asked(self, progress: Progress) -> bool:
        try:
            return self._on_progress(progress)
        except BaseException as error:
            self.raised = error  # not the model's: to be handed on as it is
            raise

    def tell(self, progresses: Iterable[Progress]) -> None:
        """Tell of all, then agree with the other processes on who goes on."""
        for progress in progresses:
            self.tell_here(progress)
        self.agree()

    def agree(self) -> None:
        self._stopped = self._processes.told(self._stopped)
