"""What somebody reads whose request never reached a view."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.template.loader import get_template
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _

from albumsite.door.environ import DoorAnswer

TEXTS = {
    408: (
        _("That took too long to arrive"),
        _("The connection was too slow for what was sent. Go back, and try again; what you typed is still there."),
    ),
    413: (
        _("That is too large"),
        _("More was sent than this page takes. Go back, and send less: fewer or smaller photos, or a shorter text."),
    ),
    503: (
        _("Back in a moment"),
        _("Very many requests come from your network right now. Wait a few seconds and reload this page."),
    ),
}
RETRY_AFTER_SECONDS = 5


def refusal(status: int, environ: dict[str, Any]) -> DoorAnswer:
    """A page in the browser's language, from no database and no session. The connection ends where a body is still coming."""
    title, text = TEXTS[status]
    with override(get_language_from_request(WSGIRequest(environ))):
        body = get_template("refusal.html").render({"title": title, "text": text}).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status == 408:
        headers.append((b"connection", b"close"))
    if status == 503:
        headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    return DoorAnswer(status, headers, body)
