"""Steps that fit into memory: with less at once when it runs out in one."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

from albumsite.errors import EngineError
from covers.engine.sdxl.device_memory import is_out_of_memory, release_memory
from covers.training.lora.classroom import Classroom

logger = logging.getLogger(__name__)


def is_due(step: int, every: int) -> bool:
    return every > 0 and step % every == 0


def within_memory(room: Classroom[Any], step: Callable[[], object], rows: Callable[[], int]) -> None:
    """One step of everybody; with less at once when memory runs out in it. rows: of the step, see `shrink`.

    Raises EngineError "engine:out-of-memory" when nothing is left to save, or somebody has taken the step already.
    """
    before = [len(person.losses) for person in room.people]
    while True:
        try:
            step()
            return
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or before != [len(person.losses) for person in room.people]:
                raise
            detail = " ".join(str(error).split())
        shrink(room, rows(), detail)


def shrink(room: Classroom[Any], rows: int, detail: str) -> None:
    """Smaller passes, then gradient checkpointing. Raises EngineError "engine:out-of-memory" when both are used up."""
    release_memory()
    if room.processes.count > 1:  # the others are in the middle of theirs
        raise EngineError("engine:out-of-memory", detail)
    if room.most_rows > 1:
        room.most_rows = math.ceil(min(room.most_rows, rows) / 2)
    elif not room.with_gradient_checkpointing:
        room.set_checkpointing(True)
    else:
        raise EngineError("engine:out-of-memory", detail)
    logger.warning(
        "training shrank, memory ran out rows=%d checkpointing=%s", room.most_rows, room.with_gradient_checkpointing
    )
