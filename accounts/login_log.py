"""Writing the log of sign-ins."""

from __future__ import annotations

import logging

from django.http import HttpRequest

from accounts.masking import mask_email
from accounts.models import LoginLog, User

logger = logging.getLogger(__name__)

USER_AGENT_MAX, METHOD_MAX = 200, 32


def record_login(
    event: LoginLog.Event,
    request: HttpRequest | None,
    *,
    user: User | None = None,
    method: str = "",
    address: str = "",
) -> LoginLog:
    """One line of the log. address: as typed, for tries without a user; only its mask is kept."""
    row = LoginLog.objects.create(
        event=event,
        user=user,
        method=(method or _method_of(request))[:METHOD_MAX],
        masked_email=user.masked_email if user else mask_email(address),
        user_agent=_user_agent(request),
    )
    logger.info("%s user=%s method=%s", event.value, user.pk if user else "-", row.method)
    return row


def _method_of(request: HttpRequest | None) -> str:
    """How this session was signed in: noted during the sign-in, kept for the sign-out."""
    if request is None:
        return ""
    noted = getattr(request, "sign_in_method", "")
    if noted:
        request.session["sign_in_method"] = noted
    return noted or request.session.get("sign_in_method", "")


def _user_agent(request: HttpRequest | None) -> str:
    """Printable and short: it is the one text here that any client may write."""
    raw = request.META.get("HTTP_USER_AGENT", "") if request else ""
    return "".join(char for char in raw if char.isprintable())[:USER_AGENT_MAX]
