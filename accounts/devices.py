"""Browsers on which somebody has signed in to an account before, known by a signed cookie.

Wrong passwords are counted by account, whoever tries, so that no botnet guesses for long. Then strangers could keep the owner out by
guessing wrong. A known browser has a count of its own: whoever is elsewhere cannot use it up. An owner on a new browser has the
letter for a new password; who has set one comes in, and that browser is known from then on.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from albumsite.middleware_base import Middleware

COOKIE = "known_browser"
AGE_SECONDS = 365 * 86_400


def _signer(address: str) -> signing.TimestampSigner:
    """For one address, which stands nowhere in the cookie. Former values of SECRET_KEY are good, as everywhere."""
    return signing.TimestampSigner(salt=f"accounts.known-browser {address.strip().lower()}")


def known(request: HttpRequest, address: str) -> str:
    """The name of this browser, if the account of that address was open in it; else nothing."""
    try:
        return _signer(address).unsign(request.COOKIES.get(COOKIE, ""), max_age=AGE_SECONDS) if address else ""
    except signing.BadSignature:
        return ""


def remember(request: HttpRequest, address: str) -> None:
    """The answer to this request makes the browser a known one."""
    if address:
        name = known(request, address) or secrets.token_hex(16)
        request.known_browser = _signer(address).sign(name)  # type: ignore[attr-defined]


def renew(request: HttpRequest) -> None:
    """A former SECRET_KEY has signed the cookie of whoever is signed in: it outlives that key, though they do not sign in anew.

    Only where the page has looked at the session: what comes out of caches brings nobody a cookie.
    """
    cookie = request.COOKIES.get(COOKIE, "")
    if (
        not cookie
        or not settings.SECRET_KEY_FALLBACKS
        or not request.session.accessed
        or not request.user.is_authenticated
    ):
        return
    address = request.user.email or ""
    if name := known(request, address):
        try:
            signing.TimestampSigner(salt=_signer(address).salt, fallback_keys=[]).unsign(cookie)
        except signing.BadSignature:
            request.known_browser = _signer(address).sign(name)  # type: ignore[attr-defined]


class KnownBrowserMiddleware(Middleware):
    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not hasattr(request, "known_browser"):
            renew(request)
        if value := getattr(request, "known_browser", ""):
            response.set_cookie(
                COOKIE, value, max_age=AGE_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
            )
        return response
