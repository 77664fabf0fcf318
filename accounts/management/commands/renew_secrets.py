"""`manage.py renew_secrets`: after SECRET_KEY has changed, before a former one leaves SECRET_KEY_FALLBACKS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import second_factor


class Command(BaseCommand):
    help = "Encrypt what is kept encrypted (the secrets of second factors) with the SECRET_KEY of now. May run twice, beside the site."

    def handle(self, *args: Any, **options: Any) -> None:
        renewed, lost = second_factor.renew_encryption()
        self.stdout.write(f"{renewed} renewed.")
        if lost:
            raise CommandError(
                f"{lost} cannot be read with SECRET_KEY or SECRET_KEY_FALLBACKS: put the key back that they were made with, "
                "or take them off with remove_second_factor."
            )
