"""Who has shown that they can be reached: an address that was confirmed, or an account of Kakao or Google."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.verification import is_verified

View = Callable[..., HttpResponse]


def can_be_reached(user: User) -> bool:
    """True for everybody where the operator wants no address confirmed."""
    return settings.ACCOUNT_EMAIL_VERIFICATION == "none" or is_verified(user)


def may_upload(environ: dict[str, Any]) -> bool:
    """Whether somebody is signed in whom the site can reach: asked before a body is read, by the web server, in a thread."""
    request = WSGIRequest(environ)
    SessionMiddleware(_no_answer).process_request(request)
    user = get_user(request)
    return user.is_authenticated and can_be_reached(user)


def _no_answer(_request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def verified_only(view: View) -> View:
    """Photos of people are taken from members only whom the site can reach: others read why, and can have the letter again."""

    @wraps(view)
    def looked_at(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not can_be_reached(request.user):
            return unverified_page(request)
        return view(request, *args, **kwargs)

    return looked_at


def unverified_page(request: HttpRequest) -> HttpResponse:
    address = EmailAddress.objects.filter(user=request.user, primary=True).first()
    has_address = bool(address or request.user.email)  # type: ignore[union-attr]
    return render(request, "accounts/unverified.html", {"has_address": has_address}, status=403)
