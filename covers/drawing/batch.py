"""The requests of one call of the engine."""

from __future__ import annotations

from typing import ClassVar

from albumsite.errors import EngineError
from albumsite.jobs.batch import ClaimBatch
from covers import registry
from covers.drawing.job import DrawJob
from covers.engine.engine_contract import Step
from covers.weekly import faulty_models


class DrawBatch(ClaimBatch[DrawJob]):
    """Notes progress as the engine tells of it; what fails may end the use of its model."""

    LOOK_EVERY_SECONDS: ClassVar[float] = 0.1

    def on_step(self, step: Step) -> bool:
        """The call's step callback."""
        job = self.by_id[step.request_id]
        if not job.has_ended:
            job.progress.note(step)
        return self.may_go_on(job)

    def look(self) -> bool:
        has_answered = super().look()
        if has_answered:
            for job in self.at_work:
                job.write(job.progress.write_if_due)
        return has_answered

    def fail(self, job: DrawJob, message_id: str) -> None:
        super().fail(job, message_id)
        faulty_models.after_failure(job.row)

    def note_broken(self, error: EngineError) -> None:
        registry.report_health(queue="draw", error=_one_line(error))


def _one_line(error: EngineError) -> str:
    """For the operator: the reason and the last line of its detail, which names an exception but no prompt."""
    last = error.detail.strip().splitlines()[-1:] or [""]
    return f"{error.message_id}: {last[0]}"[:300]
