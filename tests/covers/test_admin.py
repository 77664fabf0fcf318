"""What moderators and other staff do with requests, covers, reviews and release files."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.person import Person
from albumsite.media import storage
from covers.models import Cover, CoverRequest, Review
from covers.object_keys import cover_keys, public_keys
from tests.factories import (
    make_briefed_request,
    make_cover,
    make_finished_request,
    make_member,
    make_rater,
    make_review,
)
from tests.roles import make_moderator

pytestmark = pytest.mark.django_db
THUMB = 'width="64"'
PICTURED = ("coverrequest", "cover", "review")
LISTS = (*PICTURED, "releasefile")


@pytest.fixture
def moderator(client: Client) -> Client:
    client.force_login(make_moderator())
    return client


def _list(client: Client, model: str, **query: str) -> str:
    response = client.get(reverse(f"admin:covers_{model}_changelist"), query, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def _act(client: Client, action: str, *covers: Cover) -> str:
    data = {"action": action, "_selected_action": [str(cover.pk) for cover in covers]}
    return client.post(reverse("admin:covers_cover_changelist"), data, follow=True).content.decode()


def look_inside(client: Client, row: CoverRequest, reason: str = "its maker wrote to us") -> Any:
    return client.post(reverse("admin:covers_coverrequest_look", args=[row.pk]), {"reason": reason}, follow=True)


def _published() -> Cover:
    owner = Person(user=make_member())
    cover = make_finished_request(owner).covers.get()
    make_review(cover, owner, publish=True)
    cover.refresh_from_db()
    assert cover.is_public
    return cover


def _public_copies(cover: Cover) -> list[str]:
    return [key for key in public_keys(cover.storage_prefix) if storage.public().exists(key)]


@pytest.mark.parametrize("model", PICTURED)
def test_every_list_shows_its_rows_with_a_picture_that_opens(operator: Client, model: str) -> None:
    cover = _published()
    page = _list(operator, model)
    sources = re.findall(r'<img src="([^"]+)" width="64" height="64" alt="([^"]*)"', page)
    assert [alt for _src, alt in sources] == [cover.alt_text]
    image = operator.get(sources[0][0])
    assert (image.status_code, image["Content-Type"]) == (200, "image/webp")
    assert "private" in image["Cache-Control"]


@pytest.mark.parametrize("model", LISTS)
def test_every_page_of_one_thing_opens(operator: Client, model: str) -> None:
    _published()
    page = _list(operator, model)
    links = set(re.findall(rf'href="(/admin/covers/{model}/[0-9a-f-]+/change/[^"]*)"', page))
    assert links
    for link in links:
        assert operator.get(link).status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_a_list_of_many_needs_no_more_queries(
    operator: Client, model: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        _published()
    with django_assert_max_num_queries(14):
        _list(operator, model)


@pytest.mark.parametrize("model", PICTURED)
def test_lists_are_searched_by_title_and_narrowed_by_filters(operator: Client, model: str) -> None:
    cover = _published()
    CoverRequest.objects.filter(pk=cover.request_id).update(title="한강의 밤")
    assert THUMB in _list(operator, model, q="한강")
    assert THUMB not in _list(operator, model, q="부산")
    assert THUMB not in _list(operator, model, q="%_'\"\\;--")
    assert THUMB in _list(operator, model, created_at__gte="2020-01-01 00:00+00:00")


@pytest.mark.parametrize("model", PICTURED)
def test_a_member_is_found_by_their_whole_address_and_only_by_that(operator: Client, model: str) -> None:
    cover, other = _published(), _published()
    owner = cover.request.owner
    assert owner is not None
    User.objects.filter(pk=owner.pk).update(email="kim.minji@naver.com")
    CoverRequest.objects.filter(pk=other.request_id).update(title="Another")
    for typed in ("kim.minji@naver.com", " Kim.Minji@Naver.com "):
        page = _list(operator, model, q=typed)
        assert page.count(THUMB) == 1
        assert "kim.minji@naver.com" not in page.lower()
        assert str(owner.pk) in page  # in place of the address, in the search field
    for typed in ("kim.minji", "kim.minji@naver.co", "ki****@na*******"):
        assert THUMB not in _list(operator, model, q=typed)


def test_a_request_shows_its_brief_its_state_and_why_it_failed(operator: Client) -> None:
    ended = {"state": "failed", "finished_at": timezone.now(), "failure": "engine:out-of-memory"}
    row = make_briefed_request(lyrics="<script>alert(1)</script>", **ended)
    look_inside(operator, row)
    page = operator.get(reverse("admin:covers_coverrequest_change", args=[row.pk])).content.decode()
    for text in ("a red clock over the sea", "longing", "Failed", "too large for this site", "engine:out-of-memory"):
        assert text in page
    assert "<script>alert" not in page


def test_a_request_cannot_be_edited(operator: Client) -> None:
    row = make_briefed_request()
    url = reverse("admin:covers_coverrequest_change", args=[row.pk])
    assert operator.post(url, {"title": "Mine now"}).status_code == 403
    row.refresh_from_db()
    assert row.title == "Fighting"


def test_hiding_takes_covers_from_everybody_and_restoring_gives_them_back(
    moderator: Client, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = _published(), _published()
    with django_capture_on_commit_callbacks(execute=True):
        page = _act(moderator, "hide", first, second)
    assert "2 covers are hidden now." in page
    assert set(Cover.objects.values_list("visibility", flat=True)) == {"hidden"}
    assert _public_copies(first) == []
    assert Client().get(first.get_absolute_url()).status_code == 404
    assert "1 cover is back." in _act(moderator, "restore", first)
    first.refresh_from_db()
    assert first.is_public
    assert len(_public_copies(first)) == len(public_keys(first.storage_prefix))


def test_hiding_twice_says_that_nothing_was_done(moderator: Client) -> None:
    cover = _published()
    _act(moderator, "hide", cover)
    assert "0 covers are hidden now." in _act(moderator, "hide", cover)
    assert LogEntry.objects.count() == 1


def test_a_private_cover_can_be_hidden_and_comes_back_private(moderator: Client) -> None:
    cover = make_cover()
    look_inside(moderator, cover.request)
    _act(moderator, "hide", cover)
    _act(moderator, "restore", cover)
    cover.refresh_from_db()
    assert cover.visibility == "private"


def test_the_page_of_a_cover_has_the_button_too(moderator: Client) -> None:
    cover = _published()
    url = reverse("admin:covers_cover_change", args=[cover.pk])
    assert 'name="_hide"' in moderator.get(url).content.decode()
    page = moderator.post(url, {"_hide": "1"}, follow=True).content.decode()
    cover.refresh_from_db()
    assert cover.is_hidden
    assert "1 cover is hidden now." in page
    assert 'name="_restore"' in page
    moderator.post(url, {"_restore": "1"})
    cover.refresh_from_db()
    assert cover.is_public


def test_what_was_done_stands_in_the_history(moderator: Client) -> None:
    cover = _published()
    _act(moderator, "hide", cover)
    page = moderator.get(reverse("admin:covers_cover_history", args=[cover.pk])).content.decode()
    assert "Hidden" in page


def test_nothing_else_on_the_page_of_a_cover_can_be_changed(moderator: Client) -> None:
    cover = make_cover()
    look_inside(moderator, cover.request)
    make_review(cover, make_rater(), half_stars=10)
    url = reverse("admin:covers_cover_change", args=[cover.pk])
    moderator.post(url, {"rating_sum": "0", "rating_count": "0", "visibility": "public", "alt_text": "x"})
    cover.refresh_from_db()
    assert (cover.rating_sum, cover.rating_count, cover.visibility) == (10, 1, "private")


def test_staff_who_may_only_look_cannot_hide(client: Client) -> None:
    looker = make_moderator()
    looker.user_permissions.remove(looker.user_permissions.get(codename="change_cover"))
    client.force_login(looker)
    cover = _published()
    _act(client, "hide", cover)
    page = client.get(reverse("admin:covers_cover_change", args=[cover.pk])).content.decode()
    assert 'name="_hide"' not in page
    assert client.post(reverse("admin:covers_cover_change", args=[cover.pk]), {"_hide": "1"}).status_code == 403
    cover.refresh_from_db()
    assert cover.is_public


def test_moderators_see_covers_and_nothing_of_accounts(moderator: Client) -> None:
    cover = _published()
    User.objects.filter(pk=cover.request.owner_id).update(name="Only Their Name")
    index = moderator.get(reverse("admin:index")).content.decode()
    assert reverse("admin:covers_cover_changelist") in index
    assert "/admin/accounts/" not in index
    page = moderator.get(reverse("admin:covers_cover_change", args=[cover.pk])).content.decode()
    owner = cover.request.owner
    assert owner is not None
    assert str(owner.pk) not in page
    assert "Only Their Name" not in page
    assert "django_rq" not in index


def test_a_moderator_learns_nothing_from_searching_for_addresses(moderator: Client) -> None:
    cover = _published()
    owner = cover.request.owner
    assert owner is not None
    known, unknown = (_list(moderator, "cover", q=address) for address in (str(owner.email), "nobody@example.com"))
    assert "No member has the address" in known
    assert "No member has the address" in unknown
    assert THUMB not in known
    assert THUMB not in _list(moderator, "cover", q=str(owner.pk))


def test_deleting_a_review_counts_the_rating_again(operator: Client) -> None:
    cover = make_cover(visibility="public")
    reviews = [make_review(cover, make_rater(), half_stars=stars) for stars in (2, 6, 10)]
    operator.post(reverse("admin:covers_review_delete", args=[reviews[0].pk]), {"post": "yes"})
    cover.refresh_from_db()
    assert (cover.rating_sum, cover.rating_count) == (16, 2)
    data = {"action": "delete_selected", "_selected_action": [str(reviews[1].pk)], "post": "yes"}
    operator.post(reverse("admin:covers_review_changelist"), data)
    cover.refresh_from_db()
    assert (cover.rating_sum, cover.rating_count) == (10, 1)
    assert Review.objects.count() == 1


def test_secret_columns_cannot_be_asked_for_in_the_address_of_a_list(operator: Client) -> None:
    row = make_briefed_request()
    typed = ("lyrics__startswith", "title__startswith", "brief__subject__startswith")
    for lookup in (
        *typed,
        "visitor__startswith",
        "submission",
        "owner__email__startswith",
        "owner__password__startswith",
    ):
        response = operator.get(reverse("admin:covers_coverrequest_changelist"), {lookup: str(row.visitor)[:3]})
        assert response.status_code == 400


def test_a_lost_file_is_not_an_error_page_with_a_trace(moderator: Client) -> None:
    cover = make_cover(visibility="public")
    storage.delete_all(storage.private(), cover_keys(cover.storage_prefix))
    moderator.raise_request_exception = False
    assert moderator.get(reverse("admin:covers_cover_image", args=[cover.pk, "320.webp"])).status_code == 503


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_admin_opens_in_both_languages(operator: Client, language: str) -> None:
    _published()
    for model in LISTS:
        response = operator.get(reverse(f"admin:covers_{model}_changelist"), headers={"accept-language": language})
        assert response.status_code == 200
