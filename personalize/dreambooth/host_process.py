"""The training process: `python -m personalize.dreambooth.host_process FD`, started and spoken to by `.host` only."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from covers.training.lora.serving import Report, serve
from personalize.dreambooth import load_trainer
from personalize.dreambooth.face_contract import TrainedAdapter, TrainingFailed, TrainingSpec


def train(
    name: str, options: Mapping[str, Any], specs: Sequence[TrainingSpec], report: Report
) -> Iterator[TrainedAdapter | TrainingFailed]:
    return load_trainer(name, **options).train(specs, report)


if __name__ == "__main__":
    serve(sys.argv[1:], train)
