"""What changed on an account is told by mail, in its owner's language, whatever language the page had."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as site
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.test_second_factor import _clock_stands, set_up  # noqa: F401  a fixture for every test
from tests.accounts.test_sign_in import PASSWORD, sign_in
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another horse 8"
OTHER = {"ko": "en", "en": "ko"}


@pytest.fixture(params=["ko", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def member(language: str) -> User:
    return make_member("minji@example.com", language=language)


@pytest.fixture
def browser(member: User, language: str) -> Client:
    """Signed in a moment ago, on a page in the other language."""
    client = Client(headers={"accept-language": OTHER[language]})
    client.cookies["django_language"] = OTHER[language]
    sign_in(client, member.email or "")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    mail.outbox.clear()
    return client


def assert_told(language: str, words: dict[str, str], to: str = "minji@example.com", at: int = -1) -> None:
    letter = mail.outbox[at]
    assert letter.to == [to]
    text = f"{letter.subject}\n{letter.body}"
    assert words[language] in text
    is_korean = len(re.findall("[가-힣]", text)) > 20
    assert is_korean == (language == "ko"), text
    assert re.search(r"http://\S+/accounts/password/reset/", letter.body), "what to do if it was somebody else"
    assert "&#" not in text
    assert site.SITE_NAME in letter.subject


def test_a_changed_password(browser: Client, language: str) -> None:
    answer = browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )
    assert answer.status_code == 302
    assert_told(language, {"en": "The password of your account was changed.", "ko": "계정의 비밀번호가 바뀌었어요."})


def test_a_password_by_letter(member: User, language: str) -> None:
    client = Client(headers={"accept-language": OTHER[language]})
    client.post(reverse("account_reset_password"), {"email": member.email})
    assert bool(re.search("[가-힣]", mail.outbox[0].body)) == (language == "ko"), (
        "the letter itself is in their language as well"
    )
    link = re.search(r"http://[^/\s]+(/\S+)", mail.outbox[0].body)
    assert link is not None
    client.post(client.get(link[1])["Location"], {"password1": NEW, "password2": NEW})
    assert_told(language, {"en": "The password of your account was reset.", "ko": "계정의 비밀번호를 다시 정했어요."})


def test_a_changed_and_a_removed_address(browser: Client, member: User, language: str) -> None:
    EmailAddress.objects.create(user=member, email="o'brien@example.com", verified=True, primary=False)
    browser.post(reverse("account_email"), {"email": "o'brien@example.com", "action_primary": ""})
    words = {
        "en": "was changed from minji@example.com to o'brien@example.com",
        "ko": "o'brien@example.com 주소로 바뀌었어요",
    }
    assert_told(language, words)
    mail.outbox.clear()
    browser.post(reverse("account_email"), {"email": "minji@example.com", "action_remove": ""})
    words = {"en": "The address minji@example.com was removed", "ko": "minji@example.com 주소를 삭제했어요"}
    told = {letter.to[0] for letter in mail.outbox}
    assert told == {"o'brien@example.com", "minji@example.com"}, "who may have been pushed out hears of it"
    for at, to in enumerate(letter.to[0] for letter in mail.outbox):
        assert_told(language, words, to=to, at=at)


def test_a_second_factor_that_comes_and_goes(browser: Client, language: str) -> None:
    set_up(browser)
    assert_told(
        language, {"en": "Your account has a second factor now.", "ko": "이제 계정에 2단계 인증이 켜져 있어요."}, at=0
    )
    mail.outbox.clear()
    assert browser.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    assert_told(language, {"en": "New recovery codes were made", "ko": "복구 코드를 새로 만들었어요"})
    assert browser.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert_told(language, {"en": "was switched off", "ko": "2단계 인증을 껐어요"})


def test_a_provider_that_is_taken_off(browser: Client, member: User, language: str, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"kakao": {"APPS": [{"client_id": "kakao-id", "secret": "s", "key": ""}]}}
    account = SocialAccount.objects.create(user=member, provider="kakao", uid="1")
    browser.post(reverse("socialaccount_connections"), {"account": account.pk})
    assert_told(
        language, {"en": "Kakao is not connected to your account any more.", "ko": "Kakao 계정이 연결돼 있지 않아요"}
    )
