"""`manage.py retrain`: a better model out of a week's albums and reviews, as far as a candidate and its comparison."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from albumsite.errors import EngineError, UserFacingError
from albumsite.jobs.models import Job
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from albumsite.management.job_follower import JobFollower, ended_in_order
from albumsite.management.terminal import INTERRUPTED
from covers import registry
from covers.evaluation import evaluation_jobs
from covers.evaluation.rule_sentences import sentences
from covers.models import Evaluation, ModelVersion, Retraining
from covers.training_errors import failure_text
from covers.weekly import retraining
from covers.weeks import last_week, window_of


class Command(BaseCommand):
    help = (
        "Train the weekly model from what members made, liked and agreed to share, and compare it with the one in use. "
        "Killed at any point, it goes on when it is called again. It promotes nothing: see promote_model."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--week", default="", help="like 2026-W48; default: the last one that is over")
        parser.add_argument("--model", default="", metavar="KEY", help="what is retrained; default: LEARN_BASE_MODEL")
        parser.add_argument("--again", action="store_true", help="another try of a week that has its result")
        parser.add_argument("--seed", type=int, metavar="N")
        parser.add_argument("--epochs", type=int, metavar="N", help="default: the trainer's own rule")
        parser.add_argument("--rank", type=int, metavar="N")
        parser.add_argument("--learning-rate", type=float, metavar="X")
        parser.add_argument(
            "--preference-steps", type=int, metavar="N", help="steps of preference training on pairs (Diffusion-DPO)"
        )
        parser.add_argument("--queue", action="store_true", help="ask for it, and leave the work to the learn worker")
        parser.add_argument("--no-evaluate", action="store_true", help="leave the comparison to the learn worker")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger().setLevel(logging.WARNING)  # the progress bar says the rest
        week = options["week"] or last_week()
        _refuse_unknown(options["model"])
        try:
            window_of(week)
            row = retraining.request_retraining(
                week=week,
                base_key=options["model"],
                options=trainer_options(options),
                seed=options["seed"],
                again=options["again"],
            )
        except (ValueError, UserFacingError, EngineError) as error:
            raise CommandError(str(error)) from error
        if options["queue"]:
            self.stdout.write(f"{row}: {row.get_state_display()}")
            return
        with ended_in_order():
            self._work(row, with_evaluation=not options["no_evaluate"])

    def _work(self, row: Retraining, *, with_evaluation: bool) -> None:
        self._finish(row, JobFollower(row).work_here(retraining.work))
        row.refresh_from_db()
        if row.version is None:
            self.stdout.write(f"{row}: too little to learn from; nothing was trained.")
            return
        self.stdout.write(f"{row}: candidate {row.version.key}")
        if with_evaluation:
            self._evaluate(row.version)

    def _evaluate(self, version: ModelVersion) -> None:
        found = Evaluation.objects.filter(version=version).order_by("-id").first()
        if found is None:
            return
        self._finish(found, JobFollower(found).work_here(evaluation_jobs.work))
        found.refresh_from_db()
        self.stdout.write(f"{found.version}: {found.get_verdict_display()}")
        for ground in sentences(found.reasons):
            self.stdout.write(f"  {ground}")

    def _finish(self, row: Job, state: str) -> None:
        if state == State.DONE:
            return
        if shutting_down.is_set():
            self.stderr.write("\nretrain: stopped; call it again to go on")
            sys.exit(INTERRUPTED)
        row.refresh_from_db()
        why = failure_text(row.failure) or "cancelled"
        raise CommandError(f"{row}: {why}")


def trainer_options(options: dict[str, Any]) -> dict[str, Any]:
    """What the operator chose of the trainer's options, by the trainer's own names."""
    names = {
        "epochs": "num_train_epochs",
        "rank": "rank",
        "learning_rate": "learning_rate",
        "preference_steps": "max_preference_steps",
    }
    return {name: options[option] for option, name in names.items() if options[option] is not None}


def _refuse_unknown(key: str) -> None:
    """A name that is mistyped must not have another model trained for hours."""
    known = registry.learning_keys()
    if key and key not in known:
        raise CommandError(f"no model that can be trained here is called {key!r}; known: {', '.join(known)}")
