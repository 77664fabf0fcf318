"""The weekly trainer's process: `python -m covers.learning.host_process FD`, started and spoken to by `.host` only."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from covers.learning import load_finetuner
from covers.learning.contract import FineTuned, FineTuneSpec
from covers.learning.lora.serving import Report, serve


def train(name: str, options: Mapping[str, Any], spec: FineTuneSpec, report: Report) -> Iterator[FineTuned]:
    result = load_finetuner(name, **options).train(spec, report)
    if result is not None:
        yield result


if __name__ == "__main__":
    serve(sys.argv[1:], train)
