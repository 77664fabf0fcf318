"""One try at a comparison: draws with both models, judges and records. For the process that works at it: it needs numpy.

What is drawn stays in a folder of this machine until the verdict, so that a killed comparison goes on with the pictures it
has; sheets and pairs go to the private bucket under the claim's token, then the row is finished with all that was found, in
one statement.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from albumsite.errors import StorageError
from albumsite.jobs.batch import ClaimBatch, ClaimedJob, nothing
from albumsite.jobs.retries import persist
from albumsite.jobs.states import State
from albumsite.media import outputs, storage
from covers import registry
from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import Adapter
from covers.engine_pool import engine_for
from covers.evaluation import contact_sheets, eval_prompts, work_folders
from covers.evaluation.decision_rule import RULE
from covers.evaluation.reviewed_covers import reviewed_covers
from covers.evaluation.side_by_side import SIDES, EvalRun, EvalStopped, SideBySide
from covers.evaluation.verdicts import EvalResult, judge
from covers.models import CoverRequest, Evaluation, Kind, ModelVersion
from covers.safety import picture_check

if TYPE_CHECKING:
    from covers.training.metrics.metric_choice import Sources

logger = logging.getLogger(__name__)

REPORT_EVERY_SECONDS = 1.0
DRAW_VALUES = (
    "num_inference_steps", "guidance_scale", "scheduler", "guidance_rescale", "guidance_end", "clip_skip", "feature_reuse",
)  # fmt: skip
"""What `registry.request_values` and `DrawSpec` both know."""


class Comparison:
    """One try: draws, judges and records."""

    def __init__(self, job: ClaimedJob[Evaluation]) -> None:
        self._job, self._row = job, job.row
        self._batch = ClaimBatch([job])
        self._report_at = 0.0

    @cached_property
    def _prompts(self) -> eval_prompts.PromptSet:
        return eval_prompts.set_for(
            registry.learning_choice(self._row.base_key).engine, self._row.options.get("prompts")
        )

    def work(self) -> None:
        """Whatever happens, the row is given its end."""
        with self._batch.working(), suppress(EvalStopped):
            work_folders.delete_ended()
            digest = self._prompts.name.partition("@")[2][:8]
            folder = work_folders.root() / f"{self._row.pk}-{digest}"  # pictures of another set are of no use
            both = SideBySide(self._eval_run(), engine_for(self._row.base_key), folder, self._may_go_on)
            both.draw()
            self._job.report(progress={"stage": "judge", "step": 0, "total": 0})
            if self._job.has_ended:
                raise EvalStopped
            judged = self._judged(both)
            self._record(judged, both)
            self._job.end(nothing)  # what was recorded is its end
            both.delete()
            logger.info("models compared evaluation=%s verdict=%s", self._row.pk, judged.decision.verdict)

    # --- drawing --------------------------------------------------------------------------------------------------

    def _eval_run(self) -> EvalRun:
        row = self._row
        against = (self._adapter(row.against),) if row.against else ()
        return EvalRun(
            prompts=(*self._prompts.prompts, *self._replays()),
            seed=row.seed,
            side=self._prompts.side or settings.COVER_SIZE_PIXELS,
            candidate=(self._adapter(row.version),),
            current=against,
            values=self._values(),
        )

    def _adapter(self, version: ModelVersion) -> Adapter:
        return Adapter(str(registry.local_path(version)), version.adapter_scale)

    def _values(self) -> dict[str, Any]:
        """How the site draws with this model, without the adapter in use: only few-step adapters stay, under both."""
        given = registry.request_values(registry.learning_choice(self._row.base_key))
        values = {name: given[name] for name in DRAW_VALUES if name in given}
        if steps := self._row.options.get("num_inference_steps"):
            values["num_inference_steps"] = steps
        records = [registry.AdapterRecord.from_json(stored) for stored in given.get("adapters", ())]
        own = set(ModelVersion.objects.filter(kind=Kind.ADAPTER).values_list("key", flat=True))
        shared = [record for record in records if record.key not in own]
        return {
            **values,
            "adapters": tuple(Adapter(str(registry.adapter_path(one)), one.scale) for one in shared),
        }

    def _replays(self) -> list[eval_prompts.EvalPrompt]:
        """Briefs of real requests; those that are gone by now are left out."""
        rows = CoverRequest.objects.filter(pk__in=self._row.options.get("replays", ()), brief__isnull=False)
        briefs = (Brief.from_json(row.brief or {}) for row in rows.order_by("-id"))
        return [
            eval_prompts.of_brief(f"replay-{number}", brief, 0, 1, is_replay=True)
            for number, brief in enumerate(briefs, 1)
        ]

    def _may_go_on(self, drawn: int, total: int) -> bool:
        """Asked at each step of the engine."""
        if not self._job.has_ended and time.monotonic() >= self._report_at:
            self._report_at = time.monotonic() + REPORT_EVERY_SECONDS
            close_old_connections()
            self._job.report(progress={"stage": "draw", "step": drawn, "total": total})
        return self._batch.may_go_on(self._job)

    # --- judging --------------------------------------------------------------------------------------------------

    def _judged(self, both: SideBySide) -> EvalResult:
        from covers.training.metrics.metric_choice import choose  # torch: not for the processes that only ask

        reviewed = reviewed_covers(self._row.base_key)
        engine = registry.learning_choice(self._row.base_key).engine
        everything = [*reviewed.learnt, *reviewed.held_out]
        chosen = choose(sources(engine), reviewed.learnt, reviewed.liked, everything)
        seed = self._row.seed % 2**32
        return judge(chosen, both.drawings("candidate"), both.drawings("current"), reviewed.held_out, seed)

    # --- recording ------------------------------------------------------------------------------------------------

    def _record(self, judged: EvalResult, both: SideBySide) -> None:
        """Files first, then the row with everything at once; files that no row points at go again."""
        row, prefix = self._row, f"{self._row.prefix}{self._job.claim.token.hex}-"
        pictures = {by: both.pictures(by) for by in SIDES}
        files = {f"{prefix}{by}.webp": contact_sheets.contact_sheet(pictures[by]) for by in SIDES}
        shown = contact_sheets.pairs(pictures["candidate"], pictures["current"])
        files |= {f"{prefix}{number}-before.webp": one.before for number, one in enumerate(shown)}
        files |= {f"{prefix}{number}-after.webp": one.after for number, one in enumerate(shown)}
        values: dict[str, Any] = {
            "prompt_set": self._prompts.name,
            "metrics": judged.rows,
            "absent": judged.absent,
            "verdict": judged.decision.verdict,
            "reasons": [reason.to_json() for reason in judged.decision.reasons],
            "rule": RULE,
            "sheets": [{"name": by, "key": f"{prefix}{by}.webp"} for by in SIDES],
            "pairs": [
                {
                    "name": one.name,
                    "prompt": "" if one.name.startswith("replay-") else one.prompt,
                    "seed": str(self._seed_of(one.name, both)),
                    "before": f"{prefix}{number}-before.webp",
                    "after": f"{prefix}{number}-after.webp",
                    "is_fit": all(picture_check.look(side).is_fit for side in (one.before, one.after)),
                }
                for number, one in enumerate(shown)
            ],
            "progress": {},
        }
        recorded = Evaluation.objects.filter(pk=row.pk, state=State.DONE, sheets=values["sheets"])

        def record() -> None:
            with outputs.stored(files, is_pointed_at=recorded.exists):
                self._job.claim.finish(**values)

        persist(record, known=lambda: recorded.exists() or None)
        _delete_others(row.prefix, files)

    def _seed_of(self, name: str, both: SideBySide) -> int:
        return eval_prompts.seed_of(self._row.seed, both.prompts_by_name[name])


def _delete_others(prefix: str, files: Iterable[str]) -> None:
    """What a try that was killed between its files and its row left there. Best effort."""
    try:
        kept = {key.removeprefix(prefix) for key in files}
        left = [name for name in storage.names_below(storage.private(), prefix.rstrip("/")) if name not in kept]
    except StorageError:
        logger.warning("old files not looked for prefix=%s", prefix, exc_info=True)
        return
    storage.delete_all(storage.private(), [f"{prefix}{name}" for name in left])


def sources(engine: str) -> Sources:
    """The judges of this machine, by its settings."""
    from covers.training.metrics.metric_choice import Sources

    name = settings.EVALUATION_FACE_DETECTOR
    try:
        find_faces = import_string(name) if name else None
    except ImportError:
        logger.warning("no face detector name=%s", name, exc_info=True)
        find_faces = None
    return Sources(
        engine=engine,
        clip=settings.EVALUATION_CLIP,
        pickscore=settings.EVALUATION_PICKSCORE,
        nsfw=settings.EVALUATION_NSFW,
        find_faces=find_faces,
        faces_by=name.rpartition(".")[0],
    )
