"""A request as views of this site get it: with what the middleware has put onto it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User
from accounts.person import Person


class SiteRequest(HttpRequest):
    """Behind `accounts.middleware.PersonMiddleware`."""

    user: User | AnonymousUser
    person: Person


def member_of(request: HttpRequest) -> User:
    """The member who asks. Raises PermissionDenied for a visitor, whom a view of members should never meet."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
