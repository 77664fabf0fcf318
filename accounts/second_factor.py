"""The second factor: codes of an authenticator app, and recovery codes. Anybody may switch it on; staff of a site that people
reach must (STAFF_SECOND_FACTOR).

Its secrets are encrypted with a key that is made of SECRET_KEY, which no copy of the database holds: else whoever finds a
backup could make the codes of all staff. (Recovery codes grow out of one such secret, too.)
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.errors import SecondFactorUnreadable
from accounts.http import member_of
from accounts.login_log import record_login
from accounts.models import LoginLog, User
from albumsite import sealing

logger = logging.getLogger(__name__)

ENCRYPTED = ("secret", "seed")
"""Of an authenticator's data, what is encrypted: a key of codes, and what recovery codes grow out of."""


def cipher() -> MultiFernet:
    return sealing.cipher("accounts.second-factor")


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises SecondFactorUnreadable when the secret that it was encrypted with is not known any more."""
        try:
            return cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            logger.error(
                "second factor cannot be read: SECRET_KEY or SECRET_KEY_FALLBACKS lacks the key that it was made with"
            )
            raise SecondFactorUnreadable from error

    def get_totp_issuer(self) -> str:
        return settings.SITE_NAME

    def get_totp_label(self, user: User) -> str:
        """What the app on one's own telephone calls the account."""
        return user.email or str(user)


def is_required_of(user: User) -> bool:
    return bool(settings.STAFF_SECOND_FACTOR and user.is_staff)


def is_set_up(user: User) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP]))


def was_shown(request: HttpRequest) -> bool:
    """Whether whoever is in this session has given a code in it: a session from before the second factor has not."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, member_of(request)))


def take_off(user: User) -> int:
    """What an operator does for somebody who has lost telephone and recovery codes. Returns how many things were deleted."""
    count, _models = Authenticator.objects.filter(user=user).delete()
    logger.warning("second factor taken off user=%s", user.pk)
    return count


def renew_encryption() -> tuple[int, int]:
    """Encrypt all secrets with the SECRET_KEY of now. Returns how many were, and how many nobody can read any more."""
    renewed = lost = 0
    for pk in list(Authenticator.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            try:
                for name in ENCRYPTED:
                    if name in row.data:
                        row.data[name] = cipher().rotate(row.data[name].encode()).decode()
            except InvalidToken:
                lost += 1
                continue
            row.save(update_fields=["data"])
            renewed += 1
    return renewed, lost


@receiver(authenticator_added)
def _shown_at_set_up(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Who has just switched it on has given a code: they are not asked for another one at once."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(authentication_failed)
def _failed(request: HttpRequest, user: User, **_: Any) -> None:
    record_login(LoginLog.Event.FAILED, request, user=user, method="second factor")
