"""`manage.py evaluate_model`: is this candidate better than what draws now?"""

from __future__ import annotations

import logging
import sys
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from albumsite.errors import UserFacingError
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.management.job_follower import JobFollower, ended_in_order
from albumsite.management.terminal import INTERRUPTED
from covers.engine_pool import engines_inline
from covers.evaluation import evaluation_jobs
from covers.evaluation.rule_sentences import sentences, why_absent
from covers.models import Evaluation, ModelVersion
from covers.training_errors import failure_text

BASE = "base"


class Command(BaseCommand):
    help = (
        "Draw the frozen prompts with a candidate and with the model in use, compare them by every metric there is, and say "
        "by the written rule whether it is better. Killed at any point, it goes on when it is called again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="key of the candidate, as `retrain` printed it")
        parser.add_argument(
            "--against",
            default="",
            metavar="KEY",
            help=f"key of another weekly model, or {BASE}; default: the one in use",
        )
        parser.add_argument("--seed", type=int, metavar="N")
        parser.add_argument(
            "--replay",
            type=int,
            default=0,
            metavar="N",
            help="also draw the briefs of the N newest requests, for staff",
        )
        parser.add_argument("--prompts", type=int, metavar="N", help="only the first N prompts of the frozen set")
        parser.add_argument("--wait", action="store_true", help="leave the work to the learn worker, and wait for it")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger().setLevel(logging.WARNING)  # the progress bar says the rest
        row = self._request(options)
        state = JobFollower(row).work_here(_nothing) if options["wait"] else self._work(row)
        row.refresh_from_db()
        if state == State.DONE:
            self._show(row)
        elif shutting_down.is_set():
            self.stderr.write("\nevaluate_model: stopped; call it again to go on")
            sys.exit(INTERRUPTED)
        else:
            raise CommandError(f"{row}: {failure_text(row.failure) or 'cancelled'}")

    def _request(self, options: dict[str, Any]) -> Evaluation:
        against: Any = evaluation_jobs.Default.CURRENT
        if options["against"]:
            against = None if options["against"] == BASE else self._version(options["against"])
        try:
            return evaluation_jobs.request_evaluation(
                version=self._version(options["key"]),
                against=against,
                seed=options["seed"],
                replay=options["replay"],
                options={"prompts": options["prompts"]} if options["prompts"] else {},
            )
        except UserFacingError as error:
            raise CommandError(str(error)) from error

    def _version(self, key: str) -> ModelVersion:
        try:
            return ModelVersion.objects.get(key=key)
        except ModelVersion.DoesNotExist as error:
            raise CommandError(f"there is no model {key}") from error

    def _work(self, row: Evaluation) -> str:
        with ended_in_order(), engines_inline():
            return JobFollower(row).work_here(evaluation_jobs.work)

    def _show(self, row: Evaluation) -> None:
        self.stdout.write(f"{row.version.key} against {row.against.key if row.against else 'the base model alone'}")
        self.stdout.write(f"{row.prompt_set[:40]} seed {row.seed}\n\n")
        self.stdout.write(LINE % ("metric", "candidate", "current", "difference", "95 % interval", "margin", "n"))
        for metric in row.metrics:
            difference, low, high = metric["difference"]
            margin = "told" if metric["margin"] is None else f"{metric['margin']:.3g}"
            self.stdout.write(
                LINE % (metric["key"], f"{metric['candidate'][0]:.4g}", f"{metric['current'][0]:.4g}", f"{difference:+.4g}",
                        f"{low:+.4g} to {high:+.4g}", margin, metric["count"])
            )  # fmt: skip
        for absent in row.absent:
            self.stdout.write(f"{absent['key']:<12} absent: {why_absent(absent)}")
        self.stdout.write(f"\n{row.get_verdict_display()} (rule {row.rule})")
        for ground in sentences(row.reasons):
            self.stdout.write(f"  {ground}")


LINE = "%-12s %10s %10s %11s %24s %8s %5s"


def _nothing(_pk: uuid.UUID) -> None:
    """The learn worker's turn."""
