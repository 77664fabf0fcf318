"""A training set as files, for other tools and for the record."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from albumsite.errors import EngineError, StorageError
from covers import registry
from covers.datasets import build_dataset
from covers.datasets.export import ExportedDataset, ExportRefused, export_dataset
from covers.models import Dataset
from covers.weeks import window_of


class Command(BaseCommand):
    help = (
        "Write a training set as webdataset shards with a manifest: the newest one, or that of a week (made now if there is "
        "none), or one by its number. Safe to kill and run again; another set is never overwritten."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", type=Path, help="the folder to write; an earlier export of the same set is replaced"
        )
        parser.add_argument("--week", default="", help="ISO year and week: 2026-W48")
        parser.add_argument("--model", default="", help="key of the model that it is made for (LEARN_BASE_MODEL)")
        parser.add_argument("--seed", type=int, default=0, help="of a set that is made now")
        parser.add_argument("--dataset", type=uuid.UUID, help="the number of a set, as in the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dataset = self._dataset(options)
            total = dataset.items.filter(pair=None).count() + dataset.items.filter(role="chosen").count()
            with tqdm(total=total, file=sys.stderr, unit="samples", disable=not sys.stderr.isatty()) as bar:
                exported = export_dataset(dataset, options["path"], lambda: bar.update() and None)
        except (ExportRefused, ValueError, EngineError, StorageError) as error:
            raise CommandError(str(error)) from error
        self._say(dataset, exported, options["path"])

    def _dataset(self, options: dict[str, Any]) -> Dataset:
        if options["dataset"]:
            if found := Dataset.objects.filter(pk=options["dataset"]).first():
                return found
            raise CommandError(f"there is no set {options['dataset']}")
        rows = Dataset.objects.order_by("-created_at", "-pk")
        if options["model"]:
            rows = rows.filter(base_key=options["model"])
        if options["week"]:
            window_of(options["week"])
            rows = rows.filter(week=options["week"])
        if found := rows.first():
            return found
        if not options["week"]:
            raise CommandError("there is no set yet; --week makes one")
        base_key = registry.learning_choice(options["model"] or settings.LEARN_BASE_MODEL).key
        return build_dataset(week=options["week"], base_key=base_key, seed=options["seed"])

    def _say(self, dataset: Dataset, exported: ExportedDataset, path: Path) -> None:
        samples = sum(shard["samples"] for shard in exported.shards)
        self.stdout.write(f"set {dataset.pk} of {dataset.week} for {dataset.base_key}: {path}")
        self.stdout.write(f"{samples} samples in {len(exported.shards)} shards")
        for reason, count in sorted(exported.left_out.items()):
            self.stdout.write(f"left out, {reason}: {count}")
