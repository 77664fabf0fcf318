"""`manage.py measure_pocket`: how well the pocket checkpoint follows words, on combinations that it never saw."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Draw held-out combinations with the pocket checkpoint and count what is right."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--checkpoint", type=Path, help="a folder; the one in the repository by default")
        parser.add_argument("--count", type=int, default=400)

    def handle(self, *_args: Any, **options: Any) -> None:
        from covers.engine.pocket.words import CHECKPOINT
        from covers.training.pocket import checkpoint_files, prompt_following
        from covers.training.pocket.pocket_recipe import recipe_of

        folder = options["checkpoint"] or CHECKPOINT
        recipe = recipe_of(folder)
        classifier = checkpoint_files.load_classifier(recipe, folder)
        drawn, _ = prompt_following.measure(recipe, checkpoint_files.load_pocket(folder), classifier, options["count"])
        renders = prompt_following.on_renders(recipe, classifier)
        self.stdout.write("| pictures | count | motif | colour | ground | all three |\n|---|---|---|---|---|---|")
        self.stdout.write(prompt_following.as_row("pocket, unseen combinations", drawn))
        self.stdout.write(prompt_following.as_row("the judge on renders", renders))
