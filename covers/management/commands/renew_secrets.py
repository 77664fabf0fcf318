"""`manage.py renew_secrets`: after SECRET_KEY has changed, before a former one leaves SECRET_KEY_FALLBACKS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import second_factor, sessions
from covers.models import addresses


class Command(BaseCommand):
    help = (
        "Renew what is kept with the SECRET_KEY of now: sessions, secrets of second factors, and what opens addresses of requests "
        "that were given away before. May run twice, beside the site. docs/operations.md, Changing SECRET_KEY."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--leaked", action="store_true",
            help="somebody else knows the keys in SECRET_KEY_FALLBACKS: no address that was made with them opens any more",
        )  # fmt: skip

    def handle(self, *args: Any, leaked: bool, **options: Any) -> None:
        if leaked:
            addresses.forget_leaked_keys()
        kept = addresses.keep_former_keys(with_fallbacks=not leaked)
        self.stdout.write(f"Shared addresses: {kept} former keys kept.")
        found = sessions.renew_all()
        self.stdout.write(f"Sessions: {found.renewed} renewed.")
        if found.lost:
            self.stdout.write(
                f"{found.lost} sessions cannot be read with SECRET_KEY or SECRET_KEY_FALLBACKS. If no key was taken out "
                "on purpose, one of them is not written as it was."
            )
        renewed, lost = second_factor.renew_encryption()
        self.stdout.write(f"Second factors: {renewed} renewed.")
        if lost:
            raise CommandError(
                f"{lost} second factors cannot be read with SECRET_KEY or SECRET_KEY_FALLBACKS: put the key back that they "
                "were made with, or take them off with remove_second_factor."
            )
