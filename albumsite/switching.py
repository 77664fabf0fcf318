"""The switch of the language, where somebody is typing: it sends the form that they type into, and the page comes back in the other
language with all that was typed, which is not looked at yet. Works without JavaScript.

Passwords and codes do not come back, and a browser gives no page its chosen files.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import activate, get_language

from albumsite.middleware_base import Middleware

SWITCH = "in_language"
"""What the button is called that sends a form for that."""
BY_GET = ("covers:home",)
"""Pages whose form is sent by GET, for it leads to another form. Anywhere else an address could fill in what its sender chose."""
NEVER_KEPT = ("password", "code", "csrfmiddlewaretoken", SWITCH)


class LanguageSwitchMiddleware(Middleware):
    """A form sent by the switch is no POST to its view any more: the view shows its page, and its form takes `typed(request)`.

    After the check of the CSRF token, so that nobody elsewhere can have a page shown with words that they chose.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "switched_to", ""):
            set_language_cookie(response, request.switched_to)  # type: ignore[attr-defined]
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        is_by_get = request.resolver_match is not None and request.resolver_match.view_name in BY_GET
        sent = request.GET if is_by_get else request.POST
        if wanted := wanted_language(sent, SWITCH):
            switch(request, wanted)
            request.typed = kept(sent)  # type: ignore[attr-defined]
            if request.method == "POST":
                request.method, request.POST = "GET", QueryDict()
                self._keep_next(request, sent)

    @staticmethod
    def _keep_next(request: HttpRequest, sent: QueryDict) -> None:
        """Where somebody was on the way to stands in the address of a page, and in its form."""
        if sent.get("next") and "next" not in request.GET:
            query = request.GET.copy()
            query["next"] = str(sent["next"])
            request.GET = query  # type: ignore[assignment]


def wanted_language(sent: QueryDict, name: str) -> str:
    """One of this site's languages, or nothing."""
    wanted = sent.get(name, "")
    return wanted if wanted in dict(settings.LANGUAGES) else ""


def switch(request: HttpRequest, language: str) -> None:
    """This answer in that language, and the next ones in this browser, once `set_language_cookie` is told."""
    activate(language)
    request.LANGUAGE_CODE = get_language()
    request.switched_to = language  # type: ignore[attr-defined]


def kept(sent: QueryDict) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if not any(part in name for part in NEVER_KEPT)}


def typed(request: HttpRequest | None, checkboxes: Collection[str] = ()) -> dict[str, Any]:
    """What the switch has brought, as a form's initial values; nothing where it was not pressed. checkboxes: their absence says no."""
    found: dict[str, Any] | None = getattr(request, "typed", None)
    return {} if found is None else found | {name: name in found for name in checkboxes}


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """A member's pages come in their language on each new browser; the switch on the page still wins there."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
