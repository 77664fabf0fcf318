"""Deletes what has served its time: photos after FACE_PHOTO_DAYS, faces that nobody uses. The sweeper does so by itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from personalize.training.chores import tidy_faces


class Command(BaseCommand):
    help = "Delete photos whose days are over and faces that nobody uses, and send the mails before."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(tidy_faces()))
