"""`manage.py remove_second_factor someone@example.com`: for somebody who has lost telephone and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import second_factor
from accounts.models import User


class Command(BaseCommand):
    help = "Take the second factor off an account. Make sure first, by another way than e-mail, that it is its owner who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address that they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["address"].strip()).first()
        if user is None:
            raise CommandError("No account has this address.")
        if not second_factor.take_off(user):
            raise CommandError("This account has no second factor.")
        self.stdout.write(
            "The second factor is off. Their password alone opens the account now; staff are led to set one up again."
        )
