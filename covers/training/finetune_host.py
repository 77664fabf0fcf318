"""The weekly trainer in a process of its own, so that a worker survives whatever happens there. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from covers.training.lora.trainer_process import TrainerProcess
from covers.training.training_contract import FineTuneCallback, FineTuned, FineTuneSpec


class FineTuneHost(TrainerProcess):
    """A FineTuner that lives in a process of its own, for one `train` at a time.

    trainer_name, options: as for `covers.training.load_finetuner`. Besides what the trainer raises, `train` raises
    EngineError "engine:died", "engine:hung" and "engine:failed".
    """

    def __init__(self, trainer_name: str, options: Mapping[str, object], *, step_timeout_seconds: float = 600) -> None:
        super().__init__("covers.training.load_finetuner", trainer_name, options, step_timeout_seconds)

    def train(self, spec: FineTuneSpec, on_progress: FineTuneCallback) -> FineTuned | None:
        """As `FineTuner.train`. Any exception out of `on_progress` ends the process."""
        with closing(self.results(spec, on_progress)) as results:
            for result in results:
                assert isinstance(result, FineTuned)
                return result
        return None
