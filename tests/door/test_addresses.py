"""Where a request comes from, as the door counts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from albumsite import admission
from albumsite.admission import address_prefix_hash, client_address
from albumsite.admission.addresses import _salts
from albumsite.models import AddressSalt


def _request(peer: str, **headers: str) -> Any:
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1::1", "2001:db8:1:ffff::1", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("192.0.2.1", "::ffff:192.0.2.9", True),
        ("192.0.2.1", "192.0.2.7:4711", True),
    ],
)
@pytest.mark.django_db
def test_a_network_is_one_subject(one: str, other: str, is_same: bool) -> None:
    assert (address_prefix_hash(_request(one)) == address_prefix_hash(_request(other))) is is_same


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "10.0.0.1"),  # a header that anybody can write
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        (1, "", "10.0.0.1"),  # a probe that comes by no proxy
        (1, "[2001:db8::5]:4711", "2001:db8::5"),
        (1, "nonsense", ""),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(
    settings: Any, proxies: int, forwarded: str, seen: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(_request("10.0.0.1", **headers).META) == seen


@pytest.mark.django_db
def test_a_hash_names_no_address_once_its_day_is_over(settings: Any) -> None:
    today = address_prefix_hash(_request("192.0.2.1"))
    assert len(today) == 32
    AddressSalt.objects.update(day=datetime.now(UTC).date() - timedelta(days=2))
    _salts.clear()
    admission.sweep()
    assert not AddressSalt.objects.exists()
    assert address_prefix_hash(_request("192.0.2.1")) != today  # nobody can compute yesterday's any more


@pytest.mark.django_db
def test_a_network_keeps_its_name_all_day_beside_yesterdays_and_in_every_process() -> None:
    """Or its limits would begin anew with each chore, and nobody would be let in on the site's second day."""
    today = datetime.now(UTC).date()
    AddressSalt.objects.create(
        day=today - timedelta(days=1), salt=b"y" * 32
    )  # pages of last midnight may still need it
    _salts.clear()
    name = address_prefix_hash(_request("192.0.2.1"))
    admission.sweep()
    _salts.clear()  # as another process, or this one after a restart
    assert address_prefix_hash(_request("192.0.2.1")) == name
    assert AddressSalt.objects.count() == 2
