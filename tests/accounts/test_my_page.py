"""My Page: the newest covers that the member reviewed, what they asked for, and who they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.person import Person
from covers.models import Cover
from covers.services.publishing import hide_cover, unpublish_cover
from tests.factories import make_cover, make_finished_request, make_member, make_request, make_review

pytestmark = pytest.mark.django_db
URL = "/me/"


@pytest.fixture
def member(client: Client) -> User:
    user = make_member("kim.minji@naver.com", name="Minji", language="en")
    client.force_login(user)
    return user


def _save(client: Client, **changes: str) -> Any:
    return client.post(URL, {"name": "Minji", "language": "en", **changes})


def test_it_shows_the_twenty_newest_reviews_first(client: Client, member: User) -> None:
    me = Person(user=member)
    made = make_finished_request(me, count=8), make_finished_request(me, count=8), make_finished_request(me, count=6)
    covers = [cover for row in made for cover in row.covers.order_by("position")]
    reviews = [make_review(cover, me, comment=f"number {index}") for index, cover in enumerate(covers)]
    shown = client.get(URL).context["reviews"]
    assert [row.pk for row in shown] == [row.pk for row in reversed(reviews[2:])]


def test_each_review_opens_the_inputs_it_was_made_from(client: Client, member: User) -> None:
    me = Person(user=member)
    mine = make_finished_request(me)
    theirs = make_cover(visibility="public")
    make_review(theirs, me)
    make_review(mine.covers.get(), me)
    page = client.get(URL)
    urls = [review.inputs_url for review in page.context["reviews"]]
    assert urls == [mine.get_absolute_url(), theirs.get_absolute_url()]
    for url in urls:
        assert url in page.content.decode()
        assert client.get(url).status_code == 200


def test_what_somebody_else_typed_is_not_shown_to_who_rates_their_cover(client: Client, member: User) -> None:
    me = Person(user=member)
    theirs = make_finished_request(lyrics="their secret words", seed=987654321).covers.get()
    Cover.objects.filter(pk=theirs.pk).update(visibility="public", wish="public")
    make_review(theirs, me)
    page = client.get(URL).content.decode()
    assert theirs.get_absolute_url() in page
    assert "their secret words" not in page
    assert "987654321" not in page
    mine = make_finished_request(me, lyrics="my own words").covers.get()
    make_review(mine, me)
    assert "my own words" in client.get(URL).content.decode()


def test_a_cover_that_is_not_open_any_more_is_not_a_dead_link(client: Client, member: User) -> None:
    me, cover = Person(user=member), make_cover(visibility="public")
    make_review(cover, me)
    for withdraw in (hide_cover, unpublish_cover):
        Cover.objects.filter(pk=cover.pk).update(visibility="public", wish="public")
        assert len(client.get(URL).context["reviews"]) == 1
        withdraw(cover=cover)
        assert client.get(URL).context["reviews"] == []


def test_it_shows_only_ones_own(client: Client, member: User) -> None:
    other = Person(user=make_member(name="Somebody Else"))
    make_review(make_cover(visibility="public"), other, comment="not for you")
    make_request(other, title="Not for you")
    page = client.get(URL)
    assert (page.context["reviews"], page.context["requests"]) == ([], [])
    assert "ot for you" not in page.content.decode()


def test_it_shows_the_twenty_newest_requests(client: Client, member: User) -> None:
    rows = [make_request(Person(user=member)) for _ in range(21)]
    assert [row.pk for row in client.get(URL).context["requests"]] == [row.pk for row in reversed(rows[1:])]


def test_the_number_of_queries_does_not_grow_with_the_page(
    client: Client, member: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        row = make_finished_request(Person(user=member), count=2)
        make_review(row.covers.first(), Person(user=member))
    with django_assert_max_num_queries(9):
        client.get(URL)


def test_the_member_sees_their_own_address_masked(client: Client, member: User) -> None:
    page = client.get(URL).content.decode()
    assert "ki****@na*******" in page
    assert member.email not in page


def test_name_and_language_can_be_changed(client: Client, member: User) -> None:
    response = _save(client, name="  민지\u202e  Kim ", language="ko")
    member.refresh_from_db()
    assert (response.status_code, member.name, member.language) == (302, "민지 Kim", "ko")
    assert client.get(URL).headers["Content-Language"] == "ko"


def test_a_name_may_be_taken_back(client: Client, member: User) -> None:
    _save(client, name="")
    member.refresh_from_db()
    assert str(member) == "ki****@na*******"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x" * 61},
        {"name": "kim.minji@naver.com"},
        {"name": "me kim@naver.com"},
        {"language": "fr"},
        {"language": ""},
        {"language": "../../etc"},
    ],
)
def test_bad_values_change_nothing_and_are_kept_in_the_form(
    client: Client, member: User, changes: dict[str, str]
) -> None:
    response = _save(client, **changes)
    member.refresh_from_db()
    assert (response.status_code, member.name, member.language) == (422, "Minji", "en")
    assert response.context["form"].errors
    for field, typed in changes.items():
        assert response.context["form"][field].value() == typed


@pytest.mark.parametrize(
    "name", ["a\x00b", "\ud83d\ude00 ok", "<script>alert(1)</script>", "{{ 7|add:7 }}", "👩\u200d🎤"]
)
def test_odd_names_are_safe(client: Client, member: User, name: str) -> None:
    name = name.encode("utf-16", "surrogatepass").decode("utf-16")
    assert _save(client, name=name).status_code == 302
    page = client.get(URL)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert "14" not in User.objects.get(pk=member.pk).name


def test_only_ones_own_account_can_be_changed(client: Client, member: User) -> None:
    other = make_member(name="Other")
    _save(client, name="Mine", pk=str(other.pk), id=str(other.pk), is_staff="on", email="new@example.com")
    other.refresh_from_db()
    member.refresh_from_db()
    assert (other.name, member.name, member.is_staff, member.email) == ("Other", "Mine", False, "kim.minji@naver.com")


def test_a_visitor_is_asked_to_sign_in_with_a_kind_line_and_comes_back(
    client: Client, visitor: Person, browser_of: Any
) -> None:
    browser = browser_of(visitor)
    response = browser.get(URL, follow=True)
    assert response.redirect_chain == [(f"{reverse('account_login')}?next=/me/", 302)]
    assert "What you made in this browser is kept" in response.content.decode()


def test_browsers_do_not_keep_the_page(client: Client, member: User) -> None:
    assert "no-store" in client.get(URL)["Cache-Control"]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client: Client, member: User, method: str) -> None:
    assert getattr(client, method)(URL).status_code == 405
