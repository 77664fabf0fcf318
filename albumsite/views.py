"""Error pages, health, and published files where no bucket serves them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import FileSystemStorage, storages
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.templatetags.static import static
from django.views.decorators.http import require_safe
from django.views.static import serve

from albumsite import retention, switching

PAGE_SWITCH = "page_in_language"
"""The switch of the language on the page that says why a form was not taken."""


def error_page(request: HttpRequest, status: int, *, message: str = "") -> HttpResponse:
    """One designed page for all refusals: what happened, and where to go from here."""
    return render(request, "error.html", {"status": status, "message": message}, status=status)


def with_headers(response: HttpResponse, headers: Mapping[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response[name] = value
    return response


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form lay open too long, or cookies are off. What was typed is shown again where the form can take it back."""
    if wanted := switching.wanted_language(request.POST, PAGE_SWITCH):
        switching.switch(request, wanted)
    unkept = ("csrfmiddlewaretoken", PAGE_SWITCH)
    kept = [(name, values) for name, values in request.POST.lists() if name not in unkept and "password" not in name]
    response = render(request, "csrf_failure.html", {"status": 403, "kept": kept}, status=403)
    switching.set_language_cookie(response, wanted)
    return response


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    """A limit of allauth's own, for people who are signed in: by the minute."""
    from albumsite.admission.gate import NotNow  # which names models: these views are read before them

    refused = NotNow(minutes=1, retry_after_seconds=60)
    return with_headers(error_page(request, 429, message=str(refused)), refused.headers)


def unavailable() -> HttpResponse:
    """A server that this site needs is away: say so, and when to come back. Without anything that needs the server."""
    response = HttpResponse(get_template("503.html").render({"site_name": settings.SITE_NAME}), status=503)
    response["Retry-After"] = "30"
    return response


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: whatever broke must not break this page too.

    A lost database shows here when a middleware noticed it (the session, say) before any view could.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable()
    try:
        return HttpResponse(get_template("500.html").render({"site_name": settings.SITE_NAME}), status=500)
    except TemplateDoesNotExist:
        return HttpResponse("500", status=500, content_type="text/plain")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Pages that are not ours (the admin) ask for it by this name."""
    return redirect(static("img/icon.svg"), permanent=True)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and for how long, out of the table that the sweeper works from."""
    contact = {
        "operator": settings.PRIVACY_OPERATOR,
        "contact": settings.PRIVACY_CONTACT,
        "reports": bool(settings.SENTRY_DSN),
    }
    return render(request, "privacy.html", {"rules": retention.for_people(), **contact})


@login_not_required
@require_safe
def public_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A published copy. Its name holds a random token and its bytes never change, but it may be taken down: kept for minutes."""
    response = serve(request, path, document_root=str(cast(FileSystemStorage, storages["public"]).location))
    response["Cache-Control"] = settings.PUBLIC_CACHE_CONTROL
    return response
