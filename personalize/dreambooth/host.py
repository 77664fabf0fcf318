"""Trains in a process of its own, and survives whatever happens there: see `covers.training.lora.hosting`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from covers.training.lora.hosting import TrainerProcess
from personalize.dreambooth.face_contract import (
    Progress,
    ProgressCallback,
    TrainedAdapter,
    TrainingFailed,
    TrainingSpec,
)


class TrainingHost:
    """A FaceTrainer that lives in a process of its own, for one `train` at a time.

    trainer_name, options: as for `personalize.dreambooth.load_trainer`, with options that can be pickled.
    step_timeout_seconds: the longest silence of a trainer; after it its process is killed. Besides what the trainer
    raises, `train` raises EngineError "engine:died", "engine:hung" and "engine:failed".
    """

    def __init__(self, trainer_name: str, options: Mapping[str, object], *, step_timeout_seconds: float = 600) -> None:
        self._process = TrainerProcess(
            "personalize.dreambooth.host_process", trainer_name, options, step_timeout_seconds=step_timeout_seconds
        )

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def train(
        self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback
    ) -> Iterator[TrainedAdapter | TrainingFailed]:
        """As `FaceTrainer.train`. Giving up the iterator, or any exception out of `on_progress`, ends the process."""
        with closing(self._process.messages(tuple(specs))) as messages:
            for message in messages:
                match message:
                    case ("progress", Progress() as progress) if not on_progress(progress):
                        self._process.stop(progress.run_id)
                    case ("result", TrainedAdapter() | TrainingFailed() as result):
                        yield result
