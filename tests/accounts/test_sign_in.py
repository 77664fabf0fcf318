"""Signing up, in and out with an e-mail address, in a browser's session."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from albumsite.admission.gate import account_hash
from albumsite.admission.limits import bounds_of_try
from tests.factories import make_member

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 7"


def sign_up(client: Client, email: str = "minji@example.com", **extra: Any) -> Any:
    return client.post(reverse("account_signup"), {"email": email, "password1": PASSWORD}, **extra)


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_a_person_signs_up_with_an_address_and_a_password_and_is_in(client: Client) -> None:
    response = sign_up(client)
    user = User.objects.get()
    assert response.status_code == 302
    assert signed_in_as(client) == str(user.pk)
    assert (user.email, user.check_password(PASSWORD)) == ("minji@example.com", True)
    assert [message.to for message in mail.outbox] == [["minji@example.com"]]


def test_the_language_of_the_sign_up_page_is_kept(client: Client) -> None:
    sign_up(client, headers={"accept-language": "ko"})
    assert User.objects.get().language == "ko"


def test_pages_on_a_new_browser_come_in_the_members_language(client: Client) -> None:
    user = make_member(language="ko")
    sign_in(client, user.email, headers={"accept-language": "en"})
    assert client.cookies["django_language"].value == "ko"


def test_the_language_switch_of_the_browser_wins_over_the_members(client: Client) -> None:
    user = make_member(language="ko")
    client.cookies["django_language"] = "en"
    sign_in(client, user.email)
    assert client.cookies["django_language"].value == "en"


@pytest.mark.parametrize("typed", ["Kim@Example.com", "  kim@example.com ", "KIM@EXAMPLE.COM"])
def test_the_address_signs_in_however_it_is_typed(client: Client, typed: str) -> None:
    user = make_member("Kim@Example.Com")
    sign_in(client, typed)
    assert signed_in_as(client) == str(user.pk)


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client) -> None:
    make_member("kim@example.com")
    wrong, unknown = sign_in(client, "kim@example.com", "nope"), sign_in(client, "who@example.com", "nope")
    errors = [list(response.context["form"].non_field_errors()) for response in (wrong, unknown)]
    assert errors[0] == errors[1]
    assert errors[0]
    assert signed_in_as(client) is None


def test_an_inactive_member_stays_out(client: Client) -> None:
    user = make_member(is_active=False)
    sign_in(client, user.email)
    assert signed_in_as(client) is None


def test_the_masked_form_of_an_address_signs_nobody_in(client: Client) -> None:
    user = make_member("kim@example.com")
    sign_in(client, user.masked_email)
    assert signed_in_as(client) is None


def test_two_people_with_the_same_mask_are_two_accounts(client: Client) -> None:
    first, second = make_member("kim.minji@naver.com"), make_member("kim.minsu@naver.com")
    assert first.masked_email == second.masked_email
    sign_in(client, second.email)
    assert signed_in_as(client) == str(second.pk)


def test_an_address_that_has_an_account_makes_no_second_one(client: Client) -> None:
    make_member("minji@example.com")
    sign_up(client, "Minji@Example.com")
    assert User.objects.count() == 1
    assert signed_in_as(client) is None


def test_signing_out_needs_a_post(client: Client) -> None:
    user = make_member()
    sign_in(client, user.email)
    client.get(reverse("account_logout"))
    assert signed_in_as(client) == str(user.pk)
    client.post(reverse("account_logout"))
    assert signed_in_as(client) is None


def test_a_forgotten_password_is_set_anew_by_mail(client: Client) -> None:
    user = make_member()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"https?://testserver(/\S+)", mail.outbox[0].body)
    assert link
    form = client.get(link[1], follow=True)
    new = "another horse 8"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)


def test_mail_names_the_site(client: Client, settings: Any) -> None:
    sign_up(client)
    assert settings.SITE_NAME in mail.outbox[0].subject
    assert "testserver]" not in mail.outbox[0].subject


def test_guessing_passwords_ends_soon_for_the_site_and_the_admin(client: Client) -> None:
    user = make_member("target@example.com", is_staff=True)
    for _ in range(12):
        sign_in(client, user.email, "wrong")
    refused = sign_in(client, user.email)
    assert signed_in_as(client) is None
    assert refused.status_code == 429
    admin = client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert admin.status_code == 302
    assert reverse("account_login") in admin["Location"]
    assert signed_in_as(client) is None


def test_wrong_tries_from_elsewhere_lock_nobody_out(client: Client) -> None:
    user = make_member("admin@example.com", is_staff=True)
    attacker = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(40):
        sign_in(attacker, user.email, "wrong")
    assert signed_in_as(attacker) is None
    assert sign_in(client, user.email).status_code == 302
    assert signed_in_as(client) == str(user.pk)


def test_a_limit_outlives_hundreds_of_other_failures() -> None:
    user = make_member("target@example.com")
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(11):
        sign_in(guesser, user.email, "wrong")
    for number in range(340):  # where the door counts them
        account = account_hash(f"nobody-{number}@example.com")
        for bound in bounds_of_try("sign-in", network=f"network {number}", account=account):
            assert bound.take(1)
    sign_in(guesser, user.email)
    assert signed_in_as(guesser) is None


@pytest.mark.parametrize(("chosen", "typed"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_password_in_hangul_is_the_same_on_every_system(client: Client, chosen: str, typed: str) -> None:
    password = "한강의 밤 2026 은하수"
    user = make_member("minji@example.com")
    user.set_password(unicodedata.normalize(chosen, password))
    user.save()
    sign_in(client, user.email, unicodedata.normalize(typed, password))
    assert signed_in_as(client) == str(user.pk)


def test_a_password_that_was_set_decomposed_long_ago_still_opens(client: Client) -> None:
    decomposed = unicodedata.normalize("NFD", "한강의 밤 2026 은하수")
    user = make_member("minji@example.com")
    User.objects.filter(pk=user.pk).update(password=make_password(decomposed))
    sign_in(client, user.email, decomposed)
    assert signed_in_as(client) == str(user.pk)


def test_signing_in_works_without_redis(client: Client, settings: Any) -> None:
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0?socket_timeout=0.2"} for name, queue in settings.RQ_QUEUES.items()
    }
    user = make_member()
    assert sign_in(client, user.email).status_code == 302
    assert signed_in_as(client) == str(user.pk)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_to_this_site_only(client: Client, target: str) -> None:
    user = make_member()
    response = client.post(f"{reverse('account_login')}?next={target}", {"login": user.email, "password": PASSWORD})
    assert response["Location"] == "/"


def test_members_without_an_address_do_not_collide() -> None:
    first, second = User.objects.create_user(None), User.objects.create_user("")
    assert first.email is second.email is None
    assert str(first) != str(second)
    assert str(first)
