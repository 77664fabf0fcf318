"""Says who is asking: `request.person`."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.http import SiteRequest, member_of
from accounts.person import Person
from albumsite.admission import address_prefix_hash, hash_of_today
from albumsite.middleware_base import Middleware

VISITOR_KEY, OPENED_KEY = "visitor", "opened_requests"
OPENED_MAX = 50


class PersonMiddleware(Middleware):
    """A visitor is known by a random id in the signed session; it is made when they first do something."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = SimpleLazyObject(lambda: person_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware(Middleware):
    """Staff come to no page of the admin by a password alone, where STAFF_SECOND_FACTOR says so."""

    OPEN = frozenset({"admin:login", "admin:logout"})

    def process_view(self, request: HttpRequest, _view: Any, _arguments: Any, _named: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or "admin" not in match.app_names or match.view_name in self.OPEN:
            return None
        if not request.user.is_authenticated or not second_factor.is_required_of(member_of(request)):
            return None
        if not second_factor.is_set_up(member_of(request)):
            messages.info(
                request, _("Staff of this site sign in with a second factor. Set one up, then the admin opens.")
            )
            return redirect("mfa_activate_totp")
        if not second_factor.was_shown(request):
            return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
        return None


def person_of(request: HttpRequest) -> Person:
    opened = frozenset(uuid.UUID(pk) for pk in request.session.get(OPENED_KEY, ()))
    network = address_prefix_hash(request)
    if request.user.is_authenticated:
        return Person(user=member_of(request), opened=opened, network=network)
    if VISITOR_KEY not in request.session and request.method == "POST":
        request.session[VISITOR_KEY] = str(_newcomer(request, network))
    known = request.session.get(VISITOR_KEY)
    return Person(visitor=uuid.UUID(known) if known else uuid.uuid4(), opened=opened, network=network)


def _newcomer(request: HttpRequest, network: str) -> uuid.UUID:
    """An id that nobody can guess, the same for all that a browser sends before the first answer has brought it a session: a
    form whose answer was lost, or that was sent twice at once, is one person's. Tomorrow the same browser gets another id."""
    browser = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")  # random, and on no other browser
    if not browser:
        return uuid.uuid4()
    return uuid.UUID(bytes=hash_of_today(f"accounts.visitor {network} {browser}")[:16], version=4)


def remember_opened(request: SiteRequest, pk: uuid.UUID) -> None:
    """This browser has shown that it knows the secret address of a request."""
    opened = [known for known in request.session.get(OPENED_KEY, []) if known != str(pk)]
    request.session[OPENED_KEY] = [*opened, str(pk)][-OPENED_MAX:]
    request.person = person_of(request)  # who now may see more than when the request began
