"""What the steps of every training have around them: less at once when memory runs out, checkpoints, the adapter's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic

from torch import Tensor

from covers.training.lora.adapters import ADAPTER_FILE, check_adapter, write_adapter
from covers.training.lora.multi_lora_trainer import J, MultiLoraTrainer
from covers.training.lora.out_of_memory import retry_when_out_of_memory
from covers.training.lora.progress_reporter import P, ProgressReporter
from covers.training.lora.step_timer import StepTimer
from covers.training.lora.training_checkpoint import resume, write_checkpoint

NO_SAMPLES: tuple[bytes, ...] = ()


class LoraSession(Generic[J, P]):
    """made_with: for the parameters of results."""

    def __init__(
        self,
        trainer: MultiLoraTrainer[J],
        reporter: ProgressReporter[P],
        step_timer: StepTimer,
        made_with: Mapping[str, object],
    ) -> None:
        self._trainer, self._reporter, self._step_timer, self._made_with = trainer, reporter, step_timer, made_with
        self._process_group = trainer.process_group
        self._preview_seconds = 0.0

    def _time_step(self, step: Callable[[], object], rows: Callable[[], int]) -> None:
        """rows: of the step. Raises EngineError "training:too-slow", "engine:out-of-memory"."""
        retry_when_out_of_memory(self._trainer, lambda: self._step_timer.time_step(step), rows)

    def _resume(self, job: J, folder: Path, identity: str, run_id: str) -> None:
        resume(folder, job, self._trainer.store, identity, run_id)

    def _write_checkpoint(self, job: J, folder: Path, identity: str) -> Path | None:
        """None where another process writes it."""
        return write_checkpoint(folder, job, self._trainer.store, identity) if self._process_group.is_main else None

    def _write_adapter(self, job: J, row: Tensor, folder: Path, parameters: Mapping[str, object]) -> tuple[Path, str]:
        """Write the weights `row`, (length,), and read them back as the drawing engine does. The file and its sha256."""
        path, matrices = folder / ADAPTER_FILE, self._trainer.store.matrices_of(row)

        def written() -> str:
            sha256 = write_adapter(path, matrices, job.recipe, parameters)
            check_adapter(path, self._trainer.base.unet, matrices)
            return sha256

        return path, self._process_group.on_main(written, "")
