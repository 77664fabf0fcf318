"""The whole way through Kakao, against a server that speaks its OAuth on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse

from accounts.models import LoginLog, User, display_name
from covers.models import CoverRequest
from tests.accounts.kakao_stub import KakaoStub, profile
from tests.factories import make_member, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def kakao(settings: Any) -> Iterator[KakaoStub]:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "kakao": {"APPS": [{"client_id": "kakao-id", "secret": "kakao-secret", "key": ""}]}
    }
    with KakaoStub(profile=profile()) as stub:
        settings.KAKAO_BASE_URL = stub.url
        yield stub


def to_consent(client: Client, **query: str) -> str:
    """Press the button; the address of Kakao's consent page."""
    response = client.post(f"{reverse('kakao_login')}?{urlencode(query)}")
    assert response.status_code == 302
    return response["Location"]


def consent(address: str) -> str:
    """Answer on Kakao's page; the address on our site to which it sends the browser back."""
    return requests.get(address, allow_redirects=False, timeout=5).headers["Location"]


def come_back(client: Client, address: str) -> Any:
    parts = urlsplit(address)
    return client.get(parts.path, dict(parse_qsl(parts.query)))


def through_kakao(client: Client, **query: str) -> Any:
    return come_back(client, consent(to_consent(client, **query)))


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_a_new_person_with_an_address_gets_an_account_and_is_in(client: Client, kakao: KakaoStub) -> None:
    response = through_kakao(client)
    user = User.objects.get()
    assert (response.status_code, signed_in_as(client)) == (302, str(user.pk))
    assert (user.email, user.name) == ("minji@kakao.example", "민지")
    assert not user.has_usable_password()
    assert SocialAccount.objects.get(user=user).uid == "4242"
    assert kakao.seen[0]["client_secret"] == "kakao-secret"


def test_a_person_without_an_address_is_in_with_their_name(client: Client, kakao: KakaoStub) -> None:
    kakao.profile = profile(email=None)
    through_kakao(client)
    user = User.objects.get()
    assert signed_in_as(client) == str(user.pk)
    assert (user.email, display_name(user), user.masked_email) == (None, "민지", "")
    assert not EmailAddress.objects.exists()


def test_a_person_who_shares_nothing_still_has_a_name_to_be_called_by(client: Client, kakao: KakaoStub) -> None:
    kakao.profile = {"id": 99}
    through_kakao(client)
    assert display_name(User.objects.get()).startswith("Member ")
    assert client.get(reverse("covers:home")).status_code == 200


def test_two_people_without_an_address_are_two_accounts(client: Client, kakao: KakaoStub) -> None:
    for uid in (1, 2):
        kakao.profile = profile(uid, email=None)
        through_kakao(Client())
    assert User.objects.count() == 2


@pytest.mark.parametrize("verification", ["optional", "mandatory"])
def test_verified_mail_is_never_asked_of_people_without_mail(
    client: Client, kakao: KakaoStub, settings: Any, verification: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    kakao.profile = profile(email=None)
    through_kakao(client)
    assert signed_in_as(client) is not None


def test_the_second_sign_in_gives_the_same_account(client: Client, kakao: KakaoStub) -> None:
    through_kakao(client)
    first = signed_in_as(client)
    client.post(reverse("account_logout"))
    kakao.profile = profile(email="moved@kakao.example", nickname="Renamed")
    through_kakao(client)
    assert signed_in_as(client) == first
    assert User.objects.get().name == "민지"


def test_signing_out_does_not_unlink_kakao(client: Client, kakao: KakaoStub) -> None:
    through_kakao(client)
    client.post(reverse("account_logout"))
    assert SocialAccount.objects.count() == 1
    assert [seen.get("grant_type") for seen in kakao.seen] == ["authorization_code"]


@pytest.mark.parametrize("typed", ["minji@kakao.example", "Minji@Kakao.Example"])
def test_an_address_with_a_password_account_opens_and_merges_nothing(
    client: Client, kakao: KakaoStub, typed: str
) -> None:
    owner = make_member("minji@kakao.example")
    kakao.profile = profile(email=typed)
    response = client.get(through_kakao(client)["Location"])
    page = response.content.decode()
    assert response.request["PATH_INFO"] == reverse("account_login")
    assert "already an account" in page
    assert "minji@kakao.example" not in page
    assert signed_in_as(client) is None
    assert list(User.objects.all()) == [owner]
    assert not SocialAccount.objects.exists()


def test_a_member_connects_kakao_and_both_ways_lead_to_the_same_account(client: Client, kakao: KakaoStub) -> None:
    owner = make_member("minji@kakao.example")
    client.force_login(owner)
    through_kakao(client, process="connect")
    client.post(reverse("account_logout"))
    through_kakao(client)
    assert signed_in_as(client) == str(owner.pk)
    assert User.objects.count() == 1


def test_denied_consent_leads_to_a_kind_page(client: Client, kakao: KakaoStub) -> None:
    kakao.is_denied = True
    response = through_kakao(client)
    assert response["Location"] == reverse("socialaccount_login_cancelled")
    assert client.get(response["Location"]).status_code == 200
    assert signed_in_as(client) is None
    assert LoginLog.objects.get().method == "kakao"


@pytest.mark.parametrize("state", ["", "forged", None])
def test_a_forged_or_missing_state_signs_nobody_in(client: Client, kakao: KakaoStub, state: str | None) -> None:
    back = urlsplit(consent(to_consent(client)))
    query = dict(parse_qsl(back.query)) | {"state": state}
    response = client.get(back.path, {name: value for name, value in query.items() if value is not None})
    assert response.status_code == 401
    assert not User.objects.exists()
    assert kakao.seen == []


def test_the_state_of_another_browser_signs_nobody_in(client: Client, kakao: KakaoStub) -> None:
    attackers_return = consent(to_consent(Client()))
    assert come_back(client, attackers_return).status_code == 401
    assert signed_in_as(client) is None


def test_coming_back_twice_is_refused_kindly(client: Client, kakao: KakaoStub) -> None:
    back = consent(to_consent(client))
    come_back(client, back)
    assert come_back(client, back).status_code == 401
    assert User.objects.count() == 1


BROKEN_ANSWERS: dict[str, dict[str, Any]] = {
    "token-500": {"token_status": 500},
    "token-nonsense": {"token_body": b"<html>sorry</html>"},
    "token-list": {"token_body": b'{"access_token": "x", "expires_in": "soon"}'},
    "token-empty": {"token_body": b"{}"},
    "profile-500": {"profile_status": 500},
    "profile-list": {"profile": []},
    "profile-null": {"profile": None},
    "profile-no-id": {"profile": {"kakao_account": {}}},
    "profile-null-account": {"profile": {"id": 1, "kakao_account": None}},
    "profile-odd-name": {"profile": {"id": 1, "kakao_account": {"profile": {"nickname": {"a": 1}}, "email": 7}}},
}


@pytest.mark.parametrize("answer", BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS.keys())
def test_a_broken_answer_is_a_page_and_not_an_error(client: Client, kakao: KakaoStub, answer: dict[str, Any]) -> None:
    for name, value in answer.items():
        setattr(kakao, name, value)
    client.raise_request_exception = False
    response = through_kakao(client)
    assert response.status_code == 401
    assert signed_in_as(client) is None


def test_kakao_out_of_reach_is_a_page_and_not_an_error(client: Client, kakao: KakaoStub, settings: Any) -> None:
    back = consent(to_consent(client))
    settings.KAKAO_BASE_URL = "http://127.0.0.1:9"
    client.raise_request_exception = False
    assert come_back(client, back).status_code == 401


@pytest.mark.parametrize(
    ("nickname", "shown"),
    [
        ("  민지 \u202e\x07 ", "민지"),
        ("<b>x</b>", "<b>x</b>"),
        ("ㅎ" * 200, "ㅎ" * 60),
        ("kim.minji@naver.com", "ki****@na*******"),
        ("👩\u200d🎤", "👩\u200d🎤"),
    ],
)
def test_odd_nicknames_become_safe_names(client: Client, kakao: KakaoStub, nickname: str, shown: str) -> None:
    kakao.profile = profile(nickname=nickname)
    through_kakao(client)
    assert User.objects.get().name == shown


def test_the_stored_profile_holds_no_address_and_no_token_is_kept(client: Client, kakao: KakaoStub) -> None:
    through_kakao(client)
    assert "@" not in str(SocialAccount.objects.get().extra_data)
    assert not SocialToken.objects.exists()


def test_what_a_visitor_made_comes_along_through_kakao(
    client: Client, kakao: KakaoStub, visitor: Any, browser_of: Any
) -> None:
    made = make_request(visitor)
    through_kakao(browser_of(visitor))
    assert CoverRequest.objects.get(pk=made.pk).owner == User.objects.get()


def test_the_language_of_the_page_is_kept(client: Client, kakao: KakaoStub) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ko"
    through_kakao(client)
    assert User.objects.get().language == "ko"


def test_a_link_cannot_start_a_sign_in(client: Client, kakao: KakaoStub) -> None:
    assert client.get(reverse("kakao_login")).status_code == 200


@pytest.mark.parametrize("name", ["kakao_login", "google_login", "kakao_callback", "google_callback"])
def test_a_provider_that_is_not_configured_has_no_page(client: Client, settings: Any, name: str) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    client.raise_request_exception = False
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse(name)).status_code == 404


def test_buttons_are_there_for_configured_providers_only(client: Client, kakao: KakaoStub, settings: Any) -> None:
    login = client.get(reverse("account_login")).content.decode()
    assert reverse("kakao_login") in login
    assert reverse("google_login") not in login
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert reverse("kakao_login") not in client.get(reverse("account_login")).content.decode()
