"""The part of a page that its script asks for again and again while something is at work (`static/js/poll.js`)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import get_language


def polled(
    request: HttpRequest, template: str, context: dict[str, Any], *, active: bool | str, shown: list[Any] | None = None
) -> HttpResponse:
    """The part; or 304 when the page already shows it, where `shown` says all that the part depends on but the language, as JSON values.

    active: whether the page asks on; "slowly" where nothing is at work and something waits.
    """
    etag = "" if shown is None else _etag([get_language(), *shown])
    if etag and request.headers.get("If-None-Match", "").removeprefix("W/") == etag:  # a compressed page has a weak one
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, template, context)
    if etag:
        response["ETag"] = etag
    response["X-Active"] = active if isinstance(active, str) else "1" if active else "0"
    response["Cache-Control"] = "private, no-cache" if etag else "no-store"
    return response


def _etag(shown: list[Any]) -> str:
    return '"' + hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:24] + '"'
