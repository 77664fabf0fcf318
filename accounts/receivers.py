"""What happens when somebody signs in, signs out or fails to: the log, and the hand-over of what a visitor made."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from allauth.account.signals import authentication_step_completed, password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import devices
from accounts.http import SiteRequest
from accounts.login_log import record_login
from accounts.middleware import VISITOR_KEY, person_of
from accounts.models import LoginLog, User
from accounts.person import Person
from accounts.signals import visitor_became_member

logger = logging.getLogger(__name__)


@receiver(authentication_step_completed)
def _remember_method(request: HttpRequest, method: str, **values: Any) -> None:
    """Kept on the request until the sign-in is complete: password, or the name of the provider."""
    request.sign_in_method = values.get("provider") or method  # type: ignore[attr-defined]


@receiver(user_logged_in)
def _signed_in(request: SiteRequest, user: User, **_: Any) -> None:
    hand_over(request, user)
    devices.remember(request, user.email or "")
    record_login(LoginLog.Event.SIGNED_IN, request, user=user)


@receiver(password_reset)
def _set_a_password(request: HttpRequest, user: User, **_: Any) -> None:
    """Only who reads the account's letters can."""
    devices.remember(request, user.email or "")


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        record_login(LoginLog.Event.SIGNED_OUT, request, user=user)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    address = credentials.get("email") or credentials.get("username") or ""
    record_login(LoginLog.Event.FAILED, request, method="password", address=str(address))


def hand_over(request: SiteRequest, user: User) -> None:
    """What this browser made as a visitor becomes the member's.

    A receiver that fails does not keep anybody from signing in: the visitor id stays in the session, and the next
    sign-in tries again.
    """
    known = request.session.get(VISITOR_KEY)
    if known:
        visitor, member = Person(visitor=uuid.UUID(known)), Person(user=user)
        answers = visitor_became_member.send_robust(sender=User, visitor=visitor, member=member)
        failures = [answer for _receiver, answer in answers if isinstance(answer, Exception)]
        for failure in failures:
            logger.error("hand-over failed user=%s", user.pk, exc_info=failure)
        if not failures:
            del request.session[VISITOR_KEY]
            logger.info("visitor became member user=%s", user.pk)
    request.user = user
    request.person = person_of(request)  # not a visitor for the rest of this request
