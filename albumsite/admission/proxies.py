"""Whether the proxies that stand in front of the site are those that TRUSTED_PROXY_COUNT says. If not, all people share one
address's limits, or a stranger chooses theirs: told once by each process, and to staff on every page of the admin.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
"""What proxies add. Only the first is read; the others say that there is a proxy."""

TEXTS: dict[str, str | Promise] = {
    "uncounted": _(
        "A request says that a proxy sent it, and TRUSTED_PROXY_COUNT is 0. If one stands in front of this site, all people "
        "share one address's limits: set it to the number of proxies."
    ),
    "unnamed": _(
        "TRUSTED_PROXY_COUNT is %(count)d, and requests come without X-Forwarded-For: all people share one address's limits. "
        "Let the proxy add it, or set TRUSTED_PROXY_COUNT to 0."
    ),
    "fewer": _(
        "TRUSTED_PROXY_COUNT is %(count)d, and fewer proxies than that have named themselves: whoever asks can choose an "
        "address. Set it to the number of proxies that add to X-Forwarded-For."
    ),
    "more": _(
        "TRUSTED_PROXY_COUNT is %(count)d, and what asks the outermost of these proxies is a proxy too: all people share one "
        "address's limits. Set it higher."
    ),
}

_told: set[str] = set()


def trouble(environ: Mapping[str, object]) -> str:
    """A key of TEXTS, or "" where the proxies are as many as are said. environ: of WSGI, or `request.META`."""
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not count:
        return "uncounted" if any(environ.get(name) for name in FORWARDED) else ""
    named = [part.strip() for part in str(environ.get("HTTP_X_FORWARDED_FOR") or "").split(",") if part.strip()]
    if not named:
        peer = str(environ.get("REMOTE_ADDR") or "")  # none of what is no request, such as a sign-in by a test
        return "" if (not peer or _is_inside(peer)) and not _is_proxied(environ) else "unnamed"
    if len(named) < count:
        return "fewer"
    return "more" if len(named) > count and _is_inside(named[-count]) else ""


def _is_proxied(environ: Mapping[str, object]) -> bool:
    return any(environ.get(name) for name in (*FORWARDED, "HTTP_X_FORWARDED_PROTO", "HTTP_VIA"))


def _is_inside(address: str) -> bool:
    """Of this machine or a network of one's own: a probe that comes by no proxy, or a proxy."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return found.is_private or found.is_loopback


def text_of(kind: str) -> str:
    return str(TEXTS[kind]) % {"count": settings.ALLAUTH_TRUSTED_PROXY_COUNT}


def look(environ: Mapping[str, object]) -> None:
    """Say in the log what is wrong, once in the life of this process for each kind. No address is written down."""
    kind = trouble(environ)
    if kind and kind not in _told:
        _told.add(kind)
        logger.error("proxies are not as said: %s", text_of(kind))
