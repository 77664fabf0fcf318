"""The face trainer in a process of its own, so that a worker survives whatever happens there. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from covers.training.lora.trainer_process import TrainerProcess
from personalize.dreambooth.face_contract import ProgressCallback, TrainedAdapter, TrainingFailed, TrainingSpec


class FaceTrainerHost(TrainerProcess):
    """A FaceTrainer that lives in a process of its own, for one `train` at a time.

    trainer_name, options: as for `personalize.dreambooth.load_trainer`. Besides what the trainer raises, `train` raises
    EngineError "engine:died", "engine:hung" and "engine:failed".
    """

    def __init__(self, trainer_name: str, options: Mapping[str, object], *, step_timeout_seconds: float = 600) -> None:
        super().__init__("personalize.dreambooth.load_trainer", trainer_name, options, step_timeout_seconds)

    def train(
        self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback
    ) -> Iterator[TrainedAdapter | TrainingFailed]:
        """As `FaceTrainer.train`. Giving up the iterator, or any exception out of `on_progress`, ends the process."""
        with closing(self.results(tuple(specs), on_progress)) as results:
            for result in results:
                assert isinstance(result, TrainedAdapter | TrainingFailed)
                yield result
