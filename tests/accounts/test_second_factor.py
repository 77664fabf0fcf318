"""The second factor: set up, asked for, needed by staff, taken off by an operator."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import LoginLog, User
from tests.accounts.test_sign_in import PASSWORD, sign_in, signed_in_as
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)  # the mails and the session wait for the commit
COUNTER = 59_000_000
"""Half minutes since 1970."""


@pytest.fixture(autouse=True)
def _clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code is good for half a minute; which one it is must not change in the middle of a test."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([COUNTER]))


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, COUNTER))


def set_up(client: Client) -> str:
    """In the browser of a member, who is asked for the password once more. Returns the key that the page showed."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200, page.headers
    found = re.search(r'second-factor__key number">([A-Z2-7]+)<', page.content.decode())
    assert found, page.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1])})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    return found[1]


def with_second_factor(**extra: Any) -> tuple[User, str]:
    user, client = make_member(**extra), Client()
    sign_in(client, user.email or "")
    return user, set_up(client)


def forget_used_codes() -> None:
    from django.core.cache import cache

    cache.clear()  # the same code of the same half minute is good once, and the clock stands


def test_a_member_switches_it_on_and_needs_a_code_from_then_on(client: Client) -> None:
    user, secret = with_second_factor()
    asked = sign_in(client, user.email or "")
    assert asked["Location"] == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert signed_in_as(client) is None
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert signed_in_as(client) == str(user.pk)
    assert LoginLog.objects.filter(event="failed", method="second factor", user=user).count() == 1


def test_a_code_is_good_once(client: Client) -> None:
    user, secret = with_second_factor()
    for browser, is_in in ((client, True), (Client(), False)):
        sign_in(browser, user.email or "")
        browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert (signed_in_as(browser) is not None) is is_in


def test_a_recovery_code_opens_once(client: Client) -> None:
    user, _secret = with_second_factor()
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    for browser, is_in in ((client, True), (Client(), False)):
        sign_in(browser, user.email or "")
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert (signed_in_as(browser) is not None) is is_in


def test_guessing_codes_ends_soon_and_says_until_when(client: Client) -> None:
    user, secret = with_second_factor()
    sign_in(client, user.email or "")
    answers = [client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}) for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 500 < int(answers[-1]["Retry-After"]) <= 600
    assert "10 minutes" in answers[-1].content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 429
    assert signed_in_as(client) is None


def test_its_secrets_are_not_in_the_database_in_the_clear() -> None:
    user, secret = with_second_factor()
    kept = " ".join(str(row.data) for row in Authenticator.objects.filter(user=user))
    assert secret not in kept
    assert Authenticator.objects.get(user=user, type="totp").wrap().validate_code(code_of(secret))


ADMIN = [
    "admin:index",
    "admin:accounts_user_changelist",
    "admin:covers_cover_changelist",
    "admin:jsi18n",
    "admin:autocomplete",
]


@pytest.mark.parametrize("name", ADMIN)
def test_staff_without_one_are_led_to_set_it_up(client: Client, settings: Any, name: str) -> None:
    settings.STAFF_SECOND_FACTOR = True
    staff = make_member(is_staff=True, is_superuser=True)
    sign_in(client, staff.email or "")
    for method in (client.get, client.post):
        assert method(reverse(name))["Location"] == reverse("mfa_activate_totp")
    set_up(client)
    assert client.get(reverse("admin:index")).status_code == 200  # no second code at once


def test_a_session_from_before_is_asked_for_a_code(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    staff = make_member(is_staff=True, is_superuser=True)
    elsewhere = Client()
    sign_in(elsewhere, staff.email or "")  # whoever knew the password
    sign_in(client, staff.email or "")
    secret = set_up(client)
    refused = elsewhere.get(reverse("admin:accounts_user_changelist"))
    assert refused["Location"].startswith(reverse("mfa_reauthenticate"))
    forget_used_codes()
    elsewhere.post(refused["Location"], {"code": code_of(secret)})
    assert elsewhere.get(reverse("admin:accounts_user_changelist")).status_code == 200


def test_where_the_setting_is_off_a_password_is_enough(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    staff = make_member(is_staff=True, is_superuser=True)
    sign_in(client, staff.email or "")
    assert client.get(reverse("admin:index")).status_code == 200


def test_members_and_pages_elsewhere_are_left_alone(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    sign_in(client, make_member(is_staff=True).email or "")
    assert client.get(reverse("covers:home")).status_code == 200
    assert client.get(reverse("covers:my_page")).status_code == 200


def test_the_first_administrator_of_the_command_line_can_set_it_up(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    User.objects.create_superuser("root@example.com", PASSWORD)
    sign_in(client, "root@example.com")
    assert client.get(reverse("admin:index"))["Location"] == reverse("mfa_activate_totp")
    set_up(client)
    assert client.get(reverse("admin:index")).status_code == 200


def test_an_operator_takes_it_off(client: Client, capsys: Any) -> None:
    user, _secret = with_second_factor()
    call_command("remove_second_factor", str(user.email).upper())
    assert "off" in capsys.readouterr().out
    sign_in(client, user.email or "")
    assert signed_in_as(client) == str(user.pk)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", user.email)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody@example.com")


def test_who_has_not_confirmed_the_address_cannot_shut_its_owner_out(client: Client) -> None:
    user = make_member(is_verified=False)
    sign_in(client, user.email or "")
    assert client.get(reverse("mfa_activate_totp"))["Location"] == reverse("mfa_index")


def test_it_is_switched_off_with_all_that_belongs_to_it(client: Client) -> None:
    user = make_member()
    sign_in(client, user.email or "")
    set_up(client)
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user).exists()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_all_its_pages_speak_the_persons_language(client: Client, language: str) -> None:
    user = make_member(language=language)
    sign_in(client, user.email or "")
    headers = {"accept-language": language}
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    first = client.get(reverse("mfa_activate_totp"), headers=headers).content.decode()
    set_up(client)
    names = ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp")
    pages = [first, *(client.get(reverse(name), headers=headers).content.decode() for name in names)]
    client.post(reverse("account_logout"))
    sign_in(client, user.email or "")
    pages.append(client.get(reverse("mfa_authenticate"), headers=headers).content.decode())
    for page in pages:
        assert f'<html lang="{language}">' in page
        title = re.search(r"<h1[^>]*>([^<]+)", page)
        assert title
        assert bool(re.search("[가-힣]", title[1])) is (language == "ko")
