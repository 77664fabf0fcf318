"""Where a request comes from: the network, hashed with a salt of the day, never the address itself."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from albumsite.admission import proxies
from albumsite.models import AddressSalt

IPV4_BITS, IPV6_BITS = 24, 48
"""What one subscriber or one rented server can change at will is one subject: a /24, or what a provider gives to a customer."""

_salts: dict[date, bytes] = {}


def client_address(environ: Mapping[str, object]) -> str:
    """The address that asks, without port; behind TRUSTED_PROXY_COUNT proxies what the outermost of them saw. "" if unknown.

    environ: of WSGI, or `request.META`.
    """
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR") or "")
    peer = str(environ.get("REMOTE_ADDR") or "")
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    proxies.look(environ)
    if count and forwarded:
        named = forwarded.split(",")
        return _clean(named[-count] if len(named) >= count else named[0])
    return _clean(peer)


def _clean(address: str) -> str:
    address = address.strip()
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def prefix_of(address: str) -> str:
    """The network of an address, as text: "192.0.2.0/24", "2001:db8::/48". What is no address is one network of its own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    bits = IPV4_BITS if found.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False))


def address_prefix_hash(request: HttpRequest) -> str:
    """32 characters that name the network a request comes from, for today (UTC). Tomorrow the same network has another name."""
    return prefix_hash(prefix_of(client_address(request.META)))


def prefix_hash(prefix: str) -> str:
    return hash_of_today(prefix).hex()[:32]


def hash_of_today(text: str) -> bytes:
    """32 bytes, the same until tomorrow (UTC), also when SECRET_KEY changes in between."""
    return hmac.new(salt_of(datetime.now(UTC).date()), text.encode(), hashlib.sha256).digest()


def salt_of(day: date) -> bytes:
    """The same for all processes of the site: whoever comes first makes it."""
    if day not in _salts:
        AddressSalt.objects.bulk_create(
            [AddressSalt(day=day, salt=secrets.token_bytes(32))], ignore_conflicts=True
        )  # in one statement: two processes may start the day together
        kept = bytes(AddressSalt.objects.values_list("salt", flat=True).get(day=day))
        _salts.clear()
        _salts[day] = kept
    return _salts[day]


def forget_old_salts() -> None:
    AddressSalt.objects.filter(day__lt=datetime.now(UTC).date() - timedelta(days=1)).delete()
