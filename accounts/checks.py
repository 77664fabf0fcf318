"""System checks for settings of accounts whose wrong value would hurt later, and quietly."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Warning, register


@register(deploy=True)
def check_mail(**_: Any) -> list[Warning]:
    """The development back end prints mail, with addresses and sign-in links, and sends nothing."""
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return [Warning("EMAIL_URL is not set; mail is printed and not sent", id="accounts.W001")]
    return []


@register(deploy=True)
def check_kakao_server(**_: Any) -> list[Warning]:
    """Whoever runs that server can sign in as every Kakao member."""
    if settings.KAKAO_BASE_URL:
        return [Warning("KAKAO_BASE_URL is set; Kakao sign-in trusts that server", id="accounts.W002")]
    return []
