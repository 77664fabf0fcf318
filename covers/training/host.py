"""The weekly trainer in a process of its own, so that a worker survives whatever happens there. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from covers.training.lora.hosting import TrainerProcess
from covers.training.training_contract import FineTuneCallback, FineTuned, FineTuneProgress, FineTuneSpec


class FineTuneHost:
    """A FineTuner that lives in a process of its own, for one `train` at a time.

    trainer_name, options: as for `covers.training.load_finetuner`, with options that can be pickled. step_timeout_seconds:
    the longest silence of a trainer; after it its process is killed. Besides what the trainer raises, `train` raises
    EngineError "engine:died", "engine:hung" and "engine:failed".
    """

    def __init__(self, trainer_name: str, options: Mapping[str, object], *, step_timeout_seconds: float = 600) -> None:
        self._process = TrainerProcess(
            "covers.training.host_process", trainer_name, options, step_timeout_seconds=step_timeout_seconds
        )

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def train(self, spec: FineTuneSpec, on_progress: FineTuneCallback) -> FineTuned | None:
        """As `FineTuner.train`. Any exception out of `on_progress` ends the process."""
        with closing(self._process.messages(spec)) as messages:
            for message in messages:
                match message:
                    case ("progress", FineTuneProgress() as progress) if not on_progress(progress):
                        self._process.stop(progress.run_id)
                    case ("result", FineTuned() as result):
                        return result
        return None
