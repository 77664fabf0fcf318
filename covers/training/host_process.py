"""The weekly trainer's process: `python -m covers.training.host_process FD`, started and spoken to by `.host` only."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from covers.training import load_finetuner
from covers.training.lora.serving import Report, serve
from covers.training.training_contract import FineTuned, FineTuneSpec


def train(name: str, options: Mapping[str, Any], spec: FineTuneSpec, report: Report) -> Iterator[FineTuned]:
    result = load_finetuner(name, **options).train(spec, report)
    if result is not None:
        yield result


if __name__ == "__main__":
    serve(sys.argv[1:], train)
