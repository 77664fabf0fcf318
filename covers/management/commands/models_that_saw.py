"""Which weekly models saw a picture, or a member's pictures."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.staff import member_with
from covers.datasets import models_that_saw


class Command(BaseCommand):
    help = "List the weekly models whose training set held a picture, and those that were trained from them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cover", type=uuid.UUID, action="append", default=[], help="number of a cover, also a deleted one"
        )
        parser.add_argument("--album", type=uuid.UUID, action="append", default=[], help="number of an album")
        parser.add_argument("--sha256", action="append", default=[], help="of a picture's file as it was learnt from")
        parser.add_argument("--member", default="", help="e-mail address or number of the member who made the covers")

    def handle(self, *args: Any, **options: Any) -> None:
        sources, member = [*options["cover"], *options["album"]], options["member"]
        if not (sources or options["sha256"] or member):
            raise CommandError("say which: --cover, --album, --sha256 or --member")
        found = models_that_saw(
            sha256s=[text.lower() for text in options["sha256"]],
            source_pks=sources,
            owner=_member(member) if member else None,
        )
        for version in found:
            parent = f", trained from {version.parent.key}" if version.parent else ""
            self.stdout.write(f"{version.week or '–'} {version.key} ({version.state}{parent})")
        if not found:
            self.stdout.write("no model saw it")


def _member(text: str) -> User:
    """By address or number. Raises CommandError."""
    try:
        found = User.objects.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        found = member_with(text)
    if found is None:
        raise CommandError("there is no such member")
    return found
