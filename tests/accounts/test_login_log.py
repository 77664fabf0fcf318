"""The log of sign-ins: who, how, when; never a full address."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LoginLog
from tests.accounts.test_sign_in import sign_in, sign_up
from tests.factories import make_member

pytestmark = pytest.mark.django_db


def _lines() -> list[tuple[str, str, str]]:
    return list(LoginLog.objects.order_by("id").values_list("event", "method", "masked_email"))


def test_it_tells_in_and_out_and_failed(client: Client) -> None:
    user = make_member("kim.minji@naver.com")
    sign_in(client, user.email, "wrong")
    sign_in(client, user.email)
    client.post(reverse("account_logout"))
    mask = "ki****@na*******"
    assert _lines() == [
        ("failed", "password", mask),
        ("signed_in", "password", mask),
        ("signed_out", "password", mask),
    ]
    assert list(LoginLog.objects.order_by("id").values_list("user", flat=True)) == [None, user.pk, user.pk]


def test_a_sign_up_is_a_sign_in(client: Client) -> None:
    sign_up(client, "minji@example.com")
    assert _lines()[0][0] == "signed_in"


@pytest.mark.parametrize("typed", ["who@example.com", "kim+tag@sub.example.com"])
def test_a_try_with_an_unknown_address_keeps_only_its_mask(client: Client, typed: str) -> None:
    sign_in(client, typed)
    row = LoginLog.objects.get()
    assert (row.user, row.event) == (None, "failed")
    assert typed not in str(list(LoginLog.objects.values()))
    assert "****@ex*******" in row.masked_email or "****@su*******" in row.masked_email


def test_nothing_of_a_try_that_is_no_address_is_kept(client: Client) -> None:
    sign_in(client, "not an address")
    assert not LoginLog.objects.exclude(masked_email="").exists()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Mozilla/5.0", "Mozilla/5.0"), ("x" * 5000, "x" * 200), ("a\x00b\x1b[31m", "ab[31m"), ("", "")],
)
def test_the_browsers_name_is_trimmed_and_printable(client: Client, sent: str, kept: str) -> None:
    sign_in(client, make_member().email, HTTP_USER_AGENT=sent)
    assert LoginLog.objects.get().user_agent == kept


def test_signing_out_a_visitor_leaves_no_line(client: Client) -> None:
    client.post(reverse("account_logout"))
    assert _lines() == []


def test_no_log_line_of_the_whole_round_holds_the_address(client: Client, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    address = "very.special@naver.com"
    sign_up(client, address)
    client.post(reverse("account_logout"))
    sign_in(client, address, "wrong")
    sign_in(client, address)
    client.post(reverse("account_reset_password"), {"email": address})
    client.post(reverse("account_email"), {"action_send": "", "email": address})
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert any("signed_in" in line for line in lines)
    assert not [line for line in lines if address in line]


def test_the_sites_own_handlers_mask_what_others_write(settings: Any) -> None:
    formatter = settings.LOGGING["formatters"][settings.LOGGING["handlers"]["console"]["formatter"]]
    assert formatter["()"] == "accounts.logs.MaskingFormatter"
