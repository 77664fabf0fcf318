"""System checks for settings of accounts whose wrong value would hurt later, and quietly."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Warning, register


@register(deploy=True)
def check_mail(**_: Any) -> list[Warning]:
    """The development back ends write mail into files, or print it with its addresses and links, and send nothing."""
    if settings.EMAIL_BACKEND.endswith(("filebased.EmailBackend", "console.EmailBackend")):
        return [Warning("EMAIL_URL names no mail server; mail is written down here and not sent", id="accounts.W001")]
    return []


@register(deploy=True)
def check_verification(**_: Any) -> list[Warning]:
    """Where no letter must be answered first, the form of sign-up has to say that an address is taken."""
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        text = "ACCOUNT_EMAIL_VERIFICATION is not mandatory; sign-up tells whether an address has an account"
        return [Warning(text, id="accounts.W003")]
    return []


@register(deploy=True)
def check_kakao_server(**_: Any) -> list[Warning]:
    """Whoever runs that server can sign in as every Kakao member."""
    if settings.KAKAO_BASE_URL:
        return [Warning("KAKAO_BASE_URL is set; Kakao sign-in trusts that server", id="accounts.W002")]
    return []
