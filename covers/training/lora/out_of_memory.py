"""Steps that fit into memory: with less at once when it runs out in one."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

from albumsite.errors import EngineError
from covers.engine.sdxl.device_memory import is_out_of_memory, release_memory
from covers.training.lora.multi_lora_trainer import MultiLoraTrainer

logger = logging.getLogger(__name__)


def is_due(step: int, every: int) -> bool:
    return every > 0 and step % every == 0


def retry_when_out_of_memory(
    trainer: MultiLoraTrainer[Any], step: Callable[[], object], rows: Callable[[], int]
) -> None:
    """One step of all jobs; with less at once when memory runs out in it. rows: of the step, see `shrink`.

    Raises EngineError "engine:out-of-memory" when nothing is left to save, or some job has taken the step already.
    """
    before = [len(job.losses) for job in trainer.jobs]
    while True:
        try:
            step()
            return
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or before != [len(job.losses) for job in trainer.jobs]:
                raise
            detail = " ".join(str(error).split())
        shrink(trainer, rows(), detail)


def shrink(trainer: MultiLoraTrainer[Any], rows: int, detail: str) -> None:
    """Smaller micro-batches, then gradient checkpointing. Raises EngineError "engine:out-of-memory" when both are used up."""
    release_memory()
    if trainer.process_group.count > 1:  # the others are in the middle of theirs
        raise EngineError("engine:out-of-memory", detail)
    if trainer.max_rows > 1:
        trainer.max_rows = math.ceil(min(trainer.max_rows, rows) / 2)
    elif not trainer.with_gradient_checkpointing:
        trainer.set_checkpointing(True)
    else:
        raise EngineError("engine:out-of-memory", detail)
    logger.warning(
        "training shrank, memory ran out rows=%d checkpointing=%s",
        trainer.max_rows,
        trainer.with_gradient_checkpointing,
    )
