"""`manage.py train_pocket`: make the pocket checkpoint from nothing, in slices that go on where they were stopped."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Train the pocket checkpoint from scratch; call it again to go on."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--recipe", default="cpu", choices=["cpu", "gpu"])
        parser.add_argument("--minutes", type=float, default=600, help="how long this slice may take")
        parser.add_argument(
            "--photos",
            type=Path,
            help="a folder of openly licensed photos for the autoencoder; scikit-image's by default",
        )
        parser.add_argument("--device", default="", help="cpu or cuda; the best there is by default")
        parser.add_argument("--threads", type=int, default=0, help="at most so many; 0 takes what cores are free")
        parser.add_argument("--out", type=Path, help="write the checkpoint here at the end of the slice, measured")

    def handle(self, *_args: Any, **options: Any) -> None:
        from covers.training.pocket.pocket_recipe import RECIPES
        from covers.training.pocket.pocket_training import PocketTraining

        logging.basicConfig(level=logging.INFO, format="{asctime} {message}", style="{")
        if options["photos"] and not options["photos"].is_dir():
            raise CommandError(f"{options['photos']} is not a folder")
        recipe = RECIPES[options["recipe"]]
        work = Path(settings.VAR_DIR) / "pocket" / recipe.name
        studio = PocketTraining(recipe, work, options["photos"], options["device"], options["threads"])
        try:
            is_done = studio.train(options["minutes"])
        except FloatingPointError as error:
            raise CommandError(str(error)) from error
        if options["out"]:
            studio.export(options["out"])
        self.stdout.write("Done." if is_done else "Stopped on the way; call it again to go on.")
