"""What staff see of members and sign-ins, and what they may change."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import LoginLog, User
from tests.factories import make_member

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"
LOG = "/admin/accounts/loginlog/"


@pytest.fixture
def kim() -> User:
    user = make_member("kim.minji@naver.com", language="ko")
    EmailAddress.objects.create(user=user, email="second.kim@daum.net")
    return user


def _staff_with(*codenames: str) -> Client:
    user = make_member(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _rows(client: Client, q: str, url: str = USERS) -> list[Any]:
    return list(client.get(url, {"q": q}, follow=True).context["cl"].result_list)


@pytest.mark.parametrize("typed", ["kim.minji@naver.com", " KIM.Minji@NAVER.com", "second.kim@daum.net"])
def test_a_member_is_found_by_the_whole_address_which_then_shows_nowhere(
    operator: Client, kim: User, typed: str
) -> None:
    make_member("kim.minjoo@naver.com")
    response = operator.get(USERS, {"q": typed}, follow=True)
    page = response.content.decode()
    assert list(response.context["cl"].result_list) == [kim]
    assert "ki****@na*******" in page
    assert typed.strip().lower() not in page.lower()
    assert "%40" not in page


@pytest.mark.parametrize(
    "typed", ["kim", "kim.minji", "naver.com", "kim.minji@naver.co", "@naver.com", "minji@naver.com"]
)
def test_part_of_an_address_finds_nobody(operator: Client, kim: User, typed: str) -> None:
    assert _rows(operator, typed) == []


def test_a_mask_finds_no_account(operator: Client, kim: User) -> None:
    assert _rows(operator, kim.masked_email) == []


def test_a_member_is_found_by_name_and_by_number(operator: Client, kim: User) -> None:
    User.objects.filter(pk=kim.pk).update(name="Minji Kim")
    assert _rows(operator, "minji") == _rows(operator, str(kim.pk)) == [kim]


@pytest.mark.parametrize(
    "lookup", ["email", "email__startswith", "email__regex", "emailaddress__email__startswith", "password__startswith"]
)
def test_an_address_cannot_be_spelt_out_through_the_lists_address(operator: Client, kim: User, lookup: str) -> None:
    response = operator.get(USERS, {lookup: "k"})
    assert response.status_code == 400


def test_autocompletion_finds_by_the_whole_address_and_shows_the_mask(operator: Client, kim: User) -> None:
    query = {"app_label": "covers", "model_name": "coverrequest", "field_name": "owner"}
    found = operator.get(reverse("admin:autocomplete"), {**query, "term": "kim.minji@naver.com"}).json()["results"]
    assert found == [{"id": str(kim.pk), "text": "ki****@na*******"}]
    assert operator.get(reverse("admin:autocomplete"), {**query, "term": "kim.minji"}).json()["results"] == []


def test_the_page_of_a_member_has_no_field_for_the_address_or_the_password(operator: Client, kim: User) -> None:
    url = f"{USERS}{kim.pk}/change/"
    page = operator.get(url).content.decode()
    assert "ki****@na*******" in page
    for secret in (kim.email, "second.kim@daum.net", 'name="email"', 'name="password"', kim.password):
        assert str(secret) not in page
    operator.post(url, {"name": "Minji", "language": "ko", "email": "stolen@example.com", "password": "x"})
    kim.refresh_from_db()
    assert (kim.email, kim.check_password("correct horse 7")) == ("kim.minji@naver.com", True)


def test_closing_an_account_is_recorded_under_the_mask(operator: Client, kim: User) -> None:
    url = f"{USERS}{kim.pk}/change/"
    page = operator.post(url, {"name": "", "language": "ko"}, follow=True).content.decode()
    kim.refresh_from_db()
    assert not kim.is_active
    assert LogEntry.objects.get().object_repr == "ki****@na*******"
    assert "naver.com" not in page + operator.get(f"{USERS}{kim.pk}/history/").content.decode()


def test_the_history_names_staff_by_their_masks(operator: Client, kim: User) -> None:
    operator.post(f"{USERS}{kim.pk}/change/", {"name": "", "language": "ko"})
    other = _staff_with("view_user", "change_user")
    page = other.get(f"{USERS}{kim.pk}/history/").content.decode()
    assert "ro****@ex*******" in page
    assert "root@example.com" not in page


def test_a_name_that_is_an_address_is_masked(operator: Client, kim: User) -> None:
    operator.post(f"{USERS}{kim.pk}/change/", {"name": "kim.minji@naver.com", "language": "ko", "is_active": "on"})
    kim.refresh_from_db()
    assert kim.name == "ki****@na*******"


def test_staff_cannot_make_themselves_superusers(kim: User) -> None:
    staff = _staff_with("view_user", "change_user")
    staff.post(f"{USERS}{kim.pk}/change/", {"name": "New", "is_active": "on", "is_superuser": "on", "is_staff": "on"})
    kim.refresh_from_db()
    assert (kim.name, kim.is_superuser, kim.is_staff) == ("New", False, False)


def test_staff_cannot_change_a_superuser() -> None:
    boss = User.objects.create_superuser("root@example.com", "correct horse 7")
    staff = _staff_with("view_user", "change_user")
    assert staff.post(f"{USERS}{boss.pk}/change/", {"name": "x"}).status_code == 403
    boss.refresh_from_db()
    assert boss.is_active


def test_members_are_neither_added_nor_deleted_here(operator: Client, kim: User) -> None:
    assert operator.get(f"{USERS}add/").status_code == 403
    assert operator.post(f"{USERS}{kim.pk}/delete/", {"post": "yes"}).status_code == 403
    operator.post(USERS, {"action": "delete_selected", "_selected_action": [str(kim.pk)], "post": "yes"})
    assert User.objects.filter(pk=kim.pk).exists()


def test_the_list_tells_how_people_sign_in(operator: Client, kim: User) -> None:
    kakao = make_member(name="Kakao Person")
    kakao.email = None
    kakao.set_unusable_password()
    kakao.save()
    kakao.socialaccount_set.create(provider="kakao", uid="1")
    page = operator.get(USERS).content.decode()
    assert "password" in page
    assert "kakao" in page


def test_the_sign_in_log_is_read_only_and_found_by_address_and_by_mask(operator: Client, kim: User) -> None:
    mine = LoginLog.objects.create(user=kim, event="signed_in", masked_email=kim.masked_email)
    failed = LoginLog.objects.create(event="failed", masked_email=kim.masked_email)
    LoginLog.objects.create(event="failed", masked_email="zz****@ex*******")
    assert _rows(operator, "kim.minji@naver.com", LOG) == [mine]
    assert _rows(operator, "ki****@na*******", LOG) == [failed, mine]
    assert operator.get(f"{LOG}{mine.pk}/change/").status_code == 200
    assert operator.post(f"{LOG}{mine.pk}/change/", {"event": "failed"}).status_code == 403
    assert operator.post(f"{LOG}{mine.pk}/delete/", {"post": "yes"}).status_code == 403


def test_what_shows_addresses_tokens_or_queues_has_no_page(operator: Client) -> None:
    shown = {model._meta.label for model in admin.site._registry}
    assert not shown & {
        "account.EmailAddress",
        "socialaccount.SocialToken",
        "socialaccount.SocialApp",
        "django_rq.Dashboard",
    }
    with pytest.raises(NoReverseMatch):
        reverse("admin:django_rq_dashboard_changelist")
    for path in ("django_rq/dashboard/", "rq/", "django-rq/"):
        assert operator.get(f"/admin/{path}").status_code == 404
